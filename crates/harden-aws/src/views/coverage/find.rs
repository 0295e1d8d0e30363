//! Whether a metric of a resource has an alarm that is tight enough.

use std::sync::Arc;

use harden_core::{Evidence, Known, Resource, Unknown};

use crate::arn::Arn;
use crate::resources::{Alarm, AlarmDefinition};
use crate::views::alarms::{AlarmRequirement, Fault, Looseness, Tightness, judge_tightness};
use crate::views::alarms::{CandidateAlarms, is_scaling_alarm, metric_alarm};
use crate::views::alarms::{Series, alarm_metrics};

/// The operation that returns alarms.
pub(crate) const SOURCE: &str = "cloudwatch:DescribeAlarms";

/// The metric that must have an alarm.
#[derive(Debug, Clone)]
pub(crate) struct MetricToCover<'a> {
    pub(crate) namespace: &'static str,
    pub(crate) metric: &'static str,
    /// All dimensions of the metric, sorted by name.
    pub(crate) dimensions: &'a [(&'static str, &'a str)],
    /// The account of the resource.
    pub(crate) account: &'a str,
}

impl MetricToCover<'_> {
    /// Whether a series is of this metric. CloudWatch treats each combination of dimensions as a
    /// separate metric, so one with more dimensions (one zone) or fewer (the whole cluster) is a
    /// different metric ("Dimensions" in "CloudWatch concepts").
    fn is(&self, series: &Series<'_>, alarm: &Alarm) -> bool {
        // without an account, the metric is in the account of the alarm
        let own = || Arn::parse(&alarm.arn).is_none_or(|a| a.account == self.account);
        series.metric.namespace == self.namespace
            && series.metric.name == self.metric
            && series.account.map_or_else(own, |a| a == self.account)
            && series
                .metric
                .dimensions
                .iter()
                .eq(self.dimensions.iter().copied())
    }
}

/// The alarm that was found for a metric.
#[derive(Debug, Clone)]
pub(crate) enum Coverage {
    /// An alarm that is tight enough. Where its tightness cannot be judged, the reason.
    Covered(Arc<Alarm>, Option<&'static str>),
    /// Only looser alarms: the one that needs the fewest changes, and its faults.
    Loose(Arc<Alarm>, Vec<Fault>),
    /// No alarm was found.
    Missing,
}

impl Coverage {
    pub(crate) fn is_covered(&self) -> bool {
        matches!(self, Self::Covered(..))
    }

