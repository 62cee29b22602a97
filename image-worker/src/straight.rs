//! Cuts out of a picture what lies between four corners, and makes it straight.
use crate::place::{self, Canvas, Pen};
use contract::documents::{Corners, Straightening, UPLOAD_SIDE};
use wasm_bindgen::JsValue;

/// Rows drawn before the thread may do something else.
const BAND: u32 = 128;

/// The part of a picture between these corners, upright; the picture's own memory is given back.
pub(crate) async fn cut_out(
    picture: &(Canvas, Pen),
    corners: &Corners,
    aspect: Option<f32>,
) -> Result<(Canvas, Pen), JsValue> {
    let size = picture.0.size();
    let pixels = picture.0.pixels(&picture.1)?;
    picture.0.release();
    let into = corners.size(size, aspect, UPLOAD_SIDE);
    let canvas = Canvas::new(into)?;
    let pen = canvas.pen()?;
    let straightening = Straightening::new(&pixels, size, corners, into);
    let mut row = 0;
    while row < into.height {
        pen.put(&straightening.rows(row, BAND), into.width, row)?;
        row += BAND;
        place::breathe().await;
    }
    Ok((canvas, pen))
}
