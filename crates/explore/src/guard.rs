//! Who may ask: requests to this address, from its own pages, with its token.

use anyhow::{Context, Result};

use crate::answer::Answer;

/// Bytes of a token.
const TOKEN: usize = 16;

/// What each request is held against.
pub struct Guard {
    port: u16,
    token: String,
}

/// The parts of a request that are looked at.
pub struct Asks<'a> {
    /// Its target: path, perhaps with a query.
    pub path: &'a str,
    /// The header `Host`, and the host of a target that is a whole address.
    pub hosts: Vec<&'a str>,
    /// The header `Origin`, which browsers add to what scripts and forms send.
    pub origin: Option<&'a str>,
}

impl Guard {
    /// A guard with a new token.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new(port: u16) -> Result<Guard> {
        let mut bytes = [0; TOKEN];
        getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
        Ok(Guard { port, token: bytes.iter().map(|byte| format!("{byte:02x}")).collect() })
    }

    /// The address to open.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// The path of a request behind the token, without its query.
    ///
    /// The name in `Host` is compared because a page elsewhere can have its own name lead to 127.0.0.1, and then is of
    /// one origin with us; `Origin`, because a page elsewhere can send us requests whose answers it does not see.
    ///
    /// # Errors
    /// Why the request is not answered.
    pub fn admit<'a>(&self, asks: &Asks<'a>) -> Result<&'a str, Answer> {
        let own = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let known = |host: &&str| own.iter().any(|own| own == host);
        if asks.hosts.is_empty() || !asks.hosts.iter().all(known) {
            return Err(Answer::refusal(403, format!("the explorer answers to {} only", own.join(" and "))));
        }
        let from_own = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| known(&host));
        if !asks.origin.is_none_or(from_own) {
            return Err(Answer::refusal(403, "the explorer answers to its own pages only"));
        }
        let path = asks.path.split(['?', '#']).next().unwrap_or_default();
        let (token, rest) = path.strip_prefix('/').and_then(|path| path.split_once('/')).unwrap_or_default();
        match same(token.as_bytes(), self.token.as_bytes()) {
            true => Ok(rest),
            false => Err(Answer::refusal(403, "open the whole address that the explorer printed: it holds a token")),
        }
    }
}

/// Whether two texts are the same, in a time that does not tell where they begin to differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard { port: 4000, token: "0123abcd".to_string() }
    }

    fn admitted(path: &str, host: &str, origin: Option<&str>) -> Result<String, u16> {
        let asks = Asks { path, hosts: vec![host], origin };
        guard().admit(&asks).map(str::to_string).map_err(|answer| answer.status)
    }

    #[test]
    fn own_requests_with_the_token_are_admitted() {
        assert_eq!(admitted("/0123abcd/", "127.0.0.1:4000", None), Ok(String::new()));
        assert_eq!(admitted("/0123abcd/a/b?c=/d", "localhost:4000", None), Ok("a/b".to_string()));
        let own = Some("http://127.0.0.1:4000");
        assert_eq!(admitted("/0123abcd/a", "127.0.0.1:4000", own), Ok("a".to_string()));
    }

    #[test]
    fn other_hosts_are_refused() {
        for host in
            ["evil.example", "evil.example:4000", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:4000.evil.example", ""]
        {
            assert_eq!(admitted("/0123abcd/", host, None), Err(403), "{host}");
        }
        let none = Asks { path: "/0123abcd/", hosts: Vec::new(), origin: None };
        assert_eq!(guard().admit(&none).unwrap_err().status, 403);
        let two = Asks { path: "/0123abcd/", hosts: vec!["127.0.0.1:4000", "evil.example"], origin: None };
        assert_eq!(guard().admit(&two).unwrap_err().status, 403);
    }

    #[test]
    fn other_origins_are_refused() {
        for origin in ["http://evil.example", "https://127.0.0.1:4000", "http://127.0.0.1:4001", "null", ""] {
            assert_eq!(admitted("/0123abcd/", "127.0.0.1:4000", Some(origin)), Err(403), "{origin}");
        }
    }

    #[test]
    fn other_tokens_are_refused() {
        for path in
            ["/", "", "/0123abc/", "/0123abcdef/", "/0123abce/", "/figures/", "/0123abcd", "0123abcd/", "//0123abcd/"]
        {
            assert_eq!(admitted(path, "127.0.0.1:4000", None), Err(403), "{path}");
        }
    }

    #[test]
    fn tokens_are_long_and_differ() {
        let (one, other) = (Guard::new(1).unwrap(), Guard::new(1).unwrap());
        assert_eq!(one.token.len(), 2 * TOKEN);
        assert_ne!(one.token, other.token);
    }
}
