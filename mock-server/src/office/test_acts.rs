//! `POST /test/acts`: plays desk and clock for conformance runs, through the same functions as the desk.
use super::{
    Answer, Case, Fault, Mark, Office, OfficeAct, Once, Returning, Viewer, acts, audit, case::day_after, documents,
    results, submit,
};
use chrono::{Datelike as _, NaiveDate};
use contract::{
    api::{Outcome, ReturnCode, TestAct, Words},
    application::{Act, Actor, State},
    questionnaire::Pointer,
};
use std::collections::BTreeMap;

/// Where a clock may be moved to: far enough for any test, and every day after it can still be reckoned.
pub(super) const YEARS: std::ops::Range<i32> = 2000..9000;

fn words(act: &TestAct) -> Words {
    Words::new(act.words.clone().unwrap_or_else(|| "示例说明。".into()), "zh-CN")
}

fn items(act: &TestAct) -> Vec<Returning> {
    let code = act.code.unwrap_or(ReturnCode::Other);
    act.pointers.iter().map(|pointer| Returning { pointer: pointer.clone(), code, words: words(act) }).collect()
}

/// The codes that pointers such as `#/1742-6` name.
fn codes(act: &TestAct) -> Vec<String> {
    act.pointers.iter().map(|pointer| pointer.as_str().trim_start_matches("#/").to_owned()).collect()
}

/// The office's act that a test asks for. `None`: the clock's, or the applicant's own, which is not played here.
fn office_act(act: &TestAct) -> Option<OfficeAct> {
    let words = words(act);
    Some(match act.act {
        Act::Begin => OfficeAct::Begin,
        Act::Return => OfficeAct::Return(items(act)),
        Act::ReturnReport => OfficeAct::ReturnReport(items(act)),
        Act::ScanReturn => OfficeAct::ScanReturn { document: String::new(), code: "infected".into() },
        Act::CallIn => OfficeAct::CallIn { words, sites: Vec::new(), bring: Vec::new() },
        Act::Receive => OfficeAct::Receive { words },
        Act::Accept => OfficeAct::Accept { category: None },
        Act::Reject => OfficeAct::Reject { words, appeal: None },
        Act::CloseSlot => OfficeAct::CloseSlot { words },
        Act::Attend => OfficeAct::Attend { site: None },
        Act::ReExamine => OfficeAct::ReExamine { words, routes: None, items: codes(act) },
        Act::Pass => OfficeAct::Pass,
        Act::Refer => OfficeAct::Refer {
            place: "示例医院".into(),
            address: "示例路 100 号".into(),
            bring: vec![super::record::THE_DOCUMENT.into()],
            words: Some(words),
            due_on: None,
        },
        Act::Unfit => OfficeAct::Unfit { words, finding: None },
        Act::Issue => OfficeAct::Issue,
        Act::Miss
        | Act::Lapse
        | Act::Suspend
        | Act::Reinstate
        | Act::Revoke
        | Act::Edit
        | Act::Submit
        | Act::Recall
        | Act::Withdraw
        | Act::Supplement
        | Act::Book
        | Act::Change
        | Act::Cancel
        | Act::Report
        | Act::Collect
        | Act::Unknown => return None,
    })
}

impl Office {
    /// Plays an act. `at` moves this application's clock there first, from where it runs on.
    ///
    /// `miss` and `lapse` move the clock to when they are due. The applicant's own acts are refused: they have their calls.
    ///
    /// # Errors
    /// As the act itself; `not-found`.
    pub async fn play(&self, subject: &str, once: &Once, act: &TestAct, viewer: &Viewer) -> Answer<Outcome> {
        let _turn = self.take_turn(once)?;
        let mut case = Case::of(self, &act.application, subject).await?;
        if let Some(outcome) = submit::again(&mut case, once, viewer).await? {
            return Ok(outcome);
        }
        if let Some(at) = act.at {
            if !YEARS.contains(&at.year()) {
                return Err(Fault::invalid(Pointer::member("at"), "range"));
            }
            move_clock(&mut case, at).await?;
        }
        match act.act {
            Act::Miss | Act::Lapse => self.wait_until_due(&mut case, act.act).await?,
            Act::Edit if act.at.is_some() => {}
            Act::Unknown => return Err(Fault::invalid(Pointer::member("act"), "choice")),
            _ => {
                let Some(mut wanted) = office_act(act) else { return Err(case.refuse().await) };
                if let OfficeAct::ScanReturn { document, .. } = &mut wanted {
                    let missing = || Fault::invalid(Pointer::member("pointers"), "required");
                    *document = documents::meant(&mut case, act.pointers.first().ok_or_else(missing)?).await?;
                }
                if matches!(wanted, OfficeAct::Pass)
                    && matches!(case.matter.state, State::Examined | State::ReportReview | State::Referred)
                {
                    results::record_normal(&mut case);
                }
                acts::perform(&mut case, wanted).await?;
            }
        }
        case.changed = true;
        let receipt = case.receipt(once, act.act, None, 0, BTreeMap::new()).await?;
        case.write("test").await?;
        Ok(Outcome { receipt: Some(receipt), application: case.finish(viewer).await? })
    }

    /// Moves one application's clock forward to where a day begins, for a desk that shows what time does. What is due by then
    /// happens.
    ///
    /// # Errors
    /// `invalid`: a day that is over, or too far; `stale`; `not-found`.
    pub async fn be_on(&self, id: &str, who: &str, seen: Option<&Mark>, day: NaiveDate) -> Answer<()> {
        let mut case = Case::open(self, id).await?.ok_or_else(Fault::not_found)?;
        case.is_as_seen(seen).await?;
        let days = (day - case.now.date_naive()).num_days();
        if days <= 0 {
            return Err(Fault::invalid(Pointer::member("day"), "future"));
        }
        if !YEARS.contains(&day.year()) {
            return Err(Fault::invalid(Pointer::member("day"), "far"));
        }
        let at = day_after(case.now, days);
        move_clock(&mut case, at).await?;
        let real = case.real;
        audit::note(case.txn.db(), real, who, "move-clock", id).await?;
        case.write(who).await?;
        case.finish_quietly().await
    }

    async fn wait_until_due(&self, case: &mut Case, act: Act) -> Answer<()> {
        let facts = case.facts();
        let at = if act == Act::Miss { facts.missed_at } else { facts.lapses_at };
        if case.matter.state == if act == Act::Miss { State::Missed } else { State::Lapsed } {
            return Ok(());
        }
        let possible = contract::application::apply(act, Actor::Clock, &facts, case.now).is_ok();
        match at.filter(|_| possible) {
            Some(at) => move_clock(case, at.max(case.now)).await,
            None => Err(case.refuse().await),
        }
    }
}

/// Moves an application's clock; what is due by then happens.
async fn move_clock(case: &mut Case, at: contract::api::Instant) -> Answer<()> {
    case.matter.clock_ahead = (at - case.real).num_seconds();
    case.now = case.matter.now(case.real);
    if let Some(hold) = &mut case.hold {
        hold.real_until = hold.until - case.matter.clock_ahead;
        let real_until = hold.real_until;
        sqlx::query("UPDATE hold SET real_until = ? WHERE application = ?")
            .bind(real_until)
            .bind(&case.matter.id)
            .execute(case.txn.db())
            .await?;
    }
    case.changed = true;
    super::clock::run(case).await?;
    Ok(())
}
