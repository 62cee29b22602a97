//! The form was updated under a draft: what moved and what no longer fits, until the person has looked at it.

use super::opening::{Opened, load_form};
use crate::form::{in_rows, label, values_text, words_of};
use crate::i18n::{I18n, K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, memo};
use crate::ui::{Button, Icon, Kind, Tone, live, note};
use contract::questionnaire::{Beside, Evaluation, Form, Pointer, Value, place_now};
use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use std::sync::Arc;
use view::view;

/// Says it above the page; nothing where nothing moved.
pub(super) fn form_moved(opened: Opened) -> AnyView {
    let (offline, filling) = (Offline::here(), opened.filling);
    let beside = filling.beside;
    let from = memo(move || beside.with(|beside| beside.moved_from.clone()));
    // Each old form names its own questions. Where one is not to be had the answers stand alone.
    let mut before = Before::new();
    beside.with_untracked(|beside| {
        for name in beside.moved_from.iter().chain(beside.left_by.values()) {
            if before.iter().all(|(known, _)| known != name) {
                before.push((name.clone(), RwSignal::new(None)));
            }
        }
    });
    for (name, form) in before.clone() {
        spawn_local(ScopedFuture::new(async move {
            form.try_set(load_form(offline, &name).await);
        }));
    }
    let form = filling.form();
    let left = memo(move || {
        beside.with(|beside| filling.evaluation().with(|look| rows(filling.i18n(), &form, look, &before, beside)))
    });
    live(move || from.get().map(|_| left.with(|rows| moved(opened, rows))))
}

/// The forms that the draft went through, by name.
type Before = Vec<(String, RwSignal<Option<Arc<Form>>>)>;

fn moved(opened: Opened, rows: &[(String, Option<String>)]) -> AnyView {
    let (i18n, filling) = (opened.filling.i18n(), opened.filling);
    let words = match rows.len() {
        0 => i18n.text(K::FormChangedFits),
        n => i18n.say(K::PQuestionnaireChanged, &[("n", n.into())]),
    };
    let list = rows.iter().cloned().map(|(answer, reason)| {
        let why = reason.map(|reason| view! { <br/><span class="hc-meta">{reason}</span> });
        view! { <li>{answer} {why}</li> }
    });
    let seen = Callback::new(move |()| {
        if !filling.closed.get_untracked() {
            filling.beside.update(Beside::seen);
        }
    });
    let body = view! {
        <p>{words}</p>
        <ul>{list.collect_view()}</ul>
        <p><Button kind=Kind::Quiet label=t(K::FormChangedSeen) on_press=seen/></p>
    };
    note(Tone::Warn, Icon::Info, false, body.into_any())
}

/// Each answer that no question takes, with the form's own reason where it gives one.
fn rows(i18n: I18n, form: &Form, look: &Evaluation, before: &Before, beside: &Beside) -> Vec<(String, Option<String>)> {
    let row = |(pointer, values): (&Pointer, &[Value])| {
        let retired = form.retired.iter().find(|retired| retired.link_id == pointer.link_id());
        let reason = retired.map(|retired| words_of(i18n, &retired.reason));
        let by = before.iter().find(|(name, _)| Some(name.as_str()) == beside.left_by(pointer));
        let by = by.and_then(|(_, form)| form.get());
        let asked = by.as_ref().and_then(|by| Some((by, by.item_at(pointer)?)));
        let answer = match asked {
            Some((by, item)) => {
                let old = values_text(i18n, item, values);
                let around = rows_around(form, look, beside, pointer);
                let named = in_rows(i18n, by, around, label(i18n, item));
                i18n.say(K::FormChangedRow, &[("label", named.into()), ("old", old.into())])
            }
            None => i18n.list(&values.iter().map(Value::plain).collect::<Vec<_>>()),
        };
        (answer, reason)
    };
    beside.left_over.iter().map(row).collect()
}

/// Which rows an old answer lay in, from the inside out: the group by its old name, and the row's number as it stands in the
/// form in use. Where that has no such rows any more they are counted among what was left.
fn rows_around(form: &Form, look: &Evaluation, beside: &Beside, old: &Pointer) -> Vec<(Pointer, usize)> {
    let from = beside.left_by(old).unwrap_or_default();
    let around = std::iter::successors(old.enclosing_row(), |(group, _)| group.enclosing_row());
    let numbered = around.filter_map(|(group, row)| {
        let now = place_now(form, from, &group).map(|group| look.rows(&group)).filter(|rows| rows.contains(&row));
        let rows = now.unwrap_or_else(|| beside.left_over.rows(&group).to_vec());
        let at = rows.iter().position(|other| *other == row).filter(|_| rows.len() > 1)?;
        Some((group, at + 1))
    });
    numbered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::questionnaire::{Answers, Context, NoPatterns, evaluate};

    /// Places of work with an address in each, as far as this version asks.
    fn form(version: &str, items: &str) -> Form {
        let text = format!(
            r#"{{"resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/f", "status": "active",
                "version": "{version}", "item": [{{"linkId": "s", "type": "group", "text": "S", "item": [{items}]}}]}}"#
        );
        Form::load(&text).unwrap()
    }

    #[test]
    fn what_is_left_over_says_of_which_row() {
        const PLACE: &str = r#"{"linkId": "place", "type": "group", "repeats": true, "text": "Place", "item": [
            {"linkId": "name", "type": "string", "text": "Name"}]}"#;
        let place = Pointer::item("place");
        let mut answers = Answers::new();
        let mut beside = Beside { moved_from: Some("f|1".to_owned()), ..Beside::default() };
        for row in ["b", "a", "c"] {
            answers.set(place.in_row(row, "name"), vec![Value::Text(row.to_owned())]);
            // In one row nothing stood there.
            if row != "b" {
                beside.left_over.set(place.in_row(row, "address"), vec![Value::Text(row.to_owned())]);
            }
        }
        for (items, numbers) in [
            // The rows stand there still: they are counted as the person sees them.
            (PLACE, [Some(2), Some(3)]),
            // They are gone: what was left of them is told apart all the same.
            (r#"{"linkId": "other", "type": "string", "text": "Other"}"#, [Some(1), Some(2)]),
        ] {
            let form = form("2", items);
            let look = evaluate(&form, &answers, &Context::new(chrono::NaiveDate::default(), &NoPatterns));
            for (row, number) in ["a", "c"].into_iter().zip(numbers) {
                let around = rows_around(&form, &look, &beside, &place.in_row(row, "address"));
                assert_eq!(around.first().map(|(_, number)| *number), number, "{row} of {items}");
            }
        }
    }
}
