//! One application on the desk: what it is, what to look at, what can be done now.
use super::{
    WHO, answer, certificate, examination,
    fields::Fields,
    history,
    page::{Part, day, fault_words, folded, frame, note, post_button},
    queue, results,
    review::Table,
    rows,
    words::{self, Language},
};
use crate::office::{Answer, Fault, Flag, FullApplication, Office};
use axum::{
    Form,
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    api::{CertificateState, Slug},
    application::State,
    questionnaire::Pointer,
};
use maud::{Markup, html};

/// All that one page is drawn from.
pub(super) struct Sheet<'a> {
    pub(super) office: &'a Office,
    pub(super) l: Language,
    pub(super) full: FullApplication,
    pub(super) fields: &'a Fields,
    pub(super) id_number: Option<String>,
    /// Items that were to be returned without a word to the applicant.
    pub(super) wordless: Vec<Pointer>,
}

pub(super) async fn page(Extract(office): Extract<Office>, l: Language, Path(id): Path<String>) -> Response {
    answer(l, draw(&office, l, &id, &Fields::default(), None, None).await)
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
        let number = office.id_number(&id, WHO).await?;
        draw(&office, l, &id, &Fields::sent("return", fields), None, Some(number)).await
    };
    answer(l, page.await)
}

/// The page again after a refusal, with all that was typed.
pub(super) async fn refused(office: &Office, l: Language, id: &str, fields: &Fields, fault: Fault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match draw(office, l, id, fields, Some(&fault), None).await {
        Ok(page) => (status, page).into_response(),
        Err(_) => super::page::refusal(l, &fault),
    }
}

async fn draw(
    office: &Office,
    l: Language,
    id: &str,
    fields: &Fields,
    fault: Option<&Fault>,
    id_number: Option<String>,
) -> Answer<Markup> {
    let full = office.full(id, WHO).await?;
    // Beside one application stands what waits for the reviewer, not what is over.
    let mut queue = queue::sorted(office.queue(false).await?);
    queue.retain(|row| row.state.waits_for_office() || row.id == id);
    let certificate = match &full.matter.certificate {
        Some(certificate) => Some(office.certificate_row(certificate).await?),
        None => None,
    };
    let errors = fault.map(|it| it.problem.errors.as_slice()).unwrap_or_default();
    let is_marked = |it: &Pointer| fields.get(&format!("d:{}", it.as_str())) == "return";
    let wordless = errors.iter().filter(|it| it.code == "required" && is_marked(&it.pointer));
    let wordless = wordless.map(|it| it.pointer.clone()).collect();
    let sheet = Sheet { office, l, full, fields, id_number, wordless };
    let record = &sheet.full.record;
    let name = record.holder.as_ref().map_or(l.t("还没有姓名", "No name yet"), |it| it.name.as_str());
    let waiting = queue.iter().filter(|it| it.state.waits_for_office()).count();
    Ok(frame(
        l,
        &format!("{} {}", name, record.number.clone().unwrap_or_default()),
        html! {
            div class="hc-desk" {
                nav aria-label=(l.t("申请队列", "Queue")) {
                    h2 class="hc-h2" { (l.t("申请", "Applications")) }
                    p class="hc-meta" { (l.t("待办", "To do")) " " (waiting) }
                    p class="hc-meta" { (l.t("按最先到期排", "What is due first comes first")) }
                    (queue::list(office, l, &queue, Some(id)))
                }
                // What stands in a form because it came along is sent by nobody yet. The rest is for what the tab keeps.
                div class="hc-desk-now" data-unsent=[fields.unsent()] data-path={ "/desk/a/" (id) } data-since=(record.since.to_rfc3339())
                    data-kept=(l.t("这里是您写过、还没有送到的内容，只留在这个标签页里。", "This was typed here and has not arrived yet; it is kept in this tab alone."))
                    data-discard=(l.t("不要了", "Throw it away")) {
                    (sheet.head(name))
                    @if let Some(next) = queue.iter().find(|row| row.id != id).filter(|_| !sheet.state().waits_for_office()) {
                        p { a class="hc-link" href={ "/desk/a/" (next.id) } { (l.t("下一件待办：", "Next to do: ")) (next.name) " · " (words::state(l, next.state)) } }
                    }
                    @if let Some(fault) = fault { div role="alert" { (note("hc-bad", &sheet.why_not(fault))) } }
                    @if fault.is_some_and(|it| it.problem.slug() == Some(Slug::ActRefused)) { (sheet.missing_results()) }
                    (sheet.flags())
                    // Buttons that stand inside another form post these.
                    form id="show-id" method="post" action={ "/desk/a/" (id) "/id-number" } {}
                    form id="scan" method="post" action=(sheet.act("scan-return")) {}
                    (sheet.papers())
                    (examination::draw(&sheet))
                    @if let Some(certificate) = &certificate { (certificate::draw(&sheet, certificate)) }
                    (history::draw(&sheet))
                }
            }
        },
    ))
}

