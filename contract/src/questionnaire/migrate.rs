//! Old drafts under a newer form (forms/README.md §6): what still fits moves, what does not is listed and never lost in silence.
use std::collections::{BTreeMap, BTreeSet};

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

/// The form that a draft of `name` (`id|version`) has to move to, if the office does not take it any more: the newest of those
/// that it takes under the same id. `None`: it stays.
pub fn newer_form<'a>(name: &str, taken: &'a [String]) -> Option<&'a str> {
    let (id, _) = name.split_once('|')?;
    if taken.iter().any(|other| other == name) {
        return None;
    }
    taken.iter().map(String::as_str).find(|other| other.split_once('|').is_some_and(|(other, _)| other == id))
}

/// Which values of which old answers have found a place.
type Taken = BTreeMap<Pointer, BTreeSet<usize>>;

/// Moves the answers of an older version into this form. Consents are never moved: they are asked again.
pub fn migrate(form: &Form, old: &Answers, context: &Context<'_>) -> Migrated {
    let mut answers = Answers::new();
    let mut suggestions = Vec::new();
    let mut taken = Taken::new();
    for (group, rows) in old.row_groups() {
        if form.item_at(group).is_some_and(|item| item.is_row_group() && is_at(form, item, group)) {
            for row in rows {
                answers.add_row(group, row);
            }
        }
    }
    for item in form.items.iter().filter(|item| item.is_question() && item.consent.is_none()) {
        let kept = keep_own(form, old, item, &mut answers, &mut taken);
        // One that kept its name may still call some of its entries otherwise.
        for rename in item.renamed_from.iter().filter(|rename| !kept || rename.link_id == item.link_id) {
            let from = Pointer::item(&rename.link_id);
            let is_left = |at: &usize| !(kept && taken.get(&from).is_some_and(|taken| taken.contains(at)));
            let values: Vec<(usize, &Value)> =
                old.get(&from).iter().enumerate().filter(|(at, _)| is_left(at)).collect();
            if values.is_empty() {
                continue;
            }
            let to = first_place(form, item);
            if rename.how == TakeOver::Suggest {
                let words: Vec<String> = values.iter().map(|(_, value)| value.plain()).collect();
                suggestions.push((to, words.join(", ")));
                continue;
            }
            let found: Vec<(usize, Value)> =
                values.iter().filter_map(|(at, value)| Some((*at, moved(item, rename, value)?))).collect();
            let kept = if kept { answers.get(&to) } else { &[] };
            let moved: Vec<Value> = kept.iter().chain(found.iter().map(|(_, value)| value)).cloned().collect();
            if !found.is_empty() && fits(form, &to, &moved, context) {
                answers.set(to, moved);
                taken.entry(from).or_default().extend(found.iter().map(|(at, _)| *at));
                break;
            }
        }
    }
    Migrated { answers, left_over: left_over(form, old, &taken), suggestions }
}

/// Every value that no item took, with the form's own reason where it gives one.
fn left_over(form: &Form, old: &Answers, taken: &Taken) -> Vec<LeftOver> {
    let mut left = Vec::new();
    for (pointer, values) in old.iter() {
        let is_taken = |at: usize| taken.get(pointer).is_some_and(|taken| taken.contains(&at));
        let values: Vec<Value> =
            values.iter().enumerate().filter(|(at, _)| !is_taken(*at)).map(|(_, value)| value.clone()).collect();
        if !values.is_empty() {
            let retired = form.retired.iter().find(|retired| retired.link_id == pointer.link_id());
            let reason = retired.map(|retired| retired.reason.clone());
            left.push(LeftOver { pointer: pointer.clone(), values, reason });
        }
    }
    left
}

/// An item that was there before keeps its answers, in every row, if they are of its type.
fn keep_own(form: &Form, old: &Answers, item: &Item, answers: &mut Answers, taken: &mut Taken) -> bool {
    let mut kept = false;
    for (pointer, values) in old.iter().filter(|(pointer, _)| pointer.link_id() == item.link_id) {
        let fits: Vec<usize> =
            (0..).zip(values).filter(|(_, value)| is_of_type(item, value)).map(|(at, _)| at).collect();
        if !fits.is_empty() && is_at(form, item, pointer) {
            answers.set(pointer.clone(), fits.iter().filter_map(|at| values.get(*at)).cloned().collect());
            taken.entry(pointer.clone()).or_default().extend(fits);
            kept = true;
        }
    }
    kept
}

/// Whether the form asks the item where the pointer leads: in rows of the same groups, or in none.
fn is_at(form: &Form, item: &Item, pointer: &Pointer) -> bool {
    let groups = item.row_groups.iter().filter_map(|at| form.items.get(*at));
    let names = groups.chain([item]).map(|named| named.link_id.clone());
    // Groups and rows in turn: every second segment is a name.
    pointer.segments().count() % 2 == 1 && pointer.segments().step_by(2).eq(names)
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

/// One old value as the item takes it; `None` for a code without a pair.
fn moved(item: &Item, rename: &RenamedFrom, value: &Value) -> Option<Value> {
    if rename.how == TakeOver::Copy {
        // A list that kept its codes may have changed its words.
        return Some(item.option(value).map_or_else(|| value.clone(), |option| option.value.clone()));
    }
    let code = match value {
        Value::Coding(coding) => coding.code.clone(),
        other => other.plain(),
    };
    let (_, to) = rename.values.iter().find(|(from, _)| *from == code)?;
    let option = item.options.iter().find(|o| o.value.as_coding().is_some_and(|c| c.code == *to))?;
    Some(option.value.clone())
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
        Value::DateTime(_) => item.kind == ItemKind::DateTime,
        Value::Time(_) => item.kind == ItemKind::Time,
        Value::Reference(_) => item.kind == ItemKind::Reference,
        Value::Text(_) => !matches!(item.kind, ItemKind::Choice | ItemKind::Boolean | ItemKind::Attachment),
        Value::Coding(_) => {
            matches!(item.kind, ItemKind::Choice | ItemKind::OpenChoice) && item.option(value).is_some()
        }
        Value::Quantity(_) => item.kind == ItemKind::Quantity,
        Value::Attachment(_) => item.kind == ItemKind::Attachment,
    }
}
