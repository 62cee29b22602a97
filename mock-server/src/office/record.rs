//! The record of contract §3.2, made from what the office keeps.
use super::{
    Answer, Matter, Office, Viewer, at_second, booking,
    booking::{Held, Placed},
    case::{facts, routes},
    certificates, documents, papers,
};
use chrono::Duration;
use contract::{
    api::{
        Action, Appeal, ApplicationRecord, Attempts, Category, Decision, DraftMark, Event, ExaminationSummary, Holder,
        InPerson, Referral, ReturnedItem, Words,
    },
    application::{State, applicant_acts},
    identity::{Phone, masked},
};
use sqlx::SqliteConnection;

/// What a record is made from.
pub(super) struct Seen<'a> {
    pub(super) office: &'a Office,
    pub(super) matter: &'a Matter,
    pub(super) hold: Option<&'a Held>,
    pub(super) place: Option<&'a Placed>,
    /// Events that are not written yet, oldest first.
    pub(super) fresh: &'a [Event],
}

/// Events in the record itself; older ones by `GET …/events`.
pub(super) const EVENTS: usize = 20;

pub(super) async fn build(db: &mut SqliteConnection, seen: &Seen<'_>, viewer: &Viewer) -> Answer<ApplicationRecord> {
    let Seen { office, matter, .. } = *seen;
    let now = matter.now(office.now());
    let (lang, state) = (viewer.lang.as_str(), matter.state);
    let category = matter.category.as_ref();
    let mut events: Vec<Event> = seen.fresh.iter().rev().cloned().collect();
    events.extend(stored_events(db, &matter.id, None, EVENTS).await?.into_iter().map(|(_, event)| event));
    events.truncate(EVENTS);
    for event in &mut events {
        localise(office, event, lang);
    }
    let mut returned = papers::returned(db, office, matter).await?;
    localise_items(&mut returned, lang);
    Ok(ApplicationRecord {
        id: matter.id.clone(),
        version: matter.version,
        number: matter.number.clone(),
        state,
        stage: matter.stage,
        since: matter.since,
        round: matter.round,
        report_round: matter.report_round,
        holder: matter
            .facts
            .as_ref()
            .filter(|facts| !facts.name.is_empty())
            .map(|facts| Holder { name: facts.name.clone(), id_masked: masked(&facts.id_number) }),
        category: category.map(|category| Category {
            code: category.code.clone(),
            title: office.catalogue.category_title(&category.code, lang).unwrap_or_else(|| category.title.clone()),
        }),
        questionnaire: office.form_for(matter, papers::FormKind::Application)?.form.canonical(),
        report_questionnaire: Some(office.form_for(matter, papers::FormKind::Report)?.form.canonical()),
        renews: matter.renews.clone(),
        actions: actions(seen),
        due_on: state.shown_due_on(matter.due_on),
        reply_by: state.shown_reply_by(matter.reply_by),
        returned,
        open: papers::open_set(db, office, matter, now.date_naive()).await?,
        attempts: Attempts { used: matter.attempts, limit: super::ATTEMPTS },
        report_attempts: Attempts { used: matter.report_attempts, limit: super::REPORT_ATTEMPTS },
        in_person: matter.in_person.as_ref().map(|way| InPerson {
            words: way.words.clone(),
            sites: way.sites.clone(),
            bring: way.bring.iter().map(|thing| said(thing, lang)).collect(),
        }),
        documents: documents::all_of(db, &matter.id).await?,
        draft: draft_mark(db, &matter.id).await?,
        examination: examination(db, seen, lang).await?,
        decision: matter.decision.as_ref().map(|decision| Decision {
            kind: decision.kind,
            words: decision.words.clone(),
            appeal: decision
                .appeal
                .as_ref()
                .map(|appeal| Appeal { place: said(&appeal.place, lang), ..appeal.clone() }),
        }),
        certificate: certificates::summary(db, office, matter, viewer).await?,
        notify: notify(matter),
        kept_until: kept_until(matter),
        events,
    })
}

fn actions(seen: &Seen<'_>) -> Vec<Action> {
    let now = seen.matter.now(seen.office.now());
    let acts = applicant_acts(&facts(seen.office, seen.matter, seen.place), now);
    acts.into_iter().map(|(act, window)| Action { act, from: window.from, until: window.until }).collect()
}

