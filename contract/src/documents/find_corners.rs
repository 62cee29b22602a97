//! Finds the four corners of a paper that lies on plain ground. Silence is better than a wrong proposal: whoever gets none
//! sets them by hand.
use super::{Corners, Place, Wanted};

/// Longest side of the copy that is looked at, in cells.
const SIDE: usize = 200;
/// A cell whose colour is this far from the ground lies on something else.
const DIFFERENT: u32 = 28;
/// Of the cells along the edges of the picture, so many must be ground.
const GROUND: f32 = 0.94;
/// The thing found must fill its corners to this share, or they are not its corners.
const FILLED: f32 = 0.93;
/// How much of what is not ground must be inside of the corners.
const INSIDE: f32 = 0.97;
/// Shares of the picture that a paper somebody wanted to photograph takes.
const SHARES: std::ops::Range<f32> = 0.12..0.98;
/// How far the shape may be from the paper's own.
const SHAPE: f32 = 0.28;

/// The corners of a paper of the wanted shape; `None` where that is not sure. Four bytes a pixel, as in `measure`.
pub fn find_corners(rgba: &[u8], width: u32, wanted: &Wanted) -> Option<Corners> {
    let grid = Grid::of(rgba, usize::try_from(width).ok()?)?;
    let ground = grid.ground()?;
    let thing = grid.largest(ground);
    let fitted = thing.corners()?;
    let corners = Corners::new(fitted.map(|(x, y)| Place::new(x / float(grid.width), y / float(grid.height))))?;
    let inside = thing.inside(&fitted);
    let area = corners.share() * float(grid.width * grid.height);
    let fits = SHARES.contains(&corners.share()) && inside >= FILLED * area && inside >= INSIDE * float(thing.count);
    (fits && has_shape(&fitted, wanted)).then_some(corners)
}

fn has_shape(places: &[Spot; 4], wanted: &Wanted) -> bool {
    let Some(aspect) = wanted.aspect else { return !wanted.portrait };
    let [a, b, c, d] = *places;
    let length = |one: Spot, other: Spot| (one.0 - other.0).hypot(one.1 - other.1);
    let alike = |one: f32, other: f32| one.max(other) < one.min(other) * SIDES;
    if !alike(length(a, b), length(d, c)) || !alike(length(a, d), length(b, c)) {
        return false;
    }
    let found = (length(a, b) + length(d, c)) / (length(a, d) + length(b, c)).max(0.001);
    [aspect, 1.0 / aspect].iter().any(|known| (found / known - 1.0).abs() < SHAPE)
}

/// How much longer the near side of a paper may look than the far one.
const SIDES: f32 = 1.8;

/// A place in cells.
type Spot = (f32, f32);

struct Grid {
    cells: Vec<[u32; 3]>,
    width: usize,
    height: usize,
}

impl Grid {
    fn of(rgba: &[u8], width: usize) -> Option<Self> {
        let height = (rgba.len() / 4).checked_div(width)?;
        let step = width.max(height).div_ceil(SIDE).max(1);
        let (across, down) = (width / step, height / step);
        if across < 16 || down < 16 {
            return None;
        }
        let cell = |x: usize, y: usize| {
            let mut sum = [0_u32; 3];
            let mut count = 0;
            // Two rows of a cell are enough for its mean.
            for row in [y * step, y * step + step / 2] {
                let from = (row * width + x * step) * 4;
                for pixel in rgba.get(from..from + step * 4).unwrap_or_default().chunks_exact(4) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                    count += 1;
                }
            }
            sum.map(|it| it / count.max(1))
        };
        let cells = (0..down).flat_map(|y| (0..across).map(move |x| (x, y))).map(|(x, y)| cell(x, y)).collect();
        Some(Self { cells, width: across, height: down })
    }

    fn at(&self, x: usize, y: usize) -> [u32; 3] {
        self.cells.get(y * self.width + x).copied().unwrap_or_default()
    }

    /// The colour that the edges of the picture have, if nearly all of them have one.
    fn ground(&self) -> Option<[u32; 3]> {
        let rows = (0..self.width).flat_map(|x| [(x, 0), (x, self.height - 1)]);
        let columns = (0..self.height).flat_map(|y| [(0, y), (self.width - 1, y)]);
        let edge: Vec<[u32; 3]> = rows.chain(columns).map(|(x, y)| self.at(x, y)).collect();
        let middle = |channel: fn(&[u32; 3]) -> u32| {
            let mut values: Vec<u32> = edge.iter().map(channel).collect();
            values.sort_unstable();
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        let ground = [middle(|it| it[0]), middle(|it| it[1]), middle(|it| it[2])];
        let same = edge.iter().filter(|cell| distance(**cell, ground) < DIFFERENT).count();
        (float(same) >= GROUND * float(edge.len())).then_some(ground)
    }

    /// The largest connected thing that is not ground, its holes left open.
    fn largest(&self, ground: [u32; 3]) -> Thing {
        let mut open: Vec<bool> = self.cells.iter().map(|cell| distance(*cell, ground) >= DIFFERENT).collect();
        let mut best: Vec<(usize, usize)> = Vec::new();
        for start in 0..open.len() {
            let mut found = Vec::new();
            let mut waiting = Vec::new();
            if let Some(cell) = open.get_mut(start).filter(|it| **it) {
                *cell = false;
                waiting.push((start % self.width, start / self.width));
            }
            while let Some((x, y)) = waiting.pop() {
                found.push((x, y));
                let beside = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
                for (x, y) in beside.into_iter().filter(|(x, y)| *x < self.width && *y < self.height) {
                    if let Some(cell) = open.get_mut(y * self.width + x).filter(|it| **it) {
                        *cell = false;
                        waiting.push((x, y));
                    }
                }
            }
            if found.len() > best.len() {
                best = found;
            }
        }
        Thing::of(&best, self.width, self.height)
    }
}

