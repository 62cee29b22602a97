//! Results at the desk: what is wrong is said at its field, what they suggest is said with its cause, and afterwards they are read.
use crate::{
    PHONE, USUAL, examined,
    path::{
        Person,
        form::{fields, plain, with},
        server,
    },
    results,
};
use reqwest::StatusCode;

/// What is said at a field, and its tag.
fn at<'a>(page: &'a str, field: &str) -> (&'a str, &'a str) {
    let tag = page.split(&format!(" id=\"{field}\"")).nth(1).unwrap_or_else(|| panic!("{field}: {page}"));
    let error = page.split(&format!("id=\"{field}-error\"")).nth(1).map_or("", |it| it.split("</p>").next().unwrap());
    (tag.split('>').next().unwrap(), error)
}

async fn measured(person: &mut Person) -> String {
    examined(person, "张伟").await;
    person.press(&format!("/a/{}/also", person.application), &[("profile", "general")]).await;
    person.page().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_number_is_told_at_its_field_with_what_is_possible() {
    let server = server("told", None).await;
    let mut person = Person::new(&server, PHONE).await;
    let page = measured(&mut person).await;
    let path = format!("/a/{}/results", person.application);
    let typed = [
        ("r:alt", "abc"),
        ("r:height", "1.75"),
        ("r:weight", "65.55"),
        ("r:blood-pressure", "76"),
        ("s:blood-pressure", "9999"),
        ("r:liver", "normal"),
    ];
    let (status, page) = person.press(&path, &plain(&with(fields(&page, &path), &typed))).await;
    assert_eq!(status, 422);
    for (field, said) in [
        ("r:alt", "请填数字，能填 0–10000 U/L"),
        ("r:height", "只能是 50–250 cm"),
        ("r:weight", "小数最多 1 位"),
        ("s:blood-pressure", "只能是 20–200 mmHg"),
    ] {
        let (tag, error) = at(&page, field);
        assert!(tag.contains("aria-invalid=\"true\"") && tag.contains(&format!("{field}-error")), "{tag}");
        assert!(error.contains(said), "{field}: {error}");
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert!(!at(&page, "r:blood-pressure").0.contains("aria-invalid"), "that one is possible");
    assert_eq!(page.matches(" autofocus").count(), 1);
    assert!(at(&page, "r:alt").0.contains(" autofocus"), "the first is gone to");
    let swapped = [("r:blood-pressure", "76"), ("s:blood-pressure", "118")];
    let (_, page) = person.press(&path, &swapped).await;
    assert!(at(&page, "r:blood-pressure").1.contains("写反"), "{page}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_says_its_unit_and_what_is_usual_before_anything_is_typed() {
    let server = server("units", None).await;
    let mut person = Person::new(&server, PHONE).await;
    let page = measured(&mut person).await;
    let row =
        |name: &str| page.split(&format!("id=\"l-{name}\"")).nth(1).unwrap().split("class=\"hc-row\"").next().unwrap();
    for (name, said) in [
        ("alt", &["U/L", "参考 9–50"][..]),
        ("blood-pressure", &["收缩压</label>", "舒张压</label>", "mmHg", "参考 90–139", "参考 60–89"]),
        ("heart-rate", &["次/分", "参考 60–100"]),
        ("vision-right", &["五分记录", "参考 5.0–5.3"]),
    ] {
        for said in said {
            assert!(row(name).contains(said), "{name}: {said} is not in {}", row(name));
        }
    }
    assert!(!page.contains("{5-mark}") && !page.contains("mm[Hg]"), "units are for people");
    let typed = [("r:height", "170"), ("r:weight", "80"), ("r:alt", "400")];
    assert_eq!(results(&person, &typed).await, 303);
    let page = person.page().await;
    assert!(page.contains("27.7 kg/m²"), "the index itself: {page}");
    assert!(page.contains("偏高") && page.contains("建议转诊") && !page.contains("不用重新上传"), "{page}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passing_against_the_results_is_asked_about_once_with_the_cause() {
    let server = server("against", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    results(&person, &USUAL).await;
    results(&person, &[("r:chest-x-ray", "active-tuberculosis")]).await;
    let pass = format!("/a/{}/act/pass", person.application);
    let (status, page) = person.press(&pass, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let alert = page.split("role=\"alert\"").nth(1).unwrap().split("</form>").next().unwrap();
    for said in ["不符合从业要求", "胸部 X 光 活动性肺结核", "仍然判为合格"] {
        assert!(alert.contains(said), "{said}: {alert}");
    }
    assert_eq!(person.record().await["state"], "examined");
    person.act("pass", &[("sure", "against")]).await;
    // Who issues reads what was found.
    let page = person.page().await;
    let told = page.split("hc-desk-told").nth(1).unwrap().split("</table>").next().unwrap();
    assert!(told.contains("活动性肺结核") && told.contains("23 U/L"), "{told}");
    person.act("issue", &[]).await;
    assert!(person.page().await.contains("hc-desk-told"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_and_an_unfit_person_are_read_at_the_desk_as_they_were_told() {
    let server = server("decided", None).await;
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "张伟").await;
    results(&person, &USUAL).await;
    results(&person, &[("r:hev-igm", "positive")]).await;
    person.act("refer", &[("place", "示例医院感染科"), ("address", "示例路 100 号"), ("words", "请在一周内去")]).await;
    let page = person.page().await;
    let card = page.split("转诊到：").nth(1).unwrap().split("</div>").next().unwrap();
    for said in ["示例医院感染科", "示例路 100 号", "最晚", "请在一周内去", "身份证件原件"] {
        assert!(card.contains(said), "{said}: {card}");
    }
    let form = page.split("/act/refer\"").next().unwrap().rsplit("<details").next().unwrap();
    assert!(
        !form.split('>').next().unwrap().contains(" open"),
        "the form is not offered as if nothing was done: {form}"
    );
    person.act("unfit", &[("words", "治好后可以再来"), ("finding", "戊肝抗体阳性")]).await;
    let page = person.page().await;
    let head = page.split("<h1").nth(1).unwrap().split("</h1>").nth(1).unwrap().split("</span>").next().unwrap();
    assert!(head.contains("不符合从业要求"), "{head}");
    for said in ["治好后可以再来", "戊肝抗体阳性", "不服：", "hc-desk-told"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let queue = person.desk("").await;
    assert!(queue.contains("不符合从业要求") && !queue.contains("不予受理"), "{queue}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_a_report_has_an_item_is_no_result() {
    let server = server("has-it", None).await;
    let mut person = Person::new(&server, PHONE).await;
    person.submit("张伟").await;
    person.act("begin", &[]).await;
    person.act("accept", &[]).await;
    person.report().await;
    results(&person, &USUAL[..11]).await;
    assert_eq!(results(&person, &[("k:typhoid-culture", "found"), ("kw:typhoid-culture", "第 2 页")]).await, 303);
    assert!(person.page().await.contains("还没有结果的项目：伤寒"));
    let (status, _) = person.press(&format!("/a/{}/act/pass", person.application), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT, "nobody has said what was found");
    results(&person, &USUAL[11..]).await;
    person.act("pass", &[]).await;
    server.stop().await;
}
