//! The certificate of an application: what it says, and stopping it.
use super::{
    WHO,
    fields::Fields,
    page::{self, day, folded},
    sheet::{self, Sheet},
    words::{self, Language},
};
use crate::{
    issue,
    office::{Answer, CertificateRow, Fault, Office, Served},
};
use axum::{
    Form,
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use contract::api::CertificateState;
use maud::{Markup, html};

/// What its holder can save.
const PDF: &str = "certificate.pdf";
const PICTURE: &str = "certificate.png";

pub(super) fn draw(sheet: &Sheet<'_>, row: &CertificateRow) -> Markup {
    let l = sheet.l;
    let id = &sheet.full.record.id;
    let mark = |name: &str| format!("/desk/a/{id}/certificate/{name}");
    let file = |name: &str| format!("/desk/a/{id}/files/{name}");
    let missing = issue::missing_characters(&row.name);
    html! {
        h2 class="hc-h2" { (l.t("证件", "Certificate")) }
        div class="hc-card" {
            p { b { bdi { (row.number) } } " " span class={ "hc-tag " (if row.state == CertificateState::Valid { "hc-ok" } else { "hc-bad" }) } { (words::certificate(l, row.state)) } }
            p class="hc-meta" { (day(l, row.valid_from)) " – " (day(l, row.valid_until)) " · " (l.t("状态表第", "status entry")) " " (row.index) }
            p {
                a class="hc-link" href=(file(PDF)) { (l.t("看 PDF", "See the PDF")) } " "
                a class="hc-link" href=(file(PICTURE)) { (l.t("看图片", "See the picture")) }
            }
            @if let Some(said) = &row.words { p lang=(said.lang) { (said.text) } }
            @if !missing.is_empty() {
                p class="hc-warn" { (l.t("这台机器的字库缺字，PDF 和图片上会空着：", "No font on this machine has these characters; PDF and picture leave them empty: ")) bdi { (missing.iter().collect::<String>()) } }
            }
        }
        @if row.state == CertificateState::Suspended {
            div class="hc-row" { (sheet.button(&mark("reinstate"), "hc-btn--quiet", l.t("恢复使用", "Reinstate"))) }
        }
        @if row.state == CertificateState::Valid {
            @let part = sheet.part("suspend");
            (folded(l.t("暂停使用…", "Suspend…"), part.is_open(), html! {
                form method="post" action=(mark("suspend")) {
                    (sheet.drawn())
                    (part.needed("words", l.t("原样给持证人看", "Shown to the holder word for word")))
                    button class="hc-btn hc-btn--bad" { (l.t("暂停使用", "Suspend")) }
                }
            }))
        }
        @if matches!(row.state, CertificateState::Valid | CertificateState::Suspended) {
            @let part = sheet.part("revoke");
            (folded(l.t("注销证件…", "Revoke…"), part.is_open(), html! {
                form method="post" action=(mark("revoke")) {
                    (sheet.drawn())
                    (part.needed("words", l.t("注销以后不能恢复。原样给持证人看", "This cannot be undone. Shown to the holder word for word")))
                    button class="hc-btn hc-btn--bad" { (l.t("注销证件", "Revoke")) }
                }
            }))
        }
    }
}

/// Suspends, reinstates or revokes.
pub(super) async fn mark(
    State(office): State<Office>,
    l: Language,
    Path((id, mark)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::sent(&mark, fields);
    let did = run(&office, &id, &mark, &fields).await;
    sheet::answered(&office, l, &id, &fields, did).await
}

/// What its holder can save, to look at.
pub(super) async fn file(
    State(office): State<Office>,
    l: Language,
    Path((id, file)): Path<(String, String)>,
) -> Response {
    match served(&office, l, &id, &file).await {
        Ok(served) => ([(header::CONTENT_TYPE, served.media_type)], served.bytes).into_response(),
        Err(fault) => page::refusal(l, &fault),
    }
}

async fn served(office: &Office, l: Language, id: &str, file: &str) -> Answer<Served> {
    let on_paper = match file {
        PDF => true,
        PICTURE => false,
        _ => return Err(Fault::not_found()),
    };
    let certificate = office.certificate_of(id).await?;
    office.certificate_at_desk(&certificate, l.tag(), on_paper, WHO).await
}

async fn run(office: &Office, id: &str, mark: &str, fields: &Fields) -> Answer<()> {
    let seen = fields.drawn();
    let seen = seen.as_ref();
    let certificate = office.certificate_of(id).await?;
    match mark {
        "suspend" => office.suspend(&certificate, WHO, seen, fields.words("words")).await?,
        "reinstate" => office.reinstate(&certificate, WHO, seen).await?,
        "revoke" => office.revoke(&certificate, WHO, seen, fields.words("words")).await?,
        _ => return Err(Fault::not_found()),
    };
    Ok(())
}
