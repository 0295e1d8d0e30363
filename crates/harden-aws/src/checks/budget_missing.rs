use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Verdict,
    hcl_string,
};

use crate::AwsPolicy;
use crate::remedies::{Route, create_budget, first_words};
use crate::views::AccountCover;

pub(crate) static CHECK: Rule<AccountCover, AwsPolicy> = Rule {
    meta: Meta {
        id: "aws/budget-missing",
        title: "The account's monthly cost is under a budget",
        severity: Severity::High,
        section: Section::Cost,
        beyond_guide: false,
        security: false,
        remediation: "Create a monthly cost budget over the whole account.",
        page: include_str!("budget_missing.md"),
    },
    judge,
    off: None,
};

const SOURCE: &str = "budgets:DescribeBudgets";

fn judge(account: &AccountCover, j: &Judging<AwsPolicy>) -> Judgement {
    let evidence = |found: String| Evidence::of("Budgets", found, SOURCE).wanted(wanted(j.policy));
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
    let mut others = account.own.others.clone();
    let mut found = match account.payer.get()? {
        None => evidence("none".to_owned()),
        Some((payer, cover)) => {
            cover.covered.get()?;
            others.extend(cover.others.iter().cloned());
            evidence(format!("none, nor of the paying account {payer}"))
        }
    };
    if !others.is_empty() {
        found = found.note(format!("not counted: {}", first_words(&others)));
    }
    Ok(Verdict::Fail(
        found,
        remediation(&account.account, j.policy),
    ))
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

fn remediation(account: &str, policy: &AwsPolicy) -> Remediation {
    let budgets = &policy.budgets;
    let route = Route {
        email: policy.alerts.emails.first().map(String::as_str),
        topic: None,
    };
    let name = budgets.name.as_deref().unwrap_or("monthly-cost");
    let limit = budgets.limit.unwrap_or(500.0);
    Remediation::new(
        "create a monthly cost budget over the whole account; where a budget of the same name \
         exists that is narrower, give this one another name, or delete that one first",
    )
    .step(create_budget(account, budgets, &route))
    .terraform(format!(
        "resource \"aws_budgets_budget\" \"monthly\" {{\n  name         = {}\n  \
         budget_type  = \"COST\"\n  time_unit    = \"MONTHLY\"\n  limit_amount = {}\n  \
         limit_unit   = \"USD\"\n}}\n",
        hcl_string(name),
        hcl_string(&limit.to_string()),
    ))
    .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html")
}
