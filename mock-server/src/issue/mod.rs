//! Issuing: the key, the signed code and its place in the status list, and the certificate as paper and picture.
//!
//! You will not find the store or HTTP here: facts come in, bytes go out. Who may be issued a certificate is decided in `office`.
mod art;
mod drawing;
mod fonts;
mod issuer;
mod keys;
mod print;
mod seal;

pub use drawing::Face;
pub use fonts::{FontReport, font_report, missing_characters};
pub use issuer::{Issued, Issuer, NewCertificate, STATUS_TTL};
pub use keys::{BEFORE_FIRST_USE, KeyShown, Keys};
pub use print::{PrintError, pdf, png, seal_png};

/// Text or attribute value of an SVG document.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}
