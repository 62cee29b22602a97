//! The servers that `docs/servers` has examples for, so that the examples are tried: Debian's packages, unpacked and not
//! installed, because a server that is installed starts by itself, now and with the machine. What is asked of them is in
//! the tests beside this.
use crate::{files, steps, test, tools};
use anyhow::ensure;
use std::{fs, path::PathBuf, process::Command, time::Duration};

/// What is unpacked.
const PACKAGES: [&str; 6] =
    ["nginx", "libnginx-mod-http-brotli-static", "apache2-bin", "libapr1", "libaprutil1", "caddy"];
/// What is there then.
const PROGRAMS: [&str; 3] = ["usr/sbin/nginx", "usr/sbin/apache2", "usr/bin/caddy"];

/// Has them in the project's own folder.
///
/// # Errors
/// They cannot be had: no network, or no Debian.
pub(crate) fn fetch() -> anyhow::Result<()> {
    let folder = folder();
    if PROGRAMS.iter().all(|program| folder.join(program).exists()) {
        return Ok(());
    }
    let packed = folder.join("packed");
    fs::create_dir_all(&packed)?;
    let limit = Duration::from_mins(5);
    let download = || {
        let mut command = Command::new("apt-get");
        command.args(["--quiet", "--quiet", "download"]).args(PACKAGES).current_dir(&packed);
        steps::run("unpacking nginx, Apache and Caddy into target/tools (once)", &mut command, limit)
    };
    // A list of packages that is already there is new enough.
    let here = download().failed == 0 || (test::apt(&["update"]).failed == 0 && download().failed == 0);
    ensure!(here, "apt-get cannot download {}.", PACKAGES.join(" "));
    for package in files::below_ending(&packed, "deb")? {
        let status = tools::command("dpkg-deb").arg("--extract").arg(&package).arg(&folder).status()?;
        ensure!(status.success(), "{} cannot be unpacked.", package.display());
    }
    Ok(fs::remove_dir_all(packed)?)
}

fn folder() -> PathBuf {
    files::target().join("tools/servers")
}

#[cfg(test)]
mod tests;
