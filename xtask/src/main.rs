//! Developer commands: `cargo xtask --help` tells all.
//!
//! One program with several names. As `wasm-bindgen` and `wasm-bindgen-test-runner` it is what Trunk and cargo
//! call, so that the tool can never be of another version than the crate; as `xtask` it is what a person calls.
//! You will not find rules of the product here.
mod bench;
mod bindgen;
mod build;
mod cli;
mod conform;
mod corpus;
mod demo;
mod entrance;
mod faults;
mod files;
mod form;
mod licences;
mod order;
mod post_build;
mod run;
mod servers;
mod slim;
mod steps;
/// The app's build script makes the styles of later parts small with the same code.
#[expect(dead_code, reason = "the build script uses the other half")]
#[path = "../../build/styles.rs"]
mod styles;
mod test;
/// The app's build script reads the sentences with the same code.
#[path = "../../build/texts.rs"]
mod texts;
mod tools;
mod weight;

use std::{env, ffi::OsStr, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().collect();
    let name =
        args.first().and_then(|program| Path::new(program).file_stem()).and_then(OsStr::to_str).unwrap_or_default();
    let outcome = match name {
        "wasm-bindgen" => bindgen::run(args),
        "wasm-bindgen-test-runner" => wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args),
        _ => cli::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\n{why:#}");
            ExitCode::FAILURE
        }
    }
}
