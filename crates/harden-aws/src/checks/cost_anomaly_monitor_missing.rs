use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::{Input, aws};
use crate::remediations::repair;
use crate::views::CostMonitoring;

pub(crate) static CHECK: Rule<CostMonitoring, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/cost-anomaly-monitor-missing",
        "Accounts have a cost anomaly monitor or a budget action",
        Severity::Medium,
    )
    .tags(&["guide:6"])
    .remediation(
        "Create a Cost Anomaly Detection monitor for the account's services, with a subscription.",
    )
    .page(include_str!("cost_anomaly_monitor_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "ce:GetAnomalyMonitors";

fn judge(cost: &CostMonitoring, j: &Judging<AwsPolicy>) -> Judgement {
    let expected = format!(
        "a monitor with a subscription that notifies a recipient, or an action of the monthly \
         budget over {} % and at most {} %",
        j.policy.budgets.critical_percent, j.policy.budgets.investigate_percent
    );
    let evidence =
        |found: String| Evidence::of("anomaly monitors", found, SOURCE).expected(expected.clone());
    if let Known::Yes(Some(name)) = &cost.own {
        return Ok(Verdict::Pass(evidence(name.clone())));
    }
    if let Known::Yes(Some((payer, Some(name)))) = &cost.payer {
        let found = format!("{name} (payer account {payer})");
        return Ok(Verdict::Pass(evidence(found)));
    }
    if let Known::Yes(Some(budget)) = &cost.action {
        return Ok(Verdict::Pass(
            Evidence::of(
                "budget action",
                budget.clone(),
                "budgets:DescribeBudgetActionsForAccount",
            )
            .expected(expected),
        ));
    }
    // One sufficient source passes above, whatever is unknown of the others. A failure needs all.
    cost.own.get()?;
    cost.action.get()?;
    let payer = match cost.payer.get()? {
        Some((payer, _)) => format!(", also in the payer account {payer}"),
        None => String::new(),
    };
    let found = match &*cost.silent {
        [] => format!("missing{payer}"),
        mute => {
            let names: Vec<&str> = mute.iter().map(|(name, _)| &**name).collect();
            format!("{} (no recipient is notified){payer}", names.join(", "))
        }
    };
    let mut found = evidence(found);
    for broken in cost.broken.iter().take(3) {
        let (how, source) = (&broken.first.how, broken.first.link.source());
        found = found.and("first broken link", how, source);
    }
    let found = found.and(
        "budget actions",
        "0 of the monthly budget at that threshold",
        "budgets:DescribeBudgetActionsForAccount",
    );
    Ok(Verdict::Fail(found, remediation(cost, j.policy)))
}

const EMAIL: Input = Input {
    marker: "@EMAIL@",
    name: "EMAIL",
    hint: "the email address to notify",
};

const MONITOR: Input = Input {
    marker: "@MONITOR@",
    name: "MONITOR_ARN",
    hint: "the ARN that the previous step returned",
};

/// Creates a monitor for all services, of which an account can have only one, and a subscription.
fn remediation(cost: &CostMonitoring, policy: &AwsPolicy) -> Remediation {
    let mut to = Remediation::new(
        "create a Cost Anomaly Detection monitor (free of charge) for all services, with a \
         subscription that notifies the person who investigates",
    );
    if let Some(broken) = cost.broken.first() {
        let emails = &policy.alerts.emails;
        let to = Remediation::new("let the topic of the anomaly subscription deliver");
        return repair(to, &broken.topic, &[&broken.publisher], emails);
    }
    let existing = cost.silent.first().map(|(_, arn)| &**arn);
    if existing.is_none() {
        to = to.step(
            aws("ce", "create-anomaly-monitor")
                .json(&json!({"AnomalyMonitor": {
                    "MonitorName": "services",
                    "MonitorType": "DIMENSIONAL",
                    "MonitorDimension": "SERVICE"
                }}))
                // Cost Explorer has one endpoint per partition.
                .region("us-east-1")
                .step(
                    "Create a monitor for all services",
                    &["ce:CreateAnomalyMonitor"],
                ),
        );
    }
    let email = policy.alerts.emails.first().map_or(EMAIL.marker, |e| e);
    let subscription = json!({"AnomalySubscription": {
        "SubscriptionName": "cost-anomalies",
        "MonitorArnList": [existing.unwrap_or(MONITOR.marker)],
        "Subscribers": [{"Type": "EMAIL", "Address": email}],
        "Frequency": "DAILY",
        "ThresholdExpression": {"Dimensions": {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": ["10"]
        }}
    }});
    to.step(
        aws("ce", "create-anomaly-subscription")
            .json_with(&subscription, &[EMAIL, MONITOR])
            .region("us-east-1")
            .step(
                "Notify about anomalies of at least 10 USD, once a day",
                &["ce:CreateAnomalySubscription"],
            ),
    )
    .terraform(format!(
        "resource \"aws_ce_anomaly_monitor\" \"services\" {{\n  name              = \"services\"\n  \
         monitor_type      = \"DIMENSIONAL\"\n  monitor_dimension = \"SERVICE\"\n}}\n\n\
         resource \"aws_ce_anomaly_subscription\" \"this\" {{\n  name             = \
         \"cost-anomalies\"\n  frequency        = \"DAILY\"\n  monitor_arn_list = \
         [aws_ce_anomaly_monitor.services.arn]\n\n  subscriber {{\n    type    = \"EMAIL\"\n    \
         address = {}\n  }}\n\n  threshold_expression {{\n    dimension {{\n      key           = \
         \"ANOMALY_TOTAL_IMPACT_ABSOLUTE\"\n      match_options = [\"GREATER_THAN_OR_EQUAL\"]\n      \
         values        = [\"10\"]\n    }}\n  }}\n}}\n",
        match policy.alerts.emails.first() {
            Some(email) => hcl_string(email),
            None => "var.email".to_owned(),
        },
    ))
    .link("https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html")
}
