//! The desk over HTTP: forms are posted as a browser posts them, and what the applicant then reads is looked at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests are no #[test] themselves: whatever fails here must fail loudly"
)]
#[path = "desk/again.rs"]
mod again;
#[path = "desk/any_text.rs"]
mod any_text;
#[path = "desk/certificate.rs"]
mod certificate;
#[path = "desk/clock.rs"]
mod clock;
#[path = "desk/entered.rs"]
mod entered;
mod path;
#[path = "desk/reports.rs"]
mod reports;
#[path = "desk/results.rs"]
mod results_told;
#[path = "desk/slips.rs"]
mod slips;
#[path = "desk/together.rs"]
mod together;
#[path = "desk/ways.rs"]
mod ways;

use path::{Person, answer, only, picture, server};
use serde_json::json;
use std::time::Duration;

const PHONE: &str = "+8613800000000";
/// All results that nobody would look at twice.
const USUAL: [(&str, &str); 12] = [
    ("r:medical-history", "normal"),
    ("r:heart", "normal"),
    ("r:lung", "normal"),
    ("r:liver", "normal"),
    ("r:spleen", "normal"),
    ("r:skin", "normal"),
    ("r:chest-x-ray", "normal"),
    ("r:alt", "23"),
    ("r:hav-igm", "negative"),
    ("r:hev-igm", "negative"),
    ("r:shigella", "negative"),
    ("r:typhoid", "negative"),
];

async fn results(person: &Person, fields: &[(&str, &str)]) -> reqwest::StatusCode {
    person.press(&format!("/a/{}/results", person.application), fields).await.0
}

