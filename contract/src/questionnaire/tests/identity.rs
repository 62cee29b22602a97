//! Identity as people type it, judged where it is asked: one row a case, with what is said and what follows from it.
use super::*;

/// The kind chosen, what was typed, the code said (or nothing), the kind it looks like, birth date and sex that follow.
type Row =
    (&'static str, &'static str, Option<&'static str>, Option<&'static str>, Option<(&'static str, &'static str)>);

const WOMAN: Option<(&str, &str)> = Some(("1949-12-31", "female"));
const MAN: Option<(&str, &str)> = Some(("1990-03-07", "male"));

const ROWS: &[Row] = &[
    // The number as it is printed, and as it is pasted, dictated or typed with an input method.
    ("resident-id", "11010519491231002X", None, None, WOMAN),
    ("resident-id", "11010519491231002x", None, None, WOMAN),
    ("resident-id", "110105 19491231 002x", None, None, WOMAN),
    ("resident-id", "110105-19491231-002X", None, None, WOMAN),
    ("resident-id", "1101 0519 4912 3100 2X", None, None, WOMAN),
    ("resident-id", " 11010519491231002X ", None, None, WOMAN),
    ("resident-id", "11010519491231002X\n", None, None, WOMAN),
    ("resident-id", "\t11010519491231002X", None, None, WOMAN),
    ("resident-id", "１１０１０５１９４９１２３１００２Ｘ", None, None, WOMAN),
    ("resident-id", "１１０１０５　１９４９１２３１　００２ｘ", None, None, WOMAN),
    ("resident-id", "110105\u{a0}19491231\u{a0}002X", None, None, WOMAN),
    ("resident-id", "\u{feff}11010519491231002X", None, None, WOMAN),
    ("resident-id", "\u{202a}11010519491231002X\u{202c}", None, None, WOMAN),
    ("resident-id", "11010519491231002X\u{200b}", None, None, WOMAN),
    ("resident-id", "110105—19491231—002X", None, None, WOMAN),
    ("resident-id", "11010519900307021X", None, None, MAN),
    ("resident-id", "440524188001010014", None, None, Some(("1880-01-01", "male"))),
    // What is wrong, from the left.
    ("resident-id", "", Some("required"), None, None),
    ("resident-id", "   ", Some("required"), None, None),
    ("resident-id", "1", Some("id-short"), None, None),
    ("resident-id", "1101051949123100", Some("id-short"), None, None),
    ("resident-id", "11010519491231002", Some("id-short"), None, None),
    ("resident-id", "110105194912310021", Some("id-check"), None, None),
    ("resident-id", "110105194912310020", Some("id-check"), None, None),
    ("resident-id", "110105199102290010", Some("id-date"), None, None),
    ("resident-id", "110105209901010010", Some("id-date"), None, None),
    ("resident-id", "110105187912310010", Some("id-date"), None, None),
    ("resident-id", "110105199013010010", Some("id-date"), None, None),
    ("resident-id", "110105199000010010", Some("id-date"), None, None),
    ("resident-id", "1101051949123100211", Some("id-long"), None, None),
    ("resident-id", "11010519491231002XX", Some("id-character"), None, None),
    ("resident-id", "1101051949I231002X", Some("id-character"), None, None),
    ("resident-id", "11010519491231O02X", Some("id-character"), None, None),
    ("resident-id", "X1010519491231002X", Some("id-character"), None, None),
    ("resident-id", "110105194912310021。", Some("id-character"), None, None),
    ("resident-id", "一一〇一〇五", Some("id-character"), None, None),
    ("resident-id", "张伟", Some("id-character"), None, None),
    ("resident-id", "<script>alert(1)</script>", Some("id-character"), None, None),
    ("resident-id", "' OR 1=1 --", Some("id-character"), None, None),
    ("resident-id", "٠١٢٣٤٥٦٧٨٩", Some("id-character"), None, None),
    // The number of the card before 2004.
    ("resident-id", "110105491231002", Some("id-old-15"), None, None),
    ("resident-id", "１１０１０５４９１２３１００２", Some("id-old-15"), None, None),
    // Another document's number.
    ("resident-id", "H12345678", Some("id-character"), Some("hk-macau-travel-permit"), None),
    ("resident-id", "m12345678", Some("id-character"), Some("hk-macau-travel-permit"), None),
    ("resident-id", "E12345678", Some("id-character"), Some("passport"), None),
    ("resident-id", "e 1234 5678", Some("id-character"), Some("passport"), None),
    ("resident-id", "EA1234567", Some("id-character"), Some("passport"), None),
    ("resident-id", "ABC110190030712", Some("id-character"), Some("foreign-permanent-id"), None),
    ("hk-macau-travel-permit", "E12345678", Some("format"), Some("passport"), None),
    ("hk-macau-travel-permit", "11010519900307021X", Some("format"), Some("resident-id"), None),
    ("taiwan-travel-permit", "H12345678", Some("format"), Some("hk-macau-travel-permit"), None),
    ("taiwan-travel-permit", "11010519900307021X", Some("format"), Some("resident-id"), None),
    ("passport", "11010519900307021X", None, Some("resident-id"), None),
    ("passport", "H12345678", None, Some("hk-macau-travel-permit"), None),
    ("foreign-permanent-id", "11010519900307021X", Some("format"), Some("resident-id"), None),
    ("hmt-residence-permit", "11010519900307021X", Some("format"), Some("resident-id"), None),
    // Residents of Hong Kong, Macau and Taiwan: the same eighteen characters, another area.
    ("hmt-residence-permit", "810000199003070014", Some("id-check"), None, None),
    ("hmt-residence-permit", "8100001990030700", Some("id-short"), None, None),
    ("hmt-residence-permit", "84000019900307001X", Some("format"), None, None),
    ("hmt-residence-permit", "", Some("required"), None, None),
    // Foreign permanent residents: eighteen digits since December 2023, the old card still valid.
    ("foreign-permanent-id", "ABC110190030712", None, None, None),
    ("foreign-permanent-id", "abc 1101 9003 0712", None, None, None),
    ("foreign-permanent-id", "ＡＢＣ１１０１９００３０７１２", None, None, None),
    ("foreign-permanent-id", "ABC11019003071", Some("id-short"), None, None),
    ("foreign-permanent-id", "ABC1101900307123", Some("id-long"), None, None),
    ("foreign-permanent-id", "ABCD10190030712", Some("format"), None, None),
    ("foreign-permanent-id", "911156199003070", Some("id-old-15"), None, None),
    // Travel permits, old cards and new.
    ("hk-macau-travel-permit", "H12345678", None, None, None),
    ("hk-macau-travel-permit", "h 1234 5678", None, None, None),
    ("hk-macau-travel-permit", "M1234567890", None, None, None),
    ("hk-macau-travel-permit", "Ｈ１２３４５６７８", None, None, None),
    ("hk-macau-travel-permit", "H1234567", Some("id-short"), None, None),
    ("hk-macau-travel-permit", "H123456789", Some("id-short"), None, None),
    ("hk-macau-travel-permit", "H12345678901", Some("id-long"), None, None),
    ("hk-macau-travel-permit", "12345678", Some("format"), None, None),
    ("taiwan-travel-permit", "12345678", None, None, None),
    ("taiwan-travel-permit", "1234567890", None, None, None),
    ("taiwan-travel-permit", "１２３４５６７８", None, None, None),
    ("taiwan-travel-permit", "1234567", Some("id-short"), None, None),
    ("taiwan-travel-permit", "12345678901", Some("id-long"), None, None),
    // Passports of any country.
    ("passport", "E12345678", None, None, None),
    ("passport", "e12345678", None, None, None),
    ("passport", "C01X00T47", None, None, None),
    ("passport", "533380006", None, None, None),
    ("passport", "E123", Some("id-short"), None, None),
    ("passport", "ABCDEFGHIJ0123456789A", Some("id-long"), None, None),
    ("passport", "E1234567号", Some("format"), None, None),
    ("passport", "Ü12345678", Some("format"), None, None),
    ("passport", "", Some("required"), None, None),
];

