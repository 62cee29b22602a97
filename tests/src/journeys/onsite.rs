//! From the entrance to the certificate by way of an examination on site. The office's part is clicked at the desk.
use crate::{
    applicant::Applicant,
    browser::Browser,
    clerk::{Clerk, Found, NOTHING_WRONG, SentBack, at_the_desk},
    engine::Engine,
    fixtures::{self, Files},
    house::{House, refused},
};
use anyhow::{Context, ensure};
use image::GenericImageView;
use mock_server::office::FullApplication;
use std::fs;

const WORDS: &str = "照片有点暗，请在窗边再拍一张。";

pub(super) async fn examined(house: &House, phone: &Browser) -> anyhow::Result<()> {
    at_the_desk(house, async |clerk| examined_by(house, phone, clerk).await).await
}

async fn examined_by(house: &House, phone: &Browser, clerk: &Clerk<'_>) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    has_one_next_step(&applicant, &id, "submitted", 0).await?;
    one_item_comes_back(&applicant, clerk, &id).await?;
    has_one_next_step(&applicant, &id, "resubmitted", 0).await?;
    clerk.accepts(applicant.name).await?;
    has_one_next_step(&applicant, &id, "accepted", 1).await?;
    let code = makes_an_appointment(&applicant, &id).await?;
    has_one_next_step(&applicant, &id, "booked", 1).await?;

    clerk.finds_by_code(&code).await?;
    clerk.takes_in().await?;
    has_one_next_step(&applicant, &id, "examined", 0).await?;
    clerk.records(&NOTHING_WRONG).await?;
    clerk.does("体检合格").await?;
    has_one_next_step(&applicant, &id, "passed", 0).await?;
    reads_the_results(&applicant, &id).await?;
    clerk.does("发证").await?;
    has_one_next_step(&applicant, &id, "issued", 1).await?;
    applicant.follows(&id, "progress.go.issued", "/collect").await?;
    applicant.collects().await?;
    reads_what_happened(&applicant, &id).await
}

/// In this state one sentence says what comes next, and it is that of the state. Where it is the applicant's turn there is
/// one panel with one way to go, else none.
async fn has_one_next_step(applicant: &Applicant<'_>, id: &str, state: &str, panels: usize) -> anyhow::Result<()> {
    // What is said is the same in every engine, and in WebKit each page takes a while.
    if applicant.engine() == Engine::WebKit {
        return Ok(());
    }
    applicant.has_status(id, state).await?;
    let key = format!("next.{state}");
    let text = applicant.reads().await?;
    let said = text.lines().map(str::trim).filter_map(|line| applicant.speech.keys_of("next.", line).next());
    let said: Vec<_> = said.collect();
    ensure!(said.len() == 1 && said.iter().all(|it| it.starts_with(&key)), "next in {state}: {said:?} in\n{text}");
    let ways: Vec<usize> = applicant.driver.execute(WAYS, vec![]).await?.convert()?;
    ensure!(ways == vec![1; panels], "panels of what is next in {state}, by their ways: {ways:?}");
    Ok(())
}

/// Of each panel that says what the applicant does next, how many ways lead on from it.
const WAYS: &str =
    "return [...document.querySelectorAll('.hc-next')].map(it => it.querySelectorAll('a, button').length)";

