//! Trunk's last hook: finishes the folder that is served. Styles become one sheet, scripts are bundled with the names
//! of the files that belong together, forms and texts are laid beside them, and the service worker gets its list.
use crate::{entrance, files, order, styles, texts, tools};
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

/// What is worth compressing; pictures are not.
const TEXT: [&str; 8] = ["html", "js", "css", "wasm", "json", "svg", "txt", "webmanifest"];
/// What a place changes by hand: a packed copy beside it would be sent in the place of what was changed.
const BY_HAND: [&str; 3] = ["config.json", "sw.js", "sw-off.js"];
/// Files of `public/` that are served as they are.
const AS_IS: [&str; 5] = ["icon.svg", "icon.png", "manifest.webmanifest", "config.json", "sw-off.js"];
/// Fetched by the browser itself, or only when something is wrong.
const NOT_KEPT: [&str; 5] = ["sw.js", "sw-off.js", "old.js", "embed.js", "icon.png"];
/// What draws PDFs: a folder that is named after what is in it,
const PAPER: &str = "paper";
/// and what leads there, which the app knows and the service worker keeps with its build.
const TO_PAPER: &str = "paper/paper.js";
/// What of pdf.js is laid beside it: folder, name of ours, and which files by a part of their name. Scripts have no sandbox here.
const PAPER_FILES: [(&str, &str, &[&str]); 3] = [
    ("cmaps", "cmaps", &[".bcmap", "LICENSE"]),
    ("standard_fonts", "fonts", &["FoxitSymbol", "FoxitDingbats", "LICENSE_FOXIT"]),
    ("wasm", "wasm", &["jbig2.wasm", "openjpeg.wasm", "LICENSE_JBIG2", "LICENSE_OPENJPEG"]),
];
/// What is bundled, and for which age of browser: `boot.js` must be read by those it turns away.
const SCRIPTS: [(&str, &str); 3] =
    [("boot.js", "chrome64,safari12,firefox67"), ("old.js", "es5"), ("embed.js", "es2022")];
/// What puts on the name, logo and colours of a place: `boot.js` fetches it where a place decides that.
const PLACE: &str = "place.js";

/// Does the work of the hook in the folder that Trunk names.
///
/// # Errors
/// Something that belongs to the build is missing.
pub(crate) fn run() -> anyhow::Result<()> {
    let stage = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").context("This is called by Trunk.")?);
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    let base = env::var("TRUNK_PUBLIC_URL").unwrap_or_else(|_| "/".into());
    let root = files::root();

    parts(&stage, release)?;
    if release {
        for module in files::below_ending(&stage, "wasm")? {
            order::order(&module)?;
        }
    }
    for name in AS_IS {
        fs::copy(root.join("public").join(name), stage.join(name)).context(name)?;
    }
    forms(&root, &stage)?;
    texts(&root, &stage)?;
    let css = styles(&root, &stage)?;
    let paper = paper(&root, &stage)?;
    page(&stage, &base, &css)?;
    let build = with(&names(&stage, &css, &paper)?, "place", &place(&stage)?.into());
    let build = with(&build, "entrance", &entrances(&root)?);
    let later = later(&stage)?;
    for (script, target) in SCRIPTS {
        // Only where no service worker fetches them.
        let build = if script == "embed.js" { with(&build, "later", &later) } else { build.clone() };
        bundle(script, target, &build, &stage)?;
    }
    let list = precache(&stage, &paper)?;
    bundle("sw.js", "es2022", &list, &stage)?;
    if release { compress(&stage) } else { Ok(()) }
}

/// Lays the split parts beside the main module.
fn parts(stage: &Path, release: bool) -> anyhow::Result<()> {
    let profile = if release { "release" } else { "debug" };
    let folder = files::target().join("wasm-bindgen").join(profile).join("split");
    if !folder.exists() {
        return Ok(());
    }
    for file in files::below(&folder)? {
        let to = stage.join(file.file_name().context("a part without a name")?);
        if release && files::has_ending(&file, &["wasm"]) {
            let status = tools::command("wasm-opt").args(["-Os", "-o"]).arg(&to).arg(&file).status()?;
            ensure!(status.success(), "wasm-opt failed on {}", file.display());
        } else {
            fs::copy(&file, &to)?;
        }
    }
    Ok(())
}

