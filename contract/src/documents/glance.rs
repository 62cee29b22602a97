//! What the camera sees from moment to moment: whether it is light enough, whether it is held still, whether it is sharp.
use super::measure::{Measures, measure};

/// The side of the small copy of a frame that is glanced at, in pixels.
pub const GLANCE_SIDE: u32 = 320;
/// Two frames whose pixels differ by more than this on the mean are of a hand that moves.
const STILL: f32 = 5.0;
/// The brightest fiftieth of a frame in light that will do.
const LIT: f32 = 95.0;
/// Sharpness of a small copy below which writing is not in focus.
const SHARP: f32 = 140.0;
/// A face has softer edges.
const SHARP_FACE: f32 = 40.0;
/// So many good frames, one after the other, and the picture is taken.
const ENOUGH: u8 = 4;

/// What a glance at a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glance {
    /// There is too little light.
    Dark,
    /// It moves.
    Moving,
    /// It is held still and not in focus.
    Blurred,
    /// It is good; a moment longer.
    Good,
    /// It was good for long enough: take it.
    Take,
}

/// Remembers the frame before.
#[derive(Default)]
pub struct Watching {
    before: Vec<u8>,
    good: u8,
}

impl Watching {
    /// Looks at the next frame: four bytes a pixel, `width` pixels a row. `face`: a person and not a paper.
    pub fn look(&mut self, rgba: &[u8], width: u32, face: bool) -> Glance {
        let greens: Vec<u8> = rgba.iter().skip(1).step_by(4).copied().collect();
        let moved = difference(&self.before, &greens);
        self.before = greens;
        let measures = measure(rgba, width, width);
        let glance = judge(&measures, moved, face);
        self.good = if glance == Glance::Good { self.good.saturating_add(1) } else { 0 };
        if self.good >= ENOUGH { Glance::Take } else { glance }
    }
}

fn judge(measures: &Measures, moved: f32, face: bool) -> Glance {
    let sharp = if face { SHARP_FACE } else { SHARP };
    let bad = [
        (Glance::Dark, measures.bright < LIT),
        (Glance::Moving, moved > STILL),
        (Glance::Blurred, measures.sharpness < sharp),
    ];
    bad.into_iter().find(|(_, found)| *found).map_or(Glance::Good, |(glance, _)| glance)
}

/// Mean difference of two frames; as large as can be where they are not of one size.
fn difference(before: &[u8], now: &[u8]) -> f32 {
    if before.len() != now.len() || now.is_empty() {
        return f32::MAX;
    }
    let sum: u64 = before.iter().zip(now).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    super::measure::ratio(sum, u64::try_from(now.len()).unwrap_or(1))
}
