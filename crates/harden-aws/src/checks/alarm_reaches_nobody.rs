use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step, Unknown,
    Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::cli::aws;
use crate::remedies::{add_action, repair};
use crate::resources::Subscription;
use crate::views::{Action, NotifiedTopic, Notifies, NotifyingAlarm, chain, takes};

pub(crate) static CHECK: Rule<NotifyingAlarm, AwsPolicy> = Rule {
    meta: Meta {
        id: "aws/alarm-reaches-nobody",
        title: "Every alarm reaches somebody",
        severity: Severity::High,
        section: Section::AlertRouting,
        beyond_guide: false,
        security: false,
        remediation: "Mend the first broken link between the alarm and a confirmed subscription.",
        page: include_str!("alarm_reaches_nobody.md"),
    },
    judge,
    off: None,
};

const ALARMS: &str = "cloudwatch:DescribeAlarms";
const WANTED: &str = "an ALARM action that reaches a confirmed subscription";

/// What is known of an alarm's actions.
enum Reach {
    /// One of them tells somebody.
    Somebody(String),
    /// None does: where each ends, and the operation that told.
    Nobody(Vec<(String, &'static str)>),
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
                    Evidence::of("AlarmActions", found, ALARMS).wanted(WANTED),
                ));
            }
            Reach::Nobody(all) => {
                ends.extend(
                    all.into_iter()
                        .map(|(end, by)| (format!("{over}{end}"), by)),
                );
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
        .fold(Evidence::default(), |evidence, (end, source)| {
            evidence.and("AlarmActions", end, *source).wanted(WANTED)
        });
    Ok(Verdict::Fail(evidence, remediation(subject, j)))
}

fn reach(notifies: &Notifies) -> Reach {
    if notifies.enabled == Known::Yes(false) {
        let off = "ActionsEnabled is false: none of them runs".to_owned();
        return Reach::Nobody(vec![(off, ALARMS)]);
    }
    let actions = match &notifies.actions {
        Known::Yes(actions) => actions,
        Known::No(reason) => return Reach::Unknown((**reason).clone()),
    };
    if actions.is_empty() {
        return Reach::Nobody(vec![("no ALARM action".to_owned(), ALARMS)]);
    }
    let (mut ends, mut unknown) = (Vec::new(), None);
    for action in actions {
        match action {
            Action::Topic(topic) => match chain(topic, &notifies.publisher) {
                Known::Yes(Ok(())) => return enabled(notifies, told(topic)),
                Known::Yes(Err(broken)) => ends.push((broken.how, broken.link.source())),
                Known::No(reason) => {
                    unknown.get_or_insert(*reason);
                }
            },
            Action::Unverified { arn, what } => {
                return enabled(notifies, format!("{what}, not looked into: {arn}"));
            }
            Action::Silent { what } => ends.push((format!("{what}, which tells nobody"), ALARMS)),
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
        Err(reason) => Reach::Unknown(*reason),
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
    let to = Remediation::new("mend the way from the alarm to somebody who is told").link(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    );
    // an alarm without a topic hears from its composite, or gets an action of its own
    let Some(topic) = topics.first() else {
        let topic = subject.alert_topic.as_ref();
        let to = match add_action(&subject.alarm, region, topic.map(|t| &*t.arn)) {
            Ok(step) => to.step(step),
            Err(reason) => to.withheld(format!(
                "setting an alarm replaces all its settings, and one could not be read: {reason}"
            )),
        };
        return match topic {
            Some(topic) => repair(to, topic, &[&own.publisher], emails),
            None => to.step(Step::by_hand(
                "See that the topic has a confirmed subscription, and that its policy and key admit \
                 cloudwatch.amazonaws.com",
            )),
        };
    };
    let mut to = to;
    if own.enabled == Known::Yes(false) {
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
    repair(to, topic, &[&own.publisher], emails)
}
