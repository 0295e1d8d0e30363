use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::policy::SecretClass;
use crate::remediations::secret;
use crate::resources::Secret;
use crate::secret_class::class_of;
use crate::views::rotated_elsewhere;

pub(crate) static CHECK: Rule<Secret, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/secret-rotation-disabled",
        "Database passwords are rotated automatically",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Enable automatic rotation for the secret.")
    .page(include_str!("secret_rotation_disabled.md"))
    .since("0.1.0"),
    judge,
);

fn judge(held: &Secret, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = rotated_elsewhere(held).get()? {
        return Ok(Verdict::not_applicable(*reason));
    }
    let policy = &j.policy.secrets;
    let classed = class_of(held, policy);
    let classed = classed.get()?;
    if classed.class != Some(SecretClass::Database) {
        return Ok(Verdict::not_applicable(
            "the secret does not have the class database",
        ));
    }
    let enabled = *held.rotation_enabled.get()?;
    let evidence = Evidence::of("RotationEnabled", enabled, "secretsmanager:ListSecrets")
        .expected("true")
        .note(format!("class database, {}", classed.reason));
    if enabled {
        return Ok(Verdict::Pass(evidence));
    }
    let (region, days) = (&*j.id.place.region, policy.database_days);
    let remediation = Remediation::new(
        "enable automatic rotation with a function from the AWS template for the database \
         engine; the secret is rotated immediately, so first make sure that the applications \
         read it again",
    )
    .step(secret::schedule(&held.arn, region, days))
    .terraform(secret::rotation_terraform(&held.arn, days))
    .link("https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_turn-on-for-db.html");
    Ok(Verdict::Fail(evidence, remediation))
}
