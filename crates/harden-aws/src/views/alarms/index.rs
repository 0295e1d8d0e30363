//! Alarms by what they watch.

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

/// The metric alarm of an alarm; none for a composite one.
pub(crate) fn metric_alarm(alarm: &Alarm) -> Option<&MetricAlarm> {
    match alarm.definition.ok() {
        Some(AlarmDefinition::Metric(metric)) => Some(metric),
        Some(AlarmDefinition::Composite(_)) | None => None,
    }
}

/// The alarms that may watch a thing.
#[derive(Debug, Clone)]
pub(crate) struct Watchers {
    /// Those with a metric that has the thing's dimension.
    pub(crate) alarms: Vec<Arc<Alarm>>,
    /// Those of the same place that are over a Metrics Insights query.
    pub(crate) insights: Arc<Vec<Arc<Alarm>>>,
    /// Whether all alarms of the place, and what they watch, were read: the ground for "none".
    pub(crate) listed: Known<()>,
    /// The names of the place's alarms, which a new alarm must not take: a call that puts an alarm
    /// replaces one of the same name.
    names: Arc<HashSet<Box<str>>>,
}

impl Watchers {
    /// A name that no alarm of the place has.
    pub(crate) fn free_name(&self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while self.names.contains(&*name) {
            number += 1;
            name = format!("{wanted}-{number}");
        }
        name
    }
}

/// Alarms by place and by the dimensions of their metrics, so that joining services with alarms
/// does not take the product of the two.
pub(crate) struct AlarmIndex<'a> {
    listing: &'a Listing<Alarm>,
    places: HashMap<Place, PlaceAlarms>,
}

#[derive(Default)]
struct PlaceAlarms {
    by_dimension: HashMap<(String, String), Vec<Arc<Alarm>>>,
    insights: Arc<Vec<Arc<Alarm>>>,
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
                Known::No(unknown) => {
                    place.unread.get_or_insert_with(|| (**unknown).clone());
                    continue;
                }
            };
            let reading = alarm_metrics(metric);
            if !reading.insights.is_empty() {
                Arc::make_mut(&mut place.insights).push(Arc::clone(alarm));
            }
            let dimensions: HashSet<_> = reading
                .series
                .iter()
                .flat_map(|series| series.metric.dimensions.iter())
                .collect();
            for (name, value) in dimensions {
                let key = (name.to_owned(), value.to_owned());
                let alarms = place.by_dimension.entry(key).or_default();
                alarms.push(Arc::clone(alarm));
            }
        }
        Self { listing, places }
    }

    /// The alarms of a place with a metric that has a dimension, in the order of their names.
    pub(crate) fn watchers(&self, place: &Place, name: &str, value: &str) -> Watchers {
        let listed = self.listing.readable(place);
        let Some(found) = self.places.get(place) else {
            return Watchers {
                alarms: Vec::new(),
                insights: Arc::default(),
                listed,
                names: Arc::default(),
            };
        };
        let key = (name.to_owned(), value.to_owned());
        Watchers {
            alarms: found.by_dimension.get(&key).cloned().unwrap_or_default(),
            insights: Arc::clone(&found.insights),
            listed: listed.and_then(|()| match &found.unread {
                Some(unknown) => unknown.clone().into(),
                None => Known::Yes(()),
            }),
            names: Arc::clone(&found.names),
        }
    }
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
    fn scaling_alarms_only_scale() {
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
