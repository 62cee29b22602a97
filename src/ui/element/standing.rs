//! What becomes of a description: an element in the page, and what is set and followed there as long as it stands.

use super::{Draft, Element, Given, Said};
use leptos::prelude::*;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::{Element as Node, Node as AnyNode};
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;
use std::borrow::Cow;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// An element that stands in the page.
pub struct Standing {
    tag: &'static str,
    element: Node,
    kept: Vec<(&'static str, Kept)>,
    children: Vec<AnyViewState>,
}

enum Kept {
    Said(Said),
    Live(RenderEffect<Said>),
    Other(#[expect(dead_code, reason = "it is followed as long as it is kept")] RenderEffect<()>),
    Heard(#[expect(dead_code, reason = "it is heard as long as it is kept")] Listener),
    Done,
}

/// Stops hearing when it is dropped.
struct Listener {
    element: Node,
    name: &'static str,
    act: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    fn new(element: &Node, name: &'static str, act: Box<dyn FnMut(web_sys::Event)>) -> Self {
        let act = Closure::wrap(act);
        if let Err(why) = element.add_event_listener_with_callback(name, act.as_ref().unchecked_ref()) {
            leptos::logging::warn!("{name}: {why:?}");
        }
        Self { element: element.clone(), name, act }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Err(why) = self.element.remove_event_listener_with_callback(self.name, self.act.as_ref().unchecked_ref())
        {
            leptos::logging::warn!("{}: {why:?}", self.name);
        }
    }
}

/// Sets one thing; `before` is what this place held in the description before.
fn keep(element: &Node, name: &'static str, given: Given, before: Option<Kept>) -> Kept {
    match given {
        Given::Said(said) => {
            if !matches!(&before, Some(Kept::Said(it)) if *it == said) {
                write(element, name, &said, before.is_some());
            }
            Kept::Said(said)
        }
        Given::Live(value) => {
            let was = match before {
                Some(Kept::Live(effect)) => effect.take_value(),
                _ => None,
            };
            let element = element.clone();
            let act = move |was: Option<Said>| {
                let said = value();
                if was.as_ref() != Some(&said) {
                    write(&element, name, &said, was.is_some());
                }
                said
            };
            Kept::Live(RenderEffect::new_with_value(act, was))
        }
        Given::Property(value) => {
            Rndr::set_property_or_value(element, name, &value);
            Kept::Done
        }
        Given::LiveProperty(value) => {
            let element = element.clone();
            follow(Box::new(move || Rndr::set_property_or_value(&element, name, &value())))
        }
        Given::Class(holds) => {
            let list = element.class_list();
            follow(Box::new(move || {
                if holds() {
                    Rndr::add_class(&list, name);
                } else {
                    Rndr::remove_class(&list, name);
                }
            }))
        }
        Given::Style(value) => {
            let style = element.unchecked_ref::<web_sys::HtmlElement>().style();
            follow(Box::new(move || Rndr::set_css_property(&style, name, &value())))
        }
        Given::On(act) => Kept::Heard(Listener::new(element, name, act)),
        Given::Node(load) => {
            load(element);
            Kept::Done
        }
        Given::Markup(markup) => {
            let said = Some(markup);
            if !matches!(&before, Some(Kept::Said(it)) if *it == said) {
                match &said {
                    Some(Cow::Borrowed(drawing)) => draw(element, drawing),
                    _ => element.set_inner_html(said.as_deref().unwrap_or_default()),
                }
            }
            Kept::Said(said)
        }
    }
}

/// A drawing is read once; where it is wanted again, its lines are copied.
fn draw(element: &Node, drawing: &'static str) {
    thread_local! {
        static READ: RefCell<Vec<(&'static str, Node)>> = const { RefCell::new(Vec::new()) };
    }
    READ.with_borrow_mut(|read| {
        if let Some((_, before)) = read.iter().find(|(known, _)| std::ptr::eq(*known, drawing)) {
            element.set_inner_html("");
            let mut line = before.first_child();
            while let Some(this) = line {
                if let Err(why) = this.clone_node_with_deep(true).and_then(|copy| element.append_child(&copy)) {
                    leptos::logging::warn!("a drawing: {why:?}");
                }
                line = this.next_sibling();
            }
            return;
        }
        element.set_inner_html(drawing);
        if let Ok(copy) = element.clone_node_with_deep(true) {
            read.push((drawing, copy.unchecked_into()));
        }
    });
}

fn follow(act: Box<dyn Fn()>) -> Kept {
    Kept::Other(RenderEffect::new(move |_| act()))
}

fn write(element: &Node, name: &str, said: &Said, was_there: bool) {
    match said {
        Some(words) => Rndr::set_attribute(element, name, words),
        None if was_there => Rndr::remove_attribute(element, name),
        None => {}
    }
}

impl Kept {
    /// Whether this is what became of such a thing.
    fn is_of(&self, given: &Given) -> bool {
        match given {
            Given::Said(_) | Given::Markup(_) => matches!(self, Self::Said(_)),
            Given::Live(_) => matches!(self, Self::Live(_)),
            Given::LiveProperty(_) | Given::Class(_) | Given::Style(_) => matches!(self, Self::Other(_)),
            Given::On(_) => matches!(self, Self::Heard(_)),
            Given::Property(_) | Given::Node(_) => matches!(self, Self::Done),
        }
    }
}

/// Elements of a drawing: in the name space of HTML they would be there and show nothing.
const DRAWN: [&str; 9] = ["svg", "path", "g", "rect", "circle", "line", "polygon", "polyline", "use"];

impl Render for Element {
    type State = Standing;

    fn build(self) -> Standing {
        let Draft { tag, given, children } = *self.0.take();
        let space = DRAWN.contains(&tag).then_some("http://www.w3.org/2000/svg");
        let element = Rndr::create_element(tag, space);
        let kept = given.into_iter().map(|(name, given)| (name, keep(&element, name, given, None))).collect();
        let mut children: Vec<AnyViewState> = children.into_iter().map(Render::build).collect();
        for child in &mut children {
            child.mount(&element, None);
        }
        Standing { tag, element, kept, children }
    }

    fn rebuild(self, standing: &mut Standing) {
        if !standing.is_of(&self.0) {
            let mut new = self.build();
            standing.insert_before_this(&mut new);
            standing.unmount();
            *standing = new;
            return;
        }
        let Draft { given, children, .. } = *self.0.take();
        let before = std::mem::take(&mut standing.kept);
        standing.kept = given
            .into_iter()
            .zip(before)
            .map(|((name, given), (_, before))| (name, keep(&standing.element, name, given, Some(before))))
            .collect();
        for (child, state) in children.into_iter().zip(&mut standing.children) {
            child.rebuild(state);
        }
    }
}

impl Standing {
    /// Whether it was described by a description of the same shape.
    fn is_of(&self, draft: &Draft) -> bool {
        self.tag == draft.tag
            && self.children.len() == draft.children.len()
            && self.kept.len() == draft.given.len()
            && self.kept.iter().zip(&draft.given).all(|((was, kept), (name, given))| was == name && kept.is_of(given))
    }
}

impl Mountable for Standing {
    fn unmount(&mut self) {
        self.element.remove();
    }

    fn mount(&mut self, parent: &Node, marker: Option<&AnyNode>) {
        Rndr::insert_node(parent, &self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let Some(parent) = self.element.parent_node() else { return false };
        child.mount(parent.unchecked_ref(), Some(&self.element));
        true
    }

    fn elements(&self) -> Vec<Node> {
        vec![self.element.clone()]
    }
}
