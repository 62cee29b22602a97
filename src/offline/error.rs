//! Why something was not stored or could not be read.

/// Why something was not stored, or could not be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The phone is full. It is tried again by itself; deleting photos helps.
    Full,
    /// Private browsing keeps nothing.
    Private,
    /// The person or the page around us has switched storage off.
    Disabled,
    /// The browser closed the storage and it did not open again. What was typed is still on the screen.
    Closed,
    /// A record was damaged, or written by a newer version: it is left as it is.
    Unreadable,
    /// There is no such record.
    Missing,
    /// It belongs to somebody else's sign-in.
    Locked,
    /// Another tab has it in hand. Going on here takes it over.
    Elsewhere,
    /// An earlier version of it is on its way to the office; what was changed since stays here.
    UnderWay,
}

/// What a person can do when something was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreStep {
    /// Make room; we try again by ourselves.
    MakeRoom,
    /// Use a normal window, or keep a copy as a file.
    OtherWindow,
    /// Switch storage on, or keep a copy as a file.
    SwitchOn,
    /// Keep this page open and keep a copy as a file.
    Export,
    /// Go on here, or in the other tab.
    TakeOver,
    /// Sign in as the one it belongs to.
    SignIn,
    /// Begin anew: it is not here.
    BeginAnew,
    /// Wait until the earlier version has arrived.
    Wait,
}

impl StoreError {
    /// The one way forward.
    pub const fn next_step(self) -> StoreStep {
        match self {
            Self::Full => StoreStep::MakeRoom,
            Self::Private => StoreStep::OtherWindow,
            Self::Disabled => StoreStep::SwitchOn,
            Self::Closed | Self::Unreadable => StoreStep::Export,
            Self::Elsewhere => StoreStep::TakeOver,
            Self::Missing => StoreStep::BeginAnew,
            Self::Locked => StoreStep::SignIn,
            Self::UnderWay => StoreStep::Wait,
        }
    }
}

/// Why nothing outlives this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyMemory {
    /// Private browsing.
    Private,
    /// Storage is switched off, or the page around us has none.
    Disabled,
    /// The phone is full.
    Full,
    /// No secure page (https): the browser gives no encryption.
    Insecure,
    /// The browser closed the storage.
    Closed,
    /// The key to what is kept is damaged: it stays where it is, and nothing is sealed beside it.
    Key,
}

impl From<StoreError> for WhyMemory {
    fn from(why: StoreError) -> Self {
        match why {
            StoreError::Full => Self::Full,
            StoreError::Private => Self::Private,
            StoreError::Disabled | StoreError::Locked => Self::Disabled,
            StoreError::Closed
            | StoreError::Unreadable
            | StoreError::Missing
            | StoreError::Elsewhere
            | StoreError::UnderWay => Self::Closed,
        }
    }
}
