//! The scanning configuration of ECR registries.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::EcrRepository;

/// A registry's scanning configuration: an account has one in each region. Source:
/// ecr:GetRegistryScanningConfiguration, for regions with repositories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EcrRegistry {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// `BASIC` or `ENHANCED` (scanType).
    #[serde(default)]
    pub scan_type: Known<String>,
    /// The rules that select repositories and the time of the scan.
    #[serde(default)]
    pub rules: Known<Vec<ScanningRule>>,
}

/// A scanning rule of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScanningRule {
    /// `SCAN_ON_PUSH`, `CONTINUOUS_SCAN`, `MANUAL` (scanFrequency).
    pub frequency: String,
    /// Names of repositories with `*` as a wildcard. Without `*`, a part of the name.
    pub filters: Vec<String>,
}

impl Resource for EcrRegistry {
    const KIND: &'static Kind = &Kind::new("aws/ecr-registry")
        .permissions(&["ecr:GetRegistryScanningConfiguration"])
        .starts_from(&[EcrRepository::KIND]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, &self.account)
    }
}
