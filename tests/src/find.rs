//! Finding things as a person does: by what they are and what they are called, through open shadow roots too.
use http::Method;
use serde_json::Value;
use thirtyfour::{ElementId, RequestData, SessionId, common::command::FormatRequestData, prelude::*};

/// What the browser itself says about an element.
#[derive(Debug)]
struct Computed {
    id: ElementId,
    /// `computedrole` or `computedlabel`.
    what: &'static str,
}

impl FormatRequestData for Computed {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::GET, format!("/session/{session}/element/{}/{}", self.id, self.what))
    }
}

async fn computed(element: &WebElement, what: &'static str) -> WebDriverResult<String> {
    let answer = element.handle().cmd(Computed { id: element.element_id(), what }).await?;
    Ok(answer.value_json()?.as_str().unwrap_or_default().to_owned())
}

/// What may have a role, in document order, through open shadow roots; only what is drawn and whose words fit at all.
/// The browser's own word is asked for these only: it costs two calls an element.
const CANDIDATES: &str = r#"
const [role, name] = arguments;
const tags = { button: 'button,summary,[role=button]', link: 'a[href]', heading: 'h1,h2,h3,h4,[role=heading]',
  textbox: 'input,textarea', checkbox: 'input[type=checkbox],[role=checkbox],[role=switch]', radio: 'input[type=radio]',
  combobox: 'select,input[list],[role=combobox]', listitem: 'li,[role=listitem]', alert: '[role=alert]', dialog: 'dialog,[role=dialog]',
  spinbutton: 'input[type=number]', group: 'fieldset,[role=group],[role=radiogroup],details', status: '[role=status],output',
  img: 'img,svg[role=img],[role=img]', progressbar: 'progress,[role=progressbar]', file: 'input[type=file]', tab: '[role=tab]' };
const css = tags[role] || `[role=${role}]`;
const found = [];
const squeeze = text => (text || '').replace(/\s+/g, ' ').trim();
const words = element => squeeze([element.getAttribute('aria-label'), element.textContent, element.title, element.alt, element.placeholder,
  ...(element.labels ? [...element.labels].map(label => label.textContent) : []),
  ...(element.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean).map(id => element.getRootNode().getElementById?.(id)?.textContent)].join(' '));
const walk = root => {
  for (const element of root.querySelectorAll('*')) {
    if (element.matches(css) && (element.checkVisibility?.() ?? true) && !element.closest('[inert]') && words(element).includes(squeeze(name))) found.push(element);
    if (element.shadowRoot) walk(element.shadowRoot);
  }
};
walk(document);
// A control that takes files ends with what it is for: "Choose photo Portrait" is not "Choose photo Portrait side of the ID".
const exact = role === 'file' ? found.filter(element => words(element).endsWith(squeeze(name))) : [];
return exact.length ? exact : found;
"#;

/// Elements with this role whose name contains `name`; those whose name is exactly that come first.
///
/// `file` is our own word for a control that takes files: browsers give it no role of its own.
pub async fn by_role(driver: &WebDriver, role: &str, name: &str) -> anyhow::Result<Vec<WebElement>> {
    let found = driver.execute(CANDIDATES, vec![role.into(), name.into()]).await?.elements()?;
    let mut exact = vec![];
    let mut fitting = vec![];
    for element in found {
        if role == "file" {
            fitting.push(element);
            continue;
        }
        let called = computed(&element, "computedlabel").await?;
        let is = computed(&element, "computedrole").await?;
        if !same_role(&is, role) {
            continue;
        }
        let called = called.split_whitespace().collect::<Vec<_>>().join(" ");
        if called == name {
            exact.push(element);
        } else if called.contains(name) || role == "alert" || role == "status" || role == "listitem" {
            fitting.push(element);
        }
    }
    exact.append(&mut fitting);
    Ok(exact)
}

/// Engines differ in a few words for the same thing.
fn same_role(is: &str, wanted: &str) -> bool {
    is == wanted
        || matches!(
            (wanted, is),
            ("textbox", "searchbox" | "textField" | "spinbutton")
                | ("combobox", "menulist" | "listbox" | "popupbutton" | "button")
                | ("checkbox", "switch")
                | ("group", "radiogroup" | "Details")
                | ("img", "image" | "graphics-document")
                | ("button", "DisclosureTriangle" | "summary")
        )
}

/// All text that is drawn, through open shadow roots; what keeps words together at the end of a line is not told.
pub async fn text(driver: &WebDriver) -> anyhow::Result<String> {
    let script = r"
const parts = [document.body.innerText];
const walk = root => { for (const element of root.querySelectorAll('*')) if (element.shadowRoot) {
  for (const child of element.shadowRoot.children) parts.push(child.innerText || ''); walk(element.shadowRoot); } };
walk(document);
return parts.join('\n').replace(/\xa0/g, ' ').replace(/\u2060/g, '');";
    Ok(driver.execute(script, vec![]).await?.json().as_str().unwrap_or_default().to_owned())
}

/// Runs an expression in the page and gives back its value. A promise is awaited.
pub async fn evaluate(driver: &WebDriver, expression: &str) -> anyhow::Result<Value> {
    let script = format!(
        "const done = arguments[arguments.length - 1]; (async () => ({expression}))().then(done, why => done({{ error: String(why) }}));"
    );
    let value = driver.execute_async(&script, vec![]).await?.json().clone();
    if let Some(why) = value.get("error") {
        anyhow::bail!("the page says: {why}");
    }
    Ok(value)
}
