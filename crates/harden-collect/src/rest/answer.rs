//! What was answered.

use reqwest::header::HeaderMap;

use super::Link;

/// An answer: its body as a type, and its headers.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The body.
    pub body: T,
    pub(super) headers: HeaderMap,
}

impl<T> Answer<T> {
    /// The text of a header, if the answer has it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The link of a relation (RFC 8288), if the answer has one: `next`.
    #[must_use]
    pub fn link(&self, relation: &str) -> Option<Link> {
        Link::find(&self.headers, relation)
    }
}
