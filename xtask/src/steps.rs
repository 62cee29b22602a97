//! Running one command after another, each with a limit of time, and counting what passed. Nothing here knows what is
//! tested.
use crate::tools;
use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// How many tests passed and failed. A step without tests of its own counts as one.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Passed.
    pub(crate) passed: u64,
    /// Failed.
    pub(crate) failed: u64,
}

impl Tally {
    /// One that went well, or did not.
    pub(crate) fn one(went_well: bool) -> Self {
        Self { passed: u64::from(went_well), failed: u64::from(!went_well) }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

/// Runs a command to its end, or to the end of its time. Its output is passed on; lines like
/// `… 12 passed; 0 failed …` in it are counted.
pub(crate) fn run(name: &str, command: &mut Command, limit: Duration) -> Tally {
    tools::say(name);
    let started = Instant::now();
    // A group of its own, so that nothing the command started outlives it; who asks a question from there is stopped by the
    // terminal for ever, so there is nobody to ask.
    command.process_group(0).stdin(Stdio::null());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(why) => {
            eprintln!("{name}: {why}");
            return Tally::one(false);
        }
    };
    let (tell, told) = mpsc::channel();
    let readers =
        [child.stdout.take().map(|out| pass_on(out, tell.clone())), child.stderr.take().map(|out| pass_on(out, tell))];
    let ended = wait(&mut child, limit);
    for reader in readers.into_iter().flatten() {
        if reader.join().is_err() {
            eprintln!("{name}: its output could not be read");
        }
    }
    let mut tally = Tally::default();
    for line in told {
        tally += count(&line).unwrap_or_default();
    }
    let went_well = ended == Some(true);
    if tally == Tally::default() || (!went_well && tally.failed == 0) {
        tally += Tally::one(went_well);
    }
    let word = match ended {
        Some(true) => "done",
        Some(false) => "FAILED",
        None => "STOPPED, it took too long",
    };
    tools::say(&format!("{name}: {word} ({} s)", started.elapsed().as_secs()));
    tally
}

/// `Some(went well)`, or `None` when the time was up.
fn wait(child: &mut Child, limit: Duration) -> Option<bool> {
    let until = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status.success()),
            Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(100)),
            Ok(None) | Err(_) => break None,
        }
    }
    .inspect(|_| end_group(child))
    .or_else(|| {
        end_group(child);
        child.wait().ok();
        None
    })
}

/// Ends what is left of the command's process group.
fn end_group(child: &Child) {
    Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).stderr(Stdio::null()).status().ok();
}

fn pass_on(out: impl Read + Send + 'static, tell: mpsc::Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            println!("{line}");
            if line.contains(" passed") && tell.send(line).is_err() {
                break;
            }
        }
    })
}

/// `test result: ok. 12 passed; 0 failed; …` as cargo writes it, and as our journeys do.
fn count(line: &str) -> Option<Tally> {
    let before = |word: &str| -> Option<u64> {
        let at = line.find(word)?;
        line.get(..at)?.split_whitespace().last()?.parse().ok()
    };
    Some(Tally { passed: before(" passed")?, failed: before(" failed")? })
}

#[cfg(test)]
mod tests {
    use super::{Tally, count};

    #[test]
    fn lines_that_count() {
        for (line, tally) in [
            ("test result: ok. 12 passed; 0 failed; 1 ignored", Some((12, 0))),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored", Some((3, 2))),
            ("9 passed, 1 failed", Some((9, 1))),
            ("all tests have passed", None),
        ] {
            let expected = tally.map(|(passed, failed)| Tally { passed, failed });
            assert_eq!(count(line), expected, "{line}");
        }
    }
}
