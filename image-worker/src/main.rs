//! Looks at photos off the main thread. You will not find rules here: what a photo must be is in `contract::documents`.
fn main() {}
