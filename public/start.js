// Loads the build and mounts it. Shared by the stand-alone page (boot.js) and by the custom element (embed.js).
// You will not find looks here, nor what happens after a panic (recovery.js).
// BUILD is put in when the app is built: the names of the files that belong together.
import { readableError } from './recovery.js';

/** Where the files of this build are, ending with a slash. */
export const assets = new URL('.', import.meta.url).href;

let loading = null;

/** Waits between tries, milliseconds: on a bad network the second one mostly comes through. */
const PAUSES = [1000, 3000];

/** The module of the app, loaded once however many instances a page has. A failed load may be tried again. */
export function load() {
  loading = loading || patiently(fetchModule).catch(why => { loading = null; throw why; });
  return loading;
}

/** Fetches something that nothing begins without: tried again where that may help. */
export async function patiently(fetched) {
  for (const pause of PAUSES) {
    try { return await fetched(); } catch (why) {
      // What the machine refuses it refuses again, and without a network there is nothing to wait for.
      if (why instanceof WebAssembly.CompileError || navigator.onLine === false) throw why;
    }
    await new Promise(done => setTimeout(done, pause));
  }
  return fetched();
}

async function fetchModule() {
  const module = await import(assets + BUILD.js);
  await module.default({ module_or_path: new URL(BUILD.wasm, assets) });
  return module;
}

/**
 * A part of this build was not to be had. Where its main module is gone from the server too, a newer build stands there: only
 * a page that is loaded anew finds all of it, and what was filled in.
 */
globalThis.__hc_missing = async () => {
  const asked = fetch(new URL(BUILD.wasm, assets), { method: 'HEAD', cache: 'no-store' });
  const answer = await asked.catch(() => null);
  // Some servers answer with their first page to whatever is not there.
  const isPage = answer && (answer.headers.get('content-type') || '').includes('html');
  if (answer && (answer.status === 404 || answer.status === 410 || isPage)) dispatchEvent(new Event('hc-outdated'));
};

/** Whether a sheet can be made in script: not before Safari 16.4 and Firefox 101. */
export const makesSheets = 'adoptedStyleSheets' in document;

/** Puts the one style sheet into a shadow root. */
export async function styles(root) {
  if (makesSheets) root.adoptedStyleSheets = [await made()];
  else await linked(root);
}

let sheet = null;
function made() {
  sheet = sheet || fetch(assets + BUILD.css).then(async answer => {
    if (!answer.ok) throw readableError('style');
    const made = new CSSStyleSheet();
    made.replaceSync(await answer.text());
    return made;
  }).catch(why => { sheet = null; throw why; });
  return sheet;
}

function linked(root) {
  for (const before of root.querySelectorAll('link')) before.remove();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  // Its rules can be read and added to, though it is of another origin.
  link.crossOrigin = 'anonymous';
  link.href = assets + BUILD.css;
  root.append(link);
  return new Promise((done, failed) => {
    link.onload = done;
    link.onerror = () => failed(readableError('style'));
  });
}

let count = 0;
/** A name for an instance that no other instance on the page has. */
export const nextId = () => 'hc' + ++count;
