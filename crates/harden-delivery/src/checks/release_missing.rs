use harden_core::{
    Arg, Cause, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};
use harden_sentry::SentryPolicy;
use harden_sentry::resources::{Release, Releases};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

use crate::views::{Commit, Deployed, Released};

pub(crate) static CHECK: Rule<Released, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/release-missing",
        "Sentry has a release of the deployed commit",
        Severity::High,
    )
    .tags(&["guide:1"])
    .remediation("Create a release of the deployed commit in the workflow that deploys.")
    .page(include_str!("release_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "GET /projects/{organization}/{project}/releases/";
const POLICY: &str = "deployed_sha";

/// Whether a project has a release of a deployed commit.
enum HasRelease {
    Yes(Evidence),
    No(Evidence),
    Unknown(Arc<Unknown>),
}

fn judge(subject: &Released, j: &Judging<SentryPolicy>) -> Judgement {
    let releases = &*subject.releases;
    releases.newest.get()?;
    // the commit that a person names overrides what the providers report
    if let Some(sha) = &j.policy.deployed_sha {
        let commit = Commit {
            sha: Known::Yes(Some(sha.clone())),
            at: Known::Yes(None),
            source: POLICY,
        };
        return verdict(
            has_release(releases, &commit, "the policy"),
            releases,
            Some(sha),
            j,
        );
    }
    if let Some(name) = &subject.not_found {
        let message = format!(
            "this run does not read {name}, which deploys the project by [delivery] in harden.toml"
        );
        return Err(Unknown::new(Cause::NotRead, message));
    }
    if subject.deployed_by.is_empty() {
        return judge_by_age(subject, j);
    }
    if subject
        .deployed_by
        .iter()
        .all(|by| matches!(by.last, Known::Yes(None)))
    {
        return Ok(Verdict::not_applicable(
            "nothing is deployed to production yet",
        ));
    }
    let (mut yes, mut no, mut unknown) = (Vec::new(), Vec::new(), None);
    for deployed in &subject.deployed_by {
        match has_release_of_last(releases, deployed) {
            Some(HasRelease::Yes(evidence)) => yes.push(evidence),
            Some(HasRelease::No(evidence)) => no.push((evidence, deployed)),
            Some(HasRelease::Unknown(reason)) => {
                unknown.get_or_insert(reason);
            }
            None => {}
        }
    }
    match (yes.is_empty(), no.is_empty(), unknown) {
        (_, _, Some(reason)) => Err(reason.into()),
        (false, false, None) => Err(Unknown::undetermined(format!(
            "there is a release of some deployments and not of others: name the one that deploys \
             {} in [delivery] of harden.toml",
            releases.project
        ))),
        (false, true, None) => verdict(HasRelease::Yes(merge(yes)), releases, None, j),
        _ => {
            let sha = no
                .first()
                .and_then(|(_, deployed)| deployed.last.ok()?.as_ref()?.sha.ok()?.clone());
            let evidence = merge(no.into_iter().map(|(evidence, _)| evidence).collect());
            verdict(HasRelease::No(evidence), releases, sha.as_deref(), j)
        }
    }
}

/// Whether there is a release of the last deployment; `None` where there was no deployment yet.
fn has_release_of_last(releases: &Releases, deployed: &Deployed) -> Option<HasRelease> {
    match &deployed.last {
        Known::Yes(commit) => Some(has_release(releases, commit.as_ref()?, &deployed.by)),
        Known::No(reason) => Some(HasRelease::Unknown(reason.clone())),
    }
}

/// Whether there is a release of a deployed commit.
///
/// The order of the rules matters. A release whose version contains the commit is certain.
/// Otherwise a deployment after the latest release is a certain failure, since a release is created
/// before its deployment. Otherwise the versions decide: only where every version contains a
/// commit, and all releases were read, does no release belong to the deployed commit.
fn has_release(releases: &Releases, commit: &Commit, by: &str) -> HasRelease {
    let newest = match releases.newest.get() {
        Ok(newest) => newest,
        Err(reason) => return HasRelease::Unknown(reason),
    };
    let sha = match commit.sha.get() {
        Ok(sha) => sha.as_deref(),
        Err(reason) => return HasRelease::Unknown(reason),
    };
    let deployed = |evidence: Evidence| {
        let shown = sha.unwrap_or("unknown commit");
        evidence.and(format!("commit deployed by {by}"), shown, commit.source)
    };
    if let Some(release) = newest
        .iter()
        .find(|r| sha.is_some_and(|sha| version_names(&r.version, sha)))
    {
        return HasRelease::Yes(deployed(Evidence::of("version", &release.version, SOURCE)));
    }
    let expected = sha.map_or_else(
        || "a release of the deployed commit".to_owned(),
        |sha| format!("a release of {sha}"),
    );
    let Some(latest) = newest.first() else {
        return HasRelease::No(deployed(
            Evidence::of("version", "no release", SOURCE).expected(expected),
        ));
    };
    let evidence = Evidence::of("version", &latest.version, SOURCE).expected(expected);
    let released = released_at(latest);
    if let (Known::Yes(Some(at)), Known::Yes(released)) = (&commit.at, &released)
        && at > released
    {
        let note = format!("deployed at {at}, after the latest release of {released}");
        return HasRelease::No(deployed(evidence).note(note));
    }
    match all_named_by_commits(releases, newest) {
        Known::Yes(true) if sha.is_some() => HasRelease::No(deployed(evidence)),
        Known::No(reason) => HasRelease::Unknown(reason),
        _ => {
            // a time that could not be read is the better reason: with it, the finding can be
            // certain
            let time = commit.at.get().err().or_else(|| released.get().err());
            HasRelease::Unknown(time.unwrap_or_else(|| {
                let message = match sha {
                    Some(_) => {
                        "no release is named by the deployed commit, but some releases are not \
                                named by a commit, or older releases were not read"
                    }
                    None => "the deployment names no commit",
                };
                Arc::new(Unknown::undetermined(message))
            }))
        }
    }
}

/// Whether all releases were read and each version contains a commit. Then a release of any other
/// commit is excluded.
fn all_named_by_commits(releases: &Releases, newest: &[Release]) -> Known<bool> {
    let by_commit = newest
        .iter()
        .all(|release| commits(&release.version).next().is_some());
    let read = releases.more.as_ref().map(|more| !*more);
    Known::all([Known::Yes(by_commit), read])
}

/// The parts of a version that can be a commit: `3e90a5d…` of `shop@3e90a5d…`. Seven digits are the
/// shortest form that Git prints.
fn commits(version: &str) -> impl Iterator<Item = &str> {
    version
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| {
            (7..=64).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_hexdigit())
                // a date such as 20260115 consists of digits too
                && (part.len() >= 40 || !part.bytes().all(|b| b.is_ascii_digit()))
        })
}

