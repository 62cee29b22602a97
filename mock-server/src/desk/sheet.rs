//! One application on the desk: what it is, what to look at, what can be done now.
use super::{
    WHO, answer,
    asked::Question,
    certificate, clock, examination,
    fields::{DRAWN, Fields},
    history,
    page::{Part, day, folded, frame, note},
    queue, results,
    review::Table,
    rows, said,
    words::{self, Language},
    wrong::Wrongs,
};
use crate::office::{Answer, Fault, Flag, FullApplication, Listed, Office};
use axum::{
    Form,
    extract::{Path, Query, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use contract::{
    api::{CertificateState, Slug},
    application::State,
    questionnaire::Pointer,
};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// All that one page is drawn from.
pub(super) struct Sheet<'a> {
    pub(super) office: &'a Office,
    pub(super) l: Language,
    pub(super) full: FullApplication,
    pub(super) fields: &'a Fields,
    pub(super) id_number: Option<String>,
    /// What cannot stay as it was sent.
    pub(super) wrongs: Wrongs,
}

/// Why the page is drawn, besides to be looked at.
#[derive(Default)]
struct Because<'a> {
    /// What was sent, and is not taken.
    fields: Option<&'a Fields>,
    /// Why not.
    fault: Option<&'a Fault>,
    /// What has to be answered first.
    question: Option<Question>,
    /// The full number, which somebody asked for.
    id_number: Option<String>,
    /// What was done just now.
    done: Option<&'a str>,
}

/// What the address of a page says besides.
#[derive(Deserialize, Default)]
pub(super) struct After {
    #[serde(default)]
    done: Option<String>,
}

