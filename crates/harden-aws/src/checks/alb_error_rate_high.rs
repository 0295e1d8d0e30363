use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::coverage::not_an_alb;
use crate::remediations::by_target_group;
use crate::resources::{BalancerMetrics, ErrorHour};
use crate::views::{BalancerWithMetrics, METRICS, format_number, require_age, require_window};

pub(crate) static CHECK: Rule<BalancerWithMetrics, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-error-rate-high",
        "Load balancers have a low rate of 5xx responses",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation("Find the targets that return 5xx in the worst hours, and the cause.")
    .page(include_str!("alb_error_rate_high.md"))
    .since("0.1.0"),
    judge,
);

/// The number of hours with the most errors that the evidence lists.
const WORST_HOURS: usize = 10;

fn judge(balancer: &BalancerWithMetrics, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let policy = &j.policy.metrics;
    let metrics = balancer.metrics.get()?;
    require_window(metrics.from, metrics.until, policy.traffic_days)?;
    require_age(
        *balancer.created_at.get()?,
        metrics.until,
        i64::from(policy.traffic_days),
    )?;
    let (of_targets, of_itself) = (metrics.target_5xx.get()?, metrics.elb_5xx.get()?);
    let requests = metrics.requests.get()?;
    if [of_targets, of_itself, requests]
        .iter()
        .any(|count| **count < 0.0)
    {
        return Err(Unknown::undetermined("a number of requests is negative"));
    }
    let errors = of_targets + of_itself;
    // Every target 5xx is a request for which a target was chosen. The sums can contradict this
    // while datapoints arrive late.
    let chosen = requests.max(*of_targets);
    // RequestCount omits requests for which no target could be chosen, and which the load balancer
    // answered itself. It includes requests that failed after a target was chosen (504). CloudWatch
    // does not report how many ELB 5xx are included, so there are two bounds:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    let (fewest, most) = (chosen.max(errors), chosen + of_itself);
    // Zero requests have no rate, so at least one is needed whatever the policy sets.
    let least = f64::from(policy.error_min_requests.max(1));
    let days = policy.traffic_days;
    let seen = range(fewest, most);
    if most < least {
        return Ok(Verdict::not_applicable(format!(
            "too few requests to judge: {seen} in {days} days (at least {least} required)"
        )));
    }
    if fewest < least {
        return Err(Unknown::undetermined(format!(
            "the number of requests is uncertain: {seen} in {days} days (at least {least} required)"
        )));
    }
    let (lowest, highest) = (100.0 * errors / most, 100.0 * errors / fewest);
    let found = format!(
        "{errors:.0} of {seen} requests, {} %",
        range_of(format_number(lowest), format_number(highest))
    );
    if lowest <= policy.error_percent && highest > policy.error_percent {
        return Err(Unknown::undetermined(format!(
            "the rate of 5xx responses may be above or below {} %: {found} in {days} days. \
             RequestCount includes an unknown part of the {of_itself:.0} ELB 5xx responses",
            policy.error_percent
        )));
    }
    let evidence = Evidence::of(format!("5xx responses in {days} days"), found, METRICS)
        .expected(format!("at most {} %", policy.error_percent))
        .and(
            "HTTPCode_Target_5XX_Count",
            format_args!("{of_targets:.0}"),
            METRICS,
        )
        .and(
            "HTTPCode_ELB_5XX_Count",
            format_args!("{of_itself:.0}"),
            METRICS,
        );
    if highest <= policy.error_percent {
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = match metrics.error_hours.ok() {
        Some(hours) => evidence.and("5xx responses by hour", worst(hours), METRICS),
        None => evidence,
    };
    Ok(Verdict::Fail(evidence, remediation(balancer, metrics)))
}

/// The bounds of a number of requests, as text.
fn range(fewest: f64, most: f64) -> String {
    range_of(format!("{fewest:.0}"), format!("{most:.0}"))
}

fn range_of(lowest: String, highest: String) -> String {
    if lowest == highest {
        return lowest;
    }
    format!("{lowest} to {highest}")
}

/// The hours with the most errors, in the order of time.
fn worst(hours: &[ErrorHour]) -> String {
    let mut worst: Vec<&ErrorHour> = hours.iter().collect();
    worst.sort_by(|a, b| b.errors.total_cmp(&a.errors).then(a.at.cmp(&b.at)));
    worst.truncate(WORST_HOURS);
    worst.sort_by_key(|hour| hour.at);
    let named = worst
        .iter()
        .map(|h| format!("{}: {:.0}", h.at.strftime("%Y-%m-%d %H:00 UTC"), h.errors));
    let named = named.collect::<Vec<_>>().join(", ");
    match hours.len().checked_sub(worst.len()) {
        None | Some(0) => named,
        Some(others) => format!("{named}; fewer in {others} other hours"),
    }
}

fn remediation(balancer: &BalancerWithMetrics, metrics: &BalancerMetrics) -> Remediation {
    Remediation::new("find the targets that return 5xx in the worst hours, and the cause")
        .step(by_target_group(
            "Find the target group that returns the 5xx responses, by hour",
            balancer,
            metrics,
            "HTTPCode_Target_5XX_Count",
            "Sum",
        ))
        .step(Step::by_hand(
            "Read the logs of the services for these hours. For ELB 5xx, read the access logs of \
             the load balancer (502: the target closed the connection; 503: no healthy target; \
             504: the target was too slow). If errors occur at each deployment, adjust the \
             health checks and the deregistration delay",
        ))
        .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html")
}
