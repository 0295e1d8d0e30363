use harden_core::{Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::SentryPolicy;
use crate::remediations::sentry_cli;
use crate::resources::Releases;

pub(crate) static CHECK: Rule<Releases, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/release-commits-missing",
        "The latest release has associated commits",
        Severity::Medium,
    )
    .tags(&["guide:1"])
    .remediation("Associate the commits when the release is created.")
    .page(include_str!("release_commits_missing.md"))
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
    let commits = *latest.commit_count.get()?;
    let evidence = Evidence::of("version", &latest.version, SOURCE)
        .and("commitCount", commits, SOURCE)
        .expected("at least 1");
    if commits > 0 {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(
        evidence,
        remediation(releases, &latest.version),
    ))
}

fn remediation(releases: &Releases, version: &str) -> Remediation {
    Remediation::new("associate the release's commits")
        .step(sentry_cli(
            "Associate the commits, in a checkout with the full history",
            &["releases", "set-commits"],
            &releases.organization,
            &releases.project,
            [
                Arg::word("--auto"),
                Arg::word("--"),
                version.to_owned().into(),
            ],
        ))
        .link("https://docs.sentry.io/product/releases/associate-commits/")
}
