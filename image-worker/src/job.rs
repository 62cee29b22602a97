//! What page and worker say to each other: small plain objects, written and read on either side by the same code.
use crate::{Looked, Outcome};
use contract::documents::{Advice, Corners, FileRule, FileType, Pages, Place, Refusal, Wanted};
use js_sys::{Float32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// One file to look at.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its number; the answer carries it.
    pub id: u32,
    /// The file as chosen, or a document kept earlier.
    pub file: Blob,
    /// What the item takes.
    pub rule: FileRule,
    /// What a good photo is for it.
    pub wanted: Wanted,
    /// Quarter turns, clockwise, that the person asked for; then nothing is turned on our own account.
    pub turns: Option<u8>,
    /// The part that the person cut out, after these turns; it is made straight.
    pub corners: Option<Corners>,
    /// Words to draw into the copy that is sent.
    pub watermark: Option<String>,
    /// They are in this file already: drawn anew only where a part was cut out, which may have cut them too.
    pub marked: bool,
}

/// The answer to a job.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The job's number.
    pub id: u32,
    /// What came of it.
    pub outcome: Outcome,
}

/// An object that is being written.
struct Writer(Object);

impl Writer {
    fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // Setting a member of a fresh plain object cannot fail.
        drop(Reflect::set(&self.0, &name.into(), &value.into()));
        self
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|it| !it.is_undefined() && !it.is_null())
}

