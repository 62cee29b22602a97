//! Sending bytes by tus 1.0.0 (contract §6): create, ask for the offset, go on from there.
//!
//! fetch tells no upload progress, so this is an `XMLHttpRequest`. The bytes stay outside of our memory.
use super::{Api, ApiError, Refused, sleep};
use contract::api::{Chunk, Head, Problem, REQUEST_HEADER, Uploads, judge_upload};
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ProgressEvent, XmlHttpRequest};

/// Milliseconds without progress after which a request is given up.
const STALLED: u32 = 30_000;
/// So often one call meets a lock, a wrong checksum or a vanished upload before it gives up for now.
const PATIENCE: u8 = 4;

thread_local! {
    /// What the next call begins with: smaller than the last one where nobody answered to that, never larger than the first.
    static BEGIN: Cell<Chunk> = const { Cell::new(Chunk::FIRST) };
}

/// What is sent, and as what.
#[derive(Clone, Debug)]
pub struct TusUpload {
    /// Application id.
    pub application: String,
    /// Document id; also its file name, since a person's own says too much.
    pub document: String,
    /// Of all bytes, hex.
    pub sha256: String,
    /// By content.
    pub media_type: String,
    /// Outside of our own memory.
    pub bytes: Uint8Array,
    /// Where an earlier call began it, as that server said.
    pub location: Option<String>,
}

/// What is told while bytes go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The server will take it there. To be kept before anything else: a later call goes on from there.
    Created(String),
    /// The server has so many bytes.
    Confirmed(u64),
    /// So many bytes are on their way or there.
    Bytes(u64),
}

impl Api {
    /// Sends all bytes and gives the upload's location. After any failure: the same again, which goes on from the server's offset.
    ///
    /// # Errors
    /// 413 as [`ApiError::Refused`] is final; all else may be tried again.
    pub async fn upload(&self, upload: &TusUpload, uploads: &Uploads, told: &dyn Fn(Sent)) -> Result<String, ApiError> {
        let total = upload.bytes.length();
        let mut patience = PATIENCE;
        let mut location = upload.location.clone();
        let mut begun = upload.location.as_ref();
        let mut offset = None;
        let mut chunk = BEGIN.get();
        loop {
            let url = if let Some(url) = location.take() {
                url
            } else {
                let url = self.create(upload, uploads).await?;
                told(Sent::Created(url.clone()));
                offset = Some(0);
                url
            };
            let from = match offset.take() {
                Some(from) => from,
                None => match self.offset(&url).await {
                    Ok(Some(from)) => from,
                    Ok(None) if patience > 0 => {
                        patience -= 1;
                        continue;
                    }
                    // The service has another address now: whatever stands at the one before has no say.
                    Err(_) if patience > 0 && begun.take() == Some(&url) && self.is_elsewhere(&url, uploads) => {
                        patience -= 1;
                        continue;
                    }
                    Ok(None) => return Err(ApiError::Unreachable),
                    Err(why) => return Err(why),
                },
            };
            told(Sent::Confirmed(u64::from(from)));
            if from >= total {
                return Ok(url);
            }
            let sent_at = js_sys::Date::now();
            let until = from.saturating_add(chunk.bytes()).min(total);
            let patched = self.patch(&url, upload, from..until, uploads, told).await;
            if matches!(patched, Err(ApiError::Unreachable)) {
                BEGIN.set(chunk.after_failure());
            }
            match patched? {
                Patched::At(reached) => {
                    chunk = chunk.after(Duration::from_millis(to_u64(js_sys::Date::now() - sent_at)));
                    BEGIN.set(chunk.min(Chunk::FIRST));
                    offset = Some(reached);
                    location = Some(url);
                    continue;
                }
                Patched::Gone => {}
                Patched::AskOffset => location = Some(url),
                Patched::Locked => {
                    sleep(Duration::from_secs(2)).await;
                    location = Some(url);
                }
            }
            if patience == 0 {
                return Err(ApiError::Unreachable);
            }
            patience -= 1;
        }
    }

    /// Ends an upload that nobody needs; it would end by itself too.
    ///
    /// # Errors
    /// As every call; one that has ended already is no failure.
    pub async fn end_upload(&self, location: &str) -> Result<(), ApiError> {
        let reply = self.xhr("DELETE", location, &[], None, &|_| {}).await?;
        match reply.status {
            204 | 200 | 404 | 410 => Ok(()),
            _ => Err(self.tus_refusal(&reply)),
        }
    }

    /// Whether an upload was begun elsewhere than where the service takes them now.
    fn is_elsewhere(&self, location: &str, uploads: &Uploads) -> bool {
        let (Some(at), Some(now)) = (self.whole_url(location), self.whole_url(&uploads.endpoint)) else { return true };
        !at.starts_with(&now)
    }

