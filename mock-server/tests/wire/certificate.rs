//! Collecting a certificate, what a grant opens, links, states.
use crate::support::{Phone, Server, attachment, jpeg, key, remove, set, sha256};
use contract::credential::{self};
use serde_json::{Value as Json, json};

async fn code(server: &Server, phone: &Phone, id: &str) -> Json {
    let asked = json!({ "purpose": "collect", "application": id });
    let sent = phone.post("/session/code", &key(), &asked).await.expect(202).json();
    let code = server.code_for(&phone.number).await;
    json!({ "code_id": sent["code_id"], "code": code })
}

fn facts(phone: &Phone, code: &Json) -> Json {
    let number = crate::support::id_number(&phone.number);
    json!({ "name": "张伟", "id_tail": number[12..], "code_id": code["code_id"], "code": code["code"] })
}

#[tokio::test]
async fn what_was_issued_is_known_at_another_port_as_well() {
    let mut server = Server::new().await;
    let issuer = async |phone: &Phone| phone.get("/service").await.expect(200).json()["issuers"].clone();
    let (base, before) = (server.base.clone(), issuer(&server.phone()).await);
    server.restart_elsewhere().await;
    assert_ne!(server.base, base, "the port is another one");
    assert_eq!(issuer(&server.phone()).await, before, "the codes on paper name the issuer");
}

#[tokio::test]
async fn nothing_of_a_certificate_is_shown_before_its_person_has_confirmed_who_they_are() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let record = phone.record(&id).await;
    let certificate = record["certificate"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (&record["certificate"]["number"], record["certificate"]["collection"]["left"].as_u64()),
        (&Json::Null, Some(3))
    );
    let closed = phone.get(&format!("/certificates/{certificate}")).await.expect(403);
    assert_eq!((closed.slug().as_str(), closed.json()["application"].as_str()), ("grant-needed", Some(id.as_str())));
    let body = facts(&phone, &code(&server, &phone, &id).await);
    let (path, first) = (format!("/applications/{id}/collection"), key());
    let grant = phone.post(&path, &first, &body).await.expect(200).json();
    assert_eq!(phone.post(&path, &first, &body).await.expect(200).json(), grant);
    let shown = phone.get(&format!("/certificates/{certificate}")).await.expect(200).json();
    assert_eq!((shown["shown"]["name"].as_str(), shown["state"].as_str()), (Some("张伟"), Some("valid")));
    assert!(!shown.to_string().contains(&crate::support::id_number(&phone.number)));
    let record = phone.record(&id).await;
    assert_eq!((record["state"].as_str(), &record["certificate"]["number"]), (Some("collected"), &shown["number"]));
    let stranger = server.signed_in().await;
    assert_eq!(stranger.get(&format!("/certificates/{certificate}")).await.expect(404).slug(), "not-found");
    for link in [&shown["photo"], &shown["seal"], &shown["downloads"]["png"], &shown["downloads"]["pdf"]] {
        let href = link["href"].as_str().unwrap();
        for _ in 0..2 {
            // Who only asks what is there has not fetched it.
            let head = server.phone();
            head.send(head.request(reqwest::Method::HEAD, href)).await.expect(200);
            let file = server.phone().get(href).await.expect(200);
            assert_eq!(file.header("content-type"), link["type"].as_str().unwrap());
            assert!(file.header("content-disposition").starts_with("attachment") && !file.body.is_empty());
        }
        assert_eq!(server.phone().get(href).await.expect(410).slug(), "link-ended", "a link is fetched twice");
    }
    assert_eq!(phone.get("/downloads/0000").await.expect(410).slug(), "link-ended");
}

#[tokio::test]
async fn a_grant_is_repeated_to_the_session_that_has_it_and_while_it_lasts() {
    let server = Server::new().await;
    let mut phone = server.signed_in().await;
    let id = phone.issued().await;
    let (path, first, second) = (format!("/applications/{id}/collection"), key(), key());
    let body = facts(&phone, &code(&server, &phone, &id).await);
    phone.post(&path, &first, &body).await.expect(200);
    let number = phone.number.clone();
    server.office().let_time_pass(chrono::Duration::minutes(1));
    phone.sign_in(&server, &number).await;
    assert_eq!(phone.post(&path, &first, &body).await.expect(410).slug(), "code-ended", "another session");
    assert_eq!(phone.record(&id).await["certificate"]["collection"]["grant_until"], Json::Null);
    server.office().let_time_pass(chrono::Duration::minutes(1));
    let body = facts(&phone, &code(&server, &phone, &id).await);
    let grant = phone.post(&path, &second, &body).await.expect(200).json();
    assert_eq!(phone.post(&path, &second, &body).await.expect(200).json(), grant);
    server.office().let_time_pass(chrono::Duration::minutes(16));
    assert_eq!(phone.post(&path, &second, &body).await.expect(410).slug(), "code-ended", "it is over");
}

