use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use jiff::Timestamp;

use crate::AwsPolicy;
use crate::remediations::{rds, secret};
use crate::secret_class::{Classed, class_of};
use crate::views::{AgeProof, SecretWithAge, is_within, prove_age, rotated_elsewhere};

pub(crate) static CHECK: Rule<SecretWithAge, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/secret-rotation-overdue",
        "Secrets are rotated within the limit of their class",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Set a new value before its limit; a rotation function does it automatically.")
    .page(include_str!("secret_rotation_overdue.md"))
    .since("0.1.0"),
    judge,
);

fn judge(aged: &SecretWithAge, j: &Judging<AwsPolicy>) -> Judgement {
    let held = &*aged.secret;
    if let Some(reason) = rotated_elsewhere(held).get()? {
        return Ok(Verdict::not_applicable(*reason));
    }
    let policy = &j.policy.secrets;
    let classed = class_of(held, policy);
    let classed = classed.get()?;
    let days = policy.days(classed.class);
    // The versions are read only if the dates of the listing do not decide.
    let proof = match prove_age(held, days, j.now) {
        Some(proof) => proof,
        None => match aged.current_since.get()? {
            Some(at) => AgeProof {
                within: is_within(*at, days, j.now),
                field: "CreatedDate of AWSCURRENT",
                at: *at,
            },
            // a value that was rotated or read exists
            None if held.last_rotated.get()?.is_some() || held.last_accessed.get()?.is_some() => {
                return Err(Unknown::missing(
                    "secretsmanager:ListSecretVersionIds",
                    "version with the staging label AWSCURRENT",
                ));
            }
            None => return Ok(Verdict::not_applicable("the secret has no current value")),
        },
    };
    let source = match proof.field {
        "CreatedDate of AWSCURRENT" => "secretsmanager:ListSecretVersionIds",
        _ => "secretsmanager:ListSecrets",
    };
    let evidence = Evidence::of(proof.field, dated(proof.at, j.now), source)
        .expected(format!("at most {days} days ago"))
        .note(describe_class(classed));
    if proof.within {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(aged, days)))
}

/// For example `2025-08-01 (167 days ago)`.
fn dated(at: Timestamp, now: Timestamp) -> String {
    let age = rds::age(now.duration_since(at));
    format!("{} ({age} ago)", at.strftime("%Y-%m-%d"))
}

fn describe_class(classed: &Classed) -> String {
    match classed.class {
        Some(class) => format!("class {}, {}", class.as_str(), classed.reason),
        None => classed.reason.clone(),
    }
}

fn remediation(aged: &SecretWithAge, days: u32) -> Remediation {
    const LINK: &str =
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html";
    let (arn, region) = (&*aged.secret.arn, &*aged.place.region);
    if aged.secret.rotation_enabled == Known::Yes(true) {
        return Remediation::new(
            "automatic rotation is enabled, but the secret was not rotated: rotate it now, and \
             find out why it was not rotated",
        )
        .step(secret::rotate(arn, region))
        .link(LINK);
    }
    Remediation::new(format!(
        "set a new value; these steps do not rotate it again: after {days} days it is overdue, \
         unless you enable automatic rotation"
    ))
    .step(Step::by_hand(
        "Create a new value where the secret is used (the database, the console of the API), \
         together with the old one if possible",
    ))
    .step(secret::put_value(&aged.secret.name, arn, region))
    .step(Step::by_hand(
        "Restart the workloads that read it, check that they work, and revoke the old value",
    ))
    .step(Step::by_hand(format!(
        "To have it rotated every {days} days, write a rotation function for it, and enable \
             automatic rotation with that function"
    )))
    .terraform(secret::rotation_terraform(arn, days))
    .link(LINK)
}
