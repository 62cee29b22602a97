//! What is erased when its time is over (contract §9, retention), and the clock that watches it.
use super::{Answer, Office, feed::KEPT_SECONDS};
use std::time::Duration;

/// How often the clock looks.
const TICK: Duration = Duration::from_secs(1);
/// How often old things are erased, in ticks.
const SWEEP_TICKS: u32 = 300;

impl Office {
    /// Lets the clock act and erases what is over, until the task is dropped.
    pub async fn keep_time(self) {
        let mut ticks: u32 = 0;
        loop {
            for done in [self.tick().await, self.end_sessions().await] {
                if let Err(fault) = done {
                    eprintln!("the clock stumbled: {}", fault.problem.title);
                }
            }
            if ticks.is_multiple_of(SWEEP_TICKS)
                && let Err(fault) = self.sweep().await
            {
                eprintln!("erasing stumbled: {}", fault.problem.title);
            }
            ticks = ticks.wrapping_add(1);
            tokio::time::sleep(TICK).await;
        }
    }

    /// Erases what is over.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn sweep(&self) -> Answer<()> {
        let now = self.now().timestamp();
        let mut txn = self.store.write().await?;
        let ended: Vec<(String, String)> = sqlx::query_as("DELETE FROM upload WHERE ends_at <= ? RETURNING id, pieces")
            .bind(now)
            .fetch_all(txn.db())
            .await?;
        for (statement, before) in [
            ("DELETE FROM code WHERE ends_at <= ?", now - 86_400),
            ("DELETE FROM message WHERE at <= ?", now - 7 * 86_400),
            ("DELETE FROM receipt WHERE ends_at <= ?", now),
            ("DELETE FROM certificate_grant WHERE until <= ?", now),
            ("DELETE FROM download WHERE until <= ?", now),
            ("DELETE FROM feed WHERE at <= ?", now - KEPT_SECONDS),
            ("DELETE FROM hit WHERE at <= ?", now - 86_400),
        ] {
            sqlx::query(statement).bind(before).execute(txn.db()).await?;
        }
        // Answers of a matter that was given up or ran out go after a day; number, state and events stay.
        let given_up: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM application WHERE state IN ('withdrawn', 'lapsed') AND json_extract(body, '$.erased') = 0
             AND unixepoch(json_extract(body, '$.since')) <= ?",
        )
        .bind(now - 86_400)
        .fetch_all(txn.db())
        .await?;
        txn.commit().await?;
        for (id, pieces) in ended {
            let pieces: Vec<u64> = serde_json::from_str(&pieces)?;
            self.erase_pieces(&id, &pieces).await?;
        }
        for id in given_up {
            // One that cannot be erased keeps nobody else's answers.
            if let Err(fault) = self.erase_answers(&id).await {
                eprintln!("erasing stumbled over application {id}: {}", fault.problem.title);
            }
        }
        self.erase_unnamed().await?;
        self.erase_orphans().await
    }

    async fn erase_answers(&self, id: &str) -> Answer<()> {
        let Some(mut case) = super::Case::open(self, id).await? else { return Ok(()) };
        super::documents::erase_all(&mut case).await?;
        for statement in [
            "UPDATE submission SET body = NULL, merged = NULL, notes = '{}' WHERE application = ?",
            "UPDATE draft SET answers = NULL, prefilled = '[]' WHERE application = ?",
        ] {
            sqlx::query(statement).bind(id).execute(case.txn.db()).await?;
        }
        case.matter.facts = None;
        case.matter.erased = true;
        case.changed = true;
        case.finish_quietly().await
    }
}
