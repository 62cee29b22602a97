//! Printed cards and sheets on tables.
use crate::photo::{Chance, Photo, index, small};
use crate::{Series, Sort};
use contract::documents::{Advice, Wanted};

const WIDTH: usize = 800;
const HEIGHT: usize = 600;

fn checks() -> Vec<Advice> {
    vec![Advice::Blur, Advice::Glare, Advice::Dark, Advice::Cut, Advice::Small, Advice::Turn]
}

/// A printed card on a table.
struct Thing {
    /// Left, top, right, bottom.
    edges: [usize; 4],
    /// How far it is turned about its middle: rise by run.
    askew: f32,
    /// The table has a checked cloth.
    cloth: bool,
}

impl Thing {
    fn at(edges: [usize; 4]) -> Self {
        Self { edges, askew: 0.0, cloth: false }
    }
}

/// What the camera sees in a picture of this size.
fn scene(size: (usize, usize), chance: &mut Chance, thing: &Thing) -> Photo {
    let [left, top, right, bottom] = thing.edges;
    let table = 40.0 + small(chance.below(90));
    let paper = 205.0 + small(chance.below(40));
    let ink = 30.0 + small(chance.below(60));
    let Thing { askew, cloth, .. } = *thing;
    let (letter, line) = (3 + chance.below(3), 14 + chance.below(8));
    let print = move |x: usize, y: usize| {
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
        match (on_card, printed, portrait) {
            (false, _, _) if cloth && (x / 70 + y / 70).is_multiple_of(2) => table + 80.0,
            (false, _, _) => table,
            (true, true, _) => ink,
            (true, false, true) => paper - 70.0 - small(index(across + down) % 40),
            (true, false, false) => paper,
        }
    };
    if askew == 0.0 {
        return Photo::of(size, chance, print);
    }
    // Four looks a dot, as a lens mixes what falls on one.
    Photo::of(size, chance, move |x, y| {
        let (middle_x, middle_y) = (small(index(left + right)) / 2.0, small(index(top + bottom)) / 2.0);
        [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
            .map(|(dx, dy)| {
                let (x, y) = (small(index(x)) + dx - middle_x, small(index(y)) + dy - middle_y);
                print(place(x + askew * y + middle_x), place(y - askew * x + middle_y))
            })
            .iter()
            .sum::<f32>()
            / 4.0
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates: far outside is table")]
fn place(at: f32) -> usize {
    if at < 0.0 { usize::MAX / 2 } else { at as usize }
}

/// A card as people photograph it.
fn card(chance: &mut Chance) -> Photo {
    let mut near = |place: usize| place + usize::try_from(chance.below(40)).unwrap_or(0);
    let edges = [near(80), near(90), near(680), near(470)];
    scene((WIDTH, HEIGHT), chance, &Thing::at(edges))
}

/// A card whose edges are at these places, moved by chance along the row.
fn placed(chance: &mut Chance, most: u32, [left, top, right, bottom]: [usize; 4]) -> Photo {
    let off = usize::try_from(chance.below(most)).unwrap_or(0);
    let right = if right == WIDTH { WIDTH } else { right + off };
    scene((WIDTH, HEIGHT), chance, &Thing::at([left + off, top, right, bottom]))
}

/// A card in a picture of a phone that was held upright.
fn upright_photo(chance: &mut Chance, edges: [usize; 4]) -> Photo {
    scene((HEIGHT, WIDTH), chance, &Thing::at(edges))
}

fn on_cloth(chance: &mut Chance, edges: [usize; 4]) -> Photo {
    scene((WIDTH, HEIGHT), chance, &Thing { cloth: true, ..Thing::at(edges) })
}

fn one(name: &'static str, expected: Option<Advice>, make: fn(&mut Chance) -> Photo) -> Series {
    Series { name, expected, make }
}

/// Cards of the shape of an ID card.
pub(crate) fn cards() -> Sort {
    use Advice::{Blur, Cut, Dark, Glare, Small, Turn};
    Sort {
        title: "a card",
        wanted: Wanted { checks: checks(), aspect: Some(1.585), portrait: false },
        series: vec![
            one("sharp", None, card),
            one("askew", None, |c| {
                let askew = c.share(0.24) - 0.12;
                scene((WIDTH, HEIGHT), c, &Thing { askew, ..Thing::at([120, 130, 680, 470]) })
            }),
            one("lens 1 pixel out of focus (readable)", None, |c| card(c).blurred(1)),
            one("hand moved 3 pixels across (readable)", None, |c| card(c).moved_across(1)),
            one("lens 3 pixels out of focus", Some(Blur), |c| card(c).blurred(3)),
            one("lens 6 pixels out of focus", Some(Blur), |c| card(c).blurred(6)),
            one("hand moved 9 pixels across", Some(Blur), |c| card(c).moved_across(4)),
            one("hand moved 9 pixels down", Some(Blur), |c| card(c).moved_down(4)),
            one("hand moved 9 across and 5 down", Some(Blur), |c| card(c).moved_across(4).moved_down(2)),
            one("hand moved 21 pixels down", Some(Blur), |c| card(c).moved_down(10).moved_across(2)),
            one("in the shade (60 % of the light)", None, |c| card(c).darkened(0.6, c)),
            one("dark (35 %)", Some(Dark), |c| card(c).darkened(0.35, c)),
            one("very dark (15 %)", Some(Dark), |c| card(c).darkened(0.15, c)),
            one("a small gloss", None, |c| card(c).with_lamp((300, 250), 18.0)),
            one("a lamp in the card", Some(Glare), |c| card(c).with_lamp((350, 262), 62.0)),
            one("a large lamp in the card", Some(Glare), |c| card(c).with_lamp((330, 280), 110.0)),
            one("a corner outside", Some(Cut), |c| placed(c, 60, [330, 300, WIDTH, HEIGHT])),
            one("a side outside", Some(Cut), |c| placed(c, 60, [260, 90, WIDTH, 470])),
            one("a tenth of the card outside", Some(Cut), |c| placed(c, 40, [180, 90, WIDTH, 500])),
            one("on a checked cloth", None, |c| on_cloth(c, [90, 100, 690, 480])),
            one("a corner outside, on a checked cloth", Some(Cut), |c| on_cloth(c, [330, 300, WIDTH, HEIGHT])),
            one("from far away", Some(Small), |c| placed(c, 90, [260, 220, 500, 370])),
            one("upright photo, the card as it should lie", None, |c| upright_photo(c, [40, 220, 560, 548])),
            one("on its side", Some(Turn), |c| upright_photo(c, [130, 120, 470, 659])),
            one("on its side, the photo across", Some(Turn), |c| placed(c, 40, [240, 40, 580, 579])),
        ],
    }
}

/// Sheets that should stand upright.
pub(crate) fn sheets() -> Sort {
    Sort {
        title: "a sheet",
        wanted: Wanted { checks: checks(), aspect: Some(0.707), portrait: false },
        series: vec![
            one("upright", None, |c| upright_photo(c, [70, 80, 530, 730])),
            one("upright, the photo across", None, |c| placed(c, 60, [190, 20, 570, 557])),
            one("on its side", Some(Advice::Turn), |c| placed(c, 40, [60, 60, 710, 520])),
            one("on its side, the photo upright", Some(Advice::Turn), |c| upright_photo(c, [20, 200, 580, 596])),
            one("its foot outside", Some(Advice::Cut), |c| upright_photo(c, [150, 300, 590, WIDTH])),
            one("hand moved 9 pixels across", Some(Advice::Blur), |c| {
                upright_photo(c, [70, 80, 530, 730]).moved_across(4)
            }),
        ],
    }
}
