use std::collections::BTreeSet;
use std::sync::Arc;

use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use harden_iam::deployment::{self, CallOutcome, simulate};
use harden_iam::lint::{self, Level, lint};
use harden_iam::{Identity, Policy, Ruling};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::remediations::ci_trust::narrow;
use crate::remediations::cli::aws;
use crate::text::join_first;
use crate::views::{CiRole, Deployment, ROLE_SOURCE, describe_findings};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-deploy-blocked",
        "CI roles are allowed the calls of their deployment",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .remediation(
        "Allow each call of the deployment on its resource, and allow iam:PassRole on the named \
     roles.",
    )
    .page(include_str!("ci_role_deploy_blocked.md"))
    .since("0.1.0"),
    judge,
);

const EXPECTED: &str = "every call of the deployment allowed";

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if !*role.exists.get()? {
        let evidence = Evidence::of("role", "missing", ROLE_SOURCE)
            .expected("the role that harden.toml names");
        return Ok(Verdict::Fail(evidence, create(role)));
    }
    if let Known::Yes(trust) = &role.trust {
        let report = role.trust_report()?;
        let never = describe_findings(report, &[lint::Rule::TrustNeverMatches]);
        let matches_no_token = report.grade == harden_iam::trust::Grade::Nobody;
        if matches_no_token && !never.is_empty() {
            let evidence =
                Evidence::of("AssumeRolePolicyDocument", join_first(&never), ROLE_SOURCE)
                    .expected("a statement that matches the token of the deployment job");
            return Ok(Verdict::Fail(evidence, narrow(role, trust, &j.policy.ci)));
        }
    }
    let identity = role.identity()?;
    let deployments = role.deployments(&identity, &j.policy.ci);
    if deployments.is_empty() {
        return Ok(Verdict::not_applicable(
            "the policies of the role name no known deployment, and harden.toml describes none",
        ));
    }
    let calls = calls(role, j.policy)?;
    let denied: Vec<&CallOutcome> = calls.iter().filter(|one| one.ruling.is_denied()).collect();
    let kinds: Vec<&str> = deployments
        .iter()
        .flat_map(|one| &one.kinds)
        .map(|kind| kind.as_str())
        .collect();
    if !denied.is_empty() {
        // One entry per call: a single long line would be truncated in the report.
        let evidence = denied.iter().fold(Evidence::default(), |all, call| {
            let found = format!("denied{}", circumstances(call));
            all.and(call.action, found, ROLE_SOURCE)
        });
        let evidence = evidence.expected(EXPECTED);
        let evidence = advice(&identity, &deployments)
            .into_iter()
            .fold(evidence, Evidence::note);
        let at_fault = at_fault(role)?;
        let still = |changed: &CiRole| {
            let calls = self::calls(changed, j.policy).unwrap_or_default();
            calls
                .iter()
                .find(|one| one.ruling.is_denied())
                .map(describe)
        };
        let to = least_instead(role, &j.policy.ci, &at_fault, &still);
        return Ok(Verdict::Fail(evidence, to));
    }
    if let Some(open) = calls.iter().find(|one| !one.ruling.is_allowed()) {
        return Err(Unknown::undetermined(format!(
            "it is unknown whether this call is allowed: {}",
            describe(open)
        )));
    }
    role.trust.get()?;
    let found = format!(
        "all {} calls of the deployment are allowed ({})",
        calls.len(),
        kinds.join(", ")
    );
    let evidence = Evidence::of("Policies", found, ROLE_SOURCE)
        .expected(EXPECTED)
        .note(
            "judged by the policies and the permissions boundary of the role; service control \
             policies and resource-based policies, which can deny calls, are not read",
        );
    Ok(Verdict::Pass(evidence))
}

/// The outcome of every call of all deployments.
fn calls(role: &CiRole, policy: &AwsPolicy) -> Result<Vec<CallOutcome>, Arc<Unknown>> {
    let identity = role.identity()?;
    let all = role.deployments(&identity, &policy.ci);
    let each = all
        .iter()
        .flat_map(|one| simulate(&identity, Some(&*role.arn), &one.kinds, &one.targets));
    Ok(each.collect())
}

fn describe(call: &CallOutcome) -> String {
    format!("{}{}", call.action, circumstances(call))
}

/// The resource of a call, its purpose and its outcome.
fn circumstances(call: &CallOutcome) -> String {
    let on = match (&*call.resource, call.passed_to) {
        ("*", _) => String::new(),
        (resource, None) => format!(" on {resource}"),
        (resource, Some(service)) => format!(" on {resource} to {service}"),
    };
    let why = call.reason.as_deref().unwrap_or(match call.ruling {
        Ruling::Undetermined { .. } => "it depends on an unknown condition",
        _ => "no statement allows it",
    });
    format!("{on}, to {}: {why}", call.why)
}

/// Advice that is not a failure: permissions that the deployment does not need, and what the
/// permissions amount to.
fn advice(identity: &Identity, deployments: &[Deployment]) -> Vec<String> {
    let kinds: Vec<deployment::Deployment> = deployments
        .iter()
        .flat_map(|one| one.kinds.iter().copied())
        .collect();
    let mut messages = Vec::new();
    for finding in deployment::advise(identity, None, &kinds) {
        let message = finding.message.trim_end_matches('.').to_owned();
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    messages
}

/// The policies with statements that can never take effect. The remediation replaces these.
fn at_fault(role: &CiRole) -> Result<BTreeSet<usize>, Arc<Unknown>> {
    let mut all = BTreeSet::new();
    for (at, (held, document)) in role.documents()?.into_iter().enumerate() {
        let document: &Policy = document.get()?;
        let is_customer_policy = held
            .managed
            .as_ref()
            .is_none_or(|managed| !managed.is_aws());
        let mut faults = lint(document, lint::PolicyType::Identity).into_iter();
        if is_customer_policy && faults.any(|one| one.level() == Level::Error) {
            all.insert(at);
        }
    }
    Ok(all)
}

/// Creates the role. Its permissions and its trust policy are judged after it exists.
fn create(role: &CiRole) -> Remediation {
    let trust = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\
                 {\"Federated\":\"PROVIDER\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Condition\":\
                 {\"StringEquals\":{\"token.actions.githubusercontent.com:aud\":\"sts.amazonaws.com\",\
                 \"token.actions.githubusercontent.com:sub\":\"repo:«R»:environment:«E»\"}}}]}";
    let provider = crate::views::github_provider_arn(role.partition(), &role.place.account);
    let document = Arg::from(trust.replace("PROVIDER", &provider))
        .with_input(
            "«R»",
            "GITHUB_REPOSITORY",
            "the repository that deploys (OWNER/NAME)",
        )
        .with_input(
            "«E»",
            "ENVIRONMENT",
            "the GitHub environment of the deployment job",
        );
    Remediation::new("create the role, or correct its name in harden.toml")
        .step(
            aws("iam", "create-role")
                .opt("--role-name", &*role.name)
                .opt("--assume-role-policy-document", document)
                .step(
                    "Create the role for one environment of one repository",
                    &["iam:CreateRole"],
                ),
        )
        .link("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html")
}
