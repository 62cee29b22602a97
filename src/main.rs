//! The wasm entry: split points live here, the app is the library.
fn main() {}
