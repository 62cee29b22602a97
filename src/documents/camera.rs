//! The live camera with a frame for what is wanted. A part of its own; nothing is recorded, and closing lets go of the camera.
//!
//! A picture is taken by the button, or by itself when it has been sharp and still for a moment.
use super::lens;
use crate::camera::{Lens, Obstacle, pause};
use crate::i18n::{I18n, K, t};
use crate::reactive::{RwSignal, Signal, derive, memo};
use crate::ui::{Button, Icon, Kind, icon, live};
use contract::documents::{Glance, Watching};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;
use web_sys::Blob;

/// A hint is spoken once so many glances in a row gave it: a hand that trembles changes what is seen five times a second.
const STEADY: u32 = 4;
/// So many milliseconds it is said that no picture came; then the hints go on.
const FAILED: i32 = 3_000;

/// What is to be taken, and where it goes.
#[derive(Clone)]
pub struct Taking {
    /// Width divided by height of the frame.
    pub aspect: f32,
    /// A person and not a paper.
    pub portrait: bool,
    /// `user` or `environment`.
    pub camera: &'static str,
    /// What the picture is of.
    pub label: Signal<String>,
    /// The picture, or nothing where the person closed the view.
    pub on_done: Callback<Option<Blob>>,
    /// Draws the other ways to choose, which close the view by themselves.
    pub others: Callback<(), AnyView>,
}

