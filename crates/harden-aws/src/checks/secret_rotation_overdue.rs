use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};
use jiff::Timestamp;

use crate::AwsPolicy;
use crate::remediations::{rds, secret};
use crate::secret_class::{Classed, class_of};
use crate::views::{AgedSecret, Told, is_within, not_ones_own, settled};

pub(crate) static CHECK: Rule<AgedSecret, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/secret-rotation-overdue",
        "Secrets are replaced in time",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Give the secret a new value, and have Secrets Manager rotate it from then on.")
    .page(include_str!("secret_rotation_overdue.md"))
    .since("0.1.0"),
    judge,
);

fn judge(aged: &AgedSecret, j: &Judging<AwsPolicy>) -> Judgement {
    let held = &*aged.secret;
    if let Some(reason) = not_ones_own(held).get()? {
        return Ok(Verdict::not_applicable(*reason));
    }
    let policy = &j.policy.secrets;
    let classed = class_of(held, policy);
    let classed = classed.get()?;
    let days = policy.days(classed.class);
    let told = match settled(held, days, j.now) {
        Some(told) => told,
        None => match aged.current_since.get()? {
            Some(at) => Told {
                within: is_within(*at, days, j.now),
                by: "CreatedDate of AWSCURRENT",
                at: *at,
            },
            None => return Ok(Verdict::not_applicable("it has no value in force")),
        },
    };
    let source = match told.by {
        "CreatedDate of AWSCURRENT" => "secretsmanager:ListSecretVersionIds",
        _ => "secretsmanager:ListSecrets",
    };
    let evidence = Evidence::of(told.by, dated(told.at, j.now), source)
        .expected(format!("at most {days} days ago"))
        .note(class_in_words(classed));
    if told.within {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(aged, days)))
}

/// `2025-08-01, 167 days ago`.
fn dated(at: Timestamp, now: Timestamp) -> String {
    let age = rds::age(now.duration_since(at));
    format!("{}, {age} ago", at.strftime("%Y-%m-%d"))
}

fn class_in_words(classed: &Classed) -> String {
    match classed.class {
        Some(class) => format!("class {}, {}", class.as_str(), classed.told),
        None => classed.told.clone(),
    }
}

fn remediation(aged: &AgedSecret, days: u32) -> Remediation {
    const LINK: &str =
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html";
    let (arn, region) = (&*aged.secret.arn, &*aged.place.region);
    if aged.secret.rotation_enabled == Known::Yes(true) {
        return Remediation::new(
            "Secrets Manager is to rotate it and has not: rotate it now, and see why it was not",
        )
        .step(secret::rotate(arn, region))
        .link(LINK);
    }
    Remediation::new(format!(
        "give it a new value, and have it rotated every {days} days from then on"
    ))
    .step(Step::by_hand(
        "Make a new value where the secret is used (the database, the API's console), beside the \
         old one where that can be",
    ))
    .step(secret::put_value(arn, region))
    .step(Step::by_hand(
        "Restart what reads it, see that it works, and withdraw the old value",
    ))
    .terraform(secret::rotation_terraform(arn, days))
    .link(LINK)
}
