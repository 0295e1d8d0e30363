//! The recurring duties. Their attestations come from a file of the team, not from a provider.

use harden_ops::OpsPolicy;
use harden_runner::Tables;

use super::{Provider, list_permissions};

pub(super) const PROVIDER: Provider = Provider {
    about: &harden_ops::PROVIDER,
    table: Tables::with::<OpsPolicy>,
    #[cfg(feature = "live")]
    open: None,
    draft: None,
    permissions: list_permissions,
};
