//! Tests of corners, straightening and glances, on pictures that are drawn here.
use super::*;
use proptest::prelude::*;

const GROUND: [u8; 3] = [92, 78, 64];

/// A lined card with these corners (in pixels) on wooden ground.
fn photographed(width: u32, height: u32, corners: [(f32, f32); 4]) -> Vec<u8> {
    let next: Vec<_> = corners.iter().cycle().skip(1).take(4).copied().collect();
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (px, py) = (f32::from(u16::try_from(x).unwrap()), f32::from(u16::try_from(y).unwrap()));
            let inside = corners
                .iter()
                .zip(&next)
                .all(|((ax, ay), (bx, by))| (bx - ax) * (py - ay) - (by - ay) * (px - ax) >= 0.0);
            let grain = u8::try_from((x * 7 + y * 13) % 11).unwrap();
            let colour = match inside {
                true if y % 20 < 8 && x % 7 < 3 => [40; 3],
                true => [228, 234, 232],
                false => GROUND,
            };
            pixels.extend(colour.map(|it: u8| it.saturating_add(grain)));
            pixels.push(255);
        }
    }
    pixels
}

fn card() -> Wanted {
    Wanted { checks: vec![], aspect: Some(1.585), portrait: false }
}

#[test]
fn what_is_cut_out_upright_keeps_the_shape_that_the_person_gave_it() {
    let picture = Pixels { width: 800, height: 600 };
    for (left, right, expected) in [(0.25, 0.75, (400, 400)), (0.25, 0.7, (360, 400)), (0.2, 0.8, (480, 400))] {
        let cut = Corners::upright(left, 1.0 / 6.0, right, 5.0 / 6.0).unwrap();
        for aspect in [Some(0.75), Some(1.585), None] {
            let size = cut.size(picture, aspect, 2560);
            assert_eq!((size.width, size.height), expected, "{aspect:?}");
        }
    }
}

#[test]
fn the_corners_of_a_card_are_found() {
    for (name, width, height, corners) in [
        ("from above", 800, 600, [(120.0, 120.0), (680.0, 120.0), (680.0, 474.0), (120.0, 474.0)]),
        ("a little turned", 800, 600, [(140.0, 90.0), (700.0, 150.0), (662.0, 504.0), (102.0, 444.0)]),
        ("from the lower side", 800, 600, [(200.0, 140.0), (600.0, 140.0), (700.0, 480.0), (100.0, 480.0)]),
        ("from the left", 800, 600, [(90.0, 90.0), (640.0, 150.0), (640.0, 430.0), (90.0, 500.0)]),
        ("upright", 600, 800, [(130.0, 110.0), (470.0, 110.0), (470.0, 650.0), (130.0, 650.0)]),
    ] {
        let found = find_corners(&photographed(width, height, corners), width, &card()).expect(name);
        for (place, (x, y)) in found.places().into_iter().zip(corners) {
            let (width, height) = (f32::from(u16::try_from(width).unwrap()), f32::from(u16::try_from(height).unwrap()));
            let far = (place.x * width - x).hypot(place.y * height - y);
            assert!(far < 9.0, "{name}: {found:?} is {far} pixels from {corners:?}");
        }
    }
}

#[test]
fn where_it_is_not_sure_nothing_is_proposed() {
    let good = [(120.0, 120.0), (680.0, 120.0), (680.0, 474.0), (120.0, 474.0)];
    let plain = photographed(800, 600, [(0.0, 0.0); 4]);
    let mut busy = photographed(800, 600, good);
    for (at, pixel) in busy.chunks_exact_mut(4).enumerate() {
        let (x, y) = (at % 800, at / 800);
        if (x / 60 + y / 60) % 2 == 0 && !(100..700).contains(&x) {
            pixel[..3].fill(200);
        }
    }
    for (name, pixels) in [
        ("nothing there", plain),
        ("an uneven ground", busy),
        (
            "it runs out of the picture",
            photographed(800, 600, [(300.0, 120.0), (900.0, 120.0), (900.0, 474.0), (300.0, 474.0)]),
        ),
        (
            "a corner is missing",
            photographed(800, 600, [(120.0, 300.0), (400.0, 120.0), (680.0, 474.0), (120.0, 474.0)]),
        ),
        (
            "not the shape of a card",
            photographed(800, 600, [(350.0, 60.0), (450.0, 60.0), (450.0, 540.0), (350.0, 540.0)]),
        ),
        ("far away", photographed(800, 600, [(300.0, 300.0), (400.0, 300.0), (400.0, 363.0), (300.0, 363.0)])),
    ] {
        assert_eq!(find_corners(&pixels, 800, &card()), None, "{name}");
    }
    let face = Wanted { portrait: true, ..Wanted::default() };
    assert_eq!(find_corners(&photographed(800, 600, good), 800, &face), None, "a person has no corners");
}

