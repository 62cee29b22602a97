//! Looks for a code in a picture or a frame of the camera: with the browser's own detector where there is one, else pixel by pixel.
use super::pixels;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap};

/// Something to look at.
pub(super) enum Sight<'a> {
    Frame(&'a HtmlVideoElement),
    Picture(&'a ImageBitmap),
}

impl Sight<'_> {
    fn size(&self) -> (f64, f64) {
        let (width, height) = match self {
            Self::Frame(video) => (video.video_width(), video.video_height()),
            Self::Picture(bitmap) => (bitmap.width(), bitmap.height()),
        };
        (f64::from(width), f64::from(height))
    }

    fn source(&self) -> &JsValue {
        match self {
            Self::Frame(video) => video.as_ref(),
            Self::Picture(bitmap) => bitmap.as_ref(),
        }
    }

    fn draw(&self, on: &CanvasRenderingContext2d, width: f64, height: f64) -> Result<(), JsValue> {
        match self {
            Self::Frame(video) => on.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height),
            Self::Picture(bitmap) => on.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height),
        }
    }
}

/// What looks: kept while the camera is open, so that nothing is made anew for each frame.
pub(super) struct Eyes {
    detector: Option<JsValue>,
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Eyes {
    /// Nothing where the browser gives no canvas.
    pub(super) fn open() -> Option<Self> {
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        let often = Object::new();
        Reflect::set(&often, &"willReadFrequently".into(), &true.into()).ok()?;
        let context = canvas.get_context_with_context_options("2d", &often).ok()??.dyn_into().ok()?;
        Some(Self { detector: detector(), canvas, context })
    }

    /// The text of the code in sight, looked at no larger than `side`.
    pub(super) async fn look(&mut self, sight: &Sight<'_>, side: f64) -> Option<String> {
        if let Some(detector) = &self.detector {
            match detect(detector, sight.source()).await {
                Ok(found) if found.is_some() => return found,
                Ok(_) => {}
                // Some browsers have the name and not the service.
                Err(_) => self.detector = None,
            }
        }
        self.pixels(sight, side)
    }

    fn pixels(&self, sight: &Sight<'_>, side: f64) -> Option<String> {
        let (width, height) = sight.size();
        let scale = (side / width.max(height)).min(1.0);
        let (width, height) = ((width * scale).floor(), (height * scale).floor());
        if width < 1.0 || height < 1.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and `side`")]
        let (columns, rows) = (width as u32, height as u32);
        self.canvas.set_width(columns);
        self.canvas.set_height(rows);
        sight.draw(&self.context, width, height).ok()?;
        let pixels = self.context.get_image_data(0.0, 0.0, width, height).ok()?.data();
        pixels::find(usize::try_from(columns).ok()?, usize::try_from(rows).ok()?, &pixels.0)
    }
}

/// The browser's detector of codes, where it has one.
fn detector() -> Option<JsValue> {
    let class: Function = Reflect::get(&window(), &"BarcodeDetector".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"formats".into(), &Array::of1(&"qr_code".into())).ok()?;
    Reflect::construct(&class, &Array::of1(&options)).ok()
}

async fn detect(detector: &JsValue, source: &JsValue) -> Result<Option<String>, JsValue> {
    let detect: Function = Reflect::get(detector, &"detect".into())?.dyn_into()?;
    let found = JsFuture::from(js_sys::Promise::resolve(&detect.call1(detector, source)?)).await?;
    let texts = Array::from(&found)
        .iter()
        .filter_map(|code| Reflect::get(&code, &"rawValue".into()).ok()?.as_string())
        .collect::<Vec<_>>();
    let ours = texts.iter().find(|text| text.starts_with(contract::credential::PREFIX));
    Ok(ours.or(texts.first()).cloned())
}
