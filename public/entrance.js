// The entrance while the app is on its way: it is read at once, its language and the size of its letters change at once, and
// what else is pressed there happens when the app has come. What it says is src/session/entrance.html.
// BUILD is put in when the app is built.
// You will not find here what is seen at any other place (opening.js), nor what the entrance becomes (src/session/entrance.rs).
import { element, words } from './recovery.js';
import { SLOW, isDrawn, kept, language, opened, whenOver, whileSlow } from './opening.js';

/** What a person or the place may have chosen, and the values that the style sheet knows (src/shell/looks.rs). */
const LOOKS = { theme: ['light', 'dark'], size: ['elder'], contrast: ['more'] };

/** Whether nobody has opened this here before: whoever has, finds another entrance. Where that cannot be told, nobody promises. */
export async function isFirstVisit() {
  try { return (await indexedDB.databases()).every(it => it.name !== 'hc'); } catch { return false; }
}

/**
 * Shows the entrance in the root of a part, until the app is drawn there. `config`: what the place has decided; `link`: the
 * address of a path of the app.
 */
export function entrance(part, config, link) {
  if (isDrawn(part.root)) return;
  const frame = element('div', 'hc hc-opening');
  // As the app does: on a site of its own the page takes part in how it looks, below a shadow root the element.
  const carrier = part.root.host || document.documentElement;
  /** What the person did that the app may not know: the control that waits, and what was chosen. */
  const done = { held: null, lang: null, size: null };

  const look = (name, value) => {
    for (const it of [frame, carrier]) {
      if (LOOKS[name].includes(value)) it.setAttribute('data-hc-' + name, value);
      else it.removeAttribute('data-hc-' + name);
    }
  };
  const sized = () => {
    const control = frame.querySelector('[aria-pressed]');
    if (control) control.setAttribute('aria-pressed', String(frame.dataset.hcSize === 'elder'));
  };
  const draw = tag => {
    frame.lang = tag;
    frame.innerHTML = new Map(BUILD.entrance).get(tag);
    for (const it of frame.querySelectorAll('a')) it.href = link(it.getAttribute('href'));
    if (part.root.host) embed(frame, Number(part.headings));
    else dress(frame, config, tag);
    sized();
  };
  const press = event => {
    const control = event.target.closest('a, button');
    // With these a link opens a window of its own, and what is pressed to begin anew begins anew.
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey || control.closest('[data-held]')) return;
    event.preventDefault();
    if (control.hasAttribute('aria-pressed')) {
      keep(done, 'size', frame.dataset.hcSize === 'elder' ? 'usual' : 'elder');
      look('size', done.size);
      sized();
      return;
    }
    if (done.held) done.held.end();
    if (control.lang) {
      const before = frame.lang;
      const waits = done.held && controls(frame).indexOf(done.held.control);
      keep(done, 'lang', control.lang);
      draw(control.lang);
      frame.querySelector('[lang="' + before + '"]').focus();
      // What was pressed before still happens.
      if (done.held) done.held = hold(controls(frame)[waits], words(part));
    } else {
      done.held = hold(control, words(part));
    }
  };

  for (const name of Object.keys(LOOKS)) look(name, kept(name) || config[name]);
  draw(spoken(language(config.lang)));
  frame.addEventListener('click', press);
  opened(part.root);
  part.root.append(frame);
  whenOver(part.root, frame, () => {
    const focused = frame.contains(frame.getRootNode().activeElement) && nameOf(frame.getRootNode().activeElement);
    if (done.held) done.held.end();
    // What is drawn listens when it is whole.
    if (isDrawn(part.root)) setTimeout(() => handOver(part.root, done, focused));
  });
}

/** The language of ours that fits a tag best, as the app finds it (src/i18n/catalogue.rs). */
function spoken(tag) {
  const tags = BUILD.entrance.map(it => it[0]);
  const primary = it => it.split('-')[0].toLowerCase();
  return tags.find(it => it.toLowerCase() === tag.toLowerCase()) || tags.find(it => primary(it) === primary(tag)) || tags[0];
}

/** Where the app will look for it; where storage is closed, it lasts until then. */
function keep(done, name, value) {
  done[name] = value;
  try { localStorage.setItem('hc.' + name, value); } catch { /* the app is told itself */ }
}

/** What can be pressed, in its order, which is the same in every language. */
const controls = root => Array.from(root.querySelectorAll('a, button'));

/** What a control is called. */
const nameOf = control => control.getAttribute('aria-label') || control.textContent.trim();

/** A control that was pressed too early says so until the app is there: its name, itself, and how to let go of it. */
function hold(control, text) {
  const name = nameOf(control);
  const inside = Array.from(control.childNodes);
  const box = element('div', 'hc-stack');
  const said = element('p', 'hc-hint');
  said.setAttribute('role', 'status');
  box.dataset.held = '';
  box.append(said);
  control.setAttribute('aria-disabled', 'true');
  (control.closest('.hc-row') || control.getRootNode().querySelector('.hc-opening h1, .hc-opening h2')).after(box);
  if (control.matches('.hc-btn')) control.textContent = text.opening;
  // Heard too: a line that was there before its words came.
  setTimeout(() => { said.textContent = text.opening; });
  const end = whileSlow(said, text);
  return { name, control, end: () => {
    end();
    box.remove();
    control.removeAttribute('aria-disabled');
    control.replaceChildren(...inside);
  } };
}

/** Does in the app what was done before it came. */
function handOver(root, done, focused) {
  const find = fits => controls(root).find(fits);
  const named = name => name && find(it => nameOf(it) === name);
  // The app offers the languages that it does not speak, and says whether its letters are large.
  const tongue = done.lang && find(it => it.lang === done.lang);
  if (tongue) tongue.click();
  const large = done.size && find(it => it.hasAttribute('aria-pressed'));
  if (large && large.getAttribute('aria-pressed') !== String(done.size === 'elder')) large.click();
  const goOn = () => {
    const goal = named(done.held ? done.held.name : focused);
    if (goal && done.held) goal.click();
    else if (goal) goal.focus({ preventScroll: true });
    return Boolean(goal);
  };
  if (goOn() || !tongue) return;
  // It has that name when the sentences of its language are there.
  const watching = new MutationObserver(() => { if (goOn()) watching.disconnect(); });
  watching.observe(root, { childList: true, subtree: true, characterData: true });
  setTimeout(() => watching.disconnect(), SLOW);
}

/** The name and the logo of this place, where it has its own. */
function dress(frame, config, tag) {
  const home = frame.querySelector('.hc-top__name');
  const name = typeof config.name === 'string' ? config.name : Object(config.name)[tag];
  if (name) home.lastChild.data = name;
  if (!config.logo) return;
  const logo = element('img', 'hc-top__logo');
  logo.src = config.logo;
  logo.alt = '';
  home.firstElementChild.replaceWith(logo);
}

/** In somebody else's page there is no bar of ours, no `main`, which is the page's, and our headings begin below its own. */
function embed(frame, headings) {
  const top = frame.querySelector('.hc-top');
  const main = frame.querySelector('main');
  const room = element('div', 'hc-main');
  room.setAttribute('role', 'region');
  room.setAttribute('aria-label', nameOf(top.querySelector('a')));
  const tongues = element('div', 'hc-tongues');
  tongues.append(...top.querySelectorAll('[lang]'));
  room.append(tongues, ...main.childNodes);
  main.replaceWith(room);
  top.remove();
  for (const heading of frame.querySelectorAll('h1, h2, h3')) {
    heading.setAttribute('aria-level', Math.min(6, Number(heading.tagName[1]) + headings - 1));
  }
}
