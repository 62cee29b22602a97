// What a person sees when the app cannot go on: plain JavaScript, because after a panic the wasm must not be called again.
// You will not find the app here, nor what is seen before it comes (opening.js). Text of a panic may hold what somebody typed: it is never shown and never sent.
// BUILD is put in when the app is built.

const WORDS = {
  'zh-CN': {
    lang: 'zh-CN',
    title: '页面停住了，不是您的操作造成的',
    saved: '您填的内容存到 {time}，都在这部手机上。',
    kept: '已经存下的内容都在这部手机上。',
    after: '那之后填的还没存下；屏幕上的内容，导出的一份里有。',
    memory: '这部手机没能存下您填的内容，重新打开就没有了。请先导出一份，里面有这个屏幕上的内容。',
    reopen: '重新打开',
    copy: '导出一份',
    text: '如果没有出现文件，请复制下面的文字，粘贴到别处保存。',
    take: '复制文字',
    taken: '已经复制。',
    untaken: '没有复制成。请长按文字，全选后复制。',
    closed: '手机的存储打不开，这里只有屏幕上的内容。',
    sealed: '还有 {n} 份打不开，没有导出。',
    others: '还有 {n} 份是别人的，没有导出；本人登录后打得开。',
    again: '又停住了。请先导出一份，再联系办理窗口。',
    opening: '正在打开',
    slow: '网络有点慢，还在打开。',
    load: '页面没有加载完，可能是网络断了。',
    retry: '再试一次',
    old: '这部手机的浏览器太旧，打不开表格。可以换一个浏览器，或到窗口办理。',
    insecure: '这个网址不安全（不是 https），不能填写。请点这里打开安全的网址。',
  },
  en: {
    lang: 'en',
    title: 'The page stopped; it was not something you did',
    saved: 'What you entered is on this phone, saved at {time}.',
    kept: 'What was saved is on this phone.',
    after: 'What you entered after that was not saved yet: what is on this screen is in the copy that you can export.',
    memory: 'Nothing can be stored on this phone: what you entered is gone when you open this again. Export a copy first; it holds what is on this screen.',
    reopen: 'Open again',
    copy: 'Export a copy',
    text: 'If no file appeared, copy the text below and paste it where it is kept.',
    take: 'Copy the text',
    taken: 'Copied.',
    untaken: 'Not copied. Press and hold the text, select all of it and copy it.',
    closed: 'The storage of this phone does not open: this is only what was on the screen.',
    sealed: '{n} more cannot be opened and are not in here.',
    others: '{n} more are somebody else\u2019s and are not in here; they open when that person signs in.',
    again: 'It stopped again. Export a copy, then contact the office.',
    opening: 'Opening',
    slow: 'The network is slow. It is still opening.',
    load: 'The page did not load completely; the network may be down.',
    retry: 'Try again',
    old: 'This browser is too old for the form. Try another browser, or visit an office.',
    insecure: 'This address is not secure (no https), so the form cannot be used here. Press here to open the secure one.',
  },
};

/** @returns {Error} an error that the loading screen turns into a sentence */
export const readableError = what => new Error('hc: ' + what);

/** The words in the language of a root: what the app last showed there, else the page's, else Chinese. */
export function words(part) {
  return WORDS[language(part)];
}

/** The language that is spoken there; where it is none of ours, English. */
function language(part) {
  const shown = part.root.querySelector('[lang]');
  const lang = (shown && shown.lang) || part.lang || document.documentElement.lang || 'zh-CN';
  if (lang.toLowerCase().startsWith('zh')) return 'zh-CN';
  return WORDS[lang.slice(0, 2)] ? lang.slice(0, 2) : 'en';
}

export function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function button(text, quiet, press) {
  const made = element('button', quiet ? 'hc-btn hc-btn--quiet' : 'hc-btn', text);
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}

/** `hidden` alone loses against any rule that sets a display. */
function conceal(child, away) {
  child.inert = away;
  if (away) child.style.setProperty('display', 'none', 'important');
  else child.style.removeProperty('display');
}

/** Hides what is in the root and shows a notice that takes the focus. Gives back what it stands in. */
function notice(part, title, lines, buttons) {
  for (const child of part.root.children) conceal(child, true);
  const frame = element('div', 'hc hc-recovery');
  // The page around it may say that it is in another language.
  frame.lang = language(part);
  const main = element('div', 'hc-main');
  const shell = element('div', 'hc-shell');
  const box = element('div', 'hc-notice hc-stack');
  box.setAttribute('role', 'alert');
  box.tabIndex = -1;
  const heading = element('h1', 'hc-h1', title);
  // In somebody else's page the first level is taken.
  if (part.headings) heading.setAttribute('aria-level', part.headings);
  box.append(heading, ...lines.map(line => element('p', '', line)));
  const row = element('div', 'hc-row');
  row.append(...buttons);
  box.append(row);
  main.append(box);
  shell.append(main);
  frame.append(shell);
  part.root.append(frame);
  box.focus({ preventScroll: true });
  return main;
}

