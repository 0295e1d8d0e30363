use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::allow_use_of_key;
use crate::text::join_first;
use crate::views::{NotifiedTopic, Publisher, TopicKey, key_admits};

pub(crate) static CHECK: Rule<NotifiedTopic, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/sns-topic-kms-undeliverable",
        "KMS keys of alert topics allow the alarms and budgets that notify them",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Encrypt the topic with a customer managed key whose policy allows the service.")
    .page(include_str!("sns_topic_kms_undeliverable.md"))
    .since("0.1.0"),
    judge,
);

const EXPECTED: &str = "no key, or a key that every publisher of the topic can use";

fn judge(topic: &NotifiedTopic, _: &Judging<AwsPolicy>) -> Judgement {
    if topic.exists == Known::Yes(false) {
        return Ok(Verdict::not_applicable(
            "the topic does not exist: see aws/alarm-reaches-nobody, aws/alarm-action-broken and \
             aws/budget-alert-unrouted",
        ));
    }
    let (mut refused, mut how, mut unknown) = (Vec::<&Publisher>::new(), Vec::new(), None);
    // A publisher that is certainly refused is a failure, whatever is unknown of the others.
    for publisher in &topic.publishers {
        match key_admits(topic, publisher) {
            Known::Yes(Ok(())) => {}
            Known::Yes(Err(broken)) => {
                refused.push(publisher);
                how.push(broken.how);
            }
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    if !refused.is_empty() {
        how.dedup();
        let evidence = Evidence::of("KmsMasterKeyId", reference(topic), "sns:GetTopicAttributes")
            .expected(EXPECTED)
            .and("key", join_first(&how), "kms:GetKeyPolicy");
        let to = Remediation::new(
            "allow the service to use the KMS key of the topic; without this every alert is \
             lost, and only the history of the alarm shows it",
        );
        // A new key must allow all publishers.
        let all: Vec<&Publisher> = topic.publishers.iter().collect();
        return Ok(Verdict::Fail(evidence, allow_use_of_key(to, topic, &all)));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    if topic.publishers.is_empty() {
        topic.complete.get()?;
        return Ok(Verdict::not_applicable(
            "no alarm and no budget notifies the topic",
        ));
    }
    // A topic without a key accepts every publisher, so publishers that could not be read do not
    // matter.
    if topic.key.get()?.is_some() {
        topic.complete.get()?;
    }
    Ok(Verdict::Pass(
        Evidence::of("KmsMasterKeyId", reference(topic), "sns:GetTopicAttributes")
            .expected(EXPECTED),
    ))
}

fn reference(topic: &NotifiedTopic) -> &str {
    match topic.key.ok() {
        Some(Some(TopicKey { reference, .. })) => reference,
        _ => "not set",
    }
}
