//! Two phones changed one draft: what only one of them changed is taken as it is, and where both did the person is asked.
//!
//! You will not find here who asks, nor when: `base` is what both had when they last agreed.
use super::answers::Answers;
use super::pointer::Pointer;
use super::value::Value;
use std::collections::BTreeSet;

/// An item that both changed, each in its own way. `None`: not answered there (any more).
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Which item.
    pub pointer: Pointer,
    /// What stands on this phone.
    pub here: Option<Vec<Value>>,
    /// What the other one saved.
    pub there: Option<Vec<Value>>,
}

/// What came of two drafts.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// Both, put together; where both changed an item, this phone's until the person has chosen.
    pub answers: Answers,
    /// Where the person has to choose, in the order of the pointers.
    pub conflicts: Vec<Conflict>,
}

impl Merged {
    /// The person chose what the other one saved.
    pub fn take_theirs(&mut self, there: &Answers, pointer: &Pointer) {
        take(&mut self.answers, there, pointer);
        self.conflicts.retain(|conflict| conflict.pointer != *pointer);
    }
}

/// Puts two drafts together that were one.
pub fn merge(base: &Answers, here: &Answers, there: &Answers) -> Merged {
    let mut answers = here.clone();
    let mut conflicts = Vec::new();
    rows(base, here, there, &mut answers);
    let pointers: BTreeSet<&Pointer> =
        [base, here, there].into_iter().flat_map(|side| side.iter().map(|(pointer, _)| pointer)).collect();
    for pointer in pointers {
        let [was, ours, theirs] = [base, here, there].map(|side| said(side, pointer));
        let has_row =
            |side: &Answers| pointer.enclosing_row().is_none_or(|(group, row)| side.rows(&group).contains(&row));
        // A row that only one side has stands as that side has it.
        if !has_row(&answers) || !has_row(there) || ours == theirs || theirs == was {
            continue;
        }
        if ours == was || !has_row(here) {
            take(&mut answers, there, pointer);
        } else {
            let owned = |values: Option<&[Value]>| values.map(<[Value]>::to_vec);
            conflicts.push(Conflict { pointer: pointer.clone(), here: owned(ours), there: owned(theirs) });
        }
    }
    Merged { answers, conflicts }
}

fn said<'a>(answers: &'a Answers, pointer: &Pointer) -> Option<&'a [Value]> {
    answers.is_touched(pointer).then(|| answers.get(pointer))
}

/// One item as another side has it, with what was recorded when a consent was ticked.
pub fn take(answers: &mut Answers, from: &Answers, pointer: &Pointer) {
    match said(from, pointer) {
        Some(values) => answers.set(pointer.clone(), values.to_vec()),
        None => answers.forget(pointer),
    }
    match from.consent(pointer) {
        Some(record) => answers.record_consent(pointer.clone(), record.clone()),
        None => answers.drop_consent(pointer),
    }
}

/// A row that either side began is there. One that a side removed is gone, unless the other has changed something in it since:
/// then it stays as that one has it, whole.
fn rows(base: &Answers, here: &Answers, there: &Answers, answers: &mut Answers) {
    let groups: BTreeSet<&Pointer> =
        [base, here, there].into_iter().flat_map(|side| side.row_groups().map(|(group, _)| group)).collect();
    for group in groups {
        let [was, ours, theirs] = [base, here, there].map(|side| side.rows(group));
        for row in theirs.iter().filter(|row| !ours.contains(row)) {
            if !was.contains(row) || !same_row(base, there, &group.at_row(row)) {
                answers.add_row(group, row);
                let inside = there.iter().filter(|(pointer, _)| group.at_row(row).contains(pointer));
                for (pointer, _) in inside {
                    take(answers, there, pointer);
                }
            }
        }
        for row in ours.iter().filter(|row| !theirs.contains(row) && was.contains(row)) {
            if same_row(base, here, &group.at_row(row)) {
                answers.remove_row(group, row);
            }
        }
    }
}

