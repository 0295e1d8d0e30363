use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::coverage::not_an_alb;
use crate::remediations::by_target_group;
use crate::resources::{BalancerMetrics, ErrorHour};
use crate::views::{METRICS, MeasuredBalancer, covers, enough, shown};

pub(crate) static CHECK: Rule<MeasuredBalancer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-error-rate-high",
        "Load balancers answer few requests with 5xx",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation("Find which targets answer with 5xx in the worst hours, and why.")
    .page(include_str!("alb_error_rate_high.md"))
    .since("0.1.0"),
    judge,
);

/// How many of the worst hours the evidence names.
const HOURS: usize = 10;

fn judge(balancer: &MeasuredBalancer, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let policy = &j.policy.metrics;
    let metrics = balancer.metrics.get()?;
    covers(metrics.from, metrics.until, policy.traffic_days)?;
    enough(
        *balancer.created_at.get()?,
        metrics.until,
        i64::from(policy.traffic_days),
    )?;
    let (of_targets, of_itself) = (metrics.target_5xx.get()?, metrics.elb_5xx.get()?);
    let errors = of_targets + of_itself;
    // what a target answered had one; sums of metrics that arrive late may say otherwise
    let chosen = metrics.requests.get()?.max(*of_targets);
    // RequestCount leaves out requests for which no target could be chosen, which the load
    // balancer answered itself; where it gave up on a target that it had chosen (504), it has
    // them. Which of its own answers it has can't be told
    let (fewest, most) = (chosen.max(errors), chosen + of_itself);
    // of none there is no rate
    let least = f64::from(policy.error_min_requests.max(1));
    let days = policy.traffic_days;
    let seen = range(fewest, most);
    if most < least {
        return Ok(Verdict::not_applicable(format!(
            "{seen} requests in {days} days are too few to judge: it takes {least}"
        )));
    }
    if fewest < least {
        return Err(Unknown::undetermined(format!(
            "whether {seen} requests in {days} days are enough to judge can't be told: it takes \
             {least}"
        )));
    }
    let (lowest, highest) = (100.0 * errors / most, 100.0 * errors / fewest);
    let found = format!(
        "{errors:.0} of {seen} requests, {} %",
        range_of(shown(lowest), shown(highest))
    );
    if lowest <= policy.error_percent && highest > policy.error_percent {
        return Err(Unknown::undetermined(format!(
            "whether the rate of 5xx answers is over {} % can't be told: {found} in {days} days, \
             since it is not known how many of the {of_itself:.0} of the load balancer itself \
             RequestCount has",
            policy.error_percent
        )));
    }
    let evidence = Evidence::of(format!("5xx answers in {days} days"), found, METRICS)
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
        Some(hours) => evidence.and("5xx answers by hour", worst(hours), METRICS),
        None => evidence,
    };
    Ok(Verdict::Fail(evidence, remediation(balancer, metrics)))
}

/// Two bounds of a number of requests, in words.
fn range(fewest: f64, most: f64) -> String {
    range_of(format!("{fewest:.0}"), format!("{most:.0}"))
}

fn range_of(lowest: String, highest: String) -> String {
    if lowest == highest {
        return lowest;
    }
    format!("{lowest} to {highest}")
}

/// The hours with the most, in the order of time.
fn worst(hours: &[ErrorHour]) -> String {
    let mut worst: Vec<&ErrorHour> = hours.iter().collect();
    worst.sort_by(|a, b| b.errors.total_cmp(&a.errors).then(a.at.cmp(&b.at)));
    worst.truncate(HOURS);
    worst.sort_by_key(|hour| hour.at);
    let named = worst
        .iter()
        .map(|h| format!("{}: {:.0}", h.at.strftime("%Y-%m-%d %H:00 UTC"), h.errors));
    let named = named.collect::<Vec<_>>().join(", ");
    match hours.len().checked_sub(worst.len()) {
        None | Some(0) => named,
        Some(others) => format!("{named}, and fewer in {others} other hours"),
    }
}

fn remediation(balancer: &MeasuredBalancer, metrics: &BalancerMetrics) -> Remediation {
    Remediation::new("find which targets answer with 5xx in the worst hours, and why")
        .step(by_target_group(
            "See which target group the 5xx answers come from, by the hour",
            balancer,
            metrics,
            "HTTPCode_Target_5XX_Count",
            "Sum",
        ))
        .step(Step::by_hand(
            "Look up these hours in the services' logs, and in the access logs of the load balancer \
             for what it answered itself (502: the target broke off; 503: no healthy target; 504: \
             the target was too slow). Errors that come with each deployment end with health checks \
             and a deregistration delay that fit the service",
        ))
        .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html")
}
