//! Answers as the office reads them: forms, what was sent last, what is open, which documents count.
use super::{Answer, Fault, Matter, Office, PersonFacts, catalogue::QuestionnaireFile};
use contract::{
    api::{APPLICATION_FORM, ItemError, OpenItem, REPORT_FORM, ReturnedItem, Slug},
    application::State,
    questionnaire::{
        Answers, Context, Envelope, Evaluation, Form, Item, NativePatterns, Pointer, Problem, ProblemCode, Role, Round,
        Scope, Value, evaluate, from_response, is_open, migrate, normalised, open_items, place_now, to_response,
    },
};
use serde_json::Value as Json;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;

/// Which of the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKind {
    /// The application.
    Application,
    /// The report of an examination.
    Report,
}

impl FormKind {
    /// Id of the questionnaire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Application => APPLICATION_FORM,
            Self::Report => REPORT_FORM,
        }
    }

    /// The form that an application may fill in now.
    pub fn of(matter: &Matter) -> Self {
        if matter.at_report() { Self::Report } else { Self::Application }
    }
}

/// Text as it is kept: NFC.
pub(super) fn compose(text: &str) -> String {
    text.nfc().collect()
}

/// What is needed to look at a form today.
pub(super) fn context(today: chrono::NaiveDate) -> Context<'static> {
    Context::new(today, &NativePatterns)
}

/// More rows of one group than anybody has, and few enough to be judged at once: each row is compared with each, while nobody
/// else can write.
const MOST_ROWS: u32 = 1_000;

/// What of the form stands there more often than that, be it spread over the whole response. Of what lies in rows that are too
/// many the rows alone.
fn too_many_rows(form: &Form, response: &Json) -> Vec<Problem> {
    let mut found = BTreeMap::new();
    count(response, &mut found);
    let is_too_many = |item: &Item| found.get(item.link_id.as_str()).is_some_and(|times| *times > MOST_ROWS);
    let lies_in_one = |item: &Item| item.row_groups.iter().filter_map(|at| form.items.get(*at)).any(is_too_many);
    let too_many = form.items.iter().filter(|item| is_too_many(item) && !lies_in_one(item));
    too_many.map(|it| Problem::new(Pointer::item(&it.link_id), ProblemCode::Count).with("max", MOST_ROWS)).collect()
}

/// How often each name stands in a part of a response.
fn count<'a>(part: &'a Json, found: &mut BTreeMap<&'a str, u32>) {
    if let Some(name) = part.get("linkId").and_then(Json::as_str) {
        *found.entry(name).or_default() += 1;
    }
    for list in ["item", "answer"] {
        for inside in part.get(list).and_then(Json::as_array).into_iter().flatten() {
            count(inside, found);
        }
    }
}

/// The answers of a `QuestionnaireResponse`, normalised as the app does; and what the form does not know.
pub(super) fn read(form: &Form, response: &Json) -> (Answers, Vec<Problem>) {
    let refused = too_many_rows(form, response);
    if !refused.is_empty() {
        return (Answers::new(), refused);
    }
    let (mut answers, problems) = from_response(form, response);
    let tidy: Vec<(Pointer, Vec<Value>)> = answers
        .iter()
        .filter_map(|(pointer, values)| {
            let item = form.item_at(pointer)?;
            Some((pointer.clone(), values.iter().map(|value| normalised(item, value, &compose)).collect()))
        })
        .collect();
    for (pointer, values) in tidy {
        answers.set(pointer, values);
    }
    (answers, problems)
}

/// Answers that were sent, as the office reads and judges them.
pub struct Judged {
    /// What stands in them.
    pub answers: Answers,
    /// What follows.
    pub evaluation: Evaluation,
    /// What must change before they are taken.
    pub errors: Vec<ItemError>,
}

