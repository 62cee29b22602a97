//! What lies on what: the ground of a photo, and what stands out from it.
use super::{Content, Edges, ratio};

/// The border and the content are looked for in a grid of this many cells each way.
const CELLS: usize = 48;
/// A cell whose colour differs by this much from the ground lies on something else.
const DIFFERENT: u32 = 40;
/// Corners of one ground may differ by this much: light falls off along a wall.
const GRADUAL: u32 = 64;
/// ... as evenly as this.
const EVEN: u32 = 14;
/// How often something may cross one edge of the picture: a thing, and a hand that holds it.
const MOST_RUNS: usize = 2;

type Colour = [u32; 3];

/// The picture as a coarse grid of mean colours.
pub(super) struct Grid {
    cells: Vec<Colour>,
}

impl Grid {
    pub(super) fn of(rgba: &[u8], width: usize, height: usize) -> Self {
        let mut sums = vec![([0_u32; 3], 0_u32); CELLS * CELLS];
        let column = |x: usize| x * width / CELLS * 4;
        for (y, row) in rgba.chunks_exact(width * 4).enumerate() {
            let line = y * CELLS / height.max(1) * CELLS;
            for x in 0..CELLS {
                let Some((sum, count)) = sums.get_mut(line + x) else { continue };
                let cell = row.get(column(x)..column(x + 1)).unwrap_or_default();
                // Every third pixel is enough for a mean.
                for pixel in cell.chunks_exact(4).step_by(3) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                    *count += 1;
                }
            }
        }
        Self { cells: sums.iter().map(|(sum, count)| sum.map(|it| it / (*count).max(1))).collect() }
    }

    fn at(&self, x: usize, y: usize) -> Colour {
        self.cells.get(y * CELLS + x).copied().unwrap_or_default()
    }

    /// The ground, if three of the four corners agree on one: light may fall off across it, where the edges show that it does.
    pub(super) fn ground(&self) -> Option<Ground> {
        self.gradual_ground().or_else(|| self.agreed(DIFFERENT).map(|colour| Ground([colour; 4])))
    }

    /// Clockwise from the upper left.
    fn corners(&self) -> [Colour; 4] {
        let last = CELLS - 2;
        [self.at(1, 1), self.at(last, 1), self.at(last, last), self.at(1, last)]
    }

    /// The colour of a corner that two others come near.
    fn agreed(&self, within: u32) -> Option<Colour> {
        let corners = self.corners();
        corners.into_iter().find(|one| corners.iter().filter(|other| distance(*one, **other) < within).count() >= 3)
    }

    fn gradual_ground(&self) -> Option<Ground> {
        let colour = self.agreed(GRADUAL)?;
        let corners = self.corners();
        let [one, two, three, four] = corners;
        // The corner that something else lies in is as the others make it.
        let ground = Ground(match corners.map(|it| distance(it, colour) < GRADUAL) {
            [true, true, true, true] => corners,
            [false, true, true, true] => [opposite(three, two, four), two, three, four],
            [true, false, true, true] => [one, opposite(four, one, three), three, four],
            [true, true, false, true] => [one, two, opposite(one, two, four), four],
            [true, true, true, false] => [one, two, three, opposite(two, one, three)],
            _ => return None,
        });
        let last = CELLS - 2;
        let near = |(x, y): (usize, usize)| distance(self.at(x, y), ground.at(x, y)) < EVEN;
        let even = |along: &dyn Fn(usize) -> (usize, usize)| {
            (1..=last).filter(|place| near(along(*place))).count() * 5 >= last * 4
        };
        let edges = [even(&|x| (x, 1)), even(&|y| (last, y)), even(&|x| (x, last)), even(&|y| (1, y))];
        (edges.iter().filter(|it| **it).count() >= 2).then_some(ground)
    }

    /// `aspect` is the picture's: a cell has its shape.
    pub(super) fn content(&self, ground: &Ground, aspect: f32) -> Option<Content> {
        let on_it = |x, y| distance(self.at(x, y), ground.at(x, y)) >= DIFFERENT;
        let (mut left, mut right, mut top, mut bottom) = (CELLS, 0, CELLS, 0);
        let (mut light, mut dark) = (0, 0);
        let mut lines = [0_usize; CELLS];
        let mut columns = [0_usize; CELLS];
        for (y, line) in lines.iter_mut().enumerate() {
            for (x, column) in columns.iter_mut().enumerate() {
                if on_it(x, y) {
                    *line += 1;
                    *column += 1;
                    light += self.at(x, y).iter().sum::<u32>();
                    dark += ground.at(x, y).iter().sum::<u32>();
                }
            }
        }
        // A line or column counts from three cells on: crumbs and folds in the cloth are smaller.
        for (place, (line, column)) in lines.iter().zip(&columns).enumerate() {
            if *line >= 3 {
                top = top.min(place);
                bottom = bottom.max(place + 1);
            }
            if *column >= 3 {
                left = left.min(place);
                right = right.max(place + 1);
            }
        }
        if right <= left || bottom <= top {
            return None;
        }
        // What lies on the ground crosses each edge of the picture once, if at all: a cloth with a pattern does so again and again.
        let runs = |along: &dyn Fn(usize) -> bool| {
            (0..CELLS).filter(|place| along(*place) && (*place == 0 || !along(*place - 1))).count()
        };
        let (first, last) = (0, CELLS - 1);
        let crossed = [
            runs(&|x| on_it(x, first)),
            runs(&|y| on_it(last, y)),
            runs(&|x| on_it(x, last)),
            runs(&|y| on_it(first, y)),
        ];
        if crossed.iter().any(|runs| *runs > MOST_RUNS) {
            return None;
        }
        let share = |cells: usize, of: usize| ratio(u64::try_from(cells).unwrap_or(0), u64::try_from(of).unwrap_or(1));
        let edge = |along: &dyn Fn(usize) -> bool| share((0..CELLS).filter(|place| along(*place)).count(), CELLS);
        Some(Content {
            share: share((right - left) * (bottom - top), CELLS * CELLS),
            aspect: share(right - left, bottom - top) * aspect,
            edges: Edges {
                top: edge(&|x| on_it(x, 0)),
                right: edge(&|y| on_it(CELLS - 1, y)),
                bottom: edge(&|x| on_it(x, CELLS - 1)),
                left: edge(&|y| on_it(0, y)),
            },
            lighter: light > dark,
        })
    }
}

