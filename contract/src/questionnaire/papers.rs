//! What a step asks for beside answers: its documents.
use super::evaluate::Evaluation;
use super::form::{Form, Item, ItemKind};
use super::parts::Step;

impl Evaluation {
    /// How many documents a step requires now, and how many of these are there.
    pub fn required_documents(&self, form: &Form, step: &Step) -> (usize, usize) {
        let inside = |at: usize| form.lineage(at).any(|it| step.items.contains(&it));
        let is_paper = |item: &Item| item.kind == ItemKind::Attachment && item.is_required();
        let papers = self
            .items
            .iter()
            .filter(|state| state.visible && inside(state.item) && form.items.get(state.item).is_some_and(is_paper));
        papers.fold((0, 0), |(all, there), state| (all + 1, there + usize::from(!state.answers.is_empty())))
    }
}
