use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use std::sync::Arc;

use crate::SentryPolicy;
use crate::remediations::sentry_cli;
use crate::resources::ReleaseDeploys;

pub(crate) static CHECK: Rule<ReleaseDeploys, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/release-deploy-missing",
        "The latest release has a deploy to production",
        Severity::Medium,
    )
    .tags(&["guide:1"])
    .remediation("Mark the release as deployed to production at the end of the deployment.")
    .page(include_str!("release_deploy_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "GET /organizations/{organization}/releases/{version}/deploys/";

fn judge(release: &ReleaseDeploys, j: &Judging<SentryPolicy>) -> Judgement {
    let Some(version) = release.version.get()? else {
        return Ok(Verdict::not_applicable(
            "no release yet: see sentry/release-missing",
        ));
    };
    let production = &j.policy.environment;
    let (mut others, mut unknown): (Vec<&str>, Option<Arc<Unknown>>) = (Vec::new(), None);
    for deploy in release.deploys.get()? {
        match deploy.environment.get() {
            Ok(environment) if environment == production => {
                let evidence = Evidence::of("environment", environment, SOURCE);
                return Ok(Verdict::Pass(evidence.expected(production.clone())));
            }
            Ok(other) => others.push(other),
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if let Some(reason) = unknown {
        return Err(reason.into());
    }
    let found = if others.is_empty() {
        "no deploy".to_owned()
    } else {
        others.join(", ")
    };
    let evidence = Evidence::of("version", version, SOURCE)
        .and("environment", found, SOURCE)
        .expected(production.clone());
    Ok(Verdict::Fail(
        evidence,
        remediation(release, version, production),
    ))
}

fn remediation(release: &ReleaseDeploys, version: &str, environment: &str) -> Remediation {
    Remediation::new("mark the release as deployed")
        .step(sentry_cli(
            "Record the deploy",
            &["deploys", "new"],
            &release.organization,
            &release.project,
            [
                format!("--release={version}").into(),
                format!("--env={environment}").into(),
            ],
        ))
        .link("https://docs.sentry.io/cli/releases/#creating-deploys")
}
