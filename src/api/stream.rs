//! The stream of events (contract §7), read by fetch: so each byte counts as a sign of life, comments too, and the media
//! type can be judged, which an `EventSource` hides.
use super::{Api, ApiError};
use contract::json::FromJson;
use gloo_net::http::RequestBuilder;
use js_sys::{Reflect, Uint8Array};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// A stream that is silent for so long is dead; the server writes a comment every 20 s.
const SILENCE: Duration = Duration::from_secs(45);
/// One line of the stream is never longer.
const LONGEST_LINE: usize = 64 << 10;

/// What the stream says. It never carries content: records are read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The stream stands.
    Hello,
    /// An application has changed.
    Changed {
        /// Its id.
        application: String,
        /// Its version now.
        version: u64,
    },
    /// Too much was missed: read everything again.
    Reset,
    /// Signed out, or the server restarts.
    Bye,
}

impl Api {
    /// Listens until the stream ends, and says why. `last` is where to go on from, and is kept up to date.
    pub async fn listen(&self, last: &mut Option<String>, heard: &mut dyn FnMut(Heard)) -> ApiError {
        match self.stream(last, heard).await {
            Ok(()) => ApiError::Unreachable,
            Err(why) => why,
        }
    }

    async fn stream(&self, last: &mut Option<String>, heard: &mut dyn FnMut(Heard)) -> Result<(), ApiError> {
        let watch = Watch::new()?;
        let mut request = RequestBuilder::new(&self.url("/events"))
            .header("Accept", "text/event-stream")
            .credentials(web_sys::RequestCredentials::Include)
            .abort_signal(Some(&watch.controller.signal()));
        if let Some(last) = last.as_deref() {
            request = request.header("Last-Event-ID", last);
        }
        watch.life();
        let response = request.send().await.map_err(|_| ApiError::Unreachable)?;
        let media = response.headers().get("Content-Type").unwrap_or_default();
        match response.status() {
            401 => return Err(ApiError::SignedOut),
            200 if media.starts_with("text/event-stream") => {}
            200 if media.starts_with("text/html") => return Err(ApiError::Portal),
            200 => return Err(ApiError::Unreadable),
            _ => return Err(ApiError::Unreachable),
        }
        let body = response.body().ok_or(ApiError::Unreadable)?;
        let reader: web_sys::ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        let mut lines = Lines::default();
        loop {
            watch.life();
            let chunk = JsFuture::from(reader.read()).await.map_err(|_| ApiError::Unreachable)?;
            let value = Reflect::get(&chunk, &"value".into()).unwrap_or_default();
            let Ok(bytes) = value.dyn_into::<Uint8Array>() else { return Ok(()) };
            lines.take(&bytes.to_vec(), last, heard)?;
        }
    }
}

/// Stops the request when the stream is silent for too long, or when nobody listens any more.
struct Watch {
    controller: web_sys::AbortController,
    abort: Closure<dyn FnMut()>,
    timer: std::cell::Cell<Option<i32>>,
}

impl Watch {
    fn new() -> Result<Self, ApiError> {
        let controller = web_sys::AbortController::new().map_err(|_| ApiError::Unreachable)?;
        let aborted = controller.clone();
        Ok(Self { controller, abort: Closure::new(move || aborted.abort()), timer: std::cell::Cell::new(None) })
    }

    fn life(&self) {
        let Some(window) = web_sys::window() else { return };
        if let Some(timer) = self.timer.take() {
            window.clear_timeout_with_handle(timer);
        }
        let millis = i32::try_from(SILENCE.as_millis()).unwrap_or(i32::MAX);
        let abort = self.abort.as_ref().unchecked_ref();
        self.timer.set(window.set_timeout_with_callback_and_timeout_and_arguments_0(abort, millis).ok());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let (Some(window), Some(timer)) = (web_sys::window(), self.timer.take()) {
            window.clear_timeout_with_handle(timer);
        }
        self.controller.abort();
    }
}

/// The fields of one event as they come in.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
    event: String,
    data: String,
    id: Option<String>,
}

#[derive(FromJson)]
struct Changed {
    application: String,
    #[serde(default)]
    version: u64,
}

impl Lines {
    fn take(&mut self, bytes: &[u8], last: &mut Option<String>, heard: &mut dyn FnMut(Heard)) -> Result<(), ApiError> {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            self.line(line.trim_end_matches(['\n', '\r']), last, heard);
        }
        if self.rest.len() > LONGEST_LINE { Err(ApiError::Unreadable) } else { Ok(()) }
    }

    fn line(&mut self, line: &str, last: &mut Option<String>, heard: &mut dyn FnMut(Heard)) {
        if line.is_empty() {
            if let Some(id) = self.id.take() {
                *last = Some(id);
            }
            if let Some(event) = self.event() {
                heard(event);
            }
            self.event.clear();
            self.data.clear();
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => self.data.push_str(value),
            "id" => self.id = Some(value.to_owned()),
            // A comment (the field without a name), `retry`, or something of a newer server.
            _ => {}
        }
    }

    fn event(&self) -> Option<Heard> {
        match self.event.as_str() {
            "hello" => Some(Heard::Hello),
            "reset" => Some(Heard::Reset),
            "bye" => Some(Heard::Bye),
            "changed" => {
                let Changed { application, version } = contract::json::read(&self.data)?;
                Some(Heard::Changed { application, version })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is heard of a stream that comes in pieces of this size, and where it would go on from.
    fn heard(stream: &str, piece: usize) -> (Vec<Heard>, Option<String>) {
        let (mut lines, mut last, mut all) = (Lines::default(), None, Vec::new());
        for bytes in stream.as_bytes().chunks(piece) {
            lines.take(bytes, &mut last, &mut |news| all.push(news)).unwrap();
        }
        (all, last)
    }

    #[test]
    fn events_are_heard_however_the_stream_is_cut() {
        let stream = "retry: 3000\n: hello\n\nevent: hello\ndata: {\"at\":\"2026\"}\nid: 1\n\n\
            event: changed\r\ndata: {\"application\":\"a\",\"version\":7,\"state\":\"x\"}\r\nid: 2\r\n\r\n\
            event: sparkle\ndata: {}\n\nevent: changed\ndata: nonsense\n\nevent: reset\ndata: {}\n\nevent: bye\ndata: {}\nid: 3\n";
        let expected = vec![Heard::Hello, Heard::Changed { application: "a".into(), version: 7 }, Heard::Reset];
        for piece in [1, 3, 7, 1000] {
            // The last event has not ended: it is not heard, and the stream goes on from before it.
            assert_eq!(heard(stream, piece), (expected.clone(), Some("2".into())), "{piece}");
        }
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let (mut lines, mut last) = (Lines::default(), None);
        assert!(lines.take(&vec![b'x'; LONGEST_LINE + 1], &mut last, &mut |_| {}).is_err());
    }
}
