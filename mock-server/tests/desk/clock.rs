//! What time does, seen from the desk by moving the clock of one application.
use crate::{
    PHONE, USUAL, examined,
    path::{Person, server},
    results,
};
use chrono::{Days, NaiveDate};
use reqwest::StatusCode;

/// Moves the clock of the person's application, and gives the page that says so.
async fn moved(person: &Person, day: &str) -> (StatusCode, String) {
    let (status, page) = person.press(&format!("/a/{}/clock", person.application), &[("day", day)]).await;
    let again = format!("/a/{}?done=clock", person.application);
    (status, if status == StatusCode::SEE_OTHER { person.desk(&again).await } else { page })
}

fn day(written: &serde_json::Value) -> NaiveDate {
    written.as_str().unwrap()[..10].parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_comes_and_is_missed() {
    let server = server("clock-visit", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.book().await;
    let visit = day(&person.record().await["examination"]["appointment"]["slot"]["start"]);
    let (status, page) = moved(&person, &visit.to_string()).await;
    assert_eq!((status, person.record().await["state"].as_str()), (StatusCode::SEE_OTHER, Some("booked")));
    assert!(page.contains("时间已拨") && page.contains("已到场"), "{page}");
    moved(&person, &(visit + Days::new(1)).to_string()).await;
    assert_eq!(person.record().await["state"], "missed");
    assert!(person.desk("/log").await.contains("拨了这份申请的时间"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_opens_and_the_certificate_ends() {
    let server = server("clock-certificate", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    results(&person, &USUAL).await;
    person.act("pass", &[]).await;
    person.act("issue", &[]).await;
    let certificate = person.record().await["certificate"].clone();
    let (opens, ends) = (day(&certificate["renew_from"]), day(&certificate["valid_until"]));
    let (_, page) = moved(&person, &opens.to_string()).await;
    assert!(page.contains("证件过期") && !page.contains("可以换证"), "what is over is no day to go to: {page}");
    assert_eq!(person.record().await["certificate"]["state"], "valid");
    moved(&person, &(ends + Days::new(1)).to_string()).await;
    assert_eq!(person.record().await["certificate"]["state"], "expired");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_goes_forward_alone_and_what_is_no_day_is_said_at_the_field() {
    let server = server("clock-wrong", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    let before = person.record().await;
    for (typed, said) in
        [("2020-01-01", "要在这份申请的今天以后"), ("9999-01-01", "太远了，要在 9000 年以前"), ("soon", "没有这一天")]
    {
        let (status, page) = moved(&person, typed).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        let error = page.split("id=\"f-clock-day-error\"").nth(1).unwrap_or_else(|| panic!("{typed}: {page}"));
        assert!(error.split("</p>").next().unwrap().contains(said), "{typed}");
        assert!(page.contains(&format!("value=\"{typed}\"")), "what was typed is gone");
    }
    assert_eq!(person.record().await["version"], before["version"]);
    server.stop().await;
}
