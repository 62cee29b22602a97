//! One-time codes, and the messages that carry them. No message leaves this server: the desk shows them.
use super::{
    Answer, Fault, Kept, Office, Once, Scope, at_second, audit, fresh_id,
    limits::{self, CODES, CODES_FOR_PURPOSE, CODES_FROM_ADDRESS, Counted},
    receipts, sha256_hex,
};
use chrono::Duration;
use contract::{
    api::{CodePurpose, CodeRequest, CodeSent, Instant, Slug},
    identity::Phone,
    questionnaire::Pointer,
};
use sqlx::{Row as _, SqliteConnection};

const MINUTES: i64 = 10;
const TRIES: i64 = 5;
const RESEND_SECONDS: i64 = 60;

/// A message to a telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: Instant,
    /// E.164.
    pub phone: String,
    /// `code`, `news`, `place-free`, `reminder`.
    pub kind: String,
    /// What it says.
    pub text: String,
    /// The code in it, if it carries one.
    pub code: Option<String>,
}

/// A code that was right.
pub(super) struct RightCode {
    pub(super) phone: String,
    pub(super) ends_at: i64,
}

const fn purpose_code(purpose: CodePurpose) -> &'static str {
    match purpose {
        CodePurpose::SignIn => "sign-in",
        CodePurpose::Lookup => "lookup",
        CodePurpose::Collect => "collect",
    }
}

/// Writes a message to a telephone, in the transaction of what it tells of.
pub(super) async fn send(
    db: &mut SqliteConnection,
    now: Instant,
    phone: &str,
    kind: &str,
    text: &str,
    code: Option<&str>,
) -> Answer<()> {
    sqlx::query("INSERT INTO message (at, phone, kind, text, code) VALUES (?, ?, ?, ?, ?)")
        .bind(now.timestamp())
        .bind(phone)
        .bind(kind)
        .bind(text)
        .bind(code)
        .execute(db)
        .await?;
    Ok(())
}

fn hashed(id: &str, code: &str) -> String {
    sha256_hex(format!("{id}:{code}").as_bytes())
}

/// Judges a code. A wrong one costs a try, which the caller must commit; the outer error is a fault of ours. A right one is
/// spent by [`spend`], once what it was for has succeeded: a slip in the other facts costs nobody a new message.
pub(super) async fn judge(
    db: &mut SqliteConnection,
    id: &str,
    typed: &str,
    purpose: CodePurpose,
    application: Option<&str>,
    now: Instant,
) -> Answer<Result<RightCode, Fault>> {
    use subtle::ConstantTimeEq as _;
    let row = sqlx::query("SELECT purpose, phone, application, hash, ends_at, tries_left, used FROM code WHERE id = ?")
        .bind(id)
        .fetch_optional(&mut *db)
        .await?;
    let ended = || Ok(Err(Fault::new(Slug::CodeEnded)));
    let tried_out = || Ok(Err(Fault::new(Slug::CodeEnded).with(|p| p.left = Some(0))));
    let Some(row) = row else { return ended() };
    let fits =
        row.get::<String, _>(0) == purpose_code(purpose) && row.get::<Option<String>, _>(2).as_deref() == application;
    let (ends_at, left, used): (i64, i64, i64) = (row.get(4), row.get(5), row.get(6));
    if !fits || used != 0 || now.timestamp() >= ends_at {
        return ended();
    }
    if left <= 0 {
        return tried_out();
    }
    let hash: String = row.get(3);
    let digits: String = typed.chars().map(contract::identity::half_width).filter(|c| !c.is_whitespace()).collect();
    if bool::from(hash.as_bytes().ct_eq(hashed(id, &digits).as_bytes())) {
        return Ok(Ok(RightCode { phone: row.get(1), ends_at }));
    }
    sqlx::query("UPDATE code SET tries_left = tries_left - 1 WHERE id = ?").bind(id).execute(db).await?;
    if left == 1 {
        return tried_out();
    }
    let left = u32::try_from(left - 1).unwrap_or_default();
    Ok(Err(Fault::new(Slug::CodeWrong).with(|p| p.left = Some(left))))
}

impl Office {
    /// Refuses a code that was never sent, which nobody could have typed wrong: no try is counted and nothing is written, neither
    /// what came as its id nor a line of the log, or anybody could fill both. `address` is where it comes from.
    ///
    /// # Errors
    /// `code-ended`; `slow-down` for one address that makes many up.
    pub(super) async fn check_was_sent(&self, id: &str, address: Option<&str>) -> Answer<()> {
        let mut db = self.store.read().await?;
        // What was answered to a key is kept longer than the code that came with it.
        let either = "SELECT 1 FROM code WHERE id = ?1 UNION ALL SELECT 1 FROM receipt WHERE scope = ?2 LIMIT 1";
        let sent: Option<i64> = sqlx::query_scalar(either)
            .bind(id)
            .bind(Scope::Code(id.to_owned()).text())
            .fetch_optional(&mut *db)
            .await?;
        if sent.is_some() {
            return Ok(());
        }
        if let Some(address) = address {
            self.count_request(address, Counted::MadeUp)?;
        }
        Err(Fault::new(Slug::CodeEnded))
    }
}

