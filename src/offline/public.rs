//! What anybody may know, kept with its age so that it is there offline: service, questionnaires, sites, keys, status lists.
//! And the examination's results, which are personal and therefore in the vault.
use super::vault::{Vault, Write};
use super::{Inner, Kept, Needs, Offline};
use crate::api::{ApiError, Fresh};
use crate::reactive::{RwSignal, Signal, derive, effect};
use contract::api::{APPLICATION_FORM, Contact, Examination, Instant, Service, Site};
use contract::credential::Jwks;
use contract::json::FromJson;
use js_sys::{Array, Reflect, Uint8Array};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

const SERVICE: &str = "service";

impl Offline {
    /// What the backend says of itself; fetched at the start and kept.
    pub fn service(self) -> Signal<Option<Kept<Service>>> {
        self.inner().service.into()
    }

    /// How the office is reached, followed; empty until the backend is known.
    pub fn contact(self) -> Contact {
        let service = self.inner().service;
        service.with(|kept| kept.as_ref().map(|kept| kept.value.contact.clone())).unwrap_or_default()
    }

    /// The id of the form that an application is begun with, as far as the backend is known.
    pub fn application_form(self) -> Signal<String> {
        let service = self.inner().service;
        let named = |kept: &Kept<Service>| kept.value.application_form().to_owned();
        derive(move || service.with(|kept| kept.as_ref().map(named)).unwrap_or_else(|| APPLICATION_FORM.to_owned()))
    }

    /// Asks the backend again what it is.
    ///
    /// # Errors
    /// As every call; the copy stays.
    pub async fn refresh_service(self) -> Result<(), ApiError> {
        self.inner().refresh_service().await
    }

    /// A questionnaire as JSON text, named `id|version` or `id`. A dated version never changes, so a copy is enough; without
    /// a version the server's newest, else a copy, else the one that ships with the app. What is none is given as it came, for
    /// whoever reads it to say what is wrong with it, and is not kept.
    ///
    /// # Errors
    /// As every call, when there is none on this phone either.
    pub async fn questionnaire(self, name: &str) -> Result<Kept<String>, ApiError> {
        let inner = self.inner();
        let key = format!("questionnaire/{name}");
        let kept = inner.kept_text(&key).await;
        if let Some(kept) = kept.clone().filter(|_| name.contains('|')) {
            return Ok(kept);
        }
        let etag = kept.as_ref().and_then(|kept| kept.etag.clone());
        let reply = inner.api.questionnaire(name, etag.as_deref()).await;
        let failure = match inner.keep_text(&key, kept.clone(), reply, is_questionnaire).await {
            Ok(fetched) => return Ok(fetched),
            Err(failure) => failure,
        };
        match kept {
            Some(kept) => Ok(kept),
            None => inner.shipped(name).await.ok_or(failure),
        }
    }

    /// Places where people are examined; a copy if the server gives none.
    ///
    /// # Errors
    /// As every call, when there is no copy.
    pub async fn sites(self, category: Option<&str>) -> Result<Kept<Vec<Site>>, ApiError> {
        let inner = self.inner();
        let key = format!("sites/{}", category.unwrap_or_default());
        let kept: Option<Kept<Vec<Site>>> = inner.kept_json(&key).await;
        let etag = kept.as_ref().and_then(|kept| kept.etag.clone());
        let reply = inner.api.sites(category, etag.as_deref()).await;
        inner.keep_json(&key, kept, reply).await
    }

    /// All places, followed: none until they are wanted, and here. They are read again whenever what `wanted` follows has changed,
    /// for they are called in the language that they were asked for in, and where they are missing, when the network is back.
    pub fn places(self, wanted: impl Fn() -> bool + Clone + 'static) -> Signal<Vec<Site>> {
        let places = RwSignal::new(Vec::new());
        let read = move || {
            spawn_local(async move {
                if let Ok(known) = self.sites(None).await {
                    places.try_set(known.value);
                }
            });
        };
        let asked = wanted.clone();
        effect(move || {
            if asked() {
                read();
            }
        });
        let is_missing = move || places.try_with_untracked(Vec::is_empty) == Some(true) && wanted();
        self.when_back(Needs::Network, is_missing, read);
        places.into()
    }

