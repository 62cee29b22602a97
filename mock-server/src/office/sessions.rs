//! Who is signed in: a secret in a cookie, kept here as a hash; twelve hours at most, thirty minutes without a request.
use super::{
    Answer, Fault, Heard, Kept, Office, Once, at_second, audit, codes, fresh_id,
    receipts::{self, KEY_SECONDS},
    secret, sha256_hex,
};
use crate::store::Txn;
use contract::{
    api::{CodeEntered, CodePurpose, Instant, Session, Slug},
    identity::Phone,
};
use sqlx::{Row as _, SqliteConnection};

const WHOLE_SECONDS: i64 = 12 * 3600;
const IDLE_SECONDS: i64 = 30 * 60;
/// `last_at` is written no more often than this.
const TOUCH_SECONDS: i64 = 20;

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Names it in grants; not its secret.
    pub id: String,
    /// Whose.
    pub subject: String,
    /// E.164.
    pub phone: String,
    /// Ends at the latest.
    pub ends_at: Instant,
    /// Ends without a request until then.
    pub idle_ends_at: Instant,
}

/// A session just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// For the cookie, and nowhere else.
    pub token: String,
    /// Who.
    pub session: SessionRow,
}

impl SessionRow {
    /// For the wire.
    pub fn wire(&self) -> Session {
        Session {
            signed_in: true,
            subject: Some(self.subject.clone()),
            shown: Phone::parse(&self.phone).ok().map(|phone| phone.masked()),
            ends_at: Some(self.ends_at),
            idle_ends_at: Some(self.idle_ends_at.min(self.ends_at)),
        }
    }
}

