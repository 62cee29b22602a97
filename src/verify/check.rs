//! From the text of a code to a verdict: which keys and which list are needed, what is kept of them, what is asked anew.
//!
//! Nothing of the code is stored or sent: the issuer's server sees a request for its keys and for a list of 100,000 certificates.
use super::signature::{NoCryptography, any_verifies};
use crate::api::sleep;
use crate::offline::{Kept, Offline};
use contract::api::Service;
use contract::credential::{
    Evidence, Judgement, Jwks, Read, SignatureFound, StatusList, judge, read, read_status_list,
};
use std::{cell::RefCell, future::Future, rc::Rc, time::Duration};
use wasm_bindgen_futures::spawn_local;

/// Keys this young are used without asking (their `max-age` on the wire).
const KEYS_YOUNG: i64 = 3600;
/// With a network, a list is asked for again once this many seconds have passed, though it may still count as fresh: an inspector
/// who looks again wants to know how it stands now, and codes that are read one after the other need no question each.
const LIST_YOUNG: i64 = 10;
/// So many seconds two clocks that are right may differ.
const CLOCKS_DIFFER: i64 = 300;
/// An inspector waits no longer than this for the network; what comes later is kept for the next code.
const PATIENCE: Duration = Duration::from_secs(6);
/// And no longer than this where a fresh answer is at hand already.
const SHORT_PATIENCE: Duration = Duration::from_secs(2);

/// Whether the issuer is asked even where what is kept would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    WhenNeeded,
    Anew,
}

/// What a check needs from outside.
#[derive(Clone, Copy)]
pub(super) struct Checker {
    pub(super) offline: Offline,
}

struct Keys {
    jwks: Jwks,
    age: Option<i64>,
}

impl Checker {
    /// The time a verdict goes by: the server's where it is known, else the phone's.
    pub(super) fn now(&self) -> i64 {
        self.offline.now().timestamp()
    }

    /// Has the keys of this backend's own issuers kept before a code is read, so that it can be checked without a network
    /// from then on. Whether all are here now.
    pub(super) async fn make_ready(self) -> bool {
        let own = |service: &Kept<Service>| {
            let own = service.value.issuers.iter().filter(|issuer| issuer.own);
            own.map(|issuer| issuer.iss.clone()).collect::<Vec<_>>()
        };
        let Some(issuers) = self.offline.service().with_untracked(|service| service.as_ref().map(own)) else {
            return false;
        };
        for iss in issuers {
            let age = self.read_keys(self.offline.kept_jwks(&iss).await.as_ref()).age;
            let is_missing = age.is_none();
            if age.is_none_or(|age| age >= KEYS_YOUNG) && self.offline.jwks(&iss).await.is_err() && is_missing {
                return false;
            }
        }
        true
    }

    /// The verdict on a text.
    pub(super) async fn check(&self, text: &str, asking: Asking) -> Result<Judgement, NoCryptography> {
        let read = match read(text) {
            Ok(read) => read,
            Err(unreadable) => return Ok(unreadable.into()),
        };
        let nothing = |signature| Evidence { signature, now: self.now(), status: None };
        if !self.trusts(read.issuer(), asking).await {
            return Ok(judge(read, &nothing(SignatureFound::UntrustedIssuer)));
        }
        let keys = self.keys(&read, asking).await;
        let matching = keys.jwks.matching(read.signed().kid);
        if matching.is_empty() {
            return Ok(judge(read, &nothing(SignatureFound::NoKey { keys_age: keys.age })));
        }
        if !any_verifies(&matching, read.signed()).await? {
            return Ok(judge(read, &nothing(SignatureFound::Wrong)));
        }
        let list = self.list(&read, &keys.jwks, asking).await?;
        let signature = SignatureFound::Good;
        Ok(judge(read, &Evidence { signature, now: self.now(), status: list.as_ref() }))
    }

    /// Whether the office names this issuer. A code cannot name itself.
    async fn trusts(&self, issuer: &str, asking: Asking) -> bool {
        let offline = self.offline;
        let named = |service: &Kept<Service>| service.value.issuers.iter().any(|it| it.iss == issuer);
        let kept = offline.service().with_untracked(|service| service.as_ref().map(named));
        match (kept, asking) {
            (Some(true), _) => return true,
            (Some(false), Asking::WhenNeeded) => return false,
            (Some(false), Asking::Anew) | (None, _) => {}
        }
        in_time(PATIENCE, async move { offline.refresh_service().await.is_ok() }).await;
        offline.service().with_untracked(|service| service.as_ref().is_some_and(named))
    }

