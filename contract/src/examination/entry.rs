//! What an examiner typed, and whether it can be a result.
use super::profile::{FiveMark, Item, ItemValue, Limits};

/// The fields of one item as they were typed. All empty: not recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Typed<'a> {
    /// The number, the finding's code, or the first part.
    pub value: &'a str,
    /// The second part.
    pub second: &'a str,
    /// Words to a finding.
    pub text: &'a str,
}

/// A result that can be one.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A finding of the item, perhaps with words.
    Finding {
        /// In the item's system.
        code: String,
        /// An examiner's words.
        text: Option<String>,
    },
    /// A number in the item's unit.
    Number(f64),
    /// Numbers in the order of the item's parts.
    Parts(Vec<f64>),
}

/// Why what was typed is no result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EntryProblem {
    /// Not a number.
    NotANumber,
    /// A slip of the pen: outside what is possible.
    Impossible(Limits),
    /// More digits after the point than the item has.
    TooPrecise(u8),
    /// Not a finding of this item.
    UnknownFinding,
    /// Words stand alone: no finding was chosen.
    NoFinding,
    /// One part is missing.
    HalfTyped,
    /// The first part must be the larger one (systolic above diastolic).
    PartsSwapped,
    /// Nobody types this: it is computed.
    Computed,
}

impl Item {
    /// Reads what was typed. `None`: nothing was.
    ///
    /// # Errors
    /// Why it is no result.
    pub fn entry(&self, typed: Typed<'_>) -> Result<Option<Entry>, EntryProblem> {
        let (value, second, text) = (typed.value.trim(), typed.second.trim(), typed.text.trim());
        match &self.value {
            ItemValue::CodeableConcept { text_allowed: true, .. } if value.is_empty() && !text.is_empty() => {
                Err(EntryProblem::NoFinding)
            }
            _ if value.is_empty() && second.is_empty() => Ok(None),
            ItemValue::CodeableConcept { values, text_allowed, .. } => {
                if values.iter().all(|it| it.code != value) {
                    return Err(EntryProblem::UnknownFinding);
                }
                let text = (*text_allowed && !text.is_empty()).then(|| text.to_owned());
                Ok(Some(Entry::Finding { code: value.to_owned(), text }))
            }
            ItemValue::Quantity { computed: Some(_), .. } => Err(EntryProblem::Computed),
            quantity @ ItemValue::Quantity { .. } => number(quantity, value).map(|it| Some(Entry::Number(it))),
            ItemValue::Components { components } => {
                if value.is_empty() || second.is_empty() {
                    return Err(EntryProblem::HalfTyped);
                }
                let typed = [value, second];
                let parts: Vec<f64> = components
                    .iter()
                    .zip(typed)
                    .map(|(part, typed)| number(&part.value, typed))
                    .collect::<Result<_, _>>()?;
                match parts.as_slice() {
                    [first, second] if first <= second => Err(EntryProblem::PartsSwapped),
                    _ => Ok(Some(Entry::Parts(parts))),
                }
            }
        }
    }
}

/// Full-width digits and a comma for the point are forgiven.
fn number(value: &ItemValue, typed: &str) -> Result<f64, EntryProblem> {
    let ItemValue::Quantity { decimals, hard_limits, .. } = value else { return Err(EntryProblem::NotANumber) };
    let plain: String = typed
        .chars()
        .map(|it| match it {
            '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(it) - 0xff10 + 0x30).unwrap_or(it),
            '，' | ',' | '．' | '。' => '.',
            _ => it,
        })
        .collect();
    if plain.is_empty() || plain.chars().any(|it| !it.is_ascii_digit() && it != '.') {
        return Err(EntryProblem::NotANumber);
    }
    let number: f64 = plain.parse().map_err(|_| EntryProblem::NotANumber)?;
    let digits = plain.split_once('.').map_or(0, |(_, after)| after.len());
    // Metres for centimetres are another unit, not too many digits.
    if !(hard_limits.low..=hard_limits.high).contains(&number) {
        Err(EntryProblem::Impossible(*hard_limits))
    } else if digits > usize::from(*decimals) {
        Err(EntryProblem::TooPrecise(*decimals))
    } else {
        Ok(number)
    }
}

