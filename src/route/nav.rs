//! Where we are, told by and to the browser: one location adapter for a site of its own and for a corner of somebody else's page.
//!
//! The host's links, title, history state and scroll are not ours; only elements with `data-to` inside our own root are.

use super::Route;
use super::turn::{Popped, Turn};
use crate::reactive::{RwSignal, Signal, provided};
use js_sys::{Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Which part of the URL says where we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RouteMode {
    /// The path: a site of its own.
    #[default]
    Path,
    /// `#/hc/…`: the usual way when embedded; the host's server never sees it.
    Hash,
    /// `?hc=/…`: for hosts that need the hash themselves.
    Query,
}

impl RouteMode {
    /// As it stands in the attribute or configuration; anything unknown is `None`.
    pub fn from_attribute(value: &str) -> Option<Self> {
        match value {
            "path" => Some(Self::Path),
            "hash" => Some(Self::Hash),
            "query" => Some(Self::Query),
            _ => None,
        }
    }
}

/// Why the place changed: it decides where focus and scroll go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The page was opened here.
    Opened,
    /// The person went forward.
    Went,
    /// Back or Forward: the scroll position that was left.
    CameBack {
        /// In CSS pixels from the top.
        scroll: i32,
    },
}

/// The member of `history.state` that is ours.
const KEY: &str = "hc";
/// Where the scroll position of a left page is noted.
const SCROLL: &str = "hc-y";
/// Where the page we came from is noted, so that a reload knows it too.
const FROM: &str = "hc-from";
/// Where the place of the entry below is noted: what took another's place came from there and stands above somewhere else.
const BELOW: &str = "hc-below";

/// Set in an entry of the history that is a further step of the page below it.
const LAYER: &str = "hc-layer";

/// The location. One an instance of the app, read from context.
#[derive(Clone, Copy)]
pub struct Nav {
    route: RwSignal<Route>,
    arrival: RwSignal<Arrival>,
    place: StoredValue<Place>,
}

/// A further step of one page, with an entry of its own in the history: Back leads to the step before and not away.
#[derive(Clone, Default)]
struct Layer {
    /// The current entry is one.
    open: bool,
    /// It is being left,
    leaving: bool,
    /// and then this place takes the place of the page below,
    then: Option<Route>,
    /// or the page goes on with it.
    again: bool,
}

/// How the place is written into the URL.
struct Place {
    mode: RouteMode,
    /// The scroll is ours, not that of a page around us.
    owns_scroll: bool,
    base: String,
    /// The host's own path: when it differs, the host went somewhere and we stay.
    host_path: String,
    /// Where we were before.
    from: Option<Route>,
    layer: Layer,
    /// The place below is gone back to in the stead of this one: it begins at its top.
    returning: bool,
    /// Grows when a layer was left.
    layers_left: RwSignal<u32>,
}

impl Nav {
    /// Reads where we are; `start` is the path to begin at when the URL says nothing about us, and the scroll of the page may
    /// be ours.
    pub fn new(mode: RouteMode, base: &str, start: Option<&str>, owns_scroll: bool) -> Self {
        let place = Place {
            mode,
            owns_scroll,
            base: base.trim_end_matches('/').to_owned(),
            host_path: location_part(web_sys::Location::pathname),
            from: noted(FROM),
            layer: Layer::default(),
            returning: false,
            layers_left: RwSignal::new(0),
        };
        let path = place.read().or_else(|| start.map(str::to_owned)).unwrap_or_else(|| "/".into());
        Self {
            route: RwSignal::new(Route::parse(&path)),
            arrival: RwSignal::new(Arrival::Opened),
            place: StoredValue::new(place),
        }
    }

    /// The one of the instance around the current view.
    ///
    /// # Panics
    /// Outside of the shell, which provides it before it draws anything.
    pub fn here() -> Self {
        provided()
    }

    /// Where we are.
    pub fn route(self) -> Signal<Route> {
        self.route.into()
    }

    /// Whether we are there: who waited for a reply may have gone elsewhere meanwhile.
    pub fn is_at(self, route: &Route) -> bool {
        // Of an app that was taken out of its page nothing is anywhere.
        self.route.try_with_untracked(|here| here == route) == Some(true)
    }

