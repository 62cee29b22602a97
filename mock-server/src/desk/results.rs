//! What an examination found, item by item, as the profile of the person's work asks: what is
//! asked, what stands, and how it reads. The form for it is in `entering`.
use super::{
    WHO,
    fields::Fields,
    page::day,
    rows,
    sheet::{self, Sheet},
    words::{self, Language},
};
use crate::office::{FullApplication, Office};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use contract::{
    api::{ReportCheck, ReportCheckState},
    application::Act,
    examination::{
        Item, ItemOutcome, ItemValue, Person, Profile, Proposal, Reading, Sex, Value, decimal_of_mark, propose, read,
    },
};
use maud::{Markup, html};
use serde_json::Value as Json;

/// The form of the results, among those of the page.
pub(super) const FORM: &str = "results";
/// What is said was done where that form changed nothing.
pub(super) const UNCHANGED: &str = "unchanged";
/// What an examiner says of an item of a report, by its name in the form, with the words for it.
pub(super) const CHECKS: [(&str, ReportCheckState, [&str; 2]); 3] = [
    ("found", ReportCheckState::Found, ["报告里有", "In the report"]),
    ("missing", ReportCheckState::Missing, ["报告里没有", "Not in the report"]),
    ("unclear", ReportCheckState::Unclear, ["看不清", "Not readable"]),
];

/// What was typed into the form of the results: a conclusion takes it along.
pub(super) fn typed(fields: &Fields) -> &Fields {
    if is_of_form(fields) { fields } else { fields.to(FORM) }
}

/// Whether this was sent from the form of the results.
pub(super) fn is_of_form(fields: &Fields) -> bool {
    [FORM, Act::Pass.code()].contains(&fields.form())
}

fn category(full: &FullApplication) -> &str {
    full.record.category.as_ref().map_or("", |it| it.code.as_str())
}

fn profile<'a>(office: &'a Office, full: &FullApplication) -> Option<&'a Profile> {
    office.catalogue.examination.for_category(category(full))
}

/// The items to record, those on request last: name, item, whether it is needed to pass.
pub(super) fn items<'a>(office: &'a Office, full: &FullApplication) -> Vec<(&'a str, &'a Item, bool)> {
    let profiles = &office.catalogue.examination;
    let needed = profiles.items_for(category(full), &full.matter.findings.added);
    let names = profile(office, full).map(|profile| profile.on_request.as_slice()).unwrap_or_default();
    let on_request = names.iter().filter_map(|it| Some((it.as_str(), profiles.items.get(it)?, false)));
    needed.into_iter().map(|(name, item)| (name, item, true)).chain(on_request).collect()
}

pub(super) fn recorded<'a>(full: &'a FullApplication, item: &Item) -> Option<&'a Json> {
    full.matter
        .findings
        .observations
        .iter()
        .find(|it| it.pointer("/code/coding/0/code").and_then(Json::as_str) == Some(&item.code.code))
}

pub(super) fn checked<'a>(full: &'a FullApplication, item: &Item) -> Option<&'a ReportCheck> {
    full.matter.findings.report_check.iter().find(|it| it.code == item.code.code)
}

/// What each recorded result proposes.
pub(super) fn found(full: &FullApplication) -> Vec<ItemOutcome> {
    full.matter.findings.observations.iter().filter_map(|it| read(it, "zh-CN")?.outcome).collect()
}

/// The results that there are, to choose those that are found anew: code and name.
pub(super) fn recorded_items<'a>(sheet: &'a Sheet<'_>) -> Vec<(&'a str, &'a str)> {
    let all = items(sheet.office, &sheet.full).into_iter().map(|(_, item, _)| item);
    let there = all.filter(|item| !item.is_computed() && recorded(&sheet.full, item).is_some());
    there.map(|item| (item.code.code.as_str(), item.name.get(sheet.l.tag()))).collect()
}

/// Names of items in a line. Some have a comma in them, so it does not part them.
pub(super) fn listed(l: Language, names: &[&str]) -> String {
    names.join(l.t("；", "; "))
}

/// What the items are called that a conclusion waits for.
pub(super) fn missing<'a>(sheet: &'a Sheet<'_>) -> Vec<&'a str> {
    sheet.office.missing(&sheet.full.matter).into_iter().map(|item| item.name.get(sheet.l.tag())).collect()
}

/// The day that a result is of.
pub(super) fn day_of(office: &Office, full: &FullApplication) -> NaiveDate {
    full.matter.findings.examined_on.unwrap_or_else(|| office.now().date_naive())
}

