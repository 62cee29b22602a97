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
    /// A condition on an answer that this question does not take: a code that is not in its list, another type or unit, an
    /// order that its answers do not have; or on what nobody answers.
    NoSuchAnswer(String),
    /// An initial value that is ignored: of another type, or of a consent.
    BadInitial,
    /// Conditions that wait for each other; those of this item are ignored.
    ConditionCycle,
    /// Answers inside an answer of a repeating question; asked once.
    NestedInRepeating,
    /// Several conditions, and not a word on whether all or any of them must hold: all must.
    NotJoined,
    /// A number of answers or rows of what does not repeat.
    NotRepeated(String),
    /// A rule names an item that is not in the form; what depends on it does not hold.
    UnknownInRule(String),
    /// A rule waits for an answer that this question does not take; it never judges.
    NoSuchAnswerInRule(String),
    /// A rule measures from an item that is no date; it never judges.
    NoDayInRule(String),
    /// A rule asks an item for the kind of document, which offers none that we know.
    NoKindInRule(String),
    /// A value is to be taken from an item whose answer never contains it; it is asked.
    NothingToDerive(String),
}
