//! What follows from signals: values, and acts on the world outside.
//!
//! The framework makes code of its own for each closure it is given and for each type of value, some kilobytes of
//! WebAssembly each. Here closures are boxed and values are held without their type, so that it makes it once.

mod held;
mod signal;

pub use signal::{Memo, RwSignal, Signal};

use leptos::prelude::{Effect, use_context};

/// What the shell provides for all that is drawn in it.
///
/// Where it is not there the framework's own way tells its type, and brings all that can write such a text.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn provided<T: Clone + 'static>() -> T {
    #[expect(clippy::expect_used, reason = "the shell provides all of it before it draws anything")]
    use_context().expect("the shell provides it")
}

/// Runs now, and again whenever what it reads changes, until its owner is gone.
pub fn effect(act: impl FnMut() + 'static) {
    run(Box::new(act));
}

/// As [`effect`], and each run is given what the one before returned.
pub fn effect_from<T: 'static>(mut act: impl FnMut(Option<T>) -> T + 'static) {
    let mut last = None;
    run(Box::new(move || last = Some(act(last.take()))));
}

/// An act on the world outside. A box of a closure holds two ways to call it, of which nobody uses one.
trait Act {
    fn act(&mut self);
}

impl<F: FnMut()> Act for F {
    fn act(&mut self) {
        self();
    }
}

fn run(mut act: Box<dyn Act>) {
    Effect::new(move |_| act.act());
}

/// A value that is reckoned once for all who read it; they are told only when it has become another.
pub fn memo<T: PartialEq + 'static>(value: impl Fn() -> T + 'static) -> Memo<T> {
    Memo::new(move |_| value())
}

/// A value that is reckoned whenever it is read.
pub fn derive<T: 'static>(value: impl Fn() -> T + 'static) -> Signal<T> {
    Signal::derive(value)
}
