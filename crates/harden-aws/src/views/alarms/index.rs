//! An index of the alarms of each place by the dimensions of their metrics.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use harden_core::{Known, Listing, Place, Unknown};

use super::metrics::alarm_metrics;
use crate::resources::{Alarm, AlarmDefinition, MetricAlarm};

/// Whether an alarm exists to scale something: see [`Alarm::only_scales`].
pub(crate) fn is_scaling_alarm(alarm: &Alarm) -> Known<bool> {
    alarm.only_scales()
}

/// Why a scaling alarm is not judged.
pub(crate) const SCALING: &str = "all its ALARM actions are scaling policies";

/// The metric alarm of an alarm, or `None` for an alarm of another type.
pub(crate) fn metric_alarm(alarm: &Alarm) -> Option<&MetricAlarm> {
    match alarm.definition.ok() {
        Some(AlarmDefinition::Metric(metric)) => Some(metric),
        Some(AlarmDefinition::Composite(_) | AlarmDefinition::Log(_)) | None => None,
    }
}

/// The alarms that can cover the metrics of one resource.
#[derive(Debug, Clone)]
pub(crate) struct CandidateAlarms {
    /// Alarms with a metric that has the resource's dimension.
    pub(crate) alarms: Vec<Arc<Alarm>>,
    /// Alarms of the same place that evaluate a Metrics Insights query or a PromQL query, and those of
    /// other accounts whose query names the account.
    pub(crate) queries: Arc<Vec<Arc<Alarm>>>,
    /// Log alarms of the same place.
    pub(crate) logs: Arc<Vec<Arc<Alarm>>>,
    /// Whether all alarms of the place and their metrics were read. Only then does an empty result
    /// mean that no alarm exists.
    pub(crate) listed: Known<()>,
    /// The names of all alarms of the place. A new alarm must not have one of them, because
    /// `PutMetricAlarm` replaces the alarm of the same name.
    names: Arc<HashSet<Box<str>>>,
}

impl CandidateAlarms {
    /// The preferred name, with a number appended where an alarm of the place has it.
    pub(crate) fn free_name(&self, preferred: &str) -> String {
        let mut name = preferred.to_owned();
        let mut number = 1;
        while self.names.contains(&*name) {
            number += 1;
            name = format!("{preferred}-{number}");
        }
        name
    }
}

/// Alarms by place and by the dimensions of their metrics. The index avoids a comparison of every
/// service with every alarm.
pub(crate) struct AlarmIndex<'a> {
    listing: &'a Listing<Alarm>,
    places: HashMap<Place, PlaceAlarms>,
}

#[derive(Default)]
struct PlaceAlarms {
    /// By the dimensions of metrics in this place: an alarm of another account can be on them.
    by_dimension: HashMap<(String, String), Vec<Arc<Alarm>>>,
    queries: Arc<Vec<Arc<Alarm>>>,
    logs: Arc<Vec<Arc<Alarm>>>,
    names: Arc<HashSet<Box<str>>>,
    unread: Option<Unknown>,
}

impl<'a> AlarmIndex<'a> {
    pub(crate) fn of(listing: &'a Listing<Alarm>) -> Self {
        let mut places: HashMap<Place, PlaceAlarms> = HashMap::new();
        for (id, alarm) in listing.iter_shared() {
            let place = places.entry(id.place.clone()).or_default();
            Arc::make_mut(&mut place.names).insert(id.name.clone());
            let metric = match &alarm.definition {
                Known::Yes(AlarmDefinition::Metric(metric)) => metric,
                Known::Yes(AlarmDefinition::Composite(_)) => continue,
                Known::Yes(AlarmDefinition::Log(_)) => {
                    Arc::make_mut(&mut place.logs).push(Arc::clone(alarm));
                    continue;
                }
                Known::No(unknown) => {
                    place.unread.get_or_insert_with(|| (**unknown).clone());
                    continue;
                }
            };
            if metric.is_unrecognized() {
                place.unread.get_or_insert_with(|| unrecognized(&id.name));
            }
            let reading = alarm_metrics(metric);
            if !reading.insights.is_empty() || metric.promql.is_some() {
                Arc::make_mut(&mut place.queries).push(Arc::clone(alarm));
            }
            let dimensions: HashSet<_> = reading
                .series
                .iter()
                .flat_map(|series| {
                    let account = series.account.unwrap_or(&id.place.account);
                    let dimensions = series.metric.dimensions.iter();
                    dimensions.map(move |dimension| (account, dimension))
                })
                .collect();
            for (account, (name, value)) in dimensions {
                let key = (name.to_owned(), value.to_owned());
                let place = places.entry(Place::new(account, &*id.place.region));
                let alarms = place.or_default().by_dimension.entry(key).or_default();
                alarms.push(Arc::clone(alarm));
            }
        }
        Self { listing, places }
    }

