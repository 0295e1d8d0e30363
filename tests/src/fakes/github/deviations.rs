//! Where GitHub does otherwise than the cut of its description says.

use crate::contract::{Deviation, Otherwise};

const TROUBLE: &str = "docs.github.com, Troubleshooting the REST API: any operation may answer 403, \
                       404, 410, 429 and 5xx; a description lists only some";
const REFERENCE: &str = "docs.github.com, REST API reference: the cut does not have the operation";
const CONDITIONAL: &str = "docs.github.com, Best practices for using the REST API: 304 to any GET";
const MOVED: &str = "docs.github.com, Best practices for using the REST API: 301 to any GET of a \
                     renamed repository";

const READ: [&str; 23] = [
    "/rate_limit",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/actions/organization-secrets",
    "/repos/{owner}/{repo}/actions/organization-variables",
    "/repos/{owner}/{repo}/actions/permissions",
    "/repos/{owner}/{repo}/actions/secrets",
    "/repos/{owner}/{repo}/actions/variables",
    "/repos/{owner}/{repo}/actions/workflows",
    "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    "/repos/{owner}/{repo}/branches/{branch}",
    "/repos/{owner}/{repo}/branches/{branch}/protection",
    "/repos/{owner}/{repo}/code-scanning/sarifs",
    "/repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/contents/{path}",
    "/repos/{owner}/{repo}/environments",
    "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
    "/repos/{owner}/{repo}/environments/{environment_name}/secrets",
    "/repos/{owner}/{repo}/environments/{environment_name}/variables",
    "/repos/{owner}/{repo}/rules/branches/{branch}",
    "/repos/{owner}/{repo}/rulesets",
    "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
    "/user",
];

const UNDESCRIBED: [&str; 9] = [
    "/orgs/{org}/repos",
    "/repositories/{repository_id}",
    "/repos/{owner}/{repo}/actions/permissions/workflow",
    "/repos/{owner}/{repo}/commits",
    "/repos/{owner}/{repo}/commits/{ref}/status",
    "/repos/{owner}/{repo}/contents",
    "/repos/{owner}/{repo}/deployments",
    "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
    "/repos/{owner}/{repo}/pulls",
];

/// All of them, each with its source.
#[must_use]
pub fn deviations() -> Vec<Deviation> {
    let mut all = Vec::new();
    for path in READ {
        let of = |status, source| Deviation {
            method: if path.ends_with("/sarifs") {
                "POST"
            } else {
                "GET"
            },
            path,
            what: Otherwise::Status(status),
            source,
        };
        let trouble = [401, 403, 404, 410, 429, 500, 502, 503];
        all.extend(trouble.map(|status| of(status, TROUBLE)));
        all.extend([of(304, CONDITIONAL), of(301, MOVED)]);
    }
    let lacking = UNDESCRIBED.into_iter().chain([
        "/repos/{owner}/{repo}/vulnerability-alerts",
        "/repos/{owner}/{repo}/contents/",
    ]);
    all.push(Deviation {
        method: "POST",
        path: "/app/installations/{installation_id}/access_tokens",
        what: Otherwise::Undescribed,
        source: REFERENCE,
    });
    all.extend(lacking.map(|path| Deviation {
        method: "GET",
        path,
        what: Otherwise::Undescribed,
        source: REFERENCE,
    }));
    all
}
