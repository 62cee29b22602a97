//! What is taken, what is refused and why.
mod chance;
mod metadata;
mod photos;

use super::{samples::*, *};

fn rule() -> FileRule {
    let types = ["image/jpeg", "image/png", "image/heic", "application/pdf"].map(str::to_owned);
    FileRule::to_choose(&types, Some(10_000_000), 10_000_000, 50)
}

fn picture(kind: FileType, width: u32, height: u32) -> Result<(FileType, Option<Pixels>), Refusal> {
    Ok((kind, Some(Pixels { width, height })))
}

#[test]
fn files_as_people_choose_them() {
    let pdf_of = |extra: &str| pdf(2, extra);
    let text = b"not a picture at all".to_vec();
    for (name, bytes, expected) in [
        ("a JPEG", jpeg(&[]), picture(FileType::Jpeg, 4, 3)),
        ("a PNG", png(7, 5, &[]), picture(FileType::Png, 7, 5)),
        ("a WebP", webp(&[(b"VP8L", &lossless(9, 8))]), picture(FileType::WebP, 9, 8)),
        (
            "a photo of an iPhone",
            heif(*b"heic", &[(512, 512), (4032, 3024), (320, 240)], 0),
            picture(FileType::Heic, 4032, 3024),
        ),
        ("an AVIF", heif(*b"avif", &[(20, 10)], 0), picture(FileType::Avif, 20, 10)),
        ("a PDF", pdf_of(""), Ok((FileType::Pdf, None))),
        ("nothing", vec![], Err(Refusal::Empty)),
        ("text named .jpg", text, Err(Refusal::Type)),
        ("three bytes of a JPEG", vec![0xFF, 0xD8, 0xFF], Err(Refusal::Broken)),
        ("a GIF", b"GIF89a\x01\0\x01\0".to_vec(), Err(Refusal::Type)),
        ("a TIFF", b"II*\0\x08\0\0\0".to_vec(), Err(Refusal::Type)),
        ("an SVG", b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Err(Refusal::Type)),
        ("a web page", b"<!doctype html><title>x</title>".to_vec(), Err(Refusal::Type)),
        ("a PDF with a password", pdf_of("/Encrypt 9 0 R"), Err(Refusal::LockedPdf)),
        ("a PDF with script", pdf_of("/Names << /JavaScript 8 0 R >>"), Err(Refusal::ActivePdf)),
        ("script that hides its name", pdf_of("/AA << /O << /S /J#61vaScript >> >>"), Err(Refusal::ActivePdf)),
        ("a PDF that starts a program", pdf_of("/OpenAction << /S /Launch >>"), Err(Refusal::ActivePdf)),
        ("a PDF that says where it opens", pdf_of("/OpenAction [3 0 R /XYZ null null 0]"), Ok((FileType::Pdf, None))),
        ("the same without a space", pdf_of("/OpenAction[3 0 R/Fit]"), Ok((FileType::Pdf, None))),
        ("a script that runs at once", pdf_of("/OpenAction<</S/JavaScript/JS(x)>>"), Err(Refusal::ActivePdf)),
        ("an action that only goes somewhere", pdf_of("/OpenAction << /S /GoTo >>"), Err(Refusal::ActivePdf)),
        ("an action in another object", pdf_of("/OpenAction 9 0 R"), Err(Refusal::ActivePdf)),
        ("a program where a place should be", pdf_of("/OpenAction [<< /S /Launch >>]"), Err(Refusal::ActivePdf)),
        ("a PDF with an attachment", pdf_of("/Names << /EmbeddedFiles 8 0 R >>"), Err(Refusal::ActivePdf)),
        ("a PDF not at its beginning", [b"x".to_vec(), pdf_of("")].concat(), Err(Refusal::Type)),
        ("a PDF of 51 pages", pdf(51, ""), Err(Refusal::Pages { limit: 50 })),
        ("what is sold as 50 megapixels", sized_jpeg(8_192, 6_144, &[]), picture(FileType::Jpeg, 8_192, 6_144)),
        ("a picture of 51.7 megapixels", sized_jpeg(8_200, 6_300, &[]), Err(Refusal::Pixels { limit: MAX_PIXELS })),
        ("a picture of 12 001 pixels a side", png(12_001, 4, &[]), Err(Refusal::Pixels { limit: MAX_SIDE })),
        ("a picture without height", png(4, 0, &[]), Err(Refusal::Broken)),
        ("a pixel flood", png(u32::MAX, u32::MAX, &[]), Err(Refusal::Pixels { limit: MAX_SIDE })),
    ] {
        assert_eq!(inspect(&bytes, &rule()).map(|it| (it.kind, it.pixels)), expected, "{name}");
    }
}

