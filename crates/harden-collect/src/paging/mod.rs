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
mod tests;
