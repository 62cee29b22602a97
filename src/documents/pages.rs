//! The pages of a PDF, one below the other. A page is drawn when it comes near the screen, and its memory given back after.
use super::paper::{NotShown, Paper, opened};
use crate::i18n::{I18n, K, t, tv};
use crate::reactive::{RwSignal, Signal, effect};
use crate::ui::{Icon, Tone, icon, live, note};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;
use web_sys::Blob;

/// Pixels along the width of a page, at most: what a person sees at four times the width of a phone.
const WIDEST: f64 = 2560.0;

/// Where the PDF stands.
#[derive(Clone)]
enum Shown {
    Opening,
    Open(Paper),
    Not(NotShown),
}

/// What moves the room and changes its width tells the pages by counting up.
pub(super) type Moved = RwSignal<u32>;

/// The pages of `file`, as wide as the room they are in; `elsewhere` is drawn where they cannot be.
pub(super) fn pages(
    assets: String,
    file: Blob,
    label: Signal<String>,
    moved: Moved,
    elsewhere: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let shown = RwSignal::new(Shown::Opening);
    spawn_local(async move {
        let next = match opened(&assets, &file).await {
            Ok(paper) => Shown::Open(paper),
            Err(why) => Shown::Not(why),
        };
        if let Some(Shown::Open(unseen)) = shown.try_set(next) {
            unseen.close();
        }
    });
    on_cleanup(move || {
        if let Some(Shown::Open(paper)) = shown.try_get_untracked() {
            paper.close();
        }
    });
    live(move || match shown.get() {
        Shown::Opening => view! { <p class="hc-view__paper" role="status">{t(K::DocPaperOpening)}</p> }.into_any(),
        Shown::Open(paper) => list(&paper, label, moved),
        Shown::Not(why) => {
            let words = match why {
                NotShown::Locked => K::DocELockedPdf,
                NotShown::Broken => K::DocPaperBroken,
                NotShown::Unable => K::DocPaperUnable,
            };
            let body = view! { <p>{t(words)}</p> };
            view! {
                <div class="hc-view__paper">
                    {icon(Icon::Document)}
                    {note(Tone::Warn, Icon::Document, true, body.into_any())}
                    {(why == NotShown::Unable).then(&elsewhere)}
                </div>
            }
            .into_any()
        }
    })
}

fn list(paper: &Paper, label: Signal<String>, moved: Moved) -> AnyView {
    let count = paper.pages();
    let here = RwSignal::new(1_u32);
    let at = tv(K::DocPaperAt, move || vec![("n", here.get().into()), ("of", count.into())]);
    // Pages of one document mostly have one shape: the first one's stands in until each is known.
    let usual = RwSignal::new(std::f64::consts::SQRT_2);
    {
        let paper = paper.clone();
        spawn_local(async move {
            if let Ok(shape) = paper.page_shape(1).await {
                usual.try_set(shape);
            }
        });
    }
    let places = (1..=count).map(|number| page(paper, number, usual, label, moved, here)).collect_view();
    view! {
        <ol class="hc-view__pages">{places}</ol>
        <p class="hc-view__at" role="status">{live(at)}</p>
    }
    .into_any()
}

/// One page: an empty sheet of its shape, drawn on while it is near the screen.
fn page(
    paper: &Paper,
    number: u32,
    usual: RwSignal<f64>,
    label: Signal<String>,
    moved: Moved,
    here: RwSignal<u32>,
) -> AnyView {
    let (i18n, node) = (I18n::here(), NodeRef::<html::Canvas>::new());
    let shape: RwSignal<Option<f64>> = RwSignal::new(None);
    let failed = RwSignal::new(false);
    // Width in pixels that it is drawn with; nothing while it is far away.
    let wanted = RwSignal::new(None::<u32>);
    effect(move || {
        moved.track();
        let Some(canvas) = node.get() else { return };
        let (near, middle) = seen(&canvas);
        if middle && here.get_untracked() != number {
            here.set(number);
        }
        let width = near.then(|| width(&canvas));
        if wanted.get_untracked() != width {
            wanted.set(width);
        }
    });
    let paper = StoredValue::new_local(paper.clone());
    effect(move || {
        let (Some(canvas), wanted) = (node.get(), wanted.get()) else { return };
        let Some(paper) = paper.try_get_value() else { return };
        let Some(width) = wanted else { return paper.forget(&canvas) };
        spawn_local(async move {
            if let Ok(found) = paper.page_shape(number).await {
                shape.try_set(Some(found));
            }
            let drawn = paper.drawn(number, &canvas, f64::from(width)).await;
            failed.try_set(drawn.is_err());
        });
    });
    let name = move || {
        let page = i18n.say(K::DocPage, &[("n", number.into())]);
        i18n.say(K::FmtColon, &[("label", label.get().into()), ("words", page.into())])
    };
    let sheet = move || format!("1 / {:.4}", shape.get().unwrap_or_else(|| usual.get()));
    view! {
        <li style:aspect-ratio=sheet>
            <canvas node_ref=node role="img" aria-label=name></canvas>
            {live(move || failed.get().then(|| view! { <p class="hc-view__torn">{t(K::DocPaperTorn)}</p> }))}
        </li>
    }
    .into_any()
}

/// Whether a page is on the screen or within one screen of it, and whether it is what stands in its middle.
fn seen(canvas: &web_sys::HtmlCanvasElement) -> (bool, bool) {
    let Some((sheet, room)) = canvas.parent_element().zip(canvas.closest(".hc-view__room").ok().flatten()) else {
        return (false, false);
    };
    let (sheet, room) = (sheet.get_bounding_client_rect(), room.get_bounding_client_rect());
    let near = sheet.bottom() > room.top() - room.height() && sheet.top() < room.bottom() + room.height();
    let middle = f64::midpoint(room.top(), room.bottom());
    (near, sheet.top() <= middle && sheet.bottom() > middle)
}

/// As sharp as the screen, in steps, so that not every touch draws anew.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width of a screen; a cast saturates")]
fn width(canvas: &web_sys::HtmlCanvasElement) -> u32 {
    let shown = canvas.parent_element().map_or(0.0, |it| it.get_bounding_client_rect().width());
    let dots = window().device_pixel_ratio().max(1.0);
    ((shown * dots / 256.0).ceil() * 256.0).clamp(256.0, WIDEST) as u32
}

/// Says that pages may have moved, once a frame at most.
pub(super) fn tell(moved: Moved, waiting: StoredValue<bool>) {
    if waiting.try_get_value() != Some(false) {
        return;
    }
    waiting.set_value(true);
    request_animation_frame(move || {
        waiting.try_set_value(false);
        moved.try_update(|it| *it = it.wrapping_add(1));
    });
}
