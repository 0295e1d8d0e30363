use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::admit_to_key;
use crate::text::join_first;
use crate::views::{NotifiedTopic, Publisher, TopicKey, key_admits};

pub(crate) static CHECK: Rule<NotifiedTopic, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/sns-topic-kms-undeliverable",
        "The keys of topics admit the alarms and budgets that notify them",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Encrypt the topic with a customer managed key whose policy admits the service.")
    .page(include_str!("sns_topic_kms_undeliverable.md"))
    .since("0.1.0"),
    judge,
);

const WANTED: &str = "no key, or one that whatever notifies the topic may use";

fn judge(topic: &NotifiedTopic, _: &Judging<AwsPolicy>) -> Judgement {
    if topic.exists == Known::Yes(false) {
        return Ok(Verdict::not_applicable(
            "it does not exist: see aws/alarm-reaches-nobody and aws/budget-alert-unrouted",
        ));
    }
    let (mut refused, mut how, mut unknown) = (Vec::<&Publisher>::new(), Vec::new(), None);
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
            .expected(WANTED)
            .and("key", join_first(&how), "kms:GetKeyPolicy");
        let to = Remediation::new(
            "let the service use the key that the topic is encrypted with; without it every alert \
             is lost, and only the alarm's history shows it",
        );
        // a new key must do for all of them
        let all: Vec<&Publisher> = topic.publishers.iter().collect();
        return Ok(Verdict::Fail(evidence, admit_to_key(to, topic, &all)));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    if topic.publishers.is_empty() {
        topic.complete.get()?;
        return Ok(Verdict::not_applicable(
            "no alarm and no budget notifies it",
        ));
    }
    // what is not encrypted takes whatever notifies it
    if topic.key.get()?.is_some() {
        topic.complete.get()?;
    }
    Ok(Verdict::Pass(
        Evidence::of("KmsMasterKeyId", reference(topic), "sns:GetTopicAttributes").expected(WANTED),
    ))
}

fn reference(topic: &NotifiedTopic) -> &str {
    match topic.key.ok() {
        Some(Some(TopicKey { reference, .. })) => reference,
        _ => "none",
    }
}
