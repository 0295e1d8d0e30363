//! Whether an alert is at least as tight as the policy requires.
//!
//! The policy names a situation in which people must be notified, for example an issue with more
//! than 100 events in 5 minutes. An alert is at least as tight when this situation always triggers
//! it: the situation implies each of the alert's conditions, the alert covers production, it may
//! notify as often as required, and it notifies by the required channels.
//!
//! This order is partial. An alert on more than 1000 events in an hour is neither tighter nor
//! looser than 100 in 5 minutes, so it does not count.
//!
//! A situation of more than `n` events in a window `w` implies:
//! - more than `m` events in a window of at least `w`, where `m` is at most `n`;
//! - more than `m` events in a shorter window `v`, where `m` is less than `(n + 1) / k` and `k` is
//!   the number of windows `v` that fill `w`. The `n + 1` events lie in `k` windows, so one window
//!   has at least `(n + 1) / k` of them;
//! - at least `m` events in total, where `m` is at most `n + 1`.
//!
//! Every other condition makes the alert narrower, and so looser than required. A condition that
//! this program does not know makes the comparison unknown.

mod issue;
mod metric;
mod query;
mod span;
mod stream;

use harden_core::{Known, Unknown};
use std::sync::Arc;

pub(crate) use span::span;
pub(crate) use stream::may_receive_metric_issues;

use crate::resources::{Action, Alert, Condition, Filter, Logic, Model, Monitor, Watches};

/// A situation in which people must be notified.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Situation {
    /// An issue, or the project, has more than `over` errors in a window of `seconds`.
    ErrorRate { over: f64, seconds: u64 },
    /// There is an event of level fatal.
    Fatal,
    /// An issue is first seen in a new release, and has more than `over` errors in its first
    /// `seconds`.
    Regression { over: f64, seconds: u64 },
    /// A percentile of the duration of transactions is above `milliseconds`, over a window of
    /// `seconds`.
    Latency {
        percentile: f64,
        milliseconds: f64,
        seconds: u64,
    },
}

/// What the policy requires of an alert.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requirement<'a> {
    pub(crate) situation: Situation,
    /// The most minutes between two notifications about one issue; `None` where any number will do.
    pub(crate) frequency_minutes: Option<u64>,
    pub(crate) environment: &'a str,
    pub(crate) email: bool,
    pub(crate) chat: bool,
}

/// A setting in which an alert is looser than required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The setting, by the API's name.
    pub(crate) setting: &'static str,
    pub(crate) found: String,
    pub(crate) expected: String,
}

/// How an alert compares with the requirement.
#[derive(Debug)]
pub(crate) enum Comparison {
    /// At least as tight.
    Tight,
    /// Looser, in these settings.
    Looser(Vec<Difference>),
    /// Neither is certain.
    Unknown(Arc<Unknown>),
    /// The alert covers something else.
    Unrelated,
}

/// One route through an alert, from a monitor over one trigger and one filter to the actions, and
/// how it compares with the requirement.
///
/// An alert notifies when any of its routes does, so each route is compared by itself and the best
/// one counts.
#[derive(Debug, Clone, Default)]
struct Route {
    differences: Vec<Difference>,
    unknown: Option<Arc<Unknown>>,
}

impl Route {
    fn add_difference(
        &mut self,
        setting: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let (found, expected) = (found.into(), expected.into());
        self.differences.push(Difference {
            setting,
            found,
            expected,
        });
    }

    /// Keeps the first reason only: a finding reports one.
    fn add_unknown(&mut self, unknown: Arc<Unknown>) {
        self.unknown.get_or_insert(unknown);
    }

    /// The value of a fact. Where it is not known, the route becomes unknown.
    fn value_of<'a, T>(&mut self, fact: &'a Known<T>) -> Option<&'a T> {
        match fact {
            Known::Yes(value) => Some(value),
            Known::No(unknown) => {
                self.add_unknown(unknown.clone());
                None
            }
        }
    }
}

