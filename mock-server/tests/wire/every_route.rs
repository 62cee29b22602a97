//! What holds for every call, whichever it is: the calls are read from `/openapi.json`, so a new one is covered by itself.
use crate::calls::{Call, Document};
use crate::support::{Reply, Server, jpeg, key};
use reqwest::Method;
use serde_json::{Map, Value as Json, json};

/// Nothing but a problem, and none that is the server's fault.
#[track_caller]
fn is_a_problem(call: &Call, reply: &Reply, why: &str) {
    assert!((400..500).contains(&reply.status), "{} {why}: {reply:?}", call.said());
    // tus has statuses of its own, and HEAD has no body.
    if reply.header("tus-resumable").is_empty() && call.method != Method::HEAD {
        assert_eq!(reply.header("content-type"), "application/problem+json", "{} {why}: {reply:?}", call.said());
        assert_eq!(reply.json()["status"], reply.status, "{} {why}", call.said());
    }
}

/// Answered, or refused with a problem.
#[track_caller]
fn is_no_fault(call: &Call, reply: &Reply, why: &str) {
    assert!(!reply.header("content-type").contains("html"), "{} {why}: {reply:?}", call.said());
    if reply.status >= 400 {
        is_a_problem(call, reply, why);
    }
}

/// What is named in a path and belongs to nobody in particular.
const EVERYBODYS: [&str; 1] = ["/sites/{s}/"];

#[tokio::test]
async fn whatever_a_path_names_is_somebodys_or_everybodys() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    for call in document.calls.iter().filter(|call| call.path.contains('{') && !call.is_public()) {
        let everybodys = EVERYBODYS.iter().any(|path| call.path.contains(path));
        assert!(
            call.names_somebody() || everybodys,
            "{}: say whose it is, so that a stranger asks for it",
            call.said()
        );
    }
}

#[tokio::test]
async fn a_write_needs_its_header_and_a_page_that_is_trusted() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let http = reqwest::Client::new();
    for call in document.calls.iter().filter(|call| !call.reads()) {
        let url = format!("{}{}", server.base, call.with(&[], &key()));
        let bare = http.request(call.method.clone(), &url);
        let foreign = http.request(call.method.clone(), &url).header("X-HC-Request", "1");
        for request in [bare, foreign.header("Origin", "https://elsewhere.example")] {
            let reply = server.phone().send(request).await;
            assert_eq!((reply.status, reply.slug().as_str()), (403, "not-allowed"), "{}", call.said());
        }
    }
}

#[tokio::test]
async fn who_is_not_signed_in_gets_nothing_but_what_is_public() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let mut phone = server.phone();
    for cookie in [None, Some("hc=made-up")] {
        phone.cookie = cookie.map(str::to_owned);
        for call in document.calls.iter().filter(|call| !call.is_public()) {
            let reply = phone.send(call.request(&phone, &call.with(&[], &key()))).await;
            assert_eq!(reply.status, 401, "{}: {reply:?}", call.said());
            is_a_problem(call, &reply, "signed out");
        }
    }
}

