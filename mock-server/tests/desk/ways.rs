//! Ways through the desk: addresses, what is said after an act, what is asked before one, and who is found where.
use crate::{
    PHONE, USUAL, examined,
    path::{
        Person, data,
        form::{fields, plain},
        server,
    },
    results,
};
use reqwest::{StatusCode, redirect::Policy};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_an_act_leads_to_its_page_and_an_unknown_one_is_the_desks() {
    let server = server("addresses", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let own = format!("/desk/a/{}", person.application);
    for act in ["act/return", "act/accept", "results", "also", "id-number", "certificate/revoke"] {
        let answer = person.desk_status(&format!("/a/{}/{act}", person.application)).await;
        assert_eq!(answer, (StatusCode::SEE_OTHER, own.clone()), "{act}");
    }
    assert_eq!(person.desk_status("/a/%0A%22/results").await, (StatusCode::SEE_OTHER, "/desk".to_owned()));
    assert_eq!(person.desk_status("/upkeep/plan").await.1, "/desk/upkeep");
    assert_eq!(person.desk_status("/faults/end/0").await.1, "/desk/faults");
    assert_eq!(person.desk_status("/").await.1, "/desk");
    let reply = reqwest::get(format!("{}/desk/no/such/page", person.base)).await.unwrap();
    assert_eq!(reply.status(), StatusCode::NOT_FOUND);
    assert!(reply.text().await.unwrap().contains("回到待办"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_changes_where_one_is() {
    let server = server("language", None).await;
    let person = Person::new(&server, PHONE).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    for (from, to) in [
        ("/desk/log", "/desk/log"),
        ("/desk?all=1", "/desk?all=1"),
        ("/desk/a/1/act/return", "/desk/a/1/act/return"),
        ("/elsewhere", "/desk"),
        ("//evil.example/desk/", "/desk"),
    ] {
        let asked = client.get(format!("{}/desk/language/en", person.base));
        let reply = asked.header("Referer", format!("{}{from}", person.base)).send().await.unwrap();
        assert_eq!(reply.headers()["location"], to, "{from}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_act_it_is_said_what_was_done() {
    let server = server("done", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("return", &[("d:#/person.name", "return"), ("w:#/person.name", "请照证件填写")]).await;
    let page = person.desk(&format!("/a/{}?done=return", person.application)).await;
    let said = page.split("role=\"status\"").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(said.contains("已做：") && said.contains("姓名") && said.contains("请照证件填写"), "{said}");
    assert!(!person.page().await.contains("已做："), "only once, where it was done");
    // Something else has happened since: that is not what was done here.
    let page = person.desk(&format!("/a/{}?done=begin", person.application)).await;
    assert!(!page.contains("已做："), "{page}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_on_another_day_is_asked_about_and_seen_before_they_are_taken() {
    let server = server("other-day", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.book().await;
    let page = person.page().await;
    let card = page.split("hc-desk-person").nth(1).unwrap().split("</form>").next().unwrap();
    assert!(card.contains("张伟") && card.contains("1101**********021X") && card.contains("<img"), "{card}");
    assert!(card.contains("width=\"96\" height=\"128\""), "its room is there before it: {card}");
    let attend = format!("/a/{}/act/attend", person.application);
    let (status, page) = person.press(&attend, &plain(&fields(&page, &attend))).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("预约的是") && page.contains("还没有记为到场"), "{page}");
    assert_eq!(person.record().await["state"], "booked");
    person.act("attend", &[]).await;
    assert_eq!(person.record().await["state"], "examined");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_on_the_day_is_taken_without_a_question() {
    let server = server("its-day", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.book().await;
    let visit = person.record().await["examination"]["appointment"]["slot"]["start"].as_str().unwrap().to_owned();
    let visit = chrono::DateTime::parse_from_rfc3339(&visit).unwrap();
    server.office.let_time_pass(visit.signed_duration_since(server.office.now()) - chrono::Duration::minutes(10));
    let page = person.page().await;
    let attend = format!("/a/{}/act/attend", person.application);
    let (status, said) = person.press(&attend, &plain(&fields(&page, &attend))).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{said}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_does_not_send_an_application_back_for_a_virus() {
    let server = server("virus", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let document = person.documents.keys().next().unwrap().clone();
    let scan = format!("/a/{}/act/scan-return", person.application);
    let (status, page) = person.press(&scan, &[("document", &document)]).await;
    assert_eq!((status, person.record().await["state"].as_str()), (StatusCode::CONFLICT, Some("submitted")));
    assert!(page.contains(&format!("type=\"hidden\" name=\"document\" value=\"{document}\"")), "{page}");
    person.act("scan-return", &[("document", &document), ("sure", "virus")]).await;
    assert_eq!(person.record().await["state"], "returned");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_certificate_that_was_revoked_and_the_log_says_so_in_words() {
    let server = server("revoked", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    results(&person, &USUAL).await;
    person.act("pass", &[]).await;
    person.act("issue", &[]).await;
    assert!(person.desk("").await.contains("id=\"applicant\""), "it is to be collected");
    let ended = person.desk("?group=ended").await;
    assert!(ended.contains("这一组现在没有申请") && !ended.contains("这个姓名"), "nobody looked for a name: {ended}");
    let noted = async || -> Vec<String> {
        server.office.audit_rows(100, true).await.unwrap().into_iter().map(|row| row.what).collect()
    };
    let before = noted().await;
    for (file, status) in [("certificate.pdf", 200), ("certificate.png", 200), ("certificate.exe", 404)] {
        assert_eq!(person.desk_status(&format!("/a/{}/files/{file}", person.application)).await.0, status, "{file}");
    }
    let after = noted().await;
    assert_eq!(after[..after.len() - before.len()], ["read-certificate", "read-certificate"], "one look, one line");
    let revoke = format!("/a/{}/certificate/revoke", person.application);
    assert_eq!(person.press(&revoke, &[("words", "示例原因")]).await.0, 303);
    let queue = person.desk("").await;
    assert!(!queue.contains("id=\"applicant\"") && queue.contains("id=\"ended\""), "{queue}");
    let log = person.desk("/log").await;
    assert!(log.contains("注销证件") && log.contains("看了申请") && !log.contains("read-application"), "{log}");
    let changes = person.desk("/log?reads=hidden").await;
    assert!(changes.contains("注销证件") && !changes.contains("看了申请"), "{changes}");
    let line = log.split("注销证件").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(line.contains(&format!("/desk/a/{}", person.application)) && line.contains("张伟"), "{line}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_in_upkeep_shuts_nobody_out() {
    let server = server("slip", None).await;
    let person = Person::new(&server, PHONE).await;
    let (status, page) = person.press("/upkeep/plan", &[("after", "abc"), ("minutes", "5")]).await;
    assert_eq!(status, 422);
    assert!(page.contains("value=\"abc\"") && page.contains("id=\"f-after-error\""), "{page}");
    assert!(server.office.maintenance().is_none());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_applications_than_a_page_holds_none_is_left_out() {
    let server = server("many", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let file = SqliteConnectOptions::new().filename(data("many").join("office.sqlite"));
    let mut db = SqliteConnection::connect_with(&file).await.unwrap();
    // Newer ones, so that the one in question is the oldest.
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) \
         INSERT INTO application SELECT id || '-' || i, subject, state, 'N' || i, NULL, made_at + i, seq + i, NULL, \
         json_set(body, '$.id', id || '-' || i, '$.number', 'N' || i, '$.facts.name', '样例' || i) FROM application, n",
    )
    .execute(&mut db)
    .await
    .unwrap();
    let page = person.desk("").await;
    let own = format!("href=\"/desk/a/{}\"", person.application);
    assert!(page.contains("待办 1101") && page.matches("class=\"hc-task\"").count() == 30, "{}", page.len());
    assert!(
        page.contains("还有 1071 份，全部列出") && page.contains("href=\"/desk?group=new&amp;q=\""),
        "{}",
        page.len()
    );
    let whole = person.desk("?group=new&q=").await;
    assert!(whole.contains(&own) && whole.matches("class=\"hc-task\"").count() == 1101);
    assert!(person.desk("?q=张伟").await.contains(&own));
    let beside = person.page().await;
    assert!(beside.contains("全部待办") && beside.matches("class=\"hc-task\"").count() == 20);
    server.stop().await;
}
