//! Alerts on the issue stream of a project, which hear of the issues of its other monitors as well.
//!
//! Sentry tries them for metric issues, too, but an organization may have had that switched off
//! (`get_detectors_for_event_data` in its source), and no endpoint says so. So such an alert is
//! never sure to tell of a metric, and that it does not is not sure either.

use std::sync::Arc;

use harden_core::{Known, Unknown};

use super::issue::ERROR;
use super::{Situation, Wanted, Way, alternatives, metric, switched_on};
use crate::resources::{Alert, Condition, Monitor, Watches};

/// The ways from the monitors of metrics through an alert on the issue stream.
pub(super) fn ways(
    start: &Way,
    alert: &Alert,
    metrics: &Known<Vec<Monitor>>,
    wanted: &Wanted<'_>,
) -> Vec<Way> {
    let of_metric = matches!(
        wanted.situation,
        Situation::ErrorRate { .. } | Situation::Latency { .. }
    );
    if !of_metric || !hears_of_metrics(alert) {
        return Vec::new();
    }
    let mut start = start.clone();
    let Some(metrics) = start.known(metrics) else {
        return vec![start];
    };
    let mut all = Vec::new();
    for monitor in metrics {
        let mut start = start.clone();
        switched_on(&mut start, monitor);
        let ways = match start.known(&monitor.watches) {
            Some(Watches::Metric(measure)) => metric::ways(start, alert, measure, wanted),
            Some(_) => Vec::new(),
            None => vec![start],
        };
        all.extend(ways.into_iter().map(|mut way| {
            way.unsure(not_said(monitor));
            way
        }));
    }
    all
}

/// Whether an alert on issues may hear of metric issues: unless all of its ways are for errors.
pub(crate) fn hears_of_metrics(alert: &Alert) -> bool {
    let (Known::Yes(triggers), Known::Yes(filters)) = (&alert.triggers, &alert.filters) else {
        return true;
    };
    let of_errors = |conditions: &Vec<Condition>| {
        let error = |c: &Condition| matches!(c, Condition::Category { category: ERROR });
        conditions.iter().any(error)
    };
    let admits = |ways: Vec<Vec<Condition>>| !ways.iter().all(of_errors);
    let filters = || filters.iter().map(|f| alternatives(f.logic, &f.conditions));
    admits(alternatives(triggers.logic, &triggers.conditions))
        && (filters().len() == 0 || filters().any(admits))
}

fn not_said(monitor: &Monitor) -> Arc<Unknown> {
    let id = &monitor.id;
    Arc::new(Unknown::undetermined(format!(
        "whether an alert on the issue stream hears of metric issues is a setting of the \
         organization that Sentry does not tell: connect the alert to monitor {id} itself"
    )))
}
