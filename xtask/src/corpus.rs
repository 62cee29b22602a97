//! `cargo xtask corpus`: looks at the pictures that Debian's source package of pillow carries, sound and broken ones, and
//! compares what became of them with docs/corpus.md. No picture is kept in the repository, and nothing is installed: apt
//! works in a folder of its own.
use crate::{files, tools};
use anyhow::{Context, ensure};
use contract::documents::{FileRule, Refusal, inspect};
use std::{collections::BTreeMap, fs, path::Path, process::Command};

const MIRROR: &str = "http://deb.debian.org/debian";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const RELEASE: &str = "bookworm";
/// Committed.
const EXPECTED: &str = "docs/corpus.md";
/// As in the default service.
const PDF_BYTES: u64 = 10 << 20;
const PDF_PAGES: u32 = 50;

/// By name and outcome.
type Table = BTreeMap<String, BTreeMap<&'static str, u32>>;

/// Downloads what is missing, looks, and compares the table with the one that is expected; `write` puts it in its place.
///
/// # Errors
/// Something else became of a picture than is expected; this is not Debian, or there is no network.
pub(crate) fn run(write: bool) -> anyhow::Result<()> {
    let folder = files::target().join("corpus");
    let pictures = folder.join("pictures");
    if !pictures.exists() {
        download(&folder)?;
        unpack(&folder, &pictures)?;
    }
    let all = files::below(&pictures)?;
    let rule = FileRule::to_choose(&[], Some(PDF_BYTES), PDF_BYTES, PDF_PAGES);
    let mut table = Table::new();
    for path in &all {
        let bytes = fs::read(path).with_context(|| path.display().to_string())?;
        let kind = path.extension().and_then(|it| it.to_str()).unwrap_or("none").to_lowercase();
        let outcome = inspect(&bytes, &rule).map_or_else(Refusal::code, |_| "taken");
        *table.entry(kind).or_default().entry(outcome).or_default() += 1;
        println!("{:10} {}", outcome, path.strip_prefix(&pictures).unwrap_or(path).display());
    }
    println!("{} files, and none made it panic.", all.len());
    let (found, place) = (page(&table, all.len()), files::root().join(EXPECTED));
    if write {
        return fs::write(&place, found).with_context(|| place.display().to_string());
    }
    let expected = fs::read_to_string(&place).with_context(|| place.display().to_string())?;
    compare(&expected, &found)
}

/// Every line of one that is not in the other.
fn compare(expected: &str, found: &str) -> anyhow::Result<()> {
    let more = |one: &str, other: &str| {
        one.lines()
            .filter(|line| !other.lines().any(|it| it == *line))
            .fold(String::new(), |all, line| all + "\n" + line)
    };
    ensure!(
        expected == found,
        "Something else became of the pictures than {EXPECTED} says. Expected:{}\nFound:{}\nIf that is right: cargo xtask corpus --write",
        more(expected, found),
        more(found, expected)
    );
    println!("as {EXPECTED} says");
    Ok(())
}

/// The table as a page.
fn page(table: &Table, files: usize) -> String {
    const OUTCOMES: [&str; 8] = ["taken", "type", "broken", "pixels", "too-large", "active-pdf", "locked-pdf", "empty"];
    let head = format!(
        "# What becomes of pillow's test pictures\n\n\
         {files} files of the source package of pillow in Debian {RELEASE}, by the last part of their names and by what is said of them.\n\
         `cargo xtask corpus` compares with this table, `cargo xtask corpus --write` writes it.\n\n\
         | named | {} |\n|--|{}\n",
        OUTCOMES.join(" | "),
        "--|".repeat(OUTCOMES.len())
    );
    let rows = table.iter().map(|(kind, outcomes)| {
        let cells = OUTCOMES.map(|it| outcomes.get(it).map_or(String::new(), u32::to_string));
        format!("| {kind} | {} |\n", cells.join(" | "))
    });
    rows.fold(head, |page, row| page + &row)
}

/// The source package, by an apt that has lists, cache and state of its own, and so needs no rights.
fn download(folder: &Path) -> anyhow::Result<()> {
    ensure!(
        Path::new(KEYRING).exists(),
        "The pictures come from Debian's archive, and this is not a Debian: {KEYRING} is missing."
    );
    let root = fs::canonicalize({
        for part in ["lists/partial", "cache/archives/partial", "parts"] {
            fs::create_dir_all(folder.join(part))?;
        }
        folder
    })?;
    fs::write(root.join("status"), "")?;
    fs::write(root.join("sources.list"), format!("deb-src [signed-by={KEYRING}] {MIRROR} {RELEASE} main\n"))?;
    let options = [
        ("Dir::Etc::sourcelist", root.join("sources.list")),
        ("Dir::Etc::sourceparts", root.join("parts")),
        ("Dir::State::lists", root.join("lists")),
        ("Dir::State::status", root.join("status")),
        ("Dir::Cache", root.join("cache")),
    ];
    let apt = |args: &[&str]| -> anyhow::Result<()> {
        let mut command = Command::new("apt-get");
        for (name, value) in &options {
            command.arg("-o").arg(format!("{name}={}", value.display()));
        }
        command.args(["-o", "APT::Sandbox::User=", "--quiet"]).args(args).current_dir(&root);
        let status = command.status().context("apt-get is missing: this needs Debian")?;
        ensure!(status.success(), "apt-get {} failed; is there a network?", args.join(" "));
        Ok(())
    };
    tools::say("downloading the source package of pillow (once, 45 MB)");
    apt(&["update"])?;
    apt(&["source", "--download-only", "pillow"])
}

/// The test pictures of the package, and nothing else of it.
fn unpack(folder: &Path, pictures: &Path) -> anyhow::Result<()> {
    let archive = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains(".orig.tar"))
        .context("the source package has no archive of its origin")?;
    let part = folder.join("unpacking");
    fs::create_dir_all(&part)?;
    let status = Command::new("tar")
        .arg("-C")
        .arg(&part)
        .arg("-xf")
        .arg(fs::canonicalize(&archive)?)
        .args(["--strip-components=3", "--wildcards", "*/Tests/images/*"])
        .status()
        .context("tar is missing")?;
    ensure!(status.success(), "{} could not be unpacked.", archive.display());
    // Only what is whole gets the name that a later run looks for.
    fs::rename(part, pictures)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_which_something_else_became_is_named() {
        let table = |outcome| Table::from([("png".to_owned(), BTreeMap::from([(outcome, 3)]))]);
        let expected = page(&table("taken"), 3);
        assert!(compare(&expected, &expected).is_ok());
        let why = compare(&expected, &page(&table("broken"), 3)).unwrap_err().to_string();
        assert!(why.contains("| png | 3 |") && why.contains("| png |  |  | 3 |"), "{why}");
    }
}