/// What the results suggest, and because of which.
pub(super) fn suggested(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    let proposal = propose(found(&sheet.full));
    let observations = sheet.full.matter.findings.observations.iter().filter_map(|it| read(it, l.tag()));
    let grave = |it: &Reading| it.outcome.is_some_and(|outcome| propose([outcome]) == proposal);
    let causes: Vec<String> = observations.filter(grave).map(|it| format!("{} {}", it.title, value(l, &it))).collect();
    html! {
        (l.t("按结果建议：", "The results suggest: ")) b { (words::proposal(l, proposal)) }
        @if proposal != Proposal::Pass { (l.t("，因为：", ", because of: ")) (causes.join(l.t("；", "; "))) }
        (l.t("。由医生决定。", ". The examiner decides."))
    }
}

/// What stands in the fields of an item's result.
pub(super) fn stored(old: Option<&Json>, name: &str, item: &Item) -> Vec<(String, String)> {
    let text = |path: &str| old.and_then(|it| it.pointer(path)?.as_str()).unwrap_or_default().to_owned();
    let number = |path: &str| {
        let found = old.and_then(|it| it.pointer(path)).filter(|it| it.is_number());
        found.map(Json::to_string).unwrap_or_default()
    };
    match &item.value {
        ItemValue::CodeableConcept { text_allowed, .. } => {
            let words = text_allowed.then(|| (format!("t:{name}"), text("/note/0/text")));
            let chosen = (format!("r:{name}"), text("/valueCodeableConcept/coding/0/code"));
            std::iter::once(chosen).chain(words).collect()
        }
        ItemValue::Quantity { computed: Some(_), .. } => Vec::new(),
        ItemValue::Quantity { .. } => vec![(format!("r:{name}"), number("/valueQuantity/value"))],
        ItemValue::Components { components } => ["r", "s"]
            .into_iter()
            .zip(0..components.len())
            .map(|(field, at)| (format!("{field}:{name}"), number(&format!("/component/{at}/valueQuantity/value"))))
            .collect(),
    }
}

/// What stands in the fields of what the report says of an item.
pub(super) fn stored_check(old: Option<&ReportCheck>, code: &str) -> Vec<(String, String)> {
    let state = old.and_then(|it| CHECKS.iter().find(|(_, state, _)| *state == it.state)).map_or("", |(name, ..)| name);
    let words = old.and_then(|it| it.words.as_ref()).map_or("", |it| it.text.as_str());
    vec![(format!("k:{code}"), state.to_owned()), (format!("kw:{code}"), words.to_owned())]
}

pub(super) fn between(limits: (Option<String>, Option<String>)) -> String {
    match limits {
        (Some(low), Some(high)) => format!("{low}–{high}"),
        (Some(low), None) => format!("≥ {low}"),
        (None, Some(high)) => format!("≤ {high}"),
        (None, None) => String::new(),
    }
}

/// A result as people write it.
pub(super) fn value(l: Language, reading: &Reading) -> String {
    match &reading.value {
        Value::Number(number, unit) => format!("{number} {}", words::unit(l, unit)).trim().to_owned(),
        Value::Words(words) => words.clone(),
        Value::Parts(parts) => {
            parts.iter().map(|it| format!("{} {}", it.title, value(l, it))).collect::<Vec<_>>().join(l.t("，", ", "))
        }
        Value::Absent => String::new(),
    }
}

/// Adds what an office may want beyond what the work asks for; what was added already is said.
pub(super) fn more(sheet: &Sheet<'_>) -> Markup {
    let (l, matter) = (sheet.l, &sheet.full.matter);
    let (profiles, could) = (&sheet.office.catalogue.examination, sheet.office.could_add(matter));
    let added = profiles.to_add().filter(|it| matter.findings.added.contains(&it.id));
    let action = format!("/desk/a/{}/also", sheet.full.record.id);
    html! {
        @for profile in added {
            form class="hc-row" method="post" action=(action) {
                (sheet.drawn())
                span class="hc-meta" { (l.t("加做：", "Examined as well: ")) (profile.name.get(l.tag())) }
                @if sheet.office.could_leave_out(matter) {
                    button class="hc-btn hc-btn--quiet" name="leave-out" value=(profile.id) aria-label={ (l.t("不加做了：", "Leave out: ")) (profile.name.get(l.tag())) } { (l.t("不加做了", "Leave out")) }
                }
            }
        }
        @for profile in could {
            form class="hc-row" method="post" action=(action) {
                (sheet.drawn())
                button class="hc-btn hc-btn--quiet" name="profile" value=(profile.id) { (l.t("加做", "Examine as well: ")) (profile.name.get(l.tag())) }
                span class="hc-meta" { (listed(l, &profiles.items_of(profile).map(|(_, item)| item.name.get(l.tag())).collect::<Vec<_>>())) }
            }
        }
    }
}

pub(super) async fn also(
    State(office): State<Office>,
    l: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent("also", fields);
    let seen = fields.drawn();
    let did = match fields.given("leave-out") {
        Some(profile) => office.leave_out(&id, WHO, seen.as_ref(), profile).await,
        None => office.examine_also(&id, WHO, seen.as_ref(), fields.get("profile")).await,
    };
    sheet::answered(&office, l, &id, &fields, did.map(drop)).await
}

