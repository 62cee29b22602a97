//! Fills in one sentence: `{name}`, `{n:one/other}`, `[a part that may fall away]`. Pure; the signs are explained in `locales/zh-CN.txt`.

/// What a sentence asks while it is filled in.
pub(crate) struct Filling<'a> {
    /// The text of an argument; `None`, or nothing in it, when there is none.
    pub(crate) text: &'a dyn Fn(&str) -> Option<String>,
    /// Which plural form an argument takes, counted from 0.
    pub(crate) form: &'a dyn Fn(&str) -> usize,
    /// Whether values are set apart from the text around them, as right-to-left text needs it.
    pub(crate) isolate: bool,
}

/// The sentence with everything filled in. A value that is missing outside of brackets leaves its place empty.
pub(crate) fn fill(sentence: &str, with: &Filling<'_>) -> String {
    let mut out = String::with_capacity(sentence.len() + 16);
    put(sentence, with, &mut out);
    out
}

/// Whether a sentence has a value for each of its gaps outside of brackets.
#[cfg(test)]
pub(crate) fn is_whole(sentence: &str, with: &Filling<'_>) -> bool {
    put(sentence, with, &mut String::new())
}

/// Appends `sentence` to `out`; false when a value was missing.
fn put(sentence: &str, with: &Filling<'_>, out: &mut String) -> bool {
    let mut whole = true;
    let mut rest = sentence;
    while let Some(at) = rest.find(['{', '[']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let Some((inside, after)) = inner(tail) else {
            rest = tail;
            break;
        };
        if tail.starts_with('[') {
            let length = out.len();
            if !put(inside, with, out) {
                out.truncate(length);
            }
        } else if let Some((name, forms)) = inside.split_once(':') {
            whole &= put(nth_form(forms, (with.form)(name)), with, out);
        } else if let Some(value) = (with.text)(inside).filter(|value| !value.is_empty()) {
            if with.isolate {
                out.push('\u{2068}');
            }
            out.push_str(&value);
            if with.isolate {
                out.push('\u{2069}');
            }
        } else {
            whole = false;
        }
        // A full-width bracket brings its own space: `12 月 3 日（周四）前`.
        rest = after.strip_prefix(' ').filter(|_| out.ends_with('）')).unwrap_or(after);
    }
    out.push_str(rest);
    whole
}

/// Splits `{inside}after`, or `[inside]after`, at the matching end.
fn inner(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(1..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// The form at `wanted`, or the last there is.
fn nth_form(forms: &str, wanted: usize) -> &str {
    let mut depth = 0_i32;
    let mut last = "";
    for (at, form) in forms
        .split(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            c == '/' && depth == 0
        })
        .enumerate()
    {
        last = form;
        if at == wanted {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::{Filling, fill};

    fn say(sentence: &str, n: usize, due: Option<&str>) -> String {
        let text = |name: &str| match name {
            "n" => Some(n.to_string()),
            "due" => due.map(str::to_owned),
            _ => None,
        };
        fill(sentence, &Filling { text: &text, form: &|_| usize::from(n != 1), isolate: false })
    }

    #[test]
    fn sentences_are_filled_in() {
        for (sentence, n, due, expected) in [
            ("没有网络", 0, None, "没有网络"),
            ("call[ {due}]", 0, Some(""), "call"),
            ("{n} {n:day/days}", 1, None, "1 day"),
            ("{n} {n:day/days}", 3, None, "3 days"),
            ("the {n:part/{n} parts} left", 1, None, "the part left"),
            ("the {n:part/{n} parts} left", 2, None, "the 2 parts left"),
            ("wait[, until {due}].", 0, Some("5 May"), "wait, until 5 May."),
            ("wait[, until {due}].", 0, None, "wait."),
            ("until {due}!", 0, None, "until !"),
            ("请在 {due} 前约好", 0, Some("12 月 3 日（周四）"), "请在 12 月 3 日（周四）前约好"),
            ("请在 {due} 前约好", 0, Some("09:30"), "请在 09:30 前约好"),
            ("a { that is never closed", 0, None, "a { that is never closed"),
        ] {
            assert_eq!(say(sentence, n, due), expected, "{sentence}");
        }
    }

    #[test]
    fn values_are_set_apart_in_right_to_left_text() {
        let with = Filling { text: &|_| Some("2026".into()), form: &|_| 0, isolate: true };
        assert_eq!(fill("رقم {n}", &with), "رقم \u{2068}2026\u{2069}");
    }
}
