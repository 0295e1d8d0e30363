use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::secret;
use crate::text::join_first;
use crate::views::{SecretsRegion, State, WantedSecret};

pub(crate) static CHECK: Rule<SecretsRegion, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/secret-missing",
        "Secrets that are referred to exist",
        Severity::High,
    )
    .tags(&["guide:5"])
    .remediation("Make the secret, or take the reference to it away.")
    .page(include_str!("secret_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "secretsmanager:ListSecrets";

fn judge(region: &SecretsRegion, _: &Judging<AwsPolicy>) -> Judgement {
    let missing: Vec<(&WantedSecret, &State)> = region
        .wanted
        .iter()
        .filter_map(|wanted| Some((wanted, wanted.state.ok()?)))
        .filter(|(_, state)| **state != State::Exists)
        .collect();
    if !missing.is_empty() {
        let words: Vec<String> = missing.iter().map(|(w, s)| in_words(w, s)).collect();
        let evidence = Evidence::of("missing secrets", join_first(&words), SOURCE)
            .expected("every secret that the policy or a task definition names");
        return Ok(Verdict::Fail(evidence, remediation(&missing)));
    }
    for wanted in &region.wanted {
        if let Known::No(unknown) = &wanted.state {
            return Err((**unknown).clone());
        }
    }
    region.read.get()?;
    if region.wanted.is_empty() {
        return Ok(Verdict::not_applicable(
            "neither the policy nor a task definition in use names a secret",
        ));
    }
    let found = format!("all {} that are named", region.wanted.len());
    Ok(Verdict::Pass(Evidence::of("secrets", found, SOURCE)))
}

fn in_words(wanted: &WantedSecret, state: &State) -> String {
    let by = wanted.by.join(", ");
    let what = match state {
        State::Deleted(_) => "is scheduled for deletion",
        State::Another(_) => "is gone, and another secret has its name",
        State::Exists | State::Missing => "does not exist",
    };
    format!("{} {what} (named by {by})", wanted.reference)
}

fn remediation(missing: &[(&WantedSecret, &State)]) -> Remediation {
    let mut to = Remediation::new(
        "make the secrets, or take the references away: a task whose secret can't be read does \
         not start",
    );
    let mut again = false;
    for (wanted, state) in missing {
        let arn = Arn::parse(&wanted.reference);
        let region = &*wanted.region;
        match state {
            State::Deleted(name) => to = to.step(secret::restore(name, region)),
            State::Another(_) => again = true,
            State::Missing | State::Exists => {
                let full = arn.map_or(&*wanted.reference, |arn| arn.name());
                let name = match full.rsplit_once('-') {
                    Some((name, suffix)) if arn.is_some() && suffix.len() == 6 => {
                        again = true;
                        name
                    }
                    _ => full,
                };
                to = to.step(secret::create(name, region));
            }
        }
    }
    if again {
        to = to.step(Step::by_hand(
            "Register a new revision of the task definitions with the ARN of the secret that \
             there is now: the six characters at the end of an ARN change when a secret is made \
             anew. Without them the reference goes on working",
        ));
    }
    to.link("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html")
}
