//! Budgets with whom they tell, and which of them is an account's monthly cost budget.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};
use jiff::Timestamp;

use super::delivery::chain;
use super::publishers::Publisher;
use super::topic::{NotifiedTopic, topic_of};
use crate::arn::Arn;
use crate::resources::{
    Alarm, Budget, BudgetAction, BudgetAlerts, KmsKey, Money, Notification, Region, SnsTopic,
    TopicSubscriptions,
};
use crate::{AwsPolicy, BudgetPolicy};

/// A budget with its notifications and its actions.
pub(crate) struct AccountBudget {
    pub(crate) budget: Budget,
    pub(crate) notifications: Known<Vec<Notification>>,
    pub(crate) actions: Known<Vec<BudgetAction>>,
    /// The topics that its notifications are sent to.
    topics: Vec<NotifiedTopic>,
    /// Whether it is the account's monthly cost budget, or why not.
    pub(crate) monthly: Known<Result<(), String>>,
}

impl AccountBudget {
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
        Publisher::budget(partition, &self.budget.account, &self.budget.name)
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

/// Whether a budget is a monthly one over the whole cost of an account: its own, or its payer's,
/// whose budgets cover the members too. The reason where it is not.
pub(crate) fn is_monthly_cost_budget(
    budget: &Budget,
    account: &str,
    policy: &BudgetPolicy,
    now: Timestamp,
) -> Known<Result<(), String>> {
    let tests = [
        named(budget, policy),
        budget.budget_type.as_ref().map(|kind| {
            (kind == "COST")
                .then_some(())
                .ok_or(format!("a budget of type {kind}"))
        }),
        budget.time_unit.as_ref().map(|unit| {
            (unit == "MONTHLY")
                .then_some(())
                .ok_or(format!("a {} budget", unit.to_lowercase()))
        }),
        budget.filters.as_ref().map(|filters| {
            let mut others = filters.keys().filter(|key| *key != "LinkedAccount");
            if let Some(key) = others.next() {
                return Err(format!("narrowed by CostFilters {key}"));
            }
            match filters.get("LinkedAccount") {
                Some(accounts) if !covers(accounts, account, &budget.account) => {
                    Err(format!("narrowed to {}", accounts.join(", ")))
                }
                _ => Ok(()),
            }
        }),
        budget.has_filter_expression.as_ref().map(|narrowed| {
            if *narrowed {
                return Err("narrowed by a FilterExpression".to_owned());
            }
            Ok(())
        }),
        budget.ends_at.as_ref().map(|end| match end {
            Some(end) if *end <= now => Err(format!("it ended on {end}")),
            _ => Ok(()),
        }),
        within_limit(budget, policy),
    ];
    let mut unknown = None;
    for test in tests {
        match test {
            Known::Yes(Ok(())) => {}
            Known::No(reason) => {
                unknown.get_or_insert(reason);
            }
            other => return other,
        }
    }
    unknown.map_or(Known::Yes(Ok(())), Known::No)
}

/// A budget of one's own must be over nothing but the account; a payer's must include it.
fn covers(accounts: &[String], account: &str, owner: &str) -> bool {
    let includes = accounts.iter().any(|a| a == account);
    includes && (account != owner || accounts.len() == 1)
}

fn named(budget: &Budget, policy: &BudgetPolicy) -> Known<Result<(), String>> {
    Known::Yes(match &policy.name {
        Some(name) if *name != budget.name => Err(format!("not the budget {name}")),
        _ => Ok(()),
    })
}

fn within_limit(budget: &Budget, policy: &BudgetPolicy) -> Known<Result<(), String>> {
    let Some(most) = policy.limit else {
        return Known::Yes(Ok(()));
    };
    budget.limit.as_ref().and_then(|limit| match limit {
        Some(limit) if limit.amount > most => {
            Known::Yes(Err(format!("its limit is {limit}, over {most}")))
        }
        Some(_) => Known::Yes(Ok(())),
        None => Unknown::undetermined(format!(
            "the budget {} has no fixed limit to compare with {most}",
            budget.name
        ))
        .into(),
    })
}

/// The amount that is over the limit, if the two can be compared.
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

    async fn gather(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let budgets = cx.list::<Budget>().await?;
        let alerts = cx.list::<BudgetAlerts>().await?;
        let actions = cx.list::<BudgetAction>().await?;
        let topics = cx.subjects::<NotifiedTopic>().await?;
        let items = budgets.iter().map(|(id, budget)| {
            let notifications = notifications(&alerts, &id.place, &budget.name);
            let addresses = notifications.ok().into_iter().flatten();
            let addresses = addresses.flat_map(|n| n.subscribers.ok().into_iter().flatten());
            let topics = addresses
                .filter(|s| s.subscription_type == "SNS")
                .filter_map(|s| topic_of(&topics, &s.address))
                .collect();
            let subject = Self {
                monthly: is_monthly_cost_budget(budget, &budget.account, &policy.budgets, cx.now()),
                budget: budget.clone(),
                notifications,
                actions: actions.readable(&id.place).map(|()| {
                    let of = |a: &&BudgetAction| a.budget == budget.name;
                    let here = actions.at(&id.place).map(|(_, a)| a);
                    here.filter(of).cloned().collect()
                }),
                topics,
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            budgets.scope.clone(),
            budgets.gaps.clone(),
        )))
    }
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
