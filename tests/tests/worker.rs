//! The service worker, run without a browser: what it keeps of a server that leads elsewhere, or has a gateway before it.
use std::{path::Path, process::Command};

#[test]
fn the_service_worker_keeps_one_build_and_nothing_of_a_gateway() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("worker.mjs");
    let judged =
        Command::new("node").arg(script).output().expect("node is missing: `cargo xtask test` says how to get it");
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
}
