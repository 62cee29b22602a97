//! Who waits for a place: told once when one comes free that they may have, and of no other.
use crate::support::{Phone, Server, key};
use chrono::{DateTime, Duration, FixedOffset};
use mock_server::office::{By, OfficeAct};
use serde_json::json;

/// Wants to be told of places there in the next three weeks.
async fn waits_at(phone: &Phone, application: &str, site: &str) {
    let from = mock_server::office::server_now().date_naive();
    let watch = json!({ "sites": [site], "from": from, "until": from + chrono::Duration::days(20) });
    phone.put(&format!("/applications/{application}/slot-watch"), &watch).await.expect(204);
}

/// How often this phone was told that a place came free.
async fn told_of_places(server: &Server, phone: &Phone) -> usize {
    let messages = server.office().messages(Some(&phone.number), 20).await.unwrap();
    messages.iter().filter(|message| message.kind == "place-free").count()
}

/// Somebody with a visit, who waits for nothing, and somebody who waits for a place at the same site.
struct Two {
    server: Server,
    phone: Phone,
    id: String,
    slot: String,
    waiting: Phone,
    waiting_for: String,
}

impl Two {
    async fn new() -> Self {
        let server = Server::new().await;
        let (phone, waiting) = (server.signed_in().await, server.signed_in().await);
        let (id, other) = (phone.accepted().await, waiting.accepted().await);
        let slot = phone.book_somewhere(&id).await;
        waits_at(&waiting, &other, "site-2").await;
        Self { server, phone, id, slot, waiting, waiting_for: other }
    }

    /// How often the one who waits was told.
    async fn told(&self) -> usize {
        told_of_places(&self.server, &self.waiting).await
    }

    /// Lets the time of the visit come, and so much more.
    async fn passes(&mut self, more: Duration) {
        let visit = self.phone.record(&self.id).await["examination"]["appointment"]["slot"].clone();
        let starts: DateTime<FixedOffset> = visit["start"].as_str().unwrap().parse().unwrap();
        self.server.office().let_time_pass(starts - mock_server::office::server_now() + more);
        let number = self.phone.number.clone();
        self.phone.sign_in(&self.server, &number).await;
    }

    /// A later place comes free: whoever still waits is told of it.
    async fn gives_a_later_place_back(&self) {
        comes_free(&self.server, "site-2").await;
    }
}

#[tokio::test]
async fn whoever_waits_is_told_when_a_place_comes_free() {
    let two = Two::new().await;
    two.phone.delete(&format!("/applications/{}/appointment?slot={}", two.id, two.slot)).await.expect(200);
    assert_eq!(two.told().await, 1);
}

#[tokio::test]
async fn nobody_is_told_of_a_place_that_is_not_for_them_and_goes_on_waiting() {
    let server = Server::new().await;
    let (phone, waiting) = (server.signed_in().await, server.signed_in().await);
    let (id, other) = (phone.accepted().await, waiting.accepted().await);
    phone.book_somewhere(&id).await;
    phone.play(&id, "attend", json!({})).await.expect(200);
    phone.play(&id, "re-examine", json!({ "pointers": ["#/11348-0"] })).await.expect(200);
    waits_at(&waiting, &other, "site-3").await;
    let slots = phone.free_slots_for("site-3", &id).await;
    let (afternoon, morning): (Vec<String>, Vec<String>) =
        slots.into_iter().partition(|slot| slot.split('T').nth(1).unwrap() >= "1300");
    for (slot, told) in [(&afternoon[0], 0), (&morning[0], 1)] {
        phone.put(&format!("/applications/{id}/hold"), &json!({ "slot": slot })).await.expect(200);
        phone.delete(&format!("/applications/{id}/hold?slot={slot}")).await.expect(204);
        assert_eq!(told_of_places(&server, &waiting).await, told, "{slot}");
    }
}

/// Somebody holds a place there, a later one, and gives it up.
async fn comes_free(server: &Server, site: &str) {
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.free_slots(site).await.pop().unwrap();
    phone.put(&format!("/applications/{id}/hold"), &json!({ "slot": slot })).await.expect(200);
    phone.delete(&format!("/applications/{id}/hold?slot={slot}")).await.expect(204);
}

