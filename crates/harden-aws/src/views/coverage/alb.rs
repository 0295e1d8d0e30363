//! Load balancers with their target groups and the alarms of their place.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Gap, Kind, Known, Listing, Place, Resource, Subject, Unknown};

use super::find::{Coverage, MetricToCover, find_coverage};
use crate::resources::{Alarm, LoadBalancer, TargetGroup};
use crate::views::alarms::AlarmRequirement;
use crate::views::alarms::alarm_metrics;
use crate::views::alarms::{AlarmIndex, CandidateAlarms, metric_alarm};

const NAMESPACE: &str = "AWS/ApplicationELB";

/// A load balancer with its target groups and the alarms on its metrics.
pub(crate) struct LoadBalancerWithAlarms {
    /// The value of the dimension LoadBalancer of its metrics: `app/NAME/ID`.
    pub(crate) dimension: Box<str>,
    pub(crate) place: Place,
    /// `application`, `network` or `gateway`.
    pub(crate) kind: Known<String>,
    pub(crate) candidates: CandidateAlarms,
    /// The values of the dimension TargetGroup of its known target groups.
    groups: Vec<Box<str>>,
    /// Whether `groups` is complete.
    all_groups: Known<()>,
}

impl LoadBalancerWithAlarms {
    /// The load balancer's name.
    pub(crate) fn name(&self) -> &str {
        self.dimension.split('/').nth(1).unwrap_or(&self.dimension)
    }

    /// The alarm on a metric that CloudWatch publishes for the load balancer and for each of its
    /// target groups. Alarms by target group count only where every group has one, since the
    /// uncovered group could fail unnoticed.
    ///
    /// # Errors
    /// No alarm that was read is tight enough, and one that was not read can be.
    pub(crate) fn of_targets(
        &self,
        metric: &'static str,
        required: &AlarmRequirement,
    ) -> Result<Coverage, Unknown> {
        let whole = self.of_itself(metric, required);
        if whole.as_ref().is_ok_and(Coverage::is_covered) {
            return whole;
        }
        let mut cover = None;
        let mut covered = |group: &str| -> Known<bool> {
            let found: Known<Coverage> = self.of_group(metric, group, required).into();
            found.map(|coverage| {
                let is_covered = coverage.is_covered();
                if is_covered {
                    cover.get_or_insert(coverage);
                }
                is_covered
            })
        };
        let by_group = if self.groups.is_empty() {
            // the target groups may not have been listed, but alarms name some: if those alarms are
            // tight enough, the result is unknown rather than missing
            let alarmed = self.alarmed_groups();
            let any = Known::any(alarmed.iter().map(|group| covered(group)));
            Known::all([any, self.all_groups.as_ref().map(|()| false)])
        } else {
            let all = Known::all(self.groups.iter().map(|group| covered(group)));
            Known::all([all, self.all_groups.as_ref().map(|()| true)])
        };
        match (by_group, cover) {
            (Known::Yes(true), Some(coverage)) => Ok(coverage),
            (Known::No(unknown), _) => Err(unknown.into()),
            _ => whole,
        }
    }

    /// The target groups without a tight alarm, where at least one other group has one.
    pub(crate) fn uncovered_groups(
        &self,
        metric: &'static str,
        required: &AlarmRequirement,
    ) -> Vec<&str> {
        let is_covered = |group: &str| {
            let found = self.of_group(metric, group, required);
            found.is_ok_and(|coverage| coverage.is_covered())
        };
        let groups = self.groups.iter().map(|group| &**group);
        let (covered, uncovered): (Vec<_>, Vec<_>) = groups.partition(|group| is_covered(group));
        if covered.is_empty() {
            return Vec::new();
        }
        uncovered
    }

    /// The alarm on a metric of the load balancer as a whole.
    ///
    /// # Errors
    /// No alarm that was read is tight enough, and one that was not read can be.
    pub(crate) fn of_itself(
        &self,
        metric: &'static str,
        required: &AlarmRequirement,
    ) -> Result<Coverage, Unknown> {
        self.coverage(metric, &[("LoadBalancer", &*self.dimension)], required)
    }

    fn of_group(
        &self,
        metric: &'static str,
        group: &str,
        required: &AlarmRequirement,
    ) -> Result<Coverage, Unknown> {
        let dimensions = [("LoadBalancer", &*self.dimension), ("TargetGroup", group)];
        self.coverage(metric, &dimensions, required)
    }

    fn coverage(
        &self,
        metric: &'static str,
        dimensions: &[(&'static str, &str)],
        required: &AlarmRequirement,
    ) -> Result<Coverage, Unknown> {
        let asked = MetricToCover {
            namespace: NAMESPACE,
            metric,
            dimensions,
            account: &self.place.account,
        };
        find_coverage(&self.candidates, &asked, required)
    }

    /// The target groups that the alarms of this load balancer name.
    fn alarmed_groups(&self) -> BTreeSet<String> {
        let metrics = self
            .candidates
            .alarms
            .iter()
            .filter_map(|a| metric_alarm(a));
        metrics
            .flat_map(|metric| alarm_metrics(metric).series)
            .filter_map(|series| Some(series.metric.dimensions.get("TargetGroup")?.to_owned()))
            .collect()
    }
}

#[async_trait]
impl Subject for LoadBalancerWithAlarms {
    const KINDS: &'static [&'static Kind] = &[LoadBalancer::KIND, TargetGroup::KIND, Alarm::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let groups = cx.list::<TargetGroup>().await?;
        let alarms = cx.list::<Alarm>().await?;
        Ok(Arc::new(with_alarms(&balancers, &groups, &alarms)))
    }
}

fn with_alarms(
    balancers: &Listing<LoadBalancer>,
    groups: &Listing<TargetGroup>,
    alarms: &Listing<Alarm>,
) -> Listing<LoadBalancerWithAlarms> {
    let index = AlarmIndex::of(alarms);
    let mut by_balancer: HashMap<&str, Vec<Box<str>>> = HashMap::new();
    let mut unread: HashMap<&Place, &Unknown> = HashMap::new();
    for (id, group) in groups.iter() {
        match &group.load_balancer_arns {
            Known::Yes(arns) => {
                for arn in arns {
                    let all = by_balancer.entry(arn).or_default();
                    all.push(group.dimension().into());
                }
            }
            Known::No(unknown) => {
                unread.entry(&id.place).or_insert(unknown);
            }
        }
    }
    let items = balancers
        .iter()
        .map(|(id, balancer)| {
            let all_groups =
                groups
                    .readable(&id.place)
                    .and_then(|()| match unread.get(&id.place) {
                        Some(unknown) => (*unknown).clone().into(),
                        None => Known::Yes(()),
                    });
            let view = LoadBalancerWithAlarms {
                dimension: balancer.dimension().into(),
                place: id.place.clone(),
                kind: balancer.kind.clone(),
                candidates: index.candidates(&id.place, "LoadBalancer", balancer.dimension()),
                groups: by_balancer.remove(&*balancer.arn).unwrap_or_default(),
                all_groups,
            };
            (Arc::clone(id), view)
        })
        .collect();
    let gaps: Vec<Gap> = balancers.gaps.clone();
    Listing::new(items, balancers.scope.clone(), gaps)
}
