//! What the camera sees while a document is taken: its frames, a picture, and a sentence for each obstacle.
use crate::camera::{Obstacle, pause};
use crate::i18n::K;
use contract::documents::{GLANCE_SIDE, Pixels};
use wasm_bindgen::JsValue;
use web_sys::{Blob, HtmlVideoElement};

/// A frame is glanced at this often, in milliseconds.
const PAUSE: i32 = 180;

/// What a person is told of an obstacle, who has the album and the phone's own camera left.
pub(super) fn words(obstacle: Obstacle) -> K {
    match obstacle {
        Obstacle::Refused => K::DocCamRefused,
        Obstacle::None => K::DocCamNone,
        Obstacle::Busy => K::DocCamBusy,
        Obstacle::Insecure => K::DocCamInsecure,
        Obstacle::Host => K::DocCamHost,
        Obstacle::Unsure => K::DocCamUnsure,
    }
}

/// A small copy of what is seen.
pub(super) struct Frame {
    pub(super) rgba: Vec<u8>,
    pub(super) width: u32,
}

/// The next frame, after a moment; nothing once the camera has ended.
pub(super) async fn frame(video: &HtmlVideoElement) -> Option<Frame> {
    loop {
        pause(PAUSE).await;
        if video.src_object().is_none() || !video.is_connected() {
            return None;
        }
        let size = Pixels { width: video.video_width(), height: video.video_height() };
        // It takes a moment until there is a first picture.
        if size.width > 0 && size.height > 0 {
            let small = size.within(GLANCE_SIDE);
            return Some(Frame { rgba: image_worker::copy(video, small).ok()?, width: small.width });
        }
    }
}

/// What is seen, in full, as a file.
pub(super) async fn picture(video: &HtmlVideoElement) -> Result<Blob, JsValue> {
    image_worker::photograph(video, Pixels { width: video.video_width(), height: video.video_height() }).await
}
