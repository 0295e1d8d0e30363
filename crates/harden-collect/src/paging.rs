//! Listings that an API returns page by page.

use std::collections::HashSet;

use harden_core::{Cause, Known, Unknown};

use crate::Operation;

/// How many pages of one listing are read. A server whose pages never end must not keep an audit
/// busy indefinitely, and the largest page sizes make this a hundred thousand resources. What lies
/// behind the bound is unknown: it is never treated as absent.
pub const MAX_PAGES: usize = 1_000;

/// A page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The token, cursor or address of the next page. A missing or empty one ends the listing.
    pub next: Option<String>,
    /// How many items the whole listing has, where the API states it.
    pub total: Option<u64>,
}

/// The items, and the token of the next page.
impl<T> From<(Vec<T>, Option<String>)> for Page<T> {
    fn from((items, next): (Vec<T>, Option<String>)) -> Self {
        Self {
            items,
            next,
            total: None,
        }
    }
}

/// What the pages of a listing gave.
#[derive(Debug, Clone)]
#[must_use]
pub struct Pages<T, E> {
    /// The items of all pages that were read.
    pub items: Vec<T>,
    /// Whether there are more pages, which were not read because enough was.
    pub more: bool,
    /// Why the pages ended before the last one.
    pub failed: Option<E>,
}

impl<T, E> Pages<T, E> {
    /// All items: for what is wrong when a part of them is missing.
    ///
    /// # Errors
    /// The reason why the pages ended before the last one.
    pub fn into_result(self) -> Result<Vec<T>, E> {
        match self.failed {
            None => Ok(self.items),
            Some(error) => Err(error),
        }
    }
}

impl<T, E: Into<Unknown>> From<Pages<T, E>> for Known<Vec<T>> {
    fn from(pages: Pages<T, E>) -> Self {
        pages.into_result().map_err(Into::into).into()
    }
}

/// Why a listing is not complete although no call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PagingError {
    /// A page is followed by one that was read before.
    #[error("{operation}: the pages repeat")]
    Repeated {
        /// The operation.
        operation: Operation,
    },
    /// There are more pages than [`MAX_PAGES`].
    #[error("{operation}: the listing has more than {MAX_PAGES} pages")]
    TooManyPages {
        /// The operation.
        operation: Operation,
    },
    /// The pages ended before as many items as the API states.
    #[error("{operation}: the API states {total} items and returned {items}")]
    FewerItems {
        /// The operation.
        operation: Operation,
        /// How many items were returned.
        items: usize,
        /// How many the API states.
        total: u64,
    },
    /// There is a next page, and nothing to ask for it with.
    #[error("{operation}: the next page has no address")]
    NoNextAddress {
        /// The operation.
        operation: Operation,
    },
}

impl PagingError {
    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::Repeated { operation }
            | Self::TooManyPages { operation }
            | Self::FewerItems { operation, .. }
            | Self::NoNextAddress { operation } => *operation,
        }
    }
}

impl From<PagingError> for Unknown {
    fn from(error: PagingError) -> Self {
        Self::new(Cause::Failed, error.to_string()).during(error.operation().permission())
    }
}

/// Reads page after page. `fetch` gets the token of the page, which the first page does not have.
///
/// The items of earlier pages stay when a later page fails. A token that comes a second time, more
/// than [`MAX_PAGES`] pages, and fewer items than the API states are failures.
///
/// ```
/// # futures::executor::block_on(async {
/// use harden_collect::{PagingError, read_pages};
///
/// let pages = read_pages("GET /doors", async |token: Option<String>| {
///     Ok::<_, PagingError>(match token.as_deref() {
///         None => (vec!["front", "back"], Some("2".to_owned())),
///         Some(_) => (vec!["cellar"], None),
///     })
/// })
/// .await;
/// assert_eq!(pages.into_result().unwrap(), ["front", "back", "cellar"]);
/// # });
/// ```
pub async fn read_pages<T, P, E, Fut>(
    operation: impl Into<Operation>,
    fetch: impl FnMut(Option<String>) -> Fut,
) -> Pages<T, E>
where
    Fut: Future<Output = Result<P, E>>,
    P: Into<Page<T>>,
    E: From<PagingError>,
{
    read_pages_until(operation, |_| false, fetch).await
}

