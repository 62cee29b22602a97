//! Answers to and from FHIR `QuestionnaireResponse`.
use serde_json::{Map, Value as Json, json};

use super::answers::{Answers, ConsentRecord};
use super::evaluate::{Evaluation, Origin};
use super::extension::{CONSENT_RECORD, list_of, part_code, read_extension, string_of};
use super::form::{Form, Item};
use super::open::is_changed;
use super::pointer::Pointer;
use super::problem::{Problem, ProblemCode};
use super::value::Value;
use crate::identity::masked;

/// Which answers to write.
#[derive(Clone, Copy)]
pub enum Scope<'a> {
    /// All that were given, hidden ones too: a draft, for its owner only. Nothing at pointers that are `withheld`.
    Draft {
        /// True for what may not leave the phone yet.
        withheld: &'a dyn Fn(&Pointer) -> bool,
    },
    /// What is asked now, with initial and derived values, and which initial ones were taken away: a submission.
    Visible(&'a Evaluation),
    /// Of what is asked now, only these: a supplement.
    Open(&'a Evaluation, &'a dyn Fn(&Pointer) -> bool),
}

/// What a response is about, beside its answers.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    /// `in-progress` or `completed`.
    pub status: &'static str,
    /// The language the person read.
    pub language: Option<String>,
    /// When, RFC 3339.
    pub authored: Option<String>,
}

/// Writes the answers as a `QuestionnaireResponse`. The same answers give the same bytes.
pub fn to_response(form: &Form, answers: &Answers, scope: Scope<'_>, envelope: &Envelope) -> Json {
    let writer = Writer { form, answers, scope };
    let tops = form.items.iter().enumerate().filter(|(_, item)| item.parent.is_none());
    let items: Vec<Json> = tops.flat_map(|(at, _)| writer.item(at, None)).collect();
    let mut response = Map::new();
    response.insert("resourceType".to_owned(), json!("QuestionnaireResponse"));
    if let Some(language) = &envelope.language {
        response.insert("language".to_owned(), json!(language));
    }
    response.insert("questionnaire".to_owned(), json!(format!("{}|{}", form.url, form.version)));
    response.insert("status".to_owned(), json!(envelope.status));
    if let Some(authored) = &envelope.authored {
        response.insert("authored".to_owned(), json!(authored));
    }
    response.insert("item".to_owned(), Json::Array(items));
    Json::Object(response)
}

struct Writer<'a> {
    form: &'a Form,
    answers: &'a Answers,
    scope: Scope<'a>,
}

