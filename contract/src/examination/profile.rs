//! The examination's data: which items are examined for which work, how their values look, which ranges count.
use super::rule::{Condition, ItemOutcome};
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole file `examination-profiles.json`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profiles {
    /// GB/T 11533: written marks and the decimal they stand for.
    pub five_mark_to_decimal: Vec<FiveMark>,
    /// What is to be minded before a visit, by name.
    pub preparation: BTreeMap<String, Preparation>,
    /// Items by name.
    pub items: BTreeMap<String, Item>,
    /// Sets of items.
    pub profiles: Vec<Profile>,
}

/// What is to be minded before a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Preparation {
    /// Nothing is eaten before.
    #[serde(default)]
    pub fasting: bool,
    /// Shown.
    #[serde(flatten)]
    pub words: Texts,
}

/// What is examined for some kinds of work.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Its name in `sites.json`.
    pub id: String,
    /// Shown.
    pub name: Texts,
    /// Category codes.
    #[serde(default)]
    pub applies_to: Vec<String>,
    /// Names of items, all needed to pass.
    pub items: Vec<String>,
    /// Items done where an examiner asks for them.
    #[serde(default)]
    pub on_request: Vec<String>,
    /// Names of preparations, in the order they are said in. One that none of its items names is for each visit.
    #[serde(default)]
    pub preparation: Vec<String>,
    /// About so long.
    #[serde(default)]
    pub minutes: u32,
    /// How long a certificate holds.
    #[serde(default)]
    pub validity: Months,
}

/// A length of time in months, as FHIR writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Months {
    /// So many.
    pub value: u32,
}

impl Months {
    /// The last day of what holds so long from this day on, which counts: the day before the one of the same number, so that
    /// the next one can begin on it. In a month without that number nothing begins on it, and the month holds to its end, as
    /// the Civil Code (art. 202) reckons: of a year from 29 February the last day is 28 February, not the 27th.
    pub fn last_day(self, from: NaiveDate) -> NaiveDate {
        let Some(end) = from.checked_add_months(chrono::Months::new(self.value)) else { return from };
        let last = if end.day() == from.day() { end.pred_opt() } else { Some(end) };
        last.unwrap_or(end).max(from)
    }
}

impl Default for Months {
    fn default() -> Self {
        Self { value: 12 }
    }
}

/// One item of an examination.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// LOINC or local.
    pub code: Code,
    /// Shown.
    pub name: Texts,
    /// FHIR observation category.
    #[serde(default)]
    pub category: String,
    /// What a result looks like.
    pub value: ItemValue,
    /// `mask`: covered until tapped.
    #[serde(default)]
    pub sensitivity: Vec<String>,
    /// Names of the preparations that it needs.
    #[serde(default)]
    pub preparation: Vec<String>,
    /// The first that fits a person counts.
    #[serde(default)]
    pub reference_range: Vec<Range>,
    /// What a value outside its range proposes; the worst that holds counts.
    #[serde(default)]
    pub interpret: Vec<Interpret>,
}

impl Item {
    /// Covered until its person taps on it.
    pub fn is_sensitive(&self) -> bool {
        self.sensitivity.iter().any(|it| it == "mask")
    }

    /// Computed from other items, never typed.
    pub fn is_computed(&self) -> bool {
        matches!(&self.value, ItemValue::Quantity { computed: Some(_), .. })
    }
}

/// A code in a system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Code {
    /// URI.
    pub system: String,
    /// In it.
    pub code: String,
    /// As the system writes it.
    #[serde(default)]
    pub display: Option<String>,
}

/// What a result looks like.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all_fields = "camelCase")]
pub enum ItemValue {
    /// One of several findings, perhaps with words.
    CodeableConcept {
        /// URI of the findings' codes.
        system: String,
        /// The findings.
        values: Vec<Finding>,
        /// An examiner may add words.
        #[serde(default)]
        text_allowed: bool,
    },
    /// A number with a unit.
    Quantity {
        /// UCUM.
        unit: Code,
        /// Digits after the point.
        decimals: u8,
        /// Nothing outside is a slip of the pen.
        hard_limits: Limits,
        /// How it is computed, where nobody types it.
        #[serde(default)]
        computed: Option<String>,
        /// How it is measured.
        #[serde(default)]
        method: Option<String>,
    },
    /// Several numbers that belong together.
    #[serde(rename = "components")]
    Components {
        /// In their order.
        components: Vec<Part>,
    },
}

/// A finding that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// In the item's system.
    pub code: String,
    /// Shown.
    pub name: Texts,
    /// What it proposes.
    pub outcome: ItemOutcome,
}

/// One number of several.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// LOINC or local.
    pub code: Code,
    /// Shown.
    pub name: Texts,
    /// Always a quantity.
    pub value: ItemValue,
    /// The first that fits a person counts.
    #[serde(default)]
    pub reference_range: Vec<Range>,
}

/// Smallest and largest, both allowed.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Limits {
    /// Smallest.
    pub low: f64,
    /// Largest.
    pub high: f64,
}

