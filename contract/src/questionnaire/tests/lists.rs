//! The lists that committees write: value sets in the file, and what their entries say.
use super::*;

fn options_of(form: &Form, link_id: &str) -> Vec<(String, String)> {
    let words = |option: &AnswerOption| {
        (option.value.as_coding().unwrap().code.clone(), option.display.get("en").text.to_owned())
    };
    form.item(link_id).unwrap().options.iter().map(words).collect()
}

#[test]
fn a_value_set_lists_each_entry_once() {
    let entry = |code: &str| json!({"system": "s", "code": code, "display": code});
    let compose = json!({"include": [{"system": "s", "concept": [
        {"code": "a", "display": "甲", "designation": [{"language": "en", "value": "A"}]},
        {"code": "b", "display": "乙", "_display": {"extension": [{"url": format!("{FHIR}translation"), "extension": [
            {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "B"}]}]}},
        {"code": "c", "display": "丙", "concept": [{"code": "d", "display": "丁"}]}]}]});
    let nested = json!({"contains": [
        {"system": "s", "display": "All", "abstract": true, "contains": [entry("a"), {"system": "s", "code": "b", "display": "b",
            "contains": [entry("c")]}]}]});
    let excluding = |exclude: Json| {
        let mut compose = compose.clone();
        compose["exclude"] = exclude;
        json!({"compose": compose})
    };
    let one = |code: &str| json!([{"system": "s", "concept": [{"code": code}]}]);
    let filter = json!([{"system": "s", "filter": [{"property": "x", "op": "=", "value": "y"}]}]);
    for (what, set, codes, left_out) in [
        ("listed", json!({"compose": compose}), vec!["a", "b", "c", "d"], None),
        ("expanded", json!({"expansion": nested}), vec!["a", "b", "c"], None),
        ("both", json!({"compose": compose, "expansion": nested}), vec!["a", "b", "c"], None),
        (
            "expanded to nothing",
            json!({"compose": compose, "expansion": {"contains": []}}),
            vec!["a", "b", "c", "d"],
            None,
        ),
        ("some are taken out", excluding(one("b")), vec!["a", "c", "d"], None),
        ("some are taken out by what they are", excluding(filter.clone()), vec!["a", "b", "c", "d"], Some("exclude")),
        (
            "some are there by what they are",
            json!({"compose": {"include": [compose["include"][0], filter[0]]}}),
            vec!["a", "b", "c", "d"],
            Some("include"),
        ),
    ] {
        let mut set = set;
        set["resourceType"] = json!("ValueSet");
        set["id"] = json!("set");
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "language": "zh-CN",
            "contained": [set], "item": [{"linkId": "a", "type": "choice", "answerValueSet": "#set"}]}))
        .unwrap();
        let found: Vec<String> = options_of(&form, "a").into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, codes, "{what}");
        let said: Vec<NoticeKind> = form.notices.iter().map(|notice| notice.kind.clone()).collect();
        let expected: Vec<NoticeKind> =
            left_out.iter().map(|part| NoticeKind::PartOfList(format!("#set ({part})"))).collect();
        assert_eq!(said, expected, "{what}");
        if what == "listed" {
            let words: Vec<String> = options_of(&form, "a").into_iter().map(|(_, words)| words).collect();
            assert_eq!(words, ["A", "B", "丙", "丁"]);
        }
    }
}

#[test]
fn what_an_entry_says_that_is_not_understood_is_reported() {
    let ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
    let prefix = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionPrefix";
    let exclusive = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";
    let form = small(&json!([{"linkId": "a", "type": "choice", "answerOption": [
        {"valueCoding": {"code": "x", "display": "X", "extension": [{"url": ordinal, "valueDecimal": 1}]}},
        {"valueCoding": {"code": "y", "display": "Y"}, "extension": [
            {"url": exclusive, "valueBoolean": true}, {"url": prefix, "valueString": "2."}]},
        {"valueOther": {}}]}]));
    let said: Vec<&NoticeKind> = form.notices.iter().map(|notice| &notice.kind).collect();
    let unknown = |url: &str| NoticeKind::UnknownExtension(url.to_owned());
    assert_eq!(said, [&unknown(ordinal), &unknown(prefix), &NoticeKind::PartOfList("answerOption (3)".to_owned())]);
    assert!(form.items[0].options[1].exclusive);
}

#[test]
fn an_entry_that_is_a_word_alone_has_its_translation() {
    let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "language": "zh-CN", "item": [
        {"linkId": "a", "type": "open-choice", "answerOption": [
            {"valueString": "早上", "_valueString": {"extension": [{"url": format!("{FHIR}translation"), "extension": [
                {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "Morning"}]}]}},
            {"valueInteger": 3}]}]}))
    .unwrap();
    let shown: Vec<&str> = form.items[0].options.iter().map(|option| option.display.get("en").text).collect();
    assert_eq!(shown, ["Morning", "3"]);
}
