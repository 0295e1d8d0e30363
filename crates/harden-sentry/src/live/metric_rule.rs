//! GET /organizations/{organization}/alert-rules/: metric alert rules, of self-hosted servers.

use harden_collect::Operation;
use harden_core::{Known, Unknown};
use serde::Deserialize;

use super::api::Api;
use super::field::{Field, Id};
use crate::resources::{
    Action, Alert, Condition, Filter, Group, Logic, Measure, Model, Monitor, Target, Threshold,
    Watches,
};

pub(super) const RULES: Operation = Operation::new(
    "GET /organizations/{organization}/alert-rules/",
    "alerts:read",
);

/// Sentry's number for a rule that was switched off (AlertRuleStatus).
const DISABLED: u64 = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    status: Field<u64>,
    #[serde(default)]
    snooze: Field<bool>,
    #[serde(default)]
    projects: Field<Vec<String>>,
    #[serde(default)]
    environment: Field<String>,
    #[serde(default)]
    aggregate: Field<String>,
    #[serde(default)]
    dataset: Field<String>,
    #[serde(default)]
    query: Field<String>,
    /// In minutes.
    #[serde(default)]
    time_window: Field<f64>,
    #[serde(default)]
    threshold_type: Field<u64>,
    #[serde(default)]
    comparison_delta: Field<f64>,
    #[serde(default)]
    detection_type: Field<String>,
    #[serde(default)]
    triggers: Field<Vec<WireTrigger>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTrigger {
    #[serde(default)]
    label: Field<String>,
    #[serde(default)]
    alert_threshold: Field<f64>,
    #[serde(default)]
    actions: Field<Vec<WireAction>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAction {
    #[serde(default, rename = "type")]
    kind: Field<String>,
    #[serde(default)]
    target_type: Field<String>,
    #[serde(default)]
    target_identifier: Field<Id>,
    #[serde(default)]
    integration_id: Field<Id>,
}

/// None for a rule of other projects only.
pub(super) fn alert(api: &Api<'_>, slugs: &[&str], wire: Wire) -> Result<Option<Alert>, Unknown> {
    let number = wire.id.ok().and_then(Id::text);
    let number = number.ok_or_else(|| RULES.missing_field("id"))?;
    let triggers = wire.triggers.required(RULES, "triggers");
    let parts = triggers.and_then(|triggers| {
        let parts: Result<Vec<_>, Unknown> = triggers.into_iter().map(trigger).collect();
        Known::from(parts)
    });
    let above = wire.threshold_type.required(RULES, "thresholdType");
    let thresholds = parts.as_ref().and_then(|parts| {
        above.map(|kind| {
            let threshold = |part: &Part| Threshold {
                above: kind == 0,
                value: part.value,
                priority: part.priority,
            };
            parts.iter().map(threshold).collect()
        })
    });
    let measure = Measure {
        aggregate: wire.aggregate.required(RULES, "aggregate"),
        dataset: wire.dataset.required(RULES, "dataset"),
        query: wire.query.required(RULES, "query"),
        window_seconds: window(wire.time_window),
        environment: wire.environment.clone().nullable(RULES, "environment"),
        detection: detection(wire.detection_type, wire.comparison_delta),
        thresholds,
    };
    let monitors = wire.projects.required(RULES, "projects").map(|projects| {
        let ours = projects.into_iter().filter(|p| slugs.contains(&p.as_str()));
        ours.map(|project| Monitor {
            id: number.clone(),
            project: Some(project),
            enabled: Known::Yes(true),
            watches: Known::Yes(Watches::Metric(Box::new(measure.clone()))),
        })
        .collect::<Vec<_>>()
    });
    if monitors.ok().is_some_and(Vec::is_empty) {
        return Ok(None);
    }
    Ok(Some(Alert {
        organization: api.organization().to_owned(),
        model: Model::MetricRule,
        number,
        name: wire.name.required(RULES, "name"),
        enabled: wire.status.required(RULES, "status").map(|s| s != DISABLED),
        // the field is present only where it is true
        muted: Known::Yes(wire.snooze.ok().unwrap_or(false)),
        environment: wire.environment.nullable(RULES, "environment"),
        frequency_minutes: Known::Yes(None),
        monitors,
        triggers: Known::Yes(Group {
            logic: Logic::Any,
            conditions: Vec::new(),
        }),
        filters: parts.map(|parts| parts.into_iter().map(|part| part.filter).collect()),
    }))
}

/// The window in seconds. Sentry writes whole minutes as a fraction: `5.0`.
fn window(minutes: Field<f64>) -> Known<u64> {
    let minutes = minutes.required(RULES, "timeWindow");
    minutes.and_then(|minutes| {
        let seconds = (minutes * 60.0).round();
        if !(1.0..=1e9).contains(&seconds) {
            return RULES.missing_field("timeWindow").into();
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the bounds above"
        )]
        let whole = seconds as u64;
        Known::Yes(whole)
    })
}

/// Older servers state it only by the delta that a percentage is compared with.
fn detection(kind: Field<String>, delta: Field<f64>) -> Known<String> {
    if let Field::Given(kind) = kind {
        return Known::Yes(kind);
    }
    let delta = delta.nullable(RULES, "comparisonDelta");
    delta.map(|delta| if delta.is_some() { "percent" } else { "static" }.to_owned())
}

/// A trigger: its threshold, its priority, and its actions.
struct Part {
    value: f64,
    priority: f64,
    filter: Filter,
}

fn trigger(wire: WireTrigger) -> Result<Part, Unknown> {
    let label = wire.label.ok();
    let label = label.ok_or_else(|| RULES.missing_field("triggers.label"))?;
    let priority = if label == "critical" { 75.0 } else { 50.0 };
    let value = wire.alert_threshold.ok();
    let actions = wire.actions.ok();
    let actions = actions.ok_or_else(|| RULES.missing_field("triggers.actions"))?;
    Ok(Part {
        value: value.ok_or_else(|| RULES.missing_field("triggers.alertThreshold"))?,
        priority,
        filter: Filter {
            logic: Logic::All,
            conditions: vec![Condition::PriorityAtLeast { priority }],
            actions: actions.into_iter().map(action).collect::<Result<_, _>>()?,
        },
    })
}

fn action(wire: WireAction) -> Result<Action, Unknown> {
    let how = wire.kind.ok();
    let how = how.ok_or_else(|| RULES.missing_field("actions.type"))?;
    let target = match wire.target_type.ok().as_deref() {
        None => RULES.missing_field("actions.targetType").into(),
        Some(kind @ ("user" | "team")) => match wire.target_identifier.ok().and_then(Id::text) {
            None => RULES.missing_field("actions.targetIdentifier").into(),
            Some(id) if kind == "user" => Known::Yes(Target::User { id }),
            Some(id) => Known::Yes(Target::Team { id }),
        },
        Some(_) => Known::Yes(Target::Integration),
    };
    Ok(Action {
        how,
        integration: match wire.integration_id {
            Field::Absent if matches!(target, Known::Yes(Target::Integration)) => {
                RULES.missing_field("actions.integrationId").into()
            }
            id => Known::Yes(id.ok().and_then(Id::text)),
        },
        target,
        // an action of a rule cannot be switched off alone
        active: Known::Yes(true),
    })
}
