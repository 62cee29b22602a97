//! `cargo xtask test`: everything that can be checked without a person, in the order in which it fails soonest.
use crate::{
    build::{self, Profile},
    faults, files, licences, servers,
    steps::{self, Tally},
    tools, weight,
};
use anyhow::{anyhow, bail, ensure};
use clap::Args;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// What `test` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// Only what needs no browser
    #[arg(long)]
    quick: bool,
    /// Only the journeys, on the release build that is there already
    #[arg(long, conflicts_with = "quick")]
    journeys: bool,
    /// The seed of the simulated faults; it is printed
    #[arg(long, default_value_t = 207_834_518)]
    seed: u64,
}

/// So many simulated storms the outbox goes through.
const STORMS: u64 = 10_000;

const MINUTE: Duration = Duration::from_mins(1);
const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// What the tests need from the system: what shows that it is there, and Debian's package for it.
const PACKAGES: [(&str, &str); 8] = [
    ("/usr/bin/chromium", "chromium"),
    ("/usr/bin/chromedriver", "chromium-driver"),
    ("/usr/bin/WebKitWebDriver", "webkit2gtk-driver"),
    ("/usr/bin/xvfb-run", "xvfb"),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk"),
    ("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf", "fonts-hanazono"),
    ("/usr/bin/pdftotext", "poppler-utils"),
    ("/usr/bin/zbarimg", "zbar-tools"),
];

/// The same browser without the windows around it: the journeys take two thirds of their time with it. Not every system has it.
const WINDOWLESS: &str = "chromium-headless-shell";

/// Runs all tests; the last line has the totals.
///
/// # Errors
/// Something failed; what it was stands above.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    tools::prepare_all_but_trunk()?;
    tools::fetch()?;
    let mut tally = Tally::default();
    if options.journeys {
        tally += report("packages", packages());
    } else {
        let other = || {
            let mut tally = if options.quick { Tally::default() } else { release() };
            tally += report("licences", licences::check());
            tally += report("simulated faults", faults::simulate(options.seed, STORMS));
            if !options.quick {
                tally += build_in_browsers();
            }
            tally
        };
        tally += side_by_side(native, other);
    }
    if !options.quick {
        let built = build_journeys();
        tally += built;
        let walk = |engine| if built.failed == 0 { walks(engine) } else { Tally::default() };
        // The few journeys in WebKit leave a processor idle.
        tally += if options.journeys { walk("webkit") } else { side_by_side(in_browsers, || walk("webkit")) };
        tally += walk("chromium");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    ensure!(tally.failed == 0, "Not everything passed.");
    Ok(())
}

/// What can be said of the sources without running them: name, arguments of cargo, minutes.
fn lints() -> [(&'static str, Vec<&'static str>, u32); 3] {
    let native = ["--workspace", "--exclude", "health-certificate", "--exclude", "image-worker"];
    let app = ["-p", "health-certificate", "-p", "image-worker"];
    let strict = ["--", "-D", "warnings"];
    [
        ("format", vec!["fmt", "--all", "--check"], 2),
        ("lints, native", [&["clippy", "--quiet", "--locked", "--all-targets"][..], &native, &strict].concat(), 20),
        ("lints, WebAssembly", [&["clippy", "--quiet", "--locked"][..], &app, &WASM, &strict].concat(), 15),
    ]
}

/// Two things at once: most of the time of each is spent where the other processor has nothing to do (one crate at the
/// end of a build, a test that waits as a person does).
fn side_by_side(one: impl FnOnce() -> Tally + Send, other: impl FnOnce() -> Tally) -> Tally {
    thread::scope(|both| {
        let one = both.spawn(one);
        let mut tally = other();
        tally += one.join().unwrap_or_else(|_| report("a step", Err(anyhow!("it panicked, as is told above"))));
        tally
    })
}

fn native() -> Tally {
    let lint = || {
        let mut tally = Tally::default();
        for (name, args, minutes) in lints() {
            tally += steps::run(name, tools::cargo().args(args), MINUTE * minutes);
        }
        tally
    };
    // The mock's tests read the paper it prints and the code on it, so they need more than cargo; and the examples for servers
    // are tried with those servers. It comes meanwhile.
    let more = || {
        let mut tally = report("packages", packages());
        match servers::fetch() {
            // What is not tried is said, and counts for nothing.
            Ok(false) => {}
            fetched => tally += report("servers", fetched.map(drop)),
        }
        tally
    };
    let mut tally = side_by_side(more, lint);
    let test = ["test", "--quiet", "--locked", "--workspace", "--no-fail-fast"];
    tally += steps::run("native tests", tools::cargo().args(test), MINUTE * 25);
    tally
}

