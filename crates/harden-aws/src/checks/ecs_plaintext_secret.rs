use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

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

/// A credential as a plain value.
struct Found<'a> {
    revision: &'a str,
    field: &'a str,
    name: &'a str,
    why: String,
}

fn judge(container: &FamilyContainer, _: &Judging<AwsPolicy>) -> Judgement {
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut plain = 0;
    // a revision whose other values were not recorded can have a credential there
    let mut other_values: Known<()> = Known::Yes(());
    for (revision, container) in &container.revisions {
        let Known::Yes(container) = container else {
            continue;
        };
        if let Known::No(unknown) = &container.other_values {
            other_values = Known::No(unknown.clone());
        }
        let environment = container.environment.iter();
        let environment = environment.map(|v| ("environment", &*v.name, &v.value));
        let others = container.other_values.ok().into_iter().flatten();
        let others = others.map(|v| (&*v.field, &*v.name, &v.value));
        for (field, name, value) in environment.chain(others) {
            match why(name, value) {
                Some(why) => found.push(Found {
                    revision,
                    field,
                    name,
                    why,
                }),
                None => plain += 1,
            }
        }
    }
    if !found.is_empty() {
        let mut fields: Vec<&str> = found.iter().map(|found| found.field).collect();
        fields.sort_unstable();
        fields.dedup();
        let evidence = fields.iter().fold(Evidence::default(), |evidence, field| {
            let here = found.iter().filter(|found| found.field == *field);
            let words: Vec<String> = here
                .map(|found| format!("{} in {}: {}", found.name, found.revision, found.why))
                .collect();
            evidence
                .and((*field).to_owned(), join_first(&words), SOURCE)
                .expected("no credential as a plain value")
        });
        let evidence = evidence.note("values are not recorded, only their class");
        return Ok(Verdict::Fail(evidence, remediation(container, &found)));
    }
    // A credential that was found fails above, even if other revisions could not be read.
    container.all_read.get()?;
    other_values.get()?;
    let evidence = Evidence::of(
        "environment, options, labels and commands",
        format!("{}, 0 credentials", counted(plain, "value")),
        SOURCE,
    )
    .expected("no credential as a plain value");
    Ok(Verdict::Pass(evidence))
}

fn remediation(container: &FamilyContainer, found: &[Found<'_>]) -> Remediation {
    let family = &container.family;
    let mut names: Vec<(&str, &str)> = found
        .iter()
        .map(|found| (found.name.trim_start_matches('-'), found.field))
        .collect();
    names.sort_unstable();
    names.dedup_by_key(|(name, _)| *name);
    let mut to = Remediation::new(
        "treat the values as compromised, because everybody with permission for \
         ecs:DescribeTaskDefinition can read them, also in old revisions: create new values, \
         store them in Secrets Manager, and refer to them",
    );
    for (name, _) in &names {
        let named = secret_name(family, name);
        to = to.step(secret::create(&named, &container.place.region));
    }
    let has = |log: bool| {
        let is_log = |field: &str| field == "logConfiguration.options";
        found.iter().any(|found| is_log(found.field) == log)
    };
    if has(false) {
        to = to.step(Step::by_hand(
            "Register a new revision of the task definition that has each of these values under \
             `secrets`, with the ARN of the secret as valueFrom, and not under `environment`, in a \
             label or in a command. Allow secretsmanager:GetSecretValue on the secrets for the \
             execution role",
        ));
    }
    if has(true) {
        to = to.step(Step::by_hand(
            "Register a new revision of the task definition that has each of these options under \
             `secretOptions` of `logConfiguration`, with the ARN of the secret as valueFrom. Allow \
             secretsmanager:GetSecretValue on the secrets for the execution role",
        ));
    }
    to.step(Step::by_hand(
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
