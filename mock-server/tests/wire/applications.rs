//! Beginning, drafting, sending, taking back, giving up.
use crate::support::{Server, cook, fresh_number, key, remove, set};
use reqwest::Method;
use serde_json::{Value as Json, json};

fn acts(record: &Json) -> Vec<String> {
    record["actions"].as_array().unwrap().iter().map(|action| action["act"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_application_is_begun_once_however_often_it_is_put() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let new = json!({ "questionnaire": "health-certificate|2026.11.1" });
    let again = phone.put(&format!("/applications/{id}"), &new).await.expect(200).json();
    assert_eq!((again["version"].as_u64(), again["state"].as_str()), (Some(1), Some("draft")));
    assert_eq!(acts(&again), ["edit", "submit", "withdraw"]);
    let list = phone.get("/applications").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_list_comes_in_pages_of_twenty_newest_first() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let mut ids = Vec::new();
    for _ in 0..21 {
        ids.insert(0, phone.begin().await);
    }
    let page = phone.get("/applications").await.expect(200);
    let first: Vec<String> =
        page.json()["items"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().into()).collect();
    assert_eq!(first, ids[..20]);
    let link = page.header("link");
    let next = link.split(['<', '>']).nth(1).unwrap();
    let rest = phone.get(next).await.expect(200);
    assert_eq!(rest.json()["items"][0]["id"], ids[20].as_str());
    assert_eq!(rest.header("link"), "");
}

#[tokio::test]
async fn what_belongs_to_another_login_is_as_nothing() {
    let server = Server::new().await;
    let (mine, theirs) = (server.signed_in().await, server.signed_in().await);
    let (id, _) = mine.submitted().await;
    let nothing = key();
    for (method, tail) in [
        (Method::GET, ""),
        (Method::GET, "/draft"),
        (Method::GET, "/submission"),
        (Method::GET, "/events"),
        (Method::GET, "/examination"),
        (Method::DELETE, "/hold"),
        (Method::DELETE, "/appointment"),
        (Method::DELETE, "/slot-watch"),
    ] {
        let mut replies = Vec::new();
        for id in [&id, &nothing] {
            let path = format!("/applications/{id}{tail}");
            let mut reply = theirs.send(theirs.request(method.clone(), &path)).await.expect(404).json();
            reply["reference"] = Json::Null;
            replies.push(reply);
        }
        assert_eq!(replies[0], replies[1], "{method} {tail}");
    }
    let new = json!({ "questionnaire": "health-certificate|2026.11.1" });
    assert_eq!(theirs.put(&format!("/applications/{id}"), &new).await.expect(409).slug(), "application-elsewhere");
}

#[tokio::test]
async fn a_draft_is_saved_only_over_the_one_that_was_seen() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let path = format!("/applications/{id}/draft");
    let first = phone.get(&path).await.expect(200);
    assert_eq!(first.header("etag"), "\"0\"");
    assert_eq!(first.json()["prefilled"], json!(["#/contact.phone"]));
    let draft = json!({ "questionnaire": "health-certificate|2026.11.1", "answers": cook() });
    assert_eq!(phone.put(&path, &draft).await.expect(428).slug(), "etag-needed");
    let save = |etag: &str| phone.request(Method::PUT, &path).header("If-Match", etag.to_owned()).json(&draft);
    let saved = phone.send(save("\"0\"")).await.expect(200);
    assert_eq!(saved.header("etag"), "\"1\"");
    let stale = phone.send(save("\"0\"")).await.expect(412);
    assert_eq!((stale.slug().as_str(), stale.json()["etag"].as_str()), ("stale", Some("\"1\"")));
    assert_eq!(phone.get(&path).await.json()["answers"], draft["answers"]);
    let record = phone.record(&id).await;
    assert_eq!(
        (record["holder"]["name"].as_str(), record["category"]["code"].as_str()),
        (Some("张伟"), Some("food-catering"))
    );
    assert_eq!(record["draft"]["etag"], "\"1\"");
    assert_eq!(phone.send(save("*")).await.expect(200).header("etag"), "\"2\"", "whichever there is");
}

#[tokio::test]
async fn more_rows_than_anybody_has_are_refused_before_they_are_judged() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let rows = |count: usize| -> Vec<Json> {
        (0..count).map(|row| json!({ "linkId": "work.place", "id": format!("a{row}") })).collect()
    };
    let answers = |count: usize| json!({ "resourceType": "QuestionnaireResponse", "item": [{ "linkId": "work", "item": rows(count) }] });
    let sent = |count: usize| json!({ "questionnaire": "health-certificate|2026.11.1", "answers": answers(count), "documents": {} });
    let refused = phone.post(&format!("/applications/{id}/submission"), &key(), &sent(5_000)).await.expect(422).json();
    let too_many = json!({ "pointer": "#/work.place", "code": "count", "params": { "max": 1_000 } });
    assert!(refused["errors"].as_array().unwrap().contains(&too_many), "{refused}");
    let save = async |count: usize| {
        let draft = json!({ "questionnaire": "health-certificate|2026.11.1", "answers": answers(count) });
        let put = phone.request(Method::PUT, &format!("/applications/{id}/draft"));
        phone.send(put.header("If-Match", "\"0\"").json(&draft)).await
    };
    assert_eq!(save(5_000).await.expect(422).json()["errors"], json!([too_many]));
    save(1_000).await.expect(200);
}

