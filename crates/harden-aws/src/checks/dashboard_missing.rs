use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::put_dashboard;
use crate::text::join_first;
use crate::views::{DashboardAccount, ResourceGroup};

pub(crate) static CHECK: Rule<DashboardAccount, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/dashboard-missing",
        "Dashboards show ECS services, load balancers and databases",
        Severity::Low,
    )
    .tags(&["guide:3"])
    .remediation("Create a CloudWatch dashboard with the metrics that the guide recommends.")
    .page(include_str!("dashboard_missing.md"))
    .since("0.1.0"),
    judge,
);

const LIST: &str = "cloudwatch:ListDashboards";
const GET: &str = "cloudwatch:GetDashboard";

fn judge(account: &DashboardAccount, _: &Judging<AwsPolicy>) -> Judgement {
    let groups = &account.groups;
    let is_missing = |group: &&ResourceGroup| {
        group.exists() == Known::Yes(true) && group.is_shown() == Known::Yes(false)
    };
    let evidence = evidence(account);
    // A kind that no dashboard shows is a certain failure, so it is looked for before any `?`.
    let missing: Vec<&ResourceGroup> = groups.iter().filter(is_missing).collect();
    if !missing.is_empty() {
        return Ok(Verdict::Fail(evidence, put_dashboard(account, &missing)));
    }
    if !*Known::any(groups.iter().map(ResourceGroup::exists)).get()? {
        return Ok(Verdict::not_applicable(
            "no ECS service, load balancer or database in this account",
        ));
    }
    for group in groups {
        if *group.exists().get()? {
            group.is_shown().get()?;
        }
    }
    Ok(Verdict::Pass(evidence))
}

fn evidence(account: &DashboardAccount) -> Evidence {
    let names: Vec<String> = account
        .names
        .iter()
        .map(|name| (**name).to_owned())
        .collect();
    let found = if names.is_empty() {
        "0".to_owned()
    } else {
        join_first(&names)
    };
    let groups = account
        .groups
        .iter()
        .filter(|group| !group.resources.is_empty());
    groups.fold(
        Evidence::of("dashboards", found, LIST),
        |evidence, group| {
            let is_shown = |known: &Known<bool>| *known == Known::Yes(true);
            let count = group
                .resources
                .iter()
                .filter(|(_, known)| is_shown(known))
                .count();
            let rest = group.resources.iter().filter(|(_, known)| !is_shown(known));
            let rest: Vec<String> = rest.map(|(thing, _)| (*thing.name).to_owned()).collect();
            let evidence = evidence
                .and(
                    format!("{} on a dashboard", group.what),
                    format_args!("{count} of {}", group.resources.len()),
                    GET,
                )
                .expected("at least 1");
            match rest.is_empty() {
                true => evidence,
                false => evidence.note(format!("{} not shown: {}", group.what, join_first(&rest))),
            }
        },
    )
}
