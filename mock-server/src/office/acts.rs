//! What the office does to an application: one function, driven by the contract's machine.
//!
//! Reviewer, examiner, issuer and system acts of contract §2.2. What the applicant does is in `submit`, `supplement`,
//! `booking` and `collect`; what time does is in `clock`.
use super::{
    Answer, Case, Fault, Mark, Office, Viewer, booking, certificates, codes, documents,
    matter::{DecisionFact, ReferralFact, WayInPerson},
    papers::{self, FormKind},
    record, results, submit,
};
use chrono::{Duration, NaiveDate};
use contract::{
    api::{
        Appeal, ApplicationRecord, DecisionKind, ExaminationOutcome, ItemError, ReturnCode, ReturnedItem, Route, Words,
    },
    application::{Act, Actor, State},
    questionnaire::Pointer,
};

/// Who acts: a name for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By<'a>(pub &'a str);

/// One item to return: which, why, in which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returning {
    /// The item, or the whole of a repeating group.
    pub pointer: Pointer,
    /// Why, in a word.
    pub code: ReturnCode,
    /// For the applicant, as the reviewer wrote it.
    pub words: Words,
}

/// An act of the office with what it needs.
#[derive(Clone, Debug, PartialEq)]
pub enum OfficeAct {
    /// Open it for review.
    Begin,
    /// Items go back.
    Return(Vec<Returning>),
    /// A late scan refused a document.
    ScanReturn {
        /// Document id.
        document: String,
        /// Document code: `infected`, …
        code: String,
    },
    /// Ask the person to come.
    CallIn {
        /// Why.
        words: Words,
        /// Where: site ids; empty for all.
        sites: Vec<String>,
        /// What to bring.
        bring: Vec<String>,
    },
    /// Take in person what was brought.
    Receive {
        /// What it was.
        words: Words,
    },
    /// The papers are in order.
    Accept {
        /// The kind of work, where the person wrote own words.
        category: Option<String>,
    },
    /// The papers will not do.
    Reject {
        /// Why.
        words: Words,
        /// Where to disagree.
        appeal: Option<String>,
    },
    /// The site cancels a visit.
    CloseSlot {
        /// Why.
        words: Words,
    },
    /// The person came.
    Attend {
        /// Which site; that of the appointment if not said.
        site: Option<String>,
    },
    /// Parts of the report go back.
    ReturnReport(Vec<Returning>),
    /// Something must be examined again.
    ReExamine {
        /// Which items and why.
        words: Words,
        /// Ways left, if fewer; else all.
        routes: Option<Vec<Route>>,
        /// Codes of the results that are found anew; the others stand. All, if none are named.
        items: Vec<String>,
    },
    /// Passed.
    Pass,
    /// See a doctor first.
    Refer {
        /// Name.
        place: String,
        /// Address.
        address: String,
        /// What to bring.
        bring: Vec<String>,
        /// For the applicant; tells no finding.
        words: Option<Words>,
        /// Until when.
        due_on: Option<NaiveDate>,
    },
    /// Not fit for this work.
    Unfit {
        /// What to do, how to be checked again. Tells no finding.
        words: Words,
        /// What was found, for the examination page alone.
        finding: Option<Words>,
    },
    /// Sign the certificate.
    Issue,
}

/// Days the applicant has after an act.
const AFTER_RETURN: i64 = 10;
const AFTER_CALL: i64 = 15;
const AFTER_ACCEPT: i64 = 30;
/// Days the office takes.
pub(super) const REVIEW_DAYS: i64 = 5;
const RESULT_DAYS: i64 = 3;
const ISSUE_DAYS: i64 = 2;
/// The latest day by which a doctor may be seen, in days.
const LATEST_REFERRAL: i64 = 365;
/// Days to disagree.
const APPEAL_DAYS: i64 = 60;

impl OfficeAct {
    /// Its row of the machine.
    pub const fn act(&self) -> Act {
        match self {
            Self::Begin => Act::Begin,
            Self::Return(_) => Act::Return,
            Self::ScanReturn { .. } => Act::ScanReturn,
            Self::CallIn { .. } => Act::CallIn,
            Self::Receive { .. } => Act::Receive,
            Self::Accept { .. } => Act::Accept,
            Self::Reject { .. } => Act::Reject,
            Self::CloseSlot { .. } => Act::CloseSlot,
            Self::Attend { .. } => Act::Attend,
            Self::ReturnReport(_) => Act::ReturnReport,
            Self::ReExamine { .. } => Act::ReExamine,
            Self::Pass => Act::Pass,
            Self::Refer { .. } => Act::Refer,
            Self::Unfit { .. } => Act::Unfit,
            Self::Issue => Act::Issue,
        }
    }

