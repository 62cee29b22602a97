//! The tools a build needs: looked for on the PATH, and installed into the project's own folder where missing.
//!
//! `wasm-bindgen` is not among them: it is a library inside this program.
use crate::files;
use anyhow::{Context, bail, ensure};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// 0.22 needs a newer Rust than ours.
const TRUNK: &str = "0.21.14";
const OLDEST_NODE: u32 = 20;
const WASM: &str = "wasm32-unknown-unknown";

/// Makes sure that all is there; says so in one line when something has to be installed.
///
/// # Errors
/// A program is missing that only a person can install, or there is no network.
pub(crate) fn prepare() -> anyhow::Result<()> {
    prepare_all_but_trunk()?;
    trunk()
}

/// What is had in seconds: enough for all that does not build the app.
///
/// # Errors
/// As `prepare`.
pub(crate) fn prepare_all_but_trunk() -> anyhow::Result<()> {
    link_ourselves()?;
    wasm_target()?;
    node_packages()
}

/// Downloads the crates of the lock file, because Trunk builds without network.
///
/// # Errors
/// There is no network and a crate is missing.
pub(crate) fn fetch() -> anyhow::Result<()> {
    let have = cargo().args(["fetch", "--locked", "--offline", "--quiet"]).stderr(Stdio::null()).status()?;
    if have.success() {
        return Ok(());
    }
    say("downloading the crates of Cargo.lock (once)");
    let status = cargo().args(["fetch", "--locked", "--quiet"]).status()?;
    ensure!(
        status.success(),
        "The crates could not be had: the reason is above (no network, or Cargo.lock is older than a Cargo.toml)."
    );
    Ok(())
}

/// A program, with our tools first on its PATH, which asks this machine itself and no proxy.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    let directly = directly(env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).ok().as_deref());
    command.current_dir(files::root()).env("PATH", path()).env("NO_PROXY", &directly).env("no_proxy", directly);
    command
}

/// What is asked without a proxy: what the machine says already, and all that runs on it.
fn directly(said: Option<&str>) -> String {
    let ours = "localhost,127.0.0.1";
    said.filter(|said| !said.trim().is_empty()).map_or_else(|| ours.to_owned(), |said| format!("{said},{ours}"))
}

/// Cargo, the one that runs us.
pub(crate) fn cargo() -> Command {
    command(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
}

/// Minifies one JavaScript file where it stands.
///
/// # Errors
/// esbuild is missing or does not understand the file.
pub(crate) fn minify_in_place(script: &Path) -> anyhow::Result<()> {
    let status = command("esbuild")
        .arg(script)
        .args(["--minify", "--log-level=warning", "--allow-overwrite", "--format=esm", "--target=es2022"])
        // The bindings name the loader of the split parts once for each part.
        .arg("--log-override:duplicate-object-key=silent")
        .arg(format!("--outfile={}", script.display()))
        .status()
        .context("esbuild cannot be started")?;
    ensure!(status.success(), "esbuild does not understand {}", script.display());
    Ok(())
}

/// Whether a program answers with this text in its first line.
pub(crate) fn answers(program: &str, arg: &str, text: &str) -> bool {
    command(program)
        .arg(arg)
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains(text))
}

/// One line on what takes time, and why.
pub(crate) fn say(line: &str) {
    eprintln!("xtask: {line}");
}

/// Where the project's Rust is. Empty when there is none: who needs it says so.
fn sysroot() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        let asked = Command::new("rustc").args(["--print", "sysroot"]).current_dir(files::root()).output();
        PathBuf::from(asked.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default())
    })
}

fn folder() -> PathBuf {
    files::target().join("tools")
}

/// Ours first; then the Rust that the project asks for itself and not rustup's stand-ins, which would obey a
/// `rust-toolchain` file that somebody left in a published crate.
fn path() -> std::ffi::OsString {
    let ours = [folder().join("bin"), files::root().join("node_modules/.bin"), sysroot().join("bin")];
    let theirs = env::var_os("PATH").unwrap_or_default();
    let all = ours.into_iter().chain(env::split_paths(&theirs));
    env::join_paths(all).unwrap_or(theirs)
}

