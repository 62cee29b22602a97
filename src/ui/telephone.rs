//! A telephone number in the middle of a sentence, to press.

use leptos::prelude::*;
use view::view;

/// Stands for the number in a sentence that is being filled in: a character no sentence has.
const GAP: &str = "\u{fffc}";

/// The sentence that `say` makes around a number, whole in every language, with the number as a link. Nothing without one.
pub fn with_telephone(phone: &str, say: impl FnOnce(&str) -> String) -> Option<AnyView> {
    let sentence = say(GAP);
    let (before, after) = sentence.split_once(GAP).filter(|_| !phone.is_empty())?;
    let href = format!("tel:{phone}");
    Some(
        view! { {before.to_owned()}<a class="hc-link hc-num" href=href>{phone.to_owned()}</a>{after.to_owned()} }
            .into_any(),
    )
}
