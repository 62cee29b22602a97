//! `cargo xtask faults`: the outbox in bad weather, as often as wanted. The phone, its disk and the network are simulated
//! (crate `outbox`), so a run takes some milliseconds and every one can be repeated by its seed.
use crate::test;
use anyhow::ensure;
use clap::Args;
use std::time::{SystemTime, UNIX_EPOCH};

/// What `faults` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// How many runs
    #[arg(long, default_value_t = 10_000)]
    runs: u64,
    /// The seed of the first run; each run has the next one. Without it, one that nobody has chosen
    #[arg(long)]
    seed: Option<u64>,
    /// In a real browser against the mock server instead: one walk of so many steps in any order and any weather
    #[arg(long)]
    browser: bool,
    /// How many steps that walk has
    #[arg(long, default_value_t = 200)]
    steps: u32,
}

/// Makes the runs; the last line has the totals.
///
/// # Errors
/// Something was lost, doubled or wrong in silence; the seeds stand above.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let chosen = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seed = options.seed.unwrap_or_else(chosen);
    if !options.browser {
        return simulate(seed, options.runs);
    }
    println!("seed {seed}");
    let (seed, steps) = (seed.to_string(), options.steps.to_string());
    let args = ["run", "--only", "steps in any order and any weather"];
    test::drive_with(&args, &[("HC_SEED", &seed), ("HC_STEPS", &steps)])
}

/// So many simulated runs from this seed on; the last line has the totals.
///
/// # Errors
/// As above.
pub(crate) fn simulate(seed: u64, runs: u64) -> anyhow::Result<()> {
    println!("seed {seed}");
    let totals = outbox::simulation::runs(seed, runs);
    for seed in totals.seeds.iter().take(10) {
        println!("again with: cargo xtask faults --runs 1 --seed {seed}");
    }
    println!("{totals}");
    ensure!(totals.seeds.is_empty(), "The outbox has lost or doubled something.");
    Ok(())
}
