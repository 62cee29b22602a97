//! A questionnaire, compiled: the tree of its items with everything the rules and the views ask of one.
//!
//! Reading the JSON is in `load`; what is visible and wrong for some answers is in `evaluate`.
use litemap::LiteMap;

use super::condition::as_number;
use super::notice::Notice;
pub use super::parts::*;
use super::pointer::Pointer;
use super::text::Text;
use super::value::Value;
use std::borrow::Cow;

/// A questionnaire ready to be asked. Items stand in document order, each before its children.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its id: the first half of `health-certificate|2026.11.1`.
    pub id: String,
    /// Its version: the second half.
    pub version: String,
    /// The canonical url of the questionnaire.
    pub url: String,
    /// The language of the texts without translation.
    pub language: String,
    /// What it is called.
    pub title: Text,
    /// All items, a parent before its children.
    pub items: Vec<Item>,
    /// The pages a person walks through.
    pub steps: Vec<Step>,
    /// Questions of an older version that are not asked any more.
    pub retired: Vec<RetiredItem>,
    /// What could not be understood. The rest works.
    pub notices: Vec<Notice>,
    pub(super) by_link_id: LiteMap<String, usize>,
    pub(super) order: Vec<usize>,
    /// Places in `items`, ordered by the pointers they have outside of rows.
    pub(super) by_pointer: Vec<usize>,
}

impl Form {
    /// `id|version`, as the contract names a questionnaire.
    pub fn canonical(&self) -> String {
        format!("{}|{}", self.id, self.version)
    }

    /// The item of this linkId.
    pub fn item(&self, link_id: &str) -> Option<&Item> {
        self.by_link_id.get(link_id).and_then(|at| self.items.get(*at))
    }

    /// Where the item of this linkId stands in [`Self::items`].
    pub fn index_of(&self, link_id: &str) -> Option<usize> {
        self.by_link_id.get(link_id).copied()
    }

    /// The item a pointer names (of a row: its group).
    pub fn item_at(&self, pointer: &Pointer) -> Option<&Item> {
        self.item(&pointer.link_id())
    }

    /// The first item that plays this role.
    pub fn role(&self, role: Role) -> Option<&Item> {
        self.items.iter().find(|item| item.role == Some(role))
    }

    /// The children of an item, in order.
    pub fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.items.get(at).map_or(at, |item| item.end);
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.items.get(child)?.end.max(child + 1);
            Some(child)
        })
    }

    /// An item and those it lies in, from the inside out.
    pub fn lineage(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(at), |at| self.items.get(*at)?.parent)
    }

    /// Where another item stands, seen from this place: in the same rows, as far as both lie in them. Of one in further rows it
    /// is the group of those.
    pub(super) fn beside(&self, place: &Pointer, at: usize) -> Option<Pointer> {
        let (here, other) = (self.item_at(place)?, self.items.get(at)?);
        let shared = here.row_groups.iter().zip(&other.row_groups).take_while(|(a, b)| a == b).count();
        let named = other.row_groups.get(shared).map_or(Some(other), |group| self.items.get(*group))?;
        let around: Vec<Pointer> = std::iter::successors(place.enclosing_row(), |(group, _)| group.enclosing_row())
            .map(|(group, row)| group.at_row(&row))
            .collect();
        match shared.checked_sub(1) {
            None => Some(Pointer::item(&named.link_id)),
            Some(inmost) => around.iter().rev().nth(inmost).map(|row| row.child(&named.link_id)),
        }
    }

    /// The step an item is asked in.
    pub fn step_of(&self, link_id: &str) -> Option<&Step> {
        let at = self.index_of(link_id)?;
        self.steps.iter().find(|step| step.items.iter().any(|top| self.lineage(at).any(|a| a == *top)))
    }

    /// The same form with only these entries of one system to choose from; own words are still taken where they were.
    #[must_use]
    pub fn narrowed(&self, system: &str, codes: &[String]) -> Self {
        let mut form = self.clone();
        let stays = |option: &AnswerOption| {
            let coding = option.value.as_coding().filter(|coding| coding.system.as_deref() == Some(system));
            coding.is_none_or(|coding| codes.contains(&coding.code))
        };
        for item in &mut form.items {
            item.options.retain(stays);
        }
        form
    }

    /// The same form in which these are asked whatever else is answered, with all that they lie in.
    #[must_use]
    pub fn asking(&self, always: &[Pointer]) -> Self {
        let mut form = self.clone();
        for at in always.iter().filter_map(|pointer| self.index_of(&pointer.link_id())).flat_map(|at| self.lineage(at))
        {
            if let Some(item) = form.items.get_mut(at) {
                item.conditions.clear();
            }
        }
        form
    }

    /// Whether a phone that did not send it may not know that it is asked: it comes covered, or a condition of it, or of what it
    /// lies in, asks about an answer that does.
    pub fn may_seem_hidden(&self, pointer: &Pointer) -> bool {
        let Some(at) = self.index_of(&pointer.link_id()) else { return false };
        let is_masked = |at: usize| self.items.get(at).is_some_and(Item::is_masked);
        let comes_covered = |at: usize| {
            let source = self.items.get(at).and_then(|item| item.derived.as_ref()).map(|derived| &derived.from);
            is_masked(at) || source.and_then(|from| self.index_of(from)).is_some_and(is_masked)
        };
        let around = self.lineage(at).filter_map(|at| self.items.get(at));
        is_masked(at) || around.flat_map(|item| &item.conditions).any(|it| comes_covered(it.question))
    }

    /// The consents asked, in order.
    pub fn consents(&self) -> impl Iterator<Item = (&Item, &Consent)> {
        self.items.iter().filter_map(|item| Some((item, item.consent.as_ref()?)))
    }
}

