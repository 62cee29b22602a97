//! Which consents count: those that are asked now. Of two that exclude each other (one's own, and a guardian's) it is one.
use super::evaluate::Evaluation;
use super::form::{Consent, ConsentKind, Form, Item};
use super::pointer::Pointer;
use super::value::Value;

/// The topic of the consent to be told of the end of a certificate in good time.
const REMINDER: &str = "reminder";
/// So many days before a certificate ends is who agreed to it told: the sentence in the form should say the same.
pub const REMIND_DAYS: u64 = 30;

impl Form {
    /// The consent to be told of the end of a certificate, by its topic.
    pub fn reminder(&self) -> Option<&Item> {
        self.consents().find(|(_, consent)| consent.topic == REMINDER).map(|(item, _)| item)
    }
}

impl Evaluation {
    /// Whether somebody wants to be told of the end of their certificate.
    pub fn wants_reminder(&self, form: &Form) -> bool {
        form.reminder().is_some_and(|item| self.agreed(item) == Some(true))
    }

    /// Whether a consent that is asked now is given; `None` where it is not asked.
    pub fn agreed(&self, item: &Item) -> Option<bool> {
        let pointer = Pointer::item(&item.link_id);
        self.is_visible(&pointer).then(|| self.answers(&pointer).first() == Some(&Value::Boolean(true)))
    }

    /// Whether all of these consents that are asked now are given. Where the form has none of them nobody waits for one; where it
    /// has some and asks none yet, everybody does.
    pub fn all_agreed(&self, form: &Form, counts: &dyn Fn(&Item, &Consent) -> bool) -> bool {
        let mut these = form.consents().filter(|(item, consent)| counts(item, consent)).peekable();
        let none = these.peek().is_none();
        let asked: Vec<bool> = these.filter_map(|(item, _)| self.agreed(item)).collect();
        none || (!asked.is_empty() && asked.iter().all(|given| *given))
    }

    /// The steps whose own consent is not given: what stands in them stays on the phone.
    pub fn steps_not_agreed<'a>(&'a self, form: &'a Form) -> impl Iterator<Item = &'a str> {
        let is_open = |link_id: &str| {
            let here = |item: &Item| form.step_of(&item.link_id).is_some_and(|step| step.link_id == link_id);
            !self.all_agreed(form, &|item, consent| consent.kind == ConsentKind::SeparateConsent && here(item))
        };
        form.steps.iter().map(|step| step.link_id.as_str()).filter(move |link_id| is_open(link_id))
    }
}