#[tokio::test]
async fn of_a_passport_with_five_characters_all_are_asked_for_and_capitals_may_be_typed_small() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    let kind =
        json!({ "system": "https://health-certificate.example/fhir/CodeSystem/identity-document", "code": "passport" });
    set(&mut body["answers"], "person.id.kind", &json!({ "valueCoding": kind }));
    set(&mut body["answers"], "person.id.number", &json!({ "valueString": "A1234" }));
    set(&mut body["answers"], "person.name", &json!({ "valueString": "Zhang Wei" }));
    add(
        &mut body["answers"],
        "person",
        "person.nationality",
        &json!({ "valueCoding": { "system": "urn:iso:std:iso:3166", "code": "NZ" } }),
    );
    for side in ["documents.identity.front", "documents.identity.back"] {
        let named = item_of(&body["answers"], side).unwrap()["answer"][0]["valueAttachment"]["url"].as_str().unwrap();
        let document = named.trim_start_matches("documents/").to_owned();
        body["documents"].as_object_mut().unwrap().remove(&document);
        remove(&mut body["answers"], side);
    }
    let bytes = jpeg();
    let page = phone.document(&id, "#/documents.identity.passport", &bytes).await;
    body["documents"][&page] = json!(sha256(&bytes));
    add(&mut body["answers"], "documents.identity", "documents.identity.passport", &attachment(&page));
    phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201);
    for act in ["begin", "accept"] {
        phone.play(&id, act, json!({})).await.expect(200);
    }
    phone.book_somewhere(&id).await;
    for act in ["attend", "pass", "issue"] {
        phone.play(&id, act, json!({})).await.expect(200);
    }
    assert_eq!(phone.record(&id).await["certificate"]["collection"]["ask"], json!(["name", "id-tail-5", "code"]));
    let mut facts = facts(&phone, &code(&server, &phone, &id).await);
    (facts["id_tail"], facts["name"]) = (json!("a1234"), json!(" zhang  wei"));
    phone.post(&format!("/applications/{id}/collection"), &key(), &facts).await.expect(200);
}

#[tokio::test]
async fn a_certificate_is_drawn_once_and_anew_only_when_it_stands_otherwise() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let body = facts(&phone, &code(&server, &phone, &id).await);
    let grant = phone.post(&format!("/applications/{id}/collection"), &key(), &body).await.expect(200).json();
    let certificate = grant["certificate"].as_str().unwrap().to_owned();
    let pdf = async || {
        let shown = phone.get(&format!("/certificates/{certificate}")).await.expect(200).json();
        phone.get(shown["downloads"]["pdf"]["href"].as_str().unwrap()).await.expect(200)
    };
    let (first, again) = (pdf().await, pdf().await);
    assert_eq!((first.header("etag"), &first.body), (again.header("etag"), &again.body));
    let shown = phone.get(&format!("/certificates/{certificate}")).await.expect(200).json();
    let link = shown["downloads"]["pdf"]["href"].as_str().unwrap();
    let asked = phone.request(reqwest::Method::GET, link).header("If-None-Match", first.header("etag"));
    assert!(phone.send(asked).await.expect(304).body.is_empty());
    let words = contract::api::Words::new("示例原因", "zh-CN");
    server.office().revoke(&certificate, "issuer", None, words).await.unwrap();
    assert_ne!(pdf().await.body, first.body);
}