/// A reference range and whom it is for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Range {
    /// For all, if not said.
    #[serde(default)]
    pub gender: Option<Sex>,
    /// In whole years; for all, if not said.
    #[serde(default)]
    pub age: Option<Limits>,
    /// Lowest usual value.
    #[serde(default)]
    pub low: Option<f64>,
    /// Highest usual value.
    #[serde(default)]
    pub high: Option<f64>,
    /// A remark.
    #[serde(default)]
    pub text: Option<Texts>,
}

/// What a condition on the value proposes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Interpret {
    /// In a few fixed words, see [`Condition`].
    pub when: Condition,
    /// Then.
    pub outcome: ItemOutcome,
}

/// A mark of the five-mark vision chart and its decimal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FiveMark {
    /// `4.9`
    pub mark: String,
    /// `0.8`
    pub decimal: String,
}

/// Sex, as far as a range asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// Who is examined, as far as a range asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Unknown where neither number nor form says it.
    pub sex: Option<Sex>,
    /// In whole years on the day of the examination.
    pub age: Option<u32>,
}

/// One text by language tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The text in a language, else in Chinese, which every text has.
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get("zh-CN")).map_or("", String::as_str)
    }

    /// Language tags and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (language.as_str(), text.as_str()))
    }
}

/// Why the file cannot be used: a committee's slip, to be shown when the server starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileError {
    /// Not of this shape, or a condition in words we do not know.
    Shape(String),
    /// A profile names an item that is not there.
    UnknownItem(String),
    /// A profile or an item names a preparation that is not there.
    UnknownPreparation(String),
}

impl Profiles {
    /// Reads the file.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(json: &str) -> Result<Self, ProfileError> {
        let profiles: Self = serde_json::from_str(json).map_err(|error| ProfileError::Shape(error.to_string()))?;
        let mut named = profiles.profiles.iter().flat_map(|it| it.items.iter().chain(&it.on_request));
        if let Some(name) = named.find(|name| !profiles.items.contains_key(*name)) {
            return Err(ProfileError::UnknownItem(name.clone()));
        }
        let of_items = profiles.items.values().flat_map(|it| &it.preparation);
        let mut named = profiles.profiles.iter().flat_map(|it| &it.preparation).chain(of_items);
        match named.find(|name| !profiles.preparation.contains_key(*name)) {
            Some(name) => Err(ProfileError::UnknownPreparation(name.clone())),
            None => Ok(profiles),
        }
    }

    /// What is examined for a kind of work; where the code is not known (own words), the profile bound to no work.
    pub fn for_category(&self, category: &str) -> Option<&Profile> {
        let named = self.profiles.iter().find(|it| it.applies_to.iter().any(|code| code == category));
        named.or_else(|| self.profiles.iter().find(|it| it.applies_to.is_empty())).or(self.profiles.first())
    }

    /// The items of a profile in its order, with their names.
    pub fn items_of<'a>(&'a self, profile: &'a Profile) -> impl Iterator<Item = (&'a str, &'a Item)> {
        profile.items.iter().filter_map(|name| Some((name.as_str(), self.items.get(name)?)))
    }

    /// Profiles bound to no work: an office adds them where it wants their items.
    pub fn to_add(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().filter(|profile| profile.applies_to.is_empty())
    }

    /// What is needed for a kind of work and by the profiles that an office added; what several name, once.
    pub fn items_for(&self, category: &str, added: &[String]) -> Vec<(&str, &Item)> {
        let added = self.profiles.iter().filter(|profile| added.contains(&profile.id));
        let mut items: Vec<(&str, &Item)> = Vec::new();
        for (name, item) in self.for_category(category).into_iter().chain(added).flat_map(|it| self.items_of(it)) {
            if items.iter().all(|(known, _)| *known != name) {
                items.push((name, item));
            }
        }
        items
    }

    /// What is to be minded before a visit, by name and each once: what its profiles say, in their order, and what its items
    /// need beside. Where only the items of some codes are examined again, what the others need is left out.
    pub fn preparations(&self, category: &str, added: &[String], again: &[String]) -> Vec<(&str, &Preparation)> {
        let whole = self.items_for(category, added);
        let names = |item: &&Item, name: &String| item.preparation.contains(name);
        let examined: Vec<&Item> = if again.is_empty() {
            whole.iter().map(|(_, item)| *item).collect()
        } else {
            self.items.values().filter(|item| again.contains(&item.code.code)).collect()
        };
        let is_needed = |name: &&String| {
            examined.iter().any(|item| names(item, name)) || !whole.iter().any(|(_, item)| names(item, name))
        };
        let added = self.profiles.iter().filter(|profile| added.contains(&profile.id));
        let profiles = self.for_category(category).into_iter().chain(added);
        let said = profiles.flat_map(|profile| &profile.preparation).filter(is_needed);
        let mut found: Vec<(&str, &Preparation)> = Vec::new();
        for name in said.chain(examined.iter().flat_map(|item| &item.preparation)) {
            if let Some(preparation) = self.preparation.get(name).filter(|_| found.iter().all(|(it, _)| it != name)) {
                found.push((name, preparation));
            }
        }
        found
    }
}

