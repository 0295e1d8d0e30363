use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::SentryPolicy;
use crate::resources::Token;

pub(crate) static CHECK: Rule<Token, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/token-overprivileged",
        "The audit's token has only the scopes that it needs",
        Severity::Medium,
    )
    .tags(&["guide:1"])
    .security()
    .remediation("Give the audit a separate token with read scopes only.")
    .page(include_str!("token_overprivileged.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "GET /api/0/";

fn judge(token: &Token, j: &Judging<SentryPolicy>) -> Judgement {
    let scopes = token.scopes.get()?;
    let allowed = &j.policy.token_scopes;
    let beyond: Vec<&str> = scopes
        .iter()
        .filter(|scope| !allowed.contains(scope))
        .map(String::as_str)
        .collect();
    let expected = format!("only {}", allowed.join(", "));
    if beyond.is_empty() {
        let evidence = Evidence::of("auth.scopes", scopes.join(", "), SOURCE);
        return Ok(Verdict::Pass(evidence.expected(expected)));
    }
    let evidence = Evidence::of("excess auth.scopes", beyond.join(", "), SOURCE);
    Ok(Verdict::Fail(evidence.expected(expected), remediation()))
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
