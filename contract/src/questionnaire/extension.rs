//! Reading extensions and other optional parts of FHIR JSON, never failing: what is not there is `None`.
use serde_json::Value as Json;

use super::text::Text;

/// Root of our own extensions (forms/README.md §2).
pub(super) const OURS: &str = "https://health-certificate.example/fhir/StructureDefinition/";
/// Root of the extensions of FHIR itself.
pub(super) const FHIR: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Root of the extensions of Structured Data Capture.
pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/";
/// Codes of places where people are examined.
pub const SITE_SYSTEM: &str = "https://health-certificate.example/fhir/CodeSystem/site";
/// SHA-256 of a document, in hex: R4's own `hash` is SHA-1.
pub(super) const SHA256: &str = "https://health-certificate.example/fhir/StructureDefinition/sha256";
/// What was agreed to, in which language and when.
pub(super) const CONSENT_RECORD: &str = "https://health-certificate.example/fhir/StructureDefinition/consent-record";

/// A string member.
pub(super) fn string_of(object: &Json, name: &str) -> Option<String> {
    object.get(name).and_then(Json::as_str).map(str::to_owned)
}

/// A boolean member; absent is false.
pub(super) fn flag_of(object: &Json, name: &str) -> bool {
    object.get(name).and_then(Json::as_bool).unwrap_or(false)
}

/// The members of an array; absent is empty.
pub(super) fn list_of<'a>(object: &'a Json, name: &str) -> &'a [Json] {
    object.get(name).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// The first extension (or part of a complex one) with this url.
pub(super) fn read_extension<'a>(object: &'a Json, url: &str) -> Option<&'a Json> {
    list_of(object, "extension").iter().find(|extension| url_of(extension) == url)
}

/// All parts with this url.
pub(super) fn parts<'a>(object: &'a Json, url: &'a str) -> impl Iterator<Item = &'a Json> {
    list_of(object, "extension").iter().filter(move |extension| url_of(extension) == url)
}

/// The url of an extension.
pub(super) fn url_of(extension: &Json) -> &str {
    extension.get("url").and_then(Json::as_str).unwrap_or_default()
}

/// The string or code an extension carries.
pub(super) fn code_of(extension: &Json) -> Option<String> {
    ["valueCode", "valueString", "valueUri", "valueMarkdown"].iter().find_map(|name| string_of(extension, name))
}

/// The string or code of a part of a complex extension.
pub(super) fn part_code(extension: &Json, name: &str) -> Option<String> {
    read_extension(extension, name).and_then(code_of)
}

/// The whole number an extension carries.
pub(super) fn integer_of(extension: &Json) -> Option<i64> {
    ["valueInteger", "valuePositiveInt", "valueUnsignedInt", "valueDecimal"].iter().find_map(|name| {
        let number = extension.get(name)?;
        #[expect(clippy::cast_possible_truncation, reason = "a limit written as a decimal means its whole part")]
        number.as_i64().or_else(|| number.as_f64().map(|n| n as i64))
    })
}

/// The number an extension carries.
pub(super) fn number_of(extension: &Json) -> Option<f64> {
    ["valueDecimal", "valueInteger"].iter().find_map(|name| extension.get(name)?.as_f64())
}

/// The code of the first coding of a `valueCodeableConcept`.
pub(super) fn concept_of(extension: &Json) -> Option<String> {
    let coding = extension.get("valueCodeableConcept")?.get("coding")?.as_array()?.first()?;
    string_of(coding, "code")
}

/// A text member with the translations on its shadow element (forms/README.md §3).
pub(super) fn text_of(object: &Json, name: &str, language: &str) -> Option<Text> {
    let base = string_of(object, name)?;
    let translations = object.get(format!("_{name}")).map(translations).unwrap_or_default();
    Some(Text::new(base, language, translations))
}

/// The text an extension carries.
pub(super) fn extension_text(extension: &Json, language: &str) -> Option<Text> {
    ["valueString", "valueMarkdown"].iter().find_map(|name| text_of(extension, name, language))
}

/// The text of a part of a complex extension.
pub(super) fn part_text(extension: &Json, name: &str, language: &str) -> Option<Text> {
    read_extension(extension, name).and_then(|part| extension_text(part, language))
}

/// The translations on a shadow element, as (language, words).
pub(super) fn translations(shadow: &Json) -> Vec<(String, String)> {
    list_of(shadow, "extension")
        .iter()
        .filter(|extension| url_of(extension).ends_with("/translation"))
        .filter_map(|t| {
            let content = read_extension(t, "content")?;
            let words = string_of(content, "valueString").or_else(|| string_of(content, "valueMarkdown"))?;
            Some((part_code(t, "lang")?, words))
        })
        .collect()
}