/// Whether nothing in a row differs between two drafts.
fn same_row(one: &Answers, other: &Answers, row: &Pointer) -> bool {
    let inside = |answers: &Answers| {
        let all = answers.iter().filter(|(pointer, _)| row.contains(pointer));
        all.map(|(pointer, values)| (pointer.clone(), values.to_vec())).collect::<Vec<_>>()
    };
    inside(one) == inside(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Few items and few values, so that both sides often meet.
    fn answers() -> impl Strategy<Value = Answers> {
        let place = prop_oneof![
            (0..5_u8).prop_map(|n| Pointer::item(&format!("item{n}"))),
            (0..3_u8, 0..2_u8)
                .prop_map(|(row, n)| Pointer::item("group").in_row(&format!("r{row}"), &format!("in{n}"))),
        ];
        let value = proptest::collection::vec((0..3_u8).prop_map(|n| Value::Text(n.to_string())), 0..2);
        proptest::collection::vec((place, value), 0..8).prop_map(|pairs| {
            let mut answers = Answers::new();
            for (pointer, values) in pairs {
                answers.set(pointer, values);
            }
            answers
        })
    }

    /// What somebody made of a draft: some items changed, some taken back, perhaps a row removed.
    fn changed(base: Answers) -> impl Strategy<Value = Answers> {
        (answers(), proptest::collection::vec(any::<prop::sample::Index>(), 0..3), proptest::option::of(0..3_u8))
            .prop_map(move |(over, forgotten, removed)| {
                let mut answers = base.overlaid(&over, &|_| true);
                for (group, rows) in base.row_groups() {
                    for row in rows {
                        answers.add_row(group, row);
                    }
                }
                let all: Vec<Pointer> = base.iter().map(|(pointer, _)| pointer.clone()).collect();
                for index in forgotten {
                    if !all.is_empty() {
                        answers.forget(index.get(&all));
                    }
                }
                if let Some(row) = removed {
                    answers.remove_row(&Pointer::item("group"), &format!("r{row}"));
                }
                answers
            })
    }

    fn three() -> impl Strategy<Value = (Answers, Answers, Answers)> {
        answers().prop_flat_map(|base| {
            (Just(base.clone()), changed(base.clone()), changed(base))
                .prop_map(|(base, here, there)| (base, here, there))
        })
    }

    fn texts(answers: &Answers) -> Vec<(Pointer, Vec<Value>)> {
        answers.iter().map(|(pointer, values)| (pointer.clone(), values.to_vec())).collect()
    }

    proptest! {
        #[test]
        fn what_only_one_side_changed_is_taken((base, here, _) in three()) {
            let ours = merge(&base, &here, &base);
            prop_assert_eq!(texts(&ours.answers), texts(&here));
            prop_assert!(ours.conflicts.is_empty());
            let theirs = merge(&base, &base, &here);
            prop_assert_eq!(texts(&theirs.answers), texts(&here));
            prop_assert!(theirs.conflicts.is_empty());
        }

        #[test]
        fn the_same_change_twice_asks_nobody((base, here, _) in three()) {
            let merged = merge(&base, &here, &here);
            prop_assert_eq!(texts(&merged.answers), texts(&here));
            prop_assert!(merged.conflicts.is_empty());
        }

        #[test]
        fn nothing_stands_there_that_nobody_put_there((base, here, there) in three()) {
            let merged = merge(&base, &here, &there);
            for (pointer, values) in merged.answers.iter() {
                let of = |side: &Answers| said(side, pointer) == Some(values);
                prop_assert!(of(&here) || of(&there), "{:?}", pointer);
            }
        }

        #[test]
        fn the_person_is_asked_exactly_where_both_changed((base, here, there) in three()) {
            let merged = merge(&base, &here, &there);
            for conflict in &merged.conflicts {
                let [was, ours, theirs] = [&base, &here, &there].map(|side| said(side, &conflict.pointer));
                prop_assert!(ours != theirs && ours != was && theirs != was);
                prop_assert_eq!(said(&merged.answers, &conflict.pointer), ours);
            }
            // Outside of rows, where removing says something too, the other way round as well.
            for n in 0..5 {
                let pointer = Pointer::item(&format!("item{n}"));
                let [was, ours, theirs] = [&base, &here, &there].map(|side| said(side, &pointer));
                let both = ours != theirs && ours != was && theirs != was;
                prop_assert_eq!(merged.conflicts.iter().any(|conflict| conflict.pointer == pointer), both);
            }
        }

        #[test]
        fn which_phone_merges_makes_no_difference((base, here, there) in three()) {
            let mut ours = merge(&base, &here, &there);
            let theirs = merge(&base, &there, &here);
            prop_assert_eq!(ours.conflicts.len(), theirs.conflicts.len());
            for pointer in ours.conflicts.iter().map(|conflict| conflict.pointer.clone()).collect::<Vec<_>>() {
                ours.take_theirs(&there, &pointer);
            }
            prop_assert!(ours.conflicts.is_empty());
            prop_assert_eq!(texts(&ours.answers), texts(&theirs.answers));
        }
    }

    #[test]
    fn a_row_that_one_removed_and_the_other_changed_stays_whole() {
        let jobs = Pointer::item("job");
        let mut base = Answers::new();
        base.set(jobs.in_row("r1", "place"), vec![Value::Text("Kitchen".into())]);
        base.set(jobs.in_row("r1", "since"), vec![Value::Text("2020".into())]);
        let (mut here, mut there) = (base.clone(), base.clone());
        here.remove_row(&jobs, "r1");
        assert_eq!(merge(&base, &here, &there).answers, here, "removed, and nobody minds");
        there.set(jobs.in_row("r1", "since"), vec![Value::Text("2021".into())]);
        let merged = merge(&base, &here, &there);
        assert_eq!(texts(&merged.answers), texts(&there));
        assert!(merged.conflicts.is_empty());
    }
}
