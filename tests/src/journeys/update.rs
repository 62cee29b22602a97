//! A new version waits: it is said quietly, never under a form, and taken only when no other page is in the way.
use super::kept::{TYPED, begins_and_types, stands};
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
};

pub(super) async fn waits_for_the_other_page(house: &House, phone: &Browser) -> anyhow::Result<()> {
    with_a_build_of_its_own(house, async |office, dist| update(office, phone, dist).await).await
}

pub(super) async fn half_deployed(house: &House, phone: &Browser) -> anyhow::Result<()> {
    with_a_build_of_its_own(house, async |office, dist| deployed_by_halves(office, phone, dist).await).await
}

pub(super) async fn switched_off(house: &House, phone: &Browser) -> anyhow::Result<()> {
    with_a_build_of_its_own(house, async |office, dist| worker_goes(office, phone, dist).await).await
}

pub(super) async fn part_gone(house: &House, phone: &Browser) -> anyhow::Result<()> {
    with_a_build_of_its_own(house, async |office, dist| part_taken_away(office, phone, dist).await).await
}

/// A server whose files may be changed.
pub(super) async fn with_a_build_of_its_own(
    house: &House,
    walk: impl AsyncFn(&House, &Path) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    copy(house.dist(), folder.path())?;
    let office = House::open(house.engine, folder.path(), house.files.clone()).await?;
    let walked = walk(&office, folder.path()).await;
    office.stop().await;
    walked
}

/// The new worker's list is there and one of its files is still the old one; then the old files are gone before the new
/// build is taken.
async fn deployed_by_halves(house: &House, phone: &Browser, dist: &Path) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = begins_and_types(&applicant).await?;
    applicant.is_kept().await?;
    applicant.driver.refresh().await?;
    stands(&applicant, TYPED).await?;

    deploys_another(dist)?;
    let (worker, whole) = (dist.join("sw.js"), fs::read_to_string(dist.join("sw.js"))?);
    // One file of the new build is not what the list says.
    let named = whole.split_once("boot.js\",\"").context("the list does not name boot.js")?;
    let (hash, rest) = named.1.split_at(16);
    let other: String = hash.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
    fs::write(&worker, format!("{}boot.js\",\"{other}{rest}", named.0))?;
    let asked = "(async () => { const r = await navigator.serviceWorker.ready; try { await r.update(); } catch {} \
        while (r.installing) await new Promise(done => r.installing.addEventListener('statechange', done, { once: true })); \
        return !!r.waiting; })()";
    ensure!(find::evaluate(&phone.driver, asked).await? == false, "a build that is not whole waits to take over");

    // All that the page needs is gone from the server.
    for entry in fs::read_dir(dist)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && (name.contains(".wasm") || name.contains(".css") || name.starts_with("app-"))
        {
            fs::remove_file(entry.path())?;
        }
    }
    applicant.driver.refresh().await?;
    stands(&applicant, TYPED).await?;
    applicant.goes_to(&format!("/a/{id}/tasks")).await?;
    applicant.finds("heading", applicant.speech.say("tasks.title.unnamed")?).await?;
    // Also the parts that were never opened.
    applicant.goes_to("/verify").await?;
    applicant.sees(applicant.speech.say("v.title")?).await
}

