//! Whoever asked for it is told that their certificate ends, thirty days before and once.
use crate::support::{Phone, Server, key, set};
use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use serde_json::{Value as Json, json};

/// A certificate of somebody who wants to be reminded, or does not; gives the application.
async fn issued(phone: &Phone, wants: bool) -> String {
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    assert!(set(&mut body["answers"], "consent.reminder", &json!({ "valueBoolean": wants })));
    phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201);
    passes(phone, &id).await;
    id
}

/// From what was sent to its certificate.
async fn passes(phone: &Phone, id: &str) {
    for act in ["begin", "accept"] {
        phone.play(id, act, json!({})).await.expect(200);
    }
    phone.book_somewhere(id).await;
    for act in ["attend", "pass", "issue"] {
        phone.play(id, act, json!({})).await.expect(200);
    }
}

/// Nine in the morning, thirty days before its last day.
async fn morning(phone: &Phone, id: &str) -> DateTime<FixedOffset> {
    let last: NaiveDate = phone.record(id).await["certificate"]["valid_until"].as_str().unwrap().parse().unwrap();
    mock_server::office::start_of(last - Duration::days(30)) + Duration::hours(9)
}

async fn moved(phone: &Phone, id: &str, at: DateTime<FixedOffset>) {
    phone.play(id, "edit", json!({ "at": at.to_rfc3339() })).await.expect(200);
}

async fn reminders(server: &Server, phone: &Phone) -> Vec<String> {
    let messages = server.office().messages(Some(&phone.number), 50).await.unwrap();
    messages.into_iter().filter(|message| message.kind == "reminder").map(|message| message.text).collect()
}

#[tokio::test]
async fn whoever_asked_for_it_is_reminded_once_and_in_the_morning() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = issued(&phone, true).await;
    let morning = morning(&phone, &id).await;
    moved(&phone, &id, morning - Duration::seconds(30)).await;
    assert_eq!(reminders(&server, &phone).await, Vec::<String>::new());
    moved(&phone, &id, morning).await;
    let said = reminders(&server, &phone).await;
    let last = (morning + Duration::days(30)).format("%Y-%m-%d").to_string();
    assert!(said.len() == 1 && said[0].contains(&last), "{said:?}");
    assert!(!said[0].contains("张伟"), "a message tells nobody's name: {said:?}");
    server.restart().await;
    moved(&phone, &id, morning + Duration::days(10)).await;
    assert_eq!(reminders(&server, &phone).await.len(), 1);
}

#[tokio::test]
async fn the_clock_reminds_though_nobody_looks() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = issued(&phone, true).await;
    let morning = morning(&phone, &id).await;
    server.office().let_time_pass(morning - server.office().now());
    server.office().tick().await.unwrap();
    assert_eq!(reminders(&server, &phone).await.len(), 1);
}

#[tokio::test]
async fn nobody_is_reminded_who_did_not_ask_or_whose_certificate_does_not_hold_or_is_renewed() {
    let server = Server::new().await;
    for case in ["no", "revoked", "expired", "renewed", "collected"] {
        let phone = server.signed_in().await;
        let id = issued(&phone, case != "no").await;
        let mut at = morning(&phone, &id).await;
        let certificate = phone.record(&id).await["certificate"]["id"].clone();
        match case {
            "revoked" => {
                let words = contract::api::Words::new("示例", "zh-CN");
                server.office().revoke(certificate.as_str().unwrap(), "issuer", None, words).await.unwrap();
            }
            "expired" => at += Duration::days(60),
            "renewed" => {
                collects(&server, &phone, &id).await;
                renews(&phone, &certificate).await;
            }
            "collected" => {
                collects(&server, &phone, &id).await;
                let renewal = renews(&phone, &certificate).await;
                passes(&phone, &renewal).await;
                // A second code is not sent at once.
                server.office().let_time_pass(Duration::minutes(2));
                collects(&server, &phone, &renewal).await;
            }
            _ => {}
        }
        moved(&phone, &id, at).await;
        assert_eq!(reminders(&server, &phone).await, Vec::<String>::new(), "{case}");
    }
}

#[tokio::test]
async fn a_reminder_waits_while_the_certificate_is_suspended_and_comes_once_it_holds_again() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = issued(&phone, true).await;
    let morning = morning(&phone, &id).await;
    let certificate = phone.record(&id).await["certificate"]["id"].as_str().unwrap().to_owned();
    let words = contract::api::Words::new("示例", "zh-CN");
    server.office().suspend(&certificate, "issuer", None, words).await.unwrap();
    for days in [0, 1, 2] {
        moved(&phone, &id, morning + Duration::days(days)).await;
    }
    server.office().reinstate(&certificate, "issuer", None).await.unwrap();
    assert_eq!(reminders(&server, &phone).await, Vec::<String>::new());
    for days in [3, 4] {
        moved(&phone, &id, morning + Duration::days(days)).await;
        assert_eq!(reminders(&server, &phone).await.len(), 1, "after {days} days");
    }
}

/// Takes the certificate: only then another one can be applied for.
async fn collects(server: &Server, phone: &Phone, id: &str) {
    let asked = json!({ "purpose": "collect", "application": id });
    let sent = phone.post("/session/code", &key(), &asked).await.expect(202).json();
    let code = server.code_for(&phone.number).await;
    let tail = &crate::support::id_number(&phone.number)[12..];
    let facts = json!({ "name": "张伟", "id_tail": tail, "code_id": sent["code_id"], "code": code });
    phone.post(&format!("/applications/{id}/collection"), &key(), &facts).await.expect(200);
}

/// Sends in the renewal of a certificate; gives the application.
async fn renews(phone: &Phone, certificate: &Json) -> String {
    let id = key();
    let new = json!({ "questionnaire": "health-certificate|2026.11.1", "renews": certificate });
    phone.put(&format!("/applications/{id}"), &new).await.expect(201);
    let body = phone.filled_in(&id).await;
    phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201);
    id
}
