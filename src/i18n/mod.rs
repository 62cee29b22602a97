//! Sentences, dates, numbers and lists, in the language of the person and the time zone of the office.
//!
//! You will not find a fetch here (the shell hands a language's file in), nor a rule about how an application stands: the sentence
//! follows from what `contract` says of its record.

mod catalogue;
mod format;
mod happened;
mod intl;
mod letters;
mod problem;
mod sentence;
mod standing;

pub use catalogue::{CatalogueError, Chapter, K, LANGUAGES, Language};
pub use format::spans;
pub use letters::{lower, upper};
pub use problem::minute_after;
pub use standing::{Office, queued};

use crate::reactive::{Memo, RwSignal, memo};
pub(crate) use catalogue::Catalogue;
use leptos::prelude::*;
use sentence::Filling;

/// One sentence with this in its gaps, in the first of its plural forms.
#[cfg(test)]
pub(crate) fn filled(sentence: &str, text: &dyn Fn(&str) -> Option<String>) -> String {
    sentence::fill(sentence, &Filling { text, form: &|_| 0, isolate: false })
}

/// A value for a `{…}` of a sentence. A number also chooses the plural.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Put in as it is.
    Text(String),
    /// Written by the language's rules.
    Number(f64),
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<u32> for Arg {
    fn from(n: u32) -> Self {
        Self::Number(f64::from(n))
    }
}

impl From<f64> for Arg {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<usize> for Arg {
    fn from(n: usize) -> Self {
        Self::Number(u32::try_from(n).map_or(f64::MAX, f64::from))
    }
}

/// The arguments of one sentence by name. A name that is not in the list counts as absent.
pub type Args<'a> = &'a [(&'a str, Arg)];

/// The language in use. One an instance of the app; read from context at the top of a page.
#[derive(Clone, Copy)]
pub struct I18n {
    spoken: StoredValue<Spoken>,
    /// How often it changed, for those who follow it here.
    heard: Memo<usize>,
}

struct Spoken {
    catalogue: Catalogue,
    /// Of the compiled-in language, as far as its parts have come.
    own: Catalogue,
    zone: String,
    changes: RwSignal<usize>,
}

impl Spoken {
    fn new(zone: &str) -> Self {
        #[cfg_attr(not(test), expect(unused_mut, reason = "tests know all parts"))]
        let mut own = Catalogue::compiled_in();
        #[cfg(test)]
        own.learn_all();
        Self { catalogue: own.clone(), own, zone: zone.to_owned(), changes: RwSignal::new(0) }
    }
}

impl I18n {
    /// Begins in the compiled-in language.
    ///
    /// The zone is an IANA name (`service.time_zone`); empty means the phone's own.
    pub fn new(zone: &str) -> Self {
        let spoken = Spoken::new(zone);
        let changes = spoken.changes;
        Self { spoken: StoredValue::new(spoken), heard: memo(move || changes.get()) }
    }

    /// The same, for one page. A signal never forgets who follows it, and every sentence of a page does; those of a page
    /// that is gone are forgotten with the page's own.
    #[must_use]
    pub fn for_page(self) -> Self {
        let changes = self.spoken.with_value(|spoken| spoken.changes);
        Self { heard: memo(move || changes.get()), ..self }
    }

    fn with<R>(self, read: impl FnOnce(&Spoken) -> R) -> R {
        // Asked for in answer to a press, a sentence is said once, and nobody follows it.
        #[cfg(debug_assertions)]
        let _on_purpose = leptos::reactive::diagnostics::SpecialNonReactiveZone::enter();
        // A sentence may still be asked for once its page is gone.
        self.heard.try_get();
        match self.spoken.try_read_value() {
            Some(spoken) => read(&spoken),
            // And once the app itself was taken out of its page.
            None => read(&Spoken::new("")),
        }
    }

    fn with_catalogue<R>(self, read: impl FnOnce(&Catalogue) -> R) -> R {
        self.with(|spoken| read(&spoken.catalogue))
    }

    fn with_zone<R>(self, read: impl FnOnce(&str) -> R) -> R {
        self.with(|spoken| read(&spoken.zone))
    }

    fn change(self, change: impl FnOnce(&mut Spoken)) {
        self.spoken.try_update_value(change);
        if let Some(changes) = self.spoken.try_with_value(|spoken| spoken.changes) {
            changes.update(|changes| *changes += 1);
        }
    }

    /// The one of the instance around the current view.
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self::new(""))
    }

    /// Tells the office's time zone once it is known.
    pub fn set_zone(self, zone: &str) {
        // A zone that this browser does not know is none: times are the phone's own then.
        let zone = if zone.is_empty() || intl::is_zone(zone) { zone } else { "" };
        if self.spoken.try_with_value(|spoken| spoken.zone != zone) == Some(true) {
            self.change(|spoken| zone.clone_into(&mut spoken.zone));
        }
    }

    /// The language in use.
    pub fn language(self) -> &'static Language {
        self.with_catalogue(|c| c.language)
    }

