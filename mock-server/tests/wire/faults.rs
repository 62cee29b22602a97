//! Every trouble as it looks on the wire, what the app's rules make of it, and that all of it ends well: the table of
//! docs/reliability.md is checked here, row by row.
use crate::support::{Phone, Reply, Server, fresh_number, jpeg, key, metadata, sha256};
use contract::api::{
    ApplicationRecord, BindDocument, Document, Head, LARGEST_REPLY, Outcome, Problem, Receipt, Slug, judge,
    judge_upload,
};
use contract::application::Act;
use contract::json::{FromJson, read};
use mock_server::faults::{Plan, Trouble};
use outbox::{Answer, Body, Entry, Moment, Order, Outbox, Refusal, Session, State, Step, Time, Why};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value as Json, json};
use std::time::Duration;

const JSON: &str = "application/json";
/// In place of the half minute that the app waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the app hears of a call: the same rules, put together as `src/api` does.
enum Heard<T> {
    Body(T),
    Unreachable,
    Portal,
    Unreadable,
    SignedOut,
    Refused(Box<Refusal>),
}

impl<T> Heard<T> {
    fn word(&self) -> String {
        match self {
            Self::Body(_) => "as sent".into(),
            Self::Unreachable => "unreachable".into(),
            Self::Portal => "portal".into(),
            Self::Unreadable => "unreadable".into(),
            Self::SignedOut => "signed out".into(),
            Self::Refused(refusal) => format!("refused {}", refusal.status),
        }
    }

    fn answer(self, done: impl FnOnce(T) -> Answer) -> Answer {
        match self {
            Self::Body(value) => done(value),
            Self::Unreachable | Self::Portal | Self::Unreadable => Answer::Lost,
            Self::SignedOut => Answer::SignedOut,
            Self::Refused(refusal) => Answer::Refused(refusal),
        }
    }
}

fn refused<T>(reply: &Reply, problem: Problem) -> Heard<T> {
    if reply.status == 401 {
        return Heard::SignedOut;
    }
    let told = reply.header("retry-after");
    let date = || httpdate(&told).map(|until| until - mock_server::office::server_now().timestamp());
    let wait = told.parse().ok().or_else(date).and_then(|seconds: i64| u64::try_from(seconds).ok());
    let (status, slug) = (reply.status, problem.slug());
    Heard::Refused(Box::new(Refusal { status, slug, problem, wait: wait.map(Duration::from_secs) }))
}

fn httpdate(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc2822(text).ok().map(|at| at.timestamp())
}

async fn sent(request: RequestBuilder) -> Option<Reply> {
    let response = request.timeout(PATIENCE).send().await.ok()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Some(Reply { status, headers, body: response.bytes().await.ok()?.to_vec() })
}

async fn call<T: FromJson>(request: RequestBuilder) -> Heard<T> {
    let Some(reply) = sent(request.header("Accept", JSON)).await else { return Heard::Unreachable };
    // Browsers take a byte order mark away when they read a text.
    let text = String::from_utf8_lossy(&reply.body).trim_start_matches('\u{feff}').to_owned();
    match judge(reply.status, &reply.header("content-type"), JSON) {
        Head::Body | Head::Nothing if text.len() > LARGEST_REPLY => Heard::Unreadable,
        Head::Body | Head::Nothing => read(&text).map_or(Heard::Unreadable, Heard::Body),
        Head::Portal => Heard::Portal,
        Head::Unreachable => Heard::Unreachable,
        Head::Unreadable => Heard::Unreadable,
        Head::Problem => refused(&reply, read(&text).unwrap_or_default()),
        Head::Refused => refused(&reply, Problem::default()),
    }
}

/// A phone with an outbox; what the first request of a kind meets is the trouble.
struct Applicant<'a> {
    server: &'a Server,
    phone: Phone,
    application: String,
    bytes: Vec<u8>,
    outbox: Outbox,
    now: u64,
    trouble: Option<(Trouble, Step)>,
}

impl<'a> Applicant<'a> {
    async fn new(server: &'a Server) -> Self {
        let phone = server.signed_in().await;
        let application = phone.begin().await;
        let mut outbox = Outbox::default();
        outbox.set_session(Session::Subject("me".into()));
        Self { server, phone, application, bytes: jpeg(), outbox, now: 1, trouble: None }
    }

    fn put(&mut self, body: Body) -> String {
        let id = key();
        let order = self.outbox.next_order();
        self.outbox.take_in(Entry::new(id.clone(), order, &self.application, Some("me"), body, Time(self.now)));
        id
    }

