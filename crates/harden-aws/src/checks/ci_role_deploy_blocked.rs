use std::collections::BTreeSet;
use std::sync::Arc;

use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use harden_iam::deployment::{self, CallOutcome, TrustPolicy, review_role, simulate};
use harden_iam::lint::{self, Level, lint};
use harden_iam::trust::Report;
use harden_iam::{Identity, Policy, Ruling};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::remediations::ci_trust::narrow;
use crate::remediations::cli::aws;
use crate::text::join_first;
use crate::views::{CiRole, Deployment, ROLE_SOURCE, told};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(Meta::new("aws/ci-role-deploy-blocked", "CI roles may make the calls that their deployment makes", Severity::Medium,)
.tags(&["guide:5"])
.remediation("Allow each call of the deployment on the resource that it is about, and passing the roles by name.")
.page(include_str!("ci_role_deploy_blocked.md"))
.since("0.1.0"), judge,);

const WANTED: &str = "every call of the deployment allowed";

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if !*role.exists.get()? {
        let evidence = Evidence::of("Roles", "no role of that name", ROLE_SOURCE)
            .expected("the role that the policy names");
        return Ok(Verdict::Fail(evidence, create(role)));
    }
    if let Known::Yes(trust) = &role.trust {
        let never = told(&Report::of(trust), &[lint::Rule::TrustNeverMatches]);
        let nobody = Report::of(trust).grade == harden_iam::trust::Grade::Nobody;
        if nobody && !never.is_empty() {
            let evidence =
                Evidence::of("AssumeRolePolicyDocument", join_first(&never), ROLE_SOURCE)
                    .expected("a statement that lets the deploying job in");
            return Ok(Verdict::Fail(evidence, narrow(role, trust, &j.policy.ci)));
        }
    }
    let identity = role.identity()?;
    let deployments = role.deployments(&identity, &j.policy.ci);
    if deployments.is_empty() {
        return Ok(Verdict::not_applicable(
            "its policies name no deployment that is known, and the policy file gives none",
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
        // each by itself: one long line would be cut in the middle
        let evidence = denied.iter().fold(Evidence::default(), |all, call| {
            let found = format!("denied{}", circumstances(call));
            all.and(call.action, found, ROLE_SOURCE)
        });
        let evidence = evidence.expected(WANTED);
        let evidence = advice(&identity, &deployments)
            .into_iter()
            .fold(evidence, Evidence::note);
        let at_fault = at_fault(role)?;
        let still = |mended: &CiRole| {
            let calls = self::calls(mended, j.policy).unwrap_or_default();
            calls
                .iter()
                .find(|one| one.ruling.is_denied())
                .map(in_words)
        };
        let to = least_instead(role, &j.policy.ci, &at_fault, &still);
        return Ok(Verdict::Fail(evidence, to));
    }
    if let Some(open) = calls.iter().find(|one| !one.ruling.is_allowed()) {
        return Err(Unknown::undetermined(format!(
            "whether it may be is not known: {}",
            in_words(open)
        )));
    }
    role.trust.get()?;
    let found = format!(
        "all {} calls of a deployment ({})",
        calls.len(),
        kinds.join(", ")
    );
    let evidence = Evidence::of("Policies", found, ROLE_SOURCE)
        .expected(WANTED)
        .note(
            "judged by the role's policies and its boundary; what service control policies and \
         policies of resources deny is not read",
        );
    Ok(Verdict::Pass(evidence))
}

/// What becomes of the calls of all deployments.
fn calls(role: &CiRole, policy: &AwsPolicy) -> Result<Vec<CallOutcome>, Arc<Unknown>> {
    let identity = role.identity()?;
    let all = role.deployments(&identity, &policy.ci);
    let each = all
        .iter()
        .flat_map(|one| simulate(&identity, Some(&*role.arn), &one.kinds, &one.targets));
    Ok(each.collect())
}

fn in_words(call: &CallOutcome) -> String {
    format!("{}{}", call.action, circumstances(call))
}

/// What a call is about, what it is for, and what becomes of it.
fn circumstances(call: &CallOutcome) -> String {
    let on = match (&*call.resource, call.passed_to) {
        ("*", _) => String::new(),
        (resource, None) => format!(" on {resource}"),
        (resource, Some(service)) => format!(" on {resource} to {service}"),
    };
    let why = call.reason.as_deref().unwrap_or(match call.ruling {
        Ruling::Undetermined { .. } => "it rests on what is not known",
        _ => "nothing allows it",
    });
    format!("{on}, to {}: {why}", call.why)
}

/// What else there is to say of its policies, where it is no fault: surplus, and what the
/// permissions come to.
fn advice(identity: &Identity, deployments: &[Deployment]) -> Vec<String> {
    let kinds: Vec<deployment::Deployment> = deployments
        .iter()
        .flat_map(|one| one.kinds.iter().copied())
        .collect();
    let review = review_role(
        &identity.policies,
        TrustPolicy::NotChecked,
        Some(&kinds),
        None,
    );
    let mut told = Vec::new();
    for (_, finding) in review.findings {
        let advises = matches!(
            finding.rule,
            lint::Rule::ActionSurplus | lint::Rule::RunsAnyCode | lint::Rule::ArnOperator
        );
        let message = finding.message.trim_end_matches('.').to_owned();
        if advises && !told.contains(&message) {
            told.push(message);
        }
    }
    told
}

/// The policies with statements that can never take effect: these are written anew.
fn at_fault(role: &CiRole) -> Result<BTreeSet<usize>, Arc<Unknown>> {
    let mut all = BTreeSet::new();
    for (at, (held, document)) in role.documents()?.into_iter().enumerate() {
        let document: &Policy = document.get()?;
        let own = held
            .managed
            .as_ref()
            .is_none_or(|managed| !managed.is_aws());
        let mut faults = lint(document, lint::PolicyType::Identity).into_iter();
        if own && faults.any(|one| one.level() == Level::Error) {
            all.insert(at);
        }
    }
    Ok(all)
}

/// Makes the role; its permissions and who may take it are judged once it exists.
fn create(role: &CiRole) -> Remediation {
    let trust = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\
                 {\"Federated\":\"PROVIDER\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Condition\":\
                 {\"StringEquals\":{\"token.actions.githubusercontent.com:aud\":\"sts.amazonaws.com\",\
                 \"token.actions.githubusercontent.com:sub\":\"repo:«R»:environment:«E»\"}}}]}";
    let provider = crate::views::github(role.partition(), &role.place.account);
    let document = Arg::from(trust.replace("PROVIDER", &provider))
        .with_input(
            "«R»",
            "GITHUB_REPOSITORY",
            "the repository that deploys, OWNER/NAME",
        )
        .with_input(
            "«E»",
            "ENVIRONMENT",
            "the GitHub environment that the deploying job names",
        );
    Remediation::new("make the role, or correct its name in harden.toml")
        .step(
            aws("iam", "create-role")
                .opt("--role-name", &*role.name)
                .opt("--assume-role-policy-document", document)
                .step(
                    "Make the role, for one environment of one repository",
                    &["iam:CreateRole"],
                ),
        )
        .link("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html")
}
