//! What the fake keeps.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::contract;

/// What the endpoints of rules answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retired {
    /// They are there.
    No,
    /// They are gone for good: 410.
    Gone,
    /// Each answers so many times with 410, and then as ever.
    BrownOut(usize),
    /// The routes are removed: 404.
    Removed,
}

/// An organization, as the fake keeps it: the documents that it answers with.
#[derive(Debug, Clone)]
pub struct Estate {
    /// The organization's slug.
    pub slug: String,
    /// Its number.
    pub number: String,
    /// Where it says that it lives; the fake itself where nothing is said.
    pub region_url: Option<String>,
    /// The scopes of the token.
    pub scopes: Vec<String>,
    /// Whether the server has workflows and detectors.
    pub has_workflows: bool,
    /// What the endpoints of rules answer.
    pub retired: Retired,
    /// How many items a page has at most.
    pub page_size: usize,
    /// Whether pages say that there is a next one, and not how to ask for it.
    pub without_cursor: bool,
    /// A field to leave out of an answer: which answer, by a word of its path, and where in it.
    pub damaged: Option<(String, Vec<String>)>,
    /// Projects.
    pub projects: Vec<Value>,
    /// Monitors.
    pub detectors: Vec<Value>,
    /// Alerts of today.
    pub workflows: Vec<Value>,
    /// Issue rules, by the slug of the project.
    pub issue_rules: BTreeMap<String, Vec<Value>>,
    /// Metric rules.
    pub metric_rules: Vec<Value>,
    /// Releases by the slug of the project, the newest first.
    pub releases: BTreeMap<String, Vec<Value>>,
    /// Deploys by version.
    pub deploys: BTreeMap<String, Vec<Value>>,
    /// Artifact bundles by the slug of the project.
    pub bundles: BTreeMap<String, Vec<Value>>,
    /// The files of a bundle by its id.
    pub bundle_files: BTreeMap<String, Vec<Value>>,
    /// The single files of a release by version.
    pub files: BTreeMap<String, Vec<Value>>,
    /// Error events by the slug of the project, the newest first.
    pub events: BTreeMap<String, Vec<Value>>,
    /// What is said of the source maps of an event, by its id.
    pub debug: BTreeMap<String, Value>,
    /// Members.
    pub members: Vec<Value>,
    /// Teams.
    pub teams: Vec<Value>,
    /// Integrations.
    pub integrations: Vec<Value>,
    /// What was answered last to each path below `/api/0/`.
    pub answered: BTreeMap<String, Value>,
    pub(crate) asked: BTreeMap<String, usize>,
    pub(crate) last_id: u64,
}

/// The commit of the latest release.
const SHA: &str = "3e90a5d9e767ebcfa70e921d7a7ff6c037461168";
const BUNDLE: &str = "7227e105-744e-4066-8c69-3e5e344723fc";

