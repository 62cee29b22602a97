//! Old drafts under a newer form (forms/README.md §6): what still fits moves, what does not is listed and never lost in silence.
use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Answers, FIRST_ROW};
use super::evaluate::{Context, evaluate, is_blank};
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
    /// Where each old answer of which something fits stood, and where it stands now.
    pub places: Vec<(Pointer, Pointer)>,
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

/// Where in this form stands what stood at a place of an older one (`id|version`; empty: of any one): an answer, a group, a row.
/// `None`: it is not asked any more.
pub fn place_now(form: &Form, from: &str, old: &Pointer) -> Option<Pointer> {
    if let Some((group, row)) = old.enclosing_row().filter(|(group, row)| group.at_row(row) == *old) {
        let group = place_now(form, from, &group)?;
        let is_in_rows = form.item_at(&group).is_some_and(Item::is_row_group);
        return Some(if is_in_rows { group.at_row(&row) } else { group });
    }
    let version = from.split_once('|').map(|(_, version)| version);
    let named = old.link_id();
    let renamed = |suggested: bool| {
        let is_it = |rename: &RenamedFrom| rename.link_id == named && (rename.how == TakeOver::Suggest) == suggested;
        form.items.iter().filter(|item| renames(item, version).any(is_it)).find_map(|item| place(form, item, old))
    };
    let own = form.item(&named).into_iter().chain(&form.items);
    let mut own = own.filter_map(|item| own_place(form, item, version, old));
    own.next().or_else(|| renamed(false)).or_else(|| renamed(true))
}

/// Which values of which old answers have found a place.
type Taken = BTreeMap<Pointer, BTreeSet<usize>>;

/// Moves the answers of an older version (`from`: `id|version`) into this form. Consents are never moved: they are asked again.
pub fn migrate(form: &Form, from: &str, old: &Answers, context: &Context<'_>) -> Migrated {
    let version = from.split_once('|').map(|(_, version)| version);
    let mut draft = Move { form, old, version, moved: Migrated::default(), taken: Taken::new() };
    draft.rows();
    for item in form.items.iter().filter(|item| item.is_question() && item.consent.is_none()) {
        let kept = draft.keep_own(item);
        // One that kept its name may still call some of its entries otherwise.
        for rename in renames(item, version).filter(|rename| !kept || rename.link_id == item.link_id) {
            if draft.renamed(item, rename, kept, context) {
                break;
            }
        }
    }
    let left_over = left_over(form, old, &draft.taken);
    Migrated { left_over, ..draft.moved }
}

/// A draft on its way.
struct Move<'a> {
    form: &'a Form,
    old: &'a Answers,
    version: Option<&'a str>,
    moved: Migrated,
    taken: Taken,
}

