use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::{Route, create_budget};
use crate::text::join_first;
use crate::views::AccountCover;

pub(crate) static CHECK: Rule<AccountCover, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-missing",
        "The account's monthly cost is under a budget",
        Severity::High,
    )
    .tags(&["guide:6"])
    .remediation("Create a monthly cost budget over the whole account.")
    .page(include_str!("budget_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "budgets:DescribeBudgets";

fn judge(account: &AccountCover, j: &Judging<AwsPolicy>) -> Judgement {
    let evidence =
        |found: String| Evidence::of("Budgets", found, SOURCE).expected(wanted(j.policy));
    if let Some(name) = &account.own.by {
        return Ok(Verdict::Pass(evidence(name.to_string())));
    }
    if let Known::Yes(Some((payer, cover))) = &account.payer
        && let Some(name) = &cover.by
    {
        return Ok(Verdict::Pass(evidence(format!(
            "{name}, of the paying account {payer}"
        ))));
    }
    account.own.covered.get()?;
    let mut others: Vec<_> = account.own.others.iter().collect();
    let mut found = match account.payer.get()? {
        None => evidence("none".to_owned()),
        Some((payer, cover)) => {
            cover.covered.get()?;
            others.extend(&cover.others);
            evidence(format!("none, nor of the paying account {payer}"))
        }
    };
    if !others.is_empty() {
        let words: Vec<String> = others
            .iter()
            .map(|(n, why)| format!("{n}: {why}"))
            .collect();
        found = found.note(format!("not counted: {}", join_first(&words)));
    }
    Ok(Verdict::Fail(found, remediation(account, j.policy)))
}

fn wanted(policy: &AwsPolicy) -> String {
    let mut wanted = "a monthly cost budget over the whole account".to_owned();
    if let Some(name) = &policy.budgets.name {
        wanted.push_str(&format!(", named {name}"));
    }
    if let Some(limit) = policy.budgets.limit {
        wanted.push_str(&format!(", of at most {limit}"));
    }
    wanted
}

fn remediation(account: &AccountCover, policy: &AwsPolicy) -> Remediation {
    let budgets = &policy.budgets;
    let taken = |name: &str| account.own.others.iter().any(|(other, _)| **other == *name);
    let to = Remediation::new("create a monthly cost budget over the whole account")
        .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html");
    let name = match &budgets.name {
        Some(name) if taken(name) => {
            return to.withheld(format!(
                "a budget named {name} exists and is another one: changing it (UpdateBudget) \
                 replaces the whole budget, and not all its settings are read; change it in the \
                 console of Billing and Cost Management"
            ));
        }
        Some(name) => name.clone(),
        None => free_name(&taken),
    };
    let route = Route {
        email: policy.alerts.emails.first().map(String::as_str),
        topic: None,
    };
    to.step(create_budget(&account.account, &name, budgets, &route))
        .terraform(format!(
            "resource \"aws_budgets_budget\" \"monthly\" {{\n  name         = {}\n  \
             budget_type  = \"COST\"\n  time_unit    = \"MONTHLY\"\n  limit_amount = {}\n  \
             limit_unit   = \"USD\"\n}}\n",
            hcl_string(&name),
            match budgets.limit {
                Some(limit) => hcl_string(&limit.to_string()),
                None => "var.monthly_limit".to_owned(),
            },
        ))
}

/// A name that no budget of the account has: two can't have one name.
fn free_name(taken: &dyn Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|n| format!("monthly-cost-{n}"));
    std::iter::once("monthly-cost".to_owned())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}