impl Estate {
    /// An organization with a back end and a front end, of which everything is as it should be, but
    /// for alerts: there are none.
    #[must_use]
    pub fn new() -> Self {
        let mut estate = Self {
            slug: "acme".to_owned(),
            number: "4510247421018112".to_owned(),
            region_url: None,
            scopes: ["alerts:read", "member:read", "org:read", "project:read"]
                .map(str::to_owned)
                .to_vec(),
            has_workflows: true,
            retired: Retired::Gone,
            page_size: 100,
            without_cursor: false,
            damaged: None,
            projects: Vec::new(),
            detectors: Vec::new(),
            workflows: Vec::new(),
            issue_rules: BTreeMap::new(),
            metric_rules: Vec::new(),
            releases: BTreeMap::new(),
            deploys: BTreeMap::new(),
            bundles: BTreeMap::new(),
            bundle_files: BTreeMap::new(),
            files: BTreeMap::new(),
            events: BTreeMap::new(),
            debug: BTreeMap::new(),
            members: vec![
                json!({"id": "1", "email": "on-call@example.com", "name": "On call", "pending": false,
                    "expired": false, "user": {"id": "56789", "isActive": true, "email": "on-call@example.com"}}),
                json!({"id": "2", "email": "invited@example.com", "pending": true, "user": null}),
            ],
            teams: vec![
                json!({"id": "31", "slug": "backend", "name": "backend", "memberCount": 4}),
            ],
            integrations: vec![integration("1", "slack"), integration("2", "jira")],
            answered: BTreeMap::new(),
            asked: BTreeMap::new(),
            last_id: 9000,
        };
        estate.project("shop-backend", "11", "node-nestjs");
        estate.project("shop-web", "12", "javascript-nextjs");
        estate.deploys.insert(
            SHA.to_owned(),
            vec![deploy("staging"), deploy("production")],
        );
        estate.bundles.insert(
            "shop-web".to_owned(),
            vec![json!({"bundleId": BUNDLE,
            "date": "2026-01-15T09:00:00Z", "dateModified": "2026-01-15T09:00:00Z", "fileCount": 3,
            "associations": [{"release": "older", "dist": null}, {"release": SHA, "dist": null}]})],
        );
        let file = |id: &str, kind: u64| {
            json!({"id": id, "fileType": kind, "filePath": "~/main.js",
            "fileSize": 10, "debugId": "69ac68eb-cc62-44c0-a5dc-b67f219a3696", "sourcemap": null})
        };
        estate.bundle_files.insert(
            BUNDLE.to_owned(),
            vec![file("a", 2), file("b", 2), file("c", 3)],
        );
        estate
    }

    /// Adds a project with its built-in monitors, a release and events.
    pub fn project(&mut self, slug: &str, id: &str, platform: &str) {
        let mut project = described_project();
        for (key, value) in [
            ("slug", slug),
            ("id", id),
            ("platform", platform),
            ("name", slug),
        ] {
            project[key] = json!(value);
        }
        self.projects.push(project);
        for (offset, kind) in [(0, "error"), (1, "issue_stream")] {
            let number: u64 = id.parse::<u64>().expect("a number") * 100 + offset;
            self.detectors.push(json!({"id": number.to_string(), "projectId": id, "type": kind,
                "name": "Error Monitor", "enabled": true, "config": {}, "conditionGroup": null,
                "dataSources": null, "workflowIds": [], "owner": null, "createdBy": null,
                "description": null, "latestGroup": null,
                "dateCreated": "2025-03-12T11:15:50.764865Z", "dateUpdated": "2025-06-17T14:04:02.485354Z"}));
        }
        self.releases.insert(
            slug.to_owned(),
            vec![release(SHA, slug), release("older", slug)],
        );
        let event = format!("{id:0>32}");
        self.events.insert(
            slug.to_owned(),
            vec![
                event_of(&event, SHA),
                event_of(&event.replace('0', "f"), SHA),
            ],
        );
        self.debug.insert(event, debug(SHA));
    }

    /// A number that nothing has yet.
    pub(crate) fn next_id(&mut self) -> String {
        self.last_id += 1;
        self.last_id.to_string()
    }

    /// Leaves the damaged field out of an answer.
    pub(crate) fn damage(&mut self, path: &[String], document: &mut Value) {
        self.answered.insert(path.join("/"), document.clone());
        let Some((word, at)) = &self.damaged else {
            return;
        };
        if path.join("/") != *word {
            return;
        }
        let Some((last, above)) = at.split_last() else {
            return;
        };
        let mut here = document;
        for step in above {
            let below = match here {
                Value::Array(items) => step.parse::<usize>().ok().and_then(|i| items.get_mut(i)),
                other => other.get_mut(step),
            };
            match below {
                Some(below) => here = below,
                None => return,
            }
        }
        if let Some(object) = here.as_object_mut() {
            object.remove(last);
        }
    }
}

impl Default for Estate {
    fn default() -> Self {
        Self::new()
    }
}

