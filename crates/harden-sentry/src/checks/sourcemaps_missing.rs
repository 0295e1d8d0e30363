use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Unknown,
    Verdict,
};
use std::sync::Arc;

use crate::SentryPolicy;
use crate::remediations::sentry_cli;
use crate::resources::Artifacts;
use crate::views::FrontEnd;

pub(crate) static CHECK: Rule<FrontEnd, SentryPolicy> = Rule {
    meta: Meta {
        id: "sentry/sourcemaps-missing",
        title: "The latest release of a front end has its source maps",
        severity: Severity::High,
        section: Section::Releases,
        beyond_guide: false,
        security: false,
        remediation: "Upload the source maps of the build for the release.",
        page: include_str!("sourcemaps_missing.md"),
    },
    judge,
    off: None,
};

const BUNDLES: &str = "GET /projects/{organization}/{project}/files/artifact-bundles/";
const FILES: &str = "GET /organizations/{organization}/releases/{version}/files/";
const DEBUG: &str = "GET /projects/{organization}/{project}/events/{event}/source-map-debug/";

fn judge(subject: &FrontEnd, j: &Judging<SentryPolicy>) -> Judgement {
    if !*j.policy.is_front_end(&subject.project).get()? {
        return Ok(Verdict::not_applicable(
            "no front end: neither its platform nor the policy says so",
        ));
    }
    let artifacts = subject.artifacts.get()?;
    let Some(version) = artifacts.version.get()? else {
        return Ok(Verdict::not_applicable(
            "no release yet: see sentry/release-missing",
        ));
    };
    let of_release = Evidence::of(
        "version",
        version,
        "GET /projects/{organization}/{project}/releases/",
    );
    let mut unknown = None;
    match mapped(subject) {
        Known::Yes(true) => {
            let evidence = of_release.and("source map of a recent event", "found", DEBUG);
            return Ok(Verdict::Pass(evidence.wanted("found")));
        }
        Known::Yes(false) => {}
        Known::No(reason) => unknown = Some(reason),
    }
    match uploaded(artifacts) {
        Known::Yes(Some((found, source))) => {
            let evidence = of_release.and("source maps", found, source);
            Ok(Verdict::Pass(evidence.wanted("at least 1")))
        }
        Known::Yes(None) => {
            // what Sentry finds for an event counts, wherever it was uploaded
            if let Some(reason) = unknown {
                return Err(reason.into());
            }
            without_event(subject, artifacts)?;
            let evidence = of_release
                .and("source maps", "none in bundles or files", BUNDLES)
                .wanted("at least 1");
            Ok(Verdict::Fail(evidence, remediation(subject, version)))
        }
        Known::No(reason) => Err(reason.into()),
    }
}

/// Whether Sentry itself found the source map of a recent event of the release.
fn mapped(subject: &FrontEnd) -> Known<bool> {
    let debug = subject.debug.as_ref();
    debug.and_then(|debug| {
        debug.event.as_ref().and_then(|event| match event {
            Some(event) => event.mapped.clone(),
            None => Known::Yes(false),
        })
    })
}

/// Until an event of the release shows it, maps that are of no release may be the release's own.
fn without_event(subject: &FrontEnd, artifacts: &Artifacts) -> Result<(), Arc<Unknown>> {
    if subject.debug.get()?.event.get()?.is_some() || *artifacts.maps_without_release.get()? == 0 {
        return Ok(());
    }
    Err(Arc::new(Unknown::undetermined(
        "source maps without a release were uploaded since the release before, which Sentry finds \
         by debug id, and the latest release has no error event yet that would show whether they \
         are its own: audit again after one, or upload them with --release",
    )))
}

/// What was uploaded, and the operation that told.
fn uploaded(artifacts: &Artifacts) -> Known<Option<(String, &'static str)>> {
    let mut unknown = None;
    match &artifacts.bundles {
        Known::Yes(bundles) => {
            for bundle in bundles {
                match &bundle.source_maps {
                    Known::Yes(0) => {}
                    Known::Yes(n) => {
                        let found = format!("{n} in bundle {}", bundle.id);
                        return Known::Yes(Some((found, BUNDLES)));
                    }
                    Known::No(reason) => {
                        unknown.get_or_insert(reason.clone());
                    }
                }
            }
        }
        Known::No(reason) => unknown = Some(reason.clone()),
    }
    match &artifacts.map_files {
        Known::Yes(0) => {}
        Known::Yes(n) => return Known::Yes(Some((format!("{n} files"), FILES))),
        Known::No(reason) => {
            unknown.get_or_insert(reason.clone());
        }
    }
    unknown.map_or(Known::Yes(None), Known::No)
}

fn remediation(subject: &FrontEnd, version: &str) -> Remediation {
    let project = &subject.project;
    let directory = || Arg::input("BUILD", "the directory with the built files and their maps");
    Remediation::new("upload the source maps of the build for the release")
        .step(sentry_cli(
            "Mark the built files and their maps with debug ids; deploy these files",
            &["sourcemaps", "inject"],
            &project.organization,
            &project.slug,
            [directory()],
        ))
        .step(sentry_cli(
            "Upload them for the release",
            &["sourcemaps", "upload"],
            &project.organization,
            &project.slug,
            [format!("--release={version}").into(), directory()],
        ))
        .link("https://docs.sentry.io/platforms/javascript/sourcemaps/")
}
