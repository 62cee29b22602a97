//! Troubles on purpose, for development and tests: what bad networks and sick servers do, on request.
//!
//! One request asks by the header `X-HC-Fault`, a whole series is planned at the desk or by a test. What is planned is not
//! stored: a restart ends it. You will not find a trouble that breaks the office's promises: what was done stays done.
use std::{
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The reply comes late.
    Delay(Duration),
    /// It is done, and the connection breaks before a byte of the reply.
    LostReply,
    /// The connection breaks before anything is done.
    LostRequest,
    /// The body of the reply breaks after so many bytes.
    Cut(usize),
    /// Nothing is done; this status is answered, as a proxy would.
    Status(u16),
    /// Nothing is done; a captive portal answers 200 with HTML.
    Html,
    /// `Date` is so many seconds ahead.
    Clock(i64),
    /// Nothing is done: the disk is full.
    StorageFull,
}

/// A trouble that is no trouble we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTrouble;

impl FromStr for Trouble {
    type Err = UnknownTrouble;

    fn from_str(text: &str) -> Result<Self, UnknownTrouble> {
        let (name, value) = text.trim().split_once('=').unwrap_or((text.trim(), ""));
        let number = || value.trim().parse::<i64>().map_err(|_| UnknownTrouble);
        let positive = || number().and_then(|number| u32::try_from(number).map_err(|_| UnknownTrouble));
        Ok(match name.trim() {
            "delay" => Self::Delay(Duration::from_millis(u64::from(positive()?.min(600_000)))),
            "lost-reply" => Self::LostReply,
            "lost-request" => Self::LostRequest,
            "cut" => Self::Cut(positive()? as usize),
            "status" => Self::Status(
                u16::try_from(positive()?).ok().filter(|code| (400..600).contains(code)).ok_or(UnknownTrouble)?,
            ),
            "html" => Self::Html,
            "clock" => Self::Clock(number()?),
            "storage-full" => Self::StorageFull,
            _ => return Err(UnknownTrouble),
        })
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Delay(time) => write!(f, "delay={}", time.as_millis()),
            Self::LostReply => f.write_str("lost-reply"),
            Self::LostRequest => f.write_str("lost-request"),
            Self::Cut(bytes) => write!(f, "cut={bytes}"),
            Self::Status(code) => write!(f, "status={code}"),
            Self::Html => f.write_str("html"),
            Self::Clock(seconds) => write!(f, "clock={seconds}"),
            Self::StorageFull => f.write_str("storage-full"),
        }
    }
}

/// Trouble for requests that fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What goes wrong.
    pub trouble: Trouble,
    /// Only for this method; any, if none.
    pub method: Option<String>,
    /// Only where the path contains this.
    pub path: String,
    /// Only for the login with this telephone; anybody, if none.
    pub phone: Option<String>,
    /// So often; for ever, if none.
    pub times: Option<u32>,
}

impl Plan {
    /// Trouble once, for the next request whose path contains this.
    pub fn once(trouble: Trouble, path: &str) -> Self {
        Self { trouble, method: None, path: path.into(), phone: None, times: Some(1) }
    }
}

/// What is planned.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Plan>>);

impl Faults {
    /// Plans trouble.
    pub fn plan(&self, plan: Plan) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }

    /// What is planned now.
    pub fn planned(&self) -> Vec<Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// No more trouble.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether any plan asks who is signed in.
    pub(crate) fn asks_who(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|plan| plan.phone.is_some())
    }

    /// The trouble for a request, counted.
    pub(crate) fn take(&self, method: &str, path: &str, phone: Option<&str>) -> Option<Trouble> {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |plan: &Plan| {
            plan.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && path.contains(plan.path.as_str())
                && plan.phone.as_ref().is_none_or(|wanted| Some(wanted.as_str()) == phone)
        };
        let at = plans.iter().position(fits)?;
        let plan = plans.get_mut(at)?;
        let trouble = plan.trouble;
        if let Some(times) = &mut plan.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                plans.remove(at);
            }
        }
        Some(trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn troubles_read_as_they_are_written() {
        for text in
            ["delay=1500", "lost-reply", "lost-request", "cut=10", "status=503", "html", "clock=-60", "storage-full"]
        {
            assert_eq!(text.parse::<Trouble>().unwrap().to_string(), text);
        }
        for text in ["", "delay", "status=200", "cut=-1", "explode"] {
            assert_eq!(text.parse::<Trouble>(), Err(UnknownTrouble), "{text}");
        }
    }

    #[test]
    fn a_plan_is_for_the_requests_it_names_and_no_others() {
        let faults = Faults::default();
        faults.plan(Plan { method: Some("POST".into()), ..Plan::once(Trouble::LostReply, "/submission") });
        assert_eq!(faults.take("GET", "/api/v1/applications/x/submission", None), None);
        assert_eq!(faults.take("POST", "/api/v1/applications/x/submission", None), Some(Trouble::LostReply));
        assert_eq!(faults.take("POST", "/api/v1/applications/x/submission", None), None);
    }
}
