//! What the house does for itself: new signing keys, and times without writing.
use crate::support::{Phone, Server, key};
use chrono::Duration;
use contract::{
    credential::{self, Jwks},
    json,
};
use reqwest::Method;

/// The text of a certificate that was just issued to somebody new.
async fn issued(server: &Server) -> String {
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let certificate = phone.record(&id).await["certificate"]["id"].as_str().unwrap().to_owned();
    server.office().certificate_row(&certificate).await.unwrap().credential
}

async fn published(phone: &Phone) -> Jwks {
    let answer = phone.get("/.well-known/jwks.json").await.expect(200);
    json::read(&String::from_utf8(answer.body).unwrap()).unwrap()
}

/// Whether one of the published keys signed it.
fn verifies(text: &str, keys: &Jwks) -> bool {
    let code = credential::read(text).unwrap();
    keys.matching(code.signed().kid).iter().any(|point| credential::verify(point, code.signed()))
}

fn kid(text: &str) -> credential::KeyId {
    credential::read(text).unwrap().signed().kid
}

#[tokio::test]
async fn a_new_key_signs_after_two_days_and_what_the_old_one_signed_verifies_all_along() {
    let server = Server::new().await;
    let before = issued(&server).await;
    server.office().add_key("a test").await.unwrap();
    let keys = published(&server.phone()).await;
    assert_eq!(keys.keys.len(), 2, "published at once");
    let meanwhile = issued(&server).await;
    assert_eq!(kid(&before), kid(&meanwhile), "those who keep keys for a day know the next one before it signs");
    server.office().let_time_pass(Duration::hours(48));
    let after = issued(&server).await;
    assert_ne!(kid(&before), kid(&after));
    let keys = published(&server.phone()).await;
    for text in [&before, &meanwhile, &after] {
        assert!(verifies(text, &keys));
    }
    let list = server.phone().get("/status-lists/1").await.expect(200);
    let list = credential::read_status_list(&list.body).unwrap();
    assert!(keys.matching(list.signed().kid).iter().any(|point| credential::verify(point, list.signed())));
    server.office().let_time_pass(Duration::days(401));
    let keys = published(&server.phone()).await;
    assert_eq!(keys.keys.len(), 1, "a key goes when nothing that it signed can hold");
}

#[tokio::test]
async fn in_maintenance_everything_can_be_read_and_nothing_is_taken_until_it_is_over() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let now = server.office().now();
    let (from, until) = (now + Duration::minutes(5), now + Duration::minutes(20));
    server.office().plan_maintenance("a test", Some((from, until))).await.unwrap();
    let planned = phone.get("/service").await.expect(200).json();
    assert_eq!(planned["maintenance"]["until"].as_str(), Some(until.to_rfc3339().as_str()), "announced before");
    let code = serde_json::json!({ "purpose": "collect", "application": id });
    phone.post("/session/code", &key(), &code).await.expect(202);
    server.office().let_time_pass(Duration::minutes(6));
    let refused = phone.post("/session/code", &key(), &code).await.expect(503);
    assert_eq!(refused.slug(), "maintenance");
    assert_eq!(refused.json()["until"].as_str(), Some(until.to_rfc3339().as_str()));
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=14 * 60).contains(&wait), "{wait}");
    assert_eq!(phone.record(&id).await["state"], "issued", "reading works");
    server.office().let_time_pass(Duration::minutes(15));
    phone.post("/session/code", &key(), &code).await.expect(202);
    assert!(phone.get("/service").await.expect(200).json()["maintenance"].is_null());
}

#[tokio::test]
async fn a_planned_time_and_a_new_key_are_there_after_a_restart() {
    let mut server = Server::new().await;
    let now = server.office().now();
    let (from, until) = (now + Duration::minutes(5), now + Duration::minutes(20));
    server.office().plan_maintenance("a test", Some((from, until))).await.unwrap();
    // Two within one second are two.
    server.office().add_key("a test").await.unwrap();
    server.office().add_key("a test").await.unwrap();
    server.restart().await;
    let planned = server.phone().get("/service").await.expect(200).json();
    assert_eq!(planned["maintenance"]["from"].as_str(), Some(from.to_rfc3339().as_str()));
    assert_eq!(planned["maintenance"]["until"].as_str(), Some(until.to_rfc3339().as_str()));
    assert_eq!(published(&server.phone()).await.keys.len(), 3);
    server.office().plan_maintenance("a test", None).await.unwrap();
    server.restart().await;
    assert!(server.phone().get("/service").await.expect(200).json()["maintenance"].is_null(), "it does not come back");
}

#[tokio::test]
async fn a_conformance_run_plays_the_house_by_http() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let put = async |body: serde_json::Value| phone.send(phone.request(Method::PUT, "/test/upkeep").json(&body)).await;
    let now = server.office().now();
    let (from, until) = ((now - Duration::minutes(1)).to_rfc3339(), (now + Duration::minutes(5)).to_rfc3339());
    let elsewhere = now.with_timezone(&chrono::Utc).to_rfc3339();
    put(serde_json::json!({ "maintenance": { "from": elsewhere, "until": until } })).await.expect(204);
    let told = phone.get("/service").await.expect(200).json()["maintenance"]["from"].clone();
    assert!(told.as_str().unwrap().ends_with("+08:00"), "in the office's own time: {told}");
    put(serde_json::json!({ "maintenance": { "from": from, "until": until }, "keys": 2 })).await.expect(204);
    let begun = phone
        .send(
            phone
                .request(Method::PUT, &format!("/applications/{}", key()))
                .json(&serde_json::json!({ "questionnaire": "health-certificate|2026.11.1" })),
        )
        .await;
    assert_eq!((begun.status, begun.slug().as_str()), (503, "maintenance"));
    put(serde_json::json!({ "maintenance": null, "keys": 2 })).await.expect(204);
    phone.begin().await;
    assert_eq!(published(&phone).await.keys.len(), 2, "as many as were asked for, not one more each time");
    for (member, wrong) in [
        ("maintenance", serde_json::json!({ "maintenance": { "from": until, "until": from } })),
        ("maintenance", serde_json::json!({ "maintenance": { "from": from, "until": "9999-12-31T23:59:59Z" } })),
        ("keys", serde_json::json!({ "keys": 4 })),
    ] {
        let refused = put(wrong).await.expect(422);
        assert_eq!(refused.slug(), "invalid", "{member}");
    }
}
