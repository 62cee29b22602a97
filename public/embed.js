// The custom element that puts the app into somebody else's page, inside a shadow root:
//   <script type="module" src="https://…/embed.js"></script>
//   <health-certificate api="https://…" lang="zh-CN"></health-certificate>
// The page pays only for this file until the element comes near the screen or is touched. What happens inside is told by
// events on the element (hc-ready, hc-step, hc-state, hc-submitted, hc-certificate, hc-error): never a name, number or id.
import { entrance, isFirstVisit } from './entrance.js';
import { language, opened, opening } from './opening.js';
import { assets, load, makesSheets, nextId, styles } from './start.js';
import { capable, insecure, isDead, notLoaded, running, stopped, tooOld, unsaid, watch } from './recovery.js';

const NAMES = ['api', 'lang', 'theme', 'size', 'contrast', 'route', 'start', 'headings'];

class HealthCertificate extends HTMLElement {
  static observedAttributes = ['lang', 'theme', 'size', 'contrast'];

  #instance = null;
  #unwatch = null;
  /** What begins it, once, whichever comes first: near the screen, pointed at, touched. */
  #armed = null;
  #turn = 0;
  #prints = false;

  connectedCallback() {
    this.#turn++;
    // Moved within the page: everything stays as it is.
    if (this.#instance || this.#armed) return;
    const root = this.shadowRoot || this.attachShadow({ mode: 'open' });
    // Asked by the certificate's page: only the card goes on the paper.
    if (!this.#prints) { this.#prints = true; root.addEventListener('hc-print', () => printAlone(this)); }
    const { signal } = this.#armed = new AbortController();
    const begin = () => { this.#disarm(); this.#mount(root, this.#turn); };
    const near = new IntersectionObserver(seen => { if (seen.some(entry => entry.isIntersecting)) begin(); }, { rootMargin: '300px' });
    // An empty inline element has no area to come into view.
    if (!this.style.display) this.style.display = 'block';
    if (!this.style.minBlockSize) this.style.minBlockSize = '20rem';
    near.observe(this);
    signal.addEventListener('abort', () => near.disconnect());
    // What is said where nothing loaded takes the focus: that begins nothing any more.
    for (const intent of ['pointerenter', 'focusin', 'touchstart']) this.addEventListener(intent, begin, { passive: true, signal });
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#turn++;
      this.#disarm();
      // What is said where the app stopped stays, with the copy of what was on the screen.
      if (isDead()) return;
      if (this.#unwatch) this.#unwatch();
      this.#unwatch = null;
      const instance = this.#instance;
      this.#instance = null;
      if (!instance) return;
      instance.unmount();
      instance.free();
      this.shadowRoot.replaceChildren();
    });
  }

  attributeChangedCallback(name, _, value) {
    if (this.#instance && !isDead()) this.#instance.set(name, value === null ? undefined : value);
  }

  #disarm() {
    if (this.#armed) this.#armed.abort();
    this.#armed = null;
  }

  async #mount(root, turn) {
    const tellStopped = () => this.#tell('hc-error', { code: 'stopped' });
    const part = { root, lang: language(this.lang), headings: this.getAttribute('headings') || '2', stopped: tellStopped };
    unsaid(root);
    try {
      await styles(root);
      if (turn !== this.#turn) return;
      if (!capable()) { this.#tell('hc-error', { code: 'too-old' }); return tooOld(part); }
      if (!globalThis.isSecureContext) { this.#tell('hc-error', { code: 'insecure' }); return insecure(part); }
      // It came after the stop; below, another one stopped while it opened.
      if (isDead()) return stopped(part);
      opening(part);
      // Where the page around it forbids this, there is what says that it opens.
      this.#read(part, turn).catch(() => {});
      const app = await load();
      if (turn !== this.#turn || !this.isConnected || this.#instance) return opened(root);
      if (isDead()) { opened(root); return stopped(part); }
      this.#unwatch = watch(part);
      this.#instance = app.mount(root, this.#config());
      running();
      this.#tell('hc-ready', {});
      fetchAhead();
    } catch (why) {
      opened(root);
      // Taken out, or moved while it loaded: then another try is on its way.
      if (why instanceof WebAssembly.RuntimeError || turn !== this.#turn) return;
      this.#tell('hc-error', { code: 'not-loaded' });
      notLoaded(part, () => this.#mount(root, this.#turn));
    }
  }

  /** Whoever comes in for the first time has the entrance to read while the app is on its way. */
  async #read(part, turn) {
    const config = this.#config();
    const query = new URLSearchParams(location.search);
    const isAsked = config.start || config.route === 'path' || query.has('hc') || /^#\/hc\/./.test(location.hash);
    if (isAsked || !(await isFirstVisit()) || turn !== this.#turn) return;
    // As the app writes them (src/route/nav.rs).
    const link = path => {
      if (config.route !== 'query') return location.pathname + location.search + '#/hc/' + path;
      query.set('hc', '/' + path);
      return location.pathname + '?' + String(query).replaceAll('%2F', '/') + location.hash;
    };
    entrance(part, config, link);
  }

  #tell(name, detail) {
    // Later: a listener of the page must not run while the app is at work.
    queueMicrotask(() => { if (this.isConnected) this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true })); });
  }

  #config() {
    const config = { route: 'hash', assets, uid: nextId(), embedded: true, tell: (name, detail) => this.#tell(name, detail) };
    for (const name of NAMES) if (this.hasAttribute(name)) config[name] = this.getAttribute(name);
    // Without an address the API is where this script came from.
    if (!config.api) config.api = new URL(assets).origin;
    return config;
  }
}

let ahead = BUILD.later;

/**
 * What comes later is fetched while nothing else happens, one file after the other: here no service worker of ours keeps the
 * build, so it lies in the browser's own store. Not for whoever saves data, and once for all elements of a page.
 */
function fetchAhead() {
  const [name, ...left] = ahead;
  if (!name || (navigator.connection && navigator.connection.saveData)) return;
  ahead = [];
  // Where a browser does not say when it is idle, each file leaves it a moment.
  const idle = globalThis.requestIdleCallback || (then => setTimeout(then, 200));
  const fetched = () => fetch(assets + name, { priority: 'low' }).then(answer => answer.arrayBuffer());
  idle(() => fetched().then(() => { ahead = left; fetchAhead(); }, () => { ahead = [name, ...left]; }));
}

/** Prints one element: what neither holds it nor is in it stays off the paper. */
function printAlone(element) {
  const mark = 'data-hc-on-paper';
  const off = wear(`@media print{body :not(:has([${mark}])):not([${mark}]){display:none !important}}`);
  element.setAttribute(mark, '');
  // A telephone goes on at once, and draws the page again for each printer and size that is chosen: until the next touch or key
  // all of it happens on paper.
  const over = new AbortController();
  const end = () => { over.abort(); off(); element.removeAttribute(mark); };
  for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, end, { capture: true, signal: over.signal });
  print();
}

/** Puts a rule on the whole page. Gives back how to take it off. */
function wear(rule) {
  if (!makesSheets) {
    const style = document.createElement('style');
    style.textContent = rule;
    document.head.append(style);
    return () => style.remove();
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rule);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter(other => other !== sheet); };
}

if (!customElements.get('health-certificate')) customElements.define('health-certificate', HealthCertificate);
