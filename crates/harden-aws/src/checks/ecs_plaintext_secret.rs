use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::AwsPolicy;
use crate::credential_name::why;
use crate::remediations::secret;
use crate::text::{counted, join_first};
use crate::views::FamilyContainer;

pub(crate) static CHECK: Rule<FamilyContainer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-plaintext-secret",
        "Containers get credentials by reference",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Store the value in Secrets Manager, and refer to it under `secrets` of the container.",
    )
    .page(include_str!("ecs_plaintext_secret.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "ecs:DescribeTaskDefinition";

fn judge(container: &FamilyContainer, _: &Judging<AwsPolicy>) -> Judgement {
    let mut found: Vec<(&str, &str, String)> = Vec::new();
    let mut plain = 0;
    for (revision, container) in &container.revisions {
        for variable in container.ok().iter().flat_map(|c| &c.environment) {
            match why(variable) {
                Some(why) => found.push((revision, &variable.name, why)),
                None => plain += 1,
            }
        }
    }
    if !found.is_empty() {
        let words: Vec<String> = found
            .iter()
            .map(|(revision, name, why)| format!("{name} in {revision}: {why}"))
            .collect();
        let evidence = Evidence::of("environment", join_first(&words), SOURCE)
            .expected("no credential as a plain value")
            .note("values are not recorded, only their class");
        let mut names: Vec<&str> = found.iter().map(|(_, name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        return Ok(Verdict::Fail(evidence, remediation(container, &names)));
    }
    // A credential that was found fails above, even if other revisions could not be read.
    container.all_read.get()?;
    let evidence = Evidence::of(
        "environment",
        format!("{}, 0 credentials", counted(plain, "variable")),
        SOURCE,
    )
    .expected("no credential as a plain value");
    Ok(Verdict::Pass(evidence))
}

fn remediation(container: &FamilyContainer, names: &[&str]) -> Remediation {
    let family = &container.family;
    let mut to = Remediation::new(
        "treat the values as compromised, because everybody with permission for \
         ecs:DescribeTaskDefinition can read them, also in old revisions: create new values, \
         store them in Secrets Manager, and refer to them",
    );
    for name in names {
        let named = secret_name(family, name);
        to = to.step(secret::create(&named, &container.place.region));
    }
    to.step(Step::by_hand(
        "Register a new revision of the task definition that has each of these variables under \
         `secrets`, with the ARN of the secret as valueFrom, and not under `environment`. Allow \
         secretsmanager:GetSecretValue on the secrets for the execution role",
    ))
    .step(Step::by_hand(
        "Update the services to the new revision, revoke the old values, and deregister the old \
         revisions, which still contain them",
    ))
    .link("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html")
}

/// A name for a new secret, with only the characters that Secrets Manager allows.
fn secret_name(family: &str, variable: &str) -> String {
    let fit = |c: char| {
        if c.is_ascii_alphanumeric() || "_+=.@-".contains(c) {
            c
        } else {
            '-'
        }
    };
    let part = |text: &str| text.chars().map(fit).take(200).collect::<String>();
    format!(
        "{}/{}",
        part(family).trim_start_matches('-'),
        part(variable)
    )
}
