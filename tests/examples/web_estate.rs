//! The part of the example estate of `harden-cli audit --demo` that is not AWS: a repository, an
//! organization of Sentry's and a project of Vercel's, half hardened, on servers of our own.
//!
//! Prints the variables that an audit of them needs as one line of JSON, and serves until its input
//! ends. `tests/aws/demo.py` records them; their moment is [`NOW`], whenever they are recorded.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the tests"
)]

use std::collections::BTreeMap;
use std::io::Read as _;

use harden_tests::fakes::github::{self, Environment, Github, Repo, Workflow, sha};
use harden_tests::fakes::sentry::{self, Sentry, Told};
use harden_tests::fakes::vercel::{self, Vercel, variable};
use serde_json::{Value, json};

const NOW: &str = "2026-01-15T12:00:00Z";
const REPOSITORY: &str = "saaspe/saaspe";

/// Protected by classic protection with what the guide asks for, but for strictness and the
/// administrators; the guide's own two workflows; keys of AWS left from before OIDC.
fn repository() -> github::Estate {
    let set = |name: &str, on: &str| (name.to_owned(), format!("{on}T08:00:00Z"));
    let mut repo = Repo {
        private: true,
        secrets: vec![
            set("SENTRY_AUTH_TOKEN", "2025-11-01"),
            set("AWS_OIDC_ROLE_ARN", "2025-11-01"),
            set("AWS_ACCESS_KEY_ID", "2024-02-20"),
            set("AWS_SECRET_ACCESS_KEY", "2024-02-20"),
        ],
        organization_secrets: Vec::new(),
        organization_variables: Vec::new(),
        variables: vec!["AWS_REGION".to_owned()],
        environments: vec![Environment {
            name: "production".to_owned(),
            ..Environment::default()
        }],
        workflows: vec![Workflow {
            id: 91,
            path: ".github/workflows/e2e-smoke.yml".to_owned(),
            runs: vec![(
                "completed",
                Some("failure"),
                "push",
                "2026-01-14T08:00:00Z".to_owned(),
            )],
        }],
        files: BTreeMap::from([
            (
                ".github/workflows/backend-deploy.yml".to_owned(),
                include_str!("../../crates/harden-github/tests/workflows/guide/backend-deploy.yml")
                    .to_owned(),
            ),
            (
                ".github/workflows/e2e-smoke.yml".to_owned(),
                include_str!("../../crates/harden-github/tests/workflows/guide/e2e-smoke.yml")
                    .to_owned(),
            ),
        ]),
        secret_scanning: true,
        alerts: true,
        deployments: vec![("production".to_owned(), sha(7), vec!["success"])],
        rulesets: Vec::new(),
        ..Repo::good(REPOSITORY)
    };
    repo.classic("main", |answer| {
        answer["required_status_checks"]["strict"] = json!(false);
        answer["enforce_admins"]["enabled"] = json!(false);
    });
    github::Estate::of(repo)
}

/// Two of the guide's four alerts, of which one tells a Slack that was disconnected; a release that
/// is not what is deployed.
fn organization() -> sentry::Estate {
    let mut estate = sentry::Estate::new();
    "saaspe".clone_into(&mut estate.slug);
    estate.projects.clear();
    estate.detectors.clear();
    estate.releases.clear();
    estate.events.clear();
    estate.bundles.clear();
    estate.project("saaspe-backend", "11", "node-nestjs");
    estate.project("saaspe-web", "12", "javascript-nextjs");
    for releases in estate.releases.values_mut() {
        releases.retain(|release| release["version"] != "older");
    }
    estate
        .integrations
        .retain(|integration| integration["provider"]["key"] != "slack");
    let alerts = [
        include_str!("../tests/sentry_provider/bodies/fatal.workflow.json"),
        include_str!("../tests/sentry_provider/bodies/error_rate.workflow.json"),
    ];
    for alert in alerts {
        create(&mut estate, &serde_json::from_str(alert).unwrap());
    }
    let mut slack: Value = serde_json::from_str(alerts[0]).unwrap();
    slack["name"] = json!("Fatal errors to Slack");
    slack["action_filters"][0]["actions"] = json!([{"type": "slack", "integrationId": "1",
        "data": {}, "config": {"targetType": "specific", "targetDisplay": "#alerts",
        "targetIdentifier": "C0123456"}, "status": "active"}]);
    create(&mut estate, &slack);
    estate
}

fn create(estate: &mut sentry::Estate, body: &Value) {
    let told = estate.create_workflow(body);
    assert!(matches!(told, Told::One(201, _)), "{told:?}");
}

/// The guide's token for source maps, and a key that browsers get.
fn project() -> vercel::Estate {
    let production = || json!(["production"]);
    let mut estate = vercel::Estate::good();
    let variables = vec![
        variable("env_1", "SENTRY_AUTH_TOKEN", "encrypted", production()),
        variable("env_2", "STRIPE_SECRET_KEY", "plain", production()),
        variable(
            "env_3",
            "NEXT_PUBLIC_ADMIN_API_KEY",
            "encrypted",
            production(),
        ),
    ];
    estate.variables.insert("prj_shop".to_owned(), variables);
    estate
        .projects
        .retain(|project| project["id"] == "prj_shop");
    for project in &mut estate.projects {
        project["name"] = json!("saaspe-web");
    }
    estate.shared.clear();
    estate
}

#[tokio::main]
async fn main() {
    let github = Github::start(repository()).await;
    let sentry = Sentry::serve(organization()).await;
    let vercel = Vercel::start(project()).await;
    let variables = json!({
        "now": NOW,
        "env": {
            "GITHUB_API_URL": github.served.url, "GITHUB_TOKEN": github::TOKEN,
            "GITHUB_REPOSITORY": REPOSITORY,
            "SENTRY_URL": sentry.served.url, "SENTRY_AUTH_TOKEN": sentry::TOKEN, "SENTRY_ORG": "saaspe",
            "VERCEL_API_URL": vercel.served.url, "VERCEL_TOKEN": vercel::TOKEN,
            "VERCEL_ORG_ID": "team_4Kq9", "VERCEL_PROJECT_ID": "prj_shop",
        },
    });
    println!("{variables}");
    let waited = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    waited.await.unwrap().unwrap();
}
