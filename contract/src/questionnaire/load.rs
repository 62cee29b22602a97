//! Reads a FHIR R4 `Questionnaire`, tolerantly: what is not understood is reported by linkId, and the rest works.
use litemap::LiteMap;

use serde_json::Value as Json;

use super::extension::{OURS, flag_of, list_of, part_code, part_text, string_of, text_of, translations, url_of};
use super::form::{
    AnswerOption, Behaviour, Condition, Control, Form, Item, ItemKind, Limits, Operator, RetiredItem, Step, StepSpec,
};
use super::item_extensions::{read_item_extensions, unread_at_root};
use super::never::{can_hold, missing_for, missing_source, takes};
use super::notice::{LoadError, Notice, NoticeKind};
use super::order::settle_order;
use super::pointer::Pointer;
use super::text::Text;
use super::typed::normalised;
use super::value::{Coding, Value, read_coding};

impl Form {
    /// Reads the JSON of a questionnaire.
    ///
    /// # Errors
    /// Only if there is nothing to ask; all else is a [`Notice`].
    pub fn load(json: &str) -> Result<Self, LoadError> {
        let text = json.trim_start_matches('\u{feff}');
        let root: Json = serde_json::from_str(text).map_err(|_| LoadError::NotJson)?;
        Self::from_json(&root)
    }

    /// Reads a questionnaire that is parsed already.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_json(root: &Json) -> Result<Self, LoadError> {
        if string_of(root, "resourceType").as_deref() != Some("Questionnaire") {
            return Err(LoadError::NotQuestionnaire);
        }
        let mut loader = Loader::new(root);
        for kind in unread_at_root(root) {
            loader.note("", kind);
        }
        for item in list_of(root, "item") {
            loader.item(item, None, &[]);
        }
        if loader.items.is_empty() {
            return Err(LoadError::Empty);
        }
        Ok(loader.finish(root))
    }
}

struct Loader<'a> {
    language: String,
    value_sets: LiteMap<String, &'a Json>,
    items: Vec<Item>,
    by_link_id: LiteMap<String, usize>,
    /// Conditions name items that may come later: read last.
    conditions: Vec<(usize, &'a Json)>,
    notices: Vec<Notice>,
}

impl<'a> Loader<'a> {
    fn new(root: &'a Json) -> Self {
        // One by one: collecting would bring another sort into the app.
        let mut value_sets = LiteMap::new();
        for resource in list_of(root, "contained") {
            if let Some(id) = string_of(resource, "id") {
                value_sets.insert(format!("#{id}"), resource);
            }
        }
        Self {
            language: string_of(root, "language").unwrap_or_else(|| "und".to_owned()),
            value_sets,
            items: Vec::new(),
            by_link_id: LiteMap::new(),
            conditions: Vec::new(),
            notices: Vec::new(),
        }
    }

    fn note(&mut self, link_id: &str, kind: NoticeKind) {
        self.notices.push(Notice { link_id: link_id.to_owned(), kind });
    }

