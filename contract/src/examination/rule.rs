//! What a result proposes, and what all results together propose.
use super::{
    entry::Entry,
    profile::{Item, ItemValue, Person, Range, range_for},
};
use serde::Deserialize;

/// What the result of one item means for the certificate, from harmless to grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemOutcome {
    /// Nothing.
    None,
    /// Worth knowing, does not matter for the certificate.
    Information,
    /// To be examined once more.
    Repeat,
    /// A doctor has to look first.
    SeeDoctor,
    /// Not fit for this work until well.
    NotEligible,
}

impl ItemOutcome {
    /// Every outcome, from harmless to grave.
    pub const ALL: [Self; 5] = [Self::None, Self::Information, Self::Repeat, Self::SeeDoctor, Self::NotEligible];

    /// Its code in the profiles and in an observation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Information => "information",
            Self::Repeat => "repeat",
            Self::SeeDoctor => "see-doctor",
            Self::NotEligible => "not-eligible",
        }
    }

    /// The outcome with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What all results together propose to the examiner, who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// Nothing speaks against the certificate.
    Pass,
    /// Something must be examined once more.
    ReExamine,
    /// A doctor has to look first.
    Refer,
    /// A finding that excludes this work for now.
    Unfit,
}

/// The worst outcome decides.
pub fn propose(outcomes: impl IntoIterator<Item = ItemOutcome>) -> Proposal {
    match outcomes.into_iter().max().unwrap_or(ItemOutcome::None) {
        ItemOutcome::None | ItemOutcome::Information => Proposal::Pass,
        ItemOutcome::Repeat => Proposal::ReExamine,
        ItemOutcome::SeeDoctor => Proposal::Refer,
        ItemOutcome::NotEligible => Proposal::Unfit,
    }
}

/// A condition on a value, in the few words that profiles use.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub enum Condition {
    /// `above reference`
    Above,
    /// `below reference`
    Below,
    /// `outside reference`
    Outside,
    /// `above 2 x upper limit`
    AboveTimes(f64),
    /// `systolic >= 180 or diastolic >= 110`: by the English names of parts; one is enough.
    AnyAtLeast(Vec<(String, f64)>),
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(words: String) -> Result<Self, Self::Error> {
        let times = || words.strip_prefix("above ")?.strip_suffix(" x upper limit")?.parse().ok().map(Self::AboveTimes);
        let parts = || {
            words
                .split(" or ")
                .map(|one| {
                    let (name, least) = one.split_once(" >= ")?;
                    Some((name.to_owned(), least.parse().ok()?))
                })
                .collect::<Option<Vec<_>>>()
                .map(Self::AnyAtLeast)
        };
        match words.as_str() {
            "above reference" => Some(Self::Above),
            "below reference" => Some(Self::Below),
            "outside reference" => Some(Self::Outside),
            _ => times().or_else(parts),
        }
        .ok_or_else(|| format!("unknown condition: {words}"))
    }
}

/// Where a number lies beside a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    Within,
    Above,
}

pub(super) fn side(number: f64, range: &Range) -> Side {
    if range.low.is_some_and(|low| number < low) {
        Side::Below
    } else if range.high.is_some_and(|high| number > high) {
        Side::Above
    } else {
        Side::Within
    }
}

/// What one result proposes. Without a range for this person, a number proposes nothing: the examiner looks.
pub fn judge(item: &Item, entry: &Entry, person: Person) -> ItemOutcome {
    if let (ItemValue::CodeableConcept { values, .. }, Entry::Finding { code, .. }) = (&item.value, entry) {
        return values.iter().find(|it| it.code == *code).map_or(ItemOutcome::None, |it| it.outcome);
    }
    let measured = measured(item, entry, person);
    let holds = |condition: &Condition| {
        let any = |test: &dyn Fn(f64, &Range) -> bool| {
            measured.iter().any(|(_, number, range)| range.is_some_and(|range| test(*number, range)))
        };
        match condition {
            Condition::Above => any(&|number, range| side(number, range) == Side::Above),
            Condition::Below => any(&|number, range| side(number, range) == Side::Below),
            Condition::Outside => any(&|number, range| side(number, range) != Side::Within),
            Condition::AboveTimes(times) => any(&|number, range| range.high.is_some_and(|high| number > high * times)),
            Condition::AnyAtLeast(parts) => parts.iter().any(|(part, least)| {
                measured.iter().any(|(name, number, _)| name.eq_ignore_ascii_case(part) && number >= least)
            }),
        }
    };
    item.interpret.iter().filter(|it| holds(&it.when)).map(|it| it.outcome).max().unwrap_or(ItemOutcome::None)
}

