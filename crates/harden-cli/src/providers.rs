//! The providers that this program brings.

use std::collections::BTreeSet;
use std::sync::Arc;

use harden_aws::AwsPolicy;
use harden_core::{Check, Kind};
use harden_runner::Tables;

/// All checks, in the order of their ids.
pub(crate) fn checks() -> Vec<Arc<dyn Check>> {
    harden_aws::checks()
}

/// The ids of all checks.
pub(crate) fn ids(checks: &[Arc<dyn Check>]) -> Vec<&str> {
    checks.iter().map(|check| check.meta().id).collect()
}

/// The providers whose kinds the checks read. Attestations come from a file, not from a provider.
pub(crate) fn wanted<'a>(checks: impl Iterator<Item = &'a dyn Check>) -> BTreeSet<&'static str> {
    fn collect(kind: &Kind, into: &mut BTreeSet<&'static str>) {
        let provider = kind.name.split_once('/').map_or(kind.name, |(p, _)| p);
        into.insert(provider);
        kind.starts_from.iter().for_each(|k| collect(k, into));
    }
    let mut wanted = BTreeSet::new();
    for check in checks {
        check.kinds().iter().for_each(|k| collect(k, &mut wanted));
    }
    wanted.remove("ops");
    wanted
}

/// The tables that the providers have in the policy file.
pub(crate) fn tables() -> Tables {
    Tables::new().with::<AwsPolicy>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published schema of harden.toml is that of the types.
    #[test]
    fn the_schema_of_the_policy_file_is_fresh() {
        let schema = serde_json::to_string_pretty(&tables().schema()).unwrap() + "\n";
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        harden_core::testing::is_fresh(&root.join("docs/schema/harden-toml.schema.json"), &schema);
    }
}
