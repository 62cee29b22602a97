//! A telephone number in the middle of a sentence, to press.

use leptos::prelude::*;
use view::view;

/// A sentence, with this telephone number as a link wherever it stands in it.
pub fn telephone_in(sentence: &str, phone: &str) -> AnyView {
    if phone.is_empty() {
        return sentence.to_owned().into_any();
    }
    let between = sentence.split(phone).enumerate().map(|(part, words)| {
        let link = (part > 0).then(|| {
            let href = format!("tel:{phone}");
            view! { <a class="hc-link hc-num" href=href>{phone.to_owned()}</a> }
        });
        view! { {link} {words.to_owned()} }.into_any()
    });
    between.collect_view().into_any()
}
