//! What a sample cook sends: a photo, a letter, the answers of the default questionnaire.
use super::caller::{Caller, fresh};
use crate::files;
use anyhow::Context;
use reqwest::Method;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// The name in the sample answers.
pub(crate) const NAME: &str = "张伟";
/// The version that the sample answers are written for.
pub(crate) const FORM: &str = "health-certificate|2026.11.1";
const PORTRAIT: &[u8] = include_bytes!("../../../mock-server/tests/fixtures/portrait.jpg");
const PHOTOS: [&str; 3] = ["documents.identity.front", "documents.identity.back", "documents.portrait"];
const LETTER: &str = "documents.employment.letter";

/// A photo whose bytes are like no other's: a comment makes the difference.
pub(crate) fn photo() -> Vec<u8> {
    let comment = fresh();
    let (start, rest) = PORTRAIT.split_at(2.min(PORTRAIT.len()));
    let length = u16::try_from(comment.len() + 2).unwrap_or_default().to_be_bytes();
    [start, &[0xFF, 0xFE], &length, comment.as_bytes(), rest].concat()
}

/// A PDF of one empty page.
pub(crate) fn letter() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ];
    let mut text = format!("%PDF-1.4\n% {}\n", fresh());
    let mut places = String::new();
    for (number, object) in objects.iter().enumerate() {
        // Writing into a String cannot fail.
        writeln!(places, "{:010} 00000 n ", text.len()).unwrap_or_default();
        write!(text, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap_or_default();
    }
    let start = text.len();
    write!(
        text,
        "xref\n0 4\n0000000000 65535 f \n{places}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap_or_default();
    text.into_bytes()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    mock_server::office::sha256_hex(bytes)
}

/// Begins an application; gives its path.
///
/// # Errors
/// It is not begun.
pub(crate) async fn begun(caller: &Caller) -> anyhow::Result<String> {
    let path = format!("/applications/{}", fresh());
    caller.put(&path, &json!({ "questionnaire": FORM, "renews": null })).await?.is(201)?;
    Ok(path)
}

/// Uploads bytes as one piece and gives where they are.
///
/// # Errors
/// They are not taken.
pub(crate) async fn uploaded(
    caller: &Caller,
    application: &str,
    document: &str,
    bytes: &[u8],
) -> anyhow::Result<String> {
    let request = caller
        .tus(Method::POST, "/uploads")
        .header("Upload-Length", bytes.len())
        .header("Upload-Metadata", metadata(application, document, bytes))
        .header("Content-Type", "application/offset+octet-stream")
        .body(bytes.to_vec());
    Ok(caller.send(request).await?.is(201)?.header("location").to_owned())
}

/// `Upload-Metadata` of a document.
pub(crate) fn metadata(application: &str, document: &str, bytes: &[u8]) -> String {
    let id = application.trim_start_matches("/applications/");
    let kind = if bytes.starts_with(b"%PDF") { "application/pdf" } else { "image/jpeg" };
    let pairs = [("application", id), ("document", document), ("sha256", &sha256(bytes)), ("filetype", kind)];
    pairs.map(|(name, value)| format!("{name} {}", base64(value.as_bytes()))).join(",")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let all = part.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for at in 0..4 {
            let letter = LETTERS.get(usize::try_from(all >> (18 - 6 * at) & 63).unwrap_or_default());
            text.push(letter.filter(|_| at <= part.len()).map_or('=', |letter| char::from(*letter)));
        }
    }
    text
}

/// What binds uploaded bytes to an item.
pub(crate) fn binding(pointer: &str, upload: &str, bytes: &[u8]) -> Json {
    let kind = if bytes.starts_with(b"%PDF") { "application/pdf" } else { "image/jpeg" };
    json!({ "pointer": pointer, "upload": upload, "sha256": sha256(bytes), "size": bytes.len(), "type": kind })
}

