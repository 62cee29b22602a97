//! What has happened, one event in one sentence: `event.…` (contract §2.2), and what stands beside it.

use super::{Arg, I18n, K, Office};
use contract::api::{ApplicationRecord, Event};
use contract::application::{Act, Actor, State};

impl I18n {
    /// What happened, in one sentence.
    pub fn event_sentence(self, record: &ApplicationRecord, event: &Event, office: &Office) -> String {
        let mut args: Vec<(&'static str, Arg)> =
            vec![("n", event.items.len().into()), ("actor", self.actor(event.actor).into())];
        if let Some(day) = event.due_on {
            args.push(("due_on", self.day(day).into()));
        }
        if let Some(slot) = &event.slot {
            args.push(("date", self.date(slot.start).into()));
            args.push(("time", self.time(slot.start).into()));
        }
        args.push(("place", self.place_of(record, event, office).into()));
        let key = match event.act {
            Act::Unknown => K::EventUnknown,
            Act::Report if event.from == State::ReportReturned => K::EventReportAgain,
            act => K::from_key("event.", act.code()).unwrap_or(K::EventUnknown),
        };
        self.say(key, &args)
    }

    /// Where it was: said by the event, or the name of the slot's site, or the kind of place.
    fn place_of(self, record: &ApplicationRecord, event: &Event, office: &Office) -> String {
        let slot = event.slot.as_ref();
        let site = slot.and_then(|slot| office.site(&slot.site)).map(|site| site.name.clone());
        let visit = record.examination.appointment.as_ref();
        let visit = visit.filter(|visit| Some(&visit.slot.id) == slot.map(|slot| &slot.id));
        event.place.clone().or(site).or_else(|| visit.map(|visit| visit.place.clone())).unwrap_or_else(|| {
            let at_a_site = matches!(event.act, Act::Attend | Act::Book | Act::Change | Act::CloseSlot);
            self.text(if at_a_site { K::ActorExaminer } else { K::ProgressOffice })
        })
    }

    /// Who did it.
    fn actor(self, actor: Actor) -> String {
        self.text(K::from_key("actor.", actor.code()).unwrap_or(K::ActorSystem))
    }

    /// What stands above somebody's words.
    pub fn words_of(self, actor: Actor) -> String {
        self.say(K::ProgressWords, &[("actor", self.actor(actor).into())])
    }

    /// What an event leaves as it was, where that is not plain: what was found, and is not to be examined again.
    pub fn still_stands(self, event: &Event) -> Option<String> {
        event.leaves_results().then(|| self.text(K::ProgressStands))
    }
}
