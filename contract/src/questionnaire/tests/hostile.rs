//! Anything typed into anything, and drafts that somebody tampered with: kept, said, never a crash.
use proptest::prelude::*;

use super::*;

/// What breaks programs: control characters, marks that turn the line round, markup, numbers that are none, long lines.
const NAUGHTY: [&str; 22] = [
    "",
    " ",
    "\0",
    "\u{1b}[31m",
    "\u{202e}abc",
    "\u{feff}",
    "\u{fffd}",
    "null",
    "undefined",
    "NaN",
    "-0",
    "1e309",
    "0x10",
    "<script>alert(1)</script>",
    "\"'`;--",
    "{{7*7}}",
    "%s%n",
    "../../etc/passwd",
    "👩‍👩‍👧‍👦",
    "𬱖",
    "é\u{301}\u{301}\u{301}",
    "９９９９９９９９９９９９９９９９９９９９",
];

#[test]
fn naughty_strings_in_every_field_are_kept_and_judged() {
    let form = certificate();
    let long = "长".repeat(10_000);
    for item in form.items.iter().filter(|item| item.is_question()) {
        let at = form.index_of(&item.link_id).unwrap();
        let row =
            form.items[at].row_groups.first().map(|group| Pointer::item(&form.items[*group].link_id).at_row("r1"));
        let pointer = row.map_or_else(|| Pointer::item(&item.link_id), |row| row.child(&item.link_id));
        for typed in NAUGHTY.into_iter().chain([long.as_str()]) {
            let value = read_typed(item, typed, &str::to_owned);
            let mut answers = Answers::new();
            answers.set(pointer.clone(), vec![value.clone()]);
            let look = evaluate(&form, &answers, &context());
            assert_eq!(answers.get(&pointer), [value], "{typed:?} is kept");
            if typed.len() > 1000 && look.is_visible(&pointer) {
                assert!(look.problem(&pointer).is_some(), "{}: ten thousand characters", item.link_id);
            }
            let sent = to_response(&form, &answers, Scope::Visible(&look), &Envelope::default());
            from_response(&form, &sent);
            let stored = serde_json::to_string(&answers).unwrap();
            assert_eq!(crate::json::read::<Answers>(&stored), Some(answers), "{typed:?}");
        }
    }
}

#[test]
fn a_tampered_draft_loses_nothing_of_what_fits_and_sends_nothing_else() {
    let form = certificate();
    let mut answers = response(&form, "cook-resident-id");
    let whole = evaluate(&form, &answers, &context());
    let clean = to_response(&form, &answers, Scope::Visible(&whole), &Envelope::default());
    for pointer in ["#/nowhere", "#/work.place/r9/nowhere", "#/person.name/r1/person.name", "#/a/b/c/d/e", "#//"] {
        answers.set(Pointer::from_text(pointer), text("put in by somebody"));
    }
    let look = evaluate(&form, &answers, &context());
    let sent = to_response(&form, &answers, Scope::Visible(&look), &Envelope::default());
    assert!(!sent.to_string().contains("put in by somebody"));
    assert_eq!(from_response(&form, &sent).0.get(&Pointer::item("person.name")), text("张伟"));
    assert!(sent.to_string().contains("张伟") && clean.to_string().contains("张伟"));
    let migrated = migrate(&form, "health-certificate|2025.06.1", &answers, &context());
    assert!(migrated.left_over.iter().any(|left| left.pointer.as_str() == "#/nowhere"));
    for broken in [
        "{}",
        "[]",
        "null",
        "{\"values\": 7}",
        "{\"values\": {\"#/a\": [{\"valueDate\": \"soon\"}]}}",
        "{\"rows\": {\"#/a\": [1]}}",
    ] {
        if let Some(read) = crate::json::read::<Answers>(broken) {
            evaluate(&form, &read, &context());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_typed_reads_the_same_when_it_is_put_in_order_again(at in 0usize..60, typed in any::<String>()) {
        let form = certificate();
        let questions: Vec<&Item> = form.items.iter().filter(|item| item.is_question()).collect();
        let item = questions[at % questions.len()];
        let once = read_typed(item, &typed, &str::to_owned);
        let again = read_typed(item, &typed_text(item, Some(&once)), &str::to_owned);
        if matches!(item.kind, ItemKind::String | ItemKind::Date) {
            prop_assert_eq!(&once, &again, "{} {:?}", item.link_id, typed);
        }
        evaluate(&form, &Answers::new(), &context());
    }
}

#[test]
fn rows_without_a_name_are_each_given_one_that_is_free() {
    let form = certificate();
    let place = Pointer::item("work.place");
    let read = |ids: &[Option<&str>]| {
        let row = |id: Option<&str>| {
            let address = json!({"linkId": "work.place.address", "answer": [{"valueString": "示例路 1 号"}]});
            let mut row = json!({"linkId": "work.place", "item": [address]});
            if let Some(id) = id {
                row["id"] = json!(id);
            }
            row
        };
        let rows: Vec<Json> = ids.iter().copied().map(row).collect();
        let (answers, problems) = from_response(&form, &json!({"item": [{"linkId": "work", "item": rows}]}));
        assert!(problems.is_empty(), "{problems:?}");
        answers.rows(&place).to_vec()
    };
    for (ids, rows) in [
        (&[None, None][..], &["r1", "r2"][..]),
        (&[Some("r1"), None, None], &["r1", "r2", "r3"]),
        (&[Some("r3"), None, None, None], &["r3", "r1", "r2", "r4"]),
        (&[Some("a"), Some("r"), Some("r0"), Some("r-1"), None], &["a", "r", "r0", "r-1", "r1"]),
        (&[Some("r99999999999999999999999"), None], &["r99999999999999999999999", "r1"]),
    ] {
        assert_eq!(read(ids), rows);
    }
    // As many as a body holds, and nobody waits for it.
    assert_eq!(read(&vec![None; 5_000]).len(), 5_000);
}
