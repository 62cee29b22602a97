//! Where the focus is when what was pressed has gone.
use health_certificate::api::sleep;
use health_certificate::reactive::{RwSignal, Signal};
use health_certificate::ui::{Button, Dialog, Words, live};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

fn at(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).unwrap().map(JsCast::unchecked_into)
}

#[wasm_bindgen_test]
async fn what_goes_with_its_press_leaves_the_focus_where_the_person_was() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let answered = RwSignal::new(false);
    let _page = leptos::mount::mount_to(root.clone(), move || {
        let (in_card, alone, elsewhere) = (RwSignal::new(true), RwSignal::new(true), RwSignal::new(true));
        let button = |shown: RwSignal<bool>, press: Callback<()>| {
            live(move || shown.get().then(|| view! { <Button label=Words::from("Go on") on_press=press/> }))
        };
        let late = Callback::new(move |()| {
            // The office answers later.
            set_timeout(move || in_card.set(false), Duration::from_millis(700));
        });
        let to_field = Callback::new(move |()| {
            elsewhere.set(false);
            at("#pressed-field").unwrap().focus().unwrap();
        });
        let at_once = Callback::new(move |()| alone.set(false));
        answered.set(true);
        view! {
            <main class="hc-main">
                <h1 tabindex="-1">"Title"</h1>
                <div id="pressed-alone">{button(alone, at_once)}</div>
                <div id="pressed-card"><div>{button(in_card, late)}</div></div>
                <div id="pressed-elsewhere">{button(elsewhere, to_field)}<input id="pressed-field"/></div>
            </main>
        }
    });
    assert!(answered.get_untracked());
    for (part, expected) in [
        ("pressed-alone", "#pressed-alone"),
        ("pressed-card", "#pressed-card>div"),
        ("pressed-elsewhere", "#pressed-field"),
    ] {
        let button = at(&format!("#{part} button")).unwrap();
        button.focus().unwrap();
        button.click();
        let wanted = at(expected).unwrap();
        for _ in 0..80 {
            if !button.is_connected() && document().active_element().as_ref() == Some(&wanted) {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        // Whoever has gone on is not called back.
        sleep(Duration::from_millis(500)).await;
        assert_eq!(document().active_element().map(|it| it.outer_html()), Some(wanted.outer_html()), "{part}");
        assert!(!button.is_connected(), "{part}");
    }
    root.remove();
}

/// Waits until the focus is where it is wanted.
async fn comes_to(wanted: &str, what: &str) {
    for _ in 0..100 {
        let there = document().active_element();
        if there.is_some() && there == document().query_selector(wanted).unwrap() {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: the focus is on {:?}", document().active_element().map(|it| it.outer_html()));
}

#[wasm_bindgen_test]
async fn a_question_whose_opener_goes_with_its_answer_leaves_the_focus_on_the_page() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let _page = leptos::mount::mount_to(root.clone(), move || {
        let (open, may) = (RwSignal::new(false), RwSignal::new(true));
        let ask = Callback::new(move |()| open.set(true));
        // What was taken back cannot be taken back again.
        let done = Callback::new(move |()| {
            may.set(false);
            set_timeout(move || open.set(false), Duration::from_millis(20));
        });
        view! {
            <main class="hc-main">
                <h1 id="asked-title" tabindex="-1">"Title"</h1>
                {live(move || may.get().then(|| view! { <div id="asked-opener"><Button label=Words::from("Take back") on_press=ask/></div> }))}
                <Dialog
                    open=Signal::from(open)
                    title=Words::from("Take back?")
                    body=Words::from("It can be changed then.")
                    safe=Words::from("Keep")
                    act=Words::from("Take back")
                    on_safe=Callback::new(|()| ())
                    on_act=done
                />
            </main>
        }
    });
    let opener = at("#asked-opener button").unwrap();
    opener.focus().unwrap();
    opener.click();
    super::visit::until(|| at("dialog[open] .hc-btn--bad").is_some()).await;
    let yes = at("dialog[open] .hc-btn--bad").unwrap();
    yes.focus().unwrap();
    yes.click();
    comes_to("#asked-title", "after the answer").await;
    root.remove();
}

#[wasm_bindgen_test]
async fn a_reply_that_takes_longer_than_most_leaves_the_focus_where_the_person_was() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let _page = leptos::mount::mount_to(root.clone(), move || {
        let (shown, busy) = (RwSignal::new(true), RwSignal::new(false));
        let press = Callback::new(move |()| {
            busy.set(true);
            set_timeout(move || shown.set(false), Duration::from_secs(6));
        });
        let button = move || {
            shown.get().then(|| view! { <Button label=Words::from("Go on") busy=Signal::from(busy) on_press=press/> })
        };
        view! { <main class="hc-main"><div id="pressed-late">{live(button)}</div></main> }
    });
    let button = at("#pressed-late button").unwrap();
    button.focus().unwrap();
    button.click();
    super::visit::until(|| !button.is_connected()).await;
    comes_to("#pressed-late", "after six seconds").await;
    root.remove();
}

#[wasm_bindgen_test]
async fn a_form_that_goes_with_enter_leaves_the_focus_on_the_page() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let _page = leptos::mount::mount_to(root.clone(), move || {
        let (shown, busy) = (RwSignal::new(true), RwSignal::new(false));
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            busy.set(true);
            set_timeout(move || shown.set(false), Duration::from_millis(900));
        };
        let form = move || {
            shown.get().then(|| {
                view! {
                    <form on:submit=submit>
                        <input id="sent-code"/>
                        <Button label=Words::from("Sign in") submit=true busy=Signal::from(busy)/>
                    </form>
                }
            })
        };
        view! { <main class="hc-main"><h1 id="sent-title" tabindex="-1">"Title"</h1>{live(form)}</main> }
    });
    at("#sent-code").unwrap().focus().unwrap();
    // As Enter in the field does.
    at("form button[type=submit]").unwrap().click();
    comes_to("#sent-title", "after the form").await;
    root.remove();
}
