//! Nothing here can be made to panic.
use super::{photos::card, *};
use proptest::prelude::*;

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
