//! How often something may be asked (contract §9). Counts that matter for security are stored; those of plain requests are not.
use super::{Answer, Fault, Office, at_second};
use chrono::Duration;
use contract::api::Instant;
use sqlx::SqliteConnection;
use std::{collections::HashMap, sync::Mutex};

/// So much in so many seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) scope: &'static str,
    pub(super) seconds: i64,
    pub(super) most: i64,
}

/// Codes to one telephone for one purpose: who has just signed in may collect at once.
pub(super) const CODES_FOR_PURPOSE: [Limit; 1] = [Limit { scope: "code", seconds: 60, most: 1 }];
/// Codes to one telephone.
pub(super) const CODES: [Limit; 2] =
    [Limit { scope: "code", seconds: 3600, most: 5 }, Limit { scope: "day", seconds: 86_400, most: 10 }];
/// Codes asked for from one address.
pub(super) const CODES_FROM_ADDRESS: [Limit; 1] = [Limit { scope: "code", seconds: 3600, most: 30 }];
/// Lookups with one telephone.
pub(super) const LOOKUPS: [Limit; 1] = [Limit { scope: "tries", seconds: 3600, most: 10 }];
/// Holds of one application.
pub(super) const HOLDS: [Limit; 1] = [Limit { scope: "rate", seconds: 600, most: 10 }];
/// Bytes uploaded by one login.
pub(super) const UPLOADED: [Limit; 1] = [Limit { scope: "rate", seconds: 3600, most: 200 * 1024 * 1024 }];

/// Counts `amount` for `who`, or says until when it is too much.
pub(super) async fn count(
    db: &mut SqliteConnection,
    who: &str,
    limits: &[Limit],
    amount: i64,
    now: Instant,
) -> Answer<()> {
    let second = now.timestamp();
    for limit in limits {
        let (sum, oldest): (i64, i64) =
            sqlx::query_as("SELECT coalesce(sum(amount), 0), coalesce(min(at), 0) FROM hit WHERE scope = ? AND at > ?")
                .bind(who)
                .bind(second - limit.seconds)
                .fetch_one(&mut *db)
                .await?;
        if sum + amount > limit.most {
            let until = at_second(oldest.max(second - limit.seconds) + limit.seconds);
            return Err(Fault::slow_down(limit.scope, now, until));
        }
    }
    sqlx::query("INSERT INTO hit (scope, at, amount) VALUES (?, ?, ?)")
        .bind(who)
        .bind(second)
        .bind(amount)
        .execute(db)
        .await?;
    Ok(())
}

/// How much of the first limit is left.
pub(super) async fn left(db: &mut SqliteConnection, who: &str, limits: &[Limit], now: Instant) -> Answer<u32> {
    let Some(limit) = limits.first() else { return Ok(0) };
    let sum: i64 = sqlx::query_scalar("SELECT coalesce(sum(amount), 0) FROM hit WHERE scope = ? AND at > ?")
        .bind(who)
        .bind(now.timestamp() - limit.seconds)
        .fetch_one(db)
        .await?;
    Ok(u32::try_from((limit.most - sum).max(0)).unwrap_or_default())
}

/// Requests of this minute by session (or address, where nobody is signed in).
#[derive(Default)]
pub(super) struct Rates(Mutex<HashMap<String, (i64, u32)>>);

/// What a request is counted as (contract §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It asks.
    Read,
    /// It changes something.
    Write,
    /// A piece of an upload.
    Piece,
    /// It names a code that was never sent.
    MadeUp,
}

impl Counted {
    /// Its letter in the book, and how many a minute takes.
    const fn most(self) -> (char, u32) {
        match self {
            Self::Read => ('r', 600),
            Self::Write => ('w', 120),
            Self::Piece => ('p', 600),
            Self::MadeUp => ('m', 120),
        }
    }
}

impl Office {
    /// Counts a request of a session, or of an address where nobody is signed in.
    ///
    /// # Errors
    /// `slow-down` with scope `rate`.
    pub fn count_request(&self, who: &str, kind: Counted) -> Answer<()> {
        let now = self.now();
        let minute = now.timestamp().div_euclid(60);
        let (letter, most) = kind.most();
        let key = format!("{letter}:{who}");
        let mut rates = self.rates.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if rates.len() > 10_000 {
            rates.retain(|_, (at, _)| *at == minute);
        }
        let (at, count) = rates.entry(key).or_insert((minute, 0));
        if *at != minute {
            (*at, *count) = (minute, 0);
        }
        *count += 1;
        if *count > most {
            return Err(Fault::slow_down("rate", now, now + Duration::seconds(60 - now.timestamp().rem_euclid(60))));
        }
        Ok(())
    }
}
