//! The API operations, which are the sources of evidence, and the permission that each needs.

/// An operation of the REST API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The method and the template of its path.
    pub(crate) name: &'static str,
    /// The permission that it needs, as in the header `X-Accepted-GitHub-Permissions`.
    pub(crate) permission: &'static str,
}

macro_rules! operations {
    ($($constant:ident = $name:literal, $permission:literal;)*) => {
        $(#[cfg_attr(not(feature = "live"), allow(dead_code, reason = "only listers use it"))]
        pub(crate) const $constant: Operation =
            Operation { name: $name, permission: $permission };)*
    };
}

// The names of permissions are those of the header, which can differ from those of the documentation:
// variables are `actions_variables` in the header (seen in public logs of a 403 of GET
// …/actions/variables), and `variables` in the permissions of an App.
operations! {
    ACTIONS_PERMISSIONS = "GET /repos/{owner}/{repo}/actions/permissions", "administration=read";
    BRANCH = "GET /repos/{owner}/{repo}/branches/{branch}", "contents=read";
    BRANCH_PROTECTION =
        "GET /repos/{owner}/{repo}/branches/{branch}/protection", "administration=read";
    BRANCH_RULES = "GET /repos/{owner}/{repo}/rules/branches/{branch}", "metadata=read";
    CHECK_RUNS = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs", "checks=read";
    COMMITS = "GET /repos/{owner}/{repo}/commits", "contents=read";
    COMMIT_STATUS = "GET /repos/{owner}/{repo}/commits/{ref}/status", "statuses=read";
    CONTENTS = "GET /repos/{owner}/{repo}/contents/{path}", "contents=read";
    DEFAULT_TOKEN =
        "GET /repos/{owner}/{repo}/actions/permissions/workflow", "administration=read";
    DEPLOYMENTS = "GET /repos/{owner}/{repo}/deployments", "deployments=read";
    DEPLOYMENT_STATUSES =
        "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", "deployments=read";
    ENVIRONMENTS = "GET /repos/{owner}/{repo}/environments", "actions=read";
    ENVIRONMENT_BRANCHES =
        "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
        "actions=read";
    ENVIRONMENT_SECRETS =
        "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets", "environments=read";
    ENVIRONMENT_VARIABLES =
        "GET /repos/{owner}/{repo}/environments/{environment_name}/variables",
        "environments=read";
    ORGANIZATION_REPOSITORIES = "GET /orgs/{org}/repos", "metadata=read";
    ORGANIZATION_SECRETS = "GET /repos/{owner}/{repo}/actions/organization-secrets", "secrets=read";
    ORGANIZATION_VARIABLES =
        "GET /repos/{owner}/{repo}/actions/organization-variables", "actions_variables=read";
    PULL_REQUESTS = "GET /repos/{owner}/{repo}/pulls", "pull_requests=read";
    RATE_LIMIT = "GET /rate_limit", "";
    REPOSITORY = "GET /repos/{owner}/{repo}", "metadata=read";
    RULESET = "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", "metadata=read";
    RULESETS = "GET /repos/{owner}/{repo}/rulesets", "metadata=read";
    SARIF = "GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}", "security_events=read";
    SECRETS = "GET /repos/{owner}/{repo}/actions/secrets", "secrets=read";
    UPLOAD_SARIF = "POST /repos/{owner}/{repo}/code-scanning/sarifs", "security_events=write";
    VARIABLES = "GET /repos/{owner}/{repo}/actions/variables", "actions_variables=read";
    VULNERABILITY_ALERTS =
        "GET /repos/{owner}/{repo}/vulnerability-alerts", "administration=read";
    WORKFLOWS = "GET /repos/{owner}/{repo}/actions/workflows", "actions=read";
    WORKFLOW_RUNS =
        "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", "actions=read";
}
