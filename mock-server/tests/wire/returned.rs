//! Items that come back, and what the applicant may do about them.
use crate::support::{Phone, Server, attachment, jpeg, key, only, sha256};
use serde_json::{Value as Json, json};

const FORM: &str = "health-certificate|2026.11.1";

fn supplement(round: u32, answers: &Json) -> Json {
    json!({ "questionnaire": FORM, "round": round, "answers": answers })
}

#[tokio::test]
async fn a_returned_document_is_answered_by_new_bytes_and_nothing_else_is_touched() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, first) = phone.submitted().await;
    phone.play(&id, "begin", json!({})).await.expect(200);
    let asked = json!({ "pointers": ["#/documents.portrait"], "code": "unreadable", "words": "看不清" });
    let back = phone.play(&id, "return", asked).await.expect(200).json()["application"].clone();
    assert_eq!(back["open"], json!([{ "pointer": "#/documents.portrait", "why": "returned" }]));
    assert_eq!(back["attempts"], json!({ "used": 1, "limit": 3 }));
    // None is named: any will do.
    assert_eq!(back["in_person"]["sites"], json!([]));
    let old = back["returned"][0]["refused_sha256"][0].as_str().unwrap().to_owned();
    let documents = first["application"]["documents"].as_array().unwrap();
    assert!(documents.iter().any(|document| document["sha256"] == old.as_str()));
    let (bytes, document) = (jpeg(), key());
    let upload = phone.upload(&id, &document, &bytes).await;
    phone.bind(&id, &document, "#/documents.portrait", &upload, &bytes).await.expect(201);
    let mut body = supplement(1, &only("documents.portrait", &attachment(&document)));
    body["documents"] = json!({ (&document): sha256(&bytes) });
    let sent = phone.post(&format!("/applications/{id}/supplement"), &key(), &body).await.expect(201).json();
    assert_eq!(
        (sent["application"]["state"].as_str(), sent["application"]["round"].as_u64()),
        (Some("resubmitted"), Some(2))
    );
    assert_eq!(sent["receipt"]["documents"], body["documents"]);
    let full = server.office().full(&id, "reviewer").await.unwrap();
    let (now, before) = (full.rounds[0].answers.as_ref().unwrap(), full.rounds[1].answers.as_ref().unwrap());
    assert_ne!(now, before);
    let without_photo = |answers: &Json| {
        let mut answers = answers.clone();
        crate::support::remove(&mut answers, "documents.portrait");
        answers
    };
    assert_eq!(without_photo(now), without_photo(before));
}

/// Submits with these bytes at an item, and has that item returned; gives the application and the document.
async fn sent_back(phone: &Phone, item: &str, bytes: &[u8]) -> (String, String) {
    let (id, pointer) = (phone.begin().await, format!("#/{item}"));
    let mut body = phone.filled_in(&id).await;
    let document = phone.document(&id, &pointer, bytes).await;
    crate::support::set(&mut body["answers"], item, &attachment(&document));
    body["documents"][&document] = json!(sha256(bytes));
    phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201);
    phone.play(&id, "begin", json!({})).await.expect(200);
    phone.play(&id, "return", json!({ "pointers": [pointer] })).await.expect(200);
    (id, document)
}

#[tokio::test]
async fn a_returned_photo_is_defended_by_a_note_or_stands_beside_a_new_one() {
    let server = Server::new().await;
    for beside in [false, true] {
        let phone = server.signed_in().await;
        let bytes = jpeg();
        let (id, old) = sent_back(&phone, "documents.employment.letter", &bytes).await;
        let path = format!("/applications/{id}/supplement");
        // The page names again what came back, with its hash, as it names everything that lies in its answers.
        let mut body = supplement(1, &only("documents.employment.letter", &attachment(&old)));
        body["documents"] = json!({ (&old): sha256(&bytes) });
        let bare = phone.post(&path, &key(), &body).await.expect(422).json();
        assert_eq!(bare["errors"][0]["code"], "required", "neither changed nor explained");
        if beside {
            let more = jpeg();
            let new = phone.document(&id, "#/documents.employment.letter", &more).await;
            body["answers"]["item"][0]["answer"].as_array_mut().unwrap().push(attachment(&new));
            body["documents"][&new] = json!(sha256(&more));
        } else {
            body["notes"] = json!({ "#/documents.employment.letter": { "text": "这就是全部。", "lang": "zh-CN" } });
        }
        let sent = phone.post(&path, &key(), &body).await.expect(201).json();
        let documents = sent["application"]["documents"].as_array().unwrap();
        let state = |id: &str| documents.iter().find(|it| it["id"] == id).map(|it| it["state"].clone());
        assert_eq!(state(&old), Some(json!("received")), "beside: {beside}");
    }
}