/// What kind of answer an item takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// Holds other items.
    Group,
    /// Says something.
    Display,
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A number with a unit.
    Quantity,
    /// A date.
    Date,
    /// A date with its time.
    DateTime,
    /// A time of day.
    Time,
    /// A line of text.
    String,
    /// Some lines of text.
    Text,
    /// One or more of a list.
    Choice,
    /// One or more of a list, or own words.
    OpenChoice,
    /// Somebody or something that is elsewhere: by its name.
    Reference,
    /// A document.
    Attachment,
    /// A type we do not know: not asked, reported at load.
    Unsupported,
}

/// How many rows a form that names no most of its own is offered.
const MOST_ROWS: u32 = 50;

/// How an answer of a kind comes to be there: the one list of kinds that rules and views go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing is answered.
    Nothing,
    /// A number is typed.
    Number,
    /// A day or a time is typed, or picked.
    Time,
    /// A name is typed.
    Name,
    /// Words are typed.
    Words,
    /// It is chosen.
    Choice,
    /// A document is handed over.
    Document,
}

impl ItemKind {
    /// How an answer of this kind comes to be there.
    pub const fn entry(self) -> Entry {
        match self {
            Self::Group | Self::Display | Self::Unsupported => Entry::Nothing,
            Self::Integer | Self::Decimal | Self::Quantity => Entry::Number,
            Self::Date | Self::DateTime | Self::Time => Entry::Time,
            Self::Reference => Entry::Name,
            Self::String | Self::Text => Entry::Words,
            Self::Boolean | Self::Choice | Self::OpenChoice => Entry::Choice,
            Self::Attachment => Entry::Document,
        }
    }

    /// What is typed is read as something else than words.
    pub const fn is_read(self) -> bool {
        matches!(self.entry(), Entry::Number | Entry::Time | Entry::Name)
    }
}

/// How an item wants to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A top-level group that is a step.
    Page,
    /// All choices in sight.
    RadioButton,
    /// Several ticks.
    CheckBox,
    /// A closed list.
    DropDown,
    /// A list one types into.
    Autocomplete,
    /// A display before the questions.
    Upper,
    /// A display below its question.
    Help,
    /// Another one, which we draw as usual.
    Other,
}