/// Compares an alert with what is required for a project. `metrics` are the metric monitors of the
/// project.
pub(crate) fn compare(
    alert: &Alert,
    project: &str,
    metrics: &Known<Vec<Monitor>>,
    requirement: &Requirement<'_>,
) -> Comparison {
    let monitors = match &alert.monitors {
        Known::Yes(monitors) => monitors,
        Known::No(unknown) => return Comparison::Unknown(unknown.clone()),
    };
    // A monitor without a project covers all projects of the organization. Only the issue stream of
    // all projects is as good as the project's: a metric over all projects dilutes this one's
    // trouble.
    let covers_project = |m: &&Monitor| match &m.project {
        Some(of) => of == project,
        None => !matches!(
            m.watches,
            Known::Yes(Watches::Metric(_) | Watches::Other { .. })
        ),
    };
    let mut routes = Vec::new();
    for monitor in monitors.iter().filter(covers_project) {
        routes.extend(routes_from(alert, monitor, metrics, requirement));
    }
    compare_best(routes)
}

/// The comparison of the tightest route.
///
/// A tight route settles it. Next comes an unknown route without a difference, since it may be
/// tight. A route with a difference is certainly looser, whatever else of it is unknown.
fn compare_best(routes: Vec<Route>) -> Comparison {
    let (mut nearest, mut unknown): (Option<Vec<Difference>>, _) = (None, None);
    for route in routes {
        if !route.differences.is_empty() {
            if nearest
                .as_ref()
                .is_none_or(|n| route.differences.len() < n.len())
            {
                nearest = Some(route.differences);
            }
        } else if let Some(reason) = route.unknown {
            unknown.get_or_insert(reason);
        } else {
            return Comparison::Tight;
        }
    }
    match (unknown, nearest) {
        (Some(reason), _) => Comparison::Unknown(reason),
        (None, Some(differences)) => Comparison::Looser(differences),
        (None, None) => Comparison::Unrelated,
    }
}

/// The routes from a monitor to the actions; empty where the monitor covers something else.
fn routes_from(
    alert: &Alert,
    monitor: &Monitor,
    metrics: &Known<Vec<Monitor>>,
    requirement: &Requirement<'_>,
) -> Vec<Route> {
    let mut start = Route::default();
    if start.value_of(&alert.enabled) == Some(&false) {
        start.add_difference("enabled", "false", "true");
    }
    check_monitor_enabled(&mut start, monitor);
    // only an issue stream can be of all projects
    if monitor.project.is_none() && monitor.watches == Known::Yes(Watches::Errors) {
        start.add_unknown(Arc::new(Unknown::undetermined(format!(
            "the project of the error monitor {} is not known",
            monitor.id
        ))));
    }
    check_environment(&mut start, &alert.environment, requirement);
    check_frequency(&mut start, alert, requirement);
    let Some(watches) = start.value_of(&monitor.watches) else {
        return vec![start];
    };
    match watches {
        Watches::Errors => issue::routes(start, alert, requirement),
        Watches::IssueStream => {
            let mut routes = stream::routes(&start, alert, metrics, requirement);
            routes.extend(issue::routes(start, alert, requirement));
            routes
        }
        Watches::Metric(measure) => metric::routes(start, alert, measure, requirement),
        Watches::Other { .. } => Vec::new(),
    }
}

fn check_monitor_enabled(route: &mut Route, monitor: &Monitor) {
    if route.value_of(&monitor.enabled) == Some(&false) {
        let found = format!("false for monitor {}", monitor.id);
        route.add_difference("detector.enabled", found, "true");
    }
}

fn check_environment(
    route: &mut Route,
    environment: &Known<Option<String>>,
    requirement: &Requirement<'_>,
) {
    if let Some(Some(name)) = route.value_of(environment)
        && name != requirement.environment
    {
        let expected = format!("{} or all environments", requirement.environment);
        route.add_difference("environment", name.as_str(), expected);
    }
}