/// Questionnaires without their white space, each under its id: by that the app asks for them.
fn forms(root: &Path, stage: &Path) -> anyhow::Result<()> {
    let to = stage.join("forms");
    fs::create_dir_all(&to)?;
    for name in ["health-certificate.questionnaire.json", "report.questionnaire.json"] {
        let form: Value = serde_json::from_str(&files::read(&root.join("forms").join(name))?).context(name)?;
        let id = form.get("id").and_then(Value::as_str).with_context(|| format!("{name} has no id"))?;
        fs::write(to.join(format!("{id}.questionnaire.json")), serde_json::to_vec(&form)?)?;
    }
    Ok(())
}

/// What draws PDFs, in a folder of its own: nobody fetches it before the first PDF. Gives the name of the folder.
fn paper(root: &Path, stage: &Path) -> anyhow::Result<String> {
    let to = stage.join(PAPER);
    let status = tools::command("esbuild")
        .args(["public/paper/paper.js", "public/paper/worker.js"])
        .args(["--bundle", "--minify", "--charset=utf8", "--log-level=error", "--format=esm"])
        .args(["--target=chrome96,safari15,firefox90", "--legal-comments=inline", "--external:node:*"])
        .arg(format!("--outdir={}", to.display()))
        .status()?;
    ensure!(status.success(), "esbuild does not understand public/paper");
    let pdfjs = root.join("node_modules/pdfjs-dist");
    for (from, into, wanted) in PAPER_FILES {
        fs::create_dir_all(to.join(into))?;
        for file in files::below(&pdfjs.join(from))? {
            let name = file.file_name().and_then(|name| name.to_str()).context("a file without a name")?;
            if wanted.iter().any(|it| name.contains(it)) {
                fs::copy(&file, to.join(into).join(name))?;
            }
        }
    }
    fs::copy(pdfjs.join("LICENSE"), to.join("LICENSE"))?;
    named_after_content(stage)
}

/// Its files belong together, and those of two builds may lie on one server: what leads to them leads to those of its build.
fn named_after_content(stage: &Path) -> anyhow::Result<String> {
    let from = stage.join(PAPER);
    let folder = format!("{PAPER}-{}/", hash(serde_json::to_string(&listing(&from)?)?.as_bytes()));
    fs::rename(&from, stage.join(&folder))?;
    fs::create_dir_all(&from)?;
    fs::write(stage.join(TO_PAPER), format!("export * from '../{folder}paper.js';\n"))?;
    Ok(folder)
}

/// What is read before the app has come: tag and entrance of each language, the one that is compiled in first.
fn entrances(root: &Path) -> anyhow::Result<Value> {
    let table = |language| {
        let text = files::read(&root.join(format!("locales/{language}.txt")))?;
        texts::Table::read(&text).map_err(anyhow::Error::msg)
    };
    let (template, drawing) = (root.join("src/session/entrance.html"), root.join("src/session/art.svg"));
    let (template, drawing) = (files::read(&template)?, files::read(&drawing)?);
    let (zh, en) = (table("zh-CN")?, table("en")?);
    let all = [("zh-CN", &zh), ("en", &en)];
    all.iter().map(|(tag, _)| Ok(json!([tag, entrance::page(&template, &drawing, tag, &all)?]))).collect()
}

/// The sentences, a file for each language and each part that brings its own, in the form that the app reads.
fn texts(root: &Path, stage: &Path) -> anyhow::Result<()> {
    let to = stage.join("locales");
    fs::create_dir_all(&to)?;
    let source = |language: &str| files::read(&root.join(format!("locales/{language}.txt")));
    let (zh, en) = (source("zh-CN")?, source("en")?);
    let sayers = sayers(root)?;
    for language in ["zh-CN", "en"] {
        for (name, text) in texts::runtime_files(&zh, &en, language, &sayers).map_err(anyhow::Error::msg)? {
            fs::write(to.join(name), text)?;
        }
    }
    Ok(())
}

/// Which chapter says which sentence.
fn sayers(root: &Path) -> anyhow::Result<texts::Sayers> {
    let mut sayers = texts::Sayers::default();
    let src = root.join("src");
    for file in files::below_ending(&src, "rs")? {
        let path = file.strip_prefix(&src)?.to_string_lossy().replace('\\', "/");
        sayers.read(&path, &files::read(&file)?);
    }
    Ok(sayers)
}

