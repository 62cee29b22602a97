// What a person sees until the app is here: that it is on its way and, on a slow network, that nothing is wrong with what they
// did. You will not find here what is said when it does not come (recovery.js).
import { button, element, words } from './recovery.js';

/** After so many milliseconds it is said that the network is slow: as the app itself does for what it fetches later. */
const SLOW = 4000;
/** After so many more it may be stalled, and beginning anew costs less than waiting. */
const STALLED = 26000;

/** The language that the app will most likely begin in: the person's choice here, what the page asks for, the browser's. */
export function language(asked) {
  let kept = null;
  try { kept = localStorage.getItem('hc.lang'); } catch { /* storage is closed: nothing was chosen */ }
  return kept || asked || navigator.language;
}

/** Shows in the root of a part that it is opening, until something else is drawn there. Gives back how to take it away. */
export function opening(part) {
  const text = words(part);
  // An element that was moved in its page while it opened begins once more.
  for (const before of part.root.querySelectorAll('.hc-opening')) before.remove();
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
  let timer = setTimeout(() => {
    said.textContent = text.slow;
    timer = setTimeout(() => main.append(button(text.reopen, true, () => location.reload())), STALLED);
  }, SLOW);
  const end = () => {
    clearTimeout(timer);
    watching.disconnect();
    frame.remove();
  };
  // The app is mounted before it is drawn: the file of its language may still be on its way.
  const drawn = child => child !== frame && child.firstElementChild;
  const watching = new MutationObserver(() => { if (Array.from(part.root.children).some(drawn)) end(); });
  watching.observe(part.root, { childList: true, subtree: true });
  return end;
}
