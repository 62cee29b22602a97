//! Hands the form's hole for a document to the feature that fills it: neither of the two knows the other.
use super::app::after_all;
use super::{Config, Parts};
use crate::apply::DrawDocument;
use crate::documents::Given;
use crate::form::AttachmentHole;
use crate::offline::FormKind;
use crate::reactive::derive;
use leptos::prelude::*;
use std::sync::Arc;

/// How a document is drawn, wherever a form asks for one.
pub(super) fn drawn(parts: Parts) -> DrawDocument {
    let assets = use_context::<Config>().map(|config| config.assets).unwrap_or_default();
    Arc::new(move |form, hole| {
        let given = given(form, hole, &assets, parts);
        after_all(move || (parts.documents)(given.clone()))
    })
}

fn given(form: FormKind, hole: AttachmentHole, assets: &str, parts: Parts) -> Given {
    let consent = hole.consent;
    Given {
        application: hole.application,
        form,
        pointer: hole.pointer,
        item: hole.item,
        answers: hole.answers,
        on_change: hole.on_change,
        label: hole.label,
        hint: hole.hint,
        because: hole.because,
        error: hole.error,
        words: hole.words,
        said_at: hole.said_at,
        refused: hole.refused,
        closed: hole.closed,
        first: hole.first,
        consent: derive(move || consent.with(|asked| (asked.given, asked.label.clone()))),
        id: hole.input_id,
        assets: assets.to_owned(),
        parts: parts.papers,
    }
}
