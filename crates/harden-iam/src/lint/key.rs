//! What is known of a condition key.

use super::{Judge, PolicyType};
use crate::table::{Action, KeyType, KeyUse, Service, known};

/// Prefixes of keys that a service has under another name than its own, as the reference lists
/// them without saying which actions are called with them.
const ELSEWHERE: &[&str] = &[
    "identitycenter",
    "identitystore",
    "catalog",
    "cognito-identity-auth",
    "cognito-identity-unauth",
];

/// Which actions are called with a key.
pub(super) enum Callers {
    /// Any may be.
    All,
    /// Those of which the services say so.
    Some(Vec<(&'static str, KeyUse)>),
}

impl Callers {
    pub(super) fn has(&self, action: &Action<'_>) -> bool {
        let Self::Some(services) = self else {
            return true;
        };
        let mut own = services
            .iter()
            .filter(|(prefix, _)| *prefix == action.prefix());
        own.any(|(_, uses)| action.takes(uses))
    }
}

impl Judge<'_> {
    /// The type of a key; nothing if no service has it.
    pub(super) fn key_type(&self, key: &str, called: &[&Service]) -> Option<KeyType> {
        if let Some(kind) = known::global_key(key) {
            return Some(kind);
        }
        if known::is_token_key(key) {
            return Some(KeyType::Text { many: false });
        }
        let prefix = key.split(':').next().unwrap_or_default();
        let elsewhere = ELSEWHERE.iter().any(|one| one.eq_ignore_ascii_case(prefix));
        if elsewhere || known::is_retired(prefix) {
            return Some(KeyType::Unknown);
        }
        let own = self.service(prefix).into_iter();
        // The issuers' claims are keys of AWS STS.
        let named = own.chain(self.service("sts"));
        let mut services = named.chain(called.iter().copied());
        services.find_map(|service| service.key_type(key))
    }

    /// Which actions of some services are called with a key.
    pub(super) fn callers(&self, key: &str, called: &[&Service]) -> Callers {
        let claim = known::is_token_key(key) || key.to_ascii_lowercase().starts_with("saml:");
        // `sts:TagSession` stands in the same statements as what it goes along with.
        if known::global_key(key).is_some() || claim || self.kind == PolicyType::Trust {
            return Callers::All;
        }
        let prefix = key.split(':').next().unwrap_or_default();
        let elsewhere = ELSEWHERE.iter().any(|one| one.eq_ignore_ascii_case(prefix));
        if elsewhere || known::is_retired(prefix) {
            return Callers::All;
        }
        let look = |service: &&Service| (service.prefix(), service.key_use(key));
        let services: Vec<(&'static str, KeyUse)> = called.iter().map(look).collect();
        // A key that the reference attaches to no action at all says nothing of any.
        let unattached = services.iter().any(|(_, uses)| uses.is_named_only());
        if unattached {
            return Callers::All;
        }
        Callers::Some(services)
    }
}
