//! Taking a certificate: the code first, then all facts together, in constant time; three tries, then a lock (contract §8).
use super::{
    Answer, Case, Fault, Kept, Office, Once, SessionRow, at_second, audit,
    certificates::{self, LOCK_SECONDS},
    codes,
    matter::COLLECTION_TRIES,
    papers, receipts,
};
use chrono::Duration;
use contract::{
    api::{CodePurpose, CollectionRequest, Grant, ItemError, Slug},
    application::{Act, Actor},
    identity::{COLLECTION_TAIL, PersonName, Phone, compact, tail},
    questionnaire::Pointer,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

const GRANT_SECONDS: i64 = 900;

/// What is kept of a collection, to answer it again.
#[derive(Serialize, Deserialize)]
struct Given {
    #[serde(flatten)]
    grant: Grant,
    /// Of this session alone. One of an older version does not say whose it was.
    #[serde(default)]
    session: String,
}

impl Office {
    /// The telephone that a code for collection goes to: the application's.
    ///
    /// # Errors
    /// `not-found`; `act-refused` where there is nothing to collect.
    pub async fn phone_for_collection(&self, id: &str, subject: &str) -> Answer<Phone> {
        let mut case = Case::of(self, id, subject).await?;
        if !certificates::is_collectable(case.matter.state) {
            return Err(case.refuse().await);
        }
        let phone = case.matter.facts.as_ref().map(|facts| facts.phone.clone()).unwrap_or_default();
        Phone::parse(&phone).map_err(|_| Fault::ours(&"an application has no telephone"))
    }

    /// Confirms who it is; the session may read the certificate for a quarter of an hour.
    ///
    /// # Errors
    /// `act-refused`, `code-wrong`, `code-ended`, `identity-mismatch`, `slow-down` scope `collection`, `invalid`, `key-reused`, `running`.
    pub async fn collect(
        &self,
        id: &str,
        session: &SessionRow,
        once: &Once,
        asked: &CollectionRequest,
    ) -> Answer<Grant> {
        let _turn = self.take_turn(once)?;
        let mut case = Case::of(self, id, &session.subject).await?;
        if let Some(kept) = receipts::kept(case.txn.db(), once, case.real).await? {
            let given: Given = serde_json::from_value(kept.again(case.now)?)?;
            if given.session == session.id && given.grant.until > case.real {
                return Ok(given.grant);
            }
            // A grant is of one session and its quarter of an hour: to any other the key is a new one, and its code is spent.
            receipts::forget(case.txn.db(), once).await?;
        }
        if !certificates::is_collectable(case.matter.state) {
            return Err(case.refuse().await);
        }
        if let Some(until) = case.matter.collection.locked_until {
            return Err(Fault::slow_down("collection", case.now, until));
        }
        check_shape(asked)?;
        let (code_id, code) = (asked.code_id.clone().unwrap_or_default(), asked.code.clone().unwrap_or_default());
        let real = case.real;
        let judged = codes::judge(case.txn.db(), &code_id, &code, CodePurpose::Collect, Some(id), real).await?;
        let refused = match judged {
            Err(fault) => Some(fault),
            Ok(_) if facts_fit(&case, asked) => None,
            Ok(_) => Some(mismatch(&mut case)),
        };
        let answer = if let Some(fault) = refused {
            let reply = Some(serde_json::to_value(&*fault.problem)?);
            self.remember(&mut case, once, &Kept { status: fault.status(), receipt: None, reply }).await?;
            audit::note(case.txn.db(), real, &session.subject, "collect-failed", id).await?;
            Err(fault)
        } else {
            codes::spend(case.txn.db(), &code_id).await?;
            let grant = give(&mut case, session).await?;
            case.go(Act::Collect, Actor::Applicant).await?;
            case.matter.collection.left = COLLECTION_TRIES;
            let given = Given { grant, session: session.id.clone() };
            let reply = Some(serde_json::to_value(&given)?);
            self.remember(&mut case, once, &Kept { status: 200, receipt: None, reply }).await?;
            Ok(given.grant)
        };
        case.changed = true;
        case.finish_quietly().await?;
        answer
    }

    async fn remember(&self, case: &mut Case, once: &Once, kept: &Kept) -> Answer<()> {
        let (real, id) = (case.real, case.matter.id.clone());
        receipts::keep(case.txn.db(), once, kept, Some(&id), real, Some(real.timestamp() + receipts::KEY_SECONDS)).await
    }
}

fn check_shape(asked: &CollectionRequest) -> Answer<()> {
    let members =
        [("name", &asked.name), ("id_tail", &asked.id_tail), ("code_id", &asked.code_id), ("code", &asked.code)];
    let missing: Vec<ItemError> = members
        .into_iter()
        .filter(|(_, value)| value.as_ref().is_none_or(|text| text.trim().is_empty()))
        .map(|(name, _)| ItemError::new(Pointer::member(name), "required"))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Fault::items(missing)) }
}

/// All facts are compared, whichever is wrong, in the same time.
fn facts_fit(case: &Case, asked: &CollectionRequest) -> bool {
    let facts = case.matter.facts.clone().unwrap_or_default();
    let compared = |name: &str| PersonName::tidy(name, &papers::compose).compared();
    let typed_name = compared(asked.name.as_deref().unwrap_or_default());
    let typed_tail = compact(asked.id_tail.as_deref().unwrap_or_default());
    let name = compared(&facts.name).as_bytes().ct_eq(typed_name.as_bytes());
    let number = tail(&facts.id_number, COLLECTION_TAIL).as_bytes().ct_eq(typed_tail.as_bytes());
    bool::from(name & number)
}

fn mismatch(case: &mut Case) -> Fault {
    let tries = &mut case.matter.collection;
    tries.left = tries.left.saturating_sub(1);
    if tries.left == 0 {
        let until = case.now + Duration::seconds(LOCK_SECONDS);
        tries.locked_until = Some(until);
        return Fault::slow_down("collection", case.now, until);
    }
    let left = tries.left;
    Fault::new(Slug::IdentityMismatch).with(|p| {
        p.left = Some(left);
        p.limit = Some(u64::from(COLLECTION_TRIES));
    })
}

async fn give(case: &mut Case, session: &SessionRow) -> Answer<Grant> {
    let certificate = case.matter.certificate.clone().ok_or_else(|| Fault::ours(&"nothing was issued"))?;
    let until = (case.real.timestamp() + GRANT_SECONDS).min(session.ends_at.timestamp());
    sqlx::query(
        "INSERT INTO certificate_grant (session, certificate, until) VALUES (?1, ?2, ?3)
         ON CONFLICT (session, certificate) DO UPDATE SET until = ?3",
    )
    .bind(&session.id)
    .bind(&certificate)
    .bind(until)
    .execute(case.txn.db())
    .await?;
    Ok(Grant { certificate, until: at_second(until) })
}
