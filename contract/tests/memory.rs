//! A look into a file takes no more memory than it is allowed to, however large the file is and whatever it says.
//!
//! A test of its own, because it counts what the whole program has in hand.
use contract::documents::{FileRule, inspect};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What a look may take beside the file: the object streams of a PDF, inflated, and their buffer while it grows.
const MOST: usize = 24 << 20;

/// A PDF in which as many object streams as asked for each inflate to `size` bytes of zeros.
fn bomb(streams: usize, size: usize) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; size], 6);
    let head = format!("<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {} >> stream\n", packed.len());
    let stream = [head.as_bytes(), &packed, b"\nendstream endobj\n"].concat();
    [b"%PDF-1.7\n1 0 obj\n".as_slice(), &stream.repeat(streams), b"%%EOF"].concat()
}

#[test]
fn a_look_takes_little_memory() {
    let large = 32 << 20;
    let png_chunk = |name: &[u8; 4], payload: &[u8]| -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[..], name, payload, &[0; 4]].concat()
    };
    let header = [&[0, 0, 0, 7, 0, 0, 0, 5][..], &[8, 2, 0, 0, 0]].concat();
    let picture = png_chunk(b"IDAT", &vec![7; large]);
    let chunks = png_chunk(b"tEXt", b"x").repeat(1_000_000);
    let png = |middle: &[u8]| {
        let ends = (png_chunk(b"IHDR", &header), png_chunk(b"IEND", b""));
        [b"\x89PNG\r\n\x1A\n", &ends.0[..], middle, &ends.1].concat()
    };
    let deep = [b"%PDF-1.4\n1 0 obj ".as_slice(), &b"<<".repeat(large / 2), b"%%EOF"].concat();
    let boxes = [b"\0\0\0\x10ftypheic\0\0\0\0".as_slice(), &b"\0\0\0\x08free".repeat(large / 8)].concat();
    let rule = FileRule::to_choose(&[], Some(u64::MAX), u64::MAX, 50);
    for (name, bytes) in [
        ("a large picture", png(&picture)),
        ("a picture of a million pieces", png(&[chunks, png_chunk(b"IDAT", b"x")].concat())),
        ("dictionaries in dictionaries", deep),
        ("boxes without end", boxes),
        ("a stream that inflates to 32 megabytes", bomb(1, 32 << 20)),
        ("a thousand streams of a megabyte", bomb(1000, 1 << 20)),
        ("nothing but names", [b"%PDF-1.4 obj ".as_slice(), &b"/A".repeat(large / 2), b"%%EOF"].concat()),
    ] {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let outcome = inspect(&bytes, &rule);
        let taken = MEMORY.peak_usage() - before;
        assert!(taken < MOST, "{name} took {taken} bytes: {outcome:?}");
    }
}
