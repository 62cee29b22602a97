//! What a browser is told about a field that is typed into: which keyboard, what it may fill in, whether to correct.
use super::form::{Item, ItemKind, RuleCode};

/// The keyboard to offer, as `inputmode`; `None` is the usual one. A number of an ID keeps that, because of X.
pub fn input_mode(item: &Item) -> Option<&'static str> {
    match (item.keyboard.as_deref(), item.kind) {
        (Some("phone"), _) => Some("tel"),
        (Some("email"), _) => Some("email"),
        (Some("url"), _) => Some("url"),
        (Some("number"), _) | (_, ItemKind::Integer | ItemKind::Date) => Some("numeric"),
        // A colon, or a unit after the number, needs the whole keyboard.
        (_, ItemKind::Quantity) if !item.other_units.is_empty() => None,
        (_, ItemKind::Decimal | ItemKind::Quantity) => Some("decimal"),
        _ if item.rule(RuleCode::Phone).is_some() => Some("tel"),
        _ => None,
    }
}

/// The token of `autocomplete`. What the form does not name is not the person's own to fill in: somebody else's telephone,
/// a number, a date.
pub fn autofill(item: &Item) -> &str {
    item.autocomplete.as_deref().unwrap_or("off")
}

/// Numbers, codes and dates: compared by eye, so in even digits, and never "corrected".
pub fn is_number(item: &Item) -> bool {
    let by_rule = [RuleCode::CnIdentityNumber, RuleCode::CnUscc, RuleCode::Phone, RuleCode::CertificateNumber];
    let by_kind = matches!(
        item.kind,
        ItemKind::Date
            | ItemKind::DateTime
            | ItemKind::Time
            | ItemKind::Integer
            | ItemKind::Decimal
            | ItemKind::Quantity
    );
    by_kind || by_rule.into_iter().any(|code| item.rule(code).is_some())
}
