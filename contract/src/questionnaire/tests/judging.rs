//! What is asked, what follows and what is wrong, for the sample answers and for one wrong answer after the other.
use super::*;

#[test]
fn the_sample_responses_have_no_problems() {
    let (certificate, report) = (certificate(), form("forms/report.questionnaire.json"));
    for (form, name) in [
        (&certificate, "cook-resident-id"),
        (&certificate, "hotel-passport-renewal"),
        (&certificate, "declared-disease"),
        (&report, "report"),
    ] {
        let evaluation = evaluate(form, &response(form, name), &context());
        assert_eq!(codes(&evaluation), [], "{name}");
        assert!(evaluation.steps.iter().all(|step| step.progress() == Progress::Filled), "{name}");
    }
}

#[test]
fn an_empty_form_asks_for_what_is_required_and_nothing_hidden() {
    let evaluation = evaluate(&certificate(), &Answers::new(), &context());
    let said = codes(&evaluation);
    assert!(said.contains(&("#/category.work".to_owned(), "required")));
    assert!(said.contains(&("#/documents.consent".to_owned(), "consent")));
    assert!(!said.iter().any(|(pointer, _)| pointer.contains("place-kind") || pointer.contains("identity")));
    assert_eq!(evaluation.steps.first().map(StepState::progress), Some(Progress::Todo));
}

#[test]
fn what_the_number_tells_is_not_asked() {
    let form = certificate();
    let mut answers = response(&form, "cook-resident-id");
    answers.forget(&Pointer::item("person.birth-date"));
    answers.forget(&Pointer::item("person.sex"));
    let evaluation = evaluate(&form, &answers, &context());
    let birth = evaluation.state(&Pointer::item("person.birth-date")).unwrap();
    assert_eq!(birth.origin, Origin::Derived);
    assert_eq!(birth.answers, [Value::Date(PartialDate::parse("1990-03-07").unwrap())]);
    assert_eq!(evaluation.answers(&Pointer::item("person.sex")), choose(&form, "person.sex", "male"));
    assert_eq!(codes(&evaluation), []);

    answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", "passport"));
    answers.set(Pointer::item("person.id.number"), text("E12345678"));
    let passport = evaluate(&form, &answers, &context());
    assert_eq!(passport.state(&Pointer::item("person.birth-date")).unwrap().origin, Origin::Nowhere);
}

/// What a number of this kind will tell is not asked while the number is still missing or wrong.
#[test]
fn birth_date_and_sex_are_asked_only_where_no_number_will_tell_them() {
    let form = certificate();
    for (kind, number, asked, origin) in [
        ("resident-id", "", false, Origin::Nowhere),
        ("resident-id", "1101", false, Origin::Nowhere),
        ("resident-id", "110105199003070211", false, Origin::Nowhere),
        ("resident-id", "11010519900307021X", true, Origin::Derived),
        ("hmt-residence-permit", "", false, Origin::Nowhere),
        ("hmt-residence-permit", "8100001990", false, Origin::Nowhere),
        ("foreign-permanent-id", "", false, Origin::Nowhere),
        ("foreign-permanent-id", "9111", false, Origin::Nowhere),
        ("foreign-permanent-id", "A", true, Origin::Nowhere),
        ("foreign-permanent-id", "ＡＢＣ110190030712", true, Origin::Nowhere),
        ("hk-macau-travel-permit", "", true, Origin::Nowhere),
        ("taiwan-travel-permit", "12345678", true, Origin::Nowhere),
        ("passport", "", true, Origin::Nowhere),
        ("passport", "E12345678", true, Origin::Nowhere),
        ("", "", false, Origin::Nowhere),
    ] {
        let mut answers = Answers::new();
        if !kind.is_empty() {
            answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", kind));
        }
        answers.set(Pointer::item("person.id.number"), text(number));
        let evaluation = evaluate(&form, &answers, &context());
        for item in ["person.birth-date", "person.sex"] {
            let pointer = Pointer::item(item);
            let state = evaluation.state(&pointer).unwrap();
            assert_eq!((state.visible, state.origin), (asked, origin), "{item} of {kind} {number}");
            let missing = asked && origin == Origin::Nowhere;
            assert_eq!(evaluation.problem(&pointer).is_some(), missing, "{item} of {kind} {number}");
        }
    }
}

