//! Certificates: issuing, what the record and a grant show of them, their states, links to their files.
use super::{
    Answer, Case, Fault, Mark, Matter, Office, SessionRow, Viewer, acts, at_second, audit, end_of, fresh_id,
    links::Opens,
    matter::{self, COLLECTION_TRIES},
    papers::{self, FormKind},
    reminder,
};
use crate::issue::NewCertificate;
use bytes::Bytes;
use chrono::{Days, NaiveDate};
use contract::{
    api::{
        Certificate, CertificateShown, CertificateState, CertificateSummary, Collection, Downloads, Instant, Slug,
        Words,
    },
    application::{Act, Actor, State},
    credential::CertificateStatus,
    documents::FileType,
    identity::{COLLECTION_TAIL, masked, tail},
    questionnaire::{Form, Item, Prefill, RuleCode, Value, evaluate},
};
use object_store::{ObjectStoreExt as _, path::Path};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// A certificate as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRow {
    /// Opaque.
    pub id: String,
    /// Application it comes from.
    pub application: String,
    /// With hyphens.
    pub number: String,
    /// Place in the status list.
    pub index: u64,
    /// Whether it holds.
    pub state: CertificateState,
    /// Why suspended or revoked.
    pub words: Option<Words>,
    /// In full, NFC.
    pub name: String,
    /// Code of FHIR administrative gender.
    pub sex: Option<String>,
    /// `YYYY-MM`.
    pub birth_month: Option<String>,
    /// First four and last four.
    pub id_masked: String,
    /// Code, or empty for own words.
    pub category: String,
    /// In the form's language.
    pub category_title: String,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_until: NaiveDate,
    /// `HCZ1:…`.
    pub credential: String,
}

/// The issuing office's name in both languages.
pub(super) const OFFICE: (&str, &str) = ("示例市卫生健康委员会", "Example City Health Commission");
/// Days before its end that a renewal may begin.
const RENEW_DAYS: u64 = 60;

