//! Calls and pages.
//!
//! Sentry pages with a cursor in the `Link` header. `rel="next"` is always there; on the last page it
//! has `results="false"` (docs.sentry.io/api/pagination/).

use harden_collect::rest::{Answer, Client, Refusal, RestError, Vendor};
use harden_collect::{Collected, Operation, Pages, PagingError, read_pages};
use harden_core::{Facts, Place, Resource, Scope, Unknown};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::SentryProvider;
use crate::SentryPolicy;

/// How many items a page has: the most that Sentry returns.
const PER_PAGE: (&str, &str) = ("per_page", "100");

/// What is specific to Sentry. Refusals have their reason in `detail`, retired endpoints in `message`.
pub(super) const VENDOR: Vendor = Vendor {
    message,
    reset_header: Some("x-sentry-rate-limit-reset"),
    is_transient: |_| false,
    is_plan_limit: |_| false,
};

/// The same for endpoints that Sentry switches off for some minutes at a time before it retires them.
pub(super) const PATIENT: Vendor = Vendor {
    is_transient: is_gone,
    ..VENDOR
};

fn is_gone(refusal: &Refusal) -> bool {
    refusal.status == 410
}

fn message(body: &Value) -> Option<&str> {
    let detail = body.get("detail").or_else(|| body.get("message"))?;
    // some details are objects with a message and a code
    detail.as_str().or_else(|| detail.get("message")?.as_str())
}

/// The API of the organization, for one listing.
#[derive(Clone, Copy)]
pub(super) struct Api<'a> {
    pub(super) provider: &'a SentryProvider,
    pub(super) facts: &'a Facts,
}

impl Api<'_> {
    /// The slug of the organization.
    pub(super) fn organization(&self) -> &str {
        &self.provider.organization
    }

    pub(super) fn policy(&self) -> &SentryPolicy {
        &self.provider.policy
    }

    pub(super) fn place(&self) -> Place {
        self.provider.place()
    }

    /// A collection over the organization, of which nothing was read yet.
    pub(super) fn empty<R: Resource>(&self) -> Collected<R> {
        Collected::over(Scope::Places(vec![self.place()]))
    }

    /// Makes a call.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        operation: Operation,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, RestError> {
        let client = &self.provider.client;
        client.get(self.facts, operation, params, query).await
    }

    /// Reads the page of a cursor; the first page without one. Returns the cursor of the next page.
    pub(super) async fn get_page<T: DeserializeOwned>(
        &self,
        operation: Operation,
        params: &[&str],
        query: &[(&str, &str)],
        cursor: Option<&str>,
    ) -> Result<(T, Option<String>), RestError> {
        self.get_page_with(&self.provider.client, operation, params, query, cursor)
            .await
    }

    async fn get_page_with<T: DeserializeOwned>(
        &self,
        client: &Client,
        operation: Operation,
        params: &[&str],
        query: &[(&str, &str)],
        cursor: Option<&str>,
    ) -> Result<(T, Option<String>), RestError> {
        let mut query: Vec<_> = query.iter().copied().chain([PER_PAGE]).collect();
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let answer = client.get(self.facts, operation, params, &query).await?;
        let next = next_cursor(operation, &answer)?;
        Ok((answer.body, next))
    }

    /// Reads all pages.
    pub(super) async fn get_all<T: DeserializeOwned>(
        &self,
        operation: Operation,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Pages<T, RestError> {
        let client = &self.provider.client;
        self.get_all_with(client, operation, params, query).await
    }

    /// Reads all pages with another client than the usual one.
    pub(super) async fn get_all_with<T: DeserializeOwned>(
        &self,
        client: &Client,
        operation: Operation,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Pages<T, RestError> {
        read_pages(operation, async |cursor: Option<String>| {
            let cursor = cursor.as_deref();
            self.get_page_with::<Vec<T>>(client, operation, params, query, cursor)
                .await
        })
        .await
    }

    /// Reads the first page. Returns whether there are more.
    pub(super) async fn get_first<T: DeserializeOwned>(
        &self,
        operation: Operation,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<(Vec<T>, bool), Unknown> {
        let (items, next) = self.get_page(operation, params, query, None).await?;
        Ok((items, next.is_some()))
    }
}

/// The cursor of the next page, if there is one. A page that is announced and has no cursor is an
/// error: without it the listing would count as complete.
fn next_cursor<T>(operation: Operation, answer: &Answer<T>) -> Result<Option<String>, PagingError> {
    let Some(link) = answer.link("next") else {
        return Ok(None);
    };
    if link.param("results") == Some("false") {
        return Ok(None);
    }
    let cursor = link.param("cursor").map(str::to_owned);
    let cursor = cursor.or_else(|| link.query("cursor"));
    let cursor = cursor.filter(|cursor| !cursor.is_empty());
    cursor
        .ok_or(PagingError::NoNextAddress { operation })
        .map(Some)
}