/// Tokens, then what all share, then what lies beside each component, but for what comes with a later part: one sheet, named after what is in it.
fn styles(root: &Path, stage: &Path) -> anyhow::Result<String> {
    let mut all = String::new();
    let shared = ["page.css", "tokens.css", "base.css"].map(|name| root.join("style").join(name));
    let src = root.join("src");
    let mut beside = files::below_ending(&src, "css")?;
    beside.retain(|file| !styles::WITH_PARTS.iter().any(|part| *file == src.join(part)));
    for file in shared.into_iter().chain(beside) {
        all.push_str(&files::read(&file)?);
        all.push('\n');
    }
    let plain = stage.join("hc.css");
    fs::write(&plain, all)?;
    let status = tools::command("esbuild")
        .arg(&plain)
        .args(["--minify", "--log-level=warning", "--allow-overwrite", "--target=chrome96,safari15,firefox90"])
        .arg(format!("--outfile={}", plain.display()))
        .status()?;
    ensure!(status.success(), "esbuild does not understand the styles");
    let name = format!("hc-{}.css", hash(&fs::read(&plain)?));
    fs::rename(&plain, stage.join(&name))?;
    Ok(name)
}

fn page(stage: &Path, base: &str, css: &str) -> anyhow::Result<()> {
    let file = stage.join("index.html");
    let page = files::read(&file)?.replace("{{base}}", base).replace("{{css}}", css);
    let lines: Vec<_> = page.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Ok(fs::write(file, lines.join("\n"))?)
}

/// The names of the files that belong together, and one name for all of them.
fn names(stage: &Path, css: &str, paper: &str) -> anyhow::Result<Value> {
    let all = listing(stage)?;
    let find = |end: &str| {
        let mut found =
            all.keys().filter(|name| name.starts_with("app-") && name.ends_with(end) && !name.ends_with("_split.js"));
        found.next().cloned().with_context(|| format!("no app-*{end} in the build"))
    };
    let id = hash(serde_json::to_string(&all)?.as_bytes());
    Ok(json!({ "id": id, "js": find(".js")?, "wasm": find("_bg.wasm")?, "css": css, "paper": paper }))
}

/// What a person needs after the form: the parts, the worker that looks at photos and the sentences of both.
fn later(stage: &Path) -> anyhow::Result<Value> {
    let is_later = |name: &str| {
        let is_part = ["split_", "chunk_"].iter().any(|it| name.starts_with(it));
        is_part || name.starts_with("image-worker") || (name.starts_with("locales/") && name.contains(".documents."))
    };
    Ok(listing(stage)?.into_keys().filter(|name| is_later(name)).collect())
}

fn with(object: &Value, name: &str, value: &Value) -> Value {
    let mut object = object.clone();
    if let Some(all) = object.as_object_mut() {
        all.insert(name.to_owned(), value.clone());
    }
    object
}

fn bundle(script: &str, target: &str, build: &Value, stage: &Path) -> anyhow::Result<()> {
    let format = if target == "es2022" || script == "boot.js" { "esm" } else { "iife" };
    let status = tools::command("esbuild")
        .arg(files::root().join("public").join(script))
        .args(["--bundle", "--minify", "--charset=utf8", "--log-level=warning"])
        .arg(format!("--format={}", if script == "sw.js" { "iife" } else { format }))
        .arg(format!("--target={target}"))
        .arg(format!("--define:BUILD={build}"))
        .arg(format!("--outfile={}", stage.join(script).display()))
        .status()?;
    ensure!(status.success(), "esbuild does not understand public/{script}");
    Ok(())
}

/// Bundles what puts on the looks of a place, under a name of its content.
fn place(stage: &Path) -> anyhow::Result<String> {
    bundle(PLACE, "es2022", &Value::Null, stage)?;
    let plain = stage.join(PLACE);
    let name = format!("place-{}.js", hash(&fs::read(&plain)?));
    fs::rename(&plain, stage.join(&name))?;
    Ok(name)
}

/// Every file of the build with the beginning of its SHA-256, by path.
fn listing(stage: &Path) -> anyhow::Result<std::collections::BTreeMap<String, String>> {
    let mut list = std::collections::BTreeMap::new();
    for file in files::below(stage)? {
        let path = file.strip_prefix(stage)?.to_string_lossy().into_owned();
        list.insert(path, hash(&fs::read(&file)?));
    }
    Ok(list)
}

