//! Four corners in a picture: what is cut out of it, and how a paper photographed from aside is made straight.
//!
//! Places are shares of width and height, so that they hold for every size of the same picture.
use super::Pixels;

/// A place in a picture: 0 is left or top, 1 is right or bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// Share of the width.
    pub x: f32,
    /// Share of the height.
    pub y: f32,
}

impl Place {
    /// A place; what lies outside of the picture is brought to its edge.
    pub fn new(x: f32, y: f32) -> Self {
        let inside = |share: f32| if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        Self { x: inside(x), y: inside(y) }
    }
}

/// Which of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// Upper left.
    UpperLeft,
    /// Upper right.
    UpperRight,
    /// Lower right.
    LowerRight,
    /// Lower left.
    LowerLeft,
}

impl Corner {
    /// All, clockwise.
    pub const ALL: [Self; 4] = [Self::UpperLeft, Self::UpperRight, Self::LowerRight, Self::LowerLeft];
}

/// Four corners that enclose a part of a picture without crossing: each turn between two sides goes the same way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corners {
    upper_left: Place,
    upper_right: Place,
    lower_right: Place,
    lower_left: Place,
}

/// The least share of the picture that corners enclose.
const LEAST: f32 = 0.01;
/// How far the shape found may be from the one that a paper is known to have, to be given that one.
const NEAR: f32 = 0.3;
/// The same of what is cut out upright: not more than a few pixels.
const SAME: f32 = 0.01;

impl Corners {
    /// Of the whole picture.
    pub const WHOLE: Self = Self {
        upper_left: Place { x: 0.0, y: 0.0 },
        upper_right: Place { x: 1.0, y: 0.0 },
        lower_right: Place { x: 1.0, y: 1.0 },
        lower_left: Place { x: 0.0, y: 1.0 },
    };

    /// Clockwise from the upper left; `None` where they cross, lie in a line, or enclose next to nothing.
    pub fn new([upper_left, upper_right, lower_right, lower_left]: [Place; 4]) -> Option<Self> {
        let corners = Self { upper_left, upper_right, lower_right, lower_left };
        let places = corners.places();
        let next = places.iter().cycle();
        let turns = places.iter().zip(next.clone().skip(1)).zip(next.skip(2));
        let clockwise = turns.into_iter().all(|((a, b), c)| cross(*a, *b, *c) > 1e-5);
        (clockwise && corners.share() >= LEAST).then_some(corners)
    }

    /// The four places, clockwise from the upper left.
    pub fn places(&self) -> [Place; 4] {
        [self.upper_left, self.upper_right, self.lower_right, self.lower_left]
    }

    /// Where one of them is.
    pub fn place(&self, corner: Corner) -> Place {
        match corner {
            Corner::UpperLeft => self.upper_left,
            Corner::UpperRight => self.upper_right,
            Corner::LowerRight => self.lower_right,
            Corner::LowerLeft => self.lower_left,
        }
    }

    /// With one corner elsewhere; as they are where that would not do.
    #[must_use]
    pub fn with(self, corner: Corner, to: Place) -> Self {
        let mut moved = self;
        match corner {
            Corner::UpperLeft => moved.upper_left = to,
            Corner::UpperRight => moved.upper_right = to,
            Corner::LowerRight => moved.lower_right = to,
            Corner::LowerLeft => moved.lower_left = to,
        }
        Self::new(moved.places()).unwrap_or(self)
    }

    /// With one corner elsewhere and its two neighbours brought along, so that what was upright stays upright.
    #[must_use]
    pub fn with_upright(self, corner: Corner, to: Place) -> Self {
        let (left, top) = (self.upper_left.x, self.upper_left.y);
        let (right, bottom) = (self.lower_right.x, self.lower_right.y);
        let [left, top, right, bottom] = match corner {
            Corner::UpperLeft => [to.x, to.y, right, bottom],
            Corner::UpperRight => [left, to.y, to.x, bottom],
            Corner::LowerRight => [left, top, to.x, to.y],
            Corner::LowerLeft => [to.x, top, right, to.y],
        };
        Self::upright(left, top, right, bottom).unwrap_or(self)
    }

