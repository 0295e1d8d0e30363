//! What the provider is, before anything runs.

use harden_core::{Descriptor, Missing, Place, Policies, Snapshot};

use crate::resources::{self, Project};
use crate::{VercelPolicy, checks};

/// Vercel, as a program that brings it lists it.
pub static PROVIDER: Descriptor = Descriptor::new(
    "vercel",
    "Vercel",
    "Vercel projects",
    checks,
    resources::KINDS,
)
.credentials("set VERCEL_TOKEN and VERCEL_PROJECT_ID")
.missing(missing);

/// The team and the projects that the policy names and the snapshot does not hold.
fn missing(policies: &Policies, snapshot: &Snapshot) -> Vec<Missing> {
    let policy = policies.get::<VercelPolicy>();
    let projects: Vec<Project> = snapshot.resources();
    let team = policy.team.as_deref().map(Place::global);
    let team = team.filter(|place| !snapshot.holds("vercel", place));
    // listings that were read over nothing say nothing about a named project either
    let account = snapshot.accounts("vercel").into_iter().next();
    let account = account.unwrap_or_else(|| "*".into());
    let parts = policy.projects.iter().filter(|named| {
        // a project that could not be read is a gap of the listing already
        let is_read = projects
            .iter()
            .any(|p| p.id == **named || p.name == **named);
        !is_read && !snapshot.has_gap::<Project>(&Place::new(account.clone(), named.as_str()))
    });
    let parts = parts.map(|name| Missing::Part {
        account: account.clone(),
        name: name.as_str().into(),
    });
    team.map(Missing::Place).into_iter().chain(parts).collect()
}
