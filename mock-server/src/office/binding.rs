//! How uploaded bytes become a document of an item: proven, opened, and stored with its row or not at all.
use super::{
    Answer, Case, Fault, Office, Upload,
    documents::{all_of, one, original, store, working_copy},
    papers::{self, FormKind},
    sha256_hex,
    uploads::{MAX_SIZE, TYPES, is_sha256},
};
use bytes::Bytes;
use contract::{
    api::{BindDocument, Document, DocumentState, ItemError, Limits, Slug},
    application::{Act, Actor, State},
    documents::{FileRule, Refusal, inspect, without_metadata},
    questionnaire::{ItemKind, Pointer, evaluate, is_open, place_now},
};
use object_store::ObjectStoreExt as _;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::OwnedMutexGuard;

/// Who binds which document now: one after the other for one id.
#[derive(Default)]
pub(super) struct Binding(Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>);

impl Binding {
    async fn turn(&self, application: &str, document: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, turn| turn.strong_count() > 0);
            let name = format!("{application}/{document}");
            let turn = all.get(&name).and_then(Weak::upgrade).unwrap_or_default();
            all.insert(name, Arc::downgrade(&turn));
            turn
        };
        turn.lock_owned().await
    }
}

fn refused(why: Refusal) -> Fault {
    if let Refusal::TooLarge { limit } = why {
        return Fault::new(Slug::TooLarge).with(|p| p.limit = Some(limit));
    }
    Fault::new(Slug::DocumentRefused).with(|p| {
        p.code = Some(why.code().into());
        p.params = why.limit().map(|limit| serde_json::json!({ "limit": limit }));
    })
}

/// Whether an item takes documents now: it is one of the form that may be filled in, and open. Gives its name: a phone that has
/// not heard of a newer form yet calls it as before.
async fn check_place(case: &mut Case, asked: &Pointer) -> Answer<(FileRule, Pointer)> {
    let kind = FormKind::of(&case.matter);
    let (office, matter) = (case.office.clone(), case.matter.clone());
    let form = &office.form_for(&matter, kind)?.form;
    let renamed = || place_now(form, "", asked);
    let pointer = &form.item_at(asked).map_or_else(renamed, |_| Some(asked.clone())).unwrap_or_else(|| asked.clone());
    let item = form.item_at(pointer).filter(|item| item.kind == ItemKind::Attachment);
    let item = item.ok_or_else(|| Fault::invalid(asked.clone(), "unknown-item"))?;
    if matches!(matter.state, State::Returned | State::ReportReturned) {
        let today = case.now.date_naive();
        let open = papers::open_set(case.txn.db(), &office, &matter, today).await?;
        let resumed = papers::resume(case.txn.db(), &office, &matter, kind, form).await?;
        // What the last submission did not ask for may be asked for now, by answers that are still on the phone.
        let asked_before = evaluate(form, &resumed.submitted, &papers::context(today)).is_visible(pointer);
        if asked_before && !is_open(form, &open, pointer) {
            return Err(Fault::invalid(pointer.clone(), "not-open"));
        }
    }
    // An item that says nothing, or wants what is never sent (HEIC), takes what the service takes.
    let taken: Vec<&str> =
        TYPES.into_iter().filter(|kind| item.limits.mime_types.iter().any(|mime| mime == kind)).collect();
    let types = if taken.is_empty() { TYPES.to_vec() } else { taken };
    Ok((FileRule::to_receive(&types, MAX_SIZE, Limits::default().pdf_pages), pointer.clone()))
}

