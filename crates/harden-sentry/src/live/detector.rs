//! GET /organizations/{organization}/detectors/.

use std::collections::HashMap;

use harden_collect::rest::RestError;
use harden_collect::{Collect, Collected, Operation, Portion};
use harden_core::{FactError, Facts, Known, Listing, Unknown};
use serde::Deserialize;
use serde_json::Value;

use super::SentryProvider;
use super::api::Api;
use super::field::{Field, Id};
use crate::resources::{Detector, Measure, Monitor, Project, Threshold, Watches};

const DETECTORS: Operation = Operation::new(
    "GET /organizations/{organization}/detectors/",
    "alerts:read",
);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    project_id: Field<Id>,
    #[serde(default)]
    name: Field<String>,
    #[serde(default, rename = "type")]
    kind: Field<String>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    config: Field<WireConfig>,
    #[serde(default)]
    data_sources: Field<Vec<WireSource>>,
    #[serde(default)]
    condition_group: Field<WireGroup>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireConfig {
    #[serde(default)]
    detection_type: Field<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSource {
    #[serde(default)]
    query_obj: Field<WireQueryObject>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireQueryObject {
    #[serde(default)]
    snuba_query: Field<WireQuery>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireQuery {
    #[serde(default)]
    aggregate: Field<String>,
    #[serde(default)]
    dataset: Field<String>,
    #[serde(default)]
    query: Field<String>,
    /// In seconds.
    #[serde(default)]
    time_window: Field<u64>,
    #[serde(default)]
    environment: Field<String>,
}

#[derive(Deserialize)]
struct WireGroup {
    #[serde(default)]
    conditions: Field<Vec<WireCondition>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCondition {
    #[serde(default, rename = "type")]
    kind: Field<String>,
    #[serde(default)]
    comparison: Field<Value>,
    #[serde(default)]
    condition_result: Field<Value>,
}

impl Collect<SentryProvider> for Detector {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let projects = facts.list::<Project>().await?;
        let mut collected = api.empty();
        collected.add_gaps_of(&projects.gaps);
        let slugs = slugs_of(&projects);
        // the project of each id; monitors of other projects do not belong to this audit
        let mut unnumbered = None;
        for (_, project) in projects.iter() {
            if let Known::No(unknown) = &project.id {
                unnumbered.get_or_insert_with(|| (**unknown).clone());
            }
        }
        let query = of_projects(api);
        let found = api
            .get_all::<Wire>(DETECTORS, &[api.organization()], &query)
            .await;
        let mut read = Portion::default();
        for wire in found.items {
            match described(api, wire, &slugs) {
                Ok(Some(detector)) => read.resources.push(detector),
                Ok(None) => {
                    if let Some(unknown) = unnumbered.take() {
                        read.gaps.push(unknown);
                    }
                }
                Err(unknown) => read.gaps.push(unknown),
            }
        }
        match found.failed {
            // a server that has only rules: the listing of alerts reads those
            None | Some(RestError::NotFound(_) | RestError::Gone(_)) => {}
            Some(error) => read.gaps.push(error.into()),
        }
        collected.add(&api.place(), read);
        Ok(collected)
    }
}

/// The slug of each project, by its id.
fn slugs_of(projects: &Listing<Project>) -> HashMap<&str, &str> {
    let numbered = projects.iter().filter_map(|(_, project)| {
        let id = project.id.ok()?;
        Some((id.as_str(), project.slug.as_str()))
    });
    numbered.collect()
}

/// The parameters that limit a call to the projects of the audit, where the policy names them. Each
/// is a separate parameter. Above a limit, all projects are read and the others are dropped.
pub(super) fn of_projects<'a>(api: &'a Api<'_>) -> Vec<(&'a str, &'a str)> {
    const MOST: usize = 20;
    let named = &api.provider.projects;
    if named.len() > MOST {
        return Vec::new();
    }
    named
        .iter()
        .map(|slug| ("project", slug.as_str()))
        .collect()
}

/// None for a monitor of a project that does not belong to the audit. A monitor of the whole
/// organization also watches the audited projects.
fn described(
    api: &Api<'_>,
    wire: Wire,
    slugs: &HashMap<&str, &str>,
) -> Result<Option<Detector>, Unknown> {
    let project = match wire.project_id {
        Field::Absent => return Err(DETECTORS.missing_field("projectId")),
        Field::Null => None,
        Field::Given(id) => match id.text().and_then(|id| slugs.get(id.as_str()).copied()) {
            Some(slug) => Some(slug.to_owned()),
            None => return Ok(None),
        },
    };
    let id = wire.id.ok().and_then(Id::text);
    let kind = wire.kind.required(DETECTORS, "type");
    let watches = kind.as_ref().map(|kind| match kind.as_str() {
        "error" => Watches::Errors,
        "issue_stream" => Watches::IssueStream,
        "metric_issue" => Watches::Metric(Box::new(measure(
            wire.data_sources,
            wire.config,
            wire.condition_group,
        ))),
        other => Watches::Other {
            name: other.to_owned(),
        },
    });
    Ok(Some(Detector {
        organization: api.organization().to_owned(),
        monitor: Monitor {
            id: id.ok_or_else(|| DETECTORS.missing_field("id"))?,
            project,
            enabled: wire.enabled.required(DETECTORS, "enabled"),
            watches,
        },
        name: wire.name.required(DETECTORS, "name"),
        kind,
    }))
}

fn measure(
    sources: Field<Vec<WireSource>>,
    config: Field<WireConfig>,
    group: Field<WireGroup>,
) -> Measure {
    let config = config.required(DETECTORS, "config");
    let detection =
        config.and_then(|c| c.detection_type.required(DETECTORS, "config.detectionType"));
    let thresholds = thresholds(group);
    let query = match query(sources) {
        Known::Yes(query) => query,
        Known::No(unknown) => {
            return Measure {
                aggregate: Known::No(unknown.clone()),
                dataset: Known::No(unknown.clone()),
                query: Known::No(unknown.clone()),
                window_seconds: Known::No(unknown.clone()),
                environment: Known::No(unknown),
                detection,
                thresholds,
            };
        }
    };
    Measure {
        aggregate: query.aggregate.required(DETECTORS, "snubaQuery.aggregate"),
        dataset: query.dataset.required(DETECTORS, "snubaQuery.dataset"),
        query: query.query.required(DETECTORS, "snubaQuery.query"),
        window_seconds: query
            .time_window
            .required(DETECTORS, "snubaQuery.timeWindow"),
        environment: query
            .environment
            .nullable(DETECTORS, "snubaQuery.environment"),
        detection,
        thresholds,
    }
}

/// A metric monitor has one source.
fn query(sources: Field<Vec<WireSource>>) -> Known<WireQuery> {
    let sources = sources.required(DETECTORS, "dataSources");
    sources.and_then(|sources| {
        let mut sources = sources.into_iter();
        match (sources.next(), sources.next()) {
            (Some(source), None) => source
                .query_obj
                .required(DETECTORS, "dataSources.queryObj")
                .and_then(|object| object.snuba_query.required(DETECTORS, "snubaQuery")),
            _ => Unknown::undetermined("a metric monitor with other than one source").into(),
        }
    })
}

fn thresholds(group: Field<WireGroup>) -> Known<Vec<Threshold>> {
    let group = group.nullable(DETECTORS, "conditionGroup");
    group.and_then(|group| {
        let Some(group) = group else {
            return Known::Yes(Vec::new());
        };
        let conditions = group
            .conditions
            .required(DETECTORS, "conditionGroup.conditions");
        conditions.and_then(|conditions| {
            let all: Result<Vec<_>, Unknown> = conditions.into_iter().map(threshold).collect();
            Known::from(all.map(|all| all.into_iter().flatten().collect()))
        })
    })
}

/// None for a condition that resolves the issue, and for one whose threshold Sentry learns.
fn threshold(wire: WireCondition) -> Result<Option<Threshold>, Unknown> {
    let missing = |field| DETECTORS.missing_field(field);
    let kind = wire.kind.ok();
    let kind = kind.ok_or_else(|| missing("conditions.type"))?;
    let result = wire.condition_result.ok();
    let result = result.ok_or_else(|| missing("conditions.conditionResult"))?;
    let above = match kind.as_str() {
        "gt" | "gte" => true,
        "lt" | "lte" => false,
        _ => return Ok(None),
    };
    let priority = result
        .as_f64()
        .ok_or_else(|| missing("conditions.conditionResult"))?;
    if priority <= 0.0 {
        return Ok(None);
    }
    let value = wire.comparison.ok().as_ref().and_then(Value::as_f64);
    Ok(Some(Threshold {
        above,
        value: value.ok_or_else(|| missing("conditions.comparison"))?,
        priority,
    }))
}