    /// Runs until nothing waits any more. What the first answer to the troubled step led to.
    async fn run(&mut self) -> String {
        let mut first = None;
        for _ in 0..20 {
            let moment = Moment { now: Time(self.now), roll: u32::MAX };
            let orders = self.outbox.due(moment);
            if orders.is_empty() && !self.outbox.is_busy() {
                break;
            }
            for order in orders {
                let (id, step) = match order {
                    Order::Upload(id) => (id, Step::Upload),
                    Order::Send(id) => (id, Step::Send),
                    Order::Ask(id) => (id, Step::Ask),
                    Order::Save(_) | Order::Settled(_) | Order::Reread(_) | Order::Fetch { .. } | Order::SignIn => {
                        continue;
                    }
                };
                let entry = self.outbox.entry(&id).unwrap().clone();
                let troubled = self.trouble.take_if(|(_, at)| *at == step).map(|(trouble, _)| trouble);
                let answer = self.answer(&entry, step, troubled).await;
                let signed_out = answer == Answer::SignedOut;
                self.outbox.answered(&id, answer, moment);
                if troubled.is_some() {
                    let reaction = reaction(&self.outbox.entry(&id).unwrap().state);
                    first = Some(if signed_out { "signs in".into() } else { reaction });
                }
                if self.phone.get("/session").await.json()["signed_in"] == false {
                    sign_in_again(self.server, &mut self.phone).await;
                }
                self.outbox.set_session(Session::Subject("me".into()));
            }
            self.now = self.outbox.next_at().map_or(self.now, |at| at.0.max(self.now));
        }
        first.unwrap_or_default()
    }

    async fn answer(&self, entry: &Entry, step: Step, trouble: Option<Trouble>) -> Answer {
        let with = |request: RequestBuilder| match trouble {
            Some(trouble) => request.header("X-HC-Fault", trouble.to_string()),
            None => request,
        };
        let at = format!("/applications/{}", entry.application);
        match (&entry.body, step) {
            (Body::Act { .. }, Step::Ask) => {
                let heard: Heard<Receipt> =
                    call(with(self.phone.request(Method::GET, &format!("/receipts/{}", entry.id)))).await;
                match heard {
                    Heard::Refused(refusal) if refusal.slug == Some(Slug::NotFound) => Answer::NeverArrived,
                    heard => heard.answer(Answer::Receipt),
                }
            }
            (Body::Act { frozen, .. }, _) => {
                let request = self.phone.request(Method::POST, &format!("{at}/submission"));
                let request = request.header("Idempotency-Key", &entry.id).header("Content-Type", JSON);
                let heard: Heard<Outcome> = call(with(request.body(frozen.clone()))).await;
                heard.answer(|outcome| outcome.receipt.map_or(Answer::Done, Answer::Receipt))
            }
            (Body::Document { document, .. }, Step::Upload) => {
                let request = self
                    .phone
                    .tus(Method::POST, "/uploads")
                    .header("Upload-Length", self.bytes.len())
                    .header("Upload-Metadata", metadata(&entry.application, document, &self.bytes))
                    .header("Content-Type", "application/offset+octet-stream")
                    .body(self.bytes.clone());
                let Some(reply) = sent(with(request)).await else { return Answer::Lost };
                match (reply.status, reply.header("location")) {
                    (201, location) if !location.is_empty() => Answer::Uploaded(location),
                    (201, _) => Answer::Lost,
                    (status, _) => match judge_upload(status, &reply.header("content-type")) {
                        Head::Unreachable | Head::Portal => Answer::Lost,
                        _ => refused(&reply, read(&String::from_utf8_lossy(&reply.body)).unwrap_or_default())
                            .answer(|(): ()| Answer::Done),
                    },
                }
            }
            (Body::Document { document, bind, location }, _) => {
                let bind = BindDocument { upload: location.clone().unwrap_or_default(), ..bind.clone() };
                let request = self.phone.request(Method::PUT, &format!("{at}/documents/{document}")).json(&bind);
                let heard: Heard<Document> = call(with(request)).await;
                heard.answer(|_| Answer::Done)
            }
            (Body::Begin(_) | Body::Remove { .. }, _) => Answer::NotSent,
        }
    }
}

/// Time passes, so that the same telephone may have another code.
async fn sign_in_again(server: &Server, phone: &mut Phone) {
    let mut txn = server.office().store.write().await.unwrap();
    sqlx::query("DELETE FROM hit WHERE scope LIKE 'code:%'").execute(txn.db()).await.unwrap();
    txn.commit().await.unwrap();
    let number = phone.number.clone();
    phone.sign_in(server, &number).await;
}

