//! The check-in code: to show, and to say.
use crate::ui;
use leptos::prelude::*;
use view::view;

/// The code, and its six characters to say, spelt in groups of three.
pub(super) fn check_in(text: &str, code: &str, label: impl Fn() -> String + Send + 'static) -> AnyView {
    view! { {ui::code(text, label)} <p><b><bdi>{grouped(code)}</bdi></b></p> }.into_any()
}

/// `K7M2QX` as `K7M 2QX`.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(3).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_said_in_groups_of_three() {
        for (code, expected) in [("K7M2QX", "K7M 2QX"), ("K7M2", "K7M 2"), ("", "")] {
            assert_eq!(grouped(code), expected);
        }
    }
}
