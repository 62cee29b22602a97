//! A draft of an older form that moved to the newer one and was sent, and drafts and submissions that nobody's app writes.
use crate::support::{Phone, Server, attachment, cook, forms, jpeg, key, only, set, sha256};
use chrono::NaiveDate;
use contract::questionnaire::{
    Answers, Context, Envelope, Form, NativePatterns, Pointer, Scope, evaluate, from_response, migrate, to_response,
};
use serde_json::{Value as Json, json};

const NEW: &str = "health-certificate|2026.11.1";
const OLD: &str = "health-certificate|2025.06.1";

fn form(name: &str) -> Form {
    Form::load(&std::fs::read_to_string(forms().join(name)).unwrap()).unwrap()
}

fn context() -> Context<'static> {
    Context::new(NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(), &NativePatterns)
}

/// The draft of the older form as its app moves it: what has a place there, and what does not.
fn moved() -> (Answers, Vec<String>) {
    let text = std::fs::read_to_string(forms().join("responses/draft-of-v0.response.json")).unwrap();
    let old = form("health-certificate.v0.questionnaire.json");
    let draft = from_response(&old, &serde_json::from_str(&text).unwrap()).0;
    let moved = migrate(&form("health-certificate.questionnaire.json"), OLD, &draft, &context());
    (moved.answers, moved.left_over.into_iter().map(|left| left.pointer.link_id()).collect())
}

async fn sent_by(phone: &Phone, id: &str) -> Json {
    phone.get(&format!("/applications/{id}/submission")).await.expect(200).json()
}

fn item_of<'a>(answers: &'a Json, link_id: &str) -> Option<&'a Json> {
    let items = answers["item"].as_array()?;
    items.iter().find_map(|item| if item["linkId"] == link_id { Some(item) } else { item_of(item, link_id) })
}

#[tokio::test]
async fn a_draft_that_moved_to_a_newer_form_is_sent_under_that_one() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = key();
    let path = format!("/applications/{id}");
    phone.put(&path, &json!({ "questionnaire": OLD })).await.expect(201);
    let mark = phone.get(&path).await.expect(200).header("etag");
    server.restart_without_older_forms().await;
    // Nothing was done to it, and yet it reads otherwise.
    phone.send(phone.request(reqwest::Method::GET, &path).header("If-None-Match", mark)).await.expect(200);
    let (answers, left) = moved();
    assert!(left.contains(&"applicant.education".to_owned()), "{left:?}");

    // What the newer form asks besides is answered as the cook did; what came along stays.
    let new = form("health-certificate.questionnaire.json");
    let mut body = phone.filled_in(&id).await;
    let cook = from_response(&new, &body["answers"]).0;
    let whole = cook.overlaid(&answers, &|pointer| {
        ["person.name", "contact.residence.address", "work.post"].contains(&pointer.link_id().as_str())
    });
    let look = evaluate(&new, &whole, &context());
    body["answers"] = to_response(&new, &whole, Scope::Visible(&look), &Envelope::default());
    let outcome = phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201).json();
    assert_eq!(outcome["application"]["state"], "submitted");
    assert_eq!(phone.record(&id).await["questionnaire"], NEW);
    let sent = sent_by(&phone, &id).await;
    let name = item_of(&sent["answers"], "person.name").unwrap();
    assert_eq!(name["answer"][0]["valueString"], json!("张伟"));
    assert_eq!(answers.get(&Pointer::item("person.name"))[0].plain(), "张伟");
    assert!(item_of(&sent["answers"], "applicant.education").is_none());
}

#[tokio::test]
async fn the_same_answers_named_as_the_older_form_are_still_judged_by_it() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    body["questionnaire"] = json!(OLD);
    let refused = phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(422).json();
    let said: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert!(said.contains(&"#/applicant.full-name"), "{said:?}");
}

/// Somebody wrote into the draft on the phone: what no item takes is named, and nothing of it is kept.
#[tokio::test]
async fn answers_to_what_is_not_in_the_form_are_refused_by_pointer() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    body["answers"]["item"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "linkId": "person.is-vip", "answer": [{ "valueBoolean": true }] }));
    let refused = phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(422).json();
    assert_eq!(refused["errors"][0]["pointer"], "#/person.is-vip");
    assert_eq!(refused["errors"][0]["code"], "unknown-item");
    assert_eq!(phone.record(&id).await["state"], "draft");
}

#[tokio::test]
async fn ten_thousand_characters_are_refused_where_they_stand() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    let mut answers = cook();
    std::mem::swap(&mut answers, &mut body["answers"]);
    assert!(set(&mut answers, "person.name", &json!({ "valueString": "长".repeat(10_000) })));
    body["answers"] = answers;
    let refused = phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(422).json();
    assert_eq!(refused["errors"][0]["pointer"], "#/person.name");
    assert_eq!(refused["errors"][0]["params"], json!({ "limit": 150, "found": 10_000 }));
}