#[tokio::test]
async fn rows_are_counted_wherever_they_stand() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let too_many = |pointer: &str| json!([{ "pointer": pointer, "code": "count", "params": { "max": 1_000 } }]);
    let rows = |count: usize| vec![json!({ "linkId": "work.place", "item": [{}] }); count];
    let work = |count: usize| json!({ "linkId": "work", "item": rows(count) });
    let below =
        |count: usize| json!({ "linkId": "work.situation", "answer": [{ "item": rows(count) }, { "item": rows(1) }] });
    let city = json!({ "linkId": "work.place.address", "answer": [{ "valueString": "示例路" }] });
    for (what, items, pointer) in [
        ("in several groups", json!([work(400), work(400), work(400)]), "#/work.place"),
        ("below an answer", json!([{ "linkId": "work", "item": [below(1_100)] }]), "#/work.place"),
        ("in both", json!([work(600), below(600)]), "#/work.place"),
        (
            "what stands in a row",
            json!([{ "linkId": "work", "item": [{ "linkId": "work.place", "item": vec![city; 1_100] }] }]),
            "#/work.place.address",
        ),
    ] {
        let answers = json!({ "resourceType": "QuestionnaireResponse", "item": items });
        let draft = json!({ "questionnaire": "health-certificate|2026.11.1", "answers": answers });
        let put = phone.request(Method::PUT, &format!("/applications/{id}/draft")).header("If-Match", "\"0\"");
        let refused = phone.send(put.json(&draft)).await.expect(422).json();
        assert_eq!(refused["errors"], too_many(pointer), "{what}");
    }
}

#[tokio::test]
async fn what_waits_for_its_persons_word_waits_on_every_phone() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let path = format!("/applications/{id}/draft");
    let save = |etag: &str, waits: Json| {
        let draft = json!({ "questionnaire": "health-certificate|2026.11.1", "answers": cook(), "prefilled": waits });
        phone.send(phone.request(Method::PUT, &path).header("If-Match", etag.to_owned()).json(&draft))
    };
    // Of what is not answered nobody's word is waited for.
    save("\"0\"", json!(["#/person.name", "#/contact.phone", "#/work.employer"])).await.expect(200);
    assert_eq!(phone.get(&path).await.json()["prefilled"], json!(["#/person.name", "#/contact.phone"]));
    save("\"1\"", json!(["#/contact.phone"])).await.expect(200);
    assert_eq!(phone.get(&path).await.json()["prefilled"], json!(["#/contact.phone"]));
    save("\"2\"", json!([])).await.expect(200);
    assert!(phone.get(&path).await.json()["prefilled"].as_array().is_none_or(Vec::is_empty));
}

