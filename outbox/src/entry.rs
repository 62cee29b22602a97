//! What waits to be sent, and how far it has come.
use contract::api::{BindDocument, ItemError, Receipt};
use contract::application::{Act, State as ApplicationState};
use contract::json::FromJson;
use serde::Serialize;

/// A UUID: names the entry, and is its `Idempotency-Key` where the call takes one.
pub type EntryId = String;

/// Milliseconds of the phone's own clock. Only differences count, so a wrong clock does no harm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, FromJson)]
#[serde(transparent)]
pub struct Time(pub u64);

/// One thing to be sent once. Stored as it is, encrypted, before it is first sent.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
pub struct Entry {
    /// Its name and key.
    pub id: EntryId,
    /// Grows from entry to entry: the order within one application.
    pub order: u64,
    /// The application it belongs to.
    pub application: String,
    /// The subject who may send it; `None` for what was begun signed out and not yet taken over by anybody.
    pub owner: Option<String>,
    /// What is sent.
    pub body: Body,
    /// How far it has come.
    pub state: State,
    /// When it was put here.
    pub made_at: Time,
    /// Failures in a row, for the length of the next wait.
    #[serde(default)]
    pub failures: u32,
    /// It may have left this phone at least once: from then on taking it back is the server's business.
    #[serde(default)]
    pub left: bool,
    /// How often the same repair was tried (bytes that did not arrive whole, documents that were missing).
    #[serde(default)]
    pub repairs: u32,
    /// How often its bytes went up again because the server did not have them any more.
    #[serde(default)]
    pub lost: u32,
    /// How long the wait under way was meant to be, in milliseconds: a clock that was set meanwhile makes it no longer.
    #[serde(default)]
    pub wait: u64,
}

/// What an entry sends. The bytes never change.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// `PUT` the application: a frozen `NewApplication`.
    Begin(String),
    /// Upload bytes from the vault, then bind them to their item.
    Document {
        /// Its id.
        document: String,
        /// All but the upload's location, which stands beside.
        bind: BindDocument,
        /// Where the server takes the bytes; kept as soon as it is known.
        #[serde(default)]
        location: Option<String>,
    },
    /// Remove a document from the server.
    Remove {
        /// Its id.
        document: String,
    },
    /// An act with frozen bytes: submit, supplement, report, withdraw.
    Act {
        /// Which.
        act: Act,
        /// The JSON body.
        frozen: String,
        /// The documents that the body names.
        #[serde(default)]
        documents: Vec<String>,
    },
}

/// The one thing an entry does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Send the bytes of a document.
    Upload,
    /// Send the request itself.
    Send,
    /// Ask for the receipt: a reply was lost.
    Ask,
}

/// How far an entry has come.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// On this phone; goes out in its turn.
    Queued(Step),
    /// On its way.
    Busy(Step),
    /// Goes on by itself later.
    Waiting {
        /// What it will do then.
        step: Step,
        /// Not before.
        until: Time,
        /// Why it waits.
        why: Why,
    },
    /// The server has it.
    Received {
        /// Of an act.
        receipt: Option<Box<Receipt>>,
        /// When we learned of it.
        at: Time,
    },
    /// It will not go out as it is. It is kept, and said.
    SetAside(Reason),
}

impl State {
    /// Nothing more will happen by itself.
    pub const fn is_settled(&self) -> bool {
        matches!(self, Self::Received { .. } | Self::SetAside(_))
    }

    /// The server has it.
    pub const fn is_received(&self) -> bool {
        matches!(self, Self::Received { .. })
    }

    /// A reply was lost, and we are finding out whether it arrived.
    pub const fn is_checking(&self) -> bool {
        matches!(self, Self::Queued(Step::Ask) | Self::Busy(Step::Ask) | Self::Waiting { step: Step::Ask, .. })
    }
}

/// Why an entry waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromJson)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// No network. A sign of life ends the wait.
    Network,
    /// The server said when; nothing shortens it.
    Told,
    /// The server had a fault. A tap ends the wait.
    Fault,
}

