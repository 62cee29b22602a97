//! Bytes to download: the certificate as PDF and PNG, the seal as PNG. All from SVG documents, text as text, fonts subset.
use super::{
    drawing::{self, Face, SIZE},
    fonts::fonts,
    seal,
};
use krilla::{Document, geom::Size, metadata::Metadata, page::PageSettings};
use krilla_svg::{SurfaceExt as _, SvgSettings};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg,
};
use std::sync::Arc;

/// Points of a millimetre's quarter, the unit of the drawing.
const POINTS: f32 = 72.0 / 25.4 / 4.0;
/// Pixels of a unit: 305 dots per inch.
const PIXELS: f32 = 3.0;

/// Why there are no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintError {
    /// The credential is too long for a QR code: a fault of the issuer.
    Code,
    /// The drawing is no SVG or the writer refused it: a fault of the program.
    Drawing,
}

/// A6, one page. What no font here can write is left empty, see [`super::missing_characters`].
///
/// # Errors
/// See [`PrintError`].
pub fn pdf(face: &Face<'_>) -> Result<Vec<u8>, PrintError> {
    let tree = tree(&drawing::svg(face).ok_or(PrintError::Code)?)?;
    let size = Size::from_wh(SIZE.0 * POINTS, SIZE.1 * POINTS).ok_or(PrintError::Drawing)?;
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new().title("健康证明 Health certificate".to_owned()).language(face.language.to_owned()),
    );
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.draw_svg(&tree, size, SvgSettings::default()).ok_or(PrintError::Drawing)?;
    surface.finish();
    page.finish();
    document.finish().map_err(|_| PrintError::Drawing)
}

/// The same as a picture, 1260 x 1776.
///
/// # Errors
/// See [`PrintError`].
pub fn png(face: &Face<'_>) -> Result<Vec<u8>, PrintError> {
    pixels(&drawing::svg(face).ok_or(PrintError::Code)?, PIXELS)
}

/// The seal of an office on clear ground, 360 x 360.
///
/// # Errors
/// [`PrintError::Drawing`].
pub fn seal_png(office: &str) -> Result<Vec<u8>, PrintError> {
    let inside = seal::drawing(office);
    pixels(
        &format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="120" height="120" viewBox="0 0 120 120">{}</svg>"#,
            inside.replace("<textPath href=", "<textPath xlink:href=")
        ),
        PIXELS,
    )
}

fn pixels(svg: &str, scale: f32) -> Result<Vec<u8>, PrintError> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size().scale_by(scale).ok_or(PrintError::Drawing)?;
    let mut picture = Pixmap::new(size.width(), size.height()).ok_or(PrintError::Drawing)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|_| PrintError::Drawing)
}

fn tree(svg: &str) -> Result<usvg::Tree, PrintError> {
    let options = usvg::Options { fontdb: Arc::clone(fonts()), ..usvg::Options::default() };
    usvg::Tree::from_str(svg, &options).map_err(|_| PrintError::Drawing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use contract::api::{CertificateShown, CertificateState};
    use std::{path::PathBuf, process::Command};

    fn shown(name: &str) -> CertificateShown {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        CertificateShown {
            name: name.into(),
            sex: Some("男".into()),
            birth_month: Some("1990-03".into()),
            id_masked: "1101**********002X".into(),
            category: "食品经营 · 餐饮服务".into(),
            outcome: "合格".into(),
            issued_on: day(2026, 11, 28),
            valid_from: day(2026, 11, 28),
            valid_until: day(2027, 11, 27),
            issuer: "示例市卫生健康委员会".into(),
        }
    }

    fn credential() -> String {
        let body = "6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDEXWK G2EP4J0BGJLFX3R3VHXK.PJ:2DPF6R:5SVBHABVCNN95SWM0ROADTBC1/2GBG+ZE".repeat(4);
        body.chars().take(420).fold("HCZ1:".to_owned(), |text, letter| format!("{text}{letter}"))
    }

    fn face<'a>(shown: &'a CertificateShown, credential: &'a str, photo: &'a [u8]) -> Face<'a> {
        Face {
            shown,
            number: "7Q4M-K2WD-93HX-TR6C",
            credential,
            photo,
            state: CertificateState::Valid,
            language: "zh-CN",
        }
    }

    fn file(name: &str, bytes: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("hc-print-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn words_of(pdf: &[u8], name: &str) -> String {
        let path = file(name, pdf);
        let text =
            Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(path).arg("-").output().expect("poppler-utils");
        String::from_utf8(text.stdout).unwrap().split_whitespace().collect()
    }

    fn code_of(png: &[u8], name: &str) -> String {
        let path = file(name, png);
        let text = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(path).output().expect("zbar-tools");
        String::from_utf8(text.stdout).unwrap().trim_end().to_owned()
    }

    #[test]
    fn the_pdf_holds_the_name_as_text_rare_characters_included() {
        let credential = credential();
        for name in ["张伟", "𠀀𪚥𬭎", "阿卜杜拉·买买提", "O’Connor-Müller Ana María"] {
            let shown = shown(name);
            let text = words_of(&pdf(&face(&shown, &credential, &[])).unwrap(), "name.pdf");
            let plain: String = name.split_whitespace().collect();
            assert!(text.contains(&plain), "{name}: {text}");
            assert!(text.contains("7Q4M-K2WD-93HX-TR6C") && text.contains("2027年11月27日"), "{text}");
        }
    }

    #[test]
    fn a_name_of_fifty_characters_is_printed_in_full() {
        let long = "示例人名".repeat(12) + "某某";
        let credential = credential();
        let shown = shown(&long);
        let text = words_of(&pdf(&face(&shown, &credential, &[])).unwrap(), "long.pdf");
        assert!(text.contains(&long), "{text}");
    }

    #[test]
    fn the_code_on_picture_and_paper_can_be_scanned() {
        let credential = credential();
        let shown = shown("张伟");
        let face = face(&shown, &credential, &[]);
        assert_eq!(code_of(&png(&face).unwrap(), "code.png"), credential);
        let paper = file("code.pdf", &pdf(&face).unwrap());
        let picture = paper.with_extension("raster");
        let made =
            Command::new("pdftoppm").args(["-r", "200", "-png", "-singlefile"]).arg(&paper).arg(&picture).status();
        assert!(made.expect("poppler-utils").success());
        assert_eq!(code_of(&std::fs::read(picture.with_extension("raster.png")).unwrap(), "paper.png"), credential);
    }

    #[test]
    fn a_name_that_looks_like_markup_stays_a_name() {
        let credential = credential();
        let shown = shown("<b>&\"张\"</b>");
        let text = words_of(&pdf(&face(&shown, &credential, &[])).unwrap(), "markup.pdf");
        assert!(text.contains("<b>&\"张\"</b>"), "{text}");
    }

    #[test]
    fn a_name_with_what_no_drawing_can_hold_is_drawn_without_it() {
        let credential = credential();
        for mark in ['\u{0}', '\u{1b}', '\u{85}', '\u{fffe}', '\u{ffff}', '\u{1fffe}', '\u{fdd0}', '\u{10ffff}'] {
            let shown = shown(&format!("张{mark}伟"));
            let face = face(&shown, &credential, &[]);
            assert!(pdf(&face).is_ok() && png(&face).is_ok(), "{mark:?}");
        }
    }

    #[test]
    fn the_seal_is_a_picture() {
        assert!(seal_png("示例市卫生健康委员会").unwrap().starts_with(b"\x89PNG"));
    }
}
