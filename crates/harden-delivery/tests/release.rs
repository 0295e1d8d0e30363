//! Which releases are of a commit, and which facts show what commit is deployed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Facts, Kind, Outcome, Policies, Provider, RawListing, Snapshot, Unknown,
    Unread, testing,
};
use harden_delivery::{DeliveryPolicy, checks};
use serde_json::{Value, json};

const SHA: &str = "3e90a5d9e767ebcfa70e921d7a7ff6c037461168";
const OTHER: &str = "9b2f4c1d7e8a0b6c5d4e3f2a1b0c9d8e7f6a5b4c";

fn releases(versions: &[&str]) -> Value {
    let newest: Vec<Value> = versions
        .iter()
        .map(|version| {
            json!({"version": version, "created_at": "2026-01-15T09:00:00Z", "released_at": null,
                "commit_count": 1})
        })
        .collect();
    json!([{"organization": "acme", "project": "shop", "newest": newest, "more": false}])
}

fn github(repository: &str, sha: &str, at: &str) -> Value {
    json!({"repository": repository, "environment": "production",
        "latest": {"sha": sha, "git_ref": "main", "created_at": at}})
}

const BEFORE: &str = "2026-01-15T08:00:00Z";

fn fragment(versions: &[&str], github: Value, runs: Value, vercel: Value) -> Value {
    json!({"sentry/releases": releases(versions), "github/deployments": github,
        "github/workflow-runs": runs, "vercel/production-deployment": vercel})
}

fn judged_with(fragment: &Value, policies: Policies) -> Outcome {
    let check = &checks()[0];
    let mut all = testing::run(&**check, &fragment.to_string(), policies);
    assert_eq!(all.len(), 1, "{all:?}");
    all.pop().unwrap().outcome
}

fn judged(fragment: &Value) -> Outcome {
    judged_with(fragment, Policies::default())
}

#[test]
fn a_version_names_a_commit_in_full_or_by_its_first_digits() {
    let verdict = |version: &str| {
        let deployed = json!([github("acme/shop", SHA, BEFORE)]);
        judged(&fragment(&[version], deployed, json!([]), json!([])))
            .as_str()
            .to_owned()
    };
    let upper = SHA.to_uppercase();
    let named = [
        SHA.to_owned(),
        upper,
        format!("shop@{SHA}"),
        format!("web-1.2.0+{}", &SHA[..7]),
        SHA[..12].to_owned(),
        format!("facade1-shop@{SHA}"),
    ];
    for version in named {
        assert_eq!(verdict(&version), "pass", "{version}");
    }
    for version in [OTHER, &OTHER[..8], "shop@9b2f4c1d"] {
        assert_eq!(verdict(version), "fail", "{version}");
    }
    // too short for a commit, a date, a version: these name no commit. The last one names another
    for version in [
        &SHA[..6],
        "20260115",
        "1.4.2",
        "latest",
        "",
        "deadbeefcafe0",
    ] {
        let expected = if version == "deadbeefcafe0" {
            "fail"
        } else {
            "unknown"
        };
        assert_eq!(verdict(version), expected, "{version}");
    }
}

#[test]
fn a_gap_can_hold_a_deployment_with_the_projects_name() {
    let deployed = json!([github("acme/shop", SHA, BEFORE)]);
    let refused = json!({"resources": [], "gaps": [{"account": "acme", "region": "web", "unknown":
        {"cause": "denied", "action": "GET /v9/projects/{idOrName}", "message": "no"}}]});
    let fragment = fragment(&[SHA], deployed, json!([]), refused);
    let Outcome::Unknown(unknown) = judged(&fragment) else {
        panic!("not unknown");
    };
    assert_eq!(
        unknown.action.as_deref(),
        Some("GET /v9/projects/{idOrName}")
    );
    // where the policy names what deploys the project, nothing else matters
    let policy = |by: &str| {
        let text = format!("[[projects]]\nsentry = 'shop'\ndeployed_by = '{by}'");
        let mut policies = Policies::default();
        policies.insert(toml::from_str::<DeliveryPolicy>(&text).unwrap());
        policies
    };
    let outcome = judged_with(&fragment, policy("github:acme/shop"));
    assert_eq!(outcome.as_str(), "pass");
    // what the policy names here can be in the gap
    let outcome = judged_with(&fragment, policy("vercel:web"));
    assert_eq!(outcome.as_str(), "unknown");
}