#[test]
fn identity_numbers_as_people_type_them() {
    assert!(ROWS.len() >= 80, "{}", ROWS.len());
    let form = certificate();
    let number = Pointer::item("person.id.number");
    for (kind, typed, code, other, told) in ROWS.iter().copied() {
        let mut answers = Answers::new();
        answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", kind));
        answers.set(number.clone(), text(typed));
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.problem(&number).map(|p| p.code.as_str()), code, "{kind} {typed:?}");
        let looks_like = look.warnings_at(&number).find_map(|warning| warning.param("kind"));
        assert_eq!(looks_like.as_deref(), other, "{kind} {typed:?}");
        let birth = look.value_of("person.birth-date").map(Value::plain);
        let sex = look.value_of("person.sex").and_then(Value::as_coding).map(|coding| coding.code.clone());
        assert_eq!(birth.as_deref().zip(sex.as_deref()), told, "{kind} {typed:?}");
    }
}

#[test]
fn ages_are_judged_by_the_number_and_by_what_is_typed() {
    let form = certificate();
    let birth = Pointer::item("person.birth-date");
    // Today is 25 November 2026; one may apply from sixteen.
    for (typed, code) in [
        ("2010-11-25", None),
        ("2010-11-26", Some("too-young")),
        ("2012-02-29", Some("too-young")),
        ("1949-12-31", None),
        ("2026-11-25", Some("too-young")),
        ("2026-11-26", Some("range")),
        ("1990-03", Some("date")),
        ("1990", Some("date")),
        ("soon", Some("date")),
    ] {
        let mut answers = Answers::new();
        answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", "passport"));
        answers.set(birth.clone(), vec![read_typed(form.item("person.birth-date").unwrap(), typed, &str::to_owned)]);
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.problem(&birth).map(|p| p.code.as_str()), code, "{typed}");
    }
    // Of a child the number is right, and the child too young: it is said at the birth date, which follows from it.
    let mut answers = Answers::new();
    answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", "resident-id"));
    answers.set(Pointer::item("person.id.number"), text("110105201503070216"));
    let look = evaluate(&form, &answers, &context());
    assert_eq!(look.problem(&Pointer::item("person.id.number")), None);
    assert_eq!(look.problem(&birth).map(|p| p.code), Some(ProblemCode::TooYoung));
}