#[tokio::test]
async fn an_application_is_sent_read_back_covered_and_survives_a_restart() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, outcome) = phone.submitted().await;
    let (receipt, record) = (&outcome["receipt"], &outcome["application"]);
    assert_eq!((receipt["act"].as_str(), receipt["round"].as_u64()), (Some("submit"), Some(1)));
    assert_eq!(receipt["number"], record["number"]);
    assert_eq!(record["state"], "submitted");
    assert_eq!(record["events"][0]["receipt"], receipt["key"]);
    assert_eq!(acts(record), ["recall", "withdraw"]);
    server.restart().await;
    assert_eq!(phone.record(&id).await["number"], record["number"]);
    let made = phone.get(&format!("/applications/{id}/submission")).await.expect(200);
    assert_eq!(made.json()["receipt"], *receipt);
    let path = format!("/applications/{id}");
    let mark = phone.get(&path).await.expect(200).header("etag");
    let again = async |mark: &str| {
        phone.send(phone.request(Method::GET, &path).header("If-None-Match", mark.to_owned())).await.status
    };
    assert_eq!((again(&mark).await, again("\"6\"").await), (304, 200));
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_item_by_item() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    remove(&mut body["answers"], "person.name");
    remove(&mut body["answers"], "documents.consent");
    set(&mut body["answers"], "person.id.number", &json!({ "valueString": "110105194912310021" }));
    body["answers"]["item"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "linkId": "favourite-colour", "answer": [{ "valueString": "blue" }] }));
    let submit = format!("/applications/{id}/submission");
    let reply = phone.post(&submit, &key(), &body).await.expect(422).json();
    let found: Vec<(&str, &str)> = reply["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    for expected in [
        ("#/person.name", "required"),
        ("#/documents.consent", "consent"),
        ("#/person.id.number", "id-check"),
        ("#/favourite-colour", "unknown-item"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert_eq!(phone.record(&id).await["state"], "draft");
}

#[tokio::test]
async fn a_submission_waits_for_its_documents_and_then_the_same_key_is_good() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    let bytes = crate::support::jpeg();
    let late = key();
    set(&mut body["answers"], "documents.portrait", &crate::support::attachment(&late));
    body["documents"][&late] = json!(crate::support::sha256(&bytes));
    let (submit, first) = (format!("/applications/{id}/submission"), key());
    let reply = phone.post(&submit, &first, &body).await.expect(409);
    assert_eq!((reply.slug().as_str(), &reply.json()["documents"]), ("documents-missing", &json!([late])));
    let upload = phone.upload(&id, &late, &bytes).await;
    phone.bind(&id, &late, "#/documents.portrait", &upload, &bytes).await.expect(201);
    phone.post(&submit, &first, &body).await.expect(201);
}

#[tokio::test]
async fn an_older_form_is_still_taken_and_an_unknown_one_is_not() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    body["questionnaire"] = json!("health-certificate|1999.1.1");
    let submit = format!("/applications/{id}/submission");
    let reply = phone.post(&submit, &key(), &body).await.expect(409);
    assert_eq!(
        (reply.slug().as_str(), reply.json()["questionnaire"].as_str()),
        ("questionnaire-changed", Some("health-certificate|2026.11.1"))
    );
    let old = key();
    let new = json!({ "questionnaire": "health-certificate|2025.06.1" });
    let record = phone.put(&format!("/applications/{old}"), &new).await.expect(201).json();
    assert_eq!(record["questionnaire"], "health-certificate|2025.06.1");
}

#[tokio::test]
async fn one_login_has_one_open_application_for_a_number_and_another_login_is_only_flagged() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (first, _) = phone.submitted().await;
    let second = phone.begin().await;
    let body = phone.filled_in(&second).await;
    let reply = phone.post(&format!("/applications/{second}/submission"), &key(), &body).await.expect(409);
    assert_eq!(
        (reply.slug().as_str(), reply.json()["application"].as_str()),
        ("application-open", Some(first.as_str()))
    );
    let mut other = server.signed_in().await;
    other.number.clone_from(&phone.number);
    let (third, outcome) = other.submitted().await;
    assert_eq!(outcome["application"]["state"], "submitted");
    let full = server.office().full(&third, "reviewer").await.unwrap();
    assert!(full.flags.contains(&mock_server::office::Flag::AlsoElsewhere));
}

#[tokio::test]
async fn a_submission_can_be_taken_back_until_the_review_begins() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    let recall = format!("/applications/{id}/submission?round=1");
    let back = phone.delete(&recall).await.expect(200).json();
    assert_eq!((back["application"]["state"].as_str(), &back["receipt"]), (Some("draft"), &Json::Null));
    assert_eq!(phone.delete(&recall).await.expect(200).json()["application"]["state"], "draft");
    let draft = phone.get(&format!("/applications/{id}/draft")).await.expect(200);
    assert!(draft.json()["answers"]["item"].as_array().unwrap().len() > 3);
    let etag = draft.header("etag");
    let mut body = phone.filled_in(&id).await;
    body["draft"] = json!("\"0\"");
    let submit = format!("/applications/{id}/submission");
    assert_eq!(phone.post(&submit, &key(), &body).await.expect(409).slug(), "draft-newer");
    body["draft"] = json!(etag);
    let sent = phone.post(&submit, &key(), &body).await.expect(201).json();
    assert_eq!(sent["application"]["round"], 2);
    phone.play(&id, "begin", json!({})).await.expect(200);
    let late = phone.delete(&format!("/applications/{id}/submission?round=2")).await.expect(409);
    assert_eq!((late.slug().as_str(), late.json()["state"].as_str()), ("act-refused", Some("in-review")));
}

