//! One chosen file on its way into an item: looked at and spoken about. `editing` changes it, `keeping` stores it.
//!
//! What is kept already is `offline`'s and drawn by `kept`. Files wait in a queue: one at a time is looked at and decided.
//! A person who leaves the page meanwhile loses nothing: the look goes on, and its item finds it again (`resumed`).
use super::asks::{Asks, Source};
use super::paper::{self, First};
use super::{Given, looker, object_url};
use crate::i18n::I18n;
use crate::offline::{LocalDocument, Offline, StoreError, Undecided};
use crate::reactive::{RwSignal, Signal, effect, effect_from};
use crate::ui::Announcer;
use contract::documents::{Corners, FileType, Refusal};
use contract::questionnaire::Attachment;
use image_worker::{Job, Looked};
use js_sys::Uint8Array;
use leptos::{prelude::*, task::spawn_local};
use std::collections::VecDeque;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Where the chosen file stands.
#[derive(Clone)]
pub(super) enum Chosen {
    /// None is on its way.
    Nothing,
    /// It is being looked at.
    Checking {
        /// About how long, in seconds.
        seconds: u32,
    },
    /// Something is worth a word; the person decides.
    Advised {
        /// As it was chosen, for another turn.
        file: Blob,
        /// What that is.
        source: Source,
        /// What came of it.
        looked: Looked,
        /// What the person cut out.
        corners: Option<Corners>,
    },
    /// It is good, but the person is on another page: it is kept when they are back.
    Ready(Looked),
    /// It is not taken.
    Refused {
        /// Why.
        why: Refusal,
        /// How much it weighs.
        bytes: u64,
        /// What it is, where that is known and not taken.
        kind: Option<&'static str>,
    },
    /// It could not be stored. It is here as long as the page is, to be stored once there is room.
    NotKept(StoreError, Looked),
    /// The bytes of a document that is kept cannot be had, and what it was to become was not made.
    NotOpened,
}

/// A view over the page.
#[derive(Clone)]
pub(super) enum Over {
    /// The live camera.
    Camera,
    /// The picture that is spoken about is being edited.
    Chosen,
    /// A document that is kept is being edited.
    Kept {
        /// Which.
        id: String,
        /// Its picture.
        file: Blob,
        /// Where the paper lies in it, once that is known.
        found: Option<Corners>,
    },
}

/// An item that is being filled. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Filling {
    pub(super) given: StoredValue<Given, LocalStorage>,
    pub(super) offline: Offline,
    pub(super) chosen: RwSignal<Chosen>,
    /// The document that the next one takes the place of.
    pub(super) replacing: RwSignal<Option<String>>,
    /// Files beyond the number that the item takes were left out.
    pub(super) left_out: RwSignal<bool>,
    /// The view that is open over the page.
    pub(super) over: RwSignal<Option<Over>>,
    /// The document that is kept and is being had, to be edited.
    pub(super) opening: RwSignal<Option<String>>,
    /// The page has been given back by a picker, which may not have delivered yet.
    pub(super) awaits: RwSignal<bool>,
    /// For who listens.
    pub(super) announcer: Announcer,
    pub(super) i18n: I18n,
    queue: StoredValue<VecDeque<Blob>, LocalStorage>,
    /// Counts up with each new look, so that a late answer is told from a current one.
    pub(super) turn: StoredValue<u32>,
    /// The look that is waited for.
    job: StoredValue<Option<u32>>,
    /// Which drawing of its item is on the page, if one is.
    shown: StoredValue<Option<u32>>,
}

impl Filling {
    pub(super) fn new(given: Given, offline: Offline, announcer: Announcer, i18n: I18n) -> Self {
        let filling = Self {
            given: StoredValue::new_local(given),
            offline,
            chosen: RwSignal::new(Chosen::Nothing),
            replacing: RwSignal::new(None),
            left_out: RwSignal::new(false),
            over: RwSignal::new(None),
            opening: RwSignal::new(None),
            awaits: RwSignal::new(false),
            announcer,
            i18n,
            queue: StoredValue::new_local(VecDeque::new()),
            turn: StoredValue::new(0),
            job: StoredValue::new(None),
            shown: StoredValue::new(None),
        };
        let (application, form, pointer) =
            filling.given.with_value(|it| (it.hole.application.clone(), it.form, it.hole.pointer.clone()));
        let theirs = offline.is_theirs(&application, form);
        effect(move || offline.note_undecided(&application, &pointer, filling.undecided()));
        effect_from(move |before: Option<bool>| {
            let theirs = theirs.get();
            // All was erased, or its person has signed out: what is in memory only goes too.
            if before == Some(true) && !theirs {
                filling.let_go();
            }
            theirs
        });
        filling
    }

