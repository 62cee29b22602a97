//! What the examination found: recording it, whether it is complete, and what the applicant reads of it.
use super::{Answer, Case, Fault, Findings, Mark, Matter, Office, Viewer, matter};
use contract::{
    api::{ApplicationRecord, Examination, ProfileItem, ReportCheck},
    application::State,
    examination::{Entry, Item, ItemValue, Person, observe},
};
use serde_json::Value as Json;

/// How old a report may be, in days.
pub(super) const REPORT_DAYS: u32 = 90;

fn category(matter: &Matter) -> &str {
    matter.category.as_ref().map_or("", |category| &category.code)
}

/// The codes that a FHIR `Observation` speaks of.
fn codes_of(observation: &Json) -> Vec<&str> {
    let codings = observation.pointer("/code/coding").and_then(Json::as_array);
    codings.into_iter().flatten().filter_map(|coding| coding.get("code")?.as_str()).collect()
}

/// Results in the order in which they are asked for, not in which they were written down: what is computed from height and
/// weight is read after them.
fn in_order(observations: &[Json], profile: &[ProfileItem]) -> Vec<Json> {
    let mut all = observations.to_vec();
    let place = |code: &str| profile.iter().position(|item| item.code.code == code);
    all.sort_by_key(|it| codes_of(it).into_iter().find_map(place).unwrap_or(usize::MAX));
    all
}

/// Blood pressure, which has two parts.
const PRESSURE: &str = "85354-9";
/// Numbers that nobody would look at twice, by code.
const NORMAL_NUMBERS: [(&str, f64); 7] = [
    ("1742-6", 23.0),
    ("8302-2", 170.0),
    ("29463-7", 65.0),
    ("39156-5", 22.5),
    ("8867-4", 72.0),
    ("vision-five-mark-right", 5.0),
    ("vision-five-mark-left", 5.0),
];

/// A result that does not matter, for an item of the profile, in both languages.
fn normal(item: &Item, on: chrono::NaiveDate) -> Option<Json> {
    let code = item.code.code.as_str();
    let entry = match &item.value {
        ItemValue::CodeableConcept { values, .. } => Entry::Finding { code: values.first()?.code.clone(), text: None },
        ItemValue::Components { .. } if code == PRESSURE => Entry::Parts(vec![118.0, 76.0]),
        ItemValue::Components { .. } => return None,
        ItemValue::Quantity { .. } => Entry::Number(NORMAL_NUMBERS.iter().find(|(known, _)| *known == code)?.1),
    };
    Some(observe(item, &entry, Person::default(), on))
}

/// Records a result that does not matter wherever one is still missing.
pub(super) fn record_normal(case: &mut Case) {
    let on = case.matter.findings.examined_on.unwrap_or_else(|| case.now.date_naive());
    let missing: Vec<Json> = {
        let recorded: Vec<&str> = case.matter.findings.observations.iter().flat_map(codes_of).collect();
        let profiles = &case.office.catalogue.examination;
        let items = profiles.items_for(category(&case.matter), &case.matter.findings.added);
        items
            .into_iter()
            .filter(|(_, item)| !recorded.contains(&item.code.code.as_str()))
            .filter_map(|(_, item)| normal(item, on))
            .collect()
    };
    case.matter.findings.observations.extend(missing);
    case.changed = true;
}

/// What an examiner entered, and what they took back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// FHIR `Observation`s.
    pub observations: Vec<Json>,
    /// Codes of results that do not stand any more.
    pub taken_back: Vec<String>,
    /// What the report says, item by item.
    pub checks: Vec<ReportCheck>,
    /// Codes of items that are not checked any more.
    pub unchecked: Vec<String>,
    /// What there was when it was entered; not said, it goes for whatever there is.
    pub seen: Option<Mark>,
}

/// Takes results and checks of these codes away.
fn forget(findings: &mut Findings, results: &[String], checks: &[String]) {
    let is_gone = |code: &str| results.iter().any(|it| it == code);
    findings.observations.retain(|old| !codes_of(old).into_iter().any(is_gone));
    findings.report_check.retain(|old| !checks.contains(&old.code));
}

/// What was found so far stands no longer, but for what need not be found anew, be it recorded or found in a report.
pub(super) fn find_anew(case: &mut Case, items: Vec<String>) -> Answer<()> {
    let known = &case.office.catalogue.examination.items;
    if items.iter().any(|code| known.values().all(|item| item.code.code != *code)) {
        return Err(Fault::invalid(contract::questionnaire::Pointer::member("items"), "choice"));
    }
    // What is computed comes from results that may be others now.
    let computed = known.values().filter(|item| item.is_computed()).map(|item| item.code.code.clone());
    let gone: Vec<String> = items.iter().cloned().chain(computed).collect();
    let findings = std::mem::take(&mut case.matter.findings);
    let stands = |code: &str| !items.is_empty() && !gone.iter().any(|gone| gone == code);
    let recorded = |it: &Json| codes_of(it).into_iter().all(stands);
    let observations = findings.observations.into_iter().filter(recorded).collect();
    let report_check = findings.report_check.into_iter().filter(|it| stands(&it.code)).collect();
    case.matter.findings =
        Findings { observations, report_check, added: findings.added, again: Some(items), ..Findings::default() };
    Ok(())
}