    /// Reads one item and what is inside it. JSON cannot nest deeper than the parser allows, so this ends.
    fn item(&mut self, json: &'a Json, parent: Option<usize>, row_groups: &[usize]) {
        let Some(link_id) = string_of(json, "linkId").filter(|l| !l.is_empty()) else {
            return self.note(&string_of(json, "text").unwrap_or_default(), NoticeKind::MissingLinkId);
        };
        if self.by_link_id.contains_key(&link_id) {
            return self.note(&link_id, NoticeKind::DuplicateLinkId);
        }
        let at = self.items.len();
        let mut kind = self.kind(json, &link_id);
        let inside = list_of(json, "item");
        if kind == ItemKind::Display && inside.iter().any(|it| string_of(it, "type").as_deref() != Some("display")) {
            // FHIR lets nothing stand in a display; whoever writes a question there means words above it.
            kind = ItemKind::Group;
        }
        let mut item = blank_item(link_id.clone(), kind, parent, row_groups.to_vec());
        item.text = text_of(json, "text", &self.language).unwrap_or_default();
        item.required = flag_of(json, "required");
        item.repeats = flag_of(json, "repeats");
        item.read_only = flag_of(json, "readOnly");
        item.limits.max_length = json.get("maxLength").and_then(Json::as_u64).and_then(|n| u32::try_from(n).ok());
        let joined = json.get("enableBehavior").and_then(Json::as_str);
        item.behaviour = if joined == Some("any") { Behaviour::Any } else { Behaviour::All };
        if list_of(json, "enableWhen").len() > 1 && !matches!(joined, Some("all" | "any")) {
            self.note(&link_id, NoticeKind::NotJoined);
        }
        for (url, kind) in read_item_extensions(json, &self.language, &mut item) {
            self.note(&link_id, kind(url));
        }
        if let Some(prefix) = text_of(json, "prefix", &self.language) {
            // The number stands before the question; sentences and lists name the question alone.
            let alone = std::mem::take(&mut item.text);
            item.text = alone.after(&prefix);
            item.short_text.get_or_insert(alone);
        }
        self.options(json, &mut item);
        if item.kind != ItemKind::Unsupported && !item.is_drawn_as_said() {
            let code = CONTROLS.iter().find(|(_, control)| item.control == Some(*control)).map(|(code, _)| *code);
            self.note(&item.link_id, NoticeKind::UnknownControl(code.unwrap_or_default().to_owned()));
        }
        item.initial.extend(list_of(json, "initial").iter().filter_map(|initial| Value::read_fhir(initial, "value")));
        let named = item.initial.len();
        // Nobody has agreed to what was ticked for them.
        let is_ticked = |value: &Value| item.consent.is_some() && *value == Value::Boolean(true);
        item.initial.retain(|value| takes(item.kind, value) && !is_ticked(value));
        // What is read at the office is put in order there.
        item.initial = item.initial.iter().map(|value| normalised(&item, value, &str::to_owned)).collect();
        // Of what is left out that is all there is to say.
        if item.initial.len() < named && item.kind != ItemKind::Unsupported {
            self.note(&link_id, NoticeKind::BadInitial);
        }

        let inside: Vec<usize> =
            if item.is_row_group() { row_groups.iter().copied().chain([at]).collect() } else { row_groups.to_vec() };
        let nested_in_repeating = item.repeats && item.is_question();
        self.items.push(item);
        self.by_link_id.insert(link_id.clone(), at);
        self.conditions.push((at, json));
        for child in list_of(json, "item") {
            if nested_in_repeating && string_of(child, "type").as_deref() != Some("display") {
                self.note(&link_id, NoticeKind::NestedInRepeating);
            }
            self.item(child, Some(at), &inside);
        }
        let end = self.items.len();
        if let Some(item) = self.items.get_mut(at) {
            item.end = end;
        }
    }

    fn kind(&mut self, json: &Json, link_id: &str) -> ItemKind {
        let name = string_of(json, "type").unwrap_or_default();
        match name.as_str() {
            "group" => ItemKind::Group,
            "display" => ItemKind::Display,
            "boolean" => ItemKind::Boolean,
            "integer" => ItemKind::Integer,
            "decimal" => ItemKind::Decimal,
            "quantity" => ItemKind::Quantity,
            "date" => ItemKind::Date,
            "dateTime" => ItemKind::DateTime,
            "time" => ItemKind::Time,
            "reference" => ItemKind::Reference,
            "string" | "url" => ItemKind::String,
            "text" => ItemKind::Text,
            "choice" => ItemKind::Choice,
            "open-choice" => ItemKind::OpenChoice,
            "attachment" => ItemKind::Attachment,
            _ => {
                self.note(link_id, NoticeKind::UnknownType(name));
                ItemKind::Unsupported
            }
        }
    }

    fn options(&mut self, json: &'a Json, item: &mut Item) {
        for (option, number) in list_of(json, "answerOption").iter().zip(1_u32..) {
            let is_exclusive = |extension: &Json| url_of(extension).ends_with("questionnaire-optionExclusive");
            let at_entry = list_of(option, "extension").iter().filter(|it| !is_exclusive(it));
            let at_code = option.get("valueCoding").map_or(&[][..], |coding| list_of(coding, "extension"));
            for extension in at_entry.chain(at_code) {
                self.note(&item.link_id, NoticeKind::UnknownExtension(url_of(extension).to_owned()));
            }
            let Some(value) = Value::read_fhir(option, "value") else {
                self.note(&item.link_id, NoticeKind::PartOfList(format!("answerOption ({number})")));
                continue;
            };
            let display = option
                .get("valueCoding")
                .and_then(|coding| text_of(coding, "display", &self.language))
                .or_else(|| text_of(option, "valueString", &self.language))
                .unwrap_or_else(|| Text::new(value.plain(), self.language.clone(), Vec::new()));
            let exclusive =
                list_of(option, "extension").iter().any(|it| is_exclusive(it) && flag_of(it, "valueBoolean"));
            if flag_of(option, "initialSelected") {
                item.initial.push(value.clone());
            }
            item.options.push(AnswerOption { value, display, exclusive });
        }
        if let Some(name) = string_of(json, "answerValueSet")
            && let Some(set) = self.value_sets.get(&name)
        {
            let (entries, left_out) = value_set_options(set, &self.language);
            item.options.extend(entries);
            for part in left_out {
                self.note(&item.link_id, NoticeKind::PartOfList(format!("{name} ({part})")));
            }
        }
        if !item.options.is_empty() {
            return;
        }
        let name = string_of(json, "answerValueSet").unwrap_or_default();
        if item.kind == ItemKind::Choice {
            item.kind = ItemKind::Unsupported;
            self.note(&item.link_id, NoticeKind::MissingOptions(name));
        } else if item.kind == ItemKind::OpenChoice {
            item.kind = ItemKind::String;
            self.note(&item.link_id, NoticeKind::MissingOptions(name));
        }
    }

