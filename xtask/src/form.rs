//! `cargo xtask form check FILE`: tells a committee what the app will do with its questionnaire.
//!
//! What it says is made from what the app itself reads; no rule of its own stands here.
mod lacks;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use contract::questionnaire::{
    Answers, Context as Looking, Form, Item, ItemKind, LoadError, NativePatterns, Operator, Role, Value, Widget,
    evaluate,
};
use lacks::{hints, languages, unsupported};
use std::{fmt::Write as _, io::Write, path::PathBuf};

/// What can be done with a form.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Say what the app will do with a questionnaire; 0 if all of it is supported, else 1
    Check {
        /// A FHIR R4 Questionnaire in JSON
        file: PathBuf,
    },
}

/// Does what was asked.
///
/// # Errors
/// The file is no questionnaire, or not all of it is supported: what it is stands above.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let What::Check { file } = &options.what;
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let form = load(&bytes).map_err(|why| anyhow::anyhow!("{}: {why}", file.display()))?;
    let report = Report::of(&form);
    tell(&mut std::io::stdout().lock(), &report.text)?;
    match report.unsupported.len() {
        0 => Ok(()),
        1 => bail!("One thing in it is not supported: it stands above."),
        n => bail!("{n} things in it are not supported: they stand above."),
    }
}

/// Writes it out. Whoever reads only the beginning (`| head`) has heard enough.
fn tell(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

/// Reads a form, or says in a sentence why there is none.
pub(crate) fn load(bytes: &[u8]) -> Result<Form, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|why| format!("it is not UTF-8 text (byte {}). Save it as UTF-8.", why.valid_up_to() + 1))?;
    Form::load(text).map_err(|why| match why {
        LoadError::NotJson => {
            let at = serde_json::from_str::<serde::de::IgnoredAny>(text.trim_start_matches('\u{feff}')).err();
            match (text.trim().is_empty(), at) {
                (true, _) => "it is empty.".to_owned(),
                (_, Some(why)) => format!("it is not JSON (line {}, column {}).", why.line(), why.column()),
                (_, None) => "it is nested deeper than any form: more than a hundred levels.".to_owned(),
            }
        }
        LoadError::NotQuestionnaire => "it is JSON, but no FHIR Questionnaire: its resourceType is another.".to_owned(),
        LoadError::Empty => "it is a questionnaire that asks nothing: it has no item.".to_owned(),
    })
}

/// What the app will do with a form.
struct Report {
    text: String,
    unsupported: Vec<String>,
}

impl Report {
    fn of(form: &Form) -> Self {
        let unsupported = unsupported(form);
        let mut text = String::new();
        // Writing into a String cannot fail.
        let written = write_all(&mut text, form, &unsupported);
        debug_assert!(written.is_ok(), "{written:?}");
        Self { text, unsupported }
    }
}

fn write_all(out: &mut String, form: &Form, unsupported: &[String]) -> std::fmt::Result {
    let left_out = left_out(form);
    let is_left_out = |at: usize| left_out.get(at).copied().unwrap_or_default();
    let asked = (0..).zip(&form.items).filter(|(at, item)| item.is_question() && !is_left_out(*at));
    let questions = asked.count();
    let languages = languages(form);
    writeln!(out, "{}: {}", form.canonical(), form.title.base())?;
    writeln!(out, "language {}; translated into {}", form.language, list(languages.keys()))?;
    writeln!(out, "steps: {}, questions: {questions}\n", form.steps.len())?;
    let first = evaluate(form, &Answers::new(), &Looking::new(NaiveDate::default(), &NativePatterns));
    for (step, state) in form.steps.iter().zip(&first.steps) {
        let minutes = step.spec.minutes.map(|n| format!(", about {n} minutes")).unwrap_or_default();
        let tops = step.items.iter().copied();
        let later = match state.visible {
            true => "",
            false if tops.clone().all(is_left_out) => ", never asked",
            false => ", asked only after some answers",
        };
        // A group that is left out is no page with a title.
        let own = form.item(&step.link_id).map(|item| &item.text).filter(|text| !text.is_empty());
        let title = own.filter(|_| later == ", never asked").unwrap_or(&step.title);
        writeln!(out, "{}  {}{minutes}{later}", step.link_id, title.base())?;
        for top in tops {
            let end = form.items.get(top).map_or(top, |item| item.end);
            for (at, item) in (top..).zip(form.items.get(top..end).unwrap_or_default()) {
                let out_with = if is_left_out(at) { ", left out" } else { "" };
                if item.is_question() || (item.is_plain_group() && item.is_required()) {
                    writeln!(out, "  {}  {}{out_with}", item.link_id, described(form, item))?;
                }
            }
        }
    }
    section(out, "What the office looks for", &roles(form))?;
    section(out, "To know", &hints(form))?;
    for (language, missing) in &languages {
        section(out, &format!("Without a translation into {language}"), missing)?;
    }
    section(out, "Not supported", unsupported)
}

