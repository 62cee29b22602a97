//! What the form of the results sent: what somebody changed there is recorded, and nothing that somebody else entered meanwhile is
//! taken back. How it is drawn is in `results`.
use super::{
    WHO,
    fields::Fields,
    results::{self, CHECKS, FORM, UNCHANGED, checked, items, person, recorded},
    sheet,
    words::Language,
};
use crate::office::{Answer, Fault, FullApplication, Office, Recording};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use contract::{
    api::{ItemError, ReportCheck, Slug},
    examination::{Entry, EntryProblem, Item, ItemValue, Range, Typed, bmi, observe},
    questionnaire::Pointer,
};

pub(super) async fn record(
    State(office): State<Office>,
    l: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent(FORM, fields);
    match save(&office, &id, &fields).await {
        Ok(true) => sheet::done(&id, FORM),
        Ok(false) => sheet::done(&id, UNCHANGED),
        Err(fault) => sheet::refused(&office, l, &id, &fields, fault).await,
    }
}

/// Whether there was anything to store.
async fn save(office: &Office, id: &str, fields: &Fields) -> Answer<bool> {
    let full = office.full(id, WHO).await?;
    // Another visit since is another examination; what somebody else entered is told apart item by item.
    if fields.drawn().is_some_and(|drawn| drawn.event != full.mark.event) {
        return Err(Fault::new(Slug::Stale));
    }
    let on = results::day_of(office, &full);
    let person = person(office, &full, on);
    let (mut entries, mut wrong, mut recording) = (Vec::new(), Vec::new(), Recording::default());
    for (name, item, _) in items(office, &full) {
        match entry(&full, fields, name, item) {
            Ok(Typing::As(entry)) => entries.push((item, entry)),
            Ok(Typing::Emptied) => recording.taken_back.push(item.code.code.clone()),
            Ok(Typing::Untouched) => {}
            Err(error) => wrong.push(error),
        }
        match report_check(&full, fields, item) {
            Ok(Typing::As(check)) => recording.checks.push(check),
            Ok(Typing::Emptied) => recording.unchecked.push(item.code.code.clone()),
            Ok(Typing::Untouched) => {}
            Err(error) => wrong.push(error),
        }
    }
    if !wrong.is_empty() {
        return Err(Fault::items(wrong));
    }
    let Recording { taken_back, checks, unchecked, .. } = &recording;
    if entries.is_empty() && taken_back.is_empty() && checks.is_empty() && unchecked.is_empty() {
        return Ok(false);
    }
    if let Some(item) = office.catalogue.examination.items.get("bmi") {
        match body_mass(office, &full, &entries, &recording.taken_back) {
            Some(index) => entries.push((item, Entry::Number(index))),
            None => recording.taken_back.push(item.code.code.clone()),
        }
    }
    recording.observations = entries.iter().map(|(item, entry)| observe(item, entry, person, on)).collect();
    recording.seen = Some(full.mark);
    office.record_results(id, WHO, recording).await.map(|_| true)
}

/// What a form says of something that is stored.
enum Typing<T> {
    /// It does not have it, or as it stood.
    Untouched,
    /// There, and empty: what was stored is taken back.
    Emptied,
    As(T),
}

fn error(field: &str, code: &str) -> ItemError {
    ItemError::new(Pointer::member(field), code)
}

/// Whether fields that belong together were touched.
///
/// # Errors
/// Somebody else stored something else in one of them since the page was drawn.
fn is_touched(fields: &Fields, stored: &[(String, String)]) -> Result<bool, ItemError> {
    if stored.iter().all(|(field, _)| !fields.is_changed(field)) {
        return Ok(false);
    }
    let theirs = |field: &str, now: &str| fields.was(field).is_some_and(|was| was != now);
    let is_other = |field: &str, now: &str| fields.given(field).is_some_and(|given| given != now);
    let is_theirs = stored.iter().any(|(field, now)| theirs(field, now));
    match stored.iter().find(|(field, now)| is_theirs && is_other(field, now)) {
        Some((field, _)) => Err(error(field, "changed")),
        None => Ok(true),
    }
}

fn entry(full: &FullApplication, fields: &Fields, name: &str, item: &Item) -> Result<Typing<Entry>, ItemError> {
    let of = |prefix: &str| format!("{prefix}:{name}");
    if item.is_computed() || !is_touched(fields, &results::stored(recorded(full, item), name, item))? {
        return Ok(Typing::Untouched);
    }
    let [value, second, text] = ["r", "s", "t"].map(|prefix| fields.get(&of(prefix)).to_owned());
    // Which of several numbers it is that cannot be.
    if let ItemValue::Components { components } = &item.value {
        for (field, (part, value)) in ["r", "s"].iter().zip(components.iter().zip([&value, &second])) {
            let alone = Item { value: part.value.clone(), ..item.clone() };
            alone.entry(Typed { value, second: "", text: "" }).map_err(|problem| error(&of(field), code(problem)))?;
        }
    }
    match item.entry(Typed { value: &value, second: &second, text: &text }) {
        Ok(Some(entry)) => Ok(Typing::As(entry)),
        Ok(None) if fields.given(&of("r")).is_some() => Ok(Typing::Emptied),
        Ok(None) => Ok(Typing::Untouched),
        Err(EntryProblem::HalfTyped) => Err(error(&of(if value.is_empty() { "r" } else { "s" }), "half")),
        Err(problem) => Err(error(&of("r"), code(problem))),
    }
}

fn report_check(full: &FullApplication, fields: &Fields, item: &Item) -> Result<Typing<ReportCheck>, ItemError> {
    let code = &item.code.code;
    if !is_touched(fields, &results::stored_check(checked(full, item), code))? {
        return Ok(Typing::Untouched);
    }
    let (state, words) = (format!("k:{code}"), fields.words_if_any(&format!("kw:{code}")));
    match (fields.get(&state), words) {
        ("", Some(_)) => Err(error(&state, "finding")),
        ("", None) => Ok(Typing::Emptied),
        (chosen, words) => {
            let known = CHECKS.into_iter().find(|(name, ..)| *name == chosen).map(|(_, state, _)| state);
            let known = known.ok_or_else(|| error(&state, "choice"))?;
            Ok(Typing::As(ReportCheck { code: code.clone(), state: known, words }))
        }
    }
}

const fn code(problem: EntryProblem) -> &'static str {
    match problem {
        EntryProblem::NotANumber => "number",
        EntryProblem::Impossible(_) => "range",
        EntryProblem::TooPrecise(_) => "decimals",
        EntryProblem::UnknownFinding => "choice",
        EntryProblem::NoFinding => "finding",
        EntryProblem::HalfTyped => "half",
        EntryProblem::PartsSwapped => "order",
        EntryProblem::Computed => "computed",
    }
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

/// Results that nobody would look at twice, for `--auto`: the first finding, or the middle of the range.
pub(super) async fn record_usual(office: &Office, id: &str) -> Answer<()> {
    let full = office.full(id, WHO).await?;
    let on = results::day_of(office, &full);
    let person = person(office, &full, on);
    let observations = items(office, &full)
        .into_iter()
        .filter(|(_, item, needed)| *needed && recorded(&full, item).is_none())
        .filter_map(|(_, item, _)| Some(observe(item, &usual(item)?, person, on)))
        .collect();
    office.record_results(id, WHO, Recording { observations, ..Recording::default() }).await.map(|_| ())
}

fn usual(item: &Item) -> Option<Entry> {
    let middle = |ranges: &[Range]| {
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
