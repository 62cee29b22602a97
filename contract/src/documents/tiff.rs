//! The one thing read from EXIF: how the picture must be turned.

/// How a viewer must turn a stored picture: the EXIF orientation, 1 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orientation(u8);

impl Orientation {
    /// Shown as it is stored.
    pub const UPRIGHT: Self = Self(1);

    /// From the number in EXIF; anything but 2 to 8 is upright, as viewers treat it.
    pub fn from_exif(number: u16) -> Self {
        match u8::try_from(number) {
            Ok(known @ 1..=8) => Self(known),
            Ok(_) | Err(_) => Self::UPRIGHT,
        }
    }

    /// The number in EXIF.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether width and height change places.
    pub fn swaps_sides(self) -> bool {
        self.0 >= 5
    }
}

/// Reads the orientation from a TIFF structure (what follows `Exif\0\0`). Only the first directory is looked at.
pub(super) fn orientation(tiff: &[u8]) -> Option<Orientation> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let four = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(four(4)?).ok()?;
    let entries = usize::from(two(directory)?);
    for entry in 0..entries {
        let at = directory.checked_add(2)?.checked_add(entry * 12)?;
        if two(at)? == 0x0112 {
            return Some(Orientation::from_exif(two(at.checked_add(8)?)?));
        }
    }
    None
}

/// An `Exif` block that says the orientation and nothing else.
pub(super) fn only_orientation(orientation: Orientation) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.push(orientation.number());
    exif.extend([0; 6]);
    exif
}
