//! The picture under the corners: drawn turned, and where a pointer is on it.
use crate::reactive::{Memo, RwSignal, effect};
use contract::documents::Place;
use js_sys::{Function, Reflect};
use leptos::{ev, html, prelude::*, task::spawn_local};
use std::f64::consts::FRAC_PI_2;
use view::view;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

/// Width of the copy that is shown: sharp enough to see a corner.
const SHOWN: u32 = 1280;

/// Where the picture stands on the screen.
pub(super) struct Stage {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Stage {
    pub(super) fn of(element: &web_sys::Element) -> Self {
        let frame = element.get_bounding_client_rect();
        Self { left: frame.left(), top: frame.top(), width: frame.width(), height: frame.height() }
    }

    /// The place under a pointer.
    pub(super) fn place(&self, x: i32, y: i32) -> Place {
        Place::new(share(f64::from(x) - self.left, self.width), share(f64::from(y) - self.top, self.height))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a screen needs no 53 bits")]
fn share(part: f64, whole: f64) -> f32 {
    (part / whole.max(1.0)) as f32
}

/// The pointer stays with what it pressed, wherever it goes.
pub(super) fn capture(event: &ev::PointerEvent) {
    let Some(pressed) = event.current_target() else { return };
    let capture =
        Reflect::get(&pressed, &"setPointerCapture".into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
    if let Some(capture) = capture {
        // A pointer that has gone meanwhile drags nothing.
        drop(capture.call1(&pressed, &event.pointer_id().into()));
    }
}

/// A copy of the picture, turned as it is now. `on_seen` is told its width divided by its height before any turn.
pub(super) fn canvas(file: Blob, turns: Memo<u8>, on_seen: impl FnOnce(f32) + 'static) -> AnyView {
    let node: NodeRef<html::Canvas> = NodeRef::new();
    let decoded: RwSignal<Option<ImageBitmap>> = RwSignal::new(None);
    spawn_local(async move {
        if let Ok(bitmap) = image_worker::preview(&file, SHOWN).await {
            let bitmap: ImageBitmap = bitmap.unchecked_into();
            let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
            // Not where the view has gone meanwhile.
            if decoded.try_set(Some(bitmap)).is_none() {
                on_seen(share(width, height));
            }
        }
    });
    on_cleanup(move || {
        if let Some(bitmap) = decoded.try_update_untracked(Option::take).flatten() {
            bitmap.close();
        }
    });
    effect(move || {
        let (Some(canvas), turns) = (node.get(), turns.get()) else { return };
        decoded.with(|bitmap| {
            if let Some(bitmap) = bitmap {
                // A canvas that cannot be drawn on stays empty; the corners still stand where they are.
                drop(drawn(&canvas, bitmap, turns));
            }
        });
    });
    view! { <canvas node_ref=node class="hc-edit__picture" aria-hidden="true"></canvas> }.into_any()
}

fn drawn(canvas: &HtmlCanvasElement, bitmap: &ImageBitmap, turns: u8) -> Result<(), JsValue> {
    let (width, height) = (bitmap.width(), bitmap.height());
    let (across, down) = if turns % 2 == 1 { (height, width) } else { (width, height) };
    canvas.set_width(across);
    canvas.set_height(down);
    let pen: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    pen.translate(f64::from(across) / 2.0, f64::from(down) / 2.0)?;
    pen.rotate(f64::from(turns) * FRAC_PI_2)?;
    pen.draw_image_with_image_bitmap(bitmap, -f64::from(width) / 2.0, -f64::from(height) / 2.0)
}