    /// What is examined and what was found; an encrypted copy if the server gives none.
    ///
    /// # Errors
    /// As every call, when there is no copy.
    pub async fn examination(self, application: &str) -> Result<Kept<Examination>, ApiError> {
        self.read_examination(application, false).await
    }

    /// The same with links that work: those of the copy end, though nothing else of it has changed.
    ///
    /// # Errors
    /// As every call, when there is no copy.
    pub async fn examination_anew(self, application: &str) -> Result<Kept<Examination>, ApiError> {
        self.read_examination(application, true).await
    }

    async fn read_examination(self, application: &str, anew: bool) -> Result<Kept<Examination>, ApiError> {
        let inner = self.inner();
        let vault = inner.opened().await;
        let owner = inner.subject().unwrap_or_default();
        let key = format!("examination/{application}");
        let kept =
            vault.read::<Results>(&key).await.ok().filter(|results| results.owner == owner).map(|results| results.of);
        let etag = kept.as_ref().filter(|_| !anew).and_then(|kept| kept.etag.clone());
        let reply = inner.api.examination(application, etag.as_deref()).await;
        match (inner.heard(reply), kept) {
            (Ok(Fresh::New { value, etag }), _) => {
                let of = Kept { value, at: inner.api.now(), etag };
                let results = Results { owner, of };
                vault.write_copy(vec![Write::record(key, &results)]).await;
                Ok(results.of)
            }
            (Ok(Fresh::Unchanged), Some(kept)) => Ok(Kept { at: inner.api.now(), ..kept }),
            (Err(why), Some(kept)) if gives_nothing_now(&why) => Ok(kept),
            (Ok(Fresh::Unchanged), None) => Err(ApiError::Unreadable),
            (Err(why), _) => Err(why),
        }
    }

    /// An issuer's keys as JSON text, fetched and kept. An issuer may take all of them back; what names none is no set of keys.
    ///
    /// # Errors
    /// As every call, and `Unreadable` for what is no set of keys; a copy may still be there ([`Offline::kept_jwks`]).
    pub async fn jwks(self, iss: &str) -> Result<Kept<String>, ApiError> {
        let inner = self.inner();
        let key = format!("jwks/{iss}");
        let kept = inner.kept_text(&key).await;
        let address = self.reached(format!("{iss}/.well-known/jwks.json"));
        let reply = inner.api.jwks(&address, kept.as_ref().and_then(|kept| kept.etag.as_deref())).await;
        let fetched = inner.keep_text(&key, kept, reply, is_jwks).await?;
        if is_jwks(&fetched.value) { Ok(fetched) } else { Err(ApiError::Unreadable) }
    }

    /// Where the public file at `address` is asked for: what the backend itself signs is asked of the backend, at the address it is
    /// reached at. It may not call itself by that one, and only that one may be connected to.
    fn reached(self, address: String) -> String {
        let api = &self.inner().api;
        self.service()
            .with_untracked(|service| {
                let path = service.as_ref().and_then(|service| service.value.own_path(&address));
                path.map(|path| api.resolve(path))
            })
            .unwrap_or(address)
    }

    /// The copy of an issuer's keys, without asking anybody.
    pub async fn kept_jwks(self, iss: &str) -> Option<Kept<String>> {
        self.inner().kept_text(&format!("jwks/{iss}")).await
    }

    /// A status list as it is given now; `kept` is the copy. It is kept by [`Offline::keep_status_list`], once it was judged.
    ///
    /// # Errors
    /// As every call; the copy is as it was.
    pub async fn status_list(self, uri: &str, kept: Option<Kept<Vec<u8>>>) -> Result<Kept<Vec<u8>>, ApiError> {
        let inner = self.inner();
        let address = self.reached(uri.to_owned());
        let reply = inner.api.status_list(&address, kept.as_ref().and_then(|kept| kept.etag.as_deref())).await;
        match (reply?, kept) {
            (Fresh::New { value, etag }, _) => Ok(Kept { value, at: inner.api.now(), etag }),
            (Fresh::Unchanged, Some(kept)) => Ok(Kept { at: inner.api.now(), ..kept }),
            (Fresh::Unchanged, None) => Err(ApiError::Unreadable),
        }
    }

