//! Types that the answers of several operations have in common.

use serde::Deserialize;

/// One value or several: `target` can be either.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Vec<String> {
    fn from(value: OneOrMany) -> Self {
        match value {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        }
    }
}

/// Where the next page starts: the `until` of the call for it.
#[derive(Debug, Deserialize)]
pub(super) struct Pagination {
    next: Option<serde_json::Number>,
}

impl Pagination {
    /// The value of `until` for the next page, if there is one.
    pub(super) fn until(self) -> Option<String> {
        self.next.map(|next| next.to_string())
    }
}
