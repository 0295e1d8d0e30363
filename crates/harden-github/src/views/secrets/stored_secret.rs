//! The secrets that the workflows of a repository can use, at all levels.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Gap, Kind, Known, Listing, Resource, ResourceId, Subject};
use jiff::Timestamp;

use crate::operation::{ENVIRONMENT_SECRETS, ORGANIZATION_SECRETS, SECRETS};
use crate::resources::{ActionsSecret, EnvironmentSecrets, OrganizationSecret};

/// A secret with its level.
#[derive(Debug, Clone)]
pub(crate) struct StoredSecret {
    pub(crate) repository: String,
    pub(crate) name: String,
    pub(crate) level: Level,
    pub(crate) updated_at: Known<Timestamp>,
}

/// The level at which a secret is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Level {
    Repository,
    Organization,
    Environment(String),
}

impl Level {
    /// The API operation that returned it.
    pub(crate) fn source(&self) -> &'static str {
        match self {
            Self::Repository => SECRETS.name,
            Self::Organization => ORGANIZATION_SECRETS.name,
            Self::Environment(_) => ENVIRONMENT_SECRETS.name,
        }
    }
}

/// The secrets of an environment, as separate subjects.
fn of_environment(
    id: &ResourceId,
    found: &EnvironmentSecrets,
) -> Vec<(Arc<ResourceId>, StoredSecret)> {
    let entries = found.secrets.ok().map_or(&[][..], Vec::as_slice);
    let each = entries.iter().map(|entry| {
        let name = format!("{}/{}", found.environment, entry.name);
        let shown = format!("{} secret {}", id.shown(), entry.name);
        let id = ResourceId::new(id.kind, id.place.clone(), &name).shown_as(&shown);
        let secret = StoredSecret {
            repository: found.repository.clone(),
            name: entry.name.clone(),
            level: Level::Environment(found.environment.clone()),
            updated_at: entry.updated_at.clone(),
        };
        (Arc::new(id), secret)
    });
    each.collect()
}

#[async_trait]
impl Subject for StoredSecret {
    const KINDS: &'static [&'static Kind] = &[
        ActionsSecret::KIND,
        OrganizationSecret::KIND,
        EnvironmentSecrets::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let own = cx.list::<ActionsSecret>().await?;
        let shared = cx.list::<OrganizationSecret>().await?;
        let environments = cx.list::<EnvironmentSecrets>().await?;
        let secret = |repository: &str, name: &str, level, updated_at: &Known<Timestamp>| Self {
            repository: repository.to_owned(),
            name: name.to_owned(),
            level,
            updated_at: updated_at.clone(),
        };
        let mut items = Vec::new();
        items.extend(own.iter().map(|(id, s)| {
            let level = Level::Repository;
            (
                Arc::clone(id),
                secret(&s.repository, &s.name, level, &s.updated_at),
            )
        }));
        items.extend(shared.iter().map(|(id, s)| {
            let level = Level::Organization;
            (
                Arc::clone(id),
                secret(&s.repository, &s.name, level, &s.updated_at),
            )
        }));
        let mut gaps = [&*own.gaps, &*shared.gaps, &*environments.gaps].concat();
        for (id, found) in environments.iter() {
            items.extend(of_environment(id, found));
            // secrets that could not be read have no names to judge, so they are a gap
            if let Known::No(unknown) = &found.secrets {
                gaps.push(Gap {
                    kind: EnvironmentSecrets::KIND.name,
                    place: id.place.clone(),
                    unknown: Arc::clone(unknown),
                });
            }
        }
        gaps.dedup();
        Ok(Arc::new(Listing::new(items, own.scope.clone(), gaps)))
    }
}
