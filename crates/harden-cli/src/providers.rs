//! The providers that this program brings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harden_aws::AwsPolicy;
use harden_core::{Check, Kind};
use harden_delivery::DeliveryPolicy;
use harden_github::GithubPolicy;
use harden_runner::Tables;
use harden_sentry::SentryPolicy;
use harden_vercel::VercelPolicy;

/// All checks.
pub(crate) fn checks() -> Vec<Arc<dyn Check>> {
    [
        harden_aws::checks(),
        harden_delivery::checks(),
        harden_github::checks(),
        harden_sentry::checks(),
        harden_vercel::checks(),
    ]
    .concat()
}

/// The ids of all checks.
pub(crate) fn ids(checks: &[Arc<dyn Check>]) -> Vec<&str> {
    checks.iter().map(|check| check.meta().id).collect()
}

/// The kinds that checks read, by provider.
pub(crate) type Wanted = BTreeMap<&'static str, BTreeSet<&'static str>>;

/// The kinds that the checks read, by provider. Attestations come from a file, not from a provider.
pub(crate) fn wanted<'a>(checks: impl Iterator<Item = &'a dyn Check>) -> Wanted {
    fn collect(kind: &Kind, into: &mut Wanted) {
        into.entry(of(kind)).or_default().insert(kind.name);
        kind.starts_from.iter().for_each(|k| collect(k, into));
    }
    let mut wanted = Wanted::new();
    for check in checks {
        check.kinds().iter().for_each(|k| collect(k, &mut wanted));
    }
    wanted.remove("ops");
    wanted
}

/// The provider of a kind.
pub(crate) fn of(kind: &Kind) -> &'static str {
    kind.name.split_once('/').map_or(kind.name, |(p, _)| p)
}

/// The tables that the providers have in the policy file.
pub(crate) fn tables() -> Tables {
    Tables::new()
        .with::<AwsPolicy>()
        .with::<DeliveryPolicy>()
        .with::<GithubPolicy>()
        .with::<SentryPolicy>()
        .with::<VercelPolicy>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the page of the policy file shows can be written.
    #[test]
    fn the_page_of_the_policy_file_is_right() {
        let page = include_str!("../../../docs/policy.md");
        let blocks: Vec<&str> = page
            .split("```toml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .filter(|block| !block.contains("[[attestation]]"))
            .collect();
        assert!(blocks.len() > 6);
        let checks = checks();
        for block in blocks {
            let read =
                harden_runner::PolicyFile::parse(block, "harden.toml", &tables(), &ids(&checks));
            let (file, _) = read.unwrap_or_else(|errors| panic!("{errors:?}\n{block}"));
            assert!(file.notices.is_empty(), "{:?}", file.notices);
        }
    }

    /// The published schema of harden.toml is that of the types.
    #[test]
    fn the_schema_of_the_policy_file_is_fresh() {
        let schema = serde_json::to_string_pretty(&tables().schema()).unwrap() + "\n";
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        harden_core::testing::is_fresh(&root.join("docs/schema/harden-toml.schema.json"), &schema);
    }
}