/// Files that are two things at once, or not what they are called.
#[test]
fn files_that_pretend() {
    let zip_end = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    let script = b"<script>alert(1)</script>".as_slice();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".as_slice();
    let whole_picture = |kind, width, height| picture(kind, width, height);
    for (name, bytes, expected) in [
        (
            "a picture with an archive behind it",
            [jpeg(&[]), zip_end.clone()].concat(),
            whole_picture(FileType::Jpeg, 4, 3),
        ),
        ("a picture with a PDF behind it", [jpeg(&[]), pdf(1, "")].concat(), whole_picture(FileType::Jpeg, 4, 3)),
        ("a picture with a PDF in its comment", jpeg(&[(0xFE, b"%PDF-1.4")]), whole_picture(FileType::Jpeg, 4, 3)),
        ("a PNG with a web page in its text", png(7, 5, &[(b"tEXt", script)]), whole_picture(FileType::Png, 7, 5)),
        ("a PDF that is an archive too", [pdf(1, ""), zip_end.clone()].concat(), Err(Refusal::ActivePdf)),
        (
            "an archive whose comment is the end of a PDF",
            [b"%PDF-1.4 1 0 obj".as_slice(), &zip_end, b"%%EOF"].concat(),
            Err(Refusal::ActivePdf),
        ),
        (
            "script in objects that are packed twice",
            packed_pdf_as(
                "/Type /ObjStm /N 2 /First 9 /Filter [/FlateDecode /FlateDecode]",
                "1 0 2 9 << /S /JavaScript >>",
            ),
            Err(Refusal::ActivePdf),
        ),
        (
            "script in objects that are packed as letters",
            packed_pdf_as("/Type /ObjStm /N 2 /First 9 /Filter [/ASCIIHexDecode /FlateDecode]", "<< /Type /Catalog >>"),
            Err(Refusal::ActivePdf),
        ),
        (
            "script in objects whose bytes are told from those above",
            packed_pdf_as(
                "/Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
                "<< /Type /Catalog >>",
            ),
            Err(Refusal::ActivePdf),
        ),
        (
            "script in objects that are not called so",
            packed_pdf_as("/N 2 /First 9 /Filter /FlateDecode", "1 0 2 9 << /S /JavaScript >>"),
            Err(Refusal::ActivePdf),
        ),
        (
            "objects that are packed once, in a list of one filter",
            packed_pdf_as("/Type/ObjStm/N 2/First 9/Filter[/FlateDecode]", "<< /Type /Catalog >> << /Type /Page >>"),
            Ok((FileType::Pdf, None)),
        ),
        ("a web page that begins as a GIF", b"GIF89a/*<script>*/".to_vec(), Err(Refusal::Type)),
        ("a drawing named .png", svg.to_vec(), Err(Refusal::Type)),
        ("a drawing after a byte order mark", [b"\xEF\xBB\xBF \n".as_slice(), svg].concat(), Err(Refusal::Type)),
        ("a signature and then a drawing", [png::SIGNATURE, svg].concat(), Err(Refusal::Broken)),
        (
            "a JPEG's first bytes and then a web page",
            [b"\xFF\xD8\xFF\xE0".as_slice(), script].concat(),
            Err(Refusal::Broken),
        ),
        ("a PDF that says it is one and is not", b"%PDF-1.7\n%%EOF".to_vec(), Err(Refusal::Broken)),
        ("a program", b"MZ\x90\0\x03".to_vec(), Err(Refusal::Type)),
        ("an archive", b"PK\x03\x04".to_vec(), Err(Refusal::Type)),
        ("one byte", vec![0xFF], Err(Refusal::Type)),
        ("a flood of zero bytes", vec![0; 100_000], Err(Refusal::Type)),
        ("a JPEG that floods", sized_jpeg(u16::MAX, u16::MAX, &[]), Err(Refusal::Pixels { limit: MAX_SIDE })),
        ("a WebP that floods", webp(&[(b"VP8L", &lossless(16_384, 16_384))]), Err(Refusal::Pixels { limit: MAX_SIDE })),
        (
            "a WebP that names a small size after its picture",
            webp(&[(b"VP8L", &lossless(9_000, 9_000)), (b"VP8X", &extended(0, 100, 100))]),
            Err(Refusal::Broken),
        ),
        (
            "a WebP whose picture is larger than it says",
            webp(&[(b"VP8X", &extended(0, 100, 100)), (b"VP8L", &lossless(9_000, 9_000))]),
            Err(Refusal::Broken),
        ),
        (
            "a moving WebP with a picture larger than it says",
            webp(&[
                (b"VP8X", &extended(2, 100, 100)),
                (b"ANMF", &[&[0; 16], &webp(&[(b"VP8L", &lossless(101, 9))])[12..]].concat()),
            ]),
            Err(Refusal::Broken),
        ),
        (
            "an HEIC that floods",
            heif(*b"heic", &[(20, 20), (u32::MAX, 30_000)], 0),
            Err(Refusal::Pixels { limit: MAX_SIDE }),
        ),
        ("an HEIC that does not say how large it is", heif(*b"heic", &[], 0), Err(Refusal::Broken)),
    ] {
        assert_eq!(inspect(&bytes, &rule()).map(|it| (it.kind, it.pixels)), expected, "{name}");
    }
}

