//! An element of the page, of one type whatever its tag: what the `view!` macro makes.
//!
//! It is a description until it is built. Then each thing that is read in a closure is an effect of the one type, and a
//! listener is a box. When a part is drawn anew and an element of the same tag comes where one stood, that one stays in
//! the page (with its focus and what is typed into it), and only what differs is set: what becomes of a description is in
//! [`standing`].

mod standing;

use crate::reactive::{RwSignal, Signal};
use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::tachys::renderer::types::Element as Node;
use leptos::tachys::view::iterators::StaticVec;
use send_wrapper::SendWrapper;
use std::any::Any;
use std::borrow::Cow;
use wasm_bindgen::{JsCast, JsValue};

pub use standing::Standing;

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
