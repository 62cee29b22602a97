//! The camera, while it is looked through. Nothing is recorded, and closing the view lets go of it.
use super::eyes::{Eyes, Sight};
use crate::i18n::{K, t};
use js_sys::{Object, Promise, Reflect};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// Why there is no camera. Each leads to the other two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The person or the browser said no.
    Refused,
    /// There is none.
    None,
    /// There is one, and it does not open.
    Busy,
    /// The page is not secure, or stands in a frame that may not use it.
    Insecure,
}

impl Trouble {
    pub(super) fn words(self) -> K {
        match self {
            Self::Refused => K::VCamRefused,
            Self::None => K::VCamNone,
            Self::Busy => K::VCamBusy,
            Self::Insecure => K::VCamInsecure,
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

/// A frame is looked at this often.
const PAUSE: i32 = 120;
/// A code of ours still has three pixels a module when it fills half of this.
const SIDE: f64 = 800.0;

/// What the camera sees, until a code is found or the view is closed.
pub(super) fn camera(on_text: Callback<String>, on_trouble: Callback<Trouble>) -> AnyView {
    let video: NodeRef<html::Video> = NodeRef::new();
    let open: StoredValue<Option<MediaStream>, LocalStorage> = StoredValue::new_local(None);
    let alive = StoredValue::new(true);
    on_cleanup(move || open.try_update_value(|stream| stream.take().as_ref().map(close)).flatten().unwrap_or_default());
    video.on_load(move |video| {
        spawn_local(async move {
            let stream = match ask().await {
                Ok(stream) => stream,
                Err(trouble) => {
                    if alive.try_get_value().is_some() {
                        on_trouble.run(trouble);
                    }
                    return;
                }
            };
            // The person may have closed the view while the browser asked.
            if alive.try_get_value().is_none() {
                return close(&stream);
            }
            video.set_src_object(Some(&stream));
            open.set_value(Some(stream));
            if let Some(text) = watch(&video, alive).await {
                on_text.run(text);
            }
        });
    });
    view! {
        <figure class="hc-camera">
            <video node_ref=video class="hc-camera__view" autoplay=true playsinline=true muted=true aria-label=t(K::VView)></video>
            <figcaption class="hc-hint" role="status">{t(K::VAim)}</figcaption>
        </figure>
    }
    .into_any()
}

async fn ask() -> Result<MediaStream, Trouble> {
    let devices: JsValue =
        Reflect::get(&window().navigator(), &"mediaDevices".into()).map_err(|_| Trouble::Insecure)?;
    let devices: web_sys::MediaDevices = devices.dyn_into().map_err(|_| Trouble::Insecure)?;
    let video = Object::new();
    let wishes = [("facingMode", JsValue::from("environment")), ("width", JsValue::from(1280))];
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
    JsFuture::from(asked).await.map_err(trouble)?.dyn_into().map_err(|_| Trouble::Busy)
}

/// Looks at frame after frame; nothing once the view is gone.
async fn watch(video: &HtmlVideoElement, alive: StoredValue<bool>) -> Option<String> {
    let mut eyes = Eyes::open()?;
    loop {
        pause().await;
        alive.try_get_value()?;
        if let Some(text) = eyes.look(&Sight::Frame(video), SIDE).await {
            alive.try_get_value()?;
            return Some(text);
        }
    }
}

async fn pause() {
    let wait = Promise::new(&mut |done, _| {
        if window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, PAUSE).is_err() {
            // Without a timer the next frame comes at once.
            done.call0(&JsValue::NULL).map(drop).unwrap_or_default();
        }
    });
    JsFuture::from(wait).await.map(drop).unwrap_or_default();
}

fn close(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn what_the_browser_calls_it_becomes_what_a_person_can_do() {
        for (name, expected) in [
            ("NotAllowedError", Trouble::Refused),
            ("NotFoundError", Trouble::None),
            ("NotReadableError", Trouble::Busy),
            ("AbortError", Trouble::Busy),
        ] {
            assert_eq!(Trouble::from_name(name), expected);
        }
    }
}
