//! GET /organizations/{organization}/workflows/: Sentry's alerts.
//!
//! What the conditions compare with is not in Sentry's description; it is read as the handlers in
//! its source write it (src/sentry/workflow_engine/handlers/condition). One that can't be read so
//! is unrecognized, never left out.

use std::collections::HashSet;

use harden_core::{Known, Listing, Resource as _, Unknown};
use serde::Deserialize;
use serde_json::Value;

use super::Run;
use super::field::{Call, Field, Id};
use crate::resources::{
    Action, Alert, Condition, Detector, Filter, Group, Logic, Match, Model, Monitor, Target,
};

pub(super) const WORKFLOWS: Call = Call::new(
    "GET /organizations/{organization}/workflows/",
    "alerts:read",
);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    environment: Field<String>,
    #[serde(default)]
    config: Field<WireConfig>,
    #[serde(default)]
    detector_ids: Field<Vec<Id>>,
    #[serde(default)]
    triggers: Field<WireGroup>,
    #[serde(default)]
    action_filters: Field<Vec<WireGroup>>,
}

#[derive(Deserialize)]
struct WireConfig {
    #[serde(default)]
    frequency: Field<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGroup {
    #[serde(default)]
    logic_type: Field<String>,
    #[serde(default)]
    conditions: Field<Vec<WireCondition>>,
    #[serde(default)]
    actions: Field<Vec<WireAction>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCondition {
    #[serde(default, rename = "type")]
    kind: Field<String>,
    #[serde(default)]
    comparison: Value,
    #[serde(default)]
    condition_result: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAction {
    #[serde(default, rename = "type")]
    kind: Field<String>,
    #[serde(default)]
    integration_id: Field<Id>,
    #[serde(default)]
    config: Field<WireTarget>,
    #[serde(default)]
    status: Field<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTarget {
    #[serde(default)]
    target_type: Field<String>,
    #[serde(default)]
    target_identifier: Field<Id>,
}

/// What is known of the monitors that workflows may be connected to.
pub(super) struct Detectors<'a> {
    pub(super) listing: &'a Listing<Detector>,
    pub(super) complete: Known<()>,
}

/// An alert, and the monitors that it names. None for one that is connected to monitors of other
/// projects only.
pub(super) fn alert(
    run: &Run<'_>,
    wire: Wire,
    detectors: &Detectors<'_>,
    connected: &mut HashSet<String>,
) -> Result<Option<Alert>, Unknown> {
    let id = wire.id.ok().and_then(Id::text);
    let ids = wire.detector_ids.nullable(WORKFLOWS, "detectorIds");
    let ids = ids.map(|ids| {
        let ids = ids.unwrap_or_default();
        ids.into_iter().filter_map(Id::text).collect::<Vec<_>>()
    });
    let monitors = ids.and_then(|ids| {
        let found: Vec<Monitor> = ids
            .iter()
            .filter_map(|id| {
                detectors
                    .listing
                    .get(&run.place(), id)
                    .ok()
                    .copied()
                    .flatten()
            })
            .map(|detector| detector.monitor.clone())
            .collect();
        connected.extend(ids.iter().cloned());
        if found.is_empty() && !ids.is_empty() {
            // of other projects, if all monitors of these are known
            return detectors.complete.as_ref().map(|()| None);
        }
        Known::Yes(Some(found))
    });
    let monitors = match monitors {
        Known::Yes(None) => return Ok(None),
        Known::Yes(Some(monitors)) => Known::Yes(monitors),
        Known::No(unknown) => Known::No(unknown),
    };
    let config = wire.config.required(WORKFLOWS, "config");
    let frequency = config.and_then(|c| c.frequency.required(WORKFLOWS, "config.frequency"));
    let triggers = wire.triggers.nullable(WORKFLOWS, "triggers");
    let filters = wire.action_filters.nullable(WORKFLOWS, "actionFilters");
    Ok(Some(Alert {
        organization: run.organization().to_owned(),
        model: Model::Workflow,
        number: id.ok_or_else(|| WORKFLOWS.missing("id"))?,
        name: wire.name.required(WORKFLOWS, "name"),
        enabled: wire.enabled.required(WORKFLOWS, "enabled"),
        muted: Known::Yes(false),
        environment: wire.environment.nullable(WORKFLOWS, "environment"),
        frequency_minutes: frequency.map(Some),
        monitors,
        // without any it is tried on every event
        triggers: triggers.and_then(|group| match group {
            Some(group) => conditions(&group),
            None => Known::Yes(Group {
                logic: Logic::Any,
                conditions: Vec::new(),
            }),
        }),
        filters: filters.and_then(|groups| {
            let groups = groups.unwrap_or_default();
            let all: Result<Vec<_>, Unknown> = groups.into_iter().map(filter).collect();
            all.into()
        }),
    }))
}

/// The alert of a monitor that no workflow is connected to.
pub(super) fn unconnected(run: &Run<'_>, detector: &Detector) -> Alert {
    Alert {
        organization: run.organization().to_owned(),
        model: Model::Monitor,
        number: detector.monitor.id.clone(),
        name: detector.name.clone(),
        enabled: detector.monitor.enabled.clone(),
        muted: Known::Yes(false),
        environment: Known::Yes(None),
        frequency_minutes: Known::Yes(None),
        monitors: Known::Yes(vec![detector.monitor.clone()]),
        triggers: Known::Yes(Group {
            logic: Logic::Any,
            conditions: Vec::new(),
        }),
        filters: Known::Yes(Vec::new()),
    }
}

/// The monitors of the audit that are neither built in nor connected.
pub(super) fn left_alone<'a>(
    listing: &'a Listing<Detector>,
    connected: &'a HashSet<String>,
) -> impl Iterator<Item = &'a Detector> {
    listing.iter().map(|(_, detector)| detector).filter(|d| {
        let built_in = matches!(
            d.kind.ok().map(String::as_str),
            Some("error" | "issue_stream") | None
        );
        !built_in && !connected.contains(&*d.id().name)
    })
}

fn filter(group: WireGroup) -> Result<Filter, Unknown> {
    let Group { logic, conditions } = match conditions(&group) {
        Known::Yes(group) => group,
        Known::No(unknown) => return Err(*unknown),
    };
    let actions = group.actions.ok();
    let actions = actions.ok_or_else(|| WORKFLOWS.missing("actionFilters.actions"))?;
    Ok(Filter {
        logic,
        conditions,
        actions: actions.into_iter().map(action).collect::<Result<_, _>>()?,
    })
}

fn conditions(group: &WireGroup) -> Known<Group> {
    let logic = match &group.logic_type {
        Field::Given(logic) => match logic.as_str() {
            "any" | "any-short" => Logic::Any,
            "all" => Logic::All,
            "none" => Logic::None,
            other => {
                let reason = format!("conditions that are joined by `{other}`");
                return Unknown::undetermined(reason).during(WORKFLOWS.scope).into();
            }
        },
        Field::Absent | Field::Null => return WORKFLOWS.missing("logicType").into(),
    };
    let Field::Given(wires) = &group.conditions else {
        return WORKFLOWS.missing("conditions").into();
    };
    let conditions: Result<Vec<_>, Unknown> = wires.iter().map(condition).collect();
    Known::from(conditions.map(|conditions| Group { logic, conditions }))
}

fn condition(wire: &WireCondition) -> Result<Condition, Unknown> {
    let Field::Given(kind) = &wire.kind else {
        return Err(WORKFLOWS.missing("conditions.type"));
    };
    // what holds when the comparison does not is another condition
    let read = (wire.condition_result == Value::Bool(true))
        .then(|| typed(kind, &wire.comparison))
        .flatten();
    Ok(read.unwrap_or_else(|| Condition::Unrecognized { name: kind.clone() }))
}

/// What Sentry knows besides, all of which narrows an alert.
const NARROWER: [&str; 15] = [
    "assigned_to",
    "event_attribute",
    "event_created_by_detector",
    "event_frequency_percent",
    "event_seen_count",
    "event_unique_user_frequency_count",
    "event_unique_user_frequency_percent",
    "existing_high_priority_issue",
    "issue_priority_deescalating",
    "issue_priority_equals",
    "issue_resolved_trigger",
    "latest_adopted_release",
    "new_high_priority_issue",
    "percent_sessions_count",
    "tagged_event",
];

fn typed(kind: &str, comparison: &Value) -> Option<Condition> {
    let number = |name: &str| comparison.get(name)?.as_f64();
    let whole = |name: &str| comparison.get(name)?.as_u64();
    let holds = |condition| (comparison == &Value::Bool(true)).then_some(condition);
    match kind {
        "every_event" => holds(Condition::EveryEvent),
        "first_seen_event" => holds(Condition::FirstSeen),
        "regression_event" => holds(Condition::Regression),
        "reappeared_event" => holds(Condition::Reappeared),
        "latest_release" => holds(Condition::LatestRelease),
        "event_frequency_count" => {
            // filters of its own narrow it
            let filters = comparison.get("filters").and_then(Value::as_array);
            if filters.is_some_and(|filters| !filters.is_empty()) {
                return Some(narrower(kind));
            }
            Some(Condition::EventCount {
                over: number("value")?,
                seconds: interval(comparison.get("interval")?.as_str()?)?,
            })
        }
        "issue_occurrences" => Some(Condition::Occurrences {
            at_least: number("value")?,
        }),
        "issue_category" => {
            if comparison.get("include") == Some(&Value::Bool(false)) {
                return Some(narrower(kind));
            }
            Some(Condition::Category {
                category: whole("value")?,
            })
        }
        "level" => Some(Condition::Level {
            matching: matching(comparison.get("match")?.as_str()?)?,
            level: whole("level")?,
        }),
        "age_comparison" => {
            // the API writes it in either case
            let which = comparison.get("comparisonType");
            let which = which.or_else(|| comparison.get("comparison_type"))?;
            age(
                which.as_str()?,
                whole("value")?,
                comparison.get("time")?.as_str()?,
            )
        }
        "issue_priority_greater_or_equal" => Some(Condition::PriorityAtLeast {
            priority: comparison.as_f64()?,
        }),
        _ if NARROWER.contains(&kind) => Some(narrower(kind)),
        _ => None,
    }
}

fn narrower(name: &str) -> Condition {
    Condition::Narrower {
        name: name.to_owned(),
    }
}

/// Sentry's names of windows, in seconds.
pub(super) fn interval(name: &str) -> Option<u64> {
    Some(match name {
        "1m" => 60,
        "5m" => 300,
        "15m" => 900,
        "1h" => 3_600,
        "1d" => 86_400,
        "1w" => 604_800,
        "30d" => 2_592_000,
        _ => return None,
    })
}

pub(super) fn matching(name: &str) -> Option<Match> {
    Some(match name {
        "eq" => Match::Eq,
        "gte" => Match::Gte,
        "lte" => Match::Lte,
        _ => return None,
    })
}

pub(super) fn age(which: &str, value: u64, unit: &str) -> Option<Condition> {
    let length = match unit {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    match which {
        "newer" => Some(Condition::YoungerThan {
            seconds: value.checked_mul(length)?,
        }),
        "older" => Some(narrower("age_comparison older")),
        _ => None,
    }
}

fn action(wire: WireAction) -> Result<Action, Unknown> {
    let kind = wire.kind.ok();
    let config = wire.config.required(WORKFLOWS, "actions.config");
    Ok(Action {
        how: kind.ok_or_else(|| WORKFLOWS.missing("actions.type"))?,
        integration: wire
            .integration_id
            .nullable(WORKFLOWS, "actions.integrationId")
            .map(|id| id.and_then(Id::text)),
        target: config.and_then(target),
        active: wire
            .status
            .required(WORKFLOWS, "actions.status")
            .map(|status| status == "active"),
    })
}

fn target(wire: WireTarget) -> Known<Target> {
    let kind = wire.target_type.nullable(WORKFLOWS, "config.targetType");
    kind.and_then(|kind| {
        let named = |target: fn(String) -> Target| match wire.target_identifier.ok() {
            Some(id) => id.text().map(target).map_or_else(
                || WORKFLOWS.missing("config.targetIdentifier").into(),
                Known::Yes,
            ),
            None => WORKFLOWS.missing("config.targetIdentifier").into(),
        };
        match kind.as_deref() {
            Some("user") => named(|id| Target::User { id }),
            Some("team") => named(|id| Target::Team { id }),
            Some("issue_owners") => Known::Yes(Target::IssueOwners),
            _ => Known::Yes(Target::Integration),
        }
    })
}