#[test]
fn a_card_photographed_from_aside_becomes_straight() {
    let corners = [(200.0, 140.0), (600.0, 140.0), (700.0, 480.0), (100.0, 480.0)];
    let photo = photographed(800, 600, corners);
    let size = Pixels { width: 800, height: 600 };
    let places = corners.map(|(x, y)| Place::new(x / 800.0, y / 600.0));
    let corners = Corners::new(places).unwrap();
    let into = corners.size(size, Some(1.585), 500);
    assert!(into.width == 500 && into.height.abs_diff(315) < 2, "{into:?}");
    let straightening = Straightening::new(&photo, size, &corners, into);
    let straight: Vec<u8> = [straightening.rows(0, 100), straightening.rows(100, 1000)].concat();
    assert_eq!(straight.len(), 500 * usize::try_from(into.height).unwrap() * 4, "bands make up the whole");
    let brown = straight.chunks_exact(4).filter(|it| it[0].abs_diff(it[2]) > 20).count();
    assert!(brown < 2_000, "{brown} pixels of the table are left");
    assert!(straight.chunks_exact(4).all(|it| it[3] == 255));
}

#[test]
fn corners_that_do_not_enclose_anything_are_refused() {
    let place = Place::new;
    for (name, places) in [
        ("crossed", [place(0.1, 0.1), place(0.9, 0.9), place(0.9, 0.1), place(0.1, 0.9)]),
        ("the other way round", [place(0.1, 0.1), place(0.1, 0.9), place(0.9, 0.9), place(0.9, 0.1)]),
        ("in a line", [place(0.1, 0.1), place(0.5, 0.5), place(0.9, 0.9), place(0.2, 0.2)]),
        ("one point", [place(0.5, 0.5); 4]),
        ("no numbers", [place(f32::NAN, 0.0), place(1.0, 0.0), place(f32::INFINITY, 1.0), place(0.0, 1.0)]),
    ] {
        let refused = Corners::new(places).is_none();
        assert!(refused || name == "no numbers", "{name}");
    }
    let moved = Corners::WHOLE.with(Corner::UpperLeft, place(0.95, 0.95));
    assert_eq!(moved, Corners::WHOLE, "a corner cannot be moved across the others");
    let cut = Corners::WHOLE.with_upright(Corner::LowerRight, place(0.5, 0.4));
    assert_eq!(cut, Corners::upright(0.0, 0.0, 0.5, 0.4).unwrap());
}

#[test]
fn a_frame_is_taken_when_it_is_held_still_and_sharp() {
    let corners = [(40.0, 30.0), (280.0, 30.0), (280.0, 180.0), (40.0, 180.0)];
    let good = photographed(320, 240, corners);
    let moved = photographed(320, 240, corners.map(|(x, y)| (x + 12.0, y + 9.0)));
    let dark: Vec<u8> = good.iter().map(|it| it / 4).collect();
    let flat = vec![150; good.len()];
    let mut watching = Watching::default();
    let seen: Vec<Glance> =
        [&good, &good, &moved, &good, &dark, &dark, &flat, &flat, &good, &good, &good, &good, &good]
            .into_iter()
            .map(|frame| watching.look(frame, 320, false))
            .collect();
    let expected = {
        use Glance::*;
        [Moving, Good, Moving, Moving, Dark, Dark, Moving, Blurred, Moving, Good, Good, Good, Take]
    };
    assert_eq!(seen, expected);
}

proptest! {
    #[test]
    fn corners_stay_corners(turns in 0_usize..9, x in -1.0_f32..2.0, y in -1.0_f32..2.0, which in 0_usize..4) {
        let mut corners = Corners::WHOLE.with(Corner::ALL[which], Place::new(x, y));
        for _ in 0..turns {
            corners = corners.turned();
        }
        prop_assert_eq!(Corners::new(corners.places()), Some(corners));
        let mapping = Mapping::onto(&corners);
        let ends = [mapping.at(0.0, 0.0), mapping.at(1.0, 0.0), mapping.at(1.0, 1.0), mapping.at(0.0, 1.0)];
        for (place, (x, y)) in corners.places().into_iter().zip(ends) {
            prop_assert!((place.x - x).abs() < 1e-3 && (place.y - y).abs() < 1e-3, "{corners:?} {ends:?}");
        }
        let size = corners.size(Pixels { width: 4000, height: 3000 }, Some(1.585), 2560);
        prop_assert!(size.width.max(size.height) <= 2560 && size.width.min(size.height) > 0);
    }

    #[test]
    fn no_picture_has_corners_that_panic(bytes in prop::collection::vec(any::<u8>(), 0..9000), width in 0_u32..60) {
        let _ = find_corners(&bytes, width, &card());
        Watching::default().look(&bytes, width, true);
    }
}
