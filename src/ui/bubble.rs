//! What somebody said about what stands below it.

use leptos::prelude::*;
use view::view;

/// Somebody's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bubble {
    /// Whose they are, and since when.
    pub head: String,
    /// The reason in a word, where they chose one beside their own words.
    pub why: Option<String>,
    /// The words.
    pub words: String,
    /// Their language.
    pub lang: String,
}

/// The words, with a tail to what they are about; `id` lets a control name them.
pub fn bubble(said: Bubble, id: Option<String>) -> AnyView {
    let Bubble { head, why, words, lang } = said;
    view! {
        <div class="hc-said" id=id>
            <p class="hc-meta">{head}</p>
            {why.map(|why| view! { <p><b>{why}</b></p> })}
            <p lang=lang>{words}</p>
        </div>
    }
    .into_any()
}
