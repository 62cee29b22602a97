//! Several files as one: a ZIP archive (APPNOTE 6.3) that stores them as they are. Photos and PDFs do not get smaller.
use bytes::Bytes;

/// 1 January 1980: the archive says nothing of when a file was made.
const NO_DAY: u16 = 0x21;

/// The archive of these files, each with its name.
pub(super) fn zipped(files: &[(String, Bytes)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let place = number(archive.len());
        let about = about(name, bytes);
        archive.extend([b"PK\x03\x04", about.as_slice(), name.as_bytes(), bytes].concat());
        // Written by version 2.0; no comment, the only disk, no attributes.
        directory.extend([b"PK\x01\x02\x14\0", about.as_slice(), &[0; 10], &place, name.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX).to_le_bytes();
    let (size, place) = (number(directory.len()), number(archive.len()));
    archive.extend(directory);
    archive.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &size, &place, &[0; 2]].concat());
    archive
}

/// What stands of a file before it, and again in the directory.
fn about(name: &str, bytes: &[u8]) -> Vec<u8> {
    let (size, letters) = (number(bytes.len()), u16::try_from(name.len()).unwrap_or(u16::MAX));
    [
        // Readable by version 2.0; the name is UTF-8; stored; at no time of the day.
        &[20, 0, 0, 8, 0, 0, 0, 0],
        NO_DAY.to_le_bytes().as_slice(),
        &checksum(bytes).to_le_bytes(),
        &size,
        &size,
        &letters.to_le_bytes(),
        &[0; 2],
    ]
    .concat()
}

/// Documents are limited to some megabytes each.
fn number(size: usize) -> [u8; 4] {
    u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes()
}

/// CRC-32 of ISO 3309.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0_u32, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_everybody_reckons() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
    }
}
