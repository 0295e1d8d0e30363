//! The providers that this program brings: one list. A new provider is a crate, a file here, and a
//! line in [`PROVIDERS`].

mod aws;
mod github;
mod sentry;
mod vercel;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use harden_core::{Check, Descriptor, FactError, Facts, Kind, Resource, with_bases};
use harden_delivery::DeliveryPolicy;
use harden_runner::{Catalog, Tables};
use serde_json::{Value, json};

use crate::config::Config;
#[cfg(feature = "live")]
use crate::opening::Open;

/// A provider, as the commands use it.
pub(crate) struct Provider {
    pub(crate) about: &'static Descriptor,
    /// Adds its table of the policy file.
    table: fn(Tables) -> Tables,
    /// Opens it live; `None` for checks across providers.
    #[cfg(feature = "live")]
    pub(crate) open: Option<Open>,
    /// What a first policy file says about it.
    pub(crate) draft: Option<Draft>,
    /// Writes the permissions that checks need in the form in which its users grant them.
    pub(crate) permissions: fn(&Needed<'_>) -> Grant,
}

/// What a first policy file says about a provider.
pub(crate) struct Draft {
    /// The kind that it is written from.
    pub(crate) kind: &'static Kind,
    pub(crate) write: for<'a> fn(&'a Facts) -> BoxFuture<'a, Result<String, FactError>>,
}

/// The permissions that the chosen checks need of one provider.
pub(crate) struct Needed<'a> {
    pub(crate) permissions: BTreeSet<&'static str>,
    /// The ids of the chosen checks.
    pub(crate) checks: Vec<&'static str>,
    pub(crate) config: &'a Config,
    /// The regions of the options.
    pub(crate) regions: &'a [String],
}

/// A document that grants permissions, and what a person should know besides.
pub(crate) struct Grant {
    pub(crate) document: Value,
    pub(crate) note: Option<String>,
}

/// All providers, ordered by name.
pub(crate) static PROVIDERS: [Provider; 5] = [
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
    sentry::PROVIDER,
    vercel::PROVIDER,
];

/// The provider of a name.
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

/// The ids of all checks, with earlier ids and removed checks.
pub(crate) fn catalog() -> Catalog {
    Catalog::of(PROVIDERS.iter().map(|provider| provider.about))
}

/// The tables that the providers have in the policy file.
pub(crate) fn tables() -> Tables {
    let all = PROVIDERS.iter();
    all.fold(Tables::new(), |tables, provider| (provider.table)(tables))
}

/// Names of kinds, by provider.
pub(crate) type Wanted = BTreeMap<&'static str, BTreeSet<&'static str>>;

/// The kinds that checks read, and those that their listings start from, by provider.
pub(crate) fn wanted<'a>(checks: impl Iterator<Item = &'a dyn Check>) -> Wanted {
    by_provider(checks.flat_map(Check::kinds).copied())
}

/// Kinds, and those that their listings start from, by provider. Attestations are left out: they
/// come from a file.
pub(crate) fn by_provider(kinds: impl IntoIterator<Item = &'static Kind>) -> Wanted {
    let mut wanted = Wanted::new();
    for kind in with_bases(kinds) {
        if find(kind.provider()).is_some() {
            wanted.entry(kind.provider()).or_default().insert(kind.name);
        }
    }
    wanted
}

/// Permissions as a plain list.
fn list_permissions(needed: &Needed<'_>) -> Grant {
    Grant {
        document: json!(needed.permissions),
        note: None,
    }
}

/// A table of the policy file that names the resources that were found; nothing without any.
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

    /// The list is ordered, each provider has the name of its policy table, and its kinds and checks
    /// are its own or (for checks across providers) of others in the list.
    #[test]
    fn the_list_of_providers_agrees_with_their_crates() {
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
                for kind in kinds.iter().filter(|kind| kind.provider() != "ops") {
                    assert!(names.contains(&kind.provider()), "{}", kind.name);
                }
                let own = check.meta().provider() == about.name || about.kinds.is_empty();
                assert!(own, "{} in {}", check.meta().id, about.name);
            }
            let drafted = provider.draft.as_ref().map(|draft| draft.kind.provider());
            assert!(drafted.is_none_or(|name| name == about.name));
        }
    }

    /// The page of the policy file shows only what can be read.
    #[test]
    fn the_page_of_the_policy_file_is_right() {
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

    /// The published schema of harden.toml is that of the types.
    #[test]
    fn the_schema_of_the_policy_file_is_fresh() {
        let schema = serde_json::to_string_pretty(&tables().schema()).unwrap() + "\n";
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        harden_core::testing::is_fresh(&root.join("docs/schema/harden-toml.schema.json"), &schema);
    }
}
