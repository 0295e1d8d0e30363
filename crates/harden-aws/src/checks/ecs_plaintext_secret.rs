use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::AwsPolicy;
use crate::credential_name::why;
use crate::remediations::secret;
use crate::text::join_first;
use crate::views::FamilyContainer;

pub(crate) static CHECK: Rule<FamilyContainer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-plaintext-secret",
        "Containers are given credentials by reference",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Keep the value in Secrets Manager, and refer to it under the container's secrets.",
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
            .map(|(revision, name, why)| format!("{name} of {revision}: {why}"))
            .collect();
        let evidence = Evidence::of("environment", join_first(&words), SOURCE)
            .expected("no credential by value")
            .note("values are not kept: only what they look like");
        let mut names: Vec<&str> = found.iter().map(|(_, name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        return Ok(Verdict::Fail(evidence, remediation(container, &names)));
    }
    container.all_read.get()?;
    let evidence = Evidence::of("environment", format!("{plain} plain variables"), SOURCE)
        .expected("no credential by value");
    Ok(Verdict::Pass(evidence))
}

fn remediation(container: &FamilyContainer, names: &[&str]) -> Remediation {
    let family = &container.family;
    let mut to = Remediation::new(
        "take the values for known (whoever may call ecs:DescribeTaskDefinition has read them, in \
         old revisions too): make new ones, keep them in Secrets Manager, and refer to them",
    );
    for name in names {
        let named = secret_name(family, name);
        to = to.step(secret::create(&named, &container.place.region));
    }
    to.step(Step::by_hand(
        "Register a new revision of the task definition in which each of these variables stands \
         under secrets, with the secret's ARN as valueFrom, and no longer under environment; let \
         the execution role call secretsmanager:GetSecretValue on them",
    ))
    .step(Step::by_hand(
        "Update the services to the new revision, withdraw the old values, and deregister the old \
         revisions, which keep them",
    ))
    .link("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html")
}

/// A name for a new secret, of the characters that Secrets Manager takes.
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
