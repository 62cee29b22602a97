//! The form in which an examiner enters what was found: one row an item, each field with its unit, what is usual for this person,
//! and what is wrong with it. What it sends is taken in `recording`.
use super::{
    fields::Fields,
    results::{self, CHECKS, FORM, checked, day_of, items, person, recorded},
    sheet::Sheet,
    words::{self, Language},
};
use crate::office::{FullApplication, Office};
use contract::examination::{Item, ItemValue, Person, Range, range_for, read};
use maud::{Markup, html};

/// The form: one row an item, with the report check where a report was sent.
pub(super) fn form(sheet: &Sheet<'_>, with_report: bool) -> Markup {
    let l = sheet.l;
    let person = person(sheet.office, &sheet.full, day_of(sheet.office, &sheet.full));
    html! {
        h2 class="hc-h2" { (l.t("登记体检结果", "Record results")) }
        form id=(FORM) method="post" action={ "/desk/a/" (sheet.full.record.id) "/results" } {
            (sheet.drawn())
            div class={ "hc-card hc-desk-results" @if with_report { " hc-desk-results--report" } } {
                @for (name, item, needed) in items(sheet.office, &sheet.full) {
                    div class="hc-row" {
                        span class="hc-label" id={ "l-" (name) } {
                            (item.name.get(l.tag()))
                            @if !needed { " " span class="hc-meta" { (l.t("需要时才做", "on request")) } }
                            @if item.is_sensitive() { " " span class="hc-tag" { (l.t("敏感", "sensitive")) } }
                        }
                        div class="hc-desk-found" { (input(sheet, name, item, person)) (results::stands(sheet, item)) }
                        @if with_report { div class="hc-desk-checked" { (check(sheet, item)) } }
                    }
                }
            }
            div class="hc-row" { button class="hc-btn" { (l.t("保存结果", "Save results")) } }
        }
    }
}

/// One field of the form, named by what it is called: with what stood there when the page was drawn, its unit, its usual range
/// and what is wrong with it.
struct Field<'a> {
    sheet: &'a Sheet<'a>,
    name: String,
    stored: String,
}

impl<'a> Field<'a> {
    fn of(sheet: &'a Sheet<'a>, (name, stored): (String, String)) -> Self {
        Self { sheet, name, stored }
    }

    fn now(&self) -> &str {
        results::typed(self.sheet.fields).or(&self.name, &self.stored)
    }

    fn was(&self) -> Markup {
        html! { input type="hidden" name={ "was:" (self.name) } value=(self.stored); }
    }

    fn number(&self, label: &str, about: Option<&str>) -> Markup {
        let (wrongs, name) = (&self.sheet.wrongs, &self.name);
        html! {
            input class="hc-input" id=(name) name=(name) inputmode="decimal" autocomplete="off" value=(self.now()) aria-labelledby=(label)
                aria-invalid=[wrongs.invalid(name)] aria-describedby=[wrongs.described(name, about)] autofocus[wrongs.is_first(name)];
            (self.was())
        }
    }

    fn line(&self, label: &str, placeholder: &str) -> Markup {
        let (wrongs, name) = (&self.sheet.wrongs, &self.name);
        html! {
            input class="hc-input" id=(name) name=(name) value=(self.now()) aria-label=(label) placeholder=(placeholder)
                aria-invalid=[wrongs.invalid(name)] aria-describedby=[wrongs.described(name, None)] autofocus[wrongs.is_first(name)];
            (self.was())
        }
    }

    /// `called`: the id of its label, or else the words.
    fn list<'b>(&self, called: Result<&str, &str>, options: impl Iterator<Item = (&'b str, &'b str)>) -> Markup {
        let (wrongs, name, now) = (&self.sheet.wrongs, &self.name, self.now());
        html! {
            select class="hc-input" id=(name) name=(name) aria-labelledby=[called.ok()] aria-label=[called.err()]
                aria-invalid=[wrongs.invalid(name)] aria-describedby=[wrongs.described(name, None)] autofocus[wrongs.is_first(name)] {
                @for (value, label) in options { option value=(value) selected[value == now] { (label) } }
            }
            (self.was())
        }
    }

    fn error(&self) -> Markup {
        self.sheet.wrongs.error(&self.name)
    }
}

