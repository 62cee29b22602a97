//! Answers that make the certificate's form ask everything it can.
use crate::{applicant::Applicant, browser::Browser, house::House};

/// What is answered on one step: at which item, and how.
pub type Answers = &'static [(&'static str, &'static str)];

/// The steps, each with what is answered there so that everything that can be asked is asked.
pub const STEPS: [(&str, Answers); 7] = [
    ("category", &[("category.work", "food-catering"), ("category.application", "renewal")]),
    ("person", &[("person.id.kind", "passport"), ("person.sex", "female")]),
    ("contact", &[("contact.emergency.name", "")]),
    ("work", &[("work.situation", "employed")]),
    (
        "health",
        &[("health.diseases", "hepatitis-a"), ("health.symptoms", "fever"), ("health.detail.state", "in-treatment")],
    ),
    ("documents", &[]),
    ("consent", &[]),
];

/// Somebody with a new application, which is named too.
///
/// # Errors
/// The way there did not go as it should.
pub async fn begun<'a>(house: &'a House, phone: &'a Browser) -> anyhow::Result<(Applicant<'a>, String)> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    Ok((applicant, id))
}

/// Answers what makes the form ask everything it can.
///
/// # Errors
/// Something was not asked.
pub async fn answers_for_everything(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    for (step, answers) in STEPS.into_iter().filter(|(_, answers)| !answers.is_empty()) {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        let mut moment = 0.0;
        for (link_id, code) in answers {
            moment = applicant.moment().await?;
            match *code {
                "" => applicant.types(link_id, "李娜").await?,
                code => applicant.chooses(link_id, code).await?,
            }
        }
        applicant.is_saved_since(moment).await?;
    }
    Ok(())
}
