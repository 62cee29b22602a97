// Starts the app as a site of its own. A host's page uses embed.js instead.
// BUILD is put in when the app is built.
import { entrance, isFirstVisit } from './entrance.js';
import { language, opened, opening } from './opening.js';
import { assets, load, nextId, patiently } from './start.js';
import { capable, insecure, notLoaded, readableError, running, tooOld, watch } from './recovery.js';

const SCRIPTS = [assets + 'sw.js', assets + 'image-worker_loader.js', assets + BUILD.paper + 'worker.js'];

/** Under our policy every string that becomes markup or a script's address comes through here. */
function guard() {
  if (!globalThis.trustedTypes || trustedTypes.defaultPolicy) return;
  trustedTypes.createPolicy('default', {
    // The views' own static markup. Script in it has no business there.
    createHTML: text => (/<script|\son\w+\s*=|javascript:/i.test(text) ? null : text),
    createScriptURL: url => (SCRIPTS.includes(new URL(url, location.href).href) ? url : null),
  });
}

/** What the place where this runs has decided: which API, which language, what it is called and looks like. */
async function configuration() {
  const answer = await fetch(assets + 'config.json', { cache: 'no-cache' });
  if (answer.status === 404 || answer.status === 410) return {};
  const type = answer.headers.get('content-type') || '';
  // Whoever opened without it would talk to another office than this place has decided: also where a gateway answers.
  if (!answer.ok || !type.includes('json')) throw readableError('config');
  return answer.json();
}

/**
 * Puts on what this place calls the app and what it looks like, before anything of it is drawn. Most decide nothing of the kind,
 * and fetch nothing for it; where what knows how does not come, the app is as it is everywhere.
 */
async function dressed(config) {
  if (!['name', 'logo', 'brand', 'brand-dark'].some(key => key in Object(config))) return config;
  try {
    return (await patiently(() => import(assets + BUILD.place))).dressed(config, assets);
  } catch (why) {
    console.warn('Name, logo and colours of config.json are left aside, for what puts them on did not come', why);
    return Object.assign({}, config, { name: null, logo: null });
  }
}

/** Our own: without one the browser names that of the site around the app. */
async function ourWorker() {
  const registration = await navigator.serviceWorker.getRegistration(assets);
  return registration && registration.scope === assets ? registration : null;
}

/** Puts a build that waits in charge before anything is shown, if no other page of ours is open. */
async function takeNewBuild() {
  const registration = await ourWorker();
  if (!registration || !registration.waiting) return;
  if (sessionStorage.getItem('hc-build') === BUILD.id) return;
  sessionStorage.setItem('hc-build', BUILD.id);
  const changed = new Promise(done => {
    navigator.serviceWorker.addEventListener('controllerchange', () => done(true), { once: true });
    setTimeout(() => done(false), 1500);
  });
  registration.waiting.postMessage('hc-take-over');
  if (await changed) { location.reload(); await new Promise(() => {}); }
}

/** The service worker keeps the files of a build for a start without network; `"offline": false` takes it away. */
async function keepForOffline(config) {
  if (config.offline === false) {
    const registration = await ourWorker();
    if (registration) await registration.unregister();
    for (const name of await caches.keys()) if (name.startsWith('hc-')) await caches.delete(name);
  } else {
    const registration = await navigator.serviceWorker.register(assets + 'sw.js', { updateViaCache: 'none' });
    tellOfUpdates(registration);
    // It is there and its files are not: erased by the person, or cleared by the browser.
    if (registration.active && !(await caches.match(assets + 'hc-whole'))) registration.active.postMessage('hc-fill');
  }
}

/** Tells the app that a whole new build waits, and how to put it in charge. Nothing happens by itself under a form. */
function tellOfUpdates(registration) {
  const ready = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    // Resolves to whether it happens: with a second page open it does not, for a form may be half filled there.
    globalThis.__hc_update = () => new Promise(told => {
      const anew = () => location.reload();
      // Pressed twice, or told late: it is in charge already.
      if (!registration.waiting) { anew(); return told(true); }
      // Listened for before it is asked: its answer may come later than what it does.
      navigator.serviceWorker.addEventListener('controllerchange', anew, { once: true });
      const line = new MessageChannel();
      line.port1.onmessage = event => {
        if (!event.data) navigator.serviceWorker.removeEventListener('controllerchange', anew);
        told(event.data);
      };
      registration.waiting.postMessage('hc-take-over', [line.port2]);
    });
    dispatchEvent(new Event('hc-update'));
  };
  // It may have been found before anybody listened.
  const follow = () => { if (registration.installing) registration.installing.addEventListener('statechange', ready); };
  registration.addEventListener('updatefound', follow);
  follow();
  ready();
}

/** Later than what a person waits for, and soon all the same: who loses the network after one visit opens this again. */
function whenIdle(then) {
  const idle = globalThis.requestIdleCallback;
  if (idle) idle(then, { timeout: 3000 });
  else setTimeout(then, 1000);
}

/** Whoever comes in for the first time has the entrance to read while the app is on its way. */
async function reads(part, config) {
  const base = new URL(assets).pathname;
  if (location.pathname === base && await isFirstVisit()) entrance(part, Object(config), path => base + path);
}

async function start() {
  const root = document.querySelector('#hc');
  const part = { root, lang: language() };
  if (!capable()) return tooOld(part);
  if (!globalThis.isSecureContext) return insecure(part);
  guard();
  opening(part);
  const workers = 'serviceWorker' in navigator;
  const module = load();
  module.catch(() => {});
  try {
    if (workers) await takeNewBuild().catch(() => {});
    const configured = patiently(configuration).then(dressed);
    configured.then(config => reads(part, config)).catch(() => {});
    const app = await module;
    const config = await configured;
    watch(part);
    // The handle must stay referenced: when it is collected, the app unmounts itself.
    globalThis.__hc_app = app.mount(root, Object.assign({}, config, { route: 'path', base: new URL(assets).pathname, assets, uid: nextId(), embedded: false }));
    running();
    if (workers) whenIdle(() => keepForOffline(config).catch(() => {}));
  } catch (why) {
    opened(root);
    if (!(why instanceof WebAssembly.RuntimeError)) notLoaded(part, start);
  }
}

start();
