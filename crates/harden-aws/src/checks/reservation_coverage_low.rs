use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use super::cost_surge;
use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::{CommitmentCoverage, DayOfUse};

pub(crate) static CHECK: Rule<CommitmentCoverage, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/reservation-coverage-low",
        "Steady usage is covered by reservations or savings plans",
        Severity::Info,
    )
    .tags(&["guide:6"])
    .remediation("Buy reservations or a savings plan for the steady usage.")
    .page(include_str!("reservation_coverage_low.md"))
    .since("0.1.0"),
    judge,
)
.off(cost_surge::off);

const RESERVATIONS: &str = "ce:GetReservationCoverage";
const PLANS: &str = "ce:GetSavingsPlansCoverage";

/// The number of days that are needed to call usage steady.
const MIN_DAYS: usize = 7;

fn judge(coverage: &CommitmentCoverage, j: &Judging<AwsPolicy>) -> Judgement {
    let required = j.policy.costs.commitment_percent;
    let databases = coverage.databases.as_ref().map(|days| steady(days));
    let instances = coverage.instances.as_ref().map(|days| steady(days));
    let plans = coverage.savings_plans.as_ref().map(|days| steady(days));
    // Reservations are reported in hours and savings plans in money. They cannot be added, so the
    // higher percentage counts.
    let compute = match (&instances, &plans) {
        (Known::Yes(a), Known::Yes(b)) => Known::Yes(match (*a, *b) {
            (Some(a), Some(b)) => Some(f64::max(a, b)),
            (a, b) => a.or(b),
        }),
        (Known::Yes(Some(a)), _) if *a >= required => Known::Yes(Some(*a)),
        (_, Known::Yes(Some(b))) if *b >= required => Known::Yes(Some(*b)),
        (Known::No(why), _) | (_, Known::No(why)) => Known::No(why.clone()),
    };
    let low = |part: &Known<Option<f64>>| matches!(part, Known::Yes(Some(p)) if *p < required);
    if !low(&databases) && !low(&compute) {
        let (databases, compute) = (databases.get()?, compute.get()?);
        if databases.is_none() && compute.is_none() {
            return Ok(Verdict::not_applicable(
                "no steady usage of databases or compute in the last 30 days",
            ));
        }
    }
    let requests = *coverage.requests.get()?;
    let shown = |part: &Known<Option<f64>>| match part {
        Known::Yes(Some(percent)) => format!("{percent:.0} %"),
        Known::Yes(None) => "no steady usage".to_owned(),
        Known::No(_) => "unknown".to_owned(),
    };
    let least = format!("at least {required} %");
    let evidence = Evidence::of(
        "coverage of steady RDS hours",
        shown(&databases),
        RESERVATIONS,
    )
    .expected(least.clone())
    .and("coverage of steady compute", shown(&compute), PLANS)
    .expected(least)
    .note(format!(
        "requests to Cost Explorer by this audit: {requests} ({:.2} USD)",
        f64::from(requests) * 0.01
    ));
    if !low(&databases) && !low(&compute) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(
        evidence,
        remediation(low(&databases), low(&compute)),
    ))
}

/// The part of the steady usage that is covered, in percent. The usage of the day with the lowest
/// usage counts as steady. `None` if there is no steady usage or too few days.
fn steady(days: &[DayOfUse]) -> Option<f64> {
    if days.len() < MIN_DAYS {
        return None;
    }
    let steady = days.iter().map(|day| day.total).fold(f64::MAX, f64::min);
    if steady <= 0.0 {
        return None;
    }
    let covered = days.iter().map(|day| day.covered.min(steady)).sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "about thirty days")]
    let mean = covered / days.len() as f64;
    Some(mean * 100.0 / steady)
}

fn remediation(databases: bool, compute: bool) -> Remediation {
    let mut to = Remediation::new(
        "read the recommendations of AWS for the account, and buy for one year what will \
         certainly run that long",
    );
    if databases {
        to = to.step(
            aws("ce", "get-reservation-purchase-recommendation")
                .opt("--service", "Amazon Relational Database Service")
                .region("us-east-1")
                .step(
                    "List the recommendations for RDS (the request costs 0.01 USD)",
                    &["ce:GetReservationPurchaseRecommendation"],
                ),
        );
    }
    if compute {
        to = to.step(
            aws("ce", "get-savings-plans-purchase-recommendation")
                .opt("--savings-plans-type", "COMPUTE_SP")
                .opt("--term-in-years", "ONE_YEAR")
                .opt("--payment-option", "NO_UPFRONT")
                .opt("--lookback-period-in-days", "THIRTY_DAYS")
                .region("us-east-1")
                .step(
                    "List the recommendations for compute (the request costs 0.01 USD)",
                    &["ce:GetSavingsPlansPurchaseRecommendation"],
                ),
        );
    }
    to.link("https://docs.aws.amazon.com/cost-management/latest/userguide/ce-ris.html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_with_the_lowest_usage_is_steady() {
        let day = |total, covered| DayOfUse { total, covered };
        let mut days = vec![day(48.0, 24.0); 10];
        assert_eq!(steady(&days), Some(50.0));
        // A day with much more usage changes nothing.
        days[3] = day(480.0, 24.0);
        assert_eq!(steady(&days), Some(50.0));
        days[4] = day(0.0, 0.0);
        assert_eq!(steady(&days), None);
        assert_eq!(steady(&days[..3]), None);
    }
}
