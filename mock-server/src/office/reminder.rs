//! The text message before a certificate ends, for whoever asked for it in the form: once, and of a certificate that holds.
use super::{Answer, Case, Matter, certificates, codes, matter, start_of};
use chrono::{Days, Duration, NaiveDate};
use contract::{
    api::{CertificateState, Instant},
    questionnaire::REMIND_DAYS,
};

/// In the morning: nobody is woken by it.
const HOUR: i64 = 9;

/// The day on which an application's person is told that its certificate ends, if they want to be.
pub(super) fn day(matter: &Matter, last_day: NaiveDate) -> Option<NaiveDate> {
    last_day.checked_sub_days(Days::new(REMIND_DAYS)).filter(|_| matter.wants_reminder)
}

/// When on that day.
pub(super) fn at(day: NaiveDate) -> Instant {
    start_of(day) + Duration::hours(HOUR)
}

/// Tells who is to be told by now. Who has sent in their renewal knows it, and a certificate that does not hold ends for nobody;
/// one that is suspended may hold again, so it is looked at each morning.
pub(super) async fn send(case: &mut Case) -> Answer<()> {
    if case.matter.remind_on.is_none_or(|day| at(day) > case.now) {
        return Ok(());
    }
    case.matter.remind_on = None;
    case.changed = true;
    let Some(id) = case.matter.certificate.clone() else { return Ok(()) };
    let Some(row) = certificates::load(case.txn.db(), &id).await? else { return Ok(()) };
    match row.state {
        CertificateState::Valid => {}
        CertificateState::Suspended => {
            case.matter.remind_on = case.now.date_naive().succ_opt();
            return Ok(());
        }
        CertificateState::Revoked | CertificateState::Expired | CertificateState::Unknown => return Ok(()),
    }
    let subject = case.matter.subject.clone();
    let phone = case.matter.facts.as_ref().map(|facts| facts.phone.clone()).filter(|phone| !phone.is_empty());
    let Some(phone) = phone else { return Ok(()) };
    if matter::is_renewed(case.txn.db(), &subject, &id).await? {
        return Ok(());
    }
    let (number, last) = (case.matter.number.clone().unwrap_or_default(), row.valid_until);
    let text = format!(
        "您的健康证（申请 {number}）{} 到期，现在可以打开申请页面续办。Your health certificate expires on {last}; you can renew it now.",
        last.format("%Y年%-m月%-d日")
    );
    let real = case.real;
    codes::send(case.txn.db(), real, &phone, "reminder", &text, None).await
}
