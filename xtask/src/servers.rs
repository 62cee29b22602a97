//! The servers that `docs/servers` has examples for, so that the examples are tried: Debian's packages, unpacked and not
//! installed, because a server that is installed starts by itself, now and with the machine. What is asked of them is in
//! the tests beside this.
use crate::{files, steps, test, tools};
use anyhow::{Context, ensure};
use std::{env, fs, io, path::PathBuf, process::Command, time::Duration};

/// A server that there is an example for.
struct Needed {
    name: &'static str,
    /// Debian's packages. A library may have another name there ([`named`]).
    packages: &'static [&'static str],
    /// What is there then, below the root of a Debian.
    files: &'static [&'static str],
}

const SERVERS: [Needed; 4] = [
    Needed { name: "nginx", packages: &["nginx"], files: &["usr/sbin/nginx"] },
    Needed {
        name: "nginx with brotli",
        packages: &["nginx", "libnginx-mod-http-brotli-static"],
        files: &["usr/sbin/nginx", "usr/lib/nginx/modules/ngx_http_brotli_static_module.so"],
    },
    Needed {
        name: "Apache",
        packages: &["apache2-bin", "libapr1", "libaprutil1"],
        files: &["usr/sbin/apache2", "usr/lib/apache2/modules/mod_proxy_http.so"],
    },
    Needed { name: "Caddy", packages: &["caddy"], files: &["usr/bin/caddy"] },
];

/// Has them in the project's own folder, those that this machine has not installed. Whether each of them is here then: where
/// one cannot be had (no network, or no Debian), it is said, and its example is not tried.
///
/// # Errors
/// One cannot be had, and each must be tried here ([`must_be_tried`]).
pub(crate) fn fetch() -> anyhow::Result<bool> {
    if !missing().is_empty() {
        tools::say("unpacking nginx, Apache and Caddy into target/tools (once)");
        unpack_missing();
        // A list of packages that is already there is new enough.
        if !missing().is_empty() && test::apt(&["update"]).failed == 0 {
            unpack_missing();
        }
    }
    let missing: Vec<&str> = missing().into_iter().map(|server| server.name).collect();
    if missing.is_empty() {
        return Ok(true);
    }
    let said = format!("{} cannot be had here, so what docs/servers has for it is not tried", missing.join(", "));
    ensure!(!must_be_tried(), "{said} (HC_SERVERS=0 does without)");
    tools::say(&said);
    Ok(false)
}

/// Whether an example that is not tried is a failure: `HC_SERVERS` says so with 1 and not with 0; else it is where nobody
/// reads what is said, which is where `CI` is set.
pub(crate) fn must_be_tried() -> bool {
    let set = |name: &str| env::var(name).ok();
    is_asked_for(set("HC_SERVERS").as_deref(), set("CI").as_deref())
}

fn is_asked_for(servers: Option<&str>, ci: Option<&str>) -> bool {
    let is_set = |value: &str| !matches!(value, "" | "0" | "false");
    servers.filter(|value| !value.is_empty()).or(ci).is_some_and(is_set)
}

fn missing() -> Vec<&'static Needed> {
    SERVERS.iter().filter(|server| root_of(server.files).is_none()).collect()
}

/// The root of the Debian that has these files: ours, or the machine's own.
fn root_of(files: &[&str]) -> Option<PathBuf> {
    [folder(), PathBuf::from("/")].into_iter().find(|root| files.iter().all(|file| root.join(file).exists()))
}

/// Each that can be had, whatever becomes of the others.
fn unpack_missing() {
    for server in missing() {
        if let Err(why) = unpack(server) {
            eprintln!("{}: {why:#}", server.name);
        }
    }
}

/// Puts what is in a server's packages into our folder.
fn unpack(server: &Needed) -> anyhow::Result<()> {
    let (folder, packed) = (folder(), folder().join("packed"));
    // What another time left there is not of this one.
    fs::remove_dir_all(&packed).or_else(|why| if why.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(why) })?;
    fs::create_dir_all(&packed)?;
    let mut download = Command::new("apt-get");
    download.args(["--quiet", "--quiet", "download"]).current_dir(&packed);
    for package in server.packages {
        download.arg(named(package).with_context(|| format!("apt-get has no package {package}"))?);
    }
    let downloaded = steps::run(&format!("downloading {}", server.name), &mut download, Duration::from_mins(5));
    ensure!(downloaded.failed == 0, "apt-get cannot download {}", server.packages.join(" "));
    for package in files::below_ending(&packed, "deb")? {
        let status = tools::command("dpkg-deb").arg("--extract").arg(&package).arg(&folder).status()?;
        ensure!(status.success(), "{} cannot be unpacked", package.display());
    }
    Ok(fs::remove_dir_all(packed)?)
}

/// What a package is called here: libraries got a new name where their times have 64 bits (Debian 13, Ubuntu 24.04). The old
/// name is only provided there, and such a name cannot be downloaded.
fn named(package: &str) -> Option<String> {
    [package.to_owned(), format!("{package}t64")].into_iter().find(|name| {
        let told = tools::command("apt-cache").args(["policy", name]).env("LC_ALL", "C").output();
        told.is_ok_and(|told| has_candidate(&String::from_utf8_lossy(&told.stdout)))
    })
}

/// Whether what `apt-cache policy` says of a name is that it can be downloaded.
fn has_candidate(told: &str) -> bool {
    told.lines().filter_map(|line| line.trim().strip_prefix("Candidate: ")).any(|version| version != "(none)")
}

fn folder() -> PathBuf {
    files::target().join("tools/servers")
}

#[cfg(test)]
mod tests;
