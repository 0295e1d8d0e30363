//! When an alert is at least as tight as the policy asks.
//!
//! The policy names a situation in which somebody must be told (an issue with more than 100 events
//! in 5 minutes). An alert is at least as tight when the situation always sets it off: each of its
//! conditions is implied by the situation, it is about production, it may notify as often, and it
//! tells by the ways that are asked for. That is an order, and a partial one: an alert on more than
//! 1000 events in an hour is neither tighter nor looser than 100 in 5 minutes, so it does not count.
//!
//! What is implied, for a situation of more than `n` events in a window `w`:
//! - more than `m` events in a window of at least `w`, where `m` is at most `n`;
//! - more than `m` events in a shorter window `v`, where `m` is under `(n + 1) / k` and `k` is how
//!   many `v` it takes to fill `w`: one of those must have that many;
//! - at least `m` events in all, where `m` is at most `n + 1`.
//!
//! Every other condition narrows the alert, and it is looser for it. One that this program does not
//! know leaves it unknown.

mod issue;
mod metric;
mod span;
mod stream;

use harden_core::{Known, Unknown};
use std::sync::Arc;

pub(crate) use span::span;
pub(crate) use stream::hears_of_metrics;

use crate::resources::{Action, Alert, Condition, Filter, Logic, Model, Monitor, Watches};

/// A situation in which somebody must be told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Situation {
    /// An issue, or the project, with more than so many errors in a window.
    ErrorRate { over: f64, seconds: u64 },
    /// An event of level fatal.
    Fatal,
    /// An issue that is first seen in a new release, with more than so many errors in its first
    /// seconds.
    Regression { over: f64, seconds: u64 },
    /// A percentile of the transactions' duration above so much, over a window.
    Latency {
        percentile: f64,
        milliseconds: f64,
        seconds: u64,
    },
}

/// What is asked of an alert.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) situation: Situation,
    /// The most minutes between two notices of one issue; none where that does not matter.
    pub(crate) frequency_minutes: Option<u64>,
    pub(crate) environment: &'a str,
    pub(crate) email: bool,
    pub(crate) chat: bool,
}

/// A respect in which an alert is looser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Respect {
    /// The setting, by the API's name.
    pub(crate) setting: &'static str,
    pub(crate) found: String,
    pub(crate) wanted: String,
}

/// How an alert compares with what is asked.
#[derive(Debug)]
pub(crate) enum Fit {
    /// At least as tight.
    Tight,
    /// Looser, in these respects.
    Looser(Vec<Respect>),
    /// Neither is certain.
    Unknown(Arc<Unknown>),
    /// It watches something else.
    Unrelated,
}

/// What was found along one way through an alert: from a monitor over a trigger and a filter to
/// the actions.
#[derive(Debug, Clone, Default)]
struct Way {
    looser: Vec<Respect>,
    unknown: Option<Arc<Unknown>>,
}

impl Way {
    fn looser(
        &mut self,
        setting: &'static str,
        found: impl Into<String>,
        wanted: impl Into<String>,
    ) {
        let (found, wanted) = (found.into(), wanted.into());
        self.looser.push(Respect {
            setting,
            found,
            wanted,
        });
    }

    fn unsure(&mut self, unknown: Arc<Unknown>) {
        self.unknown.get_or_insert(unknown);
    }

    /// The fact; else that it is missing is noted.
    fn known<'a, T>(&mut self, fact: &'a Known<T>) -> Option<&'a T> {
        match fact {
            Known::Yes(value) => Some(value),
            Known::No(unknown) => {
                self.unsure(unknown.clone());
                None
            }
        }
    }
}

/// How an alert compares with what is asked for a project, of whose metrics there are these
/// monitors.
pub(crate) fn fit(
    alert: &Alert,
    project: &str,
    metrics: &Known<Vec<Monitor>>,
    wanted: &Wanted<'_>,
) -> Fit {
    let monitors = match &alert.monitors {
        Known::Yes(monitors) => monitors,
        Known::No(unknown) => return Fit::Unknown(unknown.clone()),
    };
    let mut ways = Vec::new();
    // of all projects' monitors only the issue stream is as good as the project's own
    let own = |m: &&Monitor| match &m.project {
        Some(of) => of == project,
        None => !matches!(
            m.watches,
            Known::Yes(Watches::Metric(_) | Watches::Other { .. })
        ),
    };
    for monitor in monitors.iter().filter(own) {
        ways.extend(through(alert, monitor, metrics, wanted));
    }
    best(ways)
}

/// The tightest of the ways through an alert.
fn best(ways: Vec<Way>) -> Fit {
    let (mut nearest, mut unknown): (Option<Vec<Respect>>, _) = (None, None);
    for way in ways {
        if !way.looser.is_empty() {
            if nearest.as_ref().is_none_or(|n| way.looser.len() < n.len()) {
                nearest = Some(way.looser);
            }
        } else if let Some(reason) = way.unknown {
            unknown.get_or_insert(reason);
        } else {
            return Fit::Tight;
        }
    }
    match (unknown, nearest) {
        (Some(reason), _) => Fit::Unknown(reason),
        (None, Some(respects)) => Fit::Looser(respects),
        (None, None) => Fit::Unrelated,
    }
}

