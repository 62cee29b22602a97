//! An office in the page itself, with its applications: submitted, taken back, and out of reach when a test says so.
use super::visit::{in_javascript, instead_of};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Until it is dropped.
pub(crate) struct Office {
    fetch: JsValue,
}

impl Drop for Office {
    fn drop(&mut self) {
        instead_of(&window(), "fetch", &self.fetch);
    }
}

const OPEN: &str = "
    // Nobody is to be signed out first.
    localStorage.clear();
    const office = globalThis.office = {
        reached: true, signedIn: true, who: 'sample', formIsOld: false, isBusy: false, doubts: 0, streams: false, bare: false, hello: new TextEncoder().encode('event: hello\\ndata: {}\\n\\n'), namesRounds: true, refuses: false, sent: null, rests: null, form: null, newer: null, service: null, taken: [], drafts: {}, loses: null, all: {}, receipts: {}, asked: [],
        change(one, more) { Object.assign(one, more); one.version++; },
        takeBack() { for (const one of Object.values(this.all)) if (one.state === 'submitted') this.change(one, { state: 'draft' }); },
    };
    const json = (value, status = 200) =>
        new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
    const problem = (slug, status, more, headers) => new Response(JSON.stringify({ type: 'https://sample/problems/' + slug, title: '', status, ...more }),
        { status, headers: { 'Content-Type': 'application/problem+json', ...headers } });
    return async (what, more) => {
        const request = new Request(what, more), { pathname } = new URL(request.url), path = pathname.replace(/^.*\\/v1/, '');
        const asked = request.method + ' ' + path.replace(/[0-9a-f-]{36}/g, '*'), id = path.split('/')[2], one = office.all[id];
        office.asked.push(asked);
        if (!office.reached) throw new TypeError('no network');
        const answer = await (async () => { switch (asked) {
            case 'GET /session': return office.doubts-- > 0 ? problem('busy', 503) : json(office.signedIn ? { signed_in: true, subject: office.who, shown: '138****0000' } : { signed_in: false });
            case 'POST /session': office.signedIn = true; return json({ signed_in: true, subject: office.who, shown: '138****0000' });
            case 'DELETE /session': if (office.bare) return new Response('', { status: 200 }); office.signedIn = false; return new Response(null, { status: 204 });
            case 'GET /service':
                if (office.service) return json(office.service);
                return office.form ? json({ name: 'sample', api: '1', time_zone: 'Asia/Shanghai', features: ['drafts'], accepted_questionnaires: office.taken }) : problem('not-found', 404);
            case 'GET /questionnaires/health-certificate':
                if (request.url.includes('2027')) return new Response(office.newer, { headers: { 'Content-Type': 'application/fhir+json' } });
                return office.form ? new Response(office.form, { headers: { 'Content-Type': 'application/fhir+json' } }) : problem('not-found', 404);
            case 'GET /applications/*/draft': {
                const { etag, text } = office.drafts[id] ??= { etag: 1, text: JSON.stringify({
                    questionnaire: 'health-certificate|2026.11.1', answers: { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: [] } }) };
                return new Response(text, { headers: { 'Content-Type': 'application/json', ETag: String(etag) } });
            }
            case 'PUT /applications/*/draft':
                if (office.rests) return problem('slow-down', 429, {}, { 'Retry-After': office.rests });
                office.drafts[id] = { etag: office.drafts[id].etag + 1, text: await request.text() };
                return new Response(null, { status: 204, headers: { ETag: String(office.drafts[id].etag) } });
            case 'PUT /applications/*':
                if (office.rests) return problem('busy', 503, {}, { 'Retry-After': office.rests });
                if (office.formIsOld) return problem('questionnaire-changed', 409, { questionnaire: 'health-certificate|2026.12.1' });
                return json(office.all[id] ??= { id, version: 1, state: 'draft', stage: 1, round: 0,
                    since: '2026-11-26T08:00:00+08:00', questionnaire: 'health-certificate|2026.11.1' });
            case 'GET /events':
                return office.streams
                    ? new Response(office.streams === true ? office.hello : office.streams, { headers: { 'Content-Type': 'text/event-stream' } })
                    : problem('not-found', 404);
            case 'GET /applications': if (office.isBusy) return problem('busy', 503); return json({ items: Object.values(office.all) });
            case 'GET /applications/*': return one ? json(one) : problem('not-found', 404);
            case 'POST /applications/*/submission': {
                if (office.refuses) return problem('act-refused', 409, { state: 'draft' });
                const key = request.headers.get('Idempotency-Key');
                if (!office.receipts[key]) {
                    office.change(one, { state: 'submitted', round: one.round + 1 });
                    office.receipts[key] = { key, state: 'done', act: 'submit', application: id,
                        round: office.namesRounds ? one.round : undefined };
                }
                return json({ receipt: office.receipts[key], application: one }, 201);
            }
            case 'GET /applications/*/submission': return office.sent ? json(office.sent) : problem('not-found', 404);
            case 'GET /applications/*/documents/*/content': return new Response('the bytes', { headers: { 'Content-Type': 'image/jpeg' } });
            case 'DELETE /applications/*/submission': office.takeBack(); return json({ application: one });
            case 'GET /receipts/*': {
                const receipt = office.receipts[id];
                return receipt ? json(receipt) : problem('not-found', 404);
            }
            default: return problem('not-found', 404);
        } })();
        await office.before?.(asked, request);
        if (office.loses && asked.startsWith(office.loses)) { office.lost?.(); throw new TypeError('the reply is lost'); }
        return answer;
    };";

impl Office {
    pub(crate) fn open() -> Self {
        let fetch = Reflect::get(&window(), &"fetch".into()).unwrap();
        let answers = Function::new_no_args(OPEN).call0(&JsValue::NULL).unwrap();
        instead_of(&window(), "fetch", &answers);
        Self { fetch }
    }

    /// Something happens there.
    pub(crate) async fn does(&self, what: &str) {
        in_javascript("", &format!("const office = globalThis.office; {what}")).await;
    }
}
