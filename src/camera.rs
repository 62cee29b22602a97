//! The camera of the device: asked for, lit, let go of. What is looked for in its frames, and the words, are the rooms' that open it.
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// Why there is no camera. Each leads to the other ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
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
    /// The person, the browser or the page around us said no, and this browser does not tell which.
    Unsure,
}

impl Obstacle {
    /// By what the browser calls it; `unsure`: the page around us may be the one that says no.
    fn from_name(name: &str, unsure: bool) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" if unsure => Self::Unsure,
            "NotAllowedError" | "SecurityError" => Self::Refused,
            "NotFoundError" | "OverconstrainedError" => Self::None,
            _ => Self::Busy,
        }
    }
}

/// An open camera.
pub(crate) struct Lens {
    stream: MediaStream,
    track: MediaStreamTrack,
    /// Told when it stops and goes on.
    told: Option<Closure<dyn FnMut(Event)>>,
}

impl Lens {
    /// Opens the camera on this side of the device, as near to this many pixels as it can.
    pub(crate) async fn open(side: &str, width: f64, height: f64) -> Result<Self, Obstacle> {
        if !allowed_here() {
            return Err(Obstacle::Host);
        }
        let devices = devices().ok_or(Obstacle::Insecure)?;
        let video = Object::new();
        let wishes = [("facingMode", JsValue::from(side)), ("width", ideal(width)), ("height", ideal(height))];
        for (name, value) in wishes {
            Reflect::set(&video, &name.into(), &value).map_err(|_| Obstacle::Busy)?;
        }
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&video);
        let asked = devices.get_user_media_with_constraints(&constraints).map_err(|_| Obstacle::Insecure)?;
        let trouble = |why: JsValue| {
            let name = Reflect::get(&why, &"name".into()).ok().and_then(|name| name.as_string());
            Obstacle::from_name(&name.unwrap_or_default(), policy().is_none() && is_in_a_frame())
        };
        let stream: MediaStream =
            JsFuture::from(asked).await.map_err(trouble)?.dyn_into().map_err(|_| Obstacle::Busy)?;
        let track = stream.get_tracks().iter().next().ok_or(Obstacle::None)?.unchecked_into();
        Ok(Self { stream, track, told: None })
    }

    pub(crate) fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// Whether there is a lamp beside it.
    pub(crate) fn has_torch(&self) -> bool {
        let able = method(&self.track, "getCapabilities").and_then(|able| able.call0(&self.track).ok());
        able.and_then(|able| Reflect::get(&able, &"torch".into()).ok()).is_some_and(|it| it.is_truthy())
    }

    /// Switches the lamp.
    pub(crate) fn light(&self, on: bool) {
        let wish = Object::new();
        let all = Object::new();
        let set = Reflect::set(&wish, &"torch".into(), &on.into())
            .and_then(|_| Reflect::set(&all, &"advanced".into(), &Array::of1(&wish)));
        if let (Ok(_), Some(apply)) = (set, method(&self.track, "applyConstraints")) {
            // A lamp that stays dark is seen.
            drop(apply.call1(&self.track, &all));
        }
    }

    /// Tells whether it shows nothing new: for good, or until another app lets go of it.
    pub(crate) fn tell_when_still(&mut self, mut still: impl FnMut(bool) + 'static) {
        let told = Closure::<dyn FnMut(Event)>::new(move |event: Event| still(event.type_() != "unmute"));
        let listener = Some(told.as_ref().unchecked_ref());
        self.track.set_onended(listener);
        self.track.set_onmute(listener);
        self.track.set_onunmute(listener);
        self.told = Some(told);
    }

    /// Lets go of it.
    pub(crate) fn close(&self) {
        if self.told.is_some() {
            self.track.set_onended(None);
            self.track.set_onmute(None);
            self.track.set_onunmute(None);
        }
        self.track.stop();
    }
}

/// Whether this browser has live cameras at all.
pub(crate) fn devices() -> Option<MediaDevices> {
    let devices = Reflect::get(&window().navigator(), &"mediaDevices".into()).ok()?;
    method(&devices, "getUserMedia")?;
    devices.dyn_into().ok()
}

fn policy() -> Option<JsValue> {
    Reflect::get(&document(), &"featurePolicy".into()).ok().filter(JsValue::is_object)
}

fn is_in_a_frame() -> bool {
    let around = Reflect::get(&window(), &"parent".into()).ok();
    around.is_some_and(|it| it != JsValue::from(window()))
}

/// A page in a frame needs the permission of the one around it; only some browsers tell.
fn allowed_here() -> bool {
    let asked = policy().and_then(|policy| method(&policy, "allowsFeature")?.call1(&policy, &"camera".into()).ok());
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

/// A moment of so many milliseconds between two frames.
pub(crate) async fn pause(milliseconds: i32) {
    let wait = Promise::new(&mut |done, _| {
        if window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds).is_err() {
            // Without a timer the next frame comes at once.
            drop(done.call0(&JsValue::NULL));
        }
    });
    drop(JsFuture::from(wait).await);
}

#[cfg(test)]
mod tests {
    use super::Obstacle;

    #[test]
    fn what_the_browser_calls_it_becomes_what_a_person_can_do() {
        for (name, expected) in [
            ("NotAllowedError", Obstacle::Refused),
            ("SecurityError", Obstacle::Refused),
            ("NotFoundError", Obstacle::None),
            ("NotReadableError", Obstacle::Busy),
            ("AbortError", Obstacle::Busy),
        ] {
            assert_eq!(Obstacle::from_name(name, false), expected, "{name}");
        }
        assert_eq!(Obstacle::from_name("NotAllowedError", true), Obstacle::Unsure);
    }
}