/// How what is recorded stands to what is usual, and what it means here: the applicant has other words for it.
pub(super) fn stands(sheet: &Sheet<'_>, item: &Item) -> Markup {
    let Some(reading) = recorded(&sheet.full, item).and_then(|it| read(it, sheet.l.tag())) else { return html! {} };
    html! { (decimal(sheet, item, &reading)) (meaning(sheet.l, &reading)) }
}

/// The decimal that a mark of sight stands for.
fn decimal(sheet: &Sheet<'_>, item: &Item, reading: &Reading) -> Markup {
    let mark = match (&item.value, &reading.value) {
        (ItemValue::Quantity { unit, .. }, Value::Number(mark, _)) if unit.code == "{5-mark}" => mark.parse().ok(),
        _ => None,
    };
    let table = &sheet.office.catalogue.examination.five_mark_to_decimal;
    let decimal = mark.and_then(|mark| decimal_of_mark(table, mark));
    html! { @if let Some(decimal) = decimal { span class="hc-meta" { "= " (decimal) } } }
}

/// Too high, too low, and what follows from it.
fn meaning(l: Language, reading: &Reading) -> Markup {
    let parts: &[Reading] = if let Value::Parts(parts) = &reading.value { parts } else { &[] };
    let sides = std::iter::once(reading).chain(parts).filter_map(|it| words::side(l, it.interpretation?));
    let mut sides: Vec<&str> = sides.collect();
    sides.dedup();
    let outcome = reading.outcome.and_then(|it| Some((words::outcome(l, it)?, it > ItemOutcome::Information)));
    html! {
        @for side in sides { span class="hc-tag hc-warn" { (side) } }
        @if let Some((outcome, is_grave)) = outcome { span class={ "hc-tag " (if is_grave { "hc-bad" } else { "" }) } { (outcome) } }
    }
}

/// All that was found, to be read when it is not entered any more.
pub(super) fn told(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    let all = items(sheet.office, &sheet.full).into_iter();
    let all = all.filter_map(|(_, item, _)| Some((item, read(recorded(&sheet.full, item)?, l.tag())?)));
    let all: Vec<(&Item, Reading)> = all.collect();
    html! {
        @if !all.is_empty() {
            div class="hc-scroll" tabindex="0" role="region" aria-label=(l.t("体检结果", "Results")) {
                table class="hc-table hc-desk-told" {
                    thead { tr { th scope="col" { (l.t("项目", "Item")) } th scope="col" { (l.t("结果", "Result")) } th scope="col" { (l.t("参考", "Usual")) } } }
                    tbody {
                        @for (item, reading) in &all {
                            tr {
                                th scope="row" { (item.name.get(l.tag())) }
                                td { (value(l, reading)) " " (decimal(sheet, item, reading)) " " (meaning(l, reading)) @if let Some(note) = &reading.note { p class="hc-meta" { (note) } } }
                                td class="hc-meta" { (usual_of(l, reading)) }
                            }
                        }
                    }
                }
            }
            @if let Some(on) = sheet.full.matter.findings.examined_on { p class="hc-meta" { (l.t("体检日期 ", "Examined on ")) (day(l, on)) } }
        }
    }
}

fn usual_of(l: Language, reading: &Reading) -> String {
    match &reading.value {
        Value::Parts(parts) => {
            let parts = parts.iter().map(|it| between(it.range.clone())).filter(|it| !it.is_empty());
            parts.collect::<Vec<_>>().join(l.t("，", ", "))
        }
        Value::Number(..) | Value::Words(_) | Value::Absent => between(reading.range.clone()),
    }
}

/// Sex and age as the ranges ask, from the newest submission.
pub(super) fn person(office: &Office, full: &FullApplication, on: NaiveDate) -> Person {
    let rounds = rows::rounds(full, false);
    let Some(reading) = rounds.first().and_then(|it| rows::read(office, it, on)) else { return Person::default() };
    let value = |found: &dyn Fn(&contract::questionnaire::Item) -> bool| {
        let item = reading.form.items.iter().find(|it| found(it))?;
        reading.evaluation.value_of(&item.link_id)
    };
    let sex = value(&|it| it.on_certificate.as_deref() == Some("sex")).and_then(|it| it.as_coding());
    let born = value(&|it| it.autocomplete.as_deref() == Some("bday")).map(contract::questionnaire::Value::plain);
    let born = born.and_then(|it| NaiveDate::parse_from_str(&it, "%Y-%m-%d").ok());
    Person {
        sex: sex.and_then(|it| match it.code.as_str() {
            "male" => Some(Sex::Male),
            "female" => Some(Sex::Female),
            _ => None,
        }),
        age: born.and_then(|it| on.years_since(it)),
    }
}
