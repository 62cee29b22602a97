//! An element of the page, of one type whatever its tag: what the `view!` macro makes.
//!
//! It is a description until it is built. Then each thing that is read in a closure is an effect of the one type, and a
//! listener is a box. When a part is drawn anew and an element of the same tag comes where one stood, that one stays in
//! the page (with its focus and what is typed into it), and only what differs is set.

use crate::reactive::{RwSignal, Signal};
use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::{Element as Node, Node as AnyNode};
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::iterators::StaticVec;
use send_wrapper::SendWrapper;
use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// The value of an attribute: none takes it away.
pub type Said = Option<Cow<'static, str>>;

/// An element that is to be drawn.
pub struct Element(SendWrapper<Box<Draft>>);

struct Draft {
    tag: &'static str,
    given: Vec<(&'static str, Given)>,
    children: Vec<AnyView>,
}

enum Given {
    Said(Said),
    Live(Box<dyn Fn() -> Said>),
    Property(JsValue),
    LiveProperty(Box<dyn Fn() -> JsValue>),
    Class(Box<dyn Fn() -> bool>),
    Style(Box<dyn Fn() -> String>),
    On(Box<dyn FnMut(web_sys::Event)>),
    Node(Box<dyn FnOnce(&Node)>),
    Markup(Cow<'static, str>),
}

/// One view as the framework's erased type; what is erased already stays as it is.
pub fn child<V: IntoView + 'static>(view: V) -> AnyView {
    let mut view = Some(view);
    let erased = (&mut view as &mut dyn Any).downcast_mut::<Option<AnyView>>().and_then(Option::take);
    match (erased, view) {
        (Some(erased), _) => erased,
        (None, Some(view)) => view.into_any(),
        (None, None) => ().into_any(),
    }
}

/// Several views side by side.
pub fn siblings(views: Vec<AnyView>) -> StaticVec<AnyView> {
    views.into()
}

impl Element {
    /// One with nothing in it.
    pub fn new(tag: &'static str) -> Self {
        Self(SendWrapper::new(Box::new(Draft { tag, given: Vec::new(), children: Vec::new() })))
    }

    fn give(&mut self, name: &'static str, given: Given) {
        self.0.given.push((name, given));
    }

    /// An attribute that stays.
    pub fn word(&mut self, name: &'static str, words: &'static str) {
        self.say(name, Some(Cow::Borrowed(words)));
    }

    /// An attribute that stays, if there is one.
    pub fn say(&mut self, name: &'static str, said: Said) {
        self.give(name, Given::Said(said));
    }

    /// An attribute that follows what its value reads.
    pub fn live(&mut self, name: &'static str, value: Box<dyn Fn() -> Said>) {
        self.give(name, Given::Live(value));
    }

    /// A class that is there while this holds.
    pub fn class_when(&mut self, name: &'static str, holds: impl Fn() -> bool + 'static) {
        self.give(name, Given::Class(Box::new(holds)));
    }

    /// One line of style.
    pub fn style(&mut self, name: &'static str, value: impl Fn() -> String + 'static) {
        self.give(name, Given::Style(Box::new(value)));
    }

    /// Its content as markup. Only for drawings of our own: nothing is escaped.
    pub fn markup(&mut self, markup: impl Into<Cow<'static, str>>) {
        self.give("innerHTML", Given::Markup(markup.into()));
    }

    /// Gives the element to whoever waits for it.
    pub fn node<E: ElementType + 'static>(&mut self, node: NodeRef<E>)
    where
        NodeRef<E>: NodeRefContainer<E>,
    {
        self.give("", Given::Node(Box::new(move |element| node.load(element))));
    }

    /// A field whose text the signal is, both ways.
    pub fn bound(&mut self, text: RwSignal<String>) {
        Property::give(move || text.get(), self, "value");
        self.on(leptos::ev::input, move |event| text.set(event_target_value(&event)));
    }