/// Reads page after page until `is_enough` of the items that were read so far. It is asked once
/// after each page.
pub async fn read_pages_until<T, P, E, Fut>(
    operation: impl Into<Operation>,
    mut is_enough: impl FnMut(&[T]) -> bool,
    mut fetch: impl FnMut(Option<String>) -> Fut,
) -> Pages<T, E>
where
    Fut: Future<Output = Result<P, E>>,
    P: Into<Page<T>>,
    E: From<PagingError>,
{
    let operation = operation.into();
    let mut pages = Pages {
        items: Vec::new(),
        more: false,
        failed: None,
    };
    let mut seen = HashSet::new();
    let mut token = None;
    let mut stated = 0;
    for read in 1.. {
        let page: Page<T> = match fetch(token.take()).await {
            Ok(page) => page.into(),
            Err(error) => {
                pages.failed = Some(error);
                break;
            }
        };
        pages.items.extend(page.items);
        stated = page.total.unwrap_or(stated);
        let next = page.next.filter(|next| !next.is_empty());
        if is_enough(&pages.items) {
            pages.more = next.is_some();
            break;
        }
        let items = pages.items.len();
        let error = match next {
            None if u64::try_from(items).is_ok_and(|items| items < stated) => {
                PagingError::FewerItems {
                    operation,
                    items,
                    total: stated,
                }
            }
            None => break,
            Some(_) if read >= MAX_PAGES => PagingError::TooManyPages { operation },
            Some(next) if !seen.insert(next.clone()) => PagingError::Repeated { operation },
            Some(next) => {
                token = Some(next);
                continue;
            }
        };
        pages.failed = Some(error.into());
        break;
    }
    pages
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    enum Failed {
        Call,
        Paging(PagingError),
    }

    impl From<PagingError> for Failed {
        fn from(error: PagingError) -> Self {
            Self::Paging(error)
        }
    }

    const OPERATION: Operation = Operation::new("GET /x", "x:read");

    fn read(answer: impl Fn(&str) -> Result<Page<u32>, Failed>) -> Pages<u32, Failed> {
        block_on(read_pages(OPERATION, |token| {
            let answer = answer(token.as_deref().unwrap_or("start"));
            async move { answer }
        }))
    }

    fn page(next: &str) -> Result<Page<u32>, Failed> {
        Ok((vec![1], Some(next.to_owned())).into())
    }

    #[test]
    fn every_page_is_read() {
        let all = read(|token| match token {
            "start" => page("a"),
            "a" => page("b"),
            // an empty token ends the listing too
            _ => page(""),
        });
        assert!(!all.more);
        assert_eq!(all.into_result().unwrap(), [1, 1, 1]);
    }

    #[test]
    fn a_failure_keeps_the_items_of_earlier_pages() {
        let some = read(|token| match token {
            "start" => page("a"),
            _ => Err(Failed::Call),
        });
        assert_eq!((some.items, some.failed), (vec![1], Some(Failed::Call)));
    }

    #[test]
    fn pages_that_repeat_are_a_failure() {
        let circle = read(|token| page(if token == "a" { "b" } else { "a" }));
        let error = PagingError::Repeated {
            operation: OPERATION,
        };
        assert_eq!(circle.failed, Some(Failed::Paging(error)));
        assert_eq!(circle.items.len(), 3);
        let unknown = Unknown::from(error);
        assert_eq!(unknown.cause, Cause::Failed);
        assert_eq!(unknown.action.as_deref(), Some("x:read"));
    }

    #[test]
    fn the_bound_of_pages_is_a_failure_and_not_an_end() {
        let endless = read(|token| page(&format!("{token}x")));
        let error = PagingError::TooManyPages {
            operation: OPERATION,
        };
        assert_eq!(endless.failed, Some(Failed::Paging(error)));
        assert_eq!(endless.items.len(), MAX_PAGES);
    }

    #[test]
    fn fewer_items_than_the_api_states_are_a_failure() {
        let stated = |total| {
            read(move |_| {
                Ok(Page {
                    items: vec![1],
                    next: None,
                    total: Some(total),
                })
            })
        };
        assert_eq!(stated(1).failed, None);
        let short = stated(2).failed;
        assert!(matches!(
            short,
            Some(Failed::Paging(PagingError::FewerItems { total: 2, .. }))
        ));
    }

    #[test]
    fn reading_ends_when_enough_was_read() {
        let pages = block_on(read_pages_until(
            OPERATION,
            |items: &[u32]| items.len() >= 2,
            async |token: Option<String>| page(&format!("{}x", token.unwrap_or_default())),
        ));
        assert_eq!((pages.items.len(), pages.more), (2, true));
        assert_eq!(pages.failed, None);
    }
}
