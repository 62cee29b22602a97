//! Where: the sites that examine this kind of work, by distance only if the person asks for it.
use super::days::DAYS;
use super::distance::{self, Position};
use super::trouble;
use crate::api::ApiError;
use crate::i18n::{I18n, K, spans, t, tv};
use crate::offline::{Needs, Offline};
use crate::reactive::{RwSignal, derive, effect, memo};
use crate::ui::{
    Announcer, Button, Icon, Kind, Tone, Words, after_picture, alert, choice_row, elements_in, failure_note,
    focus_in_place, fresh_id, has_lost_focus, live, note, telephone_in,
};
use chrono::NaiveDate;
use contract::api::Site;
use leptos::{html, prelude::*, task::spawn_local};
use view::view;

/// So many sites show before the person asks for more.
const FIRST: usize = 3;

/// What is known of the places.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) sites: RwSignal<Vec<Site>>,
    pub(super) chosen: RwSignal<Option<String>>,
    /// Why they could not be read.
    missing: RwSignal<Option<ApiError>>,
    /// They were, and there is none.
    none: RwSignal<bool>,
    asking: RwSignal<bool>,
    all: RwSignal<bool>,
    here: RwSignal<Option<Position>>,
    looking: RwSignal<bool>,
    failed: RwSignal<bool>,
    /// The first day on which one can come to a site, once it was asked for; none, if there is no place in the days that are offered.
    free: RwSignal<Vec<(String, Option<NaiveDate>)>>,
    /// It was asked for, and there was no answer.
    untold: RwSignal<bool>,
}

impl Places {
    pub(super) fn new(chosen: Option<String>) -> Self {
        Self {
            sites: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(chosen),
            missing: RwSignal::new(None),
            none: RwSignal::new(false),
            asking: RwSignal::new(false),
            all: RwSignal::new(false),
            here: RwSignal::new(None),
            looking: RwSignal::new(false),
            failed: RwSignal::new(false),
            free: RwSignal::new(Vec::new()),
            untold: RwSignal::new(false),
        }
    }

    /// Reads the sites for a kind of work, or all; again when the language changes, for they are called in the one that they
    /// were asked for in, and, where they are missing, when the network is back. Gives "Try again".
    pub(super) fn read(self, offline: Offline, category: Option<String>) -> Callback<()> {
        let (i18n, announcer) = (I18n::here(), Announcer::here());
        let phone = super::phone(offline);
        let ask = Callback::new(move |()| {
            self.asking.set(true);
            // What stands there already, and stays, is heard only when it is said again.
            let stood = self.missing.with_untracked(Option::is_some);
            let category = category.clone();
            spawn_local(async move {
                let reply = offline.sites(category.as_deref()).await;
                self.asking.try_set(false);
                let kept = match reply {
                    Ok(kept) => kept,
                    Err(why) => {
                        if stood {
                            announcer.say(&trouble::words(i18n, &why, &phone.try_get_untracked().unwrap_or_default()));
                        }
                        // Those that are here stay.
                        if self.sites.try_with_untracked(Vec::is_empty) == Some(true) {
                            self.missing.try_set(Some(why));
                        }
                        return;
                    }
                };
                self.missing.try_set(None);
                self.none.try_set(kept.value.is_empty());
                let first = kept.value.first().map(|site| site.id.clone());
                self.sites.try_set(kept.value);
                if self.chosen.try_get_untracked() == Some(None) {
                    self.chosen.try_set(first);
                }
            });
        });
        effect(move || {
            i18n.lang();
            ask.run(());
        });
        let is_missing = move || self.missing.try_with_untracked(Option::is_some) == Some(true);
        offline.when_back(Needs::Network, is_missing, move || ask.run(()));
        ask
    }

    /// Whether there is one to choose, followed.
    pub(super) fn are_here(self) -> bool {
        self.sites.with(|sites| !sites.is_empty())
    }

