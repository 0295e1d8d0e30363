//! Secrets with the age of their current value.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use jiff::{SignedDuration, Timestamp};

use crate::resources::{Secret, SecretVersion};

/// A secret with the version that has the staging label AWSCURRENT.
pub(crate) struct SecretWithAge {
    pub(crate) secret: Arc<Secret>,
    pub(crate) place: Place,
    /// The creation time of the current value, or `None` without a value. It is read only where the
    /// dates of the secret do not prove its age: see [`prove_age`].
    pub(crate) current_since: Known<Option<Timestamp>>,
}

/// Why the owner of a secret does not rotate it, or `None` where the owner does.
pub(crate) fn rotated_elsewhere(secret: &Secret) -> Known<Option<&'static str>> {
    let owned = "an AWS service manages it";
    let replica = "a replica: the primary secret is rotated";
    let deleted = "it is scheduled for deletion and cannot be read";
    match (
        secret.owning_service.ok(),
        secret.replica_of.ok(),
        secret.deleted_at.ok(),
    ) {
        (Some(Some(_)), _, _) => return Known::Yes(Some(owned)),
        (_, Some(Some(_)), _) => return Known::Yes(Some(replica)),
        (_, _, Some(Some(_))) => return Known::Yes(Some(deleted)),
        _ => {}
    }
    let parts = [
        secret.owning_service.as_ref().map(|_| ()),
        secret.replica_of.as_ref().map(|_| ()),
        secret.deleted_at.as_ref().map(|_| ()),
    ];
    let unknown = parts.into_iter().find(|part| !part.is_known());
    unknown.map_or(Known::Yes(None), |part| part.map(|()| None))
}

/// A date that proves whether a value is within its age limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AgeProof {
    /// Whether the value is within the limit.
    pub(crate) within: bool,
    /// The name of the date in the API.
    pub(crate) field: &'static str,
    /// The date.
    pub(crate) at: Timestamp,
}

/// What the dates of a secret prove about the age of its value.
///
/// A rotation or the creation of the secret within the limit proves that the value is within it.
/// `LastChangedDate` also moves when a tag changes, so a recent one proves nothing. One beyond the
/// limit proves that the value is older too. In all other cases the version decides
/// ([ListSecrets](https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html)).
pub(crate) fn prove_age(secret: &Secret, days: u32, now: Timestamp) -> Option<AgeProof> {
    let fresh = [
        ("LastRotatedDate", &secret.last_rotated),
        ("CreatedDate", &secret.created_at),
    ];
    for (field, date) in fresh {
        if let Some(Some(at)) = date.ok()
            && is_within(*at, days, now)
        {
            return Some(AgeProof {
                within: true,
                field,
                at: *at,
            });
        }
    }
    match secret.last_changed.ok() {
        Some(Some(at)) if !is_within(*at, days, now) => Some(AgeProof {
            within: false,
            field: "LastChangedDate",
            at: *at,
        }),
        _ => None,
    }
}

/// Whether a time is at most `days` days before `now`.
pub(crate) fn is_within(at: Timestamp, days: u32, now: Timestamp) -> bool {
    now.duration_since(at) <= SignedDuration::from_hours(i64::from(days) * 24)
}

/// Whether only the versions of a secret prove the age of its value.
#[cfg(feature = "live")]
pub(crate) fn needs_version(
    secret: &Secret,
    policy: &crate::policy::SecretPolicy,
    now: Timestamp,
) -> bool {
    if !matches!(rotated_elsewhere(secret), Known::Yes(None)) {
        return false;
    }
    let class = crate::secret_class::class_of(secret, policy);
    class
        .ok()
        .is_some_and(|classed| prove_age(secret, policy.days(classed.class), now).is_none())
}

#[async_trait]
impl Subject for SecretWithAge {
    const KINDS: &'static [&'static Kind] = &[Secret::KIND, SecretVersion::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let secrets = cx.list::<Secret>().await?;
        let versions = cx.list::<SecretVersion>().await?;
        let items = secrets.iter_shared().map(|(id, secret)| {
            let aged = Self {
                secret: Arc::clone(secret),
                place: id.place.clone(),
                current_since: current_since(&versions, id),
            };
            (Arc::clone(id), aged)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            secrets.scope.clone(),
            secrets.gaps.clone(),
        )))
    }
}

fn current_since(versions: &Listing<SecretVersion>, id: &ResourceId) -> Known<Option<Timestamp>> {
    versions
        .get(&id.place, &id.name)
        .and_then(|found| match found {
            Some(version) => version.current_since.clone(),
            None => Unknown::new(
                Cause::NotRecorded,
                "the snapshot does not contain the versions of the secret",
            )
            .during("secretsmanager:ListSecretVersionIds")
            .into(),
        })
}
