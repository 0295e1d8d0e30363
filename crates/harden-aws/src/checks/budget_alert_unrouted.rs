use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::{Route, add_subscriber, repair};
use crate::resources::{Notification, Subscriber};
use crate::text::counted;
use crate::views::{AlertThreshold, NotifiedTopic, RoutedBudget, Steps, chain};

pub(crate) static CHECK: Rule<RoutedBudget, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-alert-unrouted",
        "Budget notifications have working subscribers",
        Severity::High,
    )
    .tags(&["guide:6"])
    .remediation("Add the missing subscriber, or fix the topic that does not deliver.")
    .page(include_str!("budget_alert_unrouted.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "budgets:DescribeSubscribersForNotification";

/// The faults of a budget's notifications.
#[derive(Default)]
struct Faults<'a> {
    /// For the evidence: the setting, its value, and the API operation.
    evidence: Vec<(&'static str, String, &'static str)>,
    /// The notifications that lack a subscriber, and whether the subscriber is a topic.
    subscribers: Vec<(&'a Notification, bool)>,
    /// The topics that do not deliver.
    topics: Vec<&'a NotifiedTopic>,
    unknown: Option<Unknown>,
}

fn judge(subject: &RoutedBudget, j: &Judging<AwsPolicy>) -> Judgement {
    let notifications = subject.of.notifications.get()?;
    if notifications.is_empty() {
        // that it faults them is the finding of aws/budget-alert-missing
        return Ok(Verdict::not_applicable("the budget has no notification"));
    }
    let mut faults = Faults::default();
    for notification in notifications {
        judge_topics(subject, notification, &mut faults);
    }
    match &subject.of.monthly {
        Known::Yes(Ok(())) => {
            let steps = AlertThreshold::all(&j.policy.budgets);
            let assigned = Steps::of(&subject.of, notifications, &steps).of;
            for (step, own) in steps.iter().zip(assigned) {
                judge_step(subject, notifications, (step, own), &mut faults);
            }
        }
        Known::Yes(Err(_)) => {}
        Known::No(reason) => {
            faults.unknown.get_or_insert((**reason).clone());
        }
    }
    let expected = if matches!(subject.of.monthly, Known::Yes(Ok(()))) {
        "email in the first step, email and SNS in the second, SNS or an action in the third; \
         topics that deliver"
    } else {
        "topics that deliver"
    };
    if !faults.evidence.is_empty() {
        let evidence = faults
            .evidence
            .iter()
            .take(6)
            .fold(Evidence::default(), |evidence, (setting, found, source)| {
                evidence.and(*setting, found, *source)
            });
        let evidence = evidence.expected(expected);
        return Ok(Verdict::Fail(
            evidence,
            remediation(subject, &faults, j.policy),
        ));
    }
    if let Some(unknown) = faults.unknown {
        return Err(unknown);
    }
    let found = format!(
        "{} with the required subscribers",
        counted(notifications.len(), "notification")
    );
    Ok(Verdict::Pass(
        Evidence::of("Subscribers", found, SOURCE).expected(expected),
    ))
}

/// Each topic that a notification names must deliver.
fn judge_topics<'a>(
    subject: &'a RoutedBudget,
    notification: &Notification,
    faults: &mut Faults<'a>,
) {
    let subscribers = match &notification.subscribers {
        Known::Yes(subscribers) => subscribers,
        Known::No(reason) => {
            faults.unknown.get_or_insert((**reason).clone());
            return;
        }
    };
    for subscriber in subscribers.iter().filter(|s| s.subscription_type == "SNS") {
        let Some(topic) = subject.topic(&subscriber.address) else {
            let reason = format!("the topic {} was not read", subscriber.address);
            faults.unknown.get_or_insert(Unknown::undetermined(reason));
            continue;
        };
        match chain(topic, &publisher(subject, topic)) {
            Known::Yes(Ok(())) => {}
            Known::Yes(Err(broken)) => {
                if !faults.topics.iter().any(|t| t.arn == topic.arn) {
                    faults.topics.push(topic);
                    let source = broken.link.source();
                    faults
                        .evidence
                        .push(("first broken link", broken.how, source));
                }
            }
            Known::No(reason) => {
                faults.unknown.get_or_insert(reason.into());
            }
        }
    }
}

fn publisher(subject: &RoutedBudget, topic: &NotifiedTopic) -> crate::views::Publisher {
    subject.publisher(Arn::parse(&topic.arn).map_or("aws", |a| a.partition))
}

/// One notification between the previous step and this one must have all subscribers that the step
/// requires. Where there is none, it is the notification that the step is assigned. A step without a
/// notification is the finding of aws/budget-alert-missing.
fn judge_step<'a>(
    subject: &'a RoutedBudget,
    notifications: &'a [Notification],
    (step, own): (&AlertThreshold, Option<usize>),
    faults: &mut Faults<'a>,
) {
    let in_range = notifications.iter().map(|n| subject.of.covers(n, step));
    let is_assigned = Known::any(in_range) == Known::Yes(false);
    let mut best: Option<(&Notification, Vec<bool>)> = None;
    let mut open = None;
    for (i, notification) in notifications.iter().enumerate() {
        let counts = if is_assigned {
            Known::Yes(own == Some(i))
        } else {
            subject.of.covers(notification, step)
        };
        match counts {
            Known::Yes(false) => continue,
            Known::Yes(true) => {}
            Known::No(reason) => {
                open.get_or_insert(reason.into());
                continue;
            }
        }
        let subscribers = match &notification.subscribers {
            Known::Yes(subscribers) => subscribers,
            Known::No(reason) => {
                open.get_or_insert((**reason).clone());
                continue;
            }
        };
        let has = |kind: &str| {
            let of = |s: &Subscriber| s.subscription_type == kind;
            subscribers.iter().any(of)
        };
        // A budget action is read only if the topic is missing: actions that could not be read do
        // not make a step unknown that a topic satisfies.
        let topic = match (step.topic && !has("SNS"), step.action) {
            (true, true) => match has_action(subject, step) {
                Known::Yes(acts) => !acts,
                Known::No(reason) => {
                    open.get_or_insert(reason.into());
                    continue;
                }
            },
            (missing, _) => missing,
        };
        let email = step.email && !has("EMAIL");
        let missing = [(email, false), (topic, true)];
        let missing: Vec<bool> = missing.iter().filter(|l| l.0).map(|l| l.1).collect();
        if missing.is_empty() {
            return;
        }
        // The notification with the highest threshold in the step is the one that gets the missing
        // subscriber.
        best = Some(match best.take() {
            Some(before) if before.0.threshold >= notification.threshold => before,
            _ => (notification, missing),
        });
    }
    if let Some(reason) = open {
        faults.unknown.get_or_insert(reason);
        return;
    }
    if let Some((notification, missing)) = best {
        for topic in missing {
            let name = match (topic, step.action) {
                (true, true) => "an SNS topic or a budget action",
                (true, false) => "an SNS topic",
                _ => "an email address",
            };
            let unit = match &*notification.threshold_type {
                "ABSOLUTE_VALUE" => "",
                _ => " %",
            };
            let found = format!("at {}{unit}: {name} missing", notification.threshold);
            faults.evidence.push(("Subscribers", found, SOURCE));
            faults.subscribers.push((notification, topic));
        }
    }
}