/// The view; it is modal.
pub fn camera(taking: Taking) -> AnyView {
    super::speak();
    let Taking { aspect, portrait, camera, label, on_done, others } = taking;
    let i18n = I18n::here();
    let trouble: RwSignal<Option<Obstacle>> = RwSignal::new(None);
    let seen: RwSignal<Option<Glance>> = RwSignal::new(None);
    let spoken = RwSignal::new(K::DocCamOpening);
    let lit: RwSignal<Option<bool>> = RwSignal::new(None);
    let failed = RwSignal::new(false);
    // It stopped while it was open: the last picture stays on the screen and is no photo.
    let still = RwSignal::new(false);
    let lens: StoredValue<Option<Lens>, LocalStorage> = StoredValue::new_local(None);
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    let video: NodeRef<html::Video> = NodeRef::new();
    dialog.on_load(|dialog| {
        if dialog.show_modal().is_err() {
            dialog.set_open(true);
        }
    });
    on_cleanup(move || {
        if let Some(lens) = lens.try_update_value(Option::take).flatten() {
            lens.close();
        }
    });
    let leave = move |picture| {
        // Closed before it goes, so that the focus is where it was.
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        on_done.run(picture);
    };
    // The view is gone once a picture was taken; where none came, it says so and goes on.
    let shoot = move || async move {
        let Some(video) = video.try_get_untracked().flatten().filter(|_| !still.get_untracked()) else { return };
        match lens::picture(&video).await {
            Ok(_) if seen.is_disposed() => {}
            Ok(blob) => leave(Some(blob)),
            Err(_) => {
                failed.try_set(true);
                pause(FAILED).await;
                failed.try_set(false);
            }
        }
    };
    video.on_load(move |video| {
        spawn_local(async move {
            let mut opened = match Lens::open(camera, 2560.0, 1920.0).await {
                Ok(opened) => opened,
                Err(why) => {
                    trouble.try_set(Some(why));
                    return;
                }
            };
            // The person may have closed the view while the browser asked.
            if seen.is_disposed() {
                return opened.close();
            }
            video.set_src_object(Some(opened.stream()));
            lit.set(opened.has_torch().then_some(false));
            opened.tell_when_still(move |now| {
                still.try_set(now);
            });
            lens.set_value(Some(opened));
            let mut watching = Watching::default();
            let mut before = Vec::new();
            let mut steady = (K::DocCamOpening, 0);
            while let Some(frame) = lens::frame(&video).await {
                if seen.is_disposed() {
                    return;
                }
                // No two frames of a camera that sees are the same in every point.
                if still.get_untracked() || frame.rgba == before {
                    continue;
                }
                before.clone_from(&frame.rgba);
                let glance = watching.look(&frame.rgba, frame.width, portrait);
                seen.set(Some(glance));
                let now = hint(Some(glance), portrait);
                steady = (now, if steady.0 == now { steady.1 + 1 } else { 1 });
                if steady.1 == STEADY {
                    spoken.set(now);
                }
                if glance == Glance::Take {
                    shoot().await;
                    if seen.is_disposed() {
                        return;
                    }
                    watching = Watching::default();
                }
            }
        });
    });
    let good = move || !still.get() && matches!(seen.get(), Some(Glance::Good | Glance::Take));
    let trouble_or = move |hint: K| match (still.get(), failed.get()) {
        (true, _) => K::DocCamStopped,
        (false, true) => K::DocCamFailed,
        (false, false) => hint,
    };
    let shown = memo(move || trouble_or(hint(seen.get(), portrait)));
    let said = memo(move || trouble_or(spoken.get()));
    let torch = move |()| {
        let on = lit.get_untracked() != Some(true);
        lens.with_value(|lens| lens.as_ref().map(|it| it.light(on)));
        lit.set(Some(on));
    };
    let light = derive(move || i18n.text(if lit.get() == Some(true) { K::DocCamLightOff } else { K::DocCamLight }));
    let frame = if portrait { "hc-lens__frame hc-lens__frame--face" } else { "hc-lens__frame" };
    view! {
        <dialog node_ref=dialog class="hc-view hc-lens" aria-label=move || label.get() on:cancel=move |event: web_sys::Event| {
            // An album that was opened from here and closed without a choice says so too.
            if event.target() != event.current_target() {
                return;
            }
            event.prevent_default();
            leave(None);
        }>
            {live(move || match trouble.get() {
                Some(why) => view! {
                    <div class="hc-lens__trouble">
                        <p role="alert">{icon(Icon::Camera)} " " {t(lens::words(why))}</p>
                        <div class="hc-row">{others.run(())}</div>
                        <p><Button label=t(K::DocClose) kind=Kind::Text on_press=move |()| leave(None)/></p>
                    </div>
                }.into_any(),
                None => view! {
                    <div class="hc-lens__room">
                        <video node_ref=video class="hc-lens__view" class:hc-lens__view--mirror=move || camera == "user" autoplay=true playsinline=true muted=true aria-label=move || label.get()></video>
                        <div class=frame class:hc-lens__frame--good=good style=("--hc-frame", move || aspect.to_string())></div>
                    </div>
                    <p class="hc-lens__words" aria-hidden="true">{live(move || i18n.text(shown.get()))}</p>
                    <p class="hc-sr" role="status">{live(move || i18n.text(said.get()))}</p>
                    <div class="hc-view__acts">
                        <div class="hc-row">
                            <Button label=t(K::DocCamShoot) before=Icon::Camera on_press=move |()| spawn_local(shoot())/>
                            <Button label=t(K::DocClose) kind=Kind::Quiet on_press=move |()| leave(None)/>
                        </div>
                        <div class="hc-taps">
                            {live(move || lit.get().map(|_| view! { <Button label=light kind=Kind::Text on_press=torch/> }))}
                            {others.run(())}
                        </div>
                    </div>
                }.into_any(),
            })}
        </dialog>
    }
    .into_any()
}

/// What a glance is worth a word about.
const fn hint(seen: Option<Glance>, portrait: bool) -> K {
    match seen {
        None => K::DocCamOpening,
        Some(Glance::Dark) => K::DocCamDark,
        Some(Glance::Moving) if portrait => K::DocCamAimFace,
        Some(Glance::Moving) => K::DocCamAim,
        Some(Glance::Blurred) => K::DocCamBlurred,
        Some(Glance::Good | Glance::Take) => K::DocCamGood,
    }
}
