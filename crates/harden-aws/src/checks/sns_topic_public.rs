use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use harden_iam::{Policy, PublicGrant};
use serde_json::{Value, json};

use crate::AwsPolicy;
use crate::remediations::{policy_terraform, set_policy};
use crate::resources::SnsTopic;

pub(crate) static CHECK: Rule<SnsTopic, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/sns-topic-public",
        "SNS topics are not public",
        Severity::Critical,
    )
    .tags(&["guide:2"])
    .security()
    .remediation("Limit the statement for everyone to the account of the topic.")
    .page(include_str!("sns_topic_public.md"))
    .since("0.1.0"),
    judge,
);

const ACTIONS: [&str; 2] = ["sns:Publish", "sns:Subscribe"];

fn judge(topic: &SnsTopic, j: &Judging<AwsPolicy>) -> Judgement {
    let policy = Policy::parse(topic.policy.get()?).map_err(|error| {
        Unknown::undetermined(format!(
            "the policy of the topic could not be parsed: {error}"
        ))
    })?;
    let grants = policy.public_grants(&ACTIONS);
    let expected = "no statement that lets everyone publish or subscribe";
    let source = "sns:GetTopicAttributes";
    if grants.is_empty() {
        let found = match policy.statements().len() {
            1 => "1 statement, not for everyone".to_owned(),
            n => format!("{n} statements, 0 for everyone"),
        };
        return Ok(Verdict::Pass(
            Evidence::of("Policy", found, source).expected(expected),
        ));
    }
    let found: Vec<String> = grants
        .iter()
        .map(|g| {
            format!(
                "{} allows everyone {}: {}",
                g.statement,
                g.actions.join(" and "),
                g.why
            )
        })
        .collect();
    let evidence = Evidence::of("Policy", found.join("; "), source).expected(expected);
    let place = (&*j.id.place.account, &*j.id.place.region);
    Ok(Verdict::Fail(
        evidence,
        remediation(topic, &policy, &grants, place),
    ))
}

fn remediation(
    topic: &SnsTopic,
    policy: &Policy,
    grants: &[PublicGrant],
    (account, region): (&str, &str),
) -> Remediation {
    let to = Remediation::new(format!(
        "limit the statements to principals and alarms of the account {account}, as in the \
         default policy of a new topic; another account or a service such as Budgets that \
         publishes to the topic needs a separate statement"
    ))
    .link("https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html");
    match narrowed(policy, grants, account) {
        Known::Yes(policy) => to
            .step(set_policy(&topic.arn, region, &policy))
            .terraform(policy_terraform(&topic.arn, &policy)),
        Known::No(reason) => to.withheld(reason.to_string()),
    }
}

/// The policy with a condition on the owner in the public statements. The other statements do not
/// change.
fn narrowed(policy: &Policy, grants: &[PublicGrant], account: &str) -> Known<Policy> {
    let by_hand = || Unknown::undetermined("a condition alone cannot limit the public statement");
    let mut document = json!(policy);
    for grant in grants {
        let statement = document
            .get_mut("Statement")
            .and_then(|all| match all {
                Value::Array(all) => all.get_mut(grant.statement.index),
                // `Statement` can be a single object instead of a list.
                one => Some(one),
            })
            .and_then(Value::as_object_mut);
        let equals = statement
            .map(|s| s.entry("Condition").or_insert_with(|| json!({})))
            .and_then(Value::as_object_mut)
            .map(|c| c.entry("StringEquals").or_insert_with(|| json!({})))
            .and_then(Value::as_object_mut);
        let Some(equals) = equals else {
            return by_hand().into();
        };
        // IAM compares condition keys without regard to case, so another spelling is the same key.
        equals.retain(|key, _| !key.eq_ignore_ascii_case("AWS:SourceOwner"));
        equals.insert("AWS:SourceOwner".to_owned(), account.into());
    }
    match Policy::parse(&document.to_string()) {
        Ok(policy) if policy.public_grants(&ACTIONS).is_empty() => Known::Yes(policy),
        _ => by_hand().into(),
    }
}