/// A thing by its outermost cells: of each row and column the first and the last.
struct Thing {
    rows: Vec<Option<(usize, usize)>>,
    columns: Vec<Option<(usize, usize)>>,
    count: usize,
}

impl Thing {
    fn of(cells: &[(usize, usize)], width: usize, height: usize) -> Self {
        let mut rows: Vec<Option<(usize, usize)>> = vec![None; height];
        let mut columns: Vec<Option<(usize, usize)>> = vec![None; width];
        let wider = |span: &mut Option<(usize, usize)>, at: usize| {
            *span = Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        };
        for &(x, y) in cells {
            if let (Some(row), Some(column)) = (rows.get_mut(y), columns.get_mut(x)) {
                wider(row, x);
                wider(column, y);
            }
        }
        let count = rows.iter().flatten().map(|(first, last)| last - first + 1).sum();
        Self { rows, columns, count }
    }

    /// Clockwise from the upper left: where the lines through the four sides meet.
    fn corners(&self) -> Option<[Spot; 4]> {
        let all =
            || (0..).zip(&self.rows).filter_map(|(y, span): (usize, _)| span.map(|(first, last)| (y, first, last)));
        let ends = || all().flat_map(|(y, first, last)| [(float(first), float(y)), (float(last) + 1.0, float(y))]);
        let reach = |by: fn(Spot) -> f32| ends().max_by(|a, b| by(*a).total_cmp(&by(*b)));
        // First guess: the outermost cells along the two diagonals.
        let guess = [reach(|(x, y)| -x - y)?, reach(|(x, y)| x - y)?, reach(|(x, y)| x + y)?, reach(|(x, y)| y - x)?];
        let [a, b, c, d] = guess;
        let along = |from: Spot, to: Spot, flat: bool, first: bool| {
            let spans = if flat { &self.columns } else { &self.rows };
            let (low, high) = if flat { (from.0, to.0) } else { (from.1, to.1) };
            let (low, high) = (low.min(high), low.max(high));
            // Corners are round: the middle three quarters of a side tell its line.
            let margin = (high - low) / 8.0;
            let points: Vec<Spot> = (0..)
                .zip(spans)
                .filter_map(|(at, span): (usize, _)| Some((float(at) + 0.5, span.as_ref()?)))
                .filter(|(at, _)| *at > low + margin && *at < high - margin)
                .map(|(at, (begin, end))| (at, if first { float(*begin) } else { float(*end) + 1.0 }))
                .collect();
            Line::through(&points).map(|line| if flat { line } else { line.upright() })
        };
        let (top, bottom) = (along(a, b, true, true)?, along(d, c, true, false)?);
        let (left, right) = (along(a, d, false, true)?, along(b, c, false, false)?);
        Some([top.meets(left)?, top.meets(right)?, bottom.meets(right)?, bottom.meets(left)?])
    }

    /// How many of its cells lie within the corners.
    fn inside(&self, corners: &[Spot; 4]) -> f32 {
        let next = corners.iter().cycle().skip(1);
        let sides: Vec<(Spot, Spot)> = corners.iter().copied().zip(next.copied()).collect();
        let within = |x: f32, y: f32| {
            sides.iter().all(|((ax, ay), (bx, by))| {
                (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= -1.5 * (bx - ax).hypot(by - ay)
            })
        };
        let rows = (0..).zip(&self.rows).filter_map(|(y, span): (usize, _)| span.map(|(first, last)| (y, first, last)));
        let cells = rows.flat_map(|(y, first, last)| (first..=last).map(move |x| (x, y)));
        float(cells.filter(|(x, y)| within(float(*x) + 0.5, float(*y) + 0.5)).count())
    }
}

/// `a x + b y = c`.
#[derive(Clone, Copy)]
struct Line {
    a: f32,
    b: f32,
    c: f32,
}

impl Line {
    /// `y` over `x` by least squares, twice: the second time without what lies far from the first.
    fn through(points: &[Spot]) -> Option<Self> {
        let first = Self::fitted(points)?;
        let near: Vec<Spot> = points.iter().copied().filter(|at| first.far(*at) < 2.0).collect();
        // A side that is no line is not the side of a paper.
        (near.len() * 4 >= points.len() * 3).then(|| Self::fitted(&near)).flatten()
    }

    fn fitted(points: &[Spot]) -> Option<Self> {
        let count = float(points.len());
        if points.len() < 6 {
            return None;
        }
        let (sum_x, sum_y) = points.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
        let (mean_x, mean_y) = (sum_x / count, sum_y / count);
        let across: f32 = points.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
        let slope = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f32>() / across.max(0.001);
        Some(Self { a: -slope, b: 1.0, c: mean_y - slope * mean_x })
    }

    /// The same line where x and y were swapped.
    fn upright(self) -> Self {
        Self { a: self.b, b: self.a, c: self.c }
    }

    fn far(self, (x, y): Spot) -> f32 {
        (self.a * x + self.b * y - self.c).abs() / self.a.hypot(self.b)
    }

    fn meets(self, other: Self) -> Option<Spot> {
        let whole = self.a * other.b - other.a * self.b;
        (whole.abs() > 0.05)
            .then(|| ((self.c * other.b - other.c * self.b) / whole, (self.a * other.c - other.a * self.c) / whole))
    }
}

fn distance(one: [u32; 3], other: [u32; 3]) -> u32 {
    one.iter().zip(other).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of at most a few ten thousand cells")]
fn float(number: usize) -> f32 {
    number as f32
}
