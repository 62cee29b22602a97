//! The countdown of a held place: seen every second, spoken at two minutes and at one.
use super::booking::Booking;
use crate::i18n::{K, t};
use crate::reactive::{RwSignal, derive, effect, memo};
use crate::ui::{Announcer, Button, Icon, Kind, focus_moved, icon, live};
use contract::api::{Hold, Instant};
use leptos::{html, leptos_dom::helpers::IntervalHandle, prelude::*};
use std::time::Duration;
use view::view;

/// When something is spoken, in seconds before the end.
const SPOKEN: [(i64, K); 2] = [(120, K::SlotTwo), (60, K::SlotLast)];

/// The minutes of a hold begin anew when it is kept: nothing is won by it earlier than so many seconds before the end.
const OFFERED: i64 = 120;

/// What is said of holding it longer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Longer {
    /// Nothing: there is time enough.
    Not,
    /// It can be asked for.
    Offered,
    /// It was, and is held until then.
    Kept(Instant),
    /// The office holds it until then and no longer.
    Limit(Instant),
}

/// `left` are the seconds until the end, `kept` until when it was last held longer from here.
fn longer(left: i64, hold: &Hold, kept: Option<Instant>) -> Longer {
    if hold.until >= hold.limit {
        Longer::Limit(hold.until)
    } else if left <= OFFERED {
        Longer::Offered
    } else if kept == Some(hold.until) {
        Longer::Kept(hold.until)
    } else {
        Longer::Not
    }
}

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
                // Of another day than the one that is looked at, too.
                ("time", i18n.moment(hold.slot.start).into()),
                ("until", i18n.time(hold.until).into()),
                ("m", (left / 60).into()),
                ("s", (left % 60).into()),
            ];
            Some(i18n.say(K::SlotHold, &args))
        })
    };
    let state = memo(move || {
        let left = left.get();
        booking.hold.with(|hold| hold.as_ref().map_or(Longer::Not, |hold| longer(left, hold, booking.kept.get())))
    });
    let asking = derive(move || booking.wanted.with(Option::is_some));
    let keep = move |()| booking.keep();
    let told = move |key: K, until: Instant| {
        let node: NodeRef<html::Span> = NodeRef::new();
        // The button that was pressed is gone, and the focus with it.
        node.on_load(move |span| {
            if booking.led.try_update_value(std::mem::take) == Some(true) {
                focus_moved(span.focus());
            }
        });
        let words = i18n.say(key, &[("until", i18n.time(until).into())]);
        view! { <span node_ref=node class="hc-meta" tabindex="-1">{words}</span> }.into_any()
    };
    let longer = move || match state.get() {
        Longer::Not => ().into_any(),
        Longer::Offered => {
            view! { <Button label=t(K::SlotMore) kind=Kind::Text busy=asking on_press=keep/> }.into_any()
        }
        Longer::Kept(until) => told(K::SlotKept, until),
        Longer::Limit(until) => told(K::SlotLimit, until),
    };
    // A timer is not a live region: its seconds are seen and never spoken.
    view! {
        <div class=move || if last.get() { "hc-note hc-hold hc-warn" } else { "hc-note hc-hold hc-go" }>
            {icon(Icon::Clock)}
            <div><p role="timer">{live(words)}</p> <p>{live(longer)}</p></div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{Hold, K, Longer, longer, spoken};

    #[test]
    fn more_time_is_offered_only_where_it_gives_some() {
        let hold = |limit: &str| -> Hold {
            let text = format!(
                r#"{{"slot": {{"id": "s", "site": "a", "start": "2026-11-28T09:00:00+08:00", "end": "2026-11-28T09:30:00+08:00"}},
                    "until": "2026-11-27T09:05:00+08:00", "limit": "{limit}"}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let (long, over) = (hold("2026-11-27T09:15:00+08:00"), hold("2026-11-27T09:05:00+08:00"));
        let until = long.until;
        for (left, hold, kept, expected) in [
            (299, &long, None, Longer::Not),
            (120, &long, None, Longer::Offered),
            (299, &long, Some(until), Longer::Kept(until)),
            (90, &long, Some(until), Longer::Offered),
            (299, &over, Some(until), Longer::Limit(until)),
            (90, &over, None, Longer::Limit(until)),
        ] {
            assert_eq!(longer(left, hold, kept), expected, "{left}");
        }
    }

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
