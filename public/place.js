// What a place calls the app and what it looks like there, from its config.json: `name`, `logo`, `brand` for a light page and
// `brand-dark` for a dark one. What cannot be is told and left aside. What lies on a colour, and what of it stands on our
// grounds as words and lines, is computed so that it can be read (WCAG 2.2 AA, 4.5:1).
// boot.js fetches this only where config.json has one of these keys.
// You will not find the other colours here (style/tokens.css), nor what a page around the app may set.

const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];
const ENOUGH = 4.5;

/** What words stand on, as style/tokens.css has it: surface first, then paper, sunken and certificate. */
export const GROUNDS = {
  light: ['#fff', '#f6f4ed', '#eceadf', '#fcfaf2'],
  dark: ['#162225', '#0e1719', '#202f33', '#122a30'],
};

/** The three parts of `#rgb` or `#rrggbb`; null for anything else. */
function parts(text) {
  const found = /^#(?:([0-9a-f])([0-9a-f])([0-9a-f])|([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))$/i.exec(text);
  return found && found.slice(1).filter(Boolean).map(part => parseInt(part.length < 2 ? part + part : part, 16));
}

function luminance(colour) {
  const light = colour.map(part => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
}

function contrast(one, other) {
  const both = [luminance(one), luminance(other)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}

/** So much of the way from one colour to another. */
const towards = (one, other, share) => one.map((part, nth) => Math.round(part + (other[nth] - part) * share));

/** Black or white, whichever reads better on a colour: one of them always reaches 4.58:1. */
const on = ground => (contrast(ground, WHITE) >= contrast(ground, BLACK) ? WHITE : BLACK);

/** The colour itself, or as much of it as can be read on all of these. */
function readable(colour, grounds, end) {
  for (let share = 0; share < 1; share += 0.02) {
    const tried = towards(colour, end, share);
    if (grounds.every(ground => contrast(tried, ground) >= ENOUGH)) return tried;
  }
  return end;
}

/** All that follows from a colour, by the names that style/tokens.css gives it. */
export function palette(brand, isDark) {
  const grounds = GROUNDS[isDark ? 'dark' : 'light'].map(parts);
  const end = isDark ? WHITE : BLACK;
  const given = parts(brand);
  // In the dark a card of it would glare, and a colour that was chosen for white paper would hardly be seen.
  const fill = isDark ? readable(given, grounds, end) : given;
  const panel = isDark ? towards(grounds[0], given, 0.3) : given;
  const tint = towards(grounds[0], fill, 0.12);
  const ink = readable(fill, grounds.concat([tint]), end);
  const onFill = on(fill);
  const all = {
    'brand': fill,
    'brand-strong': towards(fill, onFill === WHITE ? BLACK : WHITE, 0.25),
    'on-brand': onFill,
    'brand-tint': tint,
    'brand-ink': ink,
    'brand-ink-strong': towards(ink, end, 0.25),
    'panel': panel,
    'on-panel': on(panel),
  };
  const named = {};
  for (const name of Object.keys(all)) named['--hc-' + name] = '#' + all[name].map(part => ('0' + part.toString(16)).slice(-2)).join('');
  return named;
}

const declared = (brand, isDark) => Object.entries(palette(brand, isDark)).map(it => it.join(':')).join(';');

function rules(brand, dark) {
  const light = brand ? [`:root,.hc .hc-show{${declared(brand, false)}}`] : [];
  const given = dark || brand;
  if (!given) return light;
  const all = declared(given, true);
  return light.concat([
    `@media screen and (prefers-color-scheme:dark){:root:not([data-hc-theme="light"]){${all}}}`,
    `@media screen{:root[data-hc-theme="dark"]{${all}}}`,
  ]);
}

const isName = text => typeof text === 'string' && text.trim() !== '' && text.length <= 60;

/** A name for all languages, or one for each by its tag. */
const isNamed = name => isName(name)
  || (!!name && typeof name === 'object' && Object.values(name).length > 0 && Object.values(name).every(isName));

const isColour = text => typeof text === 'string' && parts(text) !== null;

function isOurs(path, base) {
  try { return typeof path === 'string' && path !== '' && new URL(path, base).origin === new URL(base).origin; } catch { return false; }
}

/**
 * What a configuration says of the place whose files are at `base`: `name` and the address of its `logo`, if they are good, the
 * `rules` that make its colours, and what is `wrong` with it, in words for the console.
 */
export function place(config, base) {
  const wrong = [];
  const good = (key, is, what) => {
    const value = config[key] ?? undefined;
    if (value === undefined || is(value)) return value;
    wrong.push(`config.json: "${key}" is ${JSON.stringify(value)}, and not ${what}. It is left aside.`);
    return undefined;
  };
  const name = good('name', isNamed, 'a name of at most 60 characters, nor one for each language such as {"zh-CN": "…", "en": "…"}');
  const logo = good('logo', path => isOurs(path, base), 'the path of a picture on this origin');
  const colour = key => good(key, isColour, 'a colour written as #rrggbb or #rgb');
  return { name, logo: logo && new URL(logo, base).href, rules: rules(colour('brand'), colour('brand-dark')), wrong };
}

/** Puts it on the page. Gives the configuration with what of it is good. */
export function dressed(config, base) {
  const { name, logo, rules, wrong } = place(config, base);
  for (const words of wrong) console.warn(words);
  // No policy stops rules that a script adds to a sheet of our own.
  const { sheet } = document.querySelector('link[rel="stylesheet"]');
  for (const rule of rules) sheet.insertRule(rule, sheet.cssRules.length);
  if (typeof name === 'string') document.title = name;
  // A picture that does not come, as without a network, leaves no hole: the name stands beside it.
  document.addEventListener('error', ({ target }) => {
    if (target.className !== 'hc-top__logo') return;
    target.hidden = true;
    console.warn('The logo of config.json did not come: ' + target.src);
  }, true);
  return { ...config, name, logo };
}
