//! Cutting out, straightening and turning one picture, by finger, mouse, keyboard or screen reader. A part of its own.
//!
//! It decides nothing: what comes out is where the corners are; the worker cuts.
use super::stage::{self, Stage};
use crate::i18n::{Args, I18n, K, t};
use crate::reactive::{RwSignal, Signal, derive, effect, memo};
use crate::ui::{Button, Icon, Kind, live};
use contract::documents::{Corner, Corners, Place};
use leptos::{ev, html, prelude::*};
use view::view;
use web_sys::Blob;

/// A picture to edit, and where to say what came of it.
#[derive(Clone)]
pub struct Editing {
    /// The picture.
    pub file: Blob,
    /// Quarter turns it has already, clockwise.
    pub turns: u8,
    /// What is cut out of it already.
    pub corners: Option<Corners>,
    /// Where the paper lies, once that is known and sure; after `turns`.
    pub found: Signal<Option<Corners>>,
    /// The corners may go anywhere; otherwise what is cut out stays upright.
    pub free: bool,
    /// Width divided by height that what is cut out upright keeps, where the item asks one.
    pub shape: Option<f32>,
    /// What the picture is of.
    pub label: Signal<String>,
    /// Turns and corners, or nothing where the person changed their mind.
    pub on_done: Callback<Option<(u8, Corners)>>,
}

/// What one step back goes back to.
#[derive(Clone, Copy, PartialEq)]
struct Shape {
    turns: u8,
    corners: Corners,
}

/// What is under a pointer.
#[derive(Clone, Copy)]
struct Drag {
    /// Which corner; the whole frame where none is, and where it was held.
    corner: Result<Corner, Place>,
    /// Since it was pressed.
    moved: bool,
    /// Whose: a second finger drags nothing.
    pointer: i32,
}

/// All that changes while the view is open. Copies are the same.
#[derive(Clone, Copy)]
struct Work {
    shape: RwSignal<Shape>,
    before: RwSignal<Vec<Shape>>,
    dragged: RwSignal<Option<Drag>>,
    /// The corner that the four buttons move: the last one that was pressed.
    chosen: RwSignal<Corner>,
    said: RwSignal<String>,
    i18n: I18n,
    free: bool,
    /// The shape that the frame keeps.
    kept: Option<f32>,
    /// Width divided by height of the picture as it was given, once it is known.
    picture: RwSignal<Option<f32>>,
}

/// What moves a corner without a pointer or a key: where to, its sign, its name.
const WAYS: [((f32, f32), &str, K); 4] = [
    ((-BY, 0.0), "←", K::DocEditLeft),
    ((BY, 0.0), "→", K::DocEditRight),
    ((0.0, -BY), "↑", K::DocEditUp),
    ((0.0, BY), "↓", K::DocEditDown),
];
/// How far one press of these goes, as a share of the picture.
const BY: f32 = 0.02;

/// What a corner is called.
const fn name(corner: Corner) -> K {
    match corner {
        Corner::UpperLeft => K::DocEditUpperLeft,
        Corner::UpperRight => K::DocEditUpperRight,
        Corner::LowerRight => K::DocEditLowerRight,
        Corner::LowerLeft => K::DocEditLowerLeft,
    }
}

impl Work {
    /// Another shape, to which one step back leads from the next one.
    fn change(self, to: Shape) {
        let now = self.shape.get_untracked();
        if to != now {
            self.before.update(|before| before.push(now));
            self.shape.set(to);
        }
    }

    fn undo(self) {
        if let Some(shape) = self.before.try_update(Vec::pop).flatten() {
            self.shape.set(shape);
            let left = self.before.with_untracked(Vec::len);
            self.say(K::DocEditUndone, &[("n", left.into())]);
        }
    }

    fn say(self, words: K, with: Args<'_>) {
        self.said.set(self.i18n.say(words, with));
    }