fn release() -> Tally {
    let mut tally = report("release build", build::build(Profile::Release));
    tally += report("documents outside of the first visit", weight::check());
    tally
}

fn build_in_browsers() -> Tally {
    let tests = ["web", "gallery", "storage", "papers", "tus"];
    let mut build = tools::cargo();
    build.args(["test", "--quiet", "--locked", "--package", "health-certificate", "--no-run"]).args(WASM);
    build.args(tests.iter().flat_map(|test| ["--test", test]));
    steps::run("building the WebAssembly tests", &mut build, MINUTE * 20)
}

/// What runs in a browser without a server of ours.
fn in_browsers() -> Tally {
    let test = |name: &str, test| steps::run(name, &mut in_browser(test), MINUTE * 12);
    side_by_side(
        || {
            let mut tally = test("WebAssembly tests", "web");
            tally += test("the gallery of parts", "gallery");
            tally += uploads();
            tally
        },
        || {
            let mut tally = test("WebAssembly tests of storage", "storage");
            tally += test("WebAssembly tests of papers", "papers");
            tally
        },
    )
}

fn walks(engine: &str) -> Tally {
    steps::run(&format!("journeys in {engine}"), &mut journeys(&["run", "--engine", engine]), MINUTE * 25)
}

/// One of the root package's tests that run in a browser.
fn in_browser(test: &str) -> Command {
    let mut web = tools::cargo();
    web.args(["test", "--locked", "--package", "health-certificate", "--test", test])
        .args(WASM)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        // Seconds for all tests of a file; without it twenty, and some wait for what a person waits for.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .env("CHROMEDRIVER", "/usr/bin/chromedriver");
    web
}

/// Our upload client against a server that others wrote, which runs as long as the test does.
fn uploads() -> Tally {
    match foreign_server() {
        Ok((mut server, port)) => {
            let mut test = in_browser("tus");
            test.env("TUS_SERVER", format!("http://127.0.0.1:{port}"));
            let tally = steps::run("uploads to a foreign tus server", &mut test, MINUTE * 12);
            // It may have ended by itself, which the test has then told.
            drop(server.kill());
            drop(server.wait());
            tally
        }
        Err(why) => report("a foreign tus server", Err(why)),
    }
}

/// That server, once it listens, and its port: a free one, so that two runs beside each other each have their own.
fn foreign_server() -> anyhow::Result<(Child, u16)> {
    let script = files::root().join("tests/tus-server.mjs");
    let mut server = tools::command("node").arg(script).arg("0").stdout(Stdio::piped()).spawn()?;
    let mut said = String::new();
    if let Some(out) = server.stdout.take() {
        let mut out = BufReader::new(out);
        out.read_line(&mut said)?;
        // Kept open: whoever prints into a pipe that nobody holds is ended.
        server.stdout = Some(out.into_inner());
    }
    if let Ok(port) = said.trim().parse() {
        return Ok((server, port));
    }
    drop(server.kill());
    drop(server.wait());
    bail!("it does not say where it listens, but {said:?}")
}

/// The program that drives browsers, on the release build.
pub(crate) fn journeys(args: &[&str]) -> Command {
    let mut command = tools::command(&files::target().join("debug/journeys").to_string_lossy());
    command.args(args).arg("--dist").arg(Profile::Release.dist());
    command
}

/// Builds that program. Asked for the whole workspace, cargo takes the libraries that the native tests have built
/// already; asked for the package alone, it would build them a second time with fewer features.
fn build_journeys() -> Tally {
    let args = ["build", "--quiet", "--locked", "--workspace", "--bin", "journeys"];
    steps::run("building the journeys", tools::cargo().args(args), MINUTE * 20)
}

/// Builds the release and has a browser do something with it.
///
/// # Errors
/// The app does not build, or the browser's work failed.
pub(crate) fn drive(what: &str) -> anyhow::Result<()> {
    drive_with(&[what], &[])
}

