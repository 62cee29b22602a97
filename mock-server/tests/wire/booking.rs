//! Places: holds, the last place, visits, what the clock does.
use crate::support::{Phone, Server, fresh_number, id_number, jpeg, key, pdf, set, sha256};
use serde_json::{Value as Json, json};

async fn hold(phone: &Phone, id: &str, slot: &str) -> crate::support::Reply {
    phone.put(&format!("/applications/{id}/hold"), &json!({ "slot": slot })).await
}

#[tokio::test]
async fn of_two_who_want_the_last_place_exactly_one_gets_it_and_the_other_the_nearest() {
    let server = Server::new().await;
    let first = server.signed_in().await;
    // Saturdays have four places a slot, and in two weeks no more than one is a holiday.
    let from = mock_server::office::server_now().date_naive() + chrono::Duration::days(1);
    let slots = first.get(&format!("/sites/site-2/slots?from={from}&days=14")).await.expect(200);
    let slot = slots_of(&slots.json(), 4).expect("a Saturday");
    for _ in 1..4 {
        let other = server.signed_in().await;
        let id = other.accepted().await;
        hold(&other, &id, &slot).await.expect(200);
    }
    let second = server.signed_in().await;
    let (a, b) = (first.accepted().await, second.accepted().await);
    let (one, two) = tokio::join!(hold(&first, &a, &slot), hold(&second, &b, &slot));
    let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
    assert_eq!((won.status, lost.status, lost.slug().as_str()), (200, 409, "slot-taken"));
    let nearest = lost.json()["nearest"].as_array().unwrap().clone();
    assert_eq!(nearest.len(), 3);
    assert!(nearest.iter().all(|near| near["left"].as_u64().unwrap() > 0 && near["site"] == "site-2"));
}

fn slots_of(slots: &Json, left: u64) -> Option<String> {
    let items = slots["items"].as_array()?;
    items.iter().find(|slot| slot["left"] == left).map(|slot| slot["id"].as_str().unwrap().to_owned())
}

/// The places left of a slot, as anybody is told.
async fn left(phone: &Phone, slot: &str) -> u64 {
    left_for(phone, slot, "").await
}

/// The same, as an application is told.
async fn left_for(phone: &Phone, slot: &str, whose: &str) -> u64 {
    let (site, start) = slot.split_once('.').unwrap();
    let day = format!("{}-{}-{}", &start[..4], &start[4..6], &start[6..8]);
    let slots = phone.get(&format!("/sites/{site}/slots?from={day}&days=1{whose}")).await.expect(200).json();
    let found = slots["items"].as_array().unwrap().iter().find(|found| found["id"] == slot).unwrap();
    found["left"].as_u64().unwrap()
}

#[tokio::test]
async fn a_hold_survives_a_restart_and_ends_with_its_time() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.free_slots("site-1").await[0].clone();
    let before = left(&phone, &slot).await;
    let held = hold(&phone, &id, &slot).await.expect(200).json();
    server.restart().await;
    assert_eq!(phone.record(&id).await["examination"]["hold"], held);
    assert_eq!(left(&phone, &slot).await, before - 1);
    let until: chrono::DateTime<chrono::FixedOffset> = held["until"].as_str().unwrap().parse().unwrap();
    let later = (until + chrono::Duration::seconds(1)).to_rfc3339();
    phone.play(&id, "edit", json!({ "at": later })).await.expect(200);
    assert_eq!(phone.record(&id).await["examination"]["hold"], Json::Null);
    assert_eq!(left(&phone, &slot).await, before);
    let reply = phone.put(&format!("/applications/{id}/appointment"), &json!({ "slot": slot })).await.expect(409);
    assert_eq!((reply.slug().as_str(), reply.json()["free"].as_bool()), ("hold-ended", Some(true)));
}