    /// The shapes of the picture as it is turned and of what the item asks, where the frame keeps one.
    fn shapes(self, turns: u8) -> Option<(f32, f32)> {
        let picture = self.picture.get_untracked()?;
        Some((if turns % 2 == 1 { 1.0 / picture } else { picture }, self.kept?))
    }

    /// The frame with the whole picture in it, or as much of it as the item's shape lets in.
    fn widest(self, turns: u8) -> Corners {
        self.shapes(turns).map_or(Corners::WHOLE, |(picture, shape)| Corners::of_shape(picture, shape))
    }

    fn moved(self, corner: Corner, (x, y): (f32, f32)) -> Corners {
        let Shape { turns, corners } = self.shape.get_untracked();
        match self.shapes(turns) {
            _ if self.free => corners.with(corner, Place::new(x, y)),
            Some((picture, shape)) => corners.with_shape(corner, (x, y), picture, shape),
            None => corners.with_upright(corner, Place::new(x, y)),
        }
    }

    /// The picture is there: a frame that keeps a shape stands in it, and that is no step.
    fn is_seen(self, picture: f32) {
        self.picture.set(Some(picture));
        let Shape { turns, corners } = self.shape.get_untracked();
        if corners == Corners::WHOLE {
            self.shape.set(Shape { turns, corners: self.widest(turns) });
        }
    }

    /// What this pointer drags.
    fn held(self, pointer: i32) -> Option<Drag> {
        self.dragged.get_untracked().filter(|it| it.pointer == pointer)
    }

    fn drag(self, held: Drag, to: Place) {
        let corners = match held.corner {
            Ok(corner) => self.moved(corner, (to.x, to.y)),
            Err(from) => {
                self.dragged.set(Some(Drag { corner: Err(to), ..held }));
                self.shape.get_untracked().corners.moved(to.x - from.x, to.y - from.y)
            }
        };
        if held.moved {
            self.shape.update(|shape| shape.corners = corners);
        } else if corners != self.shape.get_untracked().corners {
            // One step back for the whole way that it goes.
            self.change(Shape { corners, ..self.shape.get_untracked() });
            self.dragged.update(|it| *it = it.map(|it| Drag { moved: true, ..it }));
        }
    }

    fn nudge(self, corner: Corner, (x, y): (f32, f32)) {
        let Shape { turns, corners } = self.shape.get_untracked();
        let at = corners.place(corner);
        // Where one way brings the other along, each takes its half.
        let twice = if self.shapes(turns).is_some() { 2.0 } else { 1.0 };
        self.change(Shape { turns, corners: self.moved(corner, (at.x + twice * x, at.y + twice * y)) });
        self.said.set(untrack(|| self.place_words(corner)));
    }

    /// Which corner, and where it is.
    fn place_words(self, corner: Corner) -> String {
        let (i18n, at) = (self.i18n, self.shape.get().corners.place(corner));
        let percent = |share: f32| i18n.number(f64::from((share * 100.0).round())).into();
        i18n.say(
            K::DocEditAt,
            &[("corner", i18n.text(name(corner)).into()), ("x", percent(at.x)), ("y", percent(at.y))],
        )
    }

    /// From here on the four buttons move this one.
    fn choose(self, corner: Corner) {
        self.chosen.set(corner);
        self.said.set(untrack(|| self.place_words(corner)));
    }

    fn turn(self) {
        let Shape { turns, corners } = self.shape.get_untracked();
        let turns = (turns + 1) % 4;
        let corners = if self.shapes(turns).is_some() { self.widest(turns) } else { corners.turned() };
        self.change(Shape { turns, corners });
        self.say(K::DocEditTurned, &[("n", (u32::from(turns) * 90).into())]);
    }

    fn whole(self) {
        let turns = self.shape.get_untracked().turns;
        self.change(Shape { turns, corners: self.widest(turns) });
        self.say(K::DocEditAll, &[]);
    }
}

