use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::coverage::not_an_alb;
use crate::remediations::by_target_group;
use crate::resources::{BalancerMetrics, ResponseTime};
use crate::views::{METRICS, MeasuredBalancer, covers, enough, shown};

pub(crate) static CHECK: Rule<MeasuredBalancer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-latency-high",
        "Load balancers' targets answer in time",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation("Find the target group and the endpoints that are slow, and mend those.")
    .page(include_str!("alb_latency_high.md"))
    .since("0.1.0"),
    judge,
);

fn judge(balancer: &MeasuredBalancer, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let policy = &j.policy.metrics;
    let days = policy.traffic_days;
    let metrics = balancer.metrics.get()?;
    covers(metrics.from, metrics.until, days)?;
    enough(*balancer.created_at.get()?, metrics.until, i64::from(days))?;
    let times = metrics.response_times.get()?;
    if times.is_empty() {
        let reason = format!("its targets answered no request in {days} days");
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
        let found = times.iter().map(|t| format!("{} s", shown(of(t))));
        evidence = evidence
            .and(
                format!("{name} of TargetResponseTime in {days} days"),
                found.collect::<Vec<_>>().join(", "),
                METRICS,
            )
            .expected(format!("at most {limit} s"));
        // of several periods: where all keep a limit, or none, so does the whole
        let over = times.iter().filter(|t| of(t) > limit).count();
        if over == times.len() {
            is_over = true;
        } else if over > 0 {
            unclear = Some(Unknown::undetermined(format!(
                "CloudWatch gave {name} of {} parts of the {days} days, of which {over} are over \
                 {limit} s; of the whole it can't be told",
                times.len()
            ))
            .during(METRICS));
        }
    }
    match unclear {
        _ if is_over => Ok(Verdict::Fail(evidence, remediation(balancer, metrics))),
        Some(unknown) => Err(unknown),
        None => Ok(Verdict::Pass(evidence)),
    }
}

fn remediation(balancer: &MeasuredBalancer, metrics: &BalancerMetrics) -> Remediation {
    Remediation::new("find the target group and the endpoints that are slow, and mend those")
        .step(by_target_group(
            "See which target group is slow, by the hour",
            balancer,
            metrics,
            "TargetResponseTime",
            "p95",
        ))
        .step(Step::by_hand(
            "Find the slow endpoints in the access logs of the load balancer (target_processing_time) \
             or in traces, and mend those: a query without an index, a call that could be made later, \
             too few tasks at peak",
        ))
        .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html")
}
