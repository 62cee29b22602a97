//! One result as it stands on the page, and covering what is sensitive.
use crate::i18n::{I18n, K};
use crate::reactive::{RwSignal, Signal, effect};
use crate::ui::{Icon, Tone, live, small_icon};
use contract::examination::{Interpretation, ItemOutcome, Reading, Value};
use leptos::prelude::*;
use std::time::Duration;
use view::view;

/// How long an uncovered result stays so.
const SHOWN_FOR: Duration = Duration::from_mins(1);

/// UCUM as people of every language write it.
fn shown_unit(ucum: &str) -> &str {
    match ucum {
        "mm[Hg]" => "mmHg",
        "kg/m2" => "kg/m²",
        "umol/L" => "μmol/L",
        "{5-mark}" => "",
        other => other,
    }
}

/// The usual range in words, if there is one.
fn range_words(i18n: I18n, reading: &Reading) -> Option<String> {
    let (low, high) = (&reading.range.0, &reading.range.1);
    let args: Vec<(&'static str, crate::i18n::Arg)> = [("low", low), ("high", high)]
        .into_iter()
        .filter_map(|(name, limit)| Some((name, limit.as_deref()?.into())))
        .collect();
    let key = match (low, high) {
        (Some(_), Some(_)) => K::ResRange,
        (Some(_), None) => K::ResRangeLow,
        (None, Some(_)) => K::ResRangeHigh,
        (None, None) => return None,
    };
    Some(i18n.say(key, &args))
}

/// The worst of a result and its parts.
fn interpretation(reading: &Reading) -> Option<Interpretation> {
    let parts = match &reading.value {
        Value::Parts(parts) => parts.as_slice(),
        Value::Number(..) | Value::Words(_) | Value::Absent => &[],
    };
    let unusual = parts.iter().filter_map(|part| part.interpretation).find(|it| !it.is_usual());
    reading.interpretation.or(unusual).or_else(|| parts.first().and_then(|part| part.interpretation))
}

/// The word at the end of the row.
fn standing(reading: &Reading) -> Option<(Tone, Icon, K)> {
    Some(match interpretation(reading)? {
        Interpretation::Normal | Interpretation::Negative => (Tone::Ok, Icon::Check, K::ResIsNormal),
        Interpretation::Low => (Tone::Warn, Icon::Info, K::ResIsLow),
        Interpretation::High => (Tone::Warn, Icon::Info, K::ResIsHigh),
        Interpretation::Abnormal => (Tone::Warn, Icon::Info, K::ResIsAbnormal),
        Interpretation::Positive => (Tone::Warn, Icon::Info, K::ResIsPositive),
        Interpretation::Indeterminate => (Tone::Warn, Icon::Info, K::ResIsRepeat),
    })
}

/// What the result means for the certificate; nothing where it means nothing.
fn meaning(reading: &Reading) -> Option<K> {
    match reading.outcome? {
        ItemOutcome::None => None,
        ItemOutcome::Information => Some(K::ResMinor),
        ItemOutcome::Repeat => Some(K::ResMeansRepeat),
        ItemOutcome::SeeDoctor => Some(K::ResMeansDoctor),
        ItemOutcome::NotEligible => Some(K::ResMeansExcluded),
    }
}

/// One row. `covered` hears the page being hidden: everything is covered again then.
pub(super) fn row(i18n: I18n, reading: Reading, hidden: Signal<u32>) -> AnyView {
    let open = RwSignal::new(!reading.sensitive);
    let sensitive = reading.sensitive;
    effect(move || {
        if hidden.get() > 0 && sensitive {
            open.set(false);
        }
    });
    let title = reading.title.clone();
    let toggle = sensitive.then(|| cover_button(i18n, open, &title));
    let body = move || if open.get() { uncovered(i18n, &reading, sensitive) } else { covered(i18n) };
    view! {
        <div>
            <dt>{title}</dt>
            {live(body)}
            {toggle}
        </div>
    }
    .into_any()
}

fn uncovered(i18n: I18n, reading: &Reading, sensitive: bool) -> AnyView {
    let standing = standing(reading).map(|(tone, drawing, key)| {
        view! { <span class=format!("hc-tag {}", tone.class())>{small_icon(drawing)}{i18n.text(key)}</span> }
    });
    let line = |words: String| view! { <br/><span class="hc-meta">{words}</span> };
    let more = view! { {reading.note.clone().map(line)} {meaning(reading).map(|key| line(i18n.text(key)))} };
    let value = measured(i18n, reading);
    // The button stands at the end of a sensitive row, so the word for it stands with the value.
    if sensitive {
        view! { <dd>{value} {standing.map(|tag| view! { <br/> {tag} })} {more}</dd> }.into_any()
    } else {
        view! { <dd>{value} {more}</dd> <dd class="hc-sum__act">{standing}</dd> }.into_any()
    }
}

/// Value, unit and usual range; what has parts, one below the other, each with its own.
fn measured(i18n: I18n, reading: &Reading) -> AnyView {
    let value = match &reading.value {
        Value::Number(number, unit) => number_words(i18n, number, unit),
        Value::Words(words) => words.clone(),
        Value::Absent => i18n.text(K::ResAbsent),
        Value::Parts(parts) => {
            let row =
                |part: &Reading| view! { <span class="hc-part">{part.title.clone()} " " {measured(i18n, part)}</span> };
            return parts.iter().map(row).collect_view().into_any();
        }
    };
    // A number stays with its unit; a finding in words breaks where it must.
    let class = if matches!(reading.value, Value::Number(..)) { "hc-num" } else { "" };
    let remark = reading.range_words.clone().map(|words| view! { <br/><span class="hc-meta">{words}</span> });
    view! {
        <b><span class=class>{value}</span></b>
        " "
        <span class="hc-meta">{range_words(i18n, reading)}</span>
        {remark}
    }
    .into_any()
}

/// A number with its unit.
fn number_words(i18n: I18n, number: &str, ucum: &str) -> String {
    match shown_unit(ucum) {
        "" => number.to_owned(),
        "/min" => i18n.say(K::ResPerMinute, &[("number", number.into())]),
        unit => format!("{number} {unit}"),
    }
}

fn covered(i18n: I18n) -> AnyView {
    view! {
        <dd>
            <b role="img" aria-label=i18n.text(K::ResCovered)>"＊＊＊＊"</b>
        </dd>
    }
    .into_any()
}

fn cover_button(i18n: I18n, open: RwSignal<bool>, what: &str) -> AnyView {
    let what = what.to_owned();
    let turn = StoredValue::new(0_u32);
    let press = move |_| {
        let now_open = !open.get_untracked();
        open.set(now_open);
        let mine = turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        });
        if now_open {
            set_timeout(
                move || {
                    // Pressed again meanwhile: a later timer covers it.
                    if turn.try_get_value() == mine {
                        open.try_set(false);
                    }
                },
                SHOWN_FOR,
            );
        }
    };
    let label = move || {
        let key = if open.get() { K::ResHideWhat } else { K::ResShowWhat };
        i18n.say(key, &[("what", what.as_str().into())])
    };
    view! {
        <dd class="hc-sum__act">
            <button type="button" class="hc-tap" aria-expanded=move || open.get().to_string() aria-label=label on:click=press>
                {crate::ui::icon(Icon::Eye)}
                {live(move || i18n.text(if open.get() { K::ResHide } else { K::ResShow }))}
            </button>
        </dd>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::examination::read;
    use serde_json::json;

    #[test]
    fn a_panel_is_as_unusual_as_its_worst_part() {
        let part = |code: &str| json!({"code": {"text": "x"}, "valueQuantity": {"value": 1}, "interpretation": [{"coding": [{"code": code}]}]});
        for (parts, expected) in [
            (vec!["N", "N"], Some(Interpretation::Normal)),
            (vec!["N", "H"], Some(Interpretation::High)),
            (vec![], None),
        ] {
            let parts: Vec<_> = parts.into_iter().map(part).collect();
            let panel = json!({"code": {"text": "血压"}, "component": parts});
            assert_eq!(interpretation(&read(&panel, "zh-CN").unwrap()), expected);
        }
    }

    #[test]
    fn units_are_written_as_people_do() {
        for (ucum, expected) in [("mm[Hg]", "mmHg"), ("U/L", "U/L"), ("{5-mark}", "")] {
            assert_eq!(shown_unit(ucum), expected);
        }
    }
}
