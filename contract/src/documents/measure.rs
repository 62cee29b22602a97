//! What a photo measures. Numbers only: which of them are good enough is in `advice`.

/// The longest side of the copy that is measured, in pixels. Sharpness means nothing without it.
pub const MEASURE_SIDE: u32 = 1600;

/// The copy is judged in this many tiles each way.
const TILES: usize = 8;
/// The border and the content are looked for in a grid of this many cells each way.
const CELLS: usize = 48;
/// A pixel as bright as this says nothing any more.
const CLIPPED: u8 = 250;
/// A cell whose colour differs by this much from the ground lies on something else.
const DIFFERENT: u32 = 40;
/// Corners of one ground may differ by this much: light falls off along a wall.
const GRADUAL: u32 = 64;
/// ... as evenly as this.
const EVEN: u32 = 14;
/// How often something may cross one edge of the picture: a thing, and a hand that holds it.
const MOST_RUNS: usize = 2;

/// What a photo measures, taken on a copy whose longest side is at most [`MEASURE_SIDE`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Longest side of the photo itself, in pixels, before it was made smaller.
    pub longest_side: u32,
    /// Width of the picture divided by height; 0 where it has no pixels.
    pub aspect: f32,
    /// Mean brightness, 0 to 255.
    pub mean: f32,
    /// Standard deviation of brightness. Near 0: nothing is to be seen.
    pub deviation: f32,
    /// The brightness that one pixel in fifty exceeds: the paper, and not the table it lies on.
    pub bright: f32,
    /// Variance of the Laplacian over the sharpest quarter of the tiles; of its weaker direction where one is far weaker.
    pub sharpness: f32,
    /// How much of the height of an edge is climbed within two pixels, 0 to 1, in the direction where it is less; 1 where there
    /// are too few edges to tell.
    pub steepness: f32,
    /// Share of pixels that are as bright as can be, 0 to 1.
    pub clipped: f32,
    /// The same share in the worst of 8 x 8 tiles.
    pub glare: f32,
    /// Where the thing lies that was photographed, if the ground around it is plain enough to tell.
    pub content: Option<Content>,
    /// Unevenness of the ground above and beside a person: standard deviation along the upper edges.
    pub ground_deviation: f32,
}

/// Where something lies on plain ground.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Content {
    /// Share of the picture that its frame covers, 0 to 1.
    pub share: f32,
    /// Width of its frame divided by height.
    pub aspect: f32,
    /// How far it runs along each edge of the picture.
    pub edges: Edges,
    /// It is lighter than the ground, as paper on a table is; print on paper is darker.
    pub lighter: bool,
}

/// Shares of the edges of a picture that are not ground, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Edges {
    /// The upper edge.
    pub top: f32,
    /// The right edge.
    pub right: f32,
    /// The lower edge.
    pub bottom: f32,
    /// The left edge.
    pub left: f32,
}

impl Edges {
    /// The largest of the four.
    pub fn worst(self) -> f32 {
        self.top.max(self.right).max(self.bottom).max(self.left)
    }
}

/// Whether nothing is to be seen: a canvas that failed without saying so.
pub fn is_blank(measures: &Measures) -> bool {
    measures.deviation < 1.5
}

/// Measures a copy of `width` pixels a row, four bytes a pixel (red, green, blue, alpha).
///
/// Bytes that do not fill a row are left out; no row at all measures as nothing.
pub fn measure(rgba: &[u8], width: u32, longest_side: u32) -> Measures {
    let mut measuring = Measuring::new(width, longest_side);
    for slice in Measuring::SLICES {
        slice(&mut measuring, rgba);
    }
    measuring.measures
}

/// The same in slices, for a thread on which a person may be typing: call each of [`Self::SLICES`] once, in order.
pub struct Measuring {
    luma: Vec<u8>,
    width: usize,
    /// What is known after the slices so far.
    pub measures: Measures,
}

impl Measuring {
    /// Each takes the same pixels.
    pub const SLICES: [fn(&mut Self, &[u8]); 4] = [Self::lighten, Self::tones, Self::sharpness, Self::ground];

    /// Begins.
    pub fn new(width: u32, longest_side: u32) -> Self {
        let measures = Measures { longest_side, ..Measures::default() };
        Self { luma: Vec::new(), width: usize::try_from(width).unwrap_or(0), measures }
    }

