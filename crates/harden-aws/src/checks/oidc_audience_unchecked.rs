use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Unknown, Verdict};
use harden_iam::lint;
use harden_iam::trust::Grade;

use crate::AwsPolicy;
use crate::remediations::ci_trust::pin_audience;
use crate::text::join_first;
use crate::views::{FederatedRole, ROLE_SOURCE, describe_findings};

pub(crate) static CHECK: Rule<FederatedRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/oidc-audience-unchecked",
        "Trust policies of CI roles pin the token audience",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Pin the audience of the token in the trust policy: `aud` is `sts.amazonaws.com`.")
    .page(include_str!("oidc_audience_unchecked.md"))
    .since("0.1.0"),
    judge,
);

fn judge(role: &FederatedRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let trust = role.trust.get()?;
    let report = role.trust_report()?;
    // A statement that cannot be evaluated may match nothing, so its missing audience is not certain.
    let not_judged: Vec<Option<usize>> = report
        .findings
        .iter()
        .filter(|one| one.rule == lint::Rule::TrustNotJudged)
        .map(|one| one.statement.as_ref().map(|at| at.index))
        .collect();
    let certain = report.findings.iter().any(|one| {
        let at = one.statement.as_ref().map(|at| at.index);
        one.rule == lint::Rule::AudienceUnchecked && !not_judged.contains(&at)
    });
    let unchecked = describe_findings(report, &[lint::Rule::AudienceUnchecked]);
    if certain {
        let evidence = Evidence::of(
            "AssumeRolePolicyDocument",
            join_first(&unchecked),
            ROLE_SOURCE,
        )
        .expected("StringEquals `…:aud` `sts.amazonaws.com` in each statement");
        let note = match &role.audiences {
            Known::Yes(all) if all.len() > 1 => format!(
                "the provider has several audiences ({}), and a token for any of them can assume \
                 the role",
                join_first(all)
            ),
            Known::Yes(_) => {
                "the provider has one audience, which STS checks; a second audience would open \
                 the role"
                    .to_owned()
            }
            Known::No(unknown) => {
                format!("the audiences of the provider could not be read: {unknown}")
            }
        };
        let to = pin_audience(role, trust, &j.policy.ci);
        return Ok(Verdict::Fail(evidence.note(note), to));
    }
    if report.grade == Grade::Nobody {
        return Ok(Verdict::not_applicable(
            "no token of GitHub Actions can assume the role",
        ));
    }
    if !not_judged.is_empty() {
        return Err(Unknown::undetermined(join_first(&describe_findings(
            report,
            &[lint::Rule::TrustNotJudged],
        ))));
    }
    Ok(Verdict::Pass(
        Evidence::of("AssumeRolePolicyDocument", "`aud` is pinned", ROLE_SOURCE)
            .expected("`aud` pinned in each statement for GitHub tokens"),
    ))
}