    /// How we came here.
    pub fn arrival(self) -> Arrival {
        self.arrival.get_untracked()
    }

    /// Where we were before, within this visit; a reload changes nothing about it.
    pub fn came_from(self) -> Option<Route> {
        self.place.with_value(|place| place.from.clone())
    }

    /// What an `<a>` to this place has as `href`. It also needs `data-to=route.path()`, or use [`Nav::link`].
    pub fn href(self, route: &Route) -> String {
        self.place.with_value(|p| p.href(&route.path()))
    }

    /// Both attributes of a link: `let (href, to) = nav.link(&Route::Home)`, then `<a href=href data-to=to>`.
    pub fn link(self, route: &Route) -> (String, String) {
        (self.href(route), route.path())
    }

    /// Goes forward to a place. Where one is already, it begins again at its first step and at its top: another entry would
    /// make of the next Back a press that does nothing.
    pub fn go(self, route: Route) {
        if self.is_at(&route) {
            if self.place.with_value(|place| place.layer.open) {
                self.leave_layer();
            } else if self.place.with_value(|place| place.owns_scroll) {
                window().scroll_to_with_x_and_y(0.0, 0.0);
            }
            return;
        }
        Self::remember_scroll();
        self.write(route, false);
    }

    /// Goes to a place in this one's stead, so that Back does not return here: after a submission, after signing in.
    pub fn replace(self, route: Route) {
        if self.place.with_value(|place| place.layer.open) {
            self.place.update_value(|place| place.layer.then = Some(route));
            self.leave_layer();
        } else {
            self.write_over(route);
        }
    }

    /// A place that is the one below already is gone back to: twice in the history, it would take two presses of Back to leave.
    fn write_over(self, route: Route) {
        // Whoever is on the way there already would go back twice.
        if self.place.with_value(|place| place.returning) {
            return;
        }
        if !self.is_at(&route) && went_below(&route) {
            self.place.update_value(|place| place.returning = true);
        } else {
            self.write(route, true);
        }
    }

    /// The page goes one step further, in the same place: Back leads to the step before.
    pub fn open_layer(self) {
        let (open, leaving) = self.place.with_value(|place| (place.layer.open, place.layer.leaving));
        if open || leaving {
            // The entry of one that the page before this one knew is still being left.
            self.place.update_value(|place| place.layer.again = !open);
            return;
        }
        let Ok(history) = window().history() else { return };
        let (state, here) = (kept_state(&history), self.route.get_untracked());
        let href = self.href(&here);
        // The page below is known by its entry when Back leads to it: the host may put its own between.
        set(&state, KEY, &JsValue::from_str(&here.path()));
        if let Err(why) = history.replace_state_with_url(&state, "", Some(&href)) {
            leptos::logging::warn!("history: {why:?}");
        }
        set(&state, LAYER, &JsValue::TRUE);
        if history.push_state_with_url(&state, "", Some(&href)).is_ok() {
            self.place.update_value(|place| place.layer = Layer { open: true, ..Layer::default() });
        }
    }

    /// The page is back at the step before, or done with it.
    pub fn leave_layer(self) {
        if !self.place.with_value(|place| place.layer.open && !place.layer.leaving) {
            return;
        }
        self.place.update_value(|place| place.layer.leaving = true);
        if window().history().and_then(|history| history.back()).is_err() {
            self.left_layer();
        }
    }

    /// Grows when a further step of a page was left.
    pub fn layers_left(self) -> Signal<u32> {
        self.place.with_value(|place| place.layers_left).into()
    }

    fn left_layer(self) {
        let left = self.place.try_update_value(|place| (std::mem::take(&mut place.layer), place.layers_left));
        match left {
            Some((Layer { then: Some(route), .. }, _)) => self.write_over(route),
            Some((_, layers_left)) => layers_left.update(|left| *left += 1),
            None => {}
        }
    }

    /// The browser's Back where that leads to `route`, else a step to `route`.
    pub fn back(self, route: Route) {
        if !went_below(&route) {
            self.go(route);
        }
    }

