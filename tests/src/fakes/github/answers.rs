//! Which operation a request is, and its answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::estate::{Estate, NOW};
use super::repository::{Environment, Repo};
use super::{Ask, Reply, VALUE, bodies, decoded};

const UPGRADE: &str =
    "Upgrade to GitHub Pro or make this repository public to enable this feature.";

/// Where GitHub Enterprise Server has the API.
const ENTERPRISE: &str = "/api/v3";

const METADATA: &str = "metadata=read";
const CONTENTS: &str = "contents=read";
const ADMINISTRATION: &str = "administration=read";
const ACTIONS: &str = "actions=read";

type Told = (&'static str, Reply);

fn not_found() -> Reply {
    Reply::refused(404, "Not Found")
}

/// The operation's template, and the answer. Every answer names the permission that it takes.
pub(crate) fn reply(estate: &mut Estate, ask: &Ask) -> Told {
    // GitHub Enterprise Server has the same API below a path
    let path = ask.path.strip_prefix(ENTERPRISE).unwrap_or(&ask.path);
    let parts: Vec<String> = path.trim_matches('/').split('/').map(decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match &parts[..] {
        ["rate_limit"] => ("GET /rate_limit", rate_limit(estate)),
        ["orgs", organization, "repos"] => {
            let of = |repo: &&Repo| repo.name.starts_with(&format!("{organization}/"));
            let all = estate.repositories.iter().filter(of);
            let all = all.map(|r| {
                let mut body = bodies::minimal_repository(&r.name, r.private, r.fork);
                body["archived"] = json!(r.archived);
                body
            });
            let all = all.collect();
            let reply = listed(estate, ask, METADATA, all);
            ("GET /orgs/{org}/repos", reply)
        }
        ["repositories", _] => {
            let renamed = estate.renamed.values().next().cloned().unwrap_or_default();
            one(estate, ask, &renamed, &[])
        }
        ["repos", owner, name, rest @ ..] => {
            let full = format!("{owner}/{name}");
            if estate.renamed.contains_key(&full) {
                return ("GET /repos/{owner}/{repo}", moved(estate, ask));
            }
            one(estate, ask, &full, rest)
        }
        _ => ("", not_found()),
    }
}

fn rate_limit(estate: &Estate) -> Reply {
    let limits = &estate.limits;
    let rate = json!({"limit": limits.limit, "remaining": limits.remaining,
        "used": limits.limit - limits.remaining, "reset": NOW + limits.resets_in});
    let body = json!({"resources": {"core": rate, "search": rate}, "rate": rate});
    Reply::new(200, "", body)
}

fn moved(estate: &Estate, ask: &Ask) -> Reply {
    let base = estate.redirect_to.clone().unwrap_or(ask.base.clone());
    let below = match ask.path.starts_with(ENTERPRISE) {
        true => ENTERPRISE,
        false => "",
    };
    let url = format!("{base}{below}/repositories/42");
    let mut reply = Reply::refused(301, "Moved Permanently");
    reply.body = Some(json!({"message": "Moved Permanently", "url": url,
        "documentation_url": "https://docs.github.com/rest"}));
    reply.headers.push(("location", url));
    reply
}

/// A page of a bare list.
fn listed(estate: &Estate, ask: &Ask, permission: &'static str, all: Vec<Value>) -> Reply {
    paged(estate, ask, permission, all, |items, _| Value::Array(items))
}

/// A page of a list that counts its items.
fn counted(
    estate: &Estate,
    ask: &Ask,
    permission: &'static str,
    field: &'static str,
    all: Vec<Value>,
) -> Reply {
    paged(
        estate,
        ask,
        permission,
        all,
        |items, total| json!({"total_count": total, field: items}),
    )
}

fn paged(
    estate: &Estate,
    ask: &Ask,
    permission: &'static str,
    all: Vec<Value>,
    body: impl Fn(Vec<Value>, usize) -> Value,
) -> Reply {
    let number = |name: &str| ask.query.get(name).and_then(|n| n.parse::<usize>().ok());
    let size = number("per_page").unwrap_or(30).clamp(1, 100);
    let size = estate.page.map_or(size, |most| most.min(size));
    let page = number("page").unwrap_or(1).max(1);
    let (total, start) = (all.len(), (page - 1) * size);
    let items: Vec<_> = all.into_iter().skip(start).take(size).collect();
    let mut reply = Reply::new(200, permission, body(items, total));
    if start + size < total {
        let mut query = ask.query.clone();
        query.insert("page".to_owned(), (page + 1).to_string());
        let pairs: Vec<_> = query
            .iter()
            .map(|(k, v)| format!("{k}={}", escaped(v)))
            .collect();
        let next = format!("{}{}?{}", ask.base, ask.path, pairs.join("&"));
        let link = format!("<{next}>; rel=\"next\", <{next}>; rel=\"last\"");
        reply.headers.push(("link", link));
    }
    reply
}

fn escaped(value: &str) -> String {
    let plain = |c: &u8| c.is_ascii_alphanumeric() || b"-_.~".contains(c);
    let escape = |c: u8| match plain(&c) {
        true => char::from(c).to_string(),
        false => format!("%{c:02X}"),
    };
    value.bytes().map(escape).collect()
}

/// What is asked of one repository.
fn one(estate: &Estate, ask: &Ask, name: &str, rest: &[&str]) -> Told {
    let Some(repo) = estate
        .repositories
        .iter()
        .find(|r| r.name.eq_ignore_ascii_case(name))
    else {
        return ("", not_found());
    };
    match rest {
        [] => ("GET /repos/{owner}/{repo}", repository(repo)),
        ["branches", branch] => (
            "GET /repos/{owner}/{repo}/branches/{branch}",
            of_branch(repo, branch),
        ),
        ["branches", branch, "protection"] => (
            "GET /repos/{owner}/{repo}/branches/{branch}/protection",
            protection(repo, branch),
        ),
        ["rules", "branches", branch] => (
            "GET /repos/{owner}/{repo}/rules/branches/{branch}",
            match repo.protection_offered {
                true => listed(estate, ask, METADATA, rules(repo, branch)),
                false => Reply::refused(403, UPGRADE),
            },
        ),
        ["rulesets"] => (
            "GET /repos/{owner}/{repo}/rulesets",
            match repo.protection_offered {
                true => listed(estate, ask, METADATA, rulesets(repo)),
                false => Reply::refused(403, UPGRADE),
            },
        ),
        ["rulesets", id] => (
            "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}",
            ruleset(repo, id),
        ),
        ["actions", rest @ ..] => actions(estate, ask, repo, rest),
        ["environments", rest @ ..] => environments(estate, ask, repo, rest),
        ["commits"] => {
            let all = repo.commits.iter().map(|sha| bodies::commit(sha)).collect();
            let reply = match repo.commits.is_empty() {
                false => listed(estate, ask, CONTENTS, all),
                true => Reply::refused(409, "Git Repository is empty."),
            };
            ("GET /repos/{owner}/{repo}/commits", reply)
        }
        ["commits", sha, "check-runs"] => {
            let names = repo.check_runs.get(*sha).into_iter().flatten();
            let all = names.map(|name| bodies::check_run(sha, name)).collect();
            let reply = counted(estate, ask, "checks=read", "check_runs", all);
            ("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", reply)
        }
        ["commits", sha, "status"] => {
            let contexts = repo.statuses.get(*sha).into_iter().flatten();
            let all: Vec<_> = contexts
                .map(|c| json!({"context": c, "state": "success"}))
                .collect();
            let body = json!({"sha": sha, "total_count": all.len(), "statuses": all});
            let reply = Reply::new(200, "statuses=read", body);
            ("GET /repos/{owner}/{repo}/commits/{ref}/status", reply)
        }
        ["pulls"] => {
            let of_base = ask
                .query
                .get("base")
                .is_none_or(|b| *b == repo.default_branch);
            let all = repo.pulls.iter().filter(|_| of_base);
            let all = all
                .map(|(n, sha)| json!({"number": n, "head": {"sha": sha}}))
                .collect();
            let reply = listed(estate, ask, "pull_requests=read", all);
            ("GET /repos/{owner}/{repo}/pulls", reply)
        }
        ["deployments", rest @ ..] => deployments(estate, ask, repo, rest),
        ["vulnerability-alerts"] => (
            "GET /repos/{owner}/{repo}/vulnerability-alerts",
            match (repo.admin, repo.alerts) {
                (false, _) => not_found(),
                (true, true) => Reply::empty(204, ADMINISTRATION),
                (true, false) => Reply {
                    permission: ADMINISTRATION,
                    ..Reply::refused(404, "Vulnerability alerts are disabled.")
                },
            },
        ),
        ["contents", path @ ..] => (
            "GET /repos/{owner}/{repo}/contents/{path}",
            contents(repo, &path.join("/")),
        ),
        ["code-scanning", "sarifs", id] => (
            "GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}",
            super::write::sarif_state(estate, id),
        ),
        _ => ("", not_found()),
    }
}

fn repository(repo: &Repo) -> Reply {
    let mut more = json!({
        "archived": repo.archived, "default_branch": repo.default_branch,
        "permissions": {"admin": repo.admin, "push": true, "pull": true},
    });
    if repo.admin {
        let status = |on: bool| json!({"status": if on { "enabled" } else { "disabled" }});
        more["security_and_analysis"] = json!({
            "secret_scanning": status(repo.secret_scanning),
            "secret_scanning_push_protection": status(repo.push_protection),
        });
    }
    let minimal = bodies::minimal_repository(&repo.name, repo.private, repo.fork);
    Reply::new(200, METADATA, bodies::repository(minimal, more))
}

fn rules(repo: &Repo, branch: &str) -> Vec<Value> {
    let default = repo.default_branch == branch;
    let mut all = Vec::new();
    for ruleset in repo.rulesets.iter().filter(|r| r.is_for(branch, default)) {
        for rule in &ruleset.rules {
            let mut rule = rule.clone();
            let (kind, source) = source(repo, ruleset.organization.as_ref());
            rule["ruleset_source_type"] = json!(kind);
            rule["ruleset_source"] = json!(source);
            rule["ruleset_id"] = json!(ruleset.id);
            all.push(rule);
        }
    }
    all
}

fn source(repo: &Repo, organization: Option<&String>) -> (&'static str, String) {
    match organization {
        Some(name) => ("Organization", name.clone()),
        None => ("Repository", repo.name.clone()),
    }
}

fn of_branch(repo: &Repo, branch: &str) -> Reply {
    if !repo.branches.iter().any(|b| b == branch) {
        return Reply {
            permission: CONTENTS,
            ..Reply::refused(404, "Branch not found")
        };
    }
    let protected = repo.classic.contains_key(branch) || !rules(repo, branch).is_empty();
    let head = repo.commits.first().cloned().unwrap_or_default();
    let url = format!("https://api.github.com/repos/{}/branches/x", repo.name);
    let body = json!({
        "name": branch, "commit": bodies::commit(&head), "protected": protected,
        "_links": {"html": url, "self": url}, "protection": {"enabled": protected},
        "protection_url": url,
    });
    Reply::new(200, CONTENTS, body)
}

fn protection(repo: &Repo, branch: &str) -> Reply {
    if !repo.protection_offered {
        return Reply::refused(403, UPGRADE);
    }
    if !repo.admin {
        return not_found();
    }
    match repo.classic.get(branch) {
        Some(answer) => Reply::new(200, ADMINISTRATION, answer.clone()),
        None => Reply {
            permission: ADMINISTRATION,
            ..Reply::refused(404, "Branch not protected")
        },
    }
}

fn rulesets(repo: &Repo) -> Vec<Value> {
    let all = repo.rulesets.iter().map(|ruleset| {
        let (kind, source) = source(repo, ruleset.organization.as_ref());
        json!({
            "id": ruleset.id, "name": ruleset.name, "target": "branch", "source_type": kind,
            "source": source, "enforcement": ruleset.enforcement, "node_id": "RRS_1",
            "created_at": bodies::made(), "updated_at": bodies::made(),
        })
    });
    all.collect()
}

fn ruleset(repo: &Repo, id: &str) -> Reply {
    let listed = rulesets(repo).into_iter().zip(&repo.rulesets);
    let found = listed.into_iter().find(|(_, r)| r.id.to_string() == id);
    let Some((mut body, ruleset)) = found else {
        return not_found();
    };
    body["conditions"] = json!({"ref_name": {"include": ruleset.include, "exclude": []}});
    body["rules"] = json!(ruleset.rules);
    if repo.edits_rulesets {
        body["bypass_actors"] = json!(ruleset.bypass);
    }
    Reply::new(200, METADATA, body)
}

fn secret((name, updated): &(String, String)) -> Value {
    json!({"name": name, "created_at": bodies::made(), "updated_at": updated})
}

fn variable(name: &String) -> Value {
    json!({"name": name, "value": VALUE, "created_at": bodies::made(),
        "updated_at": bodies::made()})
}

fn actions(estate: &Estate, ask: &Ask, repo: &Repo, rest: &[&str]) -> Told {
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
        ["oidc", "customization", "sub"] => {
            let reply = Reply::new(200, ACTIONS, json!({"use_default": true}));
            (
                "GET /repos/{owner}/{repo}/actions/oidc/customization/sub",
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

fn environments(estate: &Estate, ask: &Ask, repo: &Repo, rest: &[&str]) -> Told {
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
    let mut rules = Vec::new();
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

fn deployments(estate: &Estate, ask: &Ask, repo: &Repo, rest: &[&str]) -> Told {
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

fn contents(repo: &Repo, path: &str) -> Reply {
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
