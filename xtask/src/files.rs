//! Where things are in the project's folder, and small questions to the file system.
use anyhow::Context;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    match here.parent() {
        Some(parent) if here.ends_with("xtask") => parent.to_owned(),
        _ => here,
    }
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// All files below a folder, in a steady order.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = vec![];
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// All files below a folder with this ending.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn below_ending(folder: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = below(folder)?;
    found.retain(|file| has_ending(file, &[ending]));
    Ok(found)
}

/// Whether a file's name has one of these endings.
pub(crate) fn has_ending(file: &Path, endings: &[&str]) -> bool {
    file.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| endings.contains(&ending))
}

/// Reads a text, saying which when it cannot.
///
/// # Errors
/// The file is missing or not UTF-8.
pub(crate) fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}
