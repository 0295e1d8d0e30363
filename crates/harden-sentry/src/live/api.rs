//! Calls and pages.
//!
//! Sentry pages with a cursor in the `Link` header. `rel="next"` is always there; the last page
//! says `results="false"` on it (docs.sentry.io/api/pagination/).

use harden_collect::{Answer, Client, Pages, Refusal, RestError, Vendor, pages};
use harden_core::{Facts, Unknown};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Run;
use super::field::Call;

/// How many of a list are asked for at once: the most that Sentry gives.
pub(super) const PER_PAGE: (&str, &str) = ("per_page", "100");

/// What is Sentry's own. Refusals say why as `detail`, retired endpoints as `message`.
pub(super) const VENDOR: Vendor = Vendor {
    message,
    reset_header: Some("x-sentry-rate-limit-reset"),
    passing: |_| false,
    plan: |_| false,
};

/// The same, for endpoints that are taken away for a while now and then, before they are for good.
pub(super) const PATIENT: Vendor = Vendor {
    passing: is_gone,
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

impl Run<'_> {
    /// One answer.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        call: Call,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, Unknown> {
        let client = &self.provider.client;
        client
            .get(self.facts, call.operation, params, query)
            .await
            .map_err(|error| refused(&error, call))
    }

    /// All pages.
    pub(super) async fn all<T: DeserializeOwned>(
        &self,
        call: Call,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Pages<T> {
        all(&self.provider.client, self.facts, call, params, query).await
    }

    /// The first page, and whether there are more.
    pub(super) async fn first<T: DeserializeOwned>(
        &self,
        call: Call,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<(Vec<T>, bool), Unknown> {
        let query: Vec<_> = query.iter().copied().chain([PER_PAGE]).collect();
        let answer = self.get::<Vec<T>>(call, params, &query).await?;
        let more = next(call, &answer).map_err(|error| refused(&error, call))?;
        Ok((answer.body, more.is_some()))
    }
}

/// All pages, by a client.
pub(super) async fn all<T: DeserializeOwned>(
    client: &Client,
    facts: &Facts,
    call: Call,
    params: &[&str],
    query: &[(&str, &str)],
) -> Pages<T> {
    pages(call.operation, async |cursor: Option<String>| {
        let mut query: Vec<_> = query.iter().copied().chain([PER_PAGE]).collect();
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let answer = client
            .get::<Vec<T>>(facts, call.operation, params, &query)
            .await?;
        let next = next(call, &answer)?;
        Ok((answer.body, next))
    })
    .await
}

/// The cursor of the next page, if that has anything. A page that has something and no cursor is a
/// failure: the list would be taken for complete.
pub(super) fn next<T>(call: Call, answer: &Answer<T>) -> Result<Option<String>, RestError> {
    let Some(link) = answer.link("next") else {
        return Ok(None);
    };
    if link.param("results") == Some("false") {
        return Ok(None);
    }
    let cursor = link.param("cursor").map(str::to_owned);
    let cursor = cursor.or_else(|| link.query("cursor"));
    match cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Ok(Some(cursor)),
        None => Err(RestError::Paging {
            operation: call.operation,
        }),
    }
}

/// Why a call failed, naming the scope that would have told.
pub(super) fn refused(error: &RestError, call: Call) -> Unknown {
    error.unknown(call.scope)
}
