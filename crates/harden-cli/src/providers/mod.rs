//! The list of providers. A new provider is a crate, a file in this directory, and a line in
//! [`PROVIDERS`].

mod aws;
mod github;
mod ops;
mod sentry;
mod vercel;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use harden_core::{Check, Descriptor, FactError, Facts, Kind, Policies, Resource, with_bases};
use harden_delivery::DeliveryPolicy;
use harden_runner::{Catalog, Tables};
use serde_json::{Value, json};

#[cfg(feature = "live")]
use crate::opening::Open;

/// A provider, as the commands use it.
pub(crate) struct Provider {
    pub(crate) about: &'static Descriptor,
    /// Adds the provider's table of the policy file.
    table: fn(Tables) -> Tables,
    /// Connects to the live provider; `None` for checks that span providers.
    #[cfg(feature = "live")]
    pub(crate) open: Option<Open>,
    /// The provider's part of a first policy file.
    pub(crate) draft: Option<Draft>,
    /// Formats permissions as the users of the provider grant them, for example as an IAM policy.
    pub(crate) permissions: fn(&Needed<'_>) -> Grant,
}

/// The part of a first policy file that belongs to a provider.
pub(crate) struct Draft {
    /// The kind of resources that it is written from.
    pub(crate) kind: &'static Kind,
    pub(crate) write: for<'a> fn(&'a Facts) -> BoxFuture<'a, Result<String, FactError>>,
}

/// The permissions of one provider that the selected checks need.
pub(crate) struct Needed<'a> {
    pub(crate) permissions: BTreeSet<&'static str>,
    /// The ids of the selected checks.
    pub(crate) checks: Vec<&'static str>,
    pub(crate) policies: &'a Policies,
    /// The regions that the options name.
    pub(crate) regions: &'a [String],
}

/// A document that grants permissions, with a note for the user.
pub(crate) struct Grant {
    pub(crate) document: Value,
    pub(crate) note: Option<String>,
}

/// All providers, in the order of their names.
pub(crate) static PROVIDERS: [Provider; 6] = [
    aws::PROVIDER,
    Provider {
        about: &harden_delivery::PROVIDER,
        table: Tables::with::<DeliveryPolicy>,
        #[cfg(feature = "live")]
        open: None,
        draft: None,
        permissions: list_permissions,
    },
    github::PROVIDER,
    ops::PROVIDER,
    sentry::PROVIDER,
    vercel::PROVIDER,
];

/// The provider with this name.
pub(crate) fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS
        .iter()
        .find(|provider| provider.about.name == name)
}

/// All checks.
pub(crate) fn checks() -> Vec<Arc<dyn Check>> {
    let checks = PROVIDERS.iter().flat_map(|one| (one.about.checks)());
    checks.collect()
}

/// The ids of all checks, with former ids and removed checks.
pub(crate) fn catalog() -> Catalog {
    Catalog::from_descriptors(PROVIDERS.iter().map(|provider| provider.about))
}

/// The tables of the policy file that belong to providers.
pub(crate) fn tables() -> Tables {
    let all = PROVIDERS.iter();
    all.fold(Tables::new(), |tables, provider| (provider.table)(tables))
}

/// The names of kinds, by provider.
pub(crate) type KindsByProvider = BTreeMap<&'static str, BTreeSet<&'static str>>;

/// The kinds that checks read, and the kinds that their listings start from, by provider.
pub(crate) fn kinds_of_checks<'a>(checks: impl Iterator<Item = &'a dyn Check>) -> KindsByProvider {
    by_provider(checks.flat_map(Check::kinds).copied())
}

/// The given kinds, and the kinds that their listings start from, by provider. Attestations are left
/// out, since they come from a file.
pub(crate) fn by_provider(kinds: impl IntoIterator<Item = &'static Kind>) -> KindsByProvider {
    let mut kinds_by_provider = KindsByProvider::new();
    for kind in with_bases(kinds) {
        let is_file = kind.provider() == harden_ops::PROVIDER.name;
        if !is_file && find(kind.provider()).is_some() {
            let names = kinds_by_provider.entry(kind.provider()).or_default();
            names.insert(kind.name);
        }
    }
    kinds_by_provider
}

/// Permissions as a list.
fn list_permissions(needed: &Needed<'_>) -> Grant {
    Grant {
        document: json!(needed.permissions),
        note: None,
    }
}

/// A table of the policy file with the names of the resources that were found. Empty if there are
/// none.
async fn draft_names<R: Resource>(
    facts: &Facts,
    provider: &str,
    key: &str,
    name: fn(&R) -> &str,
) -> Result<String, FactError> {
    let listing = facts.list::<R>().await?;
    let names: BTreeSet<&str> = listing.iter().map(|(_, one)| name(one)).collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    let names: Vec<_> = names.into_iter().map(toml::Value::from).collect();
    Ok(format!(
        "[{provider}]\n{key} = {}\n\n",
        toml::Value::from(names)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list is sorted. The kinds and checks of a provider have its name; only checks that span
    /// providers read the kinds of others.
    #[test]
    fn the_list_of_providers_matches_their_crates() {
        let names: Vec<_> = PROVIDERS.iter().map(|one| one.about.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        for provider in &PROVIDERS {
            let about = provider.about;
            for kind in about.kinds {
                assert_eq!(kind.provider(), about.name);
            }
            let checks = (about.checks)();
            assert!(!checks.is_empty(), "{}", about.name);
            for check in checks {
                let kinds = with_bases(check.kinds().iter().copied());
                for kind in kinds {
                    assert!(names.contains(&kind.provider()), "{}", kind.name);
                }
                let own = check.meta().provider() == about.name || about.kinds.is_empty();
                assert!(own, "{} in {}", check.meta().id, about.name);
            }
            let drafted = provider.draft.as_ref().map(|draft| draft.kind.provider());
            assert!(drafted.is_none_or(|name| name == about.name));
        }
    }

    /// A misspelt id would leave an item of the checklist unknown forever.
    #[test]
    fn the_checklist_names_known_checks_and_duties() {
        let known: BTreeSet<_> = checks().iter().map(|check| check.meta().id).collect();
        for id in harden_runner::checklist::checks() {
            assert!(known.contains(id), "{id}");
        }
        for duty in harden_runner::checklist::duties() {
            assert!(harden_ops::Duty::find(duty).is_some(), "{duty}");
        }
    }

    /// Every example of the page about the policy file is valid.
    #[test]
    fn the_examples_of_the_policy_page_are_valid() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = std::fs::read_to_string(root.join("docs/policy.md")).unwrap();
        let blocks: Vec<&str> = page
            .split("```toml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .filter(|block| !block.contains("[[attestation]]"))
            .collect();
        assert!(blocks.len() > 6);
        for block in blocks {
            let read =
                harden_runner::PolicyFile::parse(block, "harden.toml", &tables(), &catalog());
            let (file, _) = read.unwrap_or_else(|errors| panic!("{errors:?}\n{block}"));
            assert!(file.notices.is_empty(), "{:?}", file.notices);
        }
    }

    /// The published schema of harden.toml is generated from the types.
    #[test]
    fn the_published_schema_of_the_policy_file_is_current() {
        let schema = serde_json::to_string_pretty(&tables().schema()).unwrap() + "\n";
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        harden_core::testing::is_fresh(&root.join("docs/schema/harden-toml.schema.json"), &schema);
    }
    /// The published schema of the report is the one that `harden-runner` has.
    #[test]
    fn the_published_schema_of_the_report_is_current() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let path = root.join("docs/schema/report-1.schema.json");
        harden_core::testing::is_fresh(&path, harden_runner::json::SCHEMA);
    }
}
