//! What takes longer than a test may: more of what a property test tries, and tables that a test only checks.
use crate::{test, tools};
use anyhow::ensure;
use clap::{Args, ValueEnum};
use std::time::Instant;

/// What `bench` can be told.
#[derive(Args)]
pub(crate) struct Options {
    what: What,
    /// How many spoiled files
    #[arg(long, default_value_t = 1_000_000)]
    mutations: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Spoil files in every way and look at them: nothing may panic
    Documents,
    /// How long one look at a form of 300 questions takes, as it ships
    Rules,
    /// How long a first visit waits on a bad network, until the entrance is read and until the app is there
    Arriving,
    /// What saving costs in a browser: script time of 300 answers on a slow phone, twelve photos, bytes of a photo
    Saving,
    /// How fast a form of 300 questions is in a browser, as it ships: a key, opening a step, what stays behind
    Form,
    /// Which faults of a photo are found, and which are found where there are none; writes the tables of docs/documents.md
    Quality,
    /// How long photos of 12, 24 and 48 megapixels take, and how much memory, next to a plain page; the machine should be idle
    Photos,
}

/// Does it and prints what came of it.
///
/// # Errors
/// Something did not hold; what it was stands above.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let begun = Instant::now();
    match options.what {
        What::Documents => {
            let mutations = options.mutations.to_string();
            contract(&["--release", "--lib", "--", "no_bytes_make_it_panic"], ("DOCUMENT_MUTATIONS", &mutations))?;
            println!("{} files, none made it panic, {} s", options.mutations, begun.elapsed().as_secs());
        }
        What::Rules => {
            let mut command = tools::cargo();
            command.args(["run", "--quiet", "--locked", "--release", "--package", "contract"]);
            let status = command.args(["--features", "native", "--example", "rules"]).status()?;
            ensure!(status.success(), "The reason is above.");
        }
        What::Arriving => test::drive("arriving")?,
        What::Photos => test::drive("photos")?,
        What::Saving => test::drive("saving")?,
        What::Form => test::drive("speed")?,
        // One after the other: each writes its table into the same page.
        What::Quality => {
            let args = ["--test", "quality", "--", "--nocapture", "--test-threads=1"];
            contract(&args, ("QUALITY_WRITE", "1"))?;
        }
    }
    Ok(())
}

fn contract(args: &[&str], (name, value): (&str, &str)) -> anyhow::Result<()> {
    let mut command = tools::cargo();
    command.args(["test", "--quiet", "--locked", "--package", "contract"]).args(args);
    let status = command.env(name, value).status()?;
    ensure!(status.success(), "The reason is above.");
    Ok(())
}
