//! OIDC providers of GitHub Actions.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::arn::Arn;

/// An OIDC provider of GitHub Actions: for github.com or for a GitHub enterprise.
/// Source: iam:ListOpenIDConnectProviders, and iam:GetOpenIDConnectProvider for these only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OidcProvider {
    /// The provider's ARN, which ends in the issuer.
    pub arn: String,
    /// The accepted audiences (ClientIDList).
    #[serde(default)]
    pub audiences: Known<Vec<String>>,
}

impl OidcProvider {
    /// The issuer of a provider's ARN, without `https://`.
    #[must_use]
    pub fn issuer_of(arn: &str) -> Option<&str> {
        let arn = Arn::parse(arn).filter(|arn| arn.service == "iam")?;
        arn.resource.strip_prefix("oidc-provider/")
    }
}

impl Resource for OidcProvider {
    const KIND: &'static Kind = &Kind::new("aws/oidc-provider").permissions(&[
        "iam:GetOpenIDConnectProvider",
        "iam:ListOpenIDConnectProviders",
    ]);

    fn id(&self) -> ResourceId {
        let account = Arn::parse(&self.arn).map_or("unknown", |arn| arn.account);
        let name = Self::issuer_of(&self.arn).unwrap_or(&self.arn);
        ResourceId::new(Self::KIND.name, Place::global(account), name).shown_as(&self.arn)
    }
}
