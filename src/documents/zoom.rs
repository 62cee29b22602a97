//! A room in which something is made larger and moved: by two fingers, by one, by mouse, wheel, keyboard and buttons.
//!
//! What is in it is as wide as the room (on a wide screen, as a sheet of paper) times the scale; all else is scrolling, so bars and keys of the browser work as ever.
use super::pages::{self, Moved};
use super::stage;
use crate::i18n::{I18n, K, t};
use crate::reactive::RwSignal;
use crate::ui::{Button, Kind, live};
use leptos::{ev, html, prelude::*};
use view::view;
use web_sys::Element;

/// Widest, times the room.
const WIDEST: f64 = 5.0;
/// What one press of a button or key does.
const STEP: f64 = 1.5;
/// A finger that moves less, in pixels, presses.
const STILL: f64 = 6.0;
/// What is left of the speed after one frame, when a finger has let go.
const GLIDE: f64 = 0.94;
/// Pixels a frame below which it stands still.
const SLOW: f64 = 0.4;

#[derive(Clone, Copy, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn of(event: &ev::PointerEvent) -> Self {
        Self { x: event.client_x().into(), y: event.client_y().into() }
    }

    fn middle(self, other: Self) -> Self {
        Self { x: f64::midpoint(self.x, other.x), y: f64::midpoint(self.y, other.y) }
    }

    fn from(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }

    fn length(self) -> f64 {
        self.x.hypot(self.y)
    }
}

#[derive(Clone, Copy)]
struct Finger {
    id: i32,
    at: Point,
}

/// What the fingers do.
#[derive(Clone, Copy, Default)]
struct Grip {
    first: Option<Finger>,
    second: Option<Finger>,
    /// It has moved far enough to be no press.
    drags: bool,
    /// How far it went in the last frame or so, for letting go.
    speed: Option<Point>,
}

/// The room. Copies are the same.
#[derive(Clone, Copy)]
pub struct Zoom {
    scale: RwSignal<f64>,
    room: NodeRef<html::Div>,
    sheet: NodeRef<html::Div>,
    grip: StoredValue<Grip>,
    moved: Moved,
    told: StoredValue<bool>,
}

impl Zoom {
    /// An empty one, at its own size.
    #[expect(clippy::new_without_default, reason = "it makes signals: whoever owns them is to be seen")]
    pub fn new() -> Self {
        Self {
            scale: RwSignal::new(1.0),
            room: NodeRef::new(),
            sheet: NodeRef::new(),
            grip: StoredValue::new(Grip::default()),
            moved: RwSignal::new(0),
            told: StoredValue::new(false),
        }
    }

    /// Counts up whenever something may have come to be seen.
    pub(super) fn moved(self) -> Moved {
        self.moved
    }

    pub(super) fn tell(self) {
        pages::tell(self.moved, self.told);
    }

    /// Larger or smaller, so that what is under a point stays there.
    fn by(self, factor: f64, at: Point) {
        let (Some(room), Some(sheet)) = (self.room.get_untracked(), self.sheet.get_untracked()) else { return };
        let scale = (self.scale.get_untracked() * factor).clamp(1.0, WIDEST);
        let before = sheet.get_bounding_client_rect();
        let share = |part: f64, whole: f64| part / whole.max(1.0);
        let (x, y) = (share(at.x - before.left(), before.width()), share(at.y - before.top(), before.height()));
        self.scale.set(scale);
        // Set at once and not by a view, so that where it stands now can be asked.
        drop(web_sys::HtmlElement::style(&sheet).set_property("--hc-scale", &format!("{scale:.3}")));
        let after = sheet.get_bounding_client_rect();
        scroll(&room, Point { x: after.left() + x * after.width() - at.x, y: after.top() + y * after.height() - at.y });
        self.tell();
    }

    /// Larger or smaller around the middle.
    pub(super) fn step(self, larger: bool) {
        let Some(room) = self.room.get_untracked() else { return };
        let frame = room.get_bounding_client_rect();
        let middle = Point { x: frame.left() + frame.width() / 2.0, y: frame.top() + frame.height() / 2.0 };
        self.by(if larger { STEP } else { 1.0 / STEP }, middle);
    }

    fn whole(self, at: Point) {
        self.by(1.0 / self.scale.get_untracked(), at);
    }

    fn pressed(self, event: &ev::PointerEvent) {
        if event.pointer_type() == "mouse" && event.button() != 0 {
            return;
        }
        let finger = Finger { id: event.pointer_id(), at: Point::of(event) };
        self.grip.update_value(|grip| match grip.first {
            // The same again: how it was let go of was not heard, outside of the room.
            Some(first) if first.id == finger.id => *grip = Grip { first: Some(finger), ..Grip::default() },
            None => *grip = Grip { first: Some(finger), ..Grip::default() },
            Some(_) if grip.second.is_none() => (grip.second, grip.drags) = (Some(finger), true),
            Some(_) => {}
        });
    }