/// Which ages a kind of work asks for stands in the form: whom a rule is for, whether it blocks, and what is said.
#[test]
fn ages_differ_by_the_kind_of_work() {
    let form = certificate();
    let birth = Pointer::item("person.birth-date");
    // Today is 25 November 2026. The law keeps those under eighteen from places of entertainment; waiting rooms are of the
    // same kind here, so it is said and does not block.
    for (work, place, born, code, warned) in [
        ("food-catering", None, "2010-11-25", None, false),
        ("food-catering", None, "2010-11-26", Some("too-young"), false),
        ("public-place", Some("hotel"), "2008-11-26", None, false),
        ("public-place", Some("entertainment-waiting"), "2008-11-26", None, true),
        ("public-place", Some("entertainment-waiting"), "2008-11-25", None, false),
        ("public-place", Some("entertainment-waiting"), "2010-11-26", Some("too-young"), false),
        // What was chosen before and is not asked any more asks for nothing.
        ("food-catering", Some("entertainment-waiting"), "2008-11-26", None, false),
    ] {
        let mut answers = Answers::new();
        answers.set(Pointer::item("category.work"), choose(&form, "category.work", work));
        if let Some(place) = place {
            answers.set(Pointer::item("category.place-kind"), choose(&form, "category.place-kind", place));
        }
        answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", "passport"));
        answers.set(birth.clone(), text(born));
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.problem(&birth).map(|p| p.code.as_str()), code, "{work} {place:?} {born}");
        let said = look.warnings_at(&birth).find_map(|warning| warning.message.as_ref());
        let names_the_rule = said.is_some_and(|said| said.base().contains("第六十一条") && said.base().contains("18"));
        assert_eq!(names_the_rule, warned, "{work} {place:?} {born}");
    }
}

