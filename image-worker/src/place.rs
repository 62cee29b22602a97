//! The few things of the browser that a look needs, in a worker and on the main thread alike.
//!
//! `web_sys` has two classes for each (one a thread), so these bindings go by name and not by class.
use contract::documents::{Pixels, Sha256};
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{Clamped, JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = createImageBitmap, catch)]
    fn create_image_bitmap(file: &Blob, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = digest, catch)]
    fn digest(method: &str, bytes: &Uint8Array) -> Result<Promise, JsValue>;

    /// `ImageBitmap`.
    pub(crate) type Bitmap;
    #[wasm_bindgen(method, getter, structural)]
    fn width(this: &Bitmap) -> u32;
    #[wasm_bindgen(method, getter, structural)]
    fn height(this: &Bitmap) -> u32;
    /// Gives the memory back at once.
    #[wasm_bindgen(method, structural)]
    pub(crate) fn close(this: &Bitmap);

    /// `OffscreenCanvas`, or a canvas element that is in no page.
    #[derive(Clone)]
    pub(crate) type Canvas;
    #[wasm_bindgen(method, setter, structural)]
    fn set_width(this: &Canvas, width: u32);
    #[wasm_bindgen(method, setter, structural)]
    fn set_height(this: &Canvas, height: u32);
    #[wasm_bindgen(method, getter, structural, js_name = width)]
    fn canvas_width(this: &Canvas) -> u32;
    #[wasm_bindgen(method, getter, structural, js_name = height)]
    fn canvas_height(this: &Canvas) -> u32;
    #[wasm_bindgen(method, structural, js_name = getContext)]
    fn get_context(this: &Canvas, kind: &str, options: &Object) -> Option<Pen>;

    /// The 2d context of either.
    pub(crate) type Pen;
    #[wasm_bindgen(method, setter, structural, js_name = fillStyle)]
    pub(crate) fn set_fill(this: &Pen, style: &str);
    #[wasm_bindgen(method, setter, structural, js_name = font)]
    pub(crate) fn set_font(this: &Pen, font: &str);
    #[wasm_bindgen(method, structural, js_name = fillRect)]
    pub(crate) fn fill_rect(this: &Pen, x: f64, y: f64, width: f64, height: f64);
    #[wasm_bindgen(method, structural, js_name = fillText)]
    pub(crate) fn fill_text(this: &Pen, text: &str, x: f64, y: f64);
    #[wasm_bindgen(method, structural)]
    pub(crate) fn translate(this: &Pen, x: f64, y: f64);
    #[wasm_bindgen(method, structural)]
    pub(crate) fn rotate(this: &Pen, angle: f64);
    #[wasm_bindgen(method, structural, catch, js_name = drawImage)]
    pub(crate) fn draw(this: &Pen, picture: &JsValue, x: f64, y: f64, width: f64, height: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = getImageData)]
    fn image_data(this: &Pen, x: f64, y: f64, width: f64, height: f64) -> Result<Data, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = putImageData)]
    fn put_image_data(this: &Pen, data: &Data, x: f64, y: f64) -> Result<(), JsValue>;

    /// `ImageData`.
    #[wasm_bindgen(js_name = ImageData)]
    type Data;
    #[wasm_bindgen(constructor, js_class = "ImageData", catch)]
    fn new(pixels: Clamped<&[u8]>, width: u32) -> Result<Data, JsValue>;
    #[wasm_bindgen(method, getter, structural)]
    fn data(this: &Data) -> Object;
}

impl Bitmap {
    pub(crate) fn size(&self) -> Pixels {
        Pixels { width: self.width(), height: self.height() }
    }
}

/// Decodes the first frame, no larger than `wanted` where a size is known; upright, as every browser does that is not told
/// otherwise. To ask for it would be refused by those of before 2023, which do not know the word.
pub(crate) async fn decode(file: &Blob, wanted: Option<Pixels>) -> Result<Bitmap, JsValue> {
    let options = Object::new();
    if let Some(size) = wanted {
        // The height follows: a browser that reads the orientation differently must not squeeze the picture.
        set(&options, "resizeWidth", &size.width.into())?;
        set(&options, "resizeQuality", &"high".into())?;
    }
    let decoded = JsFuture::from(create_image_bitmap(file, &options)?).await?;
    Ok(decoded.unchecked_into())
}

/// A copy of a picture to show, as wide as asked for: an `ImageBitmap`.
///
/// # Errors
/// It cannot be decoded.
pub async fn preview(file: &Blob, width: u32) -> Result<JsValue, JsValue> {
    decode(file, Some(Pixels { width, height: width })).await.map(Into::into)
}

/// The pixels of a small copy of anything that can be drawn, four bytes each.
///
/// # Errors
/// It cannot be drawn.
pub fn copy(picture: &JsValue, size: Pixels) -> Result<Vec<u8>, JsValue> {
    let canvas = Canvas::new(size)?;
    let pen = canvas.pen()?;
    pen.draw(picture, 0.0, 0.0, size.width.into(), size.height.into())?;
    let pixels = canvas.pixels(&pen);
    canvas.release();
    pixels
}

/// What can be drawn, as a JPEG of the best quality: it is looked at, measured and encoded again like any chosen file.
///
/// # Errors
/// It cannot be drawn or encoded.
pub async fn photograph(picture: &JsValue, size: Pixels) -> Result<Blob, JsValue> {
    let canvas = Canvas::new(size)?;
    let pen = canvas.pen()?;
    pen.draw(picture, 0.0, 0.0, size.width.into(), size.height.into())?;
    let encoded = canvas.encode(0.95).await;
    canvas.release();
    encoded
}

