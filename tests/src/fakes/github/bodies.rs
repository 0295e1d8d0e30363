//! The objects that GitHub answers with, whole: what no audit reads of them too.

use serde_json::{Map, Value, json};

const TIME: &str = "2025-01-01T00:00:00Z";

/// An object of addresses.
fn urls(base: &str, names: &[&str]) -> Map<String, Value> {
    let url = |name: &&str| {
        let path = name.trim_end_matches("_url");
        ((*name).to_owned(), json!(format!("{base}/{path}")))
    };
    names.iter().map(url).collect()
}

fn with(mut object: Map<String, Value>, more: Value) -> Value {
    if let Value::Object(more) = more {
        object.extend(more);
    }
    Value::Object(object)
}

/// A person or an organization.
pub(crate) fn user(login: &str, kind: &str) -> Value {
    let base = format!("https://api.github.com/users/{login}");
    let names = [
        "avatar_url",
        "events_url",
        "followers_url",
        "following_url",
        "gists_url",
        "html_url",
        "organizations_url",
        "received_events_url",
        "repos_url",
        "starred_url",
        "subscriptions_url",
        "url",
    ];
    let more = json!({"login": login, "id": 1, "node_id": "U_1", "gravatar_id": "",
        "site_admin": false, "type": kind});
    with(urls(&base, &names), more)
}

/// A repository as it stands within other answers.
pub(crate) fn minimal_repository(full_name: &str, private: bool, fork: bool) -> Value {
    let (owner, name) = full_name.split_once('/').unwrap_or_default();
    let base = format!("https://api.github.com/repos/{full_name}");
    let names = [
        "archive_url",
        "assignees_url",
        "blobs_url",
        "branches_url",
        "collaborators_url",
        "comments_url",
        "commits_url",
        "compare_url",
        "contents_url",
        "contributors_url",
        "deployments_url",
        "downloads_url",
        "events_url",
        "forks_url",
        "git_commits_url",
        "git_refs_url",
        "git_tags_url",
        "hooks_url",
        "html_url",
        "issue_comment_url",
        "issue_events_url",
        "issues_url",
        "keys_url",
        "labels_url",
        "languages_url",
        "merges_url",
        "milestones_url",
        "notifications_url",
        "pulls_url",
        "releases_url",
        "stargazers_url",
        "statuses_url",
        "subscribers_url",
        "subscription_url",
        "tags_url",
        "teams_url",
        "trees_url",
        "url",
    ];
    let more = json!({
        "id": 42, "node_id": "R_42", "name": name, "full_name": full_name,
        "description": null, "fork": fork, "private": private,
        "owner": user(owner, "Organization"),
    });
    with(urls(&base, &names), more)
}

/// A repository, asked for by itself.
pub(crate) fn repository(minimal: Value, more: Value) -> Value {
    let Value::Object(minimal) = minimal else {
        return minimal;
    };
    let base = "https://github.com/x/y";
    let mut whole = urls(base, &["clone_url", "git_url", "ssh_url", "svn_url"]);
    whole.extend(minimal);
    let Value::Object(rest) = json!({
        "forks": 0, "forks_count": 0, "has_issues": true, "has_projects": false,
        "has_wiki": false, "has_pages": false, "has_discussions": false, "homepage": null,
        "language": "Rust", "disabled": false, "mirror_url": null, "open_issues": 0,
        "open_issues_count": 0, "license": null, "pushed_at": TIME, "size": 1,
        "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "created_at": TIME,
        "updated_at": TIME, "network_count": 0, "subscribers_count": 0,
    }) else {
        return Value::Null;
    };
    whole.extend(rest);
    with(whole, more)
}

/// A commit, as a branch names it.
pub(crate) fn commit(sha: &str) -> Value {
    let url = format!("https://api.github.com/repos/x/y/commits/{sha}");
    json!({
        "url": url, "sha": sha, "node_id": "C_1", "html_url": url, "comments_url": url,
        "commit": {
            "url": url, "message": "a change", "comment_count": 0,
            "author": {"name": "a", "email": "a@example.com", "date": TIME},
            "committer": {"name": "a", "email": "a@example.com", "date": TIME},
            "tree": {"sha": sha, "url": url},
        },
        "author": user("a", "User"), "committer": user("a", "User"), "parents": [],
    })
}

/// A check run.
pub(crate) fn check_run(sha: &str, name: &str) -> Value {
    let url = "https://api.github.com/repos/x/y/check-runs/1";
    json!({
        "id": 1, "node_id": "CR_1", "head_sha": sha, "name": name, "url": url, "html_url": url,
        "details_url": url, "status": "completed", "conclusion": "success", "started_at": TIME,
        "completed_at": TIME, "external_id": "", "check_suite": {"id": 1}, "app": null,
        "output": {"title": null, "summary": null, "text": null, "annotations_count": 0,
            "annotations_url": url},
        "pull_requests": [],
    })
}

/// A run of a workflow.
pub(crate) fn run(repository: &str, path: &str, workflow: u64, branch: &str, own: Value) -> Value {
    let base = format!("https://api.github.com/repos/{repository}/actions/runs/1");
    let names = [
        "url",
        "html_url",
        "jobs_url",
        "logs_url",
        "check_suite_url",
        "cancel_url",
        "rerun_url",
        "artifacts_url",
        "workflow_url",
    ];
    let Value::Object(more) = own else {
        return own;
    };
    let mut run = urls(&base, &names);
    run.extend(more);
    with(
        run,
        json!({
            "node_id": "WR_1", "head_branch": branch, "run_number": 1, "display_title": "a change",
            "path": path, "workflow_id": workflow, "updated_at": TIME, "head_commit": null,
            "repository": minimal_repository(repository, false, false),
            "head_repository": minimal_repository(repository, false, false),
            "pull_requests": [],
        }),
    )
}

/// An entry of a folder, or a file with its text.
pub(crate) fn content(path: &str, kind: &str, text: Option<(usize, String)>) -> Value {
    let url = format!("https://api.github.com/repos/x/y/contents/{path}");
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut entry = json!({
        "_links": {"git": url, "html": url, "self": url}, "git_url": url, "html_url": url,
        "download_url": url, "name": name, "path": path,
        "sha": "3d21ec53a331a6f037a91c368710b99387d012c1", "size": 1, "type": kind, "url": url,
    });
    if let Some((size, content)) = text {
        entry["size"] = json!(size);
        entry["content"] = json!(content);
        entry["encoding"] = json!("base64");
    }
    entry
}

/// The time of whatever was made.
pub(crate) fn made() -> &'static str {
    TIME
}