    async fn keys(&self, read: &Read, asking: Asking) -> Keys {
        let (offline, iss) = (self.offline, read.issuer().to_owned());
        let kept = self.read_keys(offline.kept_jwks(&iss).await.as_ref());
        let fits = !kept.jwks.matching(read.signed().kid).is_empty();
        let young = kept.age.is_some_and(|age| age < KEYS_YOUNG);
        if asking == Asking::WhenNeeded && young && fits {
            return kept;
        }
        let fetched = in_time(PATIENCE, async move { offline.jwks(&iss).await.ok() }).await.flatten();
        if fetched.is_some() { self.read_keys(fetched.as_ref()) } else { kept }
    }

    fn read_keys(&self, kept: Option<&Kept<String>>) -> Keys {
        let Some(kept) = kept else { return Keys { jwks: Jwks::default(), age: None } };
        match contract::json::read(&kept.value) {
            // Keys from the future are of no known age: this clock, or the one before, is wrong.
            Some(jwks) => {
                Keys { jwks, age: Some(self.now() - kept.at.timestamp()).filter(|age| *age > -CLOCKS_DIFFER) }
            }
            // What cannot be read is no set of keys, of no age: it proves nothing about a key that is not in it.
            None => Keys { jwks: Jwks::default(), age: None },
        }
    }

    /// The newest list for this code whose signature a key of its issuer verifies.
    async fn list(&self, read: &Read, keys: &Jwks, asking: Asking) -> Result<Option<StatusList>, NoCryptography> {
        let Some(uri) = read.status_uri() else { return Ok(None) };
        let stored = self.offline.kept_status_list(uri).await;
        let heard = stored.as_ref().map(|stored| stored.at.timestamp());
        let kept = verified(stored.as_ref(), uri, keys).await?;
        let is_fresh =
            |list: &StatusList| (-CLOCKS_DIFFER..list.ttl).contains(&self.now().saturating_sub(list.issued_at));
        let fresh = kept.as_ref().is_some_and(is_fresh);
        let just_heard = heard.is_some_and(|at| (self.now() - at).abs() < LIST_YOUNG);
        let silent = self.offline.network().get_untracked().is_away();
        if asking == Asking::WhenNeeded && fresh && (just_heard || silent) {
            return Ok(kept);
        }
        let patience = if fresh { SHORT_PATIENCE } else { PATIENCE };
        let fetched = in_time(patience, newest_list(self.offline, uri.to_owned(), keys.clone(), stored)).await;
        Ok(fetched.transpose()?.flatten().or(kept))
    }
}

/// Asks for a list; of it and the copy the newer one counts, and is what is kept. Neither bytes that nobody signed nor an older
/// list takes the place of what is known.
async fn newest_list(
    offline: Offline,
    uri: String,
    keys: Jwks,
    copy: Option<Kept<Vec<u8>>>,
) -> Result<Option<StatusList>, NoCryptography> {
    let fetched = offline.status_list(&uri, copy).await.ok();
    let list = verified(fetched.as_ref(), &uri, &keys).await?;
    // The copy may be another by now: two codes can be looked at one after the other. Where it is the same, it was judged.
    let kept = offline.kept_status_list(&uri).await;
    let kept = kept.filter(|kept| fetched.as_ref().is_none_or(|fetched| fetched.value != kept.value));
    let kept = verified(kept.as_ref(), &uri, &keys).await?;
    match (list, kept, fetched) {
        (Some(list), Some(kept), _) if list.issued_at < kept.issued_at => Ok(Some(kept)),
        (Some(list), _, Some(fetched)) => {
            offline.keep_status_list(&uri, &fetched).await;
            Ok(Some(list))
        }
        (_, kept, _) => Ok(kept),
    }
}

/// A list that breaks a rule is as none.
async fn verified(bytes: Option<&Kept<Vec<u8>>>, uri: &str, keys: &Jwks) -> Result<Option<StatusList>, NoCryptography> {
    let Some(list) = bytes.and_then(|bytes| read_status_list(&bytes.value)) else { return Ok(None) };
    let points = keys.matching(list.signed().kid);
    let good = any_verifies(&points, list.signed()).await?;
    Ok(good.then(|| list.trust()).filter(|list| list.uri == uri))
}

/// What comes of it in time. It goes on afterwards, so that the next code finds what this one was too early for.
async fn in_time<T: 'static>(patience: Duration, work: impl Future<Output = T> + 'static) -> Option<T> {
    const STEP: Duration = Duration::from_millis(40);
    let came = Rc::new(RefCell::new(None));
    let place = came.clone();
    spawn_local(async move {
        let value = work.await;
        *place.borrow_mut() = Some(value);
    });
    for _ in 0..(patience.as_millis() / STEP.as_millis()) {
        if let Some(value) = came.borrow_mut().take() {
            return Some(value);
        }
        sleep(STEP).await;
    }
    None
}
