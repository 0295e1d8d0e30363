//! The findings of a trust policy.

use super::claims::STS_CLAIMS;
use super::constraints::Origin;
use super::grade::Grade;
use super::issuer::{Issuer, claim_of};
use crate::condition::{Comparison, Operator, Quantifier};
use crate::document::{Condition, Part, Policy, Statement};
use crate::lint::{Finding, Rule};

/// The finding for a grade; `None` if the grade is narrow enough.
pub(super) fn of_grade(
    policy: &Policy,
    index: usize,
    issuer: &Issuer,
    grade: Grade,
    origin: Option<Origin>,
) -> Option<Finding> {
    let statement = policy.statements().get(index)?;
    let condition = origin.and_then(|origin| statement.conditions().get(origin.condition));
    let by_workflow = condition
        .and_then(|one| claim_of(one.key()))
        .is_some_and(|(_, claim)| claim.eq_ignore_ascii_case("job_workflow_ref"));
    let (rule, who) = match grade {
        Grade::Repository if by_workflow => (
            Rule::SubjectAnyRef,
            "jobs of any repository can assume the role if they call a workflow of this repository; \
             everyone who can push a branch to it can change such a workflow",
        ),
        Grade::Organization if by_workflow => (
            Rule::SubjectOrganization,
            "jobs of any repository can assume the role if they call a workflow of any repository of \
             the owner",
        ),
        Grade::Nobody | Grade::Exact | Grade::Workflow => return None,
        Grade::PullRequests => (
            Rule::SubjectPullRequests,
            "pull requests of the repository can assume the role; in a public repository everyone can \
             open one",
        ),
        Grade::Repository => (
            Rule::SubjectAnyRef,
            "more than one ref of the repository can assume the role: everyone who can push a branch \
             can use it",
        ),
        Grade::Organization => (
            Rule::SubjectOrganization,
            "every repository of the owner can assume the role, including repositories that are created \
             later",
        ),
        Grade::OtherOrganizations => (
            Rule::SubjectUnrestricted,
            "repositories of other owners than the intended one can assume the role",
        ),
        Grade::Anybody => (
            Rule::SubjectUnrestricted,
            "any repository on GitHub can assume the role",
        ),
        Grade::Unknown => (
            Rule::TrustNotJudged,
            "it could not be determined who can assume the role: it depends on an operator or a variable \
             that is not known, or the policy is too complex",
        ),
    };
    let reason = reason(condition, issuer, statement, grade);
    let message = format!("{}{who}{reason}", quoted(statement, origin));
    let instead = instead(statement, issuer, origin);
    Some(finding(policy, index, rule, message, origin).instead(instead))
}

/// Why the value accepts so many.
fn reason(
    condition: Option<&Condition>,
    issuer: &Issuer,
    statement: &Statement,
    grade: Grade,
) -> String {
    let Some(condition) = condition else {
        return match grade {
            Grade::Unknown => String::new(),
            _ => format!(": no condition restricts {}", issuer.key("sub")),
        };
    };
    let key = condition.key();
    let Some(operator) = Operator::parse(condition.operator()) else {
        return String::new();
    };
    let hole = "no condition requires the claim";
    let scoped = |claim: &str| {
        statement.conditions().iter().any(|one| {
            claim_of(one.key()).is_some_and(|(_, other)| other.eq_ignore_ascii_case(claim))
                && Operator::parse(one.operator())
                    .is_some_and(|one| !one.negated && !one.if_exists && one.quantifier.is_none())
        })
    };
    let optional = operator.if_exists || operator.quantifier == Some(Quantifier::All);
    let open =
        claim_of(key).is_some_and(|(_, claim)| !scoped(claim)) && grade >= Grade::Organization;
    if operator.comparison == Comparison::Null {
        format!(": Null requires a request without {key}")
    } else if operator.negated {
        format!(": {} only excludes some", condition.operator())
    } else if optional && open {
        format!(
            ": {} also holds without {key}, and {hole}",
            condition.operator()
        )
    } else {
        String::new()
    }
}

fn finding(
    policy: &Policy,
    index: usize,
    rule: Rule,
    message: String,
    origin: Option<Origin>,
) -> Finding {
    let part = origin.map_or(Part::Effect, super::part);
    let mut finding = Finding::new(rule, sentence(&message)).at(policy, index, part);
    if origin.is_none() {
        finding.position = policy.statements().get(index).and_then(Statement::position);
    }
    finding
}

