//! Why a call failed, in the words of a report.
//!
//! Of a refusal only the status, a known message, and the permission in
//! `X-Accepted-GitHub-Permissions` are kept: other messages can quote names of other people.

use harden_core::{Cause, DeniedBy, Unknown};
use reqwest::header::HeaderMap;

use crate::operation::Operation;

/// A call that failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// What GitHub said, where that makes a difference.
    pub(super) said: Said,
    /// What a report says. Always names a permission or an operation.
    pub(super) unknown: Unknown,
}

impl From<Failure> for Unknown {
    fn from(failure: Failure) -> Self {
        failure.unknown
    }
}

/// What GitHub said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// 404 "Branch not protected": the token can see the branch, and it has no classic protection.
    BranchNotProtected,
    /// 404 "Branch not found".
    BranchNotFound,
    /// 403 "Upgrade to GitHub Pro or make this repository public to enable this feature."
    NotOffered,
    /// 404 "Vulnerability alerts are disabled."
    AlertsDisabled,
    /// 404 "This repository is empty." or 409 "Git Repository is empty."
    Empty,
    /// 404 "Not Found": it does not exist, or the token cannot see it.
    NotFound,
    /// 401: the token is not accepted.
    Unauthorized,
    /// Anything else.
    Other,
}

/// An answer whose status is not a success.
pub(super) struct Refusal<'a> {
    pub(super) status: u16,
    pub(super) headers: &'a HeaderMap,
    pub(super) message: &'a str,
}

/// The failure for a refusal. Rate limits are not refusals: see `quota.rs`.
pub(super) fn refused(refusal: &Refusal<'_>, operation: Operation) -> Failure {
    let said = said(refusal.status, refusal.message);
    let permission = permission(refusal.headers, operation);
    let unknown = match (refusal.status, said) {
        (401, _) => Unknown::new(Cause::Credentials, "GitHub did not accept the token"),
        (_, Said::NotOffered) => Unknown::new(
            Cause::Plan,
            "the plan does not offer it for a private repository",
        ),
        (403, _) => denied(refusal, &permission),
        (404, Said::NotFound) => Unknown {
            by: Some(DeniedBy::Unstated),
            ..Unknown::new(
                Cause::Denied,
                "GitHub answered 404: it does not exist, or the token cannot see it",
            )
        },
        (404, _) => Unknown::new(Cause::Failed, "GitHub answered 404"),
        (410, _) => Unknown::new(
            Cause::Failed,
            "GitHub answered 410: the endpoint is retired or switched off here",
        ),
        (422, _) => Unknown::new(Cause::Failed, "GitHub could not process the request (422)"),
        (status @ 500..=599, _) => Unknown::new(
            Cause::Failed,
            format!("GitHub was unavailable on every attempt ({status})"),
        ),
        (status, _) => Unknown::new(Cause::Failed, format!("GitHub answered {status}")),
    };
    Failure {
        said,
        unknown: unknown.during(permission),
    }
}

/// A call without an answer, or with one that cannot be read.
pub(super) fn failed(operation: Operation, message: impl Into<String>) -> Failure {
    Failure {
        said: Said::Other,
        unknown: Unknown::new(Cause::Failed, message.into())
            .during(harden_collect::Operation::from(operation).permission()),
    }
}

fn denied(refusal: &Refusal<'_>, permission: &str) -> Unknown {
    let unknown = |message: String| Unknown {
        by: Some(DeniedBy::Iam),
        ..Unknown::new(Cause::Denied, message)
    };
    if refusal.headers.contains_key("x-github-sso") {
        return unknown(
            "the token is not authorized for the organization's single sign-on".to_owned(),
        );
    }
    if refusal.message.contains("IP allow list") {
        return Unknown {
            by: Some(DeniedBy::Scp),
            ..Unknown::new(
                Cause::Denied,
                "the organization's IP allow list does not allow this machine",
            )
        };
    }
    unknown(format!("the token does not allow {permission}"))
}

fn said(status: u16, message: &str) -> Said {
    match (status, message) {
        (401, _) => Said::Unauthorized,
        (403, m) if m.starts_with("Upgrade to ") => Said::NotOffered,
        (404, "Branch not protected") => Said::BranchNotProtected,
        (404, "Branch not found") => Said::BranchNotFound,
        (404, "Vulnerability alerts are disabled.") => Said::AlertsDisabled,
        (404, m) if m.starts_with("This repository is empty") => Said::Empty,
        (409, m) if m.starts_with("Git Repository is empty") => Said::Empty,
        (404, _) => Said::NotFound,
        _ => Said::Other,
    }
}

/// The permission that the answer names, else the one of the operation.
fn permission(headers: &HeaderMap, operation: Operation) -> String {
    let header = headers.get("x-accepted-github-permissions");
    header
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
        .filter(|value| {
            let plain = |c: char| c.is_ascii_lowercase() || "_=,; ".contains(c);
            value.contains('=') && value.len() <= 200 && value.chars().all(plain)
        })
        .map_or_else(
            || {
                harden_collect::Operation::from(operation)
                    .permission()
                    .to_owned()
            },
            str::to_owned,
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::BRANCH_PROTECTION;

    fn answer(status: u16, message: &str, headers: &[(&'static str, &str)]) -> Failure {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let refusal = Refusal {
            status,
            headers: &map,
            message,
        };
        refused(&refusal, BRANCH_PROTECTION)
    }

    #[test]
    fn refusals_are_told_apart() {
        let said = |status, message| {
            let failure = answer(status, message, &[]);
            (failure.said, failure.unknown.cause)
        };
        let upgrade =
            "Upgrade to GitHub Pro or make this repository public to enable this feature.";
        assert_eq!(said(403, upgrade), (Said::NotOffered, Cause::Plan));
        assert_eq!(said(404, "Not Found"), (Said::NotFound, Cause::Denied));
        assert_eq!(
            said(404, "Branch not protected"),
            (Said::BranchNotProtected, Cause::Failed)
        );
        assert_eq!(
            said(404, "Branch not found"),
            (Said::BranchNotFound, Cause::Failed)
        );
        assert_eq!(
            said(401, "Bad credentials"),
            (Said::Unauthorized, Cause::Credentials)
        );
        for status in [410, 422, 500, 503] {
            assert_eq!(said(status, "?"), (Said::Other, Cause::Failed), "{status}");
        }
    }

    #[test]
    fn a_denial_names_the_permission_in_the_header() {
        let message = "Resource not accessible by integration";
        let header = "x-accepted-github-permissions";
        let unknown = answer(403, message, &[(header, "administration=write")]).unknown;
        assert_eq!(unknown.action.as_deref(), Some("administration=write"));
        let unknown = answer(403, message, &[]).unknown;
        assert_eq!(unknown.action.as_deref(), Some("administration=read"));
        let unknown = answer(403, message, &[(header, "<script>=x")]).unknown;
        assert_eq!(unknown.action.as_deref(), Some("administration=read"));
        let sso = answer(403, message, &[("x-github-sso", "required; url=https://x")]).unknown;
        assert!(sso.message.contains("single sign-on"));
        assert!(!sso.message.contains("https"));
    }
}
