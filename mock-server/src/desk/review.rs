//! The items of a submission beside their documents, each with pass or return: the reviewer's main work.
use super::{
    fields::Fields,
    rows::{Row, can_be_returned, label, shown},
    sheet::shows_person,
    words::{self, Language},
    wrong::Wrongs,
};
use crate::office::{DocumentAtDesk, FullApplication};
use contract::{
    api::{DocumentState, ReturnCode},
    application::State,
    identity::masked,
    questionnaire::{Role, Value},
};
use maud::{Markup, html};

/// What the table needs to know besides its rows.
pub(super) struct Table<'a> {
    pub(super) l: Language,
    pub(super) full: &'a FullApplication,
    /// Shown once, because somebody asked and it was noted.
    pub(super) id_number: Option<&'a str>,
    /// Its pictures are pages to be read, not to be known again.
    pub(super) is_report: bool,
    /// Items can be passed or returned now.
    pub(super) decides: bool,
    /// What was chosen before a refusal.
    pub(super) fields: &'a Fields,
    /// What cannot stay as it was sent: items that were to be returned without a word.
    pub(super) wrongs: &'a Wrongs,
}

impl Table<'_> {
    /// News first; what did not change is folded below it.
    pub(super) fn draw(&self, rows: &[Row<'_>]) -> Markup {
        let l = self.l;
        let (news, rest): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows.iter().partition(|it| it.is_news());
        html! {
            @if news.is_empty() { (self.table(&rest)) }
            @else {
                h2 class="hc-h2" { (l.t("这次交回的", "Sent back this time")) " " (news.len()) }
                (self.table(&news))
                details class="hc-desk-fold" open[rest.iter().any(|row| self.wrongs.why(&format!("w:{}", row.pointer.as_str())).is_some())] { summary class="hc-tap" { (l.t("没有改的", "Unchanged")) " " (rest.len()) } (self.table(&rest)) }
            }
        }
    }

    fn table(&self, rows: &[&Row<'_>]) -> Markup {
        let l = self.l;
        // A row begins a part where the row before it belonged to another.
        let parts = std::iter::once(None).chain(rows.iter().map(|row| Some(row.part.as_str())));
        html! {
            div class="hc-card hc-scroll" tabindex="0" role="region" aria-label=(l.t("逐项审核", "Item by item")) {
                table class="hc-table hc-desk-table" {
                    caption class="hc-sr" { (l.t("逐项审核", "Item by item")) }
                    thead { tr {
                        th scope="col" { (l.t("项目", "Item")) }
                        th scope="col" { (l.t("申请人填写", "Answered")) }
                        @if self.decides { th scope="col" { (l.t("结论", "Decision")) } }
                    } }
                    tbody {
                        @for (row, before) in rows.iter().zip(parts) {
                            @if before != Some(row.part.as_str()) {
                                tr class="hc-desk-part" { th scope="colgroup" colspan=(if self.decides { "3" } else { "2" }) { (row.part) } }
                            }
                            tr {
                                th scope="row" { (self.label(row)) }
                                td { (self.answer(row)) }
                                @if self.decides { td { @if can_be_returned(row.item) { (self.decision(row)) } } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn label(&self, row: &Row<'_>) -> Markup {
        let l = self.l;
        html! {
            (label(row.item, l))
            @if let Some(hint) = &row.item.reviewer_hint { p class="hc-meta" { (l.t("提示：", "Hint: ")) (hint.get(l.tag()).text) } }
            @if let Some(because) = &row.opened_by {
                p { span class="hc-tag hc-go" { (l.t("因改动而新增", "Opened by a change")) } }
                @if !because.is_empty() { p class="hc-meta" { (because) } }
            }
        }
    }

    fn answer(&self, row: &Row<'_>) -> Markup {
        let l = self.l;
        html! {
            @if row.covered && (row.before.is_some() || !row.now.is_empty()) {
                details {
                    summary class="hc-tap" {
                        @if row.before.is_some() { (l.t("显示改动", "Show the change")) } @else { (l.t("显示", "Show")) }
                    }
                    (self.stands(row))
                }
            } @else { (self.stands(row)) }
            @if let Some(said) = row.said { p class="hc-meta" { (l.t("上次退回时说：", "Said at the last return: ")) q lang=(said.lang) { (said.text) } } }
            @if let Some(note) = row.note {
                div class="hc-note hc-go" { div { p class="hc-label" { (l.t("申请人给您的话", "A note from the applicant")) } p lang=(note.lang) { (note.text) } } }
            }
        }
    }

    fn stands(&self, row: &Row<'_>) -> Markup {
        let l = self.l;
        html! {
            @if let Some(before) = &row.before {
                @if before.is_empty() { span class="hc-meta" { (l.t("之前没有填", "Empty before")) } }
                @else { p class="hc-meta" { (l.t("之前", "Before")) } del class="hc-hint" { (self.values(row, before)) } }
                p class="hc-meta" { (l.t("现在", "Now")) }
                ins { (self.values(row, &row.now)) }
            } @else if row.now.is_empty() {
                span class="hc-meta" { (l.t("没有填", "Not filled in")) }
            } @else { (self.values(row, &row.now)) }
        }
    }

    fn values(&self, row: &Row<'_>, values: &[Value]) -> Markup {
        let is_id = row.item.role == Some(Role::IdNumber);
        html! {
            @for (at, value) in values.iter().enumerate() {
                @if let Value::Attachment(attachment) = value { (self.document(row, &attachment.document, (at + 1, values.len()))) }
                @else {
                    @if at > 0 { "、" }
                    @if is_id { (self.id_number(value)) } @else { (shown(row.item, value, self.l)) }
                }
            }
        }
    }

    fn id_number(&self, value: &Value) -> Markup {
        let l = self.l;
        html! {
            @match self.id_number {
                Some(number) => { bdi class="hc-num" id=[(!shows_person(self.full.record.state)).then_some("id-number")] tabindex="-1" { (number) } p class="hc-meta" { (l.t("这次查看已记录", "This look was recorded")) } }
                None => {
                    bdi class="hc-num" { (masked(&value.plain())) }
                    " "
                    @let show = l.t("显示全部（会记录）", "Show all (is recorded)");
                    // Marks and words that are not sent yet come along, and stand there again.
                    @if self.decides { button class="hc-tap" formnovalidate formaction={ "/desk/a/" (self.full.record.id) "/id-number#id-number" } { (show) } }
                    @else { button class="hc-tap" form="show-id" { (show) } }
                }
            }
        }
    }

    /// One document; of several, which.
    fn document(&self, row: &Row<'_>, id: &str, (at, of): (usize, usize)) -> Markup {
        let l = self.l;
        let found = self.full.documents.iter().find(|it| it.document.id == id);
        let href = format!("/desk/a/{}/documents/{id}", self.full.record.id);
        let label = label(row.item, l);
        let which = (of > 1).then(|| format!("{at} / {of}"));
        let alt = which.as_ref().map_or_else(|| label.clone(), |which| format!("{label} {which}"));
        html! {
            @match found {
                None => { p class="hc-meta" { (l.t("这份材料已经删除", "This document was erased")) } }
                Some(found) => {
                    @if let Some(which) = &which { p class="hc-meta hc-num" { (which) } }
                    a class={ "hc-desk-doc" @if self.is_report { " hc-desk-doc--page" } } href=(href) target="_blank" rel="noopener" {
                        @if found.document.media_type.starts_with("image/") { img class="hc-pic" src=(href) alt=(alt) loading="lazy"; }
                        @else { (l.t("打开", "Open")) " PDF" @if let Some(pages) = found.document.pages { " · " (pages) " " (l.t("页", "pages")) } }
                    }
                    (self.marks(found))
                    (self.scan(found, &label))
                }
            }
        }
    }

    fn marks(&self, found: &DocumentAtDesk) -> Markup {
        let l = self.l;
        let document = &found.document;
        html! {
            @for advice in &document.insisted {
                p { span class="hc-tag hc-warn" { (l.t("本人坚持用这张：", "Sent all the same: ")) (words::advice(l, advice)) } }
            }
            @match document.state {
                DocumentState::Refused => { p { span class="hc-tag hc-bad" { (l.t("扫描拒收", "Refused by the scan")) } } }
                DocumentState::Returned => { p { span class="hc-tag hc-warn" { (l.t("退回过", "Returned before")) } } }
                DocumentState::Received | DocumentState::Unknown => {}
            }
        }
    }

    /// What a scanner that is late would do by itself: here a person plays it.
    fn scan(&self, found: &DocumentAtDesk, label: &str) -> Markup {
        let l = self.l;
        let open = matches!(self.full.record.state, State::Submitted | State::Resubmitted | State::InReview);
        html! {
            @if open && found.named && found.document.state == DocumentState::Received {
                p { button class="hc-btn hc-btn--quiet hc-desk-scan" form="scan" name="document" value=(found.document.id) aria-label={ (l.t("有病毒，隔离并退回：", "Infected: isolate and send back: ")) (label) } { (l.t("有病毒，隔离并退回", "Infected: isolate and send back")) } }
            }
        }
    }

    fn decision(&self, row: &Row<'_>) -> Markup {
        let l = self.l;
        let pointer = row.pointer.as_str();
        let label = label(row.item, l);
        let returned = self.fields.get(&format!("d:{pointer}")) == "return";
        let chosen = self.fields.get(&format!("c:{pointer}")).to_owned();
        // The applicant reads the reason: one that nobody chose is none.
        let chosen = if chosen.is_empty() { ReturnCode::Other.code().to_owned() } else { chosen };
        let (code, words) = (format!("c:{pointer}"), format!("w:{pointer}"));
        let hint = format!("{words}-hint");
        html! {
            fieldset class="hc-row" {
                legend class="hc-sr" { (label) }
                label class="hc-tap" { input type="radio" name={ "d:" (pointer) } value="pass" checked[!returned]; " " (l.t("通过", "Pass")) }
                label class="hc-tap" { input type="radio" name={ "d:" (pointer) } value="return" checked[returned]; " " (l.t("退回", "Return")) }
            }
            div class="hc-desk-return" {
                label class="hc-sr" for=(code) { (l.t("原因：", "Reason: ")) (label) }
                select class="hc-input" id=(code) name=(code) {
                    @for it in ReturnCode::ALL { option value=(it.code()) selected[it.code() == chosen] { (words::return_code(l, it)) } }
                }
                label class="hc-sr" for=(words) { (l.t("给申请人的话：", "Words for the applicant: ")) (label) }
                (self.wrongs.error(&words))
                textarea class="hc-input" id=(words) name=(words) rows="2" aria-describedby=[self.wrongs.described(&words, Some(&hint))]
                    aria-invalid=[self.wrongs.invalid(&words)] autofocus[self.wrongs.is_first(&words)] { (self.fields.get(&words)) }
                p class="hc-meta" id=(hint) { (l.t("会原样显示在申请人的这一项旁边", "Shown to the applicant beside this item, word for word")) }
            }
        }
    }
}
