//! Recording what an examination found, item by item, as the profile of the person's work asks.
use super::{
    WHO,
    fields::Fields,
    rows,
    sheet::{self, Sheet},
    words::Language,
};
use crate::office::{Answer, Fault, FullApplication, Office, Recording};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use contract::{
    api::{ItemError, ReportCheck, ReportCheckState},
    examination::{
        Entry, EntryProblem, Item, ItemOutcome, ItemValue, Person, Profile, Sex, Typed, bmi, decimal_of_mark, observe,
        read,
    },
    questionnaire::Pointer,
};
use maud::{Markup, html};
use serde_json::Value as Json;

/// The form of the results, among those of the page.
const FORM: &str = "results";
/// What an examiner says of an item of a report, by its name in the form, with the words for it.
const CHECKS: [(&str, ReportCheckState, [&str; 2]); 3] = [
    ("found", ReportCheckState::Found, ["报告里有", "In the report"]),
    ("missing", ReportCheckState::Missing, ["报告里没有", "Not in the report"]),
    ("unclear", ReportCheckState::Unclear, ["看不清", "Not readable"]),
];

fn category(full: &FullApplication) -> &str {
    full.record.category.as_ref().map_or("", |it| it.code.as_str())
}

fn profile<'a>(office: &'a Office, full: &FullApplication) -> Option<&'a Profile> {
    office.catalogue.examination.for_category(category(full))
}

/// The items to record, those on request last: name, item, whether it is needed to pass.
fn items<'a>(office: &'a Office, full: &FullApplication) -> Vec<(&'a str, &'a Item, bool)> {
    let profiles = &office.catalogue.examination;
    let needed = profiles.items_for(category(full), &full.matter.findings.added);
    let names = profile(office, full).map(|profile| profile.on_request.as_slice()).unwrap_or_default();
    let on_request = names.iter().filter_map(|it| Some((it.as_str(), profiles.items.get(it)?, false)));
    needed.into_iter().map(|(name, item)| (name, item, true)).chain(on_request).collect()
}

fn recorded<'a>(full: &'a FullApplication, item: &Item) -> Option<&'a Json> {
    full.matter
        .findings
        .observations
        .iter()
        .find(|it| it.pointer("/code/coding/0/code").and_then(Json::as_str) == Some(&item.code.code))
}

fn checked<'a>(full: &'a FullApplication, item: &Item) -> Option<&'a ReportCheck> {
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

/// Names of needed items that have neither a result nor a place in the report.
pub(super) fn missing<'a>(sheet: &'a Sheet<'_>) -> Vec<&'a str> {
    let found = |item: &Item| checked(&sheet.full, item).is_some_and(|it| it.state == ReportCheckState::Found);
    items(sheet.office, &sheet.full)
        .into_iter()
        .filter(|(_, item, needed)| *needed && recorded(&sheet.full, item).is_none() && !found(item))
        .map(|(_, item, _)| item.name.get(sheet.l.tag()))
        .collect()
}

/// The form: one row an item, with the report check where a report was sent.
pub(super) fn form(sheet: &Sheet<'_>, with_report: bool) -> Markup {
    let l = sheet.l;
    html! {
        h2 class="hc-h2" { (l.t("登记体检结果", "Record results")) }
        form method="post" action={ "/desk/a/" (sheet.full.record.id) "/results" } {
            div class={ "hc-card hc-desk-results" @if with_report { " hc-desk-results--report" } } {
                @for (name, item, needed) in items(sheet.office, &sheet.full) {
                    div class="hc-row" {
                        span class="hc-label" id={ "l-" (name) } {
                            (item.name.get(l.tag()))
                            @if !needed { " " span class="hc-meta" { (l.t("需要时才做", "on request")) } }
                            @if item.is_sensitive() { " " span class="hc-tag" { (l.t("敏感", "sensitive")) } }
                        }
                        div class="hc-desk-found" { (input(sheet, name, item)) span class="hc-meta" { (stands(sheet, item)) } }
                        @if with_report { div class="hc-desk-checked" { (check(sheet, item)) } }
                    }
                }
            }
            div class="hc-row" { button class="hc-btn" { (l.t("保存结果", "Save results")) } }
        }
    }
}

