// What the service worker keeps, and what it does not: `node tests/worker.mjs`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import test from 'node:test';
import vm from 'node:vm';

const SCRIPT = readFileSync(new URL('../public/sw.js', import.meta.url), 'utf8');
const HERE = 'https://office.example/';
const hash = text => createHash('sha256').update(text).digest('hex').slice(0, 16);

const PAGE = '<!doctype html><title>app</title>';
const PORTAL = '<!doctype html><title>Welcome to our Wi-Fi</title>';
const CONFIG = '{"api":"https://api.example"}';
/** The files of a build, and what draws PDFs beside it. */
const FILES = { 'index.html': PAGE, 'config.json': '{}', 'app-0123456789abcdef.js': 'app' };
const FOLDER = 'paper-00112233aabbccdd/';

const TYPES = { html: 'text/html; charset=utf-8', json: 'application/json', js: 'text/javascript' };
const answer = (text, type) => new Response(text, { headers: { 'Content-Type': TYPES[type] } });
const of = path => path.split('.').pop();

/** An answer that says of itself that it was led elsewhere. */
const led = (it, redirected = true) => Object.defineProperty(it, 'redirected', { value: redirected });

/** The caches of a browser, which outlive a worker. */
class Stores {
  all = new Map();
  keys = async () => [...this.all.keys()];
  delete = async name => this.all.delete(name);
  open = async name => {
    if (!this.all.has(name)) this.all.set(name, new Store());
    return this.all.get(name);
  };
  has = async name => this.all.has(name);
  match = async (url, { cacheName } = {}) => {
    for (const [name, store] of this.all) {
      if (cacheName && name !== cacheName) continue;
      const found = await store.match(url);
      if (found) return found;
    }
  };
}

class Store {
  kept = new Map();
  keys = async () => [...this.kept.keys()].map(url => ({ url }));
  match = async what => {
    const found = this.kept.get(what.url || what);
    return found && led(found.clone(), found.redirected);
  };
  put = async (what, it) => { this.kept.set(what.url || what, it); };
}

/** A worker of a build. `server` answers a path, or nothing where there is no such file; it has no network while it throws. */
function worker(stores, server, { id = 'one', paper = FOLDER, files = FILES, open = [] } = {}) {
  const heard = {};
  const fetched = async what => {
    const path = (what.url || what).slice(HERE.length);
    return (await server(path)) || new Response('', { status: 404 });
  };
  const list = Object.entries(files).map(([path, text]) => [path, hash(text)]);
  const scope = {
    BUILD: { id, paper, files: list },
    caches: stores, fetch: fetched, crypto, Response, URL, Uint8Array, Map, Promise, Error, setTimeout,
    clients: { claim: async () => {}, matchAll: async () => open.map(path => ({ url: new URL(path, HERE).href })) },
    addEventListener: (name, listen) => {
      const before = heard[name] || (() => {});
      heard[name] = event => { before(event); listen(event); };
    },
  };
  scope.self = { location: new URL('sw.js', HERE), skipWaiting: async () => {} };
  vm.runInNewContext(SCRIPT, scope);
  return {
    fills: () => new Promise((done, failed) => heard.install({ waitUntil: it => it.then(done, failed) })),
    takesOver: () => new Promise((done, failed) => heard.activate({ waitUntil: it => it.then(done, failed) })),
    /** Whether a page that asks for the new build gets it now. */
    mayTakeOver: () => new Promise(done => heard.message({
      data: 'hc-take-over', ports: [{ postMessage: done }], waitUntil: it => it,
    })),
    /** What a page gets; `undefined` where the worker leaves it to the browser. */
    async answers(path, mode = 'no-cors') {
      let given;
      const beside = [];
      const waitUntil = it => { beside.push(it); };
      heard.fetch({ request: { method: 'GET', url: HERE + path, mode }, respondWith: it => { given = it; }, waitUntil });
      await Promise.all(beside);
      return given;
    },
  };
}

const whole = (more = {}) => async path => {
  const text = { ...FILES, ...more }[path];
  return text === undefined ? undefined : answer(text, of(path));
};
const nothing = async () => { throw new TypeError('no network'); };

test('a page of the app opens without network', async () => {
  const stores = new Stores();
  await worker(stores, whole()).fills();
  assert.equal(await (await worker(stores, nothing).answers('a/1/tasks', 'navigate')).text(), PAGE);
});

test('a file of another build stops all of it', async () => {
  const stores = new Stores();
  await assert.rejects(worker(stores, whole({ 'app-0123456789abcdef.js': 'newer' })).fills(), /of another build/);
  assert.equal(await stores.match(HERE + 'hc-whole'), undefined);
});

test('where a host leads /index.html to / the page opens all the same', async () => {
  const stores = new Stores();
  const files = whole();
  const leads = async path => {
    const found = await files(path);
    // A browser refuses such an answer to a navigation.
    return path === 'index.html' ? led(found) : found;
  };
  await worker(stores, leads).fills();
  const page = await worker(stores, nothing).answers('', 'navigate');
  assert.equal(page.redirected, false);
  assert.equal(await page.text(), PAGE);
  assert.equal(page.headers.get('content-type'), TYPES.html);
});

