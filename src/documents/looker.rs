//! Has files looked at: in the worker, one at a time, or on this thread where no worker can be had.
use contract::documents::Refusal;
use image_worker::{Answer, Job, Outcome, look};
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// A worker that has not said that it is ready after so many milliseconds does not come.
const START: i32 = 10_000;
/// A look that takes longer than this has died of memory.
const LONGEST: i32 = 60_000;

#[derive(Clone)]
enum Place {
    Unknown,
    Worker(Worker),
    /// The page around us lets no worker start, or the browser has none.
    Here,
}

thread_local! {
    static PLACE: RefCell<Place> = const { RefCell::new(Place::Unknown) };
    static LAST: Cell<u32> = const { Cell::new(0) };
    /// Settles when the look before is over.
    static TAIL: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// Ends the look that is running.
    static STOP: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// The next number of a job.
pub(super) fn next_id() -> u32 {
    let next = LAST.get().wrapping_add(1);
    LAST.set(next);
    next
}

/// Looks at one file when those before it are done. `assets` is where the build's files are.
pub(super) async fn looked(assets: &str, job: Job) -> Outcome {
    let mut done = None;
    let mine = Promise::new(&mut |resolve, _| done = Some(resolve));
    let before = TAIL.replace(Some(mine));
    if let Some(before) = before {
        // It only ever resolves.
        drop(JsFuture::from(before).await);
    }
    let outcome = match place(assets).await {
        Place::Worker(worker) => asked(&worker, &job).await,
        Place::Here | Place::Unknown => look(&job).await,
    };
    if let Some(done) = done {
        drop(done.call0(&JsValue::UNDEFINED));
    }
    outcome
}

/// Ends the look that is running: a worker stops at once, and the next look starts another.
pub(super) fn stop() {
    if let Some(stop) = STOP.take() {
        forget_worker();
        drop(stop.call0(&JsValue::UNDEFINED));
    }
}

/// The app leaves the page: no worker stays behind.
pub(crate) fn let_go() {
    stop();
    forget_worker();
}

fn forget_worker() {
    if let Place::Worker(worker) = PLACE.replace(Place::Unknown) {
        worker.terminate();
    }
}

async fn asked(worker: &Worker, job: &Job) -> Outcome {
    let message = job.write();
    let answer = heard(worker, LONGEST, move |worker| worker.post_message(&message)).await;
    // Nothing in time, or the worker died: what it had in hand was too large for this phone.
    let Ok(answer) = answer else {
        forget_worker();
        return Err(Refusal::Blank);
    };
    Answer::read(&answer).filter(|it| it.id == job.id).map_or(Err(Refusal::Blank), |it| it.outcome)
}

/// The next thing a worker says after `begin`, or an error if it fails, is stopped, or says nothing for so long.
async fn heard(
    worker: &Worker,
    milliseconds: i32,
    begin: impl FnOnce(&Worker) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
    let (resolve, reject) = settle.ok_or(JsValue::NULL)?;
    let said = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        drop(resolve.call1(&JsValue::UNDEFINED, &event.data()));
    });
    worker.set_onmessage(Some(said.as_ref().unchecked_ref()));
    worker.set_onerror(Some(&reject));
    STOP.set(Some(reject.clone()));
    let timer = web_sys::window()
        .and_then(|it| it.set_timeout_with_callback_and_timeout_and_arguments_0(&reject, milliseconds).ok());
    begin(worker)?;
    let heard = JsFuture::from(promise).await;
    STOP.set(None);
    if let (Some(window), Some(timer)) = (web_sys::window(), timer) {
        window.clear_timeout_with_handle(timer);
    }
    worker.set_onmessage(None);
    worker.set_onerror(None);
    heard
}

async fn place(assets: &str) -> Place {
    let known = PLACE.with_borrow(Place::clone);
    if !matches!(known, Place::Unknown) {
        return known;
    }
    let found = match started(assets) {
        Ok(worker) => match heard(&worker, START, |_| Ok(())).await {
            Ok(word) if Answer::is_ready(&word) => Place::Worker(worker),
            Ok(_) | Err(_) => {
                worker.terminate();
                Place::Here
            }
        },
        Err(_) => Place::Here,
    };
    PLACE.set(found.clone());
    found
}

fn started(assets: &str) -> Result<Worker, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let location = window.location();
    let script = Url::new_with_base(&format!("{assets}image-worker_loader.js"), &location.href()?)?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    if script.origin() == location.origin()? {
        return Worker::new_with_options(&script.href(), &options);
    }
    // A worker of another origin cannot be made; one of our own that imports it can, where the page allows blobs.
    let text = format!("import {:?};", script.href());
    let bytes = js_sys::Uint8Array::from(text.as_bytes());
    let blob = super::object_url::blob(&bytes, "text/javascript").ok_or(JsValue::NULL)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    Worker::new_with_options(&url, &options)
}
