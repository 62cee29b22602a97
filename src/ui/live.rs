//! Children that are drawn anew when what they read changes.
//!
//! Each closure in a view is a type of its own, and the framework makes an effect, a state and a way to mount for each
//! type: more than a kilobyte of WebAssembly a child. Boxed here they are all one type.

use leptos::prelude::*;

/// A child that is drawn anew when what it reads changes.
pub fn live<V: IntoView + 'static>(draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    boxed(Box::new(draw))
}

/// What draws a child. A box of a closure holds two ways to call it, of which nobody uses one.
trait Draw: Send {
    fn draw(&mut self) -> AnyView;
}

impl<V: IntoView + 'static, F: FnMut() -> V + Send> Draw for F {
    fn draw(&mut self) -> AnyView {
        self().into_any()
    }
}

fn boxed(mut draw: Box<dyn Draw>) -> AnyView {
    (move || draw.draw()).into_any()
}
