//! What the fake of Vercel has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Which of its three shapes the answer with a project's variables has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{envs, pagination}`.
    Paged,
    /// `{envs}`.
    Bare,
    /// The variable by itself, where there is one.
    One,
}

/// What the fake has, and how it is to answer.
#[derive(Debug, Clone)]
pub struct Estate {
    /// The team that owns it; none for a personal account.
    pub team: Option<String>,
    /// The projects, as they are answered.
    pub projects: Vec<Value>,
    /// The variables of each project, by its id.
    pub variables: BTreeMap<String, Vec<Value>>,
    /// The variables that the team shares.
    pub shared: Vec<Value>,
    /// The deployments of all projects.
    pub deployments: Vec<Value>,
    /// How variables are answered.
    pub shape: Shape,
    /// How many there are on a page.
    pub page: usize,
    /// Operations that are refused, and with which status.
    pub refuse: Vec<(&'static str, u16)>,
    /// Operations that ask to slow down once.
    pub fail_first: BTreeSet<&'static str>,
    /// An operation whose answers lack a field, by its JSON pointer.
    pub drop: Option<(&'static str, String)>,
}

/// A secret that must be nowhere but here.
const VALUE: &str = "CANARYOFSECRET-value-of-a-variable";

/// A variable, as it is answered: with its value.
#[must_use]
pub fn variable(id: &str, key: &str, kind: &str, target: Value) -> Value {
    json!({
        "id": id, "key": key, "type": kind, "target": target, "value": VALUE,
        "vsmValue": VALUE, "comment": "CANARYOFSECRET said somebody",
        "createdAt": 1_768_000_000_000_u64, "updatedAt": 1_768_000_000_000_u64,
        "createdBy": "CANARYOFSECRETuser", "decrypted": false
    })
}

fn shared(id: &str, key: &str, kind: &str, projects: Value) -> Value {
    json!({
        "id": id, "key": key, "type": kind, "target": ["production", "preview"], "value": VALUE,
        "applyToAllCustomEnvironments": false, "projectId": projects
    })
}

fn project(id: &str, name: &str) -> Value {
    json!({
        "id": id, "name": name, "accountId": "team_4Kq9", "directoryListing": false,
        "nodeVersion": "22.x", "framework": "nextjs",
        "resourceConfig": {"functionDefaultRegions": ["iad1"]},
        "defaultResourceConfig": {"functionDefaultRegions": ["iad1"]},
        "customEnvironments": [],
        "link": {
            "type": "github", "org": "acme", "repo": name, "repoId": 7, "gitCredentialId": "cred_1",
            "productionBranch": "main", "deployHooks": []
        },
        "env": [variable("env_in_project", "OLD_TOKEN", "plain", json!(["production"]))]
    })
}

/// A deployment, as it is listed.
fn deployment(id: &str, project: &str, created: u64, substate: &str, commit: &str) -> Value {
    json!({
        "uid": id, "name": "shop", "projectId": project, "url": "shop-1.vercel.app",
        "created": created, "createdAt": created, "type": "LAMBDAS", "state": "READY",
        "readyState": "READY", "readySubstate": substate, "target": "production", "source": "git",
        "creator": {"uid": "u1", "email": "CANARYOFSECRET@example.com"}, "inspectorUrl": null,
        "meta": {
            "githubCommitSha": commit, "githubCommitAuthorName": "CANARYOFSECRET",
            "githubCommitMessage": "CANARYOFSECRET", "githubCommitRef": "main"
        }
    })
}

impl Estate {
    /// Two projects that pass.
    #[must_use]
    pub fn good() -> Self {
        let production = || json!(["production"]);
        let sha = "5d41402abc4b2a76b9719d911017c592aaaaaaaa";
        Self {
            team: Some("team_4Kq9".to_owned()),
            projects: vec![project("prj_shop", "shop"), project("prj_blog", "blog")],
            variables: BTreeMap::from([
                (
                    "prj_shop".to_owned(),
                    vec![
                        variable("env_1", "SENTRY_AUTH_TOKEN", "sensitive", production()),
                        variable("env_2", "DATABASE_URL", "encrypted", json!("production")),
                        variable("env_3", "NEXT_PUBLIC_API_URL", "plain", production()),
                    ],
                ),
                ("prj_blog".to_owned(), Vec::new()),
            ]),
            shared: vec![shared(
                "env_9",
                "SENTRY_AUTH_TOKEN",
                "sensitive",
                json!(["prj_blog"]),
            )],
            deployments: vec![
                deployment("dpl_1", "prj_shop", 1_768_300_000_000, "PROMOTED", sha),
                deployment("dpl_0", "prj_shop", 1_768_200_000_000, "PROMOTED", "0"),
                deployment("dpl_2", "prj_shop", 1_768_400_000_000, "STAGED", "2"),
            ],
            shape: Shape::Paged,
            page: 20,
            refuse: Vec::new(),
            fail_first: BTreeSet::new(),
            drop: None,
        }
    }

    /// The same projects with everything wrong that the checks look for.
    #[must_use]
    pub fn bad() -> Self {
        let all = || json!(["production", "preview", "development"]);
        let mut estate = Self::good();
        let mut of_branch = variable("env_4", "STRIPE_SECRET_KEY", "plain", json!(["preview"]));
        of_branch["gitBranch"] = json!("next");
        let shop = vec![
            variable("env_1", "SENTRY_AUTH_TOKEN", "plain", json!(["preview"])),
            variable("env_2", "DATABASE_URL", "plain", all()),
            variable("env_3", "NEXT_PUBLIC_STRIPE_SECRET_KEY", "encrypted", all()),
            of_branch,
        ];
        estate.variables.insert("prj_shop".to_owned(), shop);
        estate.shared = vec![shared("env_9", "JWT_SECRET", "plain", json!(["prj_blog"]))];
        estate
    }

    /// The project of a name or an id.
    #[must_use]
    pub fn project(&self, name: &str) -> Option<&Value> {
        let mut all = self.projects.iter();
        all.find(|project| project["id"] == name || project["name"] == name)
    }

    /// A page, by `until`, and what says where the next one starts.
    #[must_use]
    pub fn page(&self, all: &[Value], query: &HashMap<String, String>) -> (Vec<Value>, Value) {
        let start = query.get("until").and_then(|until| until.parse().ok());
        let start = start.unwrap_or(0_usize);
        let page: Vec<Value> = all.iter().skip(start).take(self.page).cloned().collect();
        let end = start + page.len();
        let next = (end < all.len()).then_some(end);
        let pagination = json!({"count": page.len(), "next": next, "prev": null});
        (page, pagination)
    }

    /// An answer, without what is to be dropped.
    #[must_use]
    pub fn answer(&self, operation: &str, mut body: Value) -> Response {
        if let Some((of, pointer)) = &self.drop
            && *of == operation
            && let Some((parent, field)) = pointer.rsplit_once('/')
            && let Some(object) = body.pointer_mut(parent).and_then(Value::as_object_mut)
        {
            object.remove(field);
        }
        axum::Json(body).into_response()
    }
}