#[tokio::test]
async fn what_a_scan_refused_is_changed_and_not_defended() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, outcome) = phone.submitted().await;
    let pointer = "#/documents.identity.front";
    let all = outcome["application"]["documents"].as_array().unwrap();
    let old = all.iter().find(|it| it["pointer"] == pointer).unwrap()["id"].as_str().unwrap().to_owned();
    let bytes = server.original(&id, &old);
    phone.play(&id, "scan-return", json!({ "pointers": [pointer] })).await.expect(200);
    let path = format!("/applications/{id}/supplement");
    let mut body = supplement(1, &only("documents.identity.front", &attachment(&old)));
    body["documents"] = json!({ (&old): sha256(&bytes) });
    body["notes"] = json!({ pointer: { "text": "没有问题。", "lang": "zh-CN" } });
    let refused = phone.post(&path, &key(), &body).await.expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!(pointer), &json!("required"))
    );
    let better = jpeg();
    let new = phone.document(&id, pointer, &better).await;
    let mut body = supplement(1, &only("documents.identity.front", &attachment(&new)));
    body["documents"] = json!({ (&new): sha256(&better) });
    phone.post(&path, &key(), &body).await.expect(201);
}

#[tokio::test]
async fn the_returned_bytes_are_refused_where_they_came_back() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let bytes = jpeg();
    let (id, _) = sent_back(&phone, "documents.portrait", &bytes).await;
    let again = key();
    let upload = phone.upload(&id, &again, &bytes).await;
    let reply = phone.bind(&id, &again, "#/documents.portrait", &upload, &bytes).await.expect(422);
    assert_eq!((reply.slug().as_str(), reply.json()["code"].as_str()), ("document-refused", Some("same-as-returned")));
    let other = jpeg();
    let upload = phone.upload(&id, &again, &other).await;
    let closed = phone.bind(&id, &again, "#/documents.identity.front", &upload, &other).await.expect(422);
    assert_eq!(closed.json()["errors"][0]["code"], "not-open");
}

#[tokio::test]
async fn closed_items_unanswered_items_and_old_rounds_are_refused() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    phone.play(&id, "begin", json!({})).await.expect(200);
    phone.play(&id, "return", json!({ "pointers": ["#/work.post"], "code": "incorrect" })).await.expect(200);
    let path = format!("/applications/{id}/supplement");
    let error = async |body: Json| {
        let reply = phone.post(&path, &key(), &body).await.expect(422).json();
        (
            reply["errors"][0]["pointer"].as_str().unwrap().to_owned(),
            reply["errors"][0]["code"].as_str().unwrap().to_owned(),
        )
    };
    let closed = supplement(1, &only("person.name", &json!({ "valueString": "王芳" })));
    assert_eq!(error(closed).await, ("#/person.name".into(), "not-open".into()));
    let same = supplement(1, &only("work.post", &json!({ "valueString": "厨师" })));
    assert_eq!(error(same).await, ("#/work.post".into(), "required".into()));
    let old = supplement(0, &only("work.post", &json!({ "valueString": "面点师" })));
    assert_eq!(phone.post(&path, &key(), &old).await.expect(409).slug(), "act-refused");
    let mut note = supplement(1, &json!({ "resourceType": "QuestionnaireResponse", "item": [] }));
    note["notes"] = json!({ "#/work.post": { "text": "岗位没有写错。", "lang": "zh-CN" } });
    phone.post(&path, &key(), &note).await.expect(201);
    let full = server.office().full(&id, "reviewer").await.unwrap();
    assert_eq!(full.rounds[0].notes.len(), 1);
}

#[tokio::test]
async fn a_note_has_five_hundred_characters_and_what_is_wrong_with_it_is_said_of_the_note() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    phone.play(&id, "begin", json!({})).await.expect(200);
    phone.play(&id, "return", json!({ "pointers": ["#/work.post"], "code": "incorrect" })).await.expect(200);
    let path = format!("/applications/{id}/supplement");
    let noted = |item: &str, length: usize| {
        let mut body = supplement(1, &only("work.post", &json!({ "valueString": "面点师" })));
        body["notes"] = json!({ (item): { "text": "字".repeat(length), "lang": "zh-CN" } });
        body
    };
    for (item, length, code, params) in [
        ("#/work.post", 501, "too-long", json!({ "limit": 500, "found": 501 })),
        ("#/person.name", 5, "not-open", json!({})),
    ] {
        let reply = phone.post(&path, &key(), &noted(item, length)).await.expect(422).json();
        let place = format!("#/@notes/{}", item.replace('/', "~1"));
        assert_eq!(reply["errors"], json!([{ "pointer": place, "code": code, "params": params }]));
    }
    phone.post(&path, &key(), &noted("#/work.post", 500)).await.expect(201);
}