/// Turns a clause into a sentence.
fn sentence(clause: &str) -> String {
    let mut chars = clause.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

/// The value in question, as the start of a sentence.
fn quoted(statement: &Statement, origin: Option<Origin>) -> String {
    value(statement, origin).map_or_else(String::new, |value| format!("`{value}`: "))
}

fn value(statement: &Statement, origin: Option<Origin>) -> Option<String> {
    let origin = origin?;
    let condition = statement.conditions().get(origin.condition)?;
    condition.values().get(origin.value).cloned()
}

/// The advice: one environment, with the repository if the value names it.
fn instead(statement: &Statement, issuer: &Issuer, origin: Option<Origin>) -> String {
    let value = value(statement, origin).unwrap_or_default();
    let repository = value.strip_prefix("repo:").and_then(|rest| {
        let repository = rest.split(':').next()?;
        let plain = repository.contains('/') && !repository.contains(['*', '?', '$']);
        plain.then_some(repository)
    });
    let repository = repository.unwrap_or("OWNER/REPOSITORY");
    format!(
        "Use StringEquals {} `repo:{repository}:environment:ENVIRONMENT`, or \
         `...:ref:refs/heads/BRANCH`.",
        issuer.key("sub")
    )
}

/// The finding for a statement that accepts tokens for any audience.
pub(super) fn audience(policy: &Policy, index: usize, issuer: &Issuer) -> Option<Finding> {
    let statement = policy.statements().get(index)?;
    let key = issuer.key("aud");
    let at = statement
        .conditions()
        .iter()
        .position(|one| one.key().eq_ignore_ascii_case(&key));
    let origin = at.map(|condition| Origin {
        condition,
        value: 0,
    });
    let message = format!(
        "{}no condition restricts {key}: tokens for every audience of the provider are accepted",
        quoted(statement, origin)
    );
    let instead = format!("Use StringEquals {key} `sts.amazonaws.com`.");
    Some(finding(policy, index, Rule::AudienceUnchecked, message, origin).instead(instead))
}

/// The finding for a statement that also accepts tokens for another audience than AWS STS. Without a choice
/// of the workflow, the audience is the URL of the owner (GitHub Docs, "OpenID Connect reference").
pub(super) fn several_audiences(policy: &Policy, index: usize, issuer: &Issuer) -> Option<Finding> {
    let statement = policy.statements().get(index)?;
    let key = issuer.key("aud");
    let (condition, values) = conditions_on(statement, &key).next()?;
    let default = |value: &String| value.starts_with("https://");
    let value = values.iter().position(default)?;
    let origin = Some(Origin { condition, value });
    let message = format!(
        "{}{key} also accepts tokens for this audience, which services other than AWS receive",
        quoted(statement, origin)
    );
    let instead = format!("Use StringEquals {key} `sts.amazonaws.com` only.");
    Some(finding(policy, index, Rule::AudienceSeveral, message, origin).instead(instead))
}

/// The finding for a workflow at a branch or tag.
pub(super) fn mutable_workflow(policy: &Policy, index: usize, issuer: &Issuer) -> Option<Finding> {
    let statement = policy.statements().get(index)?;
    let key = issuer.key("job_workflow_ref");
    let (condition, values) = conditions_on(statement, &key).next()?;
    let moves = |value: &String| {
        let commit = value.rsplit_once('@').map_or("", |(_, commit)| commit);
        !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let value = values.iter().position(moves)?;
    let origin = Some(Origin { condition, value });
    let message = format!(
        "{}the branch or tag of the workflow can move: whoever can push it changes what the role runs",
        quoted(statement, origin)
    );
    let instead = "Name the workflow at a commit, or protect the branch.";
    Some(finding(policy, index, Rule::WorkflowRefMutable, message, origin).instead(instead))
}

/// The finding for `ForAllValues` on a claim of one value.
pub(super) fn for_all_values(policy: &Policy, index: usize, issuer: &Issuer) -> Option<Finding> {
    let statement = policy.statements().get(index)?;
    let mut all = statement.conditions().iter().enumerate();
    let (condition, one) = all.find(|(_, one)| {
        let ours =
            claim_of(one.key()).is_some_and(|(host, _)| host.eq_ignore_ascii_case(issuer.as_str()));
        let every = Operator::parse(one.operator())
            .is_some_and(|one| one.quantifier == Some(Quantifier::All));
        ours && every
    })?;
    let origin = Some(Origin {
        condition,
        value: 0,
    });
    let message = format!(
        "{} also holds for a request without {}: it restricts only because GitHub's tokens have the claim",
        one.operator(),
        one.key()
    );
    let plain = one
        .operator()
        .split_once(':')
        .map_or("", |(_, plain)| plain);
    let instead = format!("Use {plain} {}.", one.key());
    let mut finding = finding(policy, index, Rule::ForAllValues, message, origin);
    finding = finding.at(policy, index, Part::Operator(condition));
    Some(finding.instead(instead))
}

/// The conditions of a statement that accept certain values of a key.
fn conditions_on<'a>(
    statement: &'a Statement,
    key: &'a str,
) -> impl Iterator<Item = (usize, &'a [String])> {
    let all = statement.conditions().iter().enumerate();
    let own = all.filter(move |(_, one)| {
        one.key().eq_ignore_ascii_case(key)
            && Operator::parse(one.operator()).is_some_and(|one| !one.negated)
    });
    own.map(|(at, one)| (at, one.values()))
}

/// The finding for a statement about the GitHub provider that no token can match.
pub(super) fn never(policy: &Policy, index: usize, issuer: &Issuer) -> Option<Finding> {
    let statement = policy.statements().get(index)?;
    let mut found = None;
    for (condition, one) in statement.conditions().iter().enumerate() {
        if let Some((value, why)) = impossible(one, issuer) {
            found = Some((Origin { condition, value }, why));
            break;
        }
    }
    let (origin, why) = match found {
        Some((origin, why)) => (Some(origin), why),
        None => (
            None,
            "no token meets its conditions, or another statement denies it".to_owned(),
        ),
    };
    let message = format!(
        "{}no GitHub token can assume the role by this statement: {why}",
        quoted(statement, origin)
    );
    let instead = instead(statement, issuer, origin);
    Some(finding(policy, index, Rule::TrustNeverMatches, message, origin).instead(instead))
}

/// The value of a condition that no token can meet, and why.
fn impossible(condition: &Condition, issuer: &Issuer) -> Option<(usize, String)> {
    let operator = Operator::parse(condition.operator())?;
    let (host, claim) = claim_of(condition.key())?;
    let key = condition.key();
    if operator.negated || operator.if_exists || operator.quantifier == Some(Quantifier::All) {
        return None;
    }
    if !host.eq_ignore_ascii_case(issuer.as_str()) {
        return Some((
            0,
            format!("{key} is a claim of another issuer than {issuer}"),
        ));
    }
    if !STS_CLAIMS.contains(&claim.to_ascii_lowercase().as_str()) {
        return Some((
            0,
            format!("STS does not pass the claim {claim} to the request"),
        ));
    }
    let wild = |value: &String| value.contains(['*', '?']);
    if matches!(operator.comparison, Comparison::Text { .. })
        && let Some(at) = condition.values().iter().position(wild)
    {
        let why = format!(
            "{} does not support wildcards; StringLike does",
            condition.operator()
        );
        return Some((at, why));
    }
    if claim.eq_ignore_ascii_case("sub")
        && let Some(at) = condition
            .values()
            .iter()
            .position(|one| is_never_issued(one))
    {
        let why = "after the repository a subject has `environment:NAME`, `ref:refs/heads/BRANCH`, \
                   `ref:refs/tags/TAG`, `pull_request` or another claim with its value";
        return Some((at, why.to_owned()));
    }
    if operator.comparison == Comparison::Arn {
        return Some((
            0,
            format!(
                "{} compares ARNs, but {claim} is not an ARN",
                condition.operator()
            ),
        ));
    }
    None
}

/// Whether GitHub issues no token with a subject that begins with the repository, because no claim follows.
fn is_never_issued(value: &str) -> bool {
    let Some(subject) = super::token::Subject::parse(value) else {
        return false;
    };
    let key = subject.context.trim_start_matches(':').split(':').next();
    let key = key.unwrap_or_default();
    let known = |key: &str| {
        key == "pull_request"
            || key.starts_with("repo_property_")
            || super::token::CLAIM_KEYS.contains(&key)
    };
    let short = subject.reference().is_some_and(|reference| {
        !reference.starts_with("refs/") && !reference.contains(['*', '?'])
    });
    !key.is_empty() && !key.contains(['*', '?']) && (!known(key) || short)
}
