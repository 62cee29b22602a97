//! The widgets that are typed into, listed, ticked alone or repeated: a part of the app of its own. A form begins with a
//! choice, and whoever makes the first waits for nothing else.

use super::autocomplete::list_field;
use super::choices::{select_field, tick_field};
use super::document::attachment;
use super::item::{Place, is_always_asked, with_inside};
use super::lines::lines_field;
use super::rows::row_group;
use super::typed::derived;
use super::typed_field::{area_field, line_field};
use crate::reactive::provided;
use crate::ui::{PartMissing, part};
use contract::questionnaire::{Form, Step, Widget};
use leptos::prelude::*;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;

/// The part, as its split point hands it out.
#[derive(Clone, Copy)]
pub struct Widgets(fn(&Place, How) -> AnyView);

/// How an item stands on its page.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// It is asked.
    Asked,
    /// It is only read; `derived`: another answer contains it.
    Shown {
        /// See above.
        derived: bool,
    },
}

/// The part itself. Only its split point may name it.
pub const WIDGETS: Widgets = Widgets(drawn);

/// The part on its way; `None` if it is not to be had now.
pub type Fetching = Pin<Box<dyn Future<Output = Option<Widgets>>>>;

/// Fetches the part. The entry of the program makes it, and the shell provides it.
#[derive(Clone, Copy)]
pub struct LoadWidgets(pub fn() -> Fetching);

thread_local! {
    /// One for all forms of all instances: it has no state.
    static HERE: Cell<Option<Widgets>> = const { Cell::new(None) };
}

impl LoadWidgets {
    /// Waits until every widget can be drawn at once. False: they are not to be had now; asking again may help.
    pub async fn bring(self) -> bool {
        if HERE.get().is_none() {
            let found = (self.0)().await;
            HERE.set(found.or(HERE.get()));
        }
        HERE.get().is_some()
    }
}

/// Whether a page of the form cannot be drawn without them, whatever is answered on it.
pub fn needs_widgets(form: &Form, step: &Step) -> bool {
    let mut asked = with_inside(form, &step.items).filter(|at| is_always_asked(form, *at));
    asked.any(|at| {
        form.items.get(at).is_some_and(|item| {
            item.takes_lines() || !is_at_hand(item.widget()) || (item.read_only && item.is_question())
        })
    })
}

/// Whether it comes with the first visit.
fn is_at_hand(widget: Widget) -> bool {
    match widget {
        Widget::Nothing | Widget::Group | Widget::Display | Widget::Radios | Widget::Ticks => true,
        Widget::Rows
        | Widget::Line
        | Widget::Area
        | Widget::List
        | Widget::Select
        | Widget::Tick
        | Widget::Document => false,
    }
}

/// Draws an item by the part: at once where that is here, else as soon as it comes.
pub(super) fn fetched(place: &Place, how: How) -> AnyView {
    if let Some(Widgets(draw)) = HERE.get() {
        return draw(place, how);
    }
    let (load, place) = (provided::<LoadWidgets>(), place.clone());
    part(move || {
        let place = place.clone();
        Box::pin(async move {
            load.bring().await;
            let Widgets(draw) = HERE.get().ok_or(PartMissing)?;
            Ok(untrack(|| draw(&place, how)))
        })
    })
}

fn drawn(place: &Place, how: How) -> AnyView {
    if let How::Shown { derived: is_derived } = how {
        return derived(place, is_derived);
    }
    if place.item.takes_lines() {
        return lines_field(place);
    }
    match place.item.widget() {
        Widget::Rows => row_group(place),
        Widget::Line => line_field(place),
        Widget::Area => area_field(place),
        Widget::List => list_field(place),
        Widget::Select => select_field(place),
        Widget::Tick => tick_field(place),
        Widget::Document => attachment(place),
        // At hand.
        Widget::Radios | Widget::Ticks | Widget::Display | Widget::Group | Widget::Nothing => ().into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_form_begins_with_what_is_at_hand_and_all_else_waits_for_the_part() {
        let form = Form::load(include_str!("../../forms/health-certificate.questionnaire.json")).unwrap();
        let waits: Vec<_> = form.steps.iter().map(|step| (step.link_id.as_str(), needs_widgets(&form, step))).collect();
        let expected = ["category", "person", "contact", "work", "health", "documents", "consent"];
        assert_eq!(waits, expected.map(|step| (step, step != "category")));
    }

    #[test]
    fn what_is_asked_only_after_an_answer_keeps_no_page_waiting() {
        let needs = |item: &str| {
            let form = format!(
                r#"{{"resourceType":"Questionnaire","url":"https://a.example/f","version":"1","status":"active","item":[
                {{"linkId":"s","type":"group","text":"S","item":[{{"linkId":"c","type":"boolean","text":"C","required":true}},{item}]}}]}}"#
            );
            let form = Form::load(&form).unwrap();
            form.steps.first().map(|step| needs_widgets(&form, step))
        };
        let after = r#","enableWhen":[{"question":"c","operator":"=","answerBoolean":true}]"#;
        for (kind, more, expected) in [
            ("display", "", false),
            ("choice", "", false),
            ("string", "", true),
            ("text", "", true),
            ("attachment", "", true),
            // One tick alone.
            ("boolean", "", true),
            ("group", r#","repeats":true,"item":[{"linkId":"y","type":"boolean","text":"Y","required":true}]"#, true),
            ("string", after, false),
            ("boolean", r#","required":true"#, false),
            // To be read only.
            ("boolean", r#","required":true,"readOnly":true"#, true),
            ("display", r#","readOnly":true"#, false),
        ] {
            let item = format!(r#"{{"linkId":"x","type":"{kind}","text":"X"{more}}}"#);
            assert_eq!(needs(&item), Some(expected), "{item}");
        }
    }
}
