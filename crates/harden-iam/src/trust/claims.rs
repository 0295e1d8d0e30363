//! The claims of a token.

use std::collections::BTreeMap;

use serde_json::Value;

use super::issuer::{Issuer, claim_of};
use crate::document::Policy;
use crate::request::Context;

/// The claims of a GitHub token that STS passes to the request as condition keys. It passes no others.
///
/// IAM User Guide, "IAM and AWS STS condition context keys", keys of OIDC federation (`aud`, `sub`,
/// `amr`) and of GitHub (since January 2026). A condition on another claim
/// (`repository_owner`, `event_name`) is a condition on a key that is always absent.
pub const STS_CLAIMS: [&str; 13] = [
    "actor",
    "actor_id",
    "amr",
    "aud",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "sub",
    "workflow",
];

/// The claims of an OIDC token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims(BTreeMap<String, Vec<String>>);

/// Why a text is not the claims of a token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimsError {
    /// Not JSON.
    #[error("claims are not valid JSON")]
    Json(#[source] serde_json::Error),
    /// Not an object.
    #[error("claims are not a JSON object")]
    NotAnObject,
    /// A claim with a value that a condition key cannot have.
    #[error("claim `{0}` is not a string, a number, a boolean or a list of strings")]
    Value(String),
    /// The issuer of the token is not GitHub.
    #[error("issuer `{0}` is not an issuer of GitHub")]
    Issuer(String),
}

impl Claims {
    /// No claims.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Parses the payload of a token: a JSON object.
    ///
    /// # Errors
    ///
    /// [`ClaimsError`]: the text is not JSON or not an object, a claim is an object or null, or `iss` is
    /// not an issuer of GitHub.
    pub fn parse(text: &str) -> Result<Self, ClaimsError> {
        let Value::Object(object) = serde_json::from_str(text).map_err(ClaimsError::Json)? else {
            return Err(ClaimsError::NotAnObject);
        };
        let mut claims = Self::new();
        for (name, value) in object {
            let values = match value {
                Value::Array(items) => items.iter().map(scalar).collect(),
                one => scalar(&one).map(|one| vec![one]),
            };
            let values = values.ok_or_else(|| ClaimsError::Value(name.clone()))?;
            claims.0.insert(name, values);
        }
        match claims.get("iss") {
            Some(issuer) if Issuer::of_url(issuer).is_none() => {
                Err(ClaimsError::Issuer(issuer.to_owned()))
            }
            _ => Ok(claims),
        }
    }

    /// Sets a claim.
    #[must_use]
    pub fn with(mut self, claim: &str, value: impl Into<String>) -> Self {
        self.0.insert(claim.to_owned(), vec![value.into()]);
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without(mut self, claim: &str) -> Self {
        self.0.remove(claim);
        self
    }

    /// The first value of a claim.
    pub fn get(&self, claim: &str) -> Option<&str> {
        self.0.get(claim)?.first().map(String::as_str)
    }

    /// The issuer of the token; github.com if there is no claim `iss`.
    pub fn issuer(&self) -> Option<Issuer> {
        self.get("iss")
            .map_or_else(|| Some(Issuer::github()), Issuer::of_url)
    }

    /// The condition keys of a request with the token. Claims that STS passes have the token's values,
    /// and claims of other issuers are absent. All other keys are unknown: the caller chooses them
    /// (`sts:RoleSessionName`), or the token does not contain them (`aws:SourceIp`).
    pub(super) fn context(&self, issuer: &Issuer, policy: &Policy) -> Context {
        let mut context = Context::unknown_otherwise();
        for condition in policy.statements().iter().flat_map(|one| one.conditions()) {
            if claim_of(condition.key()).is_some() {
                context = context.without(condition.key());
            }
        }
        for claim in STS_CLAIMS {
            let values = self.0.get(claim).cloned().unwrap_or_default();
            context = context.with_values(&issuer.key(claim), values);
        }
        context
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_parsed() {
        let claims =
            Claims::parse(r#"{"sub": "repo:a/b:pull_request", "iat": 7, "aud": ["x", "y"]}"#);
        let claims = claims.unwrap();
        assert_eq!(claims.get("sub"), Some("repo:a/b:pull_request"));
        assert_eq!(
            (claims.get("iat"), claims.get("aud")),
            (Some("7"), Some("x"))
        );
        assert_eq!(claims.issuer(), Some(Issuer::github()));
    }

    #[test]
    fn other_texts_and_issuers_are_refused() {
        for text in [
            "",
            "[]",
            r#"{"sub": null}"#,
            r#"{"a": {}}"#,
            r#"{"iss": "https://gitlab.com"}"#,
        ] {
            assert!(Claims::parse(text).is_err(), "{text}");
        }
    }
}
