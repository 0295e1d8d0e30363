//! What is changed by remediations, and SARIF files.

use serde_json::{Value, json};

use super::estate::{Estate, Sarif};
use super::repository::{Environment, Repo, Ruleset};
use super::{Ask, Reply, decoded};

const WRITE: &str = "administration=write";

pub(crate) fn reply(estate: &mut Estate, ask: &Ask) -> Reply {
    let parts: Vec<String> = ask.path.trim_matches('/').split('/').map(decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let body = ask.body.clone().unwrap_or(Value::Null);
    match &parts[..] {
        ["repos", owner, name, "code-scanning", "sarifs"] => {
            sent(estate, &format!("{owner}/{name}"), body)
        }
        ["orgs", _, "rulesets", id] => {
            for repo in &mut estate.repositories {
                changed(repo, id, &body);
            }
            Reply::empty(200, "organization_administration=write")
        }
        ["repos", owner, name, rest @ ..] => {
            let full = format!("{owner}/{name}");
            let found = estate.repositories.iter_mut().find(|r| r.name == full);
            found.map_or_else(
                || Reply::refused(404, "Not Found"),
                |repo| written(repo, &ask.method, rest, &body),
            )
        }
        _ => Reply::refused(404, "Not Found"),
    }
}

fn written(repo: &mut Repo, method: &str, rest: &[&str], body: &Value) -> Reply {
    match (method, rest) {
        ("POST", ["rulesets"]) => {
            let list =
                |value: &Value| -> Vec<Value> { value.as_array().cloned().unwrap_or_default() };
            let include = list(&body["conditions"]["ref_name"]["include"]);
            let id = 1000 + repo.rulesets.len() as u64;
            repo.rulesets.push(Ruleset {
                id,
                name: body["name"].as_str().unwrap_or_default().to_owned(),
                enforcement: body["enforcement"].as_str().unwrap_or_default().to_owned(),
                organization: None,
                include: include
                    .iter()
                    .filter_map(|i| i.as_str().map(str::to_owned))
                    .collect(),
                rules: list(&body["rules"]),
                bypass: list(&body["bypass_actors"]),
            });
            Reply::new(
                201,
                WRITE,
                json!({"id": id, "name": body["name"],
                "source": repo.name, "enforcement": body["enforcement"]}),
            )
        }
        ("PUT", ["rulesets", id]) => {
            changed(repo, id, body);
            Reply::empty(200, WRITE)
        }
        ("POST", ["branches", branch, "protection", "enforce_admins"]) => {
            if let Some(answer) = repo.classic.get_mut(*branch) {
                answer["enforce_admins"]["enabled"] = json!(true);
            }
            Reply::empty(200, WRITE)
        }
        (
            "PATCH",
            [
                "branches",
                branch,
                "protection",
                "required_pull_request_reviews",
            ],
        ) => {
            let nobody = json!({"users": [], "teams": [], "apps": []});
            if let Some(answer) = repo.classic.get_mut(*branch)
                && body["bypass_pull_request_allowances"] == nobody
                && let Some(reviews) = answer["required_pull_request_reviews"].as_object_mut()
            {
                reviews.remove("bypass_pull_request_allowances");
            }
            Reply::empty(200, WRITE)
        }
        ("PATCH", []) => {
            let on = |feature: &str| body["security_and_analysis"][feature]["status"] == "enabled";
            repo.secret_scanning |= on("secret_scanning");
            // it rests on secret scanning
            repo.push_protection |= repo.secret_scanning && on("secret_scanning_push_protection");
            Reply::empty(200, WRITE)
        }
        ("PUT", ["environments", name]) => {
            // what is not said is taken away
            let policy = &body["deployment_branch_policy"];
            let wanted = |of: &str| policy[of] == json!(true);
            repo.environments.retain(|one| one.name != *name);
            repo.environments.push(Environment {
                name: (*name).to_owned(),
                protected_branches: wanted("protected_branches"),
                patterns: wanted("custom_branch_policies").then(Vec::new),
                ..Environment::default()
            });
            Reply::empty(200, WRITE)
        }
        ("POST", ["environments", name, "deployment-branch-policies"]) => {
            let named = repo.environments.iter_mut().find(|one| one.name == *name);
            // it is refused where the environment has no policy of its own
            let (Some(patterns), Some(pattern)) = (
                named.and_then(|one| one.patterns.as_mut()),
                body["name"].as_str(),
            ) else {
                return Reply::refused(404, "Not Found");
            };
            patterns.push(pattern.to_owned());
            Reply::empty(200, WRITE)
        }
        ("PUT", ["vulnerability-alerts"]) => {
            repo.alerts = true;
            Reply::empty(204, WRITE)
        }
        ("PUT", ["actions", "permissions", "workflow"]) => {
            if let Some(token) = body["default_workflow_permissions"].as_str() {
                repo.default_token = token.to_owned();
            }
            Reply::empty(204, WRITE)
        }
        _ => Reply::refused(404, "Not Found"),
    }
}

fn changed(repo: &mut Repo, id: &str, body: &Value) {
    for ruleset in repo.rulesets.iter_mut().filter(|r| r.id.to_string() == id) {
        if let Some(actors) = body["bypass_actors"].as_array() {
            ruleset.bypass.clone_from(actors);
        }
    }
}

fn sent(estate: &mut Estate, repository: &str, body: Value) -> Reply {
    estate.sarifs.push(Sarif {
        body,
        repository: repository.to_owned(),
    });
    let id = format!("sarif-{}", estate.sarifs.len());
    let url = format!("https://api.github.com/repos/{repository}/code-scanning/sarifs/{id}");
    Reply::new(202, "security_events=write", json!({"id": id, "url": url}))
}

pub(crate) fn sarif_state(estate: &Estate, id: &str) -> Reply {
    let number = id
        .strip_prefix("sarif-")
        .and_then(|n| n.parse::<usize>().ok());
    if number.is_none_or(|n| n == 0 || n > estate.sarifs.len()) {
        return Reply::refused(404, "Not Found");
    }
    let asked = estate.given.values().flatten();
    let asked = asked
        .filter(|body| body["processing_status"] == "pending")
        .count();
    let body = if asked < estate.sarif_pending as usize {
        json!({"processing_status": "pending"})
    } else if estate.sarif_errors.is_empty() {
        json!({"processing_status": "complete",
            "analyses_url": "https://api.github.com/repos/x/y/code-scanning/analyses?sarif_id=1"})
    } else {
        json!({"processing_status": "failed", "errors": estate.sarif_errors})
    };
    Reply::new(200, "security_events=read", body)
}
