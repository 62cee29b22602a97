//! The drawn seal of the sample office, marked as a sample. A real office brings its own picture.
use super::escape;

/// The seal in a box of 120 x 120, as the inside of an `<svg>` or `<g>`.
pub(super) fn drawing(office: &str) -> String {
    let around = 41.0 * std::f64::consts::TAU * 0.66;
    // Han fill one em, letters about half of it.
    let ems: f64 = office.chars().map(|it| if it.is_ascii() { 0.6 } else { 1.0 }).sum();
    let size = (around / (ems.max(1.0) * 1.14)).min(10.5);
    let spacing = size * 0.13;
    format!(
        r##"<defs><path id="around" d="M25 81.5A41 41 0 1 1 95 81.5"/></defs>
<g fill="none" stroke="#b3362a"><circle cx="60" cy="60" r="57.5" stroke-width="3"/><circle cx="60" cy="60" r="53.5" stroke-width=".8"/><path d="M50 46l14 14-14 14-14-14zM70 46l14 14-14 14-14-14z" stroke-width="2.4"/></g>
<path d="M60 52l8 8-8 8-8-8z" fill="#b3362a"/>
<g fill="#b3362a" font-family="Noto Serif CJK SC, Songti SC, SimSun, serif" font-weight="700" text-anchor="middle"><text font-size="{size:.2}" letter-spacing="{spacing:.2}"><textPath href="#around" startOffset="50%">{office}</textPath></text><text x="61" y="90" font-size="9.5" letter-spacing="2">电子印章</text><text x="60" y="101" font-size="6.5">样例 SAMPLE</text></g>"##,
        office = escape(office)
    )
}
