use harden_core::{
    AttestationsFile, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step,
    Verdict,
};
use jiff::Timestamp;

use std::sync::Arc;

use crate::OpsPolicy;
use crate::duty::ATTESTATIONS_PAGE;
use crate::views::{Claim, ClaimSubject, RestoreClaim, SecretClaim};

pub(crate) static CHECK: Rule<Claim, OpsPolicy> = Rule::new(
    Meta::new(
        "ops/attestation-unsupported",
        "No fact contradicts an attestation",
        Severity::Low,
    )
    .tags(&["guide:7", "beyond-guide"])
    .remediation("Correct the attestation, or do what it claims.")
    .page(include_str!("attestation_unsupported.md"))
    .since("0.1.0"),
    judge,
);

fn judge(claim: &Claim, _: &Judging<OpsPolicy>) -> Judgement {
    match &claim.subject {
        ClaimSubject::Unobservable(reason) => Ok(Verdict::not_applicable(*reason)),
        ClaimSubject::Unread(unknown) => Err(Arc::clone(unknown).into()),
        ClaimSubject::Restore(restore) => judge_restore(claim, restore),
        ClaimSubject::Secret(secret) => judge_secret(claim, secret),
    }
}

fn judge_restore(claim: &Claim, restore: &RestoreClaim) -> Judgement {
    const SOURCE: &str = "cloudtrail:LookupEvents";
    if let Some(found) = restore.restores.last() {
        let evidence = Evidence::of("restore", found, SOURCE);
        return Ok(Verdict::Pass(evidence.expected(attested(claim))));
    }
    let since = *restore.history_since.get()?;
    if since > restore.from {
        return Ok(Verdict::not_applicable(format!(
            "the history of restores starts on {}, after the attested drill could have begun",
            day(since)
        )));
    }
    let evidence = Evidence::of("restores", format!("0 since {}", day(restore.from)), SOURCE)
        .expected(attested(claim))
        .note(format!("read in {}", restore.places.join(", ")));
    Ok(Verdict::Fail(
        evidence,
        correct(
            claim,
            "If the drill took place in another account or region, audit that one too",
        ),
    ))
}

fn judge_secret(claim: &Claim, secret: &SecretClaim) -> Judgement {
    let changed = *secret.changed.get()?;
    let found = changed.map_or_else(|| "never".to_owned(), |at| day(at).to_string());
    let evidence = Evidence::of("LastChangedDate", found, "secretsmanager:ListSecrets")
        .expected(attested(claim))
        .note(secret.arn.clone());
    if changed.is_some_and(|at| at >= secret.from) {
        return Ok(Verdict::Pass(evidence));
    }
    let to = correct(claim, "Renew the secret, if that has not been done");
    Ok(Verdict::Fail(evidence, to))
}

fn attested(claim: &Claim) -> String {
    let attestation = &claim.attestation;
    let Some(resource) = &attestation.resource else {
        return format!("attested for {}", attestation.on);
    };
    format!("attested for {} on {}", resource, attestation.on)
}

fn correct(claim: &Claim, alternative: &'static str) -> Remediation {
    let attestation = &claim.attestation;
    let (duty, by) = (&attestation.duty, &attestation.by);
    Remediation::new(format!("clarify the attestation of {duty} with {by}"))
        .step(Step::by_hand(format!(
            "Ask {by} what was done on {}, and correct the entry in {}",
            attestation.on,
            AttestationsFile::NAME
        )))
        .step(Step::by_hand(alternative))
        .link(ATTESTATIONS_PAGE)
}

fn day(at: Timestamp) -> impl std::fmt::Display {
    at.strftime("%Y-%m-%d")
}
