//! Why the office did not do what it was asked: a problem of contract §4, and what the log says about it.
use contract::{
    api::{ApplicationRecord, Instant, ItemError, Problem, Slug},
    questionnaire::Pointer,
};

/// A refusal, or a fault of ours.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What is answered.
    pub problem: Box<Problem>,
    /// Seconds until it is worth asking again.
    pub retry_after: Option<u64>,
    /// Another status than the slug's: 405 and 415 are `malformed` too.
    pub status: Option<u16>,
}

/// What the office's functions give.
pub type Answer<T> = Result<T, Fault>;

impl Fault {
    /// A problem with nothing more to say.
    pub fn new(slug: Slug) -> Self {
        let mut problem = Problem::new(slug);
        let a_fault_of_the_app = matches!(
            slug,
            Slug::Malformed | Slug::NotAllowed | Slug::EtagNeeded | Slug::KeyReused | Slug::DocumentDiffers
        );
        if a_fault_of_the_app {
            problem.reference = Some(reference());
        }
        Self { problem: Box::new(problem), retry_after: None, status: None }
    }

    /// The same, with members of the problem filled in.
    #[must_use]
    pub fn with(mut self, fill: impl FnOnce(&mut Problem)) -> Self {
        fill(&mut self.problem);
        self
    }

    /// Not here, or not yours.
    pub fn not_found() -> Self {
        Self::new(Slug::NotFound)
    }

    /// Something of the request is wrong: `pointer`, `code`.
    pub fn invalid(pointer: Pointer, code: &str) -> Self {
        Self::items(vec![ItemError::new(pointer, code)])
    }

    /// Some items are wrong.
    pub fn items(errors: Vec<ItemError>) -> Self {
        Self::new(Slug::Invalid).with(|p| p.errors = errors)
    }

    /// Not from this state: says where it stands.
    pub fn act_refused(record: &ApplicationRecord) -> Self {
        Self::new(Slug::ActRefused).with(|p| {
            p.state = Some(record.state);
            p.round = Some(record.round);
            p.actions = record.actions.iter().map(|action| action.act).collect();
        })
    }

    /// Too much of something; possible again at `until`.
    pub fn slow_down(scope: &str, now: Instant, until: Instant) -> Self {
        let mut fault = Self::new(Slug::SlowDown).with(|p| {
            p.scope = Some(scope.into());
            p.until = Some(until);
        });
        fault.retry_after = Some(u64::try_from((until - now).num_seconds().max(1)).unwrap_or(1));
        fault
    }

    /// A fault of ours: the cause goes to the log under the reference that the person is told.
    pub fn ours(cause: &dyn std::fmt::Display) -> Self {
        let reference = reference();
        eprintln!("server-error {reference}: {cause}");
        Self::new(Slug::ServerError).with(|p| p.reference = Some(reference))
    }

    /// A panic, by what it was raised with.
    pub fn panicked(cause: &(dyn std::any::Any + Send)) -> Self {
        let said = cause.downcast_ref::<String>().map(String::as_str);
        Self::ours(&said.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("a panic"))
    }

    /// The status it is answered with.
    pub fn status(&self) -> u16 {
        self.status.unwrap_or(self.problem.status)
    }

    /// Whether it is this kind of problem.
    pub fn is(&self, slug: Slug) -> bool {
        self.problem.slug() == Some(slug)
    }
}

fn reference() -> String {
    uuid::Uuid::new_v4().simple().to_string().chars().take(8).collect::<String>().to_uppercase()
}

impl From<sqlx::Error> for Fault {
    fn from(cause: sqlx::Error) -> Self {
        Self::ours(&cause)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(cause: serde_json::Error) -> Self {
        Self::ours(&cause)
    }
}

impl From<object_store::Error> for Fault {
    fn from(cause: object_store::Error) -> Self {
        Self::ours(&cause)
    }
}
