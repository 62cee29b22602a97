//! What happened before the newest events, which the record carries: asked for page by page, and kept while this page is open.

use contract::api::Event;

/// The events that were asked for, with those that the record carried then.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Earlier {
    /// Newest first, each once.
    seen: Vec<Event>,
    /// Where those before them begin, if there are any.
    next: Option<String>,
    /// The language they came in: places are called in it.
    language: &'static str,
}

/// Where to ask on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Before what the record carries.
    BeforeCarried,
    /// At this cursor.
    At(String),
    /// Nowhere: all that happened is here.
    Nothing,
}

impl Earlier {
    /// A page has come: what lies before `carried`, or before what was seen.
    pub(super) fn add(&mut self, carried: &[Event], language: &'static str, items: Vec<Event>, next: Option<String>) {
        if !self.meets(carried, language) {
            *self = Self { language, ..Self::default() };
        }
        // What the record carries now it may not carry once something has happened.
        let mut all = carried.to_vec();
        for event in self.seen.drain(..).chain(items) {
            if !has(&all, &event) {
                all.push(event);
            }
        }
        self.seen = all;
        self.next = next;
    }

    /// What was seen and the record does not carry, newest first.
    pub(super) fn before(&self, carried: &[Event], language: &'static str) -> Vec<Event> {
        if !self.meets(carried, language) {
            return Vec::new();
        }
        self.seen.iter().filter(|event| !has(carried, event)).cloned().collect()
    }

    /// Where to ask on for what happened before.
    pub(super) fn ask(&self, carried: &[Event], language: &'static str) -> Ask {
        if !self.meets(carried, language) {
            return Ask::BeforeCarried;
        }
        self.next.clone().map_or(Ask::Nothing, Ask::At)
    }

    /// Whether nothing lies between what was seen and what the record carries: both have an event in common.
    fn meets(&self, carried: &[Event], language: &'static str) -> bool {
        self.language == language && self.seen.iter().any(|event| has(carried, event))
    }
}

fn has(all: &[Event], event: &Event) -> bool {
    all.iter().any(|one| one.id == event.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many events up to this one, newest first.
    fn events(newest: u32, count: u32) -> Vec<Event> {
        let event = |n: u32| {
            let text = format!(
                r#"{{"id":"e{n}","at":"2026-11-24T09:12:00+08:00","act":"book","actor":"applicant","from":"accepted","to":"booked"}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        (newest - count + 1..=newest).rev().map(event).collect()
    }

    fn all(earlier: &Earlier, carried: &[Event]) -> Vec<String> {
        let before = earlier.before(carried, "en");
        carried.iter().chain(&before).map(|event| event.id.clone()).collect()
    }

    fn ids(newest: u32, count: u32) -> Vec<String> {
        events(newest, count).into_iter().map(|event| event.id).collect()
    }

    #[test]
    fn no_event_is_lost_or_doubled_when_something_happens_after_earlier_ones_were_asked_for() {
        let mut earlier = Earlier::default();
        let carried = events(30, 20);
        assert_eq!(earlier.ask(&carried, "en"), Ask::BeforeCarried);
        earlier.add(&carried, "en", events(10, 5), Some("c".into()));
        assert_eq!(all(&earlier, &carried), ids(30, 25));
        // It goes on while the page is open, and the record carries as many as before.
        for newest in 31..=49 {
            assert_eq!(all(&earlier, &events(newest, 20)), ids(newest, newest - 5), "{newest}");
        }
        assert_eq!(earlier.ask(&events(31, 20), "en"), Ask::At("c".into()));
        earlier.add(&events(31, 20), "en", events(5, 5), None);
        assert_eq!(all(&earlier, &events(31, 20)), ids(31, 31));
        assert_eq!(earlier.ask(&events(31, 20), "en"), Ask::Nothing);
    }

    #[test]
    fn what_came_after_the_record_that_is_shown_stands_there_once() {
        let mut earlier = Earlier::default();
        // The office already had one more, or one fewer, than this page.
        earlier.add(&events(30, 20), "en", events(11, 6), None);
        assert_eq!(all(&earlier, &events(31, 20)), ids(31, 26));
    }

    #[test]
    fn where_something_between_is_not_known_or_came_in_another_language_it_is_asked_for_anew() {
        let mut earlier = Earlier::default();
        earlier.add(&events(30, 20), "en", events(10, 10), None);
        let much_later = events(60, 20);
        assert_eq!(all(&earlier, &much_later), ids(60, 20));
        assert_eq!(earlier.ask(&much_later, "en"), Ask::BeforeCarried);
        assert_eq!(earlier.before(&events(30, 20), "zh-CN"), Vec::new());
        earlier.add(&much_later, "en", events(40, 40), None);
        assert_eq!(all(&earlier, &much_later), ids(60, 60));
    }
}
