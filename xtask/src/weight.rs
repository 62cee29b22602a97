//! What the build weighs, and where: a main module and a worker that do not grow unseen, and nothing of documents in what a
//! first visit fetches. What a first visit fetches in all is measured by `cargo xtask sizes`.
use crate::{build::Profile, files};
use anyhow::{Context, ensure};
use std::{fs, path::Path};

/// Bytes of the image worker's WebAssembly, compressed by brotli, at most.
const WORKER: u64 = 60_000;

/// Bytes of the main module, compressed by brotli, at most: what was reached, and a little. It is over the budget of
/// docs/performance.md still, and this keeps it from going further: lower it with each gain.
const MAIN: u64 = 300_000;

/// Words that only documents have: one for each view's code and styles, one of their sentences in either language. Where they
/// are, that code, those styles and those sentences are.
const WORDS: [&str; 9] = [
    "hc-edit__stage",
    "hc-lens__room",
    "hc-doc-pages",
    "hc-view__pages",
    ".hc-edit__corner{",
    "image-worker_loader.js",
    "paper/paper.js",
    "或者用拍它的那部手机发送",
    "from the phone it was taken with",
];

/// Checks the release build.
///
/// # Errors
/// The worker is too heavy, or something of documents comes with the first visit.
pub(crate) fn check() -> anyhow::Result<()> {
    let dist = files::root().join(Profile::Release.dist());
    let worker = fs::metadata(dist.join("image-worker_bg.wasm.br")).context("image-worker_bg.wasm.br")?.len();
    let main = u64::try_from(named(&dist, "app-", "_bg.wasm.br")?.len())?;
    // Code, styles and sentences: of the first visit, and of the part.
    let text = |name: &str| fs::read(dist.join("locales").join(name)).context(name.to_owned());
    let first = [named(&dist, "app-", "_bg.wasm")?, named(&dist, "hc-", ".css")?, text("en.txt")?].concat();
    let part = [named(&dist, "split_documents-", ".wasm")?, text("en.documents.txt")?].concat();
    judge([("main module", main, MAIN), ("image worker", worker, WORKER)], &first, &part)?;
    println!(
        "the main module: {main} bytes of {MAIN}; the image worker: {worker} of {WORKER}; nothing of documents in the first visit"
    );
    Ok(())
}

fn named(dist: &Path, begin: &str, end: &str) -> anyhow::Result<Vec<u8>> {
    let found = files::below(dist)?.into_iter().find(|file| {
        let name = file.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        name.starts_with(begin) && name.ends_with(end)
    });
    Ok(fs::read(found.with_context(|| format!("no {begin}*{end} in the build"))?)?)
}

/// `weights` are names, weights and what is allowed; `first` is what each first visit fetches, `part` what is fetched with the
/// first document.
fn judge(weights: [(&str, u64, u64); 2], first: &[u8], part: &[u8]) -> anyhow::Result<()> {
    for (name, bytes, most) in weights {
        ensure!(bytes <= most, "The {name} has {bytes} bytes (brotli), {most} are allowed.");
    }
    for word in WORDS {
        let is_in = |bytes: &[u8]| bytes.windows(word.len()).any(|it| it == word.as_bytes());
        ensure!(
            !is_in(first),
            "The first visit fetches {word:?}: code, a style or a sentence of documents comes with it."
        );
        ensure!(is_in(part), "The part of documents has no {word:?} in it: this check looks for the wrong words.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heavy_worker_and_documents_in_the_main_module_are_told() {
        let part = WORDS.join(" ").into_bytes();
        let main = b"\0asm and the form".as_slice();
        let mixed = [main, b" hc-lens__room"].concat();
        let styled = [main, b".hc-doc{}.hc-edit__corner{inset:0}"].concat();
        let said = [main, "或者用拍它的那部手机发送".as_bytes()].concat();
        for (heavy, worker, first, part, holds) in [
            (MAIN, WORKER, main, part.as_slice(), true),
            (MAIN + 1, WORKER, main, &part, false),
            (MAIN, WORKER + 1, main, &part, false),
            (MAIN, WORKER, &mixed, &part, false),
            (MAIN, WORKER, &styled, &part, false),
            (MAIN, WORKER, &said, &part, false),
            (MAIN, WORKER, main, b"renamed", false),
        ] {
            let weights = [("main module", heavy, MAIN), ("image worker", worker, WORKER)];
            assert_eq!(judge(weights, first, part).is_ok(), holds, "{heavy} {worker}");
        }
    }
}
