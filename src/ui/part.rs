//! A part of the app that is fetched when it is first needed: opening, not to be had (with a way to try again), there.

use super::{Button, Icon, Tone, Words, alert, live, skeleton};
use crate::i18n::{K, t};
use crate::reactive::RwSignal;
use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};
use view::view;

/// The part could not be fetched. Trying again may help: a failure is not remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartMissing;

/// A part on its way.
pub type Loading = Pin<Box<dyn Future<Output = Result<AnyView, PartMissing>>>>;

/// Fetches a part and draws it from what it is given. The entry of the program makes one at each split point.
pub type LoadPart<Given> = fn(Given) -> Loading;

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Opening,
    Missing,
    There,
}

/// Draws a part in its place. `load` is called anew for each try.
pub fn part(load: impl Fn() -> Loading + 'static) -> AnyView {
    part_in(4, load)
}

/// The same in the place of so many lines.
pub fn part_in(lines: usize, load: impl Fn() -> Loading + 'static) -> AnyView {
    drawn(lines, Box::new(load))
}

fn drawn(lines: usize, load: Box<dyn Fn() -> Loading>) -> AnyView {
    let stage = RwSignal::new(Stage::Opening);
    let drawn: StoredValue<Option<AnyView>, LocalStorage> = StoredValue::new_local(None);
    let load = StoredValue::new_local(load);
    // Also at a later try: what a part is drawn with would else belong to the note it was asked for again on, and go with it.
    let owner = Owner::current().unwrap_or_default();
    let begin = move || {
        stage.set(Stage::Opening);
        let coming = load.with_value(|load| load());
        spawn_local(ScopedFuture::new(async move {
            let next = match while_there(stage, coming).await {
                None => return,
                Some(Ok(view)) => {
                    drawn.try_update_value(|place| *place = Some(view));
                    Stage::There
                }
                Some(Err(PartMissing)) => Stage::Missing,
            };
            stage.try_update(|stage| *stage = next);
        }));
    };
    begin();
    live(move || match stage.get() {
        Stage::Opening => skeleton(t(K::WaitOpen), lines),
        Stage::Missing => {
            let owner = owner.clone();
            missing(t(K::PartFailed), Callback::new(move |()| owner.with(begin)))
        }
        Stage::There => drawn.try_update_value(Option::take).flatten().into_any(),
    })
}

/// What comes, unless the person has gone elsewhere meanwhile. Then nothing is drawn any more: what it would be drawn with
/// has gone with its page, and to ask for that would end the whole app.
async fn while_there(stage: RwSignal<Stage>, mut coming: Loading) -> Option<Result<AnyView, PartMissing>> {
    poll_fn(|context| if stage.is_disposed() { Poll::Ready(None) } else { coming.as_mut().poll(context).map(Some) })
        .await
}

fn missing(words: impl Into<Words>, on_again: Callback<()>) -> AnyView {
    let words = words.into();
    let body = view! {
        <p>{live(move || words.get())}</p>
        <p><Button label=t(K::AppRetry) kind=super::Kind::Text on_press=on_again/></p>
    };
    alert(Tone::Warn, Icon::Offline, body.into_any())
}
