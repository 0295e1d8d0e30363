use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::ServiceCost;
use crate::views::ServiceTrend;

pub(crate) static CHECK: Rule<ServiceTrend, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/cost-surge",
        "No service's cost rises by leaps",
        Severity::Low,
    )
    .tags(&["guide:6"])
    .remediation("Find out which use of the service rose, and whether it is wanted.")
    .page(include_str!("cost_surge.md"))
    .since("0.1.0"),
    judge,
)
.off(off);

const SOURCE: &str = "ce:GetCostAndUsage";

/// How many services the table in the evidence has.
const SHOWN: usize = 10;

pub(crate) fn off(policy: &AwsPolicy) -> Option<&'static str> {
    (!policy.costs.cost_explorer).then_some(
        "each request to Cost Explorer costs 0.01 USD: costs.cost_explorer of the policy asks for it",
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
            "read with {requests} requests to Cost Explorer, {:.2} USD in all",
            f64::from(requests) * 0.01
        ));
    if rise <= amount || rise * 100.0 <= cost.before * percent {
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = table(evidence, &trend.all);
    let remediation = Remediation::new(
        "see which use of the service rose, whether it is wanted, and what stops it if not",
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
                "See the cost by type of use (0.01 USD)",
                &["ce:GetCostAndUsage"],
            ),
    )
    .link("https://docs.aws.amazon.com/cost-management/latest/userguide/ce-exploring-data.html");
    Ok(Verdict::Fail(evidence, remediation))
}

/// The services that cost most, each with both months.
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

/// The first day of the month after: `2026-01-01` of `2025-12`.
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
    fn months_go_on_over_the_year() {
        assert_eq!(next_month("2025-12"), "2026-01-01");
        assert_eq!(next_month("2025-11"), "2025-12-01");
        assert_eq!(next_month("nonsense"), "nonsense");
    }
}
