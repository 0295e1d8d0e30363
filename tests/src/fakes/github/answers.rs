//! Which operation a request is, and its answer.

use serde_json::{Value, json};

use super::estate::{Estate, NOW};
use super::parts::{actions, contents, deployments, environments};
use super::repository::Repo;
use super::{Ask, Reply, bodies, decoded};

const UPGRADE: &str =
    "Upgrade to GitHub Pro or make this repository public to enable this feature.";

/// Where GitHub Enterprise Server has the API.
const ENTERPRISE: &str = "/api/v3";

pub(super) const METADATA: &str = "metadata=read";
pub(super) const CONTENTS: &str = "contents=read";
pub(super) const ADMINISTRATION: &str = "administration=read";
pub(super) const ACTIONS: &str = "actions=read";

pub(super) type Told = (&'static str, Reply);

pub(super) fn not_found() -> Reply {
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
pub(super) fn listed(
    estate: &Estate,
    ask: &Ask,
    permission: &'static str,
    all: Vec<Value>,
) -> Reply {
    paged(estate, ask, permission, all, |items, _| Value::Array(items))
}

/// A page of a list that counts its items.
pub(super) fn counted(
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
            let all = names.map(|name| {
                let mut run = bodies::check_run(sha, name);
                let more = repo.check_run_fields.get(name).and_then(Value::as_object);
                for (field, value) in more.into_iter().flatten() {
                    run[field] = value.clone();
                }
                run
            });
            let all = all.collect();
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