    /// The item is on a page from now on, until that page's owner is cleaned up.
    pub(super) fn show(self, given: Given, drawing: u32) {
        self.given.set_value(given);
        self.shown.set_value(Some(drawing));
        // A live camera that the person left by Back does not open by itself when they return, and take a photo.
        self.close_over();
        on_cleanup(move || {
            // It may be on the next page already, before the one before has gone.
            if self.shown.try_update_value(|shown| shown.take_if(|it| *it == drawing).is_some()) == Some(true) {
                // What a picker delivers from here on has no page to come to.
                self.awaits.try_set(false);
                self.close_over();
            }
        });
        let (closed, offline) = (self.is_closed(), self.offline);
        effect(move || {
            if closed.get() {
                return;
            }
            if let Chosen::Ready(looked) = self.chosen.get_untracked() {
                self.begin(1);
                self.keep(looked);
            }
            // What was kept while no page was there to name it, or another tab had it in hand.
            spawn_local(async move {
                self.name_kept();
                offline.save_drafts().await;
            });
        });
    }

    fn close_over(self) {
        if self.over.try_update(Option::take).flatten().is_some() {
            self.settle();
        }
    }

    /// Another tab fills it in, or it is sent.
    pub(super) fn is_closed(self) -> Signal<bool> {
        self.given.with_value(|given| given.hole.closed)
    }

    pub(super) fn is_shown(self) -> bool {
        self.shown.try_get_value().flatten().is_some()
    }

    /// Whether something would be lost with it.
    pub(super) fn is_at_work(self) -> bool {
        let idle = self.chosen.try_with_untracked(|chosen| matches!(chosen, Chosen::Nothing)).unwrap_or(true);
        self.is_shown() || !idle
    }

    /// It goes, with nothing in memory: that is noted now, for what follows it goes too.
    pub(super) fn is_over(self) {
        let note = |it: &Given| self.offline.note_undecided(&it.hole.application, &it.hole.pointer, None);
        self.given.try_with_value(note);
    }

    /// What the item asks, by what the service says at this moment.
    pub(super) fn asks(self) -> Asks {
        let service = self.offline.service();
        self.given.with_value(|given| {
            service.with_untracked(|it| Asks::of(&given.hole.item, it.as_ref().map(|it| &it.value)))
        })
    }

    pub(super) fn answers(self) -> Signal<Vec<Attachment>> {
        self.given.with_value(|given| given.hole.answers)
    }

    pub(super) fn label(self) -> Signal<String> {
        self.given.with_value(|given| given.hole.label)
    }

    /// Notes that a photo is expected: the phone may close the page while its camera is open.
    pub(super) fn expect(self) {
        let (application, pointer) =
            self.given.with_value(|given| (given.hole.application.clone(), given.hole.pointer.clone()));
        let offline = self.offline;
        // Where the note cannot be stored, the picker opens all the same.
        spawn_local(async move {
            offline.expect_photo(&application, &pointer).await.ok();
        });
    }

    /// The picker was closed without a choice.
    pub(super) fn nothing_came(self) {
        self.awaits.try_set(false);
        self.settle();
    }

    /// Once nothing of it is in the page's memory only, no photo is expected any more.
    pub(super) fn settle(self) {
        // An album that was opened beside the camera was closed: the camera is open still.
        let waits = untrack(|| self.undecided()).is_some()
            || self.over.try_with_untracked(|it| matches!(it, Some(Over::Camera))) == Some(true);
        if !waits {
            self.given.try_with_value(|it| self.offline.forget_expected_photo(&it.hole.application, &it.hole.pointer));
        }
    }

    /// What of it is neither kept nor left out.
    fn undecided(self) -> Option<Undecided> {
        let chosen = self.chosen.try_with(|it| match it {
            Chosen::Checking { .. } => Some(Undecided::Coming),
            Chosen::Advised { .. } | Chosen::Ready(_) | Chosen::NotKept(..) => Some(Undecided::Asked),
            Chosen::Nothing | Chosen::Refused { .. } | Chosen::NotOpened => None,
        });
        // Behind one that was refused others wait for the person to have read it.
        let waiting = self.has_more().then_some(Undecided::Asked);
        let awaited = (self.awaits.try_get() == Some(true)).then_some(Undecided::Coming);
        chosen.flatten().or(waiting).or(awaited)
    }

