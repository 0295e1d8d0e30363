use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};
use harden_iam::lint;
use harden_iam::trust::Grade;
use harden_iam::{Effect, Policy};

use crate::remediations::ci_trust::{move_to, narrow};
use crate::text::join_first;
use crate::views::{CiRole, ROLE_SOURCE, claim_values, describe_findings};
use crate::{AwsPolicy, CiPolicy};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/oidc-subject-any-ref",
        "Trust policies of CI roles pin one environment or branch",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Pin the environment or the branch in the trust policy: `sub` is \
     `repo:OWNER/NAME:environment:NAME`.",
    )
    .page(include_str!("oidc_subject_any_ref.md"))
    .since("0.1.0"),
    judge,
);

const WIDE: &[lint::Rule] = &[lint::Rule::SubjectAnyRef, lint::Rule::SubjectPullRequests];

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let trust = role.trust.get()?;
    let report = role.trust_report()?;
    let evidence = |found: String| {
        Evidence::of("AssumeRolePolicyDocument", found, ROLE_SOURCE)
            .expected(expected_subject(&j.policy.ci))
    };
    match report.grade {
        Grade::Nobody => {
            return Ok(Verdict::not_applicable(
                "no token of GitHub Actions can assume the role",
            ));
        }
        Grade::Unknown => {
            let not_judged = describe_findings(report, &[lint::Rule::TrustNotJudged]);
            return Err(Unknown::undetermined(join_first(&not_judged)));
        }
        Grade::Organization | Grade::OtherOrganizations | Grade::Anybody => {
            return Ok(Verdict::not_applicable(
                "more than one repository can assume the role: see aws/oidc-subject-unrestricted",
            ));
        }
        Grade::Repository | Grade::PullRequests => {
            let evidence = evidence(join_first(&describe_findings(report, WIDE)));
            return Ok(Verdict::Fail(evidence, narrow(role, trust, &j.policy.ci)));
        }
        Grade::Workflow => {
            return Ok(Verdict::Pass(evidence(
                "one workflow at one ref".to_owned(),
            )));
        }
        Grade::Exact => {}
    }
    match other_subject(trust, &j.policy.ci)? {
        Some(found) => Ok(Verdict::Fail(
            evidence(found),
            move_to(role, trust, &j.policy.ci),
        )),
        None => {
            let subjects: Vec<String> = claim_values(trust, "sub").cloned().collect();
            Ok(Verdict::Pass(evidence(if subjects.is_empty() {
                "one environment or branch".to_owned()
            } else {
                join_first(&subjects)
            })))
        }
    }
}

fn expected_subject(policy: &CiPolicy) -> String {
    match (&policy.environment, &policy.branch) {
        (None, None) => "`sub` of one environment, or of the default branch".to_owned(),
        (Some(name), None) => format!("`sub` of the environment {name}"),
        (None, Some(name)) => format!("`sub` of the branch {name}"),
        (Some(environment), Some(branch)) => {
            format!("`sub` of the environment {environment}, or of the branch {branch}")
        }
    }
}

/// A subject of another environment or branch than the policy requires, if it requires one.
fn other_subject(trust: &Policy, policy: &CiPolicy) -> Result<Option<String>, Unknown> {
    // GitHub escapes a colon in the name of an environment or a branch in the claim `sub`.
    let escaped = |name: &String| name.replace(':', "%3A");
    let environment = policy
        .environment
        .as_ref()
        .map(|n| format!(":environment:{}", escaped(n)));
    let branch = policy
        .branch
        .as_ref()
        .map(|n| format!(":ref:refs/heads/{}", escaped(n)));
    let allowed: Vec<String> = environment.into_iter().chain(branch).collect();
    if allowed.is_empty() {
        return Ok(None);
    }
    let unclear =
        || Unknown::undetermined("the environment or the branch of the subject is unknown");
    let simple = ["StringEquals", "StringLike", "StringEqualsIgnoreCase"];
    let mut allows = trust
        .statements()
        .iter()
        .filter(|one| one.effect() == Effect::Allow);
    let is_complex = allows.any(|one| {
        let mut conditions = one.conditions().iter();
        conditions.any(|one| one.key().ends_with(":sub") && !simple.contains(&one.operator()))
    });
    let subjects: Vec<&String> = claim_values(trust, "sub").collect();
    if is_complex || subjects.is_empty() {
        return Err(unclear());
    }
    for subject in subjects {
        let place = |marker: &str| subject.contains(marker);
        if allowed
            .iter()
            .any(|place| subject.ends_with(place.as_str()))
        {
            continue;
        }
        if !place(":environment:") && !place(":ref:refs/") {
            return Err(unclear());
        }
        return Ok(Some(subject.clone()));
    }
    Ok(None)
}
