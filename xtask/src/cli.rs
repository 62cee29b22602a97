//! What can be asked for, and with which options. What is then done is in the room of that name.
use crate::{bench, build, conform, corpus, faults, form, licences, post_build, run, test};
use clap::{Parser, Subcommand};

/// Developer commands of the health certificate.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything: the app, the desk and the API on one port, somebody else's website with the app in it on the next
    Run(run::Options),
    /// Build the app into dist/dev, or with --release into dist/release as it ships
    Build {
        /// As it ships: small, split and compressed
        #[arg(long)]
        release: bool,
    },
    /// Run every test there is; the last line has the totals
    Test(test::Options),
    /// Write a picture of every screen and state into target/screens
    Screens,
    /// Print what a first visit transfers until the first field of the form takes a key
    Sizes,
    /// Say what the app will do with a questionnaire
    Form(form::Options),
    /// Try or measure something for longer than the tests do
    Bench(bench::Options),
    /// Ask a backend whether it holds to the contract, row by row, and say what differs
    Conform(conform::Options),
    /// Look at every picture that Debian's source package of pillow carries, and compare what became of them with docs/corpus.md
    Corpus {
        /// Write docs/corpus.md anew instead
        #[arg(long)]
        write: bool,
    },
    /// Put the outbox through simulated bad weather; the last line says what was lost, doubled or silent
    Faults(faults::Options),
    /// Check source and licence of every dependency
    Licences,
    /// What Trunk calls when it has built: finishes the folder that is served
    #[command(hide = true)]
    PostBuild,
}

/// Does what the command line asks for.
///
/// # Errors
/// One sentence that says what is in the way.
pub(crate) fn run() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Build { release } => build::build(release.into()),
        Command::Test(options) => test::run(&options),
        Command::Screens => test::drive("screens"),
        Command::Sizes => test::drive("sizes"),
        Command::Form(options) => form::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Conform(options) => conform::run(&options),
        Command::Corpus { write } => corpus::run(write),
        Command::Faults(options) => faults::run(&options),
        Command::Licences => licences::check(),
        Command::PostBuild => post_build::run(),
    }
}