#[tokio::test]
async fn a_hold_moves_and_a_refused_move_keeps_it() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slots = phone.free_slots("site-1").await;
    hold(&phone, &id, &slots[0]).await.expect(200);
    let moved = hold(&phone, &id, &slots[1]).await.expect(200).json();
    assert_eq!(moved["slot"]["id"], slots[1].as_str());
    for wrong in ["site-1.20200101T0800", "nonsense", "site-9.20261201T0800", ""] {
        assert!(hold(&phone, &id, wrong).await.status >= 400);
    }
    assert_eq!(phone.record(&id).await["examination"]["hold"]["slot"]["id"], slots[1].as_str());
    phone.delete(&format!("/applications/{id}/hold?slot={}", slots[0])).await.expect(204);
    assert_ne!(phone.record(&id).await["examination"]["hold"], Json::Null);
    phone.delete(&format!("/applications/{id}/hold?slot={}", slots[1])).await.expect(204);
    assert_eq!(phone.record(&id).await["examination"]["hold"], Json::Null);
}

#[tokio::test]
async fn a_place_that_one_holds_is_left_to_oneself_alone() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.free_slots("site-1").await[0].clone();
    let before = left(&phone, &slot).await;
    hold(&phone, &id, &slot).await.expect(200);
    let own = left_for(&phone, &slot, &format!("&application={id}")).await;
    assert_eq!((own, left(&phone, &slot).await), (before, before - 1));
    phone.put(&format!("/applications/{id}/appointment"), &json!({ "slot": slot })).await.expect(200);
    let own = left_for(&phone, &slot, &format!("&application={id}")).await;
    assert_eq!((own, left(&phone, &slot).await), (before - 1, before - 1), "it is booked");
}

#[tokio::test]
async fn a_place_that_is_held_cannot_be_booked_once_its_time_has_begun() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.free_slots("site-1").await[0].clone();
    let day = slot.split_once('.').unwrap().1;
    let start = chrono::NaiveDateTime::parse_from_str(day, "%Y%m%dT%H%M").unwrap();
    let at = |seconds: i64| format!("{}+08:00", (start + chrono::Duration::seconds(seconds)).format("%FT%T"));
    phone.play(&id, "edit", json!({ "at": at(-30) })).await.expect(200);
    hold(&phone, &id, &slot).await.expect(200);
    phone.play(&id, "edit", json!({ "at": at(30) })).await.expect(200);
    let late = phone.put(&format!("/applications/{id}/appointment"), &json!({ "slot": slot })).await.expect(409);
    assert_eq!((late.slug().as_str(), late.json()["nearest"].as_array().unwrap().len()), ("slot-taken", 3));
    assert_eq!(phone.record(&id).await["state"], "accepted");
}

#[tokio::test]
async fn a_missed_visit_gives_the_place_back_that_was_held_beside_it() {
    let server = Server::new().await;
    let (phone, other) = (server.signed_in().await, server.signed_in().await);
    let id = phone.accepted().await;
    phone.book_somewhere(&id).await;
    let slot = phone.free_slots("site-1").await[0].clone();
    let before = left(&other, &slot).await;
    hold(&phone, &id, &slot).await.expect(200);
    server.office().take_as_missed(&id, "site", None).await.unwrap();
    assert_eq!(phone.record(&id).await["examination"]["hold"], Json::Null);
    assert_eq!(left(&other, &slot).await, before);
}

#[tokio::test]
async fn a_visit_is_booked_moved_and_given_up() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let first = phone.book_somewhere(&id).await;
    let record = phone.record(&id).await;
    let appointment = &record["examination"]["appointment"];
    assert_eq!((record["state"].as_str(), appointment["slot"]["id"].as_str()), (Some("booked"), Some(first.as_str())));
    assert!(record["reply_by"].is_null(), "nothing is owed to somebody who has an appointment: {}", record["reply_by"]);
    assert!(!appointment["check_in"]["text"].as_str().unwrap().contains(&phone.number[3..]));
    assert_eq!(record["events"][0]["slot"]["id"], first.as_str());
    let other = phone.free_slots("site-2").await.into_iter().find(|slot| *slot != first).unwrap();
    hold(&phone, &id, &other).await.expect(200);
    let moved =
        phone.put(&format!("/applications/{id}/appointment"), &json!({ "slot": other })).await.expect(200).json();
    assert_eq!(moved["application"]["events"][0]["act"], "change");
    let gone = phone.delete(&format!("/applications/{id}/appointment?slot={other}")).await.expect(200).json();
    assert_eq!(
        (gone["application"]["state"].as_str(), &gone["application"]["examination"]["appointment"]),
        (Some("accepted"), &Json::Null)
    );
}

