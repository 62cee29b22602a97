//! Language, looks, and what this phone keeps.

use super::{Languages, Looks};
use crate::i18n::{I18n, K, LANGUAGES, Language, t};
use crate::reactive::{derive, provided};
use crate::route::{Nav, Route};
use crate::ui::{Choice, PageTitle, back_link, choice_group, live, section_title};
use leptos::prelude::*;
use view::view;

/// `/settings`.
pub(crate) fn page() -> AnyView {
    let nav = Nav::here();
    view! {
        {back_link(nav.link(&Route::Home), t(K::HomeTitle))}
        <PageTitle words=t(K::SettingsTitle)/>
        {language()}
        {looks()}
        {section_title(t(K::StorageTitle))}
        {super::storage::health()}
        {super::lock::section()}
        {super::storage::erase()}
    }
    .into_any()
}

fn language() -> AnyView {
    let (i18n, languages) = (I18n::here(), provided::<Languages>());
    let choices = LANGUAGES.iter().map(|l| Choice { value: l.tag.into(), label: l.name.into(), hint: None }).collect();
    let choose = Callback::new(move |tag: String| {
        if let Some(language) = Language::find(&tag) {
            languages.choose(language);
        }
    });
    let chosen = derive(move || languages.coming().unwrap_or_else(|| i18n.lang()).to_owned());
    // A slow network takes a while for it.
    let coming = move || languages.coming().map(|_| i18n.text(K::WaitOpen));
    view! {
        {choice_group(t(K::AppLanguage), choices, chosen, choose)}
        <p class="hc-hint" role="status">{live(coming)}</p>
    }
    .into_any()
}

/// An attribute, its name, and its values with their names.
type Look = (&'static str, K, &'static [(&'static str, K)]);

/// What a person may choose, with the words for it.
const LOOKS: [Look; 3] = [
    (
        "theme",
        K::SettingsTheme,
        &[("auto", K::SettingsThemeAuto), ("light", K::SettingsThemeLight), ("dark", K::SettingsThemeDark)],
    ),
    ("size", K::SettingsSize, &[("usual", K::SettingsSizeUsual), ("elder", K::SettingsSizeElder)]),
    ("contrast", K::SettingsContrast, &[("usual", K::SettingsContrastUsual), ("more", K::SettingsContrastMore)]),
];

fn looks() -> AnyView {
    let looks = provided::<Looks>();
    LOOKS
        .iter()
        .map(|(name, legend, values)| {
            let choices = values
                .iter()
                .map(|(value, label)| Choice { value: (*value).into(), label: t(*label).into(), hint: None })
                .collect();
            let choose = Callback::new(move |value: String| looks.choose(name, &value));
            choice_group(t(*legend), choices, looks.signal(name).into(), choose)
        })
        .collect_view()
        .into_any()
}
