//! What stands behind what: the order in which entries of one application go out, and what becomes of those behind one that
//! was set aside.
use super::{Order, Outbox};
use crate::{Body, Entry, EntryId, Reason, State, Step};

impl Outbox {
    /// What must have been settled before this entry goes out: first the application, then its documents, then its act.
    pub(super) fn before<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a Entry> {
        let goes_before = |earlier: &Entry| match &entry.body {
            Body::Begin(_) => false,
            Body::Document { .. } => matches!(earlier.body, Body::Begin(_)),
            Body::Remove { document } => {
                matches!(earlier.body, Body::Begin(_)) || earlier.document() == Some(document.as_str())
            }
            Body::Act { documents, .. } => match &earlier.body {
                Body::Begin(_) | Body::Act { .. } | Body::Remove { .. } => true,
                Body::Document { document, .. } => documents.contains(document),
            },
        };
        self.entries.values().filter(move |earlier| {
            let fetched = matches!(earlier.body, Body::Document { .. } | Body::Begin(_));
            earlier.application == entry.application
                && earlier.id != entry.id
                && (earlier.order < entry.order || fetched)
                && goes_before(earlier)
        })
    }

    /// Another beginning of the same application waits, is on its way or has arrived.
    pub(super) fn is_begun_again(&self, begin: &Entry) -> bool {
        self.entries.values().any(|other| {
            other.application == begin.application
                && matches!(other.body, Body::Begin(_))
                && !matches!(other.state, State::SetAside(_))
        })
    }

    /// Documents that were set aside behind a beginning go out after all: it was taken out, or made anew.
    pub(super) fn go_on_behind(&mut self) -> Vec<Order> {
        let free = |entry: &&Entry| {
            let State::SetAside(Reason::Before(begin)) = &entry.state else { return false };
            let in_the_way = self
                .entries
                .get(begin)
                .is_some_and(|begin| matches!(begin.state, State::SetAside(_)) && !self.is_begun_again(begin));
            entry.document().is_some() && !in_the_way
        };
        let free: Vec<EntryId> = self.entries.values().filter(free).map(|entry| entry.id.clone()).collect();
        let go_on = |id: EntryId| self.entries.get_mut(&id).map(|entry| entry.go_on(entry.body.first_step()));
        free.into_iter().filter_map(go_on).flatten().collect()
    }

    /// Beginnings of these applications that were set aside: they were begun anew, or the office knows them.
    pub fn superseded(&self, applications: &[String]) -> Vec<EntryId> {
        let old = |entry: &&Entry| {
            applications.contains(&entry.application)
                && matches!(entry.body, Body::Begin(_))
                && matches!(entry.state, State::SetAside(_))
        };
        self.entries.values().filter(old).map(|entry| entry.id.clone()).collect()
    }

    /// Sets aside what cannot go out because something before it was set aside.
    pub(super) fn leave_out(&mut self) -> Vec<Order> {
        let mut reasons = Vec::new();
        for entry in
            self.entries.values().filter(|entry| matches!(entry.state, State::Queued(step) if step != Step::Ask))
        {
            for earlier in self.before(entry) {
                if !matches!(earlier.state, State::SetAside(_)) {
                    continue;
                }
                match &earlier.body {
                    Body::Begin(_) if self.is_begun_again(earlier) => {}
                    Body::Begin(_) => reasons.push((entry.id.clone(), Reason::Before(earlier.id.clone()))),
                    // To remove it there does no harm, whatever became of it.
                    Body::Document { document, .. }
                        if !self.is_received(document) && !matches!(entry.body, Body::Remove { .. }) =>
                    {
                        reasons.push((entry.id.clone(), Reason::DocumentLeftOut(document.clone())));
                    }
                    Body::Document { .. } | Body::Remove { .. } | Body::Act { .. } => {}
                }
            }
        }
        reasons.into_iter().flat_map(|(id, reason)| self.settle(&id, State::SetAside(reason))).collect()
    }

    fn is_received(&self, document: &str) -> bool {
        self.entries.values().any(|entry| {
            matches!(&entry.body, Body::Document { document: this, .. } if this == document)
                && matches!(entry.state, State::Received { .. })
        })
    }
}
