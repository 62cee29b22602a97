//! Which measured things are worth a word to the person. Never a refusal: they may insist, and the reviewer sees that they did.
use super::Measures;
use crate::json::FromJson;
use serde::Serialize;

/// One word of advice; also what an item's `check` asks for, and what a person insisted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, FromJson)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// Writing is not sharp.
    Blur,
    /// A lamp or flash hides a part.
    Glare,
    /// Too little light.
    Dark,
    /// The thing runs out of the picture.
    Cut,
    /// Too few pixels, or the thing fills too little of the picture.
    Small,
    /// It lies on its side; the app turns it and asks for a look.
    Turn,
    /// The ground behind a person is not plain.
    Background,
}

impl Advice {
    /// The code in questionnaires, on the wire and at the end of the key of its sentence.
    pub fn code(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::Glare => "glare",
            Self::Dark => "dark",
            Self::Cut => "cut",
            Self::Small => "small",
            Self::Turn => "turn",
            Self::Background => "background",
        }
    }

    /// The advice that a questionnaire's code asks for; a code of a later version is none of ours.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Blur, Self::Glare, Self::Dark, Self::Cut, Self::Small, Self::Turn, Self::Background]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// What an item wants of a photo: the `document` extension of the questionnaire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Only these are spoken about.
    pub checks: Vec<Advice>,
    /// Width divided by height of the thing photographed, where it has a known shape.
    pub aspect: Option<f32>,
    /// A person and not a paper.
    pub portrait: bool,
}

/// Sharpness below which writing of the size of an ID card's cannot be read.
///
/// On drawn cards: above 5000 when sharp, 42 after a smear of 11 pixels, below 5 after a lens out of focus.
const SHARP: f32 = 60.0;
/// A face has softer edges than writing.
const SHARP_FACE: f32 = 12.0;
/// Share of an edge of writing that is climbed within two pixels, below which a hand has moved.
///
/// On drawn cards: 0.56 and more where they can be read, 0.41 and less after a movement of 9 pixels.
const STEEP: f32 = 0.48;
/// The same of a face.
const STEEP_FACE: f32 = 0.3;
/// The brightest fiftieth of a photo in light that will do is at least this bright.
const LIT: f32 = 105.0;
/// A tile that is this much clipped hides what lies there ...
const GLARE_TILE: f32 = 0.55;
/// ... unless the whole picture is as white, as a scan of paper is.
const GLARE_ELSEWHERE: f32 = 0.22;
/// A thing that takes this much of an edge of the picture goes on beyond it.
const CUT_EDGE: f32 = 0.08;
/// A thing that takes nearly all of an edge is a scan without ground around it.
const CUT_EDGE_MOST: f32 = 0.93;
/// Share of the picture that the thing should at least take.
const LARGE: f32 = 0.16;
/// Pixels of the longest side that a readable paper needs, and that a printed portrait needs.
const PAPER_SIDE: u32 = 1000;
const PORTRAIT_SIDE: u32 = 480;
/// Unevenness of a wall in daylight stays below this.
const PLAIN: f32 = 26.0;
/// How much longer one side must be before we say that a thing lies on its side.
const CLEARLY: f32 = 1.15;
/// A picture whose shape is so near the paper's shows the paper alone. Phones take 4:3 and 16:9, an ID card has 1.585.
const FILLS: f32 = 0.12;

/// The advice that `measures` give for an item that wants `wanted`, the most helpful first.
pub fn advise(measures: &Measures, wanted: &Wanted) -> Vec<Advice> {
    let side = if wanted.portrait { PORTRAIT_SIDE } else { PAPER_SIDE };
    let content = measures.content;
    let dark = measures.bright < LIT;
    let turned = quarter_turns(measures, wanted) != 0;
    let (sharp, steep) = if wanted.portrait { (SHARP_FACE, STEEP_FACE) } else { (SHARP, STEEP) };
    let findings = [
        (Advice::Dark, dark),
        (Advice::Blur, measures.sharpness < sharp || measures.steepness < steep),
        (Advice::Glare, measures.glare > GLARE_TILE && measures.clipped < GLARE_ELSEWHERE),
        (Advice::Cut, content.is_some_and(|it| runs_out(it.edges.worst()))),
        // In the dark a thing ends where no difference is seen any more.
        (Advice::Small, measures.longest_side < side || content.is_some_and(|it| !dark && it.share < LARGE)),
        (Advice::Turn, turned),
        // Somebody lying on the side is no background: that is looked at once they stand.
        (Advice::Background, !turned && measures.ground_deviation > PLAIN),
    ];
    findings
        .into_iter()
        .filter(|(advice, found)| *found && wanted.checks.contains(advice))
        .map(|(advice, _)| advice)
        .collect()
}

fn runs_out(edge: f32) -> bool {
    (CUT_EDGE..CUT_EDGE_MOST).contains(&edge)
}

/// Quarter turns, clockwise, after which the thing should stand upright: 0, 1 or 3.
///
/// A paper of known shape tells by the shape of its frame (which of the two ways is a guess that the person sees),
/// a person by the edge that the shoulders run out of.
pub fn quarter_turns(measures: &Measures, wanted: &Wanted) -> u8 {
    let Some(content) = measures.content.filter(|_| wanted.checks.contains(&Advice::Turn)) else { return 0 };
    if wanted.portrait {
        let edges = content.edges;
        return match () {
            () if runs_out(edges.bottom) || edges.bottom >= CUT_EDGE_MOST => 0,
            () if edges.left > 0.3 && edges.right < CUT_EDGE => 3,
            () if edges.right > 0.3 && edges.left < CUT_EDGE => 1,
            () => 0,
        };
    }
    let Some(aspect) = wanted.aspect else { return 0 };
    // Where the picture has the paper's own shape and what was found is darker, the paper fills it and that is its print.
    if !content.lighter && (measures.aspect / aspect - 1.0).abs() < FILLS {
        return 0;
    }
    let lies = content.aspect > CLEARLY && aspect < 1.0 || content.aspect < 1.0 / CLEARLY && aspect > 1.0;
    u8::from(lies)
}