#[tokio::test]
async fn the_clock_misses_a_visit_and_makes_the_next_one_wait() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    phone.book_somewhere(&id).await;
    let missed = phone.play(&id, "miss", json!({})).await.expect(200).json()["application"].clone();
    assert_eq!((missed["state"].as_str(), missed["events"][0]["actor"].as_str()), (Some("missed"), Some("clock")));
    let book = missed["actions"].as_array().unwrap().iter().find(|action| action["act"] == "book").unwrap();
    assert!(book["from"].is_string());
    let slot = phone.free_slots("site-2").await[0].clone();
    let reply = hold(&phone, &id, &slot).await.expect(409);
    assert_eq!((reply.slug().as_str(), &reply.json()["from"]), ("outside-window", &book["from"]));
    let lapsed = phone.play(&id, "lapse", json!({})).await.expect(200).json();
    assert_eq!(lapsed["application"]["state"], "lapsed");
}

#[tokio::test]
async fn whoever_comes_before_the_time_keeps_the_place_and_has_no_visit_to_come() {
    let server = Server::new().await;
    let mut phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.book_somewhere(&id).await;
    let before = left(&phone, &slot).await;
    let code = phone.record(&id).await["examination"]["appointment"]["check_in"]["code"].as_str().unwrap().to_owned();
    phone.play(&id, "attend", json!({})).await.expect(200);
    assert_eq!(left(&phone, &slot).await, before, "nobody else may have it");
    assert_eq!(phone.record(&id).await["examination"]["appointment"], Json::Null);
    assert!(server.office().by_check_in(&code).await.is_err(), "the code is used");
    server.office().let_time_pass(chrono::Duration::days(20));
    let number = phone.number.clone();
    phone.sign_in(&server, &number).await;
    assert_eq!(phone.record(&id).await["state"], "examined", "nobody missed a visit");
}

#[tokio::test]
async fn what_the_site_cancels_is_offered_to_nobody() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.book_somewhere(&id).await;
    let before = left(&phone, &slot).await;
    phone.play(&id, "close-slot", json!({})).await.expect(200);
    assert_eq!(left(&phone, &slot).await, before);
    phone.book_somewhere(&id).await;
    assert_eq!(phone.record(&id).await["state"], "booked", "and another time can be booked");
}

