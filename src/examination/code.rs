//! The check-in code as a drawing: black on white, with the quiet zone that a reader needs.
use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;
use std::fmt::Write as _;

/// Light modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// Side in modules and one path of dark runs. Nothing if the text is too long for any code.
fn path(text: &str) -> Option<(usize, String)> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for (y, row) in code.data.chunks_exact(code.size).take(code.size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a.value() == b.value()) {
            if run.first().is_some_and(|module| module.value()) {
                let length = run.len();
                // Writing into a String cannot fail.
                write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET).unwrap_or_default();
            }
            x += run.len();
        }
    }
    Some((code.size + 2 * QUIET, path))
}

/// The code, and its six characters to say, spelt in groups of three.
pub(super) fn check_in(text: &str, code: &str, label: impl Fn() -> String + Send + 'static) -> AnyView {
    let drawn = path(text).map(|(side, path)| {
        view! {
            <svg class="hc-qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
                <path fill="currentColor" d=path/>
            </svg>
        }
    });
    view! { {drawn} <p><b><bdi>{grouped(code)}</bdi></b></p> }.into_any()
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

    #[test]
    fn the_finder_stands_behind_the_quiet_zone() {
        let (side, path) = path("HCV1:K7M2QX").expect("a code");
        assert!(side >= 29 && path.starts_with("M4 4h7v1h-7z"));
    }
}
