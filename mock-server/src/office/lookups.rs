//! Where an application stands, for one who is not signed in: state and days, nothing more (contract §9).
use super::{
    Answer, Fault, Kept, Office, Once, certificates, codes,
    limits::{self, LOOKUPS},
    matter::{self, Matter},
    receipts,
};
use contract::{
    api::{CodePurpose, Lookup, LookupRequest, Slug},
    identity::{LOOKUP_TAIL, compact, half_width, tail},
};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

impl Office {
    /// Looks an application up. Every kind of wrong is `no-match`. `address` is where the request comes from.
    ///
    /// # Errors
    /// `code-wrong`, `code-ended`, `no-match`, `slow-down`, `key-reused`, `running`.
    pub async fn look_up(&self, once: &Once, asked: &LookupRequest, address: Option<&str>) -> Answer<Lookup> {
        self.check_was_sent(&asked.code_id, address).await?;
        let _turn = self.take_turn(once)?;
        let now = self.now();
        self.let_clock_act(&asked.number).await?;
        let mut txn = self.store.write().await?;
        if let Some(kept) = receipts::kept(txn.db(), once, now).await? {
            return Ok(serde_json::from_value(kept.again(now)?)?);
        }
        let judged = codes::judge(txn.db(), &asked.code_id, &asked.code, CodePurpose::Lookup, None, now).await?;
        let answer = match judged {
            Err(fault) => Err(fault),
            Ok(right) => {
                let who = format!("lookup:{}", right.phone);
                limits::count(txn.db(), &who, &LOOKUPS, 1, now).await?;
                let id: Option<String> =
                    sqlx::query_scalar("SELECT id FROM application WHERE replace(number, '-', '') = ?")
                        .bind(digits(&asked.number))
                        .fetch_optional(txn.db())
                        .await?;
                let found = match id {
                    Some(id) => matter::load(txn.db(), &id).await?,
                    None => None,
                };
                let facts = found.as_ref().and_then(|matter| matter.facts.clone()).unwrap_or_default();
                let tail = tail(&facts.id_number, LOOKUP_TAIL);
                let fits = tail.as_bytes().ct_eq(compact(&asked.id_tail).as_bytes())
                    & facts.phone.as_bytes().ct_eq(right.phone.as_bytes());
                let left = limits::left(txn.db(), &who, &LOOKUPS, now).await?;
                found
                    .filter(|_| bool::from(fits) && tail.len() == LOOKUP_TAIL)
                    .ok_or_else(|| Fault::new(Slug::NoMatch).with(|p| p.left = Some(left)))
            }
        };
        if answer.is_ok() {
            codes::spend(txn.db(), &asked.code_id).await?;
        }
        let answer = match answer {
            Ok(matter) => Ok(told(txn.db(), matter).await?),
            Err(fault) => Err(fault),
        };
        let kept = match &answer {
            Ok(lookup) => Kept { status: 200, receipt: None, reply: Some(serde_json::to_value(lookup)?) },
            Err(fault) => {
                Kept { status: fault.status(), receipt: None, reply: Some(serde_json::to_value(&*fault.problem)?) }
            }
        };
        let ends_at = now.timestamp() + receipts::KEY_SECONDS;
        receipts::keep(txn.db(), once, &kept, None, now, Some(ends_at)).await?;
        super::audit::note(
            txn.db(),
            now,
            "nobody",
            if answer.is_ok() { "lookup" } else { "lookup-failed" },
            &asked.code_id,
        )
        .await?;
        txn.commit().await?;
        answer
    }

    async fn let_clock_act(&self, number: &str) -> Answer<()> {
        let mut db = self.store.read().await?;
        let due: Option<String> =
            sqlx::query_scalar("SELECT id FROM application WHERE replace(number, '-', '') = ? AND wake_at <= ?")
                .bind(digits(number))
                .bind(self.now().timestamp())
                .fetch_optional(&mut *db)
                .await?;
        drop(db);
        if let Some(id) = due
            && let Some(case) = super::Case::open(self, &id).await?
        {
            case.finish_quietly().await?;
        }
        Ok(())
    }
}

/// What is told of it.
async fn told(db: &mut SqliteConnection, matter: Matter) -> Answer<Lookup> {
    let certificate = match &matter.certificate {
        Some(id) => certificates::load(db, id).await?.map(|row| row.state),
        None => None,
    };
    Ok(Lookup {
        certificate: certificate.filter(|it| it.is_handed_over(matter.state)),
        state: matter.state,
        stage: matter.stage,
        since: matter.since,
        due_on: matter.state.shown_due_on(matter.due_on),
        reply_by: matter.state.shown_reply_by(matter.reply_by),
        number: matter.number,
    })
}

/// A number of ours is for reading aloud: its digits count, however they are written, grouped and called.
fn digits(typed: &str) -> String {
    typed.chars().map(half_width).filter(char::is_ascii_digit).collect()
}
