//! The built app as static files: compressed beforehand where the build did so, cached as long as a name allows, and
//! under the strictest policy the app runs with. You will not find the API here.
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use std::{
    convert::Infallible,
    path::{Path, PathBuf},
};
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

/// No script but our files, no markup but through the app's own Trusted Types policy, no address but our origin.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
    object-src 'none'; form-action 'self'; frame-ancestors 'self'; trusted-types default; \
    require-trusted-types-for 'script'";

/// Addresses, and whether the page of the app answers them where no file does; the others are not there.
pub const ADDRESSES: [(&str, bool); 10] = [
    ("/", true),
    ("/sign-in", true),
    ("/a/1/step/person.name", true),
    ("/c/1.2", true),
    ("/no/such/page", true),
    ("/locales/", true),
    ("/missing.js", false),
    ("/no/such/place.txt", false),
    ("/app-60c1e9a8d3f20b17_bg.wasm", false),
    ("/locales/app-60c1e9a8d3f20b17.js", false),
];

/// Names of files, and whether they may be kept for ever: only a name that holds the hash of its content may.
pub const NAMES: [(&str, bool); 11] = [
    ("app-0123456789abcdef.js", true),
    ("app-0123456789abcdef_bg.wasm", true),
    ("hc-0a1b2c3d4e5f6071.css", true),
    ("verify-0123456789abcdef.wasm", true),
    ("index.html", false),
    ("sw.js", false),
    ("image-worker_loader.js", false),
    ("manifest.webmanifest", false),
    ("health-certificate.questionnaire.json", false),
    ("paper-0123456789abcdef/worker.js", false),
    ("paper-0123456789abcdef/LICENSE", false),
];

/// Serves the folder of a build; what is no file in it and may be a page of the app answers the one page.
pub fn site(dist: &Path) -> Router {
    let page = ServeFile::new(dist.join("index.html")).precompressed_br().precompressed_gzip();
    let page = tower::service_fn(move |request: Request| {
        let page = page.clone();
        async move {
            if !is_page(request.uri().path()) {
                return Ok::<Response, Infallible>(StatusCode::NOT_FOUND.into_response());
            }
            let answer = page.oneshot(request).await;
            Ok(answer.map_or_else(|never| match never {}, |found| found.map(Body::new)))
        }
    });
    let folder = ServeDir::new(PathBuf::from(dist)).precompressed_br().precompressed_gzip().fallback(page);
    Router::new().fallback_service(folder).layer(middleware::from_fn(headers))
}

/// A file that is not there is no page: what is still open after a deployment must not read HTML as WebAssembly. Below
/// `/a/` and `/c/` there are no files, and the names of a form's items have dots.
fn is_page(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') || path.starts_with("/a/") || path.starts_with("/c/")
}

fn last_segment(request: &Request) -> &str {
    request.uri().path().rsplit('/').next().unwrap_or_default()
}

/// Only a name that holds the hash of its content may be kept for ever. All files may be used from other origins,
/// because the app can be put into any page; nothing personal is among them.
async fn headers(request: Request, next: Next) -> Response {
    let keep =
        if is_content_hashed(last_segment(&request)) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut answer = next.run(request).await;
    // "Not modified" is about what may be kept: its headers take the place of those that came with the file.
    let is_kept = answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED;
    let keep = if is_kept { keep } else { "no-store" };
    for (name, value) in [
        (header::CACHE_CONTROL, keep),
        // A cache on the way must not send what is packed to who cannot read it.
        (header::VARY, "accept-encoding"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// Names like `app-0123456789abcdef_bg.wasm`: a hyphen, 8 to 16 hexadecimal digits, then `.` or `_`.
fn is_content_hashed(name: &str) -> bool {
    name.split('-').skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        (8..=16).contains(&digits) && matches!(rest.as_bytes().get(digits), Some(b'.' | b'_'))
    })
}

#[cfg(test)]
mod tests {
    use super::{ADDRESSES, NAMES, is_content_hashed, is_page, site};
    use axum::{body::Body, extract::Request, http::header};
    use tower::ServiceExt;

    #[tokio::test]
    async fn what_is_not_modified_may_be_kept_as_before() {
        let folder = std::env::temp_dir().join(format!("hc-site-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("en.txt"), "a = b").unwrap();
        let ask = |since: Option<String>| {
            let request = Request::builder().uri("/en.txt");
            let request = match since {
                Some(since) => request.header(header::IF_MODIFIED_SINCE, since),
                None => request,
            };
            site(&folder).oneshot(request.body(Body::empty()).unwrap())
        };
        let first = ask(None).await.unwrap();
        let since = first.headers()[header::LAST_MODIFIED].to_str().unwrap().to_owned();
        let again = ask(Some(since)).await.unwrap();
        assert_eq!((first.status().as_u16(), again.status().as_u16()), (200, 304));
        for answer in [first, again] {
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-cache");
        }
        std::fs::remove_dir_all(&folder).ok();
    }

    #[test]
    fn paths_that_answer_the_page() {
        for (path, page) in ADDRESSES {
            assert_eq!(is_page(path), page, "{path}");
        }
    }

    #[test]
    fn names_that_may_be_kept_for_ever() {
        for (name, kept) in NAMES {
            let name = name.rsplit('/').next().unwrap_or_default();
            assert_eq!(is_content_hashed(name), kept, "{name}");
        }
    }
}
