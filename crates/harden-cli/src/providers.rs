//! The providers that this program brings.

use std::sync::Arc;

use harden_aws::AwsPolicy;
use harden_core::Check;
use harden_runner::Tables;

/// All checks, in the order of their ids.
pub(crate) fn checks() -> Vec<Arc<dyn Check>> {
    harden_aws::checks()
}

/// The ids of all checks.
pub(crate) fn ids(checks: &[Arc<dyn Check>]) -> Vec<&str> {
    checks.iter().map(|check| check.meta().id).collect()
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