/// A name or a MIME type is never asked: the same bytes are the same whatever a person or a browser calls them.
#[test]
fn a_wrong_mime_type_changes_nothing() {
    for (declared, bytes, found) in [
        ("image/png", jpeg(&[]), FileType::Jpeg),
        ("image/jpeg", pdf(1, ""), FileType::Pdf),
        ("application/pdf", png(7, 5, &[]), FileType::Png),
        ("", heif(*b"heic", &[(20, 10)], 0), FileType::Heic),
    ] {
        assert_ne!(FileType::from_mime(declared), Some(found));
        assert_eq!(inspect(&bytes, &rule()).map(|it| it.kind), Ok(found), "declared as {declared:?}");
    }
}

#[test]
fn a_weight_beyond_the_limit_is_refused_by_kind() {
    for (kind, bytes, expected) in [
        (FileType::Pdf, 10_000_000, Ok(FileType::Pdf)),
        (FileType::Pdf, 10_000_001, Err(Refusal::TooLarge { limit: 10_000_000 })),
        (FileType::Jpeg, 20_000_000, Ok(FileType::Jpeg)),
        (FileType::Jpeg, MAX_CHOSEN_BYTES + 1, Err(Refusal::TooLarge { limit: MAX_CHOSEN_BYTES })),
        (FileType::Gif, 10, Err(Refusal::Type)),
    ] {
        assert_eq!(rule().check_kind(Some(kind), bytes), expected, "{kind:?} of {bytes}");
    }
}

#[test]
fn an_item_takes_what_its_types_say() {
    for (types, accept, pdf) in [
        (vec!["image/jpeg", "image/png", "image/heic"], "image/*", false),
        (vec!["image/jpeg", "application/pdf"], "image/*,application/pdf", true),
        (vec!["application/pdf"], "application/pdf", true),
        (vec![], "image/*,application/pdf", true),
        (vec!["image/svg+xml"], "image/*,application/pdf", true),
    ] {
        let types: Vec<_> = types.into_iter().map(str::to_owned).collect();
        let rule = FileRule::to_choose(&types, None, 10, 50);
        assert_eq!((rule.accept(), rule.takes_pdf()), (accept, pdf), "{types:?}");
    }
    let server = FileRule::to_receive(&["image/jpeg", "application/pdf", "image/svg+xml"], 10, 50);
    assert_eq!(server.types(), [FileType::Jpeg, FileType::Pdf], "a server takes no drawing, whatever it is told");
}

#[test]
fn a_picture_says_how_it_must_be_turned() {
    for little in [false, true] {
        for number in 0..=9 {
            let bytes = jpeg(&[(0xE1, &exif(number, little))]);
            let expected = if (1..=8).contains(&number) { number } else { 1 };
            assert_eq!(inspect(&bytes, &rule()).unwrap().orientation.number(), expected, "{number}, little {little}");
        }
    }
    for (quarters, expected) in [(0, 1), (1, 8), (2, 3), (3, 6)] {
        let bytes = heif(*b"heic", &[(4032, 3024)], quarters);
        assert_eq!(inspect(&bytes, &rule()).unwrap().orientation.number(), expected, "{quarters} against the clock");
    }
    let turned = Orientation::from_exif(6);
    assert_eq!(Pixels { width: 40, height: 30 }.oriented(turned), Pixels { width: 30, height: 40 });
}

