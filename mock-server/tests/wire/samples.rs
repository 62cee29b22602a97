//! What a sample cook hands in: answers, a number, a photo, a letter.
use crate::support::{forms, key};
use serde_json::{Value as Json, json};

/// The items of the cook's form that take documents.
pub(crate) const DOCUMENTS: [(&str, &str); 4] = [
    ("documents.identity.front", "jpeg"),
    ("documents.identity.back", "jpeg"),
    ("documents.portrait", "jpeg"),
    ("documents.employment.letter", "pdf"),
];

pub(crate) fn attachment(document: &str) -> Json {
    json!({ "valueAttachment": { "url": format!("documents/{document}") } })
}

pub(crate) fn cook() -> Json {
    let text = std::fs::read_to_string(forms().join("responses/cook-resident-id.response.json")).unwrap();
    let mut answers = serde_json::from_str(&text).unwrap();
    // The sample's document is good until a day in 2036, and these tests are run on any day.
    let day = mock_server::office::server_now().date_naive() + chrono::Duration::days(1_000);
    set(&mut answers, "person.id.validity.until", &json!({ "valueDate": day }));
    answers
}

/// Puts one answer into a response, wherever its item stands.
pub(crate) fn set(answers: &mut Json, link_id: &str, answer: &Json) -> bool {
    if answers["linkId"] == link_id {
        answers["answer"] = json!([answer]);
        return true;
    }
    let items = answers.get_mut("item").and_then(Json::as_array_mut);
    items.into_iter().flatten().any(|item| set(item, link_id, answer))
}

/// Takes an item out of a response.
pub(crate) fn remove(answers: &mut Json, link_id: &str) {
    if let Some(items) = answers.get_mut("item").and_then(Json::as_array_mut) {
        items.retain(|item| item["linkId"] != link_id);
        for item in items {
            remove(item, link_id);
        }
    }
}

/// A response with a single answer: the groups around it are not needed to name it.
pub(crate) fn only(link_id: &str, answer: &Json) -> Json {
    json!({ "resourceType": "QuestionnaireResponse", "status": "completed", "item": [{ "linkId": link_id, "answer": [answer] }] })
}

/// A sample ID number in area 110105 with a right check digit, one for each telephone: a man's.
pub(crate) fn id_number(phone: &str) -> String {
    id_number_with(phone, 1)
}

/// The same with an even sequence number: a woman's.
pub(crate) fn id_number_of_a_woman(phone: &str) -> String {
    id_number_with(phone, 0)
}

fn id_number_with(phone: &str, last: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sequence: u32 = phone[phone.len() - 6..].parse().unwrap();
    let (day, order) = (1 + sequence / 499 % 28, 2 * (sequence % 499) + last);
    let body = format!("110105199003{day:02}{order:03}");
    let sum: u32 = body.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{body}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize])
}

/// The drawn portrait, with a comment that makes its bytes unlike any other's.
pub(crate) fn jpeg() -> Vec<u8> {
    let picture = include_bytes!("../fixtures/portrait.jpg");
    let comment = key();
    let mut bytes = picture[..2].to_vec();
    bytes.extend([0xFF, 0xFE]);
    bytes.extend(u16::try_from(comment.len() + 2).unwrap().to_be_bytes());
    bytes.extend(comment.as_bytes());
    bytes.extend(&picture[2..]);
    bytes
}

/// A PDF of one empty page.
pub(crate) fn pdf() -> Vec<u8> {
    pdf_with(1, "", "")
}

/// A PDF of so many empty pages, with something in its catalogue and something in its trailer.
pub(crate) fn pdf_with(pages: usize, catalogue: &str, trailer: &str) -> Vec<u8> {
    use std::fmt::Write as _;
    let kids = (0..pages).map(|page| format!("{} 0 R", page + 3)).collect::<Vec<_>>().join(" ");
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>"),
    ];
    objects.extend((0..pages).map(|_| "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>".to_owned()));
    let mut text = format!("%PDF-1.4\n% {}\n", key());
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(text.len());
        writeln!(text, "{} 0 obj\n{object}\nendobj", number + 1).unwrap();
    }
    let (start, size) = (text.len(), objects.len() + 1);
    write!(text, "xref\n0 {size}\n0000000000 65535 f \n").unwrap();
    for place in places {
        writeln!(text, "{place:010} 00000 n ").unwrap();
    }
    writeln!(text, "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF").unwrap();
    text.into_bytes()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    mock_server::office::sha256_hex(bytes)
}

pub(crate) fn metadata(application: &str, document: &str, bytes: &[u8]) -> String {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    format!(
        "application {},document {},sha256 {},filetype {},filename {}",
        encode(application),
        encode(document),
        encode(&sha256(bytes)),
        encode("image/jpeg"),
        encode("document")
    )
}
