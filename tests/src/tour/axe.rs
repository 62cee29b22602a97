//! The accessibility check: light, dark, in the other language; and beside it how wide the page is.
use super::language::{left_behind, spoken, switched};
use crate::{applicant::Applicant, browser::Browser, engine::Screen, person::Person, width};
use anyhow::{Context, ensure};
use serde_json::json;
use std::{fs, path::Path};

/// Everything that is asked of a page of the app; of whose form, if it is not translated, English is not expected.
pub(super) async fn everything(applicant: &Applicant<'_>, is_translated: bool, place: &str) -> anyhow::Result<()> {
    light_and_dark(applicant, place).await?;
    left_behind(applicant, spoken(applicant).await?, is_translated, place).await?;
    fits(applicant, Screen::PHONE, &[NARROW, WIDE], place).await?;
    // The same place in the other language, without going anywhere.
    if let Some(other) = switched(applicant).await? {
        axe(applicant, Rules::AllButColours, &format!("{place}, {other}")).await?;
        left_behind(applicant, other, is_translated, place).await?;
        fits(applicant, Screen::PHONE, &[NARROW], &format!("{place}, {other}")).await?;
        switched(applicant).await?;
    }
    Ok(())
}

/// What is asked of a page of the desk, which stands on a computer.
pub(super) async fn at_the_desk(clerk: &Person<'_>, place: &str) -> anyhow::Result<()> {
    light_and_dark(clerk, place).await?;
    fits(clerk, Screen::WIDE, &[NARROW], place).await
}

const NARROW: (u32, u32) = (320, 640);
const WIDE: (u32, u32) = (1280, 900);

/// In windows of these sizes nothing has to be scrolled sideways. Afterwards the window is as it was.
async fn fits(browser: &Browser, usual: Screen, sizes: &[(u32, u32)], place: &str) -> anyhow::Result<()> {
    for &size in sizes {
        width::resized(browser, size, 1.0).await?;
        width::no_wider_than_the_window(browser).await.with_context(|| format!("{place}, {} wide", size.0))?;
    }
    let scale = if usual.phone { 2.0 } else { 1.0 };
    let metrics =
        json!({ "width": usual.width, "height": usual.height, "deviceScaleFactor": scale, "mobile": usual.phone });
    browser.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
    Ok(())
}

/// Whatever axe has to say of a page, and of its colours in the dark.
pub(crate) async fn light_and_dark(browser: &Browser, place: &str) -> anyhow::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
    let source = fs::read_to_string(&source).context("axe-core is missing: npm ci")?;
    browser.driver.execute(&format!("if (!globalThis.axe) {{ {source} }}"), vec![]).await?;
    axe(browser, Rules::All, &format!("{place}, light")).await?;
    browser.set_scheme(true).await?;
    axe(browser, Rules::Colours, &format!("{place}, dark")).await?;
    browser.set_scheme(false).await
}

/// What axe is asked for: the page in the dark has other colours and the same elements, in the other language other
/// words and the same colours, and the colours take axe most of its time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    All,
    Colours,
    AllButColours,
}

async fn axe(browser: &Browser, rules: Rules, what: &str) -> anyhow::Result<()> {
    let all = json!({ "type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    let asked = match rules {
        Rules::All => json!({ "runOnly": all }),
        Rules::Colours => json!({ "runOnly": { "type": "rule", "values": COLOURS } }),
        Rules::AllButColours => {
            let off: serde_json::Map<_, _> =
                COLOURS.iter().map(|rule| ((*rule).to_owned(), json!({ "enabled": false }))).collect();
            json!({ "runOnly": all, "rules": off })
        }
    };
    let found = browser.driver.execute_async(AXE, vec![asked, json!(UNSURE)]).await?;
    let found = found.json().as_str().unwrap_or("axe gave no answer").to_owned();
    ensure!(found.is_empty(), "axe at {what}:\n{found}");
    Ok(())
}

/// axe's rules that look at colours.
const COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];

/// Where axe cannot tell a colour, and somebody has looked: the reason that axe gives, and the selector of what it stands on.
const UNSURE: [(&str, &str); 5] = [
    // The fine lines behind the card's words are lighter than any word on it.
    ("imgNode", ".hc-cert"),
    // The word across a card that is void, which lies over the rest on purpose.
    ("pseudoContent", ".hc-cert--void"),
    // A sign beside words that say the same, in their colour.
    ("nonBmp", "span[aria-hidden=true]"),
    // Something lies over it: whether a finger can move that away, those who touch it find out.
    ("bgOverlap", "*"),
    // Arrows, in the ink of all text on the ground of all cards.
    ("nonBmp", ".hc-edit__way"),
];

/// What sticks to the lower edge lies over something at every place of the scroll bar: a finger moves that, axe does not.
/// Of somebody else's page only our part is looked at.
const AXE: &str = r"
const [asked, unsure, done] = arguments;
const part = document.querySelector('health-certificate');
const root = part ? part.shadowRoot : document;
const loose = new CSSStyleSheet();
loose.replaceSync('.hc-actions{position:static !important}');
if (!root.adoptedStyleSheets.some(sheet => sheet.cssRules.length === 1 && sheet.cssRules[0].cssText.includes('.hc-actions')))
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, loose];
const told = (rule, nodes) => rule.id + ': ' + rule.help + '\n' + nodes.slice(0, 3).map(n => '  ' + n.html.slice(0, 200) + ' ' + (n.any[0] ? n.any[0].message : '')).join('\n');
const element = node => node.target.flat().reduce((from, selector) => (from.shadowRoot || from).querySelector(selector), document);
const reason = node => node.any[0]?.data?.messageKey;
const is_open = node => !unsure.some(([why, where]) => reason(node) === why && element(node)?.closest(where));
axe.run(part || document, { ...asked, resultTypes: ['violations', 'incomplete'] }).then(({ violations, incomplete }) => {
  const colours = incomplete.filter(it => it.id === 'color-contrast').map(it => ({ ...it, nodes: it.nodes.filter(is_open) })).filter(it => it.nodes.length);
  done([...violations.map(it => told(it, it.nodes)), ...colours.map(it => 'nobody has looked at ' + it.nodes.map(reason) + ' of ' + told(it, it.nodes))].join('\n'));
}, why => done('axe failed: ' + why));";
