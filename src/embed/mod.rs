//! Where the app meets the page it stands in: what JavaScript calls to mount it, and what it may be told.
//! You will not find pages or rules here; the custom element itself is `public/embed.js`.
use leptos::prelude::*;
use std::any::Any;
use wasm_bindgen::prelude::*;

/// One mounted app. Dropping it takes it out of the page; the page must keep it as long as the app is to stay.
#[wasm_bindgen]
#[derive(Default)]
pub struct Instance(Option<Box<dyn Any>>);

#[wasm_bindgen]
impl Instance {
    /// Takes the app out of the page and frees what it holds.
    pub fn unmount(&mut self) {
        self.0.take();
    }
}

/// Mounts the app into an element or a shadow root.
#[wasm_bindgen]
pub fn mount(root: web_sys::Node, config: JsValue) -> Instance {
    // A shadow root is not an HtmlElement, but mounting only calls what every node has.
    let handle = leptos::mount::mount_to(root.unchecked_into(), || view! { <div class="hc">"正在打开"</div> });
    drop(config);
    Instance(Some(Box::new(handle)))
}

/// Tells the page's recovery screen that the app has stopped. What the panic said stays here: it may hold what
/// somebody typed.
pub fn stopped() {
    let told = js_sys::Reflect::get(&js_sys::global(), &"__hc_panic".into())
        .and_then(|recover| recover.dyn_into::<js_sys::Function>())
        .and_then(|recover| recover.call0(&JsValue::NULL));
    if told.is_err() {
        leptos::logging::error!("the app has stopped");
    }
}