#[test]
fn each_wrong_answer_has_its_code_and_params() {
    let form = certificate();
    let good = response(&form, "cook-resident-id");
    let date = |d: &str| vec![Value::Date(PartialDate::parse(d).unwrap())];
    for (link_id, values, expected) in [
        ("person.id.number", text("1101051990030702"), json!(["id-short", {"missing": 2}])),
        ("person.id.number", text("110105900307021"), json!(["id-old-15", {}])),
        ("person.id.number", text("110105199003070211"), json!(["id-check", {}])),
        ("person.id.number", text("1101051990030702Y1"), json!(["id-character", {"at": 17}])),
        ("person.name", text("  "), json!(["required", {}])),
        ("person.name", text(&"名".repeat(151)), json!(["too-long", {"limit": 150, "found": 151}])),
        ("contact.phone", text("1380000000"), json!(["phone-length", {"found": 10}])),
        ("work.employer.uscc", text("91110105MA0000007X"), json!(["uscc-check", {}])),
        ("person.id.validity.until", date("2026-11-24"), json!(["past", {"on": "2026-11-24"}])),
        ("person.id.validity.until", text("soon"), json!(["date", {}])),
        ("work.employer.start-date", date("2028-01-01"), json!(["range", {"max": "2027-05-24"}])),
        ("work.employer.start-date", date("2000-01-01"), json!(["range", {"min": "2006-03-07"}])),
        ("work.situation", text("employed"), json!(["choice", {}])),
        ("health.consent", vec![Value::Boolean(false)], json!(["consent", {}])),
        ("documents.portrait", vec![], json!(["required", {}])),
    ] {
        let mut answers = good.clone();
        answers.set(Pointer::item(link_id), values);
        let evaluation = evaluate(&form, &answers, &context());
        let problem = evaluation.problem(&Pointer::item(link_id)).unwrap_or_else(|| panic!("{link_id} {expected}"));
        assert_eq!(json!([problem.code.as_str(), problem.params]), expected, "{link_id}");
    }
}

#[test]
fn too_young_names_the_day_and_the_form_says_it_in_its_own_words() {
    let form = certificate();
    let mut answers = response(&form, "hotel-passport-renewal");
    answers.set(Pointer::item("person.birth-date"), vec![Value::Date(PartialDate::parse("2012-02-29").unwrap())]);
    let evaluation = evaluate(&form, &answers, &context());
    let problem = evaluation.problem(&Pointer::item("person.birth-date")).unwrap();
    assert_eq!(json!([problem.code.as_str(), problem.params]), json!(["too-young", {"age": 16, "on": "2028-02-29"}]));
    assert_eq!(
        problem.message.as_ref().unwrap().get("en").text,
        "You must be 16 to apply (Law on the Protection of Minors, art. 61)"
    );
}

#[test]
fn warnings_never_block() {
    let form = certificate();
    let mut answers = response(&form, "cook-resident-id");
    answers
        .set(Pointer::item("person.id.validity.until"), vec![Value::Date(PartialDate::parse("2026-12-01").unwrap())]);
    let evaluation = evaluate(&form, &answers, &context());
    assert_eq!(codes(&evaluation), []);
    let said: Vec<&str> = evaluation.warnings.iter().map(|w| w.code.as_str()).collect();
    assert_eq!(said, ["expires-before-examination"]);

    answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", "passport"));
    let other = evaluate(&form, &answers, &context());
    let warning = other.warnings_at(&Pointer::item("person.id.number")).next().cloned().unwrap();
    assert_eq!((warning.code, warning.param("kind")), (ProblemCode::OtherKind, Some("resident-id".to_owned())));
}

#[test]
fn a_document_says_which_choices_asked_for_it() {
    let form = certificate();
    let evaluation = evaluate(&form, &response(&form, "cook-resident-id"), &context());
    let reasons = evaluation.because(&form, &Pointer::item("documents.employment.letter"));
    let words: Vec<String> = reasons.iter().map(|(_, value)| value.plain()).collect();
    assert_eq!(words, ["餐饮服务", "在单位上班"]);
}

#[test]
fn rows_keep_their_names_and_their_bounds() {
    let form = certificate();
    let mut answers = response(&form, "cook-resident-id");
    let place = Pointer::item("work.place");
    assert_eq!(answers.rows(&place), ["r1"]);
    for row in ["b", "c", "d"] {
        answers.set(place.in_row(row, "work.place.address"), text("示例路 2 号"));
    }
    let evaluation = evaluate(&form, &answers, &context());
    assert_eq!(codes(&evaluation), [("#/work.place".to_owned(), "count")]);
    answers.remove_row(&place, "b");
    answers.set(place.in_row("c", "work.place.address"), text(""));
    let evaluation = evaluate(&form, &answers, &context());
    assert_eq!(codes(&evaluation), [("#/work.place/c/work.place.address".to_owned(), "required")]);
    assert_eq!(evaluation.rows(&place), ["r1", "c", "d"]);

    let fresh = evaluate(
        &form,
        &{
            let mut a = Answers::new();
            a.set(Pointer::item("work.situation"), choose(&form, "work.situation", "employed"));
            a
        },
        &context(),
    );
    assert_eq!(fresh.rows(&place), [FIRST_ROW]);
}

