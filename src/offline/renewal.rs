//! An application for the next certificate, begun with what the office knows and still holds.
use super::stored::Record;
use super::{DraftId, Inner, Offline, StoreError};
use crate::api::{ApiError, Fresh};
use contract::api::NewApplication;
use contract::application::State;
use contract::questionnaire::{Answers, Beside, Form, from_response};

impl Offline {
    /// The name of an application that is still to be begun.
    pub fn new_application(self) -> String {
        super::uuid()
    }

    /// Begins an application that renews a certificate as `new`, and gives its id: that of the one which renews it already,
    /// if there is one. What was answered last time and still holds on this day at the office is filled in, each to be
    /// confirmed. `compose` puts text into NFC.
    ///
    /// # Errors
    /// As every call: nothing is lost and nothing doubled by trying again under the same name.
    pub async fn begin_renewal(
        self,
        new: &str,
        questionnaire: &str,
        certificate: &str,
        compose: fn(&str) -> String,
    ) -> Result<String, ApiError> {
        let inner = self.inner();
        let asker = inner.asker();
        inner.refresh_all().await?;
        let begun = inner.renewal_of(certificate);
        if let Some((id, state)) = &begun
            && (*state != State::Draft || inner.has_draft(&DraftId::application(id)))
        {
            return Ok(id.clone());
        }
        let text = self.questionnaire(questionnaire).await?;
        let form = Form::load(&text.value).map_err(|_| ApiError::Unreadable)?;
        let id = if let Some((id, _)) = begun {
            id
        } else {
            let body = NewApplication { questionnaire: form.canonical(), renews: Some(certificate.to_owned()) };
            let frozen = serde_json::to_string(&body).map_err(|_| ApiError::Unreadable)?;
            let record = inner.heard(inner.api.put_application(new, &frozen).await)?;
            if !inner.is_here(&asker) {
                return Err(ApiError::SignedOut);
            }
            // Another phone may have begun it at the same moment: then it is that one.
            let (id, state) = (record.id.clone(), record.state);
            inner.keep_record(record, None).await;
            if state != State::Draft {
                return Ok(id);
            }
            id
        };
        let Fresh::New { value: known, .. } = inner.heard(inner.api.draft(&id, None).await)? else {
            return Err(ApiError::Unreadable);
        };
        // What is in it is the asker's; whoever is here now gets no draft of it.
        if !inner.is_here(&asker) {
            return Err(ApiError::SignedOut);
        }
        // One that could not be read as this page began lies there all the same: opening it says so.
        match inner.opened().await.read::<Record>(&DraftId::application(&id).key()).await {
            Err(StoreError::Missing) => {}
            Ok(_) | Err(_) => return Ok(id),
        }
        let (mut beside, mut answers) = (Beside::default(), Answers::new());
        let filled = from_response(&form, &known.answers).0;
        let context = inner.judged_by();
        beside.take_over(&form, &mut answers, &filled, &known.prefilled, &context, &compose);
        let draft = inner.begin(self, DraftId::application(&id), &form.canonical());
        draft.answers.set(answers);
        draft.beside.set(beside);
        // If it cannot be stored, the line on its page says so.
        draft.save(true).await;
        Ok(id)
    }
}

impl Inner {
    /// The application that renews a certificate and is not at an end.
    fn renewal_of(&self, certificate: &str) -> Option<(String, State)> {
        self.records.try_with_untracked(|records| {
            let found = records.values().map(|kept| &kept.value).find(|record| record.is_renewing(certificate))?;
            Some((found.id.clone(), found.state))
        })?
    }

    fn has_draft(&self, id: &DraftId) -> bool {
        self.drafts.try_with_untracked(|drafts| drafts.contains_key(id)) == Some(true)
    }
}
