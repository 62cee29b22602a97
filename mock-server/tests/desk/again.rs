//! To be examined again, to come too late, and what the desk does by itself and leaves to people.
use crate::{
    PHONE, USUAL, examined,
    path::{Person, server},
    results,
};
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value as Json, json};

const WHY: (&str, &str) = ("words", "标本没有保存好，请重抽。");

/// Applies, is accepted and books; gives the appointment.
async fn booked(person: &mut Person) -> Json {
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.book().await;
    person.record().await["examination"]["appointment"].clone()
}

/// Comes again to the place where they were.
async fn comes_again(person: &Person) {
    person.book().await;
    person.act("attend", &[]).await;
}

/// Whether any of what asked for an examination again tells its person that results stand.
async fn says_that_results_stand(person: &Person) -> bool {
    let record = person.record().await;
    let events = record["events"].as_array().unwrap();
    events.iter().any(|event| event["act"] == "re-examine" && event["results_stand"] == true)
}

async fn passes(person: &Person) -> StatusCode {
    person.press(&format!("/a/{}/act/pass", person.application), &[]).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_passes_on_what_was_found_before_the_examination_again() {
    let server = server("again", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    assert_eq!(results(&person, &USUAL).await, StatusCode::SEE_OTHER);
    person.act("re-examine", &[WHY]).await;
    assert!(!says_that_results_stand(&person).await, "nothing stands");
    comes_again(&person).await;
    assert_eq!(passes(&person).await, StatusCode::CONFLICT, "on what was doubted");

    assert_eq!(results(&person, &USUAL).await, StatusCode::SEE_OTHER);
    person.act("re-examine", &[WHY]).await;
    comes_again(&person).await;
    assert_eq!(passes(&person).await, StatusCode::CONFLICT, "on the results of the visit before");

    // Only what is named is done again; the rest stands.
    assert_eq!(results(&person, &USUAL).await, StatusCode::SEE_OTHER);
    assert!(person.page().await.contains(r#"name="item" value="1742-6""#));
    person.act("re-examine", &[WHY, ("item", "1742-6")]).await;
    assert!(says_that_results_stand(&person).await, "the others do");
    comes_again(&person).await;
    assert_eq!(passes(&person).await, StatusCode::CONFLICT);
    assert_eq!(results(&person, &[("r:alt", "24")]).await, StatusCode::SEE_OTHER);
    person.act("pass", &[]).await;
    let found = person.get(&format!("/applications/{}/examination", person.application)).await;
    assert_eq!(found["observations"].as_array().unwrap().len(), USUAL.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_report_showed_stands_where_something_else_is_examined_again() {
    let server = server("report-stands", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.report().await;
    let checks = [("k:24648-8", "found"), ("k:11348-0", "found")];
    assert_eq!(results(&person, &[&USUAL[..], &checks[..]].concat()).await, StatusCode::SEE_OTHER);
    person.act("re-examine", &[WHY, ("item", "11348-0")]).await;
    comes_again(&person).await;
    let seen = person.get(&format!("/applications/{}/examination", person.application)).await;
    let codes: Vec<&str> =
        seen["report_check"].as_array().unwrap().iter().map(|check| check["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["24648-8"], "what the report showed of the rest stands");
    assert_eq!(passes(&person).await, StatusCode::CONFLICT, "what was named is found anew");
    assert_eq!(results(&person, &[("r:medical-history", "normal")]).await, StatusCode::SEE_OTHER);
    person.act("pass", &[]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_choose_any_way_again_may_choose_both() {
    let server = server("routes", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    person.act("re-examine", &[WHY, ("route", "onsite")]).await;
    assert_eq!(person.record().await["examination"]["routes"], json!(["onsite"]));
    comes_again(&person).await;
    person.act("re-examine", &[WHY]).await;
    assert_eq!(person.record().await["examination"]["routes"], json!(["onsite", "online"]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_code_is_found_as_it_is_shown_scanned_and_typed() {
    let server = server("shown", None).await;
    let mut person = Person::new(&server, PHONE).await;
    let visit = booked(&mut person).await;
    let code = visit["check_in"]["code"].as_str().unwrap();
    let (first, second) = code.split_at(3);
    let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    for typed in [format!("{first} {second}"), format!(" hcv1:{first} {second}"), format!("{first}-{second}"), wide] {
        let (status, page) = person.press("/check-in", &[("code", &typed)]).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{typed}: {page}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_and_what_was_cancelled_still_stand_in_the_day_of_the_site() {
    for (act, fields, said) in [("attend", vec![], "已到场"), ("close-slot", vec![("words", "设备检修")], "停诊")]
    {
        let server = server(act, None).await;
        let mut person = Person::new(&server, PHONE).await;
        let visit = booked(&mut person).await;
        let day = format!("/sites/site-2/{}", &visit["slot"]["start"].as_str().unwrap()[..10]);
        let (first, second) = visit["check_in"]["code"].as_str().unwrap().split_at(3);
        let code = format!("{first} {second}");
        assert!(person.desk(&day).await.contains(&code), "as the person has it on their phone");
        person.act(act, &fields).await;
        let page = person.desk(&day).await;
        let visitor = page.split(&person.application).nth(1).unwrap().split("</p>").next().unwrap();
        assert!(visitor.contains("张") && visitor.contains(&code) && visitor.contains(said), "{visitor}");
        assert!(page.contains("<td>1 / "), "{page}");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_missed_visit_is_still_read() {
    let server = server("late", None).await;
    let mut person = Person::new(&server, PHONE).await;
    let visit = booked(&mut person).await;
    let text = visit["check_in"]["text"].as_str().unwrap().to_lowercase();
    person.act("miss", &[]).await;
    let (status, page) = person.press("/check-in", &[("code", &text)]).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    person.act("attend", &[]).await;
    let (status, _) = person.press("/check-in", &[("code", &text)]).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "who has attended has no code any more");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_that_acts_by_itself_passes_nobody_with_a_finding_and_leaves_a_referral_to_people() {
    let server = server("auto-finding", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    let acts = async || mock_server::desk::auto::steps(&server.office, TimeDelta::zero()).await;
    assert_eq!(results(&person, &[("r:hev-igm", "positive")]).await, StatusCode::SEE_OTHER);
    acts().await;
    assert_eq!(person.record().await["state"], "examined", "what was found is for people to judge");
    person.act("refer", &[("place", "示例医院")]).await;
    acts().await;
    assert_eq!(person.record().await["state"], "referred", "whom people have referred");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_code_that_leads_to_nobody_stays_with_what_to_try() {
    let server = server("nobody", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    let (status, page) = person.press("/check-in", &[("code", "ZZZ 999")]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let field = page.split("id=\"code\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(field.contains("value=\"ZZZ 999\"") && field.contains("autofocus"), "{field}");
    assert!(field.contains("aria-describedby=\"code-error\"") && page.contains("按姓名或申请编号查找"), "{page}");
    // Its address, loaded again, is the field, not an error of the browser.
    assert!(person.desk_status("/check-in").await == (StatusCode::SEE_OTHER, "/desk#code".to_owned()));
    // The old code of a visit that was moved says so, and where the application is.
    person.book().await;
    let old = person.record().await["examination"]["appointment"]["check_in"]["code"].as_str().unwrap().to_owned();
    person.move_visit().await;
    let (status, page) = person.press("/check-in", &[("code", &old)]).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it is the new code that shows who is there");
    let error = page.split("id=\"code-error\"").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(error.contains("已经改了时间") && error.contains(&person.application), "{error}");
    server.stop().await;
}