/// The range that counts for a person. Where it depends on a fact that is not known, none.
pub fn range_for(ranges: &[Range], person: Person) -> Option<&Range> {
    ranges.iter().find(|range| {
        range.gender.is_none_or(|sex| person.sex == Some(sex))
            && range.age.is_none_or(|years| {
                person.age.map(f64::from).is_some_and(|age| (years.low..=years.high).contains(&age))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A committee's own file, which knows none of our names.
    const OWN: &str = r#"{
        "fiveMarkToDecimal": [],
        "preparation": {
            "papers": {"zh-CN": "带证件"},
            "empty-stomach": {"fasting": true, "zh-CN": "早上不吃东西", "en": "No breakfast"},
            "lenses": {"zh-CN": "带眼镜"}
        },
        "items": {
            "sugar": {"code": {"system": "s", "code": "glu"}, "name": {"zh-CN": "血糖"}, "preparation": ["empty-stomach"],
                "value": {"type": "CodeableConcept", "system": "s", "values": []}},
            "eyes": {"code": {"system": "s", "code": "vis"}, "name": {"zh-CN": "视力"}, "preparation": ["lenses"],
                "value": {"type": "CodeableConcept", "system": "s", "values": []}},
            "feet": {"code": {"system": "s", "code": "ft"}, "name": {"zh-CN": "足"},
                "value": {"type": "CodeableConcept", "system": "s", "values": []}}
        },
        "profiles": [
            {"id": "kitchen", "name": {"zh-CN": "厨房"}, "appliesTo": ["cook"], "items": ["sugar", "feet"], "preparation": ["papers"]},
            {"id": "driver", "name": {"zh-CN": "司机"}, "appliesTo": ["drive"], "items": ["eyes"], "preparation": ["papers", "lenses"]},
            {"id": "old", "name": {"zh-CN": "旧"}, "appliesTo": ["old"], "items": ["feet"], "preparation": ["empty-stomach"]},
            {"id": "more", "name": {"zh-CN": "加做"}, "items": ["sugar"]}
        ]
    }"#;

    #[test]
    fn a_certificate_holds_to_the_day_before_its_anniversary_or_to_the_end_of_a_month_without_one() {
        for (months, from, last) in [
            (12, "2026-11-28", "2027-11-27"),
            (12, "2027-01-01", "2027-12-31"),
            (12, "2028-02-28", "2029-02-27"),
            (12, "2028-02-29", "2029-02-28"),
            (12, "2028-03-01", "2029-02-28"),
            (48, "2028-02-29", "2032-02-28"),
            (6, "2026-08-29", "2027-02-28"),
            (6, "2026-08-31", "2027-02-28"),
            (6, "2027-08-31", "2028-02-29"),
            (1, "2027-05-31", "2027-06-30"),
            (1, "2027-06-30", "2027-07-29"),
            // Not even a day of its own would be none at all.
            (0, "2027-06-30", "2027-06-30"),
        ] {
            let day = |text: &str| text.parse::<NaiveDate>().unwrap();
            assert_eq!(Months { value: months }.last_day(day(from)), day(last), "{months} months from {from}");
        }
    }

    #[test]
    fn what_a_committee_names_is_minded_for_what_is_examined() {
        let own = Profiles::read(OWN).unwrap();
        for (category, added, again, expected, fasting) in [
            ("cook", vec![], vec![], vec!["papers", "empty-stomach"], true),
            ("cook", vec![], vec!["ft"], vec!["papers"], false),
            ("cook", vec![], vec!["glu"], vec!["papers", "empty-stomach"], true),
            ("drive", vec![], vec![], vec!["papers", "lenses"], false),
            ("drive", vec!["more"], vec![], vec!["papers", "lenses", "empty-stomach"], true),
            ("drive", vec!["more"], vec!["vis"], vec!["papers", "lenses"], false),
            // No item of this one says what needs it: it is for each visit.
            ("old", vec![], vec!["ft"], vec!["empty-stomach"], true),
        ] {
            let words = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<String>>();
            let found = own.preparations(category, &words(&added), &words(&again));
            assert_eq!(
                found.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
                expected,
                "{category} {added:?} {again:?}"
            );
            assert_eq!(found.iter().any(|(_, it)| it.fasting), fasting, "{category} {added:?} {again:?}");
        }
        assert_eq!(own.preparation["empty-stomach"].words.get("en"), "No breakfast");
    }

    #[test]
    fn a_preparation_that_is_nowhere_is_a_slip() {
        for (from, to) in [(r#"["lenses"]"#, r#"["lense"]"#), (r#"["papers"]"#, r#"["paper"]"#)] {
            let slip = OWN.replacen(from, to, 1);
            assert!(matches!(Profiles::read(&slip), Err(ProfileError::UnknownPreparation(_))), "{to}");
        }
    }
}
