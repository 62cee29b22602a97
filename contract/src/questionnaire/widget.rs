//! Which control an item gets, and what choosing does to the answer.
use super::evaluate::is_blank;
use super::form::{Control, Item, ItemKind};
use super::problem::Problem;
use super::value::Value;

/// How an item is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widget {
    /// Not at all.
    Nothing,
    /// Other items, under a title.
    Group,
    /// Rows of other items.
    Rows,
    /// Words alone.
    Display,
    /// One line that is typed into.
    Line,
    /// Some lines that are typed into.
    Area,
    /// One line that offers the entries of a long list that fit what was typed.
    List,
    /// A closed list.
    Select,
    /// All entries in sight, one of which is chosen.
    Radios,
    /// All entries in sight, of which some are ticked.
    Ticks,
    /// One tick alone.
    Tick,
    /// A document.
    Document,
}

/// More entries than this are not put in sight at once.
const IN_SIGHT: usize = 7;
/// More entries than this are not looked through from above.
const IN_A_LIST: usize = 30;

impl Item {
    /// How it is drawn: as the form says (`itemControl`), else by its kind and by how much there is to choose from.
    pub fn widget(&self) -> Widget {
        match self.kind {
            ItemKind::Unsupported => Widget::Nothing,
            ItemKind::Group if self.repeats => Widget::Rows,
            ItemKind::Group => Widget::Group,
            ItemKind::Display => Widget::Display,
            ItemKind::Boolean if self.is_tick() => Widget::Tick,
            ItemKind::Boolean => Widget::Radios,
            ItemKind::Choice | ItemKind::OpenChoice => self.list_widget(),
            ItemKind::Text => Widget::Area,
            ItemKind::Attachment => Widget::Document,
            ItemKind::Integer
            | ItemKind::Decimal
            | ItemKind::Quantity
            | ItemKind::Date
            | ItemKind::DateTime
            | ItemKind::Time
            | ItemKind::Reference
            | ItemKind::String => Widget::Line,
        }
    }

    /// Whether it is drawn as the form says (`itemControl`), where the form says anything.
    pub(super) fn is_drawn_as_said(&self) -> bool {
        match self.control {
            None | Some(Control::Other) => true,
            Some(Control::Page) => self.parent.is_none() && self.is_plain_group(),
            Some(Control::Upper | Control::Help) => self.kind == ItemKind::Display,
            Some(Control::RadioButton) => self.widget() == Widget::Radios,
            Some(Control::CheckBox) => matches!(self.widget(), Widget::Ticks | Widget::Tick),
            Some(Control::DropDown) => self.widget() == Widget::Select,
            Some(Control::Autocomplete) => self.widget() == Widget::List,
        }
    }

    fn list_widget(&self) -> Widget {
        let in_sight = if self.repeats { Widget::Ticks } else { Widget::Radios };
        // Own words do not go into a closed list, nor several answers.
        let closed = !self.repeats && self.kind == ItemKind::Choice;
        match (self.control, self.options.len()) {
            (Some(Control::Autocomplete), _) => Widget::List,
            (Some(Control::DropDown), _) if closed => Widget::Select,
            (Some(Control::RadioButton | Control::CheckBox), _) | (_, ..=IN_SIGHT) => in_sight,
            (_, ..=IN_A_LIST) if closed => Widget::Select,
            (_, ..=IN_A_LIST) if self.repeats => in_sight,
            _ => Widget::List,
        }
    }

    /// Whether each of its answers has a line of its own, to be added and taken away.
    pub fn takes_lines(&self) -> bool {
        self.repeats && matches!(self.widget(), Widget::Line | Widget::Area | Widget::List)
    }

    /// Whether a boolean is one tick, or a question with yes and no.
    pub fn is_tick(&self) -> bool {
        self.kind == ItemKind::Boolean && (self.consent.is_some() || !self.required)
    }

    /// A box that may be ticked and is not, beside another question: nobody answered "no".
    pub fn is_left_alone(&self, answers: &[Value]) -> bool {
        self.is_tick() && self.consent.is_none() && answers.iter().all(|answer| *answer == Value::Boolean(false))
    }

