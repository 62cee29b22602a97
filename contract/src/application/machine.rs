//! The machine: one table of acts, and the guards that go with a row.
//!
//! What is not in [`TABLE`] is refused. The same code decides in the app, which draws buttons from it, and in the mock, which obeys it.
use super::{Act, Actor, State};
use crate::api::Instant;
use chrono::Duration;

/// One row of contract §2.2.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What is done.
    pub act: Act,
    /// By whom.
    pub actor: Actor,
    /// From which states.
    pub from: &'static [State],
    /// To which state; `None` leaves it as it is.
    pub to: Option<State>,
    /// What else must hold.
    pub guard: Guard,
}

/// What must hold beside the state (the column "only if" of contract §2.2, as far as [`Facts`] can tell).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    None,
    /// Returns are left.
    Attempts,
    /// Returns of the report are left.
    ReportAttempts,
    /// The route on site is open, from `book_from` on.
    Book,
    /// Before `change_until`.
    Move,
    /// The route by report is open.
    Report,
    /// All required results are recorded.
    Results,
    /// Tries are not locked.
    Collect,
}

use State as S;

const fn row(act: Act, actor: Actor, from: &'static [State], to: State) -> Row {
    Row { act, actor, from, to: Some(to), guard: Guard::None }
}

const fn only_if(row: Row, guard: Guard) -> Row {
    Row { guard, ..row }
}

/// All acts. Source: contract §2.2.
pub static TABLE: [Row; 27] = [
    Row {
        act: Act::Edit,
        actor: Actor::Applicant,
        from: &[S::Draft, S::Returned, S::Accepted, S::Missed, S::ReportReturned],
        to: None,
        guard: Guard::None,
    },
    row(Act::Submit, Actor::Applicant, &[S::Draft], S::Submitted),
    row(Act::Recall, Actor::Applicant, &[S::Submitted], S::Draft),
    row(
        Act::Withdraw,
        Actor::Applicant,
        &[
            S::Draft,
            S::Submitted,
            S::InReview,
            S::Returned,
            S::Resubmitted,
            S::Counter,
            S::Accepted,
            S::Booked,
            S::Missed,
            S::Examined,
            S::ReportReview,
            S::ReportReturned,
            S::Referred,
        ],
        S::Withdrawn,
    ),
    row(Act::Begin, Actor::Reviewer, &[S::Submitted, S::Resubmitted], S::InReview),
    only_if(row(Act::Return, Actor::Reviewer, &[S::InReview], S::Returned), Guard::Attempts),
    row(Act::ScanReturn, Actor::System, &[S::Submitted, S::Resubmitted, S::InReview], S::Returned),
    row(Act::Supplement, Actor::Applicant, &[S::Returned], S::Resubmitted),
    row(Act::CallIn, Actor::Reviewer, &[S::InReview], S::Counter),
    row(Act::Receive, Actor::Reviewer, &[S::Returned, S::Counter], S::InReview),
    row(Act::Accept, Actor::Reviewer, &[S::InReview], S::Accepted),
    row(Act::Reject, Actor::Reviewer, &[S::InReview], S::Rejected),
    only_if(row(Act::Book, Actor::Applicant, &[S::Accepted, S::Missed, S::ReportReturned], S::Booked), Guard::Book),
    only_if(row(Act::Change, Actor::Applicant, &[S::Booked], S::Booked), Guard::Move),
    only_if(row(Act::Cancel, Actor::Applicant, &[S::Booked], S::Accepted), Guard::Move),
    row(Act::CloseSlot, Actor::Examiner, &[S::Booked], S::Accepted),
    row(Act::Miss, Actor::Clock, &[S::Booked], S::Missed),
    row(Act::Attend, Actor::Examiner, &[S::Booked, S::Missed], S::Examined),
    only_if(
        row(Act::Report, Actor::Applicant, &[S::Accepted, S::Missed, S::ReportReturned], S::ReportReview),
        Guard::Report,
    ),
    only_if(row(Act::ReturnReport, Actor::Examiner, &[S::ReportReview], S::ReportReturned), Guard::ReportAttempts),
    row(Act::ReExamine, Actor::Examiner, &[S::Examined, S::ReportReview, S::Referred], S::Accepted),
    only_if(row(Act::Pass, Actor::Examiner, &[S::Examined, S::ReportReview, S::Referred], S::Passed), Guard::Results),
    row(Act::Refer, Actor::Examiner, &[S::Examined, S::ReportReview], S::Referred),
    row(Act::Unfit, Actor::Examiner, &[S::Examined, S::ReportReview, S::Referred], S::Rejected),
    row(Act::Issue, Actor::Issuer, &[S::Passed], S::Issued),
    only_if(row(Act::Collect, Actor::Applicant, &[S::Issued, S::Collected], S::Collected), Guard::Collect),
    row(
        Act::Lapse,
        Actor::Clock,
        &[S::Draft, S::Returned, S::Counter, S::Accepted, S::Missed, S::ReportReturned, S::Referred],
        S::Lapsed,
    ),
];