#[test]
fn pages_are_counted_where_they_can_be() {
    for (name, bytes, expected) in [
        ("three pages", pdf(3, ""), Pages::Counted(3)),
        (
            "objects in a stream",
            packed_pdf("1 0 2 9 << /Type /Pages /Count 7 /Kids [] >> << /Type/Catalog >>"),
            Pages::Counted(7),
        ),
        ("pages without a tree", packed_pdf("1 0 2 9 << /Type/Page >> << /Type /Page >>"), Pages::Counted(2)),
        (
            "a count that stands elsewhere",
            packed_pdf("1 0 2 9 << /Type /Pages /Count 120 0 R >> << /Type /Page >>"),
            Pages::Counted(1),
        ),
        (
            "an earlier state behind which a shorter one was appended",
            [pdf(80, ""), b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\nstartxref\n9\n%%EOF\n".to_vec()]
                .concat(),
            Pages::Counted(1),
        ),
        (
            "branches below the root",
            packed_pdf(
                "1 0 2 9 << /Type /Pages /Count 7 /Kids [] >> << /Type /Pages /Parent 1 0 R /Count 3 /Kids [] >>",
            ),
            Pages::Counted(7),
        ),
        ("nothing to count", packed_pdf("1 0 << /Type /Catalog >>"), Pages::Unknown),
    ] {
        assert_eq!(inspect(&bytes, &rule()).map(|it| it.pages), Ok(expected), "{name}");
    }
    let padding = " ".repeat(9 << 20);
    assert_eq!(inspect(&packed_pdf(&padding), &rule()), Err(Refusal::ActivePdf), "what lies behind so much is hidden");
    let hidden = packed_pdf("1 0 << /S /JavaScript /JS (app.alert) >>");
    assert_eq!(inspect(&hidden, &rule()), Err(Refusal::ActivePdf));
}

#[test]
fn a_picture_inside_a_pdf_is_not_mistaken_for_script() {
    let mut bytes = pdf(1, "");
    let end = bytes.len() - 6;
    bytes.splice(
        end..end,
        *b"8 0 obj << /Filter /DCTDecode >> stream\n\xFF\xD8 /JS /Encrypt \xFF\xD9 endstream endobj\n",
    );
    assert_eq!(inspect(&bytes, &rule()).map(|it| it.pages), Ok(Pages::Counted(1)));
}

/// Each of its objects names each, and a scan for one by number would go through all of them: it would not end in hours.
#[test]
fn a_pdf_that_names_everything_everywhere_takes_as_long_as_any_other() {
    let names = "9 0 R ".repeat(64);
    let objects = [
        "<< /Info 1 0 R >> ".repeat(64),
        format!("1 0 obj<<{names}(x)>> ").repeat(64),
        "9 0 obj<< ".repeat(64),
        "2 0 obj ".repeat(40_000),
    ]
    .concat();
    let mut bytes = pdf(1, "");
    let end = bytes.len() - 6;
    bytes.splice(end..end, format!("\n{objects}\n").into_bytes());
    assert!(pdf_without_metadata(&bytes).len() == bytes.len());
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let whole = [
        jpeg(&[(0xE1, &exif(6, true))]),
        png(7, 5, &[(b"tEXt", b"words")]),
        webp(&[(b"VP8L", &lossless(9, 8))]),
        heif(*b"heic", &[(40, 30)], 1),
        pdf(2, ""),
    ];
    for bytes in whole {
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            let spared = FileType::of(cut) == Some(FileType::Pdf) && cut.ends_with(b"%%EOF");
            assert!(spared || inspect(cut, &rule()).is_err(), "{length} of {}", bytes.len());
        }
    }
}

#[test]
fn hashes_are_sixty_four_lower_case_digits() {
    let digits = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    assert_eq!(digits.parse::<Sha256>().unwrap().to_string(), digits);
    assert_eq!(digits.to_uppercase().parse::<Sha256>().unwrap().to_string(), digits);
    for wrong in
        ["", "9f86", &digits.replace("9f", "9"), &format!("{digits}0"), &digits.replace('9', "g"), &"照".repeat(22)]
    {
        assert_eq!(wrong.parse::<Sha256>(), Err(NotSha256), "{wrong}");
    }
}

#[test]
fn refusals_come_back_from_the_wire() {
    for refusal in [
        Refusal::Type,
        Refusal::Empty,
        Refusal::Broken,
        Refusal::LockedPdf,
        Refusal::ActivePdf,
        Refusal::Pages { limit: 50 },
        Refusal::Pixels { limit: 12_000 },
        Refusal::Blank,
        Refusal::SameAsReturned,
        Refusal::Infected,
        Refusal::TooLarge { limit: 10 },
        Refusal::Heic,
        Refusal::Avif,
        Refusal::Changed,
    ] {
        assert_eq!(Refusal::from_wire(refusal.code(), refusal.limit()), Some(refusal));
    }
    assert_eq!(Refusal::from_wire("of-tomorrow", None), None);
}
