use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::coverage::not_an_alb;
use crate::remediations::by_target_group;
use crate::resources::{BalancerMetrics, ResponseTime};
use crate::views::{BalancerWithMetrics, METRICS, format_number, require_age, require_window};

pub(crate) static CHECK: Rule<BalancerWithMetrics, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-latency-high",
        "Load balancer targets respond within the latency limits",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation("Find the slow target group and the slow endpoints, and fix them.")
    .page(include_str!("alb_latency_high.md"))
    .since("0.1.0"),
    judge,
);

fn judge(balancer: &BalancerWithMetrics, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let policy = &j.policy.metrics;
    let days = policy.traffic_days;
    let metrics = balancer.metrics.get()?;
    require_window(metrics.from, metrics.until, days)?;
    require_age(*balancer.created_at.get()?, metrics.until, i64::from(days))?;
    let times = metrics.response_times.get()?;
    if times.is_empty() {
        let reason = format!("the targets received no request in {days} days");
        return Ok(Verdict::not_applicable(reason));
    }
    let mut evidence = Evidence::default();
    let mut is_over = false;
    let mut unclear = None;
    type Of = fn(&ResponseTime) -> f64;
    let limits: [(&str, Of, f64); 2] = [
        ("P95", |t| t.p95, policy.latency_p95_seconds),
        ("P99", |t| t.p99, policy.latency_p99_seconds),
    ];
    for (name, of, limit) in limits {
        let found = times.iter().map(|t| format!("{} s", format_number(of(t))));
        evidence = evidence
            .and(
                format!("{name} of TargetResponseTime in {days} days"),
                found.collect::<Vec<_>>().join(", "),
                METRICS,
            )
            .expected(format!("at most {limit} s"));
        // CloudWatch can return several periods. The percentile of the whole is between theirs, so it
        // is certain only if all of them are on the same side of the limit.
        let over = times.iter().filter(|t| of(t) > limit).count();
        if over == times.len() {
            is_over = true;
        } else if over > 0 {
            unclear = Some(
                Unknown::undetermined(format!(
                    "{name} of the {days} days is uncertain: CloudWatch returned {} periods, and \
                 {over} of them over {limit} s",
                    times.len()
                ))
                .during(METRICS),
            );
        }
    }
    match unclear {
        _ if is_over => Ok(Verdict::Fail(evidence, remediation(balancer, metrics))),
        Some(unknown) => Err(unknown),
        None => Ok(Verdict::Pass(evidence)),
    }
}

fn remediation(balancer: &BalancerWithMetrics, metrics: &BalancerMetrics) -> Remediation {
    Remediation::new("find the slow target group and the slow endpoints, and fix them")
        .step(by_target_group(
            "Find the slow target group, by hour",
            balancer,
            metrics,
            "TargetResponseTime",
            "p95",
        ))
        .step(Step::by_hand(
            "Find the slow endpoints in the access logs of the load balancer \
             (target_processing_time) or in traces, and fix the cause. Common causes are a query \
             without an index, a synchronous call that could be asynchronous, and too few tasks \
             at peak",
        ))
        .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html")
}