/// Name and pointer of the documents that a record has at an item.
fn documents_at(record: &Json, pointer: &str) -> Vec<String> {
    let all = record["documents"].as_array().unwrap().iter().filter(|document| document["pointer"] == pointer);
    all.map(|document| document["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_document_removed_after_taking_back_is_erased_at_once() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, outcome) = phone.submitted().await;
    let portrait = documents_at(&outcome["application"], "#/documents.portrait").remove(0);
    phone.delete(&format!("/applications/{id}/submission?round=1")).await.expect(200);
    phone.delete(&format!("/applications/{id}/documents/{portrait}")).await.expect(204);
    assert_eq!(documents_at(&phone.record(&id).await, "#/documents.portrait"), Vec::<String>::new());
    assert!(server.kept_of(&id).iter().all(|file| !file.contains(&portrait)), "{:?}", server.kept_of(&id));
}

#[tokio::test]
async fn a_document_that_a_new_submission_does_not_name_is_erased_and_nobody_is_warned_of_it() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    let (bytes, first) = (crate::support::jpeg(), key());
    let upload = phone.upload(&id, &first, &bytes).await;
    let bind = json!({ "pointer": "#/documents.portrait", "upload": upload, "sha256": crate::support::sha256(&bytes),
        "size": bytes.len(), "type": "image/jpeg", "insisted": ["glare"] });
    phone.put(&format!("/applications/{id}/documents/{first}"), &bind).await.expect(201);
    let unnamed = std::mem::replace(&mut body["documents"], json!({}));
    for (document, hash) in unnamed.as_object().unwrap() {
        if !body["answers"].to_string().contains(document.as_str()) {
            continue;
        }
        body["documents"][document] = hash.clone();
    }
    set(&mut body["answers"], "documents.portrait", &crate::support::attachment(&first));
    body["documents"][&first] = json!(crate::support::sha256(&bytes));
    let submit = format!("/applications/{id}/submission");
    phone.post(&submit, &key(), &body).await.expect(201);
    let glare = async || server.office().full(&id, "reviewer").await.unwrap().flags;
    assert_eq!(glare().await.len(), 1);
    phone.delete(&format!("{submit}?round=1")).await.expect(200);
    let second = phone.document(&id, "#/documents.portrait", &crate::support::jpeg()).await;
    let mut again = body.clone();
    set(&mut again["answers"], "documents.portrait", &crate::support::attachment(&second));
    again["documents"].as_object_mut().unwrap().remove(&first);
    again["documents"][&second] = phone.record(&id).await["documents"]
        .as_array()
        .unwrap()
        .iter()
        .find(|document| document["id"] == second.as_str())
        .unwrap()["sha256"]
        .clone();
    phone.post(&submit, &key(), &again).await.expect(201);
    assert_eq!(glare().await, [], "what was discarded warns nobody");
    server.office().let_time_pass(chrono::Duration::hours(25));
    server.office().sweep().await.unwrap();
    assert!(server.kept_of(&id).iter().all(|file| !file.contains(&first)));
    assert!(server.kept_of(&id).iter().any(|file| file.contains(&second)), "what is named stays");
}

#[tokio::test]
async fn a_number_corrected_by_a_supplement_is_compared_with_other_logins() {
    let server = Server::new().await;
    let other = server.signed_in().await;
    other.submitted().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    let flagged = async || {
        let full = server.office().full(&id, "reviewer").await.unwrap();
        full.flags.contains(&mock_server::office::Flag::AlsoElsewhere)
    };
    assert!(!flagged().await);
    phone.play(&id, "begin", json!({})).await.expect(200);
    phone.play(&id, "return", json!({ "pointers": ["#/person.id.number"], "code": "mismatch" })).await.expect(200);
    let number = json!({ "valueString": crate::support::id_number(&other.number) });
    let answers = crate::support::only("person.id.number", &number);
    let body = json!({ "questionnaire": "health-certificate|2026.11.1", "round": 1, "answers": answers });
    phone.post(&format!("/applications/{id}/supplement"), &key(), &body).await.expect(201);
    assert!(flagged().await, "the number it has now is looked at");
}

#[tokio::test]
async fn giving_up_erases_the_documents_and_keeps_the_timeline() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, outcome) = phone.submitted().await;
    let document = outcome["application"]["documents"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/applications/{id}/withdrawal");
    let long = json!({ "words": { "text": "字".repeat(501), "lang": "zh-CN" } });
    let refused = phone.post(&path, &key(), &long).await.expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("#/@words"), &json!("too-long"))
    );
    let words = json!({ "words": { "text": "不办了", "lang": "zh-CN" } });
    let gone = phone.post(&format!("/applications/{id}/withdrawal"), &key(), &words).await.expect(201).json();
    assert_eq!(gone["application"]["state"], "withdrawn");
    assert_eq!(gone["application"]["documents"], json!([]));
    assert_eq!(gone["application"]["events"][0]["words"]["text"], "不办了");
    phone.get(&format!("/applications/{id}/documents/{document}/content")).await.expect(404);
    let again = phone.post(&format!("/applications/{id}/withdrawal"), &key(), &json!({})).await.expect(409);
    assert_eq!(again.slug(), "act-refused");
}

