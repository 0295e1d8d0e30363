//! Regions with the secrets that must exist in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};

use super::containers::definition;
use crate::AwsPolicy;
use crate::arn::Arn;
use crate::resources::{EcsService, Region, Secret, TaskDefinition};

/// A region of an account with what must exist for it.
pub(crate) struct SecretsRegion {
    /// The secrets that must exist, each with whether it does.
    pub(crate) wanted: Vec<WantedSecret>,
    /// Whether all services' references were read.
    pub(crate) read: Known<()>,
}

/// A secret that must exist.
pub(crate) struct WantedSecret {
    /// A name, or an ARN as it is referred to.
    pub(crate) reference: String,
    /// Who wants it: `the policy`, `saaspe-api:7`.
    pub(crate) by: Vec<String>,
    /// The region that it is looked for in.
    pub(crate) region: Box<str>,
    pub(crate) state: Known<State>,
}

/// What there is of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Exists,
    /// It is scheduled for deletion, and nobody can read it: its name.
    Deleted(String),
    /// There is one of that name, made anew: its ARN.
    Another(String),
    Missing,
}

#[async_trait]
impl Subject for SecretsRegion {
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
            let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for name in &policy.secrets.required {
                let elsewhere = Arn::parse(name).is_some_and(|arn| arn.place() != *place);
                if !elsewhere {
                    wanted
                        .entry(name.clone())
                        .or_default()
                        .push("the policy".to_owned());
                }
            }
            let read = references(&services, &definitions, place, &mut wanted);
            let wanted = wanted.into_iter().map(|(reference, by)| WantedSecret {
                state: state(&secrets, place, &reference),
                region: Arn::parse(&reference)
                    .map_or(&*place.region, |arn| arn.region)
                    .into(),
                reference,
                by,
            });
            let region = Self {
                wanted: wanted.collect(),
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

/// The secrets of Secrets Manager that the services of a place refer to, each with who does.
fn references(
    services: &Listing<EcsService>,
    definitions: &Listing<TaskDefinition>,
    place: &Place,
    wanted: &mut BTreeMap<String, Vec<String>>,
) -> Known<()> {
    let mut all = services.readable(place);
    let mut seen = std::collections::BTreeSet::new();
    for (_, service) in services.at(place) {
        let containers = service.task_definition.as_ref().and_then(|arn| {
            let of = definition(definitions, place, arn);
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
                let by = wanted.entry(secret).or_default();
                if by.last().is_none_or(|last| last != revision) {
                    by.push(revision.to_owned());
                }
            }
        }
    }
    all
}

/// The secret that a `valueFrom` points to, without the key, the stage and the version that may
/// follow it; none for parameters of Systems Manager.
fn secret_of(reference: &str) -> Option<String> {
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

/// What there is of a secret, that is named by its ARN (with or without the six characters of
/// Secrets Manager's own at its end) or by its name in a place.
fn state(secrets: &Listing<Secret>, place: &Place, reference: &str) -> Known<State> {
    let arn = Arn::parse(reference);
    let place = arn.map_or_else(|| place.clone(), |arn| arn.place());
    let of = |secret: &Secret| {
        let deleted = secret.deleted_at.as_ref();
        deleted.map(|deleted| match deleted {
            Some(_) => State::Deleted(secret.name.clone()),
            None => State::Exists,
        })
    };
    let Some(arn) = arn else {
        return secrets
            .get(&place, reference)
            .and_then(|found| match found {
                Some(secret) => of(secret),
                None => Known::Yes(State::Missing),
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
        // the full ARN of one that was deleted, and made anew under its name
        match full.rsplit_once('-') {
            Some((name, suffix)) if suffix.len() == 6 => {
                secrets.get(&place, name).map(|found| match found {
                    Some(secret) => State::Another(secret.arn.clone()),
                    None => State::Missing,
                })
            }
            _ => Known::Yes(State::Missing),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_secret_is_not_of_its_name() {
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