/// What is done to a certificate: the act, the states it is done in, and the one that follows.
type Change = (Act, &'static [CertificateState], CertificateState);

const SUSPENDED: Change = (Act::Suspend, &[CertificateState::Valid], CertificateState::Suspended);
const REINSTATED: Change = (Act::Reinstate, &[CertificateState::Suspended], CertificateState::Valid);
const REVOKED: Change =
    (Act::Revoke, &[CertificateState::Valid, CertificateState::Suspended], CertificateState::Revoked);
/// Seconds that collection is locked after the last try.
pub(super) const LOCK_SECONDS: i64 = 1800;

pub(super) fn photo_path(id: &str) -> Path {
    Path::from(format!("certificates/{id}/photo"))
}

pub(super) async fn load(db: &mut SqliteConnection, id: &str) -> Answer<Option<CertificateRow>> {
    let body: Option<String> =
        sqlx::query_scalar("SELECT body FROM certificate WHERE id = ?").bind(id).fetch_optional(db).await?;
    Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
}

async fn save(db: &mut SqliteConnection, row: &CertificateRow) -> Answer<()> {
    sqlx::query(
        "INSERT INTO certificate (id, application, number, idx, state, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET state = ?5, body = ?6",
    )
    .bind(&row.id)
    .bind(&row.application)
    .bind(&row.number)
    .bind(i64::try_from(row.index).unwrap_or(i64::MAX))
    .bind(row.state.code())
    .bind(serde_json::to_string(row)?)
    .execute(db)
    .await?;
    Ok(())
}

/// The grant of a session, if it still holds.
async fn grant_until(
    db: &mut SqliteConnection,
    session: Option<&str>,
    id: &str,
    now: Instant,
) -> Answer<Option<Instant>> {
    let until: Option<i64> =
        sqlx::query_scalar("SELECT until FROM certificate_grant WHERE session = ? AND certificate = ? AND until > ?")
            .bind(session.unwrap_or_default())
            .bind(id)
            .bind(now.timestamp())
            .fetch_optional(db)
            .await?;
    Ok(until.map(at_second))
}

/// Signs the certificate of an application that has passed.
pub(super) async fn issue(case: &mut Case) -> Answer<()> {
    let (office, matter) = (case.office.clone(), case.matter.clone());
    let sent = papers::last_sent(case.txn.db(), &matter.id, FormKind::Application).await?;
    let sent = sent.ok_or_else(|| Fault::ours(&"nothing was submitted"))?;
    let form = match office.catalogue.version(&sent.questionnaire) {
        Some(file) => &file.form,
        // Sent before this data folder kept its forms: what the form of today knows of it is read.
        None => &office.form_for(&matter, FormKind::Application)?.form,
    };
    let (answers, _) = papers::read(form, &sent.merged);
    let evaluation = evaluate(form, &answers, &papers::context(case.now.date_naive()));
    let printed = |place: &str| {
        let item = form.items.iter().find(|item| item.on_certificate.as_deref() == Some(place))?;
        evaluation.value_of(&item.link_id).cloned()
    };
    let portrait = printed("photo").and_then(|value| value.as_attachment().map(|a| a.document.clone()));
    let photo = match &portrait {
        Some(document) => office.content_for_staff(&matter.id, document).await?.1,
        None => Bytes::new(),
    };
    let facts = matter.facts.clone().unwrap_or_default();
    let category =
        matter.category.clone().unwrap_or(super::CategoryFact { code: String::new(), title: String::new(), own: None });
    let today = case.now.date_naive();
    let valid_until = office.catalogue.validity(&category.code).last_day(today);
    let code = if category.code.is_empty() { "other" } else { &category.code };
    let new = NewCertificate { name: &facts.name, category: code, valid_from: today, valid_until, photo: &photo };
    let taken: Vec<i64> = sqlx::query_scalar("SELECT idx FROM certificate").fetch_all(case.txn.db()).await?;
    let taken: HashSet<u64> = taken.into_iter().filter_map(|index| u64::try_from(index).ok()).collect();
    let issued = office.issuer.issue(&new, &taken, case.now).map_err(|why| Fault::ours(&format!("{why:?}")))?;
    // Forms from before it was marked: the birthday by its name for browsers.
    let unmarked = || {
        let item = form.items.iter().find(|item| item.autocomplete.as_deref() == Some("bday"))?;
        evaluation.value_of(&item.link_id).cloned()
    };
    let birth = printed("birth-month").or_else(unmarked).as_ref().map(Value::plain);
    let row = CertificateRow {
        id: fresh_id(),
        application: matter.id.clone(),
        number: issued.number,
        index: issued.index,
        state: CertificateState::Valid,
        words: None,
        name: facts.name.clone(),
        sex: printed("sex").and_then(|value| value.as_coding().map(|coding| coding.code.clone())),
        birth_month: birth.map(|day| day.chars().take(7).collect()),
        id_masked: masked(&facts.id_number),
        category: category.code,
        category_title: category.title,
        issued_on: today,
        valid_from: today,
        valid_until,
        credential: issued.credential,
    };
    office.files.put(&photo_path(&row.id), photo.into()).await?;
    save(case.txn.db(), &row).await?;
    case.matter.certificate = Some(row.id);
    case.matter.certificate_ends = Some(valid_until);
    case.matter.remind_on = reminder::day(&case.matter, valid_until);
    case.matter.reply_by = None;
    case.matter.collection.left = COLLECTION_TRIES;
    Ok(())
}

/// Ends a certificate whose last day is over.
pub(super) async fn expire(case: &mut Case) -> Answer<()> {
    let Some(id) = case.matter.certificate.clone() else { return Ok(()) };
    let Some(mut row) = load(case.txn.db(), &id).await? else { return Ok(()) };
    let runs = matches!(row.state, CertificateState::Valid | CertificateState::Suspended);
    if runs && case.now >= end_of(row.valid_until) {
        row.state = CertificateState::Expired;
        case.matter.certificate_ends = None;
        save(case.txn.db(), &row).await?;
        case.changed = true;
    }
    Ok(())
}

/// The certificate's part of the record.
pub(super) async fn summary(
    db: &mut SqliteConnection,
    office: &Office,
    matter: &Matter,
    viewer: &Viewer,
) -> Answer<Option<CertificateSummary>> {
    let Some(id) = &matter.certificate else { return Ok(None) };
    let Some(row) = load(db, id).await? else { return Ok(None) };
    let grant_until = grant_until(db, viewer.session.as_deref(), id, office.now()).await?;
    let locked_until = matter.collection.locked_until;
    let tail = matter.facts.as_ref().map(|facts| tail(&facts.id_number, COLLECTION_TAIL)).unwrap_or_default();
    Ok(Some(CertificateSummary {
        id: row.id,
        state: row.state,
        number: grant_until.map(|_| row.number),
        valid_until: row.valid_until,
        renew_from: row.valid_until.checked_sub_days(Days::new(RENEW_DAYS)),
        words: row.words,
        collection: Collection {
            ask: vec!["name".into(), format!("id-tail-{}", tail.chars().count()), "code".into()],
            left: matter.collection.left,
            limit: COLLECTION_TRIES,
            locked_until,
            lock_s: u64::try_from(LOCK_SECONDS).unwrap_or_default(),
            grant_until,
        },
    }))
}

/// Answers to begin a renewal with: what the last certificate tells and still holds, and the telephone of the sign-in.
pub(super) async fn prefill(
    db: &mut SqliteConnection,
    office: &Office,
    form: &Form,
    subject: &str,
    renews: Option<&str>,
) -> Answer<(Option<serde_json::Value>, Vec<contract::questionnaire::Pointer>)> {
    use contract::questionnaire::{Answers, Pointer};
    let phone: Option<String> =
        sqlx::query_scalar("SELECT phone FROM subject WHERE id = ?").bind(subject).fetch_optional(&mut *db).await?;
    let (mut before, mut number) = (Answers::new(), None);
    if let Some(renews) = renews {
        let row = load(db, renews).await?.ok_or_else(|| Fault::invalid(Pointer::member("renews"), "choice"))?;
        let owner = matter::load(db, &row.application).await?.filter(|matter| matter.subject == subject);
        let owner = owner.ok_or_else(|| Fault::invalid(Pointer::member("renews"), "choice"))?;
        if let Some(sent) = papers::last_sent(db, &owner.id, FormKind::Application).await? {
            let context = papers::context(office.now().date_naive());
            before = papers::read_under(office, form, &sent.questionnaire, &sent.merged, &context).1;
        }
        number = Some(row.number);
    }
    let mut known: Vec<(Pointer, Vec<Value>)> = Vec::new();
    for item in &form.items {
        let pointers: Vec<Pointer> = if item.row_groups.is_empty() {
            vec![Pointer::item(&item.link_id)]
        } else {
            before
                .iter()
                .map(|(pointer, _)| pointer.clone())
                .filter(|pointer| pointer.link_id() == item.link_id)
                .collect()
        };
        for pointer in pointers {
            let values = item.prefill.iter().flat_map(|from| match from {
                Prefill::SessionPhone => phone.clone().map(Value::Text).into_iter().collect(),
                Prefill::Renewal => renewal(item).filter(|_| renews.is_some()).into_iter().collect(),
                // What was the last certificate then is the one before now.
                Prefill::LastCertificate if item.rule(RuleCode::CertificateNumber).is_some() => {
                    number.clone().map(Value::Text).into_iter().collect()
                }
                Prefill::LastCertificate => before.get(&pointer).to_vec(),
            });
            let values: Vec<Value> = values.collect();
            if !values.is_empty() {
                known.push((pointer, values));
            }
        }
    }
    let mut answers = Answers::new();
    // Rows stand as they stood, those in which something does.
    for (group, rows) in before.row_groups() {
        for row in rows {
            let place = group.at_row(row);
            if known.iter().any(|(pointer, _)| place.contains(pointer)) {
                answers.add_row(group, row);
            }
        }
    }
    let filled: Vec<Pointer> = known.iter().map(|(pointer, _)| pointer.clone()).collect();
    for (pointer, values) in known {
        answers.set(pointer, values);
    }
    Ok(if filled.is_empty() { (None, filled) } else { (Some(papers::write(form, &answers)), filled) })
}

/// The entry of a list that says so.
fn renewal(item: &Item) -> Option<Value> {
    let is_it = |value: &Value| value.as_coding().is_some_and(|coding| coding.code == "renewal");
    item.options.iter().map(|option| &option.value).find(|value| is_it(value)).cloned()
}

pub(super) fn words_of(lang: &str, zh: &str, en: &str) -> String {
    if lang == "en" { en.into() } else { zh.into() }
}

impl Office {
    pub(super) fn shown(&self, row: &CertificateRow, lang: &str) -> CertificateShown {
        let sex = row.sex.as_deref().map(|code| match code {
            "male" => words_of(lang, "男", "Male"),
            "female" => words_of(lang, "女", "Female"),
            _ => words_of(lang, "其他", "Other"),
        });
        CertificateShown {
            name: row.name.clone(),
            sex,
            birth_month: row.birth_month.clone(),
            id_masked: row.id_masked.clone(),
            category: self.catalogue.category_title(&row.category, lang).unwrap_or_else(|| row.category_title.clone()),
            outcome: words_of(lang, "合格", "Passed"),
            issued_on: row.issued_on,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            issuer: words_of(lang, OFFICE.0, OFFICE.1),
        }
    }

    /// A certificate, for a session that has a grant.
    ///
    /// # Errors
    /// `not-found`, `grant-needed`.
    pub async fn certificate(&self, id: &str, session: &SessionRow, lang: &str) -> Answer<Certificate> {
        let mut db = self.store.read().await?;
        let row = load(&mut db, id).await?.ok_or_else(Fault::not_found)?;
        drop(db);
        // The clock may have ended it.
        let matter = self.matter_of(&row.application, &session.subject).await?;
        let mut txn = self.store.write().await?;
        let row = load(txn.db(), id).await?.ok_or_else(Fault::not_found)?;
        if grant_until(txn.db(), Some(&session.id), id, self.now()).await?.is_none() {
            return Err(Fault::new(Slug::GrantNeeded).with(|p| p.application = Some(matter.id.clone())));
        }
        let photo = self.files.get(&photo_path(id)).await?.bytes().await?;
        let photo_type = FileType::of(&photo).map_or("application/octet-stream", FileType::mime);
        let (certificate, lang_owned) = (id.to_owned(), lang.to_owned());
        let opens = |kind: fn(String, String) -> Opens| kind(certificate.clone(), lang_owned.clone());
        let pdf = opens(|certificate, lang| Opens::Pdf { certificate, lang });
        let png = opens(|certificate, lang| Opens::Png { certificate, lang });
        let shown = Certificate {
            id: id.into(),
            number: row.number.clone(),
            state: row.state,
            words: row.words.clone(),
            shown: self.shown(&row, lang),
            credential: row.credential.clone(),
            photo: self.link(txn.db(), &Opens::Photo { certificate: id.into() }, photo_type).await?,
            seal: Some(self.link(txn.db(), &Opens::Seal { lang: lang.into() }, "image/png").await?),
            downloads: Downloads {
                pdf: self.link(txn.db(), &pdf, "application/pdf").await?,
                png: self.link(txn.db(), &png, "image/png").await?,
            },
        };
        audit::note(txn.db(), self.now(), &session.subject, "read-certificate", id).await?;
        txn.commit().await?;
        Ok(shown)
    }

    /// The status list: signed over the states of now.
    ///
    /// # Errors
    /// `not-found`: there is only list 1.
    pub async fn status_list(&self, number: &str) -> Answer<Vec<u8>> {
        if number != "1" {
            return Err(Fault::not_found());
        }
        let mut db = self.store.read().await?;
        let marked: Vec<(i64, String)> =
            sqlx::query_as("SELECT idx, state FROM certificate WHERE state IN ('suspended', 'revoked') ORDER BY idx")
                .fetch_all(&mut *db)
                .await?;
        let marks: Vec<(u64, CertificateStatus)> = marked
            .into_iter()
            .filter_map(|(index, state)| {
                let status = if state == "revoked" { CertificateStatus::Revoked } else { CertificateStatus::Suspended };
                Some((u64::try_from(index).ok()?, status))
            })
            .collect();
        Ok(self.issuer.status_list(&marks, self.now().timestamp()))
    }

    /// A certificate for the desk.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn certificate_row(&self, id: &str) -> Answer<CertificateRow> {
        let mut db = self.store.read().await?;
        load(&mut db, id).await?.ok_or_else(Fault::not_found)
    }

    /// Suspends a valid certificate.
    ///
    /// # Errors
    /// `not-found`, `act-refused` from another state, `invalid` without words.
    pub async fn suspend(&self, id: &str, who: &str, seen: Option<&Mark>, words: Words) -> Answer<CertificateRow> {
        self.mark(id, (who, seen), SUSPENDED, Some(words)).await
    }

    /// Makes a suspended certificate valid again.
    ///
    /// # Errors
    /// As [`Self::suspend`].
    pub async fn reinstate(&self, id: &str, who: &str, seen: Option<&Mark>) -> Answer<CertificateRow> {
        self.mark(id, (who, seen), REINSTATED, None).await
    }

    /// Revokes a certificate for good.
    ///
    /// # Errors
    /// As [`Self::suspend`].
    pub async fn revoke(&self, id: &str, who: &str, seen: Option<&Mark>, words: Words) -> Answer<CertificateRow> {
        self.mark(id, (who, seen), REVOKED, Some(words)).await
    }

    /// Sets where a certificate stands; its holder finds it in the timeline and is told that there is news.
    async fn mark(
        &self,
        id: &str,
        (who, seen): (&str, Option<&Mark>),
        (act, from, to): Change,
        words: Option<Words>,
    ) -> Answer<CertificateRow> {
        if words.as_ref().is_some_and(|words| words.text.trim().is_empty()) {
            return Err(Fault::invalid(contract::questionnaire::Pointer::member("words"), "required"));
        }
        let application = self.certificate_row(id).await?.application;
        let mut case = Case::open(self, &application).await?.ok_or_else(Fault::not_found)?;
        let mut row = load(case.txn.db(), id).await?.ok_or_else(Fault::not_found)?;
        if !from.contains(&row.state) {
            return Err(case.refuse().await);
        }
        case.is_as_seen(seen).await?;
        row.state = to;
        row.words.clone_from(&words);
        if to == CertificateState::Revoked {
            case.matter.certificate_ends = None;
        }
        save(case.txn.db(), &row).await?;
        let (real, now, stands) = (case.real, case.now, case.matter.state);
        audit::note(case.txn.db(), real, who, to.code(), id).await?;
        case.put(act, Actor::Issuer, stands, now).words = words;
        acts::tell_applicant(&mut case).await?;
        case.write(who).await?;
        case.commit().await?;
        Ok(row)
    }
}

/// Whether a state still waits for its certificate to be collected.
pub(super) const fn is_collectable(state: State) -> bool {
    matches!(state, State::Issued | State::Collected)
}