/// Whether the budget has an action on actual spend with a threshold within the step.
fn has_action(subject: &RoutedBudget, step: &AlertThreshold) -> Known<bool> {
    subject.actions.as_ref().and_then(|actions| {
        let actual = actions.iter().filter(|a| a.notification_type == "ACTUAL");
        Known::any(actual.map(|action| {
            let percent = subject.of.percent(action.threshold, &action.threshold_type);
            percent.map(|percent| step.reaches(percent))
        }))
    })
}

fn remediation(subject: &RoutedBudget, faults: &Faults<'_>, policy: &AwsPolicy) -> Remediation {
    let budget = &subject.of.budget;
    let route = Route {
        email: policy.alerts.emails.first().map(String::as_str),
        topic: subject.delivering_topic(),
    };
    let mut to = Remediation::new(
        "add the required subscriber to each notification, and let Budgets publish to the topics",
    )
    .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html");
    for (notification, topic) in &faults.subscribers {
        to = to.step(add_subscriber(
            &budget.account,
            &budget.name,
            notification,
            *topic,
            &route,
        ));
    }
    for topic in &faults.topics {
        let publisher = publisher(subject, topic);
        if *topic.place.account == *budget.account {
            to = repair(to, topic, &[&publisher], &policy.alerts.emails);
        } else {
            to = to.step(harden_core::Step::by_hand(format!(
                "Replace the subscriber {1} with a topic of the account {0}: Budgets notifies \
                 only topics of its own account",
                budget.account, topic.arn
            )));
        }
    }
    to
}