    /// That they could not be read, and the way to try again.
    pub(super) fn trouble(self, again: Callback<()>) -> AnyView {
        let missing = memo(move || self.missing.with(Option::is_some));
        // It stays while it is asked again, and with it the focus.
        live(move || {
            missing.get().then(|| {
                let body = view! {
                    {trouble::unread(self.missing.into(), K::ExamSitesFailedWhy, K::ExamSitesFailedWhy)}
                    <p><Button label=t(K::AppRetry) kind=Kind::Text busy=self.asking on_press=again/></p>
                };
                alert(Tone::Warn, Icon::Offline, body.into_any())
            })
        })
    }

    /// That this work is examined nowhere, and whom to ask.
    fn nowhere(self) -> AnyView {
        let (i18n, phone) = (I18n::here(), super::phone(Offline::here()));
        let none = self.none;
        let words = move || {
            let phone = phone.get();
            telephone_in(&i18n.say(K::ExamSitesNone, &[("phone", phone.as_str().into())]), &phone)
        };
        live(move || none.get().then(|| note(Tone::Warn, Icon::Place, true, view! { <p>{live(words)}</p> }.into_any())))
            .into_any()
    }

    /// The sites in the order to show, with their distance where it is known.
    fn sorted(self) -> Vec<(Site, Option<f64>)> {
        let here = self.here.get();
        let mut all: Vec<(Site, Option<f64>)> = self.sites.with(|sites| {
            sites
                .iter()
                .map(|site| {
                    let there = site.lat.zip(site.lon);
                    (site.clone(), here.zip(there).map(|(here, there)| distance::kilometres(here, there)))
                })
                .collect()
        });
        if here.is_some() {
            all.sort_by(|(_, a), (_, b)| a.unwrap_or(f64::MAX).total_cmp(&b.unwrap_or(f64::MAX)));
        }
        all
    }

    /// Those of them that show, followed.
    pub(super) fn shown(self) -> Vec<(Site, Option<f64>)> {
        let (all, chosen) = (self.all.get(), self.chosen.get_untracked());
        let shows =
            |(at, (site, _)): &(usize, (Site, Option<f64>))| all || *at < FIRST || chosen.as_ref() == Some(&site.id);
        self.sorted().into_iter().enumerate().filter(shows).map(|(_, site)| site).collect()
    }

    /// One that shows and of which nobody knows when one can come.
    pub(super) fn not_looked_at(self) -> Option<String> {
        if self.free.is_disposed() {
            return None;
        }
        let shown = untrack(|| self.shown()).into_iter().map(|(site, _)| site.id);
        self.free.with_untracked(|free| shown.into_iter().find(|site| free.iter().all(|(known, _)| known != site)))
    }

    /// On this day one can come to a site first; in the days that are offered on none.
    pub(super) fn can_be_visited(self, site: &str, first: Option<NaiveDate>) {
        let told = (site.to_owned(), first);
        if self.free.try_with_untracked(|free| free.contains(&told)) == Some(false) {
            self.free.update(|free| {
                free.retain(|(known, _)| known != site);
                free.push(told);
            });
        }
    }

    /// When one can come first is not told now.
    pub(super) fn is_not_told(self) {
        self.untold.try_set(true);
    }

    /// Where the button that was pressed goes, the focus goes on to one of the rows that came for it. Whoever is elsewhere by
    /// then stays there.
    fn goes_on_at(list: NodeRef<html::Div>, row: usize) {
        after_picture(move || {
            if let Some(Some(list)) = list.try_get_untracked()
                && has_lost_focus(&list)
                && let Some(input) = elements_in(&list, "input").get(row)
            {
                focus_in_place(input);
            }
        });
    }

    fn locate(self, list: NodeRef<html::Div>) {
        if self.looking.get_untracked() {
            return;
        }
        self.looking.set(true);
        self.failed.set(false);
        spawn_local(async move {
            let here = distance::here().await;
            let found = here.is_some();
            self.failed.try_set(!found);
            self.here.try_set(here);
            self.looking.try_set(false);
            if found {
                Self::goes_on_at(list, 0);
            }
        });
    }
}