#[tokio::test]
async fn a_time_for_repeat_visits_is_offered_to_whoever_is_examined_again_and_needs_no_empty_stomach() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    // Somebody else's, under the same login.
    let other = phone.begin().await;
    let mut body = phone.filled_in(&other).await;
    let number = json!({ "valueString": id_number(&fresh_number()) });
    assert!(set(&mut body["answers"], "person.id.number", &number));
    phone.post(&format!("/applications/{other}/submission"), &key(), &body).await.expect(201);
    for act in ["begin", "accept"] {
        phone.play(&other, act, json!({})).await.expect(200);
    }
    let afternoons_for = async |who: &str| {
        let from = mock_server::office::server_now().date_naive() + chrono::Duration::days(1);
        let slots = phone.get(&format!("/sites/site-3/slots?from={from}&days=10&category=food-sale{who}")).await;
        let items = slots.expect(200).json()["items"].as_array().unwrap().clone();
        items.into_iter().filter(|slot| slot["start"].as_str().unwrap()[11..13] >= *"13").collect::<Vec<_>>()
    };
    let afternoons = async || afternoons_for(&format!("&application={id}")).await;
    assert_eq!(afternoons().await, Vec::<Json>::new(), "nobody takes blood then");
    let repeated = mock_server::office::server_now().date_naive() + chrono::Duration::days(1);
    let tuesday = repeated.iter_days().find(|day| day.format("%u").to_string() == "2").unwrap();
    let slot = format!("site-3.{}T1330", tuesday.format("%Y%m%d"));
    hold(&phone, &id, &slot).await.expect(422);
    phone.book_somewhere(&id).await;
    phone.play(&id, "attend", json!({})).await.expect(200);
    phone.play(&id, "re-examine", json!({ "pointers": ["#/1742-6"] })).await.expect(200);
    assert_eq!(afternoons().await, Vec::<Json>::new(), "blood is taken again, and not then");
    phone.book_somewhere(&id).await;
    phone.play(&id, "attend", json!({})).await.expect(200);
    let eyes = json!({ "pointers": ["#/11348-0"] });
    phone.play(&id, "re-examine", eyes).await.expect(200);
    let offered = afternoons().await;
    assert!(!offered.is_empty(), "the times for repeat visits");
    assert!(offered.iter().all(|slot| slot["fasting"] == false), "{offered:?}");
    for who in [String::new(), format!("&application={other}")] {
        assert_eq!(
            afternoons_for(&who).await,
            Vec::<Json>::new(),
            "the same login, but nobody who may go there: {who:?}"
        );
    }
    let stranger = server.signed_in().await;
    stranger.get(&format!("/sites/site-3/slots?application={id}")).await.expect(404);
    hold(&phone, &id, &slot).await.expect(200);
    let booked =
        phone.put(&format!("/applications/{id}/appointment"), &json!({ "slot": slot })).await.expect(200).json();
    let prepare = booked["application"]["examination"]["appointment"]["prepare"].to_string();
    assert!(!prepare.contains("抽血"), "{prepare}");
}

#[tokio::test]
async fn an_empty_stomach_is_asked_for_by_what_is_examined_and_in_the_words_of_the_site() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let fasting = async |site: &str| {
        let slots = phone.get(&format!("/sites/{site}/slots?days=12&application={id}")).await.expect(200).json();
        let items = slots["items"].as_array().unwrap().clone();
        (items.iter().any(|slot| slot["fasting"] == true), items.last().unwrap()["id"].clone())
    };
    let (empty, evening) = fasting("site-6").await;
    assert!(empty, "blood is taken");
    let books = async |slot: &Json| {
        for part in ["hold", "appointment"] {
            phone.put(&format!("/applications/{id}/{part}"), &json!({ "slot": slot })).await.expect(200);
        }
        phone.record(&id).await["examination"]["appointment"]["prepare"].to_string()
    };
    let prepare = books(&evening).await;
    assert!(prepare.contains("来之前 6 小时") && !prepare.contains("前一晚 22 点"), "{prepare}");
    phone.play(&id, "attend", json!({})).await.expect(200);
    phone.play(&id, "re-examine", json!({ "pointers": ["#/11348-0"] })).await.expect(200);
    let (empty, morning) = fasting("site-2").await;
    assert!(!empty, "only what was in the past is asked about");
    let prepare = books(&morning).await;
    assert!(prepare.contains("证件") && !prepare.contains("抽血"), "{prepare}");
}

#[tokio::test]
async fn a_time_is_named_in_one_way_and_no_year_is_too_far_to_be_refused() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    for wrong in
        ["site-1.+262142 1231T0800", "site-1.+2621421231T0800", "site-1.-2621431231T0800", "site-1. 20261216T0800"]
    {
        assert_eq!(hold(&phone, &id, wrong).await.expect(422).slug(), "invalid", "{wrong}");
        let path = format!("/applications/{id}/appointment");
        phone.put(&path, &json!({ "slot": wrong })).await.expect(422);
    }
    assert_eq!(hold(&phone, &id, "site-1.99991231T0800").await.expect(409).slug(), "slot-taken");
}

