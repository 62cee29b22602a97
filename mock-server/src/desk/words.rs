//! The desk's sentences, each in Chinese and English. The applicant never reads them.
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use contract::{
    api::{CertificateState, DecisionKind, ReturnCode},
    application::{Act, State},
    examination::{Interpretation, ItemOutcome, Proposal},
    identity::Phone,
};
use std::convert::Infallible;

/// The language of the desk's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Chinese,
    English,
}

impl Language {
    /// One of two.
    pub(crate) const fn t(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    pub(crate) const fn tag(self) -> &'static str {
        self.t("zh-CN", "en")
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let said = |name| parts.headers.get_all(name).iter().filter_map(|it| it.to_str().ok());
        let chosen = |tag: &str| said(header::COOKIE).any(|it| it.contains(&format!("hc-desk-lang={tag}")));
        // Until somebody chooses, the browser's first language.
        let is_read = said(header::ACCEPT_LANGUAGE).any(|it| it.starts_with("en"));
        Ok(if chosen("en") || is_read && !chosen("zh") { Self::English } else { Self::Chinese })
    }
}

pub(super) fn state(l: Language, state: State) -> &'static str {
    let (chinese, english) = match state {
        State::Draft => ("草稿", "Draft"),
        State::Submitted => ("待初审", "To review"),
        State::InReview => ("审核中", "In review"),
        State::Returned => ("已退回", "Returned"),
        State::Resubmitted => ("补正后待审", "Sent back, to review"),
        State::Counter => ("请到窗口", "Called to an office"),
        State::Accepted => ("待约体检", "To book"),
        State::Booked => ("已约体检", "Booked"),
        State::Missed => ("未到场", "Missed"),
        State::Examined => ("待出结果", "Results due"),
        State::ReportReview => ("报告待核验", "Report to check"),
        State::ReportReturned => ("报告已退回", "Report returned"),
        State::Referred => ("转诊复查", "Referred"),
        State::Passed => ("待发证", "To issue"),
        State::Issued => ("已发证", "Issued"),
        State::Collected => ("已领取", "Collected"),
        State::Rejected => ("不予受理", "Not accepted"),
        State::Withdrawn => ("已撤回", "Withdrawn"),
        State::Lapsed => ("逾期关闭", "Lapsed"),
        State::Unknown => ("进行中", "In progress"),
    };
    l.t(chinese, english)
}

/// The same, where it ended: who is not fit has not been refused for their papers.
pub(super) fn standing(l: Language, at: State, decision: Option<DecisionKind>) -> &'static str {
    match decision {
        Some(DecisionKind::Medical) if at == State::Rejected => act(l, Act::Unfit),
        _ => state(l, at),
    }
}

pub(super) fn return_code(l: Language, code: ReturnCode) -> &'static str {
    let (chinese, english) = match code {
        ReturnCode::Unreadable => ("看不清", "Not readable"),
        ReturnCode::Incomplete => ("不完整", "Not complete"),
        ReturnCode::WrongDocument => ("不是这份材料", "Not the document asked for"),
        ReturnCode::Expired => ("已过期", "Expired"),
        ReturnCode::Mismatch => ("和证件不一致", "Differs from the ID"),
        ReturnCode::Incorrect => ("填写不对", "Not correct"),
        ReturnCode::Missing => ("缺少", "Missing"),
        ReturnCode::Other => ("其他，见说明", "Other, see the words"),
    };
    l.t(chinese, english)
}

