//! Keeping a certificate: https link, picture to press and hold, share sheet, paper, signed text. The order is the ladder:
//! what a chat app's webview can do comes first.
use super::face::Facts;
use super::picture;
use crate::api::{Api, ApiError, Followed, NextStep};
use crate::i18n::{I18n, K, t};
use crate::offline::{CertificateFile, Offline};
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{
    Announcer, Button, Frame, Icon, Kind, LinkButton, Tone, alert, can_copy, can_print, copy_text, disclosure,
    download, failure_note, icon, live, plain_note, print_page,
};
use contract::api::{CertificateState, Downloads, Link};
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::{html, prelude::*, task::spawn_local};
use std::{future::Future, pin::Pin, rc::Rc};
use view::view;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Reads the certificate again, for links that work.
pub(super) type Refresh = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Downloads, ApiError>>>>>;

/// What stands in the way of a file.
#[derive(Clone, Debug, PartialEq)]
enum Hurdle {
    /// The grant is over.
    ProveAgain,
    /// There is no network to get it over.
    Offline,
    /// The office said no, or nothing that can be read.
    Failed(ApiError),
}

/// What the buttons share.
#[derive(Clone, Copy)]
struct Desk {
    links: RwSignal<Option<Downloads>>,
    /// Its picture on this phone was drawn when it did.
    holds: Signal<bool>,
    followed: StoredValue<Followed>,
    refresh: StoredValue<Refresh, LocalStorage>,
    api: StoredValue<Api>,
    offline: Offline,
    /// Which certificate.
    id: StoredValue<String>,
    /// The number printed on it.
    number: StoredValue<String>,
    hurdle: RwSignal<Option<Hurdle>>,
    /// The picture to press and hold, and whether the certificate held when it was drawn.
    shown: RwSignal<Option<(String, bool)>>,
    owner: StoredValue<Option<Owner>>,
}

/// The buttons below the card of this certificate.
pub(super) fn save(
    application: Option<String>,
    id: String,
    facts: &Facts,
    links: RwSignal<Option<Downloads>>,
    holds: Signal<bool>,
    refresh: Refresh,
) -> AnyView {
    let desk = Desk {
        links,
        holds,
        followed: StoredValue::new(Followed::default()),
        refresh: StoredValue::new_local(refresh),
        api: StoredValue::new(Offline::here().api()),
        offline: Offline::here(),
        id: StoredValue::new(id),
        number: StoredValue::new(facts.number.clone()),
        hurdle: RwSignal::new(None),
        shown: RwSignal::new(None),
        owner: StoredValue::new(Owner::current()),
    };
    let (row, frame) = (NodeRef::<html::Div>::new(), Frame::here());
    let paper =
        Paper { near: row, frame, refused: RwSignal::new(false), announcer: Announcer::here(), i18n: I18n::here() };
    let printing = can_print().then(|| {
        let print = move |()| paper.print_on("a6");
        view! { <Button label=t(K::CertPrint) kind=Kind::Quiet before=Icon::Printer on_press=print/> }
    });
    let not_printed = move || paper.refused.get().then(|| plain_note(Tone::Warn, Icon::Info, t(K::CertPrintFailed)));
    // A picture from before it was stopped says that it holds.
    let to_hold_now = move || desk.shown.get().filter(|(_, held)| *held == desk.holds.get()).map(|(at, _)| to_hold(at));
    view! {
        <div class="hc-row" node_ref=row>
            {link(desk, CertificateFile::Png)}
            {link(desk, CertificateFile::Pdf)}
            {can_share().then(|| share(desk))}
            {printing}
        </div>
        {live(not_printed)}
        {live(move || desk.hurdle.get().map(|hurdle| in_the_way(hurdle, application.clone())))}
        {live(to_hold_now)}
        {disclosure(t(K::CertMore), others(facts, paper))}
    }
    .into_any()
}

impl Desk {
    fn link_of(links: &Downloads, file: CertificateFile) -> &Link {
        match file {
            CertificateFile::Pdf => &links.pdf,
            CertificateFile::Png => &links.png,
        }
    }

    /// The link that was read last.
    fn read_last(self, file: CertificateFile) -> Option<Link> {
        self.links.try_with_untracked(|links| links.as_ref().map(|it| Self::link_of(it, file).clone())).flatten()
    }