/// On a first visit, without a worker, another build takes the place of this one before the first page that needs a part.
async fn part_taken_away(house: &House, phone: &Browser, dist: &Path) -> anyhow::Result<()> {
    fs::write(dist.join("config.json"), r#"{"offline":false}"#)?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.goes_to("/").await?;
    applicant.finds("button", speech.begin("entry.start")?).await?;
    let away = tempfile::tempdir()?;
    let moved = modules(dist)?;
    for name in &moved {
        fs::rename(dist.join(name), away.path().join(name))?;
    }
    // Begun and typed without any of them.
    applicant.begins().await?;
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await?;
    applicant.link(speech.begin("tasks.begin")?).await?;
    applicant.is_at("/step/category").await?;
    let moment = applicant.moment().await?;
    applicant.chooses("category.work", "food-sale").await?;
    applicant.chooses("category.application", "first").await?;
    applicant.is_saved_since(moment).await?;
    applicant.continues_to("/step/person").await?;
    applicant.sees(speech.say("p.version-gone")?).await?;
    applicant.finds("heading", speech.say("tasks.noform.title")?).await?;

    // The new build is there.
    for name in &moved {
        fs::rename(away.path().join(name), dist.join(name))?;
    }
    applicant.says("update.now").await?;
    applicant.finds("textbox", &speech.label("person.name")?).await?;
    ensure!(!applicant.reads().await?.contains(speech.say("p.version-gone")?), "it is still said to be old");
    applicant.link(speech.say("form.back")?).await?;
    applicant.link(&speech.short("category")?).await?;
    let chosen = speech.option("category.work", "food-sale")?;
    applicant.waits("what was chosen", async || Ok(applicant.finds("radio", &chosen).await?.is_selected().await?)).await
}

/// What only this build can do anything with: the modules and their parts.
fn modules(dist: &Path) -> anyhow::Result<Vec<std::ffi::OsString>> {
    let names = fs::read_dir(dist)?.flatten().map(|entry| entry.file_name());
    Ok(names.filter(|name| name.to_string_lossy().contains(".wasm")).collect())
}

/// `sw-off.js` is put in the place of the worker.
async fn worker_goes(house: &House, phone: &Browser, dist: &Path) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    begins_and_types(&applicant).await?;
    applicant.is_kept().await?;
    fs::copy(dist.join("sw-off.js"), dist.join("sw.js"))?;
    fs::write(dist.join("config.json"), r#"{"offline":false}"#)?;
    applicant.driver.refresh().await?;
    stands(&applicant, TYPED).await?;
    let gone = "(async () => !(await navigator.serviceWorker.getRegistration()) \
        && !(await caches.keys()).some(name => name.startsWith('hc-')))()";
    applicant.waits("the end of the worker", async || Ok(find::evaluate(&phone.driver, gone).await? == true)).await?;
    applicant.driver.refresh().await?;
    stands(&applicant, TYPED).await
}

async fn update(house: &House, phone: &Browser, dist: &Path) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.begins_unnamed().await?;
    applicant.is_kept().await?;
    applicant.driver.refresh().await?;
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await?;

    deploys_another(dist)?;
    let asked = "(async () => { await (await navigator.serviceWorker.ready).update(); return true; })()";
    find::evaluate(&phone.driver, asked).await?;
    let waits = "(async () => !!(await navigator.serviceWorker.ready).waiting)()";
    applicant.waits("the new version", async || Ok(find::evaluate(&phone.driver, waits).await? == true)).await?;
    applicant.sees(speech.say("update.ready")?).await?;
    applicant.link(speech.begin("tasks.begin")?).await?;
    applicant.is_at("/step/category").await?;
    ensure!(!applicant.reads().await?.contains(speech.say("update.ready")?), "it is said under a form");
    applicant.link(speech.say("form.back")?).await?;
    applicant.is_at("/tasks").await?;
    applicant.sees(speech.say("update.ready")?).await?;

    // With another page open nothing happens, and why is said.
    let (first, second) = (phone.driver.window().await?, phone.driver.new_tab().await?);
    phone.driver.switch_to_window(second).await?;
    applicant.goes_to("/verify").await?;
    applicant.sees(speech.say("v.title")?).await?;
    phone.driver.switch_to_window(first.clone()).await?;
    applicant.says("update.now").await?;
    applicant.sees(speech.say("update.others")?).await?;

    for other in phone.driver.windows().await?.into_iter().filter(|window| *window != first) {
        phone.driver.switch_to_window(other).await?;
        phone.driver.close_window().await?;
    }
    phone.driver.switch_to_window(first).await?;
    // What the worker answers and what it does come by different ways: whichever is first, the page is opened anew.
    phone.driver.execute(ANSWERS_LATE, vec![]).await?;
    applicant
        .waits("the page of the new version", async || {
            if applicant.has("button", speech.say("update.now")?).await? {
                applicant.says("update.now").await?;
            }
            Ok(!applicant.reads().await?.contains(speech.say("update.ready")?))
        })
        .await?;
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await.map(drop)
}

/// Everything that is said over a line of its own is heard two seconds later.
const ANSWERS_LATE: &str = r"
const heard = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
Object.defineProperty(MessagePort.prototype, 'onmessage', {
  ...heard,
  set(listen) { heard.set.call(this, event => setTimeout(() => listen.call(this, event), 2000)); },
});
";

/// The same files under another name of the build.
fn deploys_another(dist: &Path) -> anyhow::Result<()> {
    let path = dist.join("sw.js");
    let script = fs::read_to_string(&path)?;
    let (before, rest) = script.split_once("id:\"").context("the worker does not name its build")?;
    let (old, after) = rest.split_once('"').context("the name of the build has no end")?;
    let new: String = old.chars().rev().collect();
    ensure!(new != old, "the name of the build reads the same backwards");
    Ok(fs::write(&path, format!("{before}id:\"{new}\"{after}"))?)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut folders: Vec<PathBuf> = vec![from.to_owned()];
    while let Some(folder) = folders.pop() {
        let target = to.join(folder.strip_prefix(from)?);
        fs::create_dir_all(&target)?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                fs::copy(entry.path(), target.join(entry.file_name()))?;
            }
        }
    }
    Ok(())
}