impl Writer<'_> {
    /// An item as its response items: none without an answer, one a row for a repeating group.
    fn item(&self, at: usize, row: Option<&Pointer>) -> Vec<Json> {
        let Some(item) = self.form.items.get(at) else { return Vec::new() };
        let pointer = row.map_or_else(|| Pointer::item(&item.link_id), |row| row.child(&item.link_id));
        if item.is_row_group() {
            let rows = match self.scope {
                Scope::Draft { .. } => self.answers.rows(&pointer).to_vec(),
                Scope::Visible(evaluation) | Scope::Open(evaluation, _) => evaluation.rows(&pointer),
            };
            let mut written: Vec<Json> =
                rows.iter().filter_map(|id| self.group(at, item, Some(&pointer.at_row(id)), Some(id))).collect();
            if written.is_empty() && self.has_lost_its_rows(&pointer) {
                written.push(json!({ "linkId": item.link_id }));
            }
            return written;
        }
        let mut written: Vec<Json> = self.group(at, item, row, None).into_iter().collect();
        if item.is_question() {
            written = self.question(at, item, &pointer, row);
        }
        written
    }

    fn group(&self, at: usize, item: &Item, row: Option<&Pointer>, id: Option<&str>) -> Option<Json> {
        let children: Vec<Json> = self.form.children(at).flat_map(|child| self.item(child, row)).collect();
        if children.is_empty() {
            return None;
        }
        let mut object = Map::new();
        if let Some(id) = id {
            object.insert("id".to_owned(), json!(id));
        }
        object.insert("linkId".to_owned(), json!(item.link_id));
        object.insert("item".to_owned(), Json::Array(children));
        Some(Json::Object(object))
    }

    fn question(&self, at: usize, item: &Item, pointer: &Pointer, row: Option<&Pointer>) -> Vec<Json> {
        let values = self.values(pointer);
        let mut children: Vec<Json> = self.form.children(at).flat_map(|child| self.item(child, row)).collect();
        let mut answers: Vec<Json> = values.iter().map(|value| self.answer(item, pointer, value)).collect();
        let mut written = Vec::new();
        if answers.is_empty() && self.is_emptied(item, pointer) {
            written.push(json!({ "linkId": item.link_id }));
        }
        if answers.is_empty() && !children.is_empty() {
            answers.push(json!({}));
        }
        if let Some(first) = answers.first_mut().filter(|_| !children.is_empty()) {
            first["item"] = Json::Array(std::mem::take(&mut children));
        }
        if !answers.is_empty() {
            written.push(json!({ "linkId": item.link_id, "answer": answers }));
        }
        written
    }

    /// Whether it was answered with nothing, which is told: whoever reads it does not put the initial value there again, nor
    /// what stood there before.
    fn is_emptied(&self, item: &Item, pointer: &Pointer) -> bool {
        let asked = match self.scope {
            Scope::Draft { withheld } => !withheld(pointer),
            Scope::Visible(evaluation) => !item.initial.is_empty() && is_asked(evaluation, pointer),
            Scope::Open(evaluation, open) => open(pointer) && is_asked(evaluation, pointer),
        };
        asked && self.answers.is_touched(pointer)
    }

    /// Whether all its rows were taken away, which is told where something may stand there: a group that is not named stays.
    fn has_lost_its_rows(&self, group: &Pointer) -> bool {
        let Scope::Open(evaluation, open) = self.scope else { return false };
        let is_emptied = |(at, rows): (&Pointer, &[String])| at == group && rows.is_empty();
        open(group) && is_asked(evaluation, group) && self.answers.row_groups().any(is_emptied)
    }

    fn values(&self, pointer: &Pointer) -> Vec<Value> {
        match self.scope {
            Scope::Draft { withheld } if withheld(pointer) => Vec::new(),
            Scope::Draft { .. } => self.answers.get(pointer).to_vec(),
            Scope::Visible(evaluation) => evaluation.answers(pointer).to_vec(),
            Scope::Open(evaluation, open) if open(pointer) => evaluation.answers(pointer).to_vec(),
            Scope::Open(..) => Vec::new(),
        }
    }

    fn answer(&self, item: &Item, pointer: &Pointer, value: &Value) -> Json {
        let mut answer = Map::new();
        if item.consent.is_some()
            && let Some(record) = self.answers.consent(pointer)
        {
            let parts = json!([
                {"url": "version", "valueString": record.version},
                {"url": "language", "valueCode": record.language},
                {"url": "at", "valueDateTime": record.at},
            ]);
            answer.insert("extension".to_owned(), json!([{ "url": CONSENT_RECORD, "extension": parts }]));
        }
        value.write_fhir(&mut answer);
        Json::Object(answer)
    }
}

fn is_asked(evaluation: &Evaluation, pointer: &Pointer) -> bool {
    evaluation.state(pointer).is_some_and(|state| state.enabled)
}

/// Reads a `QuestionnaireResponse`. What the form does not know is a problem `unknown-item`; the rest is read.
pub fn from_response(form: &Form, response: &Json) -> (Answers, Vec<Problem>) {
    let mut reader = Reader { form, answers: Answers::new(), problems: Vec::new() };
    reader.items(list_of(response, "item"), None);
    (reader.answers, reader.problems)
}

