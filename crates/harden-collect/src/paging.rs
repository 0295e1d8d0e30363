//! Listings that come page by page.

use std::collections::HashSet;

use crate::RestError;

/// A page: what it holds, and how the next is asked for.
pub type Page<T> = (Vec<T>, Option<String>);

/// How many pages are read of one listing: a server whose pages never end is not read for ever.
const MOST: usize = 1_000;

/// What the pages gave, and why they ended before the last one.
#[derive(Debug)]
pub struct Pages<T> {
    /// What was read.
    pub items: Vec<T>,
    /// Why it is not everything.
    pub failed: Option<RestError>,
}

impl<T> Pages<T> {
    /// Everything, for what is wrong when it lacks a part.
    ///
    /// # Errors
    /// Why it is not everything.
    pub fn complete(self) -> Result<Vec<T>, RestError> {
        match self.failed {
            None => Ok(self.items),
            Some(failure) => Err(failure),
        }
    }
}

/// Reads page after page. What earlier pages gave stays when a later one fails. A token that comes a
/// second time ends the paging as a failure: it would never end by itself.
pub async fn pages<T, Fut>(
    operation: &'static str,
    mut fetch: impl FnMut(Option<String>) -> Fut,
) -> Pages<T>
where
    Fut: Future<Output = Result<Page<T>, RestError>>,
{
    let mut items = Vec::new();
    let mut seen = HashSet::new();
    let mut token = None;
    let failed = loop {
        match fetch(token.take()).await {
            Err(failure) => break Some(failure),
            Ok((page, next)) => {
                items.extend(page);
                let Some(next) = next.filter(|next| !next.is_empty()) else {
                    break None;
                };
                if seen.len() >= MOST || !seen.insert(next.clone()) {
                    break Some(RestError::Paging { operation });
                }
                token = Some(next);
            }
        }
    };
    Pages { items, failed }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    type Answer = Result<Page<u32>, RestError>;

    fn read(answer: impl Fn(&str) -> Answer) -> Pages<u32> {
        block_on(pages("GET /x", |token| {
            let answer = answer(token.as_deref().unwrap_or("start"));
            async move { answer }
        }))
    }

    fn page(next: &str) -> Answer {
        Ok((vec![1], Some(next.to_owned())))
    }

    #[test]
    fn every_page_is_read() {
        let all = read(|token| match token {
            "start" => page("a"),
            "a" => page("b"),
            // an empty token is the end too
            _ => page(""),
        });
        assert_eq!(all.complete().unwrap(), [1, 1, 1]);
    }

    #[test]
    fn a_failure_keeps_what_earlier_pages_gave() {
        let some = read(|token| match token {
            "start" => page("a"),
            _ => Err(RestError::Address {
                operation: "GET /x",
            }),
        });
        assert_eq!(some.items, [1]);
        assert!(matches!(some.failed, Some(RestError::Address { .. })));
    }

    #[test]
    fn paging_that_does_not_advance_is_a_failure() {
        let circle = read(|token| page(if token == "a" { "b" } else { "a" }));
        assert!(matches!(circle.failed, Some(RestError::Paging { .. })));
        let endless = read(|token| page(&format!("{token}x")));
        assert!(matches!(endless.failed, Some(RestError::Paging { .. })));
        assert_eq!(endless.items.len(), MOST + 1);
    }
}
