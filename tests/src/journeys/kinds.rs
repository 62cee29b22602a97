//! The app in pages of many kinds (`tests/fixtures/host/kinds`), each of which does something to what stands in it.
use crate::{applicant::Applicant, browser::Browser, house::House, person::Person, width};
use anyhow::{Context, ensure};
use serde_json::Value;

/// A kind of page.
struct Kind {
    page: &'static str,
    /// Who applies there.
    telephone: &'static str,
    /// What is asked of the page once the field is filled in, and what it must answer.
    asked: (&'static str, &'static str),
}

const KINDS: [Kind; 8] = [
    // Letters are read at sixteen pixels, and the app is written from left to right.
    Kind {
        page: "rtl",
        telephone: "13800000021",
        asked: ("[size(app) >= 16, style(app).direction]", r#"[true, "ltr"]"#),
    },
    Kind { page: "base", telephone: "13800000022", asked: HASH },
    Kind { page: "dialog", telephone: "13800000023", asked: ("document.querySelector('dialog').open", "true") },
    Kind { page: "trusted", telephone: "13800000024", asked: HASH },
    Kind {
        page: "redrawn",
        telephone: "13800000025",
        asked: ("document.querySelector('#place').dataset.drawn > 3", "true"),
    },
    Kind {
        page: "query",
        telephone: "13800000026",
        asked: (
            "[location.hash, new URLSearchParams(location.search).get('hc').startsWith('/a/')]",
            r##"["#!/home", true]"##,
        ),
    },
    // Its own colours, where it is the attribute that says dark.
    Kind {
        page: "dark",
        telephone: "13800000027",
        asked: (
            "['--hc-brand', '--hc-paper'].map(it => style(app).getPropertyValue(it))",
            r##"["#f0a9bf", "#141414"]"##,
        ),
    },
    // Of the one colour that it names, what lies on it and what is written with it can be read.
    Kind {
        page: "yellow",
        telephone: "13800000028",
        asked: (
            "[contrast(of('.hc-btn').color, of('.hc-btn').backgroundColor) >= 4.5,
              contrast(of('.hc-tap').color, style(app).backgroundColor) >= 4.5,
              of('.hc-btn').backgroundColor]",
            r#"[true, true, "rgb(255, 204, 0)"]"#,
        ),
    },
];

/// Our place is in the hash, and the path stays that of the page.
const HASH: (&str, &str) =
    ("[location.pathname.startsWith('/kinds/'), location.hash.startsWith('#/hc/a/')]", "[true, true]");

/// What the questions speak of.
const WORDS: &str = "const app = document.querySelector('health-certificate').shadowRoot.querySelector('.hc');
    const style = getComputedStyle, size = element => parseFloat(style(element).fontSize);
    const of = name => style(app.querySelector('.hc-main ' + name + ':not([aria-disabled],.hc-btn--quiet)'));
    const drawn = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const light = colour => {
        drawn.fillStyle = colour;
        drawn.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...drawn.getImageData(0, 0, 1, 1).data]
            .map(part => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };";

pub(super) async fn each(house: &House, _: &Browser) -> anyhow::Result<()> {
    for kind in &KINDS {
        let phone = house.phone().await?;
        let begun = begins(house, &phone, kind).await;
        phone.close(begun).await.with_context(|| format!("in the page {}.html", kind.page))?;
    }
    Ok(())
}

/// Begins an application, types a name, and finds it there when the page is opened anew.
async fn begins(house: &House, phone: &Browser, kind: &Kind) -> anyhow::Result<()> {
    let mut applicant = Applicant::new(house, Person::new(phone, house.host()), "zh-CN")?;
    applicant.phone = kind.telephone;
    applicant.goes_to(&format!("/kinds/{}.html", kind.page)).await?;
    applicant.says("entry.start").await?;
    applicant.signs_in().await?;
    applicant.finds("heading", applicant.speech.say("tasks.title.unnamed")?).await?;
    applicant.link(applicant.speech.begin("tasks.begin")?).await?;
    applicant.chooses("category.work", "food-sale").await?;
    applicant.chooses("category.application", "first").await?;
    applicant.says("form.next").await?;
    applicant.chooses("person.id.kind", "resident-id").await?;
    let moment = applicant.moment().await?;
    applicant.types("person.name", applicant.name).await?;
    applicant.is_saved_since(moment).await?;
    let (question, answer) = kind.asked;
    for is_dark in [true, false] {
        phone.set_scheme(is_dark).await?;
        let found = phone.driver.execute(&format!("{WORDS} return {question}"), vec![]).await?;
        let expected = serde_json::from_str::<Value>(answer)?;
        ensure!(*found.json() == expected, "dark: {is_dark}: it is {}, not {answer}", found.json());
    }
    width::no_wider_than_the_window(phone).await?;

    phone.driver.refresh().await?;
    let label = applicant.speech.label("person.name")?;
    applicant
        .waits("the name that was typed", async || {
            let field = applicant.finds("textbox", &label).await?;
            Ok(field.prop("value").await?.as_deref() == Some(applicant.name))
        })
        .await
}
