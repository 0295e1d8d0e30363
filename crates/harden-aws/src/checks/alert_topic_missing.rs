use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
    hcl_string,
};

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::{create_topic, subscribe};
use crate::views::{NotifiedTopic, ProtectedRegion};

pub(crate) static CHECK: Rule<ProtectedRegion, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alert-topic-missing",
        "Every region with something to protect has an alert topic",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation(
        "Create an SNS topic in the region, subscribe somebody, and let the alarms notify it.",
    )
    .page(include_str!("alert_topic_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "sns:ListTopics";

fn judge(region: &ProtectedRegion, j: &Judging<AwsPolicy>) -> Judgement {
    if !*region.protected.get()? {
        return Ok(Verdict::not_applicable(
            "no ECS service, load balancer or database in this region",
        ));
    }
    if j.policy.alerts.topics.is_empty() {
        notified(region)
    } else {
        named(region, &j.policy.alerts.topics)
    }
}

/// The policy names topics: those that it names by ARN must be there, and of all at least one.
fn named(region: &ProtectedRegion, names: &[String]) -> Judgement {
    let wanted = format!("a topic of this region among {}", names.join(", "));
    let exists = |topic: &NotifiedTopic| topic.exists.clone();
    let missing = region
        .named
        .iter()
        .find(|(topic, by_arn)| *by_arn && exists(topic) == Known::Yes(false));
    let any = Known::any(region.named.iter().map(|(topic, _)| exists(topic)));
    if missing.is_none() && *any.get()? {
        for (topic, _) in region.named.iter().filter(|(_, by_arn)| *by_arn) {
            topic.exists.get()?;
        }
        let found = region.named.iter().map(|(topic, _)| topic);
        return Ok(Verdict::Pass(
            Evidence::of("topics", names_of(found), SOURCE).expected(wanted),
        ));
    }
    let absent = missing.or_else(|| region.named.first());
    let found = match absent {
        Some((topic, _)) => format!("without {}", topic.arn),
        None => "none of this region".to_owned(),
    };
    let mut evidence = Evidence::of("topics", found, SOURCE).expected(wanted);
    if absent.is_none() {
        evidence = evidence.note(
            "the policy names topics of other regions only, and an alarm can notify topics of its own",
        );
    }
    let evidence = protecting(evidence, region);
    let topic = absent.map(|(topic, _)| topic);
    Ok(Verdict::Fail(evidence, remediation(region, topic)))
}

/// The policy names none: some topic that exists is notified.
fn notified(region: &ProtectedRegion) -> Judgement {
    let wanted = "a topic that an alarm or a budget notifies";
    let parts = region.notified.iter().map(|topic| topic.exists.clone());
    let rest = region.notified_all.as_ref().map(|()| false);
    if *Known::any(parts.chain([rest])).get()? {
        let found = names_of(region.notified.iter());
        return Ok(Verdict::Pass(
            Evidence::of("topics", found, SOURCE).expected(wanted),
        ));
    }
    let found = match region.notified.first() {
        Some(topic) => format!("none: {} is notified and does not exist", topic.arn),
        None => "none".to_owned(),
    };
    let evidence = Evidence::of("topics", found, SOURCE).expected(wanted);
    let topic = region.notified.first();
    Ok(Verdict::Fail(
        protecting(evidence, region),
        remediation(region, topic),
    ))
}

fn names_of<'a>(topics: impl Iterator<Item = &'a NotifiedTopic>) -> String {
    let there = topics.filter(|t| t.exists == Known::Yes(true));
    there.map(|t| &*t.name).collect::<Vec<_>>().join(", ")
}

fn protecting(evidence: Evidence, region: &ProtectedRegion) -> Evidence {
    evidence.note(format!("the region has {}", region.protects.join(", ")))
}

fn remediation(region: &ProtectedRegion, topic: Option<&NotifiedTopic>) -> Remediation {
    let code = &region.place.region;
    let known = topic.and_then(|topic| Arn::parse(&topic.arn).map(|arn| (topic, arn)));
    let (name, arn) = match known {
        Some((topic, _)) => (Arg::from(&*topic.name), Arg::from(&*topic.arn)),
        None => (
            Arg::input("TOPIC", "a name for the topic, such as production-alerts"),
            Arg::input("TOPIC_ARN", "the ARN that create-topic answered"),
        ),
    };
    let mut to =
        Remediation::new("create an alert topic in this region and let its alarms notify it");
    if let Some((_, arn)) = known.filter(|(_, arn)| arn.account != &*region.place.account) {
        to = to.step(Step::by_hand(format!(
            "Take the next steps with credentials of the account {}",
            arn.account
        )));
    }
    to = to
        .step(create_topic(name, code))
        .step(subscribe(arn, code, None))
        .step(Step::by_hand(
            "Put the topic's ARN into the AlarmActions of the alarms of this region, and into \
             aws.alerts.topics of the policy if that names topics",
        ));
    let name = topic.map_or("production-alerts", |topic| &*topic.name);
    to.terraform(format!(
        "resource \"aws_sns_topic\" \"alerts\" {{\n  name = {}\n}}\n",
        hcl_string(name)
    ))
    .link("https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html")
}