    /// The largest upright part of a picture that has a shape, in the middle. Both are widths divided by heights.
    pub fn of_shape(picture: f32, shape: f32) -> Self {
        let ratio = shape / picture;
        let (x, y) = (ratio.min(1.0) / 2.0, (1.0 / ratio).min(1.0) / 2.0);
        Self::upright(0.5 - x, 0.5 - y, 0.5 + x, 0.5 + y).unwrap_or(Self::WHOLE)
    }

    /// An upright part with one corner brought towards a place and the one across where it is, in a shape that stays: widths
    /// divided by heights, of the picture and of the part. As they are where that would not do.
    #[must_use]
    pub fn with_shape(self, corner: Corner, (x, y): (f32, f32), picture: f32, shape: f32) -> Self {
        let ratio = shape / picture;
        let (left, top) = match corner {
            Corner::UpperLeft => (true, true),
            Corner::UpperRight => (false, true),
            Corner::LowerRight => (false, false),
            Corner::LowerLeft => (true, false),
        };
        let fixed = Place {
            x: if left { self.lower_right.x } else { self.upper_left.x },
            y: if top { self.lower_right.y } else { self.upper_left.y },
        };
        // How far towards the place, and how far there is room.
        let (across, room_across) = if left { (fixed.x - x, fixed.x) } else { (x - fixed.x, 1.0 - fixed.x) };
        let (down, room_down) = if top { (fixed.y - y, fixed.y) } else { (y - fixed.y, 1.0 - fixed.y) };
        let width = f32::midpoint(across, down * ratio).min(room_across).min(room_down * ratio);
        let height = width / ratio;
        let (far_x, far_y) = (
            if left { fixed.x - width } else { fixed.x + width },
            if top { fixed.y - height } else { fixed.y + height },
        );
        Self::upright(fixed.x.min(far_x), fixed.y.min(far_y), fixed.x.max(far_x), fixed.y.max(far_y))
            .filter(|_| width > 0.0)
            .unwrap_or(self)
    }

    /// The same part elsewhere in the picture, as far as there is room.
    #[must_use]
    pub fn moved(self, by_x: f32, by_y: f32) -> Self {
        let [left, top, width, height] = self.frame();
        let x = by_x.clamp(-left, (1.0 - left - width).max(-left));
        let y = by_y.clamp(-top, (1.0 - top - height).max(-top));
        Self::new(self.places().map(|it| Place::new(it.x + x, it.y + y))).unwrap_or(self)
    }

    /// An upright part of the picture.
    pub fn upright(left: f32, top: f32, right: f32, bottom: f32) -> Option<Self> {
        Self::new([Place::new(left, top), Place::new(right, top), Place::new(right, bottom), Place::new(left, bottom)])
    }

    /// The upright frame around them: left, top, width and height.
    pub fn frame(&self) -> [f32; 4] {
        let [xs, ys] = [self.places().map(|it| it.x), self.places().map(|it| it.y)];
        let ends =
            |all: [f32; 4]| all.into_iter().fold((1.0_f32, 0.0_f32), |(from, to), it| (from.min(it), to.max(it)));
        let ((left, right), (top, bottom)) = (ends(xs), ends(ys));
        [left, top, right - left, bottom - top]
    }

    /// The same part as shares of that frame.
    #[must_use]
    pub fn in_frame(self) -> Self {
        let [left, top, width, height] = self.frame();
        Self::new(self.places().map(|it| Place::new((it.x - left) / width, (it.y - top) / height))).unwrap_or(self)
    }

    /// The same part after the picture was turned by a quarter, clockwise.
    #[must_use]
    pub fn turned(self) -> Self {
        let turned = |it: Place| Place { x: 1.0 - it.y, y: it.x };
        Self {
            upper_left: turned(self.lower_left),
            upper_right: turned(self.upper_left),
            lower_right: turned(self.upper_right),
            lower_left: turned(self.lower_right),
        }
    }

    /// Share of the picture that they enclose.
    pub fn share(&self) -> f32 {
        let places = self.places();
        let next = places.iter().cycle().skip(1);
        places.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f32>() / 2.0
    }

