//! Accounts with their cost anomaly monitors and budget actions.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};
use jiff::Timestamp;

use crate::resources::{
    Account, AnomalyMonitor, AnomalySubscription, Budget, BudgetAction, KmsKey, Organization,
    SnsTopic, TopicSubscriptions,
};
use crate::views::budgets::is_monthly_cost_budget;
use crate::views::budgets::{AlertThreshold, Selection, percent_of};
use crate::views::delivery::{BrokenLink, Publisher, Topic, TopicListings, chain};
use crate::{AwsPolicy, BudgetPolicy};

/// An account with what reports or limits unexpected cost.
pub(crate) struct CostMonitoring {
    /// The name of a monitor of the account that notifies a subscriber, or `None`.
    pub(crate) own: Known<Option<String>>,
    /// The monitors of the account that notify nobody: name and ARN.
    pub(crate) silent: Vec<(String, String)>,
    /// The topics of the account's subscriptions that certainly do not deliver.
    pub(crate) broken: Vec<BrokenTopic>,
    /// The management account and the name of its monitor that notifies a subscriber; `None` where the
    /// account pays for itself.
    pub(crate) payer: Known<Option<(String, Option<String>)>>,
    /// The budget with an action at the third threshold of the account's monthly cost budget.
    pub(crate) action: Known<Option<String>>,
}

/// A topic of an anomaly subscription that does not deliver.
pub(crate) struct BrokenTopic {
    pub(crate) topic: Topic,
    pub(crate) publisher: Publisher,
    pub(crate) first: BrokenLink,
}

#[async_trait]
impl Subject for CostMonitoring {
    const KINDS: &'static [&'static Kind] = &[
        Account::KIND,
        AnomalyMonitor::KIND,
        AnomalySubscription::KIND,
        Budget::KIND,
        BudgetAction::KIND,
        KmsKey::KIND,
        Organization::KIND,
        SnsTopic::KIND,
        TopicSubscriptions::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let accounts = cx.list::<Account>().await?;
        let monitors = cx.list::<AnomalyMonitor>().await?;
        let subscriptions = cx.list::<AnomalySubscription>().await?;
        let budgets = cx.list::<Budget>().await?;
        let actions = cx.list::<BudgetAction>().await?;
        let organizations = cx.list::<Organization>().await?;
        let anomalies = Anomalies {
            monitors,
            subscriptions,
            topics: TopicListings::collect(cx).await?,
        };
        let items = accounts.iter().map(|(id, account)| {
            let account = &*account.account;
            let place = Place::global(account);
            let organization = organizations.get(&place, account);
            let manager = organization.and_then(|found| match found {
                Some(organization) => organization.management_account.clone(),
                None => Unknown::new(
                    Cause::NotRecorded,
                    "the snapshot does not hold the account's organization",
                )
                .during("organizations:DescribeOrganization")
                .into(),
            });
            let payer = manager.and_then(|manager| match manager.filter(|m| m != account) {
                None => Known::Yes(None),
                Some(payer) => anomalies
                    .notifying_monitor(&Place::global(&*payer), |monitor| {
                        covers_account(monitor, account)
                    })
                    .map(|by| Some((payer, by))),
            });
            let own = anomalies.notifying_monitor(&place, |monitor| own_costs(monitor, account));
            let (silent, broken) = match &own {
                Known::Yes(None) => (anomalies.silent(&place), anomalies.broken(&place)),
                _ => Default::default(),
            };
            let cost = Self {
                own,
                silent,
                broken,
                payer,
                action: budget_with_action(&actions, &budgets, &place, &policy.budgets, cx.now()),
            };
            (Arc::clone(id), cost)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            accounts.scope.clone(),
            accounts.gaps.clone(),
        )))
    }
}

/// Whether a monitor of the payer account covers an account: it is for all services or all accounts, or
/// its expression selects the account. A monitor by tag or cost category may leave the account out.
fn covers_account(monitor: &AnomalyMonitor, account: &str) -> Known<bool> {
    let unclear = |what: &str| {
        let name = &monitor.name;
        Unknown::undetermined(format!(
            "whether the anomaly monitor {name} of the payer account covers this account is unknown: \
             it is by {what}"
        ))
        .during("ce:GetAnomalyMonitors")
        .into()
    };
    match &*monitor.monitor_type {
        "DIMENSIONAL" => monitor
            .dimension
            .as_ref()
            .and_then(|by| match by.as_deref() {
                Some("SERVICE" | "LINKED_ACCOUNT") => Known::Yes(true),
                Some(other) => unclear(other),
                None => unclear("an unknown dimension"),
            }),
        "CUSTOM" => monitor.specification.as_ref().and_then(|specification| {
            let Some(expression) = specification else {
                return unclear("an expression that was not read");
            };
            match Selection::of(expression, account) {
                Selection::Whole => Known::Yes(true),
                Selection::Nothing => Known::Yes(false),
                Selection::Part(what) => unclear(&what),
                _ => unclear("an expression that is not understood"),
            }
        }),
        other => unclear(other),
    }
}