    /// Who does it, by the machine.
    pub fn actor(&self) -> Actor {
        let act = self.act();
        contract::application::TABLE.iter().find(|row| row.act == act).map_or(Actor::Unknown, |row| row.actor)
    }
}

impl Office {
    /// Does an act of the office: record, event and news in one transaction.
    ///
    /// # Errors
    /// `not-found`; `act-refused` and `outside-window` as the machine says; `invalid` where words or items are missing.
    pub async fn act(&self, id: &str, by: By<'_>, act: OfficeAct) -> Answer<ApplicationRecord> {
        self.act_on(id, by, None, act).await
    }

    /// The same, of somebody who decided on what they had before them.
    ///
    /// # Errors
    /// `stale` too: something else is there by now.
    pub async fn act_on(&self, id: &str, by: By<'_>, seen: Option<&Mark>, act: OfficeAct) -> Answer<ApplicationRecord> {
        let mut case = Case::open(self, id).await?.ok_or_else(Fault::not_found)?;
        case.is_as_seen(seen).await?;
        perform(&mut case, act).await?;
        tell_applicant(&mut case).await?;
        case.write(by.0).await?;
        case.finish(&Viewer::reading("zh-CN")).await
    }
}

/// Does an act to an open application; the caller finishes it.
pub(super) async fn perform(case: &mut Case, act: OfficeAct) -> Answer<()> {
    let (which, actor) = (act.act(), act.actor());
    if let OfficeAct::ScanReturn { document, code } = act {
        return scan_return(case, &document, &code).await;
    }
    // Refuse by state before looking at what came with it.
    case.may(which, actor).await?;
    match act {
        OfficeAct::Begin => {
            case.go(which, actor).await?;
            reply_in(case, REVIEW_DAYS);
        }
        OfficeAct::Return(items) => return_items(case, items, FormKind::Application).await?,
        OfficeAct::ReturnReport(items) => return_items(case, items, FormKind::Report).await?,
        OfficeAct::ScanReturn { .. } => {}
        OfficeAct::CallIn { words, sites, bring } => {
            said(&words)?;
            let due_on = case.owe(AFTER_CALL);
            case.matter.in_person = Some(in_person(Some(words.clone()), sites, bring));
            let event = case.go(which, actor).await?;
            event.words = Some(words);
            event.due_on = Some(due_on);
        }
        OfficeAct::Receive { words } => {
            said(&words)?;
            case.go(which, actor).await?.words = Some(words);
            case.matter.returned.clear();
            documents::settle_returned(case).await?;
            // What was begun for what came back is not asked for any more.
            super::drafts::start_anew(case).await?;
            reply_in(case, REVIEW_DAYS);
        }
        OfficeAct::Accept { category } => {
            if let Some(code) = category {
                let title = case.office.catalogue.category_title(&code, "zh-CN");
                let title = title.ok_or_else(|| Fault::invalid(Pointer::member("category"), "choice"))?;
                let before = case.matter.category.take();
                let own =
                    before.and_then(|before| before.own.or(Some(before.title).filter(|_| before.code.is_empty())));
                case.matter.category = Some(super::CategoryFact { code, title, own });
            }
            case.matter.returned.clear();
            let due_on = case.owe(AFTER_ACCEPT);
            case.go(which, actor).await?.due_on = Some(due_on);
        }
        OfficeAct::Reject { words, appeal } => {
            said(&words)?;
            case.matter.returned.clear();
            decide(case, DecisionKind::Papers, &words, appeal);
            case.go(which, actor).await?.words = Some(words);
        }
        OfficeAct::CloseSlot { words } => {
            said(&words)?;
            let slot = booking::placed_slot(case).await?;
            let event = case.go(which, actor).await?;
            event.slot = slot;
            event.words = Some(words);
            booking::free_hold(case).await?;
            booking::spend_place(case, which).await?;
            booking::after_leaving(case);
        }
        OfficeAct::Attend { site } => attend(case, site).await?,
        OfficeAct::ReExamine { words, routes, items } => {
            said(&words)?;
            results::find_anew(case, items)?;
            let due_on = case.owe(AFTER_ACCEPT);
            case.matter.returned.clear();
            case.matter.book_from = None;
            case.matter.referral = None;
            case.matter.routes = routes.filter(|routes| !routes.is_empty());
            let results_stand = !case.matter.findings.observations.is_empty();
            let event = case.go(which, actor).await?;
            event.words = Some(words);
            event.due_on = Some(due_on);
            event.results_stand = results_stand;
        }
        OfficeAct::Pass => {
            case.go(which, actor).await?;
            conclude(case, ExaminationOutcome::Passed);
            submit::erase_after_examination(case).await?;
            reply_in(case, ISSUE_DAYS);
        }
        OfficeAct::Refer { place, address, bring, words, due_on } => {
            let bring = if bring.is_empty() { vec![record::THE_DOCUMENT.to_owned()] } else { bring };
            let days = due_on.map_or(AFTER_ACCEPT, |on| (on - case.now.date_naive()).num_days());
            check_referral(&place, days)?;
            let due_on = case.owe(days);
            let referral = ReferralFact { place: place.clone(), address, bring, words };
            let event = case.go(which, actor).await?;
            event.place = Some(place);
            event.due_on = Some(due_on);
            case.matter.referral = Some(referral);
            conclude(case, ExaminationOutcome::Referred);
        }
        OfficeAct::Unfit { words, finding } => {
            said(&words)?;
            case.go(which, actor).await?.words = Some(words.clone());
            conclude(case, ExaminationOutcome::Unfit);
            submit::erase_after_examination(case).await?;
            case.matter.findings.finding = finding.or(case.matter.findings.finding.take());
            decide(case, DecisionKind::Medical, &words, None);
        }
        OfficeAct::Issue => {
            certificates::issue(case).await?;
            case.go(which, actor).await?;
        }
    }
    Ok(())
}