impl Move<'_> {
    /// Rows come first, in their order, even those in which nothing stands.
    fn rows(&mut self) {
        for (group, rows) in self.old.row_groups() {
            let groups = self.form.items.iter().filter(|item| item.is_row_group());
            for to in groups.filter_map(|item| own_place(self.form, item, self.version, group)) {
                // That all of them were taken away is an answer too.
                self.moved.answers.without_rows(&to);
                for row in rows {
                    self.moved.answers.add_row(&to, row);
                }
            }
        }
    }

    /// An item that was there before keeps those of its answers that are of its type, in every row.
    fn keep_own(&mut self, item: &Item) -> bool {
        let mut kept = false;
        for (pointer, values) in self.old.iter().filter(|(pointer, _)| pointer.link_id() == item.link_id) {
            let fits: Vec<(usize, Value)> =
                values.iter().cloned().enumerate().filter(|(_, value)| is_of_type(item, value)).collect();
            // What was emptied on purpose does not fall back to the initial value.
            let any = values.is_empty() || !fits.is_empty();
            if let Some(to) = own_place(self.form, item, self.version, pointer).filter(|_| any) {
                self.put(item, pointer, to, fits);
                kept = true;
            }
        }
        kept
    }

    /// Puts answers with what stands there already.
    fn put(&mut self, item: &Item, from: &Pointer, to: Pointer, found: Vec<(usize, Value)>) {
        let mut values = self.moved.answers.get(&to).to_vec();
        let found = as_many(item, values.len(), found);
        self.taken.entry(from.clone()).or_default().extend(found.iter().map(|(at, _)| *at));
        values.extend(found.into_iter().map(|(_, value)| value));
        self.moved.places.push((from.clone(), to.clone()));
        self.moved.answers.set(to, values);
    }

    /// What stood under another name, row by row. True if anything of it moved.
    fn renamed(&mut self, item: &Item, rename: &RenamedFrom, kept: bool, context: &Context<'_>) -> bool {
        let mut any = false;
        for from in in_row_order(self.old, &rename.link_id) {
            let is_left = |at: &usize| !(kept && self.taken.get(from).is_some_and(|taken| taken.contains(at)));
            let values: Vec<(usize, &Value)> =
                self.old.get(from).iter().enumerate().filter(|(at, _)| is_left(at)).collect();
            let Some(to) = place(self.form, item, from) else { continue };
            if self.old.get(from).is_empty() && rename.how != TakeOver::Suggest && !self.moved.answers.is_touched(&to) {
                self.moved.answers.set(to.clone(), Vec::new());
            }
            if values.is_empty() {
                continue;
            }
            if rename.how == TakeOver::Suggest {
                if let Some((group, row)) = to.enclosing_row().filter(|_| from.enclosing_row().is_some()) {
                    self.moved.answers.add_row(&group, &row);
                }
                let words: Vec<String> = values.iter().map(|(_, value)| value.plain()).collect();
                self.moved.suggestions.push((to, words.join(", ")));
                continue;
            }
            let found: Vec<(usize, Value)> =
                values.iter().filter_map(|(at, value)| Some((*at, moved(item, rename, value)?))).collect();
            let already = self.moved.answers.get(&to);
            let found = as_many(item, already.len(), found);
            let values: Vec<Value> = already.iter().chain(found.iter().map(|(_, value)| value)).cloned().collect();
            if !found.is_empty() && fits(self.form, &to, &values, context) {
                self.put(item, from, to, found);
                any = true;
            }
        }
        any
    }
}

/// Where an item finds what stood under its own name: in rows of the same groups, whatever those were called; of a group that
/// had no rows, in the first.
fn own_place(form: &Form, item: &Item, version: Option<&str>, from: &Pointer) -> Option<Pointer> {
    let was = |named: &Item, old: Option<&String>| {
        let is_it = |old: &String| {
            let is_so = |rename: &RenamedFrom| rename.link_id == *old;
            named.link_id == *old || (named.is_row_group() && renames(named, version).any(is_so))
        };
        old.is_some_and(is_it)
    };
    // Groups and rows in turn, the item last.
    let names: Vec<String> = from.segments().collect();
    let mut at = 0;
    let mut row: Option<Pointer> = None;
    for group in item.row_groups.iter().filter_map(|at| form.items.get(*at)) {
        let mut id = FIRST_ROW;
        if let Some(old) = names.get(at + 1).filter(|_| was(group, names.get(at))) {
            id = old;
            at += 2;
        }
        row = Some(child(row, &group.link_id).at_row(id));
    }
    (was(item, names.get(at)) && names.len() == at + 1).then(|| child(row, &item.link_id))
}

/// An item in a row, or in none.
fn child(row: Option<Pointer>, link_id: &str) -> Pointer {
    row.map_or_else(|| Pointer::item(link_id), |row| row.child(link_id))
}

/// As many answers as the item shows beside those that are there. Lines in which nothing stands make room.
fn as_many(item: &Item, there: usize, mut found: Vec<(usize, Value)>) -> Vec<(usize, Value)> {
    if found.iter().any(|(_, value)| !is_blank(value)) {
        found.retain(|(_, value)| !is_blank(value));
    }
    let most = if item.repeats { item.limits.max_occurs.map_or(usize::MAX, |most| most as usize) } else { 1 };
    found.truncate(most.saturating_sub(there));
    found
}

