//! The report that can be handed on, as Markdown: of each row that differs what the contract says and where, the request, the
//! answer, and what was expected in its place.
use super::{Asked, Difference, Outcome, exchange::covered};
use std::fmt::Write as _;

const CONTRACT: &str = include_str!("../../../docs/contract.md");

/// Who was asked.
pub(crate) struct About {
    /// Its address.
    pub(crate) api: String,
    /// What it calls itself.
    pub(crate) name: String,
    /// The version of the contract that it serves.
    pub(crate) version: String,
    /// What it claims.
    pub(crate) levels: Vec<String>,
    /// The time of its clock.
    pub(crate) at: String,
}

/// Writes it.
pub(crate) fn markdown(about: &About, rows: &[Asked]) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    write(&mut text, about, rows).unwrap_or_default();
    text
}

fn write(text: &mut String, about: &About, rows: &[Asked]) -> std::fmt::Result {
    let differing: Vec<(&Asked, &Difference)> = rows
        .iter()
        .filter_map(|asked| if let Outcome::Differs(it) = &asked.outcome { Some((asked, it)) } else { None })
        .collect();
    let unasked: Vec<(&Asked, &str)> = rows
        .iter()
        .filter_map(|asked| if let Outcome::NotAsked(why) = &asked.outcome { Some((asked, *why)) } else { None })
        .collect();
    let holding = rows.len() - differing.len() - unasked.len();
    writeln!(text, "# Does {} hold to the contract?\n", about.name)?;
    writeln!(text, "| | |\n|--|--|\n| backend | {} |\n| asked at | {} |", about.api, about.at)?;
    writeln!(text, "| version, levels | {}: {} |", about.version, about.levels.join(", "))?;
    writeln!(text, "| rows | {holding} hold, {} differ, {} could not be asked |\n", differing.len(), unasked.len())?;
    writeln!(
        text,
        "§ is a section of the HTTP contract (docs/contract.md). Times are of the backend's clock. What signs somebody in, opens a file or tells whose login it is was left out.\n"
    )?;
    writeln!(text, "## What differs\n")?;
    if differing.is_empty() {
        writeln!(text, "Nothing.\n")?;
    }
    for (asked, difference) in &differing {
        differs(text, asked, difference)?;
    }
    if !unasked.is_empty() {
        writeln!(text, "## What could not be asked\n\n| row | § | what must hold | why |\n|--|--|--|--|")?;
        for (Asked { row, .. }, why) in unasked {
            writeln!(text, "| {} | {} | {} | {why} |", row.name, row.section, row.says)?;
        }
        writeln!(text)?;
    }
    writeln!(text, "## What holds\n\n| row | § | what must hold |\n|--|--|--|")?;
    for Asked { row, .. } in rows.iter().filter(|asked| matches!(asked.outcome, Outcome::Holds)) {
        writeln!(text, "| {} | {} | {} |", row.name, row.section, row.says)?;
    }
    Ok(())
}

fn differs(text: &mut String, asked: &Asked, difference: &Difference) -> std::fmt::Result {
    let row = asked.row;
    writeln!(text, "### {}: {}\n", row.name, row.says)?;
    writeln!(text, "The contract, §{}; §10 has of {}: {}\n", row.section, row.name, said(row.name))?;
    writeln!(text, "**Found:** {}\n", covered(&difference.why.replace('\n', " ")))?;
    writeln!(text, "**Expected:** {}\n", difference.expected.as_deref().unwrap_or(row.says))?;
    let Some((last, before)) = asked.exchanges.split_last() else { return Ok(()) };
    writeln!(text, "The request:\n\n{}", fenced(&last.request))?;
    writeln!(text, "The answer:\n\n{}", fenced(if last.answer.is_empty() { "(none)" } else { &last.answer }))?;
    if !before.is_empty() {
        writeln!(text, "What was asked before it in this row:\n")?;
        for exchange in before {
            let status = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            writeln!(text, "- `{}`: {status}", exchange.asked)?;
        }
        writeln!(text)?;
    }
    Ok(())
}

/// What contract.md §10 has of a row; empty for a row that it does not have.
pub(super) fn said(name: &str) -> &'static str {
    let table = CONTRACT.split_once("\n## 10 ").map(|(_, section)| section).unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| **")).flat_map(|line| line.split(" · "));
    let cells = rows.map(|row| row.rsplit("** | ").next().unwrap_or_default().trim_end_matches(" |"));
    cells
        .filter_map(|cell| cell.split_once(' '))
        .find(|(row, _)| *row == name)
        .map(|(_, said)| said)
        .unwrap_or_default()
}

/// A block of text as it is, whatever stands in it.
fn fenced(text: &str) -> String {
    let (mut longest, mut run) = (2, 0);
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence}http\n{text}\n{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::rows::ROWS;

    #[test]
    fn each_row_stands_in_the_contract_and_so_does_its_section() {
        for row in ROWS {
            assert!(!said(row.name).is_empty(), "§10 has no {}", row.name);
            for section in row.section.split(", ") {
                let is_heading =
                    |line: &str| line.trim_start_matches('#').trim_start().starts_with(&format!("{section} "));
                let found = CONTRACT.lines().any(|line| line.starts_with("##") && is_heading(line));
                assert!(found, "{} names §{section}, which is not there", row.name);
            }
        }
        assert_eq!(said("C6"), "foreign ids: same 404");
        assert!(said("V6").ends_with("good and broken codes") && said("X1").is_empty());
    }

    #[test]
    fn whatever_was_answered_stands_in_its_block() {
        assert_eq!(fenced("a"), "```http\na\n```\n");
        assert_eq!(fenced("```\n# b"), "````http\n```\n# b\n````\n");
    }
}
