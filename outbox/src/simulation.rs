//! A simulated phone, network and server that look for a way to lose or double something.
//!
//! Each run is one seed: a person with up to three applications, a network that loses requests and replies and delivers some
//! twice or late, a server that fails before and after it commits, sessions that end, and a page that may die between any
//! two steps. Then the weather clears, and everything promised must have come to an end that both sides agree on.
use crate::{Answer, Body, Entry, EntryId, Moment, Order, Outbox, Refusal, Session, State, Step, Time};
use contract::api::{BindDocument, Problem, Receipt, ReceiptState, Slug};
use contract::application::Act;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::Duration;

const ME: &str = "subject";
/// Steps of bad weather, and the most that good weather may take.
const STORM: u32 = 400;
const CALM: u32 = 20_000;

/// What many runs found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Runs made.
    pub runs: u64,
    /// Promised, and neither received nor set aside in the end.
    pub lost: u64,
    /// Done twice at the server.
    pub duplicated: u64,
    /// Phone and server do not agree, and nobody was told.
    pub silent: u64,
    /// Seeds of the runs in which something was wrong.
    pub seeds: Vec<u64>,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs: {} lost, {} duplicated, {} silent", self.runs, self.lost, self.duplicated, self.silent)
    }
}

/// Makes so many runs from this seed on.
pub fn runs(from: u64, count: u64) -> Totals {
    let mut totals = Totals::default();
    for seed in from..from + count {
        let (lost, duplicated, silent) = World::new(seed).run();
        totals.runs += 1;
        totals.lost += lost;
        totals.duplicated += duplicated;
        totals.silent += silent;
        if lost + duplicated + silent > 0 {
            totals.seeds.push(seed);
        }
    }
    totals
}

/// Splitmix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True so often in a hundred.
    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
}

/// A request under way, with everything it carries.
#[derive(Clone)]
struct Request {
    entry: Entry,
    step: Step,
}

struct World {
    dice: Dice,
    now: u64,
    storm: bool,
    outbox: Outbox,
    /// Outlives the page.
    disk: BTreeMap<EntryId, Entry>,
    orders: VecDeque<Order>,
    /// When which answer comes back to the page.
    answers: Vec<(u64, EntryId, Answer)>,
    /// Requests that the network delivers late, perhaps long after the page has died.
    late: Vec<(u64, Request)>,
    server: Server,
    /// What was stored and said to be on its way.
    promised: BTreeSet<EntryId>,
    names: u64,
}