struct Reader<'a> {
    form: &'a Form,
    answers: Answers,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Json], row: Option<&Pointer>) {
        for json in items {
            let link_id = string_of(json, "linkId").unwrap_or_default();
            let pointer = row.map_or_else(|| Pointer::item(&link_id), |row| row.child(&link_id));
            let Some(item) = self.form.item(&link_id) else {
                self.problems.push(Problem::new(pointer, ProblemCode::UnknownItem));
                continue;
            };
            // Answers inside a row belong to that row, those outside to none: elsewhere they name nothing.
            let in_row = item.row_groups.is_empty() == row.is_none();
            if !in_row {
                self.problems.push(Problem::new(pointer, ProblemCode::UnknownItem));
                continue;
            }
            if item.is_row_group() {
                let id = string_of(json, "id");
                if id.is_none() && list_of(json, "item").is_empty() {
                    // One that stands there alone has no rows.
                    self.answers.without_rows(&pointer);
                    continue;
                }
                let id = id.unwrap_or_else(|| self.next_row(&pointer));
                self.answers.add_row(&pointer, &id);
                self.items(list_of(json, "item"), Some(&pointer.at_row(&id)));
                continue;
            }
            // A question that stands there alone was answered with nothing.
            let is_bare = ["answer", "item"].iter().all(|part| list_of(json, part).is_empty());
            if is_bare && item.is_question() && !self.answers.is_touched(&pointer) {
                self.answers.set(pointer.clone(), Vec::new());
            }
            self.question(json, &pointer, row);
            self.items(list_of(json, "item"), row);
        }
    }

    fn question(&mut self, json: &Json, pointer: &Pointer, row: Option<&Pointer>) {
        let answers = list_of(json, "answer");
        let values: Vec<Value> = answers.iter().filter_map(|answer| Value::read_fhir(answer, "value")).collect();
        if !values.is_empty() {
            let mut all = self.answers.get(pointer).to_vec();
            all.extend(values);
            self.answers.set(pointer.clone(), all);
        }
        for answer in answers {
            if let Some(record) = consent_record(answer) {
                self.answers.record_consent(pointer.clone(), record);
            }
            self.items(list_of(answer, "item"), row);
        }
    }

    /// An id for a row that came without one: the first of `r1`, `r2`, … that is free. Each of so many is looked at once, for a
    /// response may have thousands of them.
    fn next_row(&self, group: &Pointer) -> String {
        let taken = self.answers.rows(group);
        let mut is_free = vec![true; taken.len() + 1];
        for number in taken.iter().filter_map(|id| id.strip_prefix('r')?.parse::<usize>().ok()) {
            if let Some(free) = number.checked_sub(1).and_then(|at| is_free.get_mut(at)) {
                *free = false;
            }
        }
        let before = is_free.iter().take_while(|free| !**free).count();
        format!("r{}", before + 1)
    }
}

fn consent_record(answer: &Json) -> Option<ConsentRecord> {
    let record = read_extension(answer, CONSENT_RECORD)?;
    let at = read_extension(record, "at")?;
    Some(ConsentRecord {
        version: part_code(record, "version")?,
        language: part_code(record, "language")?,
        at: string_of(at, "valueDateTime").or_else(|| string_of(at, "valueInstant"))?,
    })
}

/// Every question a submission answers, derived and initial ones too: how many there are.
pub fn answered_count(form: &Form, evaluation: &Evaluation) -> usize {
    let questions = evaluation.items.iter().filter(|s| form.items.get(s.item).is_some_and(Item::is_question));
    questions.filter(|s| s.enabled && s.origin != Origin::Nowhere).count()
}

/// The answers with what is sensitive covered, for whoever may see that there is an answer but not which.
///
/// Texts keep their ends; choices, dates and documents are left out, which is not the same as answered with nothing.
#[must_use]
pub fn masked_answers(form: &Form, answers: &Answers) -> Answers {
    let mut shown_answers = Answers::new();
    for (group, rows) in answers.row_groups() {
        for row in rows {
            shown_answers.add_row(group, row);
        }
    }
    for (pointer, values) in answers.iter() {
        let covered = form.item_at(pointer).is_none_or(Item::is_masked);
        let shown = values.iter().filter_map(|value| {
            if covered { value.as_text().map(|text| Value::Text(masked(text))) } else { Some(value.clone()) }
        });
        let shown: Vec<Value> = shown.collect();
        if shown.is_empty() && !values.is_empty() {
            continue;
        }
        shown_answers.set(pointer.clone(), shown);
        if let Some(record) = answers.consent(pointer) {
            shown_answers.record_consent(pointer.clone(), record.clone());
        }
    }
    shown_answers
}

/// Whether an answer stands as [`masked_answers`] showed it: nobody gave another, so it is not sent back, or its cover would
/// be stored in its place.
pub fn is_still_covered(form: &Form, shown: &Answers, given: &Answers, pointer: &Pointer) -> bool {
    let covered = form.item_at(pointer).is_some_and(Item::is_masked);
    covered && (!given.is_touched(pointer) || !is_changed(shown.get(pointer), given.get(pointer)))
}