/// English name, number and range of each number of an entry.
fn measured<'a>(item: &'a Item, entry: &Entry, person: Person) -> Vec<(&'a str, f64, Option<&'a Range>)> {
    match (&item.value, entry) {
        (_, Entry::Number(number)) => vec![(item.name.get("en"), *number, range_for(&item.reference_range, person))],
        (ItemValue::Components { components }, Entry::Parts(numbers)) => components
            .iter()
            .zip(numbers)
            .map(|(part, number)| (part.name.get("en"), *number, range_for(&part.reference_range, person)))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::profile::{Profiles, Sex};
    use super::*;

    pub(in super::super) fn profiles() -> Profiles {
        Profiles::read(include_str!("../../../forms/examination-profiles.json")).unwrap()
    }

    fn finding(code: &str) -> Entry {
        Entry::Finding { code: code.into(), text: None }
    }

    #[test]
    fn what_each_result_proposes() {
        let man = Person { sex: Some(Sex::Male), age: Some(36) };
        let woman = Person { sex: Some(Sex::Female), age: Some(36) };
        let unknown = Person::default();
        let profiles = profiles();
        for (item, entry, person, expected) in [
            ("alt", Entry::Number(50.0), man, ItemOutcome::None),
            ("alt", Entry::Number(51.0), man, ItemOutcome::Information),
            ("alt", Entry::Number(45.0), woman, ItemOutcome::Information),
            ("alt", Entry::Number(100.0), man, ItemOutcome::Information),
            ("alt", Entry::Number(101.0), man, ItemOutcome::SeeDoctor),
            ("alt", Entry::Number(101.0), unknown, ItemOutcome::None),
            ("bmi", Entry::Number(27.0), man, ItemOutcome::Information),
            ("vision-right", Entry::Number(4.6), unknown, ItemOutcome::Information),
            ("blood-pressure", Entry::Parts(vec![118.0, 76.0]), man, ItemOutcome::None),
            ("blood-pressure", Entry::Parts(vec![150.0, 76.0]), man, ItemOutcome::Information),
            ("blood-pressure", Entry::Parts(vec![150.0, 110.0]), man, ItemOutcome::SeeDoctor),
            ("blood-pressure", Entry::Parts(vec![180.0, 90.0]), unknown, ItemOutcome::SeeDoctor),
            ("hev-igm", finding("negative"), man, ItemOutcome::None),
            ("hev-igm", finding("positive"), man, ItemOutcome::SeeDoctor),
            ("hev-igm", finding("indeterminate"), man, ItemOutcome::Repeat),
            ("shigella", finding("positive"), man, ItemOutcome::NotEligible),
            ("chest-x-ray", finding("inactive"), man, ItemOutcome::Information),
        ] {
            assert_eq!(judge(&profiles.items[item], &entry, person), expected, "{item} {entry:?}");
        }
    }

    #[test]
    fn the_worst_result_decides() {
        use ItemOutcome::{Information, NotEligible, Repeat, SeeDoctor};
        for (outcomes, expected) in [
            (vec![], Proposal::Pass),
            (vec![ItemOutcome::None, Information], Proposal::Pass),
            (vec![Repeat, Information], Proposal::ReExamine),
            (vec![Repeat, SeeDoctor], Proposal::Refer),
            (vec![NotEligible, SeeDoctor], Proposal::Unfit),
        ] {
            assert_eq!(propose(outcomes.clone()), expected, "{outcomes:?}");
        }
    }

    #[test]
    fn every_category_has_a_profile_whose_items_are_known() {
        let profiles = profiles();
        for category in ["food-catering", "public-place", "drinking-water", "cosmetics", "own words"] {
            let profile = profiles.for_category(category).unwrap();
            assert_eq!(profiles.items_of(profile).count(), profile.items.len(), "{category}");
        }
    }

    #[test]
    fn a_condition_in_unknown_words_is_refused() {
        for words in ["sometimes", "above x upper limit", "systolic > 3", ""] {
            assert!(Condition::try_from(words.to_owned()).is_err(), "{words}");
        }
    }
}
