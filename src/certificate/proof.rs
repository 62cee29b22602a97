//! What a person enters to prove who they are: the facts that the office asks for, and what is plainly missing from them.
use contract::api::{CodeSent, Collection, CollectionRequest};

/// What is asked, by the record's `ask`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub name: bool,
    /// So many characters of the end of the ID number.
    pub tail: Option<u32>,
    pub code: bool,
}

impl Asked {
    pub(super) fn of(collection: &Collection) -> Self {
        collection.ask.iter().fold(Self::default(), |asked, fact| match fact.as_str() {
            "name" => Self { name: true, ..asked },
            "code" => Self { code: true, ..asked },
            fact => match fact.strip_prefix("id-tail-").and_then(|count| count.parse().ok()) {
                Some(count) => Self { tail: Some(count), ..asked },
                // A fact of a newer office: the server will say that something is missing.
                None => asked,
            },
        })
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
}

/// Checks what was typed, and makes the request of it.
pub(super) fn prove(asked: Asked, typed: &Typed, sent: Option<&CodeSent>) -> Result<CollectionRequest, Vec<Missing>> {
    let mut missing = Vec::new();
    let (name, tail, code) = (typed.name.trim().to_owned(), narrow(&typed.tail), narrow(&typed.code));
    if asked.name && name.is_empty() {
        missing.push(Missing::Name);
    }
    if let Some(wanted) = asked.tail {
        missing.extend(match length(&tail) {
            0 => Some(Missing::Tail),
            found if found != wanted => Some(Missing::TailLength(found)),
            _ => None,
        });
    }
    if asked.code {
        missing.extend(match (sent.map(|sent| u32::from(sent.length)), length(&code)) {
            (None, _) => Some(Missing::Send),
            (Some(_), 0) => Some(Missing::Code),
            (Some(wanted), found) => wanted.checked_sub(found).filter(|short| *short > 0).map(Missing::CodeLength),
        });
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    Ok(CollectionRequest {
        name: asked.name.then_some(name),
        id_tail: asked.tail.map(|_| tail),
        code_id: sent.filter(|_| asked.code).map(|sent| sent.code_id.clone()),
        code: asked.code.then_some(code),
    })
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Without spaces, in half width and upper case: what a Chinese keyboard and a paste leave behind.
fn narrow(typed: &str) -> String {
    let half = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        letter => letter,
    };
    typed.chars().filter(|it| !it.is_whitespace()).map(half).map(|it| it.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> CodeSent {
        let at = contract::api::Instant::parse_from_rfc3339("2026-11-28T09:00:00+08:00").expect("an instant");
        CodeSent { code_id: "c1".into(), length: 6, sent_to: "138****0000".into(), expires_at: at, resend_at: at }
    }

    const ALL: Asked = Asked { name: true, tail: Some(6), code: true };

    #[test]
    fn what_is_missing_is_named_from_the_top() {
        let typed =
            |name: &str, tail: &str, code: &str| Typed { name: name.into(), tail: tail.into(), code: code.into() };
        for (what, typed, sent, expected) in [
            ("nothing typed", typed("", "", ""), None, vec![Missing::Name, Missing::Tail, Missing::Send]),
            ("short", typed("张伟", "0021", "12"), Some(sent()), vec![Missing::TailLength(4), Missing::CodeLength(4)]),
            ("no code", typed(" 张伟 ", "07002x", ""), Some(sent()), vec![Missing::Code]),
        ] {
            assert_eq!(prove(ALL, &typed, sent.as_ref()), Err(expected), "{what}");
        }
    }

    #[test]
    fn what_a_chinese_keyboard_leaves_is_forgiven() {
        let typed = Typed { name: "张伟".into(), tail: " ０７００ ２ｘ".into(), code: "123 456".into() };
        let request = prove(ALL, &typed, Some(&sent())).expect("whole");
        assert_eq!((request.id_tail.as_deref(), request.code.as_deref()), (Some("07002X"), Some("123456")));
    }

    #[test]
    fn only_what_is_asked_is_sent() {
        let asked = Asked { tail: Some(4), ..Asked::default() };
        let typed = Typed { name: "张伟".into(), tail: "002X".into(), code: String::new() };
        let expected = CollectionRequest { id_tail: Some("002X".into()), ..CollectionRequest::default() };
        assert_eq!(prove(asked, &typed, None), Ok(expected));
    }
}
