use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::allow_publish;
use crate::text::join_first;
use crate::views::{NotifiedTopic, Publisher, policy_admits};

pub(crate) static CHECK: Rule<NotifiedTopic, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/sns-topic-publish-denied",
        "SNS topics allow the alarms and budgets that notify them",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Add a statement to the access policy of the topic that lets the service publish.")
    .page(include_str!("sns_topic_publish_denied.md"))
    .since("0.1.0"),
    judge,
);

fn judge(topic: &NotifiedTopic, _: &Judging<AwsPolicy>) -> Judgement {
    if topic.exists == Known::Yes(false) {
        return Ok(Verdict::not_applicable(
            "the topic does not exist: see aws/alarm-reaches-nobody, aws/alarm-action-broken and \
             aws/budget-alert-unrouted",
        ));
    }
    let (mut denied, mut how, mut unknown) = (Vec::<&Publisher>::new(), Vec::new(), None);
    // A publisher that is certainly denied is a failure, whatever is unknown of the others.
    for publisher in &topic.publishers {
        match policy_admits(topic, publisher) {
            Known::Yes(Ok(())) => {}
            Known::Yes(Err(broken)) => {
                denied.push(publisher);
                how.push(broken.how);
            }
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    let evidence = |found: String| Evidence::of("Policy", found, "sns:GetTopicAttributes");
    if !denied.is_empty() {
        let evidence =
            evidence(join_first(&how)).expected("sns:Publish allowed for every publisher");
        let to = Remediation::new(
            "let the service publish to the topic on behalf of the account, with an additional \
             statement in its access policy",
        );
        return Ok(Verdict::Fail(evidence, allow_publish(to, topic, &denied)));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    topic.complete.get()?;
    if topic.publishers.is_empty() {
        return Ok(Verdict::not_applicable(
            "no alarm and no budget notifies the topic",
        ));
    }
    let who: Vec<String> = topic.publishers.iter().map(Publisher::label).collect();
    Ok(Verdict::Pass(
        evidence(format!("allows {}", join_first(&who)))
            .expected("sns:Publish allowed for every publisher"),
    ))
}
