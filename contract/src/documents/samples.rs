//! Small files made by hand, for the tests of this room.
use super::png;
use std::fmt::Write;

/// A JPEG whose pieces are right and whose picture is nonsense: 4 x 3 pixels.
pub(super) fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    sized_jpeg(4, 3, segments)
}

pub(super) fn sized_jpeg(width: u16, height: u16, segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    for (marker, payload) in segments {
        segment(&mut file, *marker, payload);
    }
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend([1, 1, 0x11, 0]);
    segment(&mut file, 0xC0, &frame);
    segment(&mut file, 0xDA, &[1, 1, 0, 0, 63, 0]);
    file.extend([0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9]);
    file
}

fn segment(file: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    file.extend([0xFF, marker]);
    file.extend(u16::try_from(payload.len() + 2).unwrap().to_be_bytes());
    file.extend(payload);
}

/// An EXIF block, big or little endian, with an orientation and a position on earth.
pub(super) fn exif(orientation: u8, little: bool) -> Vec<u8> {
    let mut block = b"Exif\0\0".to_vec();
    let two = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let four = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    block.extend(if little { b"II*\0" } else { b"MM\0*" });
    block.extend(four(8));
    block.extend(two(2));
    for (tag, kind, value) in [(0x0112, 3, u16::from(orientation)), (0x8825, 3, 38)] {
        block.extend(two(tag));
        block.extend(two(kind));
        block.extend(four(1));
        block.extend(two(value));
        block.extend([0, 0]);
    }
    block.extend(b"\0\0\0\0GPS 39 54 27 N");
    block
}

pub(super) fn png(width: u32, height: u32, more: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = png::SIGNATURE.to_vec();
    let mut chunk = |name: &[u8; 4], payload: &[u8]| {
        file.extend(u32::try_from(payload.len()).unwrap().to_be_bytes());
        file.extend(name);
        file.extend(payload);
        file.extend([0; 4]);
    };
    let mut header = width.to_be_bytes().to_vec();
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    chunk(b"IHDR", &header);
    for (name, payload) in more {
        chunk(name, payload);
    }
    chunk(b"IDAT", b"nonsense");
    chunk(b"IEND", b"");
    file
}

pub(super) fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    for (name, payload) in chunks {
        file.extend(*name);
        file.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
        file.extend(*payload);
        file.extend(vec![0; payload.len() % 2]);
    }
    let length = u32::try_from(file.len() - 8).unwrap().to_le_bytes();
    file[4..8].copy_from_slice(&length);
    file
}

/// The payload that says how large the picture is, or each of them.
pub(super) fn extended(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    [vec![flags, 0, 0, 0], side(width), side(height)].concat()
}

/// The payload of a lossless picture of this size.
pub(super) fn lossless(width: u32, height: u32) -> Vec<u8> {
    let mut payload = vec![0x2F];
    payload.extend(((width - 1) | (height - 1) << 14).to_le_bytes());
    payload
}

fn boxed(name: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut whole = u32::try_from(payload.len() + 8).unwrap().to_be_bytes().to_vec();
    whole.extend(name);
    whole.extend(payload);
    whole
}

/// An HEIC or AVIF whose picture is nonsense; `quarters` are its turns against the clock.
pub(super) fn heif(brand: [u8; 4], sizes: &[(u32, u32)], quarters: u8) -> Vec<u8> {
    let mut file = boxed(*b"ftyp", &[brand, [0; 4], *b"mif1", brand].concat());
    let mut properties: Vec<u8> = sizes
        .iter()
        .flat_map(|(width, height)| boxed(*b"ispe", &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat()))
        .collect();
    properties.extend(boxed(*b"irot", &[quarters]));
    let inner = boxed(*b"iprp", &boxed(*b"ipco", &properties));
    file.extend(boxed(*b"meta", &[vec![0; 4], boxed(*b"hdlr", b"pict"), inner].concat()));
    file.extend(boxed(*b"mdat", b"nonsense"));
    file
}

/// A PDF with as many page objects as asked for and something of ours in its catalogue.
pub(super) fn pdf(pages: u32, catalogue: &str) -> Vec<u8> {
    let mut file = format!("%PDF-1.4\n%\u{e2}\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {catalogue} >>\nendobj\n");
    writeln!(file, "2 0 obj << /Type /Pages /Kids [] /Count {pages} >> endobj").unwrap();
    for page in 0..pages {
        writeln!(file, "{} 0 obj << /Type /Page /Parent 2 0 R >> endobj", page + 3).unwrap();
    }
    (file + "trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n").into_bytes()
}

/// A PDF whose objects are in a deflated object stream, as most are today.
pub(super) fn packed_pdf(objects: &str) -> Vec<u8> {
    packed_pdf_as("/Type /ObjStm /N 2 /First 9 /Filter /FlateDecode", objects)
}

/// The same with what stands in the dictionary of the stream.
pub(super) fn packed_pdf_as(about: &str, objects: &str) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(objects.as_bytes(), 6);
    let mut file = format!("%PDF-1.7\n5 0 obj << {about} /Length {} >> stream\r\n", packed.len()).into_bytes();
    file.extend(packed);
    file.extend(b"\nendstream endobj\nstartxref\n9\n%%EOF");
    file
}

/// A picture of one colour with a paper of another on it, lined like writing.
pub(super) fn drawn(
    width: u32,
    height: u32,
    ground: u8,
    paper: u8,
    frame: [u32; 4],
    ink: impl Fn(u32, u32) -> u8,
) -> Vec<u8> {
    let [left, top, right, bottom] = frame;
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let inside = (left..right).contains(&x) && (top..bottom).contains(&y);
            let value = if inside { paper.saturating_sub(ink(x - left, y - top)) } else { ground };
            [value, value, value, 255]
        })
        .collect()
}