/// What the entry does next, in a word or two.
fn reaction(state: &State) -> String {
    match state {
        State::Received { .. } => "received",
        State::SetAside(_) => "set aside",
        State::Busy(_) => "stuck",
        State::Queued(_) => "goes on",
        State::Waiting { why: Why::Told, step: Step::Ask, .. } => "waits as told, asks",
        State::Waiting { why: Why::Told, .. } => "waits as told",
        State::Waiting { step: Step::Ask, .. } => "asks",
        State::Waiting { .. } => "again",
    }
    .into()
}

fn document(bytes: &[u8]) -> (String, Body) {
    let document = key();
    let bind = BindDocument {
        pointer: contract::questionnaire::Pointer::item("documents.portrait"),
        upload: String::new(),
        sha256: sha256(bytes),
        size: bytes.len() as u64,
        media_type: "image/jpeg".into(),
        insisted: Vec::new(),
    };
    (document.clone(), Body::Document { document, bind, location: None })
}

/// Taking back is a conversation: what came of it is said at once. After a reply that may have been lost the record is looked
/// at, as `Offline::recall` does; tried once more, it is taken back, once.
async fn taken_back(applicant: &mut Applicant<'_>, trouble: Trouble) -> String {
    let at = format!("/applications/{}", applicant.application);
    let asked =
        |applicant: &Applicant<'_>| applicant.phone.request(Method::DELETE, &format!("{at}/submission?round=1"));
    let heard: Heard<Outcome> = call(asked(applicant).header("X-HC-Fault", trouble.to_string())).await;
    let may_have_arrived = match &heard {
        Heard::Unreachable | Heard::Unreadable => true,
        Heard::Refused(refusal) => refusal.status >= 500,
        Heard::Body(_) | Heard::Portal | Heard::SignedOut => false,
    };
    let signed_out = matches!(heard, Heard::SignedOut) || trouble == Trouble::SignedOut;
    if signed_out {
        sign_in_again(applicant.server, &mut applicant.phone).await;
    }
    let is_back = applicant.phone.record(&applicant.application).await["state"] == "draft";
    let word = match heard {
        Heard::Body(_) => "taken back",
        Heard::SignedOut => "signs in",
        _ if may_have_arrived && is_back => "looks, taken back",
        _ if may_have_arrived => "looks, said",
        _ => "said",
    };
    if !is_back {
        let again: Heard<Outcome> = call(asked(applicant)).await;
        assert!(matches!(again, Heard::Body(_)), "{trouble}: taking back once more: {}", again.word());
    }
    let record = applicant.phone.record(&applicant.application).await;
    assert_eq!((record["round"].as_u64(), record["state"].as_str()), (Some(1), Some("draft")), "{trouble}");
    word.into()
}

/// Fault, what a reading call hears, upload, submission, taking back.
async fn row(server: &Server, trouble: Trouble) -> [String; 5] {
    let mut applicant = Applicant::new(server).await;
    let request = applicant.phone.request(Method::GET, &format!("/applications/{}", applicant.application));
    let heard: Heard<ApplicationRecord> = call(request.header("X-HC-Fault", trouble.to_string())).await;
    let reading = heard.word();
    if trouble == Trouble::SignedOut {
        sign_in_again(server, &mut applicant.phone).await;
    }

    let (id, body) = document(&applicant.bytes);
    let entry = applicant.put(body);
    applicant.trouble = Some((trouble, Step::Upload));
    let upload = applicant.run().await;
    assert!(matches!(applicant.outbox.entry(&entry).unwrap().state, State::Received { .. }), "{trouble}: the document");
    let record = applicant.phone.record(&applicant.application).await;
    let documents = record["documents"].as_array().unwrap();
    assert_eq!(documents.iter().map(|it| it["id"].as_str().unwrap()).collect::<Vec<_>>(), [id.as_str()], "{trouble}");
    applicant.phone.delete(&format!("/applications/{}/documents/{id}", applicant.application)).await.expect(204);

    let frozen = applicant.phone.filled_in(&applicant.application).await.to_string();
    let entry = applicant.put(Body::Act { act: Act::Submit, frozen, documents: Vec::new() });
    applicant.trouble = Some((trouble, Step::Send));
    let submission = applicant.run().await;
    let state = &applicant.outbox.entry(&entry).unwrap().state;
    let received = matches!(state, State::Received { receipt: Some(receipt), .. } if receipt.key == entry);
    assert!(received, "{trouble}: {state:?}");
    let record = applicant.phone.record(&applicant.application).await;
    assert_eq!((record["round"].as_u64(), record["state"].as_str()), (Some(1), Some("submitted")), "{trouble}");
    let recall = taken_back(&mut applicant, trouble).await;
    [trouble.to_string(), reading, upload, submission, recall]
}