    /// Keeps a status list in the place of the copy: one whose signature was verified and that is no older.
    pub async fn keep_status_list(self, uri: &str, list: &Kept<Vec<u8>>) {
        let bytes = Uint8Array::from(list.value.as_slice());
        self.inner().keep_public(&format!("status/{uri}"), &bytes, list.at, list.etag.as_deref()).await;
    }

    /// The copy of a status list, without asking anybody.
    pub async fn kept_status_list(self, uri: &str) -> Option<Kept<Vec<u8>>> {
        let (value, at, etag) = self.inner().kept_public(&format!("status/{uri}")).await?;
        Some(Kept { value: value.dyn_into::<Uint8Array>().ok()?.to_vec(), at, etag })
    }
}

#[derive(Serialize, FromJson)]
struct Results {
    owner: String,
    of: Kept<Examination>,
}

impl Inner {
    pub(super) async fn load_service(self: &Rc<Self>, vault: &Vault) {
        let kept = vault.public(SERVICE).await.ok().flatten().and_then(unpacked);
        if let Some(kept) = kept.and_then(|(value, at, etag)| Some(Kept { value: parsed(&value)?, at, etag })) {
            self.service.try_set(Some(kept));
        }
    }

    /// Kept as it came: to write it anew would bring a writer of all that it says into the first visit.
    pub(super) async fn refresh_service(&self) -> Result<(), ApiError> {
        let is_service = |text: &str| contract::json::read::<Service>(text).is_some();
        let kept = self.kept_text(SERVICE).await.filter(|kept| is_service(&kept.value));
        let reply = self.api.service(kept.as_ref().and_then(|kept| kept.etag.as_deref())).await;
        let Kept { value, at, etag } = self.keep_text(SERVICE, kept, reply, is_service).await?;
        let value = contract::json::read(&value).ok_or(ApiError::Unreadable)?;
        self.service.try_set(Some(Kept { value, at, etag }));
        Ok(())
    }

    /// The questionnaire that ships with the app, if it is the one asked for.
    async fn shipped(&self, name: &str) -> Option<Kept<String>> {
        #[derive(FromJson)]
        struct Head {
            version: Option<String>,
        }
        let (id, version) = name.split_once('|').map_or((name, None), |(id, version)| (id, Some(version)));
        let text = self.api.shipped(&format!("{}forms/{id}.questionnaire.json", self.assets)).await.ok()?;
        let head: Head = contract::json::read(&text)?;
        let fits = version.is_none_or(|version| head.version.as_deref() == Some(version));
        fits.then(|| Kept { value: text, at: self.api.now(), etag: None })
    }

    async fn kept_public(&self, key: &str) -> Option<(JsValue, Instant, Option<String>)> {
        self.vault().await.public(key).await.ok().flatten().and_then(unpacked)
    }

    async fn keep_public(&self, key: &str, value: &JsValue, at: Instant, etag: Option<&str>) {
        let packed = Array::of3(value, &at.to_rfc3339().into(), &etag.map_or(JsValue::NULL, JsValue::from_str));
        // What is not kept is fetched again.
        self.vault().await.write_copy(vec![Write::Public { key: key.into(), value: packed.into() }]).await;
    }

    async fn kept_text(&self, key: &str) -> Option<Kept<String>> {
        let (value, at, etag) = self.kept_public(key).await?;
        Some(Kept { value: value.as_string()?, at, etag })
    }

