//! Which language to begin in, and how to change it: the file is fetched, and until it is there (or when it never comes) the present one stays.

use super::Config;
use crate::api::Api;
use crate::i18n::{Chapter, I18n, Language};
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
    /// The language that was chosen and is on its way.
    coming: RwSignal<Option<&'static str>>,
    /// How often a language was chosen: what comes for an earlier choice is late.
    turn: StoredValue<u32>,
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
            coming: RwSignal::new(None),
            turn: StoredValue::new(0),
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

    /// The language that was chosen and is on its way.
    pub(crate) fn coming(self) -> Option<&'static str> {
        self.coming.get()
    }

    /// The person chose a language.
    pub fn choose(self, language: &'static Language) {
        keep_choice("lang", language.tag);
        self.change(language);
    }

    /// The page around the app changed its language; the person's own choice is not touched.
    pub fn change(self, language: &'static Language) {
        self.failed.set(false);
        self.turn.update_value(|turn| *turn += 1);
        if language.is_default() {
            self.coming.set(None);
            self.i18n.use_default();
        } else {
            self.coming.set(Some(language.tag));
            self.fetch(language);
        }
    }

    fn fetch(self, language: &'static Language) {
        let turn = self.turn.get_value();
        spawn_local(async move {
            let taken = self.taken(language, turn).await.is_some();
            if self.turn.try_get_value() == Some(turn) {
                self.coming.try_set(None);
                self.failed.try_set(!taken);
            }
            // Said once: told again, everything would be drawn anew, and what is under way on the page would be lost.
            if self.ready.try_get_untracked() == Some(false) {
                self.ready.try_set(true);
            }
        });
    }

    /// Goes to a language with all its files that are needed now; nothing where one of them cannot be had.
    async fn taken(self, language: &'static Language, turn: u32) -> Option<()> {
        let text = self.file(&language.file()).await?;
        loop {
            let mut chapters = Vec::new();
            for chapter in self.i18n.chapters() {
                chapters.push((chapter, self.file(&chapter.file(language)).await?));
            }
            // Another was chosen meanwhile.
            if self.turn.try_get_value() != Some(turn) {
                return None;
            }
            // A part that came meanwhile has begun to speak the language before.
            if chapters.len() == self.i18n.chapters().len() {
                return self.i18n.use_fetched(language, &text, &chapters).ok();
            }
        }
    }

    /// Has the sentences of a part that is about to be drawn here, in the language in use.
    pub(crate) async fn bring(self, chapter: Chapter) -> bool {
        while self.i18n.lacks(chapter) {
            let language = self.i18n.language_now();
            let Some(text) = self.file(&chapter.file(language)).await else { return false };
            // The language may have changed meanwhile.
            if self.i18n.language_now() == language && self.i18n.add_fetched(chapter, &text).is_err() {
                return false;
            }
        }
        true
    }

    async fn file(self, name: &str) -> Option<String> {
        let (api, url) = (self.api.try_get_value()?, format!("{}{name}", self.assets.try_get_value()?));
        api.sentences(&url).await.ok()
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