/// Why an entry was set aside.
#[derive(Clone, Debug, PartialEq, Serialize, FromJson)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Items need a change.
    Fix(Vec<ItemError>),
    /// Things have moved on: this act is not possible any more.
    Moved(Option<ApplicationState>),
    /// Not at this time.
    Window {
        /// Possible from then on, RFC 3339.
        from: Option<String>,
        /// Was possible until then, RFC 3339.
        until: Option<String>,
    },
    /// The form has a newer version, `id|version`: look through it and send again.
    FormChanged(String),
    /// Another phone has saved something else.
    TwoPhones,
    /// An application for this ID number is open: this one.
    AlreadyOpen(String),
    /// It belongs to another sign-in.
    Elsewhere,
    /// The server will not take this document.
    Refused {
        /// Document code of contract §4.
        code: String,
        /// Numbers for the sentence.
        #[serde(default)]
        params: serde_json::Map<String, serde_json::Value>,
    },
    /// A document that it names will not be taken, so it cannot go out.
    DocumentLeftOut(String),
    /// The bytes did not arrive as they left, three times.
    NotWhole,
    /// Larger than the server takes, bytes.
    TooLarge(Option<u64>),
    /// The bytes on this phone cannot be read any more.
    Broken,
    /// What has to go before it was set aside.
    Before(EntryId),
    /// The application is not there, or not this person's.
    NotFound,
    /// A fault of the app or the server that no repeating mends.
    Fault {
        /// Slug, or the status.
        code: String,
        /// To tell the office.
        reference: Option<String>,
    },
}

/// What a person can do about an entry that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Change the marked items and send again.
    Fix,
    /// Look how the application stands.
    Look,
    /// Wait, or call.
    Wait,
    /// Look through the new form and send again.
    Migrate(String),
    /// Choose between two drafts.
    Merge,
    /// Open that application.
    Open(String),
    /// Sign in as the other one.
    OtherSignIn,
    /// Take another document.
    AnotherDocument,
    /// Do something about that entry first.
    First(EntryId),
    /// Keep a copy as a file and tell the office the reference.
    Export(Option<String>),
}

impl Reason {
    /// It may be another time: trying once more can help.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Window { .. } | Self::NotWhole | Self::NotFound | Self::Fault { .. } => true,
            Self::Fix(_)
            | Self::Moved(_)
            | Self::FormChanged(_)
            | Self::TwoPhones
            | Self::AlreadyOpen(_)
            | Self::Elsewhere
            | Self::Refused { .. }
            | Self::DocumentLeftOut(_)
            | Self::TooLarge(_)
            | Self::Broken
            | Self::Before(_) => false,
        }
    }

    /// The one way forward.
    pub fn next_step(&self) -> NextStep {
        match self {
            Self::Fix(_) => NextStep::Fix,
            Self::Moved(_) => NextStep::Look,
            Self::Window { .. } => NextStep::Wait,
            Self::FormChanged(form) => NextStep::Migrate(form.clone()),
            Self::TwoPhones => NextStep::Merge,
            Self::AlreadyOpen(application) => NextStep::Open(application.clone()),
            Self::Elsewhere => NextStep::OtherSignIn,
            Self::Refused { .. } | Self::DocumentLeftOut(_) | Self::NotWhole | Self::TooLarge(_) | Self::Broken => {
                NextStep::AnotherDocument
            }
            Self::Before(id) => NextStep::First(id.clone()),
            Self::NotFound => NextStep::Export(None),
            Self::Fault { reference, .. } => NextStep::Export(reference.clone()),
        }
    }
}

impl Entry {
    /// A new entry in its first state.
    pub fn new(id: EntryId, order: u64, application: &str, owner: Option<&str>, body: Body, now: Time) -> Self {
        let first = body.first_step();
        Self {
            id,
            order,
            application: application.to_owned(),
            owner: owner.map(str::to_owned),
            body,
            state: State::Queued(first),
            made_at: now,
            failures: 0,
            left: false,
            repairs: 0,
            lost: 0,
            wait: 0,
        }
    }

    /// How much its document weighs; 0 for what has none.
    pub fn bytes(&self) -> u64 {
        match &self.body {
            Body::Document { bind, .. } => bind.size,
            Body::Begin(_) | Body::Remove { .. } | Body::Act { .. } => 0,
        }
    }

    /// The document it sends or removes.
    pub fn document(&self) -> Option<&str> {
        match &self.body {
            Body::Document { document, .. } | Body::Remove { document } => Some(document),
            Body::Begin(_) | Body::Act { .. } => None,
        }
    }

    /// The receipt, once there is one.
    pub fn receipt(&self) -> Option<&Receipt> {
        match &self.state {
            State::Received { receipt, .. } => receipt.as_deref(),
            State::Queued(_) | State::Busy(_) | State::Waiting { .. } | State::SetAside(_) => None,
        }
    }
}

impl Body {
    /// A document that has a location goes on from the server's offset, which is an upload too.
    pub(crate) const fn first_step(&self) -> Step {
        match self {
            Self::Document { .. } => Step::Upload,
            Self::Begin(_) | Self::Remove { .. } | Self::Act { .. } => Step::Send,
        }
    }

    /// What to do when a request may have arrived but the reply did not: contract §3.1, column "lost".
    pub(crate) const fn after_lost_reply(&self, step: Step) -> Step {
        match self {
            Self::Act { .. } => Step::Ask,
            Self::Begin(_) | Self::Remove { .. } | Self::Document { .. } => step,
        }
    }
}
