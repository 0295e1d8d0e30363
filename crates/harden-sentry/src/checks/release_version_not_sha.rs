use harden_core::{
    Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::SentryPolicy;
use crate::policy::is_full_sha;
use crate::remediations::sentry_cli;
use crate::resources::Releases;

pub(crate) static CHECK: Rule<Releases, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/release-version-not-sha",
        "The version of the latest release is a full commit SHA",
        Severity::Low,
    )
    .tags(&["guide:1"])
    .remediation("Name releases by the full SHA of the commit that is built.")
    .page(include_str!("release_version_not_sha.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "GET /projects/{organization}/{project}/releases/";

fn judge(releases: &Releases, _: &Judging<SentryPolicy>) -> Judgement {
    let Some(latest) = *releases.latest().get()? else {
        return Ok(Verdict::not_applicable(
            "no release yet: see sentry/release-missing",
        ));
    };
    let evidence = Evidence::of("version", &latest.version, SOURCE).expected("a full commit SHA");
    if is_full_sha(&latest.version) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(releases)))
}

fn remediation(releases: &Releases) -> Remediation {
    let sha = Arg::input("SHA", "the full SHA of the commit that is deployed");
    Remediation::new("name releases by the full commit SHA")
        .step(sentry_cli(
            "Create the release of the deployed commit",
            &["releases", "new"],
            &releases.organization,
            &releases.project,
            [sha],
        ))
        .step(Step::by_hand(
            "Set SENTRY_RELEASE to the same SHA where the application is built and started, and in \
             the deployment's workflow",
        ))
        .link("https://docs.sentry.io/cli/releases/")
}