#[tokio::test]
async fn what_was_sent_under_a_form_of_before_is_read_decided_and_issued() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    phone.book_somewhere(&id).await;
    for act in ["attend", "pass"] {
        phone.play(&id, act, json!({})).await.expect(200);
    }
    let other = json!({ "resourceType": "Questionnaire", "id": "health-certificate", "version": "2031", "status": "active",
        "title": "Another", "item": [{ "linkId": "only", "type": "group", "text": "Only", "item": [
            { "linkId": "only.name", "type": "string", "text": "Name" }] }] });
    server.restart_with(&other).await;
    let full = server.office().full(&id, "issuer").await.unwrap();
    assert!(server.office().form(&full.rounds[0].questionnaire).is_some(), "the form it was sent with is still known");
    assert_eq!(sent_by(&phone, &id).await["questionnaire"], NEW);
    let page = phone.get(&format!("/questionnaires/health-certificate?version={}", &NEW[19..])).await.expect(200);
    assert_eq!(page.json()["version"], NEW[19..]);
    let acts = mock_server::office::By("issuer");
    let record = server.office().act(&id, acts, mock_server::office::OfficeAct::Issue).await.unwrap();
    let certificate = record.certificate.unwrap();
    let row = server.office().certificate_row(&certificate.id).await.unwrap();
    assert_eq!((row.name.as_str(), row.sex.is_some(), row.birth_month.is_some()), ("张伟", true, true));
    // Nothing new is taken under it.
    let new = json!({ "questionnaire": NEW });
    let refused = phone.put(&format!("/applications/{}", key()), &new).await.expect(409);
    assert_eq!(refused.slug(), "questionnaire-changed");
}

#[tokio::test]
async fn a_photo_that_came_under_the_older_form_is_sent_as_the_newer_one_calls_it() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = key();
    phone.put(&format!("/applications/{id}"), &json!({ "questionnaire": OLD })).await.expect(201);
    let (front, back) = (jpeg(), jpeg());
    let before = phone.document(&id, "#/documents.id-photo-1", &front).await;
    server.restart_without_older_forms().await;
    // One that was on its way meanwhile is called as before too.
    let after = phone.document(&id, "#/documents.id-photo-2", &back).await;
    let mut body = phone.filled_in(&id).await;
    for (document, item, bytes) in
        [(&before, "documents.identity.front", &front), (&after, "documents.identity.back", &back)]
    {
        set(&mut body["answers"], item, &attachment(document));
        body["documents"][document] = json!(sha256(bytes));
    }
    // Another item's it is not.
    let mut wrong = body.clone();
    set(&mut wrong["answers"], "documents.portrait", &attachment(&before));
    let path = format!("/applications/{id}/submission");
    let refused = phone.post(&path, &key(), &wrong).await.expect(422).json();
    assert_eq!(refused["errors"][0]["pointer"], "#/documents.portrait");

    phone.post(&path, &key(), &body).await.expect(201);
    let documents = phone.record(&id).await["documents"].clone();
    for (document, item) in [(&before, "#/documents.identity.front"), (&after, "#/documents.identity.back")] {
        let kept = documents.as_array().unwrap().iter().find(|it| it["id"] == document.as_str()).unwrap();
        assert_eq!(kept["pointer"], item);
    }
    // What comes back there is not taken a second time.
    phone.play(&id, "begin", json!({})).await.expect(200);
    let back =
        phone.play(&id, "return", json!({ "pointers": ["#/documents.identity.front"] })).await.expect(200).json();
    assert_eq!(back["application"]["returned"][0]["refused_sha256"], json!([sha256(&front)]));
    let again = key();
    let upload = phone.upload(&id, &again, &front).await;
    let refused = phone.bind(&id, &again, "#/documents.id-photo-1", &upload, &front).await.expect(422).json();
    assert_eq!(refused["code"], "same-as-returned");
}

async fn papers_at_desk(server: &Server, id: &str) -> Vec<String> {
    let full = server.office().full(id, "reviewer").await.unwrap();
    full.documents.iter().filter(|it| it.named).map(|it| it.document.pointer.as_str().to_owned()).collect()
}

/// What was sent keeps its papers: that the form of now calls them otherwise, or asks for none, makes them nobody's not.
#[tokio::test]
async fn a_report_takes_nothing_from_what_was_sent_under_a_form_of_before() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let before = papers_at_desk(&server, &id).await;
    assert!(before.contains(&"#/documents.portrait".to_owned()), "{before:?}");
    server.restart_with(&year("2031", json!([line("only")]))).await;
    let bytes = jpeg();
    let document = phone.document(&id, "#/report.examination.pages", &bytes).await;
    let day = mock_server::office::server_now().date_naive() - chrono::Duration::days(5);
    let site = json!({ "system": "https://health-certificate.example/fhir/CodeSystem/site", "code": "site-3" });
    let answers = json!({ "resourceType": "QuestionnaireResponse", "item": [
        { "linkId": "report.examination.institution", "answer": [{ "valueCoding": site }] },
        { "linkId": "report.examination.date", "answer": [{ "valueDate": day }] },
        { "linkId": "report.examination.pages", "answer": [attachment(&document)] },
        { "linkId": "report.confirmation.truth", "answer": [{ "valueBoolean": true }] },
    ] });
    let body = json!({ "questionnaire": "health-report|2026.11.1", "round": 0, "answers": answers,
        "documents": { (&document): sha256(&bytes) } });
    phone.post(&format!("/applications/{id}/examination/report"), &key(), &body).await.expect(201);
    let after = papers_at_desk(&server, &id).await;
    assert!(before.iter().all(|it| after.contains(it)), "{before:?}, then {after:?}");
}

