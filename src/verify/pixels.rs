//! Finds the code in a picture, where the browser cannot do it itself.
use rqrr::PreparedImage;

/// The text of a code in a picture of `width` x `height` RGBA pixels; one of ours before any other.
pub(super) fn find(width: usize, height: usize, rgba: &[u8]) -> Option<String> {
    let luma = |x: usize, y: usize| match rgba.get((y * width + x) * 4..) {
        // Weights of ITU-R BT.601 in 256ths; transparent counts as white, as it would be on paper.
        Some([_, _, _, 0, ..]) => u8::MAX,
        Some([r, g, b, ..]) => {
            u8::try_from((u32::from(*r) * 77 + u32::from(*g) * 150 + u32::from(*b) * 29) >> 8).unwrap_or(u8::MAX)
        }
        Some(_) | None => u8::MAX,
    };
    if width < 21 || height < 21 {
        return None;
    }
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, luma);
    let texts = picture.detect_grids().into_iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text);
    let mut other = None;
    for text in texts {
        if text.starts_with(contract::credential::PREFIX) {
            return Some(text);
        }
        other = Some(text);
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;
    use fast_qr::{ECL, QRBuilder};

    /// The code as pixels, each module `scale` wide, four modules of quiet around it.
    fn picture(text: &str, scale: usize) -> (usize, Vec<u8>) {
        let code = QRBuilder::new(text).ecl(ECL::M).build().expect("a code");
        let side = (code.size + 8) * scale;
        let dark = |at: usize| (at / scale).checked_sub(4).filter(|at| *at < code.size);
        let pixels = (0..side * side).flat_map(|at| {
            let module = dark(at % side).zip(dark(at / side)).is_some_and(|(x, y)| code[y][x].value());
            let level = if module { 20 } else { 235 };
            [level, level, level, 255]
        });
        (side, pixels.collect())
    }

    #[test]
    fn a_code_of_ours_is_read_at_the_sizes_it_is_drawn() {
        let text = format!("HCZ1:{}", "8QJ %*".repeat(70));
        for scale in [2, 3, 4, 7] {
            let (side, pixels) = picture(&text, scale);
            assert_eq!(find(side, side, &pixels).as_deref(), Some(text.as_str()), "scale {scale}");
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(find(0, 0, &[]), None);
        assert_eq!(find(64, 64, &[128; 64 * 64 * 4]), None);
        assert_eq!(find(100, 100, &[1, 2, 3]), None);
    }
}
