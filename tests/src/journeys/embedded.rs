//! The app in somebody else's page: hostile styles, links, title and router.
use crate::{
    applicant::Applicant,
    browser::Browser,
    engine::Engine,
    house::{House, refused},
    journeys::certificate::booked,
    person::Person,
    tour::Visitor,
};
use anyhow::ensure;
use mock_server::{
    faults::{Plan, Trouble},
    office::OfficeAct,
};

pub(super) async fn side_by_side(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let looks = async |person: &Applicant<'_>| {
        person.comes_in().await?;
        anyhow::Ok(phone.driver.execute(LOOKS, vec![]).await?.json().clone())
    };
    let own = looks(&Applicant::new(house, house.person(phone), "zh-CN")?).await?;
    let applicant = Applicant::new(house, Person::new(phone, house.host()), "zh-CN")?;
    let embedded = looks(&applicant).await?;
    let pairs = own.as_array().into_iter().flatten().zip(embedded.as_array().into_iter().flatten());
    let reached: Vec<_> = pairs.filter(|(own, embedded)| own != embedded).collect();
    ensure!(
        reached.is_empty() && own.is_array(),
        "the host's styles reach in, instead of the first the second: {reached:?}"
    );
    // The page around it has no other language.
    applicant.button("EN English").await?;
    applicant.button("中文").await?;
    applicant.begins_unnamed().await?;
    let url = phone.driver.current_url().await?.to_string();
    ensure!(url.contains("#/hc/a/"), "our place is not in the hash: {url}");
    ensure!(phone.driver.title().await? == "示例社区服务网", "the host's title was taken");
    let host = phone.driver.execute(HOST, vec![]).await?.json().clone();

    // One main and one first heading: the host's. Ours are a region and headings below it, and no policy stops the looks.
    let standing = phone.driver.execute(STANDING, vec![]).await?;
    let expected = serde_json::json!({ "mains": 0, "regions": ["健康证办理"], "levels": ["2"], "linked": 0 });
    ensure!(*standing.json() == expected, "it stands in the page as {}", standing.json());

    // Only Chromium's window can be made smaller.
    if phone.engine() == Engine::Chromium {
        Visitor::Axe.at(&applicant, "somebody else's page").await?;
    }

    // What comes later is fetched while nothing happens, before a photo is asked for.
    let ahead = "return performance.getEntriesByType('resource').some(it => it.name.includes('split_documents'));";
    applicant.waits("what comes later", async || Ok(phone.driver.execute(ahead, vec![]).await?.json() == true)).await?;

    // The host's own links, an anchor of its own, and Back.
    applicant.link("常见问题").await?;
    applicant.is_at("#faq").await?;
    applicant.sees(applicant.speech.say("tasks.title.unnamed")?).await?;
    phone.driver.back().await?;
    applicant.waits("our place", async || Ok(phone.driver.current_url().await?.as_str().contains("#/hc/a/"))).await?;
    applicant.link("通知").await?;
    applicant.is_at("/news").await?;
    phone.driver.back().await?;
    applicant.sees(applicant.speech.say("tasks.title.unnamed")?).await?;

    // Moved within the page: nothing is lost.
    applicant.button("移动办理程序").await?;
    applicant.sees(applicant.speech.say("tasks.title.unnamed")?).await?;

    // The whole form with its photos, from another origin: a worker of the page's own looks at them.
    phone.driver.execute(WATCH_WORKERS, vec![]).await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    let workers = phone.driver.execute("return workers.map(it => [it.url.slice(0, 5), it.said > 1])", vec![]).await?;
    ensure!(workers.json()[0] == serde_json::json!(["blob:", true]), "no worker answered: {}", workers.json());
    let id = applicant.submits().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    ensure!(full.documents.len() == 3, "three photos were sent, {} are there", full.documents.len());

    // What the page was told: codes, in their order.
    applicant
        .waits("the page to be told", async || {
            let told = phone.driver.execute(TOLD, vec![]).await?;
            let told = told.json().as_str().unwrap_or_default().to_owned();
            Ok(["hc-ready {}", r#""place":"step","item""#, r#"hc-submitted {"act":"submit"}"#]
                .iter()
                .all(|it| told.contains(it)))
        })
        .await?;

    // Taken out: nothing is left.
    phone.driver.execute("globalThis.element = document.querySelector('health-certificate')", vec![]).await?;
    applicant.button("拿掉办理程序").await?;
    applicant
        .waits("an empty root", async || {
            Ok(phone.driver.execute("return element.shadowRoot.childElementCount", vec![]).await?.json() == 0)
        })
        .await?;

    let left = phone.driver.execute(HOST, vec![]).await?.json().clone();
    ensure!(left == host, "the host's own page is {left}, and was {host}");

    // Put in and taken out once more, counted: what it takes from the page, it gives back.
    phone.driver.execute(COUNT, vec![]).await?;
    applicant.waits("something held", async || Ok(phone.driver.execute(HELD, vec![]).await?.json() != "")).await?;
    applicant.waits("the app", async || Ok(phone.driver.execute(STANDS, vec![]).await?.json() == true)).await?;
    phone.driver.execute("document.querySelector('health-certificate').remove()", vec![]).await?;
    let given_back = async || Ok(phone.driver.execute(HELD, vec![]).await?.json() == "");
    if let Err(why) = applicant.waits("nothing held", given_back).await {
        let held = phone.driver.execute(HELD, vec![]).await?;
        return Err(why.context(format!("a removed element still holds {}", held.json())));
    }
    Ok(())
}

