//! Which function lists which kind.

use std::sync::Arc;

use futures::future::BoxFuture;
use harden_core::{FactError, Facts, Kind, Place, RawGap, RawListing, Resource, Scope};

use super::AwsProvider;
use super::at::At;
use super::gather::{Gathered, Read};
use super::session::Session;
use crate::resources::{
    Account, AccountCost, AccountSummary, Alarm, AlarmHistory, AlarmMetric, AnomalyMonitor,
    AnomalySubscription, BalancerMetrics, Bucket, BucketLifecycle, Budget, BudgetAction,
    BudgetAlerts, CommitmentCoverage, Dashboard, DbCluster, DbClusterSnapshot, DbExportTask,
    DbInstance, DbSnapshot, DbSnapshotSharing, EcrLifecycle, EcrRegistry, EcrRepository,
    EcsService, IamRole, IamRoleUse, IamUserKeys, KmsKey, ListenerAttributes, ListenerRules,
    LoadBalancer, LoadBalancerAttributes, LoadBalancerListeners, LogGroup, OidcProvider,
    Organization, RdsEvents, Region, RestoreEvents, RestoreJobs, RuleGroup, ScalingSchedule,
    Secret, SecretVersion, ServiceMetrics, SnsTopic, SslPolicy, StopSchedule, TargetGroup,
    TaskDefinition, TopicSubscriptions, WebAcl, WebAclLogging, WebAclRules,
};

/// How a kind is listed over the API.
pub(super) trait Live: Resource {
    /// Lists it in all places. Fails only when a kind that it starts from can't be had.
    fn gather(run: &Run<'_>) -> impl Future<Output = Result<Gathered<Self>, FactError>> + Send;
}

/// A listing under way.
pub(super) struct Run<'a> {
    pub(super) provider: &'a AwsProvider,
    pub(super) facts: &'a Facts,
}

impl Run<'_> {
    /// Reads a kind that lives in regions.
    pub(super) async fn in_regions<R: Resource, Fut>(&self, read: impl Fn(At) -> Fut) -> Gathered<R>
    where
        Fut: Future<Output = Read<R>>,
    {
        let at = |session: &Session| {
            let regions = session.regional().into_iter();
            regions
                .map(|(place, config)| self.at(place, config))
                .collect::<Vec<_>>()
        };
        let places = self.provider.sessions.iter().flat_map(at).collect();
        let mut gathered = Gathered::each(places, self.regional_scope(), read).await;
        gathered.gaps.extend(self.regional_gaps());
        gathered
    }

    /// Reads a kind that is global to an account.
    pub(super) async fn in_accounts<R: Resource, Fut>(
        &self,
        read: impl Fn(At) -> Fut,
    ) -> Gathered<R>
    where
        Fut: Future<Output = Read<R>>,
    {
        let sessions = &self.provider.sessions;
        let places = sessions
            .iter()
            .filter_map(Session::global)
            .map(|(place, config)| self.at(place, config))
            .collect();
        let mut gathered = Gathered::each(places, self.global_scope(), read).await;
        gathered
            .gaps
            .extend(sessions.iter().filter_map(Session::refusal));
        gathered
    }

    /// The regions of all accounts.
    pub(super) fn regional_scope(&self) -> Scope {
        let sessions = self.provider.sessions.iter();
        Scope::Places(sessions.flat_map(Session::regions_as_places).collect())
    }

    /// The accounts.
    pub(super) fn global_scope(&self) -> Scope {
        let accounts = self.provider.sessions.iter();
        Scope::Places(accounts.map(|s| Place::global(&*s.account)).collect())
    }

    /// The gaps of every kind that lives in regions.
    pub(super) fn regional_gaps(&self) -> impl Iterator<Item = RawGap> {
        let sessions = self.provider.sessions.iter();
        sessions.flat_map(|s| s.refusal().into_iter().chain(s.other_regions()))
    }

    fn at(&self, place: Place, config: aws_config::SdkConfig) -> At {
        At {
            place,
            config,
            policy: Arc::clone(&self.provider.policy),
            now: self.provider.now,
            facts: self.facts.clone(),
            gates: Arc::clone(&self.provider.gates),
        }
    }
}

type Lister = for<'a> fn(&'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>>;

fn list<'a, R: Live>(run: &'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>> {
    Box::pin(async move { R::gather(run).await?.listing() })
}

const fn lister<R: Live>() -> (&'static Kind, Lister) {
    (R::KIND, list::<R>)
}

const LISTERS: &[(&Kind, Lister)] = &[
    lister::<Account>(),
    lister::<AccountCost>(),
    lister::<AccountSummary>(),
    lister::<Alarm>(),
    lister::<AlarmHistory>(),
    lister::<AlarmMetric>(),
    lister::<AnomalyMonitor>(),
    lister::<AnomalySubscription>(),
    lister::<BalancerMetrics>(),
    lister::<Bucket>(),
    lister::<BucketLifecycle>(),
    lister::<Budget>(),
    lister::<BudgetAction>(),
    lister::<BudgetAlerts>(),
    lister::<CommitmentCoverage>(),
    lister::<Dashboard>(),
    lister::<DbCluster>(),
    lister::<DbClusterSnapshot>(),
    lister::<DbExportTask>(),
    lister::<DbInstance>(),
    lister::<DbSnapshot>(),
    lister::<DbSnapshotSharing>(),
    lister::<EcrLifecycle>(),
    lister::<EcrRegistry>(),
    lister::<EcrRepository>(),
    lister::<EcsService>(),
    lister::<IamRole>(),
    lister::<IamRoleUse>(),
    lister::<IamUserKeys>(),
    lister::<KmsKey>(),
    lister::<ListenerAttributes>(),
    lister::<ListenerRules>(),
    lister::<LoadBalancer>(),
    lister::<LoadBalancerAttributes>(),
    lister::<LoadBalancerListeners>(),
    lister::<LogGroup>(),
    lister::<OidcProvider>(),
    lister::<Organization>(),
    lister::<RdsEvents>(),
    lister::<Region>(),
    lister::<RestoreEvents>(),
    lister::<RestoreJobs>(),
    lister::<RuleGroup>(),
    lister::<ScalingSchedule>(),
    lister::<Secret>(),
    lister::<SecretVersion>(),
    lister::<ServiceMetrics>(),
    lister::<SnsTopic>(),
    lister::<SslPolicy>(),
    lister::<StopSchedule>(),
    lister::<TargetGroup>(),
    lister::<TaskDefinition>(),
    lister::<TopicSubscriptions>(),
    lister::<WebAcl>(),
    lister::<WebAclLogging>(),
    lister::<WebAclRules>(),
];

/// The function that lists a kind.
pub(super) fn of(kind: &str) -> Option<Lister> {
    LISTERS
        .iter()
        .find(|(listed, _)| listed.name == kind)
        .map(|(_, lister)| *lister)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::KINDS;

    #[test]
    fn every_kind_has_its_lister() {
        let listed: Vec<_> = LISTERS.iter().map(|(kind, _)| kind.name).collect();
        let kinds: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(listed, kinds);
    }
}
