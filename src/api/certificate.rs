//! Conversations about a certificate: proof of person, the certificate, its files.
use super::exchange::Ask;
use super::office::{body, part};
use super::{Api, ApiError, Fresh};
use contract::api::{Certificate, CollectionRequest, Grant, Link};

impl Api {
    /// Proves that it is the person. After a lost reply: the same again with the same key, which costs no second try.
    ///
    /// # Errors
    /// `identity-mismatch` with the tries left, `code-wrong`, `code-ended`, `slow-down`, `act-refused`, and as every call.
    pub async fn collect(&self, id: &str, request: &CollectionRequest, key: &str) -> Result<Grant, ApiError> {
        self.json(Ask::post(self.at(id, "/collection"), key, &body(request))).await
    }

    /// A certificate, under a grant.
    ///
    /// # Errors
    /// `grant-needed`, and as every call.
    pub async fn certificate(&self, certificate: &str) -> Result<Certificate, ApiError> {
        self.json(Ask::get(self.url(&format!("/certificates/{}", part(certificate))), None)).await
    }

    /// The URL of a link: plain https, which is what a chat app's webview can save.
    pub fn link_url(&self, link: &Link) -> String {
        self.resolve(&link.href)
    }

    /// The bytes behind a link.
    ///
    /// # Errors
    /// `link-ended`: read the certificate again. And as every call.
    pub async fn linked(&self, link: &Link) -> Result<Vec<u8>, ApiError> {
        match self.bytes(Ask::public(self.link_url(link), None), &link.media_type).await? {
            Fresh::New { value, .. } => Ok(value),
            Fresh::Unchanged => Err(ApiError::Unreadable),
        }
    }
}
