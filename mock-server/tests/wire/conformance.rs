//! The table of contract §2.2, played from each state; and naughty strings everywhere.
use crate::support::{Phone, Server, key};
use contract::application::{Act, Actor, Facts, State, TABLE, apply};
use reqwest::Method;
use serde_json::{Value as Json, json};

/// How a state is reached by acts of desk and clock from a submitted application.
const WAYS: [(State, &[&str]); 13] = [
    (State::Submitted, &[]),
    (State::InReview, &["begin"]),
    (State::Returned, &["begin", "return"]),
    (State::Counter, &["begin", "call-in"]),
    (State::Accepted, &["begin", "accept"]),
    (State::Rejected, &["begin", "reject"]),
    (State::Booked, &["begin", "accept", "*book"]),
    (State::Missed, &["begin", "accept", "*book", "miss"]),
    (State::Examined, &["begin", "accept", "*book", "attend"]),
    (State::Referred, &["begin", "accept", "*book", "attend", "refer"]),
    (State::Passed, &["begin", "accept", "*book", "attend", "pass"]),
    (State::Issued, &["begin", "accept", "*book", "attend", "pass", "issue"]),
    (State::Lapsed, &["begin", "return", "lapse"]),
];

fn needed(act: &str) -> Json {
    if matches!(act, "return" | "return-report") { json!({ "pointers": ["#/work.post"] }) } else { json!({}) }
}

async fn reach(phone: &Phone, way: &[&str]) -> String {
    let (id, _) = phone.submitted().await;
    for act in way {
        if *act == "*book" {
            phone.book_somewhere(&id).await;
        } else {
            phone.play(&id, act, needed(act)).await.expect(200);
        }
    }
    id
}

#[tokio::test]
async fn what_is_not_in_the_table_is_refused_and_changes_nothing() {
    let server = Server::new().await;
    for (state, way) in WAYS {
        let phone = server.signed_in().await;
        let id = reach(&phone, way).await;
        let before = phone.record(&id).await;
        assert_eq!(before["state"], state.code());
        let office = TABLE.iter().filter(|row| row.actor != Actor::Applicant && row.act != Act::ScanReturn);
        for row in office.filter(|row| !row.from.contains(&state)) {
            let reply = phone.play(&id, row.act.code(), needed(row.act.code())).await;
            if row.act == Act::Lapse && state == State::Lapsed || row.act == Act::Miss && state == State::Missed {
                continue;
            }
            assert_eq!(
                (reply.status, reply.slug().as_str()),
                (409, "act-refused"),
                "{} from {}",
                row.act.code(),
                state.code()
            );
            assert_eq!(reply.json()["state"], state.code());
        }
        assert_eq!(phone.record(&id).await["events"], before["events"], "{}", state.code());
    }
}