/// A code works once.
pub(super) async fn spend(db: &mut SqliteConnection, id: &str) -> Answer<()> {
    sqlx::query("UPDATE code SET used = 1 WHERE id = ?").bind(id).execute(db).await?;
    Ok(())
}

impl Office {
    /// Sends a code. The same answer for telephones known and unknown.
    ///
    /// `phone` is the telephone it goes to, `address` where the request comes from.
    ///
    /// # Errors
    /// `slow-down`, `key-reused`.
    pub async fn send_code(
        &self,
        once: &Once,
        purpose: CodePurpose,
        phone: &Phone,
        application: Option<&str>,
        address: Option<&str>,
        lang: &str,
    ) -> Answer<CodeSent> {
        let _turn = self.take_turn(once)?;
        let now = self.now();
        let mut txn = self.store.write().await?;
        if let Some(kept) = receipts::kept(txn.db(), once, now).await? {
            return Ok(serde_json::from_value(kept.again(now)?)?);
        }
        if let Some(address) = address {
            limits::count(txn.db(), &format!("address:{address}"), &CODES_FROM_ADDRESS, 1, now).await?;
        }
        let (phone_number, purpose_name) = (phone.as_str(), purpose_code(purpose));
        let for_purpose = format!("code:{purpose_name}:{phone_number}");
        limits::count(txn.db(), &for_purpose, &CODES_FOR_PURPOSE, 1, now).await?;
        limits::count(txn.db(), &format!("code:{phone_number}"), &CODES, 1, now).await?;
        let (id, code) = (fresh_id(), format!("{:06}", rand::random_range(0..1_000_000_u32)));
        let ends_at = now + Duration::minutes(MINUTES);
        sqlx::query(
            "INSERT INTO code (id, purpose, phone, application, hash, made_at, ends_at, tries_left) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&id)
        .bind(purpose_code(purpose))
        .bind(phone.as_str())
        .bind(application)
        .bind(hashed(&id, &code))
        .bind(now.timestamp())
        .bind(ends_at.timestamp())
        .bind(TRIES)
        .execute(txn.db())
        .await?;
        let text = if lang == "en" {
            format!("Your code is {code}. It is valid for {MINUTES} minutes. Tell it to nobody.")
        } else {
            format!("您的验证码是 {code}，{MINUTES} 分钟内有效。请不要告诉别人。")
        };
        send(txn.db(), now, phone.as_str(), "code", &text, Some(&code)).await?;
        audit::note(txn.db(), now, "system", "code-sent", &id).await?;
        let sent = CodeSent {
            code_id: id,
            length: 6,
            sent_to: phone.masked(),
            expires_at: ends_at,
            resend_at: now + Duration::seconds(RESEND_SECONDS),
        };
        let kept = Kept { status: 202, receipt: None, reply: Some(serde_json::to_value(&sent)?) };
        receipts::keep(txn.db(), once, &kept, None, now, Some(ends_at.timestamp())).await?;
        txn.commit().await?;
        Ok(sent)
    }

    /// The telephone that a request for a code names.
    ///
    /// # Errors
    /// `invalid` at `#/@phone`.
    pub fn phone_of(request: &CodeRequest) -> Answer<Phone> {
        let typed = request.phone.as_deref().unwrap_or_default();
        Phone::parse(typed).map_err(|_| Fault::invalid(Pointer::member("phone"), "phone-length"))
    }

    /// The newest messages, newest first; only those to this telephone, if one is named.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn messages(&self, phone: Option<&str>, most: u32) -> Answer<Vec<Message>> {
        let mut db = self.store.read().await?;
        let rows = sqlx::query(
            "SELECT at, phone, kind, text, code FROM message WHERE ?1 IS NULL OR phone = ?1 ORDER BY id DESC LIMIT ?2",
        )
        .bind(phone)
        .bind(most)
        .fetch_all(&mut *db)
        .await?;
        let message = |row: &sqlx::sqlite::SqliteRow| Message {
            at: at_second(row.get(0)),
            phone: row.get(1),
            kind: row.get(2),
            text: row.get(3),
            code: row.get(4),
        };
        Ok(rows.iter().map(message).collect())
    }
}