/// In the end all four stages lie behind, and each act has its line, in order: what, who, and when; the reviewer's words too.
async fn reads_what_happened(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    has_one_next_step(applicant, id, "collected", 0).await?;
    applicant.has_status(id, "collected").await?;
    let stages: Vec<String> = applicant.driver.execute(STAGES, vec![]).await?.convert()?;
    let behind = |stage: &str| Ok(format!("{}{}", speech.say(stage)?, speech.say("progress.stage.done")?));
    let expected = ["stage.1", "stage.2", "stage.3", "stage.4"].into_iter().map(behind);
    let expected = expected.collect::<anyhow::Result<Vec<String>>>()?;
    ensure!(stages == expected, "the stages: {stages:?}");
    let lines: Vec<(String, String)> = applicant.driver.execute(LINES, vec![]).await?.convert()?;
    ensure!(lines.len() == ACTS.len(), "{} lines for {} acts: {lines:?}", lines.len(), ACTS.len());
    for (act, (line, when)) in ACTS.into_iter().zip(&lines) {
        let begins = speech.begin(&format!("event.{act}"))?;
        ensure!(line.starts_with(begins), "of {act} is said {line:?}");
        let time = when.split_whitespace().last().and_then(|it| it.rsplit('）').next()).unwrap_or_default();
        ensure!(when.contains('月') && time.len() == "00:00".len() && time.contains(':'), "{act} was at {when:?}");
    }
    let told = applicant.driver.execute("return document.querySelector('.hc-thread').textContent", vec![]).await?;
    ensure!(told.json().as_str().is_some_and(|told| told.contains(WORDS)), "the reviewer's words are not there");
    Ok(())
}

/// What was done on this way, by whomever.
const ACTS: [&str; 12] = [
    "submit",
    "begin",
    "return",
    "supplement",
    "begin",
    "accept",
    "book",
    "change",
    "attend",
    "pass",
    "issue",
    "collect",
];
const STAGES: &str = "return [...document.querySelectorAll('.hc-stages > li')].map(it => it.textContent.trim())";
/// What each line of what happened says, and when it was.
const LINES: &str = "return [...document.querySelectorAll('.hc-thread > li')]
    .map(it => [it.querySelector('h3').textContent.trim(), it.querySelector('.hc-meta').textContent.trim()])";

async fn one_item_comes_back(applicant: &Applicant<'_>, clerk: &Clerk<'_>, id: &str) -> anyhow::Result<()> {
    clerk.opens(applicant.name).await?;
    clerk.does("开始审核").await?;
    let label = applicant.speech.short("documents.portrait")?;
    clerk.sends_back(&SentBack { label: &label, reason: "看不清", words: WORDS }, "退回 1 处").await?;
    has_one_next_step(applicant, id, "returned", 1).await?;
    applicant.follows(id, "progress.go.returned", "/returned").await?;
    applicant.sees(WORDS).await?;
    let text = applicant.reads().await?;
    ensure!(
        !text.contains(&applicant.speech.short("documents.identity.front")?),
        "more than what was returned is asked for"
    );
    // The same photo once more is known, and the card says so.
    applicant.gives(&label, &applicant.house.files.path("portrait.jpg")).await?;
    applicant.sees(applicant.speech.say("doc.e.same-as-returned")?).await?;
    applicant.hands("documents.portrait", &applicant.house.files.path("another-portrait.jpg")).await?;
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await
}

