//! Styles of a later part, in a browser that makes no sheets in script.
use health_certificate::ui::wear;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Node;

const RULES: &str = ".sample-one{color:red}\n.sample-two{color:blue}";

/// What stands in a root as the loader makes it there: its own sheet first.
fn in_a_root() -> Node {
    let made = "const host = document.createElement('div'); document.body.append(host); \
        const root = host.attachShadow({ mode: 'open' }); \
        root.innerHTML = '<style>.sample-first{color:green}</style><p></p>'; return root.querySelector('p');";
    Function::new_no_args(made).call0(&JsValue::NULL).unwrap().unchecked_into()
}

/// So many rules of ours are in its sheet, and so many in those of the page.
fn rules(near: &Node) -> [u32; 2] {
    let count = "const count = list => [...list].reduce((all, it) => all + [...it.cssRules].filter(rule => \
        rule.cssText.startsWith('.sample-') && !rule.cssText.startsWith('.sample-first')).length, 0); \
        return count(near.getRootNode().styleSheets) * 100 + count(document.styleSheets);";
    let found = Function::new_with_args("near", count).call1(&JsValue::NULL, near).unwrap().as_f64().unwrap();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of a few rules")]
    let found = found as u32;
    [found / 100, found % 100]
}

#[wasm_bindgen_test]
fn each_root_wears_them_once_and_the_page_around_it_never() {
    let real = Reflect::get(&js_sys::global(), &"CSSStyleSheet".into()).unwrap();
    let none = Function::new_no_args("throw new TypeError('Illegal constructor')");
    Reflect::set(&js_sys::global(), &"CSSStyleSheet".into(), &none).unwrap();
    for near in [in_a_root(), in_a_root()] {
        for _ in 0..2 {
            wear(&near, RULES);
            assert_eq!(rules(&near), [2, 0]);
        }
    }
    Reflect::set(&js_sys::global(), &"CSSStyleSheet".into(), &real).unwrap();
}