/// The whole body of a submission, its documents uploaded and bound.
///
/// # Errors
/// A document is not taken.
pub(crate) async fn filled_in(caller: &Caller, application: &str) -> anyhow::Result<Json> {
    let text = std::fs::read_to_string(files::root().join("forms/responses/cook-resident-id.response.json"))?;
    let mut answers: Json = serde_json::from_str(&text)?;
    let number = id_number();
    set(&mut answers, "person.id.number", &json!({ "valueString": number }));
    caller.id_number.replace(number);
    // The sample's document is good until a day in 2036, and a server is asked on any day.
    set(&mut answers, "person.id.validity.long-term", &json!({ "valueBoolean": true }));
    remove(&mut answers, "person.id.validity.until");
    let mut documents = serde_json::Map::new();
    // Who takes no documents has a form that asks for none.
    if !caller.takes_documents {
        for item in PHOTOS.into_iter().chain([LETTER]) {
            remove(&mut answers, item);
        }
        return Ok(json!({ "questionnaire": FORM, "answers": answers, "documents": {} }));
    }
    for (item, bytes) in PHOTOS.map(|item| (item, photo())).into_iter().chain([(LETTER, letter())]) {
        let document = fresh();
        let upload = uploaded(caller, application, &document, &bytes).await?;
        let path = format!("{application}/documents/{document}");
        let bound = caller.put(&path, &binding(&format!("#/{item}"), &upload, &bytes)).await?;
        bound.is(201).with_context(|| format!("the document for {item}"))?;
        set(&mut answers, item, &json!({ "valueAttachment": { "url": format!("documents/{document}") } }));
        documents.insert(document, json!(sha256(&bytes)));
    }
    Ok(json!({ "questionnaire": FORM, "answers": answers, "documents": documents }))
}

/// The body of a report, its pages uploaded and bound.
///
/// # Errors
/// A page is not taken.
pub(crate) async fn report(caller: &Caller, application: &str) -> anyhow::Result<Json> {
    let text = std::fs::read_to_string(files::root().join("forms/responses/report.response.json"))?;
    let mut answers: Json = serde_json::from_str(&text)?;
    let record = caller.get(application).await?.is(200)?;
    let today = chrono::DateTime::parse_from_rfc2822(record.header("date"))?.date_naive();
    let record = record.json()?;
    set(&mut answers, "report.examination.date", &json!({ "valueDate": today.pred_opt().unwrap_or(today) }));
    let mut documents = serde_json::Map::new();
    for item in ["report.examination.pages", "report.proof.pages"] {
        let (document, bytes) = (fresh(), letter());
        let upload = uploaded(caller, application, &document, &bytes).await?;
        let path = format!("{application}/documents/{document}");
        let bound = caller.put(&path, &binding(&format!("#/{item}"), &upload, &bytes)).await?;
        bound.is(201).with_context(|| format!("the document for {item}"))?;
        let attachment = json!({ "url": format!("documents/{document}"), "contentType": "application/pdf" });
        set(&mut answers, item, &json!({ "valueAttachment": attachment }));
        documents.insert(document, json!(sha256(&bytes)));
    }
    Ok(
        json!({ "questionnaire": record["report_questionnaire"], "round": 0, "answers": answers, "documents": documents }),
    )
}

/// A sample ID number with a right check digit, another one each time.
fn id_number() -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let seed = fresh().bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let (year, month, day) = (1970 + seed % 30, 1 + seed / 30 % 12, 1 + seed / 360 % 28);
    let body = format!("110105{year}{month:02}{day:02}{:03}", 1 + 2 * (seed / 10_080 % 499));
    let digits = body.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap_or('1');
    format!("{body}{check}")
}

/// Puts one answer into a response, wherever its item stands.
fn set(answers: &mut Json, link_id: &str, answer: &Json) -> bool {
    if answers["linkId"] == link_id {
        answers["answer"] = json!([answer]);
        return true;
    }
    let items = answers.get_mut("item").and_then(Json::as_array_mut);
    items.into_iter().flatten().any(|item| set(item, link_id, answer))
}

/// Takes an item out of a response.
fn remove(answers: &mut Json, link_id: &str) {
    if let Some(items) = answers.get_mut("item").and_then(Json::as_array_mut) {
        items.retain(|item| item["linkId"] != link_id);
        for item in items {
            remove(item, link_id);
        }
    }
}

/// Plays desk or clock.
///
/// # Errors
/// It is refused.
pub(crate) async fn played(caller: &Caller, application: &str, act: &str, more: &Json) -> anyhow::Result<Json> {
    let mut body = json!({ "application": application.trim_start_matches("/applications/"), "act": act });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    caller.post("/test/acts", &body).await?.is(200)?.json()
}
