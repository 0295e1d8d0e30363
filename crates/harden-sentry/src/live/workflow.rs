//! GET /organizations/{organization}/workflows/: Sentry's alerts.

use std::collections::HashSet;

use harden_collect::Operation;
use harden_core::{Known, Listing, Resource as _, Unknown};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::api::Api;
use super::condition::typed;
use super::fallthrough::fallthrough;
use super::field::{Field, Id};
use crate::resources::{
    Action, Alert, Condition, Detector, Filter, Group, Logic, Model, Monitor, Target,
};

pub(super) const WORKFLOWS: Operation = Operation::new(
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

impl Wire {
    /// Its name.
    pub(super) fn name(&self) -> Option<String> {
        match &self.name {
            Field::Given(name) => Some(name.clone()),
            Field::Absent | Field::Null => None,
        }
    }
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
    data: Field<WireData>,
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

/// The data of an action. Only the recipients of an email are read, since the fields of tickets can
/// contain secrets.
#[derive(Deserialize)]
#[serde(untagged)]
enum WireData {
    Email {
        #[serde(default, rename = "fallthroughType", alias = "fallthrough_type")]
        fallthrough: Field<String>,
    },
    Other(IgnoredAny),
}

/// What is known of the monitors that workflows may be connected to.
pub(super) struct Detectors<'a> {
    pub(super) listing: &'a Listing<Detector>,
    pub(super) complete: Known<()>,
}

/// An alert, and the monitors that it names. None for one that is connected to monitors of other
/// projects only.
pub(super) fn alert(
    api: &Api<'_>,
    wire: Wire,
    detectors: &Detectors<'_>,
    connected: &mut HashSet<String>,
) -> Result<Option<Alert>, Unknown> {
    let id = wire.id.ok().and_then(Id::text);
    let ids = wire.detector_ids.required(WORKFLOWS, "detectorIds");
    let ids = ids.map(|ids| ids.into_iter().filter_map(Id::text).collect::<Vec<_>>());
    let monitors = ids.and_then(|ids| {
        let found: Vec<Monitor> = ids
            .iter()
            .filter_map(|id| {
                detectors
                    .listing
                    .get(&api.place(), id)
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
    let filters = wire.action_filters.required(WORKFLOWS, "actionFilters");
    Ok(Some(Alert {
        organization: api.organization().to_owned(),
        model: Model::Workflow,
        number: id.ok_or_else(|| WORKFLOWS.missing_field("id"))?,
        name: wire.name.required(WORKFLOWS, "name"),
        enabled: wire.enabled.required(WORKFLOWS, "enabled"),
        muted: Known::Yes(false),
        environment: wire.environment.nullable(WORKFLOWS, "environment"),
        frequency_minutes: frequency.map(Some),
        monitors,
        triggers: triggers.and_then(|group| match group {
            Some(group) => conditions(&group),
            None => Unknown::undetermined(
                "its triggers are null, and Sentry does not document when such an alert is tried",
            )
            .during(WORKFLOWS.permission())
            .into(),
        }),
        filters: filters.and_then(|groups| {
            let all: Result<Vec<_>, Unknown> = groups.into_iter().map(filter).collect();
            all.into()
        }),
    }))
}

/// The alert of a monitor that no workflow is connected to.
pub(super) fn unconnected(api: &Api<'_>, detector: &Detector) -> Alert {
    Alert {
        organization: api.organization().to_owned(),
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

/// The monitors of the audited projects that are neither built in nor connected.
pub(super) fn left_alone<'a>(
    listing: &'a Listing<Detector>,
    connected: &'a HashSet<String>,
) -> impl Iterator<Item = &'a Detector> {
    listing.iter().map(|(_, detector)| detector).filter(|d| {
        let built_in = matches!(
            d.kind.ok().map(String::as_str),
            Some("error" | "issue_stream") | None
        );
        !built_in && d.monitor.project.is_some() && !connected.contains(&*d.id().name)
    })
}

fn filter(group: WireGroup) -> Result<Filter, Unknown> {
    let Group { logic, conditions } = match conditions(&group) {
        Known::Yes(group) => group,
        Known::No(unknown) => return Err(unknown.into()),
    };
    let actions = group.actions.ok();
    let actions = actions.ok_or_else(|| WORKFLOWS.missing_field("actionFilters.actions"))?;
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
                return Unknown::undetermined(reason)
                    .during(WORKFLOWS.permission())
                    .into();
            }
        },
        Field::Absent | Field::Null => return WORKFLOWS.missing_field("logicType").into(),
    };
    let Field::Given(wires) = &group.conditions else {
        return WORKFLOWS.missing_field("conditions").into();
    };
    let conditions: Result<Vec<_>, Unknown> = wires.iter().map(condition).collect();
    Known::from(conditions.map(|conditions| Group { logic, conditions }))
}

fn condition(wire: &WireCondition) -> Result<Condition, Unknown> {
    let Field::Given(kind) = &wire.kind else {
        return Err(WORKFLOWS.missing_field("conditions.type"));
    };
    // what holds when the comparison does not is another condition
    let read = (wire.condition_result == Value::Bool(true))
        .then(|| typed(kind, &wire.comparison))
        .flatten();
    Ok(read.unwrap_or_else(|| Condition::Unrecognized { name: kind.clone() }))
}

fn action(wire: WireAction) -> Result<Action, Unknown> {
    let kind = wire.kind.ok();
    let config = wire.config.required(WORKFLOWS, "actions.config");
    Ok(Action {
        how: kind.ok_or_else(|| WORKFLOWS.missing_field("actions.type"))?,
        integration: wire
            .integration_id
            .nullable(WORKFLOWS, "actions.integrationId")
            .map(|id| id.and_then(Id::text)),
        target: config.and_then(|config| target(config, &wire.data)),
        active: wire
            .status
            .required(WORKFLOWS, "actions.status")
            .map(|status| status == "active"),
    })
}

fn target(wire: WireTarget, data: &Field<WireData>) -> Known<Target> {
    let kind = wire.target_type.nullable(WORKFLOWS, "config.targetType");
    kind.and_then(|kind| {
        let named = |target: fn(String) -> Target| match wire.target_identifier.ok() {
            Some(id) => id.text().map(target).map_or_else(
                || WORKFLOWS.missing_field("config.targetIdentifier").into(),
                Known::Yes,
            ),
            None => WORKFLOWS.missing_field("config.targetIdentifier").into(),
        };
        match kind.as_deref() {
            Some("user") => named(|id| Target::User { id }),
            Some("team") => named(|id| Target::Team { id }),
            Some("issue_owners") => Known::Yes(Target::IssueOwners {
                fallthrough: match data {
                    Field::Given(WireData::Email {
                        fallthrough: choice,
                    }) => fallthrough(choice),
                    _ => WORKFLOWS.missing_field("actions.data").into(),
                },
            }),
            _ => Known::Yes(Target::Integration),
        }
    })
}
