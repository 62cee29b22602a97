//! A picture of a code, chosen from the phone. It is looked at here and goes nowhere.
use super::eyes::{Eyes, Sight};
use contract::documents::{FileRule, inspect};
use js_sys::Uint8Array;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ImageBitmap};

/// A picture of a code has no business being larger.
const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// Looked at first small, where blur and noise vanish, then larger, for a code in the corner of a big picture.
const SIDES: [f64; 3] = [1000.0, 1800.0, 500.0];

/// What came of a picture.
pub(super) enum Looked {
    /// The text of its code.
    Found(String),
    /// A picture without a code that can be read.
    NoCode,
    /// Not a picture that can be opened.
    NotOpened,
}

/// Looks for a code in a file.
pub(super) async fn look_at(file: &File) -> Looked {
    let Some(bitmap) = open(file).await else { return Looked::NotOpened };
    let Some(mut eyes) = Eyes::open() else { return Looked::NotOpened };
    let mut found = None;
    for side in SIDES {
        found = eyes.look(&Sight::Picture(&bitmap), side).await;
        if found.is_some() {
            break;
        }
    }
    bitmap.close();
    found.map_or(Looked::NoCode, Looked::Found)
}

/// The header is read before anything is decoded: a small file can hold a picture that fills the memory.
async fn open(file: &File) -> Option<ImageBitmap> {
    let rule = FileRule::to_receive(&["image/jpeg", "image/png", "image/webp"], MOST_BYTES, 0);
    #[expect(clippy::cast_precision_loss, reason = "a number of megabytes")]
    let most = MOST_BYTES as f64;
    if file.size() > most {
        return None;
    }
    let bytes = Uint8Array::new(&JsFuture::from(file.array_buffer()).await.ok()?).to_vec();
    inspect(&bytes, &rule).ok()?;
    let decoding = window().create_image_bitmap_with_blob(file).ok()?;
    JsFuture::from(decoding).await.ok()?.dyn_into().ok()
}