#[test]
fn a_deployment_that_the_policy_names_and_the_run_lacks_is_unknown() {
    let mut policies = Policies::default();
    let text = "[[projects]]\nsentry = 'shop'\ndeployed_by = 'vercel:shop'";
    policies.insert(toml::from_str::<DeliveryPolicy>(text).unwrap());
    let deployed = json!([github("acme/shop", SHA, BEFORE)]);
    let fragment = fragment(&[SHA], deployed, json!([]), json!([]));
    let Outcome::Unknown(unknown) = judged_with(&fragment, policies) else {
        panic!("not unknown");
    };
    assert_eq!(unknown.cause, Cause::NotRead);
    assert!(unknown.message.contains("vercel:shop"), "{unknown}");
}

#[test]
fn the_projects_own_name_counts_before_others() {
    let deployed = json!([
        github("acme/api", OTHER, BEFORE),
        github("acme/shop", SHA, BEFORE)
    ]);
    let outcome = judged(&fragment(&[SHA], deployed, json!([]), json!([])));
    assert_eq!(outcome.as_str(), "pass");
    // without a deployment of the project's name, all must agree
    let deployed = json!([
        github("acme/api", OTHER, BEFORE),
        github("acme/web", SHA, BEFORE)
    ]);
    let outcome = judged(&fragment(&[SHA], deployed.clone(), json!([]), json!([])));
    assert_eq!(outcome.as_str(), "unknown");
    let outcome = judged(&fragment(
        &[SHA, OTHER],
        deployed.clone(),
        json!([]),
        json!([]),
    ));
    assert_eq!(outcome.as_str(), "pass");
    let third = "1111111111111111111111111111111111111111";
    let outcome = judged(&fragment(&[third], deployed, json!([]), json!([])));
    let Outcome::Fail(evidence, remediation) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(evidence.items.len(), 4, "{evidence}");
    let commands: Vec<_> = remediation
        .steps
        .iter()
        .filter_map(|s| s.to_shell())
        .collect();
    assert!(commands[0].contains(OTHER), "{commands:?}");
}

#[test]
fn several_workflows_that_can_deploy_are_unknown() {
    let workflow = |path: &str| {
        json!({"repository": "acme/shop", "path": path, "branch": "main", "state": "active", "runs": [
            {"id": 1, "status": "completed", "conclusion": "success", "head_sha": SHA, "event": "push",
             "created_at": BEFORE}]})
    };
    let never = json!([{"repository": "acme/shop", "environment": "production", "latest": null}]);
    let two = json!([
        workflow(".github/workflows/deploy.yml"),
        workflow(".github/workflows/deploy-worker.yml")
    ]);
    let outcome = judged(&fragment(&[SHA], never.clone(), two, json!([])));
    assert_eq!(outcome.as_str(), "unknown");
    // a workflow for documentation or previews, or a disabled one, does not deploy to production
    for (path, state) in [
        (".github/workflows/deploy-docs.yml", "active"),
        (".github/workflows/preview-deploy.yml", "active"),
        (".github/workflows/deploy.yml", "disabled_manually"),
    ] {
        let mut other = workflow(path);
        other["state"] = json!(state);
        let alone = json!([other]);
        let fragment = fragment(&["1.4.2"], never.clone(), alone, json!([]));
        assert_eq!(judged(&fragment).as_str(), "pass", "{path} {state}");
    }
    let one = json!([
        workflow(".github/workflows/deploy.yml"),
        workflow(".github/workflows/test.yml")
    ]);
    let outcome = judged(&fragment(&[SHA], never.clone(), one, json!([])));
    assert_eq!(outcome.as_str(), "pass");
    // without a workflow that deploys, nothing shows what is deployed: a young release passes
    let none = json!([workflow(".github/workflows/test.yml")]);
    let Outcome::Pass(evidence) = judged(&fragment(&["1.4.2"], never, none, json!([]))) else {
        panic!("no pass");
    };
    assert!(
        evidence.to_string().contains("--deployed-sha"),
        "{evidence}"
    );
}

/// Only the facts of Sentry.
struct Sentry(Snapshot);

