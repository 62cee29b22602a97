//! What is asked once before an act that may be a slip: the page comes again with the question, and nothing is done yet.
use super::{
    WHO,
    fields::Fields,
    page::{day_short, moment, note},
    results,
    sheet::Sheet,
    words::Language,
};
use crate::office::{Answer, FullApplication, Office};
use contract::{
    application::Act,
    examination::{Proposal, propose},
};
use maud::{Markup, html};

/// Why somebody is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Everything is accepted, and something is marked to be returned.
    Marked,
    /// Passed, and the results suggest something else.
    Against,
    /// Here today, and the visit is on another day.
    OtherDay,
    /// A virus was found in a document: all of it goes back at once.
    Virus,
}

impl Question {
    /// What a form says that answers it.
    const fn code(self) -> &'static str {
        match self {
            Self::Marked => "marked",
            Self::Against => "against",
            Self::OtherDay => "other-day",
            Self::Virus => "virus",
        }
    }

    /// What has to be asked before this, if it was not answered already.
    pub(super) async fn before(office: &Office, id: &str, act: Act, fields: &Fields) -> Answer<Option<Self>> {
        let could = [
            (Act::Accept, Self::Marked),
            (Act::Pass, Self::Against),
            (Act::Attend, Self::OtherDay),
            (Act::ScanReturn, Self::Virus),
        ];
        let could = could.into_iter().find(|(it, _)| *it == act).map(|(_, question)| question);
        // What was answered is not looked at again: each look at an application is noted.
        let Some(question) = could.filter(|it| fields.get("sure") != it.code()) else { return Ok(None) };
        let is_asked = match question {
            Self::Marked => fields.below("d:", "return").next().is_some(),
            Self::Against => {
                let full = office.full(id, WHO).await?;
                // What is missing is said without a question.
                office.missing(&full.matter).is_empty() && propose(results::found(&full)) != Proposal::Pass
            }
            Self::OtherDay => is_other_day(office, &office.full(id, WHO).await?),
            Self::Virus => true,
        };
        Ok(is_asked.then_some(question))
    }

    pub(super) fn draw(self, sheet: &Sheet<'_>) -> Markup {
        let l = sheet.l;
        let inside = match self {
            Self::Marked => marked(sheet),
            Self::Against => html! {
                p { (results::suggested(sheet)) }
                p { (l.t("还没有判为合格。", "Not passed yet.")) }
                (self.yes(sheet, "pass", l.t("仍然判为合格", "Pass all the same")))
            },
            Self::OtherDay => html! {
                p { (other_day(sheet)) }
                (self.yes(sheet, "attend", l.t("人今天就在这里，记下", "The person is here today, note it")))
            },
            Self::Virus => html! {
                p { (l.t("这会把申请退回，请申请人换这一份材料。还没有退回。", "This sends the application back for that document to be replaced. Nothing is sent back yet.")) }
                (self.yes(sheet, "scan-return", l.t("扫描确实发现病毒，退回", "A scan did find a virus, send it back")))
            },
        };
        html! { div role="alert" { (note("hc-warn", &inside)) } }
    }

    /// The form that answers.
    fn yes(self, sheet: &Sheet<'_>, act: &str, label: &str) -> Markup {
        html! {
            form method="post" action=(sheet.act(act)) {
                (sheet.drawn())
                @if self == Self::Virus { input type="hidden" name="document" value=(sheet.fields.get("document")); }
                button class="hc-btn hc-btn--quiet" name="sure" value=(self.code()) { (label) }
            }
        }
    }
}

/// The buttons are of the form that has the marks: what is changed there now goes along.
fn marked(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    let marked: Vec<&str> = sheet.fields.below("d:", "return").collect();
    html! {
        p { (l.t("还没有通过。这些标了退回：", "Not accepted yet. These are marked to be returned:")) }
        ul { @for pointer in &marked { li { a class="hc-link" href={ "#w:" (pointer) } { (sheet.label_of(&contract::questionnaire::Pointer::from_text(*pointer))) } } } }
        div class="hc-row" {
            button class="hc-btn" form="review" formnovalidate { (returns(l, marked.len())) }
            button class="hc-btn hc-btn--quiet" form="review" formaction=(sheet.act("accept")) name="sure" value=(Question::Marked.code()) { (l.t("不退回，都通过", "Return nothing, accept all")) }
        }
    }
}

fn returns(l: Language, count: usize) -> String {
    match l {
        Language::Chinese => format!("退回这 {count} 处"),
        Language::English => format!("Return these {count}"),
    }
}

fn other_day(sheet: &Sheet<'_>) -> String {
    let l = sheet.l;
    let visit = sheet.full.record.examination.appointment.as_ref();
    let visit = visit.map(|visit| moment(l, visit.slot.start)).unwrap_or_default();
    let today = day_short(l, today(sheet.office, &sheet.full));
    match l {
        Language::Chinese => format!("预约的是 {visit}，今天是 {today}。还没有记为到场。"),
        Language::English => format!("The visit is on {visit}, and today is {today}. Not noted as attended yet."),
    }
}

fn today(office: &Office, full: &FullApplication) -> chrono::NaiveDate {
    full.matter.now(office.now()).date_naive()
}

fn is_other_day(office: &Office, full: &FullApplication) -> bool {
    let visit = full.record.examination.appointment.as_ref();
    visit.is_some_and(|visit| visit.slot.start.date_naive() != today(office, full))
}
