//! A QR code as a drawing: always black on white, with the quiet zone that a camera needs.
use fast_qr::{ECL, QRBuilder, QRCode};
use leptos::prelude::*;
use std::fmt::Write as _;
use view::view;

/// Light modules around the code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// A code as one SVG path: a rectangle a run of dark modules.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Drawing {
    /// Modules a side, the quiet zone included.
    side: usize,
    /// The path.
    path: String,
}

/// Draws a text at level M.
fn draw(text: &str) -> Option<Drawing> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    Some(Drawing { side: code.size + 2 * QUIET, path: path(&code) })
}

fn path(code: &QRCode) -> String {
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
    path
}

/// A text as a code, with a name for those who listen. Nothing if it is too long for any code.
pub fn code(text: &str, label: impl Fn() -> String + Send + 'static) -> AnyView {
    let Some(Drawing { side, path }) = draw(text) else { return ().into_any() };
    view! {
        <svg class="hc-qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
            <path fill="currentColor" d=path/>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_as_small_as_base45_makes_it() {
        for (characters, side) in [(380, 65 + 8), (419, 65 + 8), (450, 69 + 8), (656, 81 + 8)] {
            let text = format!("HCZ1:{}", "A".repeat(characters - 5));
            assert_eq!(draw(&text).map(|it| it.side), Some(side), "{characters}");
        }
        assert_eq!(draw(&"A".repeat(5000)), None);
    }

    #[test]
    fn the_corners_are_where_a_reader_looks_for_them() {
        let drawing = draw("HCZ1:").expect("a code");
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"));
        assert_eq!(drawing.side, 29);
    }
}
