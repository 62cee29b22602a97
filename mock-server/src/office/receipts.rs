//! What makes a POST repeatable: keys, what was answered, and receipts (contract §5).
use super::{Answer, Fault, Office, sha256_hex};
use contract::api::{Instant, Problem, Receipt, ReceiptState, Slug};
use sqlx::{Row as _, SqliteConnection};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// Who a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A login.
    Subject(String),
    /// Nobody is signed in: the code that was sent.
    Code(String),
    /// Nobody is signed in: the telephone.
    Phone(String),
}

impl Scope {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Subject(id) => format!("s:{id}"),
            Self::Code(id) => format!("c:{id}"),
            Self::Phone(phone) => format!("p:{phone}"),
        }
    }
}

/// One repeatable request: its key and everything that makes it the same request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Whose key.
    pub scope: Scope,
    /// UUID.
    pub key: String,
    /// Method and path.
    pub path: String,
    /// Of the body, hex.
    pub body_sha256: String,
}

impl Once {
    /// A request with these bytes.
    pub fn new(scope: Scope, key: &str, path: &str, body: &[u8]) -> Self {
        Self { scope, key: key.to_lowercase(), path: path.into(), body_sha256: sha256_hex(body) }
    }
}

/// What was answered to a key before.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its status.
    pub status: u16,
    /// For acts.
    pub receipt: Option<Receipt>,
    /// For everything else: the body.
    pub reply: Option<serde_json::Value>,
}

impl Kept {
    /// Answers it again: the reply that was kept, or the refusal, with what is left of its time.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn again(self, now: Instant) -> Answer<serde_json::Value> {
        let reply = self.reply.unwrap_or_default();
        if self.status < 300 {
            return Ok(reply);
        }
        let problem: Problem = serde_json::from_value(reply)?;
        let mut fault = Fault::new(problem.slug().unwrap_or(Slug::ServerError));
        fault.retry_after = problem.until.map(|until| u64::try_from((until - now).num_seconds()).unwrap_or(0).max(1));
        *fault.problem = problem;
        Err(fault)
    }
}

/// Keys whose first request is at work now.
#[derive(Default)]
pub(super) struct RunningKeys(Mutex<HashSet<(String, String)>>);

/// While this lives, the key is `running`.
pub struct KeyTurn {
    office: Office,
    key: (String, String),
}

impl Drop for KeyTurn {
    fn drop(&mut self) {
        self.office.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Other keys than those of acts are kept so long, in seconds.
pub(super) const KEY_SECONDS: i64 = 7 * 86_400;

/// What was answered to this key before, if anything. One whose time is over is a new one.
pub(super) async fn kept(db: &mut SqliteConnection, once: &Once, now: Instant) -> Answer<Option<Kept>> {
    sqlx::query("DELETE FROM receipt WHERE scope = ? AND key = ? AND ends_at <= ?")
        .bind(once.scope.text())
        .bind(&once.key)
        .bind(now.timestamp())
        .execute(&mut *db)
        .await?;
    let row = sqlx::query("SELECT path, body_sha256, status, receipt, reply FROM receipt WHERE scope = ? AND key = ?")
        .bind(once.scope.text())
        .bind(&once.key)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.get::<String, _>(0) != once.path || row.get::<String, _>(1) != once.body_sha256 {
        return Err(Fault::new(Slug::KeyReused));
    }
    let read = |text: Option<String>| text.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Some(Kept {
        status: u16::try_from(row.get::<i64, _>(2)).unwrap_or(200),
        receipt: row.get::<Option<String>, _>(3).map(|text| serde_json::from_str(&text)).transpose()?,
        reply: read(row.get(4))?,
    }))
}

/// Keeps what is answered to a key, in the transaction of what it did. Receipts of acts live as long as the application.
pub(super) async fn keep(
    db: &mut SqliteConnection,
    once: &Once,
    kept: &Kept,
    application: Option<&str>,
    now: Instant,
    ends_at: Option<i64>,
) -> Answer<()> {
    sqlx::query(
        "INSERT INTO receipt (scope, key, path, body_sha256, status, application, receipt, reply, made_at, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(once.scope.text())
    .bind(&once.key)
    .bind(&once.path)
    .bind(&once.body_sha256)
    .bind(i64::from(kept.status))
    .bind(application)
    .bind(kept.receipt.as_ref().map(serde_json::to_string).transpose()?)
    .bind(kept.reply.as_ref().map(serde_json::to_string).transpose()?)
    .bind(now.timestamp())
    .bind(ends_at)
    .execute(db)
    .await?;
    Ok(())
}

/// What a key is answered with from now on.
pub(super) async fn say_from_now_on(db: &mut SqliteConnection, once: &Once, reply: &serde_json::Value) -> Answer<()> {
    sqlx::query("UPDATE receipt SET reply = ? WHERE scope = ? AND key = ?")
        .bind(serde_json::to_string(reply)?)
        .bind(once.scope.text())
        .bind(&once.key)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets what was answered to a key: it is answered anew.
pub(super) async fn forget(db: &mut SqliteConnection, once: &Once) -> Answer<()> {
    sqlx::query("DELETE FROM receipt WHERE scope = ? AND key = ?")
        .bind(once.scope.text())
        .bind(&once.key)
        .execute(db)
        .await?;
    Ok(())
}

impl Office {
    /// Takes the turn of a key; the first request with it must have ended.
    ///
    /// # Errors
    /// `running`.
    pub fn take_turn(&self, once: &Once) -> Answer<KeyTurn> {
        let key = (once.scope.text(), once.key.clone());
        let mut running = self.running.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.insert(key.clone()) {
            return Ok(KeyTurn { office: self.clone(), key });
        }
        let mut fault = Fault::new(Slug::Running);
        fault.retry_after = Some(1);
        Err(fault)
    }

    /// The receipt of a key of this login.
    ///
    /// # Errors
    /// `not-found`: it never arrived, or it was refused, or it is somebody else's.
    pub async fn receipt(&self, subject: &str, key: &str) -> Answer<Receipt> {
        let scope = Scope::Subject(subject.into()).text();
        let key = key.to_lowercase();
        let mut db = self.store.read().await?;
        let row: Option<(i64, Option<String>)> =
            sqlx::query_as("SELECT status, receipt FROM receipt WHERE scope = ? AND key = ?")
                .bind(&scope)
                .bind(&key)
                .fetch_optional(&mut *db)
                .await?;
        match row {
            Some((_, Some(receipt))) => Ok(serde_json::from_str(&receipt)?),
            Some((status, None)) if status < 300 => Ok(bare(&key, ReceiptState::Done)),
            _ if self.running.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&(scope, key.clone())) => {
                Ok(bare(&key, ReceiptState::Running))
            }
            _ => Err(Fault::not_found()),
        }
    }
}

/// A receipt that says only how far the key is.
fn bare(key: &str, state: ReceiptState) -> Receipt {
    Receipt {
        key: key.into(),
        state,
        act: None,
        application: None,
        number: None,
        round: None,
        received_at: None,
        answers: 0,
        documents: std::collections::BTreeMap::new(),
        body_sha256: None,
    }
}
