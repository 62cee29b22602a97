//! What a good photo is, drawn once on a page: all corners, and the three that come back.
use crate::i18n::{K, t};
use crate::ui::fresh_id;
use leptos::prelude::*;

const CARD: &str = "<rect x='1' y='1' width='94' height='58' rx='4' fill='var(--hc-surface)' stroke='var(--hc-edge)'/><rect x='62' y='12' width='24' height='32' rx='1' fill='var(--hc-brand-tint)' stroke='var(--hc-edge)' stroke-width='.8'/><circle cx='74' cy='23' r='5' fill='none' stroke='var(--hc-ink-2)'/><path d='M64.5 43c1-8 4-11 9.5-11s8.5 3 9.5 11' fill='none' stroke='var(--hc-ink-2)'/><g fill='var(--hc-ink-2)'><rect x='9' y='12' width='30' height='4'/><rect x='9' y='21' width='20' height='3'/><rect x='9' y='29' width='44' height='3'/><rect x='9' y='35' width='36' height='3'/><rect x='9' y='48' width='62' height='4'/></g>";

/// The four pictures, and the word about location data.
pub(super) fn guide() -> AnyView {
    let blur = fresh_id("blur");
    let whole = format!("<g transform='translate(12 11) scale(.75)'>{CARD}</g>");
    let cut = format!("<g transform='translate(34 20)'>{CARD}</g>");
    let blurred = format!(
        "<filter id='{blur}'><feGaussianBlur stdDeviation='1.8'/></filter><g filter='url(#{blur})' transform='translate(12 11) scale(.75)'>{CARD}</g>"
    );
    let glare = format!(
        "<g transform='translate(12 11) scale(.75)'>{CARD}<ellipse cx='34' cy='26' rx='22' ry='13' fill='#fff' opacity='.94' transform='rotate(-24 34 26)'/></g>"
    );
    let row = |drawing: String, class: &'static str, sign: &'static str, words: K| {
        view! {
            <li>
                <svg class="hc-pic" viewBox="0 0 96 66" aria-hidden="true" inner_html=drawing></svg>
                <span class=class><span aria-hidden="true">{sign}" "</span>{t(words)}</span>
            </li>
        }
    };
    view! {
        <h2 class="hc-h2" attr:aria-level=crate::ui::heading_level(2)>{t(K::DocGuide)}</h2>
        <ul class="hc-guide">
            {row(whole, "hc-ok", "✓", K::DocGuideWhole)}
            {row(cut, "hc-bad", "✕", K::DocGuideCut)}
            {row(blurred, "hc-bad", "✕", K::DocGuideBlur)}
            {row(glare, "hc-bad", "✕", K::DocGuideGlare)}
        </ul>
        <p class="hc-hint">{t(K::DocMeta)}</p>
    }
    .into_any()
}
