//! The accounts and regions of the run: known without a further call.

use harden_core::{FactError, Scope};

use super::gather::Gathered;
use super::listers::{Live, Run};
use super::session::Session;
use crate::resources::{Account, Region};

/// All accounts, those that can't be entered too: what is not known of them are the other kinds.
impl Live for Account {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let accounts = run.provider.accounts().map(|account| Self {
            account: account.to_owned(),
        });
        Ok(Gathered {
            resources: accounts.collect(),
            scope: run.global_scope(),
            gaps: Vec::new(),
        })
    }
}

/// All regions that were asked for. Where all of an account were and they can't be listed, that is
/// a gap.
impl Live for Region {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let Scope::Places(places) = run.regional_scope() else {
            return Err(FactError::NoProvider(
                <Self as harden_core::Resource>::KIND.name,
            ));
        };
        let regions = places.into_iter().map(|place| Self {
            account: place.account.to_string(),
            region: place.region.to_string(),
        });
        let sessions = &run.provider.sessions;
        let unlisted = sessions.iter().filter(|s| s.regions.is_empty());
        let gaps = unlisted
            .filter_map(Session::refusal)
            .chain(sessions.iter().filter_map(Session::other_regions));
        Ok(Gathered {
            resources: regions.collect(),
            scope: run.regional_scope(),
            gaps: gaps.collect(),
        })
    }
}
