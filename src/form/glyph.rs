//! Letters that no font of this device has: a person should hear of it before they think that their name was spoiled.

use leptos::prelude::document;
use wasm_bindgen::{Clamped, JsCast};

/// A code point that no font draws: what stands for it stands for every letter that is missing.
const MISSING: char = '\u{10fffe}';
const SIDE: u32 = 32;

/// The rare letters of a text that no font here draws. Where the browser will not tell, there are none.
pub(super) fn undrawn(text: &str) -> Vec<char> {
    let mut rare: Vec<char> = text.chars().filter(|letter| is_rare(*letter)).collect();
    rare.dedup();
    if rare.is_empty() {
        return rare;
    }
    let Some(missing) = picture(MISSING) else { return Vec::new() };
    rare.retain(|letter| picture(*letter).is_some_and(|drawn| drawn == missing));
    rare
}

/// Han letters that older fonts lack: the first extension, what was added to the first block since, what stood in the private
/// area before it had a place of its own, and all beyond the first 65,536.
fn is_rare(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{9fa6}'..='\u{9fff}' | '\u{e000}'..='\u{f8ff}' | '\u{20000}'..='\u{3ffff}')
}

/// A letter as this device draws it.
fn picture(letter: char) -> Option<Clamped<Vec<u8>>> {
    let canvas: web_sys::HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(SIDE);
    canvas.set_height(SIDE);
    let pen: web_sys::CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    pen.set_font("24px sans-serif");
    pen.fill_text(&letter.to_string(), 2.0, 26.0).ok()?;
    Some(pen.get_image_data(0.0, 0.0, f64::from(SIDE), f64::from(SIDE)).ok()?.data())
}

#[cfg(test)]
mod tests {
    use super::is_rare;

    #[test]
    fn letters_that_older_fonts_lack() {
        for (letter, expected) in [
            ('张', false),
            ('é', false),
            ('\u{4dae}', true),
            ('\u{9fa5}', false),
            ('\u{9fd4}', true),
            ('\u{9fef}', true),
            ('\u{e863}', true),
            ('\u{2cb56}', true),
            ('\u{30000}', true),
        ] {
            assert_eq!(is_rare(letter), expected, "{letter:?}");
        }
    }
}
