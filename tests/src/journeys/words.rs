//! Other words: another language, and strings that break programs.
use super::forms::{answer_list, sent_answers};
use crate::{
    applicant::Applicant,
    browser::Browser,
    clerk::{Clerk, at_the_desk},
    everything::{STEPS, answers_for_everything, begun},
    find,
    house::{House, refused},
    person::Person,
};
use anyhow::{Context, bail, ensure};
use mock_server::office::OfficeAct;
use serde_json::{Value, json};

pub(super) async fn in_english(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "en")?;
    applicant.hands_in().await?;
    let text = applicant.reads().await?;
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    // The person's own name, and the name of the other language, may stand there.
    ensure!(han < 12, "{han} Chinese characters on an English page:\n{text}");
    Ok(())
}

/// What has broken programs before: markup, quotes, formats, directions, joined characters, no characters, very long.
const NAUGHTY: &[&str] = &[
    "<script>globalThis.broken = 1</script>",
    "\"><img src=x onerror=globalThis.broken=1>",
    "'; DROP TABLE application; --",
    "{{7*7}} ${7*7} %s %n {name}",
    "../../../etc/passwd",
    "\u{202e}反的 \u{200f}\u{200b}零宽",
    "👩‍👩‍👧‍👦 é é 𠮷 𰻞",
    "NULL undefined NaN -1 1e309",
    "\u{feff}先有字节顺序标记",
    "零\u{0}字节",
];

/// Half a character: no text here can hold it, so the page makes it of this.
const HALF: &str = "半个<half>字";

/// So many different strings stand in each field when the page is opened anew.
const RELOADS: usize = 2;

pub(super) async fn that_do_not_come(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.goes_to("/settings").await?;
    applicant.finds("radio", "English").await?;
    let lost = "(() => { const fetched = fetch; globalThis.asked = 0; globalThis.fetch = (...all) => { \
        if (!String(all[0].url || all[0]).includes('/locales/en.txt')) return fetched.apply(globalThis, all); \
        globalThis.asked += 1; return Promise.reject(new TypeError('sample: no network')); }; return true; })()";
    find::evaluate(&phone.driver, lost).await?;
    let mut before = json!(0);
    for _ in 0..2 {
        applicant.touches_label(&applicant.finds("radio", "English").await?).await?;
        applicant
            .waits(
                "it to be asked for",
                async || Ok(find::evaluate(&phone.driver, "globalThis.asked").await? != before),
            )
            .await?;
        applicant.sees(applicant.speech.say("app.language.failed")?).await?;
        applicant
            .waits("the present one to be chosen", async || {
                Ok(applicant.finds("radio", "中文").await?.is_selected().await?)
            })
            .await?;
        before = find::evaluate(&phone.driver, "globalThis.asked").await?;
    }
    Ok(())
}

pub(super) async fn naughty_strings(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    answers_for_everything(&applicant, &id).await?;
    // From here on all of it goes to the account as well.
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.agrees("documents.consent").await?;
    applicant.sees(applicant.speech.begin("save.account")?).await?;
    let long = "长".repeat(5_000);
    let strings: Vec<&str> = NAUGHTY.iter().copied().chain([HALF, &long]).collect();
    let mut fields = 0;
    for (step, _) in STEPS {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        let mut here = 0;
        for string in &strings {
            let moment = applicant.moment().await?;
            here = phone.driver.execute(TYPE, vec![(*string).into()]).await?.json().as_u64().unwrap_or(0);
            if here > 0 {
                applicant.is_saved_since(moment).await.with_context(|| format!("{string:?} at {step}"))?;
            }
        }
        fields += here;
        for round in (0..RELOADS).filter(|_| here > 0) {
            stands_after_a_reload(&applicant, &strings, fields as usize + round * 5).await.with_context(|| step)?;
        }
        applicant.says("form.next").await?;
        still_well(&applicant, step).await?;
    }
    ensure!(fields >= 18, "only {fields} fields were typed into");
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.sees(applicant.speech.say("check.title")?).await?;
    still_well(&applicant, "check").await?;
    in_the_account(&applicant, &id).await
}