/// The ways from a monitor to actions. None where it watches something else.
fn through(
    alert: &Alert,
    monitor: &Monitor,
    metrics: &Known<Vec<Monitor>>,
    wanted: &Wanted<'_>,
) -> Vec<Way> {
    let mut start = Way::default();
    if start.known(&alert.enabled) == Some(&false) {
        start.looser("enabled", "false", "true");
    }
    switched_on(&mut start, monitor);
    environment(&mut start, &alert.environment, wanted);
    frequency(&mut start, alert, wanted);
    let Some(watches) = start.known(&monitor.watches) else {
        return vec![start];
    };
    match watches {
        Watches::Errors => issue::ways(start, alert, wanted),
        Watches::IssueStream => {
            let mut ways = stream::ways(&start, alert, metrics, wanted);
            ways.extend(issue::ways(start, alert, wanted));
            ways
        }
        Watches::Metric(measure) => metric::ways(start, alert, measure, wanted),
        Watches::Other { .. } => Vec::new(),
    }
}

fn switched_on(way: &mut Way, monitor: &Monitor) {
    if way.known(&monitor.enabled) == Some(&false) {
        let found = format!("false of monitor {}", monitor.id);
        way.looser("detector.enabled", found, "true");
    }
}

fn environment(way: &mut Way, of: &Known<Option<String>>, wanted: &Wanted<'_>) {
    if let Some(Some(name)) = way.known(of)
        && name != wanted.environment
    {
        let all = format!("{} or all", wanted.environment);
        way.looser("environment", name.as_str(), all);
    }
}

/// The least that an issue rule can be told between two notices, in minutes.
const LEAST_OF_RULES: u64 = 5;

fn frequency(way: &mut Way, alert: &Alert, wanted: &Wanted<'_>) {
    let Some(most) = wanted.frequency_minutes else {
        return;
    };
    let most = match alert.model {
        Model::IssueRule => most.max(LEAST_OF_RULES),
        _ => most,
    };
    if let Some(Some(minutes)) = way.known(&alert.frequency_minutes)
        && *minutes > most
    {
        let wanted = format!("{most} min or less between notices");
        way.looser("frequency", format!("{minutes} min"), wanted);
    }
}

/// The ways of meeting a group: each a list of conditions that all must hold.
fn alternatives(logic: Logic, conditions: &[Condition]) -> Vec<Vec<Condition>> {
    match logic {
        _ if conditions.is_empty() => vec![Vec::new()],
        Logic::Any => conditions.iter().map(|c| vec![c.clone()]).collect(),
        Logic::All => vec![conditions.to_vec()],
        Logic::None => vec![vec![Condition::Narrower {
            name: "none of its conditions".to_owned(),
        }]],
    }
}

/// The ways on from a filter: whether it tells as asked stands on each.
fn on(
    start: &Way,
    alert: &Alert,
    wanted: &Wanted<'_>,
    holds: impl Fn(&mut Way, &[Condition]),
) -> Vec<Way> {
    let mut start = start.clone();
    let Some(filters) = start.known(&alert.filters) else {
        return vec![start];
    };
    if filters.is_empty() {
        tells(&mut start, &[], wanted);
        return vec![start];
    }
    let mut ways = Vec::new();
    for Filter {
        logic,
        conditions,
        actions,
    } in filters
    {
        for conditions in alternatives(*logic, conditions) {
            let mut way = start.clone();
            holds(&mut way, &conditions);
            tells(&mut way, actions, wanted);
            ways.push(way);
        }
    }
    ways
}

/// Whether actions tell by the ways that are asked for. Whom they tell, and whether those still
/// exist, is `sentry/alert-reaches-nobody`'s.
fn tells(way: &mut Way, actions: &[Action], wanted: &Wanted<'_>) {
    if wanted.email {
        by(way, actions, "email", |how| how == "email");
    }
    if wanted.chat {
        by(way, actions, "chat", |how| {
            matches!(how, "slack" | "msteams" | "discord")
        });
    }
    if !wanted.email && !wanted.chat {
        by(way, actions, "any action", |_| true);
    }
}

/// Whether one of the actions is of a way of telling, and switched on.
fn by(way: &mut Way, actions: &[Action], name: &str, is: fn(&str) -> bool) {
    let of_it = || actions.iter().filter(|a| is(&a.how));
    match Known::any(of_it().map(|a| a.active.clone())) {
        Known::Yes(true) => {}
        Known::Yes(false) => {
            let all: Vec<&str> = actions.iter().map(|a| a.how.as_str()).collect();
            let found = if all.is_empty() {
                "none".to_owned()
            } else if of_it().next().is_some() {
                format!("{name} is switched off")
            } else {
                all.join(", ")
            };
            way.looser("actions", found, format!("{name}, switched on"));
        }
        Known::No(reason) => way.unsure(reason),
    }
}
