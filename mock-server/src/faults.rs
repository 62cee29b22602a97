//! Troubles on purpose, for development and tests: what bad networks and sick servers do, on request.
//!
//! One request asks by the header `X-HC-Fault`, one browser by the cookie `hc-fault`, a whole series is planned at the desk or
//! by a test. What is planned is not stored: a restart ends it. You will not find a trouble that breaks the office's promises: what was done stays done.
use std::{
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The reply comes late.
    Delay(Duration),
    /// It is done, and nothing is ever answered; the connection stays open.
    Stall,
    /// It is done, and answered when the one who planned it says so (`Faults::answer_held`): only a test can.
    Held,
    /// It is done, and the connection breaks before a byte of the reply.
    LostReply,
    /// The connection breaks before anything is done.
    LostRequest,
    /// The body of the reply breaks after so many bytes; after the head with 0.
    Cut(usize),
    /// The request arrives twice; the second reply is the one that is heard.
    Duplicate,
    /// Nothing is done; this status is answered, as a proxy would.
    Status(u16, Option<RetryAfter>),
    /// Nothing is done; a captive portal answers 200 with HTML.
    Html,
    /// Nothing is done; a captive portal sends the request on to its own page.
    Portal,
    /// The reply calls itself plain text.
    WrongType,
    /// The body begins with a byte order mark.
    Bom,
    /// The reply has lost its body.
    Empty,
    /// Nine megabytes of spaces follow the body.
    Huge,
    /// States, acts and codes that no version of the contract has.
    UnknownCodes,
    /// Members that no version of the contract has, in every object.
    ExtraMembers,
    /// `Date` is so many seconds ahead.
    Clock(i64),
    /// The session that came along has ended.
    SignedOut,
    /// Nothing is done: the disk is full.
    StorageFull,
    /// Nothing is done where a place is held or booked: somebody else was faster. Nothing else is troubled.
    SlotTaken,
}

/// How long to wait, in one of HTTP's two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// `Retry-After: 7`
    Seconds(u32),
    /// `Retry-After: Wed, 25 Nov 2026 10:00:07 GMT`
    Date(u32),
}

impl Trouble {
    /// One of each kind, with what it is in Chinese and in English, for the desk and the documentation.
    pub const EXAMPLES: [(Self, &'static str, &'static str); 21] = [
        (Self::Delay(Duration::from_millis(1500)), "回复晚到（毫秒）", "The reply comes late (milliseconds)"),
        (Self::Stall, "做了，但一直不回复", "Done, and never answered"),
        (Self::LostRequest, "没有收到请求，连接断开", "The connection breaks before anything is done"),
        (Self::LostReply, "做了，回复丢了", "Done, and the reply is lost"),
        (Self::Cut(0), "回复只有开头", "The reply breaks after its head"),
        (Self::Cut(40), "回复正文断在中间（字节）", "The reply breaks after so many bytes"),
        (Self::Duplicate, "同一个请求到达两次", "The request arrives twice"),
        (Self::Status(500, None), "状态码，没有说明", "A status without a word"),
        (
            Self::Status(503, Some(RetryAfter::Seconds(7))),
            "状态码，几秒后再来",
            "A status, and after how many seconds to come again",
        ),
        (
            Self::Status(429, Some(RetryAfter::Date(7))),
            "状态码，用日期说何时再来",
            "A status, and a date to come again",
        ),
        (Self::Html, "无线网的登录页，200", "A Wi-Fi's own page with 200"),
        (Self::Portal, "无线网把请求转走", "A Wi-Fi sends the request on to its own page"),
        (Self::WrongType, "类型写成纯文本", "The reply calls itself plain text"),
        (Self::Bom, "正文前有字节顺序标记", "A byte order mark before the body"),
        (Self::Empty, "200，没有正文", "The reply without its body"),
        (Self::Huge, "正文多出 9 MB", "Nine megabytes too many"),
        (Self::UnknownCodes, "没有见过的状态和代码", "States and codes of a newer server"),
        (Self::ExtraMembers, "多出来的字段", "Members of a newer server"),
        (Self::SignedOut, "登录已结束", "The session has ended"),
        (Self::StorageFull, "服务器存满了", "The server's disk is full"),
        (Self::SlotTaken, "选的时间刚被别人约走", "Somebody else has just taken the time that was chosen"),
    ];
}

/// A trouble that is no trouble we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTrouble;

/// As far as a clock is ever wrong here, in seconds.
const CENTURY: i64 = 3_155_760_000;

impl FromStr for Trouble {
    type Err = UnknownTrouble;

    fn from_str(text: &str) -> Result<Self, UnknownTrouble> {
        let (name, value) = text.trim().split_once('=').unwrap_or((text.trim(), ""));
        let number = || value.trim().parse::<i64>().map_err(|_| UnknownTrouble);
        let positive = || number().and_then(|number| u32::try_from(number).map_err(|_| UnknownTrouble));
        Ok(match name.trim() {
            "delay" => Self::Delay(Duration::from_millis(u64::from(positive()?.min(600_000)))),
            "stall" => Self::Stall,
            "lost-reply" => Self::LostReply,
            "lost-request" => Self::LostRequest,
            "cut" => Self::Cut(positive()? as usize),
            "duplicate" => Self::Duplicate,
            "status" => status(value)?,
            "html" => Self::Html,
            "portal" => Self::Portal,
            "wrong-type" => Self::WrongType,
            "bom" => Self::Bom,
            "empty" => Self::Empty,
            "huge" => Self::Huge,
            "unknown-codes" => Self::UnknownCodes,
            "extra-members" => Self::ExtraMembers,
            "clock" => Self::Clock(number()?.clamp(-CENTURY, CENTURY)),
            "signed-out" => Self::SignedOut,
            "storage-full" => Self::StorageFull,
            "slot-taken" => Self::SlotTaken,
            _ => return Err(UnknownTrouble),
        })
    }
}