    fn write(self, route: Route, replace: bool) {
        let Some(owns_scroll) = self.place.try_with_value(|place| place.owns_scroll) else { return };
        let href = self.href(&route);
        if owns_scroll {
            // Before the new page stands, so that its layout need not be known for this.
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        if let Ok(history) = window().history() {
            let state = kept_state(&history);
            let here = self.route.get_untracked();
            self.place.update_value(|place| (place.layer, place.returning) = (Layer::default(), false));
            set(&state, LAYER, &JsValue::UNDEFINED);
            set(&state, KEY, &JsValue::from_str(&route.path()));
            set(&state, FROM, &JsValue::from_str(&here.path()));
            if !replace {
                set(&state, BELOW, &JsValue::from_str(&here.path()));
            }
            set(&state, SCROLL, &JsValue::from_f64(0.0));
            let written = if replace {
                history.replace_state_with_url(&state, "", Some(&href))
            } else {
                history.push_state_with_url(&state, "", Some(&href))
            };
            if let Err(why) = written {
                // Browsers refuse after some hundred changes in half a minute; the page still changes.
                leptos::logging::warn!("history: {why:?}");
            }
        }
        self.arrive(route, Arrival::Went);
    }

    fn arrive(self, route: Route, how: Arrival) {
        let old = self.route.get_untracked();
        if old == route {
            return;
        }
        self.place.update_value(|place| place.from = Some(old));
        self.arrival.set(how);
        self.route.set(route);
    }

    fn remember_scroll() {
        if let Ok(history) = window().history() {
            let state = kept_state(&history);
            let (noted, y) = (Reflect::get(&state, &SCROLL.into()), window().scroll_y().unwrap_or_default());
            // An entry of the history is dear to write.
            if (noted.ok().and_then(|noted| noted.as_f64()).unwrap_or_default() - y).abs() < 1.0 {
                return;
            }
            set(&state, SCROLL, &JsValue::from_f64(y));
            if let Err(why) = history.replace_state(&state, "") {
                leptos::logging::warn!("history: {why:?}");
            }
        }
    }

    /// Follows Back and Forward until the current owner is cleaned up.
    pub fn listen(self) {
        let opened_at = self.route.get_untracked();
        let handle = window_event_listener(leptos::ev::popstate, move |event| {
            let Some(Some(route)) = self.place.try_with_value(|p| p.came_to(&opened_at)) else { return };
            let noted = |key: &str| Reflect::get(&event.state(), &key.into()).unwrap_or_default();
            let popped = Popped {
                ours: noted(KEY).is_string(),
                layer: noted(LAYER).is_truthy(),
                elsewhere: !self.is_at(&route),
            };
            let (open, leaving) = self.place.with_value(|place| (place.layer.open, place.layer.leaving));
            if leaving && !open && !popped.elsewhere {
                let layer = self.place.try_update_value(|place| std::mem::take(&mut place.layer));
                if layer.is_some_and(|layer| layer.again) {
                    self.open_layer();
                }
                return;
            }
            match popped.turn(open, leaving) {
                Turn::Nothing => {}
                Turn::Left => self.left_layer(),
                Turn::Over => step_back(),
                Turn::Arrived => {
                    let returned = self.place.try_update_value(|place| {
                        place.layer = Layer::default();
                        std::mem::take(&mut place.returning)
                    });
                    let left_at = noted(SCROLL).as_f64().filter(|_| returned != Some(true));
                    #[expect(clippy::cast_possible_truncation, reason = "a scroll position in pixels")]
                    let scroll = left_at.unwrap_or_default() as i32;
                    self.arrive(route, Arrival::CameBack { scroll });
                }
            }
        });
        on_cleanup(move || handle.remove());
        // Opened anew on a step that only the page before knew: its entry is left, so that Back is no dead press.
        let is_over = window().history().and_then(|history| history.state()).ok().is_some_and(|state| {
            state.is_object() && Reflect::get(&state, &LAYER.into()).is_ok_and(|layer| layer.is_truthy())
        });
        if is_over {
            self.place.update_value(|place| place.layer.leaving = true);
            step_back();
        }
    }

    /// `on:click` of our outermost element: follows our own links, and no others.
    pub fn on_click(self, event: &web_sys::MouseEvent) {
        if event.default_prevented()
            || event.button() != 0
            || event.meta_key()
            || event.ctrl_key()
            || event.alt_key()
            || event.shift_key()
        {
            return;
        }
        let anchor = event
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
            .and_then(|e| e.closest("a[data-to]").ok().flatten());
        if let Some(to) = anchor.and_then(|a| a.get_attribute("data-to")) {
            event.prevent_default();
            self.go(Route::parse(&to));
        }
    }
}

impl Place {
    /// The path that the URL says we are at; `None` when it says nothing about us.
    fn read(&self) -> Option<String> {
        let or_root = |path: &str| {
            if path.is_empty() { "/".into() } else { path.to_owned() }
        };
        match self.mode {
            RouteMode::Path => location_part(web_sys::Location::pathname).strip_prefix(self.base.as_str()).map(or_root),
            RouteMode::Hash => location_part(web_sys::Location::hash).strip_prefix("#/hc").map(or_root),
            RouteMode::Query => {
                web_sys::UrlSearchParams::new_with_str(&location_part(web_sys::Location::search)).ok()?.get(KEY)
            }
        }
    }