/// The same with more to say.
///
/// # Errors
/// As `drive`.
pub(crate) fn drive_with(args: &[&str], settings: &[(&str, &str)]) -> anyhow::Result<()> {
    packages()?;
    build::build(Profile::Release)?;
    ensure!(build_journeys().failed == 0, "The journeys do not build: the reason is above.");
    let status = journeys(args).envs(settings.iter().copied()).status()?;
    ensure!(status.success(), "{}: the reason is above.", args.join(" "));
    Ok(())
}

fn report(name: &str, outcome: anyhow::Result<()>) -> Tally {
    if let Err(why) = &outcome {
        eprintln!("{name}: {why:#}");
    }
    tools::say(&format!("{name}: {}", if outcome.is_ok() { "done" } else { "FAILED" }));
    Tally::one(outcome.is_ok())
}

/// Installs with apt what is missing of browsers, drivers and fonts.
pub(crate) fn packages() -> anyhow::Result<()> {
    let missing: Vec<_> = PACKAGES
        .into_iter()
        .filter(|(file, _)| !std::path::Path::new(file).exists())
        .map(|(_, package)| package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    tools::say(&format!("installing {} with apt (once, a minute or two)", missing.join(", ")));
    // A list of packages that is already there is new enough.
    let install = [&["install"], &missing[..]].concat();
    if apt(&install).failed > 0 && (apt(&["update"]).failed > 0 || apt(&install).failed > 0) {
        bail!("apt could not install {}. Install them by hand and try again.", missing.join(" "));
    }
    if apt(&["install", WINDOWLESS]).failed > 0 {
        tools::say(&format!("without {WINDOWLESS} the journeys take the whole browser, and longer"));
    }
    Ok(())
}

/// Debian's tool for packages, as the one who may change what is installed.
pub(crate) fn apt(args: &[&str]) -> Tally {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    steps::run(&format!("apt-get {}", args.join(" ")), &mut apt_get(is_root, args), MINUTE * 8)
}

fn apt_get(is_root: bool, args: &[&str]) -> Command {
    // sudo asks nobody for a password, and hands on no setting. What it runs is not ours to end, so it ends itself before its
    // step does.
    let sudo = ["sudo", "-n", "timeout", "-k", "10", "460"];
    let always = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--quiet", "--yes"];
    // A fresh machine may be installing its own at first.
    let patient = ["--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    let all = [if is_root { &[][..] } else { &sudo }, &always, &patient, args].concat();
    let (program, args) = all.split_first().map_or(("apt-get", &[][..]), |(program, args)| (*program, args));
    let mut command = Command::new(program);
    command.args(args);
    command
}

#[cfg(test)]
mod tests {
    use super::{apt_get, tools};
    use std::collections::BTreeSet;

    #[test]
    fn packages_are_installed_without_a_question() {
        for (is_root, first) in
            [(true, "env DEBIAN_FRONTEND=noninteractive apt-get"), (false, "sudo -n timeout -k 10 ")]
        {
            let command = apt_get(is_root, &["install", "nginx"]);
            let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).collect();
            let line = words.join(" ".as_ref()).into_string().unwrap();
            assert!(line.starts_with(first) && line.ends_with(" install nginx"), "{line}");
            assert!(line.contains(" DEBIAN_FRONTEND=noninteractive apt-get ") || is_root, "{line}");
        }
    }

    /// Every package with its features, as cargo builds it for these.
    fn built(which: &[&str]) -> BTreeSet<String> {
        let form = ["--format", "{p} with {f}", "--prefix", "none", "--no-dedupe", "--offline", "--locked"];
        let tree = tools::cargo().arg("tree").args(form).args(which).output().unwrap();
        let lines = String::from_utf8(tree.stdout).unwrap();
        lines.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
    }

    #[test]
    fn this_program_is_built_of_what_the_tests_are_built_of() {
        let ours = built(&["--package", "xtask", "--edges", "normal,build"]);
        let all = built(&["--workspace", "--edges", "normal,build,dev"]);
        assert!(ours.len() > 100, "cargo tells of {} packages", ours.len());
        let twice: Vec<_> = ours.difference(&all).collect();
        assert!(twice.is_empty(), "give xtask/Cargo.toml the further features that the workspace has of {twice:#?}");
    }
}