#[tokio::test]
async fn the_code_is_judged_first_then_three_tries_then_a_lock() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let path = format!("/applications/{id}/collection");
    let right = code(&server, &phone, &id).await;
    let mut wrong_code = facts(&phone, &right);
    wrong_code["code"] = json!("x");
    assert_eq!(phone.post(&path, &key(), &wrong_code).await.expect(422).slug(), "code-wrong");
    assert_eq!(phone.record(&id).await["certificate"]["collection"]["left"], 3);
    let mut wrong_name = facts(&phone, &right);
    wrong_name["name"] = json!("王芳");
    let first = key();
    for _ in 0..2 {
        let reply = phone.post(&path, &first, &wrong_name).await.expect(422);
        assert_eq!((reply.slug().as_str(), reply.json()["left"].as_u64()), ("identity-mismatch", Some(2)));
    }
    assert_eq!(phone.post(&path, &key(), &wrong_name).await.expect(422).json()["left"], 1);
    let last = key();
    let locked = phone.post(&path, &last, &wrong_name).await.expect(429);
    let wait = |reply: &crate::support::Reply| reply.header("retry-after").parse::<u64>().unwrap_or_default();
    let again = phone.post(&path, &last, &wrong_name).await.expect(429);
    assert!(wait(&locked) > 0 && wait(&again) > 0 && wait(&again) <= wait(&locked), "{again:?}");
    assert_eq!(locked.json(), again.json());
    assert_eq!((locked.slug().as_str(), locked.json()["scope"].as_str()), ("slow-down", Some("collection")));
    let collection = phone.record(&id).await["certificate"]["collection"].clone();
    assert_eq!((collection["left"].as_u64(), &collection["locked_until"]), (Some(0), &locked.json()["until"]));
    let right = facts(&phone, &right);
    assert_eq!(phone.post(&path, &key(), &right).await.expect(429).slug(), "slow-down");
    phone.play(&id, "edit", json!({ "at": locked.json()["until"] })).await.expect(200);
    let collection = phone.record(&id).await["certificate"]["collection"].clone();
    assert_eq!(
        (collection["left"].as_u64(), collection["locked_until"].is_null()),
        (Some(3), true),
        "a full set again"
    );
    phone.post(&path, &key(), &right).await.expect(200);
    assert_eq!(phone.post(&path, &key(), &right).await.expect(410).slug(), "code-ended", "a code works once");
}

#[tokio::test]
async fn the_credential_verifies_and_a_revocation_shows_in_the_list() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let certificate = phone.record(&id).await["certificate"]["id"].as_str().unwrap().to_owned();
    let row = server.office().certificate_row(&certificate).await.unwrap();
    assert!(row.credential.starts_with("HCZ1:") && row.credential.chars().count() <= 656);
    let jwks = phone.get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(jwks.json()["keys"][0]["alg"], "ES256");
    let before = phone.get("/status-lists/1").await.expect(200);
    assert_eq!(before.header("content-type"), "application/statuslist+cwt");
    let again = phone.request(reqwest::Method::GET, "/status-lists/1").header("If-None-Match", before.header("etag"));
    assert!(phone.send(again).await.expect(304).body.is_empty());
    let words = contract::api::Words::new("示例原因", "zh-CN");
    server.office().suspend(&certificate, "issuer", None, words.clone()).await.unwrap();
    assert_eq!(phone.record(&id).await["certificate"]["state"], "suspended");
    server.office().reinstate(&certificate, "issuer", None).await.unwrap();
    server.office().revoke(&certificate, "issuer", None, words.clone()).await.unwrap();
    let record = phone.record(&id).await;
    assert_eq!(
        (record["certificate"]["state"].as_str(), record["certificate"]["words"]["text"].as_str()),
        (Some("revoked"), Some("示例原因"))
    );
    assert!(server.office().reinstate(&certificate, "issuer", None).await.is_err());
    assert_ne!(phone.get("/status-lists/1").await.expect(200).body, before.body);
    assert_eq!(phone.get("/status-lists/2").await.expect(404).slug(), "not-found");
    assert!(credential::read(&row.credential).is_ok());
}

#[tokio::test]
async fn whose_certificate_is_stopped_finds_it_in_the_timeline_and_is_told_that_there_is_news() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let certificate = phone.record(&id).await["certificate"]["id"].as_str().unwrap().to_owned();
    let told = async || server.office().messages(Some(&phone.number), 100).await.unwrap().len();
    let words = || contract::api::Words::new("示例原因", "zh-CN");
    for act in ["suspend", "reinstate", "revoke"] {
        let (before, state) = (told().await, phone.record(&id).await["state"].clone());
        match act {
            "suspend" => server.office().suspend(&certificate, "issuer", None, words()).await.unwrap(),
            "reinstate" => server.office().reinstate(&certificate, "issuer", None).await.unwrap(),
            _ => server.office().revoke(&certificate, "issuer", None, words()).await.unwrap(),
        };
        let event = phone.record(&id).await["events"][0].clone();
        assert_eq!((&event["act"], &event["actor"]), (&json!(act), &json!("issuer")));
        assert_eq!((&event["from"], &event["to"]), (&state, &state), "the application stays where it is");
        assert_eq!(event["words"]["text"].as_str(), (act != "reinstate").then_some("示例原因"), "{act}");
        assert_eq!(told().await, before + 1, "{act}");
    }
    let newest = server.office().messages(Some(&phone.number), 1).await.unwrap();
    let news = newest.first().unwrap();
    assert!(news.text.contains("有新进展") && !news.text.contains("示例原因"), "{}", news.text);
}

