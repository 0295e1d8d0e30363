use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
    hcl_string,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::{add_action, repair};
use crate::resources::Subscription;
use crate::views::{
    Action, AlarmActions, NOT_READ, NotifiedTopic, NotifyingAlarm, Publisher, Silence, chain,
    is_suppressor_of, receives,
};

pub(crate) static CHECK: Rule<NotifyingAlarm, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alarm-reaches-nobody",
        "Every alarm notifies a confirmed recipient",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Fix the first broken link between the alarm and a confirmed subscription.")
    .page(include_str!("alarm_reaches_nobody.md"))
    .since("0.1.0"),
    judge,
);

const ALARMS: &str = "cloudwatch:DescribeAlarms";
const EXPECTED: &str = "an ALARM action that notifies a confirmed subscription";

/// The first broken link of one path from an alarm to a recipient.
struct BrokenLink {
    setting: &'static str,
    found: String,
    /// The API operation that returned it.
    source: &'static str,
}

impl BrokenLink {
    fn of_alarm(setting: &'static str, found: impl Into<String>) -> Self {
        Self {
            setting,
            found: found.into(),
            source: ALARMS,
        }
    }
}

/// Whether the actions of an alarm notify a recipient.
enum Delivery {
    /// One of them does: the path, for the evidence.
    Complete(String),
    /// None of them does: the first broken link of each path.
    Broken(Vec<BrokenLink>),
    Unknown(Unknown),
}

