//! Where the app meets the page it stands in: what the page decides, and how it takes the app in and out.
//! You will not find pages or rules here; the custom element itself is `public/embed.js`.
mod settings;
mod tidings;

use crate::{
    i18n::Language,
    shell::{App, Languages, Looks, Parts},
};
use leptos::prelude::*;
use std::{any::Any, cell::Cell, rc::Rc};
use view::view;
use wasm_bindgen::prelude::*;

thread_local! {
    /// How many are mounted. All have their photos looked at in one place.
    static MOUNTED: Cell<u32> = const { Cell::new(0) };
}

/// One mounted app. Dropping it takes it out of the page; the page must keep it as long as the app is to stay.
#[wasm_bindgen]
pub struct Instance {
    mounted: Option<Box<dyn Any>>,
    inside: Rc<Cell<Option<(Looks, Languages)>>>,
    owner: Rc<Cell<Option<Owner>>>,
}

#[wasm_bindgen]
impl Instance {
    /// Takes the app out of the page and frees what it holds.
    pub fn unmount(&mut self) {
        self.inside.set(None);
        let Some(mounted) = self.mounted.take() else { return };
        drop(mounted);
        // Parts of the app hold on to the owner of all, so dropping it here frees nothing: listeners, streams and the line to
        // other tabs end when it is cleaned up.
        if let Some(owner) = self.owner.take() {
            owner.cleanup();
        }
        let others = MOUNTED.get().saturating_sub(1);
        MOUNTED.set(others);
        // What another one has looked at would come out blank.
        if others == 0 {
            crate::documents::let_go();
        }
    }

    /// An attribute of the element has another value now. A missing value leaves things as they are.
    pub fn set(&self, name: &str, value: Option<String>) {
        let (Some((looks, languages)), Some(value)) = (self.inside.get(), value) else { return };
        match (name, Language::find(&value)) {
            ("theme" | "size" | "contrast", _) => looks.signal(name).set(value),
            ("lang", Some(language)) => languages.change(language),
            _ => {}
        }
    }
}

/// Mounts the app into an element or a shadow root. `config` has the keys of the element's attributes, and what the
/// scripts around it know: `assets`, `uid`, `embedded`, `base`, and `tell`, which is called with a name and a detail.
pub fn mount(root: web_sys::Node, config: &JsValue, parts: Parts) -> Instance {
    let (config, tell) = (settings::read(config), settings::tell(config));
    let (inside, owner) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(None)));
    let (found, kept) = (Rc::clone(&inside), Rc::clone(&owner));
    // A shadow root is not an HtmlElement, but mounting only calls what every node has.
    let mounted = leptos::mount::mount_to(root.unchecked_into(), move || {
        kept.set(Owner::current());
        let app = view! { <App config parts/> };
        found.set(use_context::<Looks>().zip(use_context::<Languages>()));
        if let Some(tell) = &tell {
            tidings::follow(tell.clone());
        }
        app
    });
    MOUNTED.set(MOUNTED.get() + 1);
    Instance { mounted: Some(Box::new(mounted)), inside, owner }
}

/// Should the page stop later, the recovery screen tells the time of the office.
pub(crate) fn tell_recovery_screen_zone(zone: &str) {
    // Only for a sentence on that screen.
    drop(js_sys::Reflect::set(&js_sys::global(), &"__hc_zone".into(), &zone.into()));
}

/// Tells the scripts around the app that a part of this build was not to be had. They look whether the server has a newer one,
/// and say so with the event `hc-outdated`.
pub fn lacks_part() {
    let look = js_sys::Reflect::get(&js_sys::global(), &"__hc_missing".into());
    if let Ok(look) = look.and_then(JsCast::dyn_into::<js_sys::Function>) {
        // What it finds it says itself.
        drop(look.call0(&JsValue::NULL));
    }
}

/// Tells the page's recovery screen that the app has stopped. What the panic said stays here: it may hold what
/// somebody typed.
pub fn stopped() {
    let told = js_sys::Reflect::get(&js_sys::global(), &"__hc_panic".into())
        .and_then(JsCast::dyn_into::<js_sys::Function>)
        .and_then(|recover| recover.call0(&JsValue::NULL));
    if told.is_err() {
        leptos::logging::error!("the app has stopped");
    }
}