    fn lighten(&mut self, rgba: &[u8]) {
        if self.width >= 3 && rgba.len() >= self.width * 12 {
            self.luma = rgba.chunks_exact(4).map(luma).collect();
        }
    }

    fn rows(&self) -> Vec<&[u8]> {
        self.luma.chunks_exact(self.width.max(1)).collect()
    }

    fn tones(&mut self, _: &[u8]) {
        let rows = self.rows();
        let aspect = ratio(u64::try_from(self.width).unwrap_or(0), u64::try_from(rows.len()).unwrap_or(0));
        let tones = Tones::of(&rows);
        self.measures.aspect = aspect;
        self.measures.mean = tones.mean;
        self.measures.deviation = tones.deviation;
        self.measures.bright = tones.bright;
        self.measures.clipped = tones.clipped;
        self.measures.glare = tones.glare;
    }

    fn sharpness(&mut self, _: &[u8]) {
        self.measures.sharpness = sharpness(&self.rows());
        self.measures.steepness = steepness(&self.rows());
    }

    fn ground(&mut self, rgba: &[u8]) {
        if self.luma.is_empty() {
            return;
        }
        let grid = Grid::of(rgba, self.width, self.luma.len() / self.width.max(1));
        self.measures.content = grid.ground().and_then(|ground| grid.content(&ground, self.measures.aspect));
        self.measures.ground_deviation = upper_deviation(&self.rows());
    }
}