#[tokio::test]
async fn what_can_be_sent_twice_needs_a_key() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let keyed: Vec<&Call> = document.calls.iter().filter(|call| call.takes("Idempotency-Key")).collect();
    assert!(keyed.iter().all(|call| call.method == Method::POST) && keyed.len() >= 9);
    for call in keyed {
        let path = call.with(&[("{id}", &id)], "x");
        let body = document.sample(call.shape().unwrap(), &|_| None);
        for header in [None, Some("1234"), Some("zzzzzzzz-zzzz-4zzz-8zzz-zzzzzzzzzzzz")] {
            let mut request = phone.request(call.method.clone(), &path).json(&body);
            if let Some(header) = header {
                request = request.header("Idempotency-Key", header);
            }
            let reply = phone.send(request).await;
            assert_eq!((reply.status, reply.slug().as_str()), (400, "malformed"), "{} {header:?}", call.said());
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_the_limit() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let body = format!("{{\"x\": \"{}\"}}", "y".repeat(262_144));
    for call in document.calls.iter().filter(|call| call.shape().is_some()) {
        let path = call.with(&[("{id}", &id)], &key());
        let request = call.request(&phone, &path).header("Content-Type", "application/json").body(body.clone());
        let reply = phone.send(request).await;
        assert_eq!(
            (reply.status, reply.slug().as_str(), reply.json()["limit"].as_u64()),
            (413, "too-large", Some(262_144)),
            "{}",
            call.said()
        );
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_malformed() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let deep = "[".repeat(100_000);
    let texts: [(&str, &[u8]); 7] = [
        ("application/json", b"{"),
        ("application/json", b""),
        ("application/json", b"\xFF\xFE{\x00}\x00"),
        ("application/json", b"\"a text\""),
        ("application/json", b"[1, 2, 3]"),
        ("application/json", deep.as_bytes()),
        ("text/plain", b"{}"),
    ];
    for (media, body) in texts {
        let phone = server.signed_in().await;
        let id = phone.begin().await;
        for call in document.calls.iter().filter(|call| call.shape().is_some()) {
            let path = call.with(&[("{id}", &id)], &key());
            let request = call.request(&phone, &path).header("Content-Type", media).body(body.to_vec());
            let reply = phone.send(request).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
            is_a_problem(call, &reply, &shown);
            assert_eq!(reply.slug(), "malformed", "{} {shown}", call.said());
        }
    }
}

#[tokio::test]
async fn members_of_another_kind_and_endless_values_are_never_a_fault_of_the_server() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let long = "长".repeat(50_000);
    let many = json!(vec![json!({ "linkId": "x", "answer": [{ "valueString": "y" }] }); 2_000]);
    for value in [
        json!(null),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!({ "a": { "b": [] } }),
        json!([[[]]]),
        json!(long),
        many,
        json!("9999-12-31T23:59:59+08:00"),
        json!("+275760-09-13T00:00:00Z"),
    ] {
        let phone = server.signed_in().await;
        let id = phone.begin().await;
        for call in document.calls.iter().filter(|call| call.shape().is_some()) {
            let path = call.with(&[("{id}", &id)], &key());
            // All members so, then one after the other, the rest as it should be.
            let members = document.sample(call.shape().unwrap(), &|_| None);
            let names: Vec<String> = members.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
            let all: Map<String, Json> = names.iter().map(|name| (name.clone(), value.clone())).collect();
            let reply = phone.send(call.request(&phone, &path).json(&all)).await;
            is_no_fault(call, &reply, &value.to_string().chars().take(30).collect::<String>());
            for name in names {
                let mut body = members.clone();
                body[&name] = value.clone();
                let reply = phone.send(call.request(&phone, &path).json(&body)).await;
                is_no_fault(call, &reply, &name);
            }
        }
    }
}

#[tokio::test]
async fn a_clock_is_never_moved_to_where_it_cannot_be_reckoned() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    for at in
        ["1999-12-31T23:59:59+08:00", "9000-01-01T00:00:00+08:00", "9999-12-31T23:59:59+08:00", "0000-01-01T00:00:00Z"]
    {
        let reply = phone.play(&id, "edit", json!({ "at": at })).await;
        let said = reply.json();
        assert_eq!((reply.status, &said["errors"][0]["code"]), (422, &json!("range")), "{at}: {said}");
        assert_eq!(said["errors"][0]["pointer"], "#/@at");
    }
    // What is no instant of RFC 3339 is not read at all.
    for at in ["+262142-12-31T23:59:59Z", "-262143-01-01T00:00:00Z", "2027-02-30T00:00:00Z", "soon"] {
        assert_eq!(phone.play(&id, "edit", json!({ "at": at })).await.expect(400).slug(), "malformed", "{at}");
    }
    assert_eq!(phone.record(&id).await["state"], "submitted");
    phone.play(&id, "edit", json!({ "at": "2300-01-01T00:00:00+08:00" })).await.expect(200);
}

#[tokio::test]
async fn a_trouble_of_any_size_is_never_a_fault_of_the_server() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    for trouble in [
        "clock=9223372036854775807",
        "clock=-9223372036854775808",
        "clock=99999999999999999999999",
        "status=503/4294967295d",
        "status=503/4294967295s",
        "cut=4294967295",
    ] {
        let reply = phone.send(phone.request(Method::GET, "/service").header("X-HC-Fault", trouble)).await;
        assert!(reply.status == 200 || trouble.starts_with("status"), "{trouble}: {reply:?}");
        assert!(reply.status < 500 || reply.status == 503, "{trouble}: {reply:?}");
    }
}