/// A decision needs words.
fn said(words: &Words) -> Answer<()> {
    if words.text.trim().is_empty() { Err(Fault::invalid(Pointer::member("words"), "required")) } else { Ok(()) }
}

/// A referral needs somewhere to go, by a day that is still to come.
fn check_referral(place: &str, days: i64) -> Answer<()> {
    let wrong = |name: &str, code: &str| ItemError::new(Pointer::member(name), code);
    let place = place.trim().is_empty().then(|| wrong("place", "required"));
    let day = (!(0..=LATEST_REFERRAL).contains(&days)).then(|| wrong("due_on", "range"));
    let errors: Vec<ItemError> = place.into_iter().chain(day).collect();
    if errors.is_empty() { Ok(()) } else { Err(Fault::items(errors)) }
}

fn reply_in(case: &mut Case, days: i64) {
    case.matter.reply_by = Some(case.now.date_naive() + Duration::days(days));
}

fn conclude(case: &mut Case, outcome: ExaminationOutcome) {
    case.matter.returned.clear();
    case.matter.findings.outcome = Some(outcome);
    let today = case.now.date_naive();
    case.matter.findings.examined_on.get_or_insert(today);
}

fn decide(case: &mut Case, kind: DecisionKind, words: &Words, appeal: Option<String>) {
    let place = appeal.unwrap_or_else(|| record::WHERE_TO_APPEAL.to_owned());
    let until = case.now.date_naive() + Duration::days(APPEAL_DAYS);
    case.matter.decision =
        Some(DecisionFact { kind, words: Some(words.clone()), appeal: Some(Appeal { until, place }) });
}

fn in_person(words: Option<Words>, sites: Vec<String>, bring: Vec<String>) -> WayInPerson {
    let bring = if bring.is_empty() { vec![record::THE_DOCUMENT.to_owned()] } else { bring };
    WayInPerson { words, sites, bring }
}

