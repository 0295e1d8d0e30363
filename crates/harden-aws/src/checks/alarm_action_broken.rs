use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::repair;
use crate::text::counted;
use crate::views::{Action, BrokenLink, NotifiedTopic, NotifyingAlarm, Publisher, chain};

pub(crate) static CHECK: Rule<NotifyingAlarm, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alarm-action-broken",
        "Every topic that an alarm notifies delivers to a recipient",
        Severity::Low,
    )
    .tags(&["guide:2", "beyond-guide"])
    .remediation("Fix the topic that does not deliver, or remove it from the actions of the alarm.")
    .page(include_str!("alarm_action_broken.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &NotifyingAlarm, j: &Judging<AwsPolicy>) -> Judgement {
    let own = &subject.own;
    let actions = own.actions.get()?.iter();
    let mut topics: Vec<&NotifiedTopic> = actions
        .filter_map(|action| match action {
            Action::Topic(topic) => Some(topic),
            _ => None,
        })
        .collect();
    topics.sort_by(|a, b| a.arn.cmp(&b.arn));
    topics.dedup_by(|b, a| a.arn == b.arn);
    if topics.is_empty() {
        return Ok(Verdict::not_applicable("the alarm notifies no topic"));
    }
    let (mut broken, mut unknown) = (Vec::new(), None);
    for topic in &topics {
        match chain(topic, &own.publisher) {
            Known::Yes(Ok(())) => {}
            Known::Yes(Err(link)) => broken.push((*topic, link)),
            Known::No(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if broken.len() == topics.len() {
        return Ok(Verdict::not_applicable(
            "no topic of the alarm delivers: see aws/alarm-reaches-nobody",
        ));
    }
    if !broken.is_empty() {
        return Ok(failure(&broken, &own.publisher, &j.policy.alerts.emails));
    }
    if let Some(unknown) = unknown {
        return Err(unknown.into());
    }
    let found = counted(topics.len(), "topic");
    Ok(Verdict::Pass(evidence(found)))
}

fn evidence(found: String) -> Evidence {
    Evidence::of("topics", found, "cloudwatch:DescribeAlarms")
        .expected("topics that deliver to a recipient")
}

fn failure(
    broken: &[(&NotifiedTopic, BrokenLink)],
    publisher: &Publisher,
    emails: &[String],
) -> Verdict {
    let arns: Vec<&str> = broken.iter().map(|(topic, _)| &*topic.arn).collect();
    let found = format!("{} not delivering: {}", broken.len(), arns.join(", "));
    let evidence = broken
        .iter()
        .take(3)
        .fold(evidence(found), |all, (_, link)| {
            all.and("first broken link", &link.how, link.link.source())
        });
    let to = Remediation::new(
        "fix the topic, or remove it from the actions of the alarm if it is no longer needed; \
         another topic of the alarm delivers",
    )
    .link(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    );
    let to = broken
        .iter()
        .fold(to, |to, (topic, _)| repair(to, topic, &[publisher], emails));
    Verdict::Fail(evidence, to)
}