#[tokio::test]
async fn a_lookup_tells_how_the_certificate_stands_once_it_is_handed_over() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let record = phone.record(&id).await;
    let certificate = record["certificate"]["id"].as_str().unwrap().to_owned();
    let tail: String = crate::support::id_number(&phone.number).chars().skip(14).collect();
    let told = async || {
        // So many codes in an hour, and whoever is signed in looks in now and then.
        server.office().let_time_pass(chrono::Duration::minutes(20));
        phone.record(&id).await;
        let visitor = server.phone();
        let asked = json!({ "purpose": "lookup", "phone": phone.number });
        let sent = visitor.post("/session/code", &key(), &asked).await.expect(202).json();
        let code = server.code_for(&phone.number).await;
        let body = json!({ "number": record["number"], "id_tail": tail, "code_id": sent["code_id"], "code": code });
        let found = visitor.post("/lookups", &key(), &body).await.expect(200).json();
        (found["state"].clone(), found["certificate"].clone())
    };
    let words = || contract::api::Words::new("示例原因", "zh-CN");
    assert_eq!(told().await, (json!("issued"), Json::Null), "it is still with the office");
    server.office().suspend(&certificate, "issuer", None, words()).await.unwrap();
    assert_eq!(told().await, (json!("issued"), json!("suspended")));
    server.office().reinstate(&certificate, "issuer", None).await.unwrap();
    let body = facts(&phone, &code(&server, &phone, &id).await);
    phone.post(&format!("/applications/{id}/collection"), &key(), &body).await.expect(200);
    assert_eq!(told().await, (json!("collected"), json!("valid")));
    server.office().revoke(&certificate, "issuer", None, words()).await.unwrap();
    assert_eq!(told().await, (json!("collected"), json!("revoked")));
}

#[tokio::test]
async fn what_the_form_says_will_be_printed_is_what_is_printed() {
    use std::collections::BTreeSet;
    // Of the office's own: not answers.
    const OURS: [&str; 5] = ["outcome", "issued_on", "valid_from", "valid_until", "issuer"];
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let body = facts(&phone, &code(&server, &phone, &id).await);
    let grant = phone.post(&format!("/applications/{id}/collection"), &key(), &body).await.expect(200).json();
    let certificate = grant["certificate"].as_str().unwrap();
    let shown = phone.get(&format!("/certificates/{certificate}")).await.expect(200).json()["shown"].clone();
    let printed = shown.as_object().unwrap().keys().filter(|key| !OURS.contains(&key.as_str()));
    let printed: BTreeSet<String> = printed.map(|key| key.replace('_', "-")).chain(["photo".to_owned()]).collect();
    let text = std::fs::read_to_string(crate::support::forms().join("health-certificate.questionnaire.json")).unwrap();
    let form = contract::questionnaire::Form::load(&text).unwrap();
    let marked: BTreeSet<String> = form.items.iter().filter_map(|item| item.on_certificate.clone()).collect();
    assert_eq!(marked, printed);
}

#[tokio::test]
async fn a_certificate_expires_by_the_clock() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let until: chrono::NaiveDate =
        phone.record(&id).await["certificate"]["valid_until"].as_str().unwrap().parse().unwrap();
    let last_second = mock_server::office::end_of(until) - chrono::Duration::seconds(1);
    let before = phone.play(&id, "edit", json!({ "at": last_second.to_rfc3339() })).await.expect(200).json();
    assert_eq!(before["application"]["certificate"]["state"], "valid");
    // Its own clock runs on, and nobody has to touch it.
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(phone.record(&id).await["certificate"]["state"], "expired");
}

#[tokio::test]
async fn a_renewal_begins_with_what_still_holds() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let certificate = phone.record(&id).await["certificate"]["id"].clone();
    let next = key();
    let new = json!({ "questionnaire": "health-certificate|2026.11.1", "renews": certificate });
    phone.put(&format!("/applications/{next}"), &new).await.expect(201);
    let draft = phone.get(&format!("/applications/{next}/draft")).await.expect(200).json();
    let prefilled = draft["prefilled"].as_array().unwrap();
    assert!(prefilled.contains(&json!("#/person.name")) && !prefilled.contains(&json!("#/health.diseases")));
    assert!(prefilled.iter().all(|pointer| !pointer.as_str().unwrap().contains("consent")));
    assert!(["#/category.application", "#/category.previous-number"].iter().all(|it| prefilled.contains(&json!(it))));
    let kind = item_of(&draft["answers"], "category.application").unwrap();
    assert_eq!(kind["answer"][0]["valueCoding"]["code"], "renewal");
    let number = item_of(&draft["answers"], "category.previous-number").unwrap();
    let number = number["answer"][0]["valueString"].as_str().unwrap();
    assert!(credential::Number::parse(number).is_some(), "{number}");
    let stranger = server.signed_in().await;
    assert_eq!(stranger.put(&format!("/applications/{}", key()), &new).await.expect(422).slug(), "invalid");
}

