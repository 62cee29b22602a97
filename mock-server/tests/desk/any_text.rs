//! Whatever is written into whichever field of the desk, its pages stand and nothing of it runs.
use crate::{
    PHONE, examined,
    path::{Person, server},
};
use std::collections::BTreeSet;

const TEXTS: [&str; 8] = [
    "",
    "<script>globalThis.broken = 1</script>",
    "\"><img src=x onerror=globalThis.broken=1>",
    "'; DROP TABLE application; --",
    "\u{0}\u{1}\u{FEFF}\u{202E}\u{FFFE}\u{FFFF}\u{10FFFF}",
    "-99999999999999999999.5e999",
    "+275760-09-13",
    "𠮷野家👨‍👩‍👧‍👦 ﷽ Z̷͖̀a̶l̶g̴o̵",
];

/// What a form of a page sends to where, as the markup says.
struct Form {
    actions: BTreeSet<String>,
    fields: Vec<(String, Option<String>)>,
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

/// The forms of a page, each with every place it can be sent to.
fn forms(page: &str) -> Vec<Form> {
    let parts = page.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap());
    let posts = parts.filter(|form| form.starts_with("method=\"post\"") || form.contains(" method=\"post\""));
    posts
        .map(|form| {
            let mut actions = BTreeSet::new();
            let mut fields = Vec::new();
            for tag in form.split('<') {
                let tag = tag.split('>').next().unwrap();
                actions.extend(attribute(&format!(" {tag}"), "action").map(str::to_owned));
                actions.extend(attribute(tag, "formaction").map(str::to_owned));
                let is_field = ["input", "textarea", "select"].iter().any(|name| tag.starts_with(name));
                if let Some(name) = attribute(tag, "name").filter(|_| is_field) {
                    // What is ticked, chosen or out of sight is sent as it is, and as a text that nobody offered.
                    let fixed = attribute(tag, "type").filter(|kind| matches!(*kind, "radio" | "checkbox" | "hidden"));
                    fields.push((name.to_owned(), fixed.and(attribute(tag, "value")).map(str::to_owned)));
                }
            }
            Form { actions, fields }
        })
        .collect()
}

/// Sends every form of a page with this text in every field.
async fn fill_in(person: &Person, path: &str, text: &str) {
    for form in forms(&person.desk(path).await) {
        for ticked in [true, false] {
            let value = |fixed: &Option<String>| fixed.clone().filter(|_| ticked).unwrap_or_else(|| text.to_owned());
            let fields: Vec<(String, String)> =
                form.fields.iter().map(|(name, fixed)| (name.clone(), value(fixed))).collect();
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            for action in &form.actions {
                let own = action.strip_prefix("/desk").unwrap_or_else(|| panic!("{action} leaves the desk"));
                let (status, page) = person.press(own, &fields).await;
                assert!(status.as_u16() < 500, "{action} with {text:?}: {status} {page}");
                stands(&page, action);
            }
        }
    }
    stands(&person.desk(path).await, path);
}

fn stands(page: &str, place: &str) {
    assert!(!page.contains("<script>globalThis") && !page.contains("<img src=x"), "{place} lets it run: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_the_desk_takes_any_text() {
    let server = server("any-text", None).await;
    for (at, text) in TEXTS.into_iter().enumerate() {
        let mut person = Person::new(&server, &format!("+86138000010{at:02}")).await;
        let own = format!("/a/{}", person.application);
        person.submit_for("张伟", Some("流动书摊")).await;
        fill_in(&person, &own, text).await;
        if person.record().await["state"] == "submitted" {
            person.act("begin", &[]).await;
        }
        for path in [own.as_str(), "", "/sites", "/messages", "/log"] {
            fill_in(&person, path, text).await;
        }
    }
    let mut person = Person::new(&server, PHONE).await;
    examined(&mut person, "李四").await;
    for text in TEXTS {
        for path in [format!("/a/{}", person.application), "/faults".into(), "/upkeep".into()] {
            fill_in(&person, &path, text).await;
        }
    }
    server.stop().await;
}
