use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};
use serde_json::json;

use crate::operation::DEFAULT_TOKEN;
use crate::policy::GithubPolicy;
use crate::remediations::Gh;
use crate::resources::ActionsSettings;

pub(crate) static CHECK: Rule<ActionsSettings, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-default-token-write",
        "The default permissions of GITHUB_TOKEN are read-only",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Make read-only the default of GITHUB_TOKEN.")
    .page(include_str!("workflow_default_token_write.md"))
    .since("0.1.0"),
    judge,
);

fn judge(settings: &ActionsSettings, j: &Judging<GithubPolicy>) -> Judgement {
    if settings.enabled == Known::Yes(false) {
        return Ok(Verdict::not_applicable(
            "Actions is disabled in the repository",
        ));
    }
    let token = settings.default_token.get()?;
    let setting = "default_workflow_permissions";
    let evidence = Evidence::of(setting, token, DEFAULT_TOKEN.name).expected("read");
    if token == "read" {
        settings.enabled.get()?;
        return Ok(Verdict::Pass(evidence));
    }
    settings.enabled.get()?;
    Ok(Verdict::Fail(evidence, remediation(settings, j.policy)))
}

/// The API call sets two settings. The one that this check does not judge keeps its value, so it must
/// be known.
fn remediation(settings: &ActionsSettings, policy: &GithubPolicy) -> Remediation {
    let to = Remediation::new("make read-only the default of GITHUB_TOKEN").link(
        "https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository",
    );
    let approves = match &settings.approves_pull_requests {
        Known::Yes(approves) => *approves,
        Known::No(reason) => {
            return to.withheld(format!(
                "the API call also sets whether workflows may approve pull requests, and that \
                 setting could not be read: {reason}"
            ));
        }
    };
    let body = json!({
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": approves,
    });
    let name = settings.repository.split_once('/').unwrap_or_default().1;
    to.step(
        Gh::new("PUT", &settings.repository, "actions/permissions/workflow")
            .body(body.to_string())
            .step(
                "Make the default read-only; workflows that write must then set `permissions`",
                &["administration=write"],
                policy,
            ),
    )
    .terraform(format!(
        "resource \"github_workflow_repository_permissions\" \"this\" {{\n  repository                       \
         = {}\n  default_workflow_permissions     = \"read\"\n  can_approve_pull_request_reviews = \
         {approves}\n}}\n",
        hcl_string(name)
    ))
}