/// Another string in each field of this step, and all of them are there when the page is opened anew.
async fn stands_after_a_reload(applicant: &Applicant<'_>, strings: &[&str], from: usize) -> anyhow::Result<()> {
    let moment = applicant.moment().await?;
    let turned: Vec<&str> = strings.iter().cycle().skip(from % strings.len()).take(strings.len()).copied().collect();
    let typed = applicant.driver.execute(TYPE, vec![json!(turned)]).await?;
    ensure!(typed.json().as_u64() > Some(0), "nothing was typed");
    applicant.is_saved_since(moment).await?;
    let before = applicant.driver.execute(STANDS, vec![]).await?.json().clone();
    applicant.driver.refresh().await?;
    let after = std::cell::RefCell::default();
    let is_there = async || {
        after.replace(applicant.driver.execute(STANDS, vec![]).await?.json().clone());
        Ok(*after.borrow() == before)
    };
    match applicant.waits("what was typed", is_there).await {
        Ok(()) => Ok(()),
        Err(_) => {
            let pairs = |fields: &Value| fields.as_array().cloned().unwrap_or_default();
            let mut differ = pairs(&before).into_iter().zip(pairs(&after.borrow())).filter(|(was, is)| was != is);
            bail!("what was typed is not there after a reload, first: {:?}", differ.next())
        }
    }
}

/// The account has what the phone has, strings and all.
async fn in_the_account(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let office = applicant.house.office()?;
    let subject = office.full(id, "a test").await.map_err(refused)?.matter.subject;
    applicant
        .waits("the answers in the account", async || {
            let (_, draft) = office.draft(id, &subject).await.map_err(refused)?;
            let text = draft.answers.to_string();
            let found = NAUGHTY
                .iter()
                .filter(|it| text.contains(serde_json::to_string(it).unwrap_or_default().trim_matches('"')));
            Ok(found.count() + 1 >= NAUGHTY.len())
        })
        .await
}

/// Wherever else something is typed: signing in, looking up, checking a text, carrying a file, a report, who one is.
pub(super) async fn naughty_elsewhere(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    for (path, opened) in [("/sign-in", None), ("/lookup", None), ("/verify", Some("v.paste"))] {
        takes_anything(&applicant, path, opened.map(|key| speech.say(key)).transpose()?).await?;
    }
    let id = applicant.has_handed_in().await?;
    takes_anything(&applicant, "/outbox", None).await?;
    house.accept(&id).await?;
    applicant.has_status(&id, "accepted").await?;
    takes_anything(&applicant, &format!("/a/{id}/examination/report"), None).await?;
    super::certificate::booked(&applicant, &id).await?;
    house.act(&id, OfficeAct::Attend { site: None }).await?;
    house.record_normal(&id).await?;
    for act in [OfficeAct::Pass, OfficeAct::Issue] {
        house.act(&id, act).await?;
    }
    applicant.has_status(&id, "issued").await?;
    takes_anything(&applicant, &format!("/a/{id}/collect"), None).await
}

/// Every field of a page, with every string, and the first button that goes on from there.
async fn takes_anything(applicant: &Applicant<'_>, path: &str, opened: Option<&str>) -> anyhow::Result<()> {
    for string in NAUGHTY {
        applicant.goes_to(path).await?;
        if let Some(button) = opened {
            applicant.button(button).await?;
        }
        applicant
            .waits(&format!("a field at {path}"), async || {
                Ok(applicant.driver.execute(TYPE, vec![(*string).into()]).await?.json().as_u64() > Some(0))
            })
            .await?;
        applicant.driver.execute(GO, vec![]).await?;
        // What comes of it has come: nothing is under way for three pictures.
        applicant
            .waits(&format!("an end at {path}"), async || Ok(find::evaluate(&applicant.driver, REST).await? == true))
            .await?;
        still_well(applicant, path).await?;
        ensure!(!applicant.has("alert", "页面停住了").await?, "{string:?} stops {path}");
    }
    Ok(())
}