/// `503`, `503/7s` or `503/7d`: a status, and when to come again as seconds or as a date.
fn status(value: &str) -> Result<Trouble, UnknownTrouble> {
    let (code, wait) = value.split_once('/').map_or((value, None), |(code, wait)| (code, Some(wait)));
    let code = code.trim().parse::<u16>().ok().filter(|code| (400..600).contains(code)).ok_or(UnknownTrouble)?;
    let seconds = |text: &str| text.parse::<u32>().map_err(|_| UnknownTrouble);
    let wait = match wait.map(str::trim) {
        None => None,
        Some(wait) => Some(match (wait.strip_suffix('s'), wait.strip_suffix('d')) {
            (Some(text), _) => RetryAfter::Seconds(seconds(text)?),
            (None, Some(text)) => RetryAfter::Date(seconds(text)?),
            (None, None) => return Err(UnknownTrouble),
        }),
    };
    Ok(Trouble::Status(code, wait))
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Delay(time) => write!(f, "delay={}", time.as_millis()),
            Self::Stall => f.write_str("stall"),
            Self::Held => f.write_str("held"),
            Self::LostReply => f.write_str("lost-reply"),
            Self::LostRequest => f.write_str("lost-request"),
            Self::Cut(bytes) => write!(f, "cut={bytes}"),
            Self::Duplicate => f.write_str("duplicate"),
            Self::Status(code, None) => write!(f, "status={code}"),
            Self::Status(code, Some(RetryAfter::Seconds(wait))) => write!(f, "status={code}/{wait}s"),
            Self::Status(code, Some(RetryAfter::Date(wait))) => write!(f, "status={code}/{wait}d"),
            Self::Html => f.write_str("html"),
            Self::Portal => f.write_str("portal"),
            Self::WrongType => f.write_str("wrong-type"),
            Self::Bom => f.write_str("bom"),
            Self::Empty => f.write_str("empty"),
            Self::Huge => f.write_str("huge"),
            Self::UnknownCodes => f.write_str("unknown-codes"),
            Self::ExtraMembers => f.write_str("extra-members"),
            Self::Clock(seconds) => write!(f, "clock={seconds}"),
            Self::SignedOut => f.write_str("signed-out"),
            Self::StorageFull => f.write_str("storage-full"),
            Self::SlotTaken => f.write_str("slot-taken"),
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
    /// Only for the login with this telephone, in E.164; anybody, if none.
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

/// What the cookie `hc-fault` asks for: a trouble, and after `@` what the path must contain.
pub(crate) fn of_browser(cookie: &str, path: &str) -> Option<Trouble> {
    let (trouble, wanted) = cookie.split_once('@').unwrap_or((cookie, ""));
    trouble.parse().ok().filter(|_| path.contains(wanted))
}

/// What is planned.
#[derive(Debug)]
pub struct Faults {
    plans: Mutex<Vec<Plan>>,
    /// Whether replies that are held may go.
    may_go: watch::Sender<bool>,
}

impl Default for Faults {
    fn default() -> Self {
        Self { plans: Mutex::default(), may_go: watch::Sender::new(true) }
    }
}

impl Faults {
    /// Plans trouble.
    pub fn plan(&self, plan: Plan) {
        if plan.trouble == Trouble::Held {
            self.may_go.send_replace(false);
        }
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }

    /// What is planned now.
    pub fn planned(&self) -> Vec<Plan> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One plan less, by its place in the list.
    pub fn forget(&self, at: usize) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if at < plans.len() {
            plans.remove(at);
        }
    }

    /// No more trouble.
    pub fn clear(&self) {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What is held is answered.
    pub fn answer_held(&self) {
        self.may_go.send_replace(true);
    }

    /// Until what is held may be answered.
    pub(crate) async fn held(&self) {
        // Where nobody is left to say so, it is over as well.
        self.may_go.subscribe().wait_for(|may_go| *may_go).await.map(drop).unwrap_or_default();
    }

    /// Whether any plan asks who is signed in.
    pub(crate) fn asks_who(&self) -> bool {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|plan| plan.phone.is_some())
    }

    /// The trouble for a request, counted.
    pub(crate) fn take(&self, method: &str, path: &str, phone: Option<&str>) -> Option<Trouble> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
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
        for (trouble, _, _) in Trouble::EXAMPLES {
            assert_eq!(trouble.to_string().parse(), Ok(trouble));
        }
        assert_eq!("clock=-60".parse(), Ok(Trouble::Clock(-60)));
        for text in ["", "delay", "status=200", "status=503/7", "status=503/xs", "cut=-1", "explode"] {
            assert_eq!(text.parse::<Trouble>(), Err(UnknownTrouble), "{text}");
        }
    }

    #[test]
    fn a_browser_may_ask_for_trouble_in_one_place() {
        for (cookie, path, expected) in [
            ("lost-reply", "/api/v1/session", Some(Trouble::LostReply)),
            ("lost-reply@/submission", "/api/v1/session", None),
            (
                "status=503/7s@/submission",
                "/api/v1/applications/x/submission",
                Some(Trouble::Status(503, Some(RetryAfter::Seconds(7)))),
            ),
            ("nonsense", "/", None),
        ] {
            assert_eq!(of_browser(cookie, path), expected, "{cookie}");
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
