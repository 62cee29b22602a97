//! Pictures of every kind that phones and scanners write, through the worker's own code: upright, in their colours, and without
//! a word of what they carried. The files were made with Pillow; their quarters are red and green over blue and yellow.
use super::job;
use contract::documents::{Advice, Corners, FileRule, Pixels, Place, Refusal, Wanted};
use image_worker::{Job, Looked, copy, look, preview, sha256};
use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Blob;

const QUARTERS: &[u8] = include_bytes!("../fixtures/pictures/quarters.jpg");

fn blob(bytes: &[u8]) -> Blob {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).unwrap()
}

fn any_photo(bytes: &[u8]) -> Job {
    let types = ["image/jpeg", "image/png", "image/webp", "image/avif"].map(str::to_owned);
    Job { rule: FileRule::to_choose(&types, None, 1 << 20, 1), ..job(blob(bytes), None) }
}

async fn looked(bytes: &[u8]) -> Looked {
    look(&any_photo(bytes)).await.unwrap()
}

/// What is sent, as pixels.
async fn pixels(looked: &Looked) -> (Vec<u8>, u32) {
    let (width, height) = looked.size;
    let decoded = preview(&blob(&looked.bytes.to_vec()), width).await.unwrap();
    (copy(&decoded, Pixels { width, height }).unwrap(), width)
}

/// The colours in the middle of the four quarters, row by row, by their first letters.
async fn quarters(looked: &Looked) -> String {
    let ((width, height), (dots, _)) = (looked.size, pixels(looked).await);
    [(1, 1), (3, 1), (1, 3), (3, 3)]
        .map(|(x, y)| {
            let at = 4 * (height * y / 4 * width + width * x / 4) as usize;
            match [dots[at], dots[at + 1], dots[at + 2]].map(|it| it / 86) {
                [2, 0, 0] => 'r',
                [0, 1, 0] => 'g',
                [0, 0, 2] => 'b',
                [2, 2, 0] => 'y',
                [2, 2, 2] => 'w',
                _ => '?',
            }
        })
        .iter()
        .collect()
}