#[tokio::test]
async fn paths_queries_and_headers_take_any_text() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let long = "x".repeat(4_000);
    for text in
        ["%00", "%FF%FE", "..%2F..%2Fetc%2Fpasswd", "%E2%80%AE", "-1", "99999999999999999999", "'%20OR%201=1--", &long]
    {
        let phone = server.signed_in().await;
        let id = phone.begin().await;
        for call in &document.calls {
            let mut queries = call.queries().map(|it| it["name"].as_str().unwrap());
            let first = queries.next().map(|name| format!("?{name}={text}")).unwrap_or_default();
            let query = queries.fold(first, |all, name| format!("{all}&{name}={text}"));
            let header: String = text.chars().filter(char::is_ascii_graphic).collect();
            for path in
                [format!("{}{query}", call.with(&[], text)), format!("{}{query}", call.with(&[("{id}", &id)], text))]
            {
                if call.path.ends_with("/events") && !call.path.contains("{id}") {
                    continue;
                }
                let mut request = phone.request(call.method.clone(), &path);
                for name in [
                    "If-Match",
                    "If-None-Match",
                    "Last-Event-ID",
                    "Range",
                    "Upload-Offset",
                    "Upload-Length",
                    "Upload-Metadata",
                    "Upload-Checksum",
                    "X-HTTP-Method-Override",
                    "Accept-Language",
                    "Idempotency-Key",
                ] {
                    request = request.header(name, &header);
                }
                if call.path.contains("/uploads") {
                    request = request
                        .header("Tus-Resumable", "1.0.0")
                        .header("Content-Type", "application/offset+octet-stream");
                } else if let Some(shape) = call.shape() {
                    request = request.json(&document.sample(shape, &|_| None));
                }
                is_no_fault(call, &phone.send(request).await, &text[..text.len().min(30)]);
            }
        }
    }
}

#[tokio::test]
async fn what_a_query_must_say_and_how_far_it_goes_is_in_the_document() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let mut asked = 0;
    for call in &document.calls {
        let path = call.with(&[("{id}", &id), ("{s}", "site-1")], &key());
        for parameter in call.queries() {
            let (name, shape) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            let whole = |bound: &str| shape[bound].as_i64();
            let wrong = [whole("minimum").map(|least| least - 1), whole("maximum").map(|most| most + 1)];
            let mut wrong: Vec<String> = wrong.iter().flatten().map(|value| format!("{path}?{name}={value}")).collect();
            wrong.extend((parameter["required"] == true).then(|| path.clone()));
            for path in wrong {
                let reply = phone.send(call.request(&phone, &path)).await;
                assert_eq!((reply.status, reply.slug().as_str()), (400, "malformed"), "{} {path}", call.said());
                asked += 1;
            }
            for within in [whole("minimum"), whole("maximum")].into_iter().flatten() {
                let reply = phone.send(call.request(&phone, &format!("{path}?{name}={within}"))).await;
                assert_ne!(reply.status, 400, "{} {name}={within}: {reply:?}", call.said());
            }
        }
    }
    assert!(asked >= 3, "days on both sides, a round that is missing: {asked}");
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_malformed() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    for call in &document.calls {
        for method in [Method::PATCH, Method::TRACE, "BREW".parse().unwrap()] {
            if document.calls.iter().any(|other| other.path == call.path && other.method == method) {
                continue;
            }
            let reply = phone.send(phone.request(method.clone(), &call.with(&[("{id}", &id)], "x"))).await;
            assert_eq!((reply.status, reply.slug().as_str()), (405, "malformed"), "{method} {}", call.path);
        }
    }
}

/// Somebody who has everything that can be had, and what must not be told of it.
struct Victim {
    id: String,
    document: String,
    upload: String,
    certificate: String,
    key: String,
    secrets: Vec<String>,
}

