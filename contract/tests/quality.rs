//! How often a fault of a photo is found, and how often one is found where there is none: series of photos made here.
//!
//! `cargo xtask bench quality` prints the table; docs/documents.md carries it.
use contract::documents::{Advice, Wanted, advise, measure};
use std::collections::BTreeMap;

const WIDTH: usize = 800;
const HEIGHT: usize = 600;

/// Numbers that look like chance and are the same on each run.
struct Chance(u32);

impl Chance {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % most.max(1)
    }
}

/// A grey photo while it is made.
#[derive(Clone)]
struct Photo(Vec<f32>);

/// What the camera sees: a printed card on a table, in a light that falls from one side.
fn scene(chance: &mut Chance, card: [usize; 4]) -> Photo {
    let [left, top, right, bottom] = card;
    let table = 40.0 + small(chance.below(90));
    let paper = 205.0 + small(chance.below(40));
    let ink = 30.0 + small(chance.below(60));
    let (letter, line) = (3 + chance.below(3), 14 + chance.below(8));
    let slope = (small(chance.below(40)) - 20.0) / 100.0;
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let on_card = (left..right).contains(&x) && (top..bottom).contains(&y);
            let (across, down) = (x.wrapping_sub(left), y.wrapping_sub(top));
            let printed = on_card
                && across > 24
                && x + 200 < right
                && down > 24
                && y + 24 < bottom
                && index(down) % line < line / 2
                && (index(across) / letter + index(down) / line).is_multiple_of(2);
            let portrait = (right.wrapping_sub(170)..right.wrapping_sub(30)).contains(&x)
                && (top + 50..bottom.saturating_sub(60)).contains(&y);
            let value = match (on_card, printed, portrait) {
                (false, _, _) => table,
                (true, true, _) => ink,
                (true, false, true) => paper - 70.0 - small(index(across + down) % 40),
                (true, false, false) => paper,
            };
            let light = 1.0 + slope * (small(index(x)) / 800.0 - 0.5);
            let grain = small(chance.below(9)) - 4.0;
            pixels.push(value * light + grain);
        }
    }
    Photo(pixels)
}

impl Photo {
    /// A lens out of focus: a box, twice, of this radius.
    fn blurred(self, radius: usize) -> Self {
        (0..2).fold(self, |photo, _| photo.smeared(radius, 1).smeared(radius, WIDTH))
    }

    /// A hand that moved along rows (`step` 1) or columns.
    fn smeared(self, radius: usize, step: usize) -> Self {
        let reach = radius * step;
        // Sums along the way, so that a mean costs two of them however wide it is.
        let mut sums = self.0.clone();
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
        Self((0..self.0.len()).map(mean).collect())
    }

    /// Less light, to this share; the camera adds grain to it.
    fn darkened(self, share: f32, chance: &mut Chance) -> Self {
        Self(self.0.into_iter().map(|it| it * share + small(chance.below(7)) - 3.0).collect())
    }

    /// A lamp that is seen in the card, with a soft edge.
    fn with_lamp(mut self, centre: (usize, usize), radius: f32) -> Self {
        for (at, pixel) in self.0.iter_mut().enumerate() {
            let (x, y) = (at % WIDTH, at / WIDTH);
            let far = small(index(x.abs_diff(centre.0))).hypot(small(index(y.abs_diff(centre.1))) * 1.3);
            let strength = ((radius * 1.15 - far) / (radius * 0.3)).clamp(0.0, 1.0);
            *pixel = pixel.mul_add(1.0 - strength, 275.0 * strength);
        }
        self
    }