/// The sites as radios.
pub(super) fn list(places: Places) -> AnyView {
    let i18n = I18n::here();
    let name = StoredValue::new(fresh_id("site"));
    let list: NodeRef<html::Div> = NodeRef::new();
    let shown = move || {
        let rows = places.shown().into_iter();
        rows.map(|(site, far)| row(i18n, places, &name.get_value(), &site, far)).collect_view()
    };
    let more = move || {
        let rest = places.sites.with(Vec::len).saturating_sub(FIRST);
        (rest > 0 && !places.all.get()).then(|| {
            let label = tv(K::ExamMore, move || vec![("n", rest.into())]);
            let show = move |()| {
                places.all.set(true);
                Places::goes_on_at(list, FIRST);
            };
            view! { <Button label=label kind=Kind::Text before=Icon::Plus on_press=show/> }
        })
    };
    let near = move || {
        let known = places.sites.with(|sites| sites.iter().any(|site| site.lat.is_some()));
        (known && places.here.with(Option::is_none)).then(|| {
            view! {
                <p>
                    <Button label=t(K::ExamNear) kind=Kind::Text before=Icon::Place busy=places.looking on_press=move |()| places.locate(list)/>
                    <br/>
                    <span class="hc-meta">{t(K::ExamNearPrivate)}</span>
                </p>
            }
        })
    };
    // Of the others nobody has to know whom to call.
    let call = move || {
        let chosen = places.chosen.get();
        let site = places.sites.with(|sites| sites.iter().find(|site| Some(&site.id) == chosen.as_ref()).cloned())?;
        let phone = site.phone?;
        let words = i18n.say(K::ExamCall, &[("place", site.name.into()), ("phone", phone.as_str().into())]);
        Some(view! { <p class="hc-hint">{telephone_in(&words, &phone)}</p> })
    };
    let failed = move || places.failed.get().then(|| failure_note(Tone::Warn, Icon::Place, t(K::ExamNearFailed)));
    // A question without an answer to choose is none.
    let none = move || places.sites.with(Vec::is_empty);
    view! {
        {places.nowhere()}
        <fieldset class="hc-field" hidden=none>
            <legend class="hc-label">{t(K::ExamWhere)}</legend>
            <div node_ref=list>{live(shown)}</div>
            {live(call)}
            {live(more)}
            {live(near)}
            {live(failed)}
        </fieldset>
    }
    .into_any()
}

fn row(i18n: I18n, places: Places, name: &str, site: &Site, far: Option<f64>) -> AnyView {
    let id = site.id.clone();
    let checked = derive(move || places.chosen.with(|chosen| chosen.as_ref() == Some(&id)));
    let id = site.id.clone();
    let choose = Callback::new(move |()| places.chosen.set(Some(id.clone())));
    let far = far.map(|km| {
        let km = i18n.number((km * 10.0).round() / 10.0);
        i18n.say(K::ExamKm, &[("km", km.into())])
    });
    let place = [Some(spans(&site.address)), far].into_iter().flatten().collect::<Vec<_>>().join("\u{a0}· ");
    let further: Vec<String> = site.hours.as_deref().map(spans).into_iter().chain(site.notes.iter().cloned()).collect();
    let id = site.id.clone();
    let lines = move || {
        let first = match places.free.with(|free| free.iter().find(|(known, _)| *known == id).map(|(_, first)| *first))
        {
            Some(Some(day)) => Some(i18n.say(K::ExamFirstFree, &[("date", i18n.day(day).into())])),
            Some(None) => Some(i18n.say(K::ExamNoneFree, &[("n", u32::from(DAYS).into())])),
            None if places.untold.get() && !checked.get() => Some(i18n.text(K::ExamFirstUntold)),
            // Its line is there before it: nothing moves under a finger when it comes.
            None => Some("\u{a0}".to_owned()),
        };
        [Some(place.clone()), first].into_iter().flatten().chain(further.clone()).collect::<Vec<_>>().join("\n")
    };
    let choice = crate::ui::Choice {
        value: site.id.clone(),
        label: Words::from(site.name.clone()),
        hint: Some(Words::from(lines)),
    };
    choice_row("radio", name, choice, checked, choose)
}
