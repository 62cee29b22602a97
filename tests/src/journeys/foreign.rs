//! Forms that others have made, as their files are: each opens, and asks what it asks.
use super::forms::fixture_text;
use crate::{applicant::Applicant, browser::Browser, find, house::House, tour::Visitor};
use anyhow::{Context, ensure};
use contract::questionnaire::{Answers, Context as Looking, Form, Item, ItemKind, NativePatterns, evaluate};
use serde_json::Value;

/// The files, and a phone for whoever fills each in: a phone gets one code a minute.
const FORMS: [(&str, &str); 6] = [
    ("questionnaire-sdc-profile-example-weight-height", "13800000011"),
    ("questionnaire-sdc-test-all-data-types", "13800000012"),
    ("questionnaire-sdc-test-enablewhen", "13800000013"),
    ("questionnaire-sdc-test-initial-value", "13800000014"),
    ("questionnaire-sdc-test-repeatable-nested-groups", "13800000015"),
    ("questionnaire-sdc-test-required-field", "13800000016"),
];

pub(super) async fn opened(house: &House, _: &Browser) -> anyhow::Result<()> {
    for (name, number) in FORMS {
        let text = fixture_text(&format!("fixtures/questionnaires/{name}.json"))?;
        let mut form: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        // What the office needs to name it; the files have none.
        form["version"] = "1".into();
        house.asks(&[form]).await?;
        let phone = house.phone().await?;
        let asked =
            is_asked(house, &phone, number, &Form::load(&text).map_err(|why| anyhow::anyhow!("{why:?}"))?).await;
        phone.close(asked).await.context(name)?;
    }
    Ok(())
}

/// Page by page: all that is asked stands there, and the check page knows it.
async fn is_asked(house: &House, phone: &Browser, number: &'static str, form: &Form) -> anyhow::Result<()> {
    let mut applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.phone = number;
    let id = applicant.begins_unnamed().await?;
    let steps = find::evaluate(&applicant.driver, STEPS).await?;
    let steps: Vec<&str> = steps.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut read = String::new();
    for step in &steps {
        applicant.goes_to(step).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        if adds_rows(&applicant, form).await? {
            // Nothing of ours has rows in rows.
            Visitor::AxeInChinese.at(&applicant, "rows in rows").await?;
        }
        read.push_str(&applicant.reads().await?);
    }
    let read = squeezed(&read);
    let asked = asked_at_first(form);
    let pages = form.steps.iter().filter(|step| {
        let inside = |at: &usize| {
            step.items.iter().any(|top| form.items.get(*top).is_some_and(|it| (*top..it.end).contains(at)))
        };
        asked.iter().any(inside)
    });
    let pages = pages.count();
    ensure!(steps.len() == pages, "{} of {pages} steps are in the list", steps.len());
    for item in asked.iter().filter_map(|at| form.items.get(*at)) {
        let text = squeezed(item.text.base());
        ensure!(read.contains(&text), "{} is not asked: {text:?} is not in {read:?}", item.link_id);
    }
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.finds("heading", applicant.speech.say("check.title")?).await.map(drop)
}

/// The questions that somebody is asked who has answered nothing and adds rows: read off the file, so that what the app's own
/// reading forgets is missed here. Only of a condition the rules have to say what becomes of it without an answer.
fn asked_at_first(form: &Form) -> Vec<usize> {
    // None of them asks about today.
    let look = evaluate(form, &Answers::new(), &Looking::new(chrono::NaiveDate::default(), &NativePatterns));
    let is_hidden = |item: &Item| item.hidden || item.derived.is_some() || item.kind == ItemKind::Unsupported;
    let is_asked = |at: usize| {
        let mut around = form.lineage(at).filter_map(|at| form.items.get(at));
        let is_conditional = form.lineage(at).filter_map(|at| form.items.get(at)).any(|it| !it.conditions.is_empty());
        let holds = || look.items.iter().any(|state| state.item == at && state.visible);
        !around.any(is_hidden) && (!is_conditional || holds())
    };
    let questions = form.items.iter().enumerate().filter(|(_, item)| item.is_question());
    questions.map(|(at, _)| at).filter(|at| is_asked(*at)).collect()
}

/// Adds a row wherever one can be added, from the outside in, and a second one to rows in rows.
///
/// # Errors
/// None came.
async fn adds_rows(applicant: &Applicant<'_>, form: &Form) -> anyhow::Result<bool> {
    let before = count(applicant).await?;
    let mut rows = before;
    for group in form.items.iter().filter(|item| item.is_row_group()) {
        let around = form.index_of(&group.link_id).into_iter().flat_map(|at| form.lineage(at));
        let named = around.filter_map(|at| form.items.get(at)).map(|it| it.label().base()).find(|it| !it.is_empty());
        let add = match named {
            Some(label) => applicant.speech.say("form.row.add")?.replace("{label}", label),
            None => applicant.speech.say("form.row.add.alone")?.to_owned(),
        };
        let depth = form
            .index_of(&group.link_id)
            .map_or(0, |at| form.lineage(at).filter(|at| form.items.get(*at).is_some_and(Item::is_row_group)).count());
        if !applicant.has("button", &add).await? {
            continue;
        }
        for _ in 0..depth {
            applicant.button(&add).await?;
            rows += 1;
            let is_there = async || Ok(count(applicant).await? == rows);
            applicant.waits(&format!("{rows} rows"), is_there).await?;
        }
    }
    Ok(rows > before)
}

/// How many rows stand on the page.
async fn count(applicant: &Applicant<'_>) -> anyhow::Result<u64> {
    let found = find::evaluate(&applicant.driver, "document.querySelectorAll('.hc-row-card').length").await?;
    found.as_u64().context("no number of rows")
}

/// Where the steps are, as the list of them leads there.
const STEPS: &str = "[...document.querySelectorAll('a.hc-task')].map(step => step.getAttribute('href'))\
    .filter(place => place.includes('/step/'))";

/// Names of documents stand there with a capital.
fn squeezed(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