/// Reads and judges a `QuestionnaireResponse` that came with these documents (id and hash).
pub fn judge(form: &Form, sent: &Json, listed: &BTreeMap<String, String>, today: chrono::NaiveDate) -> Judged {
    let (mut answers, mut problems) = read(form, sent);
    only_listed(&mut answers, listed);
    let look = evaluate(form, &answers, &context(today));
    take_as_sent(form, &mut answers, &look, &|_| true);
    let evaluation = evaluate(form, &answers, &context(today));
    problems.extend(evaluation.problems.iter().cloned());
    Judged { answers, evaluation, errors: item_errors(&problems) }
}

/// What was sent has its initial values in it: where nothing stands, nothing was answered, whether its writer says so or not.
/// True if anything of what `counts` was marked so.
pub(super) fn take_as_sent(
    form: &Form,
    answers: &mut Answers,
    look: &Evaluation,
    counts: &dyn Fn(&Pointer) -> bool,
) -> bool {
    let has_initial = |at: usize| form.items.get(at).is_some_and(|item| item.is_question() && !item.initial.is_empty());
    let places = look.items.iter().filter(|state| has_initial(state.item)).map(|state| &state.pointer);
    let silent: Vec<Pointer> = places.filter(|it| !answers.is_touched(it) && counts(it)).cloned().collect();
    let any = !silent.is_empty();
    for pointer in silent {
        answers.set(pointer, Vec::new());
    }
    any
}

/// The same of a supplement, which has in it what is open.
pub(super) fn take_open_as_sent(resumed: &Resumed<'_>, given: &mut Answers, today: chrono::NaiveDate) {
    let form = resumed.form;
    loop {
        let round = resumed.round(given);
        let open = open_items(&round, &context(today));
        let now = round.now(&open);
        let look = evaluate(form, &now, &context(today));
        // A row that it does not name stays as it was.
        let rows: Vec<Pointer> =
            given.row_groups().flat_map(|(group, rows)| rows.iter().map(|row| group.at_row(row))).collect();
        let in_its_rows =
            |it: &Pointer| it.enclosing_row().is_none_or(|(group, row)| rows.contains(&group.at_row(&row)));
        let counts = |it: &Pointer| !now.is_touched(it) && in_its_rows(it) && is_open(form, &open, it);
        // What is emptied may open more.
        if !take_as_sent(form, given, &look, &counts) {
            return;
        }
    }
}

/// All answers as JSON, hidden ones too.
pub(super) fn write(form: &Form, answers: &Answers) -> Json {
    let envelope = Envelope { status: "completed", language: None, authored: None };
    to_response(form, answers, Scope::Draft { withheld: &|_| false }, &envelope)
}

/// What was sent last, with its supplements merged in.
pub(super) struct Sent {
    pub(super) questionnaire: String,
    pub(super) merged: Json,
}

pub(super) async fn last_sent(db: &mut SqliteConnection, id: &str, kind: FormKind) -> Answer<Option<Sent>> {
    let row: Option<(String, Option<String>)> = sqlx::query_as(
        "SELECT questionnaire, merged FROM submission WHERE application = ? AND form = ? AND recalled = 0 ORDER BY round DESC LIMIT 1",
    )
    .bind(id)
    .bind(kind.id())
    .fetch_optional(db)
    .await?;
    let Some((questionnaire, Some(merged))) = row else { return Ok(None) };
    Ok(Some(Sent { questionnaire, merged: serde_json::from_str(&merged)? }))
}

impl Office {
    /// The form that the next submission, supplement or report must name: the application's own while it is taken, else the newest.
    pub(super) fn form_for(&self, matter: &Matter, kind: FormKind) -> Answer<&QuestionnaireFile> {
        let own = match kind {
            FormKind::Application => Some(matter.questionnaire.as_str()),
            FormKind::Report => matter.report_questionnaire.as_deref(),
        };
        own.and_then(|own| self.catalogue.accepted(kind.id(), own))
            .or_else(|| self.catalogue.current(kind.id()))
            .ok_or_else(|| Fault::ours(&"the form is not in the catalogue"))
    }

    /// The form that a body names, if it is still taken.
    pub(super) fn form_named(&self, kind: FormKind, named: &str) -> Answer<&QuestionnaireFile> {
        self.catalogue.accepted(kind.id(), named).ok_or_else(|| {
            let current = self.catalogue.current_name(kind.id());
            Fault::new(Slug::QuestionnaireChanged).with(|p| p.questionnaire = Some(current))
        })
    }
}