/// Whether a monitor of the account itself is on costs of the account: a custom monitor of a payer can be
/// on other accounts only.
fn own_costs(monitor: &AnomalyMonitor, account: &str) -> Known<bool> {
    if monitor.monitor_type != "CUSTOM" {
        return Known::Yes(true);
    }
    monitor.specification.as_ref().map(|specification| {
        let selection = specification.as_ref().map(|e| Selection::of(e, account));
        selection != Some(Selection::Nothing)
    })
}

/// Monitors, their subscriptions, and the topics of those.
struct Anomalies {
    monitors: Arc<Listing<AnomalyMonitor>>,
    subscriptions: Arc<Listing<AnomalySubscription>>,
    topics: TopicListings,
}

impl Anomalies {
    /// The name of a monitor of an account that notifies a recipient.
    fn notifying_monitor(
        &self,
        place: &Place,
        counts: impl Fn(&AnomalyMonitor) -> Known<bool>,
    ) -> Known<Option<String>> {
        let mut unknown = None;
        for (_, monitor) in self.monitors.at(place) {
            let notified = self.subscriptions.at(place).map(|(_, subscription)| {
                let names = subscription.monitors.as_ref();
                Known::all([
                    names.map(|all| all.contains(&monitor.arn)),
                    self.notifies(subscription),
                ])
            });
            let all_read = self.subscriptions.readable(place).map(|()| false);
            let notified = notified.chain([all_read]);
            match Known::all([counts(monitor), Known::any(notified)]) {
                Known::Yes(true) => return Known::Yes(Some(monitor.name.clone())),
                Known::Yes(false) => {}
                Known::No(why) => {
                    unknown.get_or_insert(why);
                }
            }
        }
        match unknown {
            Some(why) => Known::No(why),
            None => self.monitors.readable(place).map(|()| None),
        }
    }

    /// Whether a subscription notifies a confirmed address, or a topic that delivers.
    fn notifies(&self, subscription: &AnomalySubscription) -> Known<bool> {
        let by_email = subscription.emails.as_ref().map(|count| *count > 0);
        let publisher = Publisher::anomaly_subscription(subscription);
        let by_topic = subscription.topics.as_ref().and_then(|topics| {
            Known::any(topics.iter().map(|arn| {
                chain(&self.topics.topic(arn), &publisher).map(|delivers| delivers.is_ok())
            }))
        });
        Known::any([by_email, by_topic])
    }

    fn silent(&self, place: &Place) -> Vec<(String, String)> {
        let monitors = self.monitors.at(place);
        monitors
            .map(|(_, m)| (m.name.clone(), m.arn.clone()))
            .collect()
    }

    fn broken(&self, place: &Place) -> Vec<BrokenTopic> {
        let subscriptions = self.subscriptions.at(place);
        let topics = subscriptions.flat_map(|(_, subscription)| {
            let topics = subscription.topics.ok().into_iter().flatten();
            topics.filter_map(|arn| {
                let publisher = Publisher::anomaly_subscription(subscription);
                let topic = self.topics.topic(arn);
                let first = match chain(&topic, &publisher) {
                    Known::Yes(Err(first)) => first,
                    _ => return None,
                };
                Some(BrokenTopic {
                    topic,
                    publisher,
                    first,
                })
            })
        });
        topics.collect()
    }
}

/// The budget with an action at the third threshold of the account's monthly cost budget.
fn budget_with_action(
    actions: &Listing<BudgetAction>,
    budgets: &Listing<Budget>,
    place: &Place,
    policy: &BudgetPolicy,
    now: Timestamp,
) -> Known<Option<String>> {
    let [_, _, threshold] = AlertThreshold::all(policy);
    let mut unknown = None;
    for (_, action) in actions.at(place) {
        if action.notification_type != "ACTUAL" {
            continue;
        }
        let counts = budgets.get(place, &action.budget).and_then(|budget| {
            let Some(budget) = budget else {
                return Known::Yes(false);
            };
            let monthly = is_monthly_cost_budget(budget, &place.account, policy, now);
            let percent = percent(action, budget);
            Known::all([
                monthly.map(|monthly| monthly.is_ok()),
                percent.map(|percent| threshold.includes(percent)),
            ])
        });
        match counts {
            Known::Yes(true) => return Known::Yes(Some(action.budget.clone())),
            Known::Yes(false) => {}
            Known::No(why) => {
                unknown.get_or_insert(why);
            }
        }
    }
    match unknown {
        Some(why) => Known::No(why),
        None => actions.readable(place).map(|()| None),
    }
}

/// The threshold of an action as a percentage of the limit of its budget.
fn percent(action: &BudgetAction, budget: &Budget) -> Known<f64> {
    if action.threshold_type != "ABSOLUTE_VALUE" {
        return Known::Yes(action.threshold);
    }
    budget.limit.as_ref().and_then(|limit| match limit {
        Some(limit) if limit.amount > 0.0 => Known::Yes(percent_of(action.threshold, limit.amount)),
        _ => Unknown::undetermined("the budget of an action has no limit to compare with").into(),
    })
}