/// What the guards of contract §2.2 and §2.3 ask about an application. Whoever holds the matter fills it in.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where it stands.
    pub state: State,
    /// `return` acts so far, and how many the office allows.
    pub attempts: (u32, u32),
    /// `return-report` acts so far, and how many the office allows.
    pub report_attempts: (u32, u32),
    /// The category allows an examination on site.
    pub onsite: bool,
    /// The category allows a report.
    pub online: bool,
    /// Booking is possible from then on, after a missed visit.
    pub book_from: Option<Instant>,
    /// The appointment can be moved or given up until then.
    pub change_until: Option<Instant>,
    /// All required results are recorded.
    pub results_complete: bool,
    /// Collection is locked until then, after too many wrong tries.
    pub collect_from: Option<Instant>,
    /// 24:00 of the record's `due_on`: what the applicant owes is done before it.
    pub lapses_at: Option<Instant>,
    /// End of the booked slot and the site's grace: who has not come by then is missed.
    pub missed_at: Option<Instant>,
}

impl Facts {
    /// The facts of a matter about which nothing but its state is known: no window is set, both routes are open, no attempt used.
    pub const fn of(state: State) -> Self {
        Self {
            state,
            attempts: (0, 3),
            report_attempts: (0, 2),
            onsite: true,
            online: true,
            book_from: None,
            change_until: None,
            results_complete: false,
            collect_from: None,
            lapses_at: None,
            missed_at: None,
        }
    }
}

/// When an allowed act may be done. Open at both ends where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Not before.
    pub from: Option<Instant>,
    /// Not at or after.
    pub until: Option<Instant>,
}

/// Why an act is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The table has no such act from this state by this actor: re-read the record.
    NotFromHere,
    /// It was or will be possible at another time: wait, or go in person.
    OutsideWindow(Window),
    /// The reviewer has used all returns: accept, reject or call in.
    NoAttemptsLeft,
    /// The category does not allow this way of examination: take the other.
    RouteClosed,
    /// Results that the profile requires are not recorded yet: record them.
    ResultsMissing,
}

fn row_of(act: Act) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.act == act)
}

