//! What is written: alerts of both models, as a remediation sends them.

use serde_json::{Value, json};

use super::state::{Estate, Retired, condition_ids};
use super::{Sent, Told, refusal, typed};

const CREATED: &str = "2026-01-15T09:00:00.000000Z";

pub(super) fn write(estate: &mut Estate, sent: &Sent) -> Told {
    let path: Vec<&str> = sent.path.iter().map(String::as_str).collect();
    match (sent.method.as_str(), path.as_slice()) {
        ("POST", ["organizations", org, "workflows", ""]) if estate.is(org) => {
            estate.create_workflow(&sent.body)
        }
        ("PUT", ["organizations", org, "workflows", ""]) if estate.is(org) => {
            let ids: Vec<&str> = sent.all("id").collect();
            for workflow in &mut estate.workflows {
                if workflow["id"].as_str().is_some_and(|id| ids.contains(&id)) {
                    workflow["enabled"] = sent.body["enabled"].clone();
                }
            }
            Told::One(200, json!([]))
        }
        ("POST", ["organizations", org, "projects", project, "detectors", ""])
            if estate.is(org) =>
        {
            estate.create_detector(project, &sent.body)
        }
        ("POST", ["projects", org, project, "rules", ""]) if estate.is(org) => {
            estate.create_issue_rule(project, &sent.body)
        }
        ("POST", ["organizations", org, "alert-rules", ""]) if estate.is(org) => {
            estate.create_metric_rule(&sent.body)
        }
        ("DELETE", ["projects", org, project, "rules", rule, "snooze", ""]) if estate.is(org) => {
            for found in estate.issue_rules.entry((*project).to_owned()).or_default() {
                if found["id"] == *rule {
                    found["snooze"] = json!(false);
                }
            }
            Told::One(204, Value::Null)
        }
        _ => refusal(404, "The requested resource does not exist"),
    }
}

fn refused(wrong: &[String]) -> Option<Told> {
    let first = wrong.first()?;
    Some(refusal(400, first))
}

/// Ids are texts in answers, whatever they are sent as.
fn ids(list: &Value) -> Vec<String> {
    let list = list.as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned))
        .collect()
}

