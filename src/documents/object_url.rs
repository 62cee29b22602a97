//! A URL for bytes in memory, given back when nobody shows them any more.
use crate::reactive::RwSignal;
use std::rc::Rc;
use web_sys::{Blob, BlobPropertyBag, Url};

/// The URL of some bytes, as long as this or a clone of it lives.
#[derive(Clone)]
pub struct ObjectUrl(Rc<Owned>);

struct Owned(String);

impl Drop for Owned {
    fn drop(&mut self) {
        // Nothing can be done about a URL that will not go; it goes with the page.
        drop(Url::revoke_object_url(&self.0));
    }
}

impl ObjectUrl {
    /// Of these bytes; nothing where the browser makes none.
    pub fn of(blob: &Blob) -> Option<Self> {
        Url::create_object_url_with_blob(blob).ok().map(|url| Self(Rc::new(Owned(url))))
    }

    /// As a link has it.
    pub fn text(&self) -> String {
        self.0.0.clone()
    }
}

/// Bytes with their type.
pub(super) fn blob(bytes: &js_sys::Uint8Array, mime: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(bytes), &options).ok()
}

/// The URL of what `load` brings, made once; nothing until then.
pub fn loaded<Load, Coming>(load: Load) -> RwSignal<Option<ObjectUrl>>
where
    Load: FnOnce() -> Coming + 'static,
    Coming: Future<Output = Option<Blob>> + 'static,
{
    let url = RwSignal::new(None);
    leptos::task::spawn_local(async move {
        let made = load().await.as_ref().and_then(ObjectUrl::of);
        // Where the view is gone meanwhile, the URL goes with it.
        url.try_set(made);
    });
    url
}