test('a page of a gateway is no configuration, and the build is not whole with it', async () => {
  const stores = new Stores();
  const files = whole({ 'config.json': CONFIG });
  let portal = true;
  const server = async path => (portal && path === 'config.json' ? answer(PORTAL, 'html') : files(path));
  await assert.rejects(worker(stores, server).fills());
  assert.equal(await stores.match(HERE + 'hc-whole'), undefined);
  portal = false;
  await worker(stores, server).fills();
  assert.equal(await (await worker(stores, nothing).answers('config.json')).text(), CONFIG);
});

test('a place without a configuration opens without network, also where it had one before', async () => {
  const { 'config.json': _, ...without } = FILES;
  const none = async path => (path in without ? answer(without[path], of(path)) : undefined);
  for (const first of [whole({ 'config.json': CONFIG }), none]) {
    const stores = new Stores();
    await worker(stores, first).fills();
    assert.ok(await stores.match(HERE + 'hc-whole'));
    assert.equal(await (await worker(stores, none).answers('config.json')).text(), '{}');
    assert.equal(await (await worker(stores, nothing).answers('config.json')).text(), '{}');
  }
});

test('a page whose headers are new is had with them at the next start, and by the next build', async () => {
  const stores = new Stores();
  let rule = 'connect-src \'self\'';
  const files = whole();
  const server = async path => {
    const found = await files(path);
    if (path === 'index.html') found.headers.set('content-security-policy', rule);
    return found;
  };
  const first = worker(stores, server);
  await first.fills();
  const told = async it => (await it.answers('home', 'navigate')).headers.get('content-security-policy');
  const old = rule;
  rule = 'connect-src \'self\' https://api.example';
  assert.equal(await told(first), old);
  assert.equal(await told(worker(stores, nothing)), rule);
  rule += ' https://issuer.example';
  const next = worker(stores, server, { id: 'two' });
  await next.fills();
  assert.equal(await told(next), rule);
});

test('what draws PDFs is kept from the first time on, also by the next build that has the same', async () => {
  const stores = new Stores();
  const files = whole({ [FOLDER + 'worker.js']: 'reads' });
  const first = worker(stores, files);
  await first.fills();
  assert.equal(await (await first.answers(FOLDER + 'worker.js')).text(), 'reads');
  for (const id of ['two', 'three']) {
    const next = worker(stores, whole(), { id });
    await next.fills();
    await next.takesOver();
  }
  assert.equal(await (await worker(stores, nothing, { id: 'three' }).answers(FOLDER + 'worker.js')).text(), 'reads');
});

test('what draws PDFs is found where it was fetched while the next build waited', async () => {
  const stores = new Stores();
  const files = whole({ [FOLDER + 'worker.js']: 'reads' });
  const first = worker(stores, files);
  await first.fills();
  const next = worker(stores, files, { id: 'two' });
  await next.fills();
  await first.answers(FOLDER + 'worker.js');
  await next.takesOver();
  assert.equal(await (await worker(stores, nothing, { id: 'two' }).answers(FOLDER + 'worker.js')).text(), 'reads');
});

test('a page of a gateway is not kept in the place of what draws PDFs', async () => {
  const stores = new Stores();
  let portal = true;
  const files = whole({ [FOLDER + 'paper.js']: 'draws' });
  const keeps = worker(stores, async path => (portal && path.startsWith(FOLDER) ? answer(PORTAL, 'html') : files(path)));
  await keeps.fills();
  await keeps.answers(FOLDER + 'paper.js');
  portal = false;
  assert.equal(await (await keeps.answers(FOLDER + 'paper.js')).text(), 'draws');
});

test('a new build waits for another page of the app, and for no other page of the site', async () => {
  for (const [open, taken] of [
    [['home'], true],
    [['home', 'desk/queue', 'about.html', 'https://city.example/a/1'], true],
    [['a/1/step/person', 'a/1/step/person?from=check#name'], false],
    [['home', 'verify'], false],
    [['', 'outbox/'], false],
  ]) {
    assert.equal(await worker(new Stores(), whole(), { open }).mayTakeOver(), taken, open.join());
  }
});

test('of the builds before it keeps the last whole one', async () => {
  const stores = new Stores();
  await worker(stores, whole()).fills();
  const files = { ...FILES, 'more-0123456789abcdef.js': 'that the server has not' };
  await assert.rejects(worker(stores, whole(), { id: 'two', files }).fills());
  const third = worker(stores, whole(), { id: 'three' });
  await third.fills();
  await third.takesOver();
  assert.deepEqual(await stores.keys(), ['hc-one', 'hc-three']);
  // One that is being filled while this one takes over is not the older one's to delete.
  await stores.open('hc-four');
  await third.takesOver();
  assert.deepEqual(await stores.keys(), ['hc-one', 'hc-three', 'hc-four']);
});

test('a worker that was switched off keeps nothing more', async () => {
  const stores = new Stores();
  const files = whole({ 'config.json': CONFIG, [FOLDER + 'worker.js']: 'reads' });
  const off = worker(stores, files);
  await off.fills();
  for (const name of await stores.keys()) await stores.delete(name);
  for (const path of ['index.html', 'config.json', FOLDER + 'worker.js']) assert.ok(await off.answers(path), path);
  await off.answers('home', 'navigate');
  assert.deepEqual(await stores.keys(), []);
});

test('it answers nothing but its own', async () => {
  const keeps = worker(new Stores(), whole());
  for (const [path, mode] of [['api/v1/session', 'cors'], ['desk', 'navigate'], ['sw-off.js', 'no-cors']]) {
    assert.equal(await keeps.answers(path, mode), undefined, path);
  }
});
