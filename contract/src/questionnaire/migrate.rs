//! Old drafts under a newer form (forms/README.md §6): what still fits moves, what does not is listed and never lost in silence.
use std::collections::BTreeSet;

use super::answers::{Answers, FIRST_ROW};
use super::evaluate::{Context, evaluate};
use super::form::{Form, Item, ItemKind, RenamedFrom, TakeOver};
use super::pointer::Pointer;
use super::text::Text;
use super::value::Value;

/// An old draft as answers to the newer form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Migrated {
    /// What fits.
    pub answers: Answers,
    /// What does not, to be shown once.
    pub left_over: Vec<LeftOver>,
    /// Old text to show beside a new question: the question, and the text.
    pub suggestions: Vec<(Pointer, String)>,
}

/// An old answer that no item takes.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOver {
    /// Where it stood.
    pub pointer: Pointer,
    /// What it was.
    pub values: Vec<Value>,
    /// Why it is not asked any more, where the form says so.
    pub reason: Option<Text>,
}

/// Moves the answers of an older version into this form. Consents are never moved: they are asked again.
pub fn migrate(form: &Form, old: &Answers, context: &Context<'_>) -> Migrated {
    let mut answers = Answers::new();
    let mut suggestions = Vec::new();
    let mut taken: BTreeSet<Pointer> = BTreeSet::new();
    for item in form.items.iter().filter(|item| item.is_question() && item.consent.is_none()) {
        if keep_own(form, old, item, &mut answers, &mut taken) {
            continue;
        }
        for rename in &item.renamed_from {
            let from = Pointer::item(&rename.link_id);
            if old.get(&from).is_empty() {
                continue;
            }
            let to = first_place(form, item);
            if rename.how == TakeOver::Suggest {
                let words: Vec<String> = old.get(&from).iter().map(Value::plain).collect();
                suggestions.push((to, words.join(", ")));
                continue;
            }
            let moved = moved(item, rename, old.get(&from));
            if !moved.is_empty() && fits(form, &to, &moved, context) {
                answers.set(to, moved);
                taken.insert(from);
                break;
            }
        }
    }
    let left_over = old
        .iter()
        .filter(|(pointer, values)| !values.is_empty() && !taken.contains(pointer))
        .map(|(pointer, values)| LeftOver {
            pointer: pointer.clone(),
            values: values.to_vec(),
            reason: form.retired.iter().find(|r| r.link_id == pointer.link_id()).map(|r| r.reason.clone()),
        })
        .collect();
    Migrated { answers, left_over, suggestions }
}

/// An item that was there before keeps its answers, in every row, if they are of its type.
fn keep_own(form: &Form, old: &Answers, item: &Item, answers: &mut Answers, taken: &mut BTreeSet<Pointer>) -> bool {
    let mut kept = false;
    for (pointer, values) in old.iter().filter(|(pointer, _)| pointer.link_id() == item.link_id) {
        let same_place = item.row_groups.is_empty() == pointer.enclosing_row().is_none();
        if !values.is_empty() && same_place && values.iter().all(|value| is_of_type(item, value)) {
            let place = if same_place { pointer.clone() } else { first_place(form, item) };
            answers.set(place, values.to_vec());
            taken.insert(pointer.clone());
            kept = true;
        }
    }
    kept
}

/// Where an answer goes that was in no row: into a repeating group it becomes the first row.
fn first_place(form: &Form, item: &Item) -> Pointer {
    let groups = item.row_groups.iter().filter_map(|at| form.items.get(*at));
    let row = groups.fold(None, |outer: Option<Pointer>, group| {
        let here = outer.map_or_else(|| Pointer::item(&group.link_id), |row| row.child(&group.link_id));
        Some(here.at_row(FIRST_ROW))
    });
    row.map_or_else(|| Pointer::item(&item.link_id), |row| row.child(&item.link_id))
}

fn moved(item: &Item, rename: &RenamedFrom, values: &[Value]) -> Vec<Value> {
    if rename.how == TakeOver::Copy {
        // A list that kept its codes may have changed its words.
        let own = |value: &Value| item.option(value).map_or_else(|| value.clone(), |option| option.value.clone());
        return values.iter().map(own).collect();
    }
    let code = |value: &Value| match value {
        Value::Coding(coding) => coding.code.clone(),
        other => other.plain(),
    };
    let pair = |value: &Value| rename.values.iter().find(|(from, _)| *from == code(value)).map(|(_, to)| to);
    let option = |to: &String| item.options.iter().find(|o| o.value.as_coding().is_some_and(|c| c.code == *to));
    values.iter().filter_map(|value| Some(option(pair(value)?)?.value.clone())).collect()
}

/// Type and rules, judged where the item stands alone.
fn fits(form: &Form, to: &Pointer, values: &[Value], context: &Context<'_>) -> bool {
    let mut alone = Answers::new();
    alone.set(to.clone(), values.to_vec());
    let is_typed = form.item_at(to).is_some_and(|item| values.iter().all(|value| is_of_type(item, value)));
    is_typed && evaluate(form, &alone, context).problem(to).is_none()
}

fn is_of_type(item: &Item, value: &Value) -> bool {
    match value {
        Value::Boolean(_) => item.kind == ItemKind::Boolean,
        Value::Integer(_) => matches!(item.kind, ItemKind::Integer | ItemKind::Decimal),
        Value::Decimal(_) => item.kind == ItemKind::Decimal,
        Value::Date(_) => item.kind == ItemKind::Date,
        Value::Text(_) => !matches!(item.kind, ItemKind::Choice | ItemKind::Boolean | ItemKind::Attachment),
        Value::Coding(_) => {
            matches!(item.kind, ItemKind::Choice | ItemKind::OpenChoice) && item.option(value).is_some()
        }
        Value::Quantity(_) => item.kind == ItemKind::Quantity,
        Value::Attachment(_) => item.kind == ItemKind::Attachment,
    }
}