    /// Adds the alarm to the evidence. `metric` is the name of the metric for the reader.
    pub(crate) fn add_to_evidence(
        &self,
        metric: &str,
        required: &AlarmRequirement,
        evidence: Evidence,
    ) -> Evidence {
        match self {
            Self::Covered(alarm, not_judged) => {
                let name = alarm.id().name;
                let threshold = metric_alarm(alarm).and_then(|m| m.threshold);
                let found = match threshold {
                    Some(threshold) => format!("{name}, threshold {threshold}"),
                    None => name.to_string(),
                };
                let mut evidence = evidence
                    .and(format!("alarm on {metric}"), found, SOURCE)
                    .expected(format!(
                        "an alarm with a threshold of {}",
                        required.threshold()
                    ));
                if let Some(why) = not_judged {
                    let note = format!("the tightness of {name} was not judged: {why}");
                    evidence = note_once(evidence, note);
                }
                if alarm.actions_enabled.ok() == Some(&false) {
                    let note = format!("the actions of {name} are disabled");
                    evidence = note_once(evidence, note);
                }
                evidence
            }
            Self::Loose(alarm, faults) => {
                let nearest = format!("closest alarm on {metric}: {}", alarm.id().name);
                faults.iter().fold(evidence.note(nearest), |all, fault| {
                    let setting = format!("{} of {}", fault.setting, alarm.id().name);
                    all.and(setting, &fault.found, SOURCE)
                        .expected(fault.expected.clone())
                })
            }
            Self::Missing => evidence
                .and(format!("alarm on {metric}"), "missing", SOURCE)
                .expected(format!(
                    "an alarm with a threshold of {}",
                    required.threshold()
                )),
        }
    }
}

/// Adds a note once. One alarm can cover several metrics, which would repeat it.
fn note_once(evidence: Evidence, note: String) -> Evidence {
    if evidence.note.as_ref().is_some_and(|n| n.contains(&note)) {
        return evidence;
    }
    evidence.note(note)
}

/// Finds the alarm that covers a metric. One alarm that is tight enough decides, even where other
/// alarms could not be read. The absence of an alarm is certain only after a full listing.
///
/// # Errors
/// No alarm that was read is tight enough, and one that was not read can be.
pub(crate) fn find_coverage(
    candidates: &CandidateAlarms,
    asked: &MetricToCover<'_>,
    required: &AlarmRequirement,
) -> Result<Coverage, Unknown> {
    let mut not_judged = None;
    let mut unclear = None;
    let mut loose: Option<(Arc<Alarm>, Vec<Fault>)> = None;
    for alarm in &candidates.alarms {
        let Some(metric) = metric_alarm(alarm) else {
            continue;
        };
        let reading = alarm_metrics(metric);
        if !reading.series.iter().any(|series| asked.is(series, alarm)) {
            continue;
        }
        let scales = is_scaling_alarm(alarm);
        if scales == Known::Yes(true) {
            continue;
        }
        if let Err(unknown) = metric.require_settings() {
            unclear = Some(unknown);
            continue;
        }
        match (judge_tightness(metric, &reading, required), scales) {
            (Tightness::Loose(faults), _) => {
                if loose
                    .as_ref()
                    .is_none_or(|(_, best)| is_closer(&faults, best))
                {
                    loose = Some((Arc::clone(alarm), faults));
                }
            }
            // tight enough, but it is unknown whether it is a scaling alarm, which does not count
            (_, Known::No(unknown)) => unclear = Some(unknown.into()),
            (Tightness::Tight, Known::Yes(_)) => {
                return Ok(Coverage::Covered(Arc::clone(alarm), None));
            }
            (Tightness::NotJudged(why), Known::Yes(_)) => {
                not_judged.get_or_insert_with(|| Coverage::Covered(Arc::clone(alarm), Some(why)));
            }
        }
    }
    if let Some(covered) = not_judged {
        return Ok(covered);
    }
    if let Some(unknown) = unclear {
        return Err(unknown);
    }
    candidates.listed.get()?;
    if let Some(unknown) = unparsed(candidates, asked) {
        return Err(unknown);
    }
    Ok(loose.map_or(Coverage::Missing, |(alarm, faults)| {
        Coverage::Loose(alarm, faults)
    }))
}

/// Whether an alarm needs fewer changes than the best one so far. An alarm on low values has another
/// purpose and is the last choice. Otherwise the number of faults decides.
fn is_closer(faults: &[Fault], best: &[Fault]) -> bool {
    let key = |faults: &[Fault]| (compares_low_values(faults), faults.len());
    key(faults) < key(best)
}

/// Whether an alarm is about low values, and so has another purpose.
pub(crate) fn compares_low_values(faults: &[Fault]) -> bool {
    faults.iter().any(|f| f.way == Looseness::Comparison)
}

/// Why a query that is not parsed may be about the metric.
fn unparsed(candidates: &CandidateAlarms, asked: &MetricToCover<'_>) -> Option<Unknown> {
    let unclear = |alarm: &Alarm, what: &str| {
        let (name, metric) = (alarm.id().name, asked.metric);
        Some(Unknown::undetermined(format!(
            "the alarm {name} is on {what}, so whether it covers {metric} is unknown; such queries \
             are not parsed"
        )))
    };
    let acting = |alarm: &&Arc<Alarm>| is_scaling_alarm(alarm) != Known::Yes(true);
    for alarm in candidates.queries.iter().filter(acting) {
        let Some(metric) = metric_alarm(alarm) else {
            continue;
        };
        let insights = alarm_metrics(metric).insights;
        if insights.iter().any(|query| selects(query, asked)) {
            let what = format!("a Metrics Insights query that contains {}", asked.metric);
            return unclear(alarm, &what);
        }
        if metric
            .promql
            .as_deref()
            .is_some_and(|query| is_about(query, asked))
        {
            return unclear(alarm, "a PromQL query that can be about the resource");
        }
    }
    let logs = candidates.logs.iter().filter(acting);
    let mut logs = logs.filter(|alarm| match alarm.definition.ok() {
        Some(AlarmDefinition::Log(log)) => logs_metric(&log.log_groups, asked),
        _ => false,
    });
    let alarm = logs.next()?;
    unclear(alarm, "a query of the logs that contain the metric")
}

/// Whether a Metrics Insights query contains the namespace and the name of the metric.
fn selects(query: &str, asked: &MetricToCover<'_>) -> bool {
    let mut words = query.split(|c: char| !c.is_alphanumeric() && c != '_');
    query.contains(asked.namespace) && words.any(|word| word == asked.metric)
}

/// Whether a PromQL query can be about the metric: it contains the name of the metric in some spelling,
/// selects metrics by an expression over their names, or names the resource in all of its dimensions.
fn is_about(query: &str, asked: &MetricToCover<'_>) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let metric = plain(asked.metric);
    let mut words = query.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| plain(word) == metric)
        || query.contains("__name__")
        || asked
            .dimensions
            .iter()
            .all(|(_, value)| query.contains(&format!("\"{value}\"")))
}

/// Whether log groups contain the metric: Container Insights writes the utilization of services to the
/// log group of their cluster.
fn logs_metric(groups: &[String], asked: &MetricToCover<'_>) -> bool {
    let cluster = asked
        .dimensions
        .iter()
        .find(|(name, _)| *name == "ClusterName");
    cluster.is_some_and(|(_, cluster)| {
        let group = format!("/aws/ecs/containerinsights/{cluster}/");
        groups.is_empty() || groups.iter().any(|name| name.contains(&group))
    })
}