/// The same picture with a note of how the phone was held.
fn held(orientation: u8) -> Vec<u8> {
    let tiff = [
        b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0".as_slice(),
        &[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    [&QUARTERS[..2], &[0xff, 0xe1], &length, &tiff, &QUARTERS[2..]].concat()
}

#[wasm_bindgen_test]
async fn however_a_phone_was_held_the_picture_is_upright() {
    let (lying, standing) = ((96, 64), (64, 96));
    for (orientation, wanted, size) in [
        (1, "rgby", lying),
        (2, "gryb", lying),
        (3, "ybgr", lying),
        (4, "byrg", lying),
        (5, "rbgy", standing),
        (6, "bryg", standing),
        (7, "ygbr", standing),
        (8, "gyrb", standing),
    ] {
        let looked = looked(&held(orientation)).await;
        assert_eq!((quarters(&looked).await.as_str(), looked.size), (wanted, size), "orientation {orientation}");
    }
}

/// Browsers of before 2023 (Chrome 111, Firefox 110, Safari 17.1) know no `from-image`, and refuse what they do not know.
#[wasm_bindgen_test]
async fn a_browser_that_knows_fewer_words_looks_at_photos_too() {
    let older = "globalThis.decodes = createImageBitmap;
        globalThis.createImageBitmap = async (what, options) => {
            if (!['none', 'flipY', undefined].includes((options || {}).imageOrientation)) throw new TypeError('not a valid enum value');
            return decodes(what, options);
        };";
    Function::new_no_args(older).call0(&JsValue::NULL).unwrap();
    let looked = look(&any_photo(&held(6))).await;
    Function::new_no_args("globalThis.createImageBitmap = decodes").call0(&JsValue::NULL).unwrap();
    assert_eq!(looked.unwrap().size, (64, 96));
}

#[wasm_bindgen_test]
async fn colours_are_right_in_every_kind_and_what_is_clear_is_white() {
    for (name, bytes, wanted) in [
        ("four inks", include_bytes!("../fixtures/pictures/cmyk.jpg").as_slice(), "rgby"),
        ("clear on the left", include_bytes!("../fixtures/pictures/alpha.png"), "wgwy"),
        ("webp", include_bytes!("../fixtures/pictures/told.webp"), "rgby"),
        ("avif", include_bytes!("../fixtures/pictures/told.avif"), "rgby"),
        ("png", include_bytes!("../fixtures/pictures/told.png"), "rgby"),
    ] {
        let looked = looked(bytes).await;
        assert_eq!(quarters(&looked).await, wanted, "{name}");
        assert!(!looked.animated, "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_grey_photo_stays_grey() {
    let looked = looked(include_bytes!("../fixtures/pictures/grey.jpg")).await;
    let (dots, _) = pixels(&looked).await;
    assert!(dots.chunks_exact(4).all(|it| it[0].abs_diff(it[1]) < 3 && it[1].abs_diff(it[2]) < 3));
    let (darkest, lightest) = (dots.iter().min().unwrap(), dots.chunks_exact(4).map(|it| it[0]).max().unwrap());
    assert!(lightest - darkest > 80, "{darkest} to {lightest}");
}

#[wasm_bindgen_test]
async fn of_what_moves_the_first_frame_is_kept_and_said() {
    for bytes in [
        include_bytes!("../fixtures/pictures/animated.webp").as_slice(),
        include_bytes!("../fixtures/pictures/animated.png"),
    ] {
        let looked = looked(bytes).await;
        assert!(looked.animated);
        assert_eq!(quarters(&looked).await, "rgby");
    }
}

fn tells(bytes: &[u8]) -> bool {
    ["SECRET", "Exif", "xmp", "GPS"].iter().any(|word| bytes.windows(word.len()).any(|it| it == word.as_bytes()))
}

#[wasm_bindgen_test]
async fn nothing_that_a_photo_carried_is_in_what_is_sent() {
    for bytes in [
        include_bytes!("../fixtures/pictures/told.jpg").as_slice(),
        include_bytes!("../fixtures/pictures/told.png"),
        include_bytes!("../fixtures/pictures/told.webp"),
        include_bytes!("../fixtures/pictures/told.avif"),
    ] {
        assert!(tells(bytes), "the file itself tells");
        let looked = looked(bytes).await;
        assert!(!tells(&looked.bytes.to_vec()));
        assert!(!tells(&looked.thumbnail.unwrap().to_vec()));
    }
}

#[wasm_bindgen_test]
async fn words_across_the_copy_are_seen_and_hide_nothing() {
    let file = super::photo().await;
    let plain = look(&job(file.clone(), None)).await.unwrap();
    let marked = look(&Job { watermark: Some("仅用于办理健康证".to_owned()), ..job(file, None) }).await.unwrap();
    assert_ne!(plain.sha256, marked.sha256);
    let ((before, _), (after, _)) = (pixels(&plain).await, pixels(&marked).await);
    let pairs = || before.chunks_exact(4).zip(after.chunks_exact(4));
    let changed = pairs().filter(|(a, b)| a[1].abs_diff(b[1]) > 24).count();
    let share = changed as f64 / (before.len() / 4) as f64;
    assert!((0.004..0.2).contains(&share), "{share} of the picture is changed");
    // Dark print stays dark and light paper light under the words: no dot is turned into the other.
    let turned = pairs().filter(|(a, b)| (a[1] < 70 && b[1] > 170) || (a[1] > 200 && b[1] < 110)).count();
    assert!(turned < 200, "{turned} dots cannot be read any more");
}

#[wasm_bindgen_test]
async fn what_is_cut_out_of_a_marked_copy_is_marked_anew_and_a_turn_marks_nothing_twice() {
    let words = Some("仅用于办理健康证".to_owned());
    let kept = look(&Job { watermark: words.clone(), ..job(super::photo().await, None) }).await.unwrap();
    let kept = blob(&kept.bytes.to_vec());
    let again =
        |corners, turns, watermark| Job { watermark, marked: true, turns: Some(turns), ..job(kept.clone(), corners) };
    let part = Corners::new([(0.1, 0.1), (0.6, 0.1), (0.6, 0.6), (0.1, 0.6)].map(|(x, y)| Place::new(x, y))).unwrap();
    let without = look(&again(Some(part), 0, None)).await.unwrap();
    let with = look(&again(Some(part), 0, words.clone())).await.unwrap();
    let ((before, _), (after, _)) = (pixels(&without).await, pixels(&with).await);
    let changed = before.chunks_exact(4).zip(after.chunks_exact(4)).filter(|(a, b)| a[1].abs_diff(b[1]) > 24).count();
    let share = changed as f64 / (before.len() / 4) as f64;
    assert!((0.004..0.2).contains(&share), "{share} of what was cut out is marked");

    let turned = look(&again(None, 1, words)).await.unwrap();
    assert_eq!(turned.sha256, look(&again(None, 1, None)).await.unwrap().sha256);
}

#[wasm_bindgen_test]
async fn beside_a_marked_copy_is_one_without_words_and_from_that_it_is_cut() {
    let (file, words) = (super::photo().await, Some("仅用于办理健康证".to_owned()));
    let plain = look(&job(file.clone(), None)).await.unwrap();
    assert!(plain.bare.is_none(), "what has no words needs no other");
    let marked = look(&Job { watermark: words, ..job(file, None) }).await.unwrap();
    assert_eq!(marked.bare.unwrap().to_vec(), plain.bytes.to_vec());
}

/// A photo of these sides, as a phone's own camera makes them.
async fn large(width: u32, height: u32) -> Blob {
    let draw = "const canvas = new OffscreenCanvas(width, height), pen = canvas.getContext('2d');
        pen.fillStyle = '#444'; pen.fillRect(0, 0, width, height); pen.fillStyle = '#eee';
        for (let at = 0; at < 60; at++) pen.fillRect(at * width / 60, at % 3 * height / 9, width / 90, height);
        return canvas.convertToBlob({ type: 'image/jpeg' });";
    let drawn = Function::new_with_args("width, height", draw).call2(&JsValue::NULL, &width.into(), &height.into());
    JsFuture::from(drawn.unwrap().unchecked_into::<Promise>()).await.unwrap().unchecked_into()
}

#[wasm_bindgen_test]
async fn what_is_cut_out_has_the_pixels_that_the_photo_has_there() {
    let part = Corners::upright(0.1, 0.2, 0.4, 0.5).unwrap();
    for turns in 0..4 {
        let cut = Job { turns: Some(turns), ..job(large(4000, 3000).await, Some(part)) };
        let looked = look(&cut).await.unwrap();
        let (width, height) = if turns % 2 == 1 { (900, 1200) } else { (1200, 900) };
        assert!(looked.size.0.abs_diff(width) < 3 && looked.size.1.abs_diff(height) < 3, "{turns}: {:?}", looked.size);
    }
    // More than a phone has memory for is not decoded, and what is sent is what counts.
    let wanted = Wanted { checks: vec![Advice::Small], ..Wanted::default() };
    let narrow = Corners::upright(0.1, 0.2, 0.25, 0.35).unwrap();
    let looked = look(&Job { wanted, ..job(large(7000, 5000).await, Some(narrow)) }).await.unwrap();
    assert!((600..800).contains(&looked.size.0), "{:?}", looked.size);
    assert_eq!(looked.advice, [Advice::Small]);
}

#[wasm_bindgen_test]
async fn a_pdf_does_not_tell_who_made_it() {
    let told = "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [] /Count 1 >> endobj\n\
        3 0 obj << /Author (told) >> endobj\ntrailer << /Root 1 0 R /Info 3 0 R >>\nstartxref\n9\n%%EOF\n";
    let rule = FileRule::to_choose(&["application/pdf".to_owned()], None, 1 << 20, 9);
    let looked = look(&Job { rule, ..job(blob(told.as_bytes()), None) }).await.unwrap();
    let sent = looked.bytes.to_vec();
    assert_eq!(sent.len(), told.len());
    assert!(!sent.windows(4).any(|it| it == b"told"));
    assert_eq!(looked.sha256, sha256(&looked.bytes).await.unwrap());
}

/// Some phones lack memory for a canvas and say nothing: it comes out white.
#[wasm_bindgen_test]
async fn a_canvas_that_fails_without_a_word_is_noticed_before_anything_is_kept() {
    let file = super::photo().await;
    let lose =
        "const pen = OffscreenCanvasRenderingContext2D.prototype; globalThis.real = pen.drawImage; let drawn = 0;
        pen.drawImage = function (...all) { drawn += 1; if (drawn !== 2) return real.apply(this, all); };";
    Function::new_no_args(lose).call0(&JsValue::NULL).unwrap();
    let outcome = look(&Job { watermark: Some("仅用于办理健康证".to_owned()), ..job(file, None) }).await;
    let mend = "OffscreenCanvasRenderingContext2D.prototype.drawImage = globalThis.real;";
    Function::new_no_args(mend).call0(&JsValue::NULL).unwrap();
    assert_eq!(outcome.err(), Some(Refusal::Blank));
}

#[wasm_bindgen_test]
async fn a_torn_avif_is_not_called_whole() {
    let mut torn = include_bytes!("../fixtures/pictures/told.avif").to_vec();
    let end = torn.len();
    torn[end - 120..].fill(0xff);
    assert_eq!(look(&any_photo(&torn)).await.err(), Some(Refusal::Avif));
}

#[wasm_bindgen_test]
async fn what_the_header_promises_and_the_browser_cannot_open_is_refused() {
    // A whole walk of markers around pixels of nonsense would be drawn grey by some: what cannot be decoded is said so.
    let mut torn = QUARTERS.to_vec();
    torn.truncate(QUARTERS.len() - 40);
    assert_eq!(look(&any_photo(&torn)).await.err(), Some(Refusal::Broken));
    assert_eq!(look(&any_photo(&[])).await.err(), Some(Refusal::Empty));
    assert_eq!(look(&any_photo(&QUARTERS[..3])).await.err(), Some(Refusal::Broken));
}

/// The brand of a file says HEIC, and this browser decodes none: that has a word of its own.
#[wasm_bindgen_test]
async fn what_only_some_phones_open_is_called_that() {
    let mut heic = include_bytes!("../fixtures/pictures/told.avif").to_vec();
    for at in 0..64 {
        if heic[at..].starts_with(b"avif") || heic[at..].starts_with(b"mif1") {
            heic[at..at + 4].copy_from_slice(b"heic");
        }
    }
    let types = ["image/heic".to_owned()];
    let rule = FileRule::to_choose(&types, None, 1 << 20, 1);
    assert_eq!(look(&Job { rule, ..job(blob(&heic), None) }).await.err(), Some(Refusal::Heic));
}

#[wasm_bindgen_test]
async fn a_square_cut_out_of_a_portrait_stays_square() {
    let square = Corners::upright(0.25, 1.0 / 6.0, 0.75, 5.0 / 6.0);
    let portrait = Wanted { checks: Vec::new(), aspect: Some(0.75), portrait: true };
    let looked = look(&Job { wanted: portrait, ..job(super::photo().await, square) }).await.unwrap();
    assert_eq!(looked.size, (400, 400), "a face is not stretched");
}

#[wasm_bindgen_test]
async fn what_was_chosen_is_known_by_its_own_hash_whatever_is_cut_out_of_it() {
    let part = Corners::upright(0.1, 0.1, 0.6, 0.6);
    let (whole, cut) =
        (look(&job(super::photo().await, None)).await.unwrap(), look(&job(super::photo().await, part)).await.unwrap());
    assert_ne!(whole.sha256, cut.sha256);
    assert!(whole.chosen.is_some() && whole.chosen == cut.chosen);
}
