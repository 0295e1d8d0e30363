//! Budgets with whom they tell.

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
    /// Whether it is the account's monthly cost budget, or why not.
    pub(crate) monthly: Known<Result<(), String>>,
}

/// A budget with its notifications, the topics that they go to, and its actions.
pub(crate) struct RoutedBudget {
    pub(crate) of: AccountBudget,
    pub(crate) actions: Known<Vec<BudgetAction>>,
    topics: Vec<NotifiedTopic>,
}

impl RoutedBudget {
    /// The topic of an ARN that its notifications name.
    pub(crate) fn topic(&self, arn: &str) -> Option<&NotifiedTopic> {
        self.topics.iter().find(|t| *t.arn == *arn)
    }

    /// A topic that its notifications are sent to and that delivers.
    pub(crate) fn sound_topic(&self) -> Option<&str> {
        let sound = |topic: &&NotifiedTopic| {
            let partition = Arn::parse(&topic.arn).map_or("aws", |a| a.partition);
            chain(topic, &self.publisher(partition)) == Known::Yes(Ok(()))
        };
        self.topics.iter().find(sound).map(|topic| &*topic.arn)
    }

    /// The budget as a publisher to a topic of a partition.
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

    /// A topic that one of its notifications tells.
    pub(crate) fn some_topic(&self) -> Option<&str> {
        self.topics_told().next()
    }

    fn topics_told(&self) -> impl Iterator<Item = &str> {
        let all = self.notifications.ok().into_iter().flatten();
        all.flat_map(|n| n.subscribers.ok().into_iter().flatten())
            .filter(|s| s.subscription_type == "SNS")
            .map(|s| &*s.address)
    }

    /// The limit, for thresholds in money.
    fn limit(&self) -> Known<f64> {
        self.budget.limit.as_ref().and_then(|limit| match limit {
            Some(limit) if limit.amount > 0.0 => Known::Yes(limit.amount),
            _ => Unknown::undetermined("the budget has no limit to compare an amount with").into(),
        })
    }

    /// A threshold in percent of the limit.
    pub(crate) fn percent(&self, threshold: f64, threshold_type: &str) -> Known<f64> {
        match threshold_type {
            "ABSOLUTE_VALUE" => self.limit().map(|limit| percent_of(threshold, limit)),
            _ => Known::Yes(threshold),
        }
    }

    /// Whether a notification tells of actual spend within a step.
    pub(crate) fn covers(&self, notification: &Notification, step: &Step) -> Known<bool> {
        if notification.notification_type != "ACTUAL" || notification.comparison != "GREATER_THAN" {
            return Known::Yes(false);
        }
        self.percent(notification.threshold, &notification.threshold_type)
            .map(|percent| step.holds(percent))
    }
}

/// An amount in percent of a limit.
pub(crate) fn percent_of(amount: f64, limit: f64) -> f64 {
    amount * 100.0 / limit
}

/// One of the three thresholds that are wanted: a notification counts for it that is at or under
/// it and over the one before, so that one early notification does not stand for all three.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    pub(crate) over: f64,
    pub(crate) up_to: f64,
    pub(crate) email: bool,
    pub(crate) topic: bool,
    /// Whether a budget action will do instead of a topic.
    pub(crate) action: bool,
}

impl Step {
    /// The three of a policy: a warning by email, then email and SNS, then SNS or an action.
    pub(crate) fn all(policy: &BudgetPolicy) -> [Self; 3] {
        let step = |over, up_to, email, topic, action| Self {
            over,
            up_to,
            email,
            topic,
            action,
        };
        let (first, second) = (policy.warning_percent, policy.critical_percent);
        [
            step(0.0, first, true, false, false),
            step(first, second, true, true, false),
            step(second, policy.investigate_percent, false, true, true),
        ]
    }

    pub(crate) fn holds(&self, percent: f64) -> bool {
        // an amount of money in percent is not exact
        percent > self.over + 1e-9 && percent <= self.up_to + 1e-9
    }
}

/// Two amounts of one unit, or that they can't be compared.
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
                    .topics_told()
                    .filter_map(|arn| topic_of(&topics, arn))
                    .collect(),
                of,
            }
        })))
    }
}

/// A view of each budget.
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
