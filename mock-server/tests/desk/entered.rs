//! What was entered at the desk can be taken back, and after a refusal all that was typed stands where it was.
use crate::{
    PHONE, USUAL, examined,
    path::{Person, server},
    results,
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_was_entered_can_be_taken_back() {
    let server = server("taken-back", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    assert_eq!(results(&person, &USUAL).await, 303);
    assert_eq!(results(&person, &[("r:hav-igm", ""), ("r:alt", " ")]).await, 303);
    let page = person.page().await;
    assert!(page.contains("还没有结果的项目：") && !page.contains(r#"value="23""#), "{page}");
    let (status, page) = person.press(&format!("/a/{}/act/pass", person.application), &[]).await;
    assert_eq!(status, 409, "a result is missing");
    let missing = page.split("还没有结果的项目：").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(missing.contains("谷丙转氨酶") || missing.contains("ALT"), "{missing}");
    assert_eq!(results(&person, &[("r:alt", "24"), ("r:hav-igm", "negative")]).await, 303);
    person.act("pass", &[]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_with_a_comma_in_its_name_is_told_apart_from_two() {
    let server = server("listed", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    let page = person.page().await;
    let lists: Vec<&str> = page.split("还没有结果的项目：").skip(1).filter_map(|it| it.split("</p>").next()).collect();
    assert!(!lists.is_empty());
    for list in lists {
        assert!(list.split('；').any(|item| item.trim() == "伤寒、副伤寒杆菌培养"), "{list}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_computed_goes_with_what_it_was_computed_from() {
    let server = server("computed", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    person.press(&format!("/a/{}/also", person.application), &[("profile", "general")]).await;
    let index = async || {
        let full = server.office.full(&person.application, "examiner").await.unwrap();
        let all = full.matter.findings.observations;
        let found = all.iter().find(|it| it["code"]["coding"][0]["code"] == "39156-5");
        found.map(|it| it["valueQuantity"]["value"].clone())
    };
    assert_eq!(results(&person, &[("r:height", "170"), ("r:weight", "65")]).await, 303);
    assert_eq!(index().await, Some(json!(22.5)));
    assert_eq!(results(&person, &[("r:weight", "70")]).await, 303);
    assert_eq!(index().await, Some(json!(24.2)), "from what was entered before and what is new");
    assert_eq!(results(&person, &[("r:height", ""), ("r:weight", "70")]).await, 303);
    assert_eq!(index().await, None);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_without_a_finding_are_refused_and_all_that_was_typed_stays() {
    let server = server("words-alone", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.report().await;
    let path = format!("/a/{}/results", person.application);
    assert_eq!(results(&person, &[("k:24648-8", "found"), ("kw:24648-8", "第 2 页")]).await, 303);
    for alone in [("t:heart", "杂音"), ("kw:1742-6", "第 3 页")] {
        let sent = [
            alone,
            ("r:heart", ""),
            ("k:1742-6", ""),
            ("k:24648-8", "unclear"),
            ("kw:24648-8", "第 9 页"),
            ("r:lung", "normal"),
        ];
        let (status, page) = person.press(&path, &sent).await;
        assert_eq!(status, 422, "{alone:?}");
        assert!(page.contains(&format!(r#"value="{}""#, alone.1)), "{alone:?}: {page}");
        let check = page.split(r#"name="k:24648-8""#).nth(1).unwrap().split("</select>").next().unwrap();
        assert!(check.contains(r#"value="unclear" selected"#), "{check}");
        assert!(
            page.contains(r#"name="kw:24648-8" value="第 9 页""#)
                && !page.contains(r#"name="kw:24648-8" value="第 2 页""#)
        );
    }
    // Set back to "not checked", it is.
    assert_eq!(results(&person, &[("k:24648-8", ""), ("kw:24648-8", "")]).await, 303);
    let examination = person.get(&format!("/applications/{}/examination", person.application)).await;
    assert_eq!(examination["report_check"], json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_added_to_the_examination_can_be_left_out_again() {
    let server = server("left-out", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    let asked = async || {
        let said = person.get(&format!("/applications/{}/examination", person.application)).await;
        said["profile"].as_array().unwrap().len()
    };
    let before = asked().await;
    person.press(&format!("/a/{}/also", person.application), &[("profile", "general")]).await;
    assert!(asked().await > before);
    results(&person, &USUAL).await;
    assert_eq!(results(&person, &[("r:height", "170"), ("r:weight", "65")]).await, 303);
    let path = format!("/a/{}/also", person.application);
    assert!(person.page().await.contains(r#"name="leave-out" value="general""#));
    assert_eq!(person.press(&path, &[("leave-out", "general")]).await.0, 303);
    assert_eq!(person.press(&path, &[("leave-out", "general")]).await.0, 303, "again changes nothing");
    assert_eq!(asked().await, before);
    person.act("pass", &[]).await;
    let found = person.get(&format!("/applications/{}/examination", person.application)).await;
    assert_eq!(found["observations"].as_array().unwrap().len(), 12, "what was measured for it is gone");
    assert_eq!(person.press(&path, &[("leave-out", "general")]).await.0, 409, "after a conclusion nothing is left out");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_needs_a_place_and_a_day_that_can_be() {
    let server = server("place", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    results(&person, &USUAL).await;
    let path = format!("/a/{}/act/refer", person.application);
    let place = ("place", "示例医院");
    for (fields, said) in [
        (&[("place", " "), ("words", "请尽快去")][..], "去哪里"),
        (&[place, ("due_on", "2026-13-45"), ("words", "请尽快去")], "最晚哪天"),
        (&[place, ("due_on", "2001-01-01"), ("words", "请尽快去")], "最晚哪天"),
        (&[place, ("due_on", "+99999-01-01"), ("words", "请尽快去")], "最晚哪天"),
    ] {
        let (status, page) = person.press(&path, fields).await;
        assert_eq!(status, 422, "{fields:?}");
        let alert = page.split("role=\"alert\"").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(alert.contains(said), "{alert}");
        // Words that were typed for a referral stand in no other form.
        assert_eq!(page.matches(">请尽快去</textarea>").count(), 1, "{page}");
        let form = page.split("/act/refer\"").next().unwrap().rsplit("<details").next().unwrap();
        assert!(form.contains(" open"), "the form with what was typed is not folded");
    }
    assert_eq!(person.record().await["state"], "examined");
    person.act("refer", &[place]).await;
    let referral = person.record().await["examination"]["referral"].clone();
    assert!(!referral["bring"].as_array().unwrap().is_empty(), "the document at least: {referral}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_and_words_stay_where_the_whole_number_is_shown() {
    let server = server("number", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    // The button belongs to the form that has the marks, so they come along.
    let path = format!("/a/{}/id-number", person.application);
    let page = person.page().await;
    assert!(page.contains(&format!(r#"formaction="/desk{path}#id-number""#)), "{page}");
    // But Enter in a field of that form does not press it.
    let form = page.split("/act/return\"").nth(1).unwrap();
    let first = form.split("<button").nth(1).unwrap().split('>').next().unwrap();
    assert!(first.contains(" disabled"), "and it does nothing else either: {first}");
    let (_, page) = person.press(&path, &[("d:#/person.name", "pass"), ("c:#/person.name", "unreadable")]).await;
    assert!(!page.contains("data-unsent"), "nothing was marked");
    let marks = [("d:#/person.name", "return"), ("w:#/person.name", "请照证件填写"), ("c:#/person.name", "incorrect")];
    let (status, page) = person.press(&path, &marks).await;
    assert!(status.is_success() && page.contains("请照证件填写</textarea>"), "{page}");
    assert!(page.contains(r#"value="return" checked"#), "{page}");
    assert!(page.contains(r#"data-unsent="return""#), "leaving asks first");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boxes_and_choices_stay_after_a_refusal() {
    let server = server("boxes", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit_for("张伟", Some("流动书摊")).await;
    person.act("begin", &[]).await;
    let act = |name: &str| format!("/a/{}/act/{name}", person.application);
    let (status, page) = person.press(&act("call-in"), &[("words", ""), ("site", "site-2")]).await;
    assert_eq!(status, 422);
    assert!(page.contains(r#"name="site" value="site-2" checked"#), "{page}");
    let item = [("d:#/person.name", "return"), ("w:#/person.name", ""), ("category", "public-place")];
    let (status, page) = person.press(&act("return"), &item).await;
    assert_eq!(status, 422);
    assert!(page.contains(r#"value="public-place" selected"#), "{page}");
    // One page, one of each name: a label finds its own field.
    let mut names: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    names.sort_unstable();
    let twice: Vec<&&str> = names.windows(2).filter(|two| two[0] == two[1]).map(|two| &two[0]).collect();
    assert!(twice.is_empty(), "{twice:?}");
    person.act("accept", &[("category", "public-place")]).await;
    person.book().await;
    person.act("attend", &[]).await;
    let (status, page) = person.press(&act("re-examine"), &[("words", " "), ("route", "online")]).await;
    assert_eq!(status, 422);
    assert!(page.contains(r#"name="route" value="online" checked"#), "{page}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_without_words_is_told_where_the_words_are_missing() {
    let server = server("wordless", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    let marks = [
        ("d:#/person.name", "return"),
        ("w:#/person.name", "请照证件填写"),
        ("d:#/work.post", "return"),
        ("w:#/work.post", " "),
    ];
    let (status, page) = person.press(&format!("/a/{}/act/return", person.application), &marks).await;
    assert_eq!(status, 422);
    let alert = page.split("role=\"alert\"").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(alert.contains("还没写给申请人的话") && alert.contains("href=\"#w:#/work.post\""), "{alert}");
    assert!(!alert.contains("person.name"), "{alert}");
    assert_eq!(page.matches("autofocus").count(), 1, "{page}");
    let field = page.split("name=\"w:#/work.post\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(field.contains("autofocus") && field.contains("aria-invalid=\"true\""), "{field}");
    assert!(field.contains("w:#/work.post-error") && page.contains("id=\"w:#/work.post-error\""), "{field}");
    server.stop().await;
}
