//! Where the rules need an ECMAScript regular expression: given from outside, so that the app can use the browser's own.

/// Matches a questionnaire's patterns.
pub trait Pattern {
    /// Whether the whole text matches. `None` if the pattern cannot be read: then it refuses nothing.
    fn matches(&self, pattern: &str, text: &str) -> Option<bool>;
}

/// Knows no patterns: refuses nothing. For forms that have none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPatterns;

impl Pattern for NoPatterns {
    fn matches(&self, _pattern: &str, _text: &str) -> Option<bool> {
        None
    }
}

/// ECMAScript patterns outside a browser.
#[cfg(any(test, feature = "native"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct NativePatterns;

#[cfg(any(test, feature = "native"))]
impl Pattern for NativePatterns {
    fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let whole = regress::Regex::with_flags(&format!("^(?:{pattern})$"), "u").ok()?;
        Some(whole.find(text).is_some())
    }
}

/// Cases that both ways must agree on: pattern, text, whether it matches. Also run in the browser.
pub const PATTERN_CASES: [(&str, &str, Option<bool>); 8] = [
    ("[0-9]{4}", "2026", Some(true)),
    ("[0-9]{4}", "20261", Some(false)),
    ("a|b", "ab", Some(false)),
    ("\\p{Script=Han}+", "张伟", Some(true)),
    ("\\p{Script=Han}+", "Ann", Some(false)),
    (".", "\u{2cb56}", Some(true)),
    ("(?<year>\\d+)-\\d+", "2026-11", Some(true)),
    ("(", "(", None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_browser() {
        for (pattern, text, expected) in PATTERN_CASES {
            assert_eq!(NativePatterns.matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
