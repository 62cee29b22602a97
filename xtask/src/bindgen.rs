//! Stands in for the `wasm-bindgen` program: splits the module at its `#[wasm_split]` points, generates the
//! bindings, and makes the JavaScript small while no integrity value has been taken of it yet.
use crate::{slim, tools};
use anyhow::{Context, anyhow};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// The section that `wasm_split_helpers` leaves in a module that has split points.
const MARKER: &[u8] = b"__wasm_split_unstable";

/// Does what `wasm-bindgen` would do with these arguments.
///
/// # Errors
/// The module cannot be split, or wasm-bindgen says no.
pub(crate) fn run(mut args: Vec<OsString>) -> anyhow::Result<()> {
    let out = value(&args, "--out-dir=").map(PathBuf::from);
    let name = value(&args, "--out-name=");
    // The input does not stand at a fixed place: Trunk adds options after it.
    let input = args.iter_mut().skip(1).find(|arg| ends_in_wasm(arg));
    let ships = input.as_ref().is_some_and(|input| is_release(Path::new(input)));
    if let (Some(input), Some(out), Some(name)) = (input, out.as_deref(), name.as_deref()) {
        let module = fs::read(&*input)?;
        if module.windows(MARKER.len()).any(|window| window == MARKER) {
            *input = split(&module, out, name)?.into();
            args.extend(["--keep-lld-exports".into(), "--no-demangle".into()]);
        }
    }
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args)?;
    match (out, name) {
        (Some(out), Some(name)) => {
            let script = out.join(format!("{name}.js"));
            slim::slim(&out.join(format!("{name}_bg.wasm")), &script, ships)?;
            tools::minify_in_place(&script)
        }
        _ => Ok(()),
    }
}

fn value(args: &[OsString], key: &str) -> Option<String> {
    args.iter().filter_map(|arg| arg.to_str()).find_map(|arg| arg.strip_prefix(key).map(str::to_owned))
}

fn ends_in_wasm(arg: &OsString) -> bool {
    Path::new(arg).extension().is_some_and(|ending| ending == "wasm")
}

/// Cargo names the folder of its output after the profile.
fn is_release(module: &Path) -> bool {
    module.parent().is_some_and(|folder| folder.ends_with("release"))
}

/// Writes the parts to `<out>/split` and gives back the main part.
///
/// The names carry the hash that Trunk gives the main files (`SeaHash` of the linked module), so that nothing has to
/// be renamed later.
fn split(module: &[u8], out: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let hash = format!("{:x}", seahash::hash(module));
    let folder = out.join("split");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let main_out = out.join(format!("{name}_main.wasm"));
    let main_module = format!("./{name}-{hash}.js");
    let link_name = format!("./{name}-{hash}_split.js");
    let module = slim::without_exports(module)?;
    let mut options = wasm_split_cli_support::Options::new(&module);
    options.output_dir = &folder;
    options.main_out_path = &main_out;
    options.main_module = &main_module;
    options.link_name = &link_name;
    let parts = wasm_split_cli_support::transform(options).map_err(|why| anyhow!("{why:?}"))?;

    let loader = folder.join(&link_name);
    let mut script = fs::read_to_string(&loader).context("the loader of the split parts")?;
    for part in &parts.split_modules {
        let old = part.file_name().and_then(|name| name.to_str()).context("a part without a name")?;
        let new = part_name(old, &hash);
        script = script.replace(&format!("\"./{old}\""), &format!("\"./{new}\""));
        fs::rename(part, folder.join(&new))?;
    }
    fs::write(&loader, script)?;
    tools::minify_in_place(&loader)?;
    Ok(main_out)
}

/// `split_verify.wasm` becomes `split_verify-<hash>.wasm`, the splitter's long form `split___verify_0123.wasm` just
/// `verify-<hash>.wasm`; shared chunks keep their number.
fn part_name(old: &str, hash: &str) -> String {
    let stem = old.trim_end_matches(".wasm");
    let name = if stem.starts_with("chunk_") {
        stem
    } else {
        stem.trim_start_matches("split___").trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_')
    };
    format!("{name}-{hash}.wasm")
}

#[cfg(test)]
mod tests {
    use super::part_name;

    #[test]
    fn parts_are_named_after_their_split_point() {
        for (old, new) in [("split___verify_77120045.wasm", "verify-ab.wasm"), ("chunk_3.wasm", "chunk_3-ab.wasm")] {
            assert_eq!(part_name(old, "ab"), new);
        }
    }
}
