//! Two of the app in one page, of which one is taken out.
use contract::documents::{FileRule, Refusal, Wanted};
use health_certificate::documents::{self, look_elsewhere};
use health_certificate::embed::{Instance, mount};
use health_certificate::form::LoadWidgets;
use health_certificate::shell::Parts;
use health_certificate::ui::PartMissing;
use image_worker::Job;
use js_sys::Array;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Blob;

/// None of them is to be had.
const PARTS: Parts = Parts {
    office: || Box::pin(async { None }),
    account: |_| Box::pin(async { Err(PartMissing) }),
    handover: |_| Box::pin(async { Err(PartMissing) }),
    seldom: |_| Box::pin(async { Err(PartMissing) }),
    widgets: LoadWidgets(|| Box::pin(async { None })),
    documents: |_| Box::pin(async { Err(PartMissing) }),
    papers: documents::Parts {
        editor: |_| Box::pin(async { Err(PartMissing) }),
        camera: |_| Box::pin(async { Err(PartMissing) }),
    },
    progress: |_| Box::pin(async { Err(PartMissing) }),
    examination: |_| Box::pin(async { Err(PartMissing) }),
    certificate: |_| Box::pin(async { Err(PartMissing) }),
    verify: |_| Box::pin(async { Err(PartMissing) }),
};

fn mounted(uid: &str) -> Instance {
    let config = js_sys::Object::new();
    for (key, value) in
        [("api", "http://127.0.0.1:9"), ("route", "hash"), ("assets", "/"), ("uid", uid)].map(|(k, v)| (k, v.into()))
    {
        js_sys::Reflect::set(&config, &key.into(), &value).unwrap();
    }
    js_sys::Reflect::set(&config, &"embedded".into(), &JsValue::TRUE).unwrap();
    mount(document().create_element("div").unwrap().into(), &config, PARTS)
}

/// Has words looked at as if they were a photo. None: it is not over yet.
fn looks(id: u32) -> Rc<Cell<Option<Refusal>>> {
    let (told, found) = (Rc::new(Cell::new(None)), Blob::new_with_str_sequence(&Array::of1(&"words".into())));
    let outcome = told.clone();
    let job = Job {
        id,
        file: found.unwrap(),
        rule: FileRule::to_choose(&[], None, 1 << 20, 1),
        wanted: Wanted::default(),
        turns: None,
        corners: None,
        watermark: None,
        marked: false,
    };
    spawn_local(async move { told.set(look_elsewhere("/", job).await.err()) });
    outcome
}

#[wasm_bindgen_test]
async fn what_another_one_has_looked_at_is_stopped_with_the_last_one_only() {
    let (mut first, mut second) = (mounted("one"), mounted("two"));
    for (number, leaves, expected) in [(1001, &mut first, Refusal::Type), (1002, &mut second, Refusal::Blank)] {
        let outcome = looks(number);
        leptos::task::tick().await;
        leaves.unmount();
        let mut found = None;
        super::visit::until(|| {
            found = outcome.take();
            found.is_some()
        })
        .await;
        assert_eq!(found, Some(expected));
    }
}
