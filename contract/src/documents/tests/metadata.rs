//! What a file tells of whoever made it goes, and nothing else of it moves.
use super::*;

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
