//! The extensions of one item: FHIR's, SDC's and ours (forms/README.md §1 and §2).
use serde_json::Value as Json;

use super::date::Offset;
use super::extension::{
    FHIR, OURS, SDC, code_of, concept_of, extension_text, flag_of, integer_of, list_of, number_of, part_code,
    part_text, parts, read_extension, text_of, url_of,
};
use super::form::{
    Anchor, Consent, ConsentKind, Derived, DerivedBy, DocumentSpec, Entry, Item, ItemKind, Operator, Prefill,
    RenamedFrom, Role, Rule, RuleCode, Sensitivity, Severity, StepSpec, TakeOver, Unit, When,
};
use super::load::{control, operator};
use super::notice::NoticeKind;
use super::text::Text;
use super::value::{Value, read_coding};

/// Standard extensions that change nothing here, such as how a text looks, or how mature a file is.
const SILENT: [&str; 15] = [
    "translation",
    "rendering-markdown",
    "rendering-xhtml",
    "rendering-style",
    "xhtml",
    "designNote",
    "questionnaire-supportLink",
    "questionnaire-optionExclusive",
    "questionnaire-choiceOrientation",
    "questionnaire-displayCategory",
    "sdc-questionnaire-observationLinkPeriod",
    "replaces",
    "structuredefinition-standards-status",
    "structuredefinition-fmm",
    "structuredefinition-wg",
];

/// What other form tools fill in by themselves. Here a person is asked, unless we have a way of our own to know.
const COMPUTED: [&str; 3] =
    ["sdc-questionnaire-initialExpression", "sdc-questionnaire-calculatedExpression", "variable"];

type Complaint = fn(String) -> NoticeKind;

/// Puts what the extensions say into the item; gives back those that were not understood.
pub(super) fn read_item_extensions(json: &Json, language: &str, item: &mut Item) -> Vec<(String, Complaint)> {
    let mut complaints: Vec<(String, Complaint)> = Vec::new();
    let mut computed = Vec::new();
    for extension in list_of(json, "extension") {
        let url = url_of(extension);
        let read = if let Some(name) = url.strip_prefix(OURS) {
            read_ours(name, extension, language, item)
        } else if let Some(name) = url.strip_prefix(FHIR).or_else(|| url.strip_prefix(SDC)) {
            read_standard(name, extension, language, item)
        } else {
            Read::Unknown
        };
        match read {
            Read::Done => {}
            Read::Bad => complaints.push((url.to_owned(), NoticeKind::BadExtension)),
            Read::Computed => computed.push(url.to_owned()),
            Read::Undrawn(code) => complaints.push((code, NoticeKind::UnknownControl)),
            Read::Unknown => complaints.push((url.to_owned(), NoticeKind::UnknownExtension)),
        }
    }
    if item.derived.is_none() && item.prefill.is_empty() {
        complaints.extend(computed.into_iter().map(|url| (url, NoticeKind::Computed as Complaint)));
    }
    complaints.extend(of_another_type(item).map(|name| (name.to_owned(), NoticeKind::OfAnotherType as Complaint)));
    complaints.extend(not_repeated(item).map(|name| (name.to_owned(), NoticeKind::NotRepeated as Complaint)));
    // A value of another type would be wrong there, and nobody could change it.
    if item.derived.as_ref().is_some_and(|derived| !takes_derived(item.kind, derived.by)) {
        item.derived = None;
    }
    for extension in list_of(json, "modifierExtension") {
        complaints.push((url_of(extension).to_owned(), NoticeKind::UnknownExtension));
    }
    complaints
}