pub(super) async fn tells(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, Person::new(phone, house.host()), "zh-CN")?;
    let is_told = async |what: &str| {
        applicant
            .waits(&format!("the page to hear {what}"), async || {
                let told = phone.driver.execute(TOLD, vec![]).await?;
                Ok(told.json().as_str().is_some_and(|told| told.contains(what)))
            })
            .await
    };
    applicant.begins().await?;
    is_told("hc-ready {}").await?;
    applicant.fills_in().await?;
    is_told(r#"hc-step {"place":"step","item":"contact"}"#).await?;
    applicant.gives_papers().await?;
    // It waits, and goes out only from a page that is opened later: that one is told, though it never saw it filled in.
    let faults = &house.office()?.faults;
    let closed =
        Plan { method: Some("POST".into()), times: None, ..Plan::once(Trouble::Status(503, None), "/submission") };
    faults.plan(closed);
    applicant.comes_to_check().await?;
    applicant.says("submit.go").await?;
    // It waits for its next try, or asks whether the last one arrived.
    let (queued, checking) = (applicant.speech.say("receipt.queued")?, applicant.speech.say("receipt.checking.body")?);
    applicant
        .waits("the submission to be on its way", async || {
            let page = applicant.reads().await?;
            Ok(page.contains(queued) || page.contains(checking))
        })
        .await?;
    let id = applicant.application().await?;
    phone.driver.refresh().await?;
    faults.clear();
    is_told(r#"hc-submitted {"act":"submit"}"#).await?;
    house.accept(&id).await?;
    is_told(r#"hc-state {"state":"accepted""#).await?;
    booked(&applicant, &id).await?;
    house.act(&id, OfficeAct::Attend { site: None }).await?;
    house.record_normal(&id).await?;
    house.act(&id, OfficeAct::Pass).await?;
    house.act(&id, OfficeAct::Issue).await?;
    is_told(r#"hc-certificate {"state":"issued"}"#).await?;
    prints(&applicant, &id).await?;
    let told = phone.driver.execute(TOLD, vec![]).await?.json().to_string();
    for secret in [applicant.name, applicant.number, applicant.phone, &id] {
        ensure!(!told.contains(secret), "the page was told {secret}");
    }
    phone.driver.execute("__hc_panic()", vec![]).await?;
    is_told(r#"hc-error {"code":"stopped"}"#).await?;
    // The host goes on, and makes its page anew: what stands there says that it stopped, again to the page as well.
    applicant.link("通知").await?;
    applicant.is_at("/news").await?;
    phone.driver.back().await?;
    phone.driver.execute(ANEW, vec![]).await?;
    applicant.sees("页面停住了").await?;
    is_told(r#"hc-error {"code":"stopped"} | hc-error {"code":"stopped"}"#).await?;
    // The one that stopped stays as it stands when it is put in again.
    phone.driver.execute(BACK, vec![]).await?;
    applicant.sees("页面停住了").await?;
    let said = phone.driver.execute(SAID, vec![]).await?;
    ensure!(*said.json() == serde_json::json!(1), "{} times it is said that it stopped", said.json());
    applicant.button("重新打开").await?;
    is_told("hc-ready {}").await
}

/// Collects, and prints by the button: while it is asked for, the page around is off the paper.
async fn prints(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/#/hc/a/{id}/collect")).await?;
    applicant.driver.refresh().await?;
    applicant.collects().await?;
    applicant.driver.execute(PRINTER, vec![]).await?;
    applicant.says("cert.print").await?;
    let asked = applicant.driver.execute("return globalThis.asked", vec![]).await?;
    ensure!(*asked.json() == serde_json::json!([true]), "on paper, each time it was printed: {}", asked.json());
    Ok(())
}

/// Notes of each print whether the element was to be on the paper alone.
const PRINTER: &str = "globalThis.asked = []; const element = document.querySelector('health-certificate');
    globalThis.print = () => asked.push(element.matches('[data-hc-on-paper]'));";

pub(super) async fn not_loaded(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, Person::new(phone, house.host()), "zh-CN")?;
    let (opening, entrance) = (applicant.speech.say("wait.open")?, applicant.speech.say("entry.title")?);
    let (failed, again) = ("页面没有加载完", "再试一次");
    // How long it takes is known by the app alone.
    let is_open = async || {
        applicant.sees("中途退出不会丢").await?;
        ensure!(!applicant.reads().await?.contains(failed), "the app is there, and above it that it is not");
        anyhow::Ok(())
    };
    phone.block(&["*_bg.wasm*"]).await?;
    applicant.goes_to("/").await?;
    applicant.sees(failed).await?;
    // What is said has the focus. That begins nothing: only the button does.
    ensure!(!applicant.reads().await?.contains(opening), "it opens beside what says that it did not");
    applicant.button(again).await?;
    applicant.sees(entrance).await?;
    applicant.sees(failed).await?;
    phone.block(&[]).await?;
    applicant.button(again).await?;
    is_open().await?;
    // Moved within the page, it tries by itself.
    phone.block(&["*_bg.wasm*"]).await?;
    applicant.goes_to("/").await?;
    applicant.sees(failed).await?;
    phone.block(&[]).await?;
    applicant.button("移动办理程序").await?;
    is_open().await
}

pub(super) async fn linked(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, Person::new(phone, house.host()), "zh-CN")?;
    let of_2021 = serde_json::json!({ "source": OF_2021 });
    phone.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", of_2021).await?;
    let looks = async || {
        applicant.sees(applicant.speech.say("entry.title")?).await?;
        let sheets = phone.driver.execute(SHEETS, vec![]).await?;
        ensure!(
            *sheets.json() == serde_json::json!([1, "48px"]),
            "sheets, and how high a button is: {}",
            sheets.json()
        );
        anyhow::Ok(())
    };
    applicant.goes_to("/").await?;
    looks().await?;
    // Taken out and put in again, it has it again.
    phone.driver.execute(ANEW, vec![]).await?;
    looks().await?;
    let printed = phone.driver.execute(PRINTED, vec![]).await?;
    ensure!(
        *printed.json() == serde_json::json!([true, true, 0]),
        "printed, still, and sheets left of that: {}",
        printed.json()
    );
    Ok(())
}

const WATCH_WORKERS: &str = "globalThis.workers = [];
    globalThis.Worker = class extends Worker {
      constructor(url, options) {
        super(url, options);
        const it = { url: String(url), said: 0 };
        workers.push(it);
        this.addEventListener('message', () => it.said++);
      }
    };";

const TOLD: &str = "return [...document.querySelectorAll('#told li')].map(it => it.textContent).join(' | ')";

/// The element goes, and later another one comes, as the routers of hosts do it.
const ANEW: &str = "globalThis.element = document.querySelector('health-certificate');
    element.remove();
    setTimeout(() => {
      const fresh = element.cloneNode();
      document.getElementById('place').append(fresh);
      fresh.scrollIntoView();
    });";

/// The first one comes back in the place of the other.
const BACK: &str = "document.querySelector('health-certificate').replaceWith(element); element.scrollIntoView();";

const SAID: &str = "return element.shadowRoot.querySelectorAll('.hc-recovery').length";

/// As Safari until 16.3 and Firefox until 100 are.
const OF_2021: &str = "delete Document.prototype.adoptedStyleSheets;
    delete ShadowRoot.prototype.adoptedStyleSheets;
    delete CSSStyleSheet.prototype.replaceSync;
    globalThis.CSSStyleSheet = new Proxy(CSSStyleSheet, { construct() { throw new TypeError('Illegal constructor'); } });";

const SHEETS: &str = "const root = document.querySelector('health-certificate').shadowRoot;
    return [root.styleSheets.length, getComputedStyle(root.querySelector('.hc-btn')).minBlockSize];";

/// Asked by the certificate's page: whether the element was to be printed, whether it still is where a browser has gone on
/// meanwhile, and how many sheets are left of that after the next touch.
const PRINTED: &str =
    "const element = document.querySelector('health-certificate'), before = document.styleSheets.length;
    let on = false;
    globalThis.print = () => { on = element.matches('[data-hc-on-paper]'); };
    element.shadowRoot.dispatchEvent(new Event('hc-print'));
    const still = element.matches('[data-hc-on-paper]');
    dispatchEvent(new Event('pointerdown'));
    return [on, still && !element.matches('[data-hc-on-paper]'), document.styleSheets.length - before];";

/// Counts what the app takes of the page from here on, and puts a fresh element in.
const COUNT: &str = "globalThis.held = {};
    const change = (name, by) => { held[name] = (held[name] || 0) + by; };
    for (const target of [window, document]) {
      for (const [name, by] of [['addEventListener', 1], ['removeEventListener', -1]]) {
        const real = EventTarget.prototype[name];
        target[name] = function (type, ...rest) { change(type, by); return real.call(this ?? window, type, ...rest); };
      }
    }
    for (const [name, end] of [['EventSource', 'close'], ['BroadcastChannel', 'close'], ['Worker', 'terminate']]) {
      globalThis[name] = class extends globalThis[name] {
        constructor(...rest) { super(...rest); change(name, 1); }
        [end]() { change(name, -1); super[end](); }
      };
    }
    const fresh = document.createElement('health-certificate');
    fresh.setAttribute('api', element.getAttribute('api'));
    document.getElementById('place').append(fresh);
    fresh.scrollIntoView();";

const HELD: &str = "return Object.entries(held).filter(([, n]) => n).map(it => it.join(' ')).join(', ')";

const STANDS: &str =
    "return !!document.querySelector('health-certificate').shadowRoot?.querySelector('h1, [role=heading], h2')";

/// How the app stands among the host's landmarks and headings: on the task list, which has a title alone.
const STANDING: &str = "const root = document.querySelector('health-certificate').shadowRoot;
    return { mains: root.querySelectorAll('main').length,
      regions: [...root.querySelectorAll('.hc-main[role=region]')].map(it => it.ariaLabel),
      levels: [...new Set([...root.querySelectorAll('h1')].map(it => it.ariaLevel))],
      linked: root.querySelectorAll('link').length };";

/// What would reach in from around: how a heading, a paragraph, a list's line and a button of ours are written; a narrow place has less padding.
const LOOKS: &str =
    "const root = document.querySelector('health-certificate')?.shadowRoot || document.querySelector('.hc');
    // The same colour can be written in several ways: what is painted counts.
    const painted = colour => {
      const paper = document.createElement('canvas').getContext('2d');
      paper.fillStyle = colour;
      paper.fillRect(0, 0, 1, 1);
      return paper.getImageData(0, 0, 1, 1).data.join();
    };
    return ['h1', '.hc-main p', '.hc-list li', 'button.hc-btn'].map(name => {
      const style = getComputedStyle(root.querySelector(name));
      return [name, painted(style.color), painted(style.backgroundColor),
        ...['fontFamily', 'fontStyle', 'fontWeight', 'fontSize', 'lineHeight', 'letterSpacing', 'wordSpacing',
          'textIndent', 'textTransform', 'textAlign', 'gap', 'boxSizing'].map(it => style[it])];
    });";

/// How the host's own elements look, what it is called and how many sheets it has: all that is not ours.
const HOST: &str =
    "return [document.title, document.styleSheets.length, document.adoptedStyleSheets.length, document.documentElement.className,
      ...[...document.querySelectorAll('html, body, header, nav a, main h1, main > section > p, #place, footer input')].map(it => {
        const style = getComputedStyle(it);
        return [it.tagName, ...['color', 'fontFamily', 'fontSize', 'fontStyle', 'letterSpacing', 'lineHeight', 'backgroundColor', 'margin',
          'overflow', 'display', '--hc-ink'].map(name => style.getPropertyValue(name.replace(/[A-Z]/g, it => '-' + it.toLowerCase())))];
      })];";