#[tokio::test]
async fn a_returned_answer_opens_what_follows_from_it() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    phone.play(&id, "begin", json!({})).await.expect(200);
    phone.play(&id, "return", json!({ "pointers": ["#/category.application"] })).await.expect(200);
    let system = "https://health-certificate.example/fhir/CodeSystem/application-kind";
    let renewal = only("category.application", &json!({ "valueCoding": { "system": system, "code": "renewal" } }));
    let path = format!("/applications/{id}/draft");
    let etag = phone.get(&path).await.expect(200).header("etag");
    let draft = json!({ "questionnaire": FORM, "answers": renewal });
    let save = phone.request(reqwest::Method::PUT, &path).header("If-Match", etag).json(&draft);
    phone.send(save).await.expect(200);
    let open = phone.record(&id).await["open"].clone();
    let found: Vec<(&str, &str)> =
        open.as_array().unwrap().iter().map(|o| (o["pointer"].as_str().unwrap(), o["why"].as_str().unwrap())).collect();
    assert!(found.contains(&("#/category.application", "returned")));
    assert!(found.contains(&("#/documents.previous", "consequence")), "{found:?}");
}

#[tokio::test]
async fn after_three_returns_only_the_counter_is_left() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    for (round, post) in [(1, "一"), (2, "二"), (3, "三")] {
        phone.play(&id, "begin", json!({})).await.expect(200);
        phone.play(&id, "return", json!({ "pointers": ["#/work.post"] })).await.expect(200);
        let body = supplement(round, &only("work.post", &json!({ "valueString": post })));
        phone.post(&format!("/applications/{id}/supplement"), &key(), &body).await.expect(201);
    }
    phone.play(&id, "begin", json!({})).await.expect(200);
    let reply = phone.play(&id, "return", json!({ "pointers": ["#/work.post"] })).await.expect(409);
    assert_eq!(reply.slug(), "act-refused");
    phone.play(&id, "call-in", json!({ "words": "请到窗口。" })).await.expect(200);
    assert_eq!(phone.record(&id).await["in_person"]["words"]["text"], "请到窗口。");
    phone.play(&id, "receive", json!({})).await.expect(200);
    assert_eq!(phone.play(&id, "accept", json!({})).await.expect(200).json()["application"]["state"], "accepted");
}

#[tokio::test]
async fn a_return_needs_items_that_exist() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    phone.play(&id, "begin", json!({})).await.expect(200);
    for pointers in [json!([]), json!(["#/nothing"])] {
        assert_eq!(phone.play(&id, "return", json!({ "pointers": pointers })).await.expect(422).slug(), "invalid");
    }
    assert_eq!(phone.record(&id).await["attempts"]["used"], 0);
}

/// A page of somebody who reads English.
async fn in_english(phone: &Phone, path: &str) -> Json {
    let asked = phone.request(reqwest::Method::GET, path).header("Accept-Language", "en");
    phone.send(asked).await.expect(200).json()
}

#[tokio::test]
async fn what_the_office_says_of_itself_is_said_in_the_language_of_its_reader() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    phone.play(&id, "scan-return", json!({ "pointers": ["#/documents.identity.front"] })).await.expect(200);
    let record = in_english(&phone, &format!("/applications/{id}")).await;
    for words in [&record["returned"][0]["words"], &record["events"][0]["items"][0]["words"]] {
        assert_eq!((words["lang"].as_str(), words["text"].as_str().unwrap().is_ascii()), (Some("en"), true), "{words}");
    }
    assert_eq!(phone.record(&id).await["returned"][0]["words"]["lang"], "zh-CN");
}

#[tokio::test]
async fn where_to_disagree_is_said_in_the_language_of_its_reader() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    phone.play(&id, "begin", json!({})).await.expect(200);
    phone.play(&id, "reject", json!({})).await.expect(200);
    let place = |record: &Json| record["decision"]["appeal"]["where"].as_str().unwrap().to_owned();
    let english = place(&in_english(&phone, &format!("/applications/{id}")).await);
    assert!(english.is_ascii() && english.ends_with("000-00000"), "{english}");
    assert!(place(&phone.record(&id).await).starts_with("示例市"));
}
