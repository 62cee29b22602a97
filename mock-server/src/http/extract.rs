//! What handlers take from a request, in the order of contract §9: session, whose it is, key, body.
use super::{Front, cookie, reply};
use crate::office::{Answer, Counted, Fault, Office, Once, Scope, SessionRow, Viewer};
use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRequest, FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::Response,
};
use contract::api::{API_ROOT, IDEMPOTENCY_HEADER, Slug};
use serde::{Serialize, de::DeserializeOwned};
use std::net::{IpAddr, SocketAddr};

/// What a `POST` of a piece says that it is meant as.
pub(super) const METHOD_OVERRIDE: &str = "x-http-method-override";

/// The language that a reader wants of those we have.
#[derive(Clone, Debug)]
pub(super) struct Lang(pub(super) &'static str);

impl Lang {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let quality = |entry: &str| {
            let q = entry.split(';').find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok());
            q.unwrap_or(1.0)
        };
        let known = wanted.split(',').filter_map(|entry| {
            let tag = entry.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let lang = match tag.split('-').next().unwrap_or_default() {
                "zh" => "zh-CN",
                "en" => "en",
                _ => return None,
            };
            Some((lang, quality(entry))).filter(|(_, quality)| *quality > 0.0)
        });
        let mut best: Option<(&'static str, f32)> = None;
        for (lang, quality) in known {
            if best.is_none_or(|(_, found)| quality > found) {
                best = Some((lang, quality));
            }
        }
        Self(best.map_or("zh-CN", |(lang, _)| lang))
    }
}

impl FromRequestParts<Front> for Lang {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Front) -> Result<Self, Fault> {
        Ok(Self::of(&parts.headers))
    }
}

/// The address of the other end of the connection.
pub(super) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(addr)| addr.ip())
}

/// The secret of a session: the cookie's, or the bearer's where a host page signs in.
pub(super) fn token(parts: &Parts) -> Option<String> {
    let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) {
        return Some(token.trim().to_owned());
    }
    let name = cookie::name(peer(parts), &parts.headers);
    let cookies = parts.headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// Somebody is signed in.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) session: SessionRow,
    pub(super) lang: &'static str,
}

impl Signed {
    pub(super) fn subject(&self) -> &str {
        &self.session.subject
    }

    pub(super) fn viewer(&self) -> Viewer {
        Viewer { lang: self.lang.into(), session: Some(self.session.id.clone()) }
    }

    pub(super) fn scope(&self) -> Scope {
        Scope::Subject(self.session.subject.clone())
    }
}

impl FromRequestParts<Front> for Signed {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Fault> {
        let token = token(parts).ok_or_else(|| Fault::new(Slug::SignedOut))?;
        // A stream that reconnects by itself is nobody's activity.
        let path = parts.uri.path();
        let touch = path.strip_prefix(API_ROOT).unwrap_or(path) != "/events";
        let session = front.office.session(&token, touch).await?.ok_or_else(|| Fault::new(Slug::SignedOut))?;
        let reads = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        let kind = match parts.method {
            // As many as a file of the largest size comes in over a bad network, and more: their bytes are counted elsewhere.
            Method::PATCH => Counted::Piece,
            _ if reads => Counted::Read,
            _ if is_piece_by_post(parts) => Counted::Piece,
            _ => Counted::Write,
        };
        front.office.count_request(&session.id, kind)?;
        Ok(Self { session, lang: Lang::of(&parts.headers).0 })
    }
}

/// Whether a piece of an upload came by `POST`, as it does where no `PATCH` gets through.
fn is_piece_by_post(parts: &Parts) -> bool {
    let path = parts.uri.path();
    let is_upload = path.strip_prefix(API_ROOT).unwrap_or(path).starts_with("/uploads/");
    let meant = parts.headers.get(METHOD_OVERRIDE).and_then(|value| value.to_str().ok());
    is_upload && parts.method == Method::POST && meant == Some("PATCH")
}

