//! The countdown of a held place: seen every second, spoken at two minutes and at one.
use super::booking::Booking;
use crate::i18n::{K, t};
use crate::ui::{Announcer, Button, Icon, Kind, Tone, note};
use contract::api::Hold;
use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*};
use std::time::Duration;

/// When something is spoken, in seconds before the end.
const SPOKEN: [(i64, K); 2] = [(120, K::SlotTwo), (60, K::SlotLast)];

/// What is spoken when the seconds left go from `before` to `now`.
fn spoken(before: i64, now: i64) -> Option<K> {
    SPOKEN.iter().rev().find(|(at, _)| before > *at && now <= *at && now > 0).map(|(_, key)| *key)
}

/// The line about the held place, with its way to hold it longer.
pub(super) fn line(booking: Booking) -> AnyView {
    let i18n = booking.i18n;
    let announcer = Announcer::here();
    let left = RwSignal::new(seconds(booking));
    let tick = move || {
        let Some(before) = left.try_get_untracked() else { return };
        let now = seconds(booking);
        if now == before {
            return;
        }
        left.set(now);
        if before > 0 && now <= 0 {
            booking.ended();
        } else if let Some(key) = spoken(before, now) {
            announcer.say(&i18n.text(key));
        }
    };
    let handle: Option<IntervalHandle> = set_interval_with_handle(tick, Duration::from_secs(1)).ok();
    on_cleanup(move || {
        if let Some(handle) = handle {
            handle.clear();
        }
    });
    // A new hold shows its time at once, not a second later.
    Effect::new(move |_| {
        booking.hold.track();
        left.set(seconds(booking));
    });
    (move || {
        let hold = booking.hold.get()?;
        Some(note(
            if is_last(left.get()) { Tone::Warn } else { Tone::Go },
            Icon::Clock,
            false,
            drawn(booking, &hold, left),
        ))
    })
    .into_any()
}

fn is_last(left: i64) -> bool {
    left <= 60
}

/// Seconds left by the server's clock; 0 without a hold.
fn seconds(booking: Booking) -> i64 {
    let now = booking.offline.now();
    booking
        .hold
        .try_with_untracked(|hold| hold.as_ref().map_or(0, |hold| (hold.until - now).num_seconds().max(0)))
        .unwrap_or_default()
}

fn drawn(booking: Booking, hold: &Hold, left: RwSignal<i64>) -> AnyView {
    let i18n = booking.i18n;
    let (start, until) = (hold.slot.start, hold.until);
    let words = move || {
        let left = u32::try_from(left.get()).unwrap_or_default();
        i18n.say(
            K::SlotHold,
            &[
                ("time", i18n.time(start).into()),
                ("until", i18n.time(until).into()),
                ("m", (left / 60).into()),
                ("s", (left % 60).into()),
            ],
        )
    };
    let longer = if hold.until < hold.limit {
        let keep = move |()| booking.keep();
        view! { <p><Button label=t(K::SlotMore) kind=Kind::Text busy=booking.holding on_press=keep/></p> }.into_any()
    } else {
        let words = i18n.say(K::SlotLimit, &[("until", i18n.time(until).into())]);
        view! { <p class="hc-meta">{words}</p> }.into_any()
    };
    // A timer is not a live region: its seconds are seen and never spoken.
    view! { <p role="timer" class="hc-num">{words}</p> {longer} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::{K, spoken};

    #[test]
    fn only_two_minutes_and_one_are_spoken() {
        for (before, now, expected) in [
            (122, 121, None),
            (121, 120, Some(K::SlotTwo)),
            (120, 119, None),
            (61, 60, Some(K::SlotLast)),
            (300, 45, Some(K::SlotLast)),
            (10, 0, None),
            (60, 300, None),
        ] {
            assert_eq!(spoken(before, now), expected, "{before} {now}");
        }
    }
}