/// The bounds and rules of an item that do not look at answers of its type.
fn of_another_type(item: &Item) -> impl Iterator<Item = &'static str> {
    let (kind, limits) = (item.kind, &item.limits);
    let is_text = matches!(kind, ItemKind::String | ItemKind::Text | ItemKind::OpenChoice);
    let is_day = matches!(kind, ItemKind::Date | ItemKind::DateTime);
    let is_number = kind.entry() == Entry::Number;
    let bounds = |bound: &Option<Value>| {
        bound.as_ref().is_some_and(|bound| match bound {
            Value::Integer(_) | Value::Decimal(_) | Value::Quantity(_) => !is_number,
            Value::Date(_) | Value::DateTime(_) => !is_day,
            Value::Time(_) => kind != ItemKind::Time,
            _ => true,
        })
    };
    let is_tick = matches!(kind, ItemKind::Boolean | ItemKind::Display);
    let is_derived = item.derived.as_ref().is_none_or(|derived| takes_derived(kind, derived.by));
    let idle = [
        ("repeats", item.repeats && is_tick),
        ("maxLength", limits.max_length.is_some() && !is_text),
        ("minLength", limits.min_length.is_some() && !is_text),
        ("regex", limits.regex.is_some() && !is_text),
        ("minValue", bounds(&limits.min_value)),
        ("maxValue", bounds(&limits.max_value)),
        ("maxDecimalPlaces", limits.max_decimal_places.is_some() && !is_number),
        ("mimeType", !limits.mime_types.is_empty() && kind != ItemKind::Attachment),
        ("maxSize", limits.max_size_mb.is_some() && kind != ItemKind::Attachment),
        ("questionnaire-unit", item.unit.is_some() && !is_number),
        // A number that is kept without its unit has one.
        ("questionnaire-unitOption", !item.other_units.is_empty() && kind != ItemKind::Quantity),
        ("derived", !is_derived),
    ];
    let idle_rules = item.rules.iter().map(move |rule| {
        let judges = match rule.code {
            RuleCode::DateNotBefore | RuleCode::DateNotAfter => is_day,
            // These tidy one line.
            RuleCode::PersonName | RuleCode::CertificateNumber => kind == ItemKind::String,
            RuleCode::CnIdentityNumber | RuleCode::CnUscc | RuleCode::Phone => is_text,
        };
        (rule.code.as_str(), !judges)
    });
    let all = idle.into_iter().chain(idle_rules);
    all.filter(move |(_, idle)| *idle && kind != ItemKind::Unsupported).map(|(name, _)| name)
}

/// Whether an item of this kind can hold what an ID number contains.
const fn takes_derived(kind: ItemKind, by: DerivedBy) -> bool {
    match by {
        DerivedBy::BirthDate => matches!(kind, ItemKind::Date),
        DerivedBy::Sex => matches!(kind, ItemKind::Choice | ItemKind::OpenChoice),
    }
}

/// Numbers of answers or rows of what does not repeat. Those that say no more than that are left alone: some tools write them
/// of everything.
fn not_repeated(item: &Item) -> impl Iterator<Item = &'static str> {
    let alone = !item.repeats && item.kind != ItemKind::Unsupported;
    let least = item.limits.min_occurs.is_some_and(|least| least > u32::from(item.required));
    let most = item.limits.max_occurs.is_some_and(|most| most != 1);
    let both = [("questionnaire-minOccurs", least), ("questionnaire-maxOccurs", most)];
    both.into_iter().filter(move |(_, idle)| alone && *idle).map(|(name, _)| name)
}

/// The extensions of the questionnaire as a whole that nothing here reads.
pub(super) fn unread_at_root(root: &Json) -> Vec<NoticeKind> {
    let unread = |extension: &Json| {
        let url = url_of(extension);
        let ours = url.strip_prefix(OURS) == Some("retired-item");
        let name = url.strip_prefix(FHIR).or_else(|| url.strip_prefix(SDC)).unwrap_or_default();
        match () {
            () if ours => part_code(extension, "linkId").is_none().then(|| NoticeKind::BadExtension(url.to_owned())),
            () if COMPUTED.contains(&name) => Some(NoticeKind::Computed(url.to_owned())),
            () => (!SILENT.contains(&name)).then(|| NoticeKind::UnknownExtension(url.to_owned())),
        }
    };
    let modifiers =
        list_of(root, "modifierExtension").iter().map(|e| NoticeKind::UnknownExtension(url_of(e).to_owned()));
    list_of(root, "extension").iter().filter_map(unread).chain(modifiers).collect()
}

enum Read {
    Done,
    Bad,
    Computed,
    Undrawn(String),
    Unknown,
}

/// Sets a place if there is something to set.
fn put<T>(place: &mut Option<T>, read: Option<T>) -> Read {
    if read.is_none() {
        return Read::Bad;
    }
    *place = read;
    Read::Done
}

