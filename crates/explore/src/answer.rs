//! Answers to requests, all with the same headers.

use oxhttp::model::{Body, Response, Version, header};
use serde_json::Value;

/// What a page may load and who may show it: nothing from elsewhere, nobody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Status, media type and body of an answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    media: &'static str,
    /// The body.
    pub body: Vec<u8>,
    location: Option<&'static str>,
}

impl Answer {
    /// Contents of a media type.
    pub fn of(media: &'static str, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status: 200, media, body: body.into(), location: None }
    }

    /// A value as JSON.
    pub fn json(value: &Value) -> Answer {
        Answer::of("application/json", value.to_string())
    }

    /// A sentence that says why not.
    pub fn refusal(status: u16, why: impl Into<String>) -> Answer {
        Answer { status, ..Answer::of("text/plain; charset=utf-8", why.into()) }
    }

    /// The browser is sent on to a path relative to the one it asked for.
    pub fn elsewhere(location: &'static str) -> Answer {
        Answer { status: 303, location: Some(location), ..Answer::of("text/plain; charset=utf-8", "") }
    }

    /// The answer as it is sent.
    pub fn response(self) -> Response<Body> {
        let mut response = Response::builder()
            .status(self.status)
            // One request a connection: an idle one would hold one of the server's threads, and the server says when its
            // patience with it has ended in place of the next answer. The library sets the header `Connection` itself.
            .version(Version::HTTP_10)
            .header(header::CONTENT_TYPE, self.media)
            .header(header::CONTENT_SECURITY_POLICY, POLICY)
            .header(header::CACHE_CONTROL, "no-store")
            // The token is in the address: no other site is told it.
            .header(header::REFERRER_POLICY, "no-referrer")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .header(header::X_FRAME_OPTIONS, "DENY")
            .header("cross-origin-resource-policy", "same-origin")
            .header("cross-origin-opener-policy", "same-origin");
        if let Some(location) = self.location {
            response = response.header(header::LOCATION, location);
        }
        let empty = |_| Response::new(Body::empty());
        response.body(Body::from(self.body)).unwrap_or_else(empty)
    }
}

/// The media type of a file, by how its name ends.
pub fn media(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "pdf" => "application/pdf",
        "csv" => "text/csv; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}
