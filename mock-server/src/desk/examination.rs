//! The examination's part of an application: who came, what the report says, what is concluded, and issuing.
use super::{
    entering,
    page::{Part, day, folded, moment, note},
    results,
    review::Table,
    rows,
    sheet::{Sheet, shows_person},
    words,
};
use contract::{
    application::State,
    examination::{Proposal, propose},
    identity::spelt,
    questionnaire::Value,
};
use maud::{Markup, html};

pub(super) fn draw(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    let inside = match sheet.state() {
        State::Booked | State::Missed => visit(sheet),
        State::Examined => html! { (entering::form(sheet, false)) (conclusion(sheet)) },
        State::Referred => html! { (referral(sheet)) (entering::form(sheet, false)) (conclusion(sheet)) },
        State::ReportReview => html! { (report(sheet)) (entering::form(sheet, true)) (conclusion(sheet)) },
        // Nothing to do yet but to say what is examined; and an earlier report is still to be read.
        State::Submitted
        | State::InReview
        | State::Returned
        | State::Resubmitted
        | State::Counter
        | State::Accepted
        | State::ReportReturned => html! {},
        State::Passed => html! {
            div class="hc-card" { (results::told(sheet)) }
            p { (l.t("体检合格，可以发证。", "Passed; the certificate can be issued.")) }
            div class="hc-row" { (sheet.button(&sheet.act("issue"), "", l.t("发证", "Issue"))) }
        },
        State::Draft
        | State::Issued
        | State::Collected
        | State::Rejected
        | State::Withdrawn
        | State::Lapsed
        | State::Unknown => return html! { (found(sheet)) (sent_report(sheet)) },
    };
    html! { h2 class="hc-h2" { (l.t("体检与发证", "Examination and issue")) } @if shows_person(sheet.state()) { (sheet.person()) } (results::more(sheet)) (inside) (sent_report(sheet)) }
}

/// What was found, once everything is decided: open where it was decided against the person.
fn found(sheet: &Sheet<'_>) -> Markup {
    let told = results::told(sheet);
    if told.0.is_empty() {
        return told;
    }
    folded(sheet.l.t("体检结果", "Results"), sheet.state() == State::Rejected, told)
}

/// Where the person was sent, until when, and in which words.
fn referral(sheet: &Sheet<'_>) -> Markup {
    let (l, record) = (sheet.l, &sheet.full.record);
    let Some(referral) = &record.examination.referral else { return html! {} };
    html! {
        div class="hc-card" {
            p { (l.t("转诊到：", "Referred to: ")) b { (referral.place) } @if !referral.address.is_empty() { " · " (referral.address) } }
            @if let Some(by) = record.due_on { p { (l.t("最晚 ", "By ")) (day(l, by)) } }
            p { (l.t("要带：", "To bring: ")) (results::listed(l, &referral.bring.iter().map(String::as_str).collect::<Vec<_>>())) }
            @if let Some(said) = &referral.words { p lang=(said.lang) { q { (said.text) } } }
        }
    }
}

fn visit(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    html! {
        @if let Some(appointment) = &sheet.full.record.examination.appointment {
            div class="hc-card" {
                p { b { (moment(l, appointment.slot.start)) } " · " (appointment.place) }
                p { (l.t("报到码 ", "Check-in code ")) bdi class="hc-num" { (spelt(&appointment.check_in.code)) } }
            }
        }
        div class="hc-row" {
            (sheet.button(&sheet.act("attend"), "", l.t("已到场", "Attended")))
            @if sheet.state() == State::Booked { (sheet.button(&sheet.act("miss"), "hc-btn--quiet", l.t("标记未到场", "Mark as missed"))) }
        }
        @if sheet.state() == State::Booked {
            p class="hc-meta" { (l.t("未到场平时由时间决定，不用按；按了就从现在起算作未到场。", "Time decides by itself that a visit was missed; pressed, it counts as missed from now on.")) }
            @let part = sheet.part("close-slot");
            (folded(l.t("停诊，取消这次预约…", "Cancel this visit…"), part.is_open(), html! {
                form method="post" action=(sheet.act("close-slot")) {
                    (sheet.drawn())
                    (part.needed("words", words::as_written(l)))
                    button class="hc-btn hc-btn--bad" { (l.t("取消预约", "Cancel the visit")) }
                }
            }))
        }
    }
}

/// A report that is not to be judged now, page by page.
fn sent_report(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    if sheet.state() == State::ReportReview {
        return html! {};
    }
    let rows = rows::rows(sheet.office, &sheet.full, true, l, sheet.office.now().date_naive());
    if rows.is_empty() {
        return html! {};
    }
    let table = Table {
        l,
        full: &sheet.full,
        id_number: None,
        is_report: true,
        decides: false,
        fields: sheet.fields,
        wrongs: &sheet.wrongs,
    };
    let inside = html! { (table.draw(&rows)) (whole_report(sheet, &rows)) };
    folded(l.t("交来的体检报告", "The report that was sent"), false, inside)
}

/// Several pages as one file.
fn whole_report(sheet: &Sheet<'_>, rows: &[rows::Row<'_>]) -> Markup {
    let l = sheet.l;
    let pages = rows.iter().flat_map(|row| &row.now).filter(|value| matches!(value, Value::Attachment(_))).count();
    html! {
        @if pages > 1 {
            p { a class="hc-link" href={ "/desk/a/" (sheet.full.record.id) "/report.zip" } download { (l.t("报告全部下载（ZIP）", "Download the whole report (ZIP)")) } " " span class="hc-meta" { (pages) " " (l.t("份", "files")) } }
        }
    }
}

