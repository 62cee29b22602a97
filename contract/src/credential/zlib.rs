//! Zlib (RFC 1950) with a bound, so that a small code cannot unpack to a large memory.
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// The bytes, packed as small as they go.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, 10)
}

/// What was packed; nothing if it is broken, longer than `limit`, or followed by anything.
pub(super) fn inflate(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::<DecompressorOxide>::default();
    let mut out = vec![0; limit.min(packed.len().saturating_mul(4).max(512))];
    let (mut rest, mut length) = (packed, 0);
    loop {
        let (status, used, made) = decompress(&mut state, rest, &mut out, length, flags);
        rest = rest.get(used..)?;
        length += made;
        if status == TINFLStatus::Done {
            out.truncate(length);
            return rest.is_empty().then_some(out);
        }
        if status != TINFLStatus::HasMoreOutput || out.len() >= limit {
            return None;
        }
        out.resize(limit.min(out.len() * 2), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_a_cut_and_a_tail_are_nothing() {
        let packed = deflate(&vec![7; 20_000]);
        assert!(packed.len() < 200);
        assert_eq!(inflate(&packed, 20_000).map(|it| it.len()), Some(20_000));
        assert_eq!(inflate(&packed, 19_999), None);
        assert_eq!(inflate(&packed[..packed.len() - 1], 20_000), None);
        assert_eq!(inflate(&[&packed[..], &[0]].concat(), 20_000), None);
        assert_eq!(inflate(&[], 20_000), None);
    }
}
