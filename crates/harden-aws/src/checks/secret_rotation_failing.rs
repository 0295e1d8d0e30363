use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use jiff::{SignedDuration, Timestamp};

use crate::AwsPolicy;
use crate::remediations::{rds, secret};
use crate::resources::Secret;
use crate::views::rotated_elsewhere;

pub(crate) static CHECK: Rule<Secret, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/secret-rotation-failing",
        "Automatic rotation of secrets works",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Find the cause in the log of the rotation function, fix it, and rotate the secret.",
    )
    .page(include_str!("secret_rotation_failing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "secretsmanager:ListSecrets";

/// Secrets Manager rounds the next date to the hour, so a date within the last hour is not late.
const ROUNDING: SignedDuration = SignedDuration::from_hours(1);

/// A rotation starts at any time within its window, which is at most one day long:
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html>.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

fn judge(held: &Secret, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = rotated_elsewhere(held).get()? {
        return Ok(Verdict::not_applicable(*reason));
    }
    if !*held.rotation_enabled.get()? {
        return Ok(Verdict::not_applicable(
            "automatic rotation is disabled: see aws/secret-rotation-disabled",
        ));
    }
    let day = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let fail = |evidence: Evidence| Ok(Verdict::Fail(evidence, remediation(held, j)));
    // Each of the two failures is certain by itself, even if the other date is unknown.
    if let Known::Yes(Some(next)) = held.next_rotation
        && j.now.duration_since(next) > ROUNDING
    {
        let evidence =
            Evidence::of("NextRotationDate", day(next), SOURCE).expected("a date in the future");
        return fail(evidence);
    }
    let period = period(held);
    if let (Known::Yes(Some(last)), Known::Yes(Some(period))) = (&held.last_rotated, &period) {
        let age = j.now.duration_since(*last);
        let limit = period.checked_add(WINDOW).unwrap_or(*period);
        let ago = format!("{} ({} ago)", day(*last), rds::age(age));
        let evidence = Evidence::of("LastRotatedDate", ago, SOURCE)
            .expected(format!("within the last {}", rds::age(*period)));
        if age > limit {
            return fail(evidence);
        }
        // The API omits the next date only if rotation is not configured or is disabled.
        if held.next_rotation.get()?.is_none() {
            return Err(Unknown::missing(SOURCE, "NextRotationDate"));
        }
        return Ok(Verdict::Pass(evidence));
    }
    held.last_rotated.get()?;
    period.get()?;
    // An enabled rotation has a number of days or a schedule.
    if held.rotation_days.get()?.is_none() && held.rotation_schedule.get()?.is_none() {
        return Err(Unknown::missing(SOURCE, "RotationRules"));
    }
    match held.next_rotation.get()? {
        Some(next) => Ok(Verdict::Pass(
            Evidence::of("NextRotationDate", day(*next), SOURCE).expected("a date in the future"),
        )),
        None => Err(Unknown::undetermined(
            "rotation is enabled, but neither LastRotatedDate nor NextRotationDate is set",
        )),
    }
}

/// The time between two rotations. `None` for a `cron` schedule.
fn period(held: &Secret) -> Known<Option<SignedDuration>> {
    // AWS allows at most 1000 days
    let days = |days: i64| SignedDuration::from_hours(days.min(100_000) * 24);
    held.rotation_days.as_ref().and_then(|given| match given {
        Some(given) if *given > 0 => Known::Yes(Some(days(*given))),
        _ => held
            .rotation_schedule
            .as_ref()
            .map(|schedule| rate(schedule.as_deref()?)),
    })
}

/// The period of `rate(10 days)` or `rate(4 hours)`.
fn rate(schedule: &str) -> Option<SignedDuration> {
    let inside = schedule.strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = inside.trim().split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|n| (1..=100_000).contains(n))?;
    match unit.trim().trim_end_matches('s') {
        "day" => Some(SignedDuration::from_hours(number * 24)),
        "hour" => Some(SignedDuration::from_hours(number)),
        _ => None,
    }
}

fn remediation(held: &Secret, j: &Judging<AwsPolicy>) -> Remediation {
    Remediation::new(
        "find out why the rotation function fails (its log group is /aws/lambda/ and its name), \
         fix the cause, and rotate the secret",
    )
    .step(Step::by_hand(
        "Read the last errors in the log of the rotation function. In most cases it cannot reach \
         the database or Secrets Manager, or the current value no longer works",
    ))
    .step(secret::rotate(&held.arn, &j.id.place.region))
    .link("https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html")
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn rate_schedules_are_parsed() {
        for (schedule, hours) in [
            ("rate(10 days)", Some(240)),
            ("rate(1 day)", Some(24)),
            ("rate(4 hours)", Some(4)),
            ("cron(0 16 1,15 * ? *)", None),
            ("rate(x days)", None),
            ("rate(99999999999 days)", None),
            ("rate()", None),
        ] {
            let found = rate(schedule).map(|period| period.as_hours());
            assert_eq!(found, hours, "{schedule}");
        }
    }
}
