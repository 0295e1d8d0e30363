//! Secrets with what uses them besides their last read.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};
use jiff::Timestamp;

use super::containers::task_definition;
use super::required::secret_of;
use crate::AwsPolicy;
use crate::arn::Arn;
use crate::resources::{EcsService, Secret, TaskDefinition};

/// A secret with its references and its replicas.
pub(crate) struct SecretWithUse {
    pub(crate) secret: Arc<Secret>,
    /// What refers to it: `saaspe-api:7`, `the policy`. Tasks read a secret only at their start, so a
    /// reference is a use, however long ago the last read is.
    pub(crate) referenced_by: Vec<String>,
    /// Whether the references of all services were read.
    pub(crate) references_read: Known<()>,
    /// The last reads of its replicas in other regions: the region, and LastAccessedDate.
    pub(crate) replicas: Vec<(Arc<str>, Known<Option<Timestamp>>)>,
    /// Whether all replicas were read. A secret that was never replicated has none.
    pub(crate) replicas_read: Known<()>,
}

#[async_trait]
impl Subject for SecretWithUse {
    const KINDS: &'static [&'static Kind] = &[Secret::KIND, EcsService::KIND, TaskDefinition::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let secrets = cx.list::<Secret>().await?;
        let services = cx.list::<EcsService>().await?;
        let definitions = cx.list::<TaskDefinition>().await?;
        let (references, unread) = references(&services, &definitions);
        let items = secrets.iter_shared().map(|(id, secret)| {
            let mut referenced_by: Vec<String> = references
                .iter()
                .filter(|(reference, _)| names(reference, secret))
                .flat_map(|(_, by)| by.clone())
                .collect();
            let required = policy.secrets.required.iter();
            if required.into_iter().any(|name| names(name, secret)) {
                referenced_by.push("the policy".to_owned());
            }
            let replicas = secrets.iter().filter(|(other, replica)| {
                other.place.account == id.place.account
                    && other.place.region != id.place.region
                    && replica.name == secret.name
                    && matches!(replica.replica_of.ok(), Some(Some(of)) if **of == *id.place.region)
            });
            let replicas = replicas.map(|(other, replica)| {
                (other.place.region.clone(), replica.last_accessed.clone())
            });
            let subject = Self {
                secret: Arc::clone(secret),
                referenced_by,
                references_read: unread_of(&unread, &id.place.account),
                replicas: replicas.collect(),
                replicas_read: replicas_read(secret, &id.place),
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (secrets.scope.clone(), secrets.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// ListSecrets does not return in which regions a secret has replicas.
fn replicas_read(secret: &Secret, place: &Place) -> Known<()> {
    secret.primary_region.as_ref().and_then(|primary| {
        if primary.as_deref() != Some(&*place.region) {
            return Known::Yes(());
        }
        Unknown::undetermined(
            "the secret can have replicas in regions that this run did not read, and they may be in \
             use: audit these regions too, or accept the finding",
        )
        .during("secretsmanager:ListSecrets")
        .into()
    })
}

/// Whether a reference (an ARN, with or without the random characters, or a name) means a secret.
fn names(reference: &str, secret: &Secret) -> bool {
    let Some(arn) = Arn::parse(reference) else {
        return reference == secret.name;
    };
    let Some(own) = Arn::parse(&secret.arn) else {
        return false;
    };
    // a replica has the ARN of its primary with another region
    own.account == arn.account && (own.name() == arn.name() || secret.name == arn.name())
}

/// Why references of an account may be missing, by account.
type Unread = Vec<(Arc<str>, Arc<Unknown>)>;

/// The secrets that services refer to, each with the task definitions that do, and why references of an
/// account may be missing.
fn references(
    services: &Listing<EcsService>,
    definitions: &Listing<TaskDefinition>,
) -> (BTreeMap<String, Vec<String>>, Unread) {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let gaps = services.gaps.iter();
    let mut unread: Unread = gaps
        .map(|gap| {
            (
                gap.place.account.clone(),
                Arc::new(gap.unknown.clone().into()),
            )
        })
        .collect();
    for (id, service) in services.iter() {
        let containers = service.task_definition.as_ref().and_then(|arn| {
            let of = task_definition(definitions, &id.place, arn);
            of.and_then(|definition| definition.containers.as_ref().map(|c| (arn, c)))
        });
        let (arn, containers) = match containers {
            Known::Yes(found) => found,
            Known::No(unknown) => {
                unread.push((id.place.account.clone(), unknown));
                continue;
            }
        };
        let revision = TaskDefinition::revision_of(arn);
        for reference in containers.iter().flat_map(|c| &c.value_from) {
            if let Some(secret) = secret_of(reference) {
                let by = found.entry(secret).or_default();
                if by.iter().all(|by| by != revision) {
                    by.push(revision.to_owned());
                }
            }
        }
    }
    (found, unread)
}

fn unread_of(unread: &[(Arc<str>, Arc<Unknown>)], account: &str) -> Known<()> {
    let mut own = unread
        .iter()
        .filter(|(other, _)| **other == *account || **other == *"*");
    match own.next() {
        Some((_, unknown)) => Known::No(Arc::clone(unknown)),
        None => Known::Yes(()),
    }
}