    fn dragged(self, event: &ev::PointerEvent) {
        if event.pointer_type() == "mouse" && event.buttons() == 0 {
            // Let go of outside of the room, where nobody heard it.
            return self.let_go(event);
        }
        let Some(room) = self.room.get_untracked() else { return };
        let (id, at, mut grip) = (event.pointer_id(), Point::of(event), self.grip.get_value());
        match (grip.first, grip.second) {
            (Some(first), Some(second)) if first.id == id || second.id == id => {
                let (one, two) = if first.id == id { (at, second.at) } else { (first.at, at) };
                let before = first.at.middle(second.at);
                let apart = first.at.from(second.at).length().max(1.0);
                self.by(one.from(two).length().max(1.0) / apart, before);
                scroll(&room, before.from(one.middle(two)));
                grip.first = Some(Finger { id: first.id, at: one });
                grip.second = Some(Finger { id: second.id, at: two });
                grip.speed = None;
            }
            (Some(first), None) if first.id == id => {
                let way = first.at.from(at);
                if !grip.drags && way.length() < STILL {
                    return;
                }
                if !grip.drags {
                    // Only now: a press on something in the room stays a press on it.
                    stage::capture(event);
                }
                scroll(&room, way);
                grip = Grip { first: Some(Finger { id, at }), second: None, drags: true, speed: Some(way) };
            }
            (Some(_) | None, Some(_) | None) => return,
        }
        event.prevent_default();
        self.grip.set_value(grip);
        self.tell();
    }

    fn let_go(self, event: &ev::PointerEvent) {
        let mut speed = None;
        self.grip.update_value(|grip| {
            let id = event.pointer_id();
            let is = |finger: Option<Finger>| finger.is_some_and(|it| it.id == id);
            if is(grip.second) {
                grip.second = None;
            } else if is(grip.first) {
                grip.first = grip.second.take();
            } else {
                return;
            }
            if grip.first.is_none() {
                speed = grip.speed.take();
                grip.drags = false;
            }
        });
        if let Some(speed) = speed.filter(|_| event.pointer_type() == "touch") {
            self.glide(speed);
        }
    }

    /// Goes on a little after the finger has gone, as everything that is scrolled on a phone does.
    fn glide(self, speed: Point) {
        if speed.length() < SLOW {
            return;
        }
        request_animation_frame(move || {
            let held = self.grip.try_get_value().is_none_or(|grip| grip.first.is_some());
            let Some(room) = self.room.try_get_untracked().flatten().filter(|_| !held) else { return };
            scroll(&room, speed);
            self.tell();
            self.glide(Point { x: speed.x * GLIDE, y: speed.y * GLIDE });
        });
    }

    fn wheeled(self, event: &ev::WheelEvent) {
        // Two fingers on a trackpad come as a wheel with Control.
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let at = Point { x: event.client_x().into(), y: event.client_y().into() };
            self.by((-event.delta_y() / 300.0).clamp(-0.5, 0.5).exp(), at);
        }
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "+" | "=" => self.step(true),
            "-" | "_" => self.step(false),
            "0" => self.whole(Point { x: 0.0, y: 0.0 }),
            _ => return,
        }
        event.prevent_default();
    }

    fn doubled(self, event: &ev::MouseEvent) {
        let at = Point { x: event.client_x().into(), y: event.client_y().into() };
        if self.scale.get_untracked() > 1.01 { self.whole(at) } else { self.by(2.0, at) }
    }

    /// The buttons, and what is said about the scale.
    pub(super) fn buttons(self) -> AnyView {
        let i18n = I18n::here();
        let said = move || {
            let percent = (self.scale.get() * 100.0).round();
            (percent > 100.0).then(|| i18n.say(K::DocZoomAt, &[("p", i18n.number(percent).into())]))
        };
        view! {
            <Button label=t(K::DocZoomOut) kind=Kind::Quiet on_press=move |()| self.step(false)/>
            <Button label=t(K::DocZoomIn) kind=Kind::Quiet on_press=move |()| self.step(true)/>
            <span class="hc-sr" role="status">{live(said)}</span>
        }
        .into_any()
    }

    /// The room around `content`. It takes the focus, so that arrow keys move what is in it.
    pub fn room(self, content: AnyView) -> AnyView {
        view! {
            <div
                node_ref=self.room
                class="hc-view__room"
                tabindex="0"
                on:pointerdown=move |event| self.pressed(&event)
                on:pointermove=move |event| self.dragged(&event)
                on:pointerup=move |event| self.let_go(&event)
                on:pointercancel=move |event| self.let_go(&event)
                on:wheel=move |event| self.wheeled(&event)
                on:keydown=move |event| self.key(&event)
                on:dblclick=move |event| self.doubled(&event)
                on:scroll=move |_| self.tell()
                on:dragstart=move |event| event.prevent_default()
            >
                <div node_ref=self.sheet class="hc-view__sheet">{content}</div>
            </div>
        }
        .into_any()
    }
}

fn scroll(room: &Element, way: Point) {
    room.scroll_by_with_x_and_y(way.x, way.y);
}
