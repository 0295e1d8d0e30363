//! Whether a metric of a thing has an alarm that is tight enough.

use std::sync::Arc;

use harden_core::{Evidence, Known, Resource, Unknown};

use crate::resources::Alarm;
use crate::views::alarms::{Fault, Tightness, Wanted, Way, judge_tightness};
use crate::views::alarms::{Series, alarm_metrics};
use crate::views::alarms::{Watchers, is_scaling_alarm, metric_alarm};

/// Where alarms are read.
pub(crate) const SOURCE: &str = "cloudwatch:DescribeAlarms";

/// The metric that must have an alarm.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    pub(crate) namespace: &'static str,
    pub(crate) metric: &'static str,
    /// All of its dimensions, sorted by name.
    pub(crate) dimensions: &'a [(&'static str, &'a str)],
    /// The account of the thing.
    pub(crate) account: &'a str,
}

impl Asked<'_> {
    /// Whether a metric is this one: with more or fewer dimensions it is another one (of one zone,
    /// of the whole cluster).
    fn is(&self, series: &Series<'_>) -> bool {
        series.metric.namespace == self.namespace
            && series.metric.name == self.metric
            && series.account.is_none_or(|a| a == self.account)
            && series
                .metric
                .dimensions
                .iter()
                .eq(self.dimensions.iter().copied())
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub(crate) enum Coverage {
    /// An alarm that is tight enough, or whose tightness is not judged, with the reason.
    Covered(Arc<Alarm>, Option<&'static str>),
    /// Looser alarms only: the nearest, and what is loose in it.
    Loose(Arc<Alarm>, Vec<Fault>),
    /// No alarm.
    Absent,
}

impl Coverage {
    pub(crate) fn is_covered(&self) -> bool {
        matches!(self, Self::Covered(..))
    }

    /// Adds what was found to the evidence, for a metric in words.
    pub(crate) fn tell(&self, metric: &str, wanted: &Wanted, evidence: Evidence) -> Evidence {
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
                    .expected(format!("one with a threshold of {}", wanted.threshold()));
                if let Some(why) = not_judged {
                    let note = format!("how tight {name} is, is not judged: {why}");
                    evidence = note_once(evidence, note);
                }
                if alarm.actions_enabled.ok() == Some(&false) {
                    let note = format!("the actions of {name} are switched off");
                    evidence = note_once(evidence, note);
                }
                evidence
            }
            Self::Loose(alarm, faults) => {
                let nearest = format!("the nearest alarm on {metric} is {}", alarm.id().name);
                faults.iter().fold(evidence.note(nearest), |all, fault| {
                    let setting = format!("{} of {}", fault.setting, alarm.id().name);
                    all.and(setting, &fault.found, SOURCE)
                        .expected(fault.wanted.clone())
                })
            }
            Self::Absent => evidence
                .and(format!("alarm on {metric}"), "missing", SOURCE)
                .expected(format!("one with a threshold of {}", wanted.threshold())),
        }
    }
}

/// A note, unless it was made already: one alarm may cover several metrics.
fn note_once(evidence: Evidence, note: String) -> Evidence {
    if evidence.note.as_ref().is_some_and(|n| n.contains(&note)) {
        return evidence;
    }
    evidence.note(note)
}

/// Looks for the alarm. One that is tight enough settles it, whatever else could not be read; that
/// there is none takes a full listing.
///
/// # Errors
/// Where no alarm was seen to be enough, and one may exist that is.
pub(crate) fn coverage(
    watchers: &Watchers,
    asked: &Asked<'_>,
    wanted: &Wanted,
) -> Result<Coverage, Unknown> {
    let mut not_judged = None;
    let mut unclear = None;
    let mut loose: Option<(Arc<Alarm>, Vec<Fault>)> = None;
    for alarm in &watchers.alarms {
        let Some(metric) = metric_alarm(alarm) else {
            continue;
        };
        let reading = alarm_metrics(metric);
        if !reading.series.iter().any(|series| asked.is(series)) {
            continue;
        }
        let scales = is_scaling_alarm(alarm);
        if scales == Known::Yes(true) {
            continue;
        }
        match (judge_tightness(metric, &reading, wanted), scales) {
            (Tightness::Loose(faults), _) => {
                if loose
                    .as_ref()
                    .is_none_or(|(_, best)| is_nearer(&faults, best))
                {
                    loose = Some((Arc::clone(alarm), faults));
                }
            }
            // it would be enough, unless it is there for scaling
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
    watchers.listed.get()?;
    if let Some(alarm) = insights_over(watchers, asked) {
        let (name, metric) = (alarm.id().name, asked.metric);
        return Err(Unknown::undetermined(format!(
            "the alarm {name} watches {metric} by a Metrics Insights query, which is not taken apart"
        )));
    }
    Ok(loose.map_or(Coverage::Absent, |(alarm, faults)| {
        Coverage::Loose(alarm, faults)
    }))
}

/// Which of two looser alarms a person would rather mend: one that looks out for something else is
/// the last choice, then the number of faults decides.
fn is_nearer(faults: &[Fault], best: &[Fault]) -> bool {
    let key = |faults: &[Fault]| (looks_elsewhere(faults), faults.len());
    key(faults) < key(best)
}

/// Whether an alarm is there for something else: low values.
pub(crate) fn looks_elsewhere(faults: &[Fault]) -> bool {
    faults.iter().any(|f| f.way == Way::Comparison)
}

/// An alarm over a Metrics Insights query that names the metric.
fn insights_over<'w>(watchers: &'w Watchers, asked: &Asked<'_>) -> Option<&'w Arc<Alarm>> {
    watchers.insights.iter().find(|alarm| {
        let names_it = |query: &&str| {
            let mut words = query.split(|c: char| !c.is_alphanumeric() && c != '_');
            query.contains(asked.namespace) && words.any(|word| word == asked.metric)
        };
        is_scaling_alarm(alarm) != Known::Yes(true)
            && metric_alarm(alarm)
                .is_some_and(|metric| alarm_metrics(metric).insights.iter().any(names_it))
    })
}