    /// Its tag, for `lang` and `Accept-Language`.
    pub fn lang(self) -> &'static str {
        self.language().tag
    }

    /// The language in use, for who does not follow it.
    pub fn language_now(self) -> &'static Language {
        self.spoken.try_with_value(|spoken| spoken.catalogue.language).unwrap_or_else(Language::default_language)
    }

    /// `ltr` or `rtl`.
    pub fn dir(self) -> &'static str {
        if self.language().rtl { "rtl" } else { "ltr" }
    }

    /// Goes to the compiled-in language.
    pub fn use_default(self) {
        self.change(|spoken| spoken.catalogue = spoken.own.clone());
    }

    /// A part of the app has come with its sentences, in the compiled-in language. It tells this before it draws anything; who
    /// follows the language is not told, since none of it was drawn before.
    pub fn learn(self, chapter: Chapter, text: &'static str) {
        self.spoken.try_update_value(|spoken| {
            if !spoken.own.has(chapter) {
                spoken.own.learn(chapter, text);
                if spoken.catalogue.language.is_default() {
                    spoken.catalogue = spoken.own.clone();
                }
            }
        });
    }

    /// Takes in what the pages that face the office say: three doors lead to them.
    pub fn learn_office(self) {
        self.learn(Chapter::Office, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.office.txt")));
    }

    /// Whether the sentences of a part have to be fetched in this language before it draws anything.
    pub fn lacks(self, chapter: Chapter) -> bool {
        let lacks = |spoken: &Spoken| !spoken.catalogue.language.is_default() && !spoken.catalogue.has(chapter);
        self.spoken.try_with_value(lacks).unwrap_or_default()
    }

    /// The chapters that are in use, for a language that takes the place of this one.
    pub fn chapters(self) -> Vec<Chapter> {
        let here = |spoken: &Spoken| {
            Chapter::ALL.into_iter().filter(|it| spoken.own.has(*it) || spoken.catalogue.has(*it)).collect()
        };
        self.spoken.try_with_value(here).unwrap_or_default()
    }

    /// The sentences of a part, fetched in the language in use. If it was drawn before they came, it is told.
    ///
    /// # Errors
    /// The file belongs to another version of the app.
    pub fn add_fetched(self, chapter: Chapter, text: &str) -> Result<(), CatalogueError> {
        let add = |spoken: &mut Spoken| (spoken.catalogue.add(chapter, text), spoken.own.has(chapter));
        let Some((added, drawn)) = self.spoken.try_update_value(add) else { return Ok(()) };
        if drawn {
            self.change(|_| ());
        }
        added
    }

    /// Goes to a language whose file was fetched, with those of the chapters in use.
    ///
    /// # Errors
    /// The file belongs to another version of the app; the language before it stays.
    pub fn use_fetched(
        self,
        language: &'static Language,
        text: &str,
        chapters: &[(Chapter, String)],
    ) -> Result<(), CatalogueError> {
        let mut catalogue = Catalogue::fetched(language, text)?;
        chapters.iter().try_for_each(|(chapter, text)| catalogue.add(*chapter, text))?;
        self.change(|spoken| spoken.catalogue = catalogue);
        Ok(())
    }

    /// A sentence that takes no arguments.
    pub fn text(self, key: K) -> String {
        self.with_catalogue(|c| c.sentence(key).to_owned())
    }

    /// A sentence with its arguments.
    pub fn say(self, key: K, args: Args<'_>) -> String {
        let find = |name: &str| args.iter().find(|(n, _)| *n == name).map(|(_, arg)| arg);
        let text = |name: &str| {
            find(name).map(|arg| match arg {
                Arg::Text(text) => text.clone(),
                Arg::Number(n) => self.number(*n),
            })
        };
        let form = |name: &str| match find(name) {
            Some(Arg::Number(n)) => self.plural(*n),
            Some(Arg::Text(_)) | None => usize::MAX,
        };
        self.with_catalogue(|c| {
            sentence::fill(c.sentence(key), &Filling { text: &text, form: &form, isolate: c.language.rtl })
        })
    }

    /// The plural form of a number: its place among the language's forms.
    fn plural(self, n: f64) -> usize {
        let category = intl::plural(self.lang(), n);
        self.with_catalogue(|c| {
            c.sentence(K::LangPlurals).split(' ').position(|name| name == category).unwrap_or(usize::MAX)
        })
    }
}

/// A sentence without arguments, for a view: `<p>{t(K::SaveSaving)}</p>`. It follows a change of language.
pub fn t(key: K) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let i18n = I18n::here();
    move || i18n.text(key)
}

/// A sentence with arguments, for a view: `tv(K::HomeEmptyBody, move || vec![("n", minutes.get().into())])`.
pub fn tv<F>(key: K, args: F) -> impl Fn() -> String + Clone + Send + Sync + 'static
where
    F: Fn() -> Vec<(&'static str, Arg)> + Clone + Send + Sync + 'static,
{
    let i18n = I18n::here();
    move || i18n.say(key, &args())
}
