//! Building the app with Trunk.
use crate::{files, tools};
use anyhow::{Context, ensure};
use std::{path::PathBuf, process::Command};

/// Which of the two builds of the app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build.
    Dev,
    /// As it ships.
    Release,
}

impl From<bool> for Profile {
    fn from(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }
}

impl Profile {
    /// The folder that is served.
    pub(crate) fn dist(self) -> PathBuf {
        files::root().join("dist").join(match self {
            Self::Dev => "dev",
            Self::Release => "release",
        })
    }
}

/// Builds the app into its folder; what is needed for it is installed first.
///
/// # Errors
/// A tool cannot be had, or the app does not compile.
pub(crate) fn build(profile: Profile) -> anyhow::Result<()> {
    tools::prepare()?;
    tools::fetch()?;
    let status = trunk("build", profile).status().context("trunk cannot be started")?;
    ensure!(status.success(), "The app does not build: the reason is above.");
    Ok(())
}

/// Trunk with our tools first on its path.
pub(crate) fn trunk(verb: &str, profile: Profile) -> Command {
    let mut trunk = tools::command("trunk");
    trunk.arg(verb).arg("--dist").arg(profile.dist()).args(["--log", "warn"]);
    if profile == Profile::Release {
        trunk.arg("--release");
    }
    // Trunk takes NO_COLOR=1 for a malformed boolean and stops.
    trunk.env_remove("NO_COLOR");
    trunk.env("CARGO_TERM_PROGRESS_WHEN", "never").env("RUST_BACKTRACE", "0");
    trunk
}
