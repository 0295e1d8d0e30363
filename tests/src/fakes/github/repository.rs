//! What a repository of the fake has.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A repository. The default is public, of an organization, with the branch `main`, and otherwise
/// as GitHub makes one: nothing protects it.
#[derive(Debug, Clone)]
pub struct Repo {
    /// `owner/repo`.
    pub name: String,
    /// Whether it is private.
    pub private: bool,
    /// Whether the plan offers protection for it.
    pub protection_offered: bool,
    /// Whether the token is of an administrator.
    pub admin: bool,
    /// Whether the token may edit rulesets, and so sees who may bypass them.
    pub edits_rulesets: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether it is a fork.
    pub fork: bool,
    /// The default branch.
    pub default_branch: String,
    /// The branches that there are.
    pub branches: Vec<String>,
    /// Classic protection, by branch: as GitHub answers it.
    pub classic: BTreeMap<String, Value>,
    /// The rulesets, of the organization too.
    pub rulesets: Vec<Ruleset>,
    /// The names of its secrets, with when they were set.
    pub secrets: Vec<(String, String)>,
    /// Those of the organization that it may use.
    pub organization_secrets: Vec<(String, String)>,
    /// The names of its variables.
    pub variables: Vec<String>,
    /// Those of the organization that it may use.
    pub organization_variables: Vec<String>,
    /// The environments.
    pub environments: Vec<Environment>,
    /// The workflows that ran.
    pub workflows: Vec<Workflow>,
    /// The files, by path.
    pub files: BTreeMap<String, String>,
    /// The pull requests into the default branch, the newest first: number and head.
    pub pulls: Vec<(u64, String)>,
    /// The commits of the default branch, the newest first.
    pub commits: Vec<String>,
    /// The check runs of a commit.
    pub check_runs: BTreeMap<String, Vec<String>>,
    /// What is different in the check runs of a name: `app`, `conclusion`.
    pub check_run_fields: BTreeMap<String, Value>,
    /// The contexts of a commit's statuses.
    pub statuses: BTreeMap<String, Vec<String>>,
    /// Whether Actions is on.
    pub actions: bool,
    /// `read` or `write`.
    pub default_token: String,
    /// Whether secret scanning is on.
    pub secret_scanning: bool,
    /// Whether push protection is on.
    pub push_protection: bool,
    /// Whether Dependabot alerts are on.
    pub alerts: bool,
    /// Deployments, the newest first: environment, commit, and the states of each, the newest first.
    pub deployments: Vec<(String, String, Vec<&'static str>)>,
}

/// A ruleset.
#[derive(Debug, Clone)]
pub struct Ruleset {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// `active`, `evaluate` or `disabled`.
    pub enforcement: String,
    /// The organization that it is of, if it is not the repository's own.
    pub organization: Option<String>,
    /// The refs that it is for: `refs/heads/main`, `~DEFAULT_BRANCH`, `~ALL`.
    pub include: Vec<String>,
    /// Its rules, as the API takes them.
    pub rules: Vec<Value>,
    /// Who may bypass it.
    pub bypass: Vec<Value>,
}

/// An environment.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// How many reviewers it has.
    pub reviewers: usize,
    /// Whether only protected branches may deploy.
    pub protected_branches: bool,
    /// Protection rules besides reviewers and branches, as the API answers them.
    pub more_rules: Vec<Value>,
    /// The patterns of branches that may, where they are chosen.
    pub patterns: Option<Vec<String>>,
    /// The names of its secrets, with when they were set.
    pub secrets: Vec<(String, String)>,
    /// The names of its variables.
    pub variables: Vec<String>,
}

/// A workflow that ran.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its number.
    pub id: u64,
    /// Its file.
    pub path: String,
    /// Its runs, the newest first: status, conclusion, event, time.
    pub runs: Vec<(&'static str, Option<&'static str>, &'static str, String)>,
}

/// A full commit, of a few digits.
#[must_use]
pub fn sha(n: u64) -> String {
    format!("{n:040x}")
}

