//! The certificate in its holder's hands, and what a stranger makes of it.
use super::{Visitor, desk::PAGES, examination, verify};
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
    person::Person,
};
use anyhow::{Context, ensure};
use mock_server::office::OfficeAct;
use serde_json::json;

pub(super) async fn walk(
    house: &House,
    phone: &Browser,
    language: &'static str,
    visitor: &Visitor,
) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), language)?;
    let id = examination::submitted(&applicant).await?;
    let computer = house.computer().await?;
    let walked = issued(&applicant, visitor, &house.person(&computer), &id).await;
    computer.close(walked).await?;
    collecting(&applicant, visitor, &id).await?;
    let certificate = holding(&applicant, visitor).await?;
    let text = find::evaluate(&phone.driver, &CODE.replace("{id}", &certificate)).await?;
    let text = text.as_str().context("no credential")?.to_owned();
    looking_up(&applicant, visitor, &id).await?;
    verify::walk(house, language, visitor, &text, &certificate).await?;
    revoked(&applicant, visitor, &certificate).await
}

/// What the office does until the certificate is there; what its clerk sees of it is looked at.
async fn issued(applicant: &Applicant<'_>, visitor: &Visitor, clerk: &Person<'_>, id: &str) -> anyhow::Result<()> {
    let (house, sheet) = (applicant.house, format!("/desk/a/{id}"));
    house.act(id, OfficeAct::Begin).await?;
    visitor.at_the_desk(clerk, &sheet, "全部通过").await?;
    house.act(id, OfficeAct::Accept { category: None }).await?;
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.takes_a_time(2, 0).await?;
    applicant.books("exam.go").await?;
    house.act(id, OfficeAct::Attend { site: None }).await?;
    visitor.at_the_desk(clerk, &sheet, "保存结果").await?;
    house.record_normal(id).await?;
    house.act(id, OfficeAct::Pass).await?;
    visitor.at_the_desk(clerk, &sheet, "发证").await?;
    house.act(id, OfficeAct::Issue).await?;
    visitor.at_the_desk(clerk, &sheet, "已发证").await?;
    for (path, words) in PAGES {
        visitor.at_the_desk(clerk, path, words).await?;
    }
    Ok(())
}

async fn collecting(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.has_status(id, "issued").await?;
    visitor.at(applicant, "44-status-issued").await?;
    applicant.follows(id, "progress.go.issued", "/collect").await?;
    applicant.finds("button", speech.say("collect.go")?).await?;
    visitor.at(applicant, "45-collect").await?;
    applicant.says("collect.go").await?;
    applicant.sees(speech.say("collect.e.name")?).await?;
    visitor.at(applicant, "46-collect-empty").await?;
    applicant.proves_with(applicant.name, "000000").await?;
    applicant.sees(speech.part("p.identity-mismatch")?).await?;
    visitor.at(applicant, "47-collect-wrong").await?;
    let tail: String = applicant.number.chars().skip(applicant.number.len() - 6).collect();
    applicant.fills(speech.begin("collect.tail")?, &tail).await?;
    applicant.says("collect.go").await?;
    applicant.sees(speech.say("cert.title")?).await
}

/// The page of the certificate and what can be done there; gives back its id.
async fn holding(applicant: &Applicant<'_>, visitor: &Visitor) -> anyhow::Result<String> {
    let speech = &applicant.speech;
    applicant.sees(speech.say("cert.kept")?).await?;
    let url = applicant.driver.current_url().await?.to_string();
    let certificate = url.split("/c/").nth(1).context("no certificate in the address")?.to_owned();
    visitor.at(applicant, "48-certificate").await?;
    applicant.says("cert.show").await?;
    applicant.finds("button", speech.say("cert.close")?).await?;
    visitor.at(applicant, "49-certificate-shown").await?;
    applicant.says("cert.close").await?;
    applicant.says("cert.more").await?;
    applicant.sees(speech.say("cert.file")?).await?;
    visitor.at(applicant, "50-certificate-formats").await?;
    applicant.driver.execute(PRINTER, vec![]).await?;
    for (paper, button, millimetres) in [("a6", "cert.print", [105.0, 148.0]), ("a4", "cert.print.a4", [210.0, 297.0])]
    {
        applicant.says(button).await?;
        let asked = applicant.driver.execute("return globalThis.asked.splice(0)", vec![]).await?;
        ensure!(*asked.json() == json!([paper]), "{button} asks for paper {}", asked.json());
        visitor.on_paper(applicant, &format!("51-certificate-printed-{paper}"), millimetres).await?;
    }
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    visitor.at(applicant, "52-home-certificate").await?;
    Ok(certificate)
}

