//! What somebody decided against where two phones differed: it is there for a while, whatever else goes on.
use super::empty_phone;
use super::moved::{first_form, signed_in, typed};
use super::office::Office;
use super::visit::{Visit, begun, opened, until};
use contract::questionnaire::Pointer;
use health_certificate::offline::{Chosen, Draft, Settled};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

/// The answers that are kept, as they are read now.
fn kept(visit: &Visit, id: &str) -> Vec<String> {
    let kept = visit.offline.not_chosen(id).get_untracked();
    kept.iter().map(|one| one.values()[0].as_text().unwrap_or_default().to_owned()).collect()
}

async fn thinks_better(visit: &Visit, draft: Draft, id: &str, of: &str) {
    let kept = visit.offline.not_chosen(id).get_untracked();
    let one = kept.into_iter().find(|one| one.values()[0].as_text() == Some(of)).expect("it is kept");
    visit.offline.choose_again(draft, one);
    until(|| draft.answers.get_untracked() == typed(&[("a", of)])).await;
}

/// Two phones have changed the same answer, and this one's person has taken the other one's.
async fn decided(office: &Office) -> (Visit, String, Draft) {
    office.does("office.taken = ['health-certificate|2026.11.1']; office.delivers = [];").await;
    let visit = signed_in().await;
    let (id, draft) = begun(&visit).await;
    visit.offline.set_consent(&id, true);
    draft.answers.set(typed(&[("a", "before")]));
    assert!(draft.save_now().await);
    assert!(matches!(visit.offline.settle_account(draft).await, Settled::One(Some(_))));
    office
        .does(&format!(
            "const one = office.drafts['{id}']; one.etag = 40; one.text = one.text.replace('before', 'there');
             office.before = async asked => {{ if (asked === 'PUT /applications/*/draft') await new Promise(then => office.delivers.push(then)); }};
             office.all['{id}'].draft = {{ etag: '40', saved_at: '2026-11-26T08:00:00+08:00' }}; office.all['{id}'].version++;"
        ))
        .await;
    drop(visit.offline.refresh(&id).await);
    draft.answers.set(typed(&[("a", "here")]));
    assert!(draft.save_now().await);
    assert_eq!(visit.offline.settle_account(draft).await, Settled::Differs);
    visit.offline.choose(draft, &Pointer::item("a"), Chosen::There);
    until(|| kept(&visit, &id) == ["here"]).await;
    (visit, id, draft)
}

/// Their own answer after all: it is on its way to the account, which does not answer yet. Tells when it has.
async fn is_on_its_way(office: &Office, visit: &Visit, draft: Draft, id: &str) -> Rc<Cell<bool>> {
    thinks_better(visit, draft, id, "here").await;
    until(|| kept(visit, id) == ["there"]).await;
    let (offline, is_settled) = (visit.offline, Rc::new(Cell::new(false)));
    let told = is_settled.clone();
    spawn_local(async move {
        drop(offline.settle_account(draft).await);
        told.set(true);
    });
    office.does("while (!office.delivers.length) await new Promise(then => setTimeout(then, 20));").await;
    is_settled
}

async fn answers(office: &Office, is_settled: &Cell<bool>) {
    office.does("office.before = null; for (const deliver of office.delivers) deliver();").await;
    until(|| is_settled.get()).await;
}

#[wasm_bindgen_test]
async fn what_is_decided_while_the_account_answers_is_not_forgotten() {
    empty_phone().await;
    let office = first_form();
    let (visit, id, draft) = decided(&office).await;
    let is_settled = is_on_its_way(&office, &visit, draft, &id).await;
    // They think better of it once more.
    thinks_better(&visit, draft, &id, "there").await;
    until(|| kept(&visit, &id) == ["here"]).await;
    answers(&office, &is_settled).await;
    drop(visit);

    let visit = signed_in().await;
    let draft = opened(&visit, &id).await;
    assert_eq!(draft.answers.get_untracked(), typed(&[("a", "there")]));
    until(|| !kept(&visit, &id).is_empty()).await;
    assert_eq!(kept(&visit, &id), ["here"]);
    drop(visit);
    drop(office);
}

#[wasm_bindgen_test]
async fn what_was_decided_outlives_its_person_s_going_while_the_account_answers() {
    empty_phone().await;
    let office = first_form();
    let (visit, id, draft) = decided(&office).await;
    let is_settled = is_on_its_way(&office, &visit, draft, &id).await;
    visit.offline.sign_out().await.unwrap();
    answers(&office, &is_settled).await;
    drop(visit);

    office.does("office.signedIn = true;").await;
    let visit = signed_in().await;
    opened(&visit, &id).await;
    until(|| !kept(&visit, &id).is_empty()).await;
    assert_eq!(kept(&visit, &id), ["there"]);
    drop(visit);
    drop(office);
}
