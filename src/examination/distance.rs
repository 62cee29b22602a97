//! How far a place is, computed on this phone. The position is asked for only when the person wants it, and goes nowhere.
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Latitude and longitude in degrees.
pub(super) type Position = (f64, f64);

/// Kilometres between two places on the globe.
pub(super) fn kilometres(from: Position, to: Position) -> f64 {
    let half = |a: f64, b: f64| ((b - a).to_radians() / 2.0).sin().powi(2);
    let arc = half(from.0, to.0) + from.0.to_radians().cos() * to.0.to_radians().cos() * half(from.1, to.1);
    2.0 * 6371.0 * arc.sqrt().min(1.0).asin()
}

/// Asks the browser where this phone is. Nothing: the person or the phone says no, or it takes too long.
pub(super) async fn here() -> Option<Position> {
    let geolocation = Reflect::get(&web_sys::window()?.navigator(), &"geolocation".into()).ok()?;
    let ask: Function = Reflect::get(&geolocation, &"getCurrentPosition".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"timeout".into(), &10_000.into()).ok()?;
    Reflect::set(&options, &"maximumAge".into(), &300_000.into()).ok()?;
    let asked = Promise::new(&mut |found, failed| {
        // Both hand their argument on; a refusal by the browser itself ends in `failed` too.
        let on_found = Closure::once_into_js(move |position: JsValue| drop(found.call1(&JsValue::NULL, &position)));
        if let Err(why) = ask.call3(&geolocation, &on_found, &failed, &options) {
            drop(failed.call1(&JsValue::NULL, &why));
        }
    });
    let position = JsFuture::from(asked).await.ok()?;
    let coordinates = Reflect::get(&position, &"coords".into()).ok()?;
    let degree = |name: &str| Reflect::get(&coordinates, &name.into()).ok()?.as_f64();
    Some((degree("latitude")?, degree("longitude")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_on_the_globe() {
        for (from, to, expected) in [
            ((39.9, 116.4), (39.9, 116.4), 0.0),
            ((0.0, 0.0), (0.0, 1.0), 111.19),
            ((39.921, 116.443), (39.9302, 116.4551), 1.45),
            ((90.0, 0.0), (-90.0, 0.0), 20015.0),
        ] {
            let found = kilometres(from, to);
            assert!((found - expected).abs() <= expected * 0.01, "{from:?} {to:?}: {found}");
        }
    }
}