/// A form with these items called otherwise than in the version before.
fn renamed(mut form: Json, version: &str, names: &[(&str, &str)]) -> Json {
    fn each(item: &mut Json, was: &Json, names: &[(&str, &str)]) {
        let own = names.iter().find(|(old, _)| item["linkId"] == **old);
        if let Some((old, new)) = own {
            item["linkId"] = json!(new);
            let parts = json!([{ "url": "linkId", "valueString": old }, { "url": "version", "valueString": was },
                { "url": "how", "valueCode": "copy" }]);
            let url = "https://health-certificate.example/fhir/StructureDefinition/renamed-from";
            item["extension"].as_array_mut().unwrap().push(json!({ "url": url, "extension": parts }));
        }
        for inside in item["item"].as_array_mut().into_iter().flatten() {
            each(inside, was, names);
        }
    }
    let was = form["version"].clone();
    form["version"] = json!(version);
    each(&mut form, &was, names);
    form
}

#[tokio::test]
async fn a_renewal_under_a_newer_form_takes_along_what_is_called_otherwise_now() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let certificate = phone.record(&id).await["certificate"]["id"].clone();
    let form = std::fs::read(crate::support::forms().join("health-certificate.questionnaire.json")).unwrap();
    let names = [("person.name", "holder.name"), ("work.place.address", "work.place.street")];
    server.restart_with(&renamed(serde_json::from_slice(&form).unwrap(), "2027.1.0", &names)).await;
    let next = key();
    let new = json!({ "questionnaire": "health-certificate|2027.1.0", "renews": certificate });
    phone.put(&format!("/applications/{next}"), &new).await.expect(201);
    let draft = phone.get(&format!("/applications/{next}/draft")).await.expect(200).json();
    for (link_id, value) in [("holder.name", "张伟"), ("work.place.street", "示例路 1 号"), ("work.post", "厨师")]
    {
        let item = item_of(&draft["answers"], link_id).unwrap_or_else(|| panic!("{link_id}: {}", draft["answers"]));
        assert_eq!(item["answer"][0]["valueString"], value, "{link_id}");
    }
    assert!(draft["prefilled"].as_array().unwrap().contains(&json!("#/holder.name")), "{}", draft["prefilled"]);
}

#[tokio::test]
async fn two_phones_renew_one_certificate_in_one_application() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.issued().await;
    let certificate = phone.record(&id).await["certificate"]["id"].clone();
    let new = json!({ "questionnaire": "health-certificate|2026.11.1", "renews": certificate });
    let begin = async |id: &str| phone.put(&format!("/applications/{id}"), &new).await;
    let (first, second, third) = (key(), key(), key());
    begin(&first).await.expect(201);
    for _ in 0..2 {
        let told = begin(&second).await.expect(200).json();
        assert_eq!(told["id"], json!(first), "the second phone is led to what the first began");
    }
    phone.get(&format!("/applications/{second}")).await.expect(404);
    // Its end makes way for another.
    phone.post(&format!("/applications/{first}/withdrawal"), &key(), &json!({})).await.expect(201);
    begin(&third).await.expect(201);
    // A first certificate is no renewal: whoever begins two has two.
    let plain = json!({ "questionnaire": "health-certificate|2026.11.1" });
    for _ in 0..2 {
        phone.put(&format!("/applications/{}", key()), &plain).await.expect(201);
    }
}

/// Puts an item with one answer into a group.
fn add(answers: &mut Json, group: &str, link_id: &str, answer: &Json) {
    if answers["linkId"] == group {
        answers["item"].as_array_mut().unwrap().push(json!({ "linkId": link_id, "answer": [answer] }));
    }
    for inside in answers.get_mut("item").and_then(Json::as_array_mut).into_iter().flatten() {
        add(inside, group, link_id, answer);
    }
}

/// The item of this linkId, however deep.
fn item_of<'a>(answers: &'a Json, link_id: &str) -> Option<&'a Json> {
    let items = answers["item"].as_array()?;
    items.iter().find_map(|item| if item["linkId"] == link_id { Some(item) } else { item_of(item, link_id) })
}
