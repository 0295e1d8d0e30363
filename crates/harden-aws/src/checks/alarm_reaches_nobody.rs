use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
    hcl_string,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::{add_action, repair};
use crate::resources::Subscription;
use crate::views::{Action, NotifiedTopic, Notifies, NotifyingAlarm, chain, takes};

pub(crate) static CHECK: Rule<NotifyingAlarm, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alarm-reaches-nobody",
        "Every alarm reaches somebody",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Mend the first broken link between the alarm and a confirmed subscription.")
    .page(include_str!("alarm_reaches_nobody.md"))
    .since("0.1.0"),
    judge,
);

const ALARMS: &str = "cloudwatch:DescribeAlarms";
const WANTED: &str = "an ALARM action that reaches a confirmed subscription";

/// Where the way from an alarm ends before it reaches somebody.
struct End {
    setting: &'static str,
    found: String,
    /// The operation that told.
    source: &'static str,
}

impl End {
    fn of_alarm(setting: &'static str, found: impl Into<String>) -> Self {
        Self {
            setting,
            found: found.into(),
            source: ALARMS,
        }
    }
}

/// What is known of an alarm's actions.
enum Reach {
    /// One of them tells somebody.
    Somebody(String),
    /// None does: where each ends.
    Nobody(Vec<End>),
    Unknown(Unknown),
}

fn judge(subject: &NotifyingAlarm, j: &Judging<AwsPolicy>) -> Judgement {
    if *subject.scaling.get()? {
        return Ok(Verdict::not_applicable(
            "all its actions are scaling policies: it drives scaling, and nobody is meant to hear",
        ));
    }
    let (mut ends, mut unknown) = (Vec::new(), None);
    for (i, notifies) in std::iter::once(&subject.own)
        .chain(&subject.raised)
        .enumerate()
    {
        let over = if i == 0 {
            String::new()
        } else {
            format!("over the composite alarm {}: ", notifies.publisher.name)
        };
        match reach(notifies) {
            Reach::Somebody(how) => {
                let found = format!("{over}{how}");
                return Ok(Verdict::Pass(
                    Evidence::of("AlarmActions", found, ALARMS).expected(WANTED),
                ));
            }
            Reach::Nobody(all) => {
                ends.extend(all.into_iter().map(|end| End {
                    found: format!("{over}{}", end.found),
                    ..end
                }));
            }
            Reach::Unknown(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    subject.raised_all.get()?;
    let evidence = ends
        .iter()
        .take(5)
        .fold(Evidence::default(), |evidence, end| {
            evidence.and(end.setting, &end.found, end.source)
        });
    let evidence = evidence.expected(WANTED);
    Ok(Verdict::Fail(evidence, remediation(subject, j)))
}

fn reach(notifies: &Notifies) -> Reach {
    if notifies.enabled == Known::Yes(false) {
        return Reach::Nobody(vec![End::of_alarm("ActionsEnabled", "false")]);
    }
    let actions = match &notifies.actions {
        Known::Yes(actions) => actions,
        Known::No(reason) => return Reach::Unknown((**reason).clone()),
    };
    if actions.is_empty() {
        return Reach::Nobody(vec![End::of_alarm("AlarmActions", "none")]);
    }
    let (mut ends, mut unknown) = (Vec::new(), None);
    for action in actions {
        match action {
            Action::Topic(topic) => match chain(topic, &notifies.publisher) {
                Known::Yes(Ok(())) => return enabled(notifies, told(topic)),
                Known::Yes(Err(broken)) => ends.push(End {
                    setting: "first broken link",
                    found: broken.how,
                    source: broken.link.source(),
                }),
                Known::No(reason) => {
                    unknown.get_or_insert(reason.into());
                }
            },
            Action::Unverified { arn, what } => {
                return enabled(notifies, format!("{what}, not looked into: {arn}"));
            }
            Action::Silent { what } => {
                let found = format!("{what}, which tells nobody");
                ends.push(End::of_alarm("AlarmActions", found));
            }
            Action::Unrecognized { arn } => {
                let reason = format!("an action of a kind that is not known: {arn}");
                unknown.get_or_insert(Unknown::undetermined(reason));
            }
        }
    }
    unknown.map_or(Reach::Nobody(ends), Reach::Unknown)
}

/// What is told is told only where actions are known to be on.
fn enabled(notifies: &Notifies, how: String) -> Reach {
    match notifies.enabled.get() {
        Ok(_) => Reach::Somebody(how),
        Err(reason) => Reach::Unknown(reason.into()),
    }
}

/// `topic saaspe-production-alerts → email devops@example.com`.
fn told(topic: &NotifiedTopic) -> String {
    let all: Vec<&Subscription> = topic.subscriptions.ok().into_iter().flatten().collect();
    let mut taking = all.into_iter().filter(|s| takes(s));
    let first = taking
        .next()
        .map_or_else(String::new, |s| format!(" → {} {}", s.protocol, s.endpoint));
    match taking.count() {
        0 => format!("topic {}{first}", topic.name),
        n => format!("topic {}{first} and {n} more", topic.name),
    }
}

fn remediation(subject: &NotifyingAlarm, j: &Judging<AwsPolicy>) -> Remediation {
    let (name, region) = (&*j.id.name, &*j.id.place.region);
    let emails = &j.policy.alerts.emails;
    let own = &subject.own;
    let actions = own.actions.ok().map_or(&[][..], Vec::as_slice);
    let topics: Vec<&NotifiedTopic> = actions
        .iter()
        .filter_map(|a| match a {
            Action::Topic(topic) => Some(topic),
            _ => None,
        })
        .collect();
    let unverified = |a: &Action| matches!(a, Action::Unverified { .. });
    let mut to = Remediation::new("mend the way from the alarm to somebody who is told").link(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    );
    if own.enabled == Known::Yes(false) && (!topics.is_empty() || actions.iter().any(unverified)) {
        to = to.step(
            aws("cloudwatch", "enable-alarm-actions")
                .json(&json!({"AlarmNames": [name]}))
                .region(region)
                .step(
                    "Switch the alarm's actions on",
                    &["cloudwatch:EnableAlarmActions"],
                ),
        );
    }
    if topics.is_empty() && actions.iter().any(unverified) {
        return to;
    }
    // an alarm that tells nobody gets an action more
    let Some(topic) = topics.first() else {
        let topic = subject.alert_topic.as_ref();
        let to = match add_action(&subject.alarm, region, topic.map(|t| &*t.arn)) {
            Ok(step) => to.step(step),
            Err(reason) => to.withheld(format!(
                "setting an alarm replaces all its settings, and one could not be read: {reason}"
            )),
        };
        let block = format!(
            "resource \"aws_cloudwatch_metric_alarm\" \"this\" {{\n  # … the settings it has\n  \
             alarm_name      = {}\n  actions_enabled = true\n  alarm_actions   = [{}]\n}}\n",
            hcl_string(name),
            topic.map_or_else(
                || "aws_sns_topic.alerts.arn".to_owned(),
                |t| hcl_string(&t.arn)
            ),
        );
        let to = to.terraform(block);
        return match topic {
            Some(topic) => repair(to, topic, &[&own.publisher], emails),
            None => to.step(Step::by_hand(
                "See that the topic has a confirmed subscription, and that its policy and key admit \
                 cloudwatch.amazonaws.com",
            )),
        };
    };
    repair(to, topic, &[&own.publisher], emails)
}
