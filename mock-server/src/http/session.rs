//! Signing in with a code, and out again.
use super::{
    Front, cookie,
    extract::{Body, Key, Lang, peer, token},
    reply::json,
};
use crate::office::{Answer, Fault, Office, Scope};
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use contract::api::{CodeEntered, CodePurpose, CodeRequest, CodeSent, Session, Slug};
use std::{convert::Infallible, net::IpAddr};

/// The end of the connection, and the secret that came with it, if any.
pub(super) struct Visitor {
    peer: Option<IpAddr>,
    token: Option<String>,
    headers: HeaderMap,
}

impl Visitor {
    /// Where the request comes from.
    pub(super) fn address(&self) -> Option<String> {
        self.peer.map(|peer| peer.to_string())
    }

    fn with_cookie(&self, mut answer: Response, token: &str) -> Response {
        if let Some(cookie) = cookie::set(self.peer, &self.headers, token) {
            answer.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        answer
    }
}

impl FromRequestParts<Front> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Front) -> Result<Self, Infallible> {
        Ok(Self { peer: peer(parts), token: token(parts), headers: parts.headers.clone() })
    }
}

/// Who is signed in. Also the probe: JSON here means that the backend is reached.
#[utoipa::path(get, path = "/session", tag = "session", security(()), responses((status = 200, body = Session)))]
pub(super) async fn session(State(front): State<Front>, Lang(lang): Lang, visitor: Visitor) -> Answer<Response> {
    // Asking who is here is no activity.
    let found = match &visitor.token {
        Some(token) => front.office.session(token, false).await?,
        None => None,
    };
    let session = found.map_or_else(Session::default, |session| session.wire());
    Ok(json(StatusCode::OK, lang, &session))
}

/// Sends a one-time code.
#[utoipa::path(post, path = "/session/code", tag = "session", security(()), request_body = CodeRequest,
    responses((status = 202, body = CodeSent)))]
pub(super) async fn send_code(
    State(front): State<Front>,
    Lang(lang): Lang,
    visitor: Visitor,
    key: Key,
    Body { value: asked, bytes }: Body<CodeRequest>,
) -> Answer<Response> {
    let office = &front.office;
    let subject = match &visitor.token {
        Some(token) => office.session(token, true).await?.map(|session| session.subject),
        None => None,
    };
    let (phone, application) = match asked.purpose {
        CodePurpose::SignIn | CodePurpose::Lookup => (Office::phone_of(&asked)?, None),
        CodePurpose::Collect => {
            let subject = subject.as_deref().ok_or_else(|| Fault::new(Slug::SignedOut))?;
            let id = asked.application.clone().unwrap_or_default();
            (office.phone_for_collection(&id, subject).await?, Some(id))
        }
    };
    let scope = subject.map_or_else(|| Scope::Phone(phone.as_str().to_owned()), Scope::Subject);
    let once = key.once(scope, &bytes);
    let address = visitor.address();
    let sent = office.send_code(&once, asked.purpose, &phone, application.as_deref(), address.as_deref(), lang).await?;
    Ok(json(StatusCode::ACCEPTED, lang, &sent))
}

/// Signs in with the code.
#[utoipa::path(post, path = "/session", tag = "session", security(()), request_body = CodeEntered,
    responses((status = 200, body = Session)))]
pub(super) async fn sign_in(
    State(front): State<Front>,
    Lang(lang): Lang,
    visitor: Visitor,
    key: Key,
    Body { value: entered, bytes }: Body<CodeEntered>,
) -> Answer<Response> {
    let once = key.once(Scope::Code(entered.code_id.clone()), &bytes);
    let signed_in = front.office.sign_in(&once, &entered, visitor.address().as_deref()).await?;
    Ok(visitor.with_cookie(json(StatusCode::OK, lang, &signed_in.session.wire()), &signed_in.token))
}

/// Signs out; nobody signed in is fine too.
#[utoipa::path(delete, path = "/session", tag = "session", security(()),
    responses((status = 204, description = "Nobody is signed in.")))]
pub(super) async fn sign_out(State(front): State<Front>, visitor: Visitor) -> Answer<Response> {
    if let Some(token) = &visitor.token {
        front.office.sign_out(token).await?;
    }
    Ok(visitor.with_cookie(StatusCode::NO_CONTENT.into_response(), ""))
}