    /// A link that works for at least some seconds more, if there is one.
    fn fresh(self, file: CertificateFile) -> Option<Link> {
        let now = self.api.try_with_value(Api::now)?;
        let may_follow = |link: &Link| self.followed.try_with_value(|it| it.may_follow(link, now)) == Some(true);
        self.read_last(file).filter(may_follow)
    }

    fn follows(self, link: &Link) {
        self.followed.try_update_value(|followed| followed.note(link));
    }

    /// A link that works, read anew if need be; or what stands in the way.
    async fn working(self, file: CertificateFile) -> Option<Link> {
        if let Some(link) = self.fresh(file) {
            return Some(link);
        }
        self.read_anew(file).await
    }

    async fn read_anew(self, file: CertificateFile) -> Option<Link> {
        let read = self.refresh.try_with_value(|refresh| refresh())?;
        match read.await {
            Ok(links) => {
                let link = Self::link_of(&links, file).clone();
                self.links.try_set(Some(links));
                Some(link)
            }
            Err(error) => {
                self.stopped(&error);
                None
            }
        }
    }

    fn stopped(self, error: &ApiError) {
        let prove = matches!(error.next_step(), NextStep::Collect | NextStep::SignIn);
        let hurdle = match error {
            ApiError::Unreachable | ApiError::Portal => Hurdle::Offline,
            _ if prove => Hurdle::ProveAgain,
            ApiError::SignedOut | ApiError::Unreadable | ApiError::Refused(_) => Hurdle::Failed(error.clone()),
        };
        self.hurdle.try_set(Some(hurdle));
    }

    /// The copy on this phone, where there is one that says of the certificate what the page says: one from before it was
    /// stopped says that it holds.
    async fn kept(self, file: CertificateFile) -> Option<Blob> {
        let id = self.id.try_get_value()?;
        let made = self.offline.certificate_files_made(&id).await?;
        let blob = self.offline.certificate_file(&id, file).await.ok()?;
        (self.holds.try_get_untracked() == Some(says_it_holds(&made))).then_some(blob)
    }

    /// Without a network: saves the copy on this phone, and shows the picture for browsers that save nothing by a link.
    async fn saved_from_here(self, file: CertificateFile) -> bool {
        let Some(blob) = self.kept(file).await else { return false };
        let owner = self.owner.try_get_value().flatten();
        let Some(address) = owner.and_then(|owner| owner.with(|| picture::address(&blob))) else { return false };
        let saved = download(&address, &self.name_of(file)).is_ok();
        if file == CertificateFile::Png {
            self.shows(address);
        }
        saved
    }

    /// The picture: the copy on this phone, else what a link gives. A link that had ended all the same is replaced once.
    async fn picture(self) -> Option<Blob> {
        let is_good = self.holds.try_get_untracked() == Some(true) || !window().navigator().on_line();
        if is_good && let Some(kept) = self.kept(CertificateFile::Png).await {
            return Some(kept);
        }
        let mut link = self.working(CertificateFile::Png).await?;
        let mut bytes = self.linked(&link).await;
        if bytes.as_ref().is_err_and(|why| why.next_step() == NextStep::Reread) {
            link = self.read_anew(CertificateFile::Png).await?;
            bytes = self.linked(&link).await;
        }
        match bytes {
            Ok(bytes) => picture::blob(&Uint8Array::from(bytes.as_slice()), &link.media_type),
            Err(error) => {
                self.stopped(&error);
                None
            }
        }
    }

    async fn linked(self, link: &Link) -> Result<Vec<u8>, ApiError> {
        self.follows(link);
        match self.api.try_get_value() {
            Some(api) => api.linked(link).await,
            None => Err(ApiError::Unreachable),
        }
    }

    /// Shows the picture, for browsers where nothing can be downloaded and a long press saves.
    async fn show_picture(self) {
        let Some(blob) = self.picture().await else { return };
        let owner = self.owner.try_get_value().flatten();
        if let Some(address) = owner.and_then(|owner| owner.with(|| picture::address(&blob))) {
            self.shows(address);
        }
    }

    fn shows(self, address: String) {
        let held = self.holds.try_get_untracked() == Some(true);
        self.shown.try_set(Some((address, held)));
    }

    /// What the file is called in somebody's downloads, here as by the office's link.
    fn name_of(self, file: CertificateFile) -> String {
        let end = match file {
            CertificateFile::Pdf => "pdf",
            CertificateFile::Png => "png",
        };
        file_name(&self.number.try_get_value().unwrap_or_default(), end)
    }
}