#[test]
fn a_committee_sets_another_age_for_each_kind_of_work() {
    let age = |years: i64, when: Json| {
        json!({"url": "https://health-certificate.example/fhir/StructureDefinition/rule", "extension": [
            {"url": "code", "valueCode": "date-not-after"}, {"url": "anchor", "valueString": "today"},
            {"url": "offset", "valueDuration": {"value": -years, "code": "a"}}, when]})
    };
    let when = |question: &str, operator: &str, answer: Json| {
        json!({"url": "when", "extension": [{"url": "question", "valueString": question},
            {"url": "operator", "valueCode": operator}, answer]})
    };
    let works_in =
        |code: &str| when("work", "=", json!({"url": "answer", "valueCoding": {"system": "s", "code": code}}));
    let options: Vec<Json> =
        ["kitchen", "mine", "bar"].iter().map(|code| json!({"valueCoding": {"system": "s", "code": code}})).collect();
    let form = small(&json!([
        {"linkId": "work", "type": "choice", "answerOption": options},
        {"linkId": "hours", "type": "integer"},
        {"linkId": "born", "type": "date", "extension": [
            age(16, json!({"url": "severity", "valueCode": "error"})), age(18, works_in("mine")), age(21, works_in("bar")),
            age(17, when("hours", ">", json!({"url": "answer", "valueInteger": 40})))]},
    ]));
    assert_eq!(form.notices, []);
    for (work, hours, years, problem) in [
        (None, None, 15, Some(16)),
        (None, None, 16, None),
        (Some("kitchen"), None, 16, None),
        (Some("mine"), None, 16, Some(18)),
        (Some("mine"), None, 18, None),
        (Some("bar"), None, 20, Some(21)),
        (Some("bar"), None, 21, None),
        (None, Some(41), 16, Some(17)),
        (None, Some(40), 16, None),
    ] {
        let mut answers = Answers::new();
        if let Some(work) = work {
            answers.set(Pointer::item("work"), choose(&form, "work", work));
        }
        if let Some(hours) = hours {
            answers.set(Pointer::item("hours"), vec![Value::Integer(hours)]);
        }
        let born = NaiveDate::from_ymd_opt(2026 - years, 11, 25).unwrap();
        answers.set(Pointer::item("born"), vec![Value::Date(PartialDate::Day(born))]);
        let look = evaluate(&form, &answers, &context());
        let latest = look.problem(&Pointer::item("born")).and_then(|problem| problem.param("max"));
        let expected = problem.map(|years: i32| format!("{}-11-25", 2026 - years));
        assert_eq!(latest, expected, "{work:?} {hours:?} {years}");
    }
}

/// A form with a number, perhaps the kind of document, and a birth date that follows; which of them have to be answered.
fn with_number(kind: Option<bool>, number: bool) -> Form {
    let rule = match kind {
        Some(_) => json!([{"url": "code", "valueCode": "cn-identity-number"}, {"url": "item", "valueString": "kind"}]),
        None => json!([{"url": "code", "valueCode": "cn-identity-number"}]),
    };
    let mut items = vec![
        json!({"linkId": "number", "type": "string", "required": number,
            "extension": [{"url": format!("{OURS}rule"), "extension": rule}]}),
        json!({"linkId": "born", "type": "date", "required": true, "extension": [{"url": format!("{OURS}derived"),
            "extension": [{"url": "from", "valueString": "number"}, {"url": "by", "valueCode": "birth-date"}]}]}),
    ];
    if let Some(required) = kind {
        let options: Json = ["resident-id", "passport"].map(|code| json!({"valueCoding": {"code": code}})).into();
        items.push(json!({"linkId": "kind", "type": "choice", "required": required, "answerOption": options}));
    }
    small(&items.into())
}