#[derive(Default)]
struct Server {
    applications: BTreeMap<String, Stage>,
    uploads: BTreeSet<String>,
    documents: BTreeSet<String>,
    receipts: BTreeMap<String, Receipt>,
    /// Every act that was carried out, by key.
    done: Vec<(String, Act, String)>,
    counter: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Draft,
    Submitted,
    Withdrawn,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice(seed),
            now: 1,
            storm: true,
            outbox: Outbox::default(),
            disk: BTreeMap::new(),
            orders: VecDeque::new(),
            answers: Vec::new(),
            late: Vec::new(),
            server: Server::default(),
            promised: BTreeSet::new(),
            names: 0,
        }
    }

    fn run(mut self) -> (u64, u64, u64) {
        self.sign_in();
        let mut applications = 1 + self.dice.below(3);
        for _ in 0..STORM {
            if applications > 0 && self.dice.percent(4) {
                applications -= 1;
                self.apply();
            }
            self.step();
        }
        while applications > 0 {
            applications -= 1;
            self.apply();
        }
        self.storm = false;
        self.sign_in();
        for _ in 0..CALM {
            if self.outbox.entries().iter().all(|entry| entry.state.is_settled()) && self.late.is_empty() {
                break;
            }
            self.step();
        }
        self.judge()
    }

    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    fn sign_in(&mut self) {
        self.outbox.set_session(Session::Subject(ME.into()));
    }

    /// A person begins an application, takes photos, submits, and sometimes thinks better of it.
    fn apply(&mut self) {
        let application = self.name("application");
        let mut bodies = vec![Body::Begin("{}".into())];
        let mut documents = Vec::new();
        for _ in 0..self.dice.below(4) {
            // Some documents the server will never take.
            let kind = if self.dice.percent(7) { "poisoned" } else { "document" };
            let document = self.name(kind);
            documents.push(document.clone());
            let bind = BindDocument {
                pointer: contract::questionnaire::Pointer::item("photo"),
                upload: String::new(),
                sha256: document.clone(),
                size: 1,
                media_type: "image/jpeg".into(),
                insisted: Vec::new(),
            };
            bodies.push(Body::Document { document, bind, location: None });
        }
        bodies.push(Body::Act { act: Act::Submit, frozen: "{}".into(), documents });
        if self.dice.percent(20) {
            bodies.push(Body::Act { act: Act::Withdraw, frozen: "{}".into(), documents: Vec::new() });
        }
        for body in bodies {
            if self.storm && self.dice.percent(2) {
                // The page dies before it is stored: nothing was promised.
                self.die();
                return;
            }
            let id = self.name("key");
            let order = self.outbox.next_order().max(self.names);
            let entry = Entry::new(id.clone(), order, &application, Some(ME), body, Time(self.now));
            self.disk.insert(id.clone(), entry.clone());
            self.promised.insert(id);
            self.outbox.take_in(entry);
        }
    }

    /// The page dies: what is in memory is gone, what is on the disk and on the wire is not.
    fn die(&mut self) {
        self.orders.clear();
        self.answers.clear();
        self.outbox = Outbox::restore(self.disk.values().cloned());
        self.sign_in();
    }

    fn step(&mut self) {
        self.now += 1 + self.dice.below(if self.storm { 3_000 } else { 20_000 });
        if self.storm && self.dice.percent(2) {
            self.die();
        }
        if self.dice.percent(20) {
            self.outbox.wake();
        }
        // The person signs in again sooner or later.
        if self.dice.percent(30) {
            self.sign_in();
        }
        let arrived: Vec<_> = take_due(&mut self.late, self.now, |(at, _)| *at);
        for (_, request) in arrived {
            // Nobody waits for this answer any more.
            drop(self.server.answer(&request, &mut self.dice, self.storm));
        }
        let moment = Moment { now: Time(self.now), roll: u32::try_from(self.dice.below(1 << 32)).unwrap_or(0) };
        for (_, id, answer) in take_due(&mut self.answers, self.now, |(at, _, _)| *at) {
            let orders = self.outbox.answered(&id, answer, moment);
            self.orders.extend(orders);
        }
        if self.orders.is_empty() {
            self.orders.extend(self.outbox.due(moment));
        }
        while let Some(order) = self.orders.pop_front() {
            if self.storm && self.dice.percent(1) {
                self.die();
                return;
            }
            self.carry_out(order);
        }
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Save(id) => {
                // A full disk: the note of how far it is gets lost, the entry itself was stored when it was put in.
                let full = self.storm && self.dice.percent(3);
                if let (Some(entry), false) = (self.outbox.entry(&id), full) {
                    self.disk.insert(id, entry.clone());
                }
            }
            Order::Upload(id) => self.request(&id, Step::Upload),
            Order::Send(id) => self.request(&id, Step::Send),
            Order::Ask(id) => self.request(&id, Step::Ask),
            Order::Settled(_) | Order::Reread(_) | Order::Fetch { .. } | Order::SignIn => {}
        }
    }

    /// One request through the weather.
    fn request(&mut self, id: &str, step: Step) {
        let Some(entry) = self.outbox.entry(id).cloned() else { return };
        let request = Request { entry, step };
        let delay = self.now + self.dice.below(5_000);
        let fate = if self.storm { self.dice.below(100) } else { 100 };
        let answer = match fate {
            0..12 => Answer::Lost,
            12..24 => {
                drop(self.server.answer(&request, &mut self.dice, self.storm));
                Answer::Lost
            }
            24..30 => {
                // It arrives, but so late that the phone has given up.
                let late = self.now + self.dice.below(200_000);
                self.late.push((late, request));
                Answer::Lost
            }
            30..36 => {
                let late = self.now + self.dice.below(200_000);
                self.late.push((late, request.clone()));
                self.server.answer(&request, &mut self.dice, self.storm)
            }
            36..40 => {
                drop(self.server.answer(&request, &mut self.dice, self.storm));
                self.server.answer(&request, &mut self.dice, self.storm)
            }
            40..43 => Answer::NotSent,
            43..46 => Answer::SignedOut,
            46..50 => refused(Slug::Busy, Some(7)),
            50..53 => refused(Slug::SlowDown, Some(30)),
            53..56 => refused(Slug::ServerError, None),
            56..59 => {
                drop(self.server.answer(&request, &mut self.dice, self.storm));
                refused(Slug::ServerError, None)
            }
            59..62 => Answer::Refused(Box::new(Refusal { status: 502, ..Refusal::default() })),
            62..64 => refused(Slug::Running, Some(2)),
            _ => self.server.answer(&request, &mut self.dice, self.storm),
        };
        self.answers.push((delay, id.to_owned(), answer));
    }

    /// Lost, duplicated, silent.
    fn judge(&self) -> (u64, u64, u64) {
        let mut found = (0, 0, 0);
        for id in &self.promised {
            let Some(entry) = self.outbox.entry(id) else {
                found.0 += 1;
                continue;
            };
            let has_it = match &entry.body {
                Body::Begin(_) => self.server.applications.contains_key(&entry.application),
                Body::Document { document, .. } => self.server.documents.contains(document),
                Body::Remove { document } => !self.server.documents.contains(document),
                Body::Act { .. } => self.server.receipts.contains_key(id),
            };
            match &entry.state {
                State::Received { .. } if has_it => {}
                State::SetAside(_) if !has_it => {}
                State::Received { .. } | State::SetAside(_) => found.2 += 1,
                State::Queued(_) | State::Busy(_) | State::Waiting { .. } => found.0 += 1,
            }
        }
        let mut acts = BTreeSet::new();
        for (application, act, _) in &self.server.done {
            if !acts.insert((application.clone(), *act)) {
                found.1 += 1;
            }
        }
        found
    }
}