fn input(sheet: &Sheet<'_>, name: &str, item: &Item, person: Person) -> Markup {
    let l = sheet.l;
    let label = format!("l-{name}");
    let fields = results::stored(recorded(&sheet.full, item), name, item).into_iter().map(|it| Field::of(sheet, it));
    let fields: Vec<Field<'_>> = fields.collect();
    let usual = format!("u-{name}");
    match &item.value {
        ItemValue::CodeableConcept { values, .. } => {
            let options =
                || std::iter::once(("", "—")).chain(values.iter().map(|it| (it.code.as_str(), it.name.get(l.tag()))));
            let words = format!("{}{}", l.t("说明：", "Words: "), item.name.get(l.tag()));
            html! {
                @for (at, field) in fields.iter().enumerate() {
                    @if at == 0 { (field.list(Ok(&label), options())) } @else { (field.line(&words, l.t("说明", "Words"))) }
                }
                @for field in &fields { (field.error()) }
            }
        }
        ItemValue::Quantity { computed: Some(_), .. } => {
            let reading = recorded(&sheet.full, item).and_then(|it| read(it, l.tag()));
            html! {
                @if let Some(reading) = &reading { b class="hc-num" { (results::value(l, reading)) } }
                span class="hc-meta" { (l.t("由身高体重算出", "Computed from height and weight")) }
                (range(l, &item.value, &item.reference_range, person, &usual))
            }
        }
        quantity @ ItemValue::Quantity { unit, .. } => html! {
            @for field in &fields {
                (field.number(&label, Some(&usual)))
                span { (words::unit(l, &unit.code)) }
                (range(l, quantity, &item.reference_range, person, &usual))
                (field.error())
            }
        },
        ItemValue::Components { components } => html! {
            @for (at, (field, part)) in fields.iter().zip(components).enumerate() {
                @let (id, usual) = (format!("l-{name}-{at}"), format!("u-{name}-{at}"));
                div class="hc-desk-measure" {
                    label id=(id) for=(field.name) { (part.name.get(l.tag())) }
                    (field.number(&id, Some(&usual)))
                    @if let ItemValue::Quantity { unit, .. } = &part.value { span { (words::unit(l, &unit.code)) } }
                    (range(l, &part.value, &part.reference_range, person, &usual))
                }
                (field.error())
            }
        },
    }
}

/// What is usual for this person, to be read while a number is typed.
fn range(l: Language, value: &ItemValue, ranges: &[Range], person: Person, id: &str) -> Markup {
    let decimals = if let ItemValue::Quantity { decimals, .. } = value { usize::from(*decimals) } else { 0 };
    let written = |it: Option<f64>| it.map(|it| format!("{it:.decimals$}"));
    let found = range_for(ranges, person);
    let limits = found.map(|it| results::between((written(it.low), written(it.high)))).unwrap_or_default();
    let remark = found.and_then(|it| it.text.as_ref()).map(|it| it.get(l.tag()));
    html! {
        span class="hc-meta" id=(id) {
            @if !limits.is_empty() { (l.t("参考 ", "usual ")) (limits) }
            @if let Some(remark) = remark { " · " (remark) }
        }
    }
}

