//! The fine lines of a certificate: two tiled patterns and a rosette, computed. Decoration alone, nothing is read from it.
use std::fmt::Write as _;

/// Tile of the field: amplitude and phase (degrees) of each line.
const FIELD: [(f64, f64); 7] =
    [(11.0, 0.0), (9.8, 30.0), (6.5, 60.0), (2.0, 90.0), (2.5, -60.0), (5.8, -30.0), (7.0, 0.0)];
/// Amplitudes of the border's braid; each is drawn twice, mirrored.
const BORDER: [f64; 4] = [11.0, 8.5, 6.0, 3.5];

/// `<pattern>`s `field` and `border`, and the group `rosette`, 148 wide, around 0,0.
pub(super) fn definitions(colour: &str) -> String {
    let field: String = FIELD.iter().map(|(height, phase)| wave(72.0, 4.0, *height, *phase)).collect();
    let border: String =
        BORDER.iter().flat_map(|height| [*height, -height]).map(|height| wave(36.0, 2.25, height, 0.0)).collect();
    let rosette = (0..24).fold(String::new(), |mut all, turn| {
        ignore(write!(all, r#"<ellipse rx="74" ry="26" transform="rotate({})"/>"#, f64::from(turn) * 7.5));
        all
    });
    format!(
        r#"<pattern id="field" width="54" height="22.5" patternUnits="userSpaceOnUse"><path transform="scale(.75)" d="{field}" fill="none" stroke="{colour}" stroke-width=".5"/></pattern>
<pattern id="border" width="27" height="22.5" patternUnits="userSpaceOnUse"><path transform="scale(.75)" d="{border}" fill="none" stroke="{colour}" stroke-width=".8"/></pattern>
<g id="rosette" fill="none" stroke="{colour}" stroke-width=".5">{rosette}</g>"#
    )
}

fn wave(length: f64, step: f64, height: f64, phase: f64) -> String {
    let mut path = String::new();
    let mut x = 0.0;
    while x <= length {
        let y = 15.0 + height * (x / length * std::f64::consts::TAU + phase.to_radians()).sin();
        ignore(write!(path, "{}{x:.2} {y:.1}", if path.is_empty() { 'M' } else { 'L' }));
        x += step;
    }
    path
}

/// Writing into a `String` cannot fail.
pub(super) fn ignore(_: std::fmt::Result) {}