async fn return_items(case: &mut Case, items: Vec<Returning>, kind: FormKind) -> Answer<()> {
    let (office, id) = (case.office.clone(), case.matter.id.clone());
    let form = &office.form_for(&case.matter, kind)?.form;
    // What is reviewed names its items as the form that it was sent with, whichever is taken now.
    let sent = papers::last_sent(case.txn.db(), &id, kind).await?;
    let sent = sent.and_then(|sent| office.form(&sent.questionnaire));
    let mut errors = Vec::new();
    for item in &items {
        let mut forms = std::iter::once(form).chain(sent);
        let unknown = forms.all(|form| form.item_at(&item.pointer).is_none());
        if unknown || item.words.text.trim().is_empty() {
            let code = if unknown { "unknown-item" } else { "required" };
            errors.push(ItemError::new(item.pointer.clone(), code));
        }
    }
    if items.is_empty() {
        return Err(Fault::invalid(Pointer::member("items"), "required"));
    }
    if !errors.is_empty() {
        return Err(Fault::items(errors));
    }
    let mut returned = Vec::new();
    for item in items {
        let hashes = documents::mark_returned(case, &item.pointer).await?;
        let refused = case.matter.refused.entry(item.pointer.clone()).or_default();
        refused.extend(hashes);
        refused.sort();
        refused.dedup();
        returned.push(ReturnedItem {
            pointer: item.pointer,
            code: item.code,
            words: Some(item.words),
            at: Some(case.now),
            refused_sha256: refused.clone(),
        });
    }
    let due_on = case.owe(AFTER_RETURN);
    let act = if kind == FormKind::Application { Act::Return } else { Act::ReturnReport };
    let actor = if kind == FormKind::Application { Actor::Reviewer } else { Actor::Examiner };
    let event = case.go(act, actor).await?;
    event.items =
        returned.iter().map(|item| ReturnedItem { at: None, refused_sha256: Vec::new(), ..item.clone() }).collect();
    event.due_on = Some(due_on);
    case.matter.returned = returned;
    match kind {
        FormKind::Application => {
            case.matter.attempts += 1;
            super::drafts::start_anew(case).await?;
        }
        FormKind::Report => case.matter.report_attempts += 1,
    }
    if case.matter.in_person.is_none() {
        case.matter.in_person = Some(in_person(None, Vec::new(), Vec::new()));
    }
    Ok(())
}

/// A late scan refused a document: before a submission its task reopens, after it the item comes back without costing an attempt.
async fn scan_return(case: &mut Case, document: &str, code: &str) -> Answer<()> {
    // One that nothing names yet is replaced where it was put in; one that was handed in comes back, or is asked for again once
    // there is somebody who may give it back.
    let is_handed_in = documents::is_named(case, document).await?;
    let pointer = documents::refuse_late(case, document, code).await?;
    if !is_handed_in && (matches!(case.matter.state, State::Draft | State::Returned) || case.matter.at_report()) {
        return Ok(());
    }
    case.may(Act::ScanReturn, Actor::System).await?;
    let words = Words::new(record::FILE_REFUSED, "zh-CN");
    let hashes = documents::hashes_at(case, &pointer).await?;
    let refused = case.matter.refused.entry(pointer.clone()).or_default();
    // The document itself is one of those at its item.
    refused.extend(hashes);
    refused.sort();
    refused.dedup();
    let item = ReturnedItem {
        pointer,
        code: ReturnCode::Unreadable,
        words: Some(words),
        at: Some(case.now),
        refused_sha256: refused.clone(),
    };
    let due_on = case.owe(AFTER_RETURN);
    let event = case.go(Act::ScanReturn, Actor::System).await?;
    event.items = vec![ReturnedItem { at: None, refused_sha256: Vec::new(), ..item.clone() }];
    event.due_on = Some(due_on);
    case.matter.returned = vec![item];
    super::drafts::start_anew(case).await
}

async fn attend(case: &mut Case, site: Option<String>) -> Answer<()> {
    let booked = case.place.as_ref().map(|place| place.slot.site.clone());
    let site = site.or(booked);
    case.go(Act::Attend, Actor::Examiner).await?.place = site;
    booking::free_hold(case).await?;
    booking::spend_place(case, Act::Attend).await?;
    let today = case.now.date_naive();
    case.matter.findings.examined_on = Some(today);
    case.matter.findings.results_by = Some(today + Duration::days(RESULT_DAYS));
    case.matter.book_from = None;
    case.matter.missed_code = None;
    reply_in(case, RESULT_DAYS);
    Ok(())
}

/// A text message says that there is news, never which.
pub(super) async fn tell_applicant(case: &mut Case) -> Answer<()> {
    let phone = case.matter.facts.as_ref().map(|facts| facts.phone.clone()).filter(|phone| !phone.is_empty());
    let Some(phone) = phone else { return Ok(()) };
    let number = case.matter.number.clone().unwrap_or_default();
    let text = format!("您的健康证申请 {number} 有新进展，请打开申请页面查看。There is news of your application.");
    let real = case.real;
    codes::send(case.txn.db(), real, &phone, "news", &text, None).await
}
