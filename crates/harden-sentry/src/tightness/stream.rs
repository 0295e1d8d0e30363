//! Alerts on the issue stream of a project, which can also receive the issues of the project's
//! other monitors.
//!
//! Sentry evaluates such alerts for metric issues too, unless that is switched off for the
//! organization (`get_detectors_for_event_data` in Sentry's source). No endpoint of the API reports
//! this setting. So it is never certain that such an alert covers a metric, and never certain that
//! it does not.

use std::sync::Arc;

use harden_core::{Known, Unknown};

use super::issue::ERROR;
use super::{Requirement, Route, Situation, alternatives, check_monitor_enabled, metric};
use crate::resources::{Alert, Condition, Monitor, Watches};

/// The routes from the metric monitors through an alert on the issue stream. None of them is ever
/// certain to be tight.
pub(super) fn routes(
    start: &Route,
    alert: &Alert,
    metrics: &Known<Vec<Monitor>>,
    requirement: &Requirement<'_>,
) -> Vec<Route> {
    let has_metric = matches!(
        requirement.situation,
        Situation::ErrorRate { .. } | Situation::Latency { .. }
    );
    if !has_metric || !may_receive_metric_issues(alert) {
        return Vec::new();
    }
    let mut start = start.clone();
    let Some(metrics) = start.value_of(metrics) else {
        return vec![start];
    };
    let mut all = Vec::new();
    for monitor in metrics {
        let mut start = start.clone();
        check_monitor_enabled(&mut start, monitor);
        let routes = match start.value_of(&monitor.watches) {
            Some(Watches::Metric(measure)) => metric::routes(start, alert, measure, requirement),
            Some(_) => Vec::new(),
            None => vec![start],
        };
        all.extend(routes.into_iter().map(|mut route| {
            route.add_unknown(setting_unavailable(monitor));
            route
        }));
    }
    all
}

/// Whether an alert on issues can receive metric issues: unless each of its routes is limited to
/// errors.
pub(crate) fn may_receive_metric_issues(alert: &Alert) -> bool {
    let (Known::Yes(triggers), Known::Yes(filters)) = (&alert.triggers, &alert.filters) else {
        return true;
    };
    let only_errors = |conditions: &Vec<Condition>| {
        let is_error = |c: &Condition| matches!(c, Condition::Category { category: ERROR });
        conditions.iter().any(is_error)
    };
    let admits = |ways: Vec<Vec<Condition>>| !ways.iter().all(only_errors);
    let filters = || filters.iter().map(|f| alternatives(f.logic, &f.conditions));
    admits(alternatives(triggers.logic, &triggers.conditions))
        && (filters().len() == 0 || filters().any(admits))
}

fn setting_unavailable(monitor: &Monitor) -> Arc<Unknown> {
    let id = &monitor.id;
    Arc::new(Unknown::undetermined(format!(
        "whether an alert on the issue stream receives metric issues is a setting of the \
         organization that Sentry's API does not report: connect the alert to monitor {id} itself"
    )))
}