fn refused(slug: Slug, seconds: Option<u64>) -> Answer {
    let problem = Problem::new(slug);
    Answer::Refused(Box::new(Refusal {
        status: slug.status(),
        slug: Some(slug),
        problem,
        wait: seconds.map(Duration::from_secs),
    }))
}

fn take_due<T>(list: &mut Vec<T>, now: u64, at: impl Fn(&T) -> u64) -> Vec<T> {
    let (due, rest) = std::mem::take(list).into_iter().partition(|item| at(item) <= now);
    *list = rest;
    due
}

impl Server {
    /// What a server of the contract does and says.
    fn answer(&mut self, request: &Request, dice: &mut Dice, storm: bool) -> Answer {
        let entry = &request.entry;
        if request.step == Step::Ask {
            return self
                .receipts
                .get(&entry.id)
                .map_or(Answer::NeverArrived, |receipt| Answer::Receipt(receipt.clone()));
        }
        if let Body::Begin(_) = entry.body {
            self.applications.entry(entry.application.clone()).or_insert(Stage::Draft);
            return Answer::Done;
        }
        let Some(stage) = self.applications.get(&entry.application).copied() else {
            return refused(Slug::NotFound, None);
        };
        match &entry.body {
            Body::Begin(_) => Answer::Done,
            Body::Document { document, location, .. } => {
                if request.step == Step::Upload {
                    self.counter += 1;
                    let at = format!("upload{}", self.counter);
                    self.uploads.insert(at.clone());
                    return Answer::Uploaded(at);
                }
                if self.documents.contains(document) {
                    return Answer::Done;
                }
                let at = location.clone().unwrap_or_default();
                if storm && dice.percent(5) {
                    self.uploads.remove(&at);
                }
                if !self.uploads.contains(&at) {
                    return refused(Slug::UploadGone, None);
                }
                if document.starts_with("poisoned") {
                    return refused(Slug::DocumentRefused, None);
                }
                if storm && dice.percent(3) {
                    return refused(Slug::HashMismatch, None);
                }
                self.documents.insert(document.clone());
                Answer::Done
            }
            Body::Remove { document } => {
                self.documents.remove(document);
                Answer::Done
            }
            Body::Act { act, documents, .. } => self.act(entry, *act, documents, stage),
        }
    }

    fn act(&mut self, entry: &Entry, act: Act, documents: &[String], stage: Stage) -> Answer {
        if let Some(receipt) = self.receipts.get(&entry.id) {
            return Answer::Receipt(receipt.clone());
        }
        let next = match (act, stage) {
            (Act::Submit, Stage::Draft) => Stage::Submitted,
            (Act::Withdraw, Stage::Draft | Stage::Submitted) => Stage::Withdrawn,
            _ => return refused(Slug::ActRefused, None),
        };
        let missing: Vec<String> = documents.iter().filter(|id| !self.documents.contains(*id)).cloned().collect();
        if !missing.is_empty() {
            let problem = Problem { documents: missing, ..Problem::new(Slug::DocumentsMissing) };
            let slug = Some(Slug::DocumentsMissing);
            return Answer::Refused(Box::new(Refusal { status: 409, slug, problem, wait: None }));
        }
        let receipt = Receipt {
            key: entry.id.clone(),
            state: ReceiptState::Done,
            act: Some(act),
            application: Some(entry.application.clone()),
            number: None,
            round: None,
            received_at: None,
            answers: 0,
            documents: BTreeMap::new(),
            body_sha256: None,
        };
        self.receipts.insert(entry.id.clone(), receipt.clone());
        self.done.push((entry.application.clone(), act, entry.id.clone()));
        self.applications.insert(entry.application.clone(), next);
        Answer::Receipt(receipt)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn whatever_the_weather_everything_promised_arrives_once_or_is_said() {
        let seed = std::env::var("HC_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_125);
        let totals = super::runs(seed, 10_000);
        println!("seed {seed}: {totals}");
        assert!(totals.seeds.is_empty(), "{totals}; seeds {:?}", totals.seeds.iter().take(5).collect::<Vec<_>>());
    }
}
