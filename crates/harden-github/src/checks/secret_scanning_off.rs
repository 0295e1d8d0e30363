use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};
use serde_json::json;

use crate::operation::REPOSITORY;
use crate::policy::GithubPolicy;
use crate::remediations::enable_security;
use crate::resources::RepositorySecurity;

pub(crate) static CHECK: Rule<RepositorySecurity, GithubPolicy> = Rule::new(
    Meta::new(
        "github/secret-scanning-off",
        "Secret scanning is enabled",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Enable secret scanning.")
    .page(include_str!("secret_scanning_off.md"))
    .since("0.1.0"),
    judge,
);

fn judge(security: &RepositorySecurity, j: &Judging<GithubPolicy>) -> Judgement {
    let on = *security.features.get()?.secret_scanning.get()?;
    let status = if on { "enabled" } else { "disabled" };
    let setting = "security_and_analysis.secret_scanning.status";
    let evidence = Evidence::of(setting, status, REPOSITORY.name).expected("enabled");
    if on {
        return Ok(Verdict::Pass(evidence));
    }
    let to = enable_security(
        security,
        j.policy,
        "enable secret scanning",
        "Enable secret scanning",
        json!({"secret_scanning": {"status": "enabled"}}),
        "    secret_scanning {\n      status = \"enabled\"\n    }\n",
    )
    .link("https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning");
    Ok(Verdict::Fail(evidence, to))
}
