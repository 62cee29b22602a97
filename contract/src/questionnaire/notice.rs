//! What is said of a form that cannot be asked as it is: why there is none, or what of it was not understood.

/// Why there is no form at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// Not JSON, or nested deeper than any form.
    NotJson,
    /// JSON of something else.
    NotQuestionnaire,
    /// A questionnaire that asks nothing.
    Empty,
}

/// What was not understood in a form that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The item it is about; empty for the questionnaire as a whole.
    pub link_id: String,
    /// What about it.
    pub kind: NoticeKind,
}

/// What was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A type we cannot ask; the item is left out.
    UnknownType(String),
    /// An extension we do not know; ignored.
    UnknownExtension(String),
    /// Says how other tools compute the answer; asked here as any other question.
    Computed(String),
    /// An extension we know, written differently; ignored.
    BadExtension(String),
    /// An item without linkId; left out with what is inside it.
    MissingLinkId,
    /// A second item of the same linkId; left out with what is inside it.
    DuplicateLinkId,
    /// A list of which some entries are told by what they are, not one by one: which list, and which part of it.
    PartOfList(String),
    /// A bound or rule that does not look at answers of this type.
    OfAnotherType(String),
    /// A control that we do not draw, or not on such an item; drawn as usual.
    UnknownControl(String),
    /// A list that is not in the file; the item is left out, or takes own words.
    MissingOptions(String),
    /// A condition on an item that is not there; it does not hold.
    UnknownQuestion(String),
    /// A condition we cannot read; it does not hold.
    BadCondition,
    /// A condition on an answer that this question does not take: a code that is not in its list, or another type.
    NoSuchAnswer(String),
    /// An initial value that is ignored: of another type, or of a consent.
    BadInitial,
    /// Conditions that wait for each other; those of this item are ignored.
    ConditionCycle,
    /// Answers inside an answer of a repeating question; asked once.
    NestedInRepeating,
    /// A rule names an item that is not in the form; what depends on it does not hold.
    UnknownInRule(String),
}
