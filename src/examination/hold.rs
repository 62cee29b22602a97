//! The countdown of a held place: seen every second, spoken at two minutes and at one.
use super::booking::Booking;
use crate::i18n::{K, t};
use crate::reactive::{RwSignal, derive, effect, memo};
use crate::ui::{Announcer, Button, Icon, Kind, icon, live};
use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*};
use std::time::Duration;
use view::view;

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
    let look = move || {
        let Some(before) = left.try_get_untracked() else { return };
        let now = seconds(booking);
        if now != before {
            left.set(now);
        }
        if now <= 0 {
            // It may have run out while this line was not there to see it.
            if booking.hold.try_with_untracked(Option::is_some) == Some(true) {
                booking.ended();
            }
        } else if let Some(key) = spoken(before, now) {
            announcer.say(&i18n.text(key));
        }
    };
    let handle: Option<IntervalHandle> = set_interval_with_handle(look, Duration::from_secs(1)).ok();
    on_cleanup(move || {
        if let Some(handle) = handle {
            handle.clear();
        }
    });
    // A new hold shows its time at once, not a second later.
    effect(move || {
        booking.hold.track();
        look();
    });
    let there = memo(move || booking.hold.with(Option::is_some));
    live(move || there.get().then(|| drawn(booking, left)))
}

/// Seconds left by the server's clock; 0 without a hold.
fn seconds(booking: Booking) -> i64 {
    let now = booking.offline.now();
    booking
        .hold
        .try_with_untracked(|hold| hold.as_ref().map_or(0, |hold| (hold.until - now).num_seconds().max(0)))
        .unwrap_or_default()
}

/// Only words change while it stands, so that the focus on its button is not lost every second.
fn drawn(booking: Booking, left: RwSignal<i64>) -> AnyView {
    let i18n = booking.i18n;
    let last = memo(move || left.get() <= 60);
    let words = move || {
        let left = u32::try_from(left.get()).unwrap_or_default();
        booking.hold.with(|hold| {
            let hold = hold.as_ref()?;
            let args = [
                ("time", i18n.time(hold.slot.start).into()),
                ("until", i18n.time(hold.until).into()),
                ("m", (left / 60).into()),
                ("s", (left % 60).into()),
            ];
            Some(i18n.say(K::SlotHold, &args))
        })
    };
    let limit = memo(move || {
        booking.hold.with(|hold| hold.as_ref().filter(|hold| hold.until >= hold.limit).map(|hold| hold.until))
    });
    let asking = derive(move || booking.wanted.with(Option::is_some));
    let keep = move |()| booking.keep();
    let longer = move || match limit.get() {
        None => view! { <Button label=t(K::SlotMore) kind=Kind::Text busy=asking on_press=keep/> }.into_any(),
        Some(until) => {
            let words = i18n.say(K::SlotLimit, &[("until", i18n.time(until).into())]);
            view! { <span class="hc-meta">{words}</span> }.into_any()
        }
    };
    // A timer is not a live region: its seconds are seen and never spoken.
    view! {
        <div class=move || if last.get() { "hc-note hc-warn" } else { "hc-note hc-go" }>
            {icon(Icon::Clock)}
            <div><p role="timer">{live(words)}</p> <p>{live(longer)}</p></div>
        </div>
    }
    .into_any()
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