    /// Whether files wait for their turn.
    pub(super) fn has_more(self) -> bool {
        self.queue.try_with_value(|queue| !queue.is_empty()) == Some(true)
    }

    /// Files were chosen: as many as still fit are taken, one after the other.
    pub(super) fn choose(self, files: Vec<Blob>) {
        self.awaits.set(false);
        let most = self.asks().most;
        let instead = untrack(|| self.replaces());
        // Where one is asked for, it takes the place of what is there.
        let taken = if most == 1 { 0 } else { self.answers().with_untracked(Vec::len) };
        let room = most.saturating_sub(taken) + usize::from(instead && most > 1);
        // Until they are kept, a page that ends is said to have lost them.
        self.expect();
        // What was chosen before and waits still comes, after what takes the place of the one that was spoken about.
        let now = if instead { files.len().min(1) } else { files.len() };
        let waiting = self.queue.with_value(VecDeque::len);
        self.left_out.set(files.len() > now || now + waiting > room);
        self.queue.update_value(|queue| {
            let before = std::mem::take(queue);
            queue.extend(files.into_iter().take(now).chain(before).take(room));
        });
        self.next();
    }

    /// Whether the next file takes the place of a document that is there.
    pub(super) fn replaces(self) -> bool {
        self.replacing.with(|replaced| {
            let there = |id: &String| self.answers().with(|all| all.iter().any(|it| it.document == *id));
            replaced.as_ref().is_some_and(there)
        })
    }

    /// Whether an answer names this document.
    pub(super) fn names(self, id: &str) -> bool {
        let names = |given: &Given| given.hole.answers.try_with_untracked(|all| all.iter().any(|it| it.document == id));
        self.given.try_with_value(names).flatten().unwrap_or_default()
    }

    pub(super) fn next(self) {
        if let Some(file) = self.queue.try_update_value(VecDeque::pop_front).flatten() {
            self.look(file, Source::Chosen, None, None);
        } else {
            self.chosen.set(Chosen::Nothing);
            self.settle();
        }
    }

    /// Looks at a file, turned and cut as the person said, or turned as it seems right.
    pub(super) fn look(self, file: Blob, source: Source, turns: Option<u8>, corners: Option<Corners>) {
        let turn = self.begin(seconds(file.size()));
        let again = source != Source::Chosen;
        let asks = self.asks();
        let most_pages = asks.rule.pdf_pages();
        let job = Job { turns, corners, ..asks.job(self.next_job(), file.clone(), source) };
        let assets = self.given.with_value(|given| given.assets.clone());
        spawn_local(async move {
            let mut outcome = looker::looked(&assets, job).await;
            if outcome.as_ref().is_ok_and(|looked| looked.kind == FileType::Pdf) {
                let first = paper::first(&assets, &file, most_pages).await;
                outcome = outcome.and_then(|looked| {
                    Ok(match first? {
                        Some(First { pages, picture }) => Looked { pages, thumbnail: picture, ..looked },
                        // Nothing draws it here: what its bytes say of it counts.
                        None if looked.pages.number().is_some_and(|pages| pages > most_pages) => {
                            return Err(Refusal::Pages { limit: most_pages });
                        }
                        None => looked,
                    })
                });
            }
            let kind = if matches!(outcome, Err(Refusal::Type)) { untaken(&file).await } else { None };
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            if again {
                outcome = outcome.map(|looked| self.of_same_photo(looked));
            }
            match outcome {
                Err(why) => self.refuse_kind(why, whole(file.size()), kind),
                Ok(looked) if self.was_returned(&looked, again) => {
                    self.refuse(Refusal::SameAsReturned, whole(file.size()));
                }
                Ok(looked)
                    if looked.advice.is_empty() && (turns.is_none() || corners.is_some()) && !looked.animated =>
                {
                    self.keep(looked);
                }
                Ok(looked) => {
                    self.chosen.set(Chosen::Advised { file, source, looked, corners });
                }
            }
        });
    }

    pub(super) fn begin(self, seconds: u32) -> u32 {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.chosen.set(Chosen::Checking { seconds });
        turn
    }

    pub(super) fn next_job(self) -> u32 {
        let id = looker::next_id();
        self.job.set_value(Some(id));
        id
    }

