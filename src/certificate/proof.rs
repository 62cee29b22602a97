//! What a person enters to prove who they are: the facts that the office asks for, and what is plainly missing from them.
use contract::api::{ApplicationRecord, CodeSent, CollectionRequest};
use contract::identity::{OneTimeCodeError, one_time_code, tail};

/// What is asked, by the record's `ask`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub name: bool,
    /// So many characters of the end of the ID number.
    pub tail: Option<u32>,
    /// So many has the whole number, which is read too. Of anything else that is too long nobody knows which end was meant.
    pub whole: Option<u32>,
    pub code: bool,
}

impl Asked {
    /// What the record asks for; `None` before there is anything to collect.
    pub(super) fn of(record: &ApplicationRecord) -> Option<Self> {
        let collection = &record.certificate.as_ref()?.collection;
        let whole = record.holder.as_ref().map(|holder| length(&holder.id_masked));
        Some(collection.ask.iter().fold(Self { whole, ..Self::default() }, |asked, fact| match fact.as_str() {
            "name" => Self { name: true, ..asked },
            "code" => Self { code: true, ..asked },
            fact => match fact.strip_prefix("id-tail-").and_then(|count| count.parse().ok()) {
                Some(count) => Self { tail: Some(count), ..asked },
                // A fact of a newer office: the server will say that something is missing.
                None => asked,
            },
        }))
    }
}

/// As typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub name: String,
    pub tail: String,
    pub code: String,
}

/// What is plainly missing. Whether it is right, only the office says, and never which fact is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Name,
    Tail,
    /// So many were entered.
    TailLength(u32),
    /// No code was sent yet.
    Send,
    Code,
    /// So many digits are missing.
    CodeLength(u32),
    /// A code has so many digits, and more were entered.
    CodeLong {
        /// So many of a code,
        wanted: u32,
        /// and so many there.
        found: u32,
    },
}

/// Checks what was typed, and makes the request of it.
pub(super) fn prove(asked: Asked, typed: &Typed, sent: Option<&CodeSent>) -> Result<CollectionRequest, Vec<Missing>> {
    let mut missing = Vec::new();
    let (name, number) = (typed.name.trim().to_owned(), tail(&typed.tail, usize::MAX));
    let mut code = None;
    if asked.name && name.is_empty() {
        missing.push(Missing::Name);
    }
    if let Some(wanted) = asked.tail {
        missing.extend(match length(&number) {
            0 => Some(Missing::Tail),
            found if found == wanted || asked.whole == Some(found) => None,
            found => Some(Missing::TailLength(found)),
        });
    }
    if asked.code {
        match sent.map(|sent| (u32::from(sent.length), one_time_code(&typed.code, u32::from(sent.length)))) {
            None => missing.push(Missing::Send),
            Some((_, Ok(entered))) => code = Some(entered),
            Some((_, Err(OneTimeCodeError::Empty))) => missing.push(Missing::Code),
            Some((_, Err(OneTimeCodeError::Short { missing: short }))) => missing.push(Missing::CodeLength(short)),
            Some((wanted, Err(OneTimeCodeError::Long { found }))) => missing.push(Missing::CodeLong { wanted, found }),
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    Ok(CollectionRequest {
        name: asked.name.then_some(name),
        id_tail: asked.tail.map(|wanted| tail(&number, usize::try_from(wanted).unwrap_or(usize::MAX))),
        code_id: sent.filter(|_| asked.code).map(|sent| sent.code_id.clone()),
        code,
    })
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::application::State;

    fn sent() -> CodeSent {
        let at = contract::api::Instant::parse_from_rfc3339("2026-11-28T09:00:00+08:00").expect("an instant");
        CodeSent { code_id: "c1".into(), length: 6, sent_to: "138****0000".into(), expires_at: at, resend_at: at }
    }

    const ALL: Asked = Asked { name: true, tail: Some(6), whole: Some(18), code: true };

    #[test]
    fn what_is_missing_is_named_from_the_top() {
        let typed =
            |name: &str, tail: &str, code: &str| Typed { name: name.into(), tail: tail.into(), code: code.into() };
        for (what, typed, sent, expected) in [
            ("nothing typed", typed("", "", ""), None, vec![Missing::Name, Missing::Tail, Missing::Send]),
            ("short", typed("张伟", "0021", "12"), Some(sent()), vec![Missing::TailLength(4), Missing::CodeLength(4)]),
            ("no code", typed(" 张伟 ", "07002x", ""), Some(sent()), vec![Missing::Code]),
            (
                "too long",
                typed("张伟", "07002x", "4829131"),
                Some(sent()),
                vec![Missing::CodeLong { wanted: 6, found: 7 }],
            ),
        ] {
            assert_eq!(prove(ALL, &typed, sent.as_ref()), Err(expected), "{what}");
        }
    }

    #[test]
    fn what_a_chinese_keyboard_leaves_is_forgiven() {
        let typed = Typed { name: "张伟".into(), tail: " ０７００ ２ｘ".into(), code: "123 456".into() };
        let request = prove(ALL, &typed, Some(&sent())).expect("whole");
        assert_eq!((request.id_tail.as_deref(), request.code.as_deref()), (Some("07002X"), Some("123456")));
        for pasted in ["123-456", "您的验证码是 123456，10 分钟内有效。"] {
            let request = prove(ALL, &Typed { code: pasted.into(), ..typed.clone() }, Some(&sent())).expect("whole");
            assert_eq!(request.code.as_deref(), Some("123456"), "{pasted}");
        }
    }

    #[test]
    fn of_a_whole_number_the_end_is_sent_and_of_another_that_is_too_long_nothing() {
        for (number, expected) in [
            ("07002X", Ok("07002X")),
            ("110105 19900307 002x", Ok("07002X")),
            ("１１０１０５－１９９００３０７－００２Ｘ", Ok("07002X")),
            ("07002X（后六位）", Ok("07002X")),
            // A slip, and a number without its last character: the end would be another one, and cost a try.
            ("07002XX", Err(7)),
            ("11010519900307002", Err(17)),
            ("1101051990030700021X", Err(20)),
        ] {
            let typed = Typed { name: "张伟".into(), tail: number.into(), code: "123456".into() };
            let found = prove(ALL, &typed, Some(&sent())).map(|it| it.id_tail.unwrap_or_default());
            let expected = expected.map(str::to_owned).map_err(|found| vec![Missing::TailLength(found)]);
            assert_eq!(found, expected, "{number}");
        }
    }

    #[test]
    fn what_is_asked_stands_in_the_record() {
        let members = r#""holder":{"name":"张伟","id_masked":"E******78"},"certificate":{"id":"c","state":"valid",
            "valid_until":"2027-11-24","collection":{"ask":["name","id-tail-6","shoe-size"],"left":3,"limit":3}}"#;
        let record = ApplicationRecord::sample(State::Issued, members);
        assert_eq!(Asked::of(&record), Some(Asked { name: true, tail: Some(6), whole: Some(9), code: false }));
        assert_eq!(Asked::of(&ApplicationRecord::sample(State::Passed, "")), None);
    }

    #[test]
    fn only_what_is_asked_is_sent() {
        let asked = Asked { tail: Some(4), ..Asked::default() };
        let typed = Typed { name: "张伟".into(), tail: "002X".into(), code: String::new() };
        let expected = CollectionRequest { id_tail: Some("002X".into()), ..CollectionRequest::default() };
        assert_eq!(prove(asked, &typed, None), Ok(expected));
    }
}
