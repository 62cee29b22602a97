//! The journeys, as a table: each is one sentence.
mod certificate;
mod embedded;
mod interrupted;
mod looks;
mod onsite;
mod words;

use crate::{browser::Browser, house::House};
use std::pin::Pin;

/// How a journey is walked.
pub type Walk = for<'a> fn(&'a House, &'a Browser) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// One journey.
pub struct Journey {
    /// What is true when it ends well.
    pub sentence: &'static str,
    /// Also in WebKit.
    pub everywhere: bool,
    /// It provokes errors on the page on purpose.
    pub noisy: bool,
    /// The way.
    pub walk: Walk,
}

macro_rules! journeys {
    ($($sentence:literal $(@ $($flag:ident),+)? => $room:ident :: $walk:ident;)*) => {
        /// All of them.
        pub static JOURNEYS: &[Journey] = &[$(
            Journey {
                sentence: $sentence,
                everywhere: false $($(|| journeys!(@everywhere $flag))+)?,
                noisy: false $($(|| journeys!(@noisy $flag))+)?,
                walk: |house, phone| Box::pin($room::$walk(house, phone)),
            },
        )*];
    };
    (@everywhere everywhere) => { true };
    (@everywhere $other:ident) => { false };
    (@noisy noisy) => { true };
    (@noisy $other:ident) => { false };
}

journeys! {
    "a returned photo is replaced without touching the rest" @ everywhere => onsite::one_return;
    "the same way in English" => words::in_english;
    "naughty strings in every field break nothing" => words::naughty_strings;
    "a form filled without network is submitted once when it is back" @ noisy => interrupted::offline;
    "a lost reply does not make a second application" @ noisy => interrupted::lost_reply;
    "a session that ends in the middle of the form costs nothing" @ noisy => interrupted::session_ends;
    "a stream that is killed is replaced by asking now and then" @ noisy => interrupted::stream_killed;
    "a panic shows the recovery screen and what was typed is kept" @ noisy => interrupted::after_a_panic;
    "files that are no good are refused with words" => onsite::refused_files;
    "neither the app nor the page around it disturbs the other" @ everywhere, noisy => embedded::side_by_side;
    "axe finds nothing on any screen, light and dark" => looks::axe;
    "a stranger verifies a certificate offline, before and after it is revoked" => certificate::verified;
}