#[tokio::test]
async fn an_application_can_be_looked_up_by_its_number_and_telephone_and_tells_no_more_than_days() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (_, outcome) = phone.submitted().await;
    let number = outcome["application"]["number"].as_str().unwrap().to_owned();
    let tail: String = crate::support::id_number(&phone.number).chars().skip(14).collect();
    let look = async |telephone: String, tail: String| {
        let visitor = server.phone();
        let sent = visitor
            .post("/session/code", &key(), &json!({ "purpose": "lookup", "phone": telephone }))
            .await
            .expect(202)
            .json();
        let code = server.code_for(&telephone).await;
        let body = json!({ "number": number, "id_tail": tail, "code_id": sent["code_id"], "code": code });
        visitor.post("/lookups", &key(), &body).await
    };
    assert_eq!(look(fresh_number(), tail.clone()).await.expect(404).slug(), "no-match");
    assert_eq!(look(phone.number.clone(), "0000".into()).await.expect(404).slug(), "no-match");
}

#[tokio::test]
async fn a_lookup_with_the_right_facts_tells_state_and_days() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (_, outcome) = phone.submitted().await;
    let tail: String = crate::support::id_number(&phone.number).chars().skip(14).collect();
    let visitor = server.phone();
    let asked = json!({ "purpose": "lookup", "phone": phone.number });
    let sent = visitor.post("/session/code", &key(), &asked).await.expect(202).json();
    let code = server.code_for(&phone.number).await;
    let number = &outcome["application"]["number"];
    let body = json!({ "number": number, "id_tail": tail, "code_id": sent["code_id"], "code": code });
    let first = key();
    let found = visitor.post("/lookups", &first, &body).await.expect(200).json();
    let mut members: Vec<&String> = found.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["due_on", "number", "reply_by", "since", "stage", "state"]);
    assert_eq!((found["state"].as_str(), found["stage"].as_u64()), (Some("submitted"), Some(2)));
    assert_eq!(&found["number"], number);
    assert_eq!(visitor.post("/lookups", &first, &body).await.expect(200).json(), found);
}

#[tokio::test]
async fn a_number_is_looked_up_however_it_is_written() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (_, outcome) = phone.submitted().await;
    let number = outcome["application"]["number"].as_str().unwrap();
    let tail: String = crate::support::id_number(&phone.number).chars().skip(14).collect();
    let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
    // As many as one telephone gets codes in an hour.
    for written in [
        format!(" {} ", number.replace('-', " ")),
        number.chars().map(wide).collect(),
        number.replace('-', "——"),
        format!("申请编号：{number}"),
    ] {
        server.office().let_time_pass(chrono::Duration::seconds(61));
        let visitor = server.phone();
        let asked = json!({ "purpose": "lookup", "phone": phone.number });
        let sent = visitor.post("/session/code", &key(), &asked).await.expect(202).json();
        let code = server.code_for(&phone.number).await;
        let body = json!({ "number": written, "id_tail": tail, "code_id": sent["code_id"], "code": code });
        let reply = visitor.post("/lookups", &key(), &body).await.expect(200).json();
        assert_eq!(reply["number"], number, "{written}");
    }
}