#[tokio::test]
async fn the_applicants_acts_are_refused_where_the_record_does_not_offer_them() {
    let server = Server::new().await;
    for (state, way) in WAYS {
        let phone = server.signed_in().await;
        let id = reach(&phone, way).await;
        let offered: Vec<String> = phone.record(&id).await["actions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action["act"].as_str().unwrap().to_owned())
            .collect();
        let expected = contract::application::applicant_acts(&Facts::of(state), mock_server::office::server_now());
        let expected: Vec<&str> = expected.iter().map(|(act, _)| act.code()).collect();
        assert_eq!(offered, expected, "{}", state.code());
        let slot = json!({ "slot": "site-2.20260101T0800" });
        let open = json!({ "questionnaire": "health-certificate|2026.11.1", "round": 1, "answers": { "item": [] } });
        for (act, method, path, body) in [
            ("submit", Method::POST, "submission", &open),
            ("supplement", Method::POST, "supplement", &open),
            ("report", Method::POST, "examination/report", &open),
            ("book", Method::PUT, "hold", &slot),
            ("collect", Method::POST, "collection", &json!({})),
        ] {
            let possible = apply(
                Act::from_code(act).unwrap(),
                Actor::Applicant,
                &Facts::of(state),
                mock_server::office::server_now(),
            )
            .is_ok();
            if possible || act == "book" && state == State::Booked {
                continue;
            }
            let request = phone
                .request(method, &format!("/applications/{id}/{path}"))
                .header("Idempotency-Key", key())
                .json(body);
            let reply = phone.send(request).await;
            let window = state == State::Missed && act == "book";
            assert_eq!(
                reply.slug(),
                if window { "outside-window" } else { "act-refused" },
                "{act} from {}",
                state.code()
            );
        }
    }
}

/// Texts that have broken other servers.
const NAUGHTY: [&str; 14] = [
    "",
    " ",
    "null",
    "../../../etc/passwd",
    "'; DROP TABLE application; --",
    "<script>alert(1)</script>",
    "\u{202e}txet desrever",
    "Z\u{36f}\u{36f}\u{36f}a\u{36f}lgo",
    "😀👩‍👩‍👧‍👦",
    "\u{2cb56}",
    "%00",
    "\u{0}",
    "1e999",
    "{{7*7}}",
];

#[tokio::test]
async fn naughty_strings_on_every_call_are_never_a_fault_of_the_server() {
    let server = Server::new().await;
    let calls = [
        (Method::GET, "/questionnaires/{}"),
        (Method::GET, "/questionnaires/health-certificate?version={}"),
        (Method::GET, "/sites?category={}"),
        (Method::GET, "/sites/{}/slots"),
        (Method::GET, "/sites/site-1/slots?from={}&days={}&category={}"),
        (Method::GET, "/applications?cursor={}"),
        (Method::GET, "/applications/{}"),
        (Method::PUT, "/applications/{}"),
        (Method::PUT, "/applications/ID"),
        (Method::PUT, "/applications/ID/draft"),
        (Method::POST, "/applications/ID/submission"),
        (Method::DELETE, "/applications/ID/submission?round={}"),
        (Method::POST, "/applications/ID/supplement"),
        (Method::POST, "/applications/ID/withdrawal"),
        (Method::GET, "/applications/ID/events?cursor={}"),
        (Method::PUT, "/applications/ID/documents/{}"),
        (Method::GET, "/applications/ID/documents/{}/content"),
        (Method::DELETE, "/applications/ID/documents/{}"),
        (Method::PUT, "/applications/ID/hold"),
        (Method::DELETE, "/applications/ID/hold?slot={}"),
        (Method::PUT, "/applications/ID/appointment"),
        (Method::DELETE, "/applications/ID/appointment?slot={}"),
        (Method::PUT, "/applications/ID/slot-watch"),
        (Method::POST, "/applications/ID/examination/report"),
        (Method::POST, "/applications/ID/collection"),
        (Method::GET, "/certificates/{}"),
        (Method::GET, "/downloads/{}"),
        (Method::GET, "/receipts/{}"),
        (Method::POST, "/lookups"),
        (Method::POST, "/session"),
        (Method::POST, "/session/code"),
        (Method::POST, "/test/acts"),
        (Method::HEAD, "/uploads/{}"),
        (Method::POST, "/uploads"),
        (Method::GET, "/status-lists/{}"),
    ];
    for text in NAUGHTY {
        // A person of their own each: nobody may ask so much in a minute.
        let phone = server.signed_in().await;
        let id = phone.begin().await;
        let encoded = text.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02X}"));
        for (method, path) in &calls {
            let path = path.replace("{}", &encoded).replace("ID", &id);
            let mut request = phone.tus(method.clone(), &path).header("Idempotency-Key", key());
            if *method == Method::PUT || *method == Method::POST {
                request = request.json(&naughty_body(text));
            }
            let reply = phone.send(request).await;
            assert!(reply.status < 500, "{method} {path} {text:?}: {reply:?}");
            assert!(!reply.header("content-type").contains("html"));
        }
    }
}

/// Every member that any call reads, holding this text.
fn naughty_body(text: &str) -> Json {
    let words = json!({ "text": text, "lang": text });
    let coding = json!({ "system": text, "code": text, "display": text });
    json!({
        "questionnaire": text, "renews": text, "round": 1, "draft": text, "documents": { (text): text },
        "answers": { "resourceType": text, "item": [{ "linkId": text, "answer": [{ "valueString": text }] },
            { "linkId": "person.name", "answer": [{ "valueString": text }, { "valueCoding": coding }, { "valueDate": text }] },
            { "linkId": "work.place", "id": text, "item": [{ "linkId": "work.place.address", "answer": [{ "valueString": text }] }] }] },
        "notes": { (text): words }, "words": words, "pointer": text, "upload": text, "sha256": text, "size": 1, "type": text,
        "insisted": [text], "slot": text, "sites": [text], "from": "2026-12-01", "until": "2026-12-02",
        "name": text, "id_tail": text, "code_id": text, "code": text, "number": text,
        "purpose": "lookup", "phone": text, "application": text, "act": "return", "pointers": [text],
    })
}
