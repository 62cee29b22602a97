//! What follows from signals: values, and acts on the world outside.
//!
//! The framework makes code of its own for each closure it is given, about a kilobyte of WebAssembly. The closures are
//! boxed here, so that it makes it once for each type of value.

use leptos::prelude::{Effect, Memo, Signal};

/// Runs now, and again whenever what it reads changes, until its owner is gone.
pub fn effect(act: impl FnMut() + 'static) {
    run(Box::new(act));
}

/// As [`effect`], and each run is given what the one before returned.
pub fn effect_from<T: 'static>(mut act: impl FnMut(Option<T>) -> T + 'static) {
    let mut last = None;
    run(Box::new(move || last = Some(act(last.take()))));
}

fn run(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_| act());
}

/// A value that is reckoned once for all who read it; they are told only when it has become another.
pub fn memo<T: PartialEq + Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    kept(Box::new(value))
}

fn kept<T: PartialEq + Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| value())
}

/// A value that is reckoned whenever it is read.
pub fn derive<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    followed(Box::new(value))
}

fn followed<T: Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Signal<T> {
    Signal::derive(value)
}
