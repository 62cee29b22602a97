//! The fonts a certificate is printed with, and a clear word when one is missing.
//!
//! Debian: fonts-noto-cjk for Chinese, fonts-hanazono for the rarest characters. Any other font of the system that has a character is used for it.
use resvg::usvg::fontdb::Database;
use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

/// First the fonts whose look was chosen, so that a fallback finds them before others.
const CHOSEN: [&str; 5] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
];

/// What the fonts of this machine can print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontReport {
    /// All that a name can hold, as far as fonts go.
    Complete,
    /// Usual Chinese, but not the rarest characters: install fonts-hanazono.
    NoRareCharacters,
    /// No Chinese at all: install fonts-noto-cjk and fonts-hanazono. Certificates are made, but their text is missing.
    NoChinese,
}

/// What can be printed here.
pub fn font_report() -> FontReport {
    match (missing_characters("健康证明").is_empty(), missing_characters("𪚥𠀀").is_empty()) {
        (false, _) => FontReport::NoChinese,
        (true, false) => FontReport::NoRareCharacters,
        (true, true) => FontReport::Complete,
    }
}

/// The characters of a text that no font here has, each once.
pub fn missing_characters(text: &str) -> Vec<char> {
    let fonts = fonts();
    let mut missing: Vec<char> = Vec::new();
    for letter in text.chars().filter(|it| !it.is_whitespace()) {
        if !missing.contains(&letter) && !fonts.faces().any(|face| has(fonts, face.id, letter)) {
            missing.push(letter);
        }
    }
    missing
}

fn has(fonts: &Database, face: resvg::usvg::fontdb::ID, letter: char) -> bool {
    fonts
        .with_face_data(face, |bytes, index| {
            ttf_parser::Face::parse(bytes, index).is_ok_and(|face| face.glyph_index(letter).is_some())
        })
        .unwrap_or(false)
}

/// All fonts of the system, read once.
pub(super) fn fonts() -> &'static Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        for file in CHOSEN.iter().filter(|file| Path::new(file).exists()) {
            if let Err(error) = fonts.load_font_file(file) {
                eprintln!("fonts: {file} cannot be read: {error}");
            }
        }
        fonts.load_system_fonts();
        Arc::new(fonts)
    })
}
