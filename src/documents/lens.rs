//! The camera of the device: asked for, looked through, lit, let go of. What may be in the way has a sentence each.
use crate::i18n::K;
use contract::documents::{GLANCE_SIDE, Pixels};
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlVideoElement, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// A frame is glanced at this often, in milliseconds.
const PAUSE: i32 = 180;

/// Why there is no camera. Each leads to the other two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The person or the browser said no.
    Refused,
    /// There is none.
    None,
    /// There is one, and it does not open.
    Busy,
    /// The page is not a secure one.
    Insecure,
    /// The page around us lets no camera be used.
    Host,
}

impl Trouble {
    pub(super) fn words(self) -> K {
        match self {
            Self::Refused => K::DocCamRefused,
            Self::None => K::DocCamNone,
            Self::Busy => K::DocCamBusy,
            Self::Insecure => K::DocCamInsecure,
            Self::Host => K::DocCamHost,
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" => Self::Refused,
            "NotFoundError" | "OverconstrainedError" => Self::None,
            _ => Self::Busy,
        }
    }
}

/// An open camera.
pub(super) struct Lens {
    stream: MediaStream,
    track: MediaStreamTrack,
}

impl Lens {
    /// Opens the camera on this side of the device.
    pub(super) async fn open(side: &str) -> Result<Self, Trouble> {
        if !allowed_here() {
            return Err(Trouble::Host);
        }
        let devices = devices().ok_or(Trouble::Insecure)?;
        let video = Object::new();
        let wishes = [("facingMode", JsValue::from(side)), ("width", ideal(2560.0)), ("height", ideal(1920.0))];
        for (name, value) in wishes {
            Reflect::set(&video, &name.into(), &value).map_err(|_| Trouble::Busy)?;
        }
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&video);
        let asked = devices.get_user_media_with_constraints(&constraints).map_err(|_| Trouble::Insecure)?;
        let trouble = |why: JsValue| {
            let name = Reflect::get(&why, &"name".into()).ok().and_then(|name| name.as_string());
            Trouble::from_name(&name.unwrap_or_default())
        };
        let stream: MediaStream =
            JsFuture::from(asked).await.map_err(trouble)?.dyn_into().map_err(|_| Trouble::Busy)?;
        let track = stream.get_tracks().iter().next().ok_or(Trouble::None)?.unchecked_into();
        Ok(Self { stream, track })
    }

    pub(super) fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// Whether there is a lamp beside it.
    pub(super) fn has_torch(&self) -> bool {
        let able = method(&self.track, "getCapabilities").and_then(|able| able.call0(&self.track).ok());
        able.and_then(|able| Reflect::get(&able, &"torch".into()).ok()).is_some_and(|it| it.is_truthy())
    }

    /// Switches the lamp.
    pub(super) fn light(&self, on: bool) {
        let wish = Object::new();
        let all = Object::new();
        let set = Reflect::set(&wish, &"torch".into(), &on.into())
            .and_then(|_| Reflect::set(&all, &"advanced".into(), &Array::of1(&wish)));
        if let (Ok(_), Some(apply)) = (set, method(&self.track, "applyConstraints")) {
            // A lamp that stays dark is seen.
            drop(apply.call1(&self.track, &all));
        }
    }

    /// Lets go of it.
    pub(super) fn close(&self) {
        self.track.stop();
    }
}

/// Whether this browser has live cameras at all.
pub(super) fn devices() -> Option<MediaDevices> {
    let devices = Reflect::get(&window().navigator(), &"mediaDevices".into()).ok()?;
    method(&devices, "getUserMedia")?;
    devices.dyn_into().ok()
}

/// A page in a frame needs the permission of the one around it; only some browsers tell.
fn allowed_here() -> bool {
    let policy = Reflect::get(&document(), &"featurePolicy".into()).ok().filter(JsValue::is_object);
    let asked = policy.and_then(|policy| method(&policy, "allowsFeature")?.call1(&policy, &"camera".into()).ok());
    asked.is_none_or(|it| it.is_truthy())
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}

fn ideal(pixels: f64) -> JsValue {
    let wish = Object::new();
    // Setting a member of a fresh plain object cannot fail.
    drop(Reflect::set(&wish, &"ideal".into(), &pixels.into()));
    wish.into()
}

/// A small copy of what is seen.
pub(super) struct Frame {
    pub(super) rgba: Vec<u8>,
    pub(super) width: u32,
}

/// The next frame, after a moment; nothing once the camera has ended.
pub(super) async fn frame(video: &HtmlVideoElement) -> Option<Frame> {
    loop {
        pause().await;
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

async fn pause() {
    let wait = Promise::new(&mut |done, _| {
        if window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, PAUSE).is_err() {
            // Without a timer the next frame comes at once.
            drop(done.call0(&JsValue::NULL));
        }
    });
    drop(JsFuture::from(wait).await);
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn what_the_browser_calls_it_becomes_what_a_person_can_do() {
        for (name, expected) in [
            ("NotAllowedError", Trouble::Refused),
            ("SecurityError", Trouble::Refused),
            ("NotFoundError", Trouble::None),
            ("NotReadableError", Trouble::Busy),
            ("AbortError", Trouble::Busy),
        ] {
            assert_eq!(Trouble::from_name(name), expected, "{name}");
        }
    }
}
