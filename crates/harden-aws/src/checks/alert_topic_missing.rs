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
        "Regions with services, load balancers or databases have an alert topic",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation(
        "Create an SNS topic in the region, confirm a subscription, and let the alarms notify \
         the topic.",
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
        judge_notified(region)
    } else {
        judge_named(region, &j.policy.alerts.topics)
    }
}

/// The policy names topics: every topic that it names by ARN must exist, and at least one of all.
fn judge_named(region: &ProtectedRegion, names: &[String]) -> Judgement {
    let expected = format!("a topic in this region: {}", names.join(", "));
    let exists = |topic: &NotifiedTopic| topic.exists.clone();
    let missing = region
        .named
        .iter()
        .find(|(topic, by_arn)| *by_arn && exists(topic) == Known::Yes(false));
    let any = Known::any(region.named.iter().map(|(topic, _)| exists(topic)));
    // A topic that certainly does not exist fails before the unknown ones are looked at.
    if missing.is_none() && *any.get()? {
        for (topic, _) in region.named.iter().filter(|(_, by_arn)| *by_arn) {
            topic.exists.get()?;
        }
        let found = region.named.iter().map(|(topic, _)| topic);
        return Ok(Verdict::Pass(
            Evidence::of("topics", names_of(region, found), SOURCE).expected(expected),
        ));
    }
    let absent = missing.or_else(|| region.named.first());
    let found = match absent {
        Some((topic, _)) => format!("{} does not exist", topic.arn),
        None => "0 in this region".to_owned(),
    };
    let mut evidence = Evidence::of("topics", found, SOURCE).expected(expected);
    if absent.is_none() {
        evidence = evidence.note(
            "the policy names only topics in other regions, and an alarm can notify only topics \
             in its own region",
        );
    }
    let evidence = note_resources(evidence, region);
    let topic = absent.map(|(topic, _)| topic);
    Ok(Verdict::Fail(evidence, remediation(region, topic)))
}

/// The policy names no topic: an alarm or a budget must notify a topic that exists.
fn judge_notified(region: &ProtectedRegion) -> Judgement {
    let expected = "a topic that an alarm or a budget notifies";
    let parts = region.notified.iter().map(|topic| topic.exists.clone());
    let rest = region.notified_all.as_ref().map(|()| false);
    if *Known::any(parts.chain([rest])).get()? {
        let found = names_of(region, region.notified.iter());
        return Ok(Verdict::Pass(
            Evidence::of("topics", found, SOURCE).expected(expected),
        ));
    }
    let found = match region.notified.first() {
        Some(topic) => format!("{} is notified but does not exist", topic.arn),
        None => "missing".to_owned(),
    };
    let evidence = Evidence::of("topics", found, SOURCE).expected(expected);
    let topic = region.notified.first();
    Ok(Verdict::Fail(
        note_resources(evidence, region),
        remediation(region, topic),
    ))
}

/// The names of the topics that exist; of another account's, the ARN.
fn names_of<'a>(
    region: &ProtectedRegion,
    topics: impl Iterator<Item = &'a NotifiedTopic>,
) -> String {
    let existing = topics.filter(|t| t.exists == Known::Yes(true));
    let shown = existing.map(|topic| match topic.place.account == region.place.account {
        true => &*topic.name,
        false => &*topic.arn,
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn note_resources(evidence: Evidence, region: &ProtectedRegion) -> Evidence {
    evidence.note(format!(
        "the region contains {}",
        region.protects.join(", ")
    ))
}

fn remediation(region: &ProtectedRegion, topic: Option<&NotifiedTopic>) -> Remediation {
    let code = &region.place.region;
    let known = topic.and_then(|topic| Arn::parse(&topic.arn).map(|arn| (topic, arn)));
    let (name, arn) = match known {
        Some((topic, _)) => (Arg::from(&*topic.name), Arg::from(&*topic.arn)),
        None => (
            Arg::input("TOPIC", "a name for the topic, such as production-alerts"),
            Arg::input("TOPIC_ARN", "the ARN that create-topic returned"),
        ),
    };
    let mut to =
        Remediation::new("create an alert topic in this region and let its alarms notify it");
    if let Some((_, arn)) = known.filter(|(_, arn)| arn.account != &*region.place.account) {
        to = to.step(Step::by_hand(format!(
            "Run the next steps with credentials of the account {}",
            arn.account
        )));
    }
    to = to
        .step(create_topic(name, code))
        .step(subscribe(arn, code, None))
        .step(Step::by_hand(
            "Add the ARN of the topic to the AlarmActions of the alarms in this region. If the \
             policy names topics, add it to aws.alerts.topics too",
        ));
    let name = topic.map_or("production-alerts", |topic| &*topic.name);
    to.terraform(format!(
        "resource \"aws_sns_topic\" \"alerts\" {{\n  name = {}\n}}\n",
        hcl_string(name)
    ))
    .link("https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html")
}
