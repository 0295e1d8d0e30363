//! What the provider is, before anything runs.

use harden_core::{Descriptor, Missing, Place, Policies, Resource as _, Snapshot};

use crate::resources::{self, Project};
use crate::{SentryPolicy, checks};

/// Sentry, as a program that brings it lists it.
pub static PROVIDER: Descriptor = Descriptor::new(
    "sentry",
    "Sentry",
    "Sentry organizations",
    checks,
    resources::KINDS,
)
.credentials("set SENTRY_AUTH_TOKEN and SENTRY_ORG")
.missing(missing);

/// The organization and the projects that the policy names and the snapshot does not hold. An organization
/// without any project is one whose projects the token did not see.
fn missing(policies: &Policies, snapshot: &Snapshot) -> Vec<Missing> {
    let policy = policies.get::<SentryPolicy>();
    let projects: Vec<Project> = snapshot.resources();
    let organization = policy
        .organization
        .as_deref()
        .map(str::trim)
        .map(Place::global);
    let is_recorded = |place: &Place| {
        let named = |project: &Project| {
            let named = project.organization_as_named.ok();
            named.is_some_and(|name| *name == *place.account)
        };
        snapshot.holds("sentry", place) || projects.iter().any(named)
    };
    let organization = organization.filter(|place| !is_recorded(place));
    // listings that were read over nothing say nothing about a named project either
    let account = snapshot.accounts("sentry").into_iter().next();
    let account = account.unwrap_or_else(|| "*".into());
    let parts = policy.projects.iter().filter(|slug| {
        // a project that could not be read is a gap of the listing already
        let is_read = projects.iter().any(|project| project.slug == **slug);
        !is_read && !snapshot.has_gap::<Project>(&Place::global(account.clone()))
    });
    let parts = parts.map(|slug| Missing::Part {
        account: account.clone(),
        name: slug.as_str().into(),
    });
    let listed = snapshot.listing(Project::KIND.name);
    let sees_nothing = projects.is_empty() && listed.is_some_and(|listed| listed.gaps.is_empty());
    let all = sees_nothing.then(|| Missing::Part {
        account: account.clone(),
        name: "*".into(),
    });
    organization
        .map(Missing::Place)
        .into_iter()
        .chain(all)
        .chain(parts)
        .collect()
}
