//! A line that stands out, and a word that names a state. Meaning is colour, shape and word together.

use super::{Icon, Words, icon, live, small_icon};
use leptos::prelude::*;
use view::view;

/// What a line or word means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// It is so, and good.
    Ok,
    /// It needs a look.
    Warn,
    /// It did not work.
    Bad,
    /// It goes on.
    Go,
}

impl Tone {
    /// Its class beside the block's own.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Ok => "hc-ok",
            Self::Warn => "hc-warn",
            Self::Bad => "hc-bad",
            Self::Go => "hc-go",
        }
    }
}

/// A line that stands out, with anything in it. `said` makes it a status that is read aloud when it changes.
pub fn note(tone: Tone, drawing: Icon, said: bool, body: AnyView) -> AnyView {
    in_role(tone, drawing, said.then_some("status"), body)
}

fn in_role(tone: Tone, drawing: Icon, role: Option<&'static str>, body: AnyView) -> AnyView {
    view! {
        <div class=format!("hc-note {}", tone.class()) role=role>
            {icon(drawing)}
            <div>{body}</div>
        </div>
    }
    .into_any()
}

/// A line that stands out and holds one sentence.
pub fn plain_note(tone: Tone, drawing: Icon, words: impl Into<Words>) -> AnyView {
    let words = words.into();
    note(tone, drawing, false, view! { <p>{live(move || words.get())}</p> }.into_any())
}

/// Why what was pressed did not work: read aloud as it comes, for the focus stays where it was.
pub fn failure_note(tone: Tone, drawing: Icon, words: impl Into<Words>) -> AnyView {
    let words = words.into();
    alert(tone, drawing, view! { <p>{live(move || words.get())}</p> }.into_any())
}

/// The same with more than a sentence in it, as the way to try again.
pub fn alert(tone: Tone, drawing: Icon, body: AnyView) -> AnyView {
    in_role(tone, drawing, Some("alert"), body)
}

/// Somebody's words as they are and in their language; `head` says whose.
pub fn quote(head: String, lang: &str, words: String) -> AnyView {
    let lang = Some(lang.to_owned()).filter(|lang| !lang.is_empty());
    view! {
        <div class="hc-note">
            {small_icon(Icon::Words)}
            <div><p class="hc-meta">{head}</p><p lang=lang>{words}</p></div>
        </div>
    }
    .into_any()
}

/// The word for a state. It is a noun and cannot be pressed.
pub fn tag(tone: Tone, words: impl Into<Words>) -> AnyView {
    let words = words.into();
    view! { <span class=format!("hc-tag {}", tone.class())>{live(move || words.get())}</span> }.into_any()
}
