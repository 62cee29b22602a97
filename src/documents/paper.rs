//! A PDF that is open for drawing. What draws it is a script of its own (`public/paper`), fetched with the first PDF.
//!
//! You will not find pages on a screen here (`pages`), nor what a PDF must be (`contract::documents`).
use contract::documents::{Pages, Pixels, Refusal, THUMBNAIL_SIDE};
use js_sys::{Function, Promise, Uint8Array};
use leptos::task::spawn_local;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement};

/// What is not opened, or a first page that is not drawn, after so many milliseconds is not waited for.
const LONGEST: i32 = 15_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = import, catch)]
    fn import(url: &str) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    type Script;
    #[wasm_bindgen(method, structural, catch)]
    fn open(this: &Script, file: &Blob) -> Result<Promise, JsValue>;

    /// `Paper` of `public/paper/paper.js`.
    #[derive(Clone)]
    pub(super) type Paper;
    #[wasm_bindgen(method, getter, structural)]
    pub(super) fn pages(this: &Paper) -> u32;
    #[wasm_bindgen(method, structural, catch)]
    fn shape(this: &Paper, number: u32) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn draw(this: &Paper, number: u32, canvas: &HtmlCanvasElement, width: f64) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural)]
    pub(super) fn forget(this: &Paper, canvas: &HtmlCanvasElement);
    #[wasm_bindgen(method, structural)]
    pub(super) fn close(this: &Paper);
}

/// Why a PDF is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotShown {
    /// It wants a password.
    Locked,
    /// It cannot be read, or has no page.
    Broken,
    /// What draws it could not be had, or does not run in this browser. Nothing is known about the file.
    Unable,
}

impl From<JsValue> for NotShown {
    fn from(why: JsValue) -> Self {
        match why.as_string().as_deref() {
            Some("locked") => Self::Locked,
            Some("broken") => Self::Broken,
            Some(_) | None => Self::Unable,
        }
    }
}

thread_local! {
    static SCRIPT: RefCell<Option<Script>> = const { RefCell::new(None) };
}

/// Opens a PDF; whoever opens it closes it. `assets` is where the build's files are.
pub(super) async fn opened(assets: &str, file: &Blob) -> Result<Paper, NotShown> {
    let known = SCRIPT.with_borrow(Clone::clone);
    let script = if let Some(script) = known {
        script
    } else {
        let location = web_sys::window().map(|it| it.location().href()).transpose()?.unwrap_or_default();
        let url = web_sys::Url::new_with_base(&format!("{assets}paper/paper.js"), &location)?.href();
        // A network that says nothing more lets the import hang for ever.
        let script: Script = in_time(&import(&url)?).await?.unchecked_into();
        SCRIPT.set(Some(script.clone()));
        script
    };
    // Of a file that was removed after it was chosen nothing more is heard.
    let opening = script.open(file)?;
    let opened = in_time(&opening).await;
    if opened.is_err() {
        // It may still come, and nobody will show it.
        spawn_local(async move {
            if let Ok(paper) = JsFuture::from(opening).await {
                paper.unchecked_into::<Paper>().close();
            }
        });
    }
    Ok(opened?.unchecked_into())
}

impl Paper {
    /// Height of a page (counted from 1) divided by its width.
    pub(super) async fn page_shape(&self, number: u32) -> Result<f64, NotShown> {
        JsFuture::from(self.shape(number)?).await?.as_f64().ok_or(NotShown::Broken)
    }

    /// Draws a page so many pixels wide, or less where it would take too much memory. False where another drawing came first.
    pub(super) async fn drawn(&self, number: u32, canvas: &HtmlCanvasElement, width: f64) -> Result<bool, NotShown> {
        Ok(JsFuture::from(self.draw(number, canvas, width)?).await?.is_truthy())
    }
}

/// What a first look into a PDF tells.
pub struct First {
    /// How many there are.
    pub pages: Pages,
    /// The first of them, a small JPEG.
    pub picture: Option<Uint8Array>,
}

/// Draws the first page of a PDF that was chosen. Where nothing can be drawn here, nothing is held against the file.
///
/// # Errors
/// It is locked, broken, or has too many pages.
pub async fn first(assets: &str, file: &Blob, most_pages: u32) -> Result<Option<First>, Refusal> {
    let paper = match opened(assets, file).await {
        Ok(paper) => paper,
        Err(NotShown::Locked) => return Err(Refusal::LockedPdf),
        Err(NotShown::Broken) => return Err(Refusal::Broken),
        Err(NotShown::Unable) => return Ok(None),
    };
    let pages = paper.pages();
    let first = if pages > most_pages {
        Err(Refusal::Pages { limit: most_pages })
    } else {
        // A page that cannot be drawn, or takes for ever, is no reason to refuse the file.
        let picture = picture(&paper).await.ok();
        Ok(Some(First { pages: Pages::Counted(pages), picture }))
    };
    paper.close();
    first
}

async fn picture(paper: &Paper) -> Result<Uint8Array, JsValue> {
    let document = web_sys::window().and_then(|it| it.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    let done =
        Promise::race(&js_sys::Array::of2(&paper.draw(1, &canvas, THUMBNAIL_SIDE.into())?.into(), &late()?.into()));
    JsFuture::from(done).await?;
    let size = Pixels { width: canvas.width(), height: canvas.height() };
    let encoded = image_worker::photograph(&canvas, size.within(THUMBNAIL_SIDE)).await?;
    Ok(Uint8Array::new(&JsFuture::from(encoded.array_buffer()).await?))
}

/// What is waited for, or a failure when the time is over.
async fn in_time(coming: &Promise) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::race(&js_sys::Array::of2(coming, &late()?.into()))).await
}

/// Fails when the time is over.
fn late() -> Result<Promise, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    Ok(Promise::new(&mut |_: Function, failed: Function| {
        drop(window.set_timeout_with_callback_and_timeout_and_arguments_0(&failed, LONGEST));
    }))
}
