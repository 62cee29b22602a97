//! How fast a large form is in a browser: a key, opening a step, and what stays behind after many steps. Numbers to print;
//! nothing here fails for being slow.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Questions of the large form.
const FIELDS: usize = 300;
/// Keys measured at a time.
const KEYS: usize = 40;
/// Step changes between the two looks at the heap.
const CHANGES: usize = 200;
const PATIENCE: Duration = Duration::from_secs(60);

/// A form of so many questions on so many pages; every third is asked only once the first of its page has an answer.
fn large(fields: usize, pages: usize) -> Value {
    let url = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl";
    let mut items = vec![];
    for page in 0..pages {
        let questions = (0..fields / pages).map(|n| {
            let link_id = format!("p{page}.q{n}");
            let options: Vec<Value> = ["甲", "乙", "丙"]
                .iter()
                .map(|words| json!({ "valueCoding": { "system": "s", "code": words, "display": words } }))
                .collect();
            let mut item = match n % 10 {
                3 => json!({ "type": "date" }),
                5 => json!({ "type": "integer" }),
                7 => json!({ "type": "choice", "answerOption": options }),
                8 => json!({ "type": "boolean" }),
                _ => json!({ "type": "string", "maxLength": 200 }),
            };
            item["linkId"] = link_id.into();
            item["text"] = format!("第 {page} 页第 {n} 题").into();
            if n % 3 == 2 {
                let first = format!("p{page}.q0");
                item["enableWhen"] = json!([{ "question": first, "operator": "exists", "answerBoolean": true }]);
            }
            item
        });
        let control = json!([{ "url": url, "valueCodeableConcept": { "coding": [{ "code": "page" }] } }]);
        items.push(json!({ "linkId": format!("p{page}"), "type": "group", "text": format!("第 {page} 页"),
            "extension": control, "item": questions.collect::<Vec<_>>() }));
    }
    json!({ "resourceType": "Questionnaire", "version": "1", "language": "zh-CN", "status": "active",
        "url": "https://committee.example/Questionnaire/large", "title": "很长的表格", "item": items })
}

/// What the browser has counted so far.
struct Counted(Value);

impl Counted {
    async fn now(phone: &Browser) -> anyhow::Result<Self> {
        Ok(Self(phone.driver.cdp().send_raw("Performance.getMetrics", json!({})).await?))
    }

    fn get(&self, name: &str) -> f64 {
        let all = self.0.get("metrics").and_then(Value::as_array);
        let found = all.and_then(|all| all.iter().find(|it| it.get("name").is_some_and(|it| it == name)));
        found.and_then(|it| it.get("value")?.as_f64()).unwrap_or_default()
    }

    /// Milliseconds of script, and of everything, since then.
    fn since(&self, before: &Self) -> (f64, f64) {
        let passed = |name: &str| (self.get(name) - before.get(name)) * 1000.0;
        (passed("ScriptDuration"), passed("TaskDuration"))
    }
}

/// The middle and nearly the worst of some numbers.
fn summary(numbers: &[f64]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part: usize| sorted.get(sorted.len().saturating_sub(1) * part / 100).copied().unwrap_or_default();
    format!("{:6.1} ms (95 %: {:.1})", at(50), at(95))
}

/// The same questions on one page, and on several.
pub const PAGES: [usize; 2] = [1, 6];

