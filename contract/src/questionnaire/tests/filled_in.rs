//! What is filled in for a person, and which of it is to be confirmed.
use super::*;

#[test]
fn what_the_sign_in_tells_is_filled_in_once_and_confirmed() {
    let form = certificate();
    let phone = Pointer::item("contact.phone");
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    assert!(beside.fill_in(&form, &mut answers, "+8613800000000"));
    assert_eq!(answers.get(&phone), text("+8613800000000"));
    let open = |beside: &Beside, answers: &Answers| {
        beside.unconfirmed(&evaluate(&form, answers, &context())).cloned().collect::<Vec<_>>()
    };
    assert_eq!(open(&beside, &answers), std::slice::from_ref(&phone));
    let begun = |beside: &Beside, answers: &Answers| beside.is_begun(&evaluate(&form, answers, &context()));
    assert!(!begun(&beside, &answers), "what was filled in for somebody is no beginning of theirs");
    let mut confirmed = beside.clone();
    confirmed.confirmed(&phone);
    assert!(begun(&confirmed, &answers));
    // Emptied by the person: it is not filled in again, and there is nothing to confirm.
    answers.set(phone.clone(), Vec::new());
    assert!(!beside.fill_in(&form, &mut answers, "+8613800000000"));
    assert_eq!(open(&beside, &answers), Vec::<Pointer>::new());
    beside.confirmed(&phone);
    let stored = serde_json::to_string(&beside).unwrap();
    assert_eq!(crate::json::read::<Beside>(&stored), Some(beside));
    assert_eq!(crate::json::read::<Beside>("{}"), Some(Beside::default()));
}

#[test]
fn required_documents_are_counted_as_they_are_asked_for() {
    let form = certificate();
    let photos = form.steps.iter().find(|step| step.link_id == "documents").unwrap();
    let count = |answers: &Answers| evaluate(&form, answers, &context()).required_documents(&form, photos);
    let answers = response(&form, "cook-resident-id");
    let (asked, there) = count(&answers);
    assert_eq!(asked, there, "all are there");
    assert!(asked > 1);
    let mut fewer = answers.clone();
    fewer.set(Pointer::item("documents.portrait"), Vec::new());
    assert_eq!(count(&fewer), (asked, there - 1));
    assert!(count(&Answers::new()).0 < asked, "nothing is known of the ID yet");
}

#[test]
fn a_renewal_takes_over_what_still_holds_and_asks_about_each() {
    let form = certificate();
    let mut filled = response(&form, "hotel-passport-renewal");
    let until = Pointer::item("person.id.validity.until");
    filled.set(until.clone(), vec![Value::Date(PartialDate::parse("2026-11-01").unwrap())]);
    let named = ["person.id.kind", "person.id.validity.until", "person.name", "work.post", "gone.from-the-form"];
    let pointers = named.map(Pointer::item);
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    answers.set(Pointer::item("work.post"), text("新的岗位"));
    beside.take_over(&form, &mut answers, &filled, &pointers, &context(), &str::to_owned);
    // Typed before, run out since, or not in this form: not taken over.
    assert_eq!(beside.to_confirm, ["person.id.kind", "person.name"].map(Pointer::item));
    assert_eq!(answers.get(&Pointer::item("work.post")), text("新的岗位"));
    assert!(!answers.is_touched(&until));
    assert_eq!(beside.holder.as_deref(), answers.first(&Pointer::item("person.name")).and_then(Value::as_text));
    beside.confirmed(&Pointer::item("person.name"));
    assert_eq!(beside.to_confirm, [Pointer::item("person.id.kind")]);
}

#[test]
fn what_is_taken_over_is_put_in_order_as_if_it_had_been_typed() {
    let form = certificate();
    let [name, number, until] = ["person.name", "person.id.number", "person.id.validity.until"].map(Pointer::item);
    let mut filled = response(&form, "cook-resident-id");
    // As a backend of somebody else may keep it.
    filled.set(name.clone(), text(" 阿卜杜拉•买买提 "));
    filled.set(number.clone(), text("110105 19900307 021x"));
    filled.set(until.clone(), text("2036年3月7日"));
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    let pointers = [name.clone(), number.clone(), until.clone()];
    beside.take_over(&form, &mut answers, &filled, &pointers, &context(), &str::to_owned);
    assert_eq!(answers.get(&name), text("阿卜杜拉·买买提"));
    assert_eq!(answers.get(&number), text("11010519900307021X"));
    assert_eq!(answers.get(&until), [Value::Date(PartialDate::parse("2036-03-07").unwrap())]);
    assert_eq!(beside.holder.as_deref(), Some("阿卜杜拉·买买提"));
    assert_eq!(beside.to_confirm, pointers);
}

#[test]
fn what_the_number_tells_is_not_to_be_confirmed() {
    let form = certificate();
    let filled = response(&form, "cook-resident-id");
    let (birth, name) = (Pointer::item("person.birth-date"), Pointer::item("person.name"));
    let mut given = filled.clone();
    given.set(birth.clone(), vec![Value::Date(PartialDate::parse("1990-03-07").unwrap())]);
    let (mut beside, mut answers) = (Beside::default(), Answers::new());
    beside.take_over(&form, &mut answers, &given, &[birth.clone(), name.clone()], &context(), &str::to_owned);
    let number = Pointer::item("person.id.number");
    for (kind, number_typed, expected) in [
        ("resident-id", "11010519900307021X", vec![name.clone()]),
        ("passport", "E12345678", vec![birth, name.clone()]),
    ] {
        answers.set(Pointer::item("person.id.kind"), choose(&form, "person.id.kind", kind));
        answers.set(number.clone(), text(number_typed));
        let look = evaluate(&form, &answers, &context());
        assert_eq!(beside.unconfirmed(&look).cloned().collect::<Vec<_>>(), expected, "{kind}");
    }
}