    /// How large the straightened part of a picture of this size is, no side longer than `most`.
    ///
    /// `aspect` is the paper's own where it has a known one; a shape that is near it gets it exactly. Where it stands upright only
    /// one that is next to the same: what is cut out so was not seen from aside, and would be stretched.
    pub fn size(&self, picture: Pixels, aspect: Option<f32>, most: u32) -> Pixels {
        let length = |a: Place, b: Place| ((a.x - b.x) * side(picture.width)).hypot((a.y - b.y) * side(picture.height));
        // The nearer of two sides is the longer one, and has the more pixels.
        let width = length(self.upper_left, self.upper_right).max(length(self.lower_left, self.lower_right)).max(1.0);
        let height = length(self.upper_left, self.lower_left).max(length(self.upper_right, self.lower_right)).max(1.0);
        let found = width / height;
        let near = if self.is_upright() { SAME } else { NEAR };
        let known = aspect
            .into_iter()
            .flat_map(|aspect| [aspect, 1.0 / aspect])
            .find(|known| known.is_finite() && *known > 0.0 && (found / known - 1.0).abs() < near);
        let (width, height) = match known {
            Some(known) if found > known => (width, width / known),
            Some(known) => (height * known, height),
            None => (width, height),
        };
        Pixels { width: whole(width), height: whole(height) }.within(most)
    }

    /// Whether its sides are those of the picture, or run along them.
    fn is_upright(&self) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < 0.001;
        near(self.upper_left.y, self.upper_right.y)
            && near(self.lower_left.y, self.lower_right.y)
            && near(self.upper_left.x, self.lower_left.x)
            && near(self.upper_right.x, self.lower_right.x)
    }

    /// Whether straightening would change next to nothing.
    pub fn is_whole(&self) -> bool {
        let far = |(a, b): (Place, Place)| (a.x - b.x).abs().max((a.y - b.y).abs());
        self.places().into_iter().zip(Self::WHOLE.places()).map(far).all(|it| it < 0.002)
    }
}

/// Positive where the way from `a` over `b` to `c` turns clockwise, as seen with y downwards.
fn cross(a: Place, b: Place, c: Place) -> f32 {
    (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
}

#[expect(clippy::cast_precision_loss, reason = "sides of pictures, below 2^24")]
fn side(pixels: u32) -> f32 {
    pixels as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
fn whole(length: f32) -> u32 {
    (length.round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape_of(corners: &Corners, picture: f32) -> f32 {
        let (from, to) = (corners.upper_left, corners.lower_right);
        (to.x - from.x) * picture / (to.y - from.y)
    }

    proptest! {
        #[test]
        fn a_frame_of_a_fixed_shape_keeps_it_wherever_its_corners_go(
            picture in 0.4_f32..2.5, shape in 0.5_f32..2.0,
            ways in prop::collection::vec((0_usize..4, -0.2_f32..1.2, -0.2_f32..1.2), 0..20),
        ) {
            let mut frame = Corners::of_shape(picture, shape);
            for (corner, x, y) in ways {
                frame = frame.with_shape(Corner::ALL[corner], (x, y), picture, shape).moved(y / 9.0, x / 9.0);
                prop_assert!((shape_of(&frame, picture) / shape - 1.0).abs() < 0.005, "{frame:?}");
                prop_assert!(frame.places().iter().all(|it| (0.0..=1.0).contains(&it.x) && (0.0..=1.0).contains(&it.y)));
                prop_assert!(frame.is_upright());
            }
        }
    }

    #[test]
    fn what_is_cut_out_in_the_shape_of_its_item_has_that_shape_to_the_pixel() {
        let picture = Pixels { width: 3024, height: 4031 };
        let frame =
            Corners::of_shape(3024.0 / 4031.0, 0.75).with_shape(Corner::UpperLeft, (0.1, 0.1), 3024.0 / 4031.0, 0.75);
        let size = frame.size(picture, Some(0.75), 1200);
        assert_eq!(size, Pixels { width: 900, height: 1200 });
        let square = Corners::upright(0.1, 0.1, 0.6, 0.1 + 0.5 * 3024.0 / 4031.0).unwrap();
        let size = square.size(picture, Some(0.75), 600);
        assert_eq!(size, Pixels { width: 600, height: 600 }, "it is not stretched");
    }
}
