//! The journeys, as a table: each is one sentence.
mod embedded;
mod recovery;

use crate::{browser::Browser, house::House};
use std::pin::Pin;

/// How a journey is walked.
pub type Walk = for<'a> fn(&'a mut House, &'a Browser) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

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

const fn journey(sentence: &'static str, walk: Walk) -> Journey {
    Journey { sentence, everywhere: false, noisy: false, walk }
}

/// All of them.
pub static JOURNEYS: &[Journey] = &[
    Journey {
        everywhere: true,
        ..journey("neither the app nor the page around it disturbs the other", |house, phone| {
            Box::pin(embedded::side_by_side(house, phone))
        })
    },
    Journey {
        noisy: true,
        ..journey("a panic shows the recovery screen and what was typed is kept", |house, phone| {
            Box::pin(recovery::after_a_panic(house, phone))
        })
    },
];
