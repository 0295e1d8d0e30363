use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};
use serde_json::json;

use crate::operation::REPOSITORY;
use crate::policy::GithubPolicy;
use crate::remediations::enable_security;
use crate::resources::RepositorySecurity;

pub(crate) static CHECK: Rule<RepositorySecurity, GithubPolicy> = Rule::new(
    Meta::new(
        "github/push-protection-off",
        "Push protection for secrets is enabled",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Enable push protection.")
    .page(include_str!("push_protection_off.md"))
    .since("0.1.0"),
    judge,
);

fn judge(security: &RepositorySecurity, j: &Judging<GithubPolicy>) -> Judgement {
    let on = *security.features.get()?.push_protection.get()?;
    let status = if on { "enabled" } else { "disabled" };
    let setting = "security_and_analysis.secret_scanning_push_protection.status";
    let evidence = Evidence::of(setting, status, REPOSITORY.name).expected("enabled");
    if on {
        return Ok(Verdict::Pass(evidence));
    }
    // push protection needs secret scanning; enabling what is enabled changes nothing
    let to = enable_security(
        security,
        j.policy,
        "enable push protection and secret scanning",
        "Enable push protection and secret scanning",
        json!({
            "secret_scanning": {"status": "enabled"},
            "secret_scanning_push_protection": {"status": "enabled"},
        }),
        "    secret_scanning {\n      status = \"enabled\"\n    }\n    \
         secret_scanning_push_protection {\n      status = \"enabled\"\n    }\n",
    )
    .link("https://docs.github.com/en/code-security/secret-scanning/introduction/about-push-protection");
    Ok(Verdict::Fail(evidence, to))
}