/// The last submission beside the form that goes on from it.
pub(super) struct Resumed<'a> {
    pub(super) form: &'a Form,
    /// As it was sent, if that was under another form.
    pub(super) before: Option<(&'a Form, Answers)>,
    pub(super) submitted: Answers,
    pub(super) returned: Vec<Pointer>,
}

impl Resumed<'_> {
    pub(super) fn round<'b>(&'b self, draft: &'b Answers) -> Round<'b> {
        Round {
            form: self.form,
            before: self.before.as_ref().map(|(form, answers)| contract::questionnaire::Sent { form, answers }),
            submitted: &self.submitted,
            returned: &self.returned,
            draft,
        }
    }
}

/// The last submission, ready to go on from with this form.
pub(super) async fn resume<'a>(
    db: &mut SqliteConnection,
    office: &'a Office,
    matter: &Matter,
    kind: FormKind,
    form: &'a Form,
) -> Answer<Resumed<'a>> {
    let sent = last_sent(db, &matter.id, kind).await?;
    let (questionnaire, merged) =
        sent.map_or_else(|| (form.canonical(), Json::Null), |sent| (sent.questionnaire, sent.merged));
    let (before, submitted) = read_under(office, form, &questionnaire, &merged, &context(office.now().date_naive()));
    let returned = matter.returned.iter().map(|item| called_now(form, &questionnaire, &item.pointer)).collect();
    Ok(Resumed { form, before, submitted, returned })
}

/// What came back of what was sent under a questionnaire, as this form calls it. What it asks no more keeps its name.
fn called_now(form: &Form, sent_under: &str, pointer: &Pointer) -> Pointer {
    let stays = sent_under == form.canonical();
    if stays { None } else { place_now(form, sent_under, pointer) }.unwrap_or_else(|| pointer.clone())
}

/// What came back, by the names of the form that it is answered with.
pub(super) async fn returned(db: &mut SqliteConnection, office: &Office, matter: &Matter) -> Answer<Vec<ReturnedItem>> {
    let kind = FormKind::of(matter);
    let Some(sent) = last_sent(db, &matter.id, kind).await?.filter(|_| !matter.returned.is_empty()) else {
        return Ok(matter.returned.clone());
    };
    let form = &office.form_for(matter, kind)?.form;
    let named = |item: &ReturnedItem| ReturnedItem {
        pointer: called_now(form, &sent.questionnaire, &item.pointer),
        ..item.clone()
    };
    Ok(matter.returned.iter().map(named).collect())
}

