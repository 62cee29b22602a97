//! What a photo measures, and what is advised of it.
use super::*;

/// Lines as fine as writing on an ID card.
fn writing(x: u32, y: u32) -> u8 {
    if y % 24 < 10 && x % 6 < 3 && x % 90 < 70 { 170 } else { 0 }
}

/// The same lines after a lens that moved.
fn smeared(x: u32, y: u32) -> u8 {
    if y % 24 < 10 && x % 90 < 70 { 85 } else { 0 }
}

/// The picture as a lens out of focus gives it.
fn blurred(pixels: &[u8], width: usize) -> Vec<u8> {
    let once = |from: &[u8], step: usize| {
        let mean = |at: usize| {
            (0..11)
                .map(|off| u32::from(from[(at + off * step).saturating_sub(5 * step).min(from.len() - 1)]))
                .sum::<u32>()
                / 11
        };
        (0..from.len()).map(|at| u8::try_from(mean(at)).unwrap()).collect::<Vec<u8>>()
    };
    let across = once(&once(pixels, 4), 4);
    once(&across, width * 4)
}

pub(super) fn card() -> Wanted {
    use Advice::*;
    Wanted { checks: vec![Blur, Glare, Dark, Cut, Small, Turn], aspect: Some(1.585), portrait: false }
}

fn advice_for(pixels: &[u8], width: u32, longest_side: u32, wanted: &Wanted) -> Vec<Advice> {
    advise(&measure(pixels, width, longest_side), wanted)
}

#[test]
fn photos_of_a_card() {
    let good = [200, 150, 1000, 655];
    for (name, pixels, side, expected) in [
        ("a good one", drawn(1200, 900, 60, 225, good, writing), 4000, vec![]),
        ("on a light table", drawn(1200, 900, 150, 225, good, writing), 4000, vec![]),
        ("a scan without ground", drawn(1200, 757, 60, 235, [0, 0, 1200, 757], writing), 2400, vec![]),
        ("blurred", blurred(&drawn(1200, 900, 60, 225, good, writing), 1200), 4000, vec![Advice::Blur]),
        ("in the dark", drawn(1200, 900, 10, 70, good, |x, y| writing(x, y) / 3), 4000, vec![Advice::Dark]),
        (
            "with a lamp on it",
            drawn(1200, 900, 60, 225, good, |x, y| if x < 400 && y < 300 { 0 } else { writing(x, y) }),
            4000,
            vec![],
        ),
        (
            "running out to the right",
            drawn(1200, 900, 60, 225, [500, 200, 1200, 700], writing),
            4000,
            vec![Advice::Cut],
        ),
        ("with a corner missing", drawn(1200, 900, 60, 225, [500, 500, 1200, 900], writing), 4000, vec![Advice::Cut]),
        ("from far away", drawn(1200, 900, 60, 225, [500, 350, 760, 514], writing), 4000, vec![Advice::Small]),
        ("of few pixels", drawn(600, 450, 60, 225, [100, 75, 500, 327], writing), 600, vec![Advice::Small]),
        ("on its side", drawn(900, 1200, 60, 225, [150, 200, 655, 1000], writing), 4000, vec![Advice::Turn]),
        ("upright in an upright photo", drawn(900, 1200, 60, 225, [50, 350, 850, 855], writing), 4000, vec![]),
    ] {
        let width = match pixels.len() / 4 {
            1_080_000 if expected == [Advice::Turn] || name.starts_with("upright") => 900,
            270_000 => 600,
            _ => 1200,
        };
        assert_eq!(advice_for(&pixels, width, side, &card()), expected, "{name}: {:?}", measure(&pixels, width, side));
    }
}

#[test]
fn a_lamp_in_the_card_is_glare_and_white_paper_is_not() {
    let lamp = |x: u32, y: u32| x.abs_diff(300) < 110 && y.abs_diff(200) < 90;
    let mut pixels = drawn(1200, 900, 60, 225, [200, 150, 1000, 655], writing);
    for (place, pixel) in pixels.chunks_exact_mut(4).enumerate() {
        let place = u32::try_from(place).unwrap();
        if lamp(place % 1200 - place % 1200 / 1200, place / 1200) {
            pixel[..3].fill(255);
        }
    }
    assert_eq!(advice_for(&pixels, 1200, 4000, &card()), [Advice::Glare]);
    let scan = drawn(1200, 900, 255, 255, [100, 100, 1100, 800], |x, y| if writing(x, y) > 0 { 255 } else { 0 });
    assert!(!advice_for(&scan, 1200, 4000, &card()).contains(&Advice::Glare));
}

#[test]
fn photos_of_a_person() {
    use Advice::*;
    let wanted = Wanted { checks: vec![Blur, Dark, Small, Turn, Background], aspect: Some(0.75), portrait: true };
    let face = |x: u32, y: u32| if (x / 3 + y / 3).is_multiple_of(2) { 60 } else { 0 };
    let upright = drawn(600, 800, 220, 150, [100, 250, 500, 800], face);
    let lying = drawn(800, 600, 220, 150, [0, 100, 550, 500], face);
    assert_eq!(advice_for(&upright, 600, 3000, &wanted), []);
    assert_eq!(advice_for(&upright, 600, 479, &wanted), [Small]);
    assert_eq!(advice_for(&upright, 600, 480, &wanted), []);
    assert_eq!(advice_for(&lying, 800, 3000, &wanted), [Turn]);
    assert_eq!(quarter_turns(&measure(&lying, 800, 3000), &wanted), 3);
    let mut street = upright;
    for (place, pixel) in street.chunks_exact_mut(4).enumerate() {
        if place / 600 < 240 && place % 120 < 60 {
            pixel[..3].fill(90);
        }
    }
    assert_eq!(advice_for(&street, 600, 3000, &wanted), [Background]);
}

#[test]
fn a_card_that_fills_the_picture_is_not_turned() {
    // The print stands in a column at the left, higher than wide: of the card itself no edge is to be seen.
    let print = |_: u32, y: u32| if y % 24 < 16 { 170 } else { 0 };
    let filled = drawn(1585, 1000, 225, 225, [90, 80, 700, 920], print);
    assert_eq!(quarter_turns(&measure(&filled, 1585, 4000), &card()), 0);
    // A card that lies on its side on a table, in a picture of a phone's shape, still is.
    let lying = drawn(1200, 900, 60, 225, [420, 120, 840, 785], writing);
    assert_eq!(quarter_turns(&measure(&lying, 1200, 4000), &card()), 1);
}

#[test]
fn an_empty_canvas_is_noticed() {
    assert!(is_blank(&measure(&vec![0; 400 * 300 * 4], 400, 4000)));
    assert!(is_blank(&measure(&vec![255; 400 * 300 * 4], 400, 4000)));
    assert!(!is_blank(&measure(&drawn(400, 300, 60, 225, [50, 50, 350, 250], smeared), 400, 4000)));
}
