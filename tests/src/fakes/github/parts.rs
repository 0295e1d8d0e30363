//! The answers about parts of a repository: Actions, environments, deployments, files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answers::{ACTIONS, ADMINISTRATION, CONTENTS, Told, counted, listed, not_found};
use super::estate::Estate;
use super::repository::{Environment, Repo};
use super::{Ask, Reply, VALUE, bodies};

fn secret((name, updated): &(String, String)) -> Value {
    json!({"name": name, "created_at": bodies::made(), "updated_at": updated})
}

fn variable(name: &String) -> Value {
    json!({"name": name, "value": VALUE, "created_at": bodies::made(),
        "updated_at": bodies::made()})
}

pub(super) fn actions(estate: &Estate, ask: &Ask, repo: &Repo, rest: &[&str]) -> Told {
    match rest {
        ["secrets"] => {
            let all = repo.secrets.iter().map(secret).collect();
            let reply = counted(estate, ask, "secrets=read", "secrets", all);
            ("GET /repos/{owner}/{repo}/actions/secrets", reply)
        }
        ["organization-secrets"] => {
            let all = repo.organization_secrets.iter().map(secret).collect();
            let reply = counted(estate, ask, "secrets=read", "secrets", all);
            (
                "GET /repos/{owner}/{repo}/actions/organization-secrets",
                reply,
            )
        }
        ["variables"] => {
            let all = repo.variables.iter().map(variable).collect();
            let reply = counted(estate, ask, "actions_variables=read", "variables", all);
            ("GET /repos/{owner}/{repo}/actions/variables", reply)
        }
        ["organization-variables"] => {
            let all = repo.organization_variables.iter().map(variable).collect();
            let reply = counted(estate, ask, "actions_variables=read", "variables", all);
            (
                "GET /repos/{owner}/{repo}/actions/organization-variables",
                reply,
            )
        }
        ["permissions"] => {
            let mut body = json!({"enabled": repo.actions});
            if repo.actions {
                body["allowed_actions"] = json!("all");
                body["sha_pinning_required"] = json!(false);
            }
            let reply = admins(repo, body);
            ("GET /repos/{owner}/{repo}/actions/permissions", reply)
        }
        ["permissions", "workflow"] => {
            let body = json!({"default_workflow_permissions": repo.default_token,
                "can_approve_pull_request_reviews": false});
            let reply = admins(repo, body);
            (
                "GET /repos/{owner}/{repo}/actions/permissions/workflow",
                reply,
            )
        }
        ["workflows"] => {
            let url = "https://api.github.com/x";
            let all = repo.workflows.iter().map(|w| {
                json!({"id": w.id, "node_id": "W_1", "name": w.path, "path": w.path,
                    "state": "active", "created_at": bodies::made(), "updated_at": bodies::made(),
                    "url": url, "html_url": url, "badge_url": url})
            });
            let all = all.collect();
            let reply = counted(estate, ask, ACTIONS, "workflows", all);
            ("GET /repos/{owner}/{repo}/actions/workflows", reply)
        }
        ["workflows", id, "runs"] => {
            let found = repo.workflows.iter().find(|w| w.id.to_string() == *id);
            let operation = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
            let Some(workflow) = found else {
                return (operation, not_found());
            };
            let branch = ask.query.get("branch").unwrap_or(&repo.default_branch);
            let of_branch = *branch == repo.default_branch;
            let runs = workflow.runs.iter().filter(|_| of_branch).zip(1_u64..);
            let runs = runs.map(|((status, conclusion, event, at), n)| {
                let own = json!({"id": n, "status": status, "conclusion": conclusion,
                    "event": event, "created_at": at, "head_sha": super::repository::sha(n)});
                bodies::run(&repo.name, &workflow.path, workflow.id, branch, own)
            });
            let all = runs.collect();
            (
                operation,
                counted(estate, ask, ACTIONS, "workflow_runs", all),
            )
        }
        _ => ("", not_found()),
    }
}

/// What is shown to administrators only.
fn admins(repo: &Repo, body: Value) -> Reply {
    match repo.admin {
        true => Reply::new(200, ADMINISTRATION, body),
        false => not_found(),
    }
}