/// Before anything is concluded, more can be asked for.
const fn may_still_add(state: State) -> bool {
    takes_results(state)
        || matches!(
            state,
            State::Submitted
                | State::InReview
                | State::Returned
                | State::Resubmitted
                | State::Counter
                | State::Accepted
                | State::Booked
                | State::Missed
                | State::ReportReturned
        )
}

const fn takes_results(state: State) -> bool {
    matches!(state, State::Examined | State::ReportReview | State::Referred)
}

impl Office {
    /// Records results: an observation replaces an earlier one of the same code, and what is taken back is as never entered.
    ///
    /// # Errors
    /// `act-refused` in a state without results, `invalid` for what is no observation.
    pub async fn record_results(&self, id: &str, who: &str, recording: Recording) -> Answer<ApplicationRecord> {
        let Recording { observations, taken_back, checks, unchecked, seen } = recording;
        let mut case = Case::open(self, id).await?.ok_or_else(Fault::not_found)?;
        if !takes_results(case.matter.state) {
            return Err(case.refuse().await);
        }
        case.is_as_seen(seen.as_ref()).await?;
        if observations.iter().any(|observation| codes_of(observation).is_empty()) {
            return Err(Fault::invalid(contract::questionnaire::Pointer::member("observations"), "format"));
        }
        let findings = &mut case.matter.findings;
        forget(findings, &taken_back, &unchecked);
        for new in observations {
            findings.observations.retain(|old| codes_of(old).iter().all(|code| !codes_of(&new).contains(code)));
            findings.observations.push(new);
        }
        for new in checks {
            findings.report_check.retain(|old| old.code != new.code);
            findings.report_check.push(new);
        }
        case.changed = true;
        super::audit::note(case.txn.db(), case.real, who, "record-results", id).await?;
        case.finish(&Viewer::reading("zh-CN")).await
    }

    /// An application of which it is not concluded yet what is examined.
    async fn still_to_add(&self, id: &str, seen: Option<&Mark>) -> Answer<Case> {
        let mut case = Case::open(self, id).await?.ok_or_else(Fault::not_found)?;
        if !may_still_add(case.matter.state) {
            return Err(case.refuse().await);
        }
        case.is_as_seen(seen).await?;
        Ok(case)
    }

    /// Adds the items of a profile that is bound to no work; asked again, nothing changes.
    ///
    /// # Errors
    /// `act-refused` once something is concluded, `invalid` for a profile that is not for adding.
    pub async fn examine_also(
        &self,
        id: &str,
        who: &str,
        seen: Option<&Mark>,
        profile: &str,
    ) -> Answer<ApplicationRecord> {
        let mut case = self.still_to_add(id, seen).await?;
        if self.catalogue.examination.to_add().all(|it| it.id != profile) {
            return Err(Fault::invalid(contract::questionnaire::Pointer::member("profile"), "choice"));
        }
        let added = &mut case.matter.findings.added;
        if !added.iter().any(|it| it == profile) {
            added.push(profile.to_owned());
            case.changed = true;
        }
        super::audit::note(case.txn.db(), case.real, who, "examine-also", id).await?;
        case.finish(&Viewer::reading("zh-CN")).await
    }

    /// Leaves out again what [`Self::examine_also`] added, with what was found for it alone; asked again, nothing changes.
    ///
    /// # Errors
    /// `act-refused` once something is concluded, `invalid` for a profile that is not for adding.
    pub async fn leave_out(
        &self,
        id: &str,
        who: &str,
        seen: Option<&Mark>,
        profile: &str,
    ) -> Answer<ApplicationRecord> {
        let mut case = self.still_to_add(id, seen).await?;
        let profiles = &self.catalogue.examination;
        let wrong = || Fault::invalid(contract::questionnaire::Pointer::member("profile"), "choice");
        let left_out = profiles.to_add().find(|it| it.id == profile).ok_or_else(wrong)?;
        if case.matter.findings.added.iter().any(|it| it == profile) {
            case.matter.findings.added.retain(|it| it != profile);
            let own = category(&case.matter).to_owned();
            let asked = profiles.items_for(&own, &case.matter.findings.added);
            let names = profiles.for_category(&own).map(|profile| profile.on_request.as_slice()).unwrap_or_default();
            let is_asked = |name: &str| asked.iter().any(|(it, _)| *it == name) || names.iter().any(|it| it == name);
            let alone = profiles.items_of(left_out).filter(|(name, _)| !is_asked(name));
            let alone: Vec<String> = alone.map(|(_, item)| item.code.code.clone()).collect();
            forget(&mut case.matter.findings, &alone, &alone);
            case.changed = true;
        }
        super::audit::note(case.txn.db(), case.real, who, "leave-out", id).await?;
        case.finish(&Viewer::reading("zh-CN")).await
    }