impl Victim {
    async fn of(server: &Server) -> Self {
        let phone = server.signed_in().await;
        let begun = phone.begin().await;
        let (upload, document) = (phone.upload(&begun, &key(), &jpeg()).await, key());
        let id = phone.issued().await;
        let record = phone.record(&id).await;
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let receipt =
            text(&record["events"].as_array().unwrap().iter().find(|it| it["act"] == "submit").unwrap()["receipt"]);
        let certificate = text(&record["certificate"]["id"]);
        let number = server.office().certificate_row(&certificate).await.unwrap().number;
        let mut secrets = vec!["张伟".into(), phone.number[3..].to_owned(), text(&record["number"]), number];
        secrets.push(crate::support::id_number(&phone.number));
        secrets.extend(record["documents"].as_array().unwrap().iter().map(|it| text(&it["id"])));
        let document = record["documents"].as_array().unwrap().first().map_or(document, |it| text(&it["id"]));
        let upload = upload.rsplit('/').next().unwrap().to_owned();
        Self { id, document, upload, certificate, key: receipt, secrets }
    }

    #[track_caller]
    fn is_not_told(&self, call: &Call, reply: &Reply) {
        let said = format!("{:?} {}", reply.headers, String::from_utf8_lossy(&reply.body));
        for secret in &self.secrets {
            assert!(!said.contains(secret.as_str()), "{} tells {secret}: {said}", call.said());
        }
    }
}

#[tokio::test]
async fn what_is_somebody_elses_is_as_if_it_were_not_there() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let victim = Victim::of(&server).await;
    let stranger = server.signed_in().await;
    let theirs = [
        ("{id}", victim.id.as_str()),
        ("{d}", &victim.document),
        ("{u}", &victim.upload),
        ("{c}", &victim.certificate),
        ("{key}", &victim.key),
    ];
    for call in document.calls.iter().filter(|call| call.names_somebody()) {
        let body = call.shape().map(|shape| document.sample(shape, &|_| None));
        let ask = async |path: String| {
            let request = call.request(&stranger, &path);
            stranger.send(if let Some(body) = &body { request.json(body) } else { request }).await
        };
        let foreign = ask(call.with(&theirs, "x")).await;
        victim.is_not_told(call, &foreign);
        if call.method == Method::PUT && call.path.ends_with("/applications/{id}") {
            assert_eq!(foreign.slug(), "application-elsewhere", "who holds the id is told that much");
            continue;
        }
        let absent = ask(call.with(&[], &key())).await;
        assert_eq!(foreign.status, 404, "{}: {foreign:?}", call.said());
        assert_eq!((foreign.status, foreign.slug()), (absent.status, absent.slug()), "{}", call.said());
        if call.method != Method::HEAD {
            assert_eq!(foreign.json(), absent.json(), "{}", call.said());
        }
    }
}

#[tokio::test]
async fn a_body_that_names_what_is_somebody_elses_reaches_nothing() {
    let server = Server::new().await;
    let document = Document::of(&server).await;
    let victim = Victim::of(&server).await;
    let stranger = server.signed_in().await;
    let id = stranger.begin().await;
    let named = |name: &str| match name {
        "application" => Some(json!(victim.id)),
        "upload" => Some(json!(format!("/api/v1/uploads/{}", victim.upload))),
        "renews" => Some(json!(victim.certificate)),
        "pointer" => Some(json!("#/documents.portrait")),
        "questionnaire" => Some(json!("health-certificate|2026.11.1")),
        "documents" => Some(json!({ (&victim.document): "0".repeat(64) })),
        "sha256" => Some(json!("0".repeat(64))),
        "purpose" => Some(json!("collect")),
        "act" => Some(json!("begin")),
        _ => None,
    };
    for call in document.calls.iter().filter(|call| call.shape().is_some()) {
        let path = call.with(&[("{id}", &id)], &key());
        let body = document.sample(call.shape().unwrap(), &named);
        let reply = stranger.send(call.request(&stranger, &path).json(&body)).await;
        victim.is_not_told(call, &reply);
        if body.get("application").is_some() {
            assert_eq!((reply.status, reply.slug().as_str()), (404, "not-found"), "{}", call.said());
        }
        if body.get("upload").is_some() {
            assert_eq!((reply.status, reply.slug().as_str()), (410, "upload-gone"), "{}", call.said());
        }
        is_no_fault(call, &reply, "named another's");
    }
}
