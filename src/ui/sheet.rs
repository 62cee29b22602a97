//! Styles that come with a later part of the app: put on by the page, or by the shadow root that we stand in.

use js_sys::{Array, Function, Reflect};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Node;

thread_local! {
    /// What was made of which text.
    static MADE: RefCell<Vec<(&'static str, JsValue)>> = const { RefCell::new(Vec::new()) };
    /// Which text stands in which root's sheet, in an old browser: such a sheet is no other root's.
    static PUT: RefCell<Vec<(&'static str, JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// Has the root around `near` wear these styles, one rule a line; once, however often it is asked.
pub fn wear(near: &Node, rules: &'static str) {
    if worn(near, rules).is_err() {
        // An old browser: the root has one sheet, which takes rule after rule.
        drop(put_into_the_sheet(near, rules));
    }
}

fn worn(near: &Node, rules: &'static str) -> Result<(), JsValue> {
    let root = near.get_root_node();
    let sheet = made(rules)?;
    let name = "adoptedStyleSheets".into();
    let before = Array::from(&Reflect::get(&root, &name)?);
    if !before.includes(&sheet, 0) {
        before.push(&sheet);
        Reflect::set(&root, &name, &before)?;
    }
    Ok(())
}

fn made(rules: &'static str) -> Result<JsValue, JsValue> {
    let is = |text: &str| std::ptr::eq(text, rules);
    if let Some(known) = MADE.with_borrow(|made| made.iter().find(|(text, _)| is(text)).map(|(_, sheet)| sheet.clone()))
    {
        return Ok(known);
    }
    let class: Function = Reflect::get(&js_sys::global(), &"CSSStyleSheet".into())?.dyn_into()?;
    let sheet = Reflect::construct(&class, &Array::new())?;
    method(&sheet, "replaceSync")?.call1(&sheet, &rules.into())?;
    MADE.with_borrow_mut(|made| made.push((rules, sheet.clone())));
    Ok(sheet)
}

fn put_into_the_sheet(near: &Node, rules: &'static str) -> Result<(), JsValue> {
    // A page and a shadow root have it under the same name: nothing of ours goes into a sheet of the page around us.
    let sheets = Array::from(&Reflect::get(&near.get_root_node(), &"styleSheets".into())?);
    let sheet = sheets.iter().next().ok_or(JsValue::NULL)?;
    let known = PUT.with_borrow(|put| put.iter().any(|(text, of)| std::ptr::eq(*text, rules) && *of == sheet));
    if known {
        return Ok(());
    }
    let (insert, all) = (method(&sheet, "insertRule")?, Reflect::get(&sheet, &"cssRules".into())?);
    for rule in rules.lines() {
        // A rule that this browser does not know is left out, as in every sheet.
        drop(insert.call2(&sheet, &rule.into(), &Reflect::get(&all, &"length".into())?));
    }
    PUT.with_borrow_mut(|put| put.push((rules, sheet)));
    Ok(())
}

fn method(of: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(of, &name.into())?.dyn_into()
}
