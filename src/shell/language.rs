//! Which language to begin in, and how to change it: the file is fetched, and until it is there (or when it never comes) the present one stays.

use super::Config;
use crate::api::Api;
use crate::i18n::{I18n, Language};
use crate::offline::{keep_choice, kept_choice};
use crate::reactive::{RwSignal, effect};
use crate::ui::Frame;
use leptos::{prelude::*, task::spawn_local};

/// The language switch. One an instance, read from context.
#[derive(Clone, Copy)]
pub struct Languages {
    i18n: I18n,
    api: StoredValue<Api>,
    assets: StoredValue<String>,
    failed: RwSignal<bool>,
    ready: RwSignal<bool>,
}

impl Languages {
    /// Begins in the person's language: chosen before, asked for by the page, or the browser's.
    pub fn new(config: &Config, i18n: I18n, api: Api) -> Self {
        let wanted = kept_choice("lang")
            .or_else(|| config.lang.clone())
            .or_else(|| window().navigator().language())
            .and_then(|tag| Language::find(&tag))
            .unwrap_or_else(Language::default_language);
        let languages = Self {
            i18n,
            api: StoredValue::new(api),
            assets: StoredValue::new(config.assets.clone()),
            failed: RwSignal::new(false),
            ready: RwSignal::new(wanted.is_default()),
        };
        if !wanted.is_default() {
            languages.fetch(wanted);
        }
        languages
    }

    /// Whether the first language is there, or will not come: what is drawn before would be in the wrong one.
    pub(crate) fn ready(self) -> bool {
        self.ready.get()
    }

    /// Whether the language asked for last could not be fetched.
    pub(crate) fn failed(self) -> bool {
        self.failed.get()
    }

    /// The person chose a language.
    pub fn choose(self, language: &'static Language) {
        keep_choice("lang", language.tag);
        self.change(language);
    }

    /// The page around the app changed its language; the person's own choice is not touched.
    pub fn change(self, language: &'static Language) {
        self.failed.set(false);
        if language.is_default() {
            self.i18n.use_default();
        } else {
            self.fetch(language);
        }
    }

    fn fetch(self, language: &'static Language) {
        let url = format!("{}{}", self.assets.get_value(), language.file());
        let api = self.api.get_value();
        spawn_local(async move {
            let taken = api.sentences(&url).await.is_ok_and(|text| self.i18n.use_fetched(language, &text).is_ok());
            self.failed.try_update(|failed| *failed = !taken);
            // Said once: told again, everything would be drawn anew, and what is under way on the page would be lost.
            if self.ready.try_get_untracked() == Some(false) {
                self.ready.try_set(true);
            }
        });
    }

    /// Tells the document its language where the document is ours.
    pub(crate) fn follow(self, frame: Frame) {
        if frame == Frame::Embedded {
            return;
        }
        effect(move || {
            let (lang, dir) = (self.i18n.lang(), self.i18n.dir());
            if let Some(html) = document().document_element() {
                for (name, value) in [("lang", lang), ("dir", dir)] {
                    if let Err(why) = html.set_attribute(name, value) {
                        leptos::logging::warn!("{name}: {why:?}");
                    }
                }
            }
        });
    }
}