/// The first button that is no other way out.
const GO: &str =
    "document.querySelector('.hc-main button.hc-btn:not(.hc-btn--quiet):not([aria-disabled=true])')?.click()";

/// Whether nothing was busy for three pictures.
const REST: &str = "(async () => { for (let at = 0; at < 3; at += 1) { \
    await new Promise(done => requestAnimationFrame(() => setTimeout(done))); \
    if (document.querySelector('.hc-btn--busy, [aria-busy=true]')) return false; } return true; })()";

pub(super) async fn naughty_strings_sent(house: &House, phone: &Browser) -> anyhow::Result<()> {
    at_the_desk(house, async |clerk| sent_to(house, phone, clerk).await).await
}

/// There and back: answers to the desk, the desk's words to the applicant, the applicant's note to the desk.
async fn sent_to(house: &House, phone: &Browser, clerk: &Clerk<'_>) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    // What is read on the desk's page has come through HTML, which has no NUL.
    let rest: Vec<&str> = NAUGHTY[4..].iter().copied().filter(|it| !it.contains('\0')).collect();
    let (address, post, words) = (NAUGHTY[..3].join(" "), NAUGHTY[3], rest.join(" "));
    applicant.begins().await?;
    applicant.fills_in().await?;
    let id = applicant.application().await?;
    // Nobody opens an address while what was typed is still on its way into the phone's storage.
    let moment = applicant.moment().await?;
    applicant.agrees("documents.consent").await?;
    applicant.is_saved_since(moment).await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    for (link_id, text, next) in
        [("contact.residence.address", address.as_str(), "/step/work"), ("work.post", post, "/step/health")]
    {
        pastes(&applicant, &applicant.speech.label(link_id)?, text).await?;
        applicant.continues_to(next).await?;
    }
    applicant.continues_to("/step/documents").await?;
    applicant.gives_papers().await?;
    applicant.submits().await?;

    clerk.opens(applicant.name).await?;
    clerk.does("开始审核").await?;
    for text in [&address, post] {
        clerk.sees(text).await?;
    }
    unbroken(clerk, "the desk").await?;
    let label = applicant.speech.short("work.post")?;
    clerk.picks(&label, "退回").await?;
    pastes(clerk, &format!("给申请人的话：{label}"), &words).await?;
    clerk.does("退回 1 处").await?;

    applicant.follows(&id, "progress.go.returned", "/returned").await?;
    applicant.sees(&words).await?;
    applicant.sees(post).await?;
    applicant.presses("button", applicant.speech.say("ret.note")?).await?;
    let note = applicant.speech.say("ret.note.label")?;
    pastes(&applicant, note, &words).await?;
    // The page goes while the note is still being written.
    applicant.driver.refresh().await?;
    let kept = applicant.finds("textbox", note).await?.value().await?.unwrap_or_default();
    ensure!(kept == words, "of the note there is {kept:?} after a reload");
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await?;
    still_well(&applicant, "what came back").await?;
    clerk.opens(applicant.name).await?;
    clerk.sees(&words).await?;
    unbroken(clerk, "the desk again").await
}

/// A form of nothing but plain fields, one for each string.
fn plain_form() -> Value {
    let field = |at: usize| json!({ "linkId": format!("page.{at}"), "type": if at.is_multiple_of(2) { "string" } else { "text" }, "text": format!("第 {at} 句") });
    let items: Vec<Value> = (0..NAUGHTY.len()).map(field).collect();
    json!({ "resourceType": "Questionnaire", "url": "https://committee.example/Questionnaire/plain", "version": "1",
        "language": "zh-CN", "status": "active", "title": "几句话", "item": [{ "linkId": "page", "type": "group", "text": "几句话", "item": items }] })
}

