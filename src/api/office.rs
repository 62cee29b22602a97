//! Calls about the office and the sign-in.
use super::exchange::Ask;
use super::{Api, ApiError, Fresh};
use contract::api::{CodeEntered, CodeRequest, CodeSent, Items, Lookup, LookupRequest, Session, Site};

impl Api {
    /// What this backend is and can do, as JSON text.
    ///
    /// # Errors
    /// As every call.
    pub async fn service(&self, etag: Option<&str>) -> Result<Fresh<String>, ApiError> {
        self.fresh_text(Ask::public(self.url("/service"), etag)).await
    }

    /// A questionnaire as JSON text, named `id|version` or `id`.
    ///
    /// # Errors
    /// As every call.
    pub async fn questionnaire(&self, name: &str, etag: Option<&str>) -> Result<Fresh<String>, ApiError> {
        let (id, version) = name.split_once('|').unwrap_or((name, ""));
        let version = if version.is_empty() { String::new() } else { format!("?version={}", part(version)) };
        self.fresh_text(Ask::public(self.url(&format!("/questionnaires/{}{version}", part(id))), etag).mute()).await
    }

    /// A JSON file that ships with the app, as text.
    ///
    /// # Errors
    /// As every call.
    pub async fn shipped(&self, url: &str) -> Result<String, ApiError> {
        match self.fresh_text(Ask::public(url.to_owned(), None).mute()).await? {
            Fresh::New { value, .. } => Ok(value),
            Fresh::Unchanged => Err(ApiError::Unreadable),
        }
    }

    /// The sentences of a language, a text file that ships with the app.
    ///
    /// # Errors
    /// As every call.
    pub async fn sentences(&self, url: &str) -> Result<String, ApiError> {
        self.plain(Ask::public(url.to_owned(), None).mute()).await
    }

    /// Who is signed in. JSON here also means: the server can be reached.
    ///
    /// # Errors
    /// As every call.
    pub async fn session(&self) -> Result<Session, ApiError> {
        self.json(Ask::get(self.url("/session"), None).mute()).await
    }

    /// Sends a one-time code. After a lost reply: the same again with the same key.
    ///
    /// # Errors
    /// `invalid`, `slow-down`, and as every call.
    pub async fn send_code(&self, request: &CodeRequest, key: &str) -> Result<CodeSent, ApiError> {
        self.json(Ask::post(self.url("/session/code"), key, &body(request))).await
    }

    /// Signs in. After a lost reply: the same again with the same key.
    ///
    /// # Errors
    /// `code-wrong`, `code-ended`, and as every call.
    pub async fn sign_in(&self, code: &CodeEntered, key: &str) -> Result<Session, ApiError> {
        self.json(Ask::post(self.url("/session"), key, &body(code))).await
    }

    /// Ends the session on the server.
    ///
    /// # Errors
    /// As every call.
    pub async fn sign_out(&self) -> Result<(), ApiError> {
        self.gone(Ask::delete(self.url("/session"))).await
    }

    /// Places where people are examined; those of a category, or all.
    ///
    /// # Errors
    /// As every call.
    pub async fn sites(&self, category: Option<&str>, etag: Option<&str>) -> Result<Fresh<Vec<Site>>, ApiError> {
        let query = category.map(|code| format!("?category={}", part(code))).unwrap_or_default();
        Ok(match self.fresh::<Items<Site>>(Ask::public(self.url(&format!("/sites{query}")), etag)).await? {
            Fresh::Unchanged => Fresh::Unchanged,
            Fresh::New { value, etag } => Fresh::New { value: value.items, etag },
        })
    }

    /// Status by number, without signing in. After a lost reply: the same again with the same key.
    ///
    /// # Errors
    /// `no-match`, `code-wrong`, `code-ended`, `slow-down`, and as every call.
    pub async fn look_up(&self, request: &LookupRequest, key: &str) -> Result<Lookup, ApiError> {
        self.json(Ask::post(self.url("/lookups"), key, &body(request))).await
    }

    /// An issuer's keys, at this address, as JSON text.
    ///
    /// # Errors
    /// As every call.
    pub async fn jwks(&self, address: &str, etag: Option<&str>) -> Result<Fresh<String>, ApiError> {
        self.fresh_text(Ask::public(address.to_owned(), etag).mute()).await
    }

    /// The bytes of a status list.
    ///
    /// # Errors
    /// As every call.
    pub async fn status_list(&self, uri: &str, etag: Option<&str>) -> Result<Fresh<Vec<u8>>, ApiError> {
        self.bytes(Ask::public(uri.to_owned(), etag), "application/statuslist+cwt").await
    }
}

/// A value as a JSON body.
pub(super) fn body<T: serde::Serialize>(value: &T) -> String {
    // A wire type without maps keyed by anything but text cannot fail to become JSON.
    serde_json::to_string(value).unwrap_or_default()
}

/// A segment of a path or a value of a query.
pub(super) fn part(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