    fn rgba(&self) -> Vec<u8> {
        self.0.iter().flat_map(|value| [byte(*value), byte(*value), byte(*value), 255]).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
fn small(number: u32) -> f32 {
    number as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates, as a sensor does")]
fn byte(value: f32) -> u8 {
    value as u8
}

fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn usual(chance: &mut Chance) -> [usize; 4] {
    let mut near = |place: usize| place + usize::try_from(chance.below(40)).unwrap_or(0);
    [near(80), near(90), near(680), near(470)]
}

/// Each series: what it is called, the word it should bring (if any), how it is made from a scene.
type Series = (&'static str, Option<Advice>, fn(&mut Chance) -> Photo);

const SERIES: [Series; 16] = [
    ("sharp", None, |c| {
        let card = usual(c);
        scene(c, card)
    }),
    ("lens 1 pixel out of focus", None, |c| {
        let card = usual(c);
        scene(c, card).blurred(1)
    }),
    ("lens 3 pixels out of focus", Some(Advice::Blur), |c| {
        let card = usual(c);
        scene(c, card).blurred(3)
    }),
    ("lens 6 pixels out of focus", Some(Advice::Blur), |c| {
        let card = usual(c);
        scene(c, card).blurred(6)
    }),
    ("hand moved 9 pixels across", Some(Advice::Blur), |c| {
        let card = usual(c);
        scene(c, card).smeared(4, 1).smeared(2, WIDTH)
    }),
    ("hand moved 21 pixels down", Some(Advice::Blur), |c| {
        let card = usual(c);
        scene(c, card).smeared(10, WIDTH).smeared(2, 1)
    }),
    ("in the shade (60 % of the light)", None, |c| {
        let card = usual(c);
        scene(c, card).darkened(0.6, c)
    }),
    ("dark (35 %)", Some(Advice::Dark), |c| {
        let card = usual(c);
        scene(c, card).darkened(0.35, c)
    }),
    ("very dark (15 %)", Some(Advice::Dark), |c| {
        let card = usual(c);
        scene(c, card).darkened(0.15, c)
    }),
    ("a small gloss", None, |c| {
        let card = usual(c);
        scene(c, card).with_lamp((300, 250), 18.0)
    }),
    ("a lamp in the card", Some(Advice::Glare), |c| {
        let card = usual(c);
        scene(c, card).with_lamp((350, 262), 62.0)
    }),
    ("a large lamp in the card", Some(Advice::Glare), |c| {
        let card = usual(c);
        scene(c, card).with_lamp((330, 280), 110.0)
    }),
    ("a corner outside", Some(Advice::Cut), |c| {
        let off = usize::try_from(c.below(60)).unwrap_or(0);
        scene(c, [330 + off, 300, WIDTH, HEIGHT])
    }),
    ("a side outside", Some(Advice::Cut), |c| {
        let off = usize::try_from(c.below(60)).unwrap_or(0);
        scene(c, [260 + off, 90, WIDTH, 470])
    }),
    ("a tenth of the card outside", Some(Advice::Cut), |c| {
        let off = usize::try_from(c.below(40)).unwrap_or(0);
        scene(c, [180 + off, 90, WIDTH, 500])
    }),
    ("from far away", Some(Advice::Small), |c| {
        let off = usize::try_from(c.below(90)).unwrap_or(0);
        scene(c, [260 + off, 220, 500 + off, 370])
    }),
];

/// How many photos of each series; the command makes more than the test.
fn photos() -> u32 {
    std::env::var("QUALITY_PHOTOS").ok().and_then(|number| number.parse().ok()).unwrap_or(3)
}

#[test]
fn faults_are_found_and_good_photos_left_alone() {
    let wanted = Wanted {
        checks: vec![Advice::Blur, Advice::Glare, Advice::Dark, Advice::Cut, Advice::Small, Advice::Turn],
        aspect: Some(1.585),
        portrait: false,
    };
    println!("| series | should say | said so | said something else as well or instead |\n|--|--|--|--|");
    let photos = photos();
    let (mut hits, mut faulty, mut alarms, mut good) = (0, 0, 0, 0);
    for (name, expected, make) in SERIES {
        let mut others: BTreeMap<&str, u32> = BTreeMap::new();
        let mut said = 0;
        for seed in 0..photos {
            let mut chance = Chance(seed * 7919 + 11);
            let photo = make(&mut chance);
            let advice = advise(&measure(&photo.rgba(), index(WIDTH), 4000), &wanted);
            said += u32::from(expected.is_some_and(|it| advice.contains(&it)));
            for other in advice.iter().filter(|it| Some(**it) != expected) {
                *others.entry(other.code()).or_default() += 1;
            }
            if expected.is_none() {
                good += 1;
                alarms += u32::from(!advice.is_empty());
            }
        }
        if expected.is_some() {
            hits += said;
            faulty += photos;
        }
        let others: Vec<String> = others.iter().map(|(code, count)| format!("{code} {count}")).collect();
        let should = expected.map_or("nothing", Advice::code);
        let told = if expected.is_some() { format!("{said} of {photos}") } else { String::new() };
        println!("| {name} | {should} | {told} | {} |", others.join(", "));
    }
    println!("\nFaults found: {hits} of {faulty}. False alarms: {alarms} of {good} good photos.");
    assert!(hits * 10 >= faulty * 9, "{hits} of {faulty} faults were found");
    assert!(alarms * 20 <= good, "{alarms} of {good} good photos were spoken about");
}
