//! Files that are not what they should be: each is refused with its code, and nothing of it is kept.
use crate::support::{Phone, Server, jpeg, key, pdf, pdf_with};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value as Json, json};
use std::io::Cursor;

const PHOTO: &str = "documents.portrait";
const PAPER: &str = "documents.employment.letter";

fn picture(width: u32, height: u32, format: ImageFormat, colour: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let drawn = RgbImage::from_fn(width, height, |x, y| image::Rgb([colour(x, y), colour(y, x), colour(x, y)]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(drawn).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Something to be seen on it.
fn drawn(format: ImageFormat) -> Vec<u8> {
    picture(320, 240, format, |x, y| u8::try_from(x * y % 251).unwrap())
}

/// The head of a PNG that says it is as large as this, and a picture that is not.
fn flood(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = drawn(ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = checksum(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// CRC-32 as PNG has it.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A file whose end was lost; where its last bytes are asked for, they are put back.
fn cut(mut bytes: Vec<u8>, end: &[u8]) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes.extend(end);
    bytes
}

async fn refusal(phone: &Phone, application: &str, item: &str, bytes: &[u8]) -> Json {
    let document = key();
    let upload = phone.upload(application, &document, bytes).await;
    let reply = phone.bind(application, &document, &format!("#/{item}"), &upload, bytes).await;
    assert_eq!(reply.slug(), "document-refused", "{reply:?}");
    reply.expect(422).json()
}

#[tokio::test]
async fn each_is_refused_with_its_code() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let script = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>";
    for (what, bytes, item, code) in [
        ("a drawing with script", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), PHOTO, "type"),
        ("a program", b"MZ this is a program".to_vec(), PHOTO, "type"),
        ("a PDF for a photo", pdf(), PHOTO, "type"),
        ("a JPEG whose end was lost", cut(jpeg(), b""), PHOTO, "broken"),
        (
            "a PNG without its second half",
            cut(drawn(ImageFormat::Png), b"\0\0\0\0IEND\xAE\x42\x60\x82"),
            PHOTO,
            "broken",
        ),
        ("a PNG of another size than it says", flood(6000, 6000), PHOTO, "broken"),
        ("one colour, JPEG", picture(400, 300, ImageFormat::Jpeg, |_, _| 255), PHOTO, "blank"),
        ("one colour, PNG", picture(2000, 2000, ImageFormat::Png, |_, _| 7), PHOTO, "blank"),
        ("a locked PDF", pdf_with(1, "", "/Encrypt << /Filter /Standard /V 2 /R 3 >>"), PAPER, "locked-pdf"),
        ("a PDF with script", pdf_with(1, script, ""), PAPER, "active-pdf"),
        ("a PDF with files inside", pdf_with(1, "/Names << /EmbeddedFiles 9 0 R >>", ""), PAPER, "active-pdf"),
        ("the head of a PDF", b"%PDF-1.4\nnothing".to_vec(), PAPER, "broken"),
        ("a PDF without a page", b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF".to_vec(), PAPER, "broken"),
    ] {
        assert_eq!(refusal(&phone, &id, item, &bytes).await["code"], code, "{what}");
    }
    assert_eq!(phone.record(&id).await["documents"], json!([]), "nothing is kept");
}

#[tokio::test]
async fn what_is_too_much_is_refused_with_its_limit() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    for (bytes, item, code, limit) in [
        (flood(12_001, 10), PHOTO, "pixels", 12_000),
        (flood(8000, 8000), PHOTO, "pixels", 51_000_000),
        (pdf_with(51, "", ""), PAPER, "pages", 50),
    ] {
        let refused = refusal(&phone, &id, item, &bytes).await;
        assert_eq!((&refused["code"], &refused["params"]), (&json!(code), &json!({ "limit": limit })));
    }
}

#[tokio::test]
async fn pages_are_counted_by_opening_the_file() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    // It says that it has one page, in a comment too, and has three.
    let text = String::from_utf8(pdf_with(3, "", "")).unwrap().replace("/Count 3", "/Count 1");
    phone.document(&id, &format!("#/{PAPER}"), text.as_bytes()).await;
    phone.document(&id, &format!("#/{PHOTO}"), &drawn(ImageFormat::Jpeg)).await;
    let documents = phone.record(&id).await["documents"].as_array().unwrap().clone();
    let pages = |item: &str| documents.iter().find(|it| it["pointer"] == format!("#/{item}")).unwrap()["pages"].clone();
    assert_eq!((pages(PAPER), pages(PHOTO)), (json!(3), json!(1)));
}

#[tokio::test]
async fn a_document_belongs_to_an_item_that_takes_documents() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let bytes = jpeg();
    for pointer in ["#/person.name", "#/nothing", ""] {
        let upload = phone.upload(&id, &key(), &bytes).await;
        let reply = phone.bind(&id, &key(), pointer, &upload, &bytes).await.expect(422);
        assert_eq!(
            (reply.slug().as_str(), reply.json()["errors"][0]["code"].as_str()),
            ("invalid", Some("unknown-item"))
        );
    }
}
