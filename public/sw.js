// Keeps the files of one build, so that the app opens without network. It answers nothing else: no API, nothing but
// GET, no navigation that is not a page of the app. What a person typed is not here but in the vault.
// BUILD is put in when the app is built: { id, files: [[path, first 16 hex digits of its SHA-256], …], paper: a folder }.

const NAME = 'hc-' + BUILD.id;
const WHOLE = 'hc-whole';
const scope = new URL('.', self.location).href;
const at = path => new URL(path, scope).href;
const page = at('index.html');
const hashes = new Map(BUILD.files.map(([path, hash]) => [at(path), hash]));

/** The pages of the app; everything else is the server's. */
const PAGES = /^(?:|(?:sign-in|home|verify|lookup|outbox|settings)|(?:a|c)\/.+)\/?$/;

addEventListener('install', event => event.waitUntil(fill()));
addEventListener('activate', event => event.waitUntil(tidy()));
addEventListener('message', event => { if (event.data === 'hc-take-over') event.waitUntil(takeOver(event.ports[0])); });
addEventListener('message', event => { if (event.data === 'hc-fill') event.waitUntil(fill()); });
addEventListener('fetch', event => {
  const answer = respond(event.request, event);
  if (answer) event.respondWith(answer);
});

/** All or nothing: a build with one missing or wrong file never takes over. What is already here is not fetched again. */
async function fill() {
  const cache = await caches.open(NAME);
  const older = await Promise.all((await ours()).filter(name => name !== NAME).map(name => caches.open(name)));
  const left = Array.from(hashes);
  const fetchOn = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [url, hash] = next;
      if (await cache.match(url)) continue;
      // The page is read with its headers: what it may load and call is the site's, and may be new where not a byte of it is.
      const known = url === page ? null : await firstMatch(older, url, hash);
      await cache.put(url, known || await fetched(url, hash));
    }
  };
  // Three side by side: quick for who leaves soon, and connections stay free for what the person does meanwhile.
  await Promise.all([fetchOn(), fetchOn(), fetchOn()]);
  for (const store of older) {
    for (const { url } of await store.keys()) if (isPaper(url)) await cache.put(url, await store.match(url)).catch(() => {});
  }
  await cache.put(at(WHOLE), new Response(BUILD.id));
}

async function firstMatch(stores, url, hash) {
  for (const store of stores) {
    const found = await store.match(url);
    if (found && await digest(found.clone()) === hash) return found;
  }
  return null;
}

async function fetched(url, hash) {
  const answer = await fetch(url, { cache: 'no-cache', credentials: 'same-origin', priority: 'low' });
  if (url === at('config.json') && isGone(answer)) return decidesNothing();
  if (!answer.ok) throw new Error(url + ' ' + answer.status);
  // In the middle of a deployment two builds are on the server: take none of them. The configuration is the site's own.
  const fits = url === at('config.json') ? isJson(answer) : await digest(answer.clone()) === hash;
  if (!fits) throw new Error(url + ' is of another build');
  // A host may lead /index.html to /. No browser takes an answer that was led elsewhere for a page.
  return answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer;
}

/** A place that has no configuration, or none any more. That is kept too, or nothing would open without network. */
const isGone = answer => answer.status === 404 || answer.status === 410;
const decidesNothing = () => new Response('{}', { headers: { 'content-type': 'application/json' } });

/** A page of a gateway or of a portal is no word of the site's. */
const isJson = answer => (answer.headers.get('content-type') || '').includes('json');

async function digest(answer) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await answer.arrayBuffer()));
  return Array.from(bytes.slice(0, 8), byte => byte.toString(16).padStart(2, '0')).join('');
}

const ours = async () => (await caches.keys()).filter(name => name.startsWith('hc-'));

/** Keeps this build and the whole one before it: a page that is still open may ask for one of its parts. */
async function tidy() {
  const all = await ours();
  // Those made before this one: a newer build may be being filled right now.
  const older = all.slice(0, all.indexOf(NAME));
  const isWhole = await Promise.all(older.map(async name => (await caches.open(name)).match(at(WHOLE))));
  const before = older.filter((_, nth) => isWhole[nth]).pop();
  for (const name of older) if (name !== before) await caches.delete(name);
  await clients.claim();
}

/** With a second page open a form may be half filled there: then nothing happens, and whoever asks is told. */
async function takeOver(asking) {
  // All windows of the origin: the desk, or the site around the app, is no page of it.
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const open = windows.filter(it => isPage(it.url.split(/[?#]/)[0]));
  if (asking) asking.postMessage(open.length <= 1);
  if (open.length <= 1) await self.skipWaiting();
}

const isPage = url => url.startsWith(scope) && PAGES.test(url.slice(scope.length));

function respond(request, event) {
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return null;
  const url = request.url.split(/[?#]/)[0];
  if (request.mode === 'navigate') {
    if (!isPage(url)) return null;
    event.waitUntil(renewed().catch(() => {}));
    return kept(page, request);
  }
  if (url === at('config.json')) return fresh(url, request);
  if (hashes.has(url)) return kept(url, request);
  if (isPaper(url)) return onceFetched(url, request);
  return /-[0-9a-f]{8,16}[._]/.test(url) ? earlier(url, request) : null;
}

/** What draws PDFs is large and few need it: kept from the first time on, and by the builds that have the same. */
const isPaper = url => url.startsWith(at(BUILD.paper));

async function onceFetched(url, request) {
  // The name says what is in it, so the copy of another build will do.
  const known = await here(url) || await caches.match(url);
  if (known) return known;
  const answer = await fetch(request);
  const isPage = (answer.headers.get('content-type') || '').includes('html');
  if (answer.status === 200 && !isPage) await keep(url, answer.clone()).catch(() => {});
  return answer;
}

/** Opening a store makes it, and this worker answers its pages for a while after the site has switched it off. */
const here = url => caches.match(url, { cacheName: NAME }).catch(() => undefined);

async function keep(url, answer) {
  if (await caches.has(NAME)) await (await caches.open(NAME)).put(url, answer);
}

async function kept(url, request) {
  return await here(url) || fetch(request);
}

/** For the next time: the same page with the headers that the site gives it now. */
async function renewed() {
  if (await here(page)) await keep(page, await fetched(page, hashes.get(page)));
}

/** The configuration: the server's word if it comes soon, else the last one. */
async function fresh(url, request) {
  const last = await here(url);
  const now = fetch(request).then(async answer => {
    const word = isGone(answer) ? decidesNothing() : answer;
    if (!word.ok || !isJson(word)) return last || answer;
    // Whether or not there is room for a copy.
    await keep(url, word.clone()).catch(() => {});
    return word;
  });
  if (!last) return now;
  now.catch(() => {});
  const late = new Promise(done => setTimeout(() => done(last), 1500));
  return Promise.race([now.catch(() => last), late]);
}

async function earlier(url, request) {
  return await caches.match(url) || fetch(request);
}
