//! What a photo measures. Numbers only: which of them are good enough is in `advice`.
mod ground;

use ground::{Grid, upper_deviation};

/// The longest side of the copy that is measured, in pixels. Sharpness means nothing without it.
pub const MEASURE_SIDE: u32 = 1600;

/// The copy is judged in this many tiles each way.
const TILES: usize = 8;
/// A pixel as bright as this says nothing any more.
const CLIPPED: u8 = 250;

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
        let rows = self.rows();
        let (sharpness, steepness) = (sharpness(&rows), steepness(&rows));
        self.measures.sharpness = sharpness;
        self.measures.steepness = steepness;
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
