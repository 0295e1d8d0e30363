use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::trend::{SIGNIFICANT, deviate, slope};
use crate::views::{
    METRICS, MIN_DAYS, ServiceWithMetrics, format_number, no_data, require_days, require_window,
    statistics,
};

pub(crate) static CHECK: Rule<ServiceWithMetrics, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-memory-creep",
        "Memory utilization of ECS services does not rise steadily",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation("Find what the service keeps in memory. Restart its tasks until it is fixed.")
    .page(include_str!("ecs_memory_creep.md"))
    .since("0.1.0"),
    judge,
);

fn judge(service: &ServiceWithMetrics, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = *service.idle.get()? {
        return Ok(Verdict::not_applicable(reason));
    }
    let metrics = service.metrics.get()?;
    require_window(metrics.from, metrics.until, j.policy.metrics.days)?;
    let Some(history) = metrics.memory.get()? else {
        return Err(no_data(metrics.until));
    };
    require_days(history.first, metrics.until, MIN_DAYS)?;
    let by_day = metrics.memory_by_day.get()?;
    // Days without data are left out, but the other days keep their number, so that a gap does not
    // change the slope.
    let days = (0_u32..)
        .zip(by_day)
        .filter_map(|(day, median)| Some((f64::from(day), (*median)?)));
    let days: Vec<(f64, f64)> = days.collect();
    let (Some((_, first)), Some((_, last)), true) = (
        days.first(),
        days.last(),
        i64::try_from(days.len()).is_ok_and(|n| n >= MIN_DAYS),
    ) else {
        return Err(Unknown::undetermined(format!(
            "MemoryUtilization has data for {} days, and a trend needs {MIN_DAYS} days",
            days.len()
        ))
        .during(METRICS));
    };
    let limit = j.policy.metrics.memory_creep_percent;
    // One bad day or one deployment must not decide: the Theil–Sen slope is the median of all slopes,
    // and the Mann–Kendall deviate tells whether the rise is more than chance.
    let rise = slope(&days).unwrap_or_default();
    // The deviate is undefined if all days are equal; then there is no rise.
    let certainty = deviate(&days).unwrap_or_default();
    let evidence = Evidence::of(
        "slope of the daily P50 of MemoryUtilization",
        format_args!("{} % of the reserved memory per day", format_number(rise)),
        METRICS,
    )
    .expected(format!("at most {limit} % per day, or no significant rise"))
    .and(
        "significance of a rise (Mann–Kendall)",
        format_args!("{} standard deviations", format_number(certainty)),
        METRICS,
    )
    .expected(format!("under {SIGNIFICANT}, or a slope within the limit"))
    .and(
        "daily P50, first and last",
        format_args!(
            "{} % and {} % over {} days",
            format_number(*first),
            format_number(*last),
            days.len()
        ),
        METRICS,
    )
    .and(
        "MemoryUtilization, hourly averages",
        statistics(history, " %"),
        METRICS,
    );
    if rise <= limit || certainty <= SIGNIFICANT {
        return Ok(Verdict::Pass(evidence));
    }
    let left = ((100.0 - last) / rise).floor();
    let evidence = if left > 0.0 {
        evidence.note(format!("at this rate the memory is full in {left:.0} days"))
    } else {
        evidence
    };
    Ok(Verdict::Fail(evidence, remediation(service)))
}

fn remediation(service: &ServiceWithMetrics) -> Remediation {
    Remediation::new(
        "find what the service keeps in memory and fix it; restart the tasks until then",
    )
    .step(Step::by_hand(
        "Compare heap snapshots of a task that is one day old and of one that is one week \
             old, and find the objects that grew. Common causes are caches without a limit, \
             listeners that are never removed, and promises that never settle",
    ))
    .step(
        aws("ecs", "update-service")
            .json(&json!({
                "cluster": &*service.cluster,
                "service": &*service.service,
                "forceNewDeployment": true,
            }))
            .region(&service.place.region)
            .step(
                "Until the leak is fixed, restart the tasks with a rolling deployment; this \
                     does not fix the leak",
                &["ecs:UpdateService"],
            ),
    )
    .link("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html")
}
