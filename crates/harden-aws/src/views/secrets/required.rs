//! Regions with the secrets that must exist in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};

use super::containers::task_definition;
use crate::AwsPolicy;
use crate::arn::Arn;
use crate::resources::{EcsService, Region, Secret, TaskDefinition};

/// A region of an account with its required secrets.
pub(crate) struct RegionSecrets {
    /// The required secrets, each with its state.
    pub(crate) required: Vec<RequiredSecret>,
    /// Whether the references of all services were read.
    pub(crate) read: Known<()>,
}

/// A secret that must exist.
pub(crate) struct RequiredSecret {
    /// A name, or an ARN as it is referred to.
    pub(crate) reference: String,
    /// What requires it: `the policy`, `saaspe-api:7`.
    pub(crate) by: Vec<String>,
    /// The region in which it must exist.
    pub(crate) region: Box<str>,
    pub(crate) state: Known<SecretState>,
}

/// The state of a required secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretState {
    Exists,
    /// It is scheduled for deletion and cannot be read: its name.
    Deleted(String),
    /// It was deleted, and a new secret has its name: the ARN of the new secret.
    Recreated(String),
    Missing,
}

#[async_trait]
impl Subject for RegionSecrets {
    const KINDS: &'static [&'static Kind] = &[
        EcsService::KIND,
        Region::KIND,
        Secret::KIND,
        TaskDefinition::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let regions = cx.list::<Region>().await?;
        let services = cx.list::<EcsService>().await?;
        let definitions = cx.list::<TaskDefinition>().await?;
        let secrets = cx.list::<Secret>().await?;
        let items = regions.iter().map(|(id, _)| {
            let place = &id.place;
            let mut required: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for name in &policy.secrets.required {
                let elsewhere = Arn::parse(name).is_some_and(|arn| arn.place() != *place);
                if !elsewhere {
                    required
                        .entry(name.clone())
                        .or_default()
                        .push("the policy".to_owned());
                }
            }
            let read = references(&services, &definitions, place, &mut required);
            let required = required.into_iter().map(|(reference, by)| RequiredSecret {
                state: state(&secrets, place, &reference),
                region: Arn::parse(&reference)
                    .map_or(&*place.region, |arn| arn.region)
                    .into(),
                reference,
                by,
            });
            let region = Self {
                required: required.collect(),
                read,
            };
            (Arc::clone(id), region)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            regions.scope.clone(),
            regions.gaps.clone(),
        )))
    }
}

/// Adds the secrets of Secrets Manager that the services of a place refer to, each with the task
/// definitions that do.
fn references(
    services: &Listing<EcsService>,
    definitions: &Listing<TaskDefinition>,
    place: &Place,
    required: &mut BTreeMap<String, Vec<String>>,
) -> Known<()> {
    let mut all = services.readable(place);
    let mut seen = std::collections::BTreeSet::new();
    for (_, service) in services.at(place) {
        let containers = service.task_definition.as_ref().and_then(|arn| {
            let of = task_definition(definitions, place, arn);
            of.and_then(|definition| definition.containers.as_ref().map(|c| (arn, c)))
        });
        let (arn, containers) = match containers {
            Known::Yes(found) => found,
            Known::No(unknown) => {
                if all.is_known() {
                    all = Known::No(unknown);
                }
                continue;
            }
        };
        if !seen.insert(arn) {
            continue;
        }
        let revision = TaskDefinition::revision_of(arn);
        for reference in containers.iter().flat_map(|c| &c.value_from) {
            if let Some(secret) = secret_of(reference) {
                let by = required.entry(secret).or_default();
                if by.last().is_none_or(|last| last != revision) {
                    by.push(revision.to_owned());
                }
            }
        }
    }
    all
}

/// The secret of a `valueFrom`, without the JSON key, the staging label and the version that can follow
/// it. `None` for a parameter of Systems Manager.
pub(super) fn secret_of(reference: &str) -> Option<String> {
    let arn = Arn::parse(reference).filter(|arn| arn.service == "secretsmanager")?;
    let (kind, rest) = arn.resource.split_once(':')?;
    let name = rest.split(':').next().unwrap_or(rest);
    (kind == "secret").then(|| {
        let Arn {
            partition,
            region,
            account,
            ..
        } = arn;
        format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{name}")
    })
}

/// The state of a secret. It is named by its ARN or by its name in a place. The ARN can end with or
/// without the six random characters that Secrets Manager appends.
fn state(secrets: &Listing<Secret>, place: &Place, reference: &str) -> Known<SecretState> {
    let arn = Arn::parse(reference);
    let place = arn.map_or_else(|| place.clone(), |arn| arn.place());
    let of = |secret: &Secret| {
        let deleted = secret.deleted_at.as_ref();
        deleted.map(|deleted| match deleted {
            Some(_) => SecretState::Deleted(secret.name.clone()),
            None => SecretState::Exists,
        })
    };
    let Some(arn) = arn else {
        return secrets
            .get(&place, reference)
            .and_then(|found| match found {
                Some(secret) => of(secret),
                None => Known::Yes(SecretState::Missing),
            });
    };
    let same = secrets
        .at(&place)
        .find(|(_, secret)| secret.arn == reference);
    if let Some((_, secret)) = same {
        return of(secret);
    }
    let full = arn.name();
    secrets.get(&place, full).and_then(|found| {
        if let Some(secret) = found {
            return of(secret);
        }
        // the full ARN of a secret that was deleted and created again: the random characters differ
        match full.rsplit_once('-') {
            Some((name, suffix)) if suffix.len() == 6 => {
                secrets.get(&place, name).map(|found| match found {
                    Some(secret) => SecretState::Recreated(secret.arn.clone()),
                    None => SecretState::Missing,
                })
            }
            _ => Known::Yes(SecretState::Missing),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_key_and_version_are_not_part_of_the_name() {
        let arn = "arn:aws:secretsmanager:us-east-2:392853978631:secret:saaspe/db-AbCdEf";
        for reference in [
            arn.to_owned(),
            format!("{arn}:password::"),
            format!("{arn}:password:AWSPREVIOUS:"),
            format!("{arn}:::9d4cb84b-ad69-40c0-a0ab-cead3EXAMPLE"),
        ] {
            assert_eq!(secret_of(&reference).as_deref(), Some(arn), "{reference}");
        }
        for reference in [
            "saaspe-parameter",
            "/saaspe/parameter",
            "arn:aws:ssm:us-east-2:392853978631:parameter/saaspe/db",
            "arn:aws:secretsmanager:us-east-2:392853978631:secret",
        ] {
            assert_eq!(secret_of(reference), None, "{reference}");
        }
    }
}