/// Chooses a place and a time, books, thinks again and moves it; gives back the code to show.
async fn makes_an_appointment(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<String> {
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.ticks("radio", "样例区第二医院体检科").await?;
    // Not the first days: those can no longer be moved.
    let first = applicant.takes_a_time(2, 0).await?;
    applicant.sees_it_count_down().await?;
    applicant.books("exam.go").await?;
    applicant.sees(&first).await?;
    applicant.link(applicant.speech.say("act.change")?).await?;
    applicant.is_at("/examination").await?;
    applicant.sees(applicant.speech.begin("slot.now")?).await?;
    // The time one has is marked, and not among those to move to.
    applicant.sees(applicant.speech.say("slot.yours")?).await?;
    let free = applicant.free(applicant.speech.say("exam.time")?).await?;
    ensure!(!free.contains(&first), "{first} is moved to {first}");
    let second = applicant.takes_a_time(3, 2).await?;
    // Whoever looks at another day reads of which day the held time is.
    let held = applicant.countdown().await?;
    applicant.takes(applicant.speech.say("exam.day")?, 4).await?;
    let still = applicant.countdown().await?;
    let day = |words: &str| words.split('）').next().map(str::to_owned);
    ensure!(held.contains('月') && day(&held) == day(&still), "of which day is {still:?}, after {held:?}");
    ensure!(first != second, "the time to move to is the time that was booked");
    let code = applicant.books("exam.go.change").await?;
    applicant.sees(&second).await?;
    applicant.no_longer_sees(&first).await?;
    Ok(code)
}

/// Item by item; what is sensitive only for whoever asks for it.
async fn reads_the_results(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.follows(id, "progress.results", "/results").await?;
    let (covered, value, range) = (speech.say("res.covered")?, "23 U/L", "参考 9–50");
    for (item, _) in NOTHING_WRONG {
        applicant.sees(item).await?;
    }
    let text = applicant.reads().await?;
    ensure!(text.contains("未见异常"), "what is not sensitive is covered");
    ensure!(!text.contains(value) && !text.contains("阴性"), "what is sensitive is open");
    applicant.finds("img", covered).await?;
    let what = NOTHING_WRONG.iter().find(|(_, found)| matches!(found, Found::Number(_))).context("no number")?.0;
    applicant.button(&speech.say("res.show.what")?.replace("{what}", what)).await?;
    applicant.sees(value).await?;
    applicant.sees(range).await?;
    ensure!(!applicant.reads().await?.contains("阴性"), "one item uncovers another");
    applicant.button(&speech.say("res.hide.what")?.replace("{what}", what)).await?;
    applicant.no_longer_sees(value).await
}

pub(super) async fn files(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    let portrait = applicant.speech.short("documents.portrait")?;
    for (file, why) in [("text.jpg", "doc.e.photos"), ("cut-off.jpg", "doc.e.broken"), ("report.pdf", "doc.e.photos")] {
        applicant.gives(&portrait, &house.files.path(file)).await?;
        applicant.sees(applicant.speech.begin(why)?).await?;
    }
    let front = house.files.path("id-front.jpg");
    ensure!(fixtures::tells(&fs::read(&front)?), "the photo says nothing about where it was taken");
    applicant.hands("documents.identity.front", &front).await?;
    for (item, kind) in [("documents.identity.back", "png"), ("documents.portrait", "webp")] {
        let file = Files::telling(kind);
        ensure!(fixtures::tells(&fs::read(&file)?), "the {kind} says nothing");
        // A small one, which is said.
        applicant.insists_on(item, &file).await?;
    }
    let id = applicant.submits().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    ensure!(full.documents.len() == 3, "three files were sent, {} are there", full.documents.len());
    let insisted = |it: &contract::api::Document| it.insisted.iter().any(|advice| advice == "small");
    ensure!(full.documents.iter().any(|it| insisted(&it.document)), "the office does not learn what was insisted on");
    only_pictures_arrived(house, &full).await
}

/// Of no photo the office learns where it was taken, and each stands upright.
async fn only_pictures_arrived(house: &House, full: &FullApplication) -> anyhow::Result<()> {
    for found in &full.documents {
        let document = &found.document;
        let read = house.office()?.document_at_desk(&full.record.id, &document.id, "a test").await;
        let (_, bytes) = read.map_err(refused)?;
        ensure!(!fixtures::tells(&bytes), "{} still says where it was taken", document.pointer.as_str());
        if document.pointer.as_str().contains("documents.identity.front") {
            let picture = image::load_from_memory(&bytes)?;
            let (width, height) = picture.dimensions();
            ensure!(width > height, "the card lies on its side: {width} x {height}");
            // The holder's face is on the right of a card that stands upright.
            let face = picture.get_pixel(width * 1260 / 1600, height * 440 / 1200);
            let [red, _, blue, _] = face.0;
            ensure!(red > 180 && blue < 190, "the card stands on its head: {face:?} where the face should be");
        }
    }
    for file in house.kept_files()? {
        ensure!(!fixtures::tells(&fs::read(&file)?), "{} is kept as it came", file.display());
    }
    Ok(())
}
