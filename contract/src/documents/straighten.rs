//! Draws the part of a picture between four corners as an upright picture: a projective mapping, and bilinear sampling.
use super::{Corners, Pixels, Place};

/// From a place in the straightened picture to the place in the photo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mapping {
    x: [f32; 3],
    y: [f32; 3],
    w: [f32; 3],
}

impl Mapping {
    /// Of the unit square onto four corners. Corners that enclose something always have one.
    ///
    /// Source: Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, 2.2.3.
    pub fn onto(corners: &Corners) -> Self {
        let [first, second, third, fourth] = corners.places();
        let beside = |one: Place, other: Place| (one.x - other.x, one.y - other.y);
        let (right, below) = (beside(second, third), beside(fourth, third));
        let skew = (first.x - second.x + third.x - fourth.x, first.y - second.y + third.y - fourth.y);
        let whole = right.0 * below.1 - below.0 * right.1;
        let (far_across, far_down) = if whole == 0.0 {
            (0.0, 0.0)
        } else {
            ((skew.0 * below.1 - below.0 * skew.1) / whole, (right.0 * skew.1 - skew.0 * right.1) / whole)
        };
        Self {
            x: [second.x - first.x + far_across * second.x, fourth.x - first.x + far_down * fourth.x, first.x],
            y: [second.y - first.y + far_across * second.y, fourth.y - first.y + far_down * fourth.y, first.y],
            w: [far_across, far_down, 1.0],
        }
    }

    /// Where `(u, v)` of the unit square lies.
    pub fn at(&self, u: f32, v: f32) -> (f32, f32) {
        let sum = |[a, b, c]: [f32; 3]| a * u + b * v + c;
        let w = sum(self.w);
        (sum(self.x) / w, sum(self.y) / w)
    }
}

/// A photo in memory, four bytes a pixel, that is straightened row by row.
pub struct Straightening<'a> {
    photo: &'a [u8],
    size: Pixels,
    mapping: Mapping,
    into: Pixels,
}

impl<'a> Straightening<'a> {
    /// Begins. `into` is the size of the whole result.
    pub fn new(photo: &'a [u8], size: Pixels, corners: &Corners, into: Pixels) -> Self {
        Self { photo, size, mapping: Mapping::onto(corners), into }
    }

    /// The rows from `first`, as many as asked for or as there are.
    pub fn rows(&self, first: u32, count: u32) -> Vec<u8> {
        let last = first.saturating_add(count).min(self.into.height);
        let rows = last.saturating_sub(first);
        let mut drawn = Vec::with_capacity(index(rows).saturating_mul(index(self.into.width)).saturating_mul(4));
        for row in first..last {
            let v = (float(row) + 0.5) / float(self.into.height);
            for column in 0..self.into.width {
                let u = (float(column) + 0.5) / float(self.into.width);
                let (x, y) = self.mapping.at(u, v);
                drawn.extend(self.sample(x * float(self.size.width) - 0.5, y * float(self.size.height) - 0.5));
            }
        }
        drawn
    }

    /// The colour between four pixels; beyond an edge it is the edge's.
    fn sample(&self, x: f32, y: f32) -> [u8; 4] {
        let (x, y) = (x.clamp(0.0, float(self.size.width) - 1.0), y.clamp(0.0, float(self.size.height) - 1.0));
        let (left, top) = (down(x), down(y));
        let (right, bottom) = ((left + 1).min(self.size.width - 1), (top + 1).min(self.size.height - 1));
        // In 256ths: whole numbers are quicker, and finer than a byte can show.
        let (fx, fy) = (down((x - float(left)) * 256.0), down((y - float(top)) * 256.0));
        let corners = [
            (self.pixel(left, top), (256 - fx) * (256 - fy)),
            (self.pixel(right, top), fx * (256 - fy)),
            (self.pixel(left, bottom), (256 - fx) * fy),
            (self.pixel(right, bottom), fx * fy),
        ];
        let channel = |pick: fn(&[u8; 4]) -> u8| {
            let sum: u32 = corners.iter().map(|(pixel, weight)| u32::from(pick(pixel)) * weight).sum();
            u8::try_from((sum + 32_768) >> 16).unwrap_or(u8::MAX)
        };
        [channel(|it| it[0]), channel(|it| it[1]), channel(|it| it[2]), 255]
    }

    fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let at = (index(y) * index(self.size.width) + index(x)) * 4;
        self.photo.get(at..at + 4).and_then(|four| four.try_into().ok()).unwrap_or([255; 4])
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "sides of pictures, below 2^24")]
fn float(number: u32) -> f32 {
    number as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded down; a cast saturates")]
fn down(number: f32) -> u32 {
    number as u32
}
