use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};
use harden_iam::lint;
use harden_iam::trust::{Grade, Report};

use crate::AwsPolicy;
use crate::remediations::ci_trust::narrow;
use crate::text::join_first;
use crate::views::{CiRole, ROLE_SOURCE, deny_owners, describe_findings};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/oidc-subject-unrestricted",
        "Trust policies of CI roles pin the repository",
        Severity::Critical,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Pin the repository, and the environment or branch, in the trust policy: `sub` is \
     `repo:OWNER/NAME:environment:NAME`.",
    )
    .page(include_str!("oidc_subject_unrestricted.md"))
    .since("0.1.0"),
    judge,
);

const OPEN: &[lint::Rule] = &[
    lint::Rule::SubjectUnrestricted,
    lint::Rule::SubjectOrganization,
];

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let trust = role.trust.get()?;
    let whole = role.trust_report()?;
    if whole.grade == Grade::Nobody {
        return Ok(Verdict::not_applicable(
            "no token of GitHub Actions can assume the role",
        ));
    }
    let owners = &j.policy.ci.organizations;
    // Statements for trusted owners are removed, and the rest is judged.
    let report = if owners.is_empty() {
        whole.clone()
    } else {
        Report::of(&deny_owners(trust, owners))
    };
    let open = describe_findings(&report, OPEN);
    if !open.is_empty() {
        let evidence = Evidence::of("AssumeRolePolicyDocument", join_first(&open), ROLE_SOURCE)
            .expected("one repository, in one environment or on one branch")
            .note(format!("open to {}", describe(report.grade)));
        return Ok(Verdict::Fail(evidence, narrow(role, trust, &j.policy.ci)));
    }
    let not_judged = describe_findings(&report, &[lint::Rule::TrustNotJudged]);
    if !not_judged.is_empty() {
        return Err(Unknown::undetermined(join_first(&not_judged)));
    }
    let found = match report.grade {
        Grade::Nobody => format!("only repositories of {}", join_first(owners)),
        Grade::Workflow => "one workflow at one ref, called by any repository".to_owned(),
        grade => describe(grade).to_owned(),
    };
    Ok(Verdict::Pass(
        Evidence::of("AssumeRolePolicyDocument", found, ROLE_SOURCE)
            .expected("only the repository that deploys"),
    ))
}

/// Who can assume the role, for the evidence.
fn describe(grade: Grade) -> &'static str {
    match grade {
        Grade::Nobody => "no token of GitHub Actions",
        Grade::Exact => "named environments, branches or tags of one repository",
        Grade::Workflow => "every repository that calls one workflow",
        Grade::PullRequests => "pull requests of one repository",
        Grade::Repository => "several refs of one repository",
        Grade::Organization => "repositories of one owner",
        Grade::OtherOrganizations => "repositories of other owners",
        Grade::Anybody => "every repository on GitHub",
        Grade::Unknown => "unknown repositories",
    }
}