#[async_trait]
impl Provider for Sentry {
    fn provides(&self, kind: &str) -> bool {
        kind.starts_with("sentry/")
    }

    async fn list(&self, kind: &'static Kind, facts: &Facts) -> Result<RawListing, FactError> {
        self.0.list(kind, facts).await
    }
}

fn over(others: Vec<Arc<dyn Provider>>, version: &str) -> Outcome {
    let now = testing::EXAMPLE_NOW.parse().unwrap();
    let text = json!({"sentry/releases": releases(&[version])}).to_string();
    let mut providers = others;
    providers.push(Arc::new(Sentry(
        Snapshot::from_fragment(&text, now).unwrap(),
    )));
    let cx = Cx::new(Facts::new(providers), Policies::default(), now);
    let mut all = futures::executor::block_on(checks()[0].run(&cx)).unwrap();
    all.pop().unwrap().outcome
}

#[test]
fn a_provider_that_is_not_audited_is_ignored_and_one_that_refuses_is_unknown() {
    assert_eq!(over(Vec::new(), "1.4.2").as_str(), "pass");
    let not_audited = |name: &str| Arc::new(Unread::not_audited(name)) as Arc<dyn Provider>;
    let both = vec![not_audited("github"), not_audited("vercel")];
    assert_eq!(over(both, "1.4.2").as_str(), "pass");
    let refused = Unread::refused("github", Unknown::new(Cause::Credentials, "no token"));
    let outcome = over(vec![Arc::new(refused), not_audited("vercel")], SHA);
    let Outcome::Unknown(unknown) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(unknown.cause, Cause::Credentials);
}

/// A deployment that another project claims says nothing of this one.
#[test]
fn a_deployment_of_another_project_is_not_judged() {
    let project = |name: &str, versions: &[&str], at: &str| {
        let mut one = releases(versions)[0].clone();
        one["project"] = name.into();
        for release in one["newest"].as_array_mut().unwrap() {
            release["created_at"] = at.into();
        }
        one
    };
    let vercel = |name: &str, sha: &str| {
        json!({"account": "acme", "project": format!("prj_{name}"), "name": name,
            "latest": {"id": "dpl_1", "commit": sha, "created_at": BEFORE}})
    };
    let young = "2026-01-15T09:00:00Z";
    let old = "2025-01-15T09:00:00Z";
    let verdicts = |github: Value, vercel: Value, backend: Value, policy: &str| {
        let text = json!({"sentry/releases": [backend, project("shop-web", &[SHA], young)],
            "github/deployments": github, "github/workflow-runs": [],
            "vercel/production-deployment": vercel});
        let mut policies = Policies::default();
        policies.insert(toml::from_str::<DeliveryPolicy>(policy).unwrap());
        let check = &checks()[0];
        let all = testing::run(&**check, &text.to_string(), policies);
        let of = |name: &str| {
            let found = all.iter().find(|f| f.resource.name.contains(name));
            found.unwrap_or_else(|| panic!("{all:?}")).outcome.as_str()
        };
        (of("backend"), of("web"))
    };
    let web = || json!([vercel("shop-web", SHA)]);
    let backend = |versions: &[&str], at: &str| project("shop-backend", versions, at);
    // by the name of the other project
    let found = verdicts(json!([]), web(), backend(&[OTHER], young), "");
    assert_eq!(found, ("pass", "pass"));
    // no deployment is left for it, and its release is old
    let found = verdicts(json!([]), web(), backend(&[OTHER], old), "");
    assert_eq!(found, ("unknown", "pass"));
    // by the policy
    let policy = "[[projects]]\nsentry = 'shop-web'\ndeployed_by = 'vercel:site'";
    let site = || json!([vercel("site", SHA)]);
    let deployed = || json!([github("acme/shop", OTHER, BEFORE)]);
    let found = verdicts(deployed(), site(), backend(&[OTHER], young), policy);
    assert_eq!(found, ("pass", "pass"));
    let found = verdicts(
        deployed(),
        site(),
        backend(&["0c1d2e3f4a5b6c7d8e9f"], young),
        policy,
    );
    assert_eq!(found, ("fail", "pass"));
    // nobody claims it: both are judged by it
    let found = verdicts(json!([]), site(), backend(&[OTHER], young), "");
    assert_eq!(found, ("fail", "pass"));
}
