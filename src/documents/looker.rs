//! Has files looked at: in the worker, one at a time, or on this thread where no worker can be had.
use contract::documents::Refusal;
use image_worker::{Answer, Job, Outcome, look};
use js_sys::{Function, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// A worker that has not said that it is ready after so many milliseconds does not come.
const START: i32 = 10_000;
/// After so many workers in a row that did not come, none is tried any more as long as the page lives.
const TRIES: u8 = 3;
/// A look that takes longer than this has died of memory.
const LONGEST: i32 = 60_000;
/// What a look fails with that was stopped: nothing is wrong with the worker then.
const STOPPED: &str = "stopped";

#[derive(Clone)]
enum Place {
    Unknown,
    Worker(Worker),
    /// The page around us lets no worker start, or the browser has none.
    Here,
}

/// Why a worker said nothing.
enum Silent {
    Stopped,
    Failed,
}

thread_local! {
    static PLACE: RefCell<Place> = const { RefCell::new(Place::Unknown) };
    /// How many workers in a row did not come.
    static MISSED: Cell<u8> = const { Cell::new(0) };
    static LAST: Cell<u32> = const { Cell::new(0) };
    /// Settles when the look before is over.
    static TAIL: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// The looks that wait for the ones before them.
    static WAITING: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    /// The look that is running, and what ends it.
    static STOP: RefCell<Option<(u32, Function)>> = const { RefCell::new(None) };
}

/// The next number of a job.
pub(super) fn next_id() -> u32 {
    let next = LAST.get().wrapping_add(1);
    LAST.set(next);
    next
}

/// Looks at one file when those before it are done. `assets` is where the build's files are.
///
/// # Errors
/// Why the file is not taken.
pub async fn looked(assets: &str, job: Job) -> Outcome {
    let mut done = None;
    let mine = Promise::new(&mut |resolve, _| done = Some(resolve));
    let before = TAIL.replace(Some(mine));
    WAITING.with_borrow_mut(|all| all.push(job.id));
    if let Some(before) = before {
        // It only ever resolves.
        drop(JsFuture::from(before).await);
    }
    let outcome = if stops_waiting(job.id) { begun(assets, &job).await } else { Err(Refusal::Blank) };
    if let Some(done) = done {
        drop(done.call0(&JsValue::UNDEFINED));
    }
    outcome
}

/// Nobody waits for what comes of this look any more. If it is running, its worker stops at once and the next look starts
/// another; if it waits, it does not begin. No other look is touched.
pub fn stop(id: u32) {
    stops_waiting(id);
    if STOP.with_borrow(|it| it.as_ref().is_some_and(|(running, _)| *running == id)) {
        stop_running();
    }
}

/// The last app leaves the page: no worker stays behind.
pub(crate) fn let_go() {
    WAITING.take();
    stop_running();
    forget_worker();
}

fn stop_running() {
    if let Some((_, stop)) = STOP.take() {
        forget_worker();
        drop(stop.call1(&JsValue::UNDEFINED, &STOPPED.into()));
    }
}

/// Whether it was still waiting.
fn stops_waiting(id: u32) -> bool {
    WAITING.with_borrow_mut(|all| {
        let before = all.len();
        all.retain(|it| *it != id);
        all.len() < before
    })
}

async fn begun(assets: &str, job: &Job) -> Outcome {
    match place(assets, job.id).await {
        Place::Worker(worker) => asked(&worker, job).await,
        Place::Here => here(job).await,
        // Stopped while the worker started.
        Place::Unknown => Err(Refusal::Blank),
    }
}

/// On this thread. What was stopped goes no further than to the next moment at which others have their turn.
async fn here(job: &Job) -> Outcome {
    let mut reject = None;
    let promise = Promise::new(&mut |_, failed| reject = Some(failed));
    STOP.set(reject.map(|stop| (job.id, stop)));
    let outcome = {
        let (mut stopped, mut looking) = (pin!(JsFuture::from(promise)), pin!(look(job)));
        poll_fn(|context| match stopped.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(Err(Refusal::Blank)),
            Poll::Pending => looking.as_mut().poll(context),
        })
        .await
    };
    STOP.set(None);
    outcome
}

fn forget_worker() {
    PLACE.with_borrow_mut(|place| {
        // Where none can be had, none is tried again.
        if let Place::Worker(worker) = place {
            worker.terminate();
            *place = Place::Unknown;
        }
    });
}

async fn asked(worker: &Worker, job: &Job) -> Outcome {
    let message = job.write();
    let answer = heard(worker, job.id, LONGEST, move |worker| worker.post_message(&message)).await;
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
    id: u32,
    milliseconds: i32,
    begin: impl FnOnce(&Worker) -> Result<(), JsValue>,
) -> Result<JsValue, Silent> {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
    let (resolve, reject) = settle.ok_or(Silent::Failed)?;
    let said = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        drop(resolve.call1(&JsValue::UNDEFINED, &event.data()));
    });
    worker.set_onmessage(Some(said.as_ref().unchecked_ref()));
    worker.set_onerror(Some(&reject));
    STOP.set(Some((id, reject.clone())));
    let timer = web_sys::window()
        .and_then(|it| it.set_timeout_with_callback_and_timeout_and_arguments_0(&reject, milliseconds).ok());
    let heard = match begin(worker) {
        Ok(()) => JsFuture::from(promise).await,
        Err(why) => Err(why),
    };
    STOP.set(None);
    if let (Some(window), Some(timer)) = (web_sys::window(), timer) {
        window.clear_timeout_with_handle(timer);
    }
    worker.set_onmessage(None);
    worker.set_onerror(None);
    heard.map_err(|why| if why.as_string().as_deref() == Some(STOPPED) { Silent::Stopped } else { Silent::Failed })
}

async fn place(assets: &str, id: u32) -> Place {
    // A worker of an old browser has no canvas.
    if !Reflect::has(&js_sys::global(), &"OffscreenCanvas".into()).unwrap_or_default() {
        return Place::Here;
    }
    let known = PLACE.with_borrow(Place::clone);
    if !matches!(known, Place::Unknown) {
        return known;
    }
    let found = match started(assets) {
        Ok(worker) => match heard(&worker, id, START, |_| Ok(())).await {
            Ok(word) if Answer::is_ready(&word) => {
                MISSED.set(0);
                Place::Worker(worker)
            }
            Err(Silent::Stopped) => {
                worker.terminate();
                Place::Unknown
            }
            Ok(_) | Err(Silent::Failed) => {
                worker.terminate();
                MISSED.set(MISSED.get().saturating_add(1));
                Place::Here
            }
        },
        Err(_) => Place::Here,
    };
    // One that was slow, or whose file did not come, is tried again at the next look.
    let missed = matches!(found, Place::Here) && (1..TRIES).contains(&MISSED.get());
    PLACE.set(if missed { Place::Unknown } else { found.clone() });
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