#[test]
fn a_form_that_names_no_kind_takes_the_number_of_the_resident_card() {
    let form = with_number(None, true);
    let (number, born) = (Pointer::item("number"), Pointer::item("born"));
    for (typed, code, told) in [
        ("11010519491231002X", None, Some("1949-12-31")),
        ("110105194912310021", Some("id-check"), None),
        ("110105491231002", Some("id-old-15"), None),
        // There is no other kind to choose.
        ("E12345678", Some("id-character"), None),
        ("", Some("required"), None),
    ] {
        let mut answers = Answers::new();
        answers.set(number.clone(), text(typed));
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.problem(&number).map(|problem| problem.code.as_str()), code, "{typed}");
        assert_eq!(look.answers(&born).first().map(Value::plain).as_deref(), told, "{typed}");
        assert_eq!(look.warnings_at(&number).count(), 0, "{typed}");
        assert!(look.is_visible(&born) == told.is_some(), "{typed}");
    }
}

#[test]
fn what_no_number_will_tell_is_asked() {
    let born = Pointer::item("born");
    for (what, kind, number, answered, asked) in [
        ("the number will tell it", None, true, vec![], false),
        ("nobody has to give a number", None, false, vec![], true),
        ("it is being typed", None, false, vec![("number", "1101051949")], false),
        ("the kind will say", Some(true), true, vec![], false),
        ("nobody has to say which kind", Some(false), true, vec![("number", "11010519491231002X")], true),
        ("neither of them", Some(false), false, vec![], true),
        ("of the kind a number that need not be given", Some(true), false, vec![("kind", "resident-id")], true),
        ("of the kind a number that must", Some(true), true, vec![("kind", "resident-id")], false),
        ("it never tells", Some(true), true, vec![("kind", "passport")], true),
    ] {
        let form = with_number(kind, number);
        let mut answers = Answers::new();
        for (link_id, words) in answered {
            let value = if link_id == "kind" { choose(&form, "kind", words) } else { text(words) };
            answers.set(Pointer::item(link_id), value);
        }
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.is_visible(&born), asked, "{what}");
        let said = look.problem(&born).map(|problem| problem.code);
        assert_eq!(said, asked.then_some(ProblemCode::Required), "{what}");
    }
}

#[test]
fn an_id_runs_out_or_is_long_term() {
    let form = certificate();
    let (until, long) = (Pointer::item("person.id.validity.until"), Pointer::item("person.id.validity.long-term"));
    for (kind, long_term, typed, asked, code, warning) in [
        ("resident-id", Some(true), "", false, None, None),
        ("resident-id", Some(false), "", true, Some("required"), None),
        ("resident-id", Some(false), "2026-11-24", true, Some("past"), None),
        ("resident-id", Some(false), "2026-11-25", true, None, Some("expires-before-examination")),
        ("resident-id", Some(false), "2026-12-24", true, None, Some("expires-before-examination")),
        ("resident-id", Some(false), "2026-12-25", true, None, None),
        ("resident-id", Some(false), "20361225", true, None, None),
        ("resident-id", Some(false), "2036年12月25日", true, None, None),
        ("passport", None, "2036-3-7", true, None, None),
        ("passport", None, "２０３６．３．７", true, None, None),
        ("passport", None, "never", true, Some("date"), None),
    ] {
        let mut answers = Answers::new();
        answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", kind));
        if let Some(long_term) = long_term {
            answers.set(long.clone(), vec![Value::Boolean(long_term)]);
        }
        if !typed.is_empty() {
            let item = form.item("person.id.validity.until").unwrap();
            answers.set(until.clone(), vec![read_typed(item, typed, &str::to_owned)]);
        }
        let look = evaluate(&form, &answers, &context());
        assert_eq!(look.is_visible(&until), asked, "{kind} {typed}");
        assert_eq!(look.problem(&until).map(|p| p.code.as_str()), code, "{kind} {typed}");
        let said = look.warnings_at(&until).next().map(|w| w.code.as_str());
        assert_eq!(said, warning, "{kind} {typed}");
    }
}