/// Up to the point where results are due.
async fn examined(person: &mut Person, name: &str) {
    person.submit(name).await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.book().await;
    let visit = person.record().await["examination"]["appointment"].clone();
    let code = visit["check_in"]["code"].as_str().unwrap().to_owned();
    let (status, _) = person.press("/check-in", &[("code", &code.to_lowercase())]).await;
    assert_eq!(status, reqwest::StatusCode::SEE_OTHER);
    person.act("attend", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_reviewed_examined_and_issued_over_the_desks_forms() {
    let server = server("whole", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    assert!(person.desk("").await.contains("张伟"));
    assert_eq!(results(&person, &USUAL).await, reqwest::StatusCode::SEE_OTHER);
    person.act("pass", &[]).await;
    person.act("issue", &[]).await;
    let record = person.record().await;
    assert_eq!(record["state"], "issued");
    assert_eq!(record["certificate"]["state"], "valid");
    let examination = person.get(&format!("/applications/{}/examination", person.application)).await;
    let observations = examination["observations"].as_array().unwrap();
    assert_eq!(observations.len(), 12);
    let alt = observations.iter().find(|it| it["code"]["coding"][0]["code"] == "1742-6").unwrap();
    assert_eq!((&alt["valueQuantity"]["value"], &alt["referenceRange"][0]["high"]["value"]), (&json!(23), &json!(50)));
    assert_eq!(alt["meta"]["security"][0]["code"], "R");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_tells_what_is_due_what_is_new_and_what_waits_for_the_applicant() {
    let server = server("queue", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let number = person.record().await["number"].as_str().unwrap().to_owned();
    let mut other = Person::new(&server, "+8613800000007").await;
    other.submit("王芳").await;
    other.act("begin", &[]).await;
    other.act("accept", &[]).await;
    let queue = person.desk("").await;
    let (new, waits) = (queue.find("id=\"new\"").unwrap(), queue.find("id=\"applicant\"").unwrap());
    let at = |name: &str| queue.find(name).unwrap();
    assert!(new < at("张伟") && at("张伟") < waits && waits < at("王芳"), "{queue}");
    // Whoever has done one sees the next.
    let done = person.desk(&format!("/a/{}", other.application)).await;
    assert!(done.contains("下一件待办：张伟"), "{done}");
    // By name, and by the number however it is spaced.
    for (words, found) in
        [("王芳", "王芳"), (&*number.replace('-', " "), "张伟"), ("没有这个人", "没有这个姓名"), ("-", "没有这个姓名")]
    {
        let address = reqwest::Url::parse_with_params("http://x/", [("q", words)]).unwrap();
        let page = person.desk(&format!("?{}", address.query().unwrap())).await;
        assert!(page.contains(found), "{words}: {page}");
        assert_eq!(page.contains("张伟"), found == "张伟", "{words}");
    }
    // Who looks among the drafts too goes on doing so.
    let mark = "type=\"hidden\" name=\"all\"";
    assert!(person.desk("?all=1").await.contains(mark) && !person.desk("").await.contains(mark));
    // A day that was promised and went by is said first.
    server.office.let_time_pass(chrono::Duration::days(30));
    let queue = person.desk("").await;
    assert!(queue.contains("id=\"due\"") && queue.contains("过期 "), "{queue}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn returned_items_come_back_word_for_word_and_are_compared() {
    let server = server("returned", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    let words = "照片反光，看不清有效期。请避开灯光重拍一张。";
    person
        .act(
            "return",
            &[
                ("d:#/documents.identity.back", "return"),
                ("c:#/documents.identity.back", "unreadable"),
                ("w:#/documents.identity.back", words),
                ("d:#/contact.residence.address", "return"),
                ("c:#/contact.residence.address", "incomplete"),
                ("w:#/contact.residence.address", "请写到门牌号"),
                ("d:#/person.name", "pass"),
            ],
        )
        .await;
    let record = person.record().await;
    assert_eq!((&record["state"], &record["attempts"]["used"]), (&json!("returned"), &json!(1)));
    let returned = record["returned"].as_array().unwrap();
    assert!(returned.iter().any(|it| it["words"]["text"] == words && it["code"] == "unreadable"));
    assert_eq!(returned.len(), 2);

    let mut answers = person.answers.clone();
    let old =
        answer(&mut answers, "documents.identity.back")["valueAttachment"]["url"].as_str().unwrap()[10..].to_owned();
    let bytes = picture(200);
    let document = person.hand_in("#/documents.identity.back", &bytes, "image/png").await;
    person.documents.remove(&old);
    let attachment = answer(&mut answers, "documents.identity.back");
    attachment["valueAttachment"]["url"] = json!(format!("documents/{document}"));
    attachment["valueAttachment"]["extension"][0]["valueString"] = json!(mock_server::office::sha256_hex(&bytes));
    let answers = only(&answers, &["documents.identity.back", "contact.residence.address"]);
    let sent = json!({ "questionnaire": record["questionnaire"], "round": 1, "answers": answers,
        "documents": { document.clone(): person.documents[&document] },
        "notes": { "#/contact.residence.address": { "text": "这里没有门牌号 <b>", "lang": "zh-CN" } } });
    let reply = person.post(&format!("/applications/{}/supplement", person.application), &sent).await;
    assert_eq!(reply.status(), 201, "{}", reply.text().await.unwrap());
    person.act("begin", &[]).await;
    let page = person.page().await;
    let news = page.split("没有改的").next().unwrap();
    assert!(news.contains("<del") && news.contains("<ins") && news.contains(&document) && news.contains(&old));
    assert!(news.contains("这里没有门牌号 &lt;b&gt;") && !page.contains("门牌号 <b>"));
    assert!(page.contains("没有改的"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_health_answer_that_was_changed_is_covered_until_somebody_wants_to_read_it() {
    let server = server("covered", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    let other =
        [("d:#/health.other", "return"), ("c:#/health.other", "mismatch"), ("w:#/health.other", "请再核对一下。")];
    person.act("return", &other).await;
    let mut answers = person.answers.clone();
    let given = answer(&mut answers, "health.other");
    let now = !given["valueBoolean"].as_bool().unwrap();
    given["valueBoolean"] = json!(now);
    let mut answers = only(&answers, &["health.other"]);
    let health = answers["item"].as_array_mut().unwrap().iter_mut().find(|it| it["linkId"] == "health").unwrap();
    let detail = json!({ "linkId": "health.detail", "item": [
        { "linkId": "health.detail.since", "answer": [{ "valueDate": "2024-05-17" }] },
        { "linkId": "health.detail.state", "answer": [{ "valueCoding": {
            "system": "https://health-certificate.example/fhir/CodeSystem/treatment-state", "code": "in-treatment" } }] }] });
    health["item"].as_array_mut().unwrap().push(detail);
    let questionnaire = person.record().await["questionnaire"].clone();
    let sent = json!({ "questionnaire": questionnaire, "round": 1, "answers": answers, "documents": {} });
    let reply = person.post(&format!("/applications/{}/supplement", person.application), &sent).await;
    assert_eq!(reply.status(), 201, "{}", reply.text().await.unwrap());
    person.act("begin", &[]).await;
    let page = person.page().await;
    let changed = page.split("没有改的").next().unwrap();
    let (above, covered) = changed.split_once("显示改动").unwrap();
    assert!(!above.contains("<ins") && covered.split("</details>").next().unwrap().contains("<ins"), "{changed}");
    let opened = changed.split("因改动而新增").nth(1).unwrap().split("</th>").next().unwrap();
    assert!(!opened.contains('：'), "what was answered is told beside it: {opened}");
    let told = changed.split("2024").next().unwrap();
    assert!(told.rfind("<details") > told.rfind("</details>"), "{changed}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_items_are_needed_and_what_was_typed_stays() {
    let server = server("needed", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let act = |name: &str| format!("/a/{}/act/{name}", person.application);
    assert_eq!(person.press(&act("accept"), &[]).await.0, 409);
    person.act("begin", &[]).await;
    assert_eq!(person.press(&act("return"), &[]).await.0, 422);
    let item = [("d:#/person.name", "return"), ("c:#/person.name", "mismatch"), ("w:#/person.name", "")];
    let (status, page) = person.press(&act("return"), &item).await;
    assert_eq!(status, 422);
    assert!(page.contains(r#"value="mismatch" selected"#) && page.contains("role=\"alert\""));
    let named = r##"href="#w:#/person.name">姓名</a>"##;
    assert!(page.contains(named) && !page.contains("(required)"), "it is called by its name");
    let (status, page) = person.press(&act("reject"), &[("words", " "), ("appeal", "窗口 <i>")]).await;
    assert_eq!(status, 422);
    assert!(page.contains("窗口 &lt;i&gt;"));
    assert_eq!(person.press(&act("submit"), &[]).await.0, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_words_for_the_work_stay_beside_the_category_that_was_chosen() {
    let server = server("own-words", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit_for("张伟", Some("流动书摊")).await;
    person.act("begin", &[]).await;
    assert!(person.page().await.contains("张伟 · 流动书摊"));
    person.act("accept", &[("category", "public-place")]).await;
    let page = person.page().await;
    assert!(page.contains("张伟 · 流动书摊（"), "heading");
    assert!(person.desk("").await.contains("流动书摊（"), "queue");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_numbers_are_not_recorded_and_missing_results_do_not_pass() {
    let server = server("numbers", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    assert_eq!(results(&person, &[("r:alt", "99999")]).await, 422);
    assert_eq!(results(&person, &USUAL[..5]).await, 303);
    let (status, page) = person.press(&format!("/a/{}/act/pass", person.application), &[]).await;
    assert_eq!(status, 409);
    assert!(page.contains("还没有结果的项目") && page.contains("胸部 X 光"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_office_adds_is_examined_once_prepared_for_and_needed_to_pass() {
    let server = server("added", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let path = format!("/a/{}/also", person.application);
    for profile in ["food-and-public-place", "nothing"] {
        let (status, _) = person.press(&path, &[("profile", profile)]).await;
        assert_eq!(status, reqwest::StatusCode::UNPROCESSABLE_ENTITY, "{profile} is not for adding");
    }
    for _ in 0..2 {
        assert_eq!(person.press(&path, &[("profile", "general")]).await.0, reqwest::StatusCode::SEE_OTHER);
    }
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.book().await;
    let visit = person.record().await["examination"]["appointment"].clone();
    let prepare = visit["prepare"].as_array().unwrap();
    assert!(prepare.iter().any(|it| it.as_str().unwrap().contains("眼镜")), "{prepare:?}");
    let asked = person.get(&format!("/applications/{}/examination", person.application)).await;
    let codes: Vec<&str> =
        asked["profile"].as_array().unwrap().iter().map(|it| it["code"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes.len(), 12 + 11 - 2, "heart and lungs are asked for once: {codes:?}");
    person.act("attend", &[]).await;
    results(&person, &USUAL).await;
    let (status, _) = person.press(&format!("/a/{}/act/pass", person.application), &[]).await;
    assert_eq!(status, reqwest::StatusCode::CONFLICT, "the measures are missing");
    let measures = [
        ("r:height", "170"),
        ("r:weight", "65"),
        ("r:blood-pressure", "118"),
        ("s:blood-pressure", "76"),
        ("r:heart-rate", "72"),
        ("r:vision-right", "5.0"),
        ("r:vision-left", "4.9"),
        ("r:hearing-right", "normal"),
        ("r:hearing-left", "reduced"),
    ];
    assert_eq!(results(&person, &measures).await, reqwest::StatusCode::SEE_OTHER);
    person.act("pass", &[]).await;
    let found = person.get(&format!("/applications/{}/examination", person.application)).await;
    let observations = found["observations"].as_array().unwrap();
    let index = observations.iter().find(|it| it["code"]["coding"][0]["code"] == "39156-5").unwrap();
    assert_eq!(index["valueQuantity"]["value"], json!(22.5), "computed, never typed");
    let read: Vec<&str> = observations.iter().map(|it| it["code"]["coding"][0]["code"].as_str().unwrap()).collect();
    assert_eq!(read, codes, "read in the order in which they are asked for");
    let (status, _) = person.press(&path, &[("profile", "general")]).await;
    assert_eq!(status, reqwest::StatusCode::CONFLICT, "after a conclusion nothing is added");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_refers_tells_no_finding_and_opens_nothing() {
    let server = server("finding", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    results(&person, &USUAL).await;
    results(&person, &[("r:hev-igm", "positive")]).await;
    assert!(person.page().await.contains("转诊复查"));
    let fields = [
        ("place", "示例医院感染科"),
        ("address", "示例路 100 号"),
        ("bring", "身份证\n本页"),
        ("words", "请在一周内去"),
    ];
    person.act("refer", &fields).await;
    let record = person.record().await;
    assert_eq!((&record["state"], &record["open"]), (&json!("referred"), &json!([])));
    assert_eq!(record["examination"]["referral"]["bring"], json!(["身份证", "本页"]));
    let text = record.to_string();
    assert!(!text.contains("戊肝") && !text.contains("positive"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_the_number_and_at_a_document_is_noted() {
    let server = server("noted", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let page = person.page().await;
    assert!(!page.contains("11010519900307021X") && page.contains("1101**********021X"));
    let (status, shown) = person.press(&format!("/a/{}/id-number", person.application), &[]).await;
    assert_eq!(status, 200);
    assert!(shown.contains("11010519900307021X"));
    let document = person.documents.keys().next().unwrap().clone();
    let bytes = person.bytes(&format!("/desk/a/{}/documents/{document}", person.application)).await;
    assert!(bytes.starts_with(b"\x89PNG"));
    let log = person.desk("/log").await;
    assert!(log.contains("看了证件号码") && log.contains("看了材料") && !log.contains("11010519900307021X"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_typed_runs_and_every_page_says_that_there_is_no_sign_in() {
    let server = server("escaped", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("<script>alert(1)</script>").await;
    for path in
        [String::new(), format!("/a/{}", person.application), "/messages".into(), "/sites".into(), "/log".into()]
    {
        let page = person.desk(&path).await;
        assert!(!page.contains("<script>alert") && page.contains("没有登录"), "{path}");
    }
    let reply = reqwest::get(format!("{}/desk", person.base)).await.unwrap();
    let policy = reply.headers().get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    let client = reqwest::Client::new();
    let foreign = client
        .post(format!("{}/desk/check-in", person.base))
        .header("Origin", "http://evil.example")
        .body("code=X")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_missed_or_cancelled_by_the_site() {
    let server = server("missed", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.book().await;
    let start = person.record().await["examination"]["appointment"]["slot"]["start"].as_str().unwrap()[..10].to_owned();
    assert!(person.desk(&format!("/sites/site-2/{start}")).await.contains(&person.application));
    person.act("close-slot", &[("words", "设备检修")]).await;
    let record = person.record().await;
    assert_eq!((&record["state"], &record["events"][0]["words"]["text"]), (&json!("accepted"), &json!("设备检修")));
    person.book().await;
    person.act("miss", &[]).await;
    assert_eq!(person.record().await["state"], "missed");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_acts_by_itself_up_to_the_certificate() {
    let server = server("auto", Some(Duration::from_millis(300))).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    wait_for(&person, "accepted").await;
    person.book().await;
    wait_for(&person, "issued").await;
    server.stop().await;
}

async fn wait_for(person: &Person, state: &str) {
    for _ in 0..200 {
        if person.record().await["state"] == state {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{state} never came");
}