/// The description's own example of a project, which has some sixty fields; a few of them where the
/// description is not at hand.
fn described_project() -> Value {
    let few = json!({"features": [], "firstEvent": null});
    let Some(path) = contract::folder().map(|folder| folder.join("sentry-cut.json")) else {
        return few;
    };
    let text = std::fs::read_to_string(path).expect("the description");
    let document: Value = serde_json::from_str(&text).expect("a description");
    let operation = &document["paths"]["/api/0/projects/{organization_id_or_slug}/{project_id_or_slug}/"]
        ["get"];
    let examples =
        operation["responses"]["200"]["content"]["application/json"]["examples"].as_object();
    let example = examples.and_then(|all| all.values().next());
    example.map_or(few, |example| example["value"].clone())
}

/// An integration that works.
fn integration(id: &str, provider: &str) -> Value {
    json!({"id": id, "name": provider, "accountType": null, "configData": {}, "configOrganization": [],
        "domainName": null, "externalId": id, "gracePeriodEnd": null, "icon": null,
        "organizationId": 1, "organizationIntegrationStatus": "active", "outOfDate": false,
        "provider": {"key": provider, "slug": provider, "name": provider, "canAdd": true,
            "canDisable": false, "features": [], "aspects": {}},
        "scopes": [], "status": "active"})
}

fn release(version: &str, project: &str) -> Value {
    json!({"id": 1, "version": version, "shortVersion": version, "versionInfo": null,
        "status": "open", "data": {}, "authors": [], "newGroups": 0, "commitCount": 12,
        "deployCount": 2, "dateCreated": "2026-01-15T09:00:00Z", "dateReleased": "2026-01-15T09:05:00Z",
        "firstEvent": null, "lastEvent": null, "lastCommit": null, "lastDeploy": null, "owner": null,
        "ref": null, "url": null, "userAgent": null,
        "projects": [{"id": 1, "slug": project, "name": project, "newGroups": 0, "platform": null,
            "platforms": [], "hasHealthData": false}]})
}

fn deploy(environment: &str) -> Value {
    json!({"id": "1", "environment": environment, "name": null, "url": null, "dateStarted": null,
        "dateFinished": "2026-01-15T09:10:00Z"})
}

fn event_of(id: &str, release: &str) -> Value {
    json!({"id": id, "eventID": id, "groupID": "1", "projectID": "1", "event.type": "error",
        "message": "card 4111 1111 1111 1111 declined", "title": "PaymentError", "platform": "node",
        "dateCreated": "2026-01-15T11:00:00Z", "user": {"email": "customer@example.com"},
        "tags": [{"key": "level", "value": "error"}, {"key": "environment", "value": "production"},
            {"key": "release", "value": release}]})
}

fn debug(release: &str) -> Value {
    json!({"dist": null, "release": release, "has_debug_ids": true, "has_scraping_data": false,
        "has_uploaded_some_artifact_with_a_debug_id": true, "min_debug_id_sdk_version": null,
        "project_has_some_artifact_bundle": true, "release_has_some_artifact": true,
        "sdk_debug_id_support": "full", "sdk_version": null,
        "exceptions": [{"frames": [{
            "debug_id_process": {"debug_id": "69ac68eb-cc62-44c0-a5dc-b67f219a3696",
                "uploaded_source_file_with_correct_debug_id": true,
                "uploaded_source_map_with_correct_debug_id": true},
            "release_process": null,
            "scraping_process": {"source_file": null, "source_map": null}}]}]})
}

/// Gives each condition of a group an id, as Sentry does.
#[must_use]
pub fn condition_ids(conditions: &Value, first: u64) -> Value {
    let conditions = conditions.as_array().cloned().unwrap_or_default();
    let with_ids = (first..).zip(conditions).map(|(id, mut condition)| {
        condition["id"] = json!(id.to_string());
        condition
    });
    Value::Array(with_ids.collect())
}
