//! Freezing: from a draft's answers to what is sent. The bytes are made once and never change.

use super::opening::{Opened, now};
use crate::i18n::{I18n, K};
use crate::offline::{Offline, StoreError, StoreStep};
use contract::api::{Submission, Supplement, rfc3339};
use contract::questionnaire::{Answers, Attachment, Envelope, Pointer, Scope, Value, to_response};
use std::collections::BTreeMap;

/// What is said where it was not put on its way.
pub(super) const fn not_stored(why: StoreError) -> K {
    match why.next_step() {
        StoreStep::MakeRoom => K::CheckStoreFull,
        StoreStep::Wait => K::CheckEarlierUnderWay,
        StoreStep::TakeOver => K::TabLocked,
        StoreStep::OtherWindow | StoreStep::SwitchOn | StoreStep::Export | StoreStep::SignIn | StoreStep::BeginAnew => {
            K::CheckStoreFailed
        }
    }
}

/// The whole application, as it is now. It names no copy in the account yet.
pub(super) fn submission(opened: Opened, offline: Offline) -> Submission {
    let filling = opened.filling;
    let form = filling.form();
    let (answers, documents) =
        opened.draft().answers.with_untracked(|a| named_documents(offline, &filling.application(), a));
    let evaluation = contract::questionnaire::evaluate(&form, &answers, &context(offline));
    let sent: Vec<String> = evaluation
        .items
        .iter()
        .filter(|state| state.visible)
        .flat_map(|state| state.answers.iter().filter_map(|v| v.as_attachment().map(|a| a.document.clone())))
        .collect();
    Submission {
        questionnaire: form.canonical(),
        answers: to_response(&form, &answers, Scope::Visible(&evaluation), &envelope(filling.i18n(), offline)),
        documents: documents.into_iter().filter(|(id, _)| sent.contains(id)).collect(),
        draft: None,
    }
}

/// The open items of a round, as they are now: `whole` is everything, `open` names what is sent.
pub(super) fn supplement(
    opened: Opened,
    offline: Offline,
    whole: &Answers,
    round: u32,
    open: &dyn Fn(&Pointer) -> bool,
) -> Supplement {
    let filling = opened.filling;
    let form = filling.form();
    let (answers, documents) = named_documents(offline, &filling.application(), whole);
    let evaluation = contract::questionnaire::evaluate(&form, &answers, &context(offline));
    let sent: Vec<String> = evaluation
        .items
        .iter()
        .filter(|state| state.visible && open(&state.pointer))
        .flat_map(|state| state.answers.iter().filter_map(|v| v.as_attachment().map(|a| a.document.clone())))
        .collect();
    let notes = opened.draft().notes.get_untracked();
    Supplement {
        questionnaire: form.canonical(),
        round,
        answers: to_response(&form, &answers, Scope::Open(&evaluation, open), &envelope(filling.i18n(), offline)),
        documents: documents.into_iter().filter(|(id, _)| sent.contains(id)).collect(),
        draft: None,
        notes: notes
            .into_iter()
            // To what is asked no more nothing can be said.
            .filter(|(pointer, words)| form.item_at(pointer).is_some() && !words.text.trim().is_empty())
            .collect(),
    }
}

/// The rules as they are when it is frozen.
pub(super) fn context(offline: Offline) -> contract::questionnaire::Context<'static> {
    contract::questionnaire::Context::new(offline.today(), &crate::form::BrowserPatterns)
}

fn envelope(i18n: I18n, offline: Offline) -> Envelope {
    Envelope {
        status: "completed",
        language: Some(i18n.lang().to_owned()),
        authored: Some(rfc3339(now(i18n, offline))),
    }
}

/// The answers with what this phone knows of each document, and the documents with their hashes. What neither this phone nor
/// the office has is no answer: nobody could ever send it.
fn named_documents(offline: Offline, application: &str, answers: &Answers) -> (Answers, BTreeMap<String, String>) {
    let known = offline.documents_of(application).get_untracked();
    let mut named = answers.clone();
    let mut hashes = BTreeMap::new();
    for (pointer, values) in answers.iter() {
        if !values.iter().any(|value| value.as_attachment().is_some()) {
            continue;
        }
        let values = values.iter().filter_map(|value| match value.as_attachment() {
            Some(attachment) => {
                let local = known.iter().find(|local| local.id == attachment.document)?;
                hashes.insert(local.id.clone(), local.sha256.clone());
                Some(Value::Attachment(Attachment {
                    document: local.id.clone(),
                    sha256: Some(local.sha256.clone()),
                    content_type: Some(local.media_type.clone()),
                    size: Some(local.size),
                    title: attachment.title.clone(),
                }))
            }
            None => Some(value.clone()),
        });
        named.set(pointer.clone(), values.collect());
    }
    (named, hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_put_on_its_way_says_what_helps() {
        for (why, words) in [
            (StoreError::Full, K::CheckStoreFull),
            (StoreError::UnderWay, K::CheckEarlierUnderWay),
            (StoreError::Elsewhere, K::TabLocked),
            (StoreError::Closed, K::CheckStoreFailed),
            (StoreError::Locked, K::CheckStoreFailed),
        ] {
            assert!(not_stored(why) == words, "{why:?}");
        }
    }
}