/// The colours of the ground in the four corners, clockwise from the upper left.
pub(super) struct Ground([Colour; 4]);

impl Ground {
    fn at(&self, x: usize, y: usize) -> Colour {
        let [one, two, three, four] = self.0;
        let last = CELLS - 1;
        let of = |channel: usize| {
            let [one, two, three, four] =
                [one, two, three, four].map(|it| usize::try_from(it.get(channel).copied().unwrap_or(0)).unwrap_or(0));
            let upper = one * (last - x) + two * x;
            let lower = four * (last - x) + three * x;
            u32::try_from((upper * (last - y) + lower * y) / (last * last)).unwrap_or(0)
        };
        [of(0), of(1), of(2)]
    }
}

/// What a corner would be by the other three, if light falls off evenly: the one across from it, and its neighbours.
fn opposite(across: Colour, one: Colour, other: Colour) -> Colour {
    let mut corner = Colour::default();
    for (to, ((across, one), other)) in corner.iter_mut().zip(across.into_iter().zip(one).zip(other)) {
        *to = (one + other).saturating_sub(across).min(255);
    }
    corner
}

/// Unevenness along the upper edge and the upper half of the sides, where a person is not: of the dots and not of cells, since
/// leaves are smaller than those.
pub(super) fn upper_deviation(rows: &[&[u8]]) -> f32 {
    let height = rows.len();
    let (mut sum, mut squares, mut count) = (0_u64, 0_u64, 0_u64);
    let mut add = |dots: &[u8]| {
        for dot in dots {
            let value = u64::from(*dot);
            sum += value;
            squares += value * value;
            count += 1;
        }
    };
    for row in rows.iter().take(height * 2 / CELLS).skip(height / CELLS) {
        add(row);
    }
    for row in rows.iter().take(height / 2).skip(height * 2 / CELLS) {
        let cell = row.len() / CELLS;
        add(row.get(cell..cell * 2).unwrap_or_default());
        add(row.get((CELLS - 2) * cell..(CELLS - 1) * cell).unwrap_or_default());
    }
    let mean = ratio(sum, count);
    (ratio(squares, count) - mean * mean).max(0.0).sqrt()
}

/// The largest difference of one colour channel.
fn distance(one: Colour, other: Colour) -> u32 {
    one.iter().zip(other).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}
