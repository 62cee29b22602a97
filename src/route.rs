//! Every URL of the app as one enum. What a page does with it is not here, nor how the browser is told: that is [`nav`].

pub mod nav;
pub mod next;
mod turn;

use leptos_router::{PossibleRouteMatch, path};
pub use nav::{Nav, RouteMode};

/// An application's id as it stands in the URL.
pub type ApplicationId = String;

/// A place in the app. Its URL restores it, from what this phone keeps alone if need be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// What the certificate is, who needs it, what to have at hand.
    Entrance,
    /// Phone and one-time code.
    SignIn,
    /// The applications of this login and the drafts on this phone.
    Home,
    /// How one application stands.
    Status(ApplicationId),
    /// The parts of the form, and which are filled in.
    Tasks(ApplicationId),
    /// One topic of the form, by the linkId of its group.
    Step(ApplicationId, String),
    /// All answers before they are submitted.
    Check(ApplicationId),
    /// The office has it.
    Receipt(ApplicationId),
    /// What came back, each beside the reviewer's words.
    Returned(ApplicationId),
    /// On site or online, place and time.
    Examination(ApplicationId),
    /// The appointment and its check-in code.
    Visit(ApplicationId),
    /// The report to be verified online.
    Report(ApplicationId),
    /// The results item by item.
    Results(ApplicationId),
    /// Proof that it is the person, before the certificate.
    Collect(ApplicationId),
    /// One certificate, by its own id.
    Certificate(String),
    /// Somebody else's certificate.
    Verify,
    /// Progress by number, without signing in.
    Lookup,
    /// What waits to be sent.
    Outbox,
    /// Language, looks, storage.
    Settings,
    /// No place of ours: the path that was asked for.
    Unknown(String),
}

/// How one row of the table makes a route of its parameters, in the order of the pattern.
type Make = fn(&mut dyn Iterator<Item = String>) -> Option<Route>;

/// Calls `found` for each pattern until one fits.
fn first_match(path: &str) -> Option<Route> {
    let table: [(&dyn PossibleRouteMatch, Make); 19] = [
        (&path!("/"), |_| Some(Route::Entrance)),
        (&path!("/sign-in"), |_| Some(Route::SignIn)),
        (&path!("/home"), |_| Some(Route::Home)),
        (&path!("/a/:id"), |p| Some(Route::Status(p.next()?))),
        (&path!("/a/:id/tasks"), |p| Some(Route::Tasks(p.next()?))),
        (&path!("/a/:id/step/:link"), |p| Some(Route::Step(p.next()?, p.next()?))),
        (&path!("/a/:id/check"), |p| Some(Route::Check(p.next()?))),
        (&path!("/a/:id/receipt"), |p| Some(Route::Receipt(p.next()?))),
        (&path!("/a/:id/returned"), |p| Some(Route::Returned(p.next()?))),
        (&path!("/a/:id/examination"), |p| Some(Route::Examination(p.next()?))),
        (&path!("/a/:id/examination/visit"), |p| Some(Route::Visit(p.next()?))),
        (&path!("/a/:id/examination/report"), |p| Some(Route::Report(p.next()?))),
        (&path!("/a/:id/examination/results"), |p| Some(Route::Results(p.next()?))),
        (&path!("/a/:id/collect"), |p| Some(Route::Collect(p.next()?))),
        (&path!("/c/:id"), |p| Some(Route::Certificate(p.next()?))),
        (&path!("/verify"), |_| Some(Route::Verify)),
        (&path!("/lookup"), |_| Some(Route::Lookup)),
        (&path!("/outbox"), |_| Some(Route::Outbox)),
        (&path!("/settings"), |_| Some(Route::Settings)),
    ];
    table.iter().find_map(|(pattern, make)| {
        let found = pattern.test(path).filter(leptos_router::PartialPathMatch::is_complete)?;
        make(&mut found.params().into_iter().map(|(_, value)| unescape(&value)))
    })
}

impl Route {
    /// The place that a path of the app names; `?` and `#` are not part of it.
    pub fn parse(path: &str) -> Self {
        first_match(path).unwrap_or_else(|| Self::Unknown(path.to_owned()))
    }

