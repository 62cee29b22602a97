//! Two people at one desk, or one in two windows: nobody takes back what another did, and nobody decides on what they have not seen.
use crate::{
    PHONE, examined,
    path::{
        Person, answer,
        form::{fields, plain, with},
        only, server,
    },
    results,
};
use reqwest::StatusCode;
use serde_json::json;

/// Changes the address that was returned, and sends it back.
async fn sends_back(person: &Person, address: &str) {
    let mut answers = person.answers.clone();
    *answer(&mut answers, "contact.residence.address") = json!({ "valueString": address });
    let sent = json!({ "questionnaire": person.record().await["questionnaire"], "round": 1,
        "answers": only(&answers, &["contact.residence.address"]), "documents": {} });
    let reply = person.post(&format!("/applications/{}/supplement", person.application), &sent).await;
    assert_eq!(reply.status(), 201, "{}", reply.text().await.unwrap());
}

const ADDRESS: [(&str, &str); 2] =
    [("d:#/contact.residence.address", "return"), ("w:#/contact.residence.address", "请写到门牌号")];

#[tokio::test(flavor = "multi_thread")]
async fn what_another_person_recorded_meanwhile_is_not_taken_back() {
    let server = server("both", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    let path = format!("/a/{}/results", person.application);
    let drawn = fields(&person.page().await, &path);
    assert_eq!(results(&person, &[("r:heart", "normal"), ("r:alt", "23")]).await, 303);
    // The other window was drawn before that, and all its fields come along.
    let sent = with(drawn, &[("r:liver", "normal")]);
    let (status, page) = person.press(&path, &plain(&sent)).await;
    assert_eq!(status, 303, "{page}");
    let stands = fields(&person.page().await, &path);
    for (field, value) in [("r:heart", "normal"), ("r:alt", "23"), ("r:liver", "normal"), ("r:lung", "")] {
        assert!(stands.contains(&(field.to_owned(), value.to_owned())), "{field}: {stands:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_people_put_something_else_both_are_said_at_the_field_and_nothing_is_lost() {
    let server = server("differ", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    let path = format!("/a/{}/results", person.application);
    let drawn = fields(&person.page().await, &path);
    assert_eq!(results(&person, &[("r:heart", "abnormal"), ("t:heart", "杂音"), ("r:alt", "40")]).await, 303);
    let sent = with(drawn, &[("r:heart", "normal"), ("r:alt", "23"), ("r:liver", "normal")]);
    let (status, page) = person.press(&path, &plain(&sent)).await;
    assert_eq!(status, 422);
    for (field, theirs, own) in [("r:heart", "有异常", "未见异常"), ("r:alt", "40", "23")] {
        let error = page.split(&format!("id=\"{field}-error\"")).nth(1).unwrap().split("</p>").next().unwrap();
        assert!(error.contains(&format!("“{theirs}”")) && error.contains(&format!("“{own}”")), "{error}");
        assert!(page.contains(&format!("href=\"#{field}\"")), "{page}");
    }
    // What was typed stands there; sent again, it is meant.
    let stands = fields(&page, &path);
    for (field, value) in [("r:heart", "normal"), ("r:alt", "23"), ("r:liver", "normal"), ("t:heart", "杂音")] {
        assert!(stands.contains(&(field.to_owned(), value.to_owned())), "{field}: {stands:?}");
    }
    assert_eq!(person.press(&path, &plain(&stands)).await.0, 303);
    let stands = fields(&person.page().await, &path);
    assert!(stands.contains(&("r:alt".to_owned(), "23".to_owned())), "{stands:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_accepts_what_they_have_not_seen() {
    let server = server("unseen", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    let action = format!("/a/{}/act/return", person.application);
    let drawn = fields(&person.page().await, &action);
    person.act("return", &ADDRESS).await;
    sends_back(&person, "示例路 1 号").await;
    person.act("begin", &[]).await;
    // Neither accepting nor returning, both from the page of before.
    let typed = with(drawn, &[("d:#/person.name", "return"), ("w:#/person.name", "请照证件填写")]);
    for act in ["accept", "return"] {
        let (status, page) = person.press(&format!("/a/{}/act/{act}", person.application), &plain(&typed)).await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{act}: {page}");
        let alert = page.split("role=\"alert\"").nth(1).unwrap().split("</ol>").next().unwrap();
        assert!(alert.contains("变了") && alert.contains("交回") && alert.contains("退回修改"), "{alert}");
        assert!(page.contains("请照证件填写</textarea>"), "what was typed stays: {page}");
        assert!(page.contains("示例路 1 号"), "and it is drawn as it is now");
    }
    assert_eq!(person.record().await["state"], "in-review");
    // Looked at, it is decided.
    let now = fields(&person.page().await, &action);
    let accept = format!("/a/{}/act/accept", person.application);
    assert_eq!(person.press(&accept, &plain(&now)).await.0, 303);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_for_what_is_not_possible_any_more_are_shown_to_be_copied() {
    let server = server("left-over", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    let drawn = fields(&person.page().await, &format!("/a/{}/act/return", person.application));
    person.act("accept", &[]).await;
    let typed = with(drawn, &[("d:#/person.name", "return"), ("w:#/person.name", "请照证件 <b> 填写")]);
    let (status, page) = person.press(&format!("/a/{}/act/return", person.application), &plain(&typed)).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert!(page.contains("可以从这里抄走") && page.contains("请照证件 &lt;b&gt; 填写"), "{page}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conclusion_is_not_drawn_from_results_that_were_other_ones() {
    let server = server("other-results", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    results(&person, &crate::USUAL).await;
    let pass = format!("/a/{}/act/pass", person.application);
    let drawn = fields(&person.page().await, &format!("/a/{}/results", person.application));
    assert_eq!(results(&person, &[("r:hev-igm", "positive")]).await, 303);
    let (status, page) = person.press(&pass, &plain(&drawn)).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert!(page.contains("其间有人登记或改了体检结果"), "{page}");
    assert_eq!(person.record().await["state"], "examined");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_are_typed_and_not_saved_stand_there_after_a_conclusion_that_waits_for_them() {
    let server = server("typed", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    let (path, pass) = (format!("/a/{}/results", person.application), format!("/a/{}/act/pass", person.application));
    let page = person.page().await;
    // The button belongs to the form that has what is typed.
    let button = page.split("<button").find(|it| it.contains(&format!("formaction=\"/desk{pass}\""))).unwrap();
    assert!(button.contains(r#"form="results""#) && page.contains(r#"<form id="results""#), "{button}");
    let typed = with(fields(&page, &path), &crate::USUAL);
    let (status, page) = person.press(&pass, &plain(&typed)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(fields(&page, &path), typed, "what was typed is lost");
    assert!(page.contains("先按“保存结果”") && page.contains(r#"data-unsent="pass""#), "{page}");

    // Saved, it passes; a change that is not, nor an emptied field, is passed over by nobody.
    assert_eq!(person.press(&path, &plain(&typed)).await.0, 303);
    for change in [("r:alt", "39"), ("r:alt", "")] {
        let typed = with(fields(&person.page().await, &path), &[change]);
        let (status, page) = person.press(&pass, &plain(&typed)).await;
        assert_eq!((status, &person.record().await["state"]), (StatusCode::CONFLICT, &json!("examined")));
        assert!(page.contains("有填了还没保存的结果"), "{page}");
        assert!(fields(&page, &path).contains(&(change.0.to_owned(), change.1.to_owned())), "{page}");
    }
    // Where nothing was changed nothing is said to be saved, and nothing noted.
    let drawn = fields(&person.page().await, &path);
    let before = server.office.audit_rows(1000, true).await.unwrap();
    assert_eq!(person.press(&path, &plain(&drawn)).await.0, 303);
    let after = server.office.audit_rows(1000, true).await.unwrap();
    assert_eq!(after[..after.len() - before.len()].iter().filter(|row| row.what == "record-results").count(), 0);
    assert!(person.desk(&format!("/a/{}?done=unchanged", person.application)).await.contains("没有改动"));
    assert_eq!(person.press(&pass, &plain(&drawn)).await.0, 303);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_marked_to_be_returned_is_not_accepted_without_a_question() {
    let server = server("marked", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    let accept = format!("/a/{}/act/accept", person.application);
    let drawn = fields(&person.page().await, &format!("/a/{}/act/return", person.application));
    let typed = with(drawn, &ADDRESS);
    let (status, page) = person.press(&accept, &plain(&typed)).await;
    assert_eq!((status, &person.record().await["state"]), (StatusCode::CONFLICT, &json!("in-review")));
    let alert = page.split("role=\"alert\"").nth(1).unwrap();
    assert!(alert.contains("href=\"#w:#/contact.residence.address\"") && alert.contains("退回这 1 处"), "{alert}");
    assert!(page.contains("请写到门牌号</textarea>"), "{page}");
    let sure = with(typed, &[("sure", "marked")]);
    assert_eq!(person.press(&accept, &plain(&sure)).await.0, 303);
    assert_eq!(person.record().await["state"], "accepted");
    server.stop().await;
}