/// What is wrong with the request itself.
fn check_request(bind: &BindDocument) -> Answer<()> {
    let wrong = |name: &str| ItemError::new(Pointer::member(name), "format");
    let mut errors = Vec::new();
    if !is_sha256(&bind.sha256) {
        errors.push(wrong("sha256"));
    }
    if bind.insisted.len() > 20 || bind.insisted.iter().any(|advice| advice.len() > 40) {
        errors.push(wrong("insisted"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Fault::items(errors)) }
}

/// Whether these bytes may be bound there now.
async fn check_bind(case: &mut Case, bind: &BindDocument, hash: &str) -> Answer<(FileRule, Pointer)> {
    case.may(Act::Edit, Actor::Applicant).await?;
    let (rule, place) = check_place(case, &bind.pointer).await?;
    let id = case.matter.id.clone();
    let count = all_of(case.txn.db(), &id).await?.len();
    if count >= Limits::default().documents as usize {
        return Err(Fault::invalid(bind.pointer.clone(), "count"));
    }
    let form = &case.office.form_for(&case.matter, FormKind::of(&case.matter))?.form;
    let came_back = |at: &Pointer| *at == place || place_now(form, "", at).as_ref() == Some(&place);
    if case.matter.refused.iter().any(|(at, hashes)| hashes.iter().any(|it| it == hash) && came_back(at)) {
        return Err(refused(Refusal::SameAsReturned));
    }
    Ok((rule, place))
}

impl Office {
    /// Binds uploaded bytes to an item. This alone is "received, identical". The flag tells whether it is new.
    ///
    /// # Errors
    /// Those of contract §3.1, `PUT …/documents/{d}`.
    pub async fn bind(&self, id: &str, document: &str, subject: &str, bind: &BindDocument) -> Answer<(bool, Document)> {
        if !super::is_id(document) {
            return Err(Fault::not_found());
        }
        check_request(bind)?;
        let hash = bind.sha256.to_lowercase();
        // The second of two finds what the first has bound.
        let turn = self.binding.turn(id, document).await;
        let rule = {
            let mut case = Case::of(self, id, subject).await?;
            if let Some(found) = one(case.txn.db(), id, document).await? {
                return if found.sha256 == hash { Ok((false, found)) } else { Err(Fault::new(Slug::DocumentDiffers)) };
            }
            let (rule, _) = check_bind(&mut case, bind, &hash).await?;
            case.finish_quietly().await?;
            rule
        };
        let (upload_id, upload) = self.whole_upload(subject, id, &bind.upload).await?;
        let writing = self.write_to_upload(&upload_id).ok_or_else(|| Fault::new(Slug::UploadGone))?;
        let bytes = self.uploaded_bytes(&upload).await?;
        let (found, size) = (sha256_hex(&bytes), bytes.len() as u64);
        if found != hash || size != bind.size {
            self.end_upload(&upload).await?;
            return Err(Fault::new(Slug::HashMismatch).with(|p| {
                p.sha256 = Some(found);
                p.size = Some(size);
            }));
        }
        let judged = match self.judge(bytes.into(), &rule, &bind.media_type).await? {
            Ok(judged) => judged,
            Err(why) => {
                self.end_upload(&upload).await?;
                return Err(refused(why));
            }
        };
        let mut case = Case::of(self, id, subject).await?;
        // What held before the bytes were judged may not hold any more; nothing is kept of what is refused now.
        let (_, pointer) = check_bind(&mut case, bind, &hash).await?;
        let bound = Document {
            id: document.into(),
            pointer,
            sha256: hash,
            size,
            media_type: judged.media_type.into(),
            pages: judged.pages,
            state: DocumentState::Received,
            scan: Some("clear".into()),
            code: None,
            bound_at: case.now,
            insisted: bind.insisted.clone(),
        };
        let office = self.clone();
        // Runs to its end even if the connection, and with it the handler, is gone.
        let task = tokio::spawn(async move {
            let _turns = (turn, writing);
            office.keep(case, &bound, &judged).await?;
            office.end_upload(&upload).await?;
            Ok((true, bound))
        });
        task.await.map_err(|why| Fault::ours(&why))?
    }

    /// Files and row together: a file without its row would never be erased.
    async fn keep(&self, mut case: Case, bound: &Document, judged: &Judged) -> Answer<()> {
        let id = case.matter.id.clone();
        let files = [(original(&id, &bound.id), &judged.bytes), (working_copy(&id, &bound.id), &judged.clean)];
        let kept = async {
            for (place, bytes) in &files {
                self.files.put(place, (*bytes).clone().into()).await?;
            }
            store(case.txn.db(), &id, bound).await?;
            case.changed = true;
            case.finish_quietly().await
        };
        if let Err(why) = kept.await {
            for (place, _) in &files {
                self.erase_file(place).await?;
            }
            return Err(why);
        }
        Ok(())
    }

    /// The upload that a `Location` names: this login's, for this application, whole.
    async fn whole_upload(&self, subject: &str, application: &str, location: &str) -> Answer<(String, Upload)> {
        let gone = || Fault::new(Slug::UploadGone);
        let upload_id = location.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let upload = self
            .upload(subject, &upload_id)
            .await
            .map_err(|fault| if fault.is(Slug::NotFound) { gone() } else { fault })?;
        if upload.application != application || upload.offset != upload.length {
            return Err(gone());
        }
        Ok((upload_id, upload))
    }
}

/// A file that passed.
struct Judged {
    bytes: Bytes,
    clean: Bytes,
    media_type: &'static str,
    pages: Option<u32>,
}

impl Office {
    /// Repeats the rules of `contract` on the bytes themselves, and opens them: what the app said of them counts for nothing.
    async fn judge(&self, bytes: Bytes, rule: &FileRule, said: &str) -> Answer<Result<Judged, Refusal>> {
        let found = match inspect(&bytes, rule) {
            Ok(found) if found.kind.mime() == said => found,
            Ok(_) => return Ok(Err(Refusal::Type)),
            Err(why) => return Ok(Err(why)),
        };
        let pages = match self.decoding.pages(bytes.clone(), found, rule.pdf_pages()).await? {
            Ok(pages) => pages,
            Err(why) => return Ok(Err(why)),
        };
        let cleaned = bytes.clone();
        let clean =
            tokio::task::spawn_blocking(move || without_metadata(&cleaned).map(|it| Bytes::from(it.into_owned())));
        let clean = clean.await.map_err(|why| Fault::ours(&why))?;
        Ok(clean.map(|clean| Judged { clean, bytes, media_type: found.kind.mime(), pages }))
    }
}
