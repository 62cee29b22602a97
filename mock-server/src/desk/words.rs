//! The desk's sentences, each in Chinese and English. The applicant never reads them.
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use contract::{
    api::{CertificateState, ReturnCode},
    application::{Act, State},
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
        let cookies = parts.headers.get_all(header::COOKIE);
        let english = cookies.iter().filter_map(|it| it.to_str().ok()).any(|it| it.contains("hc-desk-lang=en"));
        Ok(if english { Self::English } else { Self::Chinese })
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
        "range" => l.t("数值不可能", "not a possible value"),
        "decimals" => l.t("小数位太多", "too many decimals"),
        "choice" => l.t("请从列表里选", "please choose from the list"),
        "order" => l.t("两个数写反了", "the two numbers are swapped"),
        "computed" => l.t("由系统算出，不用填", "computed, not typed"),
        _ => l.t("填得不对", "not right"),
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
        "until" => l.t("日期", "Day").to_owned(),
        "place" => l.t("去哪里", "Place").to_owned(),
        "due_on" => l.t("最晚哪天", "By which day").to_owned(),
        _ => name.to_owned(),
    }
}
