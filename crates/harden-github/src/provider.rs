//! The descriptor of the provider.

use harden_core::{Descriptor, Missing, Place, Policies, Snapshot};

use crate::checks::checks;
use crate::policy::GithubPolicy;
use crate::resources;

/// GitHub, for the list of providers of a program.
pub static PROVIDER: Descriptor = Descriptor::new(
    "github",
    "GitHub",
    "GitHub repositories",
    checks,
    resources::KINDS,
)
.credentials("set GH_TOKEN or GITHUB_TOKEN")
.missing(missing);

/// The repositories that the policy names and the snapshot does not contain. An organization is missing
/// if the snapshot contains no repository of it.
fn missing(policies: &Policies, snapshot: &Snapshot) -> Vec<Missing> {
    let policy = policies.get::<GithubPolicy>();
    let repositories = policy
        .repositories
        .iter()
        .map(|name| Place::global(name.as_str()));
    let organization = policy.organization.iter().filter_map(|organization| {
        let owns = |repository: &str| {
            let owner = repository.split_once('/').map_or("", |(owner, _)| owner);
            owner.eq_ignore_ascii_case(&organization.name)
        };
        let holds_one = snapshot.accounts("github").iter().any(|name| owns(name));
        (!holds_one).then(|| Place::global(format!("{}/*", organization.name)))
    });
    let missing = repositories
        .filter(|place| !snapshot.holds("github", place))
        .chain(organization);
    missing.map(Missing::Place).collect()
}