    /// The required items that have no result, which a conclusion waits for. That a report has one is none: somebody reads there
    /// what was found, and enters it. What is computed from others is never recorded by itself.
    pub fn missing(&self, matter: &Matter) -> Vec<&Item> {
        let findings = &matter.findings;
        let required = self.catalogue.examination.items_for(category(matter), &findings.added).into_iter();
        let required = required.map(|(_, item)| item).filter(|item| !item.is_computed());
        let has_result = |item: &&Item| findings.observations.iter().any(|it| codes_of(it).contains(&&*item.code.code));
        required.filter(|item| !has_result(item)).collect()
    }

    /// Whether what was added could still be left out.
    pub fn could_leave_out(&self, matter: &Matter) -> bool {
        may_still_add(matter.state)
    }

    /// The profiles that could still be added to an application.
    pub fn could_add(&self, matter: &Matter) -> Vec<&contract::examination::Profile> {
        let own = self.catalogue.profile_id(category(matter));
        let fits = |it: &&contract::examination::Profile| it.id != own && !matter.findings.added.contains(&it.id);
        let all = self.catalogue.examination.to_add().filter(fits);
        if may_still_add(matter.state) { all.collect() } else { Vec::new() }
    }

    /// Records a result that does not matter wherever one is missing: for demonstrations and conformance runs.
    ///
    /// # Errors
    /// `act-refused` in a state without results.
    pub async fn record_normal_results(&self, id: &str, who: &str) -> Answer<ApplicationRecord> {
        let mut case = Case::open(self, id).await?.ok_or_else(Fault::not_found)?;
        if !takes_results(case.matter.state) {
            return Err(case.refuse().await);
        }
        record_normal(&mut case);
        super::audit::note(case.txn.db(), case.real, who, "record-results", id).await?;
        case.finish(&Viewer::reading("zh-CN")).await
    }

    /// What is examined, and what was found, for its applicant.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn examination(&self, id: &str, subject: &str, lang: &str) -> Answer<Examination> {
        let matter = self.matter_of(id, subject).await?;
        let findings = &matter.findings;
        let category = category(&matter);
        // Nobody reads half of a result: they come with the conclusion, or with what a report lacks.
        let concluded = findings.outcome.is_some();
        let report = if concluded { self.report_link(&matter).await? } else { None };
        let mut profile = self.catalogue.profile_items(category, &findings.added, lang);
        let asked = |code: &str| findings.report_check.iter().any(|check| check.code == code);
        profile.extend(self.on_request(category, lang).into_iter().filter(|item| asked(&item.code.code)));
        Ok(Examination {
            institutions: self.catalogue.sites.with_profile(self.catalogue.profile_id(category)),
            max_age_days: REPORT_DAYS,
            report_check: findings.report_check.clone(),
            examined_on: findings.examined_on,
            results_by: findings.results_by.filter(|_| !concluded),
            outcome: findings.outcome,
            observations: if concluded { in_order(&findings.observations, &profile) } else { Vec::new() },
            finding: findings.finding.clone().filter(|_| concluded),
            advice: findings.advice.clone().filter(|_| concluded),
            report,
            profile,
        })
    }

    /// What is examined only where an examiner asks for it.
    fn on_request(&self, category: &str, lang: &str) -> Vec<ProfileItem> {
        let profiles = &self.catalogue.examination;
        let names = profiles.for_category(category).map(|profile| profile.on_request.as_slice()).unwrap_or_default();
        let items = names.iter().filter_map(|name| profiles.items.get(name));
        items
            .map(|item| ProfileItem {
                code: contract::api::Coding { system: item.code.system.clone(), code: item.code.code.clone() },
                title: item.name.get(lang).to_owned(),
                required: false,
            })
            .collect()
    }

    /// An application of this login, after its clock has acted.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn matter_of(&self, id: &str, subject: &str) -> Answer<Matter> {
        let mut db = self.store.read().await?;
        if super::clock::is_due(&mut db, id, self.now().timestamp()).await? {
            drop(db);
            let case = Case::of(self, id, subject).await?;
            case.finish_quietly().await?;
            db = self.store.read().await?;
        }
        let matter = matter::load(&mut db, id).await?.ok_or_else(Fault::not_found)?;
        if matter.subject == subject { Ok(matter) } else { Err(Fault::not_found()) }
    }
}