/// An application of this login, named by the path. Somebody else's is as none.
pub(super) struct Own {
    pub(super) office: Office,
    pub(super) signed: Signed,
    pub(super) id: String,
    /// What the path names inside it; empty where it names nothing.
    pub(super) document: String,
}

impl Own {
    pub(super) fn subject(&self) -> &str {
        self.signed.subject()
    }

    pub(super) fn viewer(&self) -> Viewer {
        self.signed.viewer()
    }

    /// An answer in the reader's language.
    pub(super) fn says<T: Serialize>(&self, status: StatusCode, value: &T) -> Response {
        reply::json(status, self.signed.lang, value)
    }
}

impl FromRequestParts<Front> for Own {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Fault> {
        let signed = Signed::from_request_parts(parts, front).await?;
        let named = RawPathParams::from_request_parts(parts, front).await;
        let named = named.map_err(|_| Fault::new(Slug::Malformed))?;
        let part = |name: &str| {
            let mut found = named.iter().filter(|(key, _)| *key == name);
            found.next().map(|(_, value)| value.to_owned()).unwrap_or_default()
        };
        let (id, document) = (part("id"), part("d"));
        front.office.check_own(&id, signed.subject()).await?;
        Ok(Self { office: front.office.clone(), signed, id, document })
    }
}

/// Something sent for an application of this login, once however often it comes.
pub(super) struct Sent<T> {
    pub(super) own: Own,
    pub(super) once: Once,
    pub(super) value: T,
}

impl<T: DeserializeOwned> FromRequest<Front> for Sent<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, front: &Front) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let own = Own::from_request_parts(&mut parts, front).await?;
        let key = Key::from_request_parts(&mut parts, front).await?;
        let Body { value, bytes } = Body::from_request(Request::from_parts(parts, body), front).await?;
        let once = key.once(own.signed.scope(), &bytes);
        Ok(Self { own, once, value })
    }
}

/// `Idempotency-Key`: a UUID, bare or quoted.
#[derive(Clone, Debug)]
pub(super) struct Key {
    key: String,
    path: String,
}

impl Key {
    /// The request that this key makes repeatable.
    pub(super) fn once(&self, scope: Scope, body: &[u8]) -> Once {
        Once::new(scope, &self.key, &self.path, body)
    }
}

impl FromRequestParts<Front> for Key {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Front) -> Result<Self, Fault> {
        let header = parts.headers.get(IDEMPOTENCY_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let key = header.trim().trim_matches('"').to_lowercase();
        if !crate::office::is_id(&key) {
            return Err(Fault::new(Slug::Malformed));
        }
        Ok(Self { key, path: format!("{} {}", parts.method, parts.uri.path()) })
    }
}

/// A JSON body of this shape, with the bytes it came in.
pub(super) struct Body<T> {
    pub(super) value: T,
    pub(super) bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<Front> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, front: &Front) -> Result<Self, Fault> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media = media.and_then(|value| value.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
        if media != "application/json" {
            let mut fault = Fault::new(Slug::Malformed);
            fault.status = Some(415);
            return Err(fault);
        }
        let limit = contract::api::Limits::default().body;
        let bytes = Bytes::from_request(request, front).await.map_err(|rejection| {
            if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                Fault::new(Slug::TooLarge).with(|p| p.limit = Some(limit))
            } else {
                Fault::new(Slug::Malformed)
            }
        })?;
        // Every body of the contract is an object; a list would be read as its members in order.
        let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
        let value = if is_object { serde_json::from_slice(&bytes).ok() } else { None };
        let value = value.ok_or_else(|| Fault::new(Slug::Malformed))?;
        Ok(Self { value, bytes })
    }
}

/// What a query says of a name, read as a number or a day.
pub(super) fn parsed<T: std::str::FromStr>(value: Option<&String>) -> Answer<Option<T>> {
    value.map(|text| text.parse().map_err(|_| Fault::new(Slug::Malformed))).transpose()
}
