//! ECR repositories with their lifecycle policy and with the scanning rules of their registry.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
    glob_matches,
};

use crate::resources::{EcrLifecycle, EcrRegistry, EcrRepository, ScanningRule};

/// A repository with its lifecycle policy.
pub(crate) struct RepositoryWithLifecycle {
    pub(crate) place: Place,
    pub(crate) name: Box<str>,
    /// The number of rules of its lifecycle policy, or `None` without a policy.
    pub(crate) rules: Known<Option<u32>>,
}

/// A repository with the scanning configuration of its registry.
pub(crate) struct ScannedRepository {
    pub(crate) place: Place,
    pub(crate) name: Box<str>,
    pub(crate) scan_on_push: Known<bool>,
    pub(crate) scan_type: Known<String>,
    /// The rules of its registry.
    pub(crate) rules: Known<Vec<ScanningRule>>,
}

impl ScannedRepository {
    /// The rule of the registry that scans it automatically, if any.
    pub(crate) fn rule(&self) -> Known<Option<&ScanningRule>> {
        self.rules.as_ref().map(|rules| {
            rules.iter().find(|rule| {
                rule.frequency != "MANUAL" && rule.filters.iter().any(|f| covers(f, &self.name))
            })
        })
    }
}

/// Whether a filter of a scanning rule matches a repository. A filter without `*` matches every name
/// that contains it ("Using filters", ECR user guide).
fn covers(filter: &str, name: &str) -> bool {
    if filter.contains('*') {
        glob_matches(filter, name)
    } else {
        name.contains(filter)
    }
}

fn not_recorded(what: &str, action: &'static str) -> Unknown {
    let message = format!("the snapshot does not contain the {what}");
    Unknown::new(Cause::NotRecorded, message).during(action)
}

fn join<V>(
    repositories: &Listing<EcrRepository>,
    view: impl Fn(&ResourceId, &EcrRepository) -> V,
) -> Arc<Listing<V>> {
    let items = repositories
        .iter()
        .map(|(id, repository)| (Arc::clone(id), view(id, repository)))
        .collect();
    Arc::new(Listing::new(
        items,
        repositories.scope.clone(),
        repositories.gaps.clone(),
    ))
}

#[async_trait]
impl Subject for RepositoryWithLifecycle {
    const KINDS: &'static [&'static Kind] = &[EcrLifecycle::KIND, EcrRepository::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let repositories = cx.list::<EcrRepository>().await?;
        let lifecycles = cx.list::<EcrLifecycle>().await?;
        Ok(join(&repositories, |id, _| {
            let found = lifecycles.get(&id.place, &id.name);
            Self {
                place: id.place.clone(),
                name: id.name.clone(),
                rules: found.and_then(|found| match found {
                    Some(lifecycle) => lifecycle.rules.clone(),
                    None => not_recorded(
                        "lifecycle policy of the repository",
                        "ecr:GetLifecyclePolicy",
                    )
                    .into(),
                }),
            }
        }))
    }
}

#[async_trait]
impl Subject for ScannedRepository {
    const KINDS: &'static [&'static Kind] = &[EcrRegistry::KIND, EcrRepository::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let repositories = cx.list::<EcrRepository>().await?;
        let registries = cx.list::<EcrRegistry>().await?;
        Ok(join(&repositories, |id, repository| {
            let registry = registries.get(&id.place, &id.place.account);
            let registry = registry.and_then(|found| match found {
                Some(registry) => Known::Yes(registry),
                None => not_recorded(
                    "scanning configuration of the registry",
                    "ecr:GetRegistryScanningConfiguration",
                )
                .into(),
            });
            Self {
                place: id.place.clone(),
                name: id.name.clone(),
                scan_on_push: repository.scan_on_push.clone(),
                scan_type: registry.as_ref().and_then(|r| r.scan_type.clone()),
                rules: registry.and_then(|r| r.rules.clone()),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn filters_match_like_the_registry() {
        for (filter, name, expected) in [
            ("*", "acme/shop", true),
            ("acme/*", "acme/shop", true),
            ("acme/*", "other/acme", false),
            ("shop", "acme/shop-api", true),
            ("shop", "acme/store", false),
        ] {
            assert_eq!(covers(filter, name), expected, "{filter} {name}");
        }
    }
}