fn notify(matter: &Matter) -> Option<String> {
    let phone = matter.facts.as_ref().map(|facts| facts.phone.as_str()).filter(|phone| !phone.is_empty())?;
    Phone::parse(phone).ok().map(|phone| phone.masked())
}

/// The day that answers and documents are erased, where one is set: how long the rest is kept, the law says.
fn kept_until(matter: &Matter) -> Option<chrono::NaiveDate> {
    match matter.state {
        // It lapses when that day is over, and is erased a day later.
        State::Draft => matter.due_on.map(|day| day + Duration::days(2)),
        State::Withdrawn | State::Lapsed => Some(matter.since.date_naive() + Duration::days(1)),
        _ => None,
    }
}

async fn draft_mark(db: &mut SqliteConnection, id: &str) -> Answer<Option<DraftMark>> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT etag, saved_at FROM draft WHERE application = ?").bind(id).fetch_optional(db).await?;
    Ok(row.map(|(etag, saved_at)| DraftMark { etag: format!("\"{etag}\""), saved_at: at_second(saved_at) }))
}

/// What is brought to an office where nothing else is named.
pub(super) const THE_DOCUMENT: &str = "身份证件原件";
/// Where to disagree, where nothing else is named.
pub(super) const WHERE_TO_APPEAL: &str = "示例市卫生健康委员会，000-00000";
/// To whom a late scan gives a file back.
pub(super) const FILE_REFUSED: &str = "这个文件打不开或不安全，请换一个文件。";

/// What the office says of itself is kept in Chinese, and said in the language of its reader.
const OWN_WORDS: [(&str, &str); 3] = [
    (THE_DOCUMENT, "the original of your ID"),
    (WHERE_TO_APPEAL, "Example City Health Commission, 000-00000"),
    (FILE_REFUSED, "This file cannot be opened or is not safe. Please send another one."),
];

/// The same in English, if it is the office's own and that is read.
fn in_english(text: &str, lang: &str) -> Option<&'static str> {
    let own = OWN_WORDS.iter().find(|(chinese, _)| *chinese == text).filter(|_| lang == "en");
    own.map(|(_, english)| *english)
}

/// As somebody wrote it, or as the office says it of itself.
fn said(text: &str, lang: &str) -> String {
    in_english(text, lang).unwrap_or(text).to_owned()
}

fn localise_items(items: &mut [ReturnedItem], lang: &str) {
    for words in items.iter_mut().filter_map(|item| item.words.as_mut()) {
        if let Some(english) = in_english(&words.text, lang) {
            *words = Words::new(english, "en");
        }
    }
}

async fn examination(db: &mut SqliteConnection, seen: &Seen<'_>, lang: &str) -> Answer<ExaminationSummary> {
    let Seen { office, matter, hold, place, .. } = *seen;
    let hold = match hold {
        Some(hold) => booking::hold_shown(db, office, hold, matter).await?,
        None => None,
    };
    let appointment = match place {
        Some(place) => booking::appointment_shown(db, office, place, matter, lang).await?,
        None => None,
    };
    Ok(ExaminationSummary {
        routes: routes(matter),
        book_from: matter.book_from.filter(|from| *from > matter.now(office.now())),
        hold,
        appointment,
        referral: matter.referral.as_ref().filter(|_| matter.state == State::Referred).map(|referral| Referral {
            place: referral.place.clone(),
            address: referral.address.clone(),
            bring: referral.bring.iter().map(|thing| said(thing, lang)).collect(),
            words: referral.words.clone(),
        }),
    })
}

/// Sites are kept by id: their names depend on the reader, as do the office's own words.
pub(super) fn localise(office: &Office, event: &mut Event, lang: &str) {
    localise_items(&mut event.items, lang);
    if let Some(place) = &mut event.place {
        *place = office.catalogue.sites.name(place, lang);
    }
}

/// Stored events, newest first, with their place; only those before `before`.
pub(super) async fn stored_events(
    db: &mut SqliteConnection,
    id: &str,
    before: Option<i64>,
    most: usize,
) -> Answer<Vec<(i64, Event)>> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT seq, body FROM event WHERE application = ? AND seq < ? ORDER BY seq DESC LIMIT ?")
            .bind(id)
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(db)
            .await?;
    rows.into_iter().map(|(seq, body)| Ok((seq, serde_json::from_str(&body)?))).collect()
}
