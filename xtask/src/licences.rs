//! Where every dependency comes from and under which terms: crates by Cargo.lock, packages of npm by package-lock.json.
//! You will not find opinions on single crates here, only the list of terms we can take.
use crate::{files, tools};
use anyhow::{Context, ensure};
use serde_json::Value;

/// Terms that can be combined with MIT OR Apache-2.0 in what we hand on.
const TAKEN: [&str; 17] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
const CRATES: &str = "crates.io-index";

/// Checks all dependencies.
///
/// # Errors
/// The list of those that come from elsewhere, or under terms that we do not take.
pub(crate) fn check() -> anyhow::Result<()> {
    let crates = crates()?;
    let packages = packages()?;
    let all = crates.iter().chain(&packages);
    let wrong: Vec<_> = all.clone().filter_map(Dependency::complaint).collect();
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} dependencies: every source and licence is one we take.", all.count());
    Ok(())
}

struct Dependency {
    name: String,
    terms: String,
    /// It comes from the public registry and its content is fixed by the lock file.
    is_pinned: bool,
}

impl Dependency {
    fn complaint(&self) -> Option<String> {
        if !self.is_pinned {
            return Some(format!("{} does not come from the public registry", self.name));
        }
        (!is_taken(&self.terms)).then(|| format!("{} is under {:?}", self.name, self.terms))
    }
}

fn crates() -> anyhow::Result<Vec<Dependency>> {
    let out = tools::cargo().args(["metadata", "--format-version", "1", "--locked"]).output()?;
    ensure!(out.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
    let all: Value = serde_json::from_slice(&out.stdout)?;
    let packages = all.get("packages").and_then(Value::as_array).context("no packages")?;
    let text = |package: &Value, key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(packages
        .iter()
        // What has no source is ours.
        .filter_map(|package| {
            text(package, "source").map(|source| Dependency {
                name: format!(
                    "crate {} {}",
                    text(package, "name").unwrap_or_default(),
                    text(package, "version").unwrap_or_default()
                ),
                terms: text(package, "license").unwrap_or_default(),
                is_pinned: source.starts_with("registry+") && source.ends_with(CRATES),
            })
        })
        .collect())
}

fn packages() -> anyhow::Result<Vec<Dependency>> {
    let lock: Value = serde_json::from_str(&files::read(&files::root().join("package-lock.json"))?)?;
    let packages = lock.get("packages").and_then(Value::as_object).context("no packages")?;
    Ok(packages
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, package)| Dependency {
            name: format!("npm {path}"),
            terms: package.get("license").and_then(Value::as_str).unwrap_or_default().to_owned(),
            is_pinned: package.get("integrity").is_some() && package.get("resolved").is_none(),
        })
        .collect())
}

/// Whether an SPDX expression can be met with the terms we take. `OR` leaves the choice to us, `AND` does not.
fn is_taken(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words) -> bool {
    let mut taken = all(words);
    while words.next_if_eq(&"OR").is_some() {
        taken |= all(words);
    }
    taken
}

fn all(words: &mut Words) -> bool {
    let mut taken = one(words);
    while words.next_if_eq(&"AND").is_some() {
        taken &= one(words);
    }
    taken
}

fn one(words: &mut Words) -> bool {
    match words.next() {
        Some("(") => {
            let taken = any(words);
            words.next_if_eq(&")").is_some() && taken
        }
        Some(name) if words.next_if_eq(&"WITH").is_some() => {
            let whole = format!("{name} WITH {}", words.next().unwrap_or_default());
            TAKEN.contains(&whole.as_str())
        }
        Some(name) => TAKEN.contains(&name),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_taken;

    #[test]
    fn terms_as_crates_write_them() {
        for (expression, taken) in [
            ("MIT OR Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("Apache-2.0 WITH LLVM-exception OR MIT", true),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0 AND MIT", false),
            ("GPL-3.0-only", false),
            ("", false),
        ] {
            assert_eq!(is_taken(expression), taken, "{expression}");
        }
    }
}
