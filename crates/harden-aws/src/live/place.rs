//! The accounts and regions of the run: known without a further call.

use harden_collect::{Collect, Collected};
use harden_core::{FactError, Facts, Scope};

use super::AwsProvider;
use super::session::Session;
use crate::resources::{Account, Region};

/// All accounts, including those that cannot be entered: what is unknown about those are the other
/// kinds.
impl Collect<AwsProvider> for Account {
    async fn collect(aws: &AwsProvider, _: &Facts) -> Result<Collected<Self>, FactError> {
        let mut collected = Collected::over(aws.global_scope());
        collected
            .resources
            .extend(aws.accounts().map(|account| Self {
                account: account.to_owned(),
            }));
        Ok(collected)
    }
}

/// All regions that are to be read. If all regions of an account are, and they could not be listed,
/// that is a gap.
impl Collect<AwsProvider> for Region {
    async fn collect(aws: &AwsProvider, _: &Facts) -> Result<Collected<Self>, FactError> {
        let mut collected = Collected::over(aws.regional_scope());
        if let Scope::Places(places) = aws.regional_scope() {
            collected
                .resources
                .extend(places.into_iter().map(|place| Self {
                    account: place.account.to_string(),
                    region: place.region.to_string(),
                }));
        }
        let unlisted = aws.sessions.iter().filter(|s| s.regions.is_empty());
        collected.gaps.extend(
            unlisted
                .filter_map(Session::refusal)
                .chain(aws.sessions.iter().filter_map(Session::other_regions)),
        );
        Ok(collected)
    }
}