/// Whether the act is possible by table and routes, and in which window. Time is not looked at.
///
/// # Errors
/// The first thing that stands in the way.
pub fn allowed(act: Act, actor: Actor, facts: &Facts) -> Result<Window, Refusal> {
    let row =
        row_of(act).filter(|row| row.actor == actor && row.from.contains(&facts.state)).ok_or(Refusal::NotFromHere)?;
    match row.guard {
        Guard::Attempts if facts.attempts.0 >= facts.attempts.1 => Err(Refusal::NoAttemptsLeft),
        Guard::ReportAttempts if facts.report_attempts.0 >= facts.report_attempts.1 => Err(Refusal::NoAttemptsLeft),
        Guard::Book if !facts.onsite => Err(Refusal::RouteClosed),
        Guard::Report if !facts.online => Err(Refusal::RouteClosed),
        Guard::Results if !facts.results_complete => Err(Refusal::ResultsMissing),
        Guard::None | Guard::Attempts | Guard::ReportAttempts | Guard::Report | Guard::Results => Ok(Window::default()),
        Guard::Book => Ok(Window { from: facts.book_from, until: None }),
        Guard::Move => Ok(Window { from: None, until: facts.change_until }),
        Guard::Collect => Ok(Window { from: facts.collect_from, until: None }),
    }
}

/// The state after the act, if it may be done now.
///
/// # Errors
/// As [`allowed`], and [`Refusal::OutsideWindow`] when the time is not right.
pub fn apply(act: Act, actor: Actor, facts: &Facts, now: Instant) -> Result<State, Refusal> {
    let window = allowed(act, actor, facts)?;
    let early = window.from.is_some_and(|from| now < from);
    let late = window.until.is_some_and(|until| now >= until);
    if early || late {
        return Err(Refusal::OutsideWindow(window));
    }
    Ok(row_of(act).and_then(|row| row.to).unwrap_or(facts.state))
}

/// What the applicant may do at this moment, with windows: the `actions` of the record. A window that has closed drops the act,
/// one that is ahead keeps it, and a beginning that is past is not told.
pub fn applicant_acts(facts: &Facts, now: Instant) -> Vec<(Act, Window)> {
    let lapses_at = facts.lapses_at.filter(|_| facts.state.can_lapse());
    let window = |act| {
        let Window { from, until } = allowed(act, Actor::Applicant, facts).ok()?;
        let until = until.or(lapses_at.filter(|_| is_owed(act)));
        Some(Window { from: from.filter(|from| now < *from), until })
    };
    TABLE
        .iter()
        .filter(|row| row.actor == Actor::Applicant)
        .filter_map(|row| Some((row.act, window(row.act)?)))
        .filter(|(_, window)| window.until.is_none_or(|until| now < until))
        .collect()
}

/// What the person owes by a day. Filling in leads nowhere by itself, and giving up needs no date.
const fn is_owed(act: Act) -> bool {
    matches!(act, Act::Submit | Act::Supplement | Act::Book | Act::Report)
}