/// Whether kept files say that the certificate holds, by how they were made: state, then language.
fn says_it_holds(made: &str) -> bool {
    let state = made.split(' ').next();
    [CertificateState::Valid, CertificateState::Unknown].into_iter().any(|it| state == Some(it.code()))
}

/// The number tells nobody's name, so neither does the file.
fn file_name(number: &str, end: &str) -> String {
    format!("health-certificate-{number}.{end}")
}

/// A link while it works; when it has ended, a press reads a new one first and then follows it.
fn link(desk: Desk, file: CertificateFile) -> AnyView {
    let node: NodeRef<html::A> = NodeRef::new();
    let (label, drawing) = match file {
        CertificateFile::Pdf => (t(K::CertPdf), Icon::Down),
        CertificateFile::Png => (t(K::CertSave), Icon::Picture),
    };
    let href = move || {
        let link = desk.links.with(|links| links.as_ref().map(|it| Desk::link_of(it, file).clone()));
        link.and_then(|link| desk.api.try_with_value(|api| api.link_url(&link))).unwrap_or_else(|| "#".into())
    };
    // The link was just read for this press, which comes again: it is followed whatever is known of it here. A clock that runs
    // ahead, or an office that gives the same one again, would have it read without end.
    let just_read = StoredValue::new(false);
    let press = move |event: web_sys::MouseEvent| {
        let comes_again = just_read.try_update_value(std::mem::take) == Some(true);
        desk.hurdle.set(None);
        if !window().navigator().on_line() {
            // The browser would leave a file behind that is none.
            event.prevent_default();
            spawn_local(async move {
                if !desk.saved_from_here(file).await {
                    desk.hurdle.try_set(Some(Hurdle::Offline));
                }
            });
            return;
        }
        if let Some(link) = if comes_again { desk.read_last(file) } else { desk.fresh(file) } {
            desk.follows(&link);
            if file == CertificateFile::Png {
                spawn_local(desk.show_picture());
            }
            return;
        }
        event.prevent_default();
        spawn_local(async move {
            if desk.working(file).await.is_some()
                && let Some(Some(link)) = node.try_get_untracked()
            {
                // Its address is the new one by now; the press comes again and goes through.
                request_animation_frame(move || {
                    if just_read.try_set_value(true).is_none() {
                        link.click();
                    }
                });
            } else if desk.hurdle.try_get_untracked().flatten() == Some(Hurdle::Offline)
                && desk.saved_from_here(file).await
            {
                desk.hurdle.try_set(None);
            }
        });
    };
    view! {
        <a node_ref=node class="hc-btn hc-btn--quiet" href=href download="" rel="noreferrer" on:click=press>
            {icon(drawing)}
            {label}
        </a>
    }
    .into_any()
}

fn in_the_way(hurdle: Hurdle, application: Option<String>) -> AnyView {
    let nav = Nav::here();
    match (hurdle, application) {
        (Hurdle::ProveAgain, Some(application)) => {
            let body = view! {
                <p>{t(K::CertAgain)}</p>
                <p><LinkButton to=nav.link(&Route::Collect(application)) label=t(K::CertAgainGo) kind=Kind::Text/></p>
            };
            alert(Tone::Warn, Icon::Lock, body.into_any())
        }
        (Hurdle::ProveAgain, None) => failure_note(Tone::Warn, Icon::Lock, t(K::CertAgain)),
        (Hurdle::Offline, _) => failure_note(Tone::Warn, Icon::Offline, t(K::CertEOffline)),
        (Hurdle::Failed(why), _) => {
            let (i18n, offline) = (I18n::here(), Offline::here());
            let reason = live(move || i18n.failure(why.failure(), &offline.contact().phone));
            alert(Tone::Warn, Icon::Warning, view! { <p>{t(K::CertESave)}</p> <p>{reason}</p> }.into_any())
        }
    }
}

fn to_hold(address: String) -> AnyView {
    view! {
        {plain_note(Tone::Plain, Icon::Picture, t(K::CertWechat))}
        <img class="hc-cert__picture" src=address alt=t(K::CertPicture)/>
    }
    .into_any()
}

/// Whether the browser has a sheet to share with.
fn can_share() -> bool {
    Reflect::get(&window().navigator(), &"share".into()).is_ok_and(|share| share.is_function())
}