    /// Keeps what was fetched, if it is what it should be: else a broken reply would be read, and found unchanged, ever after.
    async fn keep_text(
        &self,
        key: &str,
        kept: Option<Kept<String>>,
        reply: Result<Fresh<String>, ApiError>,
        is_right: fn(&str) -> bool,
    ) -> Result<Kept<String>, ApiError> {
        let kept = match (self.heard(reply)?, kept) {
            (Fresh::New { value, etag }, _) => Kept { value, at: self.api.now(), etag },
            (Fresh::Unchanged, Some(kept)) => Kept { at: self.api.now(), ..kept },
            (Fresh::Unchanged, None) => return Err(ApiError::Unreadable),
        };
        if is_right(&kept.value) {
            self.keep_public(key, &JsValue::from_str(&kept.value), kept.at, kept.etag.as_deref()).await;
        }
        Ok(kept)
    }

    async fn kept_json<T: FromJson>(&self, key: &str) -> Option<Kept<T>> {
        let (value, at, etag) = self.kept_public(key).await?;
        Some(Kept { value: parsed(&value)?, at, etag })
    }

    /// A copy is as good as a reply where the server gives none.
    async fn keep_json<T: Serialize>(
        &self,
        key: &str,
        kept: Option<Kept<T>>,
        reply: Result<Fresh<T>, ApiError>,
    ) -> Result<Kept<T>, ApiError> {
        match (self.heard(reply), kept) {
            (Err(why), Some(kept)) if gives_nothing_now(&why) => Ok(kept),
            (Err(why), _) => Err(why),
            (Ok(fresh), kept) => self.keep_json_strictly(key, kept, fresh).await,
        }
    }

    async fn keep_json_strictly<T: Serialize>(
        &self,
        key: &str,
        kept: Option<Kept<T>>,
        fresh: Fresh<T>,
    ) -> Result<Kept<T>, ApiError> {
        let kept = match (fresh, kept) {
            (Fresh::New { value, etag }, _) => Kept { value, at: self.api.now(), etag },
            (Fresh::Unchanged, Some(kept)) => Kept { at: self.api.now(), ..kept },
            (Fresh::Unchanged, None) => return Err(ApiError::Unreadable),
        };
        let json = serde_json::to_string(&kept.value).unwrap_or_default();
        self.keep_public(key, &JsValue::from_str(&json), kept.at, kept.etag.as_deref()).await;
        Ok(kept)
    }
}

/// Whether a copy is as good as a reply: the server cannot be reached, has too much to do, or trouble of its own.
fn gives_nothing_now(why: &ApiError) -> bool {
    match why {
        ApiError::Unreachable | ApiError::Portal => true,
        ApiError::Refused(refused) => refused.status == 429 || refused.status >= 500,
        ApiError::SignedOut | ApiError::Unreadable => false,
    }
}

/// By the browser's reader: a form is long, and who wants it reads it once more.
fn is_questionnaire(text: &str) -> bool {
    js_sys::JSON::parse(text)
        .and_then(|form| Reflect::get(&form, &"resourceType".into()))
        .is_ok_and(|kind| kind == "Questionnaire")
}

fn is_jwks(text: &str) -> bool {
    contract::json::read::<Jwks>(text).is_some()
}

fn parsed<T: FromJson>(value: &JsValue) -> Option<T> {
    contract::json::read(&value.as_string()?)
}

/// `[value, when, etag]`, as it lies in the database.
fn unpacked(packed: JsValue) -> Option<(JsValue, Instant, Option<String>)> {
    let packed: Array = packed.dyn_into().ok()?;
    let at = Instant::parse_from_rfc3339(&packed.get(1).as_string()?).ok()?;
    Some((packed.get(0), at, packed.get(2).as_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Refused;
    use contract::api::Problem;

    #[test]
    fn a_copy_is_shown_where_the_office_gives_nothing_and_not_where_it_says_no() {
        let refused =
            |status| ApiError::Refused(Box::new(Refused::new(status, Problem::default(), None, Instant::default())));
        for (why, expected) in [
            (ApiError::Unreachable, true),
            (ApiError::Portal, true),
            (refused(500), true),
            (refused(503), true),
            (refused(429), true),
            (refused(403), false),
            (refused(404), false),
            (ApiError::SignedOut, false),
        ] {
            assert_eq!(gives_nothing_now(&why), expected, "{why:?}");
        }
    }
}