async fn begin(db: &mut SqliteConnection, subject: &str, phone: &str, now: Instant) -> Answer<SignedIn> {
    let (token, id, second) = (secret(), fresh_id(), now.timestamp());
    sqlx::query("INSERT INTO session (token_hash, id, subject, made_at, last_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(sha256_hex(token.as_bytes()))
        .bind(&id)
        .bind(subject)
        .bind(second)
        .bind(second)
        .bind(second + WHOLE_SECONDS)
        .execute(db)
        .await?;
    let session = SessionRow {
        id,
        subject: subject.into(),
        phone: phone.into(),
        ends_at: at_second(second + WHOLE_SECONDS),
        idle_ends_at: at_second(second + IDLE_SECONDS),
    };
    Ok(SignedIn { token, session })
}

/// What is kept of a sign-in, to do it again.
fn reply_of(session: &SessionRow) -> serde_json::Value {
    serde_json::json!({ "subject": session.subject, "phone": session.phone, "session": session.id })
}

async fn subject_of(db: &mut SqliteConnection, phone: &str, now: Instant) -> Answer<String> {
    let found: Option<String> =
        sqlx::query_scalar("SELECT id FROM subject WHERE phone = ?").bind(phone).fetch_optional(&mut *db).await?;
    if let Some(id) = found {
        return Ok(id);
    }
    let id = fresh_id();
    sqlx::query("INSERT INTO subject (id, phone, made_at) VALUES (?, ?, ?)")
        .bind(&id)
        .bind(phone)
        .bind(now.timestamp())
        .execute(db)
        .await?;
    Ok(id)
}

impl Office {
    /// The session of a cookie's or a bearer's secret. `touch` tells that somebody is active.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn session(&self, token: &str, touch: bool) -> Answer<Option<SessionRow>> {
        let now = self.now().timestamp();
        let hash = sha256_hex(token.as_bytes());
        let mut db = self.store.read().await?;
        let row = sqlx::query(
            "SELECT session.id, subject, phone, last_at, ends_at FROM session JOIN subject ON subject.id = subject
             WHERE token_hash = ? AND ends_at > ? AND last_at > ?",
        )
        .bind(&hash)
        .bind(now)
        .bind(now - IDLE_SECONDS)
        .fetch_optional(&mut *db)
        .await?;
        drop(db);
        let Some(row) = row else { return Ok(None) };
        let last_at: i64 = row.get(3);
        let last_at = if touch && now - last_at >= TOUCH_SECONDS {
            let mut txn = self.store.write().await?;
            sqlx::query("UPDATE session SET last_at = ? WHERE token_hash = ?")
                .bind(now)
                .bind(&hash)
                .execute(txn.db())
                .await?;
            txn.commit().await?;
            now
        } else {
            last_at
        };
        Ok(Some(SessionRow {
            id: row.get(0),
            subject: row.get(1),
            phone: row.get(2),
            ends_at: at_second(row.get(4)),
            idle_ends_at: at_second(last_at + IDLE_SECONDS),
        }))
    }

    /// Signs in with a code. Asked again with the same key, it signs in again: the first cookie may have been lost. `address` is
    /// where the request comes from.
    ///
    /// # Errors
    /// `code-wrong`, `code-ended`, `key-reused`, `running`; `slow-down` for codes that were never sent.
    pub async fn sign_in(&self, once: &Once, entered: &CodeEntered, address: Option<&str>) -> Answer<SignedIn> {
        self.check_was_sent(&entered.code_id, address).await?;
        let _turn = self.take_turn(once)?;
        let now = self.now();
        let mut txn = self.store.write().await?;
        if let Some(kept) = receipts::kept(txn.db(), once, now).await? {
            return self.sign_in_again(txn, once, kept, now).await;
        }
        let judged = codes::judge(txn.db(), &entered.code_id, &entered.code, CodePurpose::SignIn, None, now).await?;
        let (kept, ends_at, answer) = match judged {
            Ok(right) => {
                codes::spend(txn.db(), &entered.code_id).await?;
                let subject = subject_of(txn.db(), &right.phone, now).await?;
                let signed_in = begin(txn.db(), &subject, &right.phone, now).await?;
                audit::note(txn.db(), now, &subject, "sign-in", "").await?;
                let reply = Some(reply_of(&signed_in.session));
                (Kept { status: 200, receipt: None, reply }, right.ends_at, Ok(signed_in))
            }
            Err(fault) => {
                audit::note(txn.db(), now, "nobody", "sign-in-failed", &entered.code_id).await?;
                let reply = serde_json::to_value(&*fault.problem)?;
                let kept = Kept { status: fault.status(), receipt: None, reply: Some(reply) };
                (kept, now.timestamp() + KEY_SECONDS, Err(fault))
            }
        };
        receipts::keep(txn.db(), once, &kept, None, now, Some(ends_at)).await?;
        txn.commit().await?;
        answer
    }

    /// One key is one session: the one before, whose cookie may have been lost, ends. Where it has ended already, somebody signed
    /// out, and the key is over with it.
    async fn sign_in_again(&self, mut txn: Txn, once: &Once, kept: Kept, now: Instant) -> Answer<SignedIn> {
        let reply = kept.again(now)?;
        let text = |name: &str| reply.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let (subject, phone, before) = (text("subject"), text("phone"), text("session"));
        let ended = sqlx::query("DELETE FROM session WHERE id = ?").bind(&before).execute(txn.db()).await?;
        if ended.rows_affected() == 0 {
            return Err(Fault::new(Slug::CodeEnded));
        }
        let signed_in = begin(txn.db(), &subject, &phone, now).await?;
        receipts::say_from_now_on(txn.db(), once, &reply_of(&signed_in.session)).await?;
        txn.commit().await?;
        self.feed.tell(Heard::SignedOut { session: before });
        Ok(signed_in)
    }

    /// Whether a session still holds. Nobody is active by being asked about.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn session_holds(&self, id: &str) -> Answer<bool> {
        let now = self.now().timestamp();
        let mut db = self.store.read().await?;
        let found: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM session WHERE id = ? AND ends_at > ? AND last_at > ?")
                .bind(id)
                .bind(now)
                .bind(now - IDLE_SECONDS)
                .fetch_optional(&mut *db)
                .await?;
        Ok(found.is_some())
    }

    /// Ends the sessions whose time is over, and says so to their streams.
    pub(super) async fn end_sessions(&self) -> Answer<()> {
        const OVER: &str = "FROM session WHERE ends_at <= ?1 OR last_at <= ?2";
        let now = self.now().timestamp();
        let mut db = self.store.read().await?;
        let any: Option<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT 1 {OVER} LIMIT 1")))
            .bind(now)
            .bind(now - IDLE_SECONDS)
            .fetch_optional(&mut *db)
            .await?;
        drop(db);
        if any.is_none() {
            return Ok(());
        }
        let mut txn = self.store.write().await?;
        let ended: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("DELETE {OVER} RETURNING id")))
            .bind(now)
            .bind(now - IDLE_SECONDS)
            .fetch_all(txn.db())
            .await?;
        txn.commit().await?;
        for session in ended {
            self.feed.tell(Heard::SignedOut { session });
        }
        Ok(())
    }

    /// Ends a session; none is fine too.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn sign_out(&self, token: &str) -> Answer<()> {
        let now = self.now();
        let mut txn = self.store.write().await?;
        let ended: Option<(String, String)> =
            sqlx::query_as("DELETE FROM session WHERE token_hash = ? RETURNING id, subject")
                .bind(sha256_hex(token.as_bytes()))
                .fetch_optional(txn.db())
                .await?;
        if let Some((_, subject)) = &ended {
            audit::note(txn.db(), now, subject, "sign-out", "").await?;
        }
        txn.commit().await?;
        if let Some((session, _)) = ended {
            self.feed.tell(Heard::SignedOut { session });
        }
        Ok(())
    }
}