/// The report's own answers, with pass or return by item.
fn report(sheet: &Sheet<'_>) -> Markup {
    let (l, record) = (sheet.l, &sheet.full.record);
    let rows = rows::rows(sheet.office, &sheet.full, true, l, sheet.office.now().date_naive());
    let returns_left = record.report_attempts.used < record.report_attempts.limit;
    let table = Table {
        l,
        full: &sheet.full,
        id_number: None,
        is_report: true,
        decides: returns_left,
        fields: sheet.fields,
        wrongs: &sheet.wrongs,
    };
    html! {
        form id="return-report" method="post" action=(sheet.act("return-report")) data-count {
            (sheet.drawn())
            (table.draw(&rows))
            (whole_report(sheet, &rows))
            div class="hc-row" {
                @if returns_left { button class="hc-btn hc-btn--quiet" data-counted=(l.t("退回报告里的 {n} 处", "Return {n} of the report")) data-none=(l.t("没有要退回的", "Nothing to return")) { (l.t("退回选中的", "Return what is marked")) } }
                span class="hc-meta" { (l.t("已退回", "Returned")) " " (record.report_attempts.used) " / " (record.report_attempts.limit) }
            }
        }
    }
}

/// The button is of the form of the results: what is typed there and not saved goes along, so that a refusal keeps it.
fn pass(sheet: &Sheet<'_>, is_suggested: bool) -> Markup {
    let class = if is_suggested { "hc-btn" } else { "hc-btn hc-btn--quiet" };
    html! { button class=(class) form=(results::FORM) formaction=(sheet.act("pass")) { (sheet.l.t("体检合格", "Passed")) } }
}

fn conclusion(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    let proposal = propose(results::found(&sheet.full));
    let missing = results::missing(sheet);
    let [refer, again, unfit] = ["refer", "re-examine", "unfit"].map(|act| sheet.part(act));
    // Open stands what was typed before a refusal, else what the results suggest, if it was not done already.
    let is_open = sheet.state() != State::Referred;
    let opens = |part: Part<'_>, fits| {
        part.is_open() || sheet.fields.is_empty() && is_open && proposal == fits && missing.is_empty()
    };
    html! {
        h2 class="hc-h2" { (l.t("结论", "Conclusion")) }
        (note("", &html! {
            p {
                @if missing.is_empty() { (results::suggested(sheet)) }
                @else { (l.t("还没有结果的项目：", "Still without a result: ")) (results::listed(l, &missing)) }
            }
        }))
        div class="hc-row" { (pass(sheet, proposal == Proposal::Pass && missing.is_empty())) }
        (folded(l.t("转诊复查…", "Refer to a doctor…"), opens(refer, Proposal::Refer), html! {
            form method="post" action=(sheet.act("refer")) {
                (sheet.drawn())
                (refer.line("place", "text", true, ""))
                (refer.line("address", "text", false, ""))
                (refer.area("bring", l.t("一行一样；不填就是身份证件原件", "One a line; the original document if empty")))
                (refer.area("words", l.t("不写查出了什么", "Not what was found")))
                (refer.line("due_on", "date", false, l.t("不填就是 30 天", "30 days if empty")))
                button class="hc-btn hc-btn--quiet" { (l.t("转诊", "Refer")) }
            }
        }))
        (folded(l.t("需补做…", "Examine again…"), opens(again, Proposal::ReExamine), html! {
            form method="post" action=(sheet.act("re-examine")) {
                (sheet.drawn())
                (again.needed("words", words::as_written(l)))
                @let there = results::recorded_items(sheet);
                @if !there.is_empty() {
                    fieldset class="hc-row" {
                        legend class="hc-label" { (l.t("重做哪些结果，不选就是全部；其余的保留", "Which results are found anew; none chosen means all, the others stand")) }
                        @for (code, name) in there {
                            label class="hc-tap" { input type="checkbox" name="item" value=(code) checked[again.has("item", code)]; " " (name) }
                        }
                    }
                }
                fieldset class="hc-row" {
                    legend class="hc-label" { (l.t("怎么补做，不选就是都可以", "How; none chosen means any")) }
                    label class="hc-tap" { input type="checkbox" name="route" value="onsite" checked[again.has("route", "onsite")]; " " (l.t("到现场", "On site")) }
                    label class="hc-tap" { input type="checkbox" name="route" value="online" checked[again.has("route", "online")]; " " (l.t("交报告", "By report")) }
                }
                button class="hc-btn hc-btn--quiet" { (l.t("请补做", "Examine again")) }
            }
        }))
        (folded(l.t("不符合从业要求…", "Not fit for this work…"), opens(unfit, Proposal::Unfit), html! {
            form method="post" action=(sheet.act("unfit")) {
                (sheet.drawn())
                (unfit.needed("words", words::as_written(l)))
                (unfit.area("finding", l.t("只在体检结果页给本人看", "Shown to the person on the results page alone")))
                button class="hc-btn hc-btn--bad" { (l.t("不符合从业要求", "Not fit for this work")) }
            }
        }))
    }
}