    /// Where Back or Forward led; `None` when that was the host's own business.
    fn came_to(&self, opened_at: &Route) -> Option<Route> {
        if self.mode != RouteMode::Path && location_part(web_sys::Location::pathname) != self.host_path {
            return None;
        }
        match (self.read(), self.mode) {
            (Some(path), _) => Some(Route::parse(&path)),
            // The entry from before our first step.
            (None, RouteMode::Query) => Some(opened_at.clone()),
            (None, RouteMode::Hash) if location_part(web_sys::Location::hash).is_empty() => Some(opened_at.clone()),
            (None, RouteMode::Hash | RouteMode::Path) => None,
        }
    }

    fn href(&self, path: &str) -> String {
        match self.mode {
            RouteMode::Path => format!("{}{path}", self.base),
            RouteMode::Hash => format!(
                "{}{}#/hc{path}",
                location_part(web_sys::Location::pathname),
                location_part(web_sys::Location::search)
            ),
            RouteMode::Query => {
                let (host, hash) = (location_part(web_sys::Location::pathname), location_part(web_sys::Location::hash));
                let query =
                    web_sys::UrlSearchParams::new_with_str(&location_part(web_sys::Location::search)).map(|all| {
                        all.set(KEY, path);
                        String::from(all.to_string()).replace("%2F", "/")
                    });
                format!("{host}?{}{hash}", query.unwrap_or_default())
            }
        }
    }
}

fn step_back() {
    if let Err(why) = window().history().and_then(|history| history.back()) {
        leptos::logging::warn!("history: {why:?}");
    }
}

/// Goes back where that leads to this place; false where it does not.
fn went_below(route: &Route) -> bool {
    noted(BELOW).as_ref() == Some(route) && window().history().and_then(|history| history.back()).is_ok()
}

/// A place that this entry of the history has a note of.
fn noted(key: &str) -> Option<Route> {
    let state = window().history().ok()?.state().ok().filter(JsValue::is_object)?;
    let place = Reflect::get(&state, &key.into()).ok()?.as_string()?;
    Some(Route::parse(&place))
}

/// One part of `location`, empty where the browser will not tell.
fn location_part(part: fn(&web_sys::Location) -> Result<String, JsValue>) -> String {
    part(&window().location()).unwrap_or_default()
}

/// A copy of `history.state`, so that the host's router keeps its own keys.
fn kept_state(history: &web_sys::History) -> Object {
    let state = Object::new();
    if let Ok(old) = history.state()
        && old.is_object()
    {
        Object::assign(&state, old.unchecked_ref());
    }
    state
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a member of a plain object of our own cannot fail.
    drop(Reflect::set(object, &JsValue::from_str(key), value));
}
