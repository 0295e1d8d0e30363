//! A repository to read, and how calls about it are made.

use std::collections::HashSet;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use futures::future::{Either, select};
use harden_core::{Facts, Known, Place, Unknown};
use serde::{Serialize, de::DeserializeOwned};

use super::answers::Page;
use super::api::{Answer, Api, Keep};
use super::failure::{Failure, failed};
use crate::GithubPolicy;
use crate::operation::Operation;

/// How many pages of a listing are read at most: ten thousand items.
const PAGES: usize = 100;

/// A repository to read. Cheap to clone.
#[derive(Clone)]
pub(super) struct At {
    /// `owner/repo`, as it was asked for.
    pub(super) repository: Arc<str>,
    /// The path of its part of the API, under the name that it has now: `/repos/acme/shop`.
    pub(super) path: Arc<str>,
    pub(super) api: Api,
    pub(super) policy: Arc<GithubPolicy>,
    /// The root of the checkout, where it is of this repository.
    pub(super) checkout: Option<Arc<Path>>,
    pub(super) facts: Facts,
}

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

impl At {
    pub(super) fn place(&self) -> Place {
        Place::global(&*self.repository)
    }

    /// Asks for one thing of the repository, at a path below it.
    pub(super) async fn get<T>(&self, operation: Operation, path: &str) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let path = format!("{}{path}", self.path);
        let answer = self.ask(operation, &path, Keep::Facts).await?;
        Ok(answer.body)
    }

    /// Asks for text of the repository, which is not kept.
    pub(super) async fn get_text<T>(&self, operation: Operation, path: &str) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let path = format!("{}{path}", self.path);
        Ok(self.ask(operation, &path, Keep::Nothing).await?.body)
    }

    /// Asks for all pages of a listing, at a path below the repository.
    pub(super) async fn pages<P>(&self, operation: Operation, path: &str) -> Pages<P::Item>
    where
        P: Page + Serialize + DeserializeOwned,
    {
        self.pages_until::<P>(operation, path, |_| false).await
    }

    /// Asks for page after page until `enough` of them were read. What earlier pages gave stays
    /// when a later one fails. An address that comes a second time ends the paging as a failure,
    /// and so does an end before as many items as the listing counts.
    pub(super) async fn pages_until<P>(
        &self,
        operation: Operation,
        path: &str,
        enough: impl Fn(&[P::Item]) -> bool,
    ) -> Pages<P::Item>
    where
        P: Page + Serialize + DeserializeOwned,
    {
        let mut items = Vec::new();
        let mut next = Some(format!("{}{path}", self.path));
        let mut seen = HashSet::new();
        let mut counted = 0;
        let failed = loop {
            let Some(path) = next.take() else {
                let short = u64::try_from(items.len()).is_ok_and(|read| read < counted);
                break short.then(|| failed(operation, "GitHub gave fewer items than it counts"));
            };
            if seen.len() >= PAGES || !seen.insert(path.clone()) {
                break Some(failed(
                    operation,
                    "the paging of GitHub does not come to an end",
                ));
            }
            match self.ask::<P>(operation, &path, Keep::Facts).await {
                Err(failure) => break Some(failure),
                Ok(Answer { body, next: link }) => match body.open() {
                    Err(field) => break Some(missing(operation, field)),
                    Ok((page, total)) => {
                        items.extend(page);
                        counted = total.unwrap_or(counted);
                        next = link;
                        if enough(&items) {
                            break None;
                        }
                    }
                },
            }
        };
        Pages { items, failed }
    }

    /// Makes a call: counts it, and ends when the run ends.
    async fn ask<T>(
        &self,
        operation: Operation,
        path: &str,
        keep: Keep,
    ) -> Result<Answer<T>, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let stop = self.facts.cancellation();
        let asked = async {
            self.facts.called(operation.name);
            self.api.get(operation, path, keep).await
        };
        // the end of the run comes first: once it is there no further call is made
        match select(pin!(stop.cancelled()), Box::pin(asked)).await {
            Either::Left((reason, _)) => {
                let mut failure = failed(operation, "");
                let action = failure.unknown.action.take();
                failure.unknown = Unknown { action, ..reason };
                Err(failure)
            }
            Either::Right((result, _)) => result,
        }
    }
}

/// An answer without a field.
pub(super) fn missing(operation: Operation, field: &str) -> Failure {
    failed(operation, format!("the answer had no {field}"))
}

/// A field that an answer may lack.
pub(super) fn present<T>(value: Option<T>, operation: Operation, field: &str) -> Known<T> {
    value.map_or_else(|| missing(operation, field).unknown.into(), Known::Yes)
}

/// The fact of an answer, or why there is none.
pub(super) fn known<T>(result: Result<T, Failure>) -> Known<T> {
    result.map_err(Unknown::from).into()
}
