//! What the page around the app decides: never the build, always an attribute or `config.json`.

use super::Account;
use crate::apply::{DrawDocument, Seldom};
use crate::documents;
use crate::form::LoadWidgets;
use crate::i18n::{I18n, K};
use crate::offline::LoadOffice;
use crate::route::{Route, RouteMode};
use crate::ui::{FirstHeading, Frame, LoadPart};

/// The settings of one instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Base URL of the backend; empty means where the app comes from.
    pub api: String,
    /// Language to begin in; a choice the person made before comes first.
    pub lang: Option<String>,
    /// `light`, `dark` or `auto`.
    pub theme: Option<String>,
    /// `usual` or `elder`.
    pub size: Option<String>,
    /// `usual` or `more`.
    pub contrast: Option<String>,
    /// Which part of the URL is ours.
    pub route: RouteMode,
    /// Path below which the app is served, for [`RouteMode::Path`].
    pub base: String,
    /// The place to begin at when the URL says nothing.
    pub start: Option<String>,
    /// URL prefix of the build's files; ends with `/`.
    pub assets: String,
    /// Tells two instances on one page apart.
    pub uid: String,
    /// A part of somebody else's page.
    pub embedded: bool,
    /// The level of heading that the app begins with there.
    pub headings: Option<u8>,
    /// What the place calls the app, by the tag of each language; empty where it leaves that to us.
    pub names: Vec<(&'static str, String)>,
    /// The address of the place's logo, which stands where our mark does.
    pub logo: Option<String>,
}

impl Config {
    /// How the app stands in the page.
    pub fn frame(&self) -> Frame {
        if self.embedded { Frame::Embedded } else { Frame::OwnSite }
    }

    /// What the app is called here, in the language in use: by the place, else by us.
    pub fn app_name(&self, i18n: I18n) -> String {
        let lang = i18n.lang();
        let own = self.names.iter().find(|(tag, _)| *tag == lang);
        own.map_or_else(|| i18n.text(K::AppName), |(_, name)| name.clone())
    }

    /// Where our headings begin: below the page's own title, unless it says otherwise.
    pub fn first_heading(&self) -> FirstHeading {
        FirstHeading(self.headings.unwrap_or(2))
    }
}

/// The parts that are fetched when they are first needed. The entry of the program has the split points and fills this in.
#[derive(Clone, Copy)]
pub struct Parts {
    /// What faces the office: outbox, records, documents, certificates, events.
    pub office: LoadOffice,
    /// What this login and this phone have: home, look-up, outbox, settings.
    pub account: LoadPart<Account>,
    /// After the last step: check, receipt, what came back, the report.
    pub handover: LoadPart<(Route, DrawDocument)>,
    /// What of a draft's pages few people see.
    pub seldom: LoadPart<Seldom>,
    /// The widgets of the form that nobody needs for the first answer.
    pub widgets: LoadWidgets,
    /// An item that asks for a document.
    pub documents: LoadPart<documents::Given>,
    /// What is done with a document when a person asks for it.
    pub papers: documents::Parts,
    /// Status, timeline, withdrawal: [`Route::Status`].
    pub progress: LoadPart<Route>,
    /// Routes, slots, appointment, report, results.
    pub examination: LoadPart<Route>,
    /// Collecting, and the certificate itself.
    pub certificate: LoadPart<Route>,
    /// Somebody else's certificate.
    pub verify: LoadPart<Route>,
}