#[tokio::test]
async fn nobody_is_told_of_a_place_where_their_work_is_not_examined_and_goes_on_waiting() {
    let server = Server::new().await;
    let waiting = server.signed_in().await;
    let (id, _) = waiting.submitted().await;
    for act in [OfficeAct::Begin, OfficeAct::Accept { category: Some("cosmetics".into()) }] {
        server.office().act(&id, By("reviewer"), act).await.unwrap();
    }
    let from = mock_server::office::server_now().date_naive();
    let watch = json!({ "sites": ["site-1", "site-2"], "from": from, "until": from + Duration::days(20) });
    waiting.put(&format!("/applications/{id}/slot-watch"), &watch).await.expect(204);
    comes_free(&server, "site-2").await;
    assert_eq!(told_of_places(&server, &waiting).await, 0, "no cosmetics there");
    comes_free(&server, "site-1").await;
    assert_eq!(told_of_places(&server, &waiting).await, 1);
}

#[tokio::test]
async fn whoever_missed_a_visit_is_told_of_places_once_they_may_book_again() {
    let server = Server::new().await;
    let mut waiting = server.signed_in().await;
    let id = waiting.accepted().await;
    waiting.book_somewhere(&id).await;
    server.office().take_as_missed(&id, "site", None).await.unwrap();
    waits_at(&waiting, &id, "site-1").await;
    comes_free(&server, "site-1").await;
    assert_eq!(told_of_places(&server, &waiting).await, 0, "they may not book yet");
    let book_from = waiting.record(&id).await["examination"]["book_from"].clone();
    let book_from: DateTime<FixedOffset> = book_from.as_str().unwrap().parse().unwrap();
    server.office().let_time_pass(book_from - mock_server::office::server_now() + Duration::minutes(1));
    let number = waiting.number.clone();
    waiting.sign_in(&server, &number).await;
    comes_free(&server, "site-1").await;
    assert_eq!(told_of_places(&server, &waiting).await, 1);
}

#[tokio::test]
async fn whoever_may_not_move_a_visit_any_more_is_told_of_no_place() {
    let mut two = Two::new().await;
    let other = two.waiting_for.clone();
    two.waiting.put(&format!("/applications/{other}/hold"), &json!({ "slot": two.slot })).await.expect(200);
    two.waiting.put(&format!("/applications/{other}/appointment"), &json!({ "slot": two.slot })).await.expect(200);
    waits_at(&two.waiting, &other, "site-2").await;
    two.passes(-Duration::hours(1)).await;
    two.gives_a_later_place_back().await;
    assert_eq!(two.told().await, 0);
}

#[tokio::test]
async fn whoever_gives_up_waits_for_no_place_any_more() {
    let server = Server::new().await;
    let (phone, waiting) = (server.signed_in().await, server.signed_in().await);
    let (id, other) = (phone.accepted().await, waiting.accepted().await);
    let slot = phone.book_somewhere(&id).await;
    waits_at(&waiting, &other, "site-2").await;
    waiting.post(&format!("/applications/{other}/withdrawal"), &key(), &json!({})).await.expect(201);
    phone.delete(&format!("/applications/{id}/appointment?slot={slot}")).await.expect(200);
    assert_eq!(told_of_places(&server, &waiting).await, 0);
}

#[tokio::test]
async fn nobody_is_told_of_a_time_that_has_begun_and_whoever_waits_goes_on_waiting() {
    let mut two = Two::new().await;
    two.passes(Duration::minutes(1)).await;
    two.phone.post(&format!("/applications/{}/withdrawal", two.id), &key(), &json!({})).await.expect(201);
    assert_eq!(two.told().await, 0);
    two.gives_a_later_place_back().await;
    assert_eq!(two.told().await, 1);
}

#[tokio::test]
async fn nobody_is_told_of_a_visit_that_was_missed() {
    let mut two = Two::new().await;
    two.passes(Duration::hours(3)).await;
    assert_eq!(two.phone.record(&two.id).await["state"], "missed");
    assert_eq!(two.told().await, 0);
}

#[tokio::test]
async fn nobody_is_told_where_a_person_came_or_the_site_cancelled() {
    for act in ["attend", "close-slot"] {
        let two = Two::new().await;
        two.phone.play(&two.id, act, json!({})).await.expect(200);
        assert_eq!(two.told().await, 0, "{act}");
        two.gives_a_later_place_back().await;
        assert_eq!(two.told().await, 1, "{act}");
    }
}
