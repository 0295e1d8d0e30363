//! Finds out which organization is meant and in which region it is.

use std::sync::Arc;

use harden_collect::rest::{Client, Options, RestError, Vendor};
use harden_collect::{EarlyCalls, Operation};
use harden_core::{CancellationToken, Facts, one_line};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use super::api::{PATIENT, VENDOR};
use super::field::Field;
use super::{ConnectError, SentryProvider};
use crate::SentryPolicy;

const ORGANIZATION: Operation = Operation::new("GET /organizations/{organization}/", "org:read");

/// The URL of Sentry's own cloud.
const CLOUD: &str = "https://sentry.io";

/// Where to read.
#[derive(Debug, Clone)]
pub struct Connect {
    /// The server: `https://sentry.io` or a self-hosted server; the cloud if missing.
    pub url: Option<String>,
    /// The token.
    pub token: SecretString,
    /// The organization, by slug, by number, or in the form of a DSN (`o4510247421018112`).
    pub organization: String,
    /// The projects, by slug; empty for all of the organization.
    pub projects: Vec<String>,
    /// The policy: which projects are front ends.
    pub policy: Arc<SentryPolicy>,
    /// The moment of the audit.
    pub now: Timestamp,
    /// Ends connecting early. Listings use the one of their facts.
    pub stop: CancellationToken,
    /// How many attempts a call has.
    pub attempts: usize,
    /// The wait before the second attempt; it doubles from attempt to attempt.
    pub first_wait: std::time::Duration,
    /// How many calls are in flight at the same time.
    pub in_flight: usize,
}

impl Connect {
    /// An organization on Sentry's cloud, or on the server in the policy; 4 attempts, 8 calls in flight.
    #[must_use]
    pub fn new(
        token: SecretString,
        organization: String,
        policy: Arc<SentryPolicy>,
        now: Timestamp,
    ) -> Self {
        Self {
            url: policy.url.clone(),
            token,
            organization,
            projects: policy.projects.clone(),
            policy,
            now,
            stop: CancellationToken::never(),
            attempts: 4,
            first_wait: std::time::Duration::from_millis(500),
            in_flight: 8,
        }
    }

