//! A page that was frozen while a photo was on its way: another one has sent it meanwhile.
use super::empty_phone;
use super::office::Office;
use super::pages::is_so;
use super::visit::{Visit, begun, in_javascript, instead_of, naming, photo, until};
use health_certificate::offline::What;
use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// Takes whatever is uploaded.
const TAKES: &str = "return class {
    upload = {};
    responseURL = '';
    status = 0;
    open(method) { this.method = method; }
    setRequestHeader() {}
    getResponseHeader(name) { return { Location: '/uploads/sample', 'Upload-Offset': '4' }[name] ?? null; }
    send() {
        this.status = { POST: 201, HEAD: 200 }[this.method] ?? 204;
        setTimeout(() => this.onloadend?.());
    }
    abort() {}
}";

#[wasm_bindgen_test]
async fn a_photo_that_another_page_has_sent_meanwhile_is_not_removed_at_the_office_by_one_that_was_frozen() {
    empty_phone().await;
    let office = Office::open();
    office
        .does(
            "office.service = { name: 'sample', api: '1', time_zone: 'Asia/Shanghai', features: [],
                uploads: { endpoint: '/uploads', max_size: 1000000, checksum: [], expires_after: 0, types: ['image/jpeg'] } };
             office.before = asked => asked === 'PUT /applications/*/documents/*' && new Promise(done => { office.goes = done; });",
        )
        .await;
    let page: JsValue = window().into();
    let requests = Reflect::get(&page, &"XMLHttpRequest".into()).unwrap();
    instead_of(&page, "XMLHttpRequest", &Function::new_no_args(TAKES).call0(&JsValue::NULL).unwrap());
    let visit = Visit::opened().await;
    until(|| visit.offline.session().get_untracked().is_signed_in()).await;
    let (id, draft) = begun(&visit).await;
    let kept = visit.offline.keep_document(photo(&id, b"jpeg")).await.unwrap();
    draft.answers.set(naming(&[&kept]));
    assert!(draft.save_now().await);
    visit.offline.set_consent(&id, true);
    until(|| is_so("office.goes")).await;

    // By the time that the reply comes another page has had its turn: the photo has arrived from there.
    let rows = || visit.offline.outbox().get_untracked();
    let entry = rows().into_iter().find(|row| row.document.as_ref() == Some(&kept)).unwrap().id;
    let arrived = "const d = await ask(indexedDB.open('hc'));
        await ask(d.transaction('vault', 'readwrite').objectStore('vault').delete('entry/' + name)); d.close();
        const line = new BroadcastChannel('hc'); line.postMessage(JSON.stringify({ Entry: name })); line.close();";
    in_javascript(&entry, arrived).await;
    until(|| rows().iter().all(|row| row.id != entry)).await;
    office.does("office.before = null; office.goes();").await;
    health_certificate::api::sleep(std::time::Duration::from_millis(500)).await;
    office
        .does("const gone = office.asked.find(it => it.startsWith('DELETE')); if (gone) throw new Error(gone);")
        .await;
    assert!(visit.offline.documents_of(&id).get_untracked().iter().any(|it| it.id == kept && it.here));
    assert!(rows().iter().all(|row| row.what != What::RemoveDocument));
    instead_of(&page, "XMLHttpRequest", &requests);
    drop(visit);
    drop(office);
}
