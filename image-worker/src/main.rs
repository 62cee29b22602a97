//! The worker: takes one [`Job`] after the other from the page and answers each.
//!
//! You will not find rules here: what a photo must be is in `contract::documents`, what is done with it in this crate's library.
use image_worker::{Answer, Job, look};
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let scope = Rc::new(scope);
    let page = Rc::clone(&scope);
    let asked = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(job) = Job::read(&event.data()) else { return };
        let page = Rc::clone(&page);
        spawn_local(async move {
            let answer = look(&job).await;
            // A page that is gone needs no answer.
            drop(page.post_message(&Answer { id: job.id, outcome: answer }.write()));
        });
    });
    scope.set_onmessage(Some(asked.as_ref().unchecked_ref()));
    asked.forget();
    drop(scope.post_message(&Answer::ready()));
}