    /// Hears an event, as the one that the view belongs to.
    pub fn on<E: EventDescriptor>(&mut self, event: E, mut act: impl FnMut(E::EventType) + 'static)
    where
        E::EventType: JsCast,
    {
        let Cow::Borrowed(name) = event.name() else {
            leptos::logging::warn!("an event without a fixed name: {}", event.name());
            return;
        };
        self.hear(name, Box::new(move |event: web_sys::Event| act(event.unchecked_into())));
    }

    fn hear(&mut self, name: &'static str, mut act: Box<dyn Hear>) {
        let owner = Owner::current().unwrap_or_default();
        self.give(
            name,
            Given::On(Box::new(move |event| {
                // A field that is taken from the screen with its page is left, and nobody is there any more to hear of it.
                if !owner.paused() {
                    owner.with(|| act.hear(event));
                }
            })),
        );
    }

    /// Puts something into it, after what is there.
    pub fn child(&mut self, child: AnyView) {
        self.0.children.push(child);
    }
}

/// What hears an event. A box of a closure holds two ways to call it, of which nobody uses one.
trait Hear {
    fn hear(&mut self, event: web_sys::Event);
}

impl<F: FnMut(web_sys::Event)> Hear for F {
    fn hear(&mut self, event: web_sys::Event) {
        self(event);
    }
}

/// What an attribute can be given as.
pub trait Value {
    /// Writes it into the description of an element.
    fn give(self, element: &mut Element, name: &'static str);
}

/// What can be said as an attribute's words.
pub trait Words {
    /// The words; none where the attribute is not there.
    fn said(self) -> Said;
}

macro_rules! words {
    ($($kind:ty: $it:ident => $said:expr;)*) => {$(
        impl Words for $kind {
            fn said(self) -> Said {
                let $it = self;
                $said
            }
        }
        impl Value for $kind {
            fn give(self, element: &mut Element, name: &'static str) {
                element.say(name, self.said());
            }
        }
    )*};
}

words! {
    &'static str: it => Some(Cow::Borrowed(it));
    String: it => Some(Cow::Owned(it));
    Cow<'static, str>: it => Some(it);
    bool: it => it.then_some(Cow::Borrowed(""));
    Option<&'static str>: it => it.map(Cow::Borrowed);
    Option<String>: it => it.map(Cow::Owned);
    usize: it => Some(Cow::Owned(it.to_string()));
}

impl<F: Fn() -> W + 'static, W: Words> Value for F {
    fn give(self, element: &mut Element, name: &'static str) {
        element.live(name, Box::new(move || self().said()));
    }
}

impl<W: Words + Clone + 'static> Value for Signal<W> {
    fn give(self, element: &mut Element, name: &'static str) {
        element.live(name, Box::new(move || self.get().said()));
    }
}

/// What a property can be given as.
pub trait Property {
    /// Writes it into the description of an element.
    fn give(self, element: &mut Element, name: &'static str);
}

impl Property for String {
    fn give(self, element: &mut Element, name: &'static str) {
        element.give(name, Given::Property(JsValue::from(self)));
    }
}

impl<F: Fn() -> P + 'static, P: Into<JsValue>> Property for F {
    fn give(self, element: &mut Element, name: &'static str) {
        element.give(name, Given::LiveProperty(Box::new(move || self().into())));
    }
}

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

/// What the framework asks of a view beside drawing it.
///
/// Attributes from outside are not taken: what a component may be told is its parameters. And the app is drawn in the browser
/// only, so there is no markup of it and nothing to take over from such.
macro_rules! in_the_browser_only {
    ($view:ty, $state:ty) => {
        impl leptos::prelude::AddAnyAttr for $view {
            type Output<SomeNewAttr: leptos::tachys::html::attribute::Attribute> = Self;

            fn add_any_attr<NewAttr: leptos::tachys::html::attribute::Attribute>(self, _: NewAttr) -> Self {
                self
            }
        }

        impl leptos::prelude::RenderHtml for $view {
            type AsyncOutput = Self;
            type Owned = Self;

            const MIN_LENGTH: usize = 0;

            fn dry_resolve(&mut self) {}

            async fn resolve(self) -> Self {
                self
            }

            fn to_html_with_buf(
                self,
                _: &mut String,
                _: &mut leptos::tachys::view::Position,
                _: bool,
                _: bool,
                _: Vec<leptos::tachys::html::attribute::any_attribute::AnyAttribute>,
            ) {
            }

            fn hydrate<const FROM_SERVER: bool>(
                self,
                _: &leptos::tachys::hydration::Cursor,
                _: &leptos::tachys::view::PositionState,
            ) -> $state {
                self.build()
            }

            fn into_owned(self) -> Self {
                self
            }
        }
    };
}
pub(super) use in_the_browser_only;

in_the_browser_only!(Element, Standing);