#[tokio::test]
async fn the_fault_table_is_what_happens_and_every_row_ends_with_one_application() {
    let table = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reliability.md")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    let server = Server::new().await;
    let troubles = Trouble::EXAMPLES.iter().map(|(trouble, _, _)| *trouble).chain([Trouble::Clock(3600)]);
    let mut wrong = Vec::new();
    for trouble in troubles {
        let [fault, reading, upload, submission, recall] = row(&server, trouble).await;
        let written = rows.iter().find(|cells| cells.first() == Some(&fault.as_str()));
        let fits = written.is_some_and(|cells| {
            cells.get(1) == Some(&reading.as_str())
                && cells.get(3) == Some(&upload.as_str())
                && cells.get(4) == Some(&submission.as_str())
                && cells.get(5) == Some(&recall.as_str())
        });
        if !fits {
            wrong.push(format!("| `{fault}` | {reading} | … | {upload} | {submission} | {recall} |"));
        }
    }
    assert!(wrong.is_empty(), "docs/reliability.md should say:\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_place_is_taken_on_demand_and_the_nearest_can_really_be_had() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slot = phone.free_slots("site-1").await[0].clone();
    let put = async |part: &str, slot: &Json| {
        phone.put(&format!("/applications/{id}/{part}"), &json!({ "slot": slot })).await
    };
    let mut wanted = json!(slot);
    for part in ["hold", "appointment"] {
        server.office().faults.plan(Plan::once(Trouble::SlotTaken, part));
        let taken = put(part, &wanted).await.expect(409);
        assert_eq!(taken.slug(), "slot-taken", "{part}");
        let nearest = taken.json()["nearest"].as_array().unwrap().clone();
        assert!(nearest.len() == 3 && nearest.iter().all(|near| near["id"] != wanted), "{nearest:?}");
        if part == "hold" {
            wanted = nearest[0]["id"].clone();
        }
        put(part, &wanted).await.expect(200);
    }
    // What is no place is refused as ever, and of somebody else's application nothing is told.
    server.office().faults.plan(Plan { times: None, ..Plan::once(Trouble::SlotTaken, "hold") });
    assert_eq!(put("hold", &json!("site-9.20200101T0800")).await.expect(422).slug(), "invalid");
    let stranger = server.signed_in().await;
    stranger.put(&format!("/applications/{id}/hold"), &json!({ "slot": slot })).await.expect(404);
}

#[tokio::test]
async fn a_browser_asks_for_trouble_with_a_cookie_and_the_desk_sets_and_ends_it() {
    let server = Server::new().await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let post = |path: &str, form: &'static str| {
        http.post(format!("{}{path}", server.base))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form)
    };
    let set = post("/desk/faults", "trouble=status%3D503%2F7s&path=%2Fservice&browser=yes").send().await.unwrap();
    let cookie = set.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(cookie, "hc-fault=status=503/7s@/service");
    let get = |path: &str| http.get(format!("{}{path}", server.base)).header("Cookie", &cookie);
    let refused = get("/api/v1/service").send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (503, "7"));
    assert_eq!(get("/api/v1/session").send().await.unwrap().status(), 200, "only where it was asked for");
    let page = get("/desk/faults").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("status=503/7s@/service"));
    let ended = post("/desk/faults/end/browser", "").send().await.unwrap();
    assert!(ended.headers()["set-cookie"].to_str().unwrap().starts_with("hc-fault=;"));
}

#[tokio::test]
async fn what_is_planned_at_the_desk_happens_as_often_as_planned() {
    let server = Server::new().await;
    let phone = server.phone();
    let number = fresh_number();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let plan = |form: String| {
        http.post(format!("{}/desk/faults", server.base))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
    };
    plan("trouble=html&path=%2Fservice&times=1".into()).await.unwrap();
    assert!(phone.get("/service").await.header("content-type").starts_with("text/html"));
    assert_eq!(phone.get("/service").await.status, 200);
    assert!(phone.get("/service").await.header("content-type").starts_with("application/json"));
    // For one telephone: nobody else meets it.
    let wanted = number.replace('+', "%2B");
    plan(format!("trouble=status%3D500&path=%2Fapplications&phone={wanted}&times=")).await.unwrap();
    let mut hers = server.phone();
    hers.sign_in(&server, &number).await;
    assert_eq!(hers.get("/applications").await.status, 500);
    assert_eq!(server.signed_in().await.get("/applications").await.status, 200);
    http.post(format!("{}/desk/faults/end/0", server.base)).send().await.unwrap();
    assert_eq!(hers.get("/applications").await.status, 200);
    let unknown = plan("trouble=explode".into()).await.unwrap().text().await.unwrap();
    assert!(unknown.contains("explode"));
    assert!(server.office().faults.planned().is_empty());
}
