//! The subscriptions of alert topics.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Alarm, AnomalySubscription, BudgetAlerts};
use crate::arn::id_of;

/// The subscriptions of a topic that an alarm, a budget or an anomaly subscription notifies, or that the
/// policy names. Other topics are not listed. Source: sns:ListSubscriptionsByTopic, which, unlike
/// sns:ListSubscriptions, also returns subscriptions of other accounts, and
/// sns:GetSubscriptionAttributes for each confirmed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TopicSubscriptions {
    /// The topic's ARN.
    pub topic_arn: String,
    /// Its subscriptions.
    #[serde(default)]
    pub subscriptions: Known<Vec<Subscription>>,
}

/// A subscription. Its endpoint can be a secret (the webhook of a chat), so only the public part is
/// recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subscription {
    /// `email`, `email-json`, `lambda`, `https`, `http`, `sqs`, `sms`, `application`, `firehose`.
    pub protocol: String,
    /// The public part of the endpoint: an email address or an ARN; only the scheme and the host of a
    /// URL; nothing of a telephone number.
    pub endpoint: String,
    /// The first 64 bits of the SHA-256 of the whole endpoint, in hexadecimal. It
    /// distinguishes two endpoints without revealing them.
    pub endpoint_hash: String,
    /// The host of a URL, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Whether it is confirmed. SNS delivers nothing to an unconfirmed subscription.
    pub confirmed: bool,
    /// Its ARN, or `None` while it is not confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The filter policy, or `None` where it receives every message. An unconfirmed subscription has
    /// none. Source: sns:GetSubscriptionAttributes.
    #[serde(default)]
    pub filter: Known<Option<FilterPolicy>>,
    /// The queue for messages that could not be delivered (RedrivePolicy). A message that the filter
    /// policy excludes does not go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_queue: Option<String>,
}

/// The filter policy of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FilterPolicy {
    /// A JSON document (attribute FilterPolicy).
    pub policy: String,
    /// `MessageAttributes` (the default) or `MessageBody` (attribute FilterPolicyScope).
    pub scope: String,
}

impl Subscription {
    /// A subscription from the response of the API, without the part that can be secret.
    #[must_use]
    pub fn redacted(protocol: &str, endpoint: &str, confirmed: bool) -> Self {
        let host = host_of(endpoint);
        let shown = match (protocol, &host) {
            (_, Some(host)) => {
                let scheme = endpoint.split("://").next().unwrap_or_default();
                format!("{}://{host}/…", scheme.to_ascii_lowercase())
            }
            ("email" | "email-json", None) => endpoint.to_owned(),
            (_, None) if endpoint.starts_with("arn:") => endpoint.to_owned(),
            _ => "(not shown)".to_owned(),
        };
        Self {
            protocol: protocol.to_owned(),
            endpoint: shown,
            endpoint_hash: harden_core::fingerprint(&[endpoint]),
            host,
            confirmed,
            arn: None,
            filter: if confirmed {
                Known::default()
            } else {
                Known::Yes(None)
            },
            dead_letter_queue: None,
        }
    }

    /// The endpoint with its filter policy: `email ops@example.com: {"team":["billing"]}`.
    pub(crate) fn describe_filter(&self) -> String {
        let policy = match self.filter.ok() {
            Some(Some(filter)) => &*filter.policy,
            _ => "no filter policy",
        };
        format!("{} {}: {policy}", self.protocol, self.endpoint)
    }

    /// Whether it delivers by email.
    #[must_use]
    pub fn is_email(&self) -> bool {
        matches!(self.protocol.as_str(), "email" | "email-json")
    }

    /// The host of a URL, in lower case. Where `host` was not recorded, the endpoint contains it.
    #[must_use]
    pub fn url_host(&self) -> Option<String> {
        self.host.clone().or_else(|| host_of(&self.endpoint))
    }

    /// Whether the endpoint is a Slack incoming webhook, which cannot confirm a subscription.
    #[must_use]
    pub fn is_slack_webhook(&self) -> bool {
        self.url_host()
            .is_some_and(|host| host == "hooks.slack.com" || host == "hooks.slack-gov.com")
    }
}

/// The host of a URL in lower case, without user, port, path and query.
fn host_of(endpoint: &str) -> Option<String> {
    let (_, rest) = endpoint.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

impl Resource for TopicSubscriptions {
    const KIND: &'static Kind = &Kind::new("aws/topic-subscriptions")
        .permissions(&[
            "sns:ListSubscriptionsByTopic",
            "sns:GetSubscriptionAttributes",
        ])
        .starts_from(&[Alarm::KIND, AnomalySubscription::KIND, BudgetAlerts::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.topic_arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_an_endpoint_is_kept() {
        for (protocol, endpoint, shown) in [
            (
                "https",
                "https://hooks.slack.com/services/T0/B0/s3cret",
                "https://hooks.slack.com/…",
            ),
            (
                "https",
                "https://user:s3cret@Hook.example.com:8443/x?s3cret",
                "https://hook.example.com/…",
            ),
            ("sms", "+15551234567", "(not shown)"),
            ("https", "not-a-url-s3cret", "(not shown)"),
            ("email", "you@example.com", "you@example.com"),
        ] {
            let subscription = Subscription::redacted(protocol, endpoint, true);
            assert_eq!(subscription.endpoint, shown);
            let all = format!(
                "{subscription:?}{}",
                serde_json::to_string(&subscription).unwrap()
            );
            assert!(!all.contains("s3cret") && !all.contains("1234567"), "{all}");
        }
        assert!(
            Subscription::redacted("https", "HTTPS://HOOKS.slack.com/x", false).is_slack_webhook()
        );
    }
}
