//! What is wrong with what was typed, each at its field: said there, and above the page with the way to it.
use super::words::Language;
use maud::{Markup, html};

/// One field that cannot stay as it is.
pub(super) struct Wrong {
    /// The `id` of the field.
    pub(super) at: String,
    /// What the field is called.
    pub(super) label: String,
    /// What is wrong, and what can stand there.
    pub(super) why: String,
}

/// All of a page, in the order of its fields.
#[derive(Default)]
pub(super) struct Wrongs(pub(super) Vec<Wrong>);

impl Wrongs {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field.
    pub(super) fn why(&self, at: &str) -> Option<&str> {
        self.0.iter().find(|it| it.at == at).map(|it| it.why.as_str())
    }

    /// For `aria-invalid`.
    pub(super) fn invalid(&self, at: &str) -> Option<&'static str> {
        self.why(at).map(|_| "true")
    }

    /// The first is gone to.
    pub(super) fn is_first(&self, at: &str) -> bool {
        self.0.first().is_some_and(|it| it.at == at)
    }

    /// For `aria-describedby`: the error, if there is one, before what always stands there.
    pub(super) fn described(&self, at: &str, always: Option<&str>) -> Option<String> {
        let error = self.why(at).map(|_| format!("{at}-error"));
        let all: Vec<String> = error.into_iter().chain(always.map(str::to_owned)).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    /// Beside its field.
    pub(super) fn error(&self, at: &str) -> Markup {
        html! { @if let Some(why) = self.why(at) { p class="hc-error" id={ (at) "-error" } { span { (why) } } } }
    }

    /// Above the page: which they are.
    pub(super) fn links(&self, l: Language) -> Markup {
        html! {
            ul { @for it in &self.0 { li { a class="hc-link" href={ "#" (it.at) } { (it.label) } (l.t("：", ": ")) (it.why) } } }
        }
    }
}
