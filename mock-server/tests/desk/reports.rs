//! A report instead of a visit, as the desk sees it.
use crate::{
    PHONE,
    path::{Person, server},
    results,
};
use serde_json::{Value, json};

/// Accepted, and a report of two pages with a proof was sent.
async fn reported(name: &str) -> (mock_server::Running, Person) {
    let server = server(name, None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.report().await;
    (server, person)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_checked_item_by_item_and_comes_back_with_words() {
    let (server, person) = reported("report").await;
    let checked = [
        ("k:24648-8", "found"),
        ("kw:24648-8", "第 2 页"),
        ("k:14212-5", "missing"),
        ("k:1742-6", "unclear"),
        ("k:cholera-culture", "found"),
    ];
    assert_eq!(results(&person, &checked).await, 303);
    let pages = "#/report.examination.pages";
    let words = [
        ("d:#/report.examination.pages", "return"),
        ("c:#/report.examination.pages", "incomplete"),
        ("w:#/report.examination.pages", "缺戊肝抗体那一页"),
    ];
    person.act("return-report", &words).await;
    let record = person.record().await;
    assert_eq!((&record["state"], &record["report_attempts"]["used"]), (&json!("report-returned"), &json!(1)));
    assert_eq!(
        (&record["returned"][0]["pointer"], &record["returned"][0]["words"]["text"]),
        (&json!(pages), &json!("缺戊肝抗体那一页"))
    );
    let examination = person.get(&format!("/applications/{}/examination", person.application)).await;
    let states: Vec<&str> =
        examination["report_check"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    let profile = examination["profile"].as_array().unwrap();
    let code = |it: &&Value| it["code"]["code"] == "cholera-culture";
    assert_eq!(profile.iter().find(code).map(|it| &it["title"]), Some(&json!("霍乱弧菌培养")));
    assert_eq!(states.iter().filter(|it| **it == "found").count(), 2);
    assert_eq!(states.iter().filter(|it| **it != "found").count(), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_read_page_by_page_at_the_desk_and_as_one_file_only_to_save_it() {
    let (server, person) = reported("report-pages").await;
    let archive = format!("/desk/a/{}/report.zip", person.application);
    // While it is judged, when it has come back, and long after the conclusion.
    stands(&person, &archive, "report").await;
    let date = [
        ("d:#/report.examination.date", "return"),
        ("c:#/report.examination.date", "unreadable"),
        ("w:#/report.examination.date", "看不清"),
    ];
    person.act("return-report", &date).await;
    stands(&person, &archive, "return-report").await;
    server.stop().await;

    let (server, person) = reported("report-kept").await;
    let archive = format!("/desk/a/{}/report.zip", person.application);
    server.office.record_normal_results(&person.application, "示例体检员").await.unwrap();
    person.act("pass", &[]).await;
    stands(&person, &archive, "pass").await;
    person.act("issue", &[]).await;
    stands(&person, &archive, "issue").await;
    let bytes = person.bytes(&archive).await;
    assert!(bytes.starts_with(b"PK") && bytes.windows(12).any(|it| it == b"report-3.png"), "all three in one file");
    assert!(person.desk("/log").await.contains("下载了报告"), "the read is noted");
    server.stop().await;
}

/// Every page has its own link and picture, with its number among several; and one link saves them all.
async fn stands(person: &Person, archive: &str, after: &str) {
    let page = person.page().await;
    for document in person.documents.keys() {
        let own = format!("/desk/a/{}/documents/{document}", person.application);
        assert!(page.contains(&format!(r#"href="{own}" target"#)), "after {after:?}: {page}");
        assert!(page.contains(&format!(r#"src="{own}""#)), "after {after:?}: {page}");
        assert!(person.bytes(&own).await.starts_with(b"\x89PNG"));
    }
    assert!(page.contains("1 / 2") && page.contains("2 / 2"), "after {after:?}: {page}");
    assert!(page.contains(&format!(r#"href="{archive}" download"#)), "after {after:?}: {page}");
}
