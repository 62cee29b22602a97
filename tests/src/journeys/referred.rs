//! Some results ask something of their person: a doctor, or to be repeated. They are found without uncovering any.
use crate::{
    applicant::Applicant,
    browser::Browser,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use contract::examination::{Entry, Person, Sex, observe};
use mock_server::office::{OfficeAct, Recording};

/// Asks for a doctor, and to be repeated.
const ASKING: [(&str, &str, &str); 2] =
    [("chest-x-ray", "suspected", "胸部 X 光"), ("hav-igm", "indeterminate", "甲肝抗体（IgM）")];

pub(super) async fn finds_what_asks(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    applicant.follows(&id, "progress.go.accepted", "/examination").await?;
    applicant.takes_a_time(2, 0).await?;
    applicant.books("exam.go").await?;
    house.act(&id, OfficeAct::Attend { site: None }).await?;
    house.record_normal(&id).await?;
    are_found(house, &id).await?;
    let refer = OfficeAct::Refer {
        place: "示例医院".into(),
        address: "示例路 99 号 3 楼".into(),
        bring: vec![],
        words: None,
        due_on: None,
    };
    house.act(&id, refer).await?;
    applicant.goes_to(&format!("/a/{id}/examination/results")).await?;
    applicant.sees(&speech.say("res.fail.several")?.replace("{n}", "2")).await?;
    applicant.sees(&speech.say("res.asks")?.replace("{n}", "2")).await?;
    let first: Vec<String> = applicant.driver.execute(MARKED, vec![]).await?.convert()?;
    let mark = speech.say("res.look")?;
    ensure!(
        first == ASKING.map(|(_, _, name)| format!("{name} {mark}")),
        "what asks something is not first: {first:?}"
    );
    ensure!(!applicant.reads().await?.contains("可疑"), "to be found it had to be uncovered");
    applicant.button(&speech.say("res.show.what")?.replace("{what}", ASKING[1].2)).await?;
    applicant.sees(speech.say("res.means.repeat")?).await?;
    is_printed(&applicant).await
}

/// The rows with a mark, as far as all before them have one too.
const MARKED: &str = "const rows = [...document.querySelectorAll('.hc-sum dt')];
    const end = rows.findIndex(row => !row.querySelector('.hc-tag'));
    return rows.slice(0, end).map(row => row.textContent.replace(/\\s+/g, ' ').trim())";

async fn are_found(house: &House, id: &str) -> anyhow::Result<()> {
    let office = house.office()?;
    let (man, day) = (Person { sex: Some(Sex::Male), age: Some(36) }, office.now().date_naive());
    let mut observations = vec![];
    for (item, code, _) in ASKING {
        let item = office.catalogue.examination.items.get(item).context("no such item")?;
        observations.push(observe(item, &Entry::Finding { code: code.into(), text: None }, man, day));
    }
    let recording = Recording { observations, ..Recording::default() };
    office.record_results(id, "a test", recording).await.map(drop).map_err(refused)
}

/// By its button, and on the paper stands where to go, and nothing that can be pressed.
async fn is_printed(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.driver.execute("globalThis.printed = 0; globalThis.print = () => printed++", vec![]).await?;
    applicant.says("res.print").await?;
    let times = applicant.driver.execute("return printed", vec![]).await?;
    ensure!(times.json().as_u64() == Some(1), "printed {} times", times.json());
    let cdp = applicant.driver.cdp();
    cdp.send_raw("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" })).await?;
    let text = applicant.reads().await?;
    ensure!(text.contains("示例路"), "where to go is not on the paper:\n{text}");
    for key in ["res.print", "res.print.hint", "progress.title.unnamed", "res.show"] {
        let words = applicant.speech.say(key)?;
        ensure!(!text.lines().any(|line| line.trim() == words), "{words:?} is on the paper:\n{text}");
    }
    cdp.send_raw("Emulation.setEmulatedMedia", serde_json::json!({ "media": "" })).await.map(drop)?;
    Ok(())
}
