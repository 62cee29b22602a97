// The custom element that puts the app into somebody else's page, inside a shadow root:
//   <script type="module" src="https://…/embed.js"></script>
//   <health-certificate api="https://…" lang="zh-CN"></health-certificate>
// The page pays only for this file until the element comes near the screen or is touched.
import { assets, load, nextId, styles } from './start.js';
import { capable, insecure, isDead, notLoaded, running, tooOld, watch } from './recovery.js';

const NAMES = ['api', 'lang', 'theme', 'size', 'contrast', 'sign-in', 'route', 'start'];

class HealthCertificate extends HTMLElement {
  static observedAttributes = ['lang', 'theme', 'size', 'contrast'];

  #instance = null;
  #unwatch = null;
  #near = null;
  #turn = 0;

  connectedCallback() {
    this.#turn++;
    // Moved within the page: everything stays as it is.
    if (this.#instance || this.#near || isDead()) return;
    const root = this.shadowRoot || this.attachShadow({ mode: 'open' });
    const begin = () => { this.#forgetNear(); this.#mount(root, this.#turn); };
    this.#near = new IntersectionObserver(seen => { if (seen.some(entry => entry.isIntersecting)) begin(); }, { rootMargin: '300px' });
    // An empty inline element has no area to come into view.
    if (!this.style.display) this.style.display = 'block';
    if (!this.style.minBlockSize) this.style.minBlockSize = '20rem';
    this.#near.observe(this);
    for (const intent of ['pointerenter', 'focusin', 'touchstart']) this.addEventListener(intent, begin, { once: true, passive: true });
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#turn++;
      this.#forgetNear();
      if (this.#unwatch) this.#unwatch();
      this.#unwatch = null;
      const instance = this.#instance;
      this.#instance = null;
      if (!instance || isDead()) return;
      instance.unmount();
      instance.free();
      this.shadowRoot.replaceChildren();
    });
  }

  attributeChangedCallback(name, _, value) {
    if (this.#instance && !isDead()) this.#instance.set(name, value === null ? undefined : value);
  }

  #forgetNear() {
    if (this.#near) this.#near.disconnect();
    this.#near = null;
  }

  async #mount(root, turn) {
    const part = { root, lang: this.lang };
    try {
      root.adoptedStyleSheets = [await styles()];
      if (!capable()) return tooOld(part);
      if (!globalThis.isSecureContext) return insecure(part);
      const app = await load();
      if (turn !== this.#turn || !this.isConnected || this.#instance || isDead()) return;
      this.#unwatch = watch(part);
      this.#instance = app.mount(root, this.#config());
      running();
    } catch (why) {
      if (!(why instanceof WebAssembly.RuntimeError)) notLoaded(part, () => this.#mount(root, this.#turn));
    }
  }

  #config() {
    const config = { route: 'hash', assets, uid: nextId(), embedded: true };
    for (const name of NAMES) if (this.hasAttribute(name)) config[name] = this.getAttribute(name);
    // Without an address the API is where this script came from.
    if (!config.api) config.api = new URL(assets).origin;
    return config;
  }
}

if (!customElements.get('health-certificate')) customElements.define('health-certificate', HealthCertificate);
