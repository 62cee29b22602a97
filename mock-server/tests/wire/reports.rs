//! A report instead of a visit: what is recorded of it, what it leaves free, and how it is read again.
use crate::support::{Phone, Server, attachment, key, pdf, sha256};
use chrono::Duration;
use serde_json::{Value as Json, json};

/// Sends a report of one page.
async fn reports(phone: &Phone, id: &str) {
    let bytes = pdf();
    let document = phone.document(id, "#/report.examination.pages", &bytes).await;
    let day = mock_server::office::server_now().date_naive() - Duration::days(5);
    let site = json!({ "system": "https://health-certificate.example/fhir/CodeSystem/site", "code": "site-3" });
    let answers = json!({ "resourceType": "QuestionnaireResponse", "item": [
        { "linkId": "report.examination.institution", "answer": [{ "valueCoding": site }] },
        { "linkId": "report.examination.date", "answer": [{ "valueDate": day }] },
        { "linkId": "report.examination.pages", "answer": [attachment(&document)] },
        { "linkId": "report.confirmation.truth", "answer": [{ "valueBoolean": true }] },
    ] });
    let body = json!({ "questionnaire": "health-report|2026.11.1", "round": 0, "answers": answers, "documents": { (&document): sha256(&bytes) } });
    phone.post(&format!("/applications/{id}/examination/report"), &key(), &body).await.expect(201);
}

#[tokio::test]
async fn what_is_declared_with_a_report_is_recorded_as_what_is_declared_with_an_application() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    reports(&phone, &id).await;
    let rows = server.office().audit_rows(100, true).await.unwrap();
    for declared in ["consent consent.truth ", "consent report.confirmation.truth "] {
        let lines: Vec<_> = rows.iter().filter(|row| row.what.starts_with(declared)).collect();
        assert_eq!(lines.len(), 1, "{declared}");
        assert!(lines[0].about == id && lines[0].what.len() > declared.len(), "{lines:?}");
    }
}

#[tokio::test]
async fn whoever_sends_a_report_holds_no_place_any_more() {
    let server = Server::new().await;
    let (phone, other) = (server.signed_in().await, server.signed_in().await);
    let (id, theirs) = (phone.accepted().await, other.accepted().await);
    let slot = phone.free_slots("site-1").await[0].clone();
    phone.put(&format!("/applications/{id}/hold"), &json!({ "slot": slot })).await.expect(200);
    let left = async || {
        let held = other.put(&format!("/applications/{theirs}/hold"), &json!({ "slot": slot })).await.expect(200);
        held.json()["slot"]["left"].as_u64().unwrap()
    };
    let before = left().await;
    reports(&phone, &id).await;
    assert_eq!(phone.record(&id).await["examination"]["hold"], Json::Null);
    assert_eq!(left().await, before + 1);
}

#[tokio::test]
async fn nobody_is_told_that_what_they_have_still_holds_when_the_link_in_it_has_ended() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let path = format!("/applications/{id}/examination");
    let ask = async |etag: &str| {
        phone.send(phone.request(reqwest::Method::GET, &path).header("If-None-Match", etag.to_owned())).await
    };
    let before = phone.get(&path).await.expect(200).header("etag");
    ask(&before).await.expect(304);
    reports(&phone, &id).await;
    phone.play(&id, "pass", json!({})).await.expect(200);
    let first = phone.get(&path).await.expect(200);
    server.office().let_time_pass(Duration::minutes(11));
    let again = ask(&first.header("etag")).await.expect(200).json();
    server.phone().get(first.json()["report"]["href"].as_str().unwrap()).await.expect(410);
    server.phone().get(again["report"]["href"].as_str().unwrap()).await.expect(200);
    let rows = server.office().audit_rows(5, true).await.unwrap();
    let fetched = rows.iter().find(|row| row.what == "download-document").unwrap();
    assert_eq!(fetched.of.as_ref().map(|(of, ..)| of), Some(&id), "the log leads to the application");
}
