//! What a clerk reads where something does not work: in their language, with what they typed, at the field that is wrong.
use crate::{
    PHONE,
    path::{Person, id, server},
};
use mock_server::Running;
use reqwest::StatusCode;

/// A page of the desk as somebody has it who reads English there.
async fn in_english(person: &Person, path: &str) -> String {
    let asked = reqwest::Client::new().get(format!("{}/desk{path}", person.base)).header("Cookie", "hc-desk-lang=en");
    asked.send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_erased_is_told_of_in_the_language_of_the_desk() {
    let server = server("erased", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let page = in_english(&person, &format!("/a/{}/documents/{}", person.application, id())).await;
    assert!(page.contains("Not found.") && page.contains("<html lang=\"en\">"), "{page}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_speaks_the_browsers_language_until_somebody_chooses() {
    let server = server("tongue", None).await;
    let person = Person::new(&server, PHONE).await;
    for (reads, chosen, expected) in [
        (Some("en-GB,en;q=0.9,zh;q=0.5"), None, "en"),
        (Some("zh-CN,zh;q=0.9,en;q=0.5"), None, "zh-CN"),
        (None, None, "zh-CN"),
        (Some("en"), Some("hc-desk-lang=zh-CN"), "zh-CN"),
        (Some("zh-CN"), Some("hc-desk-lang=en"), "en"),
    ] {
        let mut asked = reqwest::Client::new().get(format!("{}/desk", person.base));
        for (name, value) in [("Accept-Language", reads), ("Cookie", chosen)] {
            asked = value.into_iter().fold(asked, |asked, value| asked.header(name, value));
        }
        let page = asked.send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("<html lang=\"{expected}\">")), "{reads:?}, {chosen:?}");
    }
    server.stop().await;
}

/// One field of a page: its tag, and whether it is said at it that something is wrong.
fn field<'a>(page: &'a str, name: &str) -> (&'a str, bool) {
    let after = page.split(&format!("<input class=\"hc-input\" id=\"f-{name}\"")).nth(1).unwrap();
    (after.split('>').next().unwrap(), page.contains(&format!("id=\"f-{name}-error\"")))
}

async fn planned(person: &Person, server: &Running, fields: &[(&str, &str)]) -> (StatusCode, String, usize) {
    let (status, page) = person.press("/faults", fields).await;
    (status, page, server.office.faults.planned().len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trouble_that_cannot_be_planned_stays_as_it_was_typed_and_says_what_is_wrong() {
    let server = server("plan", None).await;
    let person = Person::new(&server, PHONE).await;
    let right = [
        ("trouble", "delay=900"),
        ("path", "/draft"),
        ("method", "PUT"),
        ("phone", "+44 20 7123 4567"),
        ("times", "3"),
    ];
    for (name, wrong) in [("trouble", "dely=900"), ("times", "three"), ("times", "0"), ("phone", "1380000")] {
        let typed = right.map(|(field, value)| (field, if field == name { wrong } else { value }));
        let (status, page, plans) = planned(&person, &server, &typed).await;
        assert_eq!((status, plans), (StatusCode::UNPROCESSABLE_ENTITY, 0), "{wrong}");
        for (name_of_field, value) in typed {
            let (tag, says_wrong) = field(&page, name_of_field);
            assert!(tag.contains(&format!("value=\"{value}\"")), "{wrong}: {tag}");
            let is_wrong = name_of_field == name;
            assert_eq!((tag.contains("aria-invalid"), says_wrong), (is_wrong, is_wrong), "{wrong}: {tag}");
        }
    }
    let (status, _, plans) = planned(&person, &server, &right).await;
    assert_eq!((status, plans), (StatusCode::SEE_OTHER, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trouble_is_planned_for_a_telephone_however_its_number_is_typed() {
    let server = server("plan-for", None).await;
    let person = Person::new(&server, PHONE).await;
    let plan = [("trouble", "status=500"), ("path", "/applications"), ("phone", "138 0000 0000"), ("times", "1")];
    assert_eq!(planned(&person, &server, &plan).await.0, StatusCode::SEE_OTHER);
    let reply = person.call(reqwest::Method::GET, "/applications", None).await;
    assert_eq!((reply.status().as_u16(), server.office.faults.planned().len()), (500, 0));
    assert_eq!(person.get("/applications").await["items"], serde_json::json!([]));
    server.stop().await;
}
