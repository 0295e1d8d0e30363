//! Regions with the resources that need alerts, and the topics that those alerts can use.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};

use super::topic::NotifiedTopic;
use crate::AwsPolicy;
use crate::arn::Arn;
use crate::resources::{
    Alarm, BudgetAlerts, DbCluster, DbInstance, EcsService, KmsKey, LoadBalancer, Region, SnsTopic,
    TopicSubscriptions,
};
use crate::views::backups::Database;

/// A region of an account with its resources to protect and its topics.
pub(crate) struct ProtectedRegion {
    pub(crate) place: Place,
    /// The known resources as text: `2 ECS services`.
    pub(crate) protects: Vec<String>,
    /// Whether the region has a resource to protect.
    pub(crate) protected: Known<bool>,
    /// The topics of this region that the policy names, each with whether by its ARN.
    pub(crate) named: Vec<(NotifiedTopic, bool)>,
    /// The topics of this region that an alarm or a budget notifies, and those of other accounts that an
    /// alarm of this region notifies.
    pub(crate) notified: Vec<NotifiedTopic>,
    /// Whether all alarms and budgets that can notify topics of this region were read.
    pub(crate) notified_all: Known<()>,
}

#[async_trait]
impl Subject for ProtectedRegion {
    const KINDS: &'static [&'static Kind] = &[
        Alarm::KIND,
        BudgetAlerts::KIND,
        DbCluster::KIND,
        DbInstance::KIND,
        EcsService::KIND,
        KmsKey::KIND,
        LoadBalancer::KIND,
        Region::KIND,
        SnsTopic::KIND,
        TopicSubscriptions::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let regions = cx.list::<Region>().await?;
        let services = cx.list::<EcsService>().await?;
        let balancers = cx.list::<LoadBalancer>().await?;
        let databases = cx.subjects::<Database>().await?;
        let topics = cx.subjects::<NotifiedTopic>().await?;
        let alarms = cx.list::<Alarm>().await?;
        let alerts = cx.list::<BudgetAlerts>().await?;
        let by_arn = |topic: &NotifiedTopic| {
            let named = &policy.alerts.topics;
            named.iter().any(|n| **n == *topic.arn)
        };
        let items = regions.iter().map(|(id, _)| {
            let place = id.place.clone();
            let counts = [
                present(&services, &place, "ECS service"),
                present(&balancers, &place, "load balancer"),
                present(&databases, &place, "database"),
            ];
            let protects = counts.iter().filter_map(|(what, _)| what.clone());
            let protects: Vec<String> = protects.collect();
            let of_region = in_region(&topics, &place).map(|t| (t.clone(), by_arn(t)));
            // a name means a topic of the region's account; an ARN can be of another account
            let named = of_region.filter(|(topic, by_arn)| {
                let bare = !policy.alerts.topics.is_empty() && topic.alert;
                *by_arn || (bare && topic.place == place)
            });
            let notified = topics.iter().map(|(_, topic)| topic);
            let serves = |topic: &&NotifiedTopic| {
                let alarms = topic.publishers.iter().filter_map(|p| p.place());
                let mut alarms = alarms.filter(|from| *from == place);
                topic.place == place && !topic.publishers.is_empty() || alarms.next().is_some()
            };
            let account = Place::global(&*place.account);
            let read = alarms.readable(&place);
            let region = Self {
                protects,
                protected: Known::any(counts.into_iter().map(|(_, any)| any)),
                named: named.collect(),
                notified: notified.filter(serves).cloned().collect(),
                notified_all: read
                    .and_then(|()| alerts.readable(&account))
                    .and_then(|()| no_hidden_publisher(&topics, &place, &account)),
                place,
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

/// The number of resources in a place as text, and whether there is at least one.
fn present<R>(listing: &Listing<R>, place: &Place, what: &str) -> (Option<String>, Known<bool>) {
    match listing.at(place).count() {
        0 => (None, listing.readable(place).map(|()| false)),
        1 => (Some(format!("1 {what}")), Known::Yes(true)),
        n => (Some(format!("{n} {what}s")), Known::Yes(true)),
    }
}

/// The topics of a region in any account: alarms can notify topics of another account.
fn in_region<'a>(
    topics: &'a Listing<NotifiedTopic>,
    place: &'a Place,
) -> impl Iterator<Item = &'a NotifiedTopic> {
    topics.iter().map(|(_, topic)| topic).filter(|topic| {
        let own_name = topic.place == *place;
        let region = Arn::parse(&topic.arn).map(|a| a.region);
        own_name || (region == Some(&*place.region) && topic.place.account != place.account)
    })
}

/// Known where no alarm or budget with unknown topics can notify a topic of the place.
fn no_hidden_publisher(
    topics: &Listing<NotifiedTopic>,
    place: &Place,
    account: &Place,
) -> Known<()> {
    let gap = topics
        .gaps
        .iter()
        .find(|gap| gap.place.covers(place) || gap.place.covers(account));
    match gap {
        Some(gap) => gap.unknown.clone().into(),
        None => Known::Yes(()),
    }
}
