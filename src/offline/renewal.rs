//! An application for the next certificate, begun with what the office knows and still holds.
use super::{DraftId, Offline};
use crate::api::{ApiError, Fresh};
use contract::api::NewApplication;
use contract::questionnaire::{Answers, Beside, Context, Form, NoPatterns, from_response};

impl Offline {
    /// Begins an application that renews a certificate, and gives its id. What was answered last time and still holds is
    /// filled in, each to be confirmed.
    ///
    /// # Errors
    /// As every call: nothing was begun on this phone then.
    pub async fn begin_renewal(self, questionnaire: &str, certificate: &str) -> Result<String, ApiError> {
        let inner = self.inner();
        let text = self.questionnaire(questionnaire).await?;
        let form = Form::load(&text.value).map_err(|_| ApiError::Unreadable)?;
        let id = super::uuid();
        let new = NewApplication { questionnaire: form.canonical(), renews: Some(certificate.to_owned()) };
        let frozen = serde_json::to_string(&new).map_err(|_| ApiError::Unreadable)?;
        let record = inner.heard(inner.api.put_application(&id, &frozen).await)?;
        inner.keep_record(record, None).await;
        let Fresh::New { value: known, .. } = inner.heard(inner.api.draft(&id, None).await)? else {
            return Err(ApiError::Unreadable);
        };
        let (mut beside, mut answers) = (Beside::default(), Answers::new());
        let filled = from_response(&form, &known.answers).0;
        let context = Context::new(inner.api.now().date_naive(), &NoPatterns);
        beside.take_over(&form, &mut answers, &filled, &known.prefilled, &context);
        let draft = inner.begin(self, DraftId::application(&id), &form.canonical());
        draft.answers.set(answers);
        draft.beside.set(beside);
        // If it cannot be stored, the line on its page says so.
        draft.save(true).await;
        Ok(id)
    }
}
