use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Section, Severity, Step, Verdict,
};

use crate::SentryPolicy;
use crate::resources::Token;

pub(crate) static CHECK: Rule<Token, SentryPolicy> = Rule {
    meta: Meta {
        id: "sentry/token-overprivileged",
        title: "The audit's token can do no more than read",
        severity: Severity::Medium,
        section: Section::Releases,
        beyond_guide: false,
        security: true,
        remediation: "Give the audit a token of its own that can only read.",
        page: include_str!("token_overprivileged.md"),
    },
    judge,
    off: None,
};

const SOURCE: &str = "GET /api/0/";

fn judge(token: &Token, j: &Judging<SentryPolicy>) -> Judgement {
    let scopes = token.scopes.get()?;
    let allowed = &j.policy.token_scopes;
    let beyond: Vec<&str> = scopes
        .iter()
        .filter(|scope| !allowed.contains(scope))
        .map(String::as_str)
        .collect();
    let wanted = format!("only {}", allowed.join(", "));
    if beyond.is_empty() {
        let evidence = Evidence::of("auth.scopes", scopes.join(", "), SOURCE);
        return Ok(Verdict::Pass(evidence.wanted(wanted)));
    }
    let evidence = Evidence::of("auth.scopes", format_args!("{}", beyond.join(", ")), SOURCE);
    Ok(Verdict::Fail(evidence.wanted(wanted), remediation()))
}

/// A token is created by a person, and Sentry shows it only once.
fn remediation() -> Remediation {
    Remediation::new("give the audit a separate token that can only read")
        .step(Step::by_hand(
            "In Sentry, under Settings → Developer Settings → Custom Integrations, create an \
             internal integration with read access to Project, Organization, Member and Alerts \
             only",
        ))
        .step(Step::by_hand(
            "Use its token as SENTRY_AUTH_TOKEN for the audit; use the token that creates releases \
             in the deployment only",
        ))
        .link("https://docs.sentry.io/api/permissions/")
}
