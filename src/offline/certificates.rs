//! Certificates that were collected on this phone: encrypted, and opened again without a network.
use super::vault::{Vault, Write};
use super::{Asker, Inner, Kept, Offline, StoreError, bytes::blob, tabs::News};
use crate::reactive::{Signal, derive};
use contract::api::{Certificate, Instant};
use contract::json::FromJson;
use js_sys::Uint8Array;
use serde::Serialize;
use web_sys::Blob;

const CERTIFICATES: &str = "certificate/";

/// A file to hand on, as the office made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFile {
    /// For paper.
    Pdf,
    /// For an album.
    Png,
}

impl CertificateFile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Pdf, Self::Png];

    const fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Pdf => ("pdf", "application/pdf"),
            Self::Png => ("png", "image/png"),
        }
    }
}

/// A certificate with the day it was last checked online.
pub type KeptCertificate = Kept<Certificate>;

#[derive(Serialize, FromJson)]
struct Record {
    owner: String,
    certificate: Certificate,
    checked_at: Instant,
}

impl Offline {
    /// The certificates of the one who is here.
    pub fn certificates(self) -> Signal<Vec<KeptCertificate>> {
        let certificates = self.inner().certificates;
        derive(move || certificates.with(|all| all.values().cloned().collect()))
    }

    /// Keeps a certificate as it was read, with its photo and seal.
    ///
    /// # Errors
    /// It was not stored. `Locked`: whoever asked for it is here no longer.
    pub async fn keep_certificate(
        self,
        asker: &Asker,
        read: &KeptCertificate,
        photo: &Uint8Array,
        seal: Option<&Uint8Array>,
    ) -> Result<(), StoreError> {
        let inner = self.inner();
        let owner = inner.subject().filter(|_| inner.is_here(asker)).ok_or(StoreError::Locked)?;
        let record = Record { owner, certificate: read.value.clone(), checked_at: read.at };
        let id = &read.value.id;
        let mut writes = vec![
            Write::record(format!("{CERTIFICATES}{id}"), &record),
            Write::Bytes { key: photo_key(id), bytes: photo.clone() },
        ];
        if let Some(seal) = seal {
            writes.push(Write::Bytes { key: seal_key(id), bytes: seal.clone() });
        }
        inner.opened().await.write(writes, true).await?;
        // Somebody else may have come while it was written.
        if inner.is_here(asker) {
            inner.certificates.try_update(|all| all.insert(id.clone(), record.kept()));
        }
        inner.tell(&News::Certificate);
        Ok(())
    }

    /// The photo of a kept certificate.
    ///
    /// # Errors
    /// It is not here, or cannot be read.
    pub async fn certificate_photo(self, id: &str) -> Result<Blob, StoreError> {
        blob(&self.inner().opened().await.bytes(&photo_key(id)).await?, "image/jpeg")
    }

    /// The seal of a kept certificate, if there is one.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn certificate_seal(self, id: &str) -> Result<Option<Blob>, StoreError> {
        match self.inner().opened().await.bytes(&seal_key(id)).await {
            Ok(bytes) => blob(&bytes, "image/png").map(Some),
            Err(StoreError::Missing) => Ok(None),
            Err(why) => Err(why),
        }
    }
}

impl Offline {
    /// Keeps the files of a certificate beside it, so that they can be saved from the phone without a network. `made` tells how
    /// they were made: what they say of its state, and in which language.
    ///
    /// # Errors
    /// They were not stored. `Locked`: whoever asked for them is here no longer.
    pub async fn keep_certificate_files(
        self,
        asker: &Asker,
        id: &str,
        made: &str,
        files: Vec<(CertificateFile, Uint8Array)>,
    ) -> Result<(), StoreError> {
        let bytes = files.into_iter().map(|(file, bytes)| Write::Bytes { key: file_key(id, file), bytes });
        let writes = bytes.chain([Write::record(made_key(id), &made)]).collect();
        if !self.inner().is_here(asker) {
            return Err(StoreError::Locked);
        }
        self.inner().opened().await.write(writes, true).await
    }

    /// How the kept files of a certificate were made, if there are some.
    pub async fn certificate_files_made(self, id: &str) -> Option<String> {
        self.inner().opened().await.read(&made_key(id)).await.ok()
    }

    /// A file of a kept certificate.
    ///
    /// # Errors
    /// It is not here, or cannot be read.
    pub async fn certificate_file(self, id: &str, file: CertificateFile) -> Result<Blob, StoreError> {
        let inner = self.inner();
        // Whose certificate it is stands in its record.
        if !inner.certificates.with_untracked(|all| all.contains_key(id)) {
            return Err(StoreError::Missing);
        }
        blob(&inner.opened().await.bytes(&file_key(id, file)).await?, file.named().1)
    }
}

impl Record {
    fn kept(self) -> KeptCertificate {
        Kept { value: self.certificate, at: self.checked_at, etag: None }
    }
}

impl Inner {
    pub(super) async fn load_certificates(&self, vault: &Vault) {
        let Some(subject) = self.subject() else { return };
        // One that cannot be read is collected again.
        let (all, _) = vault.all::<Record>(CERTIFICATES).await.unwrap_or_default();
        let ours = all.into_iter().map(|(_, record)| record).filter(|record| record.owner == subject);
        self.certificates.try_set(ours.map(|record| (record.certificate.id.clone(), record.kept())).collect());
    }
}

fn file_key(id: &str, file: CertificateFile) -> String {
    format!("certificate-{}/{id}", file.named().0)
}

fn made_key(id: &str) -> String {
    format!("certificate-made/{id}")
}

fn photo_key(id: &str) -> String {
    format!("certificate-photo/{id}")
}

fn seal_key(id: &str) -> String {
    format!("certificate-seal/{id}")
}
