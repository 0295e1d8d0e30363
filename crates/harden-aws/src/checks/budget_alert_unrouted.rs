use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::{Route, add_subscriber, repair};
use crate::resources::{Notification, Subscriber};
use crate::views::{NotifiedTopic, RoutedBudget, Step, chain};

pub(crate) static CHECK: Rule<RoutedBudget, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-alert-unrouted",
        "Budget alerts reach those who must act",
        Severity::High,
    )
    .tags(&["guide:6"])
    .remediation("Add the subscriber that the notification lacks, or mend the way over its topic.")
    .page(include_str!("budget_alert_unrouted.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "budgets:DescribeSubscribersForNotification";

/// What a budget's alerts lack.
#[derive(Default)]
struct Lacks<'a> {
    /// In words: the setting, what was found, and the operation that told.
    words: Vec<(&'static str, String, &'static str)>,
    /// The notifications that lack a subscriber, and whether it is a topic.
    subscribers: Vec<(&'a Notification, bool)>,
    /// The topics that do not deliver.
    topics: Vec<&'a NotifiedTopic>,
    unknown: Option<Unknown>,
}

fn judge(subject: &RoutedBudget, j: &Judging<AwsPolicy>) -> Judgement {
    let notifications = subject.of.notifications.get()?;
    if notifications.is_empty() {
        // that it lacks them is the finding of aws/budget-alert-missing
        return Ok(Verdict::not_applicable("it has no notification"));
    }
    let mut lacks = Lacks::default();
    for notification in notifications {
        topics(subject, notification, &mut lacks);
    }
    match &subject.of.monthly {
        Known::Yes(Ok(())) => {
            for step in &Step::all(&j.policy.budgets) {
                routed(subject, notifications, step, &mut lacks);
            }
        }
        Known::Yes(Err(_)) => {}
        Known::No(reason) => {
            lacks.unknown.get_or_insert((**reason).clone());
        }
    }
    let wanted = if matches!(subject.of.monthly, Known::Yes(Ok(()))) {
        "email for the first step, email and SNS for the second, SNS or an action for the third, \
         and topics that deliver"
    } else {
        "topics that deliver"
    };
    if !lacks.words.is_empty() {
        let evidence = lacks
            .words
            .iter()
            .take(6)
            .fold(Evidence::default(), |evidence, (setting, found, source)| {
                evidence.and(*setting, found, *source)
            });
        let evidence = evidence.expected(wanted);
        return Ok(Verdict::Fail(
            evidence,
            remediation(subject, &lacks, j.policy),
        ));
    }
    if let Some(unknown) = lacks.unknown {
        return Err(unknown);
    }
    let found = format!(
        "{} notifications, each with what it needs",
        notifications.len()
    );
    Ok(Verdict::Pass(
        Evidence::of("Subscribers", found, SOURCE).expected(wanted),
    ))
}

/// Each topic that a notification tells must deliver.
fn topics<'a>(subject: &'a RoutedBudget, notification: &Notification, lacks: &mut Lacks<'a>) {
    let subscribers = match &notification.subscribers {
        Known::Yes(subscribers) => subscribers,
        Known::No(reason) => {
            lacks.unknown.get_or_insert((**reason).clone());
            return;
        }
    };
    for subscriber in subscribers.iter().filter(|s| s.subscription_type == "SNS") {
        let Some(topic) = subject.topic(&subscriber.address) else {
            let reason = format!("the topic {} was not looked into", subscriber.address);
            lacks.unknown.get_or_insert(Unknown::undetermined(reason));
            continue;
        };
        match chain(topic, &publisher(subject, topic)) {
            Known::Yes(Ok(())) => {}
            Known::Yes(Err(broken)) => {
                if !lacks.topics.iter().any(|t| t.arn == topic.arn) {
                    lacks.topics.push(topic);
                    let source = broken.link.source();
                    lacks.words.push(("first broken link", broken.how, source));
                }
            }
            Known::No(reason) => {
                lacks.unknown.get_or_insert(reason.into());
            }
        }
    }
}

fn publisher(subject: &RoutedBudget, topic: &NotifiedTopic) -> crate::views::Publisher {
    subject.publisher(Arn::parse(&topic.arn).map_or("aws", |a| a.partition))
}

/// One of the notifications within a step must have all that the step needs. That there is none
/// is the finding of aws/budget-alert-missing.
fn routed<'a>(
    subject: &'a RoutedBudget,
    notifications: &'a [Notification],
    step: &Step,
    lacks: &mut Lacks<'a>,
) {
    let mut best: Option<(&Notification, Vec<bool>)> = None;
    let mut open = None;
    for notification in notifications {
        match subject.of.covers(notification, step) {
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
        let topic = match (step.topic && !has("SNS"), step.action) {
            (true, true) => match acts(subject, step) {
                Known::Yes(acts) => !acts,
                Known::No(reason) => {
                    open.get_or_insert(reason.into());
                    continue;
                }
            },
            (lacking, _) => lacking,
        };
        let email = step.email && !has("EMAIL");
        let lacking = [(email, false), (topic, true)];
        let lacking: Vec<bool> = lacking.iter().filter(|l| l.0).map(|l| l.1).collect();
        if lacking.is_empty() {
            return;
        }
        // the highest within the step is the one that is meant for it
        best = Some(match best.take() {
            Some(before) if before.0.threshold >= notification.threshold => before,
            _ => (notification, lacking),
        });
    }
    if let Some(reason) = open {
        lacks.unknown.get_or_insert(reason);
        return;
    }
    if let Some((notification, lacking)) = best {
        for topic in lacking {
            let what = match (topic, step.action) {
                (true, true) => "an SNS topic or a budget action",
                (true, false) => "an SNS topic",
                _ => "an email address",
            };
            let unit = match &*notification.threshold_type {
                "ABSOLUTE_VALUE" => "",
                _ => " %",
            };
            let found = format!("the one at {}{unit} lacks {what}", notification.threshold);
            lacks.words.push(("Subscribers", found, SOURCE));
            lacks.subscribers.push((notification, topic));
        }
    }
}

/// Whether the budget acts by itself by a step.
fn acts(subject: &RoutedBudget, step: &Step) -> Known<bool> {
    subject.actions.as_ref().and_then(|actions| {
        let actual = actions.iter().filter(|a| a.notification_type == "ACTUAL");
        Known::any(actual.map(|action| {
            let percent = subject.of.percent(action.threshold, &action.threshold_type);
            percent.map(|percent| percent <= step.up_to + 1e-9)
        }))
    })
}

fn remediation(subject: &RoutedBudget, lacks: &Lacks<'_>, policy: &AwsPolicy) -> Remediation {
    let budget = &subject.of.budget;
    let route = Route {
        email: policy.alerts.emails.first().map(String::as_str),
        topic: subject.sound_topic(),
    };
    let mut to = Remediation::new(
        "give each notification the subscriber that it needs, over topics that admit Budgets",
    )
    .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html");
    for (notification, topic) in &lacks.subscribers {
        to = to.step(add_subscriber(
            &budget.account,
            &budget.name,
            notification,
            *topic,
            &route,
        ));
    }
    for topic in &lacks.topics {
        let publisher = publisher(subject, topic);
        if *topic.place.account == *budget.account {
            to = repair(to, topic, &[&publisher], &policy.alerts.emails);
        } else {
            to = to.step(harden_core::Step::by_hand(format!(
                "Subscribe a topic of the account {} in place of {}: Budgets notifies topics of its \
                 own account only",
                budget.account, topic.arn
            )));
        }
    }
    to
}
