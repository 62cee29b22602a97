//! What a good photo is, drawn: once on a page, and in the card of a portrait, the good one and the three that come back; and
//! beside each advice how it is right.
use crate::i18n::{K, t};
use crate::ui::fresh_id;
use contract::documents::{Advice, Wanted};
use leptos::prelude::*;
use view::view;

const CARD: &str = "<rect x='1' y='1' width='94' height='58' rx='4' fill='var(--hc-surface)' stroke='var(--hc-edge)'/><rect x='62' y='12' width='24' height='32' rx='1' fill='var(--hc-brand-tint)' stroke='var(--hc-edge)' stroke-width='.8'/><circle cx='74' cy='23' r='5' fill='none' stroke='var(--hc-ink-2)'/><path d='M64.5 43c1-8 4-11 9.5-11s8.5 3 9.5 11' fill='none' stroke='var(--hc-ink-2)'/><g fill='var(--hc-ink-2)'><rect x='9' y='12' width='30' height='4'/><rect x='9' y='21' width='20' height='3'/><rect x='9' y='29' width='44' height='3'/><rect x='9' y='35' width='36' height='3'/><rect x='9' y='48' width='62' height='4'/></g>";

/// Head and shoulders before a plain wall.
const FACE: &str = "<rect x='1' y='1' width='94' height='64' fill='var(--hc-surface)'/><g fill='var(--hc-brand-tint)' stroke='var(--hc-ink-2)'><path d='M18 66c1-17 11-23 30-23s29 6 30 23'/><ellipse cx='48' cy='27' rx='14' ry='18'/></g><path d='M42 25h2m8 0h2M44 36q4 3 8 0' fill='none' stroke='var(--hc-ink-2)' stroke-width='1.5'/>";
/// A cap, over the brows.
const HAT: &str = "<path d='M31 21q0-16 17-16t17 16h7v4H31z' fill='var(--hc-ink-2)'/>";

/// Somebody who looks to the side.
const SIDE: &str = "<rect x='1' y='1' width='94' height='64' fill='var(--hc-surface)'/><g fill='var(--hc-brand-tint)' stroke='var(--hc-ink-2)'><path d='M18 66c1-17 11-23 30-23s29 6 30 23'/><path d='M58 44c4-3 6-9 6-17 0-11-6-18-15-18-8 0-14 6-15 13l-4 8 4 2 1 7q1 5 8 4v4'/></g><path d='M39 24h3' fill='none' stroke='var(--hc-ink-2)' stroke-width='1.5'/>";

/// A page with a stamp.
const SHEET: &str = "<rect x='25' y='-4' width='46' height='66' fill='var(--hc-surface)' stroke='var(--hc-edge)'/><g fill='var(--hc-ink-2)'><rect x='37' y='3' width='22' height='4'/><rect x='31' y='13' width='34' height='2.5'/><rect x='31' y='20' width='34' height='2.5'/><rect x='31' y='27' width='28' height='2.5'/><rect x='31' y='34' width='34' height='2.5'/></g><circle cx='57' cy='49' r='7' fill='none' stroke='var(--hc-bad)' stroke-width='2'/>";

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
    let drawing = format!("{subject}<g fill='none' stroke='var(--hc-brand-ink)' stroke-width='2'>{over}</g>{TICK}");
    view! { <svg class="hc-pic" viewBox="0 0 96 66" aria-hidden="true" inner_html=drawing></svg> }.into_any()
}

const SUN: &str =
    "<circle cx='80' cy='14' r='6'/><path d='M80 1v4m0 18v4M67 14h4m18 0h4M71 5l3 3m12 12 3 3M71 23l3-3M86 8l3-3'/>";

/// What is photographed, as far as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// An ID card: of a shape that is known.
    Card,
    /// A person.
    Face,
    /// A letter, a report: a sheet of paper.
    Sheet,
}

impl Subject {
    /// What an item asks for.
    pub(super) fn of(wanted: &Wanted) -> Self {
        match (wanted.portrait, wanted.aspect) {
            (true, _) => Self::Face,
            (false, Some(_)) => Self::Card,
            (false, None) => Self::Sheet,
        }
    }
}

/// What a good photo is, once a page; `inside`: of a part of it that has a heading of its own.
pub(super) fn guide(subject: Subject, inside: bool) -> AnyView {
    let title = if inside {
        view! { <h3 class="hc-h3" aria-level=crate::ui::heading_level(3)>{t(K::DocGuide)}</h3> }.into_any()
    } else {
        view! { <h2 class="hc-h2" aria-level=crate::ui::heading_level(2)>{t(K::DocGuide)}</h2> }.into_any()
    };
    view! { {title} {explained(subject)} }.into_any()
}

/// The pictures, and the word about location data.
pub(super) fn explained(subject: Subject) -> AnyView {
    view! { {pictures(subject)} <p class="hc-hint">{t(K::DocMeta)}</p> }.into_any()
}

/// The good one and the three that come back.
pub(super) fn pictures(subject: Subject) -> AnyView {
    let all = match subject {
        Subject::Card => flat(CARD),
        Subject::Sheet => flat(SHEET),
        Subject::Face => faces(),
    };
    let picture = |(drawing, words): (String, K), good: bool| {
        let (class, sign) = if good { ("hc-ok", "✓") } else { ("hc-bad", "✕") };
        view! {
            <li>
                <svg class="hc-pic" viewBox="0 0 96 66" aria-hidden="true" inner_html=drawing></svg>
                <span class=class><span aria-hidden="true">{sign}"\u{a0}"</span>{t(words)}</span>
            </li>
        }
    };
    let all = all.into_iter().enumerate().map(|(at, one)| picture(one, at == 0)).collect_view();
    view! { <ul class="hc-guide">{all}</ul> }.into_any()
}

/// Of a card or a sheet.
fn flat(paper: &str) -> [(String, K); 4] {
    let blur = fresh_id("blur");
    let at = "translate(12 11) scale(.75)";
    [
        (format!("<g transform='{at}'>{paper}</g>"), K::DocGuideWhole),
        (format!("<g transform='translate(34 20)'>{paper}</g>"), K::DocGuideCut),
        (
            format!(
                "<filter id='{blur}'><feGaussianBlur stdDeviation='1.8'/></filter><g filter='url(#{blur})' transform='{at}'>{paper}</g>"
            ),
            K::DocGuideBlur,
        ),
        (
            format!(
                "<g transform='{at}'>{paper}<ellipse cx='40' cy='26' rx='22' ry='13' fill='#fff' opacity='.94' transform='rotate(-24 40 26)'/></g>"
            ),
            K::DocGuideGlare,
        ),
    ]
}

/// Of a person.
fn faces() -> [(String, K); 4] {
    [
        (FACE.to_owned(), K::DocGuideFace),
        (format!("{FACE}{HAT}"), K::DocGuideHat),
        (SIDE.to_owned(), K::DocGuideSide),
        (format!("{FACE}<rect x='1' y='1' width='94' height='64' fill='#000' opacity='.6'/>"), K::DocGuideDark),
    ]
}