/// What was sent under a questionnaire, as this form reads it; before that, where it was another version, that one with what
/// was sent as it has it. The app does the same.
pub(super) fn read_under<'a>(
    office: &'a Office,
    form: &Form,
    questionnaire: &str,
    sent: &Json,
    context: &Context<'_>,
) -> (Option<(&'a Form, Answers)>, Answers) {
    let before = office.catalogue.version(questionnaire).map(|file| &file.form);
    let before = before.filter(|before| before.version != form.version);
    let Some(before) = before else { return (None, read(form, sent).0) };
    let as_sent = read(before, sent).0;
    let answers = migrate(form, questionnaire, &as_sent, context).answers;
    (Some((before, as_sent)), answers)
}

/// What is open now, from the last saved draft.
pub(super) async fn open_set(
    db: &mut SqliteConnection,
    office: &Office,
    matter: &Matter,
    today: chrono::NaiveDate,
) -> Answer<Vec<OpenItem>> {
    let kind = match matter.state {
        State::Returned => FormKind::Application,
        State::ReportReturned => FormKind::Report,
        _ => return Ok(Vec::new()),
    };
    let form = &office.form_for(matter, kind)?.form;
    let draft = match kind {
        FormKind::Application => draft_answers(db, office, &matter.id, form, today).await?,
        FormKind::Report => Answers::new(),
    };
    let resumed = resume(db, office, matter, kind, form).await?;
    Ok(open_items(&resumed.round(&draft), &context(today)))
}

async fn draft_answers(
    db: &mut SqliteConnection,
    office: &Office,
    id: &str,
    form: &Form,
    today: chrono::NaiveDate,
) -> Answer<Answers> {
    let saved: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT questionnaire, answers FROM draft WHERE application = ?")
            .bind(id)
            .fetch_optional(db)
            .await?;
    match saved {
        Some((questionnaire, Some(text))) => {
            Ok(read_under(office, form, &questionnaire, &serde_json::from_str(&text)?, &context(today)).1)
        }
        Some((_, None)) | None => Ok(Answers::new()),
    }
}

/// Name, number and telephone, as the form's roles say where they are.
pub(super) fn person_facts(form: &Form, evaluation: &Evaluation) -> PersonFacts {
    let text = |role: Role| {
        let value = form.role(role).and_then(|item| evaluation.value_of(&item.link_id));
        value.and_then(Value::as_text).map(str::to_owned).unwrap_or_default()
    };
    PersonFacts { name: text(Role::Name), id_number: text(Role::IdNumber), phone: text(Role::Phone) }
}

/// The kind of work.
pub(super) fn category_fact(form: &Form, evaluation: &Evaluation) -> Option<super::CategoryFact> {
    let item = form.role(Role::Category)?;
    match evaluation.value_of(&item.link_id)? {
        Value::Coding(coding) => Some(super::CategoryFact {
            code: coding.code.clone(),
            title: coding.display.clone().unwrap_or_else(|| coding.code.clone()),
            own: None,
        }),
        Value::Text(text) => Some(super::CategoryFact { code: String::new(), title: text.clone(), own: None }),
        _ => None,
    }
}

/// Problems as the wire has them.
pub(super) fn item_errors<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Vec<ItemError> {
    problems.into_iter().map(ItemError::from).collect()
}

/// Leaves out documents that a body answers with but does not list: only listed ones count.
pub(super) fn only_listed(answers: &mut Answers, listed: &BTreeMap<String, String>) {
    let changed: Vec<(Pointer, Vec<Value>)> = answers
        .iter()
        .filter(|(_, values)| values.iter().any(|value| value.as_attachment().is_some()))
        .map(|(pointer, values)| {
            let counts = |value: &&Value| value.as_attachment().is_none_or(|a| listed.contains_key(&a.document));
            let kept = values.iter().filter(counts).map(|value| match value {
                // The hash that counts is the one listed.
                Value::Attachment(attachment) => {
                    let mut attachment = attachment.clone();
                    attachment.sha256 = listed.get(&attachment.document).cloned();
                    Value::Attachment(attachment)
                }
                other => other.clone(),
            });
            (pointer.clone(), kept.collect())
        })
        .collect();
    for (pointer, values) in changed {
        answers.set(pointer, values);
    }
}

/// The documents that what was sent last of one form has in it, whatever the form of now calls their items.
pub(super) async fn sent_documents(
    db: &mut SqliteConnection,
    office: &Office,
    id: &str,
    kind: FormKind,
) -> Answer<BTreeSet<String>> {
    let Some(sent) = last_sent(db, id, kind).await? else { return Ok(BTreeSet::new()) };
    let form = office.catalogue.version(&sent.questionnaire).map(|file| &file.form);
    let Some(form) = form else { return Ok(BTreeSet::new()) };
    let answers = read(form, &sent.merged).0;
    let attachments = answers.iter().flat_map(|(_, values)| values.iter().filter_map(Value::as_attachment));
    Ok(attachments.map(|attachment| attachment.document.clone()).collect())
}

/// The documents that visible answers name: id and item.
pub(super) fn named_documents(evaluation: &Evaluation) -> Vec<(String, Pointer)> {
    let visible = evaluation.items.iter().filter(|state| state.visible);
    visible
        .flat_map(|state| {
            let attachments = state.answers.iter().filter_map(Value::as_attachment);
            attachments.map(|attachment| (attachment.document.clone(), state.pointer.clone()))
        })
        .collect()
}