/// Body mass index from centimetres and kilograms, to one digit.
///
/// Source: WS/T 428-2013; LOINC 39156-5.
pub fn bmi(height_cm: f64, weight_kg: f64) -> Option<f64> {
    let metres = height_cm / 100.0;
    (metres > 0.0 && weight_kg > 0.0).then(|| (weight_kg / (metres * metres) * 10.0).round() / 10.0)
}

/// The decimal acuity of a five-mark value, as the chart prints it.
///
/// Source: GB/T 11533-2011, L = 5 + lg V.
pub fn decimal_of_mark(table: &[FiveMark], mark: f64) -> Option<&str> {
    let mark = format!("{mark:.1}");
    table.iter().find(|it| it.mark == mark).map(|it| it.decimal.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::rule::tests::profiles;
    use super::*;

    fn typed(value: &'static str, second: &'static str) -> Typed<'static> {
        Typed { value, second, text: "" }
    }

    #[test]
    fn results_as_examiners_type_them() {
        let profiles = profiles();
        let number = |it: f64| Ok(Some(Entry::Number(it)));
        let limits = |low, high| Err(EntryProblem::Impossible(Limits { low, high }));
        for (item, value, second, expected) in [
            ("alt", "23", "", number(23.0)),
            ("alt", "２３", "", number(23.0)),
            ("alt", "", "", Ok(None)),
            ("alt", "23.5", "", Err(EntryProblem::TooPrecise(0))),
            ("alt", "-3", "", Err(EntryProblem::NotANumber)),
            ("alt", "abc", "", Err(EntryProblem::NotANumber)),
            ("alt", "99999", "", limits(0.0, 10000.0)),
            ("height", "172,5", "", number(172.5)),
            ("height", "1.72", "", limits(50.0, 250.0)),
            ("height", "172.55", "", Err(EntryProblem::TooPrecise(1))),
            ("vision-right", "5.4", "", limits(3.0, 5.3)),
            ("bmi", "22.0", "", Err(EntryProblem::Computed)),
            ("blood-pressure", "118", "76", Ok(Some(Entry::Parts(vec![118.0, 76.0])))),
            ("blood-pressure", "118", "", Err(EntryProblem::HalfTyped)),
            ("blood-pressure", "", "76", Err(EntryProblem::HalfTyped)),
            ("blood-pressure", "76", "118", Err(EntryProblem::PartsSwapped)),
            ("hev-igm", "negative", "", Ok(Some(Entry::Finding { code: "negative".into(), text: None }))),
            ("hev-igm", "normal", "", Err(EntryProblem::UnknownFinding)),
        ] {
            assert_eq!(profiles.items[item].entry(typed(value, second)), expected, "{item} {value} {second}");
        }
    }

    #[test]
    fn words_are_never_dropped_for_want_of_a_finding() {
        let profiles = profiles();
        let words = Typed { value: " ", second: "", text: "murmur" };
        assert_eq!(profiles.items["heart"].entry(words), Err(EntryProblem::NoFinding));
        assert_eq!(profiles.items["heart"].entry(Typed { text: "  ", ..words }), Ok(None));
        let found = Some(Entry::Finding { code: "normal".into(), text: Some("murmur".into()) });
        assert_eq!(profiles.items["heart"].entry(Typed { value: "normal", ..words }), Ok(found));
    }

    #[test]
    fn the_body_mass_index_is_computed() {
        for (height, weight, expected) in
            [(170.0, 65.0, Some(22.5)), (158.5, 49.9, Some(19.9)), (0.0, 65.0, None), (170.0, 0.0, None)]
        {
            assert_eq!(bmi(height, weight), expected, "{height} {weight}");
        }
    }

    #[test]
    fn five_marks_and_their_decimals() {
        let table = profiles().five_mark_to_decimal;
        for (mark, expected) in
            [(4.0, Some("0.1")), (4.9, Some("0.8")), (5.0, Some("1.0")), (5.3, Some("2.0")), (3.5, None)]
        {
            assert_eq!(decimal_of_mark(&table, mark), expected, "{mark}");
            let by_formula = 10_f64.powf(mark - 5.0);
            if let Some(decimal) = expected {
                let printed: f64 = decimal.parse().unwrap();
                assert!((printed - by_formula).abs() / by_formula < 0.06, "{mark}");
            }
        }
    }
}