pub(super) fn act(l: Language, act: Act) -> &'static str {
    let (chinese, english) = match act {
        Act::Edit => ("填写", "Fill in"),
        Act::Submit => ("提交", "Submit"),
        Act::Recall => ("撤回修改", "Taken back to change"),
        Act::Withdraw => ("撤回申请", "Withdrawn"),
        Act::Begin => ("开始审核", "Review begun"),
        Act::Return => ("退回修改", "Returned"),
        Act::ScanReturn => ("扫描拒收", "Refused by scan"),
        Act::Supplement => ("交回", "Sent back"),
        Act::CallIn => ("请到窗口", "Called to an office"),
        Act::Receive => ("窗口收件", "Received in person"),
        Act::Accept => ("审核通过", "Accepted"),
        Act::Reject => ("不予受理", "Not accepted"),
        Act::Book => ("预约", "Booked"),
        Act::Change => ("改时间", "Time changed"),
        Act::Cancel => ("取消预约", "Visit cancelled"),
        Act::CloseSlot => ("停诊", "Cancelled by the site"),
        Act::Miss => ("未到场", "Missed"),
        Act::Attend => ("已到场", "Attended"),
        Act::Report => ("提交报告", "Report sent"),
        Act::ReturnReport => ("退回报告", "Report returned"),
        Act::ReExamine => ("需补做", "To examine again"),
        Act::Pass => ("体检合格", "Passed"),
        Act::Refer => ("转诊复查", "Referred"),
        Act::Unfit => ("不符合从业要求", "Not fit for this work"),
        Act::Issue => ("发证", "Issued"),
        Act::Collect => ("领取", "Collected"),
        Act::Lapse => ("逾期", "Lapsed"),
        Act::Suspend => ("暂停使用", "Suspended"),
        Act::Reinstate => ("恢复使用", "Reinstated"),
        Act::Revoke => ("注销证件", "Revoked"),
        Act::Unknown => ("其他", "Other"),
    };
    l.t(chinese, english)
}

pub(super) fn certificate(l: Language, state: CertificateState) -> &'static str {
    let (chinese, english) = match state {
        CertificateState::Valid => ("有效", "Valid"),
        CertificateState::Suspended => ("暂停使用", "Suspended"),
        CertificateState::Revoked => ("已注销", "Revoked"),
        CertificateState::Expired => ("已过期", "Expired"),
        CertificateState::Unknown => ("未知", "Unknown"),
    };
    l.t(chinese, english)
}

/// What the person was told about a picture, and sent it all the same.
pub(super) fn advice(l: Language, advice: &str) -> &'static str {
    let (chinese, english) = match advice {
        "blur" => ("模糊", "blurred"),
        "glare" => ("反光", "glare"),
        "dark" => ("太暗", "too dark"),
        "cut" => ("没拍全", "a corner is missing"),
        "small" => ("太小", "too small"),
        "turn" => ("原图横着，已自动转正", "sideways, turned upright"),
        "background" => ("背景不是单色", "background not plain"),
        _ => ("其他提示", "another hint"),
    };
    l.t(chinese, english)
}

/// A telephone as people read it; what is none stays as it is.
pub(super) fn telephone(kept: &str) -> String {
    Phone::parse(kept).map_or_else(|_| kept.to_owned(), |phone| phone.shown())
}

/// What is wrong with something that was typed on the desk.
pub(super) fn wrong(l: Language, code: &str) -> &'static str {
    match code {
        "required" => l.t("请写上", "please fill in"),
        "format" => l.t("写法不对", "not written as it should be"),
        "choice" => l.t("请从列表里选", "please choose from the list"),
        "finding" => l.t("请先选结果：只有说明不能登记", "choose a result first: words alone are none"),
        "half" => l.t("两个数都要填", "both numbers are needed"),
        "order" => l.t("收缩压要比舒张压高，是不是写反了", "systolic must be the higher one; are the two swapped?"),
        "computed" => l.t("由系统算出，不用填", "computed, not typed"),
        _ => l.t("填得不对", "not right"),
    }
}

/// What is wrong with a day, as far as it is something else than with any field.
pub(super) fn wrong_day(l: Language, code: &str) -> &'static str {
    match code {
        "range" => l.t("要在今天以后，一年以内", "from today on, within a year"),
        "format" => l.t("没有这一天，请写成 2026-12-31 这样", "no such day; write it like 2026-12-31"),
        "future" => l.t("要在这份申请的今天以后", "must be after this application's today"),
        "far" => l.t("太远了，要在 9000 年以前", "too far; must be before the year 9000"),
        _ => wrong(l, code),
    }
}