    fn whole_url(&self, href: &str) -> Option<String> {
        let page = web_sys::window()?.location().href().ok()?;
        Some(web_sys::Url::new_with_base(&self.resolve(href), &page).ok()?.href())
    }

    /// A `Location` as the server that sent it means it: from its own address, which need not be the service's.
    fn located(&self, location: String, uploads: &Uploads) -> String {
        let there =
            self.whole_url(&uploads.endpoint).and_then(|from| web_sys::Url::new_with_base(&location, &from).ok());
        let there = there.map(|url| url.href());
        if there == self.whole_url(&location) { location } else { there.unwrap_or(location) }
    }

    async fn create(&self, upload: &TusUpload, uploads: &Uploads) -> Result<String, ApiError> {
        let metadata = [
            ("application", &upload.application),
            ("document", &upload.document),
            ("sha256", &upload.sha256),
            ("filetype", &upload.media_type),
            ("filename", &upload.document),
        ]
        .map(|(name, value)| format!("{name} {}", base64(value)))
        .join(",");
        let length = upload.bytes.length().to_string();
        let headers = [("Upload-Length", length.as_str()), ("Upload-Metadata", &metadata)];
        let reply = self.xhr("POST", &uploads.endpoint, &headers, None, &|_| {}).await?;
        match (reply.status, reply.header("Location")) {
            (201, Some(location)) => Ok(self.located(location, uploads)),
            (201, None) => Err(ApiError::Unreadable),
            _ => Err(self.tus_refusal(&reply)),
        }
    }

    /// How far the server has it; `None` if it no longer knows the upload.
    async fn offset(&self, location: &str) -> Result<Option<u32>, ApiError> {
        let reply = self.xhr("HEAD", location, &[], None, &|_| {}).await?;
        match reply.status {
            200 | 204 => match reply.header("Upload-Offset").and_then(|text| text.trim().parse().ok()) {
                Some(offset) => Ok(Some(offset)),
                None => Err(ApiError::Portal),
            },
            // Servers differ in what they say of an upload that they cannot find.
            400 | 403 | 404 | 410 => Ok(None),
            _ => Err(self.tus_refusal(&reply)),
        }
    }

    async fn patch(
        &self,
        location: &str,
        upload: &TusUpload,
        range: std::ops::Range<u32>,
        uploads: &Uploads,
        told: &dyn Fn(Sent),
    ) -> Result<Patched, ApiError> {
        let bytes = upload.bytes.subarray(range.start, range.end);
        let offset = range.start.to_string();
        let mut headers = vec![("Content-Type", "application/offset+octet-stream"), ("Upload-Offset", &offset)];
        let checksum = if uploads.checksum.iter().any(|name| name == "sha256") { checksum(&bytes).await } else { None };
        if let Some(checksum) = &checksum {
            headers.push(("Upload-Checksum", checksum));
        }
        let progress = |sent: f64| told(Sent::Bytes(u64::from(range.start) + to_u64(sent)));
        let reply = self.xhr("PATCH", location, &headers, Some(&bytes), &progress).await?;
        Ok(match reply.status {
            200 | 204 => match reply.header("Upload-Offset").and_then(|text| text.trim().parse().ok()) {
                Some(reached) if reached > range.start => Patched::At(reached),
                // A server that takes wrong bytes without a word, or something in between: never trust our own count.
                Some(_) | None => Patched::AskOffset,
            },
            404 | 410 => Patched::Gone,
            409 | 460 => Patched::AskOffset,
            423 => Patched::Locked,
            _ => return Err(self.tus_refusal(&reply)),
        })
    }

    fn tus_refusal(&self, reply: &XhrReply) -> ApiError {
        let problem: Problem = contract::json::read(&reply.text()).unwrap_or_default();
        let content_type = reply.header("Content-Type").unwrap_or_default();
        match (judge_upload(reply.status, &content_type), reply.status) {
            // Nobody sends an upload on: what refuses there is a portal that was not made for programs.
            _ if reply.sent_on => ApiError::Portal,
            (_, 401) => ApiError::SignedOut,
            (Head::Unreachable, _) => ApiError::Unreachable,
            (Head::Portal, _) => ApiError::Portal,
            (Head::Body | Head::Nothing | Head::Unreadable | Head::Problem | Head::Refused, status) => {
                let retry_after = reply.header("Retry-After").and_then(|text| self.retry_after(&text));
                ApiError::Refused(Box::new(Refused::new(status, problem, retry_after, self.now())))
            }
        }
    }