/// `xtask`, `wasm-bindgen` and `wasm-bindgen-test-runner` are all this program.
fn link_ourselves() -> anyhow::Result<()> {
    let us = env::current_exe()?;
    let bin = folder().join("bin");
    fs::create_dir_all(&bin)?;
    for name in ["xtask", "wasm-bindgen", "wasm-bindgen-test-runner"] {
        let link = bin.join(name);
        if fs::read_link(&link).is_ok_and(|to| to == us) {
            continue;
        }
        match fs::remove_file(&link) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why.into()),
            _ => std::os::unix::fs::symlink(&us, &link)?,
        }
    }
    Ok(())
}

fn wasm_target() -> anyhow::Result<()> {
    ensure!(answers("rustc", "--version", "rustc"), "rustc is missing: install Rust with rustup.");
    if sysroot().join("lib/rustlib").join(WASM).exists() {
        return Ok(());
    }
    say("adding the WebAssembly target to the Rust toolchain (once, some seconds)");
    let status = command("rustup").args(["target", "add", WASM]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => bail!("rustup could not add {WASM}. Is there a network?"),
        Err(_) => {
            bail!("rustup is missing, and with it the target {WASM}: install Rust with rustup.")
        }
    }
}

/// The first number of what `node --version` says: `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn node_packages() -> anyhow::Result<()> {
    let found =
        command("node").arg("--version").output().ok().map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let major = found.as_deref().and_then(major);
    ensure!(
        major.is_some_and(|major| major >= OLDEST_NODE),
        "Node.js {OLDEST_NODE} or later is needed (it runs esbuild and wasm-opt); {}.",
        found.map_or_else(|| "there is none".to_owned(), |found| format!("here is {}", found.trim()))
    );
    let root = files::root();
    let wanted = root.join("package-lock.json");
    let stamp = root.join("node_modules/.package-lock.json");
    if newer(&stamp, &wanted) && root.join("node_modules/.bin/esbuild").exists() {
        return Ok(());
    }
    say("installing esbuild, wasm-opt, pdf.js, axe-core and an OpenAPI linter from npm (once, about ten seconds)");
    let status = command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => bail!("npm could not install the tools of package-lock.json. Is there a network?"),
        Err(_) => bail!("npm is missing: install Node.js 20 or later."),
    }
}

fn newer(file: &Path, than: &Path) -> bool {
    let time = |file: &Path| fs::metadata(file).and_then(|found| found.modified());
    matches!((time(file), time(than)), (Ok(a), Ok(b)) if a >= b)
}

fn trunk() -> anyhow::Result<()> {
    if answers("trunk", "--version", TRUNK) {
        return Ok(());
    }
    say(&format!("building Trunk {TRUNK} into target/tools (once, three minutes or more)"));
    let status = cargo()
        .args(["install", "--debug", "--locked", "--quiet", "--version", TRUNK, "trunk", "--root"])
        .arg(folder())
        .env("CARGO_TARGET_DIR", folder().join("build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .status()?;
    ensure!(status.success(), "Trunk could not be built. Is there a network, and a C compiler?");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{directly, major};

    #[test]
    fn this_machine_is_asked_without_a_proxy_and_so_is_what_was_said_before() {
        for (said, expected) in [
            (None, "localhost,127.0.0.1"),
            (Some(" "), "localhost,127.0.0.1"),
            (Some("city.example"), "city.example,localhost,127.0.0.1"),
        ] {
            assert_eq!(directly(said), expected, "{said:?}");
        }
    }

    #[test]
    fn a_version_of_node_is_read() {
        for (said, found) in [("v20.11.1\n", Some(20)), ("v8.0.0", Some(8)), ("24", None), ("", None)] {
            assert_eq!(major(said), found, "{said}");
        }
    }
}