/// What is wrong with a number, and what is possible in which unit.
pub(super) fn wrong_number(l: Language, code: &str, (low, high): (f64, f64), unit: &str, decimals: u8) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    match (code, l) {
        ("number", Language::Chinese) => format!("请填数字，能填 {low}–{high}{unit}"),
        ("number", Language::English) => format!("please write a number, {low} to {high}{unit}"),
        ("range", Language::Chinese) => format!("只能是 {low}–{high}{unit}，看看单位和小数点"),
        ("range", Language::English) => format!("can only be {low} to {high}{unit}; look at unit and point"),
        ("decimals", Language::Chinese) if decimals == 0 => "请填整数，不带小数".to_owned(),
        ("decimals", Language::English) if decimals == 0 => "please write a whole number".to_owned(),
        ("decimals", Language::Chinese) => format!("小数最多 {decimals} 位"),
        ("decimals", Language::English) => format!("at most {decimals} after the point"),
        _ => wrong(l, code).to_owned(),
    }
}

/// Two people put something else into one field.
pub(super) fn changed(l: Language, theirs: &str, own: &str) -> String {
    match l {
        Language::Chinese => {
            format!("您打开这一页以后，这里登记了“{theirs}”，您填的是“{own}”。还没有保存：要用您的，就再保存一次")
        }
        Language::English => {
            format!(
                "“{theirs}” was recorded here since you opened the page, and you typed “{own}”. Nothing is saved yet: to have yours, save again"
            )
        }
    }
}

/// A unit as people write it: what is stored is UCUM.
pub(super) fn unit(l: Language, ucum: &str) -> &str {
    match ucum {
        "mm[Hg]" => "mmHg",
        "/min" => l.t("次/分", "per minute"),
        "kg/m2" => "kg/m²",
        "{5-mark}" => l.t("五分记录", "five-mark"),
        _ => ucum,
    }
}

/// On which side of what is usual a result lies.
pub(super) fn side(l: Language, it: Interpretation) -> Option<&'static str> {
    match it {
        Interpretation::High => Some(l.t("偏高", "high")),
        Interpretation::Low => Some(l.t("偏低", "low")),
        Interpretation::Normal
        | Interpretation::Abnormal
        | Interpretation::Negative
        | Interpretation::Positive
        | Interpretation::Indeterminate => None,
    }
}

/// What a result means for the certificate, said to an examiner.
pub(super) fn outcome(l: Language, it: ItemOutcome) -> Option<&'static str> {
    match it {
        ItemOutcome::None => None,
        ItemOutcome::Information => Some(l.t("不影响发证", "does not matter here")),
        ItemOutcome::Repeat => Some(l.t("建议重查", "to be repeated")),
        ItemOutcome::SeeDoctor => Some(l.t("建议转诊", "to be referred")),
        ItemOutcome::NotEligible => Some(l.t("不符合从业要求", "not fit for this work")),
    }
}

/// What all results together suggest.
pub(super) fn proposal(l: Language, proposal: Proposal) -> &'static str {
    match proposal {
        Proposal::Pass => l.t("合格", "passed"),
        Proposal::ReExamine => l.t("需补做", "examine again"),
        Proposal::Refer => l.t("转诊复查", "refer to a doctor"),
        Proposal::Unfit => l.t("不符合从业要求", "not fit for this work"),
    }
}

/// What a member of a form of the desk is called; anything else by its own name.
pub(super) fn of_member(l: Language, pointer: &str) -> String {
    let name = pointer.trim_start_matches("#/").trim_start_matches('@');
    match name {
        "words" => l.t("给申请人的话", "Words for the applicant").to_owned(),
        "category" => l.t("从业类别", "Category of work").to_owned(),
        "items" => l.t("要退回的项目", "What is returned").to_owned(),
        "sites" => l.t("地点", "Place").to_owned(),
        "until" | "day" => l.t("日期", "Day").to_owned(),
        "place" => l.t("去哪里", "Place").to_owned(),
        "due_on" => l.t("最晚哪天", "By which day").to_owned(),
        _ => name.to_owned(),
    }
}