fn judge(subject: &NotifyingAlarm, j: &Judging<AwsPolicy>) -> Judgement {
    if *subject.scaling.get()? {
        return Ok(Verdict::not_applicable(
            "all actions of the alarm are scaling policies, which notify nobody by design",
        ));
    }
    let has_no_action = subject.own.actions.ok().is_some_and(Vec::is_empty);
    if let Some(composite) = subject.suppresses.as_deref().filter(|_| has_no_action) {
        return Ok(Verdict::not_applicable(is_suppressor_of(composite)));
    }
    let (mut broken_links, mut unknown) = (Vec::new(), None);
    for (i, notifies) in std::iter::once(&subject.own)
        .chain(&subject.parents)
        .enumerate()
    {
        let through = if i == 0 {
            String::new()
        } else {
            format!("through the composite alarm {}: ", notifies.publisher.name)
        };
        match delivery(notifies) {
            Delivery::Complete(how) => {
                let found = format!("{through}{how}");
                let evidence = Evidence::of("AlarmActions", found, ALARMS).expected(EXPECTED);
                return Ok(Verdict::Pass(match notifies.silence.ok() {
                    Some(Silence::Short(rules)) => {
                        evidence.note(format!("muted at times, by the mute rule {rules}"))
                    }
                    _ => evidence,
                }));
            }
            Delivery::Broken(all) => {
                broken_links.extend(all.into_iter().map(|link| BrokenLink {
                    found: format!("{through}{}", link.found),
                    ..link
                }));
            }
            Delivery::Unknown(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    // One complete path is enough, so a failure is certain only if every path is known.
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    subject.all_parents_read.get()?;
    let evidence = broken_links
        .iter()
        .take(5)
        .fold(Evidence::default(), |evidence, link| {
            evidence.and(link.setting, &link.found, link.source)
        });
    let evidence = evidence.expected(EXPECTED).note(NOT_READ);
    Ok(Verdict::Fail(evidence, remediation(subject, j)))
}

fn delivery(notifies: &AlarmActions) -> Delivery {
    // Disabled actions break every path, whatever is not known of the topics.
    if notifies.enabled == Known::Yes(false) {
        return Delivery::Broken(vec![BrokenLink::of_alarm("ActionsEnabled", "false")]);
    }
    if let Known::Yes(Some(error)) = &notifies.evaluation_error {
        let found = format!("{error}: the alarm is not evaluated, see its StateReason");
        return Delivery::Broken(vec![BrokenLink::of_alarm("EvaluationState", found)]);
    }
    if let Known::Yes(Silence::Long(rules)) = &notifies.silence {
        return Delivery::Broken(vec![BrokenLink {
            setting: "mute rule",
            found: format!("mutes the actions of the alarm for too long: {rules}"),
            source: "cloudwatch:GetAlarmMuteRule",
        }]);
    }
    if let Known::Yes(Some(suppressor)) = &notifies.suppressed_by {
        let found = format!("suppresses the actions for too long: {suppressor}");
        return Delivery::Broken(vec![BrokenLink::of_alarm("ActionsSuppressor", found)]);
    }
    let actions = match &notifies.actions {
        Known::Yes(actions) => actions,
        Known::No(reason) => return Delivery::Unknown((**reason).clone()),
    };
    if actions.is_empty() {
        return Delivery::Broken(vec![BrokenLink::of_alarm("AlarmActions", "missing")]);
    }
    let (mut broken_links, mut unknown) = (Vec::new(), None);
    for action in actions {
        match action {
            Action::Topic(topic) => match chain(topic, &notifies.publisher) {
                Known::Yes(Ok(())) => {
                    return if_enabled(notifies, describe_path(topic, &notifies.publisher));
                }
                Known::Yes(Err(broken)) => broken_links.push(BrokenLink {
                    setting: "first broken link",
                    found: broken.how,
                    source: broken.link.source(),
                }),
                Known::No(reason) => {
                    unknown.get_or_insert(reason.into());
                }
            },
            Action::Unverified { arn, what } => {
                return if_enabled(notifies, format!("{what} (delivery not verified): {arn}"));
            }
            Action::Silent { what } => {
                let found = format!("{what} (notifies nobody)");
                broken_links.push(BrokenLink::of_alarm("AlarmActions", found));
            }
            Action::Unrecognized { arn } => {
                let reason = format!("unknown kind of alarm action: {arn}");
                unknown.get_or_insert(Unknown::undetermined(reason));
            }
        }
    }
    unknown.map_or(Delivery::Broken(broken_links), Delivery::Unknown)
}

/// A complete path counts only if the actions are known to be enabled and not silenced.
fn if_enabled(notifies: &AlarmActions, how: String) -> Delivery {
    let heard = notifies.enabled.get().map(|_| ());
    let heard = heard.and_then(|()| notifies.evaluation_error.get().map(|_| ()));
    let heard = heard.and_then(|()| notifies.silence.get().map(|_| ()));
    match heard.and_then(|()| notifies.suppressed_by.get().map(|_| ())) {
        Ok(()) => Delivery::Complete(how),
        Err(reason) => Delivery::Unknown(reason.into()),
    }
}

/// For example `topic saaspe-production-alerts → email devops@example.com`.
fn describe_path(topic: &NotifiedTopic, publisher: &Publisher) -> String {
    let all: Vec<&Subscription> = topic.subscriptions.ok().into_iter().flatten().collect();
    let receives = |s: &&Subscription| receives(s, publisher) == Known::Yes(true);
    let mut receiving = all.into_iter().filter(receives);
    let first = receiving.next().map_or_else(String::new, |s| {
        let queue = s.dead_letter_queue.as_ref();
        let undelivered = queue.map(|queue| format!(" (undelivered messages go to {queue})"));
        format!(
            " → {} {}{}",
            s.protocol,
            s.endpoint,
            undelivered.unwrap_or_default()
        )
    });
    match receiving.count() {
        0 => format!("topic {}{first}", topic.name),
        n => format!("topic {}{first} and {n} more", topic.name),
    }
}

/// The step for an alarm that is silent for another reason than its actions.
fn silenced_by_hand(own: &AlarmActions) -> Option<Step> {
    if own.enabled == Known::Yes(false) {
        return None;
    }
    if matches!(own.evaluation_error, Known::Yes(Some(_))) {
        return Some(Step::by_hand(
            "Read the StateReason of the alarm, and fix the error because of which it is not \
             evaluated",
        ));
    }
    if let Known::Yes(Silence::Long(rules)) = &own.silence {
        return Some(Step::by_hand(format!(
            "Shorten the duration of the mute rule, or remove the alarm from its targets: {rules}"
        )));
    }
    let suppressor = own.suppressed_by.ok()?.as_ref()?;
    Some(Step::by_hand(format!(
        "Find out why the suppressor alarm stays in ALARM, or replace it: {suppressor}"
    )))
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
    let mut to = Remediation::new("fix the path from the alarm to a confirmed recipient").link(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    );
    if let Some(step) = silenced_by_hand(own) {
        return to.step(step);
    }
    if own.enabled == Known::Yes(false) && (!topics.is_empty() || actions.iter().any(unverified)) {
        to = to.step(
            aws("cloudwatch", "enable-alarm-actions")
                .json(&json!({"AlarmNames": [name]}))
                .region(region)
                .step(
                    "Enable the actions of the alarm",
                    &["cloudwatch:EnableAlarmActions"],
                ),
        );
    }
    if topics.is_empty() && actions.iter().any(unverified) {
        return to;
    }
    // An alarm that notifies no topic gets one more action.
    let Some(topic) = topics.first() else {
        let topic = subject.alert_topic.as_ref();
        let to = match add_action(&subject.alarm, region, topic.map(|t| &*t.arn)) {
            Ok(step) => to.step(step),
            Err(reason) => to.withheld(format!(
                "the call replaces the whole alarm, and one of its settings could not be read: \
                 {reason}"
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
                "Make sure that the topic has a confirmed subscription, and that its access \
                 policy and its KMS key allow cloudwatch.amazonaws.com",
            )),
        };
    };
    repair(to, topic, &[&own.publisher], emails)
}