/// A form of a committee's own, in a year.
fn year(version: &str, items: Json) -> Json {
    json!({ "resourceType": "Questionnaire", "id": "health-certificate", "version": version, "status": "active",
        "title": "A form", "item": items })
}

fn line(link_id: &str) -> Json {
    json!({ "linkId": link_id, "type": "string", "text": link_id, "required": true })
}

/// The same question under another name.
fn now_called(link_id: &str, was: &str) -> Json {
    let renamed = "https://health-certificate.example/fhir/StructureDefinition/renamed-from";
    let mut item = line(link_id);
    item["extension"] = json!([{ "url": renamed, "extension": [{ "url": "linkId", "valueString": was },
        { "url": "version", "valueString": "2031" }, { "url": "how", "valueCode": "copy" }] }]);
    item
}

#[tokio::test]
async fn what_came_back_is_answered_as_the_newer_form_calls_it_and_what_it_asks_no_more_waits_for_nobody() {
    let mut server = Server::new().await;
    server.restart_with(&year("2031", json!([line("was"), line("gone"), line("stays")]))).await;
    let phone = server.signed_in().await;
    let mut answers = only("was", &json!({ "valueString": "甲" }));
    for (link_id, words) in [("gone", "乙"), ("stays", "丙")] {
        let more = only(link_id, &json!({ "valueString": words }))["item"][0].clone();
        answers["item"].as_array_mut().unwrap().push(more);
    }
    let (mut ids, first) = (Vec::new(), "health-certificate|2031");
    for _ in 0..2 {
        let id = key();
        phone.put(&format!("/applications/{id}"), &json!({ "questionnaire": first })).await.expect(201);
        let body = json!({ "questionnaire": first, "answers": answers, "documents": {} });
        phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201);
        phone.play(&id, "begin", json!({})).await.expect(200);
        ids.push(id);
    }
    let back = json!({ "pointers": ["#/was", "#/gone"], "words": "请改" });
    phone.play(&ids[0], "return", back.clone()).await.expect(200);
    server.restart_with(&year("2032", json!([now_called("now", "was"), line("stays")]))).await;
    // The other one is sent back only now: by the names that its reviewer reads.
    phone.play(&ids[1], "return", back).await.expect(200);
    for id in &ids {
        let record = phone.record(id).await;
        let named: Vec<&str> =
            record["returned"].as_array().unwrap().iter().map(|it| it["pointer"].as_str().unwrap()).collect();
        assert_eq!(named, ["#/now", "#/gone"]);
        assert_eq!(record["questionnaire"], "health-certificate|2032");
        let open: Vec<&str> =
            record["open"].as_array().unwrap().iter().map(|it| it["pointer"].as_str().unwrap()).collect();
        assert_eq!(open, named, "nothing else is asked anew");
        let path = format!("/applications/{id}/supplement");
        let body = |words: &str| {
            json!({ "questionnaire": "health-certificate|2032", "round": 1,
                "answers": only("now", &json!({ "valueString": words })) })
        };
        let same = phone.post(&path, &key(), &body("甲")).await.expect(422).json();
        assert_eq!((&same["errors"][0]["pointer"], same["errors"].as_array().unwrap().len()), (&json!("#/now"), 1));
        phone.post(&path, &key(), &body("丁")).await.expect(201);
        let sent = sent_by(&phone, id).await;
        assert_eq!(item_of(&sent["answers"], "now").unwrap()["answer"][0]["valueString"], "丁");
        assert_eq!(item_of(&sent["answers"], "stays").unwrap()["answer"][0]["valueString"], "丙");
    }
}

#[tokio::test]
async fn a_note_is_taken_under_the_newer_name() {
    let mut server = Server::new().await;
    server.restart_with(&year("2031", json!([line("was")]))).await;
    let phone = server.signed_in().await;
    let (id, first) = (key(), "health-certificate|2031");
    phone.put(&format!("/applications/{id}"), &json!({ "questionnaire": first })).await.expect(201);
    let answers = only("was", &json!({ "valueString": "甲" }));
    let body = json!({ "questionnaire": first, "answers": answers, "documents": {} });
    phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201);
    phone.play(&id, "begin", json!({})).await.expect(200);
    phone.play(&id, "return", json!({ "pointers": ["#/was"] })).await.expect(200);
    server.restart_with(&year("2032", json!([now_called("now", "was")]))).await;
    let body = json!({ "questionnaire": "health-certificate|2032", "round": 1,
        "answers": { "resourceType": "QuestionnaireResponse", "item": [] },
        "notes": { "#/now": { "text": "没有写错。", "lang": "zh-CN" } } });
    phone.post(&format!("/applications/{id}/supplement"), &key(), &body).await.expect(201);
}