fn bytes(object: &JsValue, name: &str) -> Option<Uint8Array> {
    member(object, name)?.dyn_into().ok()
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name)?.as_string()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers that we wrote ourselves; a cast saturates"
)]
fn whole(object: &JsValue, name: &str) -> Option<u64> {
    Some(member(object, name)?.as_f64()? as u64)
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files, far below 2^53")]
fn number(value: u64) -> JsValue {
    JsValue::from_f64(value as f64)
}

fn small(object: &JsValue, name: &str) -> Option<u32> {
    whole(object, name).and_then(|it| u32::try_from(it).ok())
}

fn codes(advice: &[Advice]) -> String {
    advice.iter().map(|it| it.code()).collect::<Vec<_>>().join(" ")
}

fn advice(codes: &str) -> Vec<Advice> {
    codes.split(' ').filter_map(Advice::from_code).collect()
}

/// Eight numbers: across and down, clockwise from the upper left. Not as text: what writes and reads numbers as text in
/// this program's language weighs more than all that measures pictures.
fn shares(corners: &Corners) -> JsValue {
    let numbers: Vec<f32> = corners.places().iter().flat_map(|place| [place.x, place.y]).collect();
    Float32Array::from(numbers.as_slice()).into()
}

fn corners(object: &JsValue) -> Option<Corners> {
    let numbers = member(object, "corners")?.dyn_into::<Float32Array>().ok()?.to_vec();
    let mut places = numbers.chunks_exact(2).filter_map(|pair| match pair {
        [x, y] => Some(Place::new(*x, *y)),
        _ => None,
    });
    Corners::new([places.next()?, places.next()?, places.next()?, places.next()?])
}

impl Job {
    /// As a message.
    pub fn write(&self) -> JsValue {
        let types: Vec<String> = self.rule.types().iter().map(|it| it.mime().to_owned()).collect();
        let written = Writer(Object::new())
            .with("id", self.id)
            .with("file", self.file.clone())
            .with("types", types.join(" "))
            .with("bytes", number(self.rule.sent_bytes()))
            .with("pages", self.rule.pdf_pages())
            .with("checks", codes(&self.wanted.checks))
            .with("portrait", self.wanted.portrait)
            .with("aspect", self.wanted.aspect.map_or(JsValue::UNDEFINED, JsValue::from))
            .with("turns", self.turns.map_or(JsValue::UNDEFINED, JsValue::from))
            .with("corners", self.corners.as_ref().map_or(JsValue::UNDEFINED, shares))
            .with("watermark", self.watermark.as_deref().map_or(JsValue::UNDEFINED, JsValue::from))
            .with("marked", self.marked);
        written.0.into()
    }

    /// From a message; `None` for one that is not ours.
    pub fn read(message: &JsValue) -> Option<Self> {
        let types: Vec<String> = text(message, "types")?.split(' ').map(str::to_owned).collect();
        let bytes = whole(message, "bytes")?;
        #[expect(clippy::cast_possible_truncation, reason = "a ratio needs no 53 bits")]
        let aspect = member(message, "aspect").and_then(|it| it.as_f64()).map(|it| it as f32);
        Some(Self {
            id: small(message, "id")?,
            file: member(message, "file")?.dyn_into().ok()?,
            rule: FileRule::to_choose(&types, Some(bytes), bytes, small(message, "pages")?),
            wanted: Wanted {
                checks: advice(&text(message, "checks")?),
                aspect,
                portrait: member(message, "portrait").is_some_and(|it| it.is_truthy()),
            },
            turns: small(message, "turns").and_then(|it| u8::try_from(it).ok()),
            corners: corners(message),
            watermark: text(message, "watermark"),
            marked: member(message, "marked").is_some_and(|it| it.is_truthy()),
        })
    }
}

impl Answer {
    /// What the worker says first: it can take jobs.
    pub fn ready() -> JsValue {
        JsValue::from_str("ready")
    }

    /// Whether a message is that word.
    pub fn is_ready(message: &JsValue) -> bool {
        message.as_string().as_deref() == Some("ready")
    }

    /// As a message.
    pub fn write(&self) -> JsValue {
        let written = Writer(Object::new()).with("id", self.id);
        let written = match &self.outcome {
            Err(refusal) => {
                written.with("code", refusal.code()).with("limit", refusal.limit().map_or(JsValue::UNDEFINED, number))
            }
            Ok(looked) => written
                .with("bytes", looked.bytes.clone())
                .with("bare", looked.bare.clone().map_or(JsValue::UNDEFINED, JsValue::from))
                .with("kind", looked.kind.mime())
                .with("sha256", looked.sha256.to_string())
                .with("thumbnail", looked.thumbnail.clone().map_or(JsValue::UNDEFINED, JsValue::from))
                .with("pages", looked.pages.number().map_or(JsValue::UNDEFINED, JsValue::from))
                .with("width", looked.size.0)
                .with("height", looked.size.1)
                .with("turned", looked.turned)
                .with("corners", looked.corners.as_ref().map_or(JsValue::UNDEFINED, shares))
                .with("advice", codes(&looked.advice))
                .with("chosen", looked.chosen.as_deref().map_or(JsValue::UNDEFINED, JsValue::from))
                .with("animated", looked.animated),
        };
        written.0.into()
    }

    /// From a message; `None` for one that is not ours.
    pub fn read(message: &JsValue) -> Option<Self> {
        let id = small(message, "id")?;
        if let Some(code) = text(message, "code") {
            let refusal = Refusal::from_wire(&code, whole(message, "limit")).unwrap_or(Refusal::Broken);
            return Some(Self { id, outcome: Err(refusal) });
        }
        let looked = Looked {
            bytes: bytes(message, "bytes")?,
            bare: bytes(message, "bare"),
            kind: FileType::from_mime(&text(message, "kind")?)?,
            sha256: text(message, "sha256")?.parse().ok()?,
            thumbnail: bytes(message, "thumbnail"),
            pages: small(message, "pages").map_or(Pages::Unknown, Pages::Counted),
            size: (small(message, "width")?, small(message, "height")?),
            turned: small(message, "turned").and_then(|it| u8::try_from(it).ok()).unwrap_or(0),
            corners: corners(message),
            advice: advice(&text(message, "advice")?),
            chosen: text(message, "chosen"),
            animated: member(message, "animated").is_some_and(|it| it.is_truthy()),
        };
        Some(Self { id, outcome: Ok(looked) })
    }
}