    fn finish(mut self, root: &Json) -> Form {
        for (at, json) in std::mem::take(&mut self.conditions) {
            self.read_conditions(at, json);
        }
        self.look_for_named();
        let mut items = self.items;
        let (order, cycles) = settle_order(&mut items, &self.by_link_id);
        let pointer = |at: usize| items.get(at).map(|item: &Item| &item.pointer);
        let by_pointer = crate::order::places(items.len(), &mut |a, b| pointer(a).cmp(&pointer(b)));
        self.notices.extend(cycles.into_iter().map(|link_id| Notice { link_id, kind: NoticeKind::ConditionCycle }));
        let title = text_of(root, "title", &self.language).unwrap_or_default();
        let url = string_of(root, "url").unwrap_or_default();
        let id = string_of(root, "id").or_else(|| url.rsplit('/').next().map(str::to_owned)).unwrap_or_default();
        Form {
            id,
            version: string_of(root, "version").unwrap_or_default(),
            steps: steps(&items, &title),
            retired: retired(root, &self.language),
            url,
            title,
            language: self.language,
            items,
            notices: self.notices,
            by_link_id: self.by_link_id,
            order,
            by_pointer,
        }
    }

    /// What rules name has to be in the form, and able to tell them what they look for.
    fn look_for_named(&mut self) {
        let named = |link_id: &str| self.items.get(*self.by_link_id.get(link_id)?);
        let mut notices = Vec::new();
        for item in &self.items {
            let of_rules = item.rules.iter().flat_map(|rule| missing_for(rule, &named));
            for kind in of_rules.chain(missing_source(item, &named)) {
                notices.push(Notice { link_id: item.link_id.clone(), kind });
            }
        }
        self.notices.append(&mut notices);
    }

    fn read_conditions(&mut self, at: usize, json: &Json) {
        let Some(link_id) = self.items.get(at).map(|item| item.link_id.clone()) else { return };
        let mut conditions = Vec::new();
        for when in list_of(json, "enableWhen") {
            let question = string_of(when, "question").unwrap_or_default();
            let operator = string_of(when, "operator").and_then(|o| operator(&o));
            match (self.by_link_id.get(&question), operator, Value::read_fhir(when, "answer")) {
                (Some(question), Some(operator), Some(answer)) => {
                    let asked = self.items.get(*question);
                    let answer = asked.map_or(answer.clone(), |item| item.measured(&answer).into_owned());
                    let never = asked.filter(|asked| !can_hold(asked, operator, &answer));
                    if let Some(kind) = never.map(|asked| NoticeKind::NoSuchAnswer(asked.link_id.clone())) {
                        self.notices.push(Notice { link_id: link_id.clone(), kind });
                    }
                    conditions.push(Condition { question: *question, operator, answer });
                }
                (None, _, _) => self.note(&link_id, NoticeKind::UnknownQuestion(question)),
                _ => self.note(&link_id, NoticeKind::BadCondition),
            }
        }
        let lost = list_of(json, "enableWhen").len() - conditions.len();
        if let Some(item) = self.items.get_mut(at) {
            // A condition that cannot be read never holds. With "all" (or alone) that hides the item for good.
            let never = lost > 0 && (item.behaviour == Behaviour::All || conditions.is_empty());
            item.conditions = conditions;
            if never {
                item.kind = ItemKind::Unsupported;
            }
        }
    }
}

pub(super) fn operator(name: &str) -> Option<Operator> {
    Some(match name {
        "exists" => Operator::Exists,
        "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        "<" => Operator::Less,
        ">=" => Operator::GreaterOrEqual,
        "<=" => Operator::LessOrEqual,
        _ => return None,
    })
}