pub(super) async fn in_plain_fields(house: &House, phone: &Browser) -> anyhow::Result<()> {
    at_the_desk(house, async |clerk| each_sent(house, phone, clerk).await).await
}

/// Each string in a field of its own: saved, checked, submitted, and opened at the desk.
async fn each_sent(house: &House, phone: &Browser, clerk: &Clerk<'_>) -> anyhow::Result<()> {
    house.asks(&[plain_form()]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/page")).await?;
    applicant.finds("button", applicant.speech.say("form.next")?).await?;
    let moment = applicant.moment().await?;
    let typed = phone.driver.execute(TYPE, vec![json!(NAUGHTY)]).await?;
    ensure!(typed.json().as_u64() == Some(NAUGHTY.len() as u64), "{} fields were typed into", typed.json());
    applicant.is_saved_since(moment).await?;
    applicant.continues_to("/check").await?;
    for string in NAUGHTY {
        applicant.sees(&shown(string)).await?;
    }
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    still_well(&applicant, "the receipt").await?;
    let sent = sent_answers(phone, &id).await?;
    clerk.goes_to(&format!("/desk/a/{id}")).await?;
    for (at, string) in NAUGHTY.iter().enumerate() {
        let answer = answer_list(&sent, &format!("page.{at}")).cloned().unwrap_or_default();
        ensure!(answer == json!([{ "valueString": string }]), "{string:?} was sent as {answer}");
        clerk.sees(&shown(string)).await?;
    }
    unbroken(clerk, "the desk").await
}

/// As it is read on a page: of a byte that is no character nothing is to be seen.
fn shown(string: &str) -> String {
    string.rsplit(['\u{0}', '\u{feff}']).next().unwrap_or_default().to_owned()
}

/// Puts a text into a field as a paste does: no keyboard has some of these signs.
pub(super) async fn pastes(person: &Person<'_>, name: &str, text: &str) -> anyhow::Result<()> {
    let field = person.finds("textbox", name).await?;
    person.driver.execute(PASTE, vec![field.to_json()?, text.into()]).await.map(drop)?;
    Ok(())
}

async fn unbroken(person: &Person<'_>, place: &str) -> anyhow::Result<()> {
    let broken = person.driver.execute("return globalThis.broken === 1", vec![]).await?;
    ensure!(broken.json() == false, "a string became a program at {place}");
    Ok(())
}

async fn still_well(applicant: &Applicant<'_>, place: &str) -> anyhow::Result<()> {
    unbroken(applicant, place).await?;
    let errors = applicant.errors().await?;
    ensure!(errors.is_empty(), "errors at {place}: {}", errors.join("; "));
    Ok(())
}

/// Puts a text into every field that takes text, as a paste does, and leaves it; of several texts one after the other.
const TYPE: &str = r"
const texts = [arguments[0]].flat().map(text => text.replace('<half>', '\ud800'));
let fields = 0;
for (const field of document.querySelectorAll('input, textarea')) {
  if (['checkbox', 'radio', 'file', 'date', 'datetime-local', 'time'].includes(field.type) || field.readOnly) continue;
  field.focus();
  field.value = texts[fields % texts.length];
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
  field.blur();
  fields += 1;
}
return fields;
";

/// What stands in every field that takes text; half a character as what no text can hold is written.
const STANDS: &str = "return [...document.querySelectorAll('input, textarea')]
    .filter(field => !['checkbox', 'radio', 'file', 'date', 'datetime-local', 'time'].includes(field.type) && !field.readOnly)
    .map(field => [field.id, field.value.toWellFormed()])";

/// The same for one field.
const PASTE: &str = r"
const [field, text] = arguments;
field.scrollIntoView({ block: 'center' });
field.focus();
field.value = text;
field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
field.dispatchEvent(new Event('change', { bubbles: true }));
field.blur();
";