    /// The settings of the policy, else the variables of sentry-cli, which are read through `get`.
    ///
    /// # Errors
    /// When there is no token, or no organization is named.
    pub fn from_env(
        get: &dyn Fn(&str) -> Option<String>,
        policy: Arc<SentryPolicy>,
        now: Timestamp,
        stop: CancellationToken,
    ) -> Result<Self, ConnectError> {
        let set = |name| {
            let value = get(name)?;
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let token = set("SENTRY_AUTH_TOKEN").ok_or(ConnectError::NoToken)?;
        let organization = policy.organization.clone().or_else(|| set("SENTRY_ORG"));
        let organization = organization.ok_or(ConnectError::NoOrganization)?;
        let mut connect = Self::new(token.into(), organization, policy, now);
        connect.stop = stop;
        if connect.url.is_none() {
            connect.url = set("SENTRY_URL");
        }
        if connect.projects.is_empty() {
            connect.projects.extend(set("SENTRY_PROJECT"));
        }
        Ok(connect)
    }

    fn client(&self, server: &str, vendor: Vendor) -> Result<Client, ConnectError> {
        let mut options = Options::new(format!("{server}/api/0"), self.token.clone(), vendor);
        options.retry.attempts = self.attempts;
        options.retry.first_wait = self.first_wait;
        options.in_flight = self.in_flight;
        Ok(Client::new(options)?)
    }
}

#[derive(Deserialize)]
struct Organization {
    slug: String,
    #[serde(default)]
    links: Field<Links>,
}

#[derive(Deserialize)]
struct Links {
    #[serde(default, rename = "regionUrl")]
    region_url: Field<String>,
}

pub(super) async fn connect(connect: Connect) -> Result<SentryProvider, ConnectError> {
    let server = address(connect.url.as_deref().unwrap_or(CLOUD));
    let client = connect.client(&server, VENDOR)?;
    // these facts only count the calls
    let counting = Facts::builder().cancellation(connect.stop.clone()).build();
    let given = connect.organization.trim().to_owned();
    let number = number_of_dsn(&given);
    let asked = number.unwrap_or(&given).to_owned();
    let found = client
        .get::<Organization>(&counting, ORGANIZATION, &[&asked], &[])
        .await;
    let mut provider = SentryProvider {
        patient: connect.client(&server, PATIENT)?,
        client,
        server,
        organization: asked.clone(),
        organization_as_named: given.clone(),
        projects: connect.projects.clone(),
        policy: Arc::clone(&connect.policy),
        refused: None,
        notices: Vec::new(),
        early_calls: EarlyCalls::default(),
    };
    match found {
        Ok(answer) => {
            provider.organization = answer.body.slug;
            let region = answer
                .body
                .links
                .ok()
                .and_then(|links| links.region_url.ok());
            let region = region.map(|url| address(&url));
            if let Some(region) = region.filter(|url| is_region_of(url, &provider.server)) {
                provider.client = connect.client(&region, VENDOR)?;
                provider.patient = connect.client(&region, PATIENT)?;
                provider.server = region;
            }
        }
        // the token cannot read the organization itself, but perhaps what belongs to it
        Err(RestError::Denied(_)) => {}
        Err(error @ RestError::Credentials(_)) => return Err(ConnectError::Token(error)),
        Err(RestError::Cancelled(reason)) => return Err(ConnectError::Cancelled(reason)),
        Err(
            error @ (RestError::Unreachable { .. }
            | RestError::Timeout { .. }
            | RestError::Redirected { .. }
            | RestError::Decode { .. }),
        ) => return Err(ConnectError::Unreachable(error)),
        Err(error) => provider.refused = Some(error.into()),
    }
    if let Some(number) = number {
        provider.notices.push(format!(
            "{} is an organization's name in a DSN: the organization {} was read, whose slug is {}",
            one_line(&given, 60),
            number,
            one_line(&provider.organization, 60),
        ));
    }
    provider.early_calls = EarlyCalls::from(&counting);
    Ok(provider)
}

/// The id in the form that a DSN has: `o4510247421018112`.
fn number_of_dsn(organization: &str) -> Option<&str> {
    let number = organization.strip_prefix('o')?;
    // shorter ones may be slugs
    (number.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// A URL without the API's path and the last slash.
fn address(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    url.strip_suffix("/api/0").unwrap_or(url).to_owned()
}

/// Whether the token can be sent to the URL that an organization names as its region: on the given
/// server, or between hosts of Sentry's own cloud. The URL comes from an answer, so it is not
/// trusted.
fn is_region_of(region: &str, server: &str) -> bool {
    let (Some(region), Some(server)) = (origin(region), origin(server)) else {
        return false;
    };
    let cloud = |(scheme, host): (&str, &str)| {
        scheme == "https" && (host == "sentry.io" || host.ends_with(".sentry.io"))
    };
    region == server || (cloud(region) && cloud(server))
}

/// Scheme, and host with port.
fn origin(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    (!host.is_empty() && !host.contains('@')).then_some((scheme, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_env(set: &[(&str, &str)], policy: &str) -> Result<Connect, ConnectError> {
        let get = |name: &str| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let policy: SentryPolicy = toml::from_str(policy).unwrap();
        Connect::from_env(
            &get,
            Arc::new(policy),
            Timestamp::UNIX_EPOCH,
            CancellationToken::never(),
        )
    }

    #[test]
    fn the_variables_of_sentry_cli_are_read_and_the_policy_counts_first() {
        let set = [
            ("SENTRY_AUTH_TOKEN", " token\n"),
            ("SENTRY_URL", "https://sentry.example.com/"),
            ("SENTRY_ORG", "acme"),
            ("SENTRY_PROJECT", "shop"),
        ];
        let connect = from_env(&set, "").unwrap();
        assert_eq!(connect.url.as_deref(), Some("https://sentry.example.com/"));
        assert_eq!(connect.organization, "acme");
        assert_eq!(connect.projects, ["shop"]);
        let policy = "url = 'https://sentry.io'\norganization = 'other'\nprojects = ['a', 'b']";
        let connect = from_env(&set, policy).unwrap();
        assert_eq!(connect.url.as_deref(), Some("https://sentry.io"));
        assert_eq!(connect.organization, "other");
        assert_eq!(connect.projects, ["a", "b"]);
        assert!(!format!("{connect:?}").contains("token\""));
    }

    #[test]
    fn a_missing_setting_is_an_error() {
        let token = ("SENTRY_AUTH_TOKEN", "t");
        assert!(matches!(
            from_env(&[("SENTRY_ORG", "acme")], ""),
            Err(ConnectError::NoToken)
        ));
        assert!(matches!(
            from_env(&[("SENTRY_AUTH_TOKEN", "  ")], ""),
            Err(ConnectError::NoToken)
        ));
        assert!(matches!(
            from_env(&[token], ""),
            Err(ConnectError::NoOrganization)
        ));
    }

    #[test]
    fn a_name_from_a_dsn_is_an_id() {
        assert_eq!(number_of_dsn("o4510247421018112"), Some("4510247421018112"));
        for slug in [
            "acme",
            "o1",
            "o123",
            "ocean",
            "4510247421018112",
            "o45102474x",
        ] {
            assert_eq!(number_of_dsn(slug), None, "{slug}");
        }
    }

    #[test]
    fn the_token_goes_to_no_region_elsewhere() {
        for (region, server, wanted) in [
            ("https://us.sentry.io", "https://sentry.io", true),
            ("https://de.sentry.io", "https://us.sentry.io", true),
            (
                "https://sentry.example.com",
                "https://sentry.example.com",
                true,
            ),
            ("https://evil.example.com", "https://sentry.io", false),
            ("https://evilsentry.io", "https://sentry.io", false),
            (
                "https://sentry.io@evil.example.com",
                "https://sentry.io",
                false,
            ),
            ("http://us.sentry.io", "https://sentry.io", false),
            ("https://us.sentry.io", "https://sentry.example.com", false),
            (
                "https://sentry.example.com:444",
                "https://sentry.example.com",
                false,
            ),
            ("", "https://sentry.io", false),
        ] {
            assert_eq!(is_region_of(region, server), wanted, "{region} of {server}");
        }
        assert_eq!(
            address("https://sentry.example.com/api/0/"),
            "https://sentry.example.com"
        );
    }
}
