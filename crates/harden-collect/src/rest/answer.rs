//! What was answered.

use reqwest::header::HeaderMap;

use super::Link;
use super::link::links;

/// An answer: its body as a type, and its headers.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The body.
    pub body: T,
    pub(crate) headers: HeaderMap,
}

impl<T> Answer<T> {
    /// A header's text, if the answer has it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The link of a relation (RFC 8288), if the answer has one: `next`.
    #[must_use]
    pub fn link(&self, relation: &str) -> Option<Link> {
        let values = self.headers.get_all(reqwest::header::LINK).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(links)
            .find(|link| link.param("rel").is_some_and(|rel| has_word(rel, relation)))
    }
}

/// `rel` may name several relations.
fn has_word(words: &str, wanted: &str) -> bool {
    words
        .split_whitespace()
        .any(|word| word.eq_ignore_ascii_case(wanted))
}
