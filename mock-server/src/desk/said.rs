//! What is said above an application after a button was pressed: that it was done, or why not and what is to be changed where.
use super::{
    entering,
    fields::Fields,
    history,
    page::{fault_words, field_id, note},
    results, rows,
    sheet::Sheet,
    words::{self, Language},
    wrong::{Wrong, Wrongs},
};
use crate::office::{Fault, FullApplication, Office};
use contract::{
    api::{Event, Slug},
    questionnaire::Pointer,
};
use maud::{Markup, html};

/// What is wrong with what was sent, each with the `id` of its field.
pub(super) fn wrongs(
    office: &Office,
    l: Language,
    full: &FullApplication,
    fields: &Fields,
    fault: Option<&Fault>,
) -> Wrongs {
    let errors = fault.map(|it| it.problem.errors.as_slice()).unwrap_or_default();
    let wrong = |pointer: &Pointer, code: &str| {
        let text = pointer.as_str();
        let name = text.trim_start_matches("#/").trim_start_matches('@');
        if fields.get(&format!("d:{text}")) == "return" {
            let why = l.t(
                "请写给申请人的话：哪里不对、怎么改",
                "Write to the applicant what is wrong and how to put it right",
            );
            return Wrong { at: format!("w:{text}"), label: label_of(office, l, full, pointer), why: why.to_owned() };
        }
        if fields.form() == results::FORM {
            let (label, why) = entering::wrong(office, l, full, fields, name, code);
            return Wrong { at: name.to_owned(), label, why };
        }
        if name == "items" && fields.form().starts_with("return") {
            let why = l.t(
                "一项也没有标：先在要退回的一项选“退回”",
                "nothing is marked: choose “Return” at what is to go back",
            );
            let at = if fields.form() == "return-report" { "return-report" } else { "review" };
            return Wrong { at: at.to_owned(), label: words::of_member(l, text), why: why.to_owned() };
        }
        let why = if matches!(name, "due_on" | "day") { words::wrong_day(l, code) } else { words::wrong(l, code) };
        let at = if name == "category" { name.to_owned() } else { field_id(fields.form(), name) };
        Wrong { at, label: words::of_field(l, fields.form(), name), why: why.to_owned() }
    };
    Wrongs(errors.iter().map(|it| wrong(&it.pointer, &it.code)).collect())
}

/// What an item is called, in this application's newest form.
pub(super) fn label_of(office: &Office, l: Language, full: &FullApplication, pointer: &Pointer) -> String {
    let forms = [Some(&full.record.questionnaire), full.record.report_questionnaire.as_ref()];
    let found = forms.into_iter().flatten().find_map(|name| office.form(name)?.item_at(pointer));
    found.map_or_else(|| words::of_member(l, pointer.as_str()), |item| rows::label(item, l))
}

/// Why it did not work; where fields are wrong, with the way to each. `news` is what happened since the page was drawn.
pub(super) fn why_not(sheet: &Sheet<'_>, fault: &Fault, news: &[Event]) -> Markup {
    let l = sheet.l;
    let missing = sheet.missing();
    let inside = if fault.is(Slug::Stale) {
        html! {
            p { (l.t("还没有做：您打开这一页以后，这份申请变了。下面是现在的情况，请看过再决定。您写的都还在。", "Not done: this application has changed since you opened the page. Below is how it stands now; look, then decide. What you wrote is still there.")) }
            @if news.is_empty() { p { (l.t("其间有人登记或改了体检结果。", "Meanwhile somebody recorded results or changed them.")) } }
            @else { (history::list(sheet, news)) }
        }
    } else if fault.is(Slug::ActRefused) && missing.is_empty() && sheet.fields.has_changes() {
        html! { p { (l.t("这一步没有做成。有填了还没保存的结果：先按“保存结果”，再下结论。", "This was not possible. Results are typed and not saved yet: save them, then conclude.")) } }
    } else if fault.is(Slug::ActRefused) && !missing.is_empty() {
        html! {
            p { (l.t("这一步没有做成。要下结论，先填好下面还没有结果的项目；填了还没保存的，先按“保存结果”。", "This was not possible. For a conclusion, first enter the results that are missing below; what is typed and not saved yet, save first.")) }
            p { (l.t("还没有结果的项目：", "Still without a result: ")) (results::listed(l, &missing)) }
        }
    } else if sheet.wrongs.is_empty() {
        html! {
            p { (fault_words(l, fault, &|pointer| sheet.label_of(pointer))) }
            @if !news.is_empty() { (history::list(sheet, news)) }
        }
    } else {
        let is_wordless = sheet.wrongs.0.iter().all(|it| it.at.starts_with("w:"));
        html! {
            @if is_wordless { p { (l.t("没有退回。还没写给申请人的话：", "Not returned. Words for the applicant are missing:")) } }
            @else { p { (l.t("还没有做。先改这几处：", "Not done yet. To be changed first:")) } }
            (sheet.wrongs.links(l))
        }
    };
    html! { div role="alert" { (note("hc-bad", &inside)) } }
}

/// What somebody typed into a form that is not on the page any more: it cannot be sent from here, and is not lost.
pub(super) fn left_over(sheet: &Sheet<'_>, body: &str) -> Markup {
    let (l, form) = (sheet.l, sheet.fields.form());
    let is_there = ["act/", "certificate/", ""]
        .iter()
        .any(|place| body.contains(&format!("action=\"/desk/a/{}/{place}{form}\"", sheet.full.record.id)));
    let typed: Vec<(&str, &str)> = sheet.fields.own().filter(|(name, _)| !name.starts_with("d:")).collect();
    if is_there || typed.is_empty() {
        return html! {};
    }
    let told = |(name, text): (&str, &str)| match name.strip_prefix("w:") {
        Some(pointer) => (sheet.label_of(&Pointer::from_text(pointer)), text.to_owned()),
        None if results::is_of_form(sheet.fields) => entering::told(sheet.office, l, &sheet.full, name, text),
        None => (words::of_field(l, form, name), text.to_owned()),
    };
    note(
        "hc-warn",
        &html! {
            p class="hc-label" { (l.t("您写过、没有送出的内容，可以从这里抄走：", "What you wrote and did not send; you can copy it from here:")) }
            @for (label, text) in typed.into_iter().map(told) { p { (label) (l.t("：", ": ")) q { (text) } } }
        },
    )
}

/// What was done just now, as the timeline has it; nothing, once something else has happened since. What no event tells of
/// (results, what is examined) is told as long as the address says so.
pub(super) fn done(sheet: &Sheet<'_>, done: &str) -> Markup {
    let l = sheet.l;
    let event = sheet.full.record.events.first().filter(|last| last.act.code() == done);
    let inside = match (event, done) {
        (Some(event), _) => html! { p { b { (l.t("已做：", "Done: ")) } } (history::told(sheet, event)) },
        (None, results::FORM) => html! { p { (l.t("结果已保存。", "The results are saved.")) } },
        (None, results::UNCHANGED) => {
            html! { p { (l.t("没有改动，所以没有要保存的。", "Nothing was changed, so there was nothing to save.")) } }
        }
        (None, "clock") => {
            html! { p { (l.t("时间已拨。到那天该发生的都发生了。", "The clock was moved; what is due by then has happened.")) } }
        }
        (None, "also") => html! { p { (l.t("体检项目已改。", "What is examined has been changed.")) } },
        (None, _) => return html! {},
    };
    html! { div role="status" { (note("hc-ok", &inside)) } }
}
