//! Makes the text keys from `locales/`, and keeps the linker's relocations for the splitter.

#[path = "build/texts.rs"]
mod texts;

use std::path::Path;
use std::{env, fs};

/// The default language first: it is compiled in, the others are fetched.
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

fn main() {
    for file in ["build.rs", "build", "locales"] {
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
    let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
    let save = |name: &str, text: &str| fs::write(Path::new(&out).join(name), text).map_err(|e| e.to_string());
    save("default.txt", &texts::runtime_file(zh, en, "zh-CN")?)?;
    // For the tests: the app fetches it.
    save("en.txt", &texts::runtime_file(zh, en, "en")?)?;
    let tables = [texts::Table::read(zh)?, texts::Table::read(en)?];
    save("keys.rs", &keys(&tables)?)
}

fn keys(tables: &[texts::Table; 2]) -> Result<String, String> {
    let [default, _] = tables;
    let keys = default.keys();
    let coded = keys.get(..default.coded()).ok_or("coded keys")?;
    let mut code = String::from(
        "/// Every sentence there is, by place and meaning.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u16)]\npub enum K {\n",
    );
    for key in &keys {
        push(&mut code, &format!("    /// `{}`\n    {},", default.get(key).unwrap_or_default(), variant(key)));
    }
    code += "}\n";
    push(&mut code, &format!("const COUNT: usize = {};", keys.len()));
    push(&mut code, &format!("const FINGERPRINT: &str = {:?};", texts::fingerprint(default)));
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
    Ok(code)
}

/// Appends a line.
fn push(code: &mut String, line: &str) {
    code.push_str(line);
    code.push('\n');
}

/// `returned.count` becomes `ReturnedCount`.
fn variant(key: &str) -> String {
    key.split(['.', '-', '_'])
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
        .collect()
}
