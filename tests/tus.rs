//! Our upload client against a tus server that others wrote. `cargo xtask test` starts it (tests/tus-server.mjs).
#![cfg(target_family = "wasm")]

use contract::api::Uploads;
use health_certificate::api::{Api, ApiError, Sent, TusUpload};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Where it is, as whoever built this test says; else where one starts it by hand.
const SERVER: &str = match option_env!("TUS_SERVER") {
    Some(server) => server,
    None => "http://127.0.0.1:18459",
};
/// More than one chunk of the first size, and of the second.
const SIZE: u32 = 900_000;

fn api() -> Api {
    Api::new(SERVER, "zh-CN")
}

fn uploads() -> Uploads {
    Uploads {
        endpoint: format!("{SERVER}/files"),
        max_size: 10 << 20,
        checksum: Vec::new(),
        expires_after: 0,
        types: vec!["image/jpeg".to_owned()],
    }
}

fn upload(name: &str, location: Option<String>) -> TusUpload {
    let bytes: Vec<u8> = (0..SIZE).map(|at| u8::try_from((at * 31 + at / 251) % 256).unwrap_or(0)).collect();
    TusUpload {
        application: "application".to_owned(),
        document: name.to_owned(),
        sha256: "0".repeat(64),
        media_type: "image/jpeg".to_owned(),
        bytes: Uint8Array::from(bytes.as_slice()),
        location,
    }
}

/// What the server has.
async fn received(url: &str) -> Vec<u8> {
    let fetch: Function = Reflect::get(&js_sys::global(), &"fetch".into()).unwrap().unchecked_into();
    let answered = fetch.call1(&js_sys::global(), &url.into()).unwrap().unchecked_into::<Promise>();
    let answer = JsFuture::from(answered).await.unwrap();
    let read: Function = Reflect::get(&answer, &"arrayBuffer".into()).unwrap().unchecked_into();
    let buffer = JsFuture::from(read.call0(&answer).unwrap().unchecked_into::<Promise>()).await.unwrap();
    Uint8Array::new(&buffer).to_vec()
}

/// How many bytes each request carried.
async fn chunks(url: &str) -> Vec<u32> {
    let told = received(&url.replace("/files/", "/chunks/")).await;
    String::from_utf8(told).unwrap().split(' ').map(|it| it.parse().unwrap()).collect()
}

/// Has the page's clock go on by so many milliseconds with each look at it; by none it goes as ever again.
fn each_look_takes(milliseconds: u32) {
    let script =
        "globalThis.realNow ??= Date.now; let now = realNow(); Date.now = step ? () => (now += step) : realNow;";
    Function::new_with_args("step", script).call1(&JsValue::NULL, &milliseconds.into()).unwrap();
}

#[wasm_bindgen_test]
async fn chunks_grow_where_the_network_is_quick_and_shrink_where_it_is_slow() {
    let sent = upload("quick", None);
    let url = api().upload(&sent, &uploads(), &|_| {}).await.unwrap();
    assert_eq!(chunks(&url).await, [262_144, 524_288, SIZE - 786_432]);
    let sent = upload("slow", None);
    // What is told of progress looks at the clock too: each chunk seems to take at least this long.
    each_look_takes(21_000);
    let url = api().upload(&sent, &uploads(), &|_| {}).await;
    each_look_takes(0);
    let lengths = chunks(&url.unwrap()).await;
    assert_eq!(lengths[..3], [262_144, 131_072, 65_536]);
    assert!(lengths[3..].iter().all(|it| *it <= 65_536), "{lengths:?}");
    assert_eq!(lengths.iter().sum::<u32>(), SIZE);
}

/// Cuts off each chunk that goes out, or no longer does.
fn chunks_are_cut_off(cut: bool) {
    let script = "const made = XMLHttpRequest.prototype; globalThis.realSend ??= made.send;
        made.send = cut ? function (body) { realSend.call(this, body); if (body) this.abort(); } : realSend;";
    Function::new_with_args("cut", script).call1(&JsValue::NULL, &cut.into()).unwrap();
}

#[wasm_bindgen_test]
async fn what_is_cut_off_is_tried_again_in_smaller_chunks() {
    let mut sent = upload("stalled", None);
    let url = RefCell::new(None);
    let note = |it: Sent| {
        if let Sent::Created(at) = it {
            url.borrow_mut().replace(at);
        }
    };
    chunks_are_cut_off(true);
    let first = api().upload(&sent, &uploads(), &note).await;
    sent.location = url.borrow().clone();
    let second = api().upload(&sent, &uploads(), &note).await;
    chunks_are_cut_off(false);
    assert!(matches!((first, second), (Err(ApiError::Unreachable), Err(ApiError::Unreachable))));
    let arrived = api().upload(&sent, &uploads(), &note).await.unwrap();
    let lengths = chunks(&arrived).await;
    let whole = lengths.iter().rposition(|it| *it == 65_536).unwrap();
    assert_eq!(lengths[whole..whole + 3], [65_536, 131_072, 262_144], "{lengths:?}");
    assert_eq!(received(&arrived).await, sent.bytes.to_vec());
}

