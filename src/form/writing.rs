//! What a person puts into the form: the only writes to the draft's answers.

use super::filling::Filling;
use super::pattern::compose;
use crate::i18n::K;
use contract::api::rfc3339;
use contract::questionnaire::{Answers, ConsentRecord, Item, Pointer, Role, Value, normalised};
use leptos::prelude::*;

impl Filling {
    /// Gives one answer to the draft.
    pub fn write(self, pointer: &Pointer, values: Vec<Value>) {
        if self.closed.get_untracked() {
            return;
        }
        self.changed(pointer);
        self.put(pointer, values);
    }

    fn put(self, pointer: &Pointer, values: Vec<Value>) {
        self.change_at(pointer, |answers| answers.set(pointer.clone(), values));
    }

    /// Changes the answers at a place. A draft that begins to hold a row holds all that stand beside it, and beside those that
    /// it lies in: in a round of returned items one that it does not hold is taken away.
    fn change_at(self, pointer: &Pointer, change: impl FnOnce(&mut Answers)) {
        let around = std::iter::successors(pointer.enclosing_row(), |(group, _)| group.enclosing_row());
        let shown: Vec<(Pointer, Vec<String>)> =
            self.looked.with_untracked(|look| around.map(|(group, _)| (group.clone(), look.rows(&group))).collect());
        self.answers.update(|answers| {
            // From the outside in: a row that is begun inside begins the one around it, which then would stand first.
            for (group, rows) in shown.iter().rev() {
                for row in rows {
                    answers.add_row(group, row);
                }
            }
            change(answers);
        });
    }

    /// What was filled in for the person is right.
    pub(super) fn confirm(self, pointer: &Pointer) {
        self.beside.update(|beside| beside.confirmed(pointer));
    }

    /// The person changes an answer, or the rows of a group: what was said about it is past.
    pub(super) fn changed(self, pointer: &Pointer) {
        if self.beside.with_untracked(|beside| beside.speaks_of(pointer)) {
            self.beside.update(|beside| beside.changed(pointer));
        }
    }

    /// The person adds a row to a group. The one that stood there by itself becomes a real one first.
    pub(super) fn add_row(self, group: &Pointer, row: &str) {
        self.changed(group);
        self.change_at(&group.at_row(row), |answers| answers.add_row(group, row));
    }

    /// The person takes a row away, with its documents.
    pub(super) fn remove_row(self, group: &Pointer, row: &str) {
        let gone = group.at_row(row);
        self.beside.update(|beside| beside.removed(&gone));
        let documents: Vec<String> = self.answers.with_untracked(|answers| {
            let inside = answers.documents().filter(|(at, _)| gone.contains(at));
            inside.map(|(_, it)| it.document.clone()).collect()
        });
        if !documents.is_empty() {
            self.are_gone(documents);
        }
        self.change_at(&gone, |answers| answers.remove_row(group, row));
    }

    /// Ticks or unticks a consent, with its record.
    pub(super) fn agree(self, pointer: &Pointer, item: &Item, yes: bool) {
        if self.closed.get_untracked() {
            return;
        }
        let record = item.consent.as_ref().filter(|_| yes).map(|consent| ConsentRecord {
            version: consent.version.clone(),
            language: self.i18n.lang().to_owned(),
            at: rfc3339(self.now.run(())),
        });
        self.changed(pointer);
        self.change_at(pointer, |answers| {
            answers.set(pointer.clone(), vec![Value::Boolean(yes)]);
            match record {
                Some(record) => answers.record_consent(pointer.clone(), record),
                None => answers.drop_consent(pointer),
            }
        });
    }

    /// The person went on from an item: what was typed is put in order, and what is wrong may be said.
    ///
    /// One that was never touched stays quiet: they may come back to it.
    pub fn leave(self, pointer: &Pointer) {
        // A field that is taken away while it has the focus is left too; by then the page is gone.
        if self.is_gone() || self.is_left_later(pointer) {
            return;
        }
        if self.answers.with_untracked(|answers| answers.is_touched(pointer)) {
            self.tidy(pointer);
            if !self.left.with_untracked(|left| left.contains_key(pointer)) {
                self.left.update(|left| {
                    left.insert(pointer.clone(), ());
                });
            }
            self.say_what_is_wrong(pointer);
        }
    }

    /// Who listens has gone on to the next field when the sentence appears at this one.
    fn say_what_is_wrong(self, pointer: &Pointer) {
        let said = self.looked.with_untracked(|e| e.problem(pointer).map(|problem| untrack(|| self.sentence(problem))));
        match said {
            Some(words) => {
                let words = untrack(|| self.i18n.text(K::FormErrPrefix)) + &words;
                self.announcer.say(&words);
                self.last_told(|told| *told = Some((pointer.clone(), words)));
            }
            None => self.take_back(pointer),
        }
    }

    /// What was told of an item is not true any more: who reads on finds it nowhere.
    fn take_back(self, pointer: &Pointer) {
        let told = self.last_told(|told| told.take_if(|(of, _)| of == pointer)).flatten();
        if let Some((_, words)) = told {
            self.announcer.take_back(&words);
        }
    }

    /// Puts in order what was typed. That is no word of its person: what waits to be confirmed still does.
    pub(super) fn tidy(self, pointer: &Pointer) {
        let Some(item) = self.form.with_value(|form| form.item_at(pointer).cloned()) else { return };
        let before = self.answers.with_untracked(|answers| answers.get(pointer).to_vec());
        let after: Vec<Value> = before.iter().map(|value| self.at_office(normalised(&item, value, &compose))).collect();
        if item.role == Some(Role::Name) {
            let name = after.first().and_then(Value::as_text).filter(|name| !name.is_empty()).map(str::to_owned);
            if self.beside.with_untracked(|beside| beside.holder != name) {
                self.beside.update(|beside| beside.holder = name);
            }
        }
        if after != before && !self.closed.get_untracked() {
            self.put(pointer, after);
        }
    }

    /// A time of a day is meant on the office's clock.
    fn at_office(self, value: Value) -> Value {
        let Value::DateTime(moment) = value else { return value };
        Value::DateTime(moment.on_clock(*self.now.run(()).offset()))
    }
}
