//! The camera, while it is looked through. Nothing is recorded, and closing the view lets go of it.
use super::eyes::{Eyes, Sight};
use crate::camera::{Lens, Obstacle, pause};
use crate::i18n::{I18n, K, t};
use crate::reactive::RwSignal;
use crate::ui::live;
use leptos::{html, prelude::*, task::spawn_local};
use view::view;
use web_sys::HtmlVideoElement;

/// What a person is told of an obstacle, who has a picture or the text left.
pub(super) fn words(obstacle: Obstacle) -> K {
    match obstacle {
        Obstacle::Refused => K::VCamRefused,
        Obstacle::None => K::VCamNone,
        Obstacle::Busy => K::VCamBusy,
        Obstacle::Insecure | Obstacle::Host | Obstacle::Unsure => K::VCamInsecure,
    }
}

/// A frame is looked at this often.
const PAUSE: i32 = 120;
/// A code of ours still has three pixels a module when it fills half of this.
const SIDE: f64 = 800.0;

/// What the camera sees, until a code is found or the view is closed.
pub(super) fn camera(on_text: Callback<String>, on_trouble: Callback<Obstacle>) -> AnyView {
    let i18n = I18n::here();
    let video: NodeRef<html::Video> = NodeRef::new();
    let open: StoredValue<Option<Lens>, LocalStorage> = StoredValue::new_local(None);
    // Another app has taken it: the last picture stays on the screen, and nothing is found in it however long one looks.
    let still = RwSignal::new(false);
    on_cleanup(move || {
        if let Some(lens) = open.try_update_value(Option::take).flatten() {
            lens.close();
        }
    });
    video.on_load(move |video| {
        spawn_local(async move {
            let mut lens = match Lens::open("environment", 1280.0, 960.0).await {
                Ok(lens) => lens,
                Err(obstacle) => {
                    // The person may have left: nobody waits for it.
                    on_trouble.try_run(obstacle);
                    return;
                }
            };
            // The person may have closed the view while the browser asked.
            if still.is_disposed() {
                return lens.close();
            }
            video.set_src_object(Some(lens.stream()));
            lens.tell_when_still(move |now| {
                still.try_set(now);
            });
            open.set_value(Some(lens));
            if let Some(text) = watch(&video, still).await {
                on_text.try_run(text);
            }
        });
    });
    let words = move || i18n.text(if still.get() { K::VCamStopped } else { K::VAim });
    view! {
        <figure class="hc-camera">
            <video node_ref=video class="hc-camera__view" autoplay=true playsinline=true muted=true aria-label=t(K::VView)></video>
            <figcaption class="hc-hint" role="status">{live(words)}</figcaption>
        </figure>
    }
    .into_any()
}

/// Looks at frame after frame; nothing once the view is gone.
async fn watch(video: &HtmlVideoElement, still: RwSignal<bool>) -> Option<String> {
    let mut eyes = Eyes::open()?;
    loop {
        pause(PAUSE).await;
        if still.try_get_untracked()? {
            continue;
        }
        if let Some(text) = eyes.look(&Sight::Frame(video), SIDE).await {
            still.try_get_untracked()?;
            return Some(text);
        }
    }
}