    pub(super) fn refuse(self, why: Refusal, bytes: u64) {
        self.refuse_kind(why, bytes, None);
    }

    fn refuse_kind(self, why: Refusal, bytes: u64, kind: Option<&'static str>) {
        self.chosen.set(Chosen::Refused { why, bytes, kind });
        self.settle();
    }

    /// What was made of a copy that was kept is of the file that this copy was made of.
    pub(super) fn of_same_photo(self, looked: Looked) -> Looked {
        let kept = self.replacing.get_untracked().and_then(|id| self.offline.document(&id).get_untracked());
        Looked { chosen: kept.and_then(|it| it.chosen), ..looked }
    }

    /// Whether a reviewer sent these very bytes back, or what was made of the same file; `again`: it is a change of what is kept,
    /// which may be the remedy.
    pub(super) fn was_returned(self, looked: &Looked, again: bool) -> bool {
        let kept = self.given.with_value(|given| self.offline.documents_of(&given.hole.application)).get_untracked();
        self.given.with_value(|given| came_back(looked, again, &given.hole.refused, &kept))
    }

    /// The live camera has taken a picture, or was closed.
    pub(super) fn taken(self, picture: Option<Blob>) {
        self.over.try_set(None);
        match picture {
            Some(picture) => self.choose(vec![picture]),
            None => self.nothing_came(),
        }
    }

    /// The person takes the chosen file as it is, or has it stored once more.
    pub(super) fn insist(self) {
        if let Chosen::Advised { looked, .. } | Chosen::NotKept(_, looked) = self.chosen.get_untracked() {
            // Said at once, so that a second press finds nothing to keep a second time.
            self.begin(1);
            self.keep(looked);
        }
    }

    /// The chosen file goes away; the next one of the queue comes.
    pub(super) fn dismiss(self) {
        if matches!(self.chosen.get_untracked(), Chosen::Checking { .. } | Chosen::Ready(_)) {
            self.break_off();
        }
        // Whatever is chosen later is another document, and takes the place of none.
        self.replacing.set(None);
        self.next();
    }

    /// What comes of a look or of storing it is too late from here on.
    fn break_off(self) {
        self.begin(1);
        if let Some(job) = self.job.get_value() {
            looker::stop(job);
        }
    }

    /// Nothing that was chosen stays in memory.
    fn let_go(self) {
        self.queue.update_value(VecDeque::clear);
        self.over.set(None);
        self.break_off();
        self.dismiss();
    }

    /// The picture of the chosen file, while it is spoken about.
    pub(super) fn chosen_picture(self) -> Option<Blob> {
        match self.chosen.get_untracked() {
            Chosen::Advised { looked, .. } => object_url::blob(&looked.bytes, looked.kind.mime()),
            Chosen::Nothing
            | Chosen::Checking { .. }
            | Chosen::Ready(_)
            | Chosen::Refused { .. }
            | Chosen::NotKept(..)
            | Chosen::NotOpened => None,
        }
    }
}

/// What a file is called that is a picture, and of a kind that is never taken.
async fn untaken(file: &Blob) -> Option<&'static str> {
    let head = JsFuture::from(file.slice_with_f64_and_f64(0.0, 1024.0).ok()?.array_buffer()).await.ok()?;
    match FileType::of(&Uint8Array::new(&head).to_vec())? {
        FileType::Gif => Some("GIF"),
        FileType::Tiff => Some("TIFF"),
        FileType::Svg => Some("SVG"),
        FileType::Jpeg | FileType::Png | FileType::WebP | FileType::Heic | FileType::Avif | FileType::Pdf => None,
    }
}

/// About how long a look takes on a slow phone.
fn seconds(bytes: f64) -> u32 {
    u32::try_from(whole(bytes) / 3_000_000).unwrap_or(9).clamp(1, 9)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size of a file; a cast saturates")]
fn whole(size: f64) -> u64 {
    size as u64
}

/// Whether what was looked at is among what came back (SHA-256 in hex), or is made of a file that something of it was made of.
fn came_back(looked: &Looked, again: bool, returned: &[String], kept: &[LocalDocument]) -> bool {
    let is_returned = |sha256: &str| returned.iter().any(|it| it.eq_ignore_ascii_case(sha256));
    let same_file = |it: &LocalDocument| looked.chosen.is_some() && it.chosen == looked.chosen;
    is_returned(&looked.sha256.to_string())
        || (!again && kept.iter().any(|it| same_file(it) && is_returned(&it.sha256)))
}