#[test]
fn a_submission_is_what_is_visible_and_reads_back_the_same() {
    let form = certificate();
    for name in ["cook-resident-id", "hotel-passport-renewal", "declared-disease"] {
        let mut answers = response(&form, name);
        answers.set(Pointer::item("category.place-kind"), choose(&form, "category.place-kind", "bath-pool"));
        answers.set(Pointer::item("category.work"), choose(&form, "category.work", "food-sale"));
        let evaluation = evaluate(&form, &answers, &context());
        let sent = to_response(&form, &answers, Scope::Visible(&evaluation), &Envelope::default());
        let (back, problems) = from_response(&form, &sent);
        assert_eq!(problems, []);
        assert!(back.get(&Pointer::item("category.place-kind")).is_empty());
        let again = evaluate(&form, &back, &context());
        let pairs = again.items.iter().zip(&evaluation.items);
        assert!(pairs.clone().all(|(a, b)| a.answers == b.answers && a.visible == b.visible), "{name}");
        assert_eq!(
            back.consent(&Pointer::item("documents.consent")),
            answers.consent(&Pointer::item("documents.consent"))
        );
        assert_eq!(to_response(&form, &back, Scope::Visible(&again), &Envelope::default()), sent);
    }
}

#[test]
fn a_response_with_strangers_names_them() {
    let form = certificate();
    let json = json!({"item": [
        {"linkId": "gone", "answer": [{"valueString": "x"}]},
        {"linkId": "work.place.address", "answer": [{"valueString": "outside its row"}]},
        {"linkId": "person", "item": [{"linkId": "person.name", "answer": [{"valueString": "张伟"}]}]}]});
    let (answers, problems) = from_response(&form, &json);
    let said: Vec<&str> = problems.iter().map(|p| p.pointer.as_str()).collect();
    assert_eq!(said, ["#/gone", "#/work.place.address"]);
    assert_eq!(answers.get(&Pointer::item("person.name")), text("张伟"));
}

#[test]
fn answers_are_stored_and_read_back() {
    let form = certificate();
    let answers = response(&form, "declared-disease");
    let stored = serde_json::to_string(&answers).unwrap();
    assert_eq!(serde_json::from_str::<Answers>(&stored).unwrap(), answers);
}

#[test]
fn what_is_typed_is_kept_in_one_form() {
    let form = certificate();
    let same = |s: &str| s.to_owned();
    for (link_id, typed, kept) in [
        ("person.id.number", " 110105 19900307 021x ", "11010519900307021X"),
        ("person.name", "阿卜杜拉•买买提 ", "阿卜杜拉·买买提"),
        ("contact.phone", "138 0000 0000", "+8613800000000"),
        ("contact.phone", "138", "138"),
        ("person.id.validity.until", "2036年3月7日", "2036-03-07"),
        ("person.id.validity.until", "soon", "soon"),
        ("category.previous-number", "ＳＡＭＰＬＥ-1", "SAMPLE-1"),
        ("work.post", "  厨师 ", "厨师"),
    ] {
        let item = form.item(link_id).unwrap();
        let value = read_typed(item, typed, &same);
        assert_eq!(value.plain(), kept, "{link_id}");
        assert_eq!(read_typed(item, &typed_text(item, Some(&value)), &same), value, "{link_id} again");
    }
    let number = small(&json!([{"linkId": "n", "type": "decimal"}, {"linkId": "i", "type": "integer"}]));
    for (link_id, typed, value) in [
        ("n", "７２．５", Value::Decimal(72.5)),
        ("n", "72,5", Value::Decimal(72.5)),
        ("n", "1,000.5", Value::Decimal(1000.5)),
        ("n", "1,000", Value::Decimal(1000.0)),
        ("n", "nan", Value::Text("nan".to_owned())),
        ("i", "1 000", Value::Integer(1000)),
        ("i", "-3", Value::Integer(-3)),
        ("i", "3.5", Value::Text("3.5".to_owned())),
    ] {
        assert_eq!(read_typed(number.item(link_id).unwrap(), typed, &same), value, "{typed}");
    }
}