/// Adds to a list if there is something to add.
fn add<T>(list: &mut Vec<T>, read: Option<T>) -> Read {
    let Some(read) = read else { return Read::Bad };
    list.push(read);
    Read::Done
}

fn count_of(extension: &Json) -> Option<u32> {
    integer_of(extension).and_then(|n| u32::try_from(n).ok())
}

fn read_standard(name: &str, extension: &Json, language: &str, item: &mut Item) -> Read {
    match name {
        "questionnaire-itemControl" => match concept_of(extension) {
            None => Read::Bad,
            Some(code) => match control(&code) {
                None => Read::Undrawn(code),
                drawn => put(&mut item.control, drawn),
            },
        },
        "questionnaire-minOccurs" => put(&mut item.limits.min_occurs, count_of(extension)),
        "questionnaire-maxOccurs" => put(&mut item.limits.max_occurs, count_of(extension)),
        "questionnaire-hidden" => {
            item.hidden = flag_of(extension, "valueBoolean");
            Read::Done
        }
        "minLength" => put(&mut item.limits.min_length, count_of(extension)),
        "regex" => put(&mut item.limits.regex, code_of(extension)),
        "minValue" => put(&mut item.limits.min_value, Value::read_fhir(extension, "value")),
        "maxValue" => put(&mut item.limits.max_value, Value::read_fhir(extension, "value")),
        "maxDecimalPlaces" => put(&mut item.limits.max_decimal_places, count_of(extension)),
        "mimeType" => add(&mut item.limits.mime_types, code_of(extension)),
        "maxSize" => put(&mut item.limits.max_size_mb, number_of(extension)),
        "entryFormat" => put(&mut item.entry_format, extension_text(extension, language)),
        "questionnaire-unit" | "questionnaire-unitOption" => {
            let read = extension.get("valueCoding").and_then(|coding| unit(coding, language));
            if item.unit.is_none() { put(&mut item.unit, read) } else { add(&mut item.other_units, read) }
        }
        "sdc-questionnaire-shortText" => put(&mut item.short_text, extension_text(extension, language)),
        "sdc-questionnaire-openLabel" => put(&mut item.open_label, extension_text(extension, language)),
        "sdc-questionnaire-keyboard" => {
            let code = extension.get("valueCoding").and_then(read_coding).map(|coding| coding.code);
            put(&mut item.keyboard, code.or_else(|| code_of(extension)))
        }
        _ if SILENT.contains(&name) => Read::Done,
        _ if COMPUTED.contains(&name) => Read::Computed,
        _ => Read::Unknown,
    }
}

fn read_ours(name: &str, extension: &Json, language: &str, item: &mut Item) -> Read {
    match name {
        "step" => put(&mut item.step, Some(step(extension, language))),
        "rule" => add(&mut item.rules, rule(extension, language)),
        "derived" => put(&mut item.derived, derived(extension)),
        "purpose" => put(&mut item.purpose, extension_text(extension, language)),
        "sensitivity" => add(&mut item.sensitivity, code_of(extension).and_then(|code| sensitivity(&code))),
        "on-certificate" => put(&mut item.on_certificate, code_of(extension)),
        "prefill" => add(&mut item.prefill, code_of(extension).and_then(|code| prefill(&code))),
        "autocomplete" => put(&mut item.autocomplete, code_of(extension)),
        "reviewer-hint" => put(&mut item.reviewer_hint, extension_text(extension, language)),
        "document" => put(&mut item.document, document(extension, language)),
        "role" => put(&mut item.role, code_of(extension).and_then(|code| role(&code))),
        "consent" => put(&mut item.consent, consent(extension, language)),
        "renamed-from" => add(&mut item.renamed_from, renamed_from(extension)),
        _ => Read::Unknown,
    }
}

fn unit(json: &Json, language: &str) -> Option<Unit> {
    let coding = read_coding(json)?;
    let shown =
        text_of(json, "display", language).unwrap_or_else(|| Text::new(coding.code.clone(), language, Vec::new()));
    Some(Unit { shown, coding })
}

fn step(extension: &Json, language: &str) -> StepSpec {
    StepSpec {
        icon: part_code(extension, "icon"),
        minutes: read_extension(extension, "minutes").and_then(count_of),
        lead: part_text(extension, "lead", language),
    }
}