/// The bytes of a file, copied into this program.
pub(crate) async fn read(file: &Blob) -> Result<Vec<u8>, JsValue> {
    Ok(Uint8Array::new(&JsFuture::from(file.array_buffer()).await?).to_vec())
}

/// The first bytes of a file: enough to tell its kind.
pub(crate) async fn head(file: &Blob) -> Result<Vec<u8>, JsValue> {
    read(&file.slice_with_f64_and_f64(0.0, 1024.0)?).await
}

/// Whether a file can still be read: one byte is asked for.
pub(crate) async fn is_there(file: &Blob) -> bool {
    match file.slice_with_f64_and_f64(0.0, 1.0) {
        Ok(byte) => JsFuture::from(byte.array_buffer()).await.is_ok(),
        Err(_) => false,
    }
}

/// The bytes of a file, left where they are.
pub(crate) async fn array(file: &Blob) -> Result<Uint8Array, JsValue> {
    Ok(Uint8Array::new(&JsFuture::from(file.array_buffer()).await?))
}

/// The SHA-256 of some bytes, by the browser.
///
/// # Errors
/// The page is not a secure one: there is no `WebCrypto`.
pub async fn sha256(bytes: &Uint8Array) -> Result<Sha256, JsValue> {
    let digest = JsFuture::from(digest("SHA-256", bytes)?).await?;
    let bytes: [u8; 32] = Uint8Array::new(&digest).to_vec().try_into().map_err(|_| JsValue::NULL)?;
    Ok(Sha256::from_bytes(bytes))
}

impl Pen {
    /// Puts rows of pixels, four bytes each, at a height.
    pub(crate) fn put(&self, pixels: &[u8], width: u32, top: u32) -> Result<(), JsValue> {
        self.put_image_data(&Data::new(Clamped(pixels), width)?, 0.0, top.into())
    }
}

impl Canvas {
    pub(crate) fn new(size: Pixels) -> Result<Self, JsValue> {
        let global = js_sys::global();
        let offscreen = Reflect::get(&global, &"OffscreenCanvas".into())?;
        let canvas: Self = if let Some(class) = offscreen.dyn_ref::<Function>() {
            Reflect::construct(class, &js_sys::Array::of2(&size.width.into(), &size.height.into()))?.unchecked_into()
        } else {
            let document = Reflect::get(&global, &"document".into())?;
            let create: Function = Reflect::get(&document, &"createElement".into())?.dyn_into()?;
            create.call1(&document, &"canvas".into())?.unchecked_into()
        };
        canvas.set_width(size.width);
        canvas.set_height(size.height);
        Ok(canvas)
    }

    pub(crate) fn size(&self) -> Pixels {
        Pixels { width: self.canvas_width(), height: self.canvas_height() }
    }

    /// A pen on white ground: what is transparent would come out black in a JPEG.
    pub(crate) fn pen(&self) -> Result<Pen, JsValue> {
        let options = Object::new();
        set(&options, "alpha", &false.into())?;
        set(&options, "willReadFrequently", &true.into())?;
        let pen = self.get_context("2d", &options).ok_or(JsValue::NULL)?;
        let size = self.size();
        pen.set_fill("#fff");
        pen.fill_rect(0.0, 0.0, size.width.into(), size.height.into());
        Ok(pen)
    }

    /// All pixels, four bytes each.
    pub(crate) fn pixels(&self, pen: &Pen) -> Result<Vec<u8>, JsValue> {
        let size = self.size();
        Ok(Uint8Array::new(&pen.image_data(0.0, 0.0, size.width.into(), size.height.into())?.data()).to_vec())
    }

    /// As a JPEG without any metadata.
    pub(crate) async fn encode(&self, quality: f64) -> Result<Blob, JsValue> {
        let blob = if let Ok(convert) = Reflect::get(self, &"convertToBlob".into())?.dyn_into::<Function>() {
            let options = Object::new();
            set(&options, "type", &"image/jpeg".into())?;
            set(&options, "quality", &quality.into())?;
            JsFuture::from(convert.call1(self, &options)?.dyn_into::<Promise>()?).await?
        } else {
            let to_blob: Function = Reflect::get(self, &"toBlob".into())?.dyn_into()?;
            let done = Promise::new(&mut |done, failed| {
                let given = Closure::once_into_js(move |blob: JsValue| done.call1(&JsValue::NULL, &blob).map(drop));
                if let Err(why) = to_blob.call3(self, &given, &"image/jpeg".into(), &quality.into()) {
                    drop(failed.call1(&JsValue::NULL, &why));
                }
            });
            JsFuture::from(done).await?
        };
        blob.dyn_into()
    }

    /// Gives the memory back: some browsers keep it until a collection otherwise.
    pub(crate) fn release(&self) {
        self.set_width(0);
        self.set_height(0);
    }
}

/// Lets the thread do something else: on the main thread a person may be typing.
pub(crate) async fn breathe() {
    let turn = Promise::new(&mut |done, _| {
        if let Some(timer) =
            Reflect::get(&js_sys::global(), &"setTimeout".into()).ok().and_then(|it| it.dyn_into::<Function>().ok())
        {
            drop(timer.call2(&JsValue::UNDEFINED, &done, &0.into()));
        } else {
            drop(done.call0(&JsValue::UNDEFINED));
        }
    });
    drop(JsFuture::from(turn).await);
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(drop)
}