impl Estate {
    /// Keeps a workflow that was sent, in the form of answers.
    ///
    /// # Panics
    /// Never: what is wrong is refused.
    pub fn create_workflow(&mut self, body: &Value) -> Told {
        if let Some(refused) = refused(&typed::workflow(body)) {
            return refused;
        }
        let id = self.next_id();
        let connected = ids(&body["detector_ids"]);
        let group = |logic: &Value, conditions: &Value, actions: Value| {
            json!({"id": "1", "organizationId": "1", "logicType": logic,
                "conditions": condition_ids(conditions, 100), "actions": actions})
        };
        let filters: Vec<Value> = body["action_filters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|filter| {
                let actions = condition_ids(&filter["actions"], 500);
                group(&filter["logicType"], &filter["conditions"], actions)
            })
            .collect();
        let triggers = &body["triggers"];
        let workflow = json!({"id": id, "organizationId": "1", "name": body["name"],
            "enabled": body["enabled"], "environment": body["environment"], "config": body["config"],
            "detectorIds": connected, "createdBy": null, "dateCreated": CREATED,
            "dateUpdated": CREATED, "lastTriggered": null, "owner": null,
            "triggers": group(&triggers["logic_type"], &triggers["conditions"], json!([])),
            "actionFilters": filters});
        self.connect(&id, &connected);
        self.workflows.push(workflow.clone());
        Told::One(201, workflow)
    }

    fn connect(&mut self, workflow: &str, detectors: &[String]) {
        for detector in &mut self.detectors {
            if detectors.iter().any(|id| detector["id"] == json!(id))
                && let Some(all) = detector["workflowIds"].as_array_mut()
            {
                all.push(json!(workflow));
            }
        }
    }

    /// Keeps a monitor that was sent, in the form of answers.
    pub fn create_detector(&mut self, project: &str, body: &Value) -> Told {
        if let Some(refused) = refused(&typed::detector(body)) {
            return refused;
        }
        let found = self.projects.iter().find(|p| p["slug"] == project);
        let Some(number) = found.map(|p| p["id"].clone()) else {
            return refusal(404, "The requested resource does not exist");
        };
        let (id, source) = (self.next_id(), &body["data_sources"][0]);
        let connected = ids(&body["workflow_ids"]);
        let query = json!({"id": "1", "aggregate": source["aggregate"], "dataset": source["dataset"],
            "query": source["query"], "timeWindow": source["timeWindow"],
            "environment": source["environment"], "eventTypes": source["eventTypes"],
            "extrapolationMode": "unknown"});
        let group = &body["condition_group"];
        let detector = json!({"id": id, "projectId": number, "type": body["type"],
            "name": body["name"], "enabled": body["enabled"], "owner": null, "createdBy": null,
            "description": null, "latestGroup": null, "dateCreated": CREATED,
            "dateUpdated": CREATED, "workflowIds": connected,
            "config": {"comparisonDelta": null, "detectionType": body["config"]["detectionType"]},
            "conditionGroup": {"id": "1", "organizationId": "1", "actions": [],
                "logicType": group["logic_type"], "conditions": condition_ids(&group["conditions"], 100)},
            "dataSources": [{"id": "1", "organizationId": "1", "sourceId": "1",
                "type": "snuba_query_subscription",
                "queryObj": {"id": "1", "status": 0, "subscription": "1/1", "snubaQuery": query}}]});
        for workflow in &mut self.workflows {
            let joined = connected.iter().any(|id| workflow["id"] == json!(id));
            if joined && let Some(all) = workflow["detectorIds"].as_array_mut() {
                all.push(json!(id));
            }
        }
        self.detectors.push(detector.clone());
        Told::One(201, detector)
    }

    /// Keeps an issue rule that was sent, in the form of answers.
    pub fn create_issue_rule(&mut self, project: &str, body: &Value) -> Told {
        if self.retired != Retired::No {
            return refusal(410, "This API no longer exists.");
        }
        if let Some(refused) = refused(&typed::issue_rule(body)) {
            return refused;
        }
        let mut rule = body.clone();
        rule["id"] = json!(self.next_id());
        for (key, value) in [
            ("dateCreated", json!(CREATED)),
            ("projects", json!([project])),
            ("snooze", json!(false)),
            ("status", json!("active")),
            ("owner", Value::Null),
            ("createdBy", Value::Null),
            ("lastTriggered", Value::Null),
        ] {
            rule[key] = value;
        }
        if rule.get("filters").is_none() {
            rule["filters"] = json!([]);
        }
        let all = self.issue_rules.entry(project.to_owned()).or_default();
        all.push(rule.clone());
        Told::One(201, rule)
    }

    /// Keeps a metric rule that was sent, in the form of answers.
    pub fn create_metric_rule(&mut self, body: &Value) -> Told {
        if self.retired != Retired::No {
            return refusal(410, "This API no longer exists.");
        }
        if let Some(refused) = refused(&typed::metric_rule(body)) {
            return refused;
        }
        let mut rule = body.clone();
        for (key, value) in [
            ("id", json!(self.next_id())),
            ("organizationId", json!("1")),
            ("status", json!(0)),
            ("dateCreated", json!(CREATED)),
            ("dateModified", json!(CREATED)),
            (
                "createdBy",
                json!({"id": 1, "name": "On call", "email": "on-call@example.com"}),
            ),
            ("owner", Value::Null),
            ("originalAlertRuleId", Value::Null),
            ("comparisonDelta", Value::Null),
        ] {
            rule[key] = value;
        }
        for trigger in rule["triggers"].as_array_mut().into_iter().flatten() {
            for action in trigger["actions"].as_array_mut().into_iter().flatten() {
                if action.get("integrationId").is_none() {
                    action["integrationId"] = Value::Null;
                }
            }
        }
        self.metric_rules.push(rule.clone());
        Told::One(201, rule)
    }
}
