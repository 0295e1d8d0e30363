//! Replacements of a trust policy. Statements without a fault stay as they are.

use harden_core::{Arg, Remediation, hcl_string};
use harden_iam::trust::{Grade, JobScope, Jobs, Report, recommend};
use harden_iam::{Policy, Selector, trust::Issuer};
use serde_json::{Value, json};

use super::cli::{Input, aws};
use crate::CiPolicy;
use crate::views::{CiRole, claim_values, github_provider_arn, provider_arns};

const LINK: &str = "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws";
const PERMISSIONS: &[&str] = &["iam:UpdateAssumeRolePolicy"];

const REPOSITORY: Input = Input {
    marker: "«GITHUB_REPOSITORY»",
    name: "GITHUB_REPOSITORY",
    hint: "the repository that deploys, OWNER/NAME",
};
const ENVIRONMENT: Input = Input {
    marker: "«ENVIRONMENT»",
    name: "ENVIRONMENT",
    hint: "the GitHub environment that the deploying job names",
};

/// Lets only the jobs of one environment or branch assume the role. Statements without a fault stay.
pub(crate) fn narrow(role: &CiRole, trust: &Policy, policy: &CiPolicy) -> Remediation {
    narrow_to(role, trust, jobs(trust, policy))
}

/// The same for a trust policy that is narrow, but for the wrong environment or branch.
pub(crate) fn move_to(role: &CiRole, trust: &Policy, policy: &CiPolicy) -> Remediation {
    let jobs = jobs(trust, policy);
    match without_subjects(trust) {
        Some(open) => narrow_to(role, &open, jobs),
        None => narrow_to(role, trust, jobs),
    }
}

/// The trust policy without its conditions on the subject, so that new conditions replace them.
fn without_subjects(trust: &Policy) -> Option<Policy> {
    let mut document = serde_json::to_value(trust).ok()?;
    for statement in document.get_mut("Statement")?.as_array_mut()? {
        let allows = statement
            .get("Effect")
            .is_some_and(|effect| effect == "Allow");
        let conditions = statement
            .get_mut("Condition")
            .and_then(Value::as_object_mut);
        for keys in conditions.into_iter().flatten().filter(|_| allows) {
            if let Some(keys) = keys.1.as_object_mut() {
                keys.retain(|key, _| {
                    let (issuer, claim) = key.rsplit_once(':').unwrap_or((key, ""));
                    claim != "sub" || Issuer::of_url(issuer).is_none()
                });
            }
        }
        if let Some(conditions) = statement
            .get_mut("Condition")
            .and_then(Value::as_object_mut)
        {
            conditions.retain(|_, keys| keys.as_object().is_none_or(|keys| !keys.is_empty()));
        }
    }
    Policy::parse(&document.to_string()).ok()
}

fn narrow_to(role: &CiRole, trust: &Policy, jobs: Jobs) -> Remediation {
    let place = match &jobs.scope {
        JobScope::Branch(name) => format!("the branch {name}"),
        JobScope::Environment(name) if name == ENVIRONMENT.marker => "one environment".to_owned(),
        JobScope::Environment(name) => format!("the environment {name}"),
        _ => "one environment or branch".to_owned(),
    };
    let to = Remediation::new(format!(
        "let only the jobs of {place} of one repository assume the role; the job must run there"
    ))
    .link(LINK);
    let provider = github_provider_arn(role.partition(), &role.place.account);
    let fixed = recommend(trust, &provider, &jobs);
    // the check of the result needs valid GitHub names, and the placeholder is not one
    let tried = Jobs {
        repository: jobs.repository.replace(REPOSITORY.marker, "acme/shop"),
        scope: match &jobs.scope {
            JobScope::Environment(name) if name == ENVIRONMENT.marker => {
                JobScope::Environment("production".to_owned())
            }
            place => place.clone(),
        },
    };
    let report = Report::of(&recommend(trust, &provider, &tried));
    if !matches!(report.grade, Grade::Exact | Grade::Workflow) || !report.findings.is_empty() {
        let why = report.findings.first().map_or("", |one| &*one.message);
        return to.withheld(format!(
            "the trust policy cannot be narrowed statement by statement; write a new one: {why}"
        ));
    }
    put(to, role, &fixed)
}

