//! The KMS keys of topics.

use harden_core::{Arg, Known, Remediation, hcl_string};
use harden_iam::{Effect, Policy, PrincipalSet, Statement};

use super::publishers::{free_sid, services};
use crate::arn::Arn;
use crate::remediations::cli::aws;
use crate::resources::KmsKey;
use crate::views::{Publisher, Topic, TopicKey};

const ACTIONS: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey*"];
const LINK: &str = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html";

/// Adds the steps that allow publishers to use the KMS key of a topic.
pub(crate) fn allow_use_of_key(
    to: Remediation,
    topic: &Topic,
    publishers: &[&Publisher],
) -> Remediation {
    let to = to.link(LINK);
    let Known::Yes(Some(TopicKey { key, .. })) = &topic.key else {
        return to.withheld("the KMS key of the topic could not be read");
    };
    match key {
        None => new_key(to, topic, publishers),
        Some(Known::Yes(key)) if key.manager.ok().is_some_and(|m| m == "AWS") => {
            new_key(to, topic, publishers)
        }
        Some(Known::Yes(key)) => fixed_key(to, topic, key, publishers),
        Some(Known::No(reason)) => to.withheld(format!("the key could not be read: {reason}")),
    }
}

/// The key policy with one more statement for each service and account of the publishers.
fn allowing(policy: &Policy, publishers: &[&Publisher]) -> Policy {
    services(publishers)
        .into_iter()
        .fold(policy.clone(), |policy, (service, account)| {
            let sid = free_sid(&policy, service, &account);
            let statement = Statement::allow_service(sid, service.principal(), ACTIONS, "*");
            policy.with_statement(statement.from_account(&account))
        })
}

/// Replaces the AWS managed key, whose policy cannot be changed, by a customer managed key.
fn new_key(to: Remediation, topic: &Topic, publishers: &[&Publisher]) -> Remediation {
    let (account, region) = (&*topic.place.account, &*topic.place.region);
    let partition = Arn::parse(&topic.arn).map_or("aws", |a| a.partition);
    let owner = PrincipalSet::aws(format!("arn:{partition}:iam::{account}:root"));
    let own = Statement::new(Effect::Allow, owner, ["kms:*"], "*").with_sid("EnableIAMPolicies");
    let policy = allowing(&Policy::new().with_statement(own), publishers).to_string();
    let terraform = format!(
        "resource \"aws_kms_key\" \"alerts\" {{\n  description         = {}\n  \
         enable_key_rotation = true\n  policy              = {}\n}}\n\n\
         resource \"aws_sns_topic\" \"alerts\" {{\n  # … the current settings\n  \
         name              = {}\n  kms_master_key_id = aws_kms_key.alerts.arn\n}}\n",
        hcl_string(&description(topic)),
        hcl_string(&policy),
        hcl_string(&topic.name),
    );
    to.step(
        aws("kms", "create-key")
            .opt("--description", description(topic))
            .opt("--policy", policy)
            .region(region)
            .step(
                "Create a key that the publishers may use; the response contains its KeyId",
                &["kms:CreateKey", "kms:PutKeyPolicy"],
            ),
    )
    .step(
        aws("sns", "set-topic-attributes")
            .opt("--topic-arn", &*topic.arn)
            .opt("--attribute-name", "KmsMasterKeyId")
            .opt(
                "--attribute-value",
                Arg::input("KEY_ID", "the KeyId of the new key"),
            )
            .region(region)
            .step("Encrypt the topic with it", &["sns:SetTopicAttributes"]),
    )
    .terraform(terraform)
}

fn description(topic: &Topic) -> String {
    format!("SNS topic {}", topic.name)
}

/// Makes a customer managed key usable, and adds the statements to its policy.
fn fixed_key(
    mut to: Remediation,
    topic: &Topic,
    key: &KmsKey,
    publishers: &[&Publisher],
) -> Remediation {
    let Known::Yes(arn) = &key.arn else {
        return to.withheld("the ARN of the key could not be read");
    };
    let region = &*key.region;
    let state = key.state.ok().map_or("", String::as_str);
    if state == "PendingDeletion" {
        to = to.step(
            aws("kms", "cancel-key-deletion")
                .opt("--key-id", &**arn)
                .region(region)
                .step("Keep the key", &["kms:CancelKeyDeletion"]),
        );
    }
    if matches!(state, "PendingDeletion" | "Disabled") {
        to = to.step(
            aws("kms", "enable-key")
                .opt("--key-id", &**arn)
                .region(region)
                .step("Enable the key", &["kms:EnableKey"]),
        );
    } else if !matches!(state, "" | "Enabled") {
        to = to.step(harden_core::Step::by_hand(format!(
            "The key {arn} is in the state {state}: make it usable, or encrypt the topic with another key"
        )));
    }
    let policy = match &key.policy {
        Known::Yes(Some(text)) => Policy::parse(text).ok(),
        _ => None,
    };
    let Some(policy) = policy else {
        return to.withheld(
            "put-key-policy replaces the whole policy of the key, and it could not be read",
        );
    };
    let kept_out = |policy: &Policy| -> Vec<&Publisher> {
        let refused = |p: &&&Publisher| {
            ["kms:Decrypt", "kms:GenerateDataKey"].iter().any(|action| {
                let request = p.request(action, arn, &topic.arn);
                !policy.evaluate(&request).is_allowed()
            })
        };
        publishers.iter().filter(refused).copied().collect()
    };
    let refused = kept_out(&policy);
    if refused.is_empty() {
        return to;
    }
    let fixed = allowing(&policy, &refused);
    if !kept_out(&fixed).is_empty() {
        return to.withheld(
            "a statement of the key policy denies the publisher, or depends on a condition with an \
             unknown value; an additional statement does not change that",
        );
    }
    to.step(
        aws("kms", "put-key-policy")
            .opt("--key-id", &**arn)
            .opt("--policy-name", "default")
            .opt("--policy", fixed.to_string())
            .region(region)
            .step(
                "Replace the key policy by this one, which contains all other statements of it",
                &["kms:PutKeyPolicy"],
            ),
    )
    .terraform(format!(
        "resource \"aws_kms_key_policy\" \"alerts\" {{\n  key_id = {}\n  policy = {}\n}}\n",
        hcl_string(arn),
        hcl_string(&fixed.to_string()),
    ))
}
