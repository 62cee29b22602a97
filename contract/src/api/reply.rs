//! Whether a reply counts (contract §1.2): status, media type and shape must agree, else something else has answered.
use super::PROBLEM_TYPE;

/// A JSON body above this is not of the contract, bytes.
pub const LARGEST_REPLY: usize = 8 << 20;

/// What the head of a reply says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// There is a body, and it may be read.
    Body,
    /// There is none, and that is right.
    Nothing,
    /// A page where none belongs: a Wi-Fi that wants a sign-in of its own.
    Portal,
    /// Something in between says that the server cannot be reached.
    Unreachable,
    /// It came, but not as what was asked for.
    Unreadable,
    /// The server says why not, in a problem body.
    Problem,
    /// Refused without a word why.
    Refused,
}

/// What the head of a reply says to somebody who accepts these media types.
pub fn judge(status: u16, content_type: &str, accept: &str) -> Head {
    let media = media(content_type);
    if media == "text/html" {
        // A page with 200 is a captive portal; a page with an error is a gateway in front of the server.
        return if (200..=299).contains(&status) { Head::Portal } else { Head::Unreachable };
    }
    match status {
        204 | 304 => Head::Nothing,
        200..=299 if fits(&media, accept) => Head::Body,
        200..=299 => Head::Unreadable,
        _ if media == PROBLEM_TYPE => Head::Problem,
        // Contract §4: without a problem body these come from something in between.
        300..=399 | 404 | 408 | 425 | 502 | 504 => Head::Unreachable,
        _ => Head::Refused,
    }
}

/// The same for a reply of an upload's endpoint that is none of those its protocol has.
pub fn judge_upload(status: u16, content_type: &str) -> Head {
    match status {
        // A page of a gateway in front of it. What is too large for that one is too large each time.
        400..=499 if status != 413 && media(content_type) == "text/html" => Head::Unreachable,
        408 | 425 | 502 | 504 => Head::Unreachable,
        // Neither tus nor a problem: something else answers there.
        200..=399 => Head::Portal,
        _ => Head::Problem,
    }
}

fn media(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn fits(media: &str, accept: &str) -> bool {
    accept.split(',').map(str::trim).any(|wanted| {
        wanted == "*/*" || wanted == media || wanted.strip_suffix('*').is_some_and(|kind| media.starts_with(kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "application/json, application/fhir+json";

    #[test]
    fn a_body_counts_only_with_a_media_type_that_was_asked_for() {
        for (media, accept, expected) in [
            ("application/json", JSON, true),
            ("application/fhir+json", JSON, true),
            ("", JSON, false),
            ("image/png", "image/*, application/pdf", true),
            ("application/pdf", "image/*, application/pdf", true),
            ("text/plain", "image/*, application/pdf", false),
            ("imagery/png", "image/*", false),
            ("anything/else", "*/*", true),
        ] {
            assert_eq!(fits(media, accept), expected, "{media} for {accept}");
        }
    }

    #[test]
    fn what_answers_in_the_servers_place_is_told_from_the_server() {
        for (status, media, expected) in [
            (200, "application/json", Head::Body),
            (200, "Application/JSON; charset=utf-8", Head::Body),
            (200, "text/html; charset=utf-8", Head::Portal),
            (511, "text/html", Head::Unreachable),
            (200, "text/plain", Head::Unreadable),
            (200, "", Head::Unreadable),
            (204, "", Head::Nothing),
            (304, "", Head::Nothing),
            (302, "", Head::Unreachable),
            (404, "", Head::Unreachable),
            (404, "application/problem+json", Head::Problem),
            (502, "", Head::Unreachable),
            (503, "application/problem+json", Head::Problem),
            (503, "", Head::Refused),
            (500, "", Head::Refused),
            (418, "text/plain", Head::Refused),
        ] {
            assert_eq!(judge(status, media, JSON), expected, "{status} {media}");
        }
    }

    #[test]
    fn a_page_in_the_place_of_an_upload_is_no_word_of_the_server() {
        for (status, media, expected) in [
            (403, "text/html; charset=utf-8", Head::Unreachable),
            (400, "text/html", Head::Unreachable),
            (405, "Text/HTML", Head::Unreachable),
            (403, "application/problem+json", Head::Problem),
            (403, "", Head::Problem),
            // A limit of whatever stands in front counts.
            (413, "text/html", Head::Problem),
            (502, "text/html", Head::Unreachable),
            (200, "text/html", Head::Portal),
        ] {
            assert_eq!(judge_upload(status, media), expected, "{status} {media}");
        }
    }
}
