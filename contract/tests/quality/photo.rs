//! A grey photo while it is made: what light, lens and hand do to what stood before the camera.

/// Numbers that look like chance and are the same on each run.
pub(crate) struct Chance(u32);

impl Chance {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % most.max(1)
    }

    /// Between 0 and `most`.
    pub(crate) fn share(&mut self, most: f32) -> f32 {
        small(self.below(1001)) / 1000.0 * most
    }
}

/// Rows of brightness, 0 to 255 and beyond.
#[derive(Clone)]
pub(crate) struct Photo {
    dots: Vec<f32>,
    width: usize,
}

impl Photo {
    /// Brightness by place, in a light that falls from one side, with the grain of a sensor.
    pub(crate) fn of(
        (width, height): (usize, usize),
        chance: &mut Chance,
        scene: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let slope = chance.share(0.4) - 0.2;
        let mut dots = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let light = 1.0 + slope * (part(x, width) - 0.5);
                let grain = small(chance.below(9)) - 4.0;
                dots.push(scene(x, y) * light + grain);
            }
        }
        Self { dots, width }
    }

    pub(crate) fn width(&self) -> u32 {
        index(self.width)
    }

    /// A lens out of focus: a box, twice, of this radius.
    pub(crate) fn blurred(self, radius: usize) -> Self {
        (0..2).fold(self, |photo, _| photo.moved_across(radius).moved_down(radius))
    }

    /// A hand that moved along rows, so far to either side.
    pub(crate) fn moved_across(self, radius: usize) -> Self {
        self.smeared(radius, 1)
    }

    /// A hand that moved along columns.
    pub(crate) fn moved_down(self, radius: usize) -> Self {
        let step = self.width;
        self.smeared(radius, step)
    }

    fn smeared(self, radius: usize, step: usize) -> Self {
        let reach = radius * step;
        // Sums along the way, so that a mean costs two of them however wide it is.
        let mut sums = self.dots.clone();
        for at in step..sums.len() {
            let before = sums.get(at - step).copied().unwrap_or(0.0);
            if let Some(sum) = sums.get_mut(at) {
                *sum += before;
            }
        }
        let mean = |at: usize| {
            // The last one of its own row or column.
            let last = (at + reach).min(at + (sums.len() - 1 - at) / step * step);
            let first = at.checked_sub(reach + step).and_then(|it| sums.get(it)).copied().unwrap_or(0.0);
            (sums.get(last).copied().unwrap_or(0.0) - first) / small(index(2 * radius + 1))
        };
        Self { dots: (0..self.dots.len()).map(mean).collect(), width: self.width }
    }

    /// Less light, to this share; the camera adds grain to it.
    pub(crate) fn darkened(mut self, share: f32, chance: &mut Chance) -> Self {
        for dot in &mut self.dots {
            *dot = *dot * share + small(chance.below(7)) - 3.0;
        }
        self
    }

    /// A lamp that is seen in the thing, with a soft edge.
    pub(crate) fn with_lamp(mut self, centre: (usize, usize), radius: f32) -> Self {
        for (at, dot) in self.dots.iter_mut().enumerate() {
            let (x, y) = (at % self.width, at / self.width);
            let far = small(index(x.abs_diff(centre.0))).hypot(small(index(y.abs_diff(centre.1))) * 1.3);
            let strength = ((radius * 1.15 - far) / (radius * 0.3)).clamp(0.0, 1.0);
            *dot = dot.mul_add(1.0 - strength, 275.0 * strength);
        }
        self
    }

    /// Turned by a quarter, clockwise: how the phone saw it that was held the other way.
    pub(crate) fn turned(self) -> Self {
        let (width, height) = (self.width, self.dots.len() / self.width);
        let mut dots = Vec::with_capacity(self.dots.len());
        for y in 0..width {
            for x in 0..height {
                dots.push(self.dots.get((height - 1 - x) * width + y).copied().unwrap_or(0.0));
            }
        }
        Self { dots, width: height }
    }

    pub(crate) fn rgba(&self) -> Vec<u8> {
        self.dots.iter().flat_map(|value| [byte(*value), byte(*value), byte(*value), 255]).collect()
    }
}

/// How far a place is along a length, 0 to 1.
pub(crate) fn part(at: usize, length: usize) -> f32 {
    small(index(at)) / small(index(length))
}

#[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
pub(crate) fn small(number: u32) -> f32 {
    number as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates, as a sensor does")]
fn byte(value: f32) -> u8 {
    value as u8
}

pub(crate) fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