/// The entries of a list: what it was expanded to, else what it is composed of; and the parts of it that tell their entries
/// by what they are.
fn value_set_options(set: &Json, language: &str) -> (Vec<AnswerOption>, Vec<&'static str>) {
    let mut options = Vec::new();
    let expanded = set.get("expansion").map_or(&[][..], |expansion| list_of(expansion, "contains"));
    for entry in expanded {
        add_entries(&mut options, language, None, entry, "contains");
    }
    if !options.is_empty() {
        return (options, Vec::new());
    }
    let compose = set.get("compose").unwrap_or(&Json::Null);
    for include in list_of(compose, "include") {
        for concept in list_of(include, "concept") {
            add_entries(&mut options, language, string_of(include, "system"), concept, "concept");
        }
    }
    for exclude in list_of(compose, "exclude") {
        for gone in list_of(exclude, "concept").iter().filter_map(read_coding) {
            let gone = Value::Coding(Coding { system: string_of(exclude, "system"), ..gone });
            options.retain(|option| !option.value.same_as(&gone));
        }
    }
    let untold = |part: &&str| list_of(compose, part).iter().any(|of| list_of(of, "concept").is_empty());
    (options, ["include", "exclude"].into_iter().filter(untold).collect())
}

/// One entry, and those under it. A heading of others cannot be chosen.
fn add_entries(options: &mut Vec<AnswerOption>, language: &str, system: Option<String>, entry: &Json, inside: &str) {
    let system = string_of(entry, "system").or(system);
    if let Some(Coding { code, display, .. }) = read_coding(entry).filter(|_| !flag_of(entry, "abstract")) {
        let designated = list_of(entry, "designation").iter();
        let designated = designated.filter_map(|d| Some((string_of(d, "language")?, string_of(d, "value")?)));
        let translated = entry.get("_display").map(translations).unwrap_or_default();
        let words = display.clone().unwrap_or_else(|| code.clone());
        options.push(AnswerOption {
            value: Value::Coding(Coding { system: system.clone(), code, display }),
            display: Text::new(words, language, designated.chain(translated).collect()),
            exclusive: false,
        });
    }
    for inner in list_of(entry, inside) {
        add_entries(options, language, system.clone(), inner, inside);
    }
}

fn retired(root: &Json, language: &str) -> Vec<RetiredItem> {
    let url = format!("{OURS}retired-item");
    list_of(root, "extension")
        .iter()
        .filter(|extension| url_of(extension) == url)
        .filter_map(|extension| {
            Some(RetiredItem {
                link_id: part_code(extension, "linkId")?,
                version: part_code(extension, "version").unwrap_or_default(),
                reason: part_text(extension, "reason", language).unwrap_or_default(),
            })
        })
        .collect()
}

/// Pages: each top-level group is one; loose questions between them share one.
fn steps(items: &[Item], title: &Text) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut loose = false;
    for (at, item) in items.iter().enumerate().filter(|(_, item)| item.parent.is_none()) {
        let is_page = item.kind == ItemKind::Group && !item.repeats;
        match steps.last_mut() {
            Some(step) if loose && !is_page => step.items.push(at),
            _ => steps.push(Step {
                link_id: item.link_id.clone(),
                title: if is_page && !item.text.is_empty() { item.text.clone() } else { title.clone() },
                spec: item.step.clone().unwrap_or_else(StepSpec::default),
                items: vec![at],
            }),
        }
        loose = !is_page;
    }
    steps
}

fn blank_item(link_id: String, kind: ItemKind, parent: Option<usize>, row_groups: Vec<usize>) -> Item {
    Item {
        pointer: Pointer::item(&link_id),
        link_id,
        kind,
        text: Text::default(),
        short_text: None,
        required: false,
        repeats: false,
        read_only: false,
        hidden: false,
        control: None,
        conditions: Vec::new(),
        behaviour: Behaviour::All,
        options: Vec::new(),
        initial: Vec::new(),
        limits: Limits::default(),
        rules: Vec::new(),
        derived: None,
        purpose: None,
        sensitivity: Vec::new(),
        on_certificate: None,
        prefill: Vec::new(),
        autocomplete: None,
        reviewer_hint: None,
        document: None,
        role: None,
        consent: None,
        renamed_from: Vec::new(),
        open_label: None,
        keyboard: None,
        entry_format: None,
        unit: None,
        other_units: Vec::new(),
        step: None,
        parent,
        end: 0,
        row_groups,
    }
}

/// The controls of FHIR's list that are drawn here.
const CONTROLS: [(&str, Control); 12] = [
    ("page", Control::Page),
    ("radio-button", Control::RadioButton),
    ("check-box", Control::CheckBox),
    ("drop-down", Control::DropDown),
    ("autocomplete", Control::Autocomplete),
    ("upper", Control::Upper),
    ("help", Control::Help),
    // Names of what is drawn here by itself.
    ("text-box", Control::Other),
    ("spinner", Control::Other),
    ("list", Control::Other),
    ("inline", Control::Other),
    ("prompt", Control::Other),
];

/// The control of a code of FHIR's list; none for one that is drawn differently here.
pub(super) fn control(code: &str) -> Option<Control> {
    CONTROLS.iter().find(|(known, _)| *known == code).map(|(_, control)| *control)
}