/// The view; it is modal and closes itself by `on_done`.
pub fn editor(editing: Editing) -> AnyView {
    super::speak();
    let Editing { file, turns, corners, found, free, shape, label, on_done } = editing;
    let first = Shape { turns, corners: corners.unwrap_or(Corners::WHOLE) };
    let work = Work {
        shape: RwSignal::new(first),
        before: RwSignal::new(Vec::new()),
        dragged: RwSignal::new(None),
        chosen: RwSignal::new(Corner::UpperLeft),
        said: RwSignal::new(String::new()),
        i18n: I18n::here(),
        free,
        kept: shape.filter(|it| !free && it.is_finite() && *it > 0.0),
        picture: RwSignal::new(None),
    };
    // The worker tells the corners for the turns that were there when it began.
    let proposal = memo(move || found.get());
    let proposed = move || {
        let turned = (4 + work.shape.get().turns - turns) % 4;
        proposal.get().map(|it| (0..turned).fold(it, |corners, _| corners.turned()))
    };
    if corners.is_none() {
        effect(move || {
            // Taken at once, as long as the person has touched nothing: one step back undoes it.
            if let Some(corners) = proposal.get().filter(|_| untrack(|| work.before.with(Vec::is_empty))) {
                work.change(Shape { corners, ..work.shape.get_untracked() });
                work.say(K::DocEditFound, &[]);
            }
        });
    }
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    dialog.on_load(|dialog| {
        if dialog.show_modal().is_err() {
            dialog.set_open(true);
        }
    });
    let leave = move |outcome| {
        // Closed before it goes, so that the focus is where it was.
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        on_done.run(outcome);
    };
    let done = move |()| {
        let Shape { turns, corners } = work.shape.get_untracked();
        leave(Some((turns, corners)));
    };
    let hint = if free { K::DocEditHint } else { K::DocEditHintFace };
    let unchanged = derive(move || work.before.with(Vec::is_empty));
    let edges = move |()| {
        if let Some(corners) = untrack(proposed) {
            work.change(Shape { corners, ..work.shape.get_untracked() });
        }
    };
    view! {
        <dialog node_ref=dialog class="hc-view" aria-label=move || label.get() on:cancel=move |event: web_sys::Event| {
            event.prevent_default();
            leave(None);
        }>
            <p class="hc-hint hc-edit__hint">
                {live(move || match proposed() {
                    Some(corners) if corners == work.shape.get().corners => t(K::DocEditFound)(),
                    Some(_) | None => t(hint)(),
                })}
            </p>
            <div class="hc-edit__room">{picture(work, file)}</div>
            <p class="hc-sr" role="status">{live(move || work.said.get())}</p>
            <div class="hc-view__acts">
                <div class="hc-edit__ways">{WAYS.map(|way| push(work, way)).into_iter().collect_view()}</div>
                <div class="hc-taps">
                    <Button label=t(K::DocTurn) kind=Kind::Text before=Icon::Turn on_press=move |()| work.turn()/>
                    <Button label=t(K::DocEditUndo) kind=Kind::Text blocked=unchanged on_press=move |()| work.undo()/>
                    <Button label=t(K::DocEditWhole) kind=Kind::Text on_press=move |()| work.whole()/>
                    {live(move || proposed().map(|_| view! { <Button label=t(K::DocEditEdges) kind=Kind::Text on_press=edges/> }))}
                </div>
                <div class="hc-row">
                    <Button label=t(K::DocEditDone) on_press=done/>
                    <Button label=t(K::DocEditCancel) kind=Kind::Quiet on_press=move |()| leave(None)/>
                </div>
            </div>
        </dialog>
    }
    .into_any()
}