/// The least number of minutes between two notifications that Sentry accepts for an issue rule.
const LEAST_MINUTES_OF_ISSUE_RULE: u64 = 5;

fn check_frequency(route: &mut Route, alert: &Alert, requirement: &Requirement<'_>) {
    let Some(most) = requirement.frequency_minutes else {
        return;
    };
    let most = match alert.model {
        Model::IssueRule => most.max(LEAST_MINUTES_OF_ISSUE_RULE),
        _ => most,
    };
    match (route.value_of(&alert.frequency_minutes), alert.model) {
        (Some(Some(minutes)), _) if *minutes > most => {
            let expected = format!("at most {most} min");
            route.add_difference("frequency", format!("{minutes} min"), expected);
        }
        // these two models always have a frequency, so its absence is not "no minimum time"
        (Some(None), Model::IssueRule | Model::Workflow) => {
            let unknown = Unknown::missing(alert.model.source(), "frequency");
            route.add_unknown(Arc::new(unknown));
        }
        _ => {}
    }
}

/// The ways to meet a group of conditions: each is a list of conditions that must all hold.
fn alternatives(logic: Logic, conditions: &[Condition]) -> Vec<Vec<Condition>> {
    match logic {
        // A group without conditions always holds, also under `any`.
        _ if conditions.is_empty() => vec![Vec::new()],
        Logic::Any => conditions.iter().map(|c| vec![c.clone()]).collect(),
        Logic::All => vec![conditions.to_vec()],
        // Negated conditions are not followed: the group counts as a condition that narrows the
        // alert.
        Logic::None => vec![vec![Condition::Narrower {
            name: "none of its conditions".to_owned(),
        }]],
    }
}

/// Continues a route over each filter of the alert to the filter's actions. `check` compares the
/// filter's conditions.
fn routes_over_filters(
    start: &Route,
    alert: &Alert,
    requirement: &Requirement<'_>,
    check: impl Fn(&mut Route, &[Condition]),
) -> Vec<Route> {
    let mut start = start.clone();
    let Some(filters) = start.value_of(&alert.filters) else {
        return vec![start];
    };
    if filters.is_empty() {
        check_actions(&mut start, &[], requirement);
        return vec![start];
    }
    let mut routes = Vec::new();
    for Filter {
        logic,
        conditions,
        actions,
    } in filters
    {
        for conditions in alternatives(*logic, conditions) {
            let mut route = start.clone();
            check(&mut route, &conditions);
            check_actions(&mut route, actions, requirement);
            routes.push(route);
        }
    }
    routes
}

/// Compares the channels of the actions. Whether their recipients still exist is judged by
/// `sentry/alert-reaches-nobody`.
fn check_actions(route: &mut Route, actions: &[Action], requirement: &Requirement<'_>) {
    if requirement.email {
        check_channel(route, actions, "email", |how| how == "email");
    }
    if requirement.chat {
        check_channel(route, actions, "chat", |how| {
            matches!(how, "slack" | "msteams" | "discord")
        });
    }
    if !requirement.email && !requirement.chat {
        check_channel(route, actions, "any action", |_| true);
    }
}

/// Whether one of the actions uses a channel and is active.
fn check_channel(route: &mut Route, actions: &[Action], channel: &str, is: fn(&str) -> bool) {
    let of_channel = || actions.iter().filter(|a| is(&a.how));
    match Known::any(of_channel().map(|a| a.active.clone())) {
        Known::Yes(true) => {}
        Known::Yes(false) => {
            let all: Vec<&str> = actions.iter().map(|a| a.how.as_str()).collect();
            let found = if all.is_empty() {
                "missing".to_owned()
            } else if of_channel().next().is_some() {
                format!("{channel}, disabled")
            } else {
                all.join(", ")
            };
            route.add_difference("actions", found, format!("{channel}, active"));
        }
        Known::No(reason) => route.add_unknown(reason),
    }
}
