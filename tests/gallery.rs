//! Every part of the app in each of its states, in one page: can it be read, is it named, does it fit a small phone.
//!
//! A development binary, no part of what ships. To look at it: `NO_HEADLESS=1` before the command that docs/style.md names.
#![cfg(target_family = "wasm")]

#[path = "gallery/states.rs"]
mod states;

use health_certificate::api::sleep;
use health_certificate::i18n::{Chapter, I18n, Language};
use js_sys::{Array, Function};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlElement, ShadowRootInit, ShadowRootMode};

wasm_bindgen_test_configure!(run_in_browser);

/// The looks, as the one sheet of the first visit has them.
const LOOKS: [&str; 6] = [
    include_str!("../style/tokens.css"),
    include_str!("../style/base.css"),
    include_str!("../src/ui/dialog.css"),
    include_str!("../src/ui/group.css"),
    include_str!("../src/ui/rows.css"),
    include_str!("../src/form/form.css"),
];

macro_rules! sentences {
    ($file:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $file))
    };
}

const LATER: [(Chapter, &str, &str); 5] = [
    (Chapter::Office, sentences!("zh-CN.office.txt"), sentences!("en.office.txt")),
    (Chapter::Documents, sentences!("zh-CN.documents.txt"), sentences!("en.documents.txt")),
    (Chapter::Examination, sentences!("zh-CN.examination.txt"), sentences!("en.examination.txt")),
    (Chapter::Certificate, sentences!("zh-CN.certificate.txt"), sentences!("en.certificate.txt")),
    (Chapter::Verify, sentences!("zh-CN.verify.txt"), sentences!("en.verify.txt")),
];

fn in_language(tag: &str) -> I18n {
    let i18n = I18n::new("");
    for (chapter, own, _) in LATER {
        i18n.learn(chapter, own);
    }
    if tag == "en" {
        let later = LATER.map(|(chapter, _, english)| (chapter, english.to_owned()));
        i18n.use_fetched(Language::find("en").unwrap(), sentences!("en.txt"), &later).unwrap();
    }
    i18n
}

/// What is wrong in the page: words too pale on what lies behind them (WCAG 2.2, 1.4.3), what can be pressed or filled in and has
/// no name (4.1.2), and what is wider than the smallest phone (1.4.10).
const LOOK: &str = "
    const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    const mixed = (colours) => {
        pen.clearRect(0, 0, 1, 1);
        for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = rgb => rgb.map(it => it / 255).map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
        .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = element => {
        const all = [];
        for (let it = element; it; it = it.parentElement) all.unshift(getComputedStyle(it).backgroundColor);
        return ['#fff', ...all];
    };
    const wrong = [];
    for (const part of root.querySelectorAll('[data-specimen]')) {
        const say = words => wrong.push(part.dataset.specimen + ': ' + words);
        if (!part.firstElementChild) say('nothing is drawn');
        const edge = root.getBoundingClientRect().right + 0.5;
        if ([...part.querySelectorAll('*')].some(it => it.getBoundingClientRect().right > edge)) say('wider than the phone');
        for (const it of part.querySelectorAll('button, a, input, select, textarea, [role=radio]')) {
            const by = (it.getAttribute('aria-labelledby') || '').split(' ').map(id => id && root.querySelector('#' + CSS.escape(id))?.textContent).join('');
            const name = it.getAttribute('aria-label') || by || [...it.labels || []].map(label => label.textContent).join('') || it.textContent;
            if (!name.trim()) say('no name: ' + it.outerHTML.slice(0, 90));
        }
        const words = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        while (words.nextNode()) {
            const around = words.currentNode.parentElement, style = getComputedStyle(around);
            const hidden = around.getClientRects().length === 0 || around.closest('.hc-sr, [aria-disabled=true]') || style.visibility !== 'visible';
            if (!words.currentNode.data.trim() || hidden) continue;
            const ground = behind(around), [a, b] = [light(mixed([...ground, style.color])), light(mixed(ground))].sort((a, b) => b - a);
            const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < (large ? 3 : 4.5)) say(ratio.toFixed(2) + ' to 1: ' + words.currentNode.data.trim().slice(0, 30));
        }
    }
    return wrong;";

#[wasm_bindgen_test]
async fn every_part_in_each_state_is_named_and_can_be_read_on_the_smallest_phone() {
    let mut wrong = Vec::new();
    for (lang, theme, size, contrast) in [
        ("zh-CN", "light", "usual", "usual"),
        ("zh-CN", "dark", "usual", "usual"),
        ("zh-CN", "light", "elder", "more"),
        ("en", "light", "usual", "usual"),
        ("en", "dark", "elder", "more"),
    ] {
        let host = document().create_element("div").unwrap();
        for (name, value) in [("theme", theme), ("size", size), ("contrast", contrast)] {
            host.set_attribute(&format!("data-hc-{name}"), value).unwrap();
        }
        host.set_attribute("style", "display:block;inline-size:320px").unwrap();
        document().body().unwrap().append_child(&host).unwrap();
        let shadow = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
        let sheet = document().create_element("style").unwrap();
        sheet.set_text_content(Some(&LOOKS.join("\n")));
        shadow.append_child(&sheet).unwrap();
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        root.set_attribute("lang", lang).unwrap();
        shadow.append_child(&root).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let page = leptos::mount::mount_to(root.clone(), move || {
            provide_context(in_language(lang));
            let all = states::states();
            tell.send(all.len()).unwrap();
            let each = all.into_iter().map(|it| view! { <div data-specimen=it.name>{it.view}</div> }).collect_view();
            view! { <div class="hc"><div class="hc-shell"><div class="hc-main">{each}</div></div></div> }
        });
        let drawn = told.recv().unwrap();
        assert!(drawn >= 30, "only {drawn} states");
        sleep(Duration::from_millis(100)).await;
        let found = Function::new_with_args("root", LOOK).call1(&JsValue::NULL, &root).unwrap();
        let found: Array = found.unchecked_into();
        let found = found.iter().filter_map(|it| it.as_string());
        wrong.extend(found.map(|it| format!("{lang}, {theme}, {size}: {it}")));
        // Who looks at it in a browser sees all of them.
        page.forget();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
