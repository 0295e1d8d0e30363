//! Secrets with the age of their value.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use jiff::{SignedDuration, Timestamp};

use crate::resources::{Secret, SecretVersion};

/// A secret with the version that is in force.
pub(crate) struct AgedSecret {
    pub(crate) secret: Arc<Secret>,
    pub(crate) place: Place,
    /// When the value in force was made; none where there is none. Known only where the secret's
    /// own dates do not settle its age: see [`settled`].
    pub(crate) current_since: Known<Option<Timestamp>>,
}

/// Why a secret is none that its owner rotates.
pub(crate) fn not_ones_own(secret: &Secret) -> Known<Option<&'static str>> {
    let owned = "a service made it and looks after it";
    let replica = "a replica: its primary is what is rotated";
    let deleted = "it is scheduled for deletion, and nobody can read it";
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

/// What dates tell of the age of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// Whether the value is within its limit.
    pub(crate) within: bool,
    /// The date that told, by the API's name.
    pub(crate) by: &'static str,
    /// What it said.
    pub(crate) at: Timestamp,
}

/// What a secret's own dates settle about the age of its value: a rotation, or its creation,
/// within the limit proves that it is; a last change (of whatever) beyond the limit proves that it
/// is not. All else is for the version in force to tell.
pub(crate) fn settled(secret: &Secret, days: u32, now: Timestamp) -> Option<Told> {
    let fresh = [
        ("LastRotatedDate", &secret.last_rotated),
        ("CreatedDate", &secret.created_at),
    ];
    for (by, date) in fresh {
        if let Some(Some(at)) = date.ok()
            && is_within(*at, days, now)
        {
            return Some(Told {
                within: true,
                by,
                at: *at,
            });
        }
    }
    match secret.last_changed.ok() {
        Some(Some(at)) if !is_within(*at, days, now) => Some(Told {
            within: false,
            by: "LastChangedDate",
            at: *at,
        }),
        _ => None,
    }
}

/// Whether a moment lies at most so many days back.
pub(crate) fn is_within(at: Timestamp, days: u32, now: Timestamp) -> bool {
    now.duration_since(at) <= SignedDuration::from_hours(i64::from(days) * 24)
}

/// Whether the age of a secret's value can be told only by its versions.
#[cfg(feature = "live")]
pub(crate) fn needs_version(
    secret: &Secret,
    policy: &crate::policy::SecretPolicy,
    now: Timestamp,
) -> bool {
    if !matches!(not_ones_own(secret), Known::Yes(None)) {
        return false;
    }
    let class = crate::secret_class::class_of(secret, policy);
    class
        .ok()
        .is_some_and(|classed| settled(secret, policy.days(classed.class), now).is_none())
}

#[async_trait]
impl Subject for AgedSecret {
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
                "the snapshot does not hold the versions of the secret",
            )
            .during("secretsmanager:ListSecretVersionIds")
            .into(),
        })
}