#[test]
fn dates_and_numbers_take_what_is_typed() {
    let form = small(&json!([
        {"linkId": "d", "type": "date"}, {"linkId": "i", "type": "integer"}, {"linkId": "n", "type": "decimal"}]));
    for (link_id, typed, kept) in [
        ("d", "1990-3-5", "1990-03-05"),
        ("d", "19900305", "1990-03-05"),
        ("d", "1990年3月5日", "1990-03-05"),
        ("d", "1990年3月5号", "1990-03-05"),
        ("d", "1990/03/05", "1990-03-05"),
        ("d", "1990.3.5", "1990-03-05"),
        ("d", "１９９０－３－５", "1990-03-05"),
        ("d", "1990 3 5", "1990-03-05"),
        ("d", "1990年3月", "1990-03"),
        ("d", "1990", "1990"),
        ("d", "1990-13-5", "1990-13-5"),
        ("d", "1990-2-30", "1990-2-30"),
        ("d", "5.3.1990", "5.3.1990"),
        ("i", "１２", "12"),
        ("i", "1，234", "1234"),
        ("i", "一", "一"),
        ("i", "－3", "-3"),
        ("i", "\u{2212}5", "-5"),
        ("n", "72。5", "72.5"),
        ("n", "７２．５", "72.5"),
        ("n", "72，5", "72.5"),
        // A comma groups thousands; else it stands before decimals, or what was typed is no number.
        ("i", "1,5", "1,5"),
        ("i", "0,125", "0,125"),
        ("i", "1,2,3", "1,2,3"),
        ("i", "1234,567", "1234,567"),
        ("i", "-12,345,678", "-12345678"),
        ("i", "1 234", "1234"),
        ("i", "1\u{2019}234", "1234"),
        ("i", "1\u{2019}5", "1\u{2019}5"),
        ("i", "3 5", "3 5"),
        ("i", "1,234 567", "1,234 567"),
        ("n", "0,125", "0.125"),
        ("n", "-0,125", "-0.125"),
        ("n", ",5", "0.5"),
        ("n", "1,2,3", "1,2,3"),
        ("n", "1,234", "1234"),
        ("n", "1234,567", "1234.567"),
        ("n", "1,234,567.5", "1234567.5"),
        ("n", "1,00.5", "1,00.5"),
        ("n", "1.000,5", "1.000,5"),
        ("n", "1,000,5", "1,000,5"),
        ("n", "3 1 2", "3 1 2"),
        ("n", "1，000．5", "1000.5"),
        ("n", "72.5.5", "72.5.5"),
        ("n", "1e3", "1e3"),
        ("n", "inf", "inf"),
    ] {
        let value = read_typed(form.item(link_id).unwrap(), typed, &str::to_owned);
        assert_eq!(value.plain(), kept, "{typed}");
        assert_eq!(matches!(value, Value::Text(_)), kept == typed && kept != "1990", "{typed}");
    }
}

#[test]
fn another_kind_is_named_only_where_the_form_offers_it() {
    for (offered, expected) in [("hk-macau-travel-permit", 1), ("passport", 0)] {
        let codes = ["resident-id", offered].map(|code| json!({"valueCoding": {"system": "s", "code": code}}));
        let form = small(&json!([
            {"linkId": "kind", "type": "choice", "answerOption": codes},
            {"linkId": "number", "type": "string", "extension": [{"url": format!("{OURS}rule"), "extension": [
                {"url": "code", "valueCode": "cn-identity-number"}, {"url": "item", "valueString": "kind"}]}]}]));
        let mut answers = Answers::new();
        answers.set(Pointer::item("kind"), choose(&form, "kind", "resident-id"));
        answers.set(Pointer::item("number"), text("H12345678"));
        let warnings = evaluate(&form, &answers, &context()).warnings;
        let said = warnings.iter().filter(|warning| warning.code == ProblemCode::OtherKind);
        assert_eq!(said.count(), expected, "{offered}");
    }
}
