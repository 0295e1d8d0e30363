//! What is wrong with a trust policy, in words.

use super::claims::STS_CLAIMS;
use super::grade::Grade;
use super::issuer::{Issuer, claim_of};
use super::way::Origin;
use crate::condition::{Comparison, Operator, Quantifier};
use crate::document::{Condition, Part, Policy, Statement};
use crate::lint::{Finding, Rule};

/// The finding of a grade, if it is one.
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
            "jobs that call any workflow of the repository, from wherever they may, take the role: \
             also who can push a branch there",
        ),
        Grade::Organization if by_workflow => (
            Rule::SubjectOrganization,
            "jobs that call a workflow of any repository of the owner, from wherever they may, take \
             the role",
        ),
        Grade::Nobody | Grade::Exact | Grade::Workflow => return None,
        Grade::PullRequests => (
            Rule::SubjectPullRequests,
            "pull requests of the repository take the role: in a public one, what anybody proposes",
        ),
        Grade::Repository => (
            Rule::SubjectAnyRef,
            "more than one ref of the repository takes the role: whoever can push a branch can",
        ),
        Grade::Organization => (
            Rule::SubjectOrganization,
            "every repository of the owner takes the role, also one that is made tomorrow",
        ),
        Grade::OtherOrganizations => (
            Rule::SubjectUnrestricted,
            "repositories of other owners than the one meant can take the role",
        ),
        Grade::Anybody => (
            Rule::SubjectUnrestricted,
            "any repository on GitHub can take the role",
        ),
        Grade::Unknown => (
            Rule::TrustNotJudged,
            "who can take the role cannot be told: it rests on an operator or a variable that is not \
             known, or the policy is too intricate",
        ),
    };
    let reason = reason(condition, issuer, statement, grade);
    let message = format!("{}{who}{reason}", quoted(statement, origin));
    let instead = instead(statement, issuer, origin);
    Some(finding(policy, index, rule, message, origin).instead(instead))
}

/// Why the value lets so many in.
fn reason(
    condition: Option<&Condition>,
    issuer: &Issuer,
    statement: &Statement,
    grade: Grade,
) -> String {
    let Some(condition) = condition else {
        return match grade {
            Grade::Unknown => String::new(),
            _ => format!(": no condition scopes {}", issuer.key("sub")),
        };
    };
    let key = condition.key();
    let Some(operator) = Operator::parse(condition.operator()) else {
        return String::new();
    };
    let hole = "no condition demands that it is there";
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
        format!(": Null asks for a request without {key}")
    } else if operator.negated {
        format!(": {} names only who is kept out", condition.operator())
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

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut chars = clause.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

/// The value at fault, to begin a sentence with.
fn quoted(statement: &Statement, origin: Option<Origin>) -> String {
    value(statement, origin).map_or_else(String::new, |value| format!("`{value}`: "))
}

fn value(statement: &Statement, origin: Option<Origin>) -> Option<String> {
    let origin = origin?;
    let condition = statement.conditions().get(origin.condition)?;
    condition.values().get(origin.value).cloned()
}

/// One environment, with as much of the repository as the value names.
fn instead(statement: &Statement, issuer: &Issuer, origin: Option<Origin>) -> String {
    let value = value(statement, origin).unwrap_or_default();
    let repository = value.strip_prefix("repo:").and_then(|rest| {
        let repository = rest.split(':').next()?;
        let plain = repository.contains('/') && !repository.contains(['*', '?', '$']);
        plain.then_some(repository)
    });
    let repository = repository.unwrap_or("OWNER/REPOSITORY");
    format!(
        "Write StringEquals {} `repo:{repository}:environment:ENVIRONMENT`, or \
         `…:ref:refs/heads/BRANCH`.",
        issuer.key("sub")
    )
}

/// A statement that admits tokens of any audience.
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
        "{}no condition pins {key}: tokens made for any audience of the provider are taken",
        quoted(statement, origin)
    );
    let instead = format!("Write StringEquals {key} `sts.amazonaws.com`.");
    Some(finding(policy, index, Rule::AudienceUnchecked, message, origin).instead(instead))
}

/// A statement for GitHub's provider that lets nobody in.
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
        "{}no token of GitHub's can take the role by this statement: {why}",
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
        return Some((0, format!("STS does not pass on the claim {claim}")));
    }
    let wild = |value: &String| value.contains(['*', '?']);
    if matches!(operator.comparison, Comparison::Text { .. })
        && let Some(at) = condition.values().iter().position(wild)
    {
        let why = format!(
            "{} takes the wildcard literally; StringLike does not",
            condition.operator()
        );
        return Some((at, why));
    }
    if operator.comparison == Comparison::Arn {
        return Some((
            0,
            format!(
                "{} compares ARNs, and {claim} is none",
                condition.operator()
            ),
        ));
    }
    None
}
