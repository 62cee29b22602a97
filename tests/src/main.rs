//! `journeys run`: what is asked for on the command line. `cargo xtask test` calls it with the release build.
use anyhow::{Context, bail};
use journeys::{
    engine::Engine,
    report::{self, Plan},
};
use std::{env, path::PathBuf, process::ExitCode};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let args: Vec<String> = env::args().skip(1).collect();
    let option = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)).cloned();
    let dist = PathBuf::from(option("--dist").context("--dist is missing: the folder of a build")?);
    let plan = Plan {
        engine: option("--engine").as_deref().unwrap_or("chromium").parse::<Engine>()?,
        dist,
        only: option("--only"),
        jobs: option("--jobs").and_then(|number| number.parse().ok()).unwrap_or(2),
    };
    let went_well = match args.first().map(String::as_str) {
        Some("run") => report::run(&plan).await?,
        _ => bail!("journeys run --dist DIR [--engine chromium|webkit] [--only WORDS] [--jobs N]"),
    };
    Ok(if went_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