impl Repo {
    /// A repository as GitHub makes one.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            private: false,
            protection_offered: true,
            admin: true,
            edits_rulesets: true,
            archived: false,
            fork: false,
            default_branch: "main".to_owned(),
            branches: vec!["main".to_owned()],
            classic: BTreeMap::new(),
            rulesets: Vec::new(),
            secrets: Vec::new(),
            organization_secrets: Vec::new(),
            variables: Vec::new(),
            organization_variables: Vec::new(),
            environments: Vec::new(),
            workflows: Vec::new(),
            files: BTreeMap::new(),
            pulls: Vec::new(),
            commits: vec![sha(1)],
            check_runs: BTreeMap::new(),
            check_run_fields: BTreeMap::new(),
            statuses: BTreeMap::new(),
            actions: true,
            default_token: "write".to_owned(),
            secret_scanning: false,
            push_protection: false,
            alerts: false,
            deployments: Vec::new(),
        }
    }

    /// One that passes every check on the API: protected by rulesets and by classic protection.
    #[must_use]
    pub fn good(name: &str) -> Self {
        let fresh = |name: &str| (name.to_owned(), "2025-11-01T08:00:00Z".to_owned());
        let owner = name.split('/').next().unwrap_or_default();
        let mut repo = Self {
            rulesets: vec![
                Ruleset::new(7, None, vec![pull_request(1), checks(&["build"], true)]),
                Ruleset::new(12, Some(owner), vec![json!({"type": "non_fast_forward"})]),
            ],
            secrets: vec![fresh("SENTRY_AUTH_TOKEN"), fresh("AWS_OIDC_ROLE_ARN")],
            organization_secrets: vec![fresh("NPM_TOKEN")],
            variables: vec!["AWS_REGION".to_owned()],
            organization_variables: vec!["TEAM".to_owned()],
            environments: vec![Environment {
                name: "production".to_owned(),
                reviewers: 1,
                patterns: Some(vec!["main".to_owned()]),
                secrets: vec![fresh("DATABASE_URL")],
                variables: vec!["STAGE".to_owned()],
                ..Environment::default()
            }],
            workflows: vec![Workflow {
                id: 91,
                path: ".github/workflows/e2e-smoke.yml".to_owned(),
                // GitHub lists a pull request from a fork's main among them
                runs: vec![
                    (
                        "completed",
                        Some("failure"),
                        "pull_request",
                        "2026-01-14T09:00:00Z".to_owned(),
                    ),
                    (
                        "completed",
                        Some("success"),
                        "push",
                        "2026-01-14T08:00:00Z".to_owned(),
                    ),
                ],
            }],
            pulls: (1..=12).rev().map(|n| (n, sha(100 + n))).collect(),
            default_token: "read".to_owned(),
            secret_scanning: true,
            push_protection: true,
            alerts: true,
            deployments: vec![
                (
                    "production".to_owned(),
                    sha(2),
                    vec!["failure", "in_progress"],
                ),
                ("production".to_owned(), sha(1), vec!["inactive", "success"]),
            ],
            ..Self::new(name)
        };
        repo.classic("main", |_| {});
        let heads: Vec<_> = repo.pulls.iter().map(|(_, sha)| sha.clone()).collect();
        for head in heads {
            repo.check_runs
                .insert(head.clone(), vec!["build".to_owned()]);
            repo.statuses.insert(head, vec!["e2e-smoke".to_owned()]);
        }
        repo
    }

    /// Puts a branch under classic protection that demands a review and a check, is strict, and
    /// exempts nobody; `change` changes the answer.
    pub fn classic(&mut self, branch: &str, change: impl Fn(&mut Value)) {
        let base = format!(
            "https://api.github.com/repos/{}/branches/x/protection",
            self.name
        );
        let mut answer = json!({
            "url": base,
            "required_status_checks": {
                "url": base, "strict": true, "contexts": ["e2e-smoke"],
                "contexts_url": base,
                "checks": [{"context": "e2e-smoke", "app_id": null}],
            },
            "required_pull_request_reviews": {
                "url": base,
                "dismiss_stale_reviews": true, "require_code_owner_reviews": false,
                "require_last_push_approval": false, "required_approving_review_count": 1,
            },
            "required_signatures": {"url": base, "enabled": false},
            "enforce_admins": {"url": base, "enabled": true},
            "required_linear_history": {"enabled": false},
            "allow_force_pushes": {"enabled": false},
            "allow_deletions": {"enabled": false},
            "block_creations": {"enabled": false},
            "required_conversation_resolution": {"enabled": false},
            "lock_branch": {"enabled": false},
            "allow_fork_syncing": {"enabled": false},
        });
        change(&mut answer);
        self.classic.insert(branch.to_owned(), answer);
    }
}

impl Ruleset {
    /// An active ruleset for the default branch that nobody may bypass.
    #[must_use]
    pub fn new(id: u64, organization: Option<&str>, rules: Vec<Value>) -> Self {
        Self {
            id,
            name: format!("ruleset {id}"),
            enforcement: "active".to_owned(),
            organization: organization.map(str::to_owned),
            include: vec!["~DEFAULT_BRANCH".to_owned()],
            rules,
            bypass: Vec::new(),
        }
    }

    /// Whether it is in force on a branch.
    #[must_use]
    pub fn is_for(&self, branch: &str, default: bool) -> bool {
        let reference = format!("refs/heads/{branch}");
        let matches = |pattern: &String| match pattern.as_str() {
            "~ALL" => true,
            "~DEFAULT_BRANCH" => default,
            exact => exact == reference,
        };
        self.enforcement == "active" && self.include.iter().any(matches)
    }
}

/// A rule that demands a pull request.
#[must_use]
pub fn pull_request(reviews: u32) -> Value {
    json!({"type": "pull_request", "parameters": {
        "required_approving_review_count": reviews,
        "dismiss_stale_reviews_on_push": true,
        "require_code_owner_review": false,
        "require_last_push_approval": false,
        "required_review_thread_resolution": false,
    }})
}

/// A rule that demands status checks.
#[must_use]
pub fn checks(contexts: &[&str], strict: bool) -> Value {
    let checks: Vec<_> = contexts.iter().map(|c| json!({"context": c})).collect();
    json!({"type": "required_status_checks", "parameters": {
        "required_status_checks": checks,
        "strict_required_status_checks_policy": strict,
    }})
}