/// Grace that no rule shortens: every act into a state that can lapse leaves at least this much time.
pub const LEAST_DUE: Duration = Duration::days(3);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn at(hour: u32) -> Instant {
        use chrono::TimeZone as _;
        let offset = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
        offset.with_ymd_and_hms(2026, 11, 25, hour, 0, 0).unwrap()
    }

    #[test]
    fn what_the_applicant_may_do_in_each_state() {
        use Act::{Book, Cancel, Change, Collect, Edit, Recall, Report, Submit, Supplement, Withdraw};
        for (state, expected) in [
            (S::Draft, vec![Edit, Submit, Withdraw]),
            (S::Submitted, vec![Recall, Withdraw]),
            (S::InReview, vec![Withdraw]),
            (S::Returned, vec![Edit, Withdraw, Supplement]),
            (S::Resubmitted, vec![Withdraw]),
            (S::Counter, vec![Withdraw]),
            (S::Accepted, vec![Edit, Withdraw, Book, Report]),
            (S::Booked, vec![Withdraw, Change, Cancel]),
            (S::Missed, vec![Edit, Withdraw, Book, Report]),
            (S::Examined, vec![Withdraw]),
            (S::ReportReview, vec![Withdraw]),
            (S::ReportReturned, vec![Edit, Withdraw, Book, Report]),
            (S::Referred, vec![Withdraw]),
            (S::Passed, vec![]),
            (S::Issued, vec![Collect]),
            (S::Collected, vec![Collect]),
            (S::Rejected, vec![]),
            (S::Withdrawn, vec![]),
            (S::Lapsed, vec![]),
        ] {
            let acts: Vec<Act> = applicant_acts(&Facts::of(state), at(9)).into_iter().map(|(act, _)| act).collect();
            assert_eq!(acts, expected, "{state:?}");
        }
    }

    #[test]
    fn an_act_is_offered_with_its_window() {
        use Act::{Book, Cancel, Change, Collect, Edit, Recall, Report, Submit, Supplement, Withdraw};
        let window = |from: Option<u32>, until: Option<u32>| Window { from: from.map(at), until: until.map(at) };
        let (always, owed) = (window(None, None), window(None, Some(20)));
        let facts = |state| Facts { lapses_at: Some(at(20)), ..Facts::of(state) };
        for (facts, expected) in [
            (facts(S::Draft), vec![(Edit, always), (Submit, owed), (Withdraw, always)]),
            (facts(S::Submitted), vec![(Recall, always), (Withdraw, always)]),
            (facts(S::Returned), vec![(Edit, always), (Withdraw, always), (Supplement, owed)]),
            (facts(S::Counter), vec![(Withdraw, always)]),
            (facts(S::ReportReturned), vec![(Edit, always), (Withdraw, always), (Book, owed), (Report, owed)]),
            (
                Facts { book_from: Some(at(10)), ..facts(S::Missed) },
                vec![(Edit, always), (Withdraw, always), (Book, window(Some(10), Some(20))), (Report, owed)],
            ),
            (
                Facts { book_from: Some(at(9)), ..facts(S::Missed) },
                vec![(Edit, always), (Withdraw, always), (Book, owed), (Report, owed)],
            ),
            (
                Facts { change_until: Some(at(10)), ..facts(S::Booked) },
                vec![(Withdraw, always), (Change, window(None, Some(10))), (Cancel, window(None, Some(10)))],
            ),
            (Facts { change_until: Some(at(9)), ..facts(S::Booked) }, vec![(Withdraw, always)]),
            (Facts { collect_from: Some(at(10)), ..facts(S::Issued) }, vec![(Collect, window(Some(10), None))]),
            (Facts { lapses_at: Some(at(9)), ..facts(S::Draft) }, vec![(Edit, always), (Withdraw, always)]),
        ] {
            assert_eq!(applicant_acts(&facts, at(9)), expected, "{facts:?}");
        }
    }

    #[test]
    fn every_state_has_a_next_step_or_is_an_end() {
        for state in State::ALL {
            let leaves = TABLE.iter().any(|row| row.from.contains(&state) && row.to.is_some_and(|to| to != state));
            assert!(leaves || state.is_end(), "{state:?}");
        }
    }

    #[test]
    fn what_waits_for_the_office_can_be_gone_on_with_there_and_by_nobody_else() {
        for state in State::ALL.into_iter().filter(|state| state.waits_for_office()) {
            let goes_on = |row: &&Row| row.from.contains(&state) && row.to.is_some_and(|to| to != state);
            let mut rows = TABLE.iter().filter(goes_on);
            assert!(rows.any(|row| row.actor != Actor::Applicant), "{state:?}");
            let back = [Act::Recall, Act::Withdraw];
            let others = TABLE.iter().filter(goes_on).filter(|row| row.actor == Actor::Applicant);
            assert!(others.into_iter().all(|row| back.contains(&row.act)), "{state:?}");
        }
    }

    #[test]
    fn every_state_can_be_reached_and_every_act_is_in_the_table_once() {
        let mut seen = BTreeSet::from([State::Draft]);
        while let Some(new) = TABLE
            .iter()
            .find_map(|row| row.to.filter(|to| !seen.contains(to) && row.from.iter().any(|from| seen.contains(from))))
        {
            seen.insert(new);
        }
        assert_eq!(seen.len(), State::ALL.len());
        let acts: BTreeSet<Act> = TABLE.iter().map(|row| row.act).collect();
        assert_eq!(acts.len(), Act::ALL.len());
    }

    #[test]
    fn guards_refuse_with_their_reason() {
        let full = Facts { attempts: (3, 3), report_attempts: (2, 2), ..Facts::of(S::InReview) };
        let table = [
            (Act::Return, Actor::Reviewer, full.clone(), Err(Refusal::NoAttemptsLeft)),
            (Act::CallIn, Actor::Reviewer, full.clone(), Ok(S::Counter)),
            (
                Act::ReturnReport,
                Actor::Examiner,
                Facts { state: S::ReportReview, ..full },
                Err(Refusal::NoAttemptsLeft),
            ),
            (Act::Pass, Actor::Examiner, Facts::of(S::Examined), Err(Refusal::ResultsMissing)),
            (Act::Book, Actor::Applicant, Facts { onsite: false, ..Facts::of(S::Accepted) }, Err(Refusal::RouteClosed)),
            (
                Act::Report,
                Actor::Applicant,
                Facts { online: false, ..Facts::of(S::Accepted) },
                Err(Refusal::RouteClosed),
            ),
            (
                Act::Book,
                Actor::Applicant,
                Facts { book_from: Some(at(10)), ..Facts::of(S::Missed) },
                Err(Refusal::OutsideWindow(Window { from: Some(at(10)), until: None })),
            ),
            (
                Act::Cancel,
                Actor::Applicant,
                Facts { change_until: Some(at(9)), ..Facts::of(S::Booked) },
                Err(Refusal::OutsideWindow(Window { from: None, until: Some(at(9)) })),
            ),
            (Act::Accept, Actor::Applicant, Facts::of(S::InReview), Err(Refusal::NotFromHere)),
            (Act::Unknown, Actor::Applicant, Facts::of(S::Draft), Err(Refusal::NotFromHere)),
        ];
        for (act, actor, facts, expected) in table {
            assert_eq!(apply(act, actor, &facts, at(9)), expected, "{act:?} from {:?}", facts.state);
        }
    }

    /// Everything that an application can have behind it: its state, and whether it was accepted and found healthy.
    #[test]
    fn no_path_issues_without_accept_and_pass() {
        for complete in [false, true] {
            let begin = (S::Draft, false, false);
            let (mut seen, mut open, mut issued) = (BTreeSet::from([begin]), vec![begin], 0);
            while let Some((state, accepted, passed)) = open.pop() {
                let facts = Facts { results_complete: complete, ..Facts::of(state) };
                for row in TABLE {
                    let Ok(to) = apply(row.act, row.actor, &facts, at(9)) else { continue };
                    if row.act == Act::Issue {
                        assert!(
                            accepted && passed && complete,
                            "issued from {state:?}: {accepted} {passed} {complete}"
                        );
                        issued += 1;
                    }
                    let next = (to, accepted || row.act == Act::Accept, passed || row.act == Act::Pass);
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
            assert_eq!(issued > 0, complete, "the walk comes to the issue of a certificate where one can be had");
        }
    }

    proptest! {
        #[test]
        fn nothing_happens_after_an_end(end in prop::sample::select(vec![S::Rejected, S::Withdrawn, S::Lapsed]), index in 0..TABLE.len()) {
            let row = TABLE[index];
            prop_assert_eq!(apply(row.act, row.actor, &Facts::of(end), at(9)), Err(Refusal::NotFromHere));
        }

        #[test]
        fn what_is_not_in_the_table_is_refused(state in prop::sample::select(State::ALL.to_vec()), index in 0..TABLE.len()) {
            let row = TABLE[index];
            let possible = allowed(row.act, row.actor, &Facts { results_complete: true, ..Facts::of(state) }).is_ok();
            prop_assert_eq!(possible, row.from.contains(&state));
        }
    }
}
