//! Children that are drawn anew when what they read changes.
//!
//! Each closure in a view is a type of its own, and the framework makes an effect, a state and a way to mount for each
//! type: more than a kilobyte of WebAssembly a child. Boxed here they are all one type.

use leptos::prelude::*;

/// A child that is drawn anew when what it reads changes.
pub fn live<V: IntoView + 'static>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    boxed(Box::new(move || draw().into_any()))
}

fn boxed(draw: Box<dyn FnMut() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}