/// The repository and the environment or branch, from the policy or else from the trust policy.
fn jobs(trust: &Policy, policy: &CiPolicy) -> Jobs {
    let plain = |text: &str| !text.is_empty() && !text.contains(['*', '?', '$']);
    let subjects: Vec<(&str, &str)> = claim_values(trust, "sub")
        .filter_map(|value| value.strip_prefix("repo:")?.split_once(':'))
        .collect();
    let mut repositories = subjects.iter().map(|(repository, _)| *repository);
    let repository = repositories.find(|one| plain(one) && one.contains('/'));
    let named = |prefix: &str| {
        let mut places = subjects
            .iter()
            .filter_map(|(_, place)| place.strip_prefix(prefix));
        places.find(|name| plain(name)).map(str::to_owned)
    };
    let place = match (&policy.environment, &policy.branch) {
        (Some(name), _) => JobScope::Environment(name.clone()),
        (None, Some(name)) => JobScope::Branch(name.clone()),
        (None, None) => match (named("environment:"), named("ref:refs/heads/")) {
            (Some(name), _) => JobScope::Environment(name),
            (None, Some(name)) => JobScope::Branch(name),
            (None, None) => JobScope::Environment(ENVIRONMENT.marker.to_owned()),
        },
    };
    let repository = policy.repository.as_deref().or(repository);
    Jobs {
        repository: repository.unwrap_or(REPOSITORY.marker).to_owned(),
        scope: place,
    }
}

/// Adds the condition on the audience to the faulty statements, and changes nothing else.
pub(crate) fn pin_audience(role: &CiRole, trust: &Policy, policy: &CiPolicy) -> Remediation {
    let to =
        Remediation::new("accept only tokens for AWS: add a condition on the audience").link(LINK);
    match with_audience(trust) {
        Some(fixed) => put(to, role, &fixed),
        // the condition would never be true for the other principals of the same statement
        None => narrow(role, trust, policy),
    }
}

fn with_audience(trust: &Policy) -> Option<Policy> {
    let report = Report::of(trust);
    let mut document = serde_json::to_value(trust).ok()?;
    let [arn] = provider_arns(trust).try_into().ok()?;
    let key = Issuer::of_provider(&arn)?.key("aud");
    let at_fault = report.findings.iter();
    let at_fault = at_fault.filter(|one| one.rule == harden_iam::lint::Rule::AudienceUnchecked);
    for finding in at_fault {
        let index = finding.statement.as_ref()?.index;
        let Selector::Only(set) = trust.statements().get(index)?.principal()? else {
            return None;
        };
        let others = [&set.aws, &set.services, &set.canonical_users];
        if set.everyone || set.federated.len() != 1 || others.iter().any(|list| !list.is_empty()) {
            return None;
        }
        let statement = document.pointer_mut(&format!("/Statement/{index}"))?;
        let conditions = statement.as_object_mut()?.entry("Condition");
        let conditions = conditions.or_insert_with(|| json!({})).as_object_mut()?;
        let equals = conditions
            .entry("StringEquals")
            .or_insert_with(|| json!({}));
        let equals = equals.as_object_mut()?;
        equals.retain(|other, _| !other.eq_ignore_ascii_case(&key));
        equals.insert(key.clone(), Value::from("sts.amazonaws.com"));
    }
    let fixed = Policy::parse(&document.to_string()).ok()?;
    let left = Report::of(&fixed);
    let pinned = !left
        .findings
        .iter()
        .any(|one| one.rule == harden_iam::lint::Rule::AudienceUnchecked);
    (pinned && left.grade == report.grade).then_some(fixed)
}

/// The command that replaces the trust policy.
fn put(to: Remediation, role: &CiRole, trust: &Policy) -> Remediation {
    let document = trust.to_string();
    let inputs = [REPOSITORY, ENVIRONMENT];
    let document_arg = complete(&document, &inputs);
    to.step(
        aws("iam", "update-assume-role-policy")
            .opt("--role-name", &*role.name)
            .opt("--policy-document", document_arg)
            .step(
                "Replace the trust policy by this one, which contains all other statements of it",
                PERMISSIONS,
            ),
    )
    .terraform(format!(
        "resource \"aws_iam_role\" \"ci\" {{\n  # … the current settings\n  name               = {}\n  \
         assume_role_policy = {}\n}}\n",
        hcl_string(&role.name),
        hcl_with_variables(&document, &inputs),
    ))
}

/// A document with inputs for a person.
pub(super) fn complete(document: &str, inputs: &[Input]) -> Arg {
    let present = inputs.iter().filter(|one| document.contains(one.marker));
    present.fold(Arg::from(document), |arg, one| {
        arg.with_input(one.marker, one.name, one.hint)
    })
}

/// The document as a Terraform string, with a variable for each input.
pub(super) fn hcl_with_variables(document: &str, inputs: &[Input]) -> String {
    inputs.iter().fold(hcl_string(document), |text, one| {
        let variable = format!("${{var.{}}}", one.name.to_ascii_lowercase());
        text.replace(one.marker, &variable)
    })
}
