//! Light or dark, text size, contrast: attributes that the style sheet reads, and the person's choice of them.

use super::Config;
use crate::offline::{keep_choice, kept_choice};
use crate::reactive::{RwSignal, effect};
use crate::ui::Frame;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The attributes, each with the values a person may choose; the first is the phone's own way.
pub(crate) const ATTRIBUTES: [(&str, [&str; 3]); 3] =
    [("theme", ["auto", "light", "dark"]), ("size", ["usual", "elder", ""]), ("contrast", ["usual", "more", ""])];

/// How the app looks. One an instance.
#[derive(Clone, Copy)]
pub struct Looks {
    /// `auto`, `light`, `dark`.
    pub theme: RwSignal<String>,
    /// `usual`, `elder`.
    pub size: RwSignal<String>,
    /// `usual`, `more`.
    pub contrast: RwSignal<String>,
}

impl Looks {
    /// The person's choice, else the page's, else the phone's way.
    pub fn new(config: &Config) -> Self {
        let [theme, size, contrast] = ATTRIBUTES.map(|(name, values)| {
            let given = match name {
                "theme" => config.theme.clone(),
                "size" => config.size.clone(),
                _ => config.contrast.clone(),
            };
            let wanted = kept_choice(name).or(given).filter(|w| values.contains(&w.as_str()));
            RwSignal::new(wanted.unwrap_or_else(|| values.first().copied().unwrap_or_default().to_owned()))
        });
        Self { theme, size, contrast }
    }

    /// Large text on or off.
    pub fn toggle_size(self) {
        let next = if untrack(|| self.is_elder()) { "usual" } else { "elder" };
        self.choose("size", next);
    }

    /// Whether the text is large.
    pub fn is_elder(self) -> bool {
        self.size.with(|s| s == "elder")
    }

    /// The person chose `value` for `theme`, `size` or `contrast`.
    pub fn choose(self, name: &'static str, value: &str) {
        keep_choice(name, value);
        self.signal(name).set(value.to_owned());
    }

    /// The signal behind a name.
    pub fn signal(self, name: &str) -> RwSignal<String> {
        match name {
            "theme" => self.theme,
            "size" => self.size,
            _ => self.contrast,
        }
    }

    /// Writes them where the style sheet looks: on our root, and on the element that carries it (`<html>`, or the custom element).
    pub(crate) fn follow(self, root: NodeRef<leptos::html::Div>, frame: Frame) {
        effect(move || {
            let Some(root) = root.get() else { return };
            let carrier = match frame {
                Frame::OwnSite => document().document_element(),
                Frame::Embedded => {
                    root.get_root_node().dyn_into::<web_sys::ShadowRoot>().ok().map(|shadow| shadow.host())
                }
            };
            for (name, values) in ATTRIBUTES {
                let value = self.signal(name).get();
                let attribute = format!("data-hc-{name}");
                let usual = values.first().is_some_and(|first| *first == value);
                for element in [Some(root.clone().into()), carrier.clone()].into_iter().flatten() {
                    let element: web_sys::Element = element;
                    let written = if usual {
                        element.remove_attribute(&attribute)
                    } else {
                        element.set_attribute(&attribute, &value)
                    };
                    if let Err(why) = written {
                        leptos::logging::warn!("{attribute}: {why:?}");
                    }
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_that_is_documented_names_what_there_is() {
        let example = include_str!("../../docs/backend.md").lines().find(|line| line.starts_with("{ \"api\""));
        let example: serde_json::Value = serde_json::from_str(example.unwrap_or_default()).expect("an example");
        for (name, values) in ATTRIBUTES {
            let wanted = example.get(name).and_then(serde_json::Value::as_str);
            assert!(wanted.is_none_or(|wanted| values.contains(&wanted)), "{name}: {wanted:?}");
        }
    }
}
