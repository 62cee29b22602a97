//! What is taken, what is refused and why; what a photo measures; and that nothing here can be made to panic.
use super::{samples::*, *};
use proptest::prelude::*;

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
fn metadata_goes_and_the_picture_stays() {
    let profile = b"ICC_PROFILE\0\x01\x01colours".as_slice();
    let marked = jpeg(&[
        (0xE0, b"JFIF\0\x01\x02"),
        (0xE1, &exif(6, false)),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0GPS"),
        (0xE2, profile),
        (0xED, b"GPS"),
        (0xFE, b"GPS"),
    ]);
    let with_tail = [marked.clone(), jpeg(&[(0xE1, &exif(1, true))])].concat();
    let mut extended = vec![0x0C, 0, 0, 0];
    extended.extend([8, 0, 0, 7, 0, 0]);
    let webp_exif = exif(8, true);
    for (name, bytes) in [
        ("JPEG", marked),
        ("JPEG with a second picture after it", with_tail),
        ("PNG", png(7, 5, &[(b"tEXt", b"GPS"), (b"eXIf", b"GPS"), (b"zzZz", b"GPS"), (b"gAMA", &[0, 0, 1, 0])])),
        (
            "WebP",
            webp(&[(b"VP8X", &extended), (b"VP8L", &lossless(9, 8)), (b"EXIF", &webp_exif[6..]), (b"XMP ", b"GPS")]),
        ),
    ] {
        let before =
            inspect(&bytes, &FileRule::to_receive(&["image/jpeg", "image/png", "image/webp"], 100_000, 1)).unwrap();
        assert!(has_metadata(&bytes), "{name} begins with some");
        let clean = without_metadata(&bytes).unwrap();
        assert!(!clean.windows(3).any(|it| it == b"GPS"), "{name} keeps a position");
        let after =
            inspect(&clean, &FileRule::to_receive(&["image/jpeg", "image/png", "image/webp"], 100_000, 1)).unwrap();
        assert_eq!(after, before, "{name} looks as before");
        assert_eq!(without_metadata(&clean).unwrap(), clean, "{name} cleaned twice");
        assert_eq!(
            clean.windows(11).any(|it| it == b"ICC_PROFILE"),
            bytes.windows(11).any(|it| it == b"ICC_PROFILE"),
            "{name} keeps its colours"
        );
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

/// Lines as fine as writing on an ID card.
fn writing(x: u32, y: u32) -> u8 {
    if y % 24 < 10 && x % 6 < 3 && x % 90 < 70 { 170 } else { 0 }
}

/// The same lines after a lens that moved.
fn smeared(x: u32, y: u32) -> u8 {
    if y % 24 < 10 && x % 90 < 70 { 85 } else { 0 }
}

/// The picture as a lens out of focus gives it.
fn blurred(pixels: &[u8], width: usize) -> Vec<u8> {
    let once = |from: &[u8], step: usize| {
        let mean = |at: usize| {
            (0..11)
                .map(|off| u32::from(from[(at + off * step).saturating_sub(5 * step).min(from.len() - 1)]))
                .sum::<u32>()
                / 11
        };
        (0..from.len()).map(|at| u8::try_from(mean(at)).unwrap()).collect::<Vec<u8>>()
    };
    let across = once(&once(pixels, 4), 4);
    once(&across, width * 4)
}

fn card() -> Wanted {
    use Advice::*;
    Wanted { checks: vec![Blur, Glare, Dark, Cut, Small, Turn], aspect: Some(1.585), portrait: false }
}

fn advice_for(pixels: &[u8], width: u32, longest_side: u32, wanted: &Wanted) -> Vec<Advice> {
    advise(&measure(pixels, width, longest_side), wanted)
}

#[test]
fn photos_of_a_card() {
    let good = [200, 150, 1000, 655];
    for (name, pixels, side, expected) in [
        ("a good one", drawn(1200, 900, 60, 225, good, writing), 4000, vec![]),
        ("on a light table", drawn(1200, 900, 150, 225, good, writing), 4000, vec![]),
        ("a scan without ground", drawn(1200, 757, 60, 235, [0, 0, 1200, 757], writing), 2400, vec![]),
        ("blurred", blurred(&drawn(1200, 900, 60, 225, good, writing), 1200), 4000, vec![Advice::Blur]),
        ("in the dark", drawn(1200, 900, 10, 70, good, |x, y| writing(x, y) / 3), 4000, vec![Advice::Dark]),
        (
            "with a lamp on it",
            drawn(1200, 900, 60, 225, good, |x, y| if x < 400 && y < 300 { 0 } else { writing(x, y) }),
            4000,
            vec![],
        ),
        (
            "running out to the right",
            drawn(1200, 900, 60, 225, [500, 200, 1200, 700], writing),
            4000,
            vec![Advice::Cut],
        ),
        ("with a corner missing", drawn(1200, 900, 60, 225, [500, 500, 1200, 900], writing), 4000, vec![Advice::Cut]),
        ("from far away", drawn(1200, 900, 60, 225, [500, 350, 760, 514], writing), 4000, vec![Advice::Small]),
        ("of few pixels", drawn(600, 450, 60, 225, [100, 75, 500, 327], writing), 600, vec![Advice::Small]),
        ("on its side", drawn(900, 1200, 60, 225, [150, 200, 655, 1000], writing), 4000, vec![Advice::Turn]),
        ("upright in an upright photo", drawn(900, 1200, 60, 225, [50, 350, 850, 855], writing), 4000, vec![]),
    ] {
        let width = match pixels.len() / 4 {
            1_080_000 if expected == [Advice::Turn] || name.starts_with("upright") => 900,
            270_000 => 600,
            _ => 1200,
        };
        assert_eq!(advice_for(&pixels, width, side, &card()), expected, "{name}: {:?}", measure(&pixels, width, side));
    }
}

#[test]
fn a_lamp_in_the_card_is_glare_and_white_paper_is_not() {
    let lamp = |x: u32, y: u32| x.abs_diff(300) < 110 && y.abs_diff(200) < 90;
    let mut pixels = drawn(1200, 900, 60, 225, [200, 150, 1000, 655], writing);
    for (place, pixel) in pixels.chunks_exact_mut(4).enumerate() {
        let place = u32::try_from(place).unwrap();
        if lamp(place % 1200 - place % 1200 / 1200, place / 1200) {
            pixel[..3].fill(255);
        }
    }
    assert_eq!(advice_for(&pixels, 1200, 4000, &card()), [Advice::Glare]);
    let scan = drawn(1200, 900, 255, 255, [100, 100, 1100, 800], |x, y| if writing(x, y) > 0 { 255 } else { 0 });
    assert!(!advice_for(&scan, 1200, 4000, &card()).contains(&Advice::Glare));
}

#[test]
fn photos_of_a_person() {
    use Advice::*;
    let wanted = Wanted { checks: vec![Blur, Dark, Small, Turn, Background], aspect: Some(0.75), portrait: true };
    let face = |x: u32, y: u32| if (x / 3 + y / 3).is_multiple_of(2) { 60 } else { 0 };
    let upright = drawn(600, 800, 220, 150, [100, 250, 500, 800], face);
    let lying = drawn(800, 600, 220, 150, [0, 100, 550, 500], face);
    assert_eq!(advice_for(&upright, 600, 3000, &wanted), []);
    assert_eq!(advice_for(&upright, 600, 479, &wanted), [Small]);
    assert_eq!(advice_for(&upright, 600, 480, &wanted), []);
    assert_eq!(advice_for(&lying, 800, 3000, &wanted), [Turn]);
    assert_eq!(quarter_turns(&measure(&lying, 800, 3000), &wanted), 3);
    let mut street = upright;
    for (place, pixel) in street.chunks_exact_mut(4).enumerate() {
        if place / 600 < 240 && place % 120 < 60 {
            pixel[..3].fill(90);
        }
    }
    assert_eq!(advice_for(&street, 600, 3000, &wanted), [Background]);
}

#[test]
fn a_card_that_fills_the_picture_is_not_turned() {
    // The print stands in a column at the left, higher than wide: of the card itself no edge is to be seen.
    let print = |_: u32, y: u32| if y % 24 < 16 { 170 } else { 0 };
    let filled = drawn(1585, 1000, 225, 225, [90, 80, 700, 920], print);
    assert_eq!(quarter_turns(&measure(&filled, 1585, 4000), &card()), 0);
    // A card that lies on its side on a table, in a picture of a phone's shape, still is.
    let lying = drawn(1200, 900, 60, 225, [420, 120, 840, 785], writing);
    assert_eq!(quarter_turns(&measure(&lying, 1200, 4000), &card()), 1);
}

#[test]
fn an_empty_canvas_is_noticed() {
    assert!(is_blank(&measure(&vec![0; 400 * 300 * 4], 400, 4000)));
    assert!(is_blank(&measure(&vec![255; 400 * 300 * 4], 400, 4000)));
    assert!(!is_blank(&measure(&drawn(400, 300, 60, 225, [50, 50, 350, 250], smeared), 400, 4000)));
}

/// Bytes that begin like one of our files and go on as chance will have it.
fn spoiled() -> impl Strategy<Value = Vec<u8>> {
    let whole = vec![
        jpeg(&[(0xE1, &exif(6, true)), (0xE2, b"ICC_PROFILE\0")]),
        png(7, 5, &[(b"tEXt", b"words"), (b"acTL", b"")]),
        webp(&[(b"VP8X", &[0x0C, 0, 0, 0, 8, 0, 0, 7, 0, 0]), (b"VP8L", &lossless(9, 8)), (b"EXIF", &exif(3, false))]),
        heif(*b"heic", &[(512, 512), (4032, 3024)], 3),
        pdf(3, "/Names << /Dests [ (a) 3 0 R ] >>"),
        packed_pdf("1 0 2 9 << /Type /Pages /Count 7 /Kids [] >> << /Type/Catalog >>"),
    ];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..12);
    (prop::sample::select(whole), changes, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(mut bytes, changes, cut, whole)| {
            for (place, value, insert) in changes {
                let place = place.index(bytes.len());
                if insert { bytes.insert(place, value) } else { bytes[place] = value }
            }
            if !whole {
                bytes.truncate(cut.index(bytes.len() + 1));
            }
            bytes
        },
    )
}

/// How many spoiled files are tried: `cargo xtask bench documents` asks for more.
fn mutations() -> u32 {
    std::env::var("DOCUMENT_MUTATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(50_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: mutations(), max_shrink_iters: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn a_smaller_picture_keeps_its_shape(width in 1_u32..=MAX_SIDE, height in 1_u32..=MAX_SIDE) {
        let small = Pixels { width, height }.within(UPLOAD_SIDE);
        prop_assert!(small.width.max(small.height) <= UPLOAD_SIDE && small.width.min(small.height) > 0);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in spoiled()) {
        let _ = FileType::of(&bytes);
        if let Ok(found) = inspect(&bytes, &rule()) {
            prop_assert!(found.pixels.is_none_or(|it| it.width.max(it.height) <= MAX_SIDE));
        }
        if let Ok(clean) = without_metadata(&bytes) {
            let again = without_metadata(&clean).unwrap().into_owned();
            prop_assert_eq!(again, clean.into_owned());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_picture_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..4000), width in 0_u32..80) {
        let measures = measure(&bytes, width, width);
        let _ = advise(&measures, &card());
        prop_assert!(measures.mean.is_finite() && measures.sharpness.is_finite());
    }
}

/// A PDF with these objects, numbered from 10, and an author in the object that its trailer names.
fn telling_pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R /Metadata 11 0 R >> endobj\n2 0 obj << /Type /Pages /Count 1 /Kids [3 0 R] >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R /Contents 13 0 R >> endobj\n".to_vec();
    for (number, object) in (10..).zip(objects) {
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    file.extend(format!("trailer << /Root 1 0 R {trailer} >>\nstartxref\n9\n%%EOF\n").into_bytes());
    file
}

fn stream(about: &str, content: &[u8]) -> Vec<u8> {
    [format!("<< {about} /Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat()
}

#[test]
fn a_pdf_does_not_tell_who_made_it_and_nothing_else_of_it_moves() {
    let told = "zhang-wei";
    let xmp = b"<x:xmpmeta><dc:creator>zhang-wei</dc:creator></x:xmpmeta>".as_slice();
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&xmp.repeat(9), 6);
    let content = stream("", b"BT (zhang-wei stays on the page) Tj ET");
    let photo = jpeg(&[(0xE1, b"Exif\0\0zhang-wei was here"), (0xE0, b"JFIF\0kept"), (0xFE, b"zhang-wei")]);
    let info =
        "<< /Author (zhang-wei \\) >> \\( ) /Title <7a68616e67> /Producer 14 0 R /Nested << /A (zhang-wei) >> >>";
    let all = |first: &[u8]| {
        let picture = stream("/Type /XObject /Filter /DCTDecode", &photo);
        let objects = [
            first.to_vec(),
            stream("/Type /Metadata /Subtype /XML", xmp),
            picture,
            content.clone(),
            b"(zhang-wei)".to_vec(),
        ];
        telling_pdf(&objects, "/Info 10 0 R")
    };
    let file = all(info.as_bytes());
    let clean = pdf_without_metadata(&file);
    assert_eq!(clean.len(), file.len());
    let text = String::from_utf8_lossy(&clean);
    assert_eq!(text.matches(told).count(), 1, "{text}");
    assert!(text.contains("(zhang-wei stays on the page)") && text.contains("JFIF") && !text.contains("7a68"));
    assert_eq!(inspect(&clean, &rule()), inspect(&file, &rule()));
    for (before, after) in file.iter().zip(clean.iter()) {
        assert!(before == after || *after == b' ' || *after == 0);
    }
    assert_eq!(*pdf_without_metadata(&clean), *clean, "once is enough");

    let packed = telling_pdf(&[b"<< >>".to_vec(), stream("/Type/Metadata/Filter/FlateDecode", &deflated)], "");
    let clean = pdf_without_metadata(&packed);
    let begin = clean.windows(2).position(|it| it == [0x78, 0x9C]).unwrap();
    assert_eq!(miniz_oxide::inflate::decompress_to_vec_zlib(&clean[begin..begin + 8]).unwrap(), b"");
    assert!(!clean.windows(8).any(|it| deflated[8..].windows(8).any(|was| was == it && was != [b' '; 8])));

    let signed = [all(info.as_bytes()), b"9 0 obj << /ByteRange [0 9 9 9] >> endobj %%EOF".to_vec()].concat();
    assert_eq!(*pdf_without_metadata(&signed), *signed, "a signature holds");
    let silent = pdf(2, "");
    assert!(matches!(pdf_without_metadata(&silent), std::borrow::Cow::Borrowed(_)));
}