/// One item with all that was said about it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of FHIR's Questionnaire.item, named as there")]
pub struct Item {
    /// Its stable name.
    pub link_id: String,
    /// The kind of answer.
    pub kind: ItemKind,
    /// The question as read on the page.
    pub text: Text,
    /// The noun phrase for lists and sentences.
    pub short_text: Option<Text>,
    /// Must be answered, if visible; of a group, something in it.
    pub required: bool,
    /// Takes several answers, or rows.
    pub repeats: bool,
    /// Shown, not changed.
    pub read_only: bool,
    /// Never shown, but takes part.
    pub hidden: bool,
    /// How it wants to be drawn.
    pub control: Option<Control>,
    /// When it is asked.
    pub conditions: Vec<Condition>,
    /// How several conditions are joined.
    pub behaviour: Behaviour,
    /// The list to choose from.
    pub options: Vec<AnswerOption>,
    /// What holds until the person chooses otherwise.
    pub initial: Vec<Value>,
    /// Bounds of the answer.
    pub limits: Limits,
    /// Rules by code.
    pub rules: Vec<Rule>,
    /// Where the value comes from if another answer contains it.
    pub derived: Option<Derived>,
    /// "Why we ask".
    pub purpose: Option<Text>,
    /// How careful to be with the answer.
    pub sensitivity: Vec<Sensitivity>,
    /// Where on the certificate the answer is printed.
    pub on_certificate: Option<String>,
    /// From where it may be filled in.
    pub prefill: Vec<Prefill>,
    /// Token of HTML autofill.
    pub autocomplete: Option<String>,
    /// Shown at the desk only.
    pub reviewer_hint: Option<Text>,
    /// What a good picture is.
    pub document: Option<DocumentSpec>,
    /// What the office must find.
    pub role: Option<Role>,
    /// If ticking it is a consent.
    pub consent: Option<Consent>,
    /// Which answers of older forms it takes over.
    pub renamed_from: Vec<RenamedFrom>,
    /// The label of "other" in an open choice.
    pub open_label: Option<Text>,
    /// The keyboard to offer: `phone`, `email`, `number`, …
    pub keyboard: Option<String>,
    /// The short hint below the label.
    pub entry_format: Option<Text>,
    /// The unit of a number, if nothing else is said with it.
    pub unit: Option<Unit>,
    /// Other units that may be written after the number.
    pub other_units: Vec<Unit>,
    /// Picture and time of a step.
    pub step: Option<StepSpec>,
    /// The item it lies in.
    pub parent: Option<usize>,
    /// One past the last item inside it.
    pub end: usize,
    /// The repeating groups it lies in, outermost first.
    pub row_groups: Vec<usize>,
    /// Its name outside of rows.
    pub(super) pointer: Pointer,
}

impl Item {
    /// The short text, or the question itself.
    pub fn label(&self) -> &Text {
        self.short_text.as_ref().unwrap_or(&self.text)
    }

    /// True for what a person answers: neither group nor display.
    pub fn is_question(&self) -> bool {
        self.kind.entry() != Entry::Nothing
    }

    /// Whether it has to be answered: nobody can be asked for what they cannot change.
    pub fn is_required(&self) -> bool {
        self.required && !self.read_only
    }

    /// True for a group with rows.
    pub fn is_row_group(&self) -> bool {
        self.kind == ItemKind::Group && self.repeats
    }

    /// True for a group without rows.
    pub fn is_plain_group(&self) -> bool {
        self.kind == ItemKind::Group && !self.repeats
    }

    /// Fewest rows.
    pub fn least_rows(&self) -> u32 {
        self.limits.min_occurs.unwrap_or(0).max(u32::from(self.required))
    }

    /// Most rows, or answers to a question that is typed, that a person is offered.
    pub fn most_rows(&self) -> u32 {
        if self.repeats { self.limits.max_occurs.unwrap_or(MOST_ROWS) } else { 1 }
    }

    /// True for what is covered until tapped.
    pub fn is_masked(&self) -> bool {
        self.sensitivity.contains(&Sensitivity::Mask)
    }

    /// All units that a number may have, the usual one first.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.unit.iter().chain(&self.other_units)
    }

    /// What its answers are compared with: a bare number is meant in the usual unit.
    pub(super) fn measured<'a>(&self, number: &'a Value) -> Cow<'a, Value> {
        let is_bare = self.kind == ItemKind::Quantity && !matches!(number, Value::Quantity(_));
        match (as_number(number).filter(|_| is_bare), &self.unit) {
            (Some(value), Some(unit)) => Cow::Owned(Value::Quantity(unit.of(value))),
            (None, _) | (_, None) => Cow::Borrowed(number),
        }
    }

    /// The rule of this code, if the item has it.
    pub fn rule(&self, code: RuleCode) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// The option of this value.
    pub fn option(&self, value: &Value) -> Option<&AnswerOption> {
        self.options.iter().find(|option| option.value.same_as(value))
    }
}