fn check(sheet: &Sheet<'_>, item: &Item) -> Markup {
    let l = sheet.l;
    let code = &item.code.code;
    let states = CHECKS.map(|(name, _, [chinese, english])| (name, l.t(chinese, english)));
    let states = || std::iter::once(("", l.t("没有核对", "Not checked"))).chain(states);
    let called = [l.t("报告里：", "In the report: "), l.t("报告说明：", "Words on the report: ")];
    let [state, words] = called.map(|called| format!("{called}{}", item.name.get(l.tag())));
    let fields = results::stored_check(checked(&sheet.full, item), code).into_iter().map(|it| Field::of(sheet, it));
    let fields: Vec<Field<'_>> = fields.collect();
    html! {
        @for (at, field) in fields.iter().enumerate() {
            @if at == 0 { (field.list(Err(&state), states())) } @else { (field.line(&words, l.t("页码或说明", "Page, note"))) }
        }
        @for field in &fields { (field.error()) }
    }
}

/// A field of this form by its name: the item, what of it, and what that is called.
fn named<'a>(office: &'a Office, l: Language, full: &FullApplication, field: &'a str) -> Option<Named<'a>> {
    let (prefix, name) = field.split_once(':')?;
    let is_of_report = prefix.starts_with('k');
    let of = |(known, item, _): &(&str, &Item, bool)| {
        if is_of_report { item.code.code == name } else { *known == name }
    };
    let (_, item, _) = items(office, full).into_iter().find(of)?;
    let part = match &item.value {
        ItemValue::Components { components } if !is_of_report => components.get(usize::from(prefix == "s")),
        ItemValue::Components { .. } | ItemValue::CodeableConcept { .. } | ItemValue::Quantity { .. } => None,
    };
    let label = part.map_or(&item.name, |part| &part.name).get(l.tag());
    Some(Named { item, prefix, name, label, value: part.map_or(&item.value, |part| &part.value) })
}

struct Named<'a> {
    item: &'a Item,
    prefix: &'a str,
    name: &'a str,
    label: &'a str,
    value: &'a ItemValue,
}

/// What a field of this form is called, and what is wrong with it.
pub(super) fn wrong(
    office: &Office,
    l: Language,
    full: &FullApplication,
    fields: &Fields,
    field: &str,
    code: &str,
) -> (String, String) {
    let Some(Named { item, prefix, name, label, value }) = named(office, l, full, field) else {
        return (field.to_owned(), words::wrong(l, code).to_owned());
    };
    let why = match value {
        _ if code == "changed" => {
            let stored = results::stored(recorded(full, item), name, item).into_iter();
            let stored =
                stored.chain(results::stored_check(checked(full, item), &item.code.code)).find(|(it, _)| it == field);
            let theirs = stored.map(|(_, stored)| stored).unwrap_or_default();
            words::changed(l, &shown(l, item, prefix, &theirs), &shown(l, item, prefix, fields.get(field)))
        }
        ItemValue::Quantity { unit, decimals, hard_limits, .. } => {
            words::wrong_number(l, code, (hard_limits.low, hard_limits.high), words::unit(l, &unit.code), *decimals)
        }
        ItemValue::CodeableConcept { .. } | ItemValue::Components { .. } => words::wrong(l, code).to_owned(),
    };
    (label.to_owned(), why)
}

/// What a field of this form is called, and what somebody put there, where the form is not there any more.
pub(super) fn told(office: &Office, l: Language, full: &FullApplication, field: &str, text: &str) -> (String, String) {
    match named(office, l, full, field) {
        Some(it) => (it.label.to_owned(), shown(l, it.item, it.prefix, text)),
        None => (field.to_owned(), text.to_owned()),
    }
}

/// What stands in a field, in words.
fn shown(l: Language, item: &Item, prefix: &str, value: &str) -> String {
    let named = match (&item.value, prefix) {
        (_, "k") => {
            CHECKS.iter().find(|(name, ..)| *name == value).map(|(_, _, [chinese, english])| l.t(chinese, english))
        }
        (ItemValue::CodeableConcept { values, .. }, "r") => {
            values.iter().find(|it| it.code == value).map(|it| it.name.get(l.tag()))
        }
        _ => None,
    };
    let empty = l.t("没有填", "nothing");
    named.unwrap_or(if value.is_empty() { empty } else { value }).to_owned()
}
