use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use std::sync::Arc;

use crate::SentryPolicy;
use crate::remediations::sentry_cli;
use crate::resources::Artifacts;
use crate::views::FrontEnd;

pub(crate) static CHECK: Rule<FrontEnd, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/sourcemaps-missing",
        "The latest release of a front-end project has source maps",
        Severity::High,
    )
    .tags(&["guide:1"])
    .remediation("Upload the source maps of the build for the release.")
    .page(include_str!("sourcemaps_missing.md"))
    .since("0.1.0"),
    judge,
);

const BUNDLES: &str = "GET /projects/{organization}/{project}/files/artifact-bundles/";
const FILES: &str = "GET /organizations/{organization}/releases/{version}/files/";
const DEBUG: &str = "GET /projects/{organization}/{project}/events/{event}/source-map-debug/";

fn judge(subject: &FrontEnd, j: &Judging<SentryPolicy>) -> Judgement {
    if !*j.policy.is_front_end(&subject.project).get()? {
        return Ok(Verdict::not_applicable(
            "not a front-end project, by its platform and the policy",
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
    match found_for_event(subject) {
        Known::Yes(true) => {
            let evidence = of_release.and("source map of a recent event", "found", DEBUG);
            return Ok(Verdict::Pass(evidence.expected("found")));
        }
        Known::Yes(false) => {}
        Known::No(reason) => unknown = Some(reason),
    }
    match find_uploaded(artifacts) {
        Known::Yes(Some((found, source))) => {
            let evidence = of_release.and("source maps", found, source);
            Ok(Verdict::Pass(evidence.expected("at least 1")))
        }
        Known::Yes(None) => {
            // a source map that Sentry found for an event counts, however it was uploaded: while
            // that is unknown, missing uploads are not a certain failure
            if let Some(reason) = unknown {
                return Err(reason.into());
            }
            reject_unassigned_maps(subject, artifacts)?;
            let evidence = of_release
                .and("source maps", "missing in bundles and files", BUNDLES)
                .expected("at least 1");
            Ok(Verdict::Fail(evidence, remediation(subject, version)))
        }
        Known::No(reason) => Err(reason.into()),
    }
}

/// Whether Sentry itself found the source map of a recent event of the release.
fn found_for_event(subject: &FrontEnd) -> Known<bool> {
    let debug = subject.debug.as_ref();
    debug.and_then(|debug| {
        debug.event.as_ref().and_then(|event| match event {
            Some(event) => event.mapped.clone(),
            None => Known::Yes(false),
        })
    })
}

/// Unknown where source maps without a release were uploaded and no event shows whether they belong
/// to the latest release. Sentry finds them by debug id, whatever the release.
fn reject_unassigned_maps(subject: &FrontEnd, artifacts: &Artifacts) -> Result<(), Arc<Unknown>> {
    if subject.debug.get()?.event.get()?.is_some() || *artifacts.maps_without_release.get()? == 0 {
        return Ok(());
    }
    Err(Arc::new(Unknown::undetermined(
        "source maps without a release were uploaded since the previous release, and the latest \
         release has no error event yet that shows whether they belong to it: audit again after \
         the first event, or upload the source maps with --release",
    )))
}

/// The source maps that were uploaded for the release, and the operation that they were read with.
fn find_uploaded(artifacts: &Artifacts) -> Known<Option<(String, &'static str)>> {
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
    let directory = || {
        Arg::input(
            "BUILD",
            "the directory with the built files and their source maps",
        )
    };
    Remediation::new("upload the source maps of the build for the release")
        .step(sentry_cli(
            "Add debug ids to the built files and their source maps; deploy these files",
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