    /// The alarms of a place with a metric that has this dimension, in the order of their names.
    pub(crate) fn candidates(&self, place: &Place, name: &str, value: &str) -> CandidateAlarms {
        let listed = self.listing.readable(place);
        let foreign = self.foreign_queries(place);
        let Some(found) = self.places.get(place) else {
            return CandidateAlarms {
                alarms: Vec::new(),
                queries: Arc::new(foreign),
                logs: Arc::default(),
                listed,
                names: Arc::default(),
            };
        };
        let key = (name.to_owned(), value.to_owned());
        CandidateAlarms {
            alarms: found.by_dimension.get(&key).cloned().unwrap_or_default(),
            queries: if foreign.is_empty() {
                Arc::clone(&found.queries)
            } else {
                Arc::new([&*found.queries, &*foreign].concat())
            },
            logs: Arc::clone(&found.logs),
            listed: listed.and_then(|()| match &found.unread {
                Some(unknown) => unknown.clone().into(),
                None => Known::Yes(()),
            }),
            names: Arc::clone(&found.names),
        }
    }

    /// Alarms of other accounts in the same region with a query that names the account: a monitoring
    /// account can query the metrics of its source accounts.
    fn foreign_queries(&self, place: &Place) -> Vec<Arc<Alarm>> {
        let is_foreign =
            |other: &Place| other.region == place.region && other.account != place.account;
        let others = self.places.iter().filter(|(other, _)| is_foreign(other));
        let alarms = others.flat_map(|(_, found)| found.queries.iter());
        let names_account = |alarm: &&Arc<Alarm>| {
            metric_alarm(alarm).is_some_and(|metric| {
                let queries = metric.queries.iter();
                let mut members = queries.clone().filter_map(|q| q.account.as_deref());
                let texts = queries.filter_map(|q| q.expression.as_deref());
                let mut texts = texts.chain(metric.promql.as_deref());
                members.any(|account| *account == *place.account)
                    || texts.any(|text| text.contains(&*place.account))
            })
        };
        alarms.filter(names_account).cloned().collect()
    }
}

fn unrecognized(alarm: &str) -> Unknown {
    Unknown::undetermined(format!(
        "the alarm {alarm} evaluates something that this version does not know"
    ))
    .during("cloudwatch:DescribeAlarms")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(actions: &[&str]) -> Alarm {
        serde_json::from_value(serde_json::json!({
            "arn": "arn:aws:cloudwatch:us-east-2:392853978631:alarm:a", "alarm_actions": actions
        }))
        .unwrap()
    }

    #[test]
    fn an_alarm_with_only_scaling_actions_is_a_scaling_alarm() {
        let service = "arn:aws:autoscaling:us-east-2:392853978631:scalingPolicy:1:resource/ecs/service/c/s:policyName/p";
        let group = "arn:aws:autoscaling:us-east-2:392853978631:scalingPolicy:1:autoScalingGroupName/g:policyName/p";
        let topic = "arn:aws:sns:us-east-2:392853978631:saaspe-production-alerts";
        let scales = |actions: &[&str]| is_scaling_alarm(&alarm(actions));
        assert_eq!(scales(&[service]), Known::Yes(true));
        assert_eq!(scales(&[group, service]), Known::Yes(true));
        assert_eq!(scales(&[service, topic]), Known::Yes(false));
        assert_eq!(scales(&[topic]), Known::Yes(false));
        assert_eq!(scales(&[]), Known::Yes(false));
        let mut unread = alarm(&[]);
        unread.alarm_actions = Known::default();
        assert!(!is_scaling_alarm(&unread).is_known());
    }
}
