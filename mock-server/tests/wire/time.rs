//! What ends by time, what outlives it, and what a restart must not change. The office's clock is moved; nobody waits.
use crate::support::{Phone, Server, jpeg, key};
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value as Json, json};

#[tokio::test]
async fn a_day_of_erasing_is_named_only_where_something_is_erased() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    assert!(
        phone.record(&id).await["kept_until"].is_null(),
        "the law says how long results are kept, and no day is set"
    );
    phone.post(&format!("/applications/{id}/withdrawal"), &key(), &json!({})).await.expect(201);
    assert!(phone.record(&id).await["kept_until"].is_string());
}

#[tokio::test]
async fn a_receipt_is_there_after_thirty_days() {
    let server = Server::new().await;
    let mut phone = server.signed_in().await;
    let id = phone.begin().await;
    let body = phone.filled_in(&id).await;
    let (path, first) = (format!("/applications/{id}/submission"), key());
    let sent = phone.post(&path, &first, &body).await.expect(201).json();
    server.office().let_time_pass(Duration::days(30));
    server.office().sweep().await.unwrap();
    let number = phone.number.clone();
    phone.sign_in(&server, &number).await;
    assert_eq!(phone.get(&format!("/receipts/{first}")).await.expect(200).json(), sent["receipt"]);
    assert_eq!(phone.post(&path, &first, &body).await.expect(201).json()["receipt"], sent["receipt"]);
    assert_eq!(phone.record(&id).await["round"], 1);
}

#[tokio::test]
async fn a_session_ends_after_thirty_minutes_without_a_request() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    server.office().let_time_pass(Duration::minutes(29));
    phone.get("/applications").await.expect(200);
    server.office().let_time_pass(Duration::minutes(29));
    phone.get("/applications").await.expect(200);
    server.office().let_time_pass(Duration::minutes(20));
    // Asking who is here is no activity.
    assert_eq!(phone.get("/session").await.expect(200).json()["signed_in"], true);
    server.office().let_time_pass(Duration::minutes(11));
    assert_eq!(phone.get("/session").await.expect(200).json()["signed_in"], false);
    assert_eq!(phone.get("/applications").await.expect(401).slug(), "signed-out");
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_whatever_is_done() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    for _ in 0..28 {
        server.office().let_time_pass(Duration::minutes(25));
        phone.get("/applications").await.expect(200);
    }
    server.office().let_time_pass(Duration::minutes(25));
    phone.get("/applications").await.expect(401);
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes() {
    let server = Server::new().await;
    let (phone, number) = (server.phone(), crate::support::fresh_number());
    let asked = json!({ "purpose": "sign-in", "phone": number });
    let sent = phone.post("/session/code", &key(), &asked).await.expect(202).json();
    let body = json!({ "code_id": sent["code_id"], "code": server.code_for(&number).await });
    server.office().let_time_pass(Duration::minutes(10));
    assert_eq!(phone.post("/session", &key(), &body).await.expect(410).slug(), "code-ended");
}

async fn collect(server: &Server, phone: &Phone, id: &str) -> Json {
    let asked = json!({ "purpose": "collect", "application": id });
    let sent = phone.post("/session/code", &key(), &asked).await.expect(202).json();
    let code = server.code_for(&phone.number).await;
    let tail = &crate::support::id_number(&phone.number)[12..];
    let facts = json!({ "name": "张伟", "id_tail": tail, "code_id": sent["code_id"], "code": code });
    let grant = phone.post(&format!("/applications/{id}/collection"), &key(), &facts).await.expect(200).json();
    phone.get(&format!("/certificates/{}", grant["certificate"].as_str().unwrap())).await.expect(200).json()
}

#[tokio::test]
async fn a_link_lasts_ten_minutes_and_a_grant_fifteen() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let certificate = collect(&server, &phone, &id).await;
    let link = certificate["seal"]["href"].as_str().unwrap();
    server.office().let_time_pass(Duration::minutes(9));
    server.phone().get(link).await.expect(200);
    server.office().let_time_pass(Duration::minutes(1));
    assert_eq!(server.phone().get(link).await.expect(410).slug(), "link-ended");
    let path = format!("/certificates/{}", certificate["id"].as_str().unwrap());
    let anew = phone.get(&path).await.expect(200).json();
    server.phone().get(anew["seal"]["href"].as_str().unwrap()).await.expect(200);
    server.office().let_time_pass(Duration::minutes(5));
    assert_eq!(phone.get(&path).await.expect(403).slug(), "grant-needed");
    assert_eq!(phone.record(&id).await["certificate"]["number"], Json::Null);
}

