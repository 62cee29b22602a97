//! What a place calls the app and what it looks like there, reckoned without a browser: whatever its colour, all can be read.
use std::{path::Path, process::Command};

#[test]
fn whatever_colour_a_place_names_all_can_be_read_and_what_cannot_be_is_told() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("place.mjs");
    let judged =
        Command::new("node").arg(script).output().expect("node is missing: `cargo xtask test` says how to get it");
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
}
