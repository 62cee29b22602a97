//! One result as it stands on the page, and covering what is sensitive.
use crate::i18n::{I18n, K};
use crate::reactive::{RwSignal, Signal, effect};
use crate::ui::{Icon, Tone, live, small_icon, tag};
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

/// The word beside a result. What was measured in parts has one beside each: the one may be high and the other not.
fn standing(reading: &Reading) -> Option<(Tone, Icon, K)> {
    Some(match reading.interpretation? {
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

/// One row; it is found by its mark where it asks something, also while it is covered. `hidden` hears the page being hidden:
/// everything is covered again then.
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
    // It says nothing of what was found.
    let mark = reading.asks().then(|| view! { " " {tag(Tone::Plain, i18n.text(K::ResLook))} });
    let body = move || if open.get() { uncovered(i18n, &reading, sensitive) } else { covered(i18n) };
    view! {
        <div>
            <dt>{title} {mark}</dt>
            {live(body)}
            {toggle}
        </div>
    }
    .into_any()
}

fn uncovered(i18n: I18n, reading: &Reading, sensitive: bool) -> AnyView {
    let standing = stands(i18n, reading);
    let line = |words: String| view! { " " <span class="hc-meta hc-part">{words}</span> };
    let more = view! { {reading.note.clone().map(line)} {meaning(reading).map(|key| line(i18n.text(key)))} };
    let value = view! { {measured(i18n, reading)} {remark(reading)} };
    // The button stands at the end of a sensitive row, so the word for it stands with the value.
    if sensitive {
        view! { <dd>{value} {standing.map(|tag| view! { <br/> {tag} })} {more}</dd> }.into_any()
    } else {
        view! { <dd>{value} {more}</dd> <dd class="hc-sum__act">{standing}</dd> }.into_any()
    }
}

fn stands(i18n: I18n, reading: &Reading) -> Option<AnyView> {
    standing(reading).map(|(tone, drawing, key)| {
        let class = format!("hc-tag {}", tone.class());
        view! { <span class=class>{small_icon(drawing)}{i18n.text(key)}</span> }.into_any()
    })
}

/// Value, unit and usual range; what has parts, one below the other, each with its own.
fn measured(i18n: I18n, reading: &Reading) -> AnyView {
    let value = match &reading.value {
        Value::Number(number, unit) => number_words(i18n, number, unit),
        Value::Words(words) => words.clone(),
        Value::Absent => i18n.text(K::ResAbsent),
        Value::Parts(parts) => {
            let row = |part: &Reading| {
                let (name, value, standing) = (part.title.clone(), measured(i18n, part), stands(i18n, part));
                view! { <span class="hc-part">{name} " " {value} " " {standing} {remark(part)}</span> }
            };
            return parts.iter().map(row).collect_view().into_any();
        }
    };
    // A number stays with its unit, and a range is one; a finding in words breaks where it must.
    let class = if matches!(reading.value, Value::Number(..)) { "hc-num" } else { "" };
    view! {
        <b><span class=class>{value}</span></b>
        " "
        <span class="hc-meta hc-num">{range_words(i18n, reading)}</span>
    }
    .into_any()
}

/// What is said of the range, below it.
fn remark(reading: &Reading) -> Option<AnyView> {
    let words = reading.range_words.clone()?;
    Some(view! { " " <span class="hc-meta hc-part">{words}</span> }.into_any())
}

/// A number with its unit.
fn number_words(i18n: I18n, number: &str, ucum: &str) -> String {
    match shown_unit(ucum) {
        "" => number.to_owned(),
        "/min" => i18n.say(K::ResPerMinute, &[("number", number.into())]),
        // Another notation than the one that many know from their glasses.
        "{5-mark}" => i18n.say(K::ResFiveMark, &[("number", number.into())]),
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
    fn what_asks_something_is_told_from_what_is_only_worth_knowing() {
        for (outcome, expected) in [
            ("none", false),
            ("information", false),
            ("repeat", true),
            ("see-doctor", true),
            ("not-eligible", true),
            ("of a newer server", false),
        ] {
            let url = "https://health-certificate.example/fhir/StructureDefinition/item-outcome";
            let found = json!({"code": {"text": "x"}, "extension": [{"url": url, "valueCode": outcome}]});
            assert_eq!(read(&found, "zh-CN").unwrap().asks(), expected, "{outcome}");
        }
    }

    #[test]
    fn units_are_written_as_people_do() {
        for (ucum, expected) in [("mm[Hg]", "mmHg"), ("U/L", "U/L"), ("kg/m2", "kg/m²")] {
            assert_eq!(shown_unit(ucum), expected);
        }
    }
}
