//! Saves what is open in the account, and puts together what is here and what another phone has saved there.
use super::{Copy, form_of};
use crate::api::{ApiError, Fresh, page_millis};
use crate::offline::{Draft, DraftId, Inner};
use contract::api::{ServerDraft, Slug};
use contract::order::in_order;
use contract::questionnaire::{
    Envelope, Form, Pointer, Saved, Scope, evaluate, from_response, is_newer, merge, take, to_response,
};
use std::rc::Rc;
use std::time::Duration;

/// After something was stored here: somebody who goes on typing causes one save, not twenty.
const PAUSE: Duration = Duration::from_secs(2);
/// Looks at least this often for what is not saved there yet.
const LONGEST: Duration = Duration::from_mins(1);

/// Saves what is open and may leave this phone, until the shell is gone.
pub(in crate::offline) async fn run(inner: Rc<Inner>) {
    while !inner.over.get() {
        let open: Vec<Draft> = inner.open_drafts.borrow().values().copied().collect();
        for draft in open {
            if inner.saves_drafts()
                && inner.may_be_saved(draft)
                && let Err(why) = settle_in_turn(&inner, draft).await
            {
                leptos::logging::log!("account: {why:?}");
            }
        }
        let rest = (inner.account_rests_until.get() - page_millis()).max(0.0);
        let rest = Duration::try_from_secs_f64(rest / 1000.0).unwrap_or(LONGEST);
        if rest.is_zero() {
            inner.saves.wait(LONGEST).await;
        }
        crate::api::sleep(rest.clamp(PAUSE, LONGEST)).await;
    }
}

/// One draft at a time, whoever asks for it; and not before the time that the account has told.
pub(super) async fn settle_in_turn(inner: &Rc<Inner>, draft: Draft) -> Result<(), ApiError> {
    let id = draft.id();
    let _turn = inner.settling.take().await;
    if page_millis() < inner.account_rests_until.get() || !inner.is_open(&id, draft) {
        return Ok(());
    }
    let settled = settle(inner, &id, draft).await;
    if let Err(ApiError::Refused(refused)) = &settled
        && let Some(until) = refused.not_before()
    {
        let rest = (until - refused.at).to_std().unwrap_or_default();
        inner.account_rests_until.set(page_millis() + rest.as_secs_f64() * 1000.0);
    }
    settled
}

/// Puts together what is here and what is there, and saves it there.
async fn settle(inner: &Rc<Inner>, id: &DraftId, draft: Draft) -> Result<(), ApiError> {
    let application = id.application.clone();
    let Some(form) = form_of(draft.offline, &draft.questionnaire.get_untracked()).await else { return Ok(()) };
    // Another phone may save between two of our steps, but not for ever.
    for _ in 0..3 {
        if !inner.is_open(id, draft) {
            return Ok(());
        }
        let account = inner.account_of(&application).unwrap_or_default();
        let mine = draft.answers.get_untracked();
        if !account.differing.is_empty() || account.is_behind {
            return Ok(());
        }
        let open = settled_order(draft.beside.with_untracked(|beside| beside.to_confirm.clone()));
        if account.same.as_ref() == Some(&mine) && account.open == open && !inner.is_newer_there(&application) {
            // Stored here once more, with the same answers.
            let now = inner.api.now();
            inner.change_account(&application, |account| account.saved_at = Some(now));
            return Ok(());
        }
        let seen = inner.copy(&application).await.filter(|copy| !copy.etag.is_empty());
        let Some(mut copy) = seen.filter(|_| account.etag.is_some() && !inner.is_newer_there(&application)) else {
            if !look(inner, id, draft, &form).await? {
                return Ok(());
            }
            continue;
        };
        let at = inner.api.now();
        let envelope = Envelope { status: "in-progress", ..Envelope::default() };
        let judged = evaluate(&form, &mine, &inner.judged_by());
        let closed: Vec<&str> = judged.steps_not_agreed(&form).collect();
        let withheld = |pointer: &Pointer| {
            form.step_of(&pointer.link_id()).is_some_and(|step| closed.contains(&step.link_id.as_str()))
        };
        let sent = to_response(&form, &mine, Scope::Draft { withheld: &withheld }, &envelope);
        let as_read = from_response(&form, &sent).0;
        if as_read == account.there && account.open == open && account.under == form.canonical() {
            inner.is_there(&application, at, mine);
            return Ok(());
        }
        copy.under_way = Some(as_read.clone());
        inner.keep_copy(&application, &copy).await;
        let body = ServerDraft { questionnaire: form.canonical(), answers: sent, prefilled: open.clone() };
        let reply = inner.api.put_draft(&application, &body, &copy.etag).await;
        match inner.heard(reply) {
            Ok(etag) => {
                let etag = etag.unwrap_or_default();
                let questionnaire = body.questionnaire;
                let agreed = as_read.clone();
                copy = Copy { etag: etag.clone(), questionnaire, agreed, under_way: None, open: open.clone(), ..copy };
                inner.keep_copy(&application, &copy).await;
                inner.change_account(&application, |account| {
                    account.etag = Some(etag);
                    account.under = form.canonical();
                    account.there = as_read;
                    account.open = open;
                });
                inner.is_there(&application, at, mine);
                return Ok(());
            }
            Err(why) if why.slug() == Some(Slug::Stale) => {
                if !look(inner, id, draft, &form).await? {
                    return Ok(());
                }
            }
            Err(why) => return Err(why),
        }
    }
    Ok(())
}