#[wasm_bindgen_test]
async fn all_bytes_arrive_in_several_chunks() {
    let sent = upload("whole", None);
    let told = RefCell::new(Vec::new());
    let url = api().upload(&sent, &uploads(), &|it| told.borrow_mut().push(it)).await.unwrap();
    assert_eq!(received(&url).await, sent.bytes.to_vec());
    assert!(chunks(&url).await.len() > 1);
    let told = told.into_inner();
    assert_eq!(told.first(), Some(&Sent::Created(url)), "where it is stands first, so that it can be kept");
    assert_eq!(told.last(), Some(&Sent::Confirmed(u64::from(SIZE))));
    let confirmed: Vec<u64> =
        told.iter().filter_map(|it| if let Sent::Confirmed(to) = it { Some(*to) } else { None }).collect();
    assert!(confirmed.len() > 2 && confirmed.is_sorted(), "each chunk that is there is told of: {confirmed:?}");
}

#[wasm_bindgen_test]
async fn an_upload_that_was_cut_off_goes_on_from_the_servers_offset() {
    let sent = upload("cut off", None);
    let (url, reached) = (RefCell::new(None), RefCell::new(0));
    let note = |it: Sent| match it {
        Sent::Created(at) => drop(url.borrow_mut().replace(at)),
        Sent::Confirmed(bytes) | Sent::Bytes(bytes) => drop(reached.replace(bytes)),
    };
    {
        let (api, uploads) = (api(), uploads());
        let mut sending = pin!(api.upload(&sent, &uploads, &note));
        // The page is closed when a part of it is there.
        poll_fn(|context| {
            let done = sending.as_mut().poll(context).is_ready();
            assert!(!done, "it was to be cut off");
            if *reached.borrow() >= 262_144 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
    let again = upload("cut off", url.into_inner());
    let first = RefCell::new(None);
    let arrived = api()
        .upload(&again, &uploads(), &|it| {
            if let Sent::Confirmed(bytes) | Sent::Bytes(bytes) = it {
                first.borrow_mut().get_or_insert(bytes);
            }
        })
        .await
        .unwrap();
    assert_eq!(Some(&arrived), again.location.as_ref(), "it is the same upload");
    assert!(first.into_inner().is_some_and(|it| it > 0), "it did not begin anew");
    assert_eq!(received(&arrived).await, sent.bytes.to_vec());
}

#[wasm_bindgen_test]
async fn an_upload_that_the_server_forgot_is_made_anew() {
    let gone = upload("gone", Some(format!("{SERVER}/files/0123456789abcdef0123456789abcdef")));
    let url = api().upload(&gone, &uploads(), &|_| {}).await.unwrap();
    assert_ne!(Some(&url), gone.location.as_ref());
    assert_eq!(received(&url).await, gone.bytes.to_vec());
}

#[wasm_bindgen_test]
async fn an_upload_that_was_begun_at_another_address_is_made_anew_at_this_one() {
    let moved = upload("moved", Some("http://127.0.0.1:18461/files/0123456789abcdef0123456789abcdef".to_owned()));
    let url = api().upload(&moved, &uploads(), &|_| {}).await.unwrap();
    assert!(url.starts_with(SERVER), "{url}");
    assert_eq!(received(&url).await, moved.bytes.to_vec());
}

#[wasm_bindgen_test]
async fn whatever_answers_at_an_address_that_uploads_have_left_has_no_say() {
    for status in ["200", "401", "503"] {
        let moved = upload("moved on", Some(format!("{SERVER}/old/{status}/0123456789abcdef")));
        let url = api().upload(&moved, &uploads(), &|_| {}).await;
        assert!(url.as_ref().is_ok_and(|url| url.contains("/files/")), "{status}: {url:?}");
    }
}

#[wasm_bindgen_test]
async fn a_location_is_taken_from_the_server_that_said_it_and_not_from_the_service() {
    let (sent, elsewhere) = (upload("relative", None), Api::new("http://127.0.0.1:18461", "zh-CN"));
    let uploads = Uploads { endpoint: format!("{SERVER}/relative"), ..uploads() };
    let url = elsewhere.upload(&sent, &uploads, &|_| {}).await.unwrap();
    assert_eq!(received(&url).await, sent.bytes.to_vec());
}

#[wasm_bindgen_test]
async fn a_sign_in_that_ends_in_the_middle_costs_no_bytes() {
    received(&format!("{SERVER}/allow?patches=1")).await;
    let sent = upload("signed out", None);
    let url = RefCell::new(None);
    let note = |it: Sent| {
        if let Sent::Created(at) = it {
            url.borrow_mut().replace(at);
        }
    };
    let refused = api().upload(&sent, &uploads(), &note).await;
    assert!(matches!(refused, Err(ApiError::SignedOut)), "{refused:?}");
    let again = upload("signed out", url.into_inner());
    let first = RefCell::new(None);
    let note = |it: Sent| {
        if let Sent::Confirmed(bytes) | Sent::Bytes(bytes) = it {
            first.borrow_mut().get_or_insert(bytes);
        }
    };
    let arrived = api().upload(&again, &uploads(), &note).await.unwrap();
    assert_eq!(Some(&arrived), again.location.as_ref(), "it is the same upload");
    assert_eq!(first.into_inner(), Some(262_144), "what was there stays there");
    assert_eq!(received(&arrived).await, sent.bytes.to_vec());
}

#[wasm_bindgen_test]
async fn an_upload_that_nobody_needs_is_ended() {
    let url = api().upload(&upload("ended", None), &uploads(), &|_| {}).await.unwrap();
    assert!(api().end_upload(&url).await.is_ok());
    assert!(api().end_upload(&url).await.is_ok(), "one that has ended already is no failure");
}
