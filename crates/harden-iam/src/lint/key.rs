//! Looks up condition keys: their type, and the actions that support them.

use super::{DocumentLinter, PolicyType};
use crate::table::{Action, KeyType, KeyUse, Service, known};

/// Prefixes of keys that belong to a service with another prefix. The reference lists these keys without
/// the actions that support them.
const ELSEWHERE: &[&str] = &[
    "identitycenter",
    "identitystore",
    "catalog",
    "cognito-identity-auth",
    "cognito-identity-unauth",
];

/// The actions that support a condition key.
pub(super) enum SupportingActions {
    /// All actions can support it.
    All,
    /// The actions for which the services list the key.
    Some(Vec<(&'static str, KeyUse)>),
}

impl SupportingActions {
    pub(super) fn includes(&self, action: &Action<'_>) -> bool {
        let Self::Some(services) = self else {
            return true;
        };
        let mut own = services
            .iter()
            .filter(|(prefix, _)| *prefix == action.prefix());
        own.any(|(_, uses)| action.takes(uses))
    }
}

impl DocumentLinter<'_> {
    /// The type of a key; `None` if no service has it.
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
        // Claims of identity providers are keys of AWS STS.
        let named = own.chain(self.service("sts"));
        let mut services = named.chain(called.iter().copied());
        services.find_map(|service| service.key_type(key))
    }

    /// The actions of the services that support a key.
    pub(super) fn supporting_actions(&self, key: &str, called: &[&Service]) -> SupportingActions {
        let claim = known::is_token_key(key) || key.to_ascii_lowercase().starts_with("saml:");
        // A trust policy needs `sts:TagSession` in the same statement as the action that assumes the
        // role, with the same conditions.
        if known::global_key(key).is_some() || claim || self.kind == PolicyType::Trust {
            return SupportingActions::All;
        }
        let prefix = key.split(':').next().unwrap_or_default();
        let elsewhere = ELSEWHERE.iter().any(|one| one.eq_ignore_ascii_case(prefix));
        if elsewhere || known::is_retired(prefix) {
            return SupportingActions::All;
        }
        let look = |service: &&Service| (service.prefix(), service.key_use(key));
        let services: Vec<(&'static str, KeyUse)> = called.iter().map(look).collect();
        // If the reference lists the key for no action at all, the data is incomplete.
        let unattached = services.iter().any(|(_, uses)| uses.is_named_only());
        if unattached {
            return SupportingActions::All;
        }
        SupportingActions::Some(services)
    }
}