/// What waits for its person's word is the same whichever came first: two phones that keep it in different orders would save
/// to each other without end.
pub(super) fn settled_order(open: Vec<Pointer>) -> Vec<Pointer> {
    let mut open = in_order(open, Pointer::cmp);
    open.dedup();
    open
}

/// Reads the copy in the account, and puts it together with what is here. False: it is not this tab's any more, or what came
/// of it could not be stored, and then it is not what both phones have agreed on.
async fn look(inner: &Rc<Inner>, id: &DraftId, draft: Draft, form: &Form) -> Result<bool, ApiError> {
    inner.make_known(id, draft, &form.canonical()).await?;
    let told = inner.told(&id.application);
    let copy = inner.copy(&id.application).await;
    let reply = inner.api.draft(&id.application, None).await;
    let Fresh::New { value, etag } = inner.heard(reply)? else { return Err(ApiError::Unreadable) };
    let etag = etag.unwrap_or_default();
    let read = read_by(inner, draft, form, &value).await?;
    if !inner.is_open(id, draft) || !inner.may_be_saved(draft) {
        return Ok(false);
    }
    let Some(read) = read else {
        inner.change_account(&id.application, |account| account.is_behind = true);
        return Ok(true);
    };
    let context = inner.judged_by();
    let copy = copy.unwrap_or_else(|| Copy::new(inner, &etag));
    let known = Saved::read(form, &copy.questionnaire, copy.agreed.clone(), Vec::new(), &context);
    let mut copy = copy.named_by(form, &context);
    let (there, prefilled) = (read.answers.clone(), settled_order(read.open.clone()));
    let (left, suggested) = read.left_since(&known);
    if !(left.is_empty() && suggested.is_empty()) {
        draft.beside.update(|beside| beside.leave(&value.questionnaire, left, suggested));
    }
    // What was sent has arrived, and only the reply was lost.
    let mut base = match copy.under_way.take() {
        Some(sent) if sent == there => there.clone(),
        Some(_) | None => copy.agreed.clone(),
    };
    let here = draft.answers.get_untracked();
    // What the office has filled in nobody has said: whoever said something else here before that is not asked which it is.
    for it in prefilled.iter().filter(|it| here.is_touched(it)) {
        if !base.is_touched(it) {
            take(&mut base, &there, it);
        }
    }
    let merged = merge(&base, &here, &there);
    let news: Vec<&Pointer> =
        prefilled.iter().filter(|it| !here.is_touched(it) && merged.answers.is_touched(it)).collect();
    let settled = |it: &Pointer| news.contains(&it) || (copy.open.contains(it) && !prefilled.contains(it));
    if draft.beside.with_untracked(|beside| !news.is_empty() || beside.to_confirm.iter().any(&settled)) {
        draft.beside.update(|beside| {
            // What its person has confirmed on the other phone is confirmed; what was filled in there waits here too.
            beside.to_confirm.retain(|it| !settled(it));
            beside.to_confirm.extend(news.iter().map(|it| (*it).clone()));
        });
    }
    if merged.answers != here {
        draft.answers.set(merged.answers);
        // Before it counts as agreed on: else what is missing here would be taken for removed here.
        if !draft.save(true).await {
            return Ok(false);
        }
    }
    let differing = inner.with_times(id, merged.conflicts).await;
    if differing.is_empty() {
        copy.etag.clone_from(&etag);
        copy.agreed.clone_from(&there);
        copy.open.clone_from(&prefilled);
        inner.keep_copy(&id.application, &copy).await;
    }
    inner.change_account(&id.application, |account| {
        account.differing = differing;
        account.told = told;
        account.etag = Some(etag);
        account.under = value.questionnaire;
        account.there = there;
        account.open = prefilled;
        account.same = None;
    });
    Ok(true)
}

/// What stands in the account, as the form of this draft reads it. `None`: it is saved there under a newer one.
async fn read_by(inner: &Inner, draft: Draft, form: &Form, there: &ServerDraft) -> Result<Option<Saved>, ApiError> {
    let (ours, theirs) = (form.canonical(), &there.questionnaire);
    let read = |by: &Form| {
        let answers = from_response(by, &there.answers).0;
        Saved::read(form, theirs, answers, there.prefilled.clone(), &inner.judged_by())
    };
    if ours == *theirs {
        return Ok(Some(read(form)));
    }
    // Which of the two is newer the office says, and not what it said when this page began.
    inner.refresh_service().await?;
    let taken = inner.service.try_with_untracked(|kept| Some(kept.as_ref()?.value.accepted_questionnaires.clone()));
    if !is_newer(&ours, theirs, &taken.flatten().unwrap_or_default()) {
        return Ok(None);
    }
    let by = form_of(draft.offline, theirs).await.ok_or(ApiError::Unreadable)?;
    Ok(Some(read(&by)))
}

#[cfg(test)]
mod tests {
    use super::settled_order;
    use contract::questionnaire::Pointer;

    #[test]
    fn what_waits_for_a_word_is_the_same_in_whichever_order_it_came() {
        let here = ["name", "town", "name"].map(Pointer::item);
        let there = ["town", "name"].map(Pointer::item);
        assert_eq!(settled_order(here.to_vec()), settled_order(there.to_vec()));
        assert_ne!(settled_order(here.to_vec()), settled_order(there[..1].to_vec()));
    }
}
