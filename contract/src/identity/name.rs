//! Names of persons. A name is never refused for its shape.
use super::is_filler;

/// A name as it is kept: trimmed, inner spaces single, look-alike dots between Han characters as `·` (U+00B7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Tidies what was typed. `compose` puts text into NFC (the browser's `normalize`, a crate elsewhere); never NFKC, which
    /// would change the name.
    pub fn tidy(typed: &str, compose: &dyn Fn(&str) -> String) -> Self {
        let composed = compose(typed);
        let mut words = composed.split(is_filler).filter(|word| !word.is_empty());
        let mut name = words.next().unwrap_or_default().to_owned();
        for word in words {
            name.push(' ');
            name.push_str(word);
        }
        Self(with_middle_dots(&name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Length as the rules count it: code points, so that a rare character outside the BMP counts once.
pub fn name_length(name: &str) -> usize {
    name.chars().count()
}

fn with_middle_dots(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let is_han_at = |at: Option<usize>| at.and_then(|at| characters.get(at)).copied().is_some_and(is_han);
    characters
        .iter()
        .enumerate()
        .map(|(at, c)| match c {
            '•' | '‧' | '・' | '．' | '.' | '∙' | '⋅' if is_han_at(at.checked_sub(1)) && is_han_at(Some(at + 1)) => {
                '·'
            }
            other => *other,
        })
        .collect()
}

/// Unified ideographs of all planes, with the compatibility block that GB 18030 still maps.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_never_refused() {
        for (typed, kept) in [
            ("张伟", "张伟"),
            (" 张伟 ", "张伟"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
            ("J. R. Müller", "J. R. Müller"),
            ("Ann  Lee", "Ann Lee"),
            ("𬱖", "𬱖"),
            ("محمد علي", "محمد علي"),
            ("毛", "毛"),
            ("", ""),
        ] {
            assert_eq!(PersonName::tidy(typed, &str::to_owned).as_str(), kept, "{typed}");
        }
        assert_eq!(name_length("𬱖𬱖"), 2);
    }
}