#[test]
fn a_day_is_spoken_of_as_what_it_is() {
    let rule = |code: &str, years: i64| {
        json!({"url": "https://health-certificate.example/fhir/StructureDefinition/rule", "extension": [
            {"url": "code", "valueCode": code}, {"url": "anchor", "valueString": "today"},
            {"url": "offset", "valueDuration": {"value": years, "code": "a"}}]})
    };
    let ours = |name: &str, value: &str| json!({"url": format!("https://health-certificate.example/fhir/StructureDefinition/{name}"), "valueCode": value});
    let day = |link_id: &str, extension: Json| json!({"linkId": link_id, "type": "date", "extension": extension});
    let form = small(&json!([{"linkId": "page", "type": "group", "item": [
        {"linkId": "id", "type": "group", "item": [
            {"linkId": "id.number", "type": "string", "extension": [ours("role", "id-number")]},
            {"linkId": "id.validity", "type": "group", "item": [
                day("past", json!([rule("date-not-before", 0)])), day("expires", json!([rule("date-not-before", 1)]))]}]},
        day("birth", json!([rule("date-not-after", -16), ours("autocomplete", "bday")])),
        day("booked", json!([rule("date-not-before", 0)])), day("moves", json!([rule("date-not-before", 1)])),
        day("licence", json!([rule("date-not-after", -2)])), day("began", json!([rule("date-not-after", 0)]))]}]));
    // Today is 25 November 2026.
    for (link_id, typed, code, params) in [
        ("past", "2026-11-24", "past", json!({"on": "2026-11-24"})),
        ("expires", "2027-01-01", "expires-before-examination", json!({"on": "2027-01-01"})),
        ("birth", "2012-02-29", "too-young", json!({"age": 16, "on": "2028-02-29"})),
        ("booked", "2026-11-24", "range", json!({"min": "2026-11-25"})),
        ("moves", "2027-01-01", "range", json!({"min": "2027-11-25"})),
        ("licence", "2025-01-01", "range", json!({"max": "2024-11-25"})),
        ("began", "2026-11-26", "range", json!({"max": "2026-11-25"})),
    ] {
        let mut answers = Answers::new();
        answers.set(Pointer::item(link_id), vec![Value::Date(PartialDate::parse(typed).unwrap())]);
        let look = evaluate(&form, &answers, &context());
        let problem = look.problem(&Pointer::item(link_id)).unwrap_or_else(|| panic!("{link_id}"));
        assert_eq!(json!([problem.code.as_str(), problem.params]), json!([code, params]), "{link_id}");
    }
}

#[test]
fn what_is_lacking_is_told_apart_from_what_is_wrong() {
    let places = json!([{"url": "http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces", "valueInteger": 1}]);
    let born = json!([{"url": "https://health-certificate.example/fhir/StructureDefinition/derived", "extension": [
        {"url": "from", "valueString": "number"}, {"url": "by", "valueCode": "birth-date"}]}]);
    let form = small(&json!([{"linkId": "number", "type": "string"},
        {"linkId": "born", "type": "date", "extension": born}, {"linkId": "any", "type": "date"},
        {"linkId": "weight", "type": "decimal", "extension": places}]));
    for (link_id, typed, expected) in [
        ("born", "1990年3月", json!(["date", {"need": "day"}])),
        ("born", "1990", json!(["date", {"need": "day"}])),
        ("born", "1990-2-30", json!(["date", {}])),
        ("born", "260905", json!(["date", {}])),
        ("any", "1990年3月", Json::Null),
        ("weight", "72.55", json!(["format", {"limit": 1}])),
        ("weight", "heavy", json!(["format", {}])),
    ] {
        let mut answers = Answers::new();
        answers.set(Pointer::item(link_id), vec![read_typed(form.item(link_id).unwrap(), typed, &str::to_owned)]);
        let look = evaluate(&form, &answers, &context());
        let said = look.problem(&Pointer::item(link_id)).map(|problem| json!([problem.code.as_str(), problem.params]));
        assert_eq!(said.unwrap_or_default(), expected, "{link_id} {typed}");
    }
}

#[test]
fn two_rows_that_lack_the_same_are_told_apart() {
    let shift = json!([{"linkId": "shift.hour", "type": "string", "required": true}]);
    let form = small(&json!([{"linkId": "place", "type": "group", "repeats": true, "required": true, "item": [
        {"linkId": "place.street", "type": "string", "required": true},
        {"linkId": "shift", "type": "group", "repeats": true, "item": shift}]}]));
    let place = Pointer::item("place");
    let names = |answers: &Answers| {
        let look = evaluate(&form, answers, &context());
        let of = |problem: &Problem| {
            let rows = look.rows_around(&problem.pointer);
            rows.iter().map(|(group, number)| format!("{} {number}", group.link_id())).collect::<Vec<_>>().join(" of ")
        };
        look.problems.iter().map(of).collect::<Vec<_>>()
    };
    let mut answers = Answers::new();
    assert_eq!(names(&answers), [""]);
    for row in ["r1", "r2"] {
        answers.add_row(&place, row);
    }
    assert_eq!(names(&answers), ["place 1", "place 2"]);
    let shift = place.in_row("r2", "shift");
    for row in ["b", "a"] {
        answers.add_row(&shift, row);
    }
    assert_eq!(names(&answers), ["place 1", "place 2", "shift 1 of place 2", "shift 2 of place 2"]);
}