/** The browser lacks what the app cannot do without. */
export function tooOld(part) { notice(part, words(part).old, [], []); }

/** No https: there is no encryption, no lock and no camera here. */
export function insecure(part) {
  const safe = document.createElement('a');
  safe.href = 'https://' + location.host + location.pathname + location.search + location.hash;
  safe.textContent = words(part).insecure;
  notice(part, '', [], [safe]);
}

/** The build could not be fetched. `retry` is run after the notice is gone. */
export function notLoaded(part, retry) {
  const text = words(part);
  notice(part, text.load, [], [button(text.retry, false, () => { unsaid(part.root); retry(); })]);
}

/** Takes away what was said in a root, and shows again what it hid. */
export function unsaid(root) {
  for (const said of root.querySelectorAll('.hc-recovery')) said.remove();
  for (const child of root.children) conceal(child, false);
}

/** Whether this browser can run the app at all. */
export function capable() {
  // A module with one table of external references: the youngest thing in WebAssembly that the build uses.
  const probe = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 4, 4, 1, 111, 0, 1]);
  return typeof WebAssembly === 'object' && WebAssembly.validate(probe)
    && 'indexedDB' in globalThis && 'replaceChildren' in Element.prototype && 'at' in Array.prototype;
}

// --- after a panic ---------------------------------------------------------------------------------------------

const CRASHES = 'hc-crashes';
const parts = new Set();
/** How often it has stopped in this tab, once it has stopped on this page. */
let stops = 0;

// What the files of this build have in their names, and so in the stack of what goes wrong in them.
const BUILD_HASH = (BUILD.wasm || '').replace(/^.*-|_bg\.wasm$/g, '');

/** Whether the app's own code was stopped by the machine: that is no panic, and nothing tells of it but the error itself. */
function isOurTrap(error) {
  if (typeof WebAssembly !== 'object' || !(error instanceof WebAssembly.RuntimeError)) return false;
  const stack = String(error.stack);
  // Where the stack names no file (Safari), only a page without wasm of its own can tell: better one notice too many.
  return !stack.includes('.wasm') || stack.includes(BUILD_HASH);
}

addEventListener('error', event => { if (parts.size && isOurTrap(event.error)) stop(); });
addEventListener('unhandledrejection', event => { if (parts.size && isOurTrap(event.reason)) stop(); });

/** A root that shows the recovery screen when the app stops: `{ root, lang, stopped? }`. Gives back how to take it off again. */
export function watch(part) {
  parts.add(part);
  return () => parts.delete(part);
}

/** Whether the app has stopped on this page. From then on nothing may call it. */
export const isDead = () => stops > 0;

function crashes() {
  try {
    const n = (Number(sessionStorage.getItem(CRASHES)) || 0) + 1;
    sessionStorage.setItem(CRASHES, String(n));
    return n;
  } catch { return 1; }
}

/** A minute of normal running makes the next stop a first one again. */
export function running() {
  setTimeout(() => { if (!stops) try { sessionStorage.removeItem(CRASHES); } catch { /* storage is off: nothing to forget */ } }, 60_000);
}

function stop() {
  if (stops) return;
  stops = crashes();
  // Not now: the wasm is still on the stack.
  queueMicrotask(() => parts.forEach(stopped));
}

/** Says in the root of a part that the app has stopped, with the way to open it anew and a copy of what was filled in. */
export function stopped(part) {
  if (part.stopped) part.stopped();
  const text = words(part);
  // When the last completed save began, and the last change: told by the app.
  const saved = globalThis.__hc_saved;
  const time = saved && timeOf(saved, text.lang);
  // Saved in memory only.
  const passing = globalThis.__hc_memory > (saved || 0);
  const lines = [passing ? text.memory : time ? text.saved.replace('{time}', time) : text.kept];
  if (!passing && globalThis.__hc_changed > (saved || 0)) lines.push(text.after);
  if (stops > 2) lines.push(text.again);
  const shown = copyOf(part.root);
  const buttons = [
    button(text.reopen, passing, () => location.reload()),
    button(text.copy, !passing, async () => handOut(await wholeCopy(text, shown), text, main)),
  ];
  if (passing) buttons.reverse();
  letGo(part.root);
  const main = notice(part, text.title, lines, buttons);
}

/** Ends what the app no longer can: the camera, and a view in front of the page, behind which nothing can be pressed. */
function letGo(root) {
  for (const video of root.querySelectorAll('video')) if (video.srcObject) video.srcObject.getTracks().forEach(track => track.stop());
  // Not closed: that would call the app.
  for (const dialog of root.querySelectorAll('dialog[open]')) dialog.remove();
}

