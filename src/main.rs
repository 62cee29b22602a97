//! The wasm entry: split points live here, the app is the library.

/// Runs once when the module is loaded; `embed::mount` is what shows something.
fn main() {
    std::panic::set_hook(Box::new(|_| health_certificate::embed::stopped()));
}
