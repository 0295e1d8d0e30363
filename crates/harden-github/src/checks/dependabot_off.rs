use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::operation::VULNERABILITY_ALERTS;
use crate::policy::GithubPolicy;
use crate::remediations::Gh;
use crate::resources::VulnerabilityAlerts;

pub(crate) static CHECK: Rule<VulnerabilityAlerts, GithubPolicy> = Rule::new(
    Meta::new(
        "github/dependabot-off",
        "Dependabot alerts are enabled",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Enable Dependabot alerts.")
    .page(include_str!("dependabot_off.md"))
    .since("0.1.0"),
    judge,
);

fn judge(alerts: &VulnerabilityAlerts, j: &Judging<GithubPolicy>) -> Judgement {
    let on = *alerts.enabled.get()?;
    let found = if on { "enabled" } else { "disabled" };
    let evidence =
        Evidence::of("Dependabot alerts", found, VULNERABILITY_ALERTS.name).expected("enabled");
    if on {
        return Ok(Verdict::Pass(evidence));
    }
    let name = alerts.repository.split_once('/').unwrap_or_default().1;
    let to = Remediation::new("enable Dependabot alerts")
        .step(Gh::new("PUT", &alerts.repository, "vulnerability-alerts").step(
            "Enable Dependabot alerts",
            &["administration=write"],
            j.policy,
        ))
        .terraform(format!(
            "resource \"github_repository\" \"this\" {{\n  # … the existing settings\n  name                 \
             = {}\n  vulnerability_alerts = true\n}}\n",
            hcl_string(name)
        ))
        .link("https://docs.github.com/en/code-security/dependabot/dependabot-alerts/configuring-dependabot-alerts");
    Ok(Verdict::Fail(evidence, to))
}
