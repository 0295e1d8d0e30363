//! Accounts with their cost anomaly monitors and budget actions.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};
use jiff::Timestamp;

use crate::resources::{
    Account, AnomalyMonitor, AnomalySubscription, Budget, BudgetAction, Organization,
};
use crate::views::budgets::is_monthly_cost_budget;
use crate::views::budgets::{AlertThreshold, percent_of};
use crate::{AwsPolicy, BudgetPolicy};

/// An account with what reports or limits unexpected cost.
pub(crate) struct CostMonitoring {
    /// The name of a monitor of the account that notifies a subscriber, or `None`.
    pub(crate) own: Known<Option<String>>,
    /// The monitors of the account that notify nobody: name and ARN.
    pub(crate) silent: Vec<(String, String)>,
    /// The management account and the name of its monitor that notifies a subscriber; `None` where the
    /// account pays for itself.
    pub(crate) payer: Known<Option<(String, Option<String>)>>,
    /// The budget with an action at the third threshold of the account's monthly cost budget.
    pub(crate) action: Known<Option<String>>,
}

#[async_trait]
impl Subject for CostMonitoring {
    const KINDS: &'static [&'static Kind] = &[
        Account::KIND,
        AnomalyMonitor::KIND,
        AnomalySubscription::KIND,
        Budget::KIND,
        BudgetAction::KIND,
        Organization::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let accounts = cx.list::<Account>().await?;
        let monitors = cx.list::<AnomalyMonitor>().await?;
        let subscriptions = cx.list::<AnomalySubscription>().await?;
        let budgets = cx.list::<Budget>().await?;
        let actions = cx.list::<BudgetAction>().await?;
        let organizations = cx.list::<Organization>().await?;
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
                Some(payer) => notifying_monitor(
                    &monitors,
                    &subscriptions,
                    &Place::global(&*payer),
                    covers_all_accounts,
                )
                .map(|by| Some((payer, by))),
            });
            let own = notifying_monitor(&monitors, &subscriptions, &place, |_| Known::Yes(true));
            let silent = match &own {
                Known::Yes(None) => monitors
                    .at(&place)
                    .map(|(_, m)| (m.name.clone(), m.arn.clone()))
                    .collect(),
                _ => Vec::new(),
            };
            let cost = Self {
                own,
                silent,
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

/// Whether a monitor covers all services or all accounts. A custom monitor (with an expression), and a
/// monitor of a tag or a cost category, can leave an account out.
fn covers_all_accounts(monitor: &AnomalyMonitor) -> Known<bool> {
    let dimension = monitor.dimension.as_ref();
    Known::all([
        Known::Yes(monitor.monitor_type == "DIMENSIONAL"),
        dimension.map(|by| matches!(by.as_deref(), Some("SERVICE" | "LINKED_ACCOUNT"))),
    ])
}

/// The name of a monitor of an account that notifies a subscriber.
fn notifying_monitor(
    monitors: &Listing<AnomalyMonitor>,
    subscriptions: &Listing<AnomalySubscription>,
    place: &Place,
    counts: impl Fn(&AnomalyMonitor) -> Known<bool>,
) -> Known<Option<String>> {
    let mut unknown = None;
    for (_, monitor) in monitors.at(place) {
        let notified = subscriptions.at(place).map(|(_, subscription)| {
            let names = subscription.monitors.as_ref();
            Known::all([
                names.map(|all| all.contains(&monitor.arn)),
                subscription.subscribers.as_ref().map(|count| *count > 0),
            ])
        });
        let notified = notified.chain([subscriptions.readable(place).map(|()| false)]);
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
        None => monitors.readable(place).map(|()| None),
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
