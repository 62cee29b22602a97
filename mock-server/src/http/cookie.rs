//! The session's cookie: `__Host-hc`, Secure. Only on a loopback address over plain http it is `hc` and not Secure,
//! because WebKit keeps no Secure cookie there (contract §9).
use axum::http::{HeaderMap, HeaderValue, header};
use std::net::IpAddr;

const SECURE: &str = "__Host-hc";
const PLAIN: &str = "hc";

/// Whether this very connection is plain http on a loopback address. This server speaks no TLS itself, so a proxy that does is
/// told apart by the host that it passes on. Forwarded headers decide nothing.
fn is_loopback(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = if host.starts_with('[') {
        host.split_inclusive(']').next().unwrap_or_default()
    } else {
        host.split(':').next().unwrap_or_default()
    };
    peer.is_some_and(|peer| peer.is_loopback()) && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Its name for this connection.
pub(super) fn name(peer: Option<IpAddr>, headers: &HeaderMap) -> &'static str {
    if is_loopback(peer, headers) { PLAIN } else { SECURE }
}

/// `Set-Cookie` for a new session, or, with an empty secret, for none.
pub(super) fn set(peer: Option<IpAddr>, headers: &HeaderMap, token: &str) -> Option<HeaderValue> {
    let name = name(peer, headers);
    let secure = if name == SECURE { "; Secure" } else { "" };
    let life = if token.is_empty() { 0 } else { 12 * 3600 };
    HeaderValue::from_str(&format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={life}{secure}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_host_than_loopback_gets_the_secure_cookie() {
        let loopback: IpAddr = "127.0.0.1".parse().unwrap();
        let other: IpAddr = "192.0.2.7".parse().unwrap();
        for (peer, host, forwarded, expected) in [
            (Some(loopback), "localhost:8080", None, PLAIN),
            (Some(loopback), "127.0.0.1:8080", None, PLAIN),
            (Some("::1".parse().unwrap()), "[::1]:8080", None, PLAIN),
            (Some(loopback), "hc.example.gov.cn", None, SECURE),
            (Some(loopback), "localhost.example.com", None, SECURE),
            (Some(loopback), "hc.example.gov.cn", Some("localhost"), SECURE),
            (Some(loopback), "", None, SECURE),
            (Some(other), "localhost", None, SECURE),
            (None, "localhost", None, SECURE),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(forwarded) = forwarded {
                headers.insert("x-forwarded-host", forwarded.parse().unwrap());
                headers.insert("x-forwarded-proto", "http".parse().unwrap());
            }
            assert_eq!(name(peer, &headers), expected, "{peer:?} {host}");
            let set = set(peer, &headers, "secret").unwrap();
            assert_eq!(set.to_str().unwrap().contains("Secure"), expected == SECURE);
        }
    }
}
