//! Hands the form's hole for a document to the feature that fills it: the form does not know who that is.
use super::app::after_all;
use super::{Config, Parts};
use crate::apply::DrawDocument;
use crate::documents::Given;
use crate::i18n::Chapter;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// How a document is drawn, wherever a form asks for one.
pub(super) fn drawn(parts: Parts) -> DrawDocument {
    let assets = use_context::<Config>().map(|config| config.assets).unwrap_or_default();
    Arc::new(move |form, hole| {
        let given = Given { hole, form, assets: assets.clone(), parts: parts.papers };
        after_all(Chapter::Documents, Rc::new(move || (parts.documents)(given.clone())))
    })
}