/// Beside a field whose words the applicant reads.
pub(super) const fn as_written(l: Language) -> &'static str {
    l.t("原样给申请人看", "Shown to the applicant word for word")
}

/// What a field of a form of the desk is called: at the field, and where it is said what is wrong with it.
pub(super) fn of_field(l: Language, form: &str, name: &str) -> String {
    let label = match (form, name) {
        ("call-in", "words") => l.t("为什么要来", "Why"),
        ("receive", "words") => l.t("带来了什么", "What was brought"),
        ("reject", "words") => l.t("理由", "Reason"),
        ("reject", "appeal") => l.t("不服怎么办：找谁、在哪里", "How to disagree: with whom, where"),
        ("close-slot" | "suspend" | "revoke", "words") => l.t("原因", "Reason"),
        ("re-examine", "words") => l.t("补做哪些项目，为什么", "Which items, and why"),
        ("unfit", "words") => l.t("怎么办、怎样复查、怎样申诉", "What to do, how to be checked again, how to appeal"),
        ("unfit", "finding") => l.t("查出了什么", "What was found"),
        (_, "bring") => l.t("带什么", "What to bring"),
        (_, "address") => l.t("地址", "Address"),
        _ => return of_member(l, name),
    };
    label.to_owned()
}

/// Who did something, as the log has them.
pub(super) fn actor(l: Language, who: &str) -> &str {
    match who {
        super::WHO => l.t("工作台", "Desk"),
        "clock" => l.t("到时间", "Time"),
        "system" => l.t("系统", "System"),
        "nobody" => l.t("没有登录的人", "Nobody signed in"),
        "link" => l.t("下载链接", "A download link"),
        _ if uuid::Uuid::parse_str(who).is_ok() => l.t("申请人", "Applicant"),
        _ => who,
    }
}

/// What somebody did, as the log has it: an act, a change of a certificate, or a look.
pub(super) fn audited(l: Language, what: &str) -> String {
    if let Some(known) = Act::from_code(what) {
        return act(l, known).to_owned();
    }
    let (chinese, english) = match what {
        "read-application" => ("看了申请", "Read the application"),
        "read-document" => ("看了材料", "Read a document"),
        "read-id-number" => ("看了证件号码", "Read the ID number"),
        "read-report" => ("下载了报告", "Read the report"),
        "read-certificate" => ("看了证件", "Read the certificate"),
        "move-clock" => ("拨了这份申请的时间", "Moved the clock of the application"),
        "record-results" => ("登记结果", "Recorded results"),
        "examine-also" => ("加做项目", "Added to the examination"),
        "leave-out" => ("不加做了", "Left out of the examination"),
        "begin-application" => ("开始填写", "Began an application"),
        "code-sent" => ("发验证码", "A code was sent"),
        "collect-failed" => ("领取时核对没有通过", "Could not collect"),
        "sign-in" => ("登录", "Signed in"),
        "sign-in-failed" => ("登录没有成功", "Could not sign in"),
        "sign-out" => ("退出登录", "Signed out"),
        "slot-watch" => ("留意号源", "Watches for a place"),
        "add-key" => ("公布新密钥", "Published a new key"),
        "download-pdf" => ("下载了证件 PDF", "Downloaded the certificate, PDF"),
        "download-png" => ("下载了证件图片", "Downloaded the certificate, picture"),
        "download-photo" => ("打开了证件上的照片", "Opened the photo of the certificate"),
        "download-seal" => ("打开了印章图片", "Opened the picture of the seal"),
        "download-document" => ("下载了材料", "Downloaded a document"),
        "download-report" => ("下载了报告", "Downloaded the report"),
        "valid" => ("恢复使用", "Reinstated"),
        "suspended" => ("暂停使用", "Suspended"),
        "revoked" => ("注销证件", "Revoked"),
        _ => return what.to_owned(),
    };
    l.t(chinese, english).to_owned()
}
