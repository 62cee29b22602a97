//! From a chosen file to the bytes that are kept and sent.
use crate::place::{self, Bitmap, Canvas, Pen};
use crate::{Job, Looked, Outcome, straight};
use contract::documents::{
    Advice, Corners, FileType, Inspected, MEASURE_SIDE, Measures, Measuring, Pages, Pixels, Refusal, THUMBNAIL_SIDE,
    UPLOAD_BYTES, UPLOAD_QUALITY, UPLOAD_SIDE, Wanted, advise, find_corners, inspect, is_blank, measure,
    pdf_without_metadata, quarter_turns,
};
use js_sys::Uint8Array;
use std::borrow::Cow;
use std::f64::consts::FRAC_PI_2;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Pixels of the largest picture that something is cut out of: more would be too much for a phone.
const MOST_DRAWN: f32 = 16_000_000.0;

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
    let wanted = upright.map(|it| it.within(side(it, job.turns.unwrap_or_default(), job.corners.as_ref())));
    let bitmap = match place::decode(&job.file, wanted).await {
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

/// A PDF is sent as it is, but for what it tells of its making.
async fn pass(bytes: Uint8Array, inspected: Inspected) -> Result<Looked, JsValue> {
    let bytes = match pdf_without_metadata(&bytes.to_vec()) {
        Cow::Borrowed(_) => bytes,
        Cow::Owned(clean) => Uint8Array::from(clean.as_slice()),
    };
    Ok(Looked {
        sha256: place::sha256(&bytes).await?,
        bytes,
        bare: None,
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
    let mut sent = turned(bitmap, turns, job.corners.as_ref())?;
    let mut wanted = job.wanted.clone();
    if job.turns.is_some() {
        wanted.checks.retain(|it| *it != Advice::Turn);
    }
    if let Some(cut) = &job.corners {
        sent = straight::cut_out(&sent, &cut.in_frame(), wanted.aspect).await?;
        // What counts is what is sent.
        let size = sent.0.size();
        measures =
            Measures { content: None, ..seen(&sent.0, size, size.width.max(size.height), &wanted).await?.measures };
        wanted.checks.retain(|it| !matches!(it, Advice::Turn | Advice::Cut));
        corners = None;
    }
    place::breathe().await;
    // The canvas that is sent is looked at once more through a small copy: some fail without saying so. Before anything is
    // written across it, which would be seen on an empty one too.
    let plain = small(&sent.0)?;
    let shown = measure(&plain.0.pixels(&plain.1)?, plain.0.size().width, THUMBNAIL_SIDE);
    plain.0.release();
    if is_blank(&shown) {
        return Ok(Err(Refusal::Blank));
    }
    let limit = job.rule.sent_bytes();
    // What was cut out of a copy that has them already may have lost its words at the cut: they are written anew, whole.
    let wanted_words = job.watermark.as_deref().filter(|it| !it.is_empty() && (!job.marked || job.corners.is_some()));
    let mut bare = None;
    if let Some(words) = wanted_words {
        if !job.marked {
            bare = Some(place::array(&light_enough(&sent.0, limit).await?.0).await?);
        }
        write_across(&sent.1, sent.0.size(), words);
    }
    let thumbnail = small(&sent.0)?;
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
        bare,
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

/// The longest side at which a picture is drawn, so that what is cut out of it has up to [`UPLOAD_SIDE`]. `size` is before the turns.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of pictures; a cast saturates"
)]
fn side(size: Pixels, turns: u8, cut: Option<&Corners>) -> u32 {
    let Some([_, _, across, down]) = cut.map(Corners::frame) else { return UPLOAD_SIDE };
    let (across, down) = if turns % 2 == 1 { (down, across) } else { (across, down) };
    let (width, height) = (size.width as f32, size.height as f32);
    let share = (width * across).max(height * down) / width.max(height);
    let most = width.max(height) * (MOST_DRAWN / (width * height)).sqrt();
    (UPLOAD_SIDE as f32 / share).min(most).max(UPLOAD_SIDE as f32) as u32
}

/// The picture turned by quarters clockwise, on white; where something is cut out of it the frame around that alone.
fn turned(bitmap: &Bitmap, turns: u8, cut: Option<&Corners>) -> Result<(Canvas, Pen), JsValue> {
    let whole = bitmap.size();
    let size = whole.within(side(whole, turns, cut));
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let (across, down) = if turns % 2 == 1 { (height, width) } else { (width, height) };
    let [left, top, part_across, part_down] = cut.map_or([0.0, 0.0, 1.0, 1.0], Corners::frame).map(f64::from);
    let pixels = |length: f64| u32::try_from(number(length.round())).unwrap_or(1).max(1);
    let canvas = Canvas::new(Pixels { width: pixels(across * part_across), height: pixels(down * part_down) })?;
    let pen = canvas.pen()?;
    pen.translate(-left * across, -top * down);
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
    pen.translate(left * across, top * down);
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

/// Steps the quality down until the picture is light enough. Where even the lowest weighs clearly more than a photo should, or more
/// than `limit`, which may not be sent, its sides become shorter, down to those of the small picture.
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
        if number(encoded.size()) <= limit.min(UPLOAD_BYTES / 4 * 5) || longest <= THUMBNAIL_SIDE {
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