fn input(sheet: &Sheet<'_>, name: &str, item: &Item) -> Markup {
    let l = sheet.l;
    let label = format!("l-{name}");
    let sent = sheet.fields.to(FORM);
    // After a refusal stands what was typed, also where it was emptied.
    let typed = |field: &str, stored: Option<String>| {
        sent.given(&format!("{field}:{name}")).map(str::to_owned).or(stored).unwrap_or_default()
    };
    let old = recorded(&sheet.full, item);
    let number = |path: &str| old.and_then(|it| it.pointer(path)).filter(|it| it.is_number()).map(Json::to_string);
    match &item.value {
        ItemValue::CodeableConcept { values, text_allowed, .. } => {
            let code =
                old.and_then(|it| it.pointer("/valueCodeableConcept/coding/0/code")?.as_str()).map(str::to_owned);
            let chosen = typed("r", code);
            let note = typed("t", old.and_then(|it| it.pointer("/note/0/text")?.as_str()).map(str::to_owned));
            html! {
                select class="hc-input" name={ "r:" (name) } aria-labelledby=(label) {
                    option value="" { "—" }
                    @for value in values { option value=(value.code) selected[value.code == chosen] { (value.name.get(l.tag())) } }
                }
                @if *text_allowed { input class="hc-input" name={ "t:" (name) } value=(note) aria-label={ (l.t("说明：", "Words: ")) (item.name.get(l.tag())) } placeholder=(l.t("说明", "Words")); }
            }
        }
        ItemValue::Quantity { computed: Some(_), .. } => {
            html! { span class="hc-meta" { (l.t("由身高体重算出", "Computed from height and weight")) } }
        }
        ItemValue::Quantity { unit, .. } => html! {
            input class="hc-input" name={ "r:" (name) } inputmode="decimal" autocomplete="off" value=(typed("r", number("/valueQuantity/value"))) aria-labelledby=(label);
            span { (unit.code) }
        },
        ItemValue::Components { components } => html! {
            @for (field, (at, part)) in ["r", "s"].into_iter().zip(components.iter().enumerate()) {
                input class="hc-input" name={ (field) ":" (name) } inputmode="decimal" autocomplete="off" aria-label=(part.name.get(l.tag())) placeholder=(part.name.get(l.tag()))
                    value=(typed(field, number(&format!("/component/{at}/valueQuantity/value"))));
            }
        },
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
                span class="hc-meta" { (l.t("加做：", "Examined as well: ")) (profile.name.get(l.tag())) }
                @if sheet.office.could_leave_out(matter) {
                    button class="hc-btn hc-btn--quiet" name="leave-out" value=(profile.id) aria-label={ (l.t("不加做了：", "Leave out: ")) (profile.name.get(l.tag())) } { (l.t("不加做了", "Leave out")) }
                }
            }
        }
        @for profile in could {
            form class="hc-row" method="post" action=(action) {
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
    let done = match fields.given("leave-out") {
        Some(profile) => office.leave_out(&id, WHO, profile).await,
        None => office.examine_also(&id, WHO, fields.get("profile")).await,
    };
    match done {
        Ok(_) => Redirect::to(&format!("/desk/a/{id}")).into_response(),
        Err(fault) => sheet::refused(&office, l, &id, &fields, fault).await,
    }
}

/// The usual range, and how what is recorded stands to it.
fn stands(sheet: &Sheet<'_>, item: &Item) -> String {
    let l = sheet.l;
    let Some(reading) = recorded(&sheet.full, item).and_then(|it| read(it, l.tag())) else { return String::new() };
    let range = match (&reading.range.0, &reading.range.1) {
        (Some(low), Some(high)) => format!("{low}–{high}"),
        (Some(low), None) => format!("≥ {low}"),
        (None, Some(high)) => format!("≤ {high}"),
        (None, None) => String::new(),
    };
    let outcome = reading.outcome.filter(|it| *it != ItemOutcome::None);
    let outcome = outcome.and_then(|it| sheet.office.catalogue.examination.outcomes.get(&it)).map(|it| it.get(l.tag()));
    let decimal = match (&item.value, &reading.value) {
        (ItemValue::Quantity { unit, .. }, contract::examination::Value::Number(mark, _))
            if unit.code == "{5-mark}" =>
        {
            let table = &sheet.office.catalogue.examination.five_mark_to_decimal;
            mark.parse().ok().and_then(|mark| decimal_of_mark(table, mark)).map(|it| format!("= {it}"))
        }
        _ => None,
    };
    [Some(range), decimal, outcome.map(str::to_owned)]
        .into_iter()
        .flatten()
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

fn check(sheet: &Sheet<'_>, item: &Item) -> Markup {
    let l = sheet.l;
    let code = &item.code.code;
    let old = checked(&sheet.full, item);
    let states = CHECKS.map(|(name, _, [chinese, english])| (name, l.t(chinese, english)));
    let states = std::iter::once(("", l.t("没有核对", "Not checked"))).chain(states);
    let sent = sheet.fields.to(FORM);
    let stored =
        old.and_then(|it| CHECKS.iter().find(|(_, state, _)| *state == it.state)).map_or("", |(name, ..)| name);
    let chosen = sent.given(&format!("k:{code}")).unwrap_or(stored);
    let stored = old.and_then(|it| it.words.as_ref()).map_or("", |it| it.text.as_str());
    let words = sent.given(&format!("kw:{code}")).unwrap_or(stored);
    html! {
        select class="hc-input" name={ "k:" (code) } aria-label={ (l.t("报告里：", "In the report: ")) (item.name.get(l.tag())) } {
            @for (value, label) in states { option value=(value) selected[value == chosen] { (label) } }
        }
        input class="hc-input" name={ "kw:" (code) } value=(words) placeholder=(l.t("页码或说明", "Page, note")) aria-label={ (l.t("报告说明：", "Words on the report: ")) (item.name.get(l.tag())) };
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

pub(super) async fn record(
    State(office): State<Office>,
    l: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent(FORM, fields);
    match save(&office, l, &id, &fields).await {
        Ok(()) => Redirect::to(&format!("/desk/a/{id}")).into_response(),
        Err(fault) => sheet::refused(&office, l, &id, &fields, fault).await,
    }
}

async fn save(office: &Office, l: Language, id: &str, fields: &Fields) -> Answer<()> {
    let full = office.full(id, WHO).await?;
    let on = full.matter.findings.examined_on.unwrap_or_else(|| office.now().date_naive());
    let person = person(office, &full, on);
    let (mut entries, mut wrong, mut recording) = (Vec::new(), Vec::new(), Recording::default());
    for (name, item, _) in items(office, &full) {
        let field = |prefix: &str| fields.get(&format!("{prefix}:{name}"));
        match item.entry(Typed { value: field("r"), second: field("s"), text: field("t") }) {
            Ok(Some(entry)) => entries.push((item, entry)),
            // There, and empty: what was recorded is taken back.
            Ok(None) if fields.given(&format!("r:{name}")).is_some() => {
                recording.taken_back.push(item.code.code.clone());
            }
            Ok(None) => {}
            Err(problem) => wrong.push((item.name.get(l.tag()), problem)),
        }
        match report_check(fields, &item.code.code) {
            Ok(Checked::As(check)) => recording.checks.push(check),
            Ok(Checked::No) => recording.unchecked.push(item.code.code.clone()),
            Ok(Checked::NotAsked) => {}
            Err(problem) => wrong.push((item.name.get(l.tag()), problem)),
        }
    }
    if !wrong.is_empty() {
        return Err(Fault::items(wrong.into_iter().map(|(name, problem)| error(name, problem)).collect()));
    }
    if let Some(item) = office.catalogue.examination.items.get("bmi") {
        match body_mass(office, &full, &entries, &recording.taken_back) {
            Some(index) => entries.push((item, Entry::Number(index))),
            None => recording.taken_back.push(item.code.code.clone()),
        }
    }
    recording.observations = entries.iter().map(|(item, entry)| observe(item, entry, person, on)).collect();
    office.record_results(id, WHO, recording).await.map(|_| ())
}

/// Computed from height and weight, as they were typed now or stand from before; never typed itself.
fn body_mass(
    office: &Office,
    full: &FullApplication,
    entries: &[(&Item, Entry)],
    taken_back: &[String],
) -> Option<f64> {
    let number = |name: &str| {
        let item = office.catalogue.examination.items.get(name)?;
        let typed = entries.iter().find_map(|(it, entry)| match entry {
            Entry::Number(number) if it.code == item.code => Some(*number),
            Entry::Number(_) | Entry::Finding { .. } | Entry::Parts(_) => None,
        });
        let stands = || recorded(full, item)?.pointer("/valueQuantity/value")?.as_f64();
        typed.or_else(|| stands().filter(|_| !taken_back.contains(&item.code.code)))
    };
    bmi(number("height")?, number("weight")?)
}

/// What a form says of an item of the report.
enum Checked {
    /// It has no such field.
    NotAsked,
    /// Not checked, or not any more.
    No,
    As(ReportCheck),
}

fn report_check(fields: &Fields, code: &str) -> Result<Checked, EntryProblem> {
    let words = fields.words_if_any(&format!("kw:{code}"));
    match (fields.given(&format!("k:{code}")), words) {
        (None | Some(""), Some(_)) => Err(EntryProblem::NoFinding),
        (None, None) => Ok(Checked::NotAsked),
        (Some(""), None) => Ok(Checked::No),
        (Some(chosen), words) => {
            let state = CHECKS.into_iter().find(|(name, ..)| *name == chosen).map(|(_, state, _)| state);
            let state = state.ok_or(EntryProblem::UnknownFinding)?;
            Ok(Checked::As(ReportCheck { code: code.to_owned(), state, words }))
        }
    }
}

fn error(name: &str, problem: EntryProblem) -> ItemError {
    let code = match problem {
        EntryProblem::NotANumber => "format",
        EntryProblem::Impossible(_) => "range",
        EntryProblem::TooPrecise(_) => "decimals",
        EntryProblem::UnknownFinding | EntryProblem::NoFinding => "choice",
        EntryProblem::HalfTyped => "required",
        EntryProblem::PartsSwapped => "order",
        EntryProblem::Computed => "computed",
    };
    ItemError::new(Pointer::member(name), code)
}

/// Results that nobody would look at twice, for `--auto`: the first finding, or the middle of the range.
pub(super) async fn record_usual(office: &Office, id: &str) -> Answer<()> {
    let full = office.full(id, WHO).await?;
    let on = full.matter.findings.examined_on.unwrap_or_else(|| office.now().date_naive());
    let person = person(office, &full, on);
    let observations = items(office, &full)
        .into_iter()
        .filter(|(_, item, needed)| *needed && recorded(&full, item).is_none())
        .filter_map(|(_, item, _)| Some(observe(item, &usual(item)?, person, on)))
        .collect();
    office.record_results(id, WHO, Recording { observations, ..Recording::default() }).await.map(|_| ())
}

fn usual(item: &Item) -> Option<Entry> {
    let middle = |ranges: &[contract::examination::Range]| {
        let range = ranges.first()?;
        Some(range.low?.midpoint(range.high?).round())
    };
    match &item.value {
        ItemValue::CodeableConcept { values, .. } => {
            Some(Entry::Finding { code: values.first()?.code.clone(), text: None })
        }
        ItemValue::Quantity { hard_limits, .. } => Some(Entry::Number(
            middle(&item.reference_range).unwrap_or_else(|| hard_limits.low.midpoint(hard_limits.high)),
        )),
        ItemValue::Components { components } => {
            components.iter().map(|it| middle(&it.reference_range)).collect::<Option<Vec<_>>>().map(Entry::Parts)
        }
    }
}
