//! Budgets with their notifications and recipients.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use jiff::Timestamp;

use super::monthly::is_monthly_cost_budget;
use crate::arn::Arn;
use crate::resources::{
    Alarm, Budget, BudgetAction, BudgetAlerts, KmsKey, Money, Notification, Region, SnsTopic,
    TopicSubscriptions,
};
use crate::views::delivery::Publisher;
use crate::views::delivery::chain;
use crate::views::delivery::{NotifiedTopic, topic_of};
use crate::{AwsPolicy, BudgetPolicy};

/// A budget with its notifications.
pub(crate) struct AccountBudget {
    pub(crate) budget: Budget,
    pub(crate) notifications: Known<Vec<Notification>>,
    /// Whether it is the monthly cost budget of the account, or the reason why not.
    pub(crate) monthly: Known<Result<(), String>>,
}

/// A budget with its notifications, the topics that they go to, and its actions.
pub(crate) struct RoutedBudget {
    pub(crate) of: AccountBudget,
    pub(crate) actions: Known<Vec<BudgetAction>>,
    topics: Vec<NotifiedTopic>,
}

impl RoutedBudget {
    /// The topic with an ARN, among those of the notifications.
    pub(crate) fn topic(&self, arn: &str) -> Option<&NotifiedTopic> {
        self.topics.iter().find(|t| *t.arn == *arn)
    }

    /// A topic of its notifications whose delivery chain is intact.
    pub(crate) fn delivering_topic(&self) -> Option<&str> {
        let sound = |topic: &&NotifiedTopic| {
            let partition = Arn::parse(&topic.arn).map_or("aws", |a| a.partition);
            chain(topic, &self.publisher(partition)) == Known::Yes(Ok(()))
        };
        self.topics.iter().find(sound).map(|topic| &*topic.arn)
    }

    /// The budget as a publisher to topics of a partition.
    pub(crate) fn publisher(&self, partition: &str) -> Publisher {
        Publisher::budget(partition, &self.of.budget.account, &self.of.budget.name)
    }
}

impl AccountBudget {
    fn of(
        budget: &Budget,
        place: &Place,
        alerts: &Listing<BudgetAlerts>,
        policy: &BudgetPolicy,
        now: Timestamp,
    ) -> Self {
        Self {
            monthly: is_monthly_cost_budget(budget, &budget.account, policy, now),
            notifications: notifications(alerts, place, &budget.name),
            budget: budget.clone(),
        }
    }

    /// The first topic that one of its notifications uses.
    pub(crate) fn first_topic(&self) -> Option<&str> {
        self.notified_topics().next()
    }

    fn notified_topics(&self) -> impl Iterator<Item = &str> {
        let all = self.notifications.ok().into_iter().flatten();
        all.flat_map(|n| n.subscribers.ok().into_iter().flatten())
            .filter(|s| s.subscription_type == "SNS")
            .map(|s| &*s.address)
    }

    /// The limit as an amount, for thresholds in money.
    fn limit(&self) -> Known<f64> {
        self.budget.limit.as_ref().and_then(|limit| match limit {
            Some(limit) if limit.amount > 0.0 => Known::Yes(limit.amount),
            _ => Unknown::undetermined("the budget has no limit to compare the amount with").into(),
        })
    }

    /// A threshold as a percentage of the limit.
    pub(crate) fn percent(&self, threshold: f64, threshold_type: &str) -> Known<f64> {
        match threshold_type {
            "ABSOLUTE_VALUE" => self.limit().map(|limit| percent_of(threshold, limit)),
            _ => Known::Yes(threshold),
        }
    }

    /// The percentage of a notification that is sent when actual spend exceeds it; `None` for any other
    /// notification.
    pub(crate) fn percent_of_actual(&self, notification: &Notification) -> Known<Option<f64>> {
        if notification.notification_type != "ACTUAL" || notification.comparison != "GREATER_THAN" {
            return Known::Yes(None);
        }
        self.percent(notification.threshold, &notification.threshold_type)
            .map(Some)
    }

    /// Whether a notification is about actual spend and in the range of a threshold.
    pub(crate) fn covers(
        &self,
        notification: &Notification,
        threshold: &AlertThreshold,
    ) -> Known<bool> {
        self.percent_of_actual(notification)
            .map(|percent| percent.is_some_and(|percent| threshold.includes(percent)))
    }
}

