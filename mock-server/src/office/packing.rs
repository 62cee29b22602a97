//! A public text packed once for a bad network, in the codings that browsers take.
//!
//! Only what is public is packed. Where a secret and what somebody else may choose stand in one answer, its packed length
//! tells of the secret.
use bytes::Bytes;
use std::{io::Write, sync::OnceLock};

/// A content coding of RFC 9110 §8.4.1, the smaller first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentCoding {
    /// RFC 7932; browsers take it over https.
    Brotli,
    /// RFC 1952; everybody takes it.
    Gzip,
}

impl ContentCoding {
    /// All of them, the smaller first.
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in `Accept-Encoding` and `Content-Encoding`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// What a text is in each coding, made when it is first asked for.
#[derive(Default)]
pub(crate) struct Packed([OnceLock<Option<Bytes>>; 2]);

impl Packed {
    /// The text in this coding. `text` is the same at each call.
    pub(crate) fn get(&self, coding: ContentCoding, text: &str) -> Option<Bytes> {
        let [small, usual] = &self.0;
        match coding {
            ContentCoding::Brotli => small.get_or_init(|| brotli(text)).clone(),
            ContentCoding::Gzip => usual.get_or_init(|| gzip(text)).clone(),
        }
    }
}

fn brotli(text: &str) -> Option<Bytes> {
    let mut out = Vec::new();
    let settings = ::brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    ::brotli::BrotliCompress(&mut text.as_bytes(), &mut out, &settings).ok().map(|_| out.into())
}

fn gzip(text: &str) -> Option<Bytes> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(text.as_bytes()).and_then(|()| out.finish()).ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::{ContentCoding, Packed};
    use std::io::Read;

    #[test]
    fn what_is_packed_is_the_text() {
        let (packed, text) = (Packed::default(), "健康证 ".repeat(500));
        for coding in ContentCoding::ALL {
            let bytes = packed.get(coding, &text).unwrap();
            let mut back = String::new();
            match coding {
                ContentCoding::Brotli => ::brotli::Decompressor::new(&*bytes, 4096).read_to_string(&mut back).unwrap(),
                ContentCoding::Gzip => flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut back).unwrap(),
            };
            assert!(back == text && bytes.len() < text.len() / 10, "{coding:?}");
        }
    }
}
