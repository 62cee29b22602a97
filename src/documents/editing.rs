//! A picture that is turned, cut or straightened: the one that is spoken about, or a document that is kept already.
use super::asks::Source;
use super::filling::{Chosen, Filling, Over};
use super::looker;
use contract::documents::{Advice, Corners, Refusal};
use image_worker::{Job, Looked};
use leptos::{prelude::*, task::spawn_local};

impl Filling {
    /// Turns what is shown by a quarter, clockwise.
    pub(super) fn turn(self) {
        if let Chosen::Advised { file, source, looked, corners } = self.chosen.get_untracked() {
            // What was turned on our own account counts as a turn of the person from here on.
            self.look(file, source, Some((looked.turned + 1) % 4), corners.map(Corners::turned));
        }
    }

    /// Opens what edits a document that is kept; where the paper lies in it is looked for meanwhile.
    pub(super) fn edit_kept(self, id: String) {
        let (offline, asks) = (self.offline, self.asks());
        let assets = self.given.with_value(|given| given.assets.clone());
        let before = self.turn.get_value();
        self.opening.set(Some(id.clone()));
        spawn_local(async move {
            let had = offline.document_to_change(&id).await;
            self.opening.try_update(|opening| opening.take_if(|it| *it == id));
            // Something was chosen or changed meanwhile: that is spoken about, and takes no other one's place. Or it was removed.
            if self.turn.try_get_value() != Some(before) || !self.names(&id) {
                return;
            }
            let Ok((file, marked)) = had else {
                // What is chosen instead takes its place.
                self.replacing.try_set(Some(id));
                self.chosen.try_set(Chosen::NotOpened);
                return;
            };
            if self.over.try_set(Some(Over::Kept { id: id.clone(), file: file.clone(), found: None })).is_some() {
                return;
            }
            let job = Job { turns: Some(0), ..asks.job(looker::next_id(), file, Source::Kept { marked }) };
            let looked = looker::looked(&assets, job).await;
            self.over.try_update(|over| match (over, looked) {
                (Some(Over::Kept { id: open, found, .. }), Ok(looked)) if *open == id => *found = looked.corners,
                (Some(Over::Kept { .. } | Over::Camera | Over::Chosen) | None, Ok(_) | Err(_)) => {}
            });
        });
    }

    /// The person has edited what is open, or changed their mind.
    pub(super) fn edited(self, outcome: Option<(u8, Corners)>) {
        let open = self.over.try_update(Option::take).flatten();
        let Some((turns, corners)) = outcome else { return };
        let corners = Some(corners).filter(|it| !it.is_whole());
        match (open, self.chosen.get_untracked()) {
            (Some(Over::Kept { id, .. }), _) if turns > 0 || corners.is_some() => self.change_kept(id, turns, corners),
            (Some(Over::Chosen), Chosen::Advised { file, source, .. }) => self.look(file, source, Some(turns), corners),
            (Some(Over::Kept { .. } | Over::Chosen | Over::Camera) | None, _) => {}
        }
    }

    /// Turns or cuts a document that is kept: it becomes another document in its place.
    pub(super) fn change_kept(self, id: String, turns: u8, corners: Option<Corners>) {
        if !self.names(&id) {
            return;
        }
        let offline = self.offline;
        let asks = self.asks();
        self.replacing.set(Some(id.clone()));
        let turn = self.begin(1);
        let number = self.next_job();
        let assets = self.given.with_value(|given| given.assets.clone());
        spawn_local(async move {
            let insisted = offline.document(&id).with_untracked(|it| it.as_ref().map(|it| it.insisted.clone()));
            let insisted = insisted.unwrap_or_default();
            let current = || self.turn.try_get_value() == Some(turn);
            let Ok((file, marked)) = offline.document_to_change(&id).await else {
                if current() {
                    self.chosen.set(Chosen::NotOpened);
                }
                return;
            };
            let job = Job { turns: Some(turns), corners, ..asks.job(number, file.clone(), Source::Kept { marked }) };
            let outcome = looker::looked(&assets, job).await;
            if !current() {
                return;
            }
            match outcome.map(|looked| self.of_same_photo(looked)) {
                Ok(looked) if self.was_returned(&looked, true) => self.refuse(Refusal::SameAsReturned, 0),
                // What nobody was asked about yet is asked.
                Ok(looked) if looked.advice.iter().any(|it| !insisted.contains(it)) => {
                    self.chosen.set(Chosen::Advised { file, source: Source::Kept { marked }, looked, corners });
                }
                Ok(looked) => self.keep(Looked { advice: still_insisted(insisted, &looked.advice), ..looked }),
                Err(why) => self.refuse(why, 0),
            }
        });
    }
}

/// What a person has insisted on and a turn or a cut has not mended. A blur stays: a smaller copy only shows less of it.
fn still_insisted(mut insisted: Vec<Advice>, seen: &[Advice]) -> Vec<Advice> {
    insisted.retain(|it| *it == Advice::Blur || seen.contains(it));
    insisted
}

#[cfg(test)]
mod tests {
    use super::{Advice, still_insisted};

    #[test]
    fn what_a_cut_has_mended_is_not_insisted_on_any_more() {
        use Advice::{Blur, Cut, Glare, Small};
        for (insisted, seen, left) in [
            (vec![Glare, Small], vec![Small], vec![Small]),
            (vec![Cut], vec![], vec![]),
            (vec![Blur, Cut], vec![], vec![Blur]),
            (vec![Glare], vec![Glare], vec![Glare]),
        ] {
            assert_eq!(still_insisted(insisted.clone(), &seen), left, "{insisted:?}");
        }
    }
}
