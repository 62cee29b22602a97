//! A telephone number in the middle of a sentence, to press.

use leptos::prelude::*;
use view::view;

/// A sentence, with this telephone number as a link wherever it stands in it.
pub fn telephone_in(sentence: &str, phone: &str) -> AnyView {
    let between = split(sentence, phone).into_iter().enumerate().map(|(part, words)| {
        let link = (part > 0).then(|| telephone(phone, "hc-link hc-num"));
        view! { {link} {words.to_owned()} }.into_any()
    });
    between.collect_view().into_any()
}

/// A telephone number to press.
pub(super) fn telephone(phone: &str, class: &'static str) -> AnyView {
    view! { <a class=class href=format!("tel:{phone}")>{phone.to_owned()}</a> }.into_any()
}

/// What stands before, between and after a number, as it stands by itself: in a longer one its digits call somebody else.
fn split<'a>(sentence: &'a str, phone: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut from = 0;
    let places = sentence.match_indices(phone).filter(|_| !phone.is_empty());
    for (at, _) in places {
        let (before, after) =
            (sentence.get(..at).unwrap_or_default(), sentence.get(at + phone.len()..).unwrap_or_default());
        let longer = |next: Option<char>| next.is_some_and(|next| next.is_ascii_digit() || next == '-');
        if !longer(before.chars().next_back()) && !longer(after.chars().next()) {
            parts.push(sentence.get(from..at).unwrap_or_default());
            from = at + phone.len();
        }
    }
    parts.push(sentence.get(from..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_number_is_found_by_itself_only() {
        for (sentence, phone, expected) in [
            ("请打 12345。", "12345", &["请打 ", "。"][..]),
            ("12345 或 12345", "12345", &["", " 或 ", ""][..]),
            ("请打 0512-12345678 或 12345", "12345", &["请打 0512-12345678 或 ", ""][..]),
            ("12345-8", "12345", &["12345-8"][..]),
            ("编号 2026-1127-8419", "", &["编号 2026-1127-8419"][..]),
            ("+86 (0)10", "(0)10", &["+86 ", ""][..]),
        ] {
            assert_eq!(split(sentence, phone), expected, "{sentence}");
        }
    }
}