pub(super) fn environments(estate: &Estate, ask: &Ask, repo: &Repo, rest: &[&str]) -> Told {
    let named = |name: &str| repo.environments.iter().find(|e| e.name == name);
    const OF: &str = "environments=read";
    match rest {
        [] => {
            let all = repo.environments.iter().map(environment).collect();
            let reply = counted(estate, ask, ACTIONS, "environments", all);
            ("GET /repos/{owner}/{repo}/environments", reply)
        }
        [name, "secrets"] => (
            "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets",
            named(name).map_or_else(not_found, |e| {
                let all = e.secrets.iter().map(secret).collect();
                counted(estate, ask, OF, "secrets", all)
            }),
        ),
        [name, "variables"] => (
            "GET /repos/{owner}/{repo}/environments/{environment_name}/variables",
            named(name).map_or_else(not_found, |e| {
                let all = e.variables.iter().map(variable).collect();
                counted(estate, ask, OF, "variables", all)
            }),
        ),
        [name, "deployment-branch-policies"] => (
            "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
            named(name).map_or_else(not_found, |e| {
                let patterns = e.patterns.iter().flatten();
                let all = patterns.map(|p| json!({"id": 1, "node_id": "B_1", "name": p}));
                counted(estate, ask, ACTIONS, "branch_policies", all.collect())
            }),
        ),
        _ => ("", not_found()),
    }
}

fn environment(e: &Environment) -> Value {
    let url = "https://api.github.com/x";
    let mut rules = e.more_rules.clone();
    if e.reviewers > 0 {
        let reviewer = json!({"type": "User", "reviewer": bodies::user("a", "User")});
        rules.push(
            json!({"id": 1, "node_id": "G_1", "type": "required_reviewers",
            "prevent_self_review": false, "reviewers": vec![reviewer; e.reviewers]}),
        );
    }
    let custom = e.patterns.is_some();
    let policy = (custom || e.protected_branches).then(|| {
        rules.push(json!({"id": 2, "node_id": "G_2", "type": "branch_policy"}));
        json!({"protected_branches": e.protected_branches, "custom_branch_policies": custom})
    });
    json!({
        "id": 1, "node_id": "EN_1", "name": e.name, "url": url, "html_url": url,
        "created_at": bodies::made(), "updated_at": bodies::made(), "can_admins_bypass": false,
        "protection_rules": rules, "deployment_branch_policy": policy,
    })
}

pub(super) fn deployments(estate: &Estate, ask: &Ask, repo: &Repo, rest: &[&str]) -> Told {
    const READ: &str = "deployments=read";
    let all = repo.deployments.iter().zip(1_u64..);
    match rest {
        [] => {
            let wanted = ask.query.get("environment");
            let of = all.filter(|((e, ..), _)| wanted.is_none_or(|w| w == e));
            let of = of.map(|((environment, sha, _), id)| {
                json!({"id": id, "sha": sha, "ref": "main", "environment": environment,
                    "created_at": bodies::made()})
            });
            let reply = listed(estate, ask, READ, of.collect());
            ("GET /repos/{owner}/{repo}/deployments", reply)
        }
        [id, "statuses"] => {
            let mut all = all;
            let found = all.find(|(_, n)| n.to_string() == *id);
            let states = found.into_iter().flat_map(|((_, _, states), _)| states);
            let states = states.map(|state| json!({"state": state}));
            let reply = listed(estate, ask, READ, states.collect());
            (
                "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
                reply,
            )
        }
        _ => ("", not_found()),
    }
}

pub(super) fn contents(repo: &Repo, path: &str) -> Reply {
    if repo.commits.is_empty() {
        return Reply::refused(404, "This repository is empty.");
    }
    if let Some(text) = repo.files.get(path) {
        // GitHub breaks the lines of base64
        let packed = STANDARD.encode(text);
        let lines: Vec<_> = packed
            .as_bytes()
            .chunks(60)
            .map(String::from_utf8_lossy)
            .collect();
        let body = bodies::content(path, "file", Some((text.len(), lines.join("\n") + "\n")));
        return Reply::new(200, CONTENTS, body);
    }
    let folder = match path {
        "" => String::new(),
        path => format!("{path}/"),
    };
    let inside = repo
        .files
        .keys()
        .filter_map(|file| file.strip_prefix(&folder));
    let mut names: Vec<(&str, &str)> = inside
        .map(|rest| match rest.split_once('/') {
            Some((name, _)) => (name, "dir"),
            None => (rest, "file"),
        })
        .collect();
    names.dedup();
    if names.is_empty() && !path.is_empty() {
        return Reply {
            permission: CONTENTS,
            ..not_found()
        };
    }
    let entries = names
        .into_iter()
        .map(|(name, kind)| bodies::content(&format!("{folder}{name}"), kind, None));
    Reply::new(200, CONTENTS, Value::Array(entries.collect()))
}
