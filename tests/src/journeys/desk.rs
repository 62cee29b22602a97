//! Somebody who works at the desk and has typed more than what is sent by one button.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Returning};

/// Whether the browser would ask before this page is left.
const ASKS: &str = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))";

pub(super) async fn unsent(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    super::certificate::booked(&applicant, &id).await?;
    house.act(&id, OfficeAct::Attend { site: None }).await?;
    applicant.goes_to(&format!("/desk/a/{id}")).await?;
    let asks = async || find::evaluate(&phone.driver, ASKS).await.map(|asks| asks == true);
    ensure!(!asks().await?, "nothing was typed");
    applicant.fills("丙氨酸氨基转移酶（ALT）", "23").await?;
    ensure!(asks().await?, "what was typed would be lost without a word");
    // The form that is sent itself loses nothing.
    let sends = "(document.querySelector('form[action$=\"/results\"]').dispatchEvent(new Event('submit', { bubbles: true })), true)";
    find::evaluate(&phone.driver, sends).await?;
    ensure!(!asks().await?, "what is being sent is asked about");
    // A conclusion that waits for what is typed leaves it there.
    applicant.button("体检合格").await?;
    applicant.sees("填了还没保存的，先按“保存结果”").await?;
    let field = applicant.finds("textbox", "丙氨酸氨基转移酶（ALT）").await?;
    ensure!(field.value().await?.as_deref() == Some("23"), "what was typed is gone");
    ensure!(asks().await?, "what was typed would be lost without a word");
    // Loaded again, or gone back to, it is a page like any other: nothing is sent once more, and what was typed is there.
    phone.driver.refresh().await?;
    ensure!(phone.driver.current_url().await?.path() == format!("/desk/a/{id}"), "the act would be sent again");
    let field = applicant.finds("textbox", "丙氨酸氨基转移酶（ALT）").await?;
    applicant.waits("what was typed", async || Ok(field.value().await?.as_deref() == Some("23"))).await?;
    applicant.no_longer_sees("填了还没保存的，先按“保存结果”").await
}

/// What the tab keeps of the desk.
const KEPT: &str = "Object.keys(sessionStorage).filter(key => key.startsWith('hc-desk')).length";
/// Nothing is marked, and nothing stands in a field for words.
const EMPTY: &str = "!document.querySelector('input[value=return]:checked') && [...document.querySelectorAll('textarea')].every(it => !it.value)";
/// Said above what came back.
const SAID: &str = "这里是您写过、还没有送到的内容";

pub(super) async fn kept(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.has_handed_in().await?;
    house.act(&id, OfficeAct::Begin).await?;
    let desk = format!("/desk/a/{id}");
    let opens = async || applicant.goes_to(&desk).await;
    let keeps = async || find::evaluate(&phone.driver, KEPT).await;
    opens().await?;
    ensure!(keeps().await? == 0 && !applicant.reads().await?.contains(SAID), "nothing was typed");
    let (label, words) = (applicant.speech.short("work.post")?, "请写全称 <b>&amp;</b>");
    let label = label.as_str();
    applicant.picks(label, "退回").await?;
    applicant.fills(&format!("给申请人的话：{label}"), words).await?;

    // Opened anew, it stands there and is said to be kept; and the button counts it.
    opens().await?;
    applicant.sees(SAID).await?;
    ensure!(applicant.has("button", "退回 1 处").await?, "the mark is gone");
    ensure!(typed(&applicant, label).await? == words, "the words are gone");

    // Thrown away, it is.
    applicant.button("不要了").await?;
    applicant.no_longer_sees(SAID).await?;
    let empty = find::evaluate(&phone.driver, EMPTY).await? == true;
    ensure!(empty && keeps().await? == 0, "it is still kept");
    opens().await?;
    ensure!(!applicant.reads().await?.contains(SAID), "it is back");

    // Sent, and lost on the way: it is there again.
    applicant.picks(label, "退回").await?;
    applicant.fills(&format!("给申请人的话：{label}"), words).await?;
    sends_in_vain(&applicant, phone).await?;
    opens().await?;
    applicant.sees(SAID).await?;
    ensure!(typed(&applicant, label).await? == words, "what was lost on its way is lost");

    // Sent again, and this time the office has it and its answer is lost.
    sends_in_vain(&applicant, phone).await?;
    house.act(&id, sent_back(words)).await?;
    opens().await?;
    applicant.waits("what the office has to be kept no longer", async || Ok(keeps().await? == 0)).await?;

    // Refused, because somebody else was first: it is there when the page is loaded again.
    house.act(&id, OfficeAct::Receive { words: Words::new("本人来过", "zh-CN") }).await?;
    opens().await?;
    ensure!(!applicant.reads().await?.contains(SAID), "words of the last return come back");
    applicant.picks(label, "退回").await?;
    applicant.fills(&format!("给申请人的话：{label}"), words).await?;
    house.act(&id, sent_back(words)).await?;
    house.act(&id, OfficeAct::Receive { words: Words::new("本人又来过", "zh-CN") }).await?;
    applicant.button("退回 1 处").await?;
    applicant.sees("还没有做：").await?;
    phone.driver.refresh().await?;
    applicant.sees(SAID).await?;
    applicant.no_longer_sees("还没有做：").await?;
    ensure!(typed(&applicant, label).await? == words, "what was refused is gone");
    applicant.button("不要了").await?;

    // What the office takes at once is not kept either, and comes back nowhere.
    applicant.picks(label, "退回").await?;
    applicant.fills(&format!("给申请人的话：{label}"), words).await?;
    applicant.button("退回 1 处").await?;
    applicant.sees("已退回").await?;
    applicant.waits("nothing to be kept", async || Ok(keeps().await? == 0)).await?;
    // What was done is said once, and not again by an address that is loaded anew.
    applicant.sees("已做：").await?;
    ensure!(find::evaluate(&phone.driver, "location.search").await? == "", "the address says it again");
    Ok(())
}

/// Presses the button while there is no network.
async fn sends_in_vain(applicant: &Applicant<'_>, phone: &Browser) -> anyhow::Result<()> {
    phone.set_offline(true).await?;
    applicant.button("退回 1 处").await?;
    applicant.no_longer_sees("健康证工作台").await?;
    phone.set_offline(false).await
}

/// What stands as words for an item.
async fn typed(applicant: &Applicant<'_>, label: &str) -> anyhow::Result<String> {
    let field = applicant.finds("textbox", &format!("给申请人的话：{label}")).await?;
    Ok(field.value().await?.unwrap_or_default())
}

fn sent_back(words: &str) -> OfficeAct {
    let (pointer, words) = (Pointer::item("work.post"), Words::new(words, "zh-CN"));
    OfficeAct::Return(vec![Returning { pointer, code: ReturnCode::Incorrect, words }])
}
