use harden_core::{
    Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Section, Severity, Verdict,
};

use crate::SentryPolicy;
use crate::remediations::sentry_cli;
use crate::resources::Releases;

pub(crate) static CHECK: Rule<Releases, SentryPolicy> = Rule {
    meta: Meta {
        id: "sentry/release-commits-missing",
        title: "The latest release knows its commits",
        severity: Severity::Medium,
        section: Section::Releases,
        beyond_guide: false,
        security: false,
        remediation: "Associate the commits when the release is created.",
        page: include_str!("release_commits_missing.md"),
    },
    judge,
    off: None,
};

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
        .wanted("at least 1");
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
