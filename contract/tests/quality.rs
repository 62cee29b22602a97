//! How often a fault of a photo is found, and how often one is found where there is none: series of photos made here.
//!
//! docs/documents.md carries the table, and a test says when it is no longer true. `cargo xtask bench quality` writes it anew.

#[path = "quality/cards.rs"]
mod cards;
#[path = "quality/people.rs"]
mod people;
#[path = "quality/photo.rs"]
mod photo;

use contract::documents::{Advice, Wanted, advise, measure};
use photo::{Chance, Photo};
use std::{collections::BTreeMap, error::Error, fmt::Write, fs, path::PathBuf};

/// Photos of each series.
const PHOTOS: u32 = 4;
/// Longest side of the photo that each of these is a small copy of.
const LONGEST: u32 = 4000;

/// Photos of one kind.
struct Series {
    /// What it is called.
    name: &'static str,
    /// The word that it should bring, if any.
    expected: Option<Advice>,
    /// How each is made.
    make: fn(&mut Chance) -> Photo,
}

/// Photos for items that want the same.
struct Sort {
    /// What they are of.
    title: &'static str,
    /// What the item asks.
    wanted: Wanted,
    /// In the order of the table.
    series: Vec<Series>,
}

/// What came of one sort.
struct Outcome {
    table: String,
    hits: u32,
    faulty: u32,
    alarms: u32,
    good: u32,
}

fn tried(sort: &Sort) -> Result<Outcome, Box<dyn Error>> {
    let mut outcome = Outcome {
        table: format!("| {} | should say | said so | said something else |\n|--|--|--|--|\n", sort.title),
        hits: 0,
        faulty: 0,
        alarms: 0,
        good: 0,
    };
    for Series { name, expected, make } in &sort.series {
        let mut others: BTreeMap<&str, u32> = BTreeMap::new();
        let mut said = 0;
        for seed in 0..PHOTOS {
            let photo = make(&mut Chance::new(seed * 7919 + 11));
            let advice = advise(&measure(&photo.rgba(), photo.width(), LONGEST), &sort.wanted);
            said += u32::from(expected.is_some_and(|it| advice.contains(&it)));
            for other in advice.iter().filter(|it| Some(**it) != *expected) {
                *others.entry(other.code()).or_default() += 1;
            }
            if expected.is_none() {
                outcome.good += 1;
                outcome.alarms += u32::from(!advice.is_empty());
            }
        }
        if expected.is_some() {
            outcome.hits += said;
            outcome.faulty += PHOTOS;
        }
        let others: Vec<String> = others.iter().map(|(code, count)| format!("{code} {count}")).collect();
        let should = expected.map_or("nothing", Advice::code);
        let told = if expected.is_some() { said.to_string() } else { String::new() };
        writeln!(outcome.table, "| {name} | {should} | {told} | {} |", others.join(", "))?;
    }
    let Outcome { hits, faulty, alarms, good, .. } = outcome;
    writeln!(outcome.table, "\nFound: {hits} of {faulty} faults. False alarms: {alarms} of {good} good photos.")?;
    Ok(outcome)
}

/// Bounds what came of it, and holds the page of the documentation to it.
fn as_documented(sort: &Sort) -> Result<(), Box<dyn Error>> {
    let Outcome { table, hits, faulty, alarms, good } = tried(sort)?;
    assert!(hits * 10 >= faulty * 9, "{hits} of {faulty} faults were found\n{table}");
    assert!(alarms * 20 <= good, "{alarms} of {good} good photos were spoken about\n{table}");
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/documents.md");
    let text = fs::read_to_string(&page)?;
    let (begin, end) = (format!("<!-- {} -->\n", sort.title), format!("<!-- end of {} -->", sort.title));
    let (before, rest) = text.split_once(&begin).ok_or("the page has no place for the table")?;
    let (written, after) = rest.split_once(&end).ok_or("the place does not end")?;
    if std::env::var_os("QUALITY_WRITE").is_some() {
        println!("{table}");
        fs::write(&page, format!("{before}{begin}{table}{end}{after}"))?;
    } else {
        assert_eq!(written, table, "docs/documents.md is no longer true: `cargo xtask bench quality` writes it anew");
    }
    Ok(())
}

#[test]
fn faults_of_cards_are_found_and_good_ones_left_alone() -> Result<(), Box<dyn Error>> {
    as_documented(&cards::cards())
}

#[test]
fn faults_of_sheets_are_found_and_good_ones_left_alone() -> Result<(), Box<dyn Error>> {
    as_documented(&cards::sheets())
}

#[test]
fn faults_of_portraits_are_found_and_good_ones_left_alone() -> Result<(), Box<dyn Error>> {
    as_documented(&people::people())
}