#[tokio::test]
async fn a_report_goes_round_online() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let day = mock_server::office::server_now().date_naive() - chrono::Duration::days(5);
    let page = async |bytes: &[u8]| phone.document(&id, "#/report.examination.pages", bytes).await;
    let bytes = pdf();
    let document = page(&bytes).await;
    let site = json!({ "system": "https://health-certificate.example/fhir/CodeSystem/site", "code": "site-3" });
    let answers = |document: &str| {
        json!({ "resourceType": "QuestionnaireResponse", "item": [
        { "linkId": "report.examination.institution", "answer": [{ "valueCoding": site }] },
        { "linkId": "report.examination.date", "answer": [{ "valueDate": day }] },
        { "linkId": "report.examination.pages", "answer": [crate::support::attachment(document)] },
        { "linkId": "report.confirmation.truth", "answer": [{ "valueBoolean": true }] },
    ] })
    };
    let body = json!({ "questionnaire": "health-report|2026.11.1", "round": 0, "answers": answers(&document), "documents": { (&document): sha256(&bytes) } });
    let path = format!("/applications/{id}/examination/report");
    let sent = phone.post(&path, &key(), &body).await.expect(201).json();
    assert_eq!(
        (sent["application"]["state"].as_str(), sent["application"]["report_round"].as_u64()),
        (Some("report-review"), Some(1))
    );
    let back = phone
        .play(&id, "return-report", json!({ "pointers": ["#/report.examination.pages"], "code": "incomplete" }))
        .await
        .expect(200)
        .json();
    assert_eq!(back["application"]["open"], json!([{ "pointer": "#/report.examination.pages", "why": "returned" }]));
    assert_eq!(back["application"]["report_attempts"]["used"], 1);
    let better = jpeg();
    let document = page(&better).await;
    let only = crate::support::only("report.examination.pages", &crate::support::attachment(&document));
    let body = json!({ "questionnaire": "health-report|2026.11.1", "round": 1, "answers": only, "documents": { (&document): sha256(&better) } });
    phone.post(&path, &key(), &body).await.expect(201);
    let passed = phone.play(&id, "pass", json!({})).await.expect(200).json();
    assert_eq!(passed["application"]["state"], "passed");
    let examination = phone.get(&format!("/applications/{id}/examination")).await.expect(200).json();
    assert_eq!(examination["outcome"], "passed");
    assert!(examination["report"]["href"].is_string());
    assert_eq!(examination["examined_on"], json!(day), "the day that the report names");
}