/// What the service worker keeps: any change of any file makes another list, and with it another worker.
fn precache(stage: &Path, paper: &str) -> anyhow::Result<Value> {
    let mut list = listing(stage)?;
    list.retain(|path, _| !NOT_KEPT.contains(&path.as_str()) && !path.starts_with(paper));
    let id = hash(serde_json::to_string(&list)?.as_bytes());
    Ok(json!({ "id": id, "files": list.into_iter().collect::<Vec<_>>(), "paper": paper }))
}

/// The first 16 hexadecimal digits of the SHA-256.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Beside each text its brotli and gzip form, as a server can send them without work; not beside what a place changes by hand.
///
/// # Errors
/// A file cannot be read or written.
pub(crate) fn compress(stage: &Path) -> anyhow::Result<()> {
    for file in files::below(stage)? {
        let is_by_hand = BY_HAND.iter().any(|name| file == stage.join(name));
        if is_by_hand || !files::has_ending(&file, &TEXT) {
            continue;
        }
        let raw = fs::read(&file)?;
        fs::write(beside(&file, ".br"), brotli(&raw)?)?;
        let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
        gzip.write_all(&raw)?;
        fs::write(beside(&file, ".gz"), gzip.finish()?)?;
    }
    Ok(())
}

fn brotli(raw: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut small = vec![];
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: raw.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*raw, &mut small, &params)?;
    Ok(small)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.to_owned().into_os_string();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whom the journeys hear: `public/recovery.js` says it in the app's place. What the build asks of a language.
    const SAID_ELSEWHERE: [&str; 4] = ["crash.title", "lang.name", "lang.short", "lang.dir"];

    /// A build of the page and of what draws PDFs. Gives the name of its folder, and what the service worker keeps.
    fn built(worker: &str) -> (String, Value) {
        let stage = tempfile::tempdir().unwrap();
        let stage = stage.path();
        fs::create_dir_all(stage.join("paper/cmaps")).unwrap();
        for (path, text) in [
            ("index.html", "page"),
            ("paper/paper.js", "draws"),
            ("paper/worker.js", worker),
            ("paper/cmaps/a.bcmap", ""),
        ] {
            fs::write(stage.join(path), text).unwrap();
        }
        let folder = named_after_content(stage).unwrap();
        assert_eq!(files::read(&stage.join(&folder).join("worker.js")).unwrap(), worker);
        assert!(files::read(&stage.join("paper/paper.js")).unwrap().contains(&format!("'../{folder}paper.js'")));
        let list = precache(stage, &folder).unwrap();
        (folder, list)
    }

    #[test]
    fn what_draws_pdfs_is_never_of_two_builds() {
        let (one, list) = built("reads");
        let (other, its_list) = built("reads otherwise");
        assert_ne!(one, other);
        // A change there alone makes another build, and each build keeps what leads to its own.
        assert_ne!(list["id"], its_list["id"]);
        assert_ne!(list["files"][1], its_list["files"][1]);
        let kept = |list: &Value| -> Vec<String> {
            list["files"].as_array().unwrap().iter().map(|file| file[0].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(kept(&list), ["index.html", "paper/paper.js"]);
        assert_eq!(built("reads"), (one, list));
    }

    #[test]
    fn what_a_place_changes_by_hand_has_no_packed_copy() {
        let stage = tempfile::tempdir().unwrap();
        for name in ["config.json", "sw.js", "sw-off.js", "boot.js", "index.html", "locales.png"] {
            fs::write(stage.path().join(name), "text").unwrap();
        }
        compress(stage.path()).unwrap();
        let mut names: Vec<String> = listing(stage.path()).unwrap().into_keys().collect();
        names.retain(|name| files::has_ending(Path::new(name), &["br", "gz"]));
        assert_eq!(names, ["boot.js.br", "boot.js.gz", "index.html.br", "index.html.gz"]);
    }

    #[test]
    fn each_sentence_is_said_by_somebody() {
        let root = files::root();
        let table = texts::Table::read(&files::read(&root.join("locales/zh-CN.txt")).unwrap()).unwrap();
        let sayers = sayers(&root).unwrap();
        let unsaid: Vec<&str> =
            table.all().filter(|key| !sayers.is_said(key) && !SAID_ELSEWHERE.contains(key)).collect();
        assert!(unsaid.is_empty(), "nobody says {unsaid:?}");
    }
}