    async fn xhr(
        &self,
        method: &str,
        href: &str,
        headers: &[(&str, &str)],
        body: Option<&Uint8Array>,
        progress: &dyn Fn(f64),
    ) -> Result<XhrReply, ApiError> {
        let xhr = Aborted(XmlHttpRequest::new().map_err(|_| ApiError::Unreachable)?);
        let target = self.resolve(href);
        let open = || -> Result<(), JsValue> {
            xhr.0.open_with_async(method, &target, true)?;
            xhr.0.set_with_credentials(true);
            xhr.0.set_timeout(STALLED);
            xhr.0.set_request_header("Tus-Resumable", "1.0.0")?;
            if method != "HEAD" {
                xhr.0.set_request_header(REQUEST_HEADER, "1")?;
            }
            headers.iter().try_for_each(|(name, value)| xhr.0.set_request_header(name, value))
        };
        open().map_err(|_| ApiError::Unreadable)?;

        // Progress comes in events, but is told from this task: the callback may not outlive the call.
        let wake: Rc<RefCell<Option<js_sys::Function>>> = Rc::default();
        let (sent, ended) = (Rc::new(Cell::new(0.0_f64)), Rc::new(Cell::new(false)));
        let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new({
            let (xhr, sent, wake, begun) = (xhr.0.clone(), sent.clone(), wake.clone(), js_sys::Date::now());
            move |event: ProgressEvent| {
                sent.set(event.loaded());
                // The limit counts from the start of the request: moved on with each sign of life.
                xhr.set_timeout(to_u32(js_sys::Date::now() - begun).saturating_add(STALLED));
                call(&wake);
            }
        });
        let on_end = Closure::<dyn FnMut()>::new({
            let (ended, wake) = (ended.clone(), wake.clone());
            move || {
                ended.set(true);
                call(&wake);
            }
        });
        xhr.0.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
        if let (Some(_), Ok(upload)) = (body, xhr.0.upload()) {
            upload.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        }
        match body {
            Some(bytes) => xhr.0.send_with_opt_js_u8_array(Some(bytes)),
            None => xhr.0.send(),
        }
        .map_err(|_| ApiError::Unreachable)?;
        while !ended.get() {
            let woken = js_sys::Promise::new(&mut |resolve, _| *wake.borrow_mut() = Some(resolve));
            // Never rejected.
            drop(JsFuture::from(woken).await);
            progress(sent.get());
        }
        xhr.0.set_onloadend(None);
        // Status 0: no reply, however it ended.
        match xhr.0.status() {
            Ok(status) if status > 0 => Ok(XhrReply { status, sent_on: sent_on(&xhr.0.response_url(), &target), xhr }),
            Ok(_) | Err(_) => Err(ApiError::Unreachable),
        }
    }
}

/// Where a chunk left us.
enum Patched {
    At(u32),
    AskOffset,
    Locked,
    Gone,
}

/// A request that is stopped when nobody waits for it any more.
struct Aborted(XmlHttpRequest);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.set_onloadend(None);
        if let Ok(upload) = self.0.upload() {
            upload.set_onprogress(None);
        }
        // It has ended already in the usual case, and then this does nothing.
        drop(self.0.abort());
    }
}

/// Whether a reply came from somewhere else than where it was asked for.
fn sent_on(from: &str, target: &str) -> bool {
    let page = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let target = web_sys::Url::new_with_base(target, &page).map(|url| url.href());
    target.is_ok_and(|target| !from.is_empty() && from != target)
}

struct XhrReply {
    status: u16,
    /// It came from where a redirect led.
    sent_on: bool,
    xhr: Aborted,
}

impl XhrReply {
    fn header(&self, name: &str) -> Option<String> {
        self.xhr.0.get_response_header(name).ok().flatten()
    }

    fn text(&self) -> String {
        self.xhr.0.response_text().ok().flatten().unwrap_or_default()
    }
}

fn call(wake: &RefCell<Option<js_sys::Function>>) {
    if let Some(resolve) = wake.borrow_mut().take() {
        // Resolving a promise cannot fail.
        drop(resolve.call0(&JsValue::NULL));
    }
}

/// `sha256 <base64>` of a chunk; `None` where the page is not secure and there is no WebCrypto.
async fn checksum(bytes: &Uint8Array) -> Option<String> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    let promise = subtle.digest_with_str_and_buffer_source("SHA-256", bytes).ok()?;
    let digest = Uint8Array::new(&JsFuture::from(promise).await.ok()?).to_vec();
    Some(format!("sha256 {}", window_btoa(&digest.iter().map(|byte| char::from(*byte)).collect::<String>())))
}

/// Base64 of ASCII text.
fn base64(text: &str) -> String {
    window_btoa(text)
}

fn window_btoa(latin: &str) -> String {
    web_sys::window().and_then(|window| window.btoa(latin).ok()).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of bytes and milliseconds, saturating"
)]
fn to_u64(number: f64) -> u64 {
    number as u64
}

fn to_u32(number: f64) -> u32 {
    u32::try_from(to_u64(number)).unwrap_or(u32::MAX)
}