/// Whether an item is left out, each in its place: it cannot be asked, or what it lies in cannot.
fn left_out(form: &Form) -> Vec<bool> {
    let mut left_out = Vec::with_capacity(form.items.len());
    for item in &form.items {
        let above = item.parent.and_then(|parent| left_out.get(parent).copied()).unwrap_or_default();
        left_out.push(above || item.kind == ItemKind::Unsupported);
    }
    left_out
}

fn section(out: &mut String, title: &str, lines: &[String]) -> std::fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:")?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

fn list<'a>(words: impl Iterator<Item = &'a String>) -> String {
    let words: Vec<&str> = words.map(String::as_str).collect();
    if words.is_empty() { "no other".to_owned() } else { words.join(", ") }
}

/// One question in a line: what it takes, when it is asked, which rules hold.
fn described(form: &Form, item: &Item) -> String {
    let mut parts = vec![kind(item.kind).to_owned()];
    if item.required {
        parts.push(if item.is_plain_group() { "at least one answer in it" } else { "required" }.to_owned());
    }
    if item.repeats {
        parts.push("several".to_owned());
    }
    if !item.options.is_empty() {
        let drawn = match item.widget() {
            Widget::Select => ", a closed list",
            Widget::List => ", a list to type into",
            _ => "",
        };
        parts.push(format!("{} choices{drawn}", item.options.len()));
    }
    for rule in &item.rules {
        let when = rule.when.iter().map(|it| asked(&it.question, it.operator, &it.answer));
        let when: Vec<String> = when.collect();
        let only = if when.is_empty() { String::new() } else { format!(" if {}", when.join(" and ")) };
        parts.push(format!("rule {}{only}", rule.code.as_str()));
    }
    if let Some(derived) = &item.derived {
        parts.push(format!("taken from {}", derived.from));
    }
    let conditions: Vec<String> = item
        .conditions
        .iter()
        .filter_map(|condition| {
            let question = form.items.get(condition.question)?;
            Some(asked(&question.link_id, condition.operator, &condition.answer))
        })
        .collect();
    if !conditions.is_empty() {
        let join = if item.behaviour == contract::questionnaire::Behaviour::Any { " or " } else { " and " };
        parts.push(format!("if {}", conditions.join(join)));
    }
    parts.join(", ")
}

/// A condition, as it is told.
fn asked(question: &str, compared: Operator, answer: &Value) -> String {
    format!("{question} {} {}", operator(compared), answer.plain())
}

fn kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Group => "group",
        ItemKind::Display => "display",
        ItemKind::Boolean => "yes or no",
        ItemKind::Integer => "whole number",
        ItemKind::Decimal => "number",
        ItemKind::Quantity => "number with a unit",
        ItemKind::Date => "date",
        ItemKind::DateTime => "date with time",
        ItemKind::Time => "time of day",
        ItemKind::Reference => "name of somebody or something",
        ItemKind::String => "line of text",
        ItemKind::Text => "text",
        ItemKind::Choice => "choice",
        ItemKind::OpenChoice => "choice or own words",
        ItemKind::Attachment => "document",
        ItemKind::Unsupported => "left out",
    }
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Exists => "answered:",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::GreaterOrEqual => ">=",
        Operator::LessOrEqual => "<=",
    }
}

fn roles(form: &Form) -> Vec<String> {
    [(Role::Name, "name"), (Role::IdNumber, "id-number"), (Role::Phone, "phone"), (Role::Category, "category")]
        .into_iter()
        .map(|(role, name)| match form.role(role) {
            Some(item) if item.row_groups.is_empty() => format!("{name}: {}", item.link_id),
            Some(item) => format!("{name}: {} stands in rows; the office finds nothing by itself", item.link_id),
            None => format!("{name}: no question has this role; the office finds nothing by itself"),
        })
        .chain([reminder(form)])
        .collect()
}

fn reminder(form: &Form) -> String {
    match form.reminder() {
        Some(item) => format!("reminder: {}", item.link_id),
        None => "reminder: no consent has this topic; nobody is told before a certificate ends".to_owned(),
    }
}

#[cfg(test)]
mod tests;