fn luma(pixel: &[u8]) -> u8 {
    match pixel {
        [red, green, blue, ..] => {
            let sum = u32::from(*red) * 77 + u32::from(*green) * 150 + u32::from(*blue) * 29;
            u8::try_from(sum >> 8).unwrap_or(u8::MAX)
        }
        _ => 0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pixels and sums of bytes: a share needs no exactness")]
pub(super) fn ratio(part: u64, whole: u64) -> f32 {
    part as f32 / whole.max(1) as f32
}

struct Tones {
    mean: f32,
    deviation: f32,
    bright: f32,
    clipped: f32,
    glare: f32,
}

impl Tones {
    fn of(rows: &[&[u8]]) -> Self {
        let mut histogram = [0_u64; 256];
        let mut tiles = [[(0_u64, 0_u64); TILES]; TILES];
        let height = rows.len();
        for (y, row) in rows.iter().enumerate() {
            let Some(line) = tiles.get_mut(y * TILES / height.max(1)) else { continue };
            let width = row.len().div_ceil(TILES).max(1);
            for (tile, part) in line.iter_mut().zip(row.chunks(width)) {
                let mut clipped = 0;
                for &value in part {
                    if let Some(count) = histogram.get_mut(usize::from(value)) {
                        *count += 1;
                    }
                    clipped += u64::from(value >= CLIPPED);
                }
                tile.0 += clipped;
                tile.1 += u64::try_from(part.len()).unwrap_or(0);
            }
        }
        let total: u64 = histogram.iter().sum();
        let sum: u64 = (0..).zip(&histogram).map(|(value, count): (u64, _)| value * count).sum();
        let squares: u64 = (0..).zip(&histogram).map(|(value, count): (u64, _)| value * value * count).sum();
        let mean = ratio(sum, total);
        let mut above = 0;
        let bright = (0_u8..=255).rev().find(|value| {
            above += histogram.get(usize::from(*value)).copied().unwrap_or(0);
            above * 50 >= total
        });
        Self {
            mean,
            deviation: (ratio(squares, total) - mean * mean).max(0.0).sqrt(),
            bright: f32::from(bright.unwrap_or(0)),
            clipped: ratio(histogram.iter().skip(usize::from(CLIPPED)).sum(), total),
            glare: tiles.iter().flatten().map(|(clipped, all)| ratio(*clipped, *all)).fold(0.0, f32::max),
        }
    }
}

/// Sum, sum of squares and number of edges: of both directions, across, along.
type Edging = [(i64, i64, i64); 3];

/// How much sharper one direction may be than the other before the weaker one counts: writing has strokes both ways, and a
/// hand that moved takes one of them away.
const ONE_WAY: f32 = 5.0;

/// Blur takes the edges away; plain parts have none to begin with, so only the sharpest quarter of the tiles counts.
fn sharpness(rows: &[&[u8]]) -> f32 {
    let mut tiles = [[Edging::default(); TILES]; TILES];
    let height = rows.len();
    for (y, window) in rows.windows(3).enumerate() {
        let [above, row, below] = window else { continue };
        let Some(line) = tiles.get_mut(y * TILES / height.max(1)) else { continue };
        let part = row.len().div_ceil(TILES).max(1);
        let beside = row.windows(3).zip(above.iter().skip(1)).zip(below.iter().skip(1));
        for (x, ((three, up), down)) in beside.enumerate() {
            let [left, here, right] = three else { continue };
            let across = 2 * i64::from(*here) - i64::from(*left) - i64::from(*right);
            let along = 2 * i64::from(*here) - i64::from(*up) - i64::from(*down);
            for (tile, edge) in line.get_mut(x / part).into_iter().flatten().zip([across + along, across, along]) {
                tile.0 += edge;
                tile.1 += edge * edge;
                tile.2 += 1;
            }
        }
    }
    let sharpest = |which: usize| {
        let mut variances: Vec<f32> =
            tiles.iter().flatten().map(|tile| variance(tile.get(which).copied().unwrap_or_default())).collect();
        variances.sort_by(f32::total_cmp);
        variances.iter().rev().take(TILES * TILES / 4).sum::<f32>() / 16.0
    };
    let (both, across, along) = (sharpest(0), sharpest(1), sharpest(2));
    both.min(across * ONE_WAY).min(along * ONE_WAY)
}

/// An edge is looked for among so many pixels in a line.
const EDGE: usize = 13;
/// ... and is one from this height on.
const EDGE_HEIGHT: u8 = 60;
/// So many edges tell something.
const EDGES: usize = 60;

/// A hand that moved draws each edge out along its way, a lens out of focus all of them. Of the higher half of the edges the
/// steepest quarter counts: others are soft in themselves, run askew, or are strokes that ran into one another.
fn steepness(rows: &[&[u8]]) -> f32 {
    let width = rows.first().map_or(0, |row| row.len());
    let (mut across, mut along) = (Vec::new(), Vec::new());
    for lines in rows.chunks_exact(EDGE) {
        for row in lines.iter().step_by(4) {
            across.extend(row.chunks_exact(EDGE).filter_map(|window| edge(window.iter().copied())));
        }
        for column in (0..width).step_by(4) {
            along.extend(edge(lines.iter().map(|row| row.get(column).copied().unwrap_or_default())));
        }
    }
    steepest(&across).min(steepest(&along))
}

/// The height of the edge among these pixels and how much of it is climbed within two of them, if there is an edge.
fn edge(line: impl Iterator<Item = u8>) -> Option<(u8, u8)> {
    let (mut lowest, mut highest, mut rise) = (u8::MAX, 0, 0);
    let (mut before, mut last) = (None::<u8>, None::<u8>);
    for value in line {
        lowest = lowest.min(value);
        highest = highest.max(value);
        rise = rise.max(before.map_or(0, |it| it.abs_diff(value)));
        before = last;
        last = Some(value);
    }
    let height = highest.saturating_sub(lowest);
    (height >= EDGE_HEIGHT).then_some((height, rise))
}

fn steepest(edges: &[(u8, u8)]) -> f32 {
    if edges.len() < EDGES {
        return 1.0;
    }
    let mut heights = [0_usize; 256];
    for (height, _) in edges {
        if let Some(count) = heights.get_mut(usize::from(*height)) {
            *count += 1;
        }
    }
    let mut lower = 0;
    let middle = (0_u8..=255).zip(heights).find(|(_, count)| {
        lower += count;
        lower * 2 > edges.len()
    });
    let middle = middle.map_or(0, |(height, _)| height);
    let high = edges.iter().filter(|(height, _)| *height >= middle);
    let mut steps: Vec<f32> = high.map(|(height, rise)| f32::from(*rise) / f32::from(*height)).collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() * 3 / 4).copied().unwrap_or(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "sums of at most a few million small numbers")]
fn variance((sum, squares, count): (i64, i64, i64)) -> f32 {
    let count = count.max(1) as f32;
    let mean = sum as f32 / count;
    (squares as f32 / count - mean * mean).max(0.0)
}

type Colour = [u32; 3];

/// The picture as a coarse grid of mean colours.
struct Grid {
    cells: Vec<Colour>,
}

impl Grid {
    fn of(rgba: &[u8], width: usize, height: usize) -> Self {
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
    fn ground(&self) -> Option<Ground> {
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
    fn content(&self, ground: &Ground, aspect: f32) -> Option<Content> {
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
struct Ground([Colour; 4]);

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
fn upper_deviation(rows: &[&[u8]]) -> f32 {
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
