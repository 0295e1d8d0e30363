//! The cost of each service of an account.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, ResourceId, Subject};

use crate::resources::{AccountCost, ServiceCost};

/// The cost of a service in the last two complete months, with the costs of the other services.
pub(crate) struct ServiceTrend {
    pub(crate) cost: Known<ServiceCost>,
    /// The two months, the earlier first.
    pub(crate) months: Known<(String, String)>,
    /// The costs of all services of the account.
    pub(crate) all: Arc<Vec<ServiceCost>>,
    /// The number of requests to Cost Explorer. AWS charges each request.
    pub(crate) requests: Known<u32>,
}

const KIND: &str = "aws/service-cost";

#[async_trait]
impl Subject for ServiceTrend {
    const KINDS: &'static [&'static Kind] = &[AccountCost::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let accounts = cx.list::<AccountCost>().await?;
        let mut items = Vec::new();
        for (id, account) in accounts.iter() {
            let before = account.before.as_ref();
            let months = before.and_then(|before| {
                let last = account.last.as_ref();
                last.map(|last| (before.clone(), last.clone()))
            });
            let trend = |cost, all| Self {
                cost,
                months: months.clone(),
                all,
                requests: account.requests.clone(),
            };
            match &account.services {
                Known::Yes(services) => {
                    let all = Arc::new(services.clone());
                    for cost in services {
                        let shown = format!("{} in {}", cost.service, account.account);
                        let id = ResourceId::new(KIND, id.place.clone(), &cost.service);
                        let trend = trend(Known::Yes(cost.clone()), Arc::clone(&all));
                        items.push((Arc::new(id.shown_as(&shown)), trend));
                    }
                }
                Known::No(unknown) => {
                    let trend = trend(Known::No(unknown.clone()), Arc::default());
                    items.push((Arc::clone(id), trend));
                }
            }
        }
        Ok(Arc::new(Listing::new(
            items,
            accounts.scope.clone(),
            accounts.gaps.clone(),
        )))
    }
}
