use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Section, Severity, Verdict, hcl_string,
};

use crate::GithubPolicy;
use crate::operation::VULNERABILITY_ALERTS;
use crate::remedies::Gh;
use crate::resources::VulnerabilityAlerts;

pub(crate) static CHECK: Rule<VulnerabilityAlerts, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/dependabot-off",
        title: "Vulnerable dependencies are told",
        severity: Severity::Medium,
        section: Section::Security,
        beyond_guide: true,
        security: true,
        remediation: "Switch Dependabot alerts on.",
        page: include_str!("dependabot_off.md"),
    },
    judge,
    off: None,
};

fn judge(alerts: &VulnerabilityAlerts, j: &Judging<GithubPolicy>) -> Judgement {
    let on = *alerts.enabled.get()?;
    let found = if on { "on" } else { "off" };
    let evidence = Evidence::of("Dependabot alerts", found, VULNERABILITY_ALERTS.name).wanted("on");
    if on {
        return Ok(Verdict::Pass(evidence));
    }
    let name = alerts.repository.split_once('/').unwrap_or_default().1;
    let to = Remediation::new("switch Dependabot alerts on")
        .step(Gh::new("PUT", &alerts.repository, "vulnerability-alerts").step(
            "Switch Dependabot alerts on",
            &["administration=write"],
            j.policy,
        ))
        .terraform(format!(
            "resource \"github_repository\" \"this\" {{\n  # … the settings it has\n  name                 \
             = {}\n  vulnerability_alerts = true\n}}\n",
            hcl_string(name)
        ))
        .link("https://docs.github.com/en/code-security/dependabot/dependabot-alerts/configuring-dependabot-alerts");
    Ok(Verdict::Fail(evidence, to))
}
