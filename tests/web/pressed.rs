//! Where the focus is when what was pressed has gone.
use health_certificate::api::sleep;
use health_certificate::reactive::RwSignal;
use health_certificate::ui::{Button, Words, live};
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
