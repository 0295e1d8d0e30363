//! The API of one repository.

use std::path::Path;
use std::sync::Arc;

use harden_collect::{Page, Pages, PagingError, read_pages_until};
use harden_core::{Facts, Known, Place, Unknown};
use serde::{Serialize, de::DeserializeOwned};

use super::answers::Listed;
use super::api::{Answer, Api, Keep};
use super::failure::{Failure, Said, failed};
use crate::operation::Operation;
use crate::policy::GithubPolicy;

/// The API of one repository. Cheap to clone.
#[derive(Clone)]
pub(super) struct RepositoryApi {
    /// `owner/repo`, as it was asked for.
    pub(super) repository: Arc<str>,
    /// The path of its part of the API, under its present name: `/repos/acme/shop`.
    pub(super) path: Arc<str>,
    pub(super) server: Api,
    pub(super) policy: Arc<GithubPolicy>,
    /// The root of the checkout, if it is of this repository.
    pub(super) checkout: Option<Arc<Path>>,
    pub(super) facts: Facts,
}

impl RepositoryApi {
    pub(super) fn place(&self) -> Place {
        Place::global(&*self.repository)
    }

    /// Reads one thing of the repository, at a path below it.
    pub(super) async fn get<T>(&self, operation: Operation, path: &str) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let path = format!("{}{path}", self.path);
        Ok(self.call(operation, &path, Keep::Facts).await?.body)
    }

    /// Reads text of the repository, which is not kept in the cache.
    pub(super) async fn get_text<T>(&self, operation: Operation, path: &str) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let path = format!("{}{path}", self.path);
        Ok(self.call(operation, &path, Keep::Nothing).await?.body)
    }

    /// Reads all pages of a listing, at a path below the repository.
    pub(super) async fn get_pages<P>(
        &self,
        operation: Operation,
        path: &str,
    ) -> Pages<P::Item, Failure>
    where
        P: Listed + Serialize + DeserializeOwned,
    {
        self.get_pages_until::<P>(operation, path, |_| false).await
    }

    /// Reads page after page until `is_enough` of the items that were read.
    pub(super) async fn get_pages_until<P>(
        &self,
        operation: Operation,
        path: &str,
        is_enough: impl Fn(&[P::Item]) -> bool,
    ) -> Pages<P::Item, Failure>
    where
        P: Listed + Serialize + DeserializeOwned,
    {
        let first = format!("{}{path}", self.path);
        read_pages_until(operation, is_enough, async |next: Option<String>| {
            let path = next.as_deref().unwrap_or(&first);
            let Answer { body, next } = self.call::<P>(operation, path, Keep::Facts).await?;
            let (items, total) = body.open().map_err(|field| missing(operation, field))?;
            Ok::<_, Failure>(Page { items, next, total })
        })
        .await
    }

    /// Makes a call: counts it, and ends when the run is cancelled.
    async fn call<T>(
        &self,
        operation: Operation,
        path: &str,
        keep: Keep,
    ) -> Result<Answer<T>, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let request = self.server.get(operation, path, keep);
        let limit = self.server.limit();
        match limit.call(&self.facts, operation.into(), request).await {
            Ok(answer) => answer,
            Err(cancelled) => Err(Failure {
                said: Said::Other,
                unknown: cancelled,
            }),
        }
    }
}

impl From<Operation> for harden_collect::Operation {
    fn from(operation: Operation) -> Self {
        Self::new(operation.name, operation.permission)
    }
}

impl From<PagingError> for Failure {
    fn from(error: PagingError) -> Self {
        Self {
            said: Said::Other,
            unknown: error.into(),
        }
    }
}

/// The failure of an answer without a field.
pub(super) fn missing(operation: Operation, field: &str) -> Failure {
    failed(operation, format!("the answer had no {field}"))
}

/// A field that an answer may lack.
/// A part of an answer, or its empty value where GitHub leaves it out. `documented` says where that
/// is documented.
pub(super) fn left_out<T: Default>(value: Option<T>, documented: &'static str) -> T {
    debug_assert!(!documented.is_empty(), "it must be documented");
    value.unwrap_or_default()
}

pub(super) fn present<T>(value: Option<T>, operation: Operation, field: &str) -> Known<T> {
    value.map_or_else(|| missing(operation, field).unknown.into(), Known::Yes)
}

/// The fact of an answer, or why it is unknown.
pub(super) fn known<T>(result: Result<T, Failure>) -> Known<T> {
    result.map_err(Unknown::from).into()
}
