//! One after the other: whoever comes second waits until the first one is done, or was given up.
use js_sys::{Function, Promise};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Whose turn it is.
#[derive(Default)]
pub(super) struct Turn {
    taken: RefCell<Option<(Promise, Function)>>,
}

impl Turn {
    /// Waits for its turn, and has it as long as what this gives lives.
    pub(super) async fn take(&self) -> Taken<'_> {
        loop {
            let before = self.taken.borrow().as_ref().map(|(over, _)| over.clone());
            let Some(over) = before else { break };
            // The promise is never rejected.
            drop(JsFuture::from(over).await);
        }
        let mut end = None;
        let over = Promise::new(&mut |resolve, _| end = Some(resolve));
        *self.taken.borrow_mut() = end.map(|end| (over, end));
        Taken(self)
    }

    pub(super) fn is_taken(&self) -> bool {
        self.taken.borrow().is_some()
    }
}

/// A turn that somebody has.
pub(super) struct Taken<'a>(&'a Turn);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some((_, end)) = self.0.taken.borrow_mut().take() {
            // Resolving a promise cannot fail.
            drop(end.call0(&JsValue::NULL));
        }
    }
}
