//! What a good photo is, drawn: once on a page all corners and the three that come back, and beside each advice how it is right.
use crate::i18n::{K, t};
use crate::ui::fresh_id;
use contract::documents::Advice;
use leptos::prelude::*;
use view::view;

const CARD: &str = "<rect x='1' y='1' width='94' height='58' rx='4' fill='var(--hc-surface)' stroke='var(--hc-edge)'/><rect x='62' y='12' width='24' height='32' rx='1' fill='var(--hc-brand-tint)' stroke='var(--hc-edge)' stroke-width='.8'/><circle cx='74' cy='23' r='5' fill='none' stroke='var(--hc-ink-2)'/><path d='M64.5 43c1-8 4-11 9.5-11s8.5 3 9.5 11' fill='none' stroke='var(--hc-ink-2)'/><g fill='var(--hc-ink-2)'><rect x='9' y='12' width='30' height='4'/><rect x='9' y='21' width='20' height='3'/><rect x='9' y='29' width='44' height='3'/><rect x='9' y='35' width='36' height='3'/><rect x='9' y='48' width='62' height='4'/></g>";

/// Head and shoulders before a plain wall.
const FACE: &str = "<rect x='1' y='1' width='94' height='64' fill='var(--hc-surface)'/><g fill='var(--hc-brand-tint)' stroke='var(--hc-ink-2)'><path d='M18 66c1-17 11-23 30-23s29 6 30 23'/><ellipse cx='48' cy='27' rx='14' ry='18'/></g><path d='M42 25h2m8 0h2M44 36q4 3 8 0' fill='none' stroke='var(--hc-ink-2)' stroke-width='1.5'/>";
const TICK: &str = "<circle cx='84' cy='54' r='10' fill='var(--hc-ok)'/><path d='m79 54 4 4 7-8' fill='none' stroke='var(--hc-surface)' stroke-width='2.5'/>";

/// How it is right, for one advice.
pub(super) fn good(advice: Advice, portrait: bool) -> AnyView {
    // The card across, down, and how large; then what is drawn over it.
    let (card, over) = match advice {
        Advice::Blur | Advice::Small | Advice::Turn if portrait => (None, ""),
        Advice::Background => (None, ""),
        Advice::Dark if portrait => (None, SUN),
        Advice::Blur => (
            Some("translate(12 11) scale(.75)"),
            "<circle cx='40' cy='30' r='15'/><path d='m51 41 12 12' stroke-width='4'/>",
        ),
        Advice::Glare => (Some("translate(12 11) scale(.75)"), "<path d='m74 3-8 12h7l-5 11M58 24 88 5'/>"),
        Advice::Dark => (Some("translate(12 11) scale(.75)"), SUN),
        Advice::Cut => (
            Some("translate(15 13) scale(.68)"),
            "<path d='M4 16V4h12M80 4h12v12M92 50v12H80M16 62H4V50' stroke-width='3'/>",
        ),
        Advice::Small => (Some("translate(2 4) scale(.96)"), ""),
        Advice::Turn => (Some("translate(12 16) scale(.72)"), "<path d='M48 15V3m-6 5 6-6 6 6'/>"),
    };
    let subject = card.map_or_else(|| FACE.to_owned(), |at| format!("<g transform='{at}'>{CARD}</g>"));
    let drawing = format!("{subject}<g fill='none' stroke='var(--hc-brand)' stroke-width='2'>{over}</g>{TICK}");
    view! { <svg class="hc-pic" viewBox="0 0 96 66" aria-hidden="true" inner_html=drawing></svg> }.into_any()
}

const SUN: &str =
    "<circle cx='80' cy='14' r='6'/><path d='M80 1v4m0 18v4M67 14h4m18 0h4M71 5l3 3m12 12 3 3M71 23l3-3M86 8l3-3'/>";

/// What a good photo is, once a page; `inside`: of a part of it that has a heading of its own.
pub(super) fn guide(inside: bool) -> AnyView {
    let title = if inside {
        view! { <h3 class="hc-h3" aria-level=crate::ui::heading_level(3)>{t(K::DocGuide)}</h3> }.into_any()
    } else {
        view! { <h2 class="hc-h2" aria-level=crate::ui::heading_level(2)>{t(K::DocGuide)}</h2> }.into_any()
    };
    view! { {title} {pictures()} }.into_any()
}

/// The four pictures, and the word about location data.
pub(super) fn pictures() -> AnyView {
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
                <span class=class><span aria-hidden="true">{sign}"\u{a0}"</span>{t(words)}</span>
            </li>
        }
    };
    view! {
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
