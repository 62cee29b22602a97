//! Names of persons. A name is never refused for its shape.
use super::is_filler;

/// What joins or parts the letters beside it: names of Persian, Sinhala and many other scripts are written with them.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// A name as it is kept: trimmed, inner spaces single, without marks that have neither width nor meaning, look-alike dots between Han characters as `·` (U+00B7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Tidies what was typed. `compose` puts text into NFC (the browser's `normalize`, a crate elsewhere); never NFKC, which
    /// would change the name.
    pub fn tidy(typed: &str, compose: &dyn Fn(&str) -> String) -> Self {
        let is_kept = |c: &char| c.is_whitespace() || JOINERS.contains(c) || !is_filler(*c);
        // What parted a letter from its accent goes first, or the two would stay apart.
        let kept: String = typed.chars().filter(is_kept).collect();
        let composed = compose(&kept);
        let mut words = composed.split_whitespace().filter(|word| word.chars().any(|c| !JOINERS.contains(&c)));
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

    /// As it is compared with another: passports print capitals, and people type small letters.
    pub fn compared(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Whether there is a digit in it, in half or full width, which is hardly meant: 〇 is a letter of names, and Ⅱ may be.
pub fn has_digit(name: &str) -> bool {
    name.chars().any(|letter| letter.is_ascii_digit() || ('０'..='９').contains(&letter))
}

/// Also where somebody left a space beside the dot.
fn with_middle_dots(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let around = |at: usize| {
        let before = characters.get(..at).unwrap_or_default().iter().rev().find(|c| **c != ' ');
        let after = characters.get(at + 1..).unwrap_or_default().iter().find(|c| **c != ' ');
        [before, after].map(|beside| beside.copied().unwrap_or_default())
    };
    let joins = |at: usize| {
        let is_dot = characters.get(at).is_some_and(|c| matches!(c, '·' | '•' | '‧' | '・' | '．' | '.' | '∙' | '⋅'));
        is_dot && around(at).into_iter().all(is_han)
    };
    let is_beside_one = |at: usize| at.checked_sub(1).is_some_and(joins) || joins(at + 1);
    let kept = characters.iter().enumerate().filter(|(at, c)| **c != ' ' || !is_beside_one(*at));
    kept.map(|(at, c)| if joins(at) { '·' } else { *c }).collect()
}

/// Unified ideographs of all planes, with the compatibility block that GB 18030 still maps.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_in_a_name_is_remarked_on() {
        for (name, remarked) in
            [("Zhang Wei123", true), ("张伟１", true), ("张〇", false), ("Karl Ⅱ", false), ("张伟", false)]
        {
            assert_eq!(has_digit(name), remarked, "{name}");
        }
    }

    #[test]
    fn a_letter_is_put_together_with_the_accent_that_a_mark_parted_from_it() {
        // Of NFC as much as this asks for; the crate has none of its own.
        let compose = |text: &str| text.replace("e\u{301}", "é");
        for typed in ["José", "Jose\u{301}", "Jose\u{200b}\u{301}", "\u{feff}Jose\u{2060}\u{301} "] {
            let name = PersonName::tidy(typed, &compose);
            assert_eq!(name.as_str(), "José", "{typed:?}");
            assert_eq!(PersonName::tidy(name.as_str(), &compose), name, "tidy already");
        }
    }

    #[test]
    fn whoever_types_small_letters_has_the_same_name() {
        let compared = |typed: &str| PersonName::tidy(typed, &str::to_owned).compared();
        for (typed, kept, same) in [
            ("zhang wei", "Zhang Wei", true),
            ("ZHANG  WEI ", "Zhang Wei", true),
            ("MÜLLER ANN", "Müller Ann", true),
            ("张伟", "张伟", true),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提", true),
            // What is another name stays one.
            ("zhangwei", "Zhang Wei", false),
            ("wei zhang", "Zhang Wei", false),
            ("muller ann", "Müller Ann", false),
            ("张玮", "张伟", false),
            ("張偉", "张伟", false),
            ("", "Zhang Wei", false),
        ] {
            assert_eq!(compared(typed) == compared(kept), same, "{typed} and {kept}");
        }
    }

    #[test]
    fn names_are_tidied_and_never_refused() {
        for (typed, kept) in [
            ("张伟", "张伟"),
            (" 张伟 ", "张伟"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉\u{2027}买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉 . 买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉 ·买买提", "阿卜杜拉·买买提"),
            ("欧阳 明月", "欧阳 明月"),
            ("J. 王", "J. 王"),
            ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
            ("J. R. Müller", "J. R. Müller"),
            ("Ann  Lee", "Ann Lee"),
            ("𬱖", "𬱖"),
            ("محمد علي", "محمد علي"),
            ("毛", "毛"),
            // Marks without width that come with a copied name are no part of it, nor do they part it.
            ("李\u{200b}明", "李明"),
            ("\u{feff}李明", "李明"),
            ("\u{202b}محمد علي\u{202c}", "محمد علي"),
            ("\u{2068}Ann\u{2069} Lee\u{200e}", "Ann Lee"),
            ("李\u{2060}明", "李明"),
            ("Ann\u{a0}\u{3000}Lee", "Ann Lee"),
            // Two that join or part letters: a Persian and a Sinhala name are written otherwise without them.
            ("علی\u{200c}رضا", "علی\u{200c}رضا"),
            ("ශ්\u{200d}රී ලාල්", "ශ්\u{200d}රී ලාල්"),
            ("\u{200d}\u{200c} ", ""),
            ("\u{200b}", ""),
            ("", ""),
        ] {
            assert_eq!(PersonName::tidy(typed, &str::to_owned).as_str(), kept, "{typed}");
        }
    }
}
