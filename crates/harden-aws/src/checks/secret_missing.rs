use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::secret;
use crate::text::join_first;
use crate::views::{RegionSecrets, RequiredSecret, SecretState};

pub(crate) static CHECK: Rule<RegionSecrets, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/secret-missing",
        "Referenced secrets exist",
        Severity::High,
    )
    .tags(&["guide:5"])
    .remediation("Create the secret, or remove the reference to it.")
    .page(include_str!("secret_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "secretsmanager:ListSecrets";

fn judge(region: &RegionSecrets, _: &Judging<AwsPolicy>) -> Judgement {
    let missing: Vec<(&RequiredSecret, &SecretState)> = region
        .required
        .iter()
        .filter_map(|required| Some((required, required.state.ok()?)))
        .filter(|(_, state)| **state != SecretState::Exists)
        .collect();
    if !missing.is_empty() {
        let words: Vec<String> = missing.iter().map(|(w, s)| describe(w, s)).collect();
        let evidence = Evidence::of("missing secrets", join_first(&words), SOURCE).expected("none");
        return Ok(Verdict::Fail(evidence, remediation(&missing)));
    }
    // A missing secret fails above. A pass needs the state of every secret.
    for required in &region.required {
        if let Known::No(unknown) = &required.state {
            return Err((**unknown).clone());
        }
    }
    region.read.get()?;
    if region.required.is_empty() {
        return Ok(Verdict::not_applicable(
            "neither the policy nor a task definition of a service references a secret",
        ));
    }
    let count = region.required.len();
    let found = format!("{count} of {count} exist");
    Ok(Verdict::Pass(Evidence::of(
        "referenced secrets",
        found,
        SOURCE,
    )))
}

fn describe(required: &RequiredSecret, state: &SecretState) -> String {
    let by = required.by.join(", ");
    let description = match state {
        SecretState::Deleted(_) => "scheduled for deletion",
        SecretState::Recreated(_) => "deleted, and another secret has its name",
        SecretState::Exists | SecretState::Missing => "missing",
    };
    format!("{}: {description} (referenced by {by})", required.reference)
}

fn remediation(missing: &[(&RequiredSecret, &SecretState)]) -> Remediation {
    let mut to = Remediation::new(
        "create the secrets, or remove the references: a task whose secret cannot be read does \
         not start",
    );
    let mut needs_revision = false;
    for (required, state) in missing {
        let arn = Arn::parse(&required.reference);
        let region = &*required.region;
        match state {
            SecretState::Deleted(name) => to = to.step(secret::restore(name, region)),
            SecretState::Recreated(_) => needs_revision = true,
            SecretState::Missing | SecretState::Exists => {
                // An ARN ends with a hyphen and six random characters that are not part of the name:
                // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
                let full = arn.map_or(&*required.reference, |arn| arn.name());
                let name = match full.rsplit_once('-') {
                    Some((name, suffix)) if arn.is_some() && suffix.len() == 6 => {
                        needs_revision = true;
                        name
                    }
                    _ => full,
                };
                to = to.step(secret::create(name, region));
            }
        }
    }
    if needs_revision {
        to = to.step(Step::by_hand(
            "Register a new revision of the task definitions with the ARN of the existing \
             secret. The six characters at the end of an ARN change if a secret is created \
             again; a reference without them continues to work",
        ));
    }
    to.link("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html")
}
