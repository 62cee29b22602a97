//! What was begun is gone on with, and not begun a second time.
use super::empty_phone;
use super::office::Office;
use super::visit::{FORM, Visit, answers, begun, opened};
use contract::questionnaire::{Answers, Pointer, Value};
use health_certificate::api::sleep;
use health_certificate::offline::Draft;
use std::time::Duration;
use wasm_bindgen_test::wasm_bindgen_test;

/// The drafts of this phone in their order.
fn order(visit: &Visit) -> Vec<String> {
    visit.offline.drafts().get_untracked().into_iter().map(|draft| draft.id.application).collect()
}

/// Stored, and a moment has passed since.
async fn saved(draft: Draft) {
    // What was answered is noticed in the next turn.
    leptos::task::tick().await;
    assert!(draft.save_now().await);
    sleep(Duration::from_millis(2)).await;
}

/// Opened, a turn ago: what is answered from now on is noticed.
async fn in_hand(visit: &Visit, id: &str) -> Draft {
    let draft = opened(visit, id).await;
    leptos::task::tick().await;
    draft
}

fn phone() -> (Pointer, Answers) {
    let (pointer, mut answers) = (Pointer::item("phone"), Answers::new());
    answers.set(pointer.clone(), vec![Value::Text("+8613800000001".into())]);
    (pointer, answers)
}

#[wasm_bindgen_test]
async fn whoever_starts_twice_has_one_blank_form_as_long_as_nothing_is_answered_in_it() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let first = visit.offline.blank_draft(FORM);
    assert_eq!(visit.offline.blank_draft(FORM), first, "started twice");
    let draft = opened(&visit, &first).await;
    let (pointer, answers_of_sign_in) = phone();
    draft.answers.set(answers_of_sign_in);
    draft.beside.update(|beside| beside.to_confirm.push(pointer));
    saved(draft).await;
    drop(visit);

    let visit = Visit::opened().await;
    assert_eq!(visit.offline.blank_draft("health-certificate"), first, "of the newest version, on a page opened anew");
    let other = visit.offline.blank_draft("food-worker");
    assert_ne!(other, first, "another form");
    let draft = in_hand(&visit, &first).await;
    draft.answers.set(answers());
    leptos::task::tick().await;
    assert_ne!(visit.offline.blank_draft(FORM), first, "answered, and not stored yet");
    saved(draft).await;
    assert_ne!(visit.offline.blank_draft(FORM), first, "answered");
}

#[wasm_bindgen_test]
async fn what_was_answered_in_last_is_gone_on_with_whatever_was_begun_or_looked_at_since() {
    empty_phone().await;
    let visit = Visit::opened().await;
    let (a, draft_a) = begun(&visit).await;
    draft_a.answers.set(answers());
    saved(draft_a).await;
    let (b, draft_b) = begun(&visit).await;
    saved(draft_b).await;
    assert_eq!(order(&visit), [a.clone(), b.clone()], "one that was begun later, with nothing in it");
    draft_b.answers.set(answers());
    saved(draft_b).await;
    assert_eq!(order(&visit), [b.clone(), a.clone()], "answered later");
    draft_a.step.set(Some("person".into()));
    saved(draft_a).await;
    assert_eq!(order(&visit), [b.clone(), a.clone()], "the other one was looked at");
    drop(visit);

    let visit = Visit::opened().await;
    assert_eq!(order(&visit), [b.clone(), a.clone()], "on a page opened anew");
    let draft = in_hand(&visit, &a).await;
    draft.answers.update(|answers| answers.set(Pointer::item("street"), Vec::new()));
    saved(draft).await;
    assert_eq!(order(&visit), [a, b], "the other one was answered again");
}

/// Applications of this login in these states.
async fn has(office: &Office, states: &str) {
    let all = format!(
        "office.all = {{}}; for (const [at, state] of {states}.entries()) {{ const id = '00000000-0000-4000-8000-00000000000' + at;
            office.all[id] = {{ id, version: 1, state, stage: 1, round: 0, since: '2026-11-26T08:00:00+08:00', questionnaire: 'health-certificate|2026.11.1' }}; }}"
    );
    office.does(&all).await;
}

#[wasm_bindgen_test]
async fn the_office_is_asked_whether_something_was_begun_and_what_this_phone_knows_counts_too() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    super::until(|| offline.session().get_untracked().is_signed_in()).await;
    for (states, expected) in [
        ("[]", false),
        ("['withdrawn', 'collected', 'rejected', 'lapsed']", false),
        ("['withdrawn', 'returned']", true),
        ("['draft']", true),
        ("['of-a-newer-office']", true),
    ] {
        has(&office, states).await;
        assert_eq!(offline.has_begun().await, expected, "{states}");
    }

    // It does not answer: whoever begins does not wait for it for long.
    let silent = "office.before = (asked, request) => asked === 'GET /applications' ? new Promise((_, failed) =>
        request.signal.addEventListener('abort', () => failed(new TypeError('no answer')))) : undefined;";
    office.does(silent).await;
    assert!(!offline.has_begun().await);
    office.does("office.before = undefined;").await;
    offline.refresh_all().await.unwrap();
    office.does("office.reached = false;").await;
    assert!(offline.has_begun().await, "as it was said last");

    // On this phone only.
    office.does("office.reached = true;").await;
    has(&office, "[]").await;
    drop(visit);
    empty_phone().await;
    let visit = Visit::opened().await;
    super::until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (_, draft) = begun(&visit).await;
    assert!(!visit.offline.has_begun().await, "nothing is answered");
    draft.answers.set(answers());
    saved(draft).await;
    assert!(visit.offline.has_begun().await, "something is answered");
    visit.offline.sign_out().await.unwrap();
    assert!(!visit.offline.has_begun().await, "another person's");
}