/** The time at the office, as the app shows it; where its zone is not known, or not to this browser, at this phone. */
function timeOf(saved, lang) {
  const shown = zone => new Date(saved).toLocaleTimeString(lang, {
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone,
  });
  try { return shown(globalThis.__hc_zone || undefined); } catch { return shown(undefined); }
}

/** What is in the controls of the stopped screen, as lines of text. */
function copyOf(root) {
  const lines = [];
  for (const control of root.querySelectorAll('input, textarea, select')) {
    if (control.type === 'file' || control.type === 'password') continue;
    if ((control.type === 'checkbox' || control.type === 'radio') && !control.checked) continue;
    const label = control.labels && control.labels[0] ? control.labels[0].textContent.trim() : control.name;
    const value = control.type === 'checkbox' || control.type === 'radio' ? '✓' : control.value;
    if (value) lines.push(label + ': ' + value);
  }
  return lines.join('\n');
}

/** What was on the screen, and behind it what this phone keeps: drafts, and what waits to be sent with its key. */
async function wholeCopy(text, shown) {
  let stored;
  // A browser may forget to answer: what was on the screen does not wait for that.
  const late = new Promise((_, failed) => { setTimeout(failed, 5000); });
  try { stored = await Promise.race([kept(), late]); } catch { stored = { records: {}, others: 0, unreadable: -1 }; }
  const lines = [shown];
  for (const name of Object.keys(stored.records)) lines.push(name + '\n' + stored.records[name]);
  if (stored.others > 0) lines.push(text.others.replace('{n}', stored.others));
  if (stored.unreadable < 0) lines.push(text.closed);
  if (stored.unreadable > 0) lines.push(text.sealed.replace('{n}', stored.unreadable));
  return lines.filter(Boolean).join('\n\n');
}

/**
 * The records in the vault of whoever is here, and those that belong to nobody yet, opened with the key that only this browser
 * can use: what another person of this phone has typed stays closed. Photos are left out: they would be too large.
 */
async function kept() {
  const asked = request => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const opening = indexedDB.open('hc');
  // There is none: an empty one would stand in the way of the next visit.
  opening.onupgradeneeded = () => opening.transaction.abort();
  const database = await asked(opening);
  try {
    const stores = database.transaction(['open', 'vault']);
    const vault = stores.objectStore('vault');
    // No destructuring: the oldest browsers cannot.
    const answers = await Promise.all([
      asked(stores.objectStore('open').get('key')), asked(vault.getAllKeys()), asked(vault.getAll()),
    ]);
    const key = answers[0];
    const names = answers[1];
    const values = answers[2];
    const opened = async at => {
      const iv = values[at][0];
      const sealed = values[at][1];
      const additionalData = new TextEncoder().encode(names[at]);
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed);
      return JSON.parse(new TextDecoder().decode(plain));
    };
    // Who has signed out is not here, also where that could not be written there.
    const nobody = globalThis.localStorage && localStorage.getItem('hc.nobody');
    const last = nobody ? -1 : names.indexOf('session/last');
    const here = last < 0 ? null : await opened(last).catch(() => null);
    const records = {};
    let others = 0;
    let unreadable = 0;
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at];
      if (!/^(?:draft|entry)\//.test(name)) continue;
      try {
        const record = await opened(at);
        const owner = (record.head || record).owner;
        if (owner && owner !== here) others += 1;
        else records[name] = JSON.stringify(record, null, 2);
      } catch { unreadable += 1; }
    }
    return { records, others, unreadable };
  } finally { database.close(); }
}

/** As a file and, below the notice, as text to be copied: in the window of a chat no file comes, and nothing says so. */
function handOut(copy, text, main) {
  save(copy);
  const label = element('label', 'hc-field', text.text);
  const area = element('textarea', 'hc-input');
  area.readOnly = true;
  area.rows = 6;
  area.value = copy;
  label.append(area);
  const said = element('p', 'hc-hint');
  said.setAttribute('role', 'status');
  const take = async () => { said.textContent = await isCopied(area) ? text.taken : text.untaken; };
  const card = element('div', 'hc-stack');
  card.append(label, button(text.take, true, take), said);
  if (main.children[1]) main.children[1].remove();
  main.append(card);
}

async function isCopied(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    // Older, or not allowed here: what is selected can be copied all the same.
    area.focus();
    area.setSelectionRange(0, area.value.length);
    return document.execCommand('copy');
  }
}

function save(text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  link.download = 'health-certificate.txt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Whether an uncaught error came out of our wasm: other modules on a host's page have their own ways to fail. */
function ours(error) {
  const trap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
  const stack = trap ? String(error.stack) : '';
  return stack.includes(BUILD.wasm) || stack.includes(BUILD.js);
}

globalThis.__hc_panic = stop;
addEventListener('error', event => { if (ours(event.error)) { stop(); event.preventDefault(); } });
addEventListener('unhandledrejection', event => { if (ours(event.reason)) { stop(); event.preventDefault(); } });