/// An amount as a percentage of a limit.
pub(crate) fn percent_of(amount: f64, limit: f64) -> f64 {
    amount * 100.0 / limit
}

/// One of the three required thresholds. Each has a notification of its own ([`super::Steps`]), because one
/// early notification does not report the later thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AlertThreshold {
    pub(crate) over: f64,
    pub(crate) up_to: f64,
    pub(crate) email: bool,
    pub(crate) topic: bool,
    /// Whether a budget action is accepted instead of a topic.
    pub(crate) action: bool,
}

impl AlertThreshold {
    /// The three thresholds of a policy: a warning by email, then email and SNS, then SNS or a budget
    /// action.
    pub(crate) fn all(policy: &BudgetPolicy) -> [Self; 3] {
        let threshold = |over, up_to, email, topic, action| Self {
            over,
            up_to,
            email,
            topic,
            action,
        };
        let (first, second) = (policy.warning_percent, policy.critical_percent);
        [
            threshold(0.0, first, true, false, false),
            threshold(first, second, true, true, false),
            threshold(second, policy.investigate_percent, false, true, true),
        ]
    }

    /// Whether a percentage is at or below this threshold.
    pub(crate) fn reaches(&self, percent: f64) -> bool {
        // a percentage that was computed from an amount of money is not exact
        percent <= self.up_to + 1e-9
    }

    /// Whether a percentage is in the range from the previous threshold to this one.
    pub(crate) fn includes(&self, percent: f64) -> bool {
        percent > self.over + 1e-9 && self.reaches(percent)
    }
}

/// Two amounts in the same currency.
///
/// # Errors
/// The currencies differ.
pub(crate) fn comparable<'a>(
    actual: &'a Money,
    limit: &'a Money,
) -> Result<(&'a Money, &'a Money), Unknown> {
    if actual.unit == limit.unit {
        return Ok((actual, limit));
    }
    Err(Unknown::undetermined(format!(
        "the spend is in {} and the limit in {}",
        actual.unit, limit.unit
    )))
}

#[async_trait]
impl Subject for AccountBudget {
    const KINDS: &'static [&'static Kind] = &[Budget::KIND, BudgetAlerts::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let budgets = cx.list::<Budget>().await?;
        let alerts = cx.list::<BudgetAlerts>().await?;
        Ok(Arc::new(join(&budgets, |id, budget| {
            Self::of(budget, &id.place, &alerts, &policy.budgets, cx.now())
        })))
    }
}

#[async_trait]
impl Subject for RoutedBudget {
    const KINDS: &'static [&'static Kind] = &[
        Alarm::KIND,
        Budget::KIND,
        BudgetAction::KIND,
        BudgetAlerts::KIND,
        KmsKey::KIND,
        Region::KIND,
        SnsTopic::KIND,
        TopicSubscriptions::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let budgets = cx.list::<Budget>().await?;
        let alerts = cx.list::<BudgetAlerts>().await?;
        let actions = cx.list::<BudgetAction>().await?;
        let topics = cx.subjects::<NotifiedTopic>().await?;
        Ok(Arc::new(join(&budgets, |id, budget| {
            let of = AccountBudget::of(budget, &id.place, &alerts, &policy.budgets, cx.now());
            Self {
                actions: actions.readable(&id.place).map(|()| {
                    let of = |a: &&BudgetAction| a.budget == budget.name;
                    let here = actions.at(&id.place).map(|(_, a)| a);
                    here.filter(of).cloned().collect()
                }),
                topics: of
                    .notified_topics()
                    .filter_map(|arn| topic_of(&topics, arn))
                    .collect(),
                of,
            }
        })))
    }
}

/// Makes a view of each budget.
fn join<V>(budgets: &Listing<Budget>, view: impl Fn(&ResourceId, &Budget) -> V) -> Listing<V> {
    let items = budgets
        .iter()
        .map(|(id, budget)| (Arc::clone(id), view(id, budget)));
    let items = items.collect();
    Listing::new(items, budgets.scope.clone(), budgets.gaps.clone())
}

fn notifications(
    alerts: &Listing<BudgetAlerts>,
    place: &Place,
    budget: &str,
) -> Known<Vec<Notification>> {
    alerts.get(place, budget).and_then(|found| match found {
        Some(alerts) => alerts.notifications.clone(),
        None => Unknown::new(
            Cause::NotRecorded,
            "the snapshot does not hold the notifications of the budget",
        )
        .during("budgets:ViewBudget")
        .into(),
    })
}
