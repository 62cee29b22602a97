// What a person sees until the app is here: that it is on its way and, on a slow network, that nothing is wrong with what they
// did. You will not find here what is said when it does not come (recovery.js), nor the words of the entrance (entrance.js).
import { button, element, words } from './recovery.js';

/** After so many milliseconds it is said that the network is slow: as the app itself does for what it fetches later. */
export const SLOW = 4000;
/** After so many more it may be stalled, and beginning anew costs less than waiting. */
const STALLED = 26000;

/** What a person chose here before; null where they did not. */
export function kept(name) {
  try { return localStorage.getItem('hc.' + name); } catch { return null; /* storage is closed: nothing was chosen */ }
}

/** The language that the app will most likely begin in: the person's choice here, what the page asks for, the browser's. */
export const language = asked => kept('lang') || asked || navigator.language;

/** Shows in the root of a part that it is opening, until something else is drawn there. */
export function opening(part) {
  const text = words(part);
  // An element that was moved in its page while it opened begins once more.
  opened(part.root);
  const frame = element('div', 'hc hc-opening');
  const shell = element('div', 'hc-shell');
  const main = element('div', 'hc-main');
  const said = element('p', 'hc-hint', text.opening);
  said.setAttribute('role', 'status');
  const card = element('div', 'hc-card');
  for (let n = 0; n < 4; n += 1) card.append(element('div', 'hc-skel'));
  main.append(card, said);
  shell.append(main);
  frame.append(shell);
  frame.lang = text.lang;
  part.root.append(frame);
  whenOver(part.root, frame, whileSlow(said, text));
}

/** Takes away what stands in a root for the app. */
export function opened(root) {
  for (const frame of root.querySelectorAll('.hc-opening')) frame.remove();
}

/** Whether something else is drawn in a root than what stands for the app, or what says that it did not come. */
export const isDrawn = root => Array.from(root.children).some(child => !child.matches('.hc-opening') && child.firstElementChild);

/**
 * Takes a frame that stands for the app away as soon as something else is drawn in its root; `then` is called just before, or
 * when it went another way. Not under a finger: a press that begins on one page and ends on another is none.
 */
export function whenOver(root, frame, then) {
  let pressed = false;
  let over = false;
  const look = () => {
    if (over || (frame.isConnected && (pressed || !isDrawn(root)))) return;
    over = true;
    watching.disconnect();
    then();
    frame.remove();
  };
  // What the press does comes right after it.
  const release = () => setTimeout(() => { pressed = false; look(); });
  frame.addEventListener('pointerdown', () => { pressed = true; setTimeout(release, 2000); });
  for (const end of ['pointerup', 'pointercancel']) frame.addEventListener(end, release);
  // The app is mounted before it is drawn: the file of its language may still be on its way.
  const watching = new MutationObserver(look);
  watching.observe(root, { childList: true, subtree: true });
}

/** Says in a line that the network is slow, when it is, and offers beside it to begin anew. Gives back how to end that. */
export function whileSlow(said, text) {
  let timer = setTimeout(() => {
    said.textContent = text.slow;
    timer = setTimeout(() => said.parentNode.append(button(text.reopen, true, () => location.reload())), STALLED);
  }, SLOW);
  return () => clearTimeout(timer);
}