fn picture(work: Work, file: Blob) -> AnyView {
    let room: NodeRef<html::Div> = NodeRef::new();
    let turns = memo(move || work.shape.get().turns);
    let outline = move || {
        let places = work.shape.get().corners.places();
        places.iter().map(|it| format!("{:.2},{:.2}", it.x * 100.0, it.y * 100.0)).collect::<Vec<_>>().join(" ")
    };
    let shade = move || format!("M0 0H100V100H0ZM{}Z", outline().replace(' ', "L"));
    // A frame that keeps its shape is moved as a whole, by whatever of it is no corner.
    let held = move |event: ev::PointerEvent| {
        let Some(room) = room.get_untracked().filter(|_| work.kept.is_some() && event.button() == 0) else { return };
        if work.dragged.get_untracked().is_none() {
            let at = Stage::of(&room).place(event.client_x(), event.client_y());
            work.dragged.set(Some(Drag { corner: Err(at), moved: false, pointer: event.pointer_id() }));
            stage::capture(&event);
        }
    };
    let moved = move |event: ev::PointerEvent| {
        let Some((held, room)) = work.held(event.pointer_id()).zip(room.get_untracked()) else { return };
        event.prevent_default();
        work.drag(held, Stage::of(&room).place(event.client_x(), event.client_y()));
    };
    let ended = move |event: ev::PointerEvent| {
        if work.held(event.pointer_id()).is_some() {
            work.dragged.set(None);
        }
    };
    view! {
        <div node_ref=room class="hc-edit__stage" on:pointerdown=held on:pointermove=moved on:pointerup=ended on:pointercancel=ended>
            {stage::canvas(file, turns, move |picture| work.is_seen(picture))}
            <svg class="hc-edit__shade" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                <path fill-rule="evenodd" d=shade></path>
                <polygon points=outline></polygon>
            </svg>
            {Corner::ALL.map(|corner| handle(work, corner)).into_iter().collect_view()}
        </div>
    }
    .into_any()
}

/// Moves the corner that was pressed last: for whoever can neither drag nor press keys, as with a screen reader on a phone.
fn push(work: Work, (way, sign, words): ((f32, f32), &'static str, K)) -> AnyView {
    let i18n = work.i18n;
    let name = move || i18n.say(words, &[("corner", i18n.text(name(work.chosen.get())).into())]);
    let moves = move |_| work.nudge(work.chosen.get_untracked(), way);
    view! { <button type="button" class="hc-edit__way" aria-label=name on:click=moves>{sign}</button> }.into_any()
}

/// One corner: dragged by pointer, moved by arrow keys, chosen by a press, named for those who listen.
fn handle(work: Work, corner: Corner) -> AnyView {
    let place = move || work.shape.get().corners.place(corner);
    let pressed = move |event: ev::PointerEvent| {
        let pointer = event.pointer_id();
        if event.button() != 0 || work.dragged.get_untracked().is_some_and(|it| it.pointer != pointer) {
            return;
        }
        event.prevent_default();
        work.chosen.set(corner);
        work.dragged.set(Some(Drag { corner: Ok(corner), moved: false, pointer }));
        stage::capture(&event);
    };
    let key = move |event: ev::KeyboardEvent| {
        let step = if event.shift_key() { 0.05 } else { 0.01 };
        let by = match event.key().as_str() {
            "ArrowLeft" => (-step, 0.0),
            "ArrowRight" => (step, 0.0),
            "ArrowUp" => (0.0, -step),
            "ArrowDown" => (0.0, step),
            _ => return,
        };
        event.prevent_default();
        work.chosen.set(corner);
        work.nudge(corner, by);
    };
    view! {
        <button
            type="button"
            class="hc-edit__corner"
            style:left=move || format!("{:.3}%", place().x * 100.0)
            style:top=move || format!("{:.3}%", place().y * 100.0)
            aria-label=move || work.place_words(corner)
            aria-pressed=move || if work.chosen.get() == corner { "true" } else { "false" }
            on:click=move |_| work.choose(corner)
            on:pointerdown=pressed
            on:keydown=key
        ></button>
    }
    .into_any()
}