#[tokio::test]
async fn a_report_of_several_photos_is_given_back_whole() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let day = mock_server::office::server_now().date_naive() - chrono::Duration::days(5);
    let site = json!({ "system": "https://health-certificate.example/fhir/CodeSystem/site", "code": "site-3" });
    let (mut documents, mut pages) = (serde_json::Map::new(), Vec::new());
    let files = [jpeg(), pdf(), jpeg()];
    for bytes in &files {
        let document = phone.document(&id, "#/report.examination.pages", bytes).await;
        documents.insert(document.clone(), sha256(bytes).into());
        pages.push(crate::support::attachment(&document));
    }
    let answers = json!({ "resourceType": "QuestionnaireResponse", "item": [
        { "linkId": "report.examination.institution", "answer": [{ "valueCoding": site }] },
        { "linkId": "report.examination.date", "answer": [{ "valueDate": day }] },
        { "linkId": "report.examination.pages", "answer": pages },
        { "linkId": "report.confirmation.truth", "answer": [{ "valueBoolean": true }] },
    ] });
    let body =
        json!({ "questionnaire": "health-report|2026.11.1", "round": 0, "answers": answers, "documents": documents });
    phone.post(&format!("/applications/{id}/examination/report"), &key(), &body).await.expect(201);
    phone.play(&id, "pass", json!({})).await.expect(200);
    let link = phone.get(&format!("/applications/{id}/examination")).await.expect(200).json()["report"].clone();
    assert_eq!(link["type"], "application/zip");
    let archive = phone.get(link["href"].as_str().unwrap()).await.expect(200);
    assert!(archive.header("content-disposition").contains("report.zip"));
    let folder = std::env::temp_dir().join(format!("hc-report-{id}"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("report.zip"), &archive.body).unwrap();
    // By somebody else's program, which judges the archive too.
    let unpack =
        "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])";
    let mut python = std::process::Command::new("python3");
    python.args(["-c", unpack]).arg(folder.join("report.zip")).arg(&folder);
    assert!(python.status().unwrap().success());
    for (name, begins) in [("report-1.jpg", &b"\xff\xd8"[..]), ("report-2.pdf", b"%PDF"), ("report-3.jpg", b"\xff\xd8")]
    {
        assert!(std::fs::read(folder.join(name)).unwrap().starts_with(begins), "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_finding_never_opens_items_and_only_the_examination_tells_it() {
    let server = Server::new().await;
    for (act, state) in [("refer", "referred"), ("unfit", "rejected")] {
        let phone = server.signed_in().await;
        let id = phone.accepted().await;
        phone.book_somewhere(&id).await;
        phone.play(&id, "attend", json!({})).await.expect(200);
        let record = phone.play(&id, act, json!({})).await.expect(200).json()["application"].clone();
        assert_eq!(
            (record["state"].as_str(), &record["open"], &record["returned"]),
            (Some(state), &json!([]), &json!([]))
        );
        let acts: Vec<&str> =
            record["actions"].as_array().unwrap().iter().map(|a| a["act"].as_str().unwrap()).collect();
        assert!(!acts.contains(&"edit") && !acts.contains(&"supplement"));
        if act == "refer" {
            assert!(record["examination"]["referral"]["place"].is_string());
        } else {
            assert_eq!(record["decision"]["kind"], "medical");
        }
        let document = record["documents"][0]["pointer"].as_str().unwrap().to_owned();
        let bytes = jpeg();
        let upload = phone.upload(&id, &key(), &bytes).await;
        assert_eq!(phone.bind(&id, &key(), &document, &upload, &bytes).await.expect(409).slug(), "act-refused");
    }
}

#[tokio::test]
async fn what_only_the_examination_needed_is_erased_with_its_conclusion() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut body = phone.filled_in(&id).await;
    let system = "https://health-certificate.example/fhir/CodeSystem/pregnancy";
    let answer = json!({ "valueCoding": { "system": system, "code": "no" } });
    // An even sequence number: the question is asked.
    let number = crate::support::id_number_of_a_woman(&phone.number);
    crate::support::set(&mut body["answers"], "person.id.number", &json!({ "valueString": number }));
    crate::support::remove(&mut body["answers"], "person.sex");
    let items = body["answers"]["item"].as_array_mut().unwrap();
    let health = items.iter_mut().find(|item| item["linkId"] == "health").unwrap();
    health["item"].as_array_mut().unwrap().push(json!({ "linkId": "health.pregnancy", "answer": [answer] }));
    phone.post(&format!("/applications/{id}/submission"), &key(), &body).await.expect(201);
    let said = async || {
        let full = server.office().full(&id, "examiner").await.unwrap();
        full.rounds[0].answers.as_ref().unwrap().to_string().contains("health.pregnancy")
    };
    phone.play(&id, "begin", json!({})).await.expect(200);
    // It comes back, is begun anew on the phone, and then settled at the counter.
    phone.play(&id, "return", json!({ "pointers": ["#/health.pregnancy"] })).await.expect(200);
    let path = format!("/applications/{id}/draft");
    let etag = phone.get(&path).await.expect(200).header("etag");
    let one = crate::support::only("health.pregnancy", &json!({ "valueCoding": { "system": system, "code": "yes" } }));
    let draft = json!({ "questionnaire": "health-certificate|2026.11.1", "answers": one });
    let save = phone.request(reqwest::Method::PUT, &path).header("If-Match", etag).json(&draft);
    phone.send(save).await.expect(200);
    let drafted = async || phone.get(&path).await.expect(200).json().to_string().contains("health.pregnancy");
    assert!(drafted().await);
    for act in ["receive", "accept"] {
        phone.play(&id, act, json!({})).await.expect(200);
    }
    phone.book_somewhere(&id).await;
    phone.play(&id, "attend", json!({})).await.expect(200);
    assert!(said().await);
    phone.play(&id, "pass", json!({})).await.expect(200);
    assert!(!said().await && !drafted().await);
}
