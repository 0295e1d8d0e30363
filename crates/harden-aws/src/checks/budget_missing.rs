use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::{Route, create_budget};
use crate::text::join_first;
use crate::views::{AccountBudgets, Cover};

pub(crate) static CHECK: Rule<AccountBudgets, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-missing",
        "Accounts have a monthly cost budget",
        Severity::High,
    )
    .tags(&["guide:6"])
    .remediation("Create a monthly cost budget for the whole account.")
    .page(include_str!("budget_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "budgets:DescribeBudgets";

fn judge(account: &AccountBudgets, j: &Judging<AwsPolicy>) -> Judgement {
    let evidence =
        |found: String| Evidence::of("Budgets", found, SOURCE).expected(required_budget(j.policy));
    if let Some(name) = &account.own.by {
        let found = evidence(name.to_string());
        return Ok(Verdict::Pass(note_credits(found, &account.own)));
    }
    if let Known::Yes(Some((payer, cover))) = &account.payer
        && let Some(name) = &cover.by
    {
        let found = evidence(format!("{name} (payer account {payer})"));
        return Ok(Verdict::Pass(note_credits(found, cover)));
    }
    // A budget that covers the account passes above, even if others could not be read. A failure
    // needs every budget of the account and of its payer.
    account.own.covered.get()?;
    let mut others: Vec<_> = account.own.others.iter().collect();
    let mut found = match account.payer.get()? {
        None => evidence("missing".to_owned()),
        Some((payer, cover)) => {
            cover.covered.get()?;
            others.extend(&cover.others);
            evidence(format!("missing, also in the payer account {payer}"))
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

fn note_credits(evidence: Evidence, cover: &Cover) -> Evidence {
    match &cover.hidden_by_credits {
        Some(spend) => evidence.note(format!(
            "the actual spend of the budget is {spend}: it counts credits, so no notification is \
             sent while they pay for what is used"
        )),
        None => evidence,
    }
}

fn required_budget(policy: &AwsPolicy) -> String {
    let mut text = "a monthly cost budget for the whole account".to_owned();
    if let Some(name) = &policy.budgets.name {
        text.push_str(&format!(", named {name}"));
    }
    if let Some(limit) = policy.budgets.limit {
        text.push_str(&format!(" with a limit of at most {limit}"));
    }
    text
}

fn remediation(account: &AccountBudgets, policy: &AwsPolicy) -> Remediation {
    let budgets = &policy.budgets;
    let taken = |name: &str| account.own.others.iter().any(|(other, _)| **other == *name);
    let to = Remediation::new("create a monthly cost budget for the whole account")
        .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html");
    let name = match &budgets.name {
        Some(name) if taken(name) => {
            return to.withheld(format!(
                "a budget named {name} exists but does not meet the requirement; UpdateBudget \
                 replaces the whole budget, and not all its settings are read, so change it in \
                 the Billing and Cost Management console"
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

/// A name that no budget of the account has, because names of budgets are unique in an account.
fn free_name(taken: &dyn Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|n| format!("monthly-cost-{n}"));
    std::iter::once("monthly-cost".to_owned())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}
