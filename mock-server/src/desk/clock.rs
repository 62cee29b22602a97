//! The clock of one application, for whoever wants to see what time does: a missed visit, a matter that lapses, a renewal that
//! opens, a certificate that ends. It goes forward alone: what time has done is not undone.
use super::{
    WHO,
    fields::Fields,
    page::{day, day_in_week, folded},
    sheet::{self, Sheet},
    words::Language,
};
use crate::office::{Answer, Fault, Office};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use contract::questionnaire::Pointer;
use maud::{Markup, html};

/// The form and its one field.
const FORM: &str = "clock";
const FIELD: &str = "day";

pub(super) fn draw(sheet: &Sheet<'_>) -> Markup {
    let l = sheet.l;
    let today = sheet.full.matter.now(sheet.office.now()).date_naive();
    let part = sheet.part(FORM);
    let inside = html! {
        p { (l.t("这份申请现在当作：", "For this application it is now ")) b { (day_in_week(l, today)) } (l.t("。", ".")) }
        form method="post" action={ "/desk/a/" (sheet.full.record.id) "/clock" } {
            (sheet.drawn())
            (part.line(FIELD, "date", true, l.t("只能往后，不能再拨回来；到那天该发生的马上发生", "Forward only, and never back; what is due by then happens at once")))
            button class="hc-btn hc-btn--quiet" { (l.t("拨到这一天", "Move to this day")) }
        }
        @let days = days(sheet, today);
        @if !days.is_empty() {
            form class="hc-row" method="post" action={ "/desk/a/" (sheet.full.record.id) "/clock" } {
                (sheet.drawn())
                @for (name, at) in days { button class="hc-btn hc-btn--quiet" name=(FIELD) value=(at) { (name) " " (day(l, at)) } }
            }
        }
    };
    folded(l.t("这份申请的时间…", "The clock of this application…"), part.is_open(), inside)
}

/// Days on which something happens, in their order.
fn days(sheet: &Sheet<'_>, today: NaiveDate) -> Vec<(&'static str, NaiveDate)> {
    let (l, record) = (sheet.l, &sheet.full.record);
    let certificate = record.certificate.as_ref();
    let after = |it: NaiveDate| it.succ_opt();
    let visit = record.examination.appointment.as_ref().map(|it| it.slot.start.date_naive());
    let all = [
        (l.t("体检当天", "The visit"), visit),
        (l.t("申请人逾期", "The applicant is late"), record.due_on.and_then(after)),
        (l.t("答复逾期", "The answer is late"), record.reply_by.and_then(after)),
        (l.t("可以换证", "Renewal opens"), certificate.and_then(|it| it.renew_from)),
        (l.t("证件过期", "The certificate has ended"), certificate.and_then(|it| after(it.valid_until))),
    ];
    let mut days: Vec<_> =
        all.into_iter().filter_map(|(name, at)| Some((name, at?))).filter(|(_, at)| *at > today).collect();
    days.sort_by_key(|(_, at)| *at);
    days
}

/// Moves it.
pub(super) async fn set(
    State(office): State<Office>,
    l: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent(FORM, fields);
    let did = run(&office, &id, &fields).await;
    sheet::answered(&office, l, &id, &fields, did).await
}

async fn run(office: &Office, id: &str, fields: &Fields) -> Answer<()> {
    let day = NaiveDate::parse_from_str(fields.get(FIELD), "%Y-%m-%d")
        .map_err(|_| Fault::invalid(Pointer::member(FIELD), "format"))?;
    office.be_on(id, WHO, fields.drawn().as_ref(), day).await
}
