//! What belongs to one person of a shared phone is neither kept for the next one nor handed out to them.
use super::office::Office;
use super::recovery::{copied, stops};
use super::visit::{PLANTED, Visit, answers, begun, instead_of, submission, until};
use super::{empty_phone, hurried};
use contract::api::{Certificate, CertificateShown, CertificateState, Downloads, Instant, Link, Outcome};
use health_certificate::offline::{Kept, KeptCertificate, Network, StoreError};
use js_sys::Uint8Array;
use leptos::prelude::window;
use wasm_bindgen_test::wasm_bindgen_test;

fn read() -> KeptCertificate {
    Kept { value: certificate(), at: Instant::default(), etag: None }
}

fn certificate() -> Certificate {
    let link = Link { href: "/x".into(), until: Instant::default(), media_type: "image/jpeg".into() };
    let day = "2026-11-26".parse().unwrap();
    Certificate {
        id: "sample".into(),
        number: "sample".into(),
        state: CertificateState::Valid,
        words: None,
        shown: CertificateShown {
            name: "示例".into(),
            sex: None,
            birth_month: None,
            id_masked: "1101**********002X".into(),
            category: "sample".into(),
            outcome: "sample".into(),
            issued_on: day,
            valid_from: day,
            valid_until: day,
            issuer: "sample".into(),
        },
        credential: "HCZ1:SAMPLE".into(),
        photo: link.clone(),
        seal: None,
        downloads: Downloads { pdf: link.clone(), png: link },
    }
}

/// Somebody else signs in on the phone that one has signed out of.
pub(crate) async fn another_comes(visit: &Visit, office: &Office) {
    visit.offline.sign_out().await.unwrap();
    office.does("office.signedIn = true; office.who = 'another'; office.all = {};").await;
    visit.offline.check_session().await;
    until(|| visit.offline.subject().get_untracked().as_deref() == Some("another")).await;
}

#[wasm_bindgen_test]
async fn what_comes_back_after_somebody_else_has_come_is_kept_for_nobody() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    let offline = visit.offline;
    until(|| offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    offline.submit(&id, &submission()).await.unwrap();
    until(|| !offline.records().get_untracked().is_empty()).await;
    let application = offline.records().get_untracked()[0].value.clone();
    let asker = offline.asker();
    another_comes(&visit, &office).await;
    offline.keep_outcome(&asker, &Outcome { receipt: None, application });
    let kept = offline.keep_certificate(&asker, &read(), &Uint8Array::new_with_length(1), None).await;
    assert_eq!(kept, Err(StoreError::Locked));
    health_certificate::api::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!((offline.records().get_untracked().len(), offline.certificates().get_untracked().len()), (0, 0));
    // Who asked and is here keeps it.
    let asker = offline.asker();
    offline.keep_certificate(&asker, &read(), &Uint8Array::new_with_length(1), None).await.unwrap();
    // Its age is that of the answer, and not of the photo that came after it.
    assert_eq!(offline.certificates().get_untracked(), [read()]);
    offline.erase_all().await.unwrap();
}

#[wasm_bindgen_test]
async fn the_copy_of_a_stopped_page_holds_what_is_of_whoever_is_here() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    visit.offline.erase_all().await.unwrap();
    drop(visit);
    office.does("office.signedIn = true; office.who = 'sample'; office.all = {};").await;
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (_, draft) = begun(&visit).await;
    draft.answers.set(answers());
    assert!(draft.save_now().await);
    stops().await;
    let own = copied().await;
    assert!(own.contains(PLANTED) && !own.contains("somebody else"), "{own}");
    another_comes(&visit, &office).await;
    stops().await;
    let others = copied().await;
    assert!(!others.contains(PLANTED) && others.contains("1 more are somebody else"), "{others}");
    visit.offline.erase_all().await.unwrap();
}

#[wasm_bindgen_test]
async fn what_waits_in_a_page_that_slept_goes_out_under_nobody_elses_sign_in() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (id, _) = begun(&visit).await;
    office.does("office.reached = false;").await;
    visit.offline.submit(&id, &submission()).await.unwrap();
    until(|| visit.offline.network().get_untracked() == Network::Offline).await;
    // In another window somebody else has signed in, and the office takes its time to say who it is.
    office
        .does(
            "office.asked = []; office.who = 'another'; office.reached = true;
            office.before = async asked => { if (asked === 'GET /session') await new Promise(done => setTimeout(done, 500)); };
            dispatchEvent(new Event('pageshow'));",
        )
        .await;
    until(|| visit.offline.subject().get_untracked().as_deref() == Some("another")).await;
    health_certificate::api::sleep(std::time::Duration::from_millis(500)).await;
    office.does("if (office.asked.some(it => /^(PUT|POST)/.test(it))) throw new Error(office.asked.join());").await;
    visit.offline.erase_all().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_page_that_is_not_told_whose_sign_in_it_is_asks_again_by_itself() {
    for waits in [false, true] {
        empty_phone().await;
        let office = Office::open();
        let visit = Visit::opened().await;
        until(|| visit.offline.session().get_untracked().is_signed_in()).await;
        if waits {
            let (id, _) = begun(&visit).await;
            office.does("office.reached = false;").await;
            visit.offline.submit(&id, &submission()).await.unwrap();
            until(|| visit.offline.network().get_untracked() == Network::Offline).await;
        }
        let timer = hurried();
        // It was left, somebody else has signed in meanwhile, and the office has trouble when it is asked.
        office
            .does(
                "office.asked = []; office.who = 'another'; office.doubts = 3; office.reached = true;
                dispatchEvent(new Event('pageshow'));",
            )
            .await;
        until(|| visit.offline.subject().get_untracked().as_deref() == Some("another")).await;
        instead_of(&window(), "setTimeout", &timer);
        office.does("if (office.asked.some(it => /^(PUT|POST)/.test(it))) throw new Error(office.asked.join());").await;
        drop(visit);
    }
}

#[wasm_bindgen_test]
async fn what_the_office_says_of_somebody_else_is_not_kept_as_of_whoever_was_here_before() {
    empty_phone().await;
    let office = Office::open();
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let theirs = "33333333-3333-4333-8333-333333333333";
    // The list of whoever signed in elsewhere comes before it is known that they are another.
    office
        .does(&format!(
            "office.who = 'another';
            office.before = async asked => {{ if (asked === 'GET /session') await new Promise(done => setTimeout(done, 500)); }};
            office.all['{theirs}'] = {{ id: '{theirs}', version: 1, state: 'submitted', stage: 2, round: 1,
                since: '2026-11-26T08:00:00+08:00', questionnaire: 'health-certificate|2026.11.1' }};
            dispatchEvent(new Event('pageshow'));"
        ))
        .await;
    visit.offline.refresh_all().await.unwrap();
    until(|| visit.offline.subject().get_untracked().as_deref() == Some("another")).await;
    office.does("office.reached = false;").await;
    drop(visit);
    // Whose it lies there as is seen where nobody can be asked.
    office.does("office.who = 'sample'; office.reached = true; office.all = {};").await;
    let visit = Visit::opened().await;
    until(|| visit.offline.subject().get_untracked().as_deref() == Some("sample")).await;
    assert!(visit.offline.records().get_untracked().is_empty(), "somebody else's application is shown");
    drop(visit);
    drop(office);
}