/// Prints what a form on so many pages costs.
///
/// # Errors
/// The form cannot be reached.
pub async fn print(house: &House, phone: &Browser, pages: usize) -> anyhow::Result<bool> {
    let cdp = phone.driver.cdp();
    cdp.send_raw("Performance.enable", json!({})).await?;
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": MEMORIES })).await?;
    house.asks(&[large(FIELDS, pages)]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    println!("{FIELDS} questions on {pages} page(s)");
    keys(&applicant, phone, &id).await?;
    if pages > 1 {
        steps(&applicant, phone, &id, pages).await?;
        left_behind(&applicant, phone, &id).await?;
    }
    Ok(true)
}

async fn slowed(phone: &Browser, rate: u32) -> anyhow::Result<()> {
    phone.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await?;
    Ok(())
}

/// From a key to the next picture.
async fn keys(applicant: &Applicant<'_>, phone: &Browser, id: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/a/{id}/step/p0")).await?;
    let field = applicant.finds("textbox", "第 0 页第 0 题").await?;
    let last = applicant.finds("textbox", "第 0 页第 1 题").await?;
    for rate in [1, 6] {
        slowed(phone, rate).await?;
        for (name, field) in [("a question that 100 (or 17) others wait for", &field), ("any other", &last)] {
            phone.driver.execute("arguments[0].focus()", vec![field.to_json()?]).await?;
            let (mut script, mut all) = (vec![], vec![]);
            for n in 0..KEYS + 4 {
                let before = Counted::now(phone).await?;
                phone.driver.cdp().send_raw("Input.insertText", json!({ "text": "x" })).await?;
                find::evaluate(&phone.driver, PAINTED).await?;
                let (ran, took) = Counted::now(phone).await?.since(&before);
                // The first ones open what follows.
                if n >= 4 {
                    script.push(ran);
                    all.push(took);
                }
            }
            println!("  key, {name}, {rate}x: script {}, with layout and paint {}", summary(&script), summary(&all));
        }
    }
    slowed(phone, 1).await
}

/// Opening a step, forwards by its button and back by the browser.
async fn steps(applicant: &Applicant<'_>, phone: &Browser, id: &str, pages: usize) -> anyhow::Result<()> {
    for rate in [1, 6] {
        let (mut script, mut all, mut whole) = (vec![], vec![], vec![]);
        for _ in 0..3 {
            applicant.goes_to(&format!("/a/{id}/step/p0")).await?;
            applicant.finds("textbox", "第 0 页第 0 题").await?;
            slowed(phone, rate).await?;
            let forwards = (1..pages).map(|page| (page, NEXT));
            let back = (0..pages - 1).rev().map(|page| (page, "history.back()"));
            for (page, act) in forwards.chain(back) {
                let before = Counted::now(phone).await?;
                find::evaluate(&phone.driver, &opening(page, act)).await?;
                let (ran, took) = Counted::now(phone).await?.since(&before);
                script.push(ran);
                all.push(took);
                find::evaluate(&phone.driver, GO_ON).await?;
                whole.push(stands(phone, page, pages, &before).await?);
            }
            slowed(phone, 1).await?;
        }
        println!(
            "  opening a step of {}, {rate}x: until it is seen script {}, with layout and paint {}; until all of it stands script {}",
            FIELDS / pages,
            summary(&script),
            summary(&all),
            summary(&whole)
        );
    }
    Ok(())
}

/// Waits until the last question of a page stands, and gives the script since then.
async fn stands(phone: &Browser, page: usize, pages: usize, before: &Counted) -> anyhow::Result<f64> {
    let last = format!("第 {page} 页第 {} 题", FIELDS / pages - 1);
    find::evaluate(&phone.driver, &STANDS.replace("{last}", &last)).await?;
    Ok(Counted::now(phone).await?.since(before).0)
}

/// The heap after many steps, each time after the collector was told to run.
async fn left_behind(applicant: &Applicant<'_>, phone: &Browser, id: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/a/{id}/step/p0")).await?;
    applicant.finds("textbox", "第 0 页第 0 题").await?;
    find::evaluate(&phone.driver, &opening(1, NEXT)).await?;
    find::evaluate(&phone.driver, GO_ON).await?;
    let mut looks = vec![];
    for changes in [20, CHANGES, CHANGES] {
        for n in 0..changes {
            if n % 20 == 0 {
                // The browser frees what the page let go of when it likes; here it is asked to.
                phone.driver.cdp().send_raw("HeapProfiler.collectGarbage", json!({})).await?;
            }
            let back = n % 2 == 0;
            let page = usize::from(!back);
            let act = if back { "history.back()" } else { "history.forward()" };
            let until = Instant::now() + PATIENCE;
            find::evaluate(&phone.driver, &opening(page, act)).await.with_context(|| format!("change {n}"))?;
            find::evaluate(&phone.driver, GO_ON).await?;
            // A browser takes two hundred steps of its history in ten seconds, and passes over what comes after.
            tokio::time::sleep(Duration::from_millis(60)).await;
            ensure!(Instant::now() < until, "a step takes longer than {PATIENCE:?}");
        }
        for _ in 0..2 {
            phone.driver.cdp().send_raw("HeapProfiler.collectGarbage", json!({})).await?;
        }
        let counted = Counted::now(phone).await?;
        let memory =
            find::evaluate(&phone.driver, "Math.max(0, ...globalThis.__memories.map(m => m.buffer.byteLength))")
                .await?;
        looks.push((counted, memory.as_f64().unwrap_or_default()));
    }
    println!("  after 20 step changes, {CHANGES} more, and {CHANGES} more:");
    for (name, unit) in [("JSHeapUsedSize", 1000.0), ("Nodes", 1.0), ("JSEventListeners", 1.0)] {
        let each: Vec<String> = looks.iter().map(|(look, _)| format!("{:.0}", look.get(name) / unit)).collect();
        println!("    {name}{}: {}", if unit > 1.0 { " (KB)" } else { "" }, each.join(" -> "));
    }
    let each: Vec<String> = looks.iter().map(|(_, memory)| format!("{:.0}", memory / 1000.0)).collect();
    println!("    WebAssembly memory (KB): {}", each.join(" -> "));
    Ok(())
}

/// Does something, and waits for the first picture of this page of the form. What the app has put off until that was seen (the
/// focus, the save, the rest of a long page) is held back until [`GO_ON`], so that the browser's count can be read before.
fn opening(page: usize, act: &str) -> String {
    OPEN.replace("{page}", &page.to_string()).replace("{act}", act)
}

const NEXT: &str = "document.querySelector('.hc-actions button[type=submit]').click()";
/// Looks for the last question once a picture, and does nothing else.
const STANDS: &str = "new Promise(done => { const see = () => { \
    if (document.querySelector('.hc-form').textContent.includes('{last}')) \
        return requestAnimationFrame(() => setTimeout(() => done(true), 0)); \
    requestAnimationFrame(see); }; see(); })";
const PAINTED: &str = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true), 0)))";
const OPEN: &str = "new Promise(done => { const before = window.setTimeout, waits = []; \
    window.setTimeout = (act, wait, ...all) => { \
        if (wait) return before(act, wait, ...all); waits.push(() => act(...all)); return 0; }; \
    globalThis.__goOn = () => { window.setTimeout = before; waits.forEach(act => before(act, 0)); }; const see = () => { \
    if ([...document.querySelectorAll('.hc-form label')].some(l => l.textContent.startsWith('第 {page} 页第 0 题'))) \
        return before(() => done(true), 0); \
    requestAnimationFrame(see); }; {act}; requestAnimationFrame(see); })";
const GO_ON: &str = "__goOn()";

/// Keeps hold of each memory of WebAssembly, to see its size.
const MEMORIES: &str = "globalThis.__memories = []; for (const name of ['instantiate', 'instantiateStreaming']) { \
    const before = WebAssembly[name]; WebAssembly[name] = async (...all) => { const made = await before.apply(WebAssembly, all); \
    const memory = (made.instance || made).exports?.memory; if (memory) __memories.push(memory); return made; }; }";