    /// The path of this place, below wherever the app is mounted.
    pub fn path(&self) -> String {
        let at = |id: &str, rest: &str| format!("/a/{}{rest}", escape(id));
        match self {
            Self::Entrance => "/".into(),
            Self::SignIn => "/sign-in".into(),
            Self::Home => "/home".into(),
            Self::Status(id) => at(id, ""),
            Self::Tasks(id) => at(id, "/tasks"),
            Self::Step(id, link) => at(id, &format!("/step/{}", escape(link))),
            Self::Check(id) => at(id, "/check"),
            Self::Receipt(id) => at(id, "/receipt"),
            Self::Returned(id) => at(id, "/returned"),
            Self::Examination(id) => at(id, "/examination"),
            Self::Visit(id) => at(id, "/examination/visit"),
            Self::Report(id) => at(id, "/examination/report"),
            Self::Results(id) => at(id, "/examination/results"),
            Self::Collect(id) => at(id, "/collect"),
            Self::Certificate(id) => format!("/c/{}", escape(id)),
            Self::Verify => "/verify".into(),
            Self::Lookup => "/lookup".into(),
            Self::Outbox => "/outbox".into(),
            Self::Settings => "/settings".into(),
            Self::Unknown(path) => path.clone(),
        }
    }

    /// The application this place belongs to.
    pub fn application(&self) -> Option<&str> {
        match self {
            Self::Status(id)
            | Self::Tasks(id)
            | Self::Step(id, _)
            | Self::Check(id)
            | Self::Receipt(id)
            | Self::Returned(id)
            | Self::Examination(id)
            | Self::Visit(id)
            | Self::Report(id)
            | Self::Results(id)
            | Self::Collect(id) => Some(id),
            Self::Entrance
            | Self::SignIn
            | Self::Home
            | Self::Certificate(_)
            | Self::Verify
            | Self::Lookup
            | Self::Outbox
            | Self::Settings
            | Self::Unknown(_) => None,
        }
    }
}

/// Writes one segment of a path: all but letters, digits and `-._~` as `%XX`.
fn escape(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
            out.insert(out.len() - 2, '%');
        }
    }
    out
}

/// Reads one segment back; what is not valid stays as it is.
fn unescape(segment: &str) -> String {
    let mut out = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let pair = (byte == b'%').then(|| Some((hex(ahead.next()?)?, hex(ahead.next()?)?))).flatten();
        if let Some((high, low)) = pair {
            out.push(high << 4 | low);
            bytes = ahead;
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| segment.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn every_place_comes_back_from_its_path() {
        let id = || "0f8c2f9e-7a0b-4c57-9b1e-3d1f5a6b7c8d".to_owned();
        for route in [
            Route::Entrance,
            Route::SignIn,
            Route::Home,
            Route::Status(id()),
            Route::Tasks(id()),
            Route::Step(id(), "person".into()),
            Route::Step(id(), "a/b 证%".into()),
            Route::Check(id()),
            Route::Receipt(id()),
            Route::Returned(id()),
            Route::Examination(id()),
            Route::Visit(id()),
            Route::Report(id()),
            Route::Results(id()),
            Route::Collect(id()),
            Route::Certificate(id()),
            Route::Verify,
            Route::Lookup,
            Route::Outbox,
            Route::Settings,
        ] {
            assert_eq!(Route::parse(&route.path()), route, "{}", route.path());
        }
    }

    #[test]
    fn paths_as_they_may_arrive() {
        for (path, expected) in [
            ("", Route::Entrance),
            ("/home/", Route::Home),
            ("/a/1/", Route::Status("1".into())),
            ("/a", Route::Unknown("/a".into())),
            ("/a/1/step/x/y", Route::Unknown("/a/1/step/x/y".into())),
            ("/a/%zz/tasks", Route::Tasks("%zz".into())),
            ("/wp-admin", Route::Unknown("/wp-admin".into())),
        ] {
            assert_eq!(Route::parse(path), expected, "{path}");
        }
    }
}
