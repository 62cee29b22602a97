//! Portraits: somebody before a wall, or before what is no wall.
use crate::photo::{Chance, Photo, index, part, small};
use crate::{Series, Sort};
use contract::documents::{Advice, Wanted};

const WIDTH: usize = 600;
const HEIGHT: usize = 800;

/// What is behind a person, by place.
type Ground = fn(usize, usize) -> f32;

/// How far a place is from the middle of an oval: below 1 it is inside.
fn from_oval((x, y): (f32, f32), (across, down): (f32, f32), (wide, high): (f32, f32)) -> f32 {
    ((x - across) / wide).hypot((y - down) / high)
}

/// Somebody's head and shoulders; `nearer` makes them larger, from 1.
fn person(chance: &mut Chance, nearer: f32, ground: Ground) -> Photo {
    let (skin, hair) = (150.0 + chance.share(60.0), 25.0 + chance.share(60.0));
    let (cloth, wall) = (40.0 + chance.share(90.0), chance.share(30.0) - 15.0);
    let aside = chance.share(0.06) - 0.03;
    Photo::of((WIDTH, HEIGHT), chance, move |x, y| {
        // About the middle of the face, so that a person who comes nearer stays in the picture.
        let (across, down) = ((part(x, WIDTH) - 0.5 - aside) / nearer + 0.5, (part(y, HEIGHT) - 0.45) / nearer + 0.45);
        let at = (across, down);
        let strand = small(index(x * 7 + y) % 5) * 9.0;
        let face = from_oval(at, (0.5, 0.45), (0.19, 0.2));
        let eyes = from_oval(at, (0.43, 0.42), (0.03, 0.012)).min(from_oval(at, (0.57, 0.42), (0.03, 0.012)));
        let brows = from_oval(at, (0.43, 0.385), (0.045, 0.007)).min(from_oval(at, (0.57, 0.385), (0.045, 0.007)));
        let mouth = from_oval(at, (0.5, 0.55), (0.055, 0.01));
        match () {
            () if eyes < 1.0 || brows < 1.0 => hair,
            () if mouth < 1.0 => skin * 0.6,
            () if face < 1.0 && down > 0.33 => skin * (1.06 - 0.2 * face),
            () if from_oval(at, (0.5, 0.41), (0.21, 0.22)) < 1.0 && down < 0.52 => hair + strand,
            () if from_oval(at, (0.5, 1.05), (0.43, 0.36)) < 1.0 => cloth + strand / 3.0,
            () => ground(x, y) + wall,
        }
    })
}

fn wall(_: usize, y: usize) -> f32 {
    225.0 - 18.0 * part(y, HEIGHT)
}

/// Between dark and light behind the head: boards, and what stands on them.
fn shelves(x: usize, y: usize) -> f32 {
    if y % 150 < 16 { 60.0 } else { 120.0 + small(index(x / 24 * 37) % 90) }
}

fn window(x: usize, _: usize) -> f32 {
    if x < WIDTH / 3 { 250.0 } else { 150.0 }
}

fn trees(x: usize, y: usize) -> f32 {
    let leaf = index(x / 9 * 31 + y / 7 * 17) % 101;
    if y < 180 { 70.0 + small(leaf) } else { 110.0 + small(leaf) / 2.0 }
}

fn standing(chance: &mut Chance) -> Photo {
    person(chance, 1.0, wall)
}

fn one(name: &'static str, expected: Option<Advice>, make: fn(&mut Chance) -> Photo) -> Series {
    Series { name, expected, make }
}

/// Portraits for an item that wants a plain ground.
pub(crate) fn people() -> Sort {
    use Advice::{Background, Blur, Dark, Turn};
    Sort {
        title: "a portrait",
        wanted: Wanted {
            checks: vec![Blur, Dark, Advice::Small, Turn, Background],
            aspect: Some(0.75),
            portrait: true,
        },
        series: vec![
            one("before a wall", None, standing),
            one("nearer, before a wall", None, |c| person(c, 1.25, wall)),
            one("lens 1 pixel out of focus", None, |c| standing(c).blurred(1)),
            one("in the shade (60 % of the light)", None, |c| standing(c).darkened(0.6, c)),
            one("before shelves", Some(Background), |c| person(c, 1.0, shelves)),
            one("beside a window", Some(Background), |c| person(c, 1.0, window)),
            one("before trees", Some(Background), |c| person(c, 1.0, trees)),
            one("lens 6 pixels out of focus", Some(Blur), |c| standing(c).blurred(6)),
            one("hand moved 9 pixels across", Some(Blur), |c| standing(c).moved_across(4)),
            one("hand moved 21 pixels across", Some(Blur), |c| standing(c).moved_across(10)),
            one("hand moved 21 pixels down", Some(Blur), |c| standing(c).moved_down(10)),
            one("dark (35 %)", Some(Dark), |c| standing(c).darkened(0.35, c)),
            one("lying to the right", Some(Turn), |c| standing(c).turned()),
            one("lying to the left", Some(Turn), |c| standing(c).turned().turned().turned()),
        ],
    }
}
