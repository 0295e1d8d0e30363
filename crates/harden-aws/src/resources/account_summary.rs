//! The root user of an account.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// The root user of an account. Source: iam:GetAccountSummary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountSummary {
    /// The account.
    pub account: String,
    /// Whether the root user has an access key (AccountAccessKeysPresent).
    #[serde(default)]
    pub root_access_key: Known<bool>,
    /// Whether the root user has an MFA device (AccountMFAEnabled).
    #[serde(default)]
    pub root_mfa: Known<bool>,
    /// Whether the root user has a password (AccountPasswordPresent). A member account has none where
    /// its organization manages root access centrally.
    #[serde(default)]
    pub root_password: Known<bool>,
}

impl Resource for AccountSummary {
    const KIND: &'static Kind =
        &Kind::new("aws/account-summary").permissions(&["iam:GetAccountSummary"]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.account)
    }
}
