//! From a chosen file to the bytes that are kept and sent.
use crate::place::{self, Bitmap, Canvas, Pen};
use crate::{Job, Looked, Outcome, straight};
use contract::documents::{
    Advice, Corners, FileType, Inspected, MEASURE_SIDE, Measures, Measuring, Pages, Pixels, Refusal, THUMBNAIL_SIDE,
    UPLOAD_BYTES, UPLOAD_QUALITY, UPLOAD_SIDE, Wanted, advise, find_corners, inspect, is_blank, measure, quarter_turns,
};
use js_sys::Uint8Array;
use std::f64::consts::FRAC_PI_2;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Looks at one file. One at a time: each holds two decoded pictures while it runs.
///
/// # Errors
/// Why the file is not taken.
pub async fn look(job: &Job) -> Outcome {
    let most = job.rule.most_bytes();
    // A huge file is judged by its first bytes and its size: the rest of it is not read.
    let size = number(job.file.size());
    if size > most {
        let head = place::head(&job.file).await.map_err(|_| Refusal::Changed)?;
        return Err(job.rule.check_kind(FileType::of(&head), size).err().unwrap_or(Refusal::TooLarge { limit: most }));
    }
    let (inspected, chosen) = {
        // A file that was changed, moved or deleted after it was chosen cannot be read any more.
        let bytes = place::array(&job.file).await.map_err(|_| Refusal::Changed)?;
        let inspected = inspect(&bytes.to_vec(), &job.rule)?;
        (inspected, place::sha256(&bytes).await.ok().map(|it| it.to_string()))
    };
    place::breathe().await;
    if inspected.kind == FileType::Pdf {
        let bytes = place::array(&job.file).await.map_err(|_| Refusal::Changed)?;
        return pass(bytes, inspected).await.map_err(|_| Refusal::Broken);
    }
    let upright = inspected.pixels.map(|it| it.oriented(inspected.orientation));
    let bitmap = match place::decode(&job.file, upright.map(|it| it.within(UPLOAD_SIDE))).await {
        Ok(bitmap) => bitmap,
        // It was there a moment ago.
        Err(_) if !place::is_there(&job.file).await => return Err(Refusal::Changed),
        Err(_) => return Err(undecodable(inspected.kind)),
    };
    let outcome = Box::pin(draw(job, inspected, upright, &bitmap)).await;
    bitmap.close();
    // Canvas and encoder fail for want of memory, if they fail.
    outcome.unwrap_or(Err(Refusal::Blank)).map(|looked| Looked { chosen, ..looked })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size of a file; a cast saturates")]
fn number(size: f64) -> u64 {
    size as u64
}

/// Only some browsers decode what only some phones write: that has words of its own, which do not claim that the file is whole.
fn undecodable(kind: FileType) -> Refusal {
    match kind {
        FileType::Heic => Refusal::Heic,
        FileType::Avif => Refusal::Avif,
        FileType::Jpeg
        | FileType::Png
        | FileType::WebP
        | FileType::Pdf
        | FileType::Gif
        | FileType::Tiff
        | FileType::Svg => Refusal::Broken,
    }
}

/// A PDF is sent as it is.
async fn pass(bytes: Uint8Array, inspected: Inspected) -> Result<Looked, JsValue> {
    Ok(Looked {
        sha256: place::sha256(&bytes).await?,
        bytes,
        kind: FileType::Pdf,
        thumbnail: None,
        pages: inspected.pages,
        size: (0, 0),
        turned: 0,
        corners: None,
        advice: Vec::new(),
        chosen: None,
        animated: false,
    })
}

/// Measures the picture, draws it as it is sent, and encodes that. The outer error is the browser's.
async fn draw(job: &Job, inspected: Inspected, upright: Option<Pixels>, bitmap: &Bitmap) -> Result<Outcome, JsValue> {
    let stored = upright.unwrap_or_else(|| bitmap.size());
    let longest = stored.width.max(stored.height);
    let Seen { mut measures, mut corners } = seen(bitmap, bitmap.size(), longest, &job.wanted).await?;
    if is_blank(&measures) {
        return Ok(Err(Refusal::Blank));
    }
    let turns = job.turns.unwrap_or_else(|| quarter_turns(&measures, &job.wanted)) % 4;
    let mut sent = turned(bitmap, turns)?;
    let mut wanted = job.wanted.clone();
    if job.turns.is_some() {
        wanted.checks.retain(|it| *it != Advice::Turn);
    }
    if let Some(cut) = &job.corners {
        sent = straight::cut_out(&sent, cut, wanted.aspect).await?;
        let size = sent.0.size();
        // As many pixels as the photo itself has in this part of it.
        let part = u64::from(size.width.max(size.height)) * u64::from(longest);
        let whole = bitmap.size();
        let own = u32::try_from(part / u64::from(whole.width.max(whole.height).max(1))).unwrap_or(u32::MAX);
        measures = Measures { content: None, ..seen(&sent.0, size, own, &wanted).await?.measures };
        wanted.checks.retain(|it| !matches!(it, Advice::Turn | Advice::Cut));
        corners = None;
    }
    place::breathe().await;
    // The canvas that is sent is looked at once more through a small copy: some fail without saying so. Before anything is
    // written across it, which would be seen on an empty one too.
    let bare = small(&sent.0)?;
    let shown = measure(&bare.0.pixels(&bare.1)?, bare.0.size().width, THUMBNAIL_SIDE);
    bare.0.release();
    if is_blank(&shown) {
        return Ok(Err(Refusal::Blank));
    }
    // What was cut out of a copy may have lost its words at the cut: they are written anew, whole.
    let wanted_words = job.watermark.as_deref().filter(|it| !it.is_empty() && (!job.marked || job.corners.is_some()));
    if let Some(words) = wanted_words {
        write_across(&sent.1, sent.0.size(), words);
    }
    let thumbnail = small(&sent.0)?;
    let limit = job.rule.sent_bytes();
    let (encoded, size) = light_enough(&sent.0, limit).await?;
    let small = thumbnail.0.encode(0.75).await?;
    sent.0.release();
    thumbnail.0.release();
    if number(encoded.size()) > limit {
        return Ok(Err(Refusal::TooLarge { limit }));
    }
    let bytes = place::array(&encoded).await?;
    Ok(Ok(Looked {
        sha256: place::sha256(&bytes).await?,
        bytes,
        kind: FileType::Jpeg,
        thumbnail: Some(place::array(&small).await?),
        pages: Pages::Counted(1),
        size: (size.width, size.height),
        turned: turns,
        corners: corners.map(|it| (0..turns).fold(it, |corners, _| corners.turned())),
        advice: advise(&measures, &wanted),
        chosen: None,
        animated: inspected.animated,
    }))
}

struct Seen {
    measures: Measures,
    corners: Option<Corners>,
}

/// What a copy of a picture shows. `longest_side` is the photo's own.
async fn seen(picture: &JsValue, size: Pixels, longest_side: u32, wanted: &Wanted) -> Result<Seen, JsValue> {
    let size = size.within(MEASURE_SIDE);
    let canvas = Canvas::new(size)?;
    let pen = canvas.pen()?;
    pen.draw(picture, 0.0, 0.0, size.width.into(), size.height.into())?;
    let pixels = canvas.pixels(&pen)?;
    canvas.release();
    let mut measuring = Measuring::new(size.width, longest_side);
    for slice in Measuring::SLICES {
        place::breathe().await;
        slice(&mut measuring, &pixels);
    }
    place::breathe().await;
    Ok(Seen { measures: measuring.measures, corners: find_corners(&pixels, size.width, wanted) })
}

/// The picture as it is sent: upright, on white, no side longer than [`UPLOAD_SIDE`].
fn turned(bitmap: &Bitmap, turns: u8) -> Result<(Canvas, Pen), JsValue> {
    let size = bitmap.size().within(UPLOAD_SIDE);
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let lying = turns % 2 == 1;
    let canvas = Canvas::new(if lying { Pixels { width: size.height, height: size.width } } else { size })?;
    let pen = canvas.pen()?;
    match turns {
        1 => pen.translate(height, 0.0),
        2 => pen.translate(width, height),
        3 => pen.translate(0.0, width),
        _ => {}
    }
    pen.rotate(f64::from(turns) * FRAC_PI_2);
    pen.draw(bitmap, 0.0, 0.0, width, height)?;
    // What is written next reads upright.
    pen.rotate(-f64::from(turns) * FRAC_PI_2);
    match turns {
        1 => pen.translate(-height, 0.0),
        2 => pen.translate(-width, -height),
        3 => pen.translate(0.0, -width),
        _ => {}
    }
    Ok((canvas, pen))
}

/// Says across the picture what this copy is for: readable, and everything below stays readable too.
fn write_across(pen: &Pen, size: Pixels, words: &str) {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let letter = (size.width.max(size.height) / 34).max(12);
    pen.set_font(&format!("600 {letter}px system-ui, sans-serif"));
    pen.translate(width / 2.0, height / 2.0);
    pen.rotate(-0.35);
    let reach = width.hypot(height) / 2.0;
    let step = reach / 1.5;
    for row in -1_i32..=1 {
        let y = f64::from(row) * step;
        for (colour, shift) in [("rgba(255,255,255,.38)", 1.5), ("rgba(20,60,70,.30)", 0.0)] {
            pen.set_fill(colour);
            pen.fill_text(words, -reach * 0.75 + shift, y + shift);
            pen.fill_text(words, reach * 0.1 + shift, y + shift);
        }
    }
    pen.rotate(0.35);
    pen.translate(-width / 2.0, -height / 2.0);
}

fn small(sent: &Canvas) -> Result<(Canvas, Pen), JsValue> {
    let size = sent.size().within(THUMBNAIL_SIDE);
    let canvas = Canvas::new(size)?;
    let pen = canvas.pen()?;
    pen.draw(sent, 0.0, 0.0, size.width.into(), size.height.into())?;
    Ok((canvas, pen))
}

/// Steps the quality down until the picture is light enough. Where even the lowest weighs more than `limit`, which may not be
/// sent, its sides become shorter, down to those of the small picture.
async fn light_enough(canvas: &Canvas, limit: u64) -> Result<(Blob, Pixels), JsValue> {
    let whole = canvas.size();
    let mut longest = whole.width.max(whole.height);
    let mut smaller: Option<Canvas> = None;
    loop {
        let drawn = smaller.as_ref().unwrap_or(canvas);
        let size = drawn.size();
        let encoded = encode(drawn, limit.min(UPLOAD_BYTES)).await?;
        if let Some(done) = smaller.take() {
            done.release();
        }
        if number(encoded.size()) <= limit || longest <= THUMBNAIL_SIDE {
            return Ok((encoded, size));
        }
        longest = longest / 4 * 3;
        let size = whole.within(longest);
        let next = Canvas::new(size)?;
        next.pen()?.draw(canvas, 0.0, 0.0, size.width.into(), size.height.into())?;
        smaller = Some(next);
    }
}

/// In the best quality that weighs no more than `wanted`, or in the lowest.
async fn encode(canvas: &Canvas, wanted: u64) -> Result<Blob, JsValue> {
    let mut lightest = None;
    for quality in UPLOAD_QUALITY {
        let encoded = canvas.encode(quality).await?;
        let done = number(encoded.size()) <= wanted;
        lightest = Some(encoded);
        if done {
            break;
        }
    }
    lightest.ok_or(JsValue::NULL)
}