fn rule(extension: &Json, language: &str) -> Option<Rule> {
    let offset = match read_extension(extension, "offset").and_then(|o| o.get("valueDuration")) {
        None => Offset::default(),
        Some(duration) => {
            let value = duration.get("value")?.as_i64()?;
            Offset::from_ucum(value, duration.get("code")?.as_str()?)?
        }
    };
    let code = RuleCode::from_code(&part_code(extension, "code")?)?;
    let anchor = part_code(extension, "anchor").map(|anchor| match anchor.as_str() {
        "today" => Anchor::Today,
        _ => Anchor::Item(anchor),
    });
    if matches!(code, RuleCode::DateNotBefore | RuleCode::DateNotAfter) && anchor.is_none() {
        // Measured from nowhere it would judge nothing.
        return None;
    }
    Some(Rule {
        code,
        item: part_code(extension, "item"),
        anchor,
        offset,
        severity: match part_code(extension, "severity").as_deref() {
            Some("warning") => Severity::Warning,
            _ => Severity::Error,
        },
        message: part_text(extension, "message", language),
        when: parts(extension, "when").map(when).collect::<Option<_>>()?,
    })
}

/// One that cannot be read is none: a rule for some must not become one for all.
fn when(part: &Json) -> Option<When> {
    let answer = read_extension(part, "answer");
    Some(When {
        question: part_code(part, "question")?,
        operator: part_code(part, "operator").map_or(Some(Operator::Equal), |name| operator(&name))?,
        answer: answer.and_then(|answer| Value::read_fhir(answer, "value"))?,
    })
}

fn derived(extension: &Json) -> Option<Derived> {
    let by = match part_code(extension, "by")?.as_str() {
        "birth-date" => DerivedBy::BirthDate,
        "sex" => DerivedBy::Sex,
        _ => return None,
    };
    Some(Derived { from: part_code(extension, "from")?, by })
}

fn sensitivity(code: &str) -> Option<Sensitivity> {
    Some(match code {
        "mask" => Sensitivity::Mask,
        "never-on-certificate" => Sensitivity::NeverOnCertificate,
        "delete-after-examination" => Sensitivity::DeleteAfterExamination,
        _ => return None,
    })
}

fn prefill(code: &str) -> Option<Prefill> {
    Some(match code {
        "session-phone" => Prefill::SessionPhone,
        "last-certificate" => Prefill::LastCertificate,
        "renewal" => Prefill::Renewal,
        _ => return None,
    })
}

fn role(code: &str) -> Option<Role> {
    Some(match code {
        "name" => Role::Name,
        "id-number" => Role::IdNumber,
        "phone" => Role::Phone,
        "category" => Role::Category,
        _ => return None,
    })
}

fn document(extension: &Json, language: &str) -> Option<DocumentSpec> {
    Some(DocumentSpec {
        kind: part_code(extension, "kind")?,
        checks: parts(extension, "check").filter_map(code_of).collect(),
        capture: part_code(extension, "capture"),
        aspect: read_extension(extension, "aspect").and_then(number_of),
        watermark: part_text(extension, "watermark", language),
    })
}

fn consent(extension: &Json, language: &str) -> Option<Consent> {
    let kind = match part_code(extension, "kind")?.as_str() {
        "separate-consent" => ConsentKind::SeparateConsent,
        "declaration" => ConsentKind::Declaration,
        "service" => ConsentKind::Service,
        _ => return None,
    };
    Some(Consent {
        kind,
        topic: part_code(extension, "topic")?,
        version: part_code(extension, "version").unwrap_or_default(),
        refusal: part_text(extension, "refusal", language),
    })
}

fn renamed_from(extension: &Json) -> Option<RenamedFrom> {
    let how = match part_code(extension, "how")?.as_str() {
        "copy" => TakeOver::Copy,
        "map" => TakeOver::Map,
        "suggest" => TakeOver::Suggest,
        _ => return None,
    };
    Some(RenamedFrom {
        link_id: part_code(extension, "linkId")?,
        version: part_code(extension, "version").unwrap_or_default(),
        how,
        values: parts(extension, "value")
            .filter_map(|value| Some((part_code(value, "from")?, part_code(value, "to")?)))
            .collect(),
    })
}
