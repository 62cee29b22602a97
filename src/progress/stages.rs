//! The four stages at a glance: behind, here, ahead. Words carry it; the bars repeat it.

use crate::i18n::{I18n, K};
use contract::api::ApplicationRecord;
use contract::application::{Stage, State};
use leptos::prelude::*;
use view::view;

/// The line of stages.
pub(super) fn at_a_glance(record: &ApplicationRecord) -> AnyView {
    let i18n = I18n::here();
    // A certificate in one's hands leaves nothing ahead; an end before it stops where it ended, and nothing is now.
    let is_stopped = record.state.is_end_without_certificate();
    let here = if record.state == State::Collected { 5 } else { record.stage };
    let word = |stage: Stage| K::from_key("stage.", &stage.number().to_string()).map(|key| i18n.text(key));
    // What a word needs is its letters': four of them go side by side where they fit.
    let is_long = Stage::ALL.into_iter().filter_map(word).any(|word| word.chars().count() > 6);
    let rows = Stage::ALL
        .into_iter()
        .map(|stage| {
            let number = stage.number();
            let (class, spoken) = match number.cmp(&here) {
                std::cmp::Ordering::Less => ("is-on", K::ProgressStageDone),
                std::cmp::Ordering::Equal if is_stopped => ("is-end", K::ProgressStageEnded),
                std::cmp::Ordering::Equal => ("is-on is-now", K::ProgressStageNow),
                std::cmp::Ordering::Greater if is_stopped => ("", K::ProgressStageNever),
                std::cmp::Ordering::Greater => ("", K::ProgressStageLater),
            };
            view! {
                <li class=class aria-current=(number == here && !is_stopped).then_some("step")>
                    <i aria-hidden="true"></i>
                    {word(stage)}
                    <span class="hc-sr">{i18n.text(spoken)}</span>
                </li>
            }
        })
        .collect_view();
    let class = if is_long { "hc-stages hc-stages--long" } else { "hc-stages" };
    view! { <ol class=class aria-label=i18n.text(K::ProgressStages)>{rows}</ol> }.into_any()
}
