//! Accounts with the budgets that cover their cost: their own, and those of the management account
//! that pays for them.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};
use jiff::Timestamp;

use super::monthly::{counts_credits, is_monthly_cost_budget};
use crate::resources::{Account, Budget, Money, Organization};
use crate::{AwsPolicy, BudgetPolicy};

/// An account with the monthly budgets over its whole cost.
pub(crate) struct AccountBudgets {
    pub(crate) account: Box<str>,
    /// The budgets of the account itself.
    pub(crate) own: Cover,
    /// The budgets of the management account, or `None` where the account pays for itself.
    pub(crate) payer: Known<Option<(Box<str>, Cover)>>,
}

/// The budgets of one account that cover the cost of an account.
pub(crate) struct Cover {
    /// The first budget that covers it.
    pub(crate) by: Option<Box<str>>,
    /// The actual spend of that budget, where it is not positive and the budget counts credits.
    pub(crate) hidden_by_credits: Option<String>,
    /// Whether at least one budget covers it.
    pub(crate) covered: Known<bool>,
    /// The budgets that do not, each with the reason.
    pub(crate) others: Vec<(Box<str>, String)>,
}

fn cover(
    budgets: &Listing<Budget>,
    owner: &str,
    account: &str,
    policy: &BudgetPolicy,
    now: Timestamp,
) -> Cover {
    let place = Place::global(owner);
    let (mut by, mut hidden_by_credits) = (None, None);
    let mut others = Vec::new();
    let mut parts = Vec::new();
    for (_, budget) in budgets.at(&place) {
        let monthly = is_monthly_cost_budget(budget, account, policy, now);
        match &monthly {
            Known::Yes(Ok(())) => {
                if by.is_none() {
                    by = Some(budget.name.as_str().into());
                    hidden_by_credits = hidden_spend(budget, account);
                }
            }
            Known::Yes(Err(reason)) => {
                others.push((budget.name.as_str().into(), reason.clone()));
            }
            Known::No(_) => {}
        }
        parts.push(monthly.map(|m| m.is_ok()));
    }
    parts.push(budgets.readable(&place).map(|()| false));
    Cover {
        by,
        hidden_by_credits,
        covered: Known::any(parts),
        others,
    }
}

/// The actual spend of a budget that counts credits, where it is not positive.
fn hidden_spend(budget: &Budget, account: &str) -> Option<String> {
    let actual = budget.actual.ok()?.as_ref();
    let shown = actual.map_or_else(|| "not reported".to_owned(), Money::to_string);
    let hidden = actual.is_none_or(|spend| spend.amount <= 0.0);
    (hidden && counts_credits(budget, account)).then_some(shown)
}

#[async_trait]
impl Subject for AccountBudgets {
    const KINDS: &'static [&'static Kind] = &[Account::KIND, Budget::KIND, Organization::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let accounts = cx.list::<Account>().await?;
        let budgets = cx.list::<Budget>().await?;
        let organizations = cx.list::<Organization>().await?;
        let items = accounts.iter().map(|(id, account)| {
            let account = &*account.account;
            let covered_by =
                |owner: &str| cover(&budgets, owner, account, &policy.budgets, cx.now());
            let organization = organizations.get(&Place::global(account), account);
            let manager = organization.and_then(|found| match found {
                Some(organization) => organization.management_account.clone(),
                None => Unknown::new(
                    Cause::NotRecorded,
                    "the snapshot does not hold the account's organization",
                )
                .during("organizations:DescribeOrganization")
                .into(),
            });
            let payer = manager.map(|manager| {
                let payer = manager.filter(|m| m != account)?;
                let cover = covered_by(&payer);
                Some((payer.into(), cover))
            });
            let subject = Self {
                account: account.into(),
                own: covered_by(account),
                payer,
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            accounts.scope.clone(),
            accounts.gaps.clone(),
        )))
    }
}