/// What an item was called in a version. A name that no entry gives for just this version is taken as any version had it.
fn renames<'a>(item: &'a Item, version: Option<&'a str>) -> impl Iterator<Item = &'a RenamedFrom> {
    let is_for = move |rename: &RenamedFrom| version == Some(rename.version.as_str());
    let better = move |rename: &RenamedFrom| {
        item.renamed_from.iter().any(|other| other.link_id == rename.link_id && is_for(other))
    };
    item.renamed_from.iter().filter(move |rename| is_for(rename) || !better(rename))
}

/// All places of an old item, as its rows stood.
fn in_row_order<'a>(old: &'a Answers, link_id: &str) -> Vec<&'a Pointer> {
    let mut places: Vec<&Pointer> =
        old.iter().map(|(pointer, _)| pointer).filter(|pointer| pointer.link_id() == link_id).collect();
    places.sort_by_cached_key(|pointer| {
        let around = std::iter::successors(pointer.enclosing_row(), |(group, _)| group.enclosing_row());
        let mut path: Vec<_> =
            around.map(|(group, row)| old.rows(&group).iter().position(|other| *other == row)).collect();
        path.reverse();
        path
    });
    places
}

/// Every value that no item took, with the form's own reason where it gives one. A consent that the form asks for again has its
/// place, and is no answer that is lost.
fn left_over(form: &Form, old: &Answers, taken: &Taken) -> Vec<LeftOver> {
    let mut left = Vec::new();
    for (pointer, values) in old.iter() {
        let is_taken = |at: usize| taken.get(pointer).is_some_and(|taken| taken.contains(&at));
        let left_there = values.iter().enumerate().filter(|(at, value)| !is_taken(*at) && !is_blank(value));
        let values: Vec<Value> = left_there.map(|(_, value)| value.clone()).collect();
        let is_asked_again = || form.item_at(pointer).is_some_and(|item| item.consent.is_some());
        if !values.is_empty() && !is_asked_again() {
            let retired = form.retired.iter().find(|retired| retired.link_id == pointer.link_id());
            let reason = retired.map(|retired| retired.reason.clone());
            left.push(LeftOver { pointer: pointer.clone(), values, reason });
        }
    }
    left
}

/// Where an old answer goes: row to row; what was in no row becomes the first one. `None`: it was in more rows than there are.
fn place(form: &Form, item: &Item, from: &Pointer) -> Option<Pointer> {
    let mut rows = from.segments().skip(1).step_by(2);
    let groups = item.row_groups.iter().filter_map(|at| form.items.get(*at));
    let row = groups.fold(None, |outer, group| {
        Some(child(outer, &group.link_id).at_row(&rows.next().unwrap_or_else(|| FIRST_ROW.to_owned())))
    });
    rows.next().is_none().then(|| child(row, &item.link_id))
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
    let option = item.options.iter().find(|option| match &option.value {
        Value::Coding(coding) => coding.code == *to,
        other => other.plain() == *to,
    })?;
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
    // The entries of a list may be of any type.
    if matches!(item.kind, ItemKind::Choice | ItemKind::OpenChoice) {
        return item.option(value).is_some() || (item.kind == ItemKind::OpenChoice && value.as_text().is_some());
    }
    match value {
        Value::Boolean(_) => item.kind == ItemKind::Boolean,
        Value::Integer(_) => matches!(item.kind, ItemKind::Integer | ItemKind::Decimal),
        Value::Decimal(_) => item.kind == ItemKind::Decimal,
        Value::Date(_) => item.kind == ItemKind::Date,
        Value::DateTime(_) => item.kind == ItemKind::DateTime,
        Value::Time(_) => item.kind == ItemKind::Time,
        Value::Reference(_) => item.kind == ItemKind::Reference,
        Value::Text(_) => !matches!(item.kind, ItemKind::Boolean | ItemKind::Attachment),
        Value::Coding(_) => false,
        Value::Quantity(_) => item.kind == ItemKind::Quantity,
        Value::Attachment(_) => item.kind == ItemKind::Attachment,
    }
}
