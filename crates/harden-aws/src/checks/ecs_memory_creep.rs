use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::trend::{SIGNIFICANT, deviate, slope};
use crate::views::{LEAST_DAYS, METRICS, MeasuredService, covers, enough, no_data, numbers, shown};

pub(crate) static CHECK: Rule<MeasuredService, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-memory-creep",
        "The memory of ECS services does not creep up",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation("Find what the service keeps in memory; restart its tasks until it is mended.")
    .page(include_str!("ecs_memory_creep.md"))
    .since("0.1.0"),
    judge,
);

fn judge(service: &MeasuredService, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = *service.idle.get()? {
        return Ok(Verdict::not_applicable(reason));
    }
    let metrics = service.metrics.get()?;
    covers(metrics.from, metrics.until, j.policy.metrics.days)?;
    let Some(history) = metrics.memory.get()? else {
        return Err(no_data(metrics.until));
    };
    enough(history.first, metrics.until, LEAST_DAYS)?;
    let by_day = metrics.memory_by_day.get()?;
    let days = (0_u32..)
        .zip(by_day)
        .filter_map(|(day, median)| Some((f64::from(day), (*median)?)));
    let days: Vec<(f64, f64)> = days.collect();
    let (Some((_, first)), Some((_, last)), true) = (
        days.first(),
        days.last(),
        i64::try_from(days.len()).is_ok_and(|n| n >= LEAST_DAYS),
    ) else {
        return Err(Unknown::undetermined(format!(
            "its memory has data of {} days, and it takes {LEAST_DAYS} to tell a trend",
            days.len()
        ))
        .during(METRICS));
    };
    let limit = j.policy.metrics.memory_creep_percent;
    let rise = slope(&days).unwrap_or_default();
    // where all days are alike, nothing rises
    let certainty = deviate(&days).unwrap_or_default();
    let evidence = Evidence::of(
        "slope of the daily P50 of MemoryUtilization",
        format_args!("{} % of the reserved memory a day", shown(rise)),
        METRICS,
    )
    .expected(format!(
        "at most {limit} % a day, or no rise that is significant"
    ))
    .and(
        "significance of a rise (Mann–Kendall)",
        format_args!("{} standard deviations", shown(certainty)),
        METRICS,
    )
    .expected(format!("under {SIGNIFICANT}, or a slope within the limit"))
    .and(
        "daily P50, first and last",
        format_args!(
            "{} % and {} %, over {} days",
            shown(*first),
            shown(*last),
            days.len()
        ),
        METRICS,
    )
    .and(
        "MemoryUtilization, hourly averages",
        numbers(history, " %"),
        METRICS,
    );
    if rise <= limit || certainty <= SIGNIFICANT {
        return Ok(Verdict::Pass(evidence));
    }
    let left = ((100.0 - last) / rise).floor();
    let evidence = if left > 0.0 {
        evidence.note(format!("at this rate it is full in {left:.0} days"))
    } else {
        evidence
    };
    Ok(Verdict::Fail(evidence, remediation(service)))
}

fn remediation(service: &MeasuredService) -> Remediation {
    Remediation::new("find what the service keeps, mend it, and restart its tasks until then")
        .step(Step::by_hand(
            "Compare heap snapshots of a task that is a day old and one that is a week old: what has \
             grown is what leaks (caches without a limit, listeners that are never taken off, \
             promises that never settle)",
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
                    "Until it is mended, restart the tasks one after another; this starts over and \
                     heals nothing",
                    &["ecs:UpdateService"],
                ),
        )
        .link("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html")
}
