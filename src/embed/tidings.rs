//! What the page around the app is told: where a person is, and how a matter stands. Never what somebody typed, nor an id.
use crate::reactive::{effect, effect_from};
use crate::{
    offline::{EntryId, Offline, What},
    route::{Nav, Route},
};
use contract::application::State;
use js_sys::{Function, Object, Reflect};
use litemap::LiteMap;
use wasm_bindgen::JsValue;

/// Tells `page` for as long as the app stands.
pub(super) fn follow(page: Function) {
    let (route, offline) = (Nav::here().route(), Offline::here());
    let outbox = offline.outbox();
    let told = page.clone();
    effect(move || {
        let (place, item) = place(&route.get());
        tell(&told, "hc-step", &[("place", place), ("item", &item)]);
    });
    let told = page.clone();
    effect_from(move |before: Option<Vec<EntryId>>| {
        let on_its_way = before.unwrap_or_default();
        outbox.with(|rows| {
            for row in rows.iter().filter(|row| row.state.is_received() && on_its_way.contains(&row.id)) {
                if let Some(act) = act(row.what) {
                    tell(&told, "hc-submitted", &[("act", act)]);
                }
            }
            rows.iter().filter(|row| !row.state.is_settled()).map(|row| row.id.clone()).collect()
        })
    });
    effect_from(move |before: Option<LiteMap<String, State>>| {
        let now = offline.states();
        // What is seen for the first time was so before: nothing happened.
        for (id, old) in before.iter().flatten() {
            if let Some(new) = now.get(id).filter(|new| *new != old) {
                happened(&page, *old, *new);
            }
        }
        now
    });
}

fn happened(page: &Function, old: State, new: State) {
    tell(page, "hc-state", &[("state", new.code()), ("before", old.code())]);
    if matches!(new, State::Issued | State::Collected) {
        tell(page, "hc-certificate", &[("state", new.code())]);
    }
}

/// What was handed in, if it was that.
fn act(what: What) -> Option<&'static str> {
    match what {
        What::Submit => Some("submit"),
        What::Supplement => Some("supplement"),
        What::Report => Some("report"),
        What::Begin | What::Document | What::RemoveDocument | What::Withdraw => None,
    }
}

/// The name of a place, and of the part of the form that it shows.
fn place(route: &Route) -> (&'static str, String) {
    let name = match route {
        Route::Step(_, item) => return ("step", item.clone()),
        Route::Entrance => "entrance",
        Route::SignIn => "sign-in",
        Route::Home => "home",
        Route::Status(_) => "status",
        Route::Tasks(_) => "tasks",
        Route::Check(_) => "check",
        Route::Receipt(_) => "receipt",
        Route::Returned(_) => "returned",
        Route::Examination(_) => "examination",
        Route::Visit(_) => "visit",
        Route::Report(_) => "report",
        Route::Results(_) => "results",
        Route::Collect(_) => "collect",
        Route::Certificate(_) => "certificate",
        Route::Verify => "verify",
        Route::Lookup => "lookup",
        Route::Outbox => "outbox",
        Route::Settings => "settings",
        Route::Unknown(_) => "unknown",
    };
    (name, String::new())
}

fn tell(page: &Function, name: &str, detail: &[(&str, &str)]) {
    let said = Object::new();
    for (key, value) in detail.iter().filter(|(_, value)| !value.is_empty()) {
        drop(Reflect::set(&said, &(*key).into(), &(*value).into()));
    }
    // What the page does with it is its own affair, and so is what it fails at.
    drop(page.call2(&JsValue::UNDEFINED, &name.into(), &said));
}