#[tokio::test]
async fn a_hold_survives_a_restart_and_ends_at_its_time() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.free_slots("site-1").await[0].clone();
    let (places, book) = (format!("/applications/{id}/hold"), format!("/applications/{id}/appointment"));
    let held = phone.put(&places, &json!({ "slot": slot })).await.expect(200).json();
    server.restart().await;
    assert_eq!(phone.record(&id).await["examination"]["hold"], held);
    server.office().let_time_pass(Duration::seconds(301));
    assert_eq!(phone.record(&id).await["examination"]["hold"], Json::Null);
    let late = phone.put(&book, &json!({ "slot": slot })).await.expect(409);
    assert_eq!((late.slug().as_str(), &late.json()["free"]), ("hold-ended", &json!(true)));
    phone.put(&places, &json!({ "slot": slot })).await.expect(200);
    server.restart().await;
    phone.put(&book, &json!({ "slot": slot })).await.expect(200);
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_piece_keeps_what_was_stored() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (mut bytes, document) = (jpeg(), key());
    // What stands after a picture is not looked at, so it may be as long as it needs to be.
    bytes.resize(900_000, 7);
    let place = phone.begin_upload(&id, &document, &bytes).await;
    let line = phone.begin_piece(&place, &bytes, 700_000).await;
    let mut stored = 0;
    while stored == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        stored = phone.offset(&place).await;
    }
    server.restart().await;
    drop(line);
    let from = phone.offset(&place).await;
    assert!(from >= stored && from <= 700_000, "{from} of {stored}");
    phone.piece(&place, from, &bytes[from..]).await.expect(204);
    phone.bind(&id, &document, "#/documents.portrait", &place, &bytes).await.expect(201);
}

#[tokio::test]
async fn an_upload_is_gone_three_days_after_its_last_byte() {
    let server = Server::new().await;
    let mut phone = server.signed_in().await;
    let id = phone.begin().await;
    let (bytes, document) = (jpeg(), key());
    let upload = phone.upload(&id, &document, &bytes).await;
    server.office().let_time_pass(Duration::hours(71));
    let number = phone.number.clone();
    phone.sign_in(&server, &number).await;
    phone.send(phone.tus(Method::HEAD, &upload)).await.expect(200);
    server.office().let_time_pass(Duration::hours(1));
    phone.sign_in(&server, &number).await;
    assert_eq!(phone.send(phone.tus(Method::HEAD, &upload)).await.status, 410);
    let late = phone.bind(&id, &document, "#/documents.portrait", &upload, &bytes).await.expect(410);
    assert_eq!(late.slug(), "upload-gone");
}

#[tokio::test]
async fn two_pieces_at_the_same_offset_are_stored_once() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (bytes, document) = (jpeg(), key());
    let place = phone.begin_upload(&id, &document, &bytes).await;
    let replies = futures_util::future::join_all((0..8).map(|_| phone.piece(&place, 0, &bytes))).await;
    let stored = replies.iter().filter(|reply| reply.status == 204).count();
    assert_eq!(stored, 1, "{replies:?}");
    assert!(replies.iter().all(|reply| matches!(reply.status, 204 | 409 | 423)), "{replies:?}");
    phone.bind(&id, &document, "#/documents.portrait", &place, &bytes).await.expect(201);
}

#[tokio::test]
async fn a_day_after_a_withdrawal_its_answers_are_gone_and_its_number_is_not() {
    let server = Server::new().await;
    let mut phone = server.signed_in().await;
    let (id, outcome) = phone.submitted().await;
    phone.post(&format!("/applications/{id}/withdrawal"), &key(), &json!({})).await.expect(201);
    server.office().let_time_pass(Duration::hours(25));
    server.office().sweep().await.unwrap();
    let full = server.office().full(&id, "reviewer").await.unwrap();
    assert!(full.rounds.iter().all(|round| round.answers.is_none()));
    let number = phone.number.clone();
    phone.sign_in(&server, &number).await;
    let record = phone.record(&id).await;
    assert_eq!((&record["number"], &record["documents"]), (&outcome["application"]["number"], &json!([])));
}

#[tokio::test]
async fn an_application_that_cannot_be_read_stops_nobody_elses_clock() {
    let server = Server::new().await;
    let (first, second) = (server.signed_in().await, server.signed_in().await);
    let (broken, other) = (first.accepted().await, second.accepted().await);
    spoil(&server, &broken, "UPDATE application SET body = '{}', wake_at = 0 WHERE id = ?").await;
    server.office().let_time_pass(Duration::days(60));
    server.office().tick().await.unwrap();
    let state = "SELECT state FROM application WHERE id = ?";
    let mut db = server.office().store.read().await.unwrap();
    let state: String = sqlx::query_scalar(state).bind(&other).fetch_one(&mut *db).await.unwrap();
    assert_eq!(state, "lapsed");
}

#[tokio::test]
async fn an_application_that_cannot_be_read_keeps_nobody_elses_answers() {
    let server = Server::new().await;
    let (first, second) = (server.signed_in().await, server.signed_in().await);
    let (broken, _) = first.submitted().await;
    let (other, _) = second.submitted().await;
    for (phone, id) in [(&first, &broken), (&second, &other)] {
        phone.post(&format!("/applications/{id}/withdrawal"), &key(), &json!({})).await.expect(201);
    }
    spoil(&server, &broken, "UPDATE application SET body = json_remove(body, '$.version') WHERE id = ?").await;
    server.office().let_time_pass(Duration::hours(25));
    server.office().sweep().await.unwrap();
    let full = server.office().full(&other, "reviewer").await.unwrap();
    assert!(full.rounds.iter().all(|round| round.answers.is_none()));
}

/// Has an application kept as none can be.
async fn spoil(server: &Server, id: &str, statement: &'static str) {
    let mut txn = server.office().store.write().await.unwrap();
    sqlx::query(statement).bind(id).execute(txn.db()).await.unwrap();
    txn.commit().await.unwrap();
}
