//! What the provider is, before anything runs.

use harden_core::{Descriptor, Missing, Place, Policies, Snapshot};

use crate::{AwsPolicy, checks, resources};

/// AWS, as a program that brings it lists it.
pub static PROVIDER: Descriptor =
    Descriptor::new("aws", "AWS", "AWS accounts", checks, resources::KINDS)
        .credentials("set AWS_PROFILE or AWS_ACCESS_KEY_ID, or run `aws sso login`")
        .missing(missing);

/// The accounts and regions that the policy names and the snapshot does not hold. Where the policy
/// names regions and no account, they are regions of each account that was recorded.
fn missing(policies: &Policies, snapshot: &Snapshot) -> Vec<Missing> {
    let policy = policies.get::<AwsPolicy>();
    let mut places = Vec::new();
    let mut require = |account: &str, regions: &[String]| {
        places.push(Place::global(account));
        let named = regions.iter().filter(|region| *region != "all");
        places.extend(named.map(|region| Place::new(account, region.as_str())));
    };
    if policy.accounts.is_empty() {
        for account in snapshot.accounts("aws") {
            require(&account, &policy.regions);
        }
    }
    for account in &policy.accounts {
        let own = &account.regions;
        require(
            &account.id,
            if own.is_empty() { &policy.regions } else { own },
        );
    }
    places.retain(|place| !snapshot.holds("aws", place));
    places.into_iter().map(Missing::Place).collect()
}