impl Sheet<'_> {
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
        matches!(state, CertificateState::Suspended | CertificateState::Revoked).then_some(state)
    }

    /// Why it did not work; where words are missing, with the way to where they are written.
    fn why_not(&self, fault: &Fault) -> Markup {
        let l = self.l;
        if fault.problem.slug() == Some(Slug::ActRefused) && !self.missing().is_empty() {
            return html! { p { (l.t("这一步没有做成。要下结论，先填好下面还没有结果的项目。", "This was not possible. For a conclusion, first enter the results that are missing below.")) } };
        }
        if self.wordless.is_empty() || self.wordless.len() < fault.problem.errors.len() {
            return html! { p { (fault_words(l, fault, &|pointer| self.label_of(pointer))) } };
        }
        html! {
            p { (l.t("没有退回。还没写给申请人的话：", "Not returned. Words for the applicant are missing:")) }
            ul { @for pointer in &self.wordless { li { a class="hc-link" href={ "#w:" (pointer.as_str()) } { (self.label_of(pointer)) } } } }
        }
    }

    fn head(&self, name: &str) -> Markup {
        let (l, record) = (self.l, &self.full.record);
        let own = self.full.matter.category.as_ref().and_then(|it| it.own.as_deref());
        html! {
            div class="hc-row" {
                h1 class="hc-h1" { (name) @if let Some(it) = &record.category { " · " (queue::category(self.office, l, &it.code, &it.title, own)) } }
                span class="hc-tag hc-go" { (words::state(l, record.state)) }
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
    fn missing(&self) -> Vec<&str> {
        if matches!(self.state(), State::Examined | State::ReportReview | State::Referred) {
            results::missing(self)
        } else {
            Vec::new()
        }
    }

    /// The same by name.
    fn missing_results(&self) -> Markup {
        let missing = self.missing();
        html! {
            @if !missing.is_empty() {
                (note("hc-bad", &html! { p { (self.l.t("还没有结果的项目：", "Still without a result: ")) (results::listed(self.l, &missing)) } }))
            }
        }
    }

    fn flags(&self) -> Markup {
        let l = self.l;
        let insisted = self.insisted();
        html! {
            @for flag in &self.full.flags {
                @match flag {
                    Flag::UnknownArea => { (note("hc-warn", &html! { p { (l.t("前 6 位不在现行区划中，请核对证件", "The first 6 digits are not in the present list; compare with the ID")) } })) }
                    Flag::AlsoElsewhere => { (note("hc-warn", &html! { p { (l.t("同一个证件号码在另一个手机号下也有正在办的申请。请核对是不是同一个人，不要告诉申请人。", "Another phone number has an open application for the same ID number. Check whether it is the same person; do not tell the applicant.")) } })) }
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
        let forms = [Some(&self.full.record.questionnaire), self.full.record.report_questionnaire.as_ref()];
        let found = forms.into_iter().flatten().find_map(|name| self.office.form(name)?.item_at(pointer));
        found.map_or_else(
            || words::of_member(self.l, pointer.as_str()),
            |item| item.label().get(self.l.tag()).text.to_owned(),
        )
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
            decides: decides && returns_left,
            fields: self.fields,
            wordless: &self.wordless,
        };
        let drawn = table.draw(&rows);
        html! {
            @if matches!(record.state, State::Submitted | State::Resubmitted) {
                div class="hc-row" { (post_button(&self.act("begin"), "", l.t("开始审核", "Begin the review"))) }
            }
            @if rows.is_empty() { p class="hc-meta" { (l.t("还没有交来内容，或者内容已经按规定删除。", "Nothing was submitted yet, or it was erased as the rules say.")) } }
            @else if decides {
                form method="post" action=(self.act("return")) data-count {
                    // Enter presses the first button of a form: that is not one of the table's. It is out of sight and not
                    // `hidden`, which Safari would pass over.
                    @if returns_left { button class="hc-sr" formnovalidate tabindex="-1" aria-hidden="true" {} }
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
                (folded(l.t("申请内容和材料", "Answers and documents"), matches!(record.state, State::Submitted | State::Resubmitted), drawn))
            }
            @if matches!(record.state, State::Returned | State::Counter) {
                @let part = Part::of("receive", self.fields);
                (folded(l.t("本人来窗口了：收件", "The person came to the office: receive"), record.state == State::Counter || part.is_open(), html! {
                    form method="post" action=(self.act("receive")) {
                        (part.needed("words", l.t("带来了什么", "What was brought"), None))
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
                select class="hc-input hc-desk-narrow" id="category" name="category" required {
                    // Nothing stands chosen: the first of the list is not what was written.
                    option value="" { "—" }
                    @for (code, title) in self.office.catalogue.categories() { option value=(code) selected[code == self.fields.get("category")] { (title.get(l.tag()).text) } }
                }
            }
        }
    }

    fn call_in(&self) -> Markup {
        let (l, part) = (self.l, Part::of("call-in", self.fields));
        folded(
            l.t("请本人到窗口…", "Call the person to an office…"),
            part.is_open(),
            html! {
                form method="post" action=(self.act("call-in")) {
                    (part.needed("words", l.t("为什么要来", "Why"), Some(l.t("原样给申请人看", "Shown to the applicant word for word"))))
                    (part.area("bring", l.t("带什么，一行一样", "What to bring, one a line"), None))
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
        let (l, part) = (self.l, Part::of("reject", self.fields));
        folded(
            l.t("不予受理…", "Do not accept…"),
            part.is_open(),
            html! {
                form method="post" action=(self.act("reject")) {
                    (part.needed("words", l.t("理由", "Reason"), Some(l.t("原样给申请人看", "Shown to the applicant word for word"))))
                    (part.area("appeal", l.t("不服怎么办：找谁、在哪里", "How to disagree: with whom, where"), None))
                    button class="hc-btn hc-btn--bad" { (l.t("不予受理", "Do not accept")) }
                }
            },
        )
    }
}
