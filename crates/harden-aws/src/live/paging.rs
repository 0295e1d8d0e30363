//! Listings that come page by page.

use std::collections::HashSet;

use harden_core::{Cause, Known, Unknown};

use super::failure::{Failure, permission_of};

/// A page: what it holds, and the token of the next.
pub(super) type Page<T> = (Vec<T>, Option<String>);

/// What the pages gave, and why they ended before the last one.
#[derive(Debug)]
pub(super) struct Pages<T> {
    pub(super) items: Vec<T>,
    pub(super) failed: Option<Failure>,
}

impl<T> Pages<T> {
    /// Everything, or why it is not everything: for what is wrong when it lacks a part.
    pub(super) fn complete(self) -> Result<Vec<T>, Failure> {
        match self.failed {
            None => Ok(self.items),
            Some(failure) => Err(failure),
        }
    }
}

impl<T> From<Pages<T>> for Known<Vec<T>> {
    fn from(pages: Pages<T>) -> Self {
        pages.complete().map_err(Unknown::from).into()
    }
}

/// Reads page after page. What earlier pages gave stays when a later one fails. A token that comes
/// a second time ends the paging as a failure: it would never end by itself.
pub(super) async fn pages<T, Fut>(
    operation: &'static str,
    mut fetch: impl FnMut(Option<String>) -> Fut,
) -> Pages<T>
where
    Fut: Future<Output = Result<Page<T>, Failure>>,
{
    let mut items = Vec::new();
    let mut seen = HashSet::new();
    let mut token = None;
    let failed = loop {
        match fetch(token.take()).await {
            Err(failure) => break Some(failure),
            Ok((page, next)) => {
                items.extend(page);
                match next.filter(|next| !next.is_empty()) {
                    None => break None,
                    Some(next) if !seen.insert(next.clone()) => break Some(stuck(operation)),
                    Some(next) => token = Some(next),
                }
            }
        }
    };
    Pages { items, failed }
}

fn stuck(operation: &'static str) -> Failure {
    let message = format!("the paging of {operation} does not advance");
    Failure {
        code: None,
        unknown: Unknown::new(Cause::Failed, message).during(permission_of(operation)),
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    fn failure() -> Failure {
        Failure {
            code: Some("Oops".into()),
            unknown: Unknown::new(Cause::Failed, "oops"),
        }
    }

    async fn fetched(
        answers: &[(&str, &str)],
        token: Option<String>,
    ) -> Result<Page<u32>, Failure> {
        let token = token.unwrap_or_default();
        let (_, next) = answers
            .iter()
            .find(|(t, _)| *t == token)
            .ok_or_else(failure)?;
        Ok((vec![1], (*next != "end").then(|| (*next).to_owned())))
    }

    #[test]
    fn every_page_is_read() {
        let answers = [("", "a"), ("a", "b"), ("b", "end")];
        let read = block_on(pages("x:Y", |token| fetched(&answers, token)));
        assert_eq!(read.items.len(), 3);
        assert!(read.failed.is_none());
        // an empty token is the end too
        let read = block_on(pages("x:Y", |token| fetched(&[("", "")], token)));
        assert_eq!(read.complete().unwrap(), [1]);
    }

    #[test]
    fn a_failure_keeps_what_earlier_pages_gave() {
        let read = block_on(pages("x:Y", |token| fetched(&[("", "a")], token)));
        assert_eq!(read.items, [1]);
        assert!(read.failed.unwrap().is("Oops"));
    }

    #[test]
    fn a_token_that_repeats_is_a_failure() {
        let answers = [("", "a"), ("a", "b"), ("b", "a")];
        let read = block_on(pages("x:Y", |token| fetched(&answers, token)));
        assert_eq!(read.items.len(), 3);
        let unknown = read.failed.unwrap().unknown;
        assert_eq!(unknown.message, "the paging of x:Y does not advance");
        assert_eq!(unknown.action.as_deref(), Some("x:Y"));
    }
}