/// Progress without signing in, by what stands on the receipt.
async fn looking_up(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    let full = house.office()?.full(id, "a test").await.map_err(refused)?;
    let number = full.record.number.context("no number")?;
    applicant.goes_to("/lookup").await?;
    applicant.fills(speech.say("lookup.number")?, &number).await?;
    applicant.fills(speech.say("lookup.tail")?, &applicant.number[applicant.number.len() - 4..]).await?;
    applicant.fills(speech.say("lookup.phone")?, applicant.phone).await?;
    let phone = format!("+86{}", applicant.phone);
    let before = house.code_for(&phone).await?;
    applicant.says("signin.send").await?;
    applicant.waits("a new code", async || Ok(house.code_for(&phone).await? != before)).await?;
    visitor.at(applicant, "53-lookup-code").await?;
    applicant.fills(speech.say("signin.code")?, &house.code_for(&phone).await?).await?;
    applicant.says("lookup.go").await?;
    applicant.sees(speech.say("lookup.found")?).await?;
    visitor.at(applicant, "54-lookup-found").await
}

async fn revoked(applicant: &Applicant<'_>, visitor: &Visitor, certificate: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/c/{certificate}")).await?;
    applicant.sees(applicant.speech.part("cert.revoked.ask")?).await?;
    visitor.at(applicant, "71-certificate-revoked").await
}

impl Visitor {
    /// As it comes out of a printer: one sheet of that size.
    async fn on_paper(&self, applicant: &Applicant<'_>, place: &str, millimetres: [f64; 2]) -> anyhow::Result<()> {
        let settings = json!({ "preferCSSPageSize": true, "printBackground": true });
        let printed = applicant.driver.cdp().send_raw("Page.printToPDF", settings).await?;
        let file = super::file_of(&printed)?;
        let sheets = sheets(&file);
        let fits = |sheet: &[f64; 2]| sheet.iter().zip(millimetres).all(|(is, due)| (is - due).abs() < 1.0);
        ensure!(sheets.len() == 1 && sheets.iter().all(fits), "{place} is printed on {sheets:?} mm");
        let Self::Camera(folder) = self else { return Ok(()) };
        super::keep(&folder.join(applicant.speech.language).join("paper"), &format!("{place}.pdf"), &file)
    }
}

/// Width and height of each page of a printed file, in millimetres.
fn sheets(pdf: &[u8]) -> Vec<[f64; 2]> {
    let text = String::from_utf8_lossy(pdf);
    let boxes = text.split("/MediaBox [").skip(1).filter_map(|rest| rest.split(']').next());
    let corners = boxes.map(|numbers| numbers.split_whitespace().filter_map(|number| number.parse().ok()).collect());
    let sizes = corners.filter_map(|corners: Vec<f64>| Some([*corners.get(2)?, *corners.get(3)?]));
    sizes.map(|points| points.map(|points| points / 72.0 * 25.4)).collect()
}

/// Nobody chooses a printer here: what the page says of the paper when it asks for one is noted.
const PRINTER: &str = "globalThis.asked = [];
    globalThis.print = () => asked.push(document.documentElement.getAttribute('data-hc-print'));";

const CODE: &str = r"fetch('/api/v1/certificates/{id}', { headers: { 'X-HC-Request': '1' } }).then(a => a.json()).then(c => c.credential)";
