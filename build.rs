//! Makes the text keys from `locales/`, lays sentences and styles of later parts ready for them, and keeps the linker's relocations for the splitter.

#[path = "build/styles.rs"]
mod styles;
#[path = "build/texts.rs"]
mod texts;

use std::path::Path;
use std::{env, fs};

/// The default language first: it is compiled in, the others are fetched.
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

fn main() {
    for file in ["build.rs", "build", "locales", "src"] {
        println!("cargo:rerun-if-changed={file}");
    }
    // Only the wasm binary: without the splitter the relocations would double its size.
    if env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        println!("cargo:rustc-link-arg-bins=--emit-relocs");
    }
    if let Err(why) = write_keys() {
        println!("cargo:error={why}");
        std::process::exit(1);
    }
}

fn write_keys() -> Result<(), String> {
    let sources = LANGUAGES
        .map(|tag| fs::read_to_string(format!("locales/{tag}.txt")).map_err(|e| format!("locales/{tag}.txt: {e}")));
    let [Ok(zh), Ok(en)] = &sources else {
        return Err(sources.into_iter().filter_map(Result::err).collect::<Vec<_>>().join("; "));
    };
    let mut sayers = texts::Sayers::default();
    let src = Path::new("src");
    hear(src, src, &mut sayers).map_err(|e| format!("src: {e}"))?;
    let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
    // What has not changed keeps its date: nothing is compiled anew for it.
    let save = |name: &str, text: &str| {
        let file = Path::new(&out).join(name);
        let same = fs::read_to_string(&file).is_ok_and(|before| before == text);
        if same { Ok(()) } else { fs::write(file, text).map_err(|e| e.to_string()) }
    };
    for tag in LANGUAGES {
        for (name, text) in texts::runtime_files(zh, en, tag, &sayers)? {
            save(&name, &text)?;
        }
    }
    let tables = [texts::Table::read(zh)?, texts::Table::read(en)?];
    for sheet in styles::WITH_PARTS {
        let source = fs::read_to_string(src.join(sheet)).map_err(|e| format!("{sheet}: {e}"))?;
        save(Path::new(sheet).file_name().and_then(|it| it.to_str()).unwrap_or(sheet), &styles::small(&source))?;
    }
    save("keys.rs", &keys(&tables, &sayers))
}

/// Which file below `src` says what.
fn hear(folder: &Path, src: &Path, sayers: &mut texts::Sayers) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            hear(&path, src, sayers)?;
        } else if path.extension().is_some_and(|it| it == "rs") {
            let below = path.strip_prefix(src).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            sayers.read(&below, &fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn keys(tables: &[texts::Table; 2], sayers: &texts::Sayers) -> String {
    let [default, _] = tables;
    let keys = default.keys(sayers);
    let coded: Vec<&str> = keys.iter().copied().filter(|key| texts::coded(key).is_some()).collect();
    let variant = texts::variant;
    let mut code = String::from(
        "/// Every sentence there is, by place and meaning.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u16)]\npub enum K {\n",
    );
    for key in &keys {
        push(&mut code, &format!("    /// `{}`\n    {},", default.get(key).unwrap_or_default(), variant(key)));
    }
    code += "}\n";
    push(&mut code, &format!("const CHAPTERS: usize = {};", texts::CHAPTERS.len() + 1));
    code += "/// Sentences that come with a later part of the app.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum Chapter {\n";
    for (at, (name, _)) in texts::CHAPTERS.iter().enumerate() {
        push(&mut code, &format!("    /// Those of `{name}`.\n    {} = {},", variant(name), at + 1));
    }
    code += "}\n";
    let all = texts::CHAPTERS.iter().map(|(name, _)| format!("Self::{}", variant(name))).collect::<Vec<_>>().join(", ");
    push(
        &mut code,
        &format!("impl Chapter {{\n    pub(crate) const ALL: [Self; {}] = [{all}];\n}}", texts::CHAPTERS.len()),
    );
    let names = texts::CHAPTERS.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    push(&mut code, &format!("const NAMES: [&str; {}] = [{names}];", texts::CHAPTERS.len()));
    let ends = (0..=texts::CHAPTERS.len())
        .map(|chapter| keys.iter().filter(|key| sayers.chapter(key) <= chapter).count().to_string());
    push(
        &mut code,
        &format!(
            "/// Where each chapter ends among the keys; the first is what comes with the first visit.\nconst ENDS: [usize; CHAPTERS] = [{}];",
            ends.collect::<Vec<_>>().join(", ")
        ),
    );
    push(&mut code, &format!("const FINGERPRINT: &str = {:?};", texts::fingerprint(default, sayers)));
    push(&mut code, &format!("const CODED_NAMES: &str = {:?};", coded.join("\n")));
    push(
        &mut code,
        &format!(
            "static CODED: [K; {}] = [{}];",
            coded.len(),
            coded.iter().map(|k| format!("K::{}", variant(k))).collect::<Vec<_>>().join(", ")
        ),
    );
    push(
        &mut code,
        &format!(
            "/// The languages of this build, the compiled-in one first.\npub static LANGUAGES: [Language; {}] = [",
            tables.len()
        ),
    );
    for (tag, table) in LANGUAGES.iter().zip(tables) {
        let word = |key| table.get(key).unwrap_or_default();
        push(
            &mut code,
            &format!(
                "    Language {{ tag: {tag:?}, name: {:?}, short: {:?}, rtl: {} }},",
                word("lang.name"),
                word("lang.short"),
                word("lang.dir") == "rtl"
            ),
        );
    }
    code += "];\n";
    code
}

/// Appends a line.
fn push(code: &mut String, line: &str) {
    code.push_str(line);
    code.push('\n');
}
