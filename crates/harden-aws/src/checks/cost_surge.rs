use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::ServiceCost;
use crate::views::ServiceTrend;

pub(crate) static CHECK: Rule<ServiceTrend, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/cost-surge",
        "Service costs do not rise abruptly",
        Severity::Low,
    )
    .tags(&["guide:6"])
    .remediation("Find the usage type that rose, and stop what is not intended.")
    .page(include_str!("cost_surge.md"))
    .since("0.1.0"),
    judge,
)
.off(off);

const SOURCE: &str = "ce:GetCostAndUsage";

/// The number of services in the table of the evidence.
const SHOWN: usize = 10;

pub(crate) fn off(policy: &AwsPolicy) -> Option<&'static str> {
    (!policy.costs.cost_explorer).then_some(
        "`cost_explorer` is not enabled in `[aws.costs]` of the policy (each request costs 0.01 USD)",
    )
}

fn judge(trend: &ServiceTrend, j: &Judging<AwsPolicy>) -> Judgement {
    let cost = trend.cost.get()?;
    let (before, last) = trend.months.get()?;
    let requests = *trend.requests.get()?;
    let (percent, amount) = (j.policy.costs.surge_percent, j.policy.costs.surge_amount);
    let rise = cost.last - cost.before;
    let found = format!(
        "{:.2} {unit} in {last}, {:.2} {unit} in {before}",
        cost.last,
        cost.before,
        unit = cost.unit
    );
    let evidence = Evidence::of("UnblendedCost", found, SOURCE)
        .expected(format!(
            "a rise of at most {percent} % or of at most {amount} {}",
            cost.unit
        ))
        .note(format!(
            "requests to Cost Explorer by this audit: {requests} ({:.2} USD)",
            f64::from(requests) * 0.01
        ));
    // Multiplied instead of divided: a new service has a cost of 0 in the month before.
    if rise <= amount || rise * 100.0 <= cost.before * percent {
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = table(evidence, &trend.all);
    let remediation = Remediation::new(
        "find the usage type that rose, and stop it if it is not intended",
    )
    .step(
        aws("ce", "get-cost-and-usage")
            .json(&json!({
                "TimePeriod": {"Start": format!("{before}-01"), "End": next_month(last)},
                "Granularity": "MONTHLY",
                "Metrics": ["UnblendedCost"],
                "GroupBy": [{"Type": "DIMENSION", "Key": "USAGE_TYPE"}],
                "Filter": {"Dimensions": {"Key": "SERVICE", "Values": [&cost.service]}}
            }))
            .region("us-east-1")
            .step(
                "List the cost by usage type (the request costs 0.01 USD)",
                &["ce:GetCostAndUsage"],
            ),
    )
    .link("https://docs.aws.amazon.com/cost-management/latest/userguide/ce-exploring-data.html");
    Ok(Verdict::Fail(evidence, remediation))
}

/// The services with the highest cost, each with both months.
fn table(evidence: Evidence, all: &[ServiceCost]) -> Evidence {
    let mut all: Vec<&ServiceCost> = all.iter().collect();
    all.sort_by(|a, b| {
        b.last
            .total_cmp(&a.last)
            .then_with(|| a.service.cmp(&b.service))
    });
    all.into_iter()
        .take(SHOWN)
        .fold(evidence, |evidence, cost| {
            let ServiceCost {
                service,
                before,
                last,
                unit,
            } = cost;
            evidence.and(
                service.clone(),
                format!("{last:.2} {unit} (before: {before:.2})"),
                SOURCE,
            )
        })
}

/// The first day of the next month: `2026-01-01` for `2025-12`. Cost Explorer's `End` is exclusive.
fn next_month(month: &str) -> String {
    let next = format!("{month}-01")
        .parse::<jiff::civil::Date>()
        .ok()
        .and_then(|first| first.checked_add(jiff::Span::new().months(1)).ok());
    next.map_or_else(|| month.to_owned(), |next| next.to_string())
}

#[cfg(test)]
mod tests {
    use super::next_month;

    #[test]
    fn the_month_after_december_is_january_of_the_next_year() {
        assert_eq!(next_month("2025-12"), "2026-01-01");
        assert_eq!(next_month("2025-11"), "2025-12-01");
        assert_eq!(next_month("nonsense"), "nonsense");
    }
}
