//! The server's clock: the difference that `no-store` replies tell, and waiting.
use contract::api::Instant;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// No reply has told the time yet.
const UNKNOWN: i64 = i64::MIN;

#[derive(Debug)]
pub(super) struct ServerClock {
    /// Phone minus server, in milliseconds.
    ahead: AtomicI64,
    /// Page minus server: the page's clock only runs, and nobody sets it.
    page_ahead: AtomicI64,
}

impl Default for ServerClock {
    fn default() -> Self {
        Self { ahead: AtomicI64::new(UNKNOWN), page_ahead: AtomicI64::new(UNKNOWN) }
    }
}

impl ServerClock {
    /// Takes the `Date` of a reply that no cache has kept.
    pub(super) fn told(&self, http_date: &str) {
        if let Some(server) = parse_http_date(http_date) {
            self.ahead.store(phone_millis() - server, Ordering::Relaxed);
            self.page_ahead.store(whole(page_millis()) - server, Ordering::Relaxed);
        }
    }

    fn ahead(&self) -> Option<i64> {
        Some(self.ahead.load(Ordering::Relaxed)).filter(|ahead| *ahead != UNKNOWN)
    }

    /// The server's time as it told it, and what has passed since; whatever became of the phone's clock.
    pub(super) fn told_millis(&self) -> Option<i64> {
        let ahead = Some(self.page_ahead.load(Ordering::Relaxed)).filter(|ahead| *ahead != UNKNOWN)?;
        Some(whole(page_millis()) - ahead)
    }

    pub(super) fn ahead_seconds(&self) -> Option<i64> {
        self.ahead().map(|ahead| ahead / 1000)
    }

    pub(super) fn now_millis(&self) -> i64 {
        phone_millis() - self.ahead().unwrap_or_default()
    }

    pub(super) fn now(&self) -> Instant {
        chrono::DateTime::from_timestamp_millis(self.now_millis()).unwrap_or_default().fixed_offset()
    }
}

fn phone_millis() -> i64 {
    whole(js_sys::Date::now())
}

/// Milliseconds since this page was opened. They only run: nobody sets this clock.
pub fn page_millis() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// Milliseconds since 1970 of a date in HTTP's or the contract's form.
pub(super) fn parse_http_date(text: &str) -> Option<i64> {
    let millis = js_sys::Date::parse(text);
    (!millis.is_nan()).then(|| whole(millis))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float to integer cast saturates, and dates are far below 2^53 ms"
)]
fn whole(millis: f64) -> i64 {
    millis as i64
}

/// What comes of the work, unless it takes longer.
pub async fn in_time<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut end) = (pin!(work), pin!(sleep(limit)));
    let first = poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    });
    first.await
}

/// Waits.
pub async fn sleep(time: Duration) {
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let set = web_sys::window().map(|w| w.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis));
        if !matches!(set, Some(Ok(_))) {
            // Without a window nothing would ever wake us.
            drop(resolve.call0(&JsValue::NULL));
        }
    });
    // The promise is never rejected.
    drop(JsFuture::from(promise).await);
}