pub(super) async fn page(
    Extract(office): Extract<Office>,
    l: Language,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Response {
    let because = Because { done: after.done.as_deref(), ..Because::default() };
    answer(l, draw(&office, l, &id, because).await)
}

/// An act's address, opened as a page (a bookmark, a tab that is opened again, a sign-in in front of the desk): its application.
pub(super) async fn of_act(Path(parts): Path<BTreeMap<String, String>>) -> Redirect {
    let id = parts.get("id").filter(|it| it.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    Redirect::to(&id.map_or_else(|| "/desk".to_owned(), |id| format!("/desk/a/{id}")))
}

/// On to the page again, which says what was done.
pub(super) fn done(id: &str, what: &str) -> Response {
    Redirect::to(&format!("/desk/a/{id}?done={what}")).into_response()
}

/// The same page with the full number, and with the marks and words of the review that it is looked at for. It is not in the
/// URL, and the look is in the log.
pub(super) async fn with_id_number(
    Extract(office): Extract<Office>,
    l: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let page = async {
        let id_number = Some(office.id_number(&id, WHO).await?);
        let fields = Fields::sent("return", fields);
        // What has changed since is said here too: the page is drawn anew.
        let stale = office.is_as_seen(&id, fields.drawn().as_ref()).await.err();
        let because = Because { fields: Some(&fields), fault: stale.as_ref(), id_number, ..Because::default() };
        draw(&office, l, &id, because).await
    };
    answer(l, page.await)
}

/// What a form of the page is answered with.
pub(super) async fn answered(office: &Office, l: Language, id: &str, fields: &Fields, did: Answer<()>) -> Response {
    match did {
        Ok(()) => done(id, fields.form()),
        Err(fault) => refused(office, l, id, fields, fault).await,
    }
}

/// The page again after a refusal, with all that was typed.
pub(super) async fn refused(office: &Office, l: Language, id: &str, fields: &Fields, fault: Fault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match draw(office, l, id, Because { fields: Some(fields), fault: Some(&fault), ..Because::default() }).await {
        Ok(page) => (status, page).into_response(),
        Err(_) => super::page::refusal(l, &fault),
    }
}

/// The page again with a question: nothing is done yet.
pub(super) async fn asked(office: &Office, l: Language, id: &str, fields: &Fields, question: Question) -> Response {
    match draw(office, l, id, Because { fields: Some(fields), question: Some(question), ..Because::default() }).await {
        Ok(page) => (StatusCode::CONFLICT, page).into_response(),
        Err(fault) => super::page::refusal(l, &fault),
    }
}

async fn draw(office: &Office, l: Language, id: &str, because: Because<'_>) -> Answer<Markup> {
    let nothing = Fields::default();
    let Because { fields, fault, question, id_number, done } = because;
    let fields = fields.unwrap_or(&nothing);
    let full = office.full_in(id, WHO, l.tag()).await?;
    // Beside one application stands what waits for the reviewer.
    let mut queue = queue::sorted(office.queue(Listed::Open).await?);
    queue.retain(|row| row.state.waits_for_office());
    let certificate = match &full.matter.certificate {
        Some(certificate) => Some(office.certificate_row(certificate).await?),
        None => None,
    };
    let moved_on = fault.is_some_and(|it| it.is(Slug::Stale) || it.is(Slug::ActRefused));
    let news = match fields.drawn().filter(|_| moved_on) {
        Some(drawn) => office.news_since(id, &drawn, l.tag()).await?,
        None => Vec::new(),
    };
    let wrongs = said::wrongs(office, l, &full, fields, fault);
    let sheet = Sheet { office, l, full, fields, id_number, wrongs };
    let record = &sheet.full.record;
    let name = record.holder.as_ref().map_or(l.t("还没有姓名", "No name yet"), |it| it.name.as_str());
    let waiting = queue.len();
    let first = queue.get(..queue::BESIDE).unwrap_or(&queue);
    let body = html! {
        (sheet.flags())
        // Buttons that stand inside another form post these.
        form id="show-id" method="post" action={ "/desk/a/" (id) "/id-number#id-number" } { (sheet.drawn()) }
        form id="scan" method="post" action=(sheet.act("scan-return")) { (sheet.drawn()) }
        (sheet.decision())
        (sheet.papers())
        (examination::draw(&sheet))
        @if let Some(certificate) = &certificate { (certificate::draw(&sheet, certificate)) }
        (history::draw(&sheet))
        (clock::draw(&sheet))
    };
    Ok(frame(
        l,
        &format!("{} {}", name, record.number.clone().unwrap_or_default()),
        html! {
            div class="hc-desk" {
                nav aria-label=(l.t("申请队列", "Queue")) {
                    a class="hc-btn hc-skip" href="#application" { (l.t("跳到这份申请", "Skip to the application")) }
                    h2 class="hc-h2" { (l.t("申请", "Applications")) }
                    p class="hc-meta" { (l.t("待办", "To do")) " " (waiting) }
                    p class="hc-meta" { (l.t("按最先到期排", "What is due first comes first")) }
                    (queue::list(office, l, first, Some(id)))
                    @if first.len() < waiting { a class="hc-tap" href="/desk" { (l.t("全部待办", "All that is to do")) } }
                }
                // What stands in a form because it came along is sent by nobody yet. The rest is for what the tab keeps.
                div class="hc-desk-now" id="application" tabindex="-1" data-unsent=[fields.unsent()] data-path={ "/desk/a/" (id) } data-since=(record.since.to_rfc3339())
                    data-kept=(l.t("这里是您写过、还没有送到的内容，只留在这个标签页里。", "This was typed here and has not arrived yet; it is kept in this tab alone."))
                    data-discard=(l.t("不要了", "Throw it away")) {
                    (sheet.head(name))
                    @if let Some(done) = done { (said::done(&sheet, done)) }
                    @if let Some(next) = queue.iter().find(|row| row.id != id).filter(|_| !sheet.state().waits_for_office()) {
                        p { a class="hc-link" href={ "/desk/a/" (next.id) } { (l.t("下一件待办：", "Next to do: ")) (next.name) " · " (words::state(l, next.state)) } }
                    }
                    @if let Some(fault) = fault { (said::why_not(&sheet, fault, &news)) (said::left_over(&sheet, &body.0)) }
                    @if let Some(question) = question { (question.draw(&sheet)) }
                    (body)
                }
            }
        },
    ))
}

impl Sheet<'_> {
    /// What a form of this application says of what its page was drawn from.
    pub(super) fn drawn(&self) -> Markup {
        html! { input type="hidden" name=(DRAWN) value=(self.full.mark.to_string()); }
    }

    /// A button that posts a form of its own.
    pub(super) fn button(&self, action: &str, class: &str, label: &str) -> Markup {
        html! { form method="post" action=(action) class="hc-desk-one" { (self.drawn()) button class={ "hc-btn " (class) } { (label) } } }
    }

    /// The fields of one of its forms.
    pub(super) fn part<'b>(&'b self, form: &'b str) -> Part<'b> {
        Part::of(self.l, form, self.fields, &self.wrongs)
    }

    /// Where a form of this application is posted to.
    pub(super) fn act(&self, act: &str) -> String {
        format!("/desk/a/{}/act/{act}", self.full.record.id)
    }

    pub(super) fn state(&self) -> State {
        self.full.record.state
    }

    /// What somebody has made of the certificate that came of it, if it holds no more.
    fn stopped(&self) -> Option<CertificateState> {
        let state = self.full.record.certificate.as_ref()?.state;
        (state.is_stopped() || state.is_over()).then_some(state)
    }

    fn head(&self, name: &str) -> Markup {
        let (l, record) = (self.l, &self.full.record);
        let own = self.full.matter.category.as_ref().and_then(|it| it.own.as_deref());
        html! {
            div class="hc-row" {
                h1 class="hc-h1" { (name) @if let Some(it) = &record.category { " · " (queue::category(self.office, l, &it.code, &it.title, own)) } }
                span class="hc-tag hc-go" { (words::standing(l, record.state, record.decision.as_ref().map(|it| it.kind))) }
                @if let Some(stopped) = self.stopped() { span class="hc-tag hc-bad" { (l.t("证件", "Certificate: ")) (words::certificate(l, stopped)) } }
                span class="hc-end hc-meta" {
                    (record.number.clone().unwrap_or_default())
                    @if let Some(by) = record.reply_by { " · " (l.t("最晚答复 ", "Answer by ")) (day(l, by)) }
                    @if let Some(by) = record.due_on { " · " (l.t("申请人最晚 ", "Applicant by ")) (day(l, by)) }
                }
            }
        }
    }

    /// What a conclusion waits for.
    pub(super) fn missing(&self) -> Vec<&str> {
        if matches!(self.state(), State::Examined | State::ReportReview | State::Referred) {
            results::missing(self)
        } else {
            Vec::new()
        }
    }

    /// Who it is: beside them at a check-in, and beside a report that is read.
    pub(super) fn person(&self) -> Markup {
        let (l, record) = (self.l, &self.full.record);
        // Each look at a document is noted: it is there where somebody compares it, with who comes or with a report.
        let compares = matches!(self.state(), State::Booked | State::Missed | State::ReportReview);
        let rows = compares.then(|| rows::rows(self.office, &self.full, false, l, self.office.now().date_naive()));
        let portrait = rows.iter().flatten().find(|row| row.item.on_certificate.as_deref() == Some("photo"));
        let portrait = portrait.and_then(|row| row.now.first()?.as_attachment());
        let Some(holder) = &record.holder else { return html! {} };
        html! {
            div class="hc-card hc-desk-person" {
                @if let Some(portrait) = portrait {
                    img class="hc-pic" src={ "/desk/a/" (record.id) "/documents/" (portrait.document) } width="96" height="128" alt=(l.t("申请时交的照片", "The photo that was handed in"));
                }
                div {
                    p { b { (holder.name) } }
                    p id="id-number" tabindex="-1" {
                        @match &self.id_number {
                            Some(number) => { bdi class="hc-num" { (number) } " " span class="hc-meta" { (l.t("这次查看已记录", "This look was recorded")) } }
                            None => { bdi class="hc-num" { (holder.id_masked) } " " button class="hc-tap" form="show-id" { (l.t("显示全部（会记录）", "Show all (is recorded)")) } }
                        }
                    }
                    @if compares { p class="hc-meta" { (l.t("和本人、证件、报告对一下。", "Compare with the person, the ID and the report.")) } }
                }
            }
        }
    }

    /// What was decided against the person, in the words that they read, and how they can disagree.
    fn decision(&self) -> Markup {
        let l = self.l;
        let Some(decision) = self.full.record.decision.as_ref().filter(|_| self.state() == State::Rejected) else {
            return html! {};
        };
        let finding = self.full.matter.findings.finding.as_ref();
        html! {
            div class="hc-card" {
                h2 class="hc-h2" { (words::standing(l, self.state(), Some(decision.kind))) }
                @if let Some(said) = &decision.words { p lang=(said.lang) { (said.text) } }
                @if let Some(finding) = finding { p { (l.t("查出了什么（只给本人看）：", "What was found (for the person alone): ")) span lang=(finding.lang) { (finding.text) } } }
                @if let Some(appeal) = &decision.appeal { p { (l.t("不服：", "To disagree: ")) (appeal.place) (l.t("，最晚 ", ", by ")) (day(l, appeal.until)) } }
            }
        }
    }

    fn flags(&self) -> Markup {
        let l = self.l;
        let insisted = self.insisted();
        html! {
            @for flag in &self.full.flags {
                @match flag {
                    Flag::UnknownArea => { (note("hc-warn", &html! { p { (l.t("号码开头两位不是已知的省级区划，请核对证件", "The number begins with no province code that we know; compare with the ID")) } })) }
                    Flag::AlsoElsewhere => { (note("hc-warn", &html! { p { (l.t("同一个证件号码在另一个手机号下也有正在办的申请。请核对是不是同一个人，不要告诉申请人。", "Another phone number has an open application for the same ID number. Check whether it is the same person; do not tell the applicant.")) }
                        @for (id, number) in &self.full.elsewhere { p { a class="hc-link" href={ "/desk/a/" (id) } { (number) } } } })) }
                    Flag::OwnCategory(own) => { (note("hc-warn", &html! { p { (l.t("从业类别是自己写的：", "The kind of work was typed: ")) q { (own) } (l.t("。通过时请选一个类别。", ". Choose a category when you accept.")) } })) }
                    Flag::Insisted(..) => {}
                }
            }
            @if !insisted.is_empty() { (note("hc-warn", &html! { p { (l.t("提示过不清楚，本人坚持用的：", "Sent although the person was warned: ")) (insisted.join("、")) } })) }
        }
    }

    /// Pictures of the newest submission that were sent against advice. Those that were replaced do not matter any more.
    fn insisted(&self) -> Vec<String> {
        let named = self.full.documents.iter().filter(|it| it.named && !it.document.insisted.is_empty());
        let words = named.map(|it| {
            let advice: Vec<&str> = it.document.insisted.iter().map(|advice| words::advice(self.l, advice)).collect();
            format!("{} ({})", self.label_of(&it.document.pointer), advice.join(", "))
        });
        words.collect()
    }

    /// What an item is called, in this application's newest form.
    pub(super) fn label_of(&self, pointer: &Pointer) -> String {
        said::label_of(self.office, self.l, &self.full, pointer)
    }

    fn papers(&self) -> Markup {
        let (l, record) = (self.l, &self.full.record);
        let rows = rows::rows(self.office, &self.full, false, l, self.office.now().date_naive());
        let decides = record.state == State::InReview;
        let returns_left = record.attempts.used < record.attempts.limit;
        let table = Table {
            l,
            full: &self.full,
            id_number: self.id_number.as_deref(),
            is_report: false,
            decides: decides && returns_left,
            fields: self.fields,
            wrongs: &self.wrongs,
        };
        let drawn = table.draw(&rows);
        html! {
            @if matches!(record.state, State::Submitted | State::Resubmitted) {
                div class="hc-row" { (self.button(&self.act("begin"), "", l.t("开始审核", "Begin the review"))) }
            }
            @if rows.is_empty() { p class="hc-meta" { (l.t("还没有交来内容，或者内容已经按规定删除。", "Nothing was submitted yet, or it was erased as the rules say.")) } }
            @else if decides {
                form id="review" method="post" action=(self.act("return")) data-count {
                    (self.drawn())
                    // Enter presses the first button of a form: this one does nothing, for nobody sends back or looks up
                    // a number by going through marks with the keyboard.
                    button class="hc-sr" disabled tabindex="-1" aria-hidden="true" {}
                    (drawn)
                    (self.own_category())
                    @if !returns_left { (note("hc-warn", &html! { p { (l.t("退回次数用完了：可以通过、不予受理，或请本人到窗口。", "No returns are left: accept, do not accept, or call the person to an office.")) } })) }
                    div class="hc-row" {
                        @if returns_left { button class="hc-btn" formnovalidate data-counted=(l.t("退回 {n} 处", "Return {n}")) data-none=(l.t("没有要退回的", "Nothing to return")) { (l.t("退回选中的", "Return what is marked")) } }
                        button class="hc-btn hc-btn--quiet" formaction=(self.act("accept")) { (l.t("全部通过", "Accept all")) }
                        span class="hc-meta" { (l.t("已退回", "Returned")) " " (record.attempts.used) " / " (record.attempts.limit) }
                    }
                }
                (self.call_in())
                (self.reject())
            } @else {
                (folded(l.t("申请内容和材料", "Answers and documents"), matches!(record.state, State::Submitted | State::Resubmitted) || self.id_number.is_some() && !shows_person(record.state), drawn))
            }
            @if matches!(record.state, State::Returned | State::Counter) {
                @let part = self.part("receive");
                (folded(l.t("本人来窗口了：收件", "The person came to the office: receive"), record.state == State::Counter || part.is_open(), html! {
                    form method="post" action=(self.act("receive")) {
                        (self.drawn())
                        (part.needed("words", ""))
                        button class="hc-btn" { (l.t("收件，回到审核", "Receive and review")) }
                    }
                }))
            }
        }
    }

    /// Where the kind of work was typed, accepting names a category.
    fn own_category(&self) -> Markup {
        let l = self.l;
        if !self.full.flags.iter().any(|it| matches!(it, Flag::OwnCategory(_))) {
            return html! {};
        }
        html! {
            div class="hc-field" {
                label class="hc-label" for="category" { (l.t("从业类别", "Category of work")) }
                (self.wrongs.error("category"))
                select class="hc-input hc-desk-narrow" id="category" name="category" aria-required="true" aria-invalid=[self.wrongs.invalid("category")] aria-describedby=[self.wrongs.described("category", None)] autofocus[self.wrongs.is_first("category")] {
                    // Nothing stands chosen: the first of the list is not what was written.
                    option value="" { "—" }
                    @for (code, title) in self.office.catalogue.categories() { option value=(code) selected[code == self.fields.get("category")] { (title.get(l.tag()).text) } }
                }
            }
        }
    }

    fn call_in(&self) -> Markup {
        let (l, part) = (self.l, self.part("call-in"));
        folded(
            l.t("请本人到窗口…", "Call the person to an office…"),
            part.is_open(),
            html! {
                form method="post" action=(self.act("call-in")) {
                    (self.drawn())
                    (part.needed("words", words::as_written(l)))
                    (part.area("bring", l.t("一行一样", "One a line")))
                    fieldset class="hc-field" {
                        legend class="hc-label" { (l.t("到哪里，不选就是都可以", "Where; none chosen means any")) }
                        @for site in self.office.catalogue.sites.ids() {
                            label class="hc-tap" { input type="checkbox" name="site" value=(site) checked[part.has("site", &site)]; " " (self.office.catalogue.sites.name(&site, l.tag())) }
                            " "
                        }
                    }
                    button class="hc-btn hc-btn--quiet" { (l.t("请到窗口", "Call in")) }
                }
            },
        )
    }

    fn reject(&self) -> Markup {
        let (l, part) = (self.l, self.part("reject"));
        folded(
            l.t("不予受理…", "Do not accept…"),
            part.is_open(),
            html! {
                form method="post" action=(self.act("reject")) {
                    (self.drawn())
                    (part.needed("words", words::as_written(l)))
                    (part.area("appeal", ""))
                    button class="hc-btn hc-btn--bad" { (l.t("不予受理", "Do not accept")) }
                }
            },
        )
    }
}

/// Where somebody is before the examiner, or a report is: then it is said who it should be.
pub(super) const fn shows_person(at: State) -> bool {
    matches!(
        at,
        State::Booked | State::Missed | State::Examined | State::ReportReview | State::Referred | State::Passed
    )
}
