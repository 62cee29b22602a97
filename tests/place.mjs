// What a place calls the app and what it looks like there: `node tests/place.mjs`.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import test from 'node:test';

const read = path => readFileSync(new URL(path, import.meta.url), 'utf8');
// By its text: Node would take a file of this name for a script of another kind.
const { GROUNDS, palette, place } = await import('data:text/javascript,' + encodeURIComponent(read('../public/place.js')));
const HERE = 'https://hc.example.gov.cn/';

/** WCAG's contrast of two colours written as #rrggbb, reckoned here once more. */
function contrast(one, other) {
  const [low, high] = [one, other].map(text => {
    const [r, g, b] = [1, 3, 5].map(at => parseInt(text.slice(at, at + 2), 16) / 255)
      .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
const long = text => (text.length === 4 ? text.replace(/[0-9a-f]/gi, '$&$&') : text);

/** What the style sheet has for names, in light and in dark. */
function tokens(names) {
  const css = read('../style/tokens.css');
  const dark = css.slice(css.indexOf('prefers-color-scheme:dark'));
  const value = (text, name) => long(new RegExp(`--hc-${name}:(#[0-9a-f]+)`).exec(text)[1]);
  return { light: names.map(name => value(css, name)), dark: names.map(name => value(dark, name)) };
}

test('the grounds are those of the style sheet', () => {
  const grounds = tokens(['surface', 'paper', 'sunken', 'cert']);
  for (const scheme of ['light', 'dark']) assert.deepEqual(GROUNDS[scheme].map(long), grounds[scheme]);
});

test('whatever the colour, all that is written can be read', () => {
  const inks = tokens(['ink', 'ink-2']);
  const steps = ['00', '33', '66', '99', 'cc', 'ff'];
  const all = steps.flatMap(r => steps.flatMap(g => steps.map(b => '#' + r + g + b)));
  for (const colour of [...all, '#0f5563', '#c8102e', '#fc0', '#808080', '#767676']) {
    for (const scheme of ['light', 'dark']) {
      const made = palette(colour, scheme === 'dark');
      const of = name => made['--hc-' + name];
      const grounds = [...GROUNDS[scheme].map(long), of('brand-tint')];
      const pairs = [
        [of('on-brand'), of('brand')], [of('on-brand'), of('brand-strong')], [of('on-panel'), of('panel')],
        ...grounds.flatMap(ground => [[of('brand-ink'), ground], [of('brand-ink-strong'), ground]]),
        ...inks[scheme].map(ink => [ink, of('brand-tint')]),
      ];
      for (const [words, ground] of pairs) {
        const found = contrast(words, ground);
        assert.ok(found >= 4.5, `${colour}, ${scheme}: ${words} on ${ground} is ${found.toFixed(2)}`);
      }
    }
  }
});

test('yellow stays yellow and gets black words, and never stands as words on white', () => {
  const yellow = palette('#fc0', false);
  assert.equal(yellow['--hc-brand'], '#ffcc00');
  assert.equal(yellow['--hc-on-brand'], '#000000');
  assert.notEqual(yellow['--hc-brand-ink'], '#ffcc00');
});

test('a colour that can be read as it is stands everywhere as it is', () => {
  for (const [colour, isDark] of [['#0f5563', false], ['#86cbd3', true]]) {
    const made = palette(colour, isDark);
    assert.equal(made['--hc-brand'], colour);
    assert.equal(made['--hc-brand-ink'], colour);
  }
});

test('one colour is for both, a second one for the dark alone, and none changes nothing', () => {
  const schemes = config => place(config, HERE).rules.map(rule => (rule.includes('dark') ? 'dark' : 'light'));
  assert.deepEqual(schemes({}), []);
  assert.deepEqual(schemes({ brand: '#7a1f3d' }), ['light', 'dark', 'dark']);
  assert.deepEqual(schemes({ 'brand-dark': '#f0a9bf' }), ['dark', 'dark']);
  const both = place({ brand: '#7a1f3d', 'brand-dark': '#f0a9bf' }, HERE).rules;
  assert.ok(both[0].includes('--hc-brand:#7a1f3d') && both[1].includes('--hc-brand:#f0a9bf'));
});

test('what is good is taken', () => {
  const taken = place({ name: '示例市健康证', logo: 'logo-0123abcd.svg', api: 'https://api.example', theme: 'dark' }, HERE);
  assert.deepEqual(taken, { name: '示例市健康证', logo: HERE + 'logo-0123abcd.svg', rules: [], wrong: [] });
  assert.equal(place({ logo: '/pictures/logo.png' }, HERE).logo, HERE + 'pictures/logo.png');
  assert.deepEqual(place({ name: { 'zh-CN': '示例', en: 'Sample' } }, HERE).wrong, []);
  assert.deepEqual(place({ name: null, logo: null }, HERE), { name: undefined, logo: undefined, rules: [], wrong: [] });
});

test('what cannot be is told, and the rest is taken', () => {
  for (const [key, value] of [
    ['name', ''], ['name', ' '], ['name', 7], ['name', []], ['name', {}], ['name', { en: 1 }], ['name', 'x'.repeat(61)],
    ['logo', ''], ['logo', 7], ['logo', 'https://elsewhere.example/logo.svg'], ['logo', '//elsewhere.example/logo.svg'],
    ['logo', 'data:image/svg+xml,<svg/>'], ['logo', 'javascript:1'], ['logo', 'http://'],
    ['brand', 'yellow'], ['brand', '#12345'], ['brand', '0f5563'], ['brand', 'red;}*{display:none'], ['brand', ['#fc0']],
    ['brand-dark', '#ggg'], ['brand-dark', false],
  ]) {
    const taken = place({ name: '示例', logo: 'l.svg', brand: '#7a1f3d', 'brand-dark': '#f0a9bf', [key]: value }, HERE);
    assert.equal(taken.wrong.length, 1, `${key}: ${JSON.stringify(value)}`);
    assert.ok(taken.wrong[0].includes(`"${key}"`) && taken.wrong[0].includes(JSON.stringify(value)));
    assert.ok(!taken.rules.join().includes('yellow') && !taken.rules.join().includes('display'));
    assert.equal(taken.logo, key === 'logo' ? undefined : HERE + 'l.svg');
    assert.equal(taken.name, key === 'name' ? undefined : '示例');
  }
});