/// Whether a version contains a commit, in full or by its first digits.
fn version_names(version: &str, sha: &str) -> bool {
    let sha = sha.to_ascii_lowercase();
    commits(version).any(|named| sha.starts_with(&named.to_ascii_lowercase()))
}

/// When a release was created or finalized, whichever is later. A pipeline can create the release
/// before the deployment and finalize it afterwards; by the creation alone the deployment would
/// look later.
fn released_at(release: &Release) -> Known<Timestamp> {
    release.created_at.clone().and_then(|created| {
        let finalized = release.released_at.clone();
        finalized.map(|at| at.map_or(created, |at| at.max(created)))
    })
}

/// Without a provider that reports deployments of the project, a young release passes.
fn judge_by_age(subject: &Released, j: &Judging<SentryPolicy>) -> Judgement {
    let releases = &*subject.releases;
    let (why, next) = match subject.others_only {
        true => (
            "all deployments that this run reads belong to other Sentry projects",
            "name what deploys it in [delivery] of harden.toml, or set --deployed-sha",
        ),
        false => (
            "no provider of this run reports what is deployed",
            "audit GitHub or Vercel too, or set --deployed-sha",
        ),
    };
    let days = j.policy.release_days;
    let since = j
        .now
        .checked_sub(SignedDuration::from_hours(i64::from(days) * 24))
        .unwrap_or(Timestamp::MIN);
    let ages = releases.newest.get()?.iter().map(released_at);
    let young = Known::any(ages.map(|at| at.map(|at| at >= since)));
    let latest = releases.newest.get()?.first();
    match (young.get()?, latest) {
        (true, Some(latest)) => Ok(Verdict::Pass(
            Evidence::of("version", &latest.version, SOURCE)
                .expected(format!("a release of the last {days} days"))
                .note(format!("{why}: {next}")),
        )),
        _ => Err(Unknown::new(
            Cause::NotRead,
            format!("{why}, and no release is younger than {days} days: {next}"),
        )),
    }
}

/// One evidence with the items of all, each once.
fn merge(all: Vec<Evidence>) -> Evidence {
    let mut merged = Evidence::default();
    for evidence in all {
        let new = evidence.items.into_iter();
        for item in new {
            if !merged.items.contains(&item) {
                merged.items.push(item);
            }
        }
        if let Some(note) = evidence.note {
            merged = merged.note(note);
        }
    }
    merged
}

fn verdict(
    has: HasRelease,
    releases: &Releases,
    sha: Option<&str>,
    j: &Judging<SentryPolicy>,
) -> Judgement {
    match has {
        HasRelease::Yes(evidence) => Ok(Verdict::Pass(evidence)),
        HasRelease::No(evidence) => {
            let to = remediation(releases, sha, &j.policy.environment);
            Ok(Verdict::Fail(evidence, to))
        }
        HasRelease::Unknown(reason) => Err(reason.into()),
    }
}

fn remediation(releases: &Releases, sha: Option<&str>, environment: &str) -> Remediation {
    // where the deployment names no commit, the command asks for the SHA
    let with_sha = |text: &'static str| match sha {
        Some(sha) => Arg::from(text.replace('@', sha)),
        None => {
            Arg::word(text).with_input("@", "SHA", "the full SHA of the commit that is deployed")
        }
    };
    let sha = || with_sha("@");
    let step = |title: &'static str, words: [&'static str; 2], rest: Vec<Arg>| {
        let mut argv: Vec<Arg> = ["sentry-cli", words[0], words[1]].map(Arg::word).into();
        argv.extend([
            Arg::from(format!("--org={}", releases.organization)),
            Arg::from(format!("--project={}", releases.project)),
        ]);
        argv.extend(rest);
        Step::command(title, argv, &["project:releases"])
    };
    let dashes = || Arg::word("--");
    Remediation::new("create a release of the deployed commit, in the workflow that deploys")
        .step(step(
            "Create the release",
            ["releases", "new"],
            vec![dashes(), sha()],
        ))
        .step(step(
            "Associate its commits, in a checkout with the full history",
            ["releases", "set-commits"],
            vec![Arg::word("--auto"), dashes(), sha()],
        ))
        .step(step(
            "Finalize it",
            ["releases", "finalize"],
            vec![dashes(), sha()],
        ))
        .step(step(
            "Mark it as deployed",
            ["deploys", "new"],
            vec![
                with_sha("--release=@"),
                Arg::from(format!("--env={environment}")),
            ],
        ))
        .step(Step::by_hand(
            "Add the same steps to the workflow that deploys, after the deployment, with the \
             commit's SHA, and start the application with the same SHA as SENTRY_RELEASE",
        ))
        .link("https://docs.sentry.io/cli/releases/")
}
