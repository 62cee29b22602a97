//! The same request again: lost replies, double taps, keys that were used for something else.
use crate::support::{Server, key, set};
use contract::{api::Submission, application::State};
use mock_server::office::{Once, Scope, Viewer};
use serde_json::json;

#[tokio::test]
async fn a_lost_reply_does_not_make_a_second_application() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let body = phone.filled_in(&id).await;
    let (submit, first) = (format!("/applications/{id}/submission"), key());
    assert_eq!(phone.get(&format!("/receipts/{first}")).await.expect(404).slug(), "not-found");
    let sent = phone.post(&submit, &first, &body).await.expect(201).json();
    // The reply was lost. The phone asks whether it arrived, also after the server was started anew.
    server.restart().await;
    let receipt = phone.get(&format!("/receipts/{first}")).await.expect(200).json();
    assert_eq!(receipt, sent["receipt"]);
    phone.play(&id, "begin", json!({})).await.expect(200);
    let again = phone.post(&submit, &first, &body).await.expect(201).json();
    assert_eq!(again["receipt"], sent["receipt"]);
    assert_eq!(again["application"]["state"], "in-review");
    assert_eq!(phone.get("/applications").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_key_in_parallel_has_one_effect() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let body = phone.filled_in(&id).await;
    let (submit, first) = (format!("/applications/{id}/submission"), key());
    let taps = (0..6).map(|_| phone.post(&submit, &first, &body));
    let replies = futures_util::future::join_all(taps).await;
    for reply in &replies {
        assert!(reply.status == 201 || reply.slug() == "running", "{reply:?}");
    }
    assert!(replies.iter().any(|reply| reply.status == 201));
    let receipt = phone.post(&submit, &first, &body).await.expect(201).json()["receipt"].clone();
    let record = phone.record(&id).await;
    assert_eq!(record["round"], 1);
    let submits = record["events"].as_array().unwrap().iter().filter(|event| event["act"] == "submit").count();
    assert_eq!((submits, &record["events"][0]["receipt"]), (1, &receipt["key"]));
}

#[tokio::test]
async fn a_key_used_for_other_bytes_or_another_path_is_refused() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    let first = key();
    phone.post(&format!("/applications/{id}/submission"), &first, &body).await.expect(201);
    set(&mut body["answers"], "work.post", &json!({ "valueString": "服务员" }));
    assert_eq!(
        phone.post(&format!("/applications/{id}/submission"), &first, &body).await.expect(422).slug(),
        "key-reused"
    );
    assert_eq!(
        phone.post(&format!("/applications/{id}/withdrawal"), &first, &json!({})).await.expect(422).slug(),
        "key-reused"
    );
}

#[tokio::test]
async fn what_the_clock_has_done_is_written_before_a_repeat_shows_it() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let sent: Submission = serde_json::from_value(phone.filled_in(&id).await).unwrap();
    let office = server.office();
    let (subject, viewer) = (office.full(&id, "reviewer").await.unwrap().matter.subject, Viewer::reading("zh-CN"));
    let once = Once::new(Scope::Subject(subject.clone()), &key(), "submission", b"the same");
    office.submit(&id, &subject, &once, &sent, &viewer).await.unwrap();
    for act in ["begin", "accept"] {
        phone.play(&id, act, json!({})).await.expect(200);
    }
    phone.book_somewhere(&id).await;
    // Missed and lapsed by then, and nobody has looked: not even the clock, which looks once a second. Whoever signs in anew
    // first leaves it the time.
    for state in [State::Missed, State::Lapsed] {
        office.let_time_pass(chrono::Duration::days(31));
        let shown = office.submit(&id, &subject, &once, &sent, &viewer).await.unwrap().application;
        let next = office.record(&id, &subject, &viewer).await.unwrap();
        assert_eq!((shown.state, shown.version, &shown.events), (state, next.version, &next.events));
    }
}

#[tokio::test]
async fn a_refused_key_stays_unspent() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    let second = key();
    let path = format!("/applications/{id}/supplement");
    let body = json!({ "questionnaire": "health-certificate|2026.11.1", "round": 1, "answers": { "item": [] } });
    assert_eq!(phone.post(&path, &second, &body).await.expect(409).slug(), "act-refused");
    assert_eq!(phone.get(&format!("/receipts/{second}")).await.status, 404);
    phone.post(&format!("/applications/{id}/withdrawal"), &second, &json!({})).await.expect(201);
}

#[tokio::test]
async fn a_quoted_key_is_the_same_key_and_a_foreign_one_names_nothing() {
    let server = Server::new().await;
    let (phone, other) = (server.signed_in().await, server.signed_in().await);
    let id = phone.begin().await;
    let first = key();
    let path = format!("/applications/{id}/withdrawal");
    let sent = phone.post(&path, &format!("\"{first}\""), &json!({})).await.expect(201).json();
    assert_eq!(phone.get(&format!("/receipts/{first}")).await.expect(200).json(), sent["receipt"]);
    assert_eq!(other.get(&format!("/receipts/{first}")).await.expect(404).slug(), "not-found");
    assert_eq!(phone.post(&path, "not a key", &json!({})).await.expect(400).slug(), "malformed");
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_writes_nothing() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let body = phone.filled_in(&id).await;
    phone.delete("/session").await.expect(204);
    let first = key();
    assert_eq!(
        phone.post(&format!("/applications/{id}/submission"), &first, &body).await.expect(401).slug(),
        "signed-out"
    );
    let full = server.office().full(&id, "reviewer").await.unwrap();
    assert!(full.rounds.is_empty());
}

#[tokio::test]
async fn repeated_puts_and_deletes_change_nothing() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.book_somewhere(&id).await;
    let before = phone.record(&id).await;
    let body = json!({ "slot": slot });
    phone.put(&format!("/applications/{id}/appointment"), &body).await.expect(200);
    phone.delete(&format!("/applications/{id}/hold?slot={slot}")).await.expect(204);
    phone.delete(&format!("/applications/{id}/appointment?slot=site-1.20200101T0800")).await.expect(200);
    assert_eq!(phone.record(&id).await, before);
}

#[tokio::test]
async fn a_broken_connection_leaves_a_receipt_to_ask_for() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let body = phone.filled_in(&id).await;
    let (path, first) = (format!("/applications/{id}/submission"), key());
    let request = phone.request(reqwest::Method::POST, &path).header("Idempotency-Key", &first).json(&body);
    assert!(request.header("X-HC-Fault", "lost-reply").send().await.is_err());
    let receipt = phone.get(&format!("/receipts/{first}")).await.expect(200).json();
    assert_eq!((receipt["state"].as_str(), receipt["act"].as_str()), (Some("done"), Some("submit")));
    assert_eq!(phone.post(&path, &first, &body).await.expect(201).json()["receipt"], receipt);
}

#[tokio::test]
async fn a_request_that_never_arrived_left_nothing() {
    use mock_server::faults::{Plan, Trouble};
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let body = phone.filled_in(&id).await;
    let (path, first) = (format!("/applications/{id}/submission"), key());
    server
        .office()
        .faults
        .plan(Plan { phone: Some(phone.number.clone()), ..Plan::once(Trouble::LostRequest, "/submission") });
    let request = phone.request(reqwest::Method::POST, &path).header("Idempotency-Key", &first).json(&body);
    assert!(request.send().await.is_err());
    phone.get(&format!("/receipts/{first}")).await.expect(404);
    phone.post(&path, &first, &body).await.expect(201);
}