fn share(desk: Desk) -> AnyView {
    let press = move |()| {
        desk.hurdle.set(None);
        spawn_local(async move {
            let Some(blob) = desk.picture().await else { return };
            // Closing the sheet is an answer, not a failure; where it takes no pictures, the picture is shown instead.
            if let Err(why) = hand_over(&blob, &desk.name_of(CertificateFile::Png)).await
                && why != "AbortError"
            {
                desk.show_picture().await;
            }
        });
    };
    view! { <Button label=t(K::CertShare) kind=Kind::Quiet before=Icon::Share on_press=press/> }.into_any()
}

/// Opens the sheet with the picture.
///
/// # Errors
/// The name of what the browser says against it.
async fn hand_over(blob: &Blob, name: &str) -> Result<(), String> {
    let named =
        |why: JsValue| Reflect::get(&why, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    let opened = || -> Result<JsValue, JsValue> {
        let options = web_sys::FilePropertyBag::new();
        options.set_type(&blob.type_());
        let file = web_sys::File::new_with_blob_sequence_and_options(&Array::of1(blob), name, &options)?;
        let shared = Object::new();
        Reflect::set(&shared, &"files".into(), &Array::of1(&file))?;
        let navigator = window().navigator();
        let share: Function = Reflect::get(&navigator, &"share".into())?.dyn_into()?;
        share.call1(&navigator, &shared)
    };
    let sheet = opened().map_err(named)?;
    JsFuture::from(Promise::resolve(&sheet)).await.map(drop).map_err(named)
}

/// What printing needs.
#[derive(Clone, Copy)]
struct Paper {
    /// What stands where the card is.
    near: NodeRef<html::Div>,
    frame: Frame,
    /// The browser would not.
    refused: RwSignal<bool>,
    announcer: Announcer,
    i18n: I18n,
}

impl Paper {
    /// Prints, and says where that is not possible.
    fn print_on(self, paper: &'static str) {
        self.refused.set(false);
        if print_page(self.near, self.frame, paper).is_err() {
            leptos::logging::warn!("this browser does not print");
            self.refused.set(true);
            self.announcer.say(&self.i18n.text(K::CertPrintFailed));
        }
    }
}

/// The signed text for machines, and the larger paper.
fn others(facts: &Facts, paper: Paper) -> AnyView {
    let (credential, name) = (facts.credential.clone(), file_name(&facts.number, "hcz"));
    let i18n = I18n::here();
    let announcer = Announcer::here();
    let file = picture::text_blob(&credential).and_then(|blob| picture::address(&blob)).map(|address| {
        view! {
            <a class="hc-btn hc-btn--quiet" href=address download=name>{icon(Icon::Down)}{t(K::CertFile)}</a>
        }
    });
    let copied: RwSignal<Option<bool>> = RwSignal::new(None);
    let copy = move |()| {
        let credential = credential.clone();
        spawn_local(async move {
            let went_well = copy_text(credential).await;
            announcer.say(&i18n.text(if went_well { K::CertCopied } else { K::CertCopyFailed }));
            copied.try_set(Some(went_well));
        });
    };
    let label = move || i18n.text(if copied.get() == Some(true) { K::CertCopied } else { K::CertCopy });
    let refused =
        move || (copied.get() == Some(false)).then(|| plain_note(Tone::Warn, Icon::Info, t(K::CertCopyFailed)));
    // Only a page of our own can say what size its paper has.
    let a4 = (paper.frame == Frame::OwnSite && can_print()).then(|| {
        let print = move |()| paper.print_on("a4");
        view! { <Button label=t(K::CertPrintA4) kind=Kind::Quiet before=Icon::Printer on_press=print/> }
    });
    let copying = can_copy().then(|| view! { <Button label=label kind=Kind::Quiet on_press=copy/> });
    view! {
        <p class="hc-hint">{t(K::CertFileHint)}</p>
        <div class="hc-row">{file} {copying} {a4}</div>
        {live(refused)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::says_it_holds;

    #[test]
    fn a_file_says_what_was_so_when_it_was_made() {
        for (made, expected) in [
            ("valid zh-CN", true),
            ("unknown en", true),
            ("revoked zh-CN", false),
            ("suspended en", false),
            ("expired en", false),
            ("", false),
        ] {
            assert_eq!(says_it_holds(made), expected, "{made}");
        }
    }
}