    /// The answer after one entry was ticked or unticked: an exclusive one clears the others, and any other clears it.
    pub fn chosen(&self, before: &[Value], value: &Value, on: bool) -> Vec<Value> {
        if !self.repeats {
            return vec![value.clone()];
        }
        let is_exclusive = |value: &Value| self.option(value).is_some_and(|option| option.exclusive);
        let alone = is_exclusive(value);
        let mut after: Vec<Value> =
            before.iter().filter(|v| !(alone || v.same_as(value) || (on && is_exclusive(v)))).cloned().collect();
        if on {
            after.push(value.clone());
        }
        // In the order of the list, so that the same ticks are the same answer; own words come last.
        let mut ordered = Vec::with_capacity(after.len());
        for option in &self.options {
            ordered.extend(after.extract_if(.., |v| option.value.same_as(v)));
        }
        ordered.append(&mut after);
        ordered
    }

    /// What was written beside the entries, if anything was: an entry that is a word alone is none.
    pub fn own_words<'a>(&self, answers: &'a [Value]) -> Option<&'a str> {
        answers.iter().filter(|value| self.option(value).is_none()).find_map(Value::as_text)
    }

    /// The answer after own words were written beside the entries, or taken back.
    pub fn with_own_words(&self, before: &[Value], own: Option<&str>) -> Vec<Value> {
        let own = own.map(|words| Value::Text(words.to_owned()));
        // One answer alone: an entry that was chosen gives way to own words, not to their absence.
        let stays = self.repeats || own.is_none();
        let kept = before.iter().filter(|value| {
            let entry = self.option(value);
            stays && entry.is_some_and(|entry| own.is_none() || !(entry.exclusive || own.as_ref() == Some(*value)))
        });
        kept.cloned().chain(own.clone()).collect()
    }

    /// The answer after one more letter of own words. On their way they may be those of an entry, which is no reason to
    /// choose it: with the next letter it goes again (`passed`). What is ticked elsewhere meanwhile stays.
    pub fn with_own_words_on(&self, now: &[Value], words: &str, passed: &mut Option<Value>) -> Vec<Value> {
        let before: Vec<Value> = now.iter().filter(|value| passed.as_ref() != Some(*value)).cloned().collect();
        let own = Value::Text(words.to_owned());
        let is_new_entry = self.option(&own).is_some() && !before.iter().any(|value| value.same_as(&own));
        let after = self.with_own_words(&before, Some(words));
        *passed = is_new_entry.then_some(own);
        after
    }

    /// How many lines stand there: one at least, also before anything was put into it.
    pub fn lines(&self, values: &[Value]) -> usize {
        values.len().max(1)
    }

    /// The answers after one line holds something else.
    pub fn with_line(&self, before: &[Value], line: usize, value: Value) -> Vec<Value> {
        if !self.repeats {
            return vec![value];
        }
        let mut after = before.to_vec();
        // What stands before it was not filled in.
        after.resize_with(after.len().max(line + 1), || Value::Text(String::new()));
        if let Some(place) = after.get_mut(line) {
            *place = value;
        }
        after
    }

    /// The answers with one more line.
    pub fn with_line_more(&self, before: &[Value]) -> Vec<Value> {
        self.with_line(before, self.lines(before), Value::Text(String::new()))
    }

    /// The answers without a line.
    pub fn without_line(&self, before: &[Value], line: usize) -> Vec<Value> {
        before.iter().enumerate().filter(|(at, _)| *at != line).map(|(_, value)| value.clone()).collect()
    }
}

impl Problem {
    /// The line of several that it is about: blank ones are no answers and are not counted by it.
    pub fn line(&self, values: &[Value]) -> usize {
        let Some(which) = self.which else { return 0 };
        values.iter().enumerate().filter(|(_, value)| !is_blank(value)).nth(which).map_or(0, |(at, _)| at)
    }
}
