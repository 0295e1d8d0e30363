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
        "Sentry has a release of the commit that is deployed",
        Severity::High,
    )
    .tags(&["guide:1"])
    .remediation("Create a release of the deployed commit, in the workflow that deploys.")
    .page(include_str!("release_missing.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "GET /projects/{organization}/{project}/releases/";
const POLICY: &str = "deployed_sha";

/// Whether a project has a release of a deployment.
enum Has {
    Yes(Evidence),
    No(Evidence),
    Unknown(Arc<Unknown>),
}

fn judge(subject: &Released, j: &Judging<SentryPolicy>) -> Judgement {
    let releases = &*subject.releases;
    releases.newest.get()?;
    // what somebody says is deployed counts before what is inferred
    if let Some(sha) = &j.policy.deployed_sha {
        let commit = Commit {
            sha: Known::Yes(Some(sha.clone())),
            at: Known::Yes(None),
            source: POLICY,
        };
        return verdict(has(releases, &commit, "the policy"), releases, Some(sha), j);
    }
    if let Some(name) = &subject.not_found {
        let message = format!("this run does not read {name}, which [delivery] says deploys it");
        return Err(Unknown::new(Cause::NotRead, message));
    }
    if subject.by.is_empty() {
        return by_age(releases, j);
    }
    if subject
        .by
        .iter()
        .all(|by| matches!(by.last, Known::Yes(None)))
    {
        return Ok(Verdict::not_applicable(
            "nothing is deployed to production yet",
        ));
    }
    let (mut yes, mut no, mut unknown) = (Vec::new(), Vec::new(), None);
    for deployed in &subject.by {
        match of(releases, deployed) {
            Some(Has::Yes(evidence)) => yes.push(evidence),
            Some(Has::No(evidence)) => no.push((evidence, deployed)),
            Some(Has::Unknown(reason)) => {
                unknown.get_or_insert(reason);
            }
            None => {}
        }
    }
    match (yes.is_empty(), no.is_empty(), unknown) {
        (_, _, Some(reason)) => Err(reason.into()),
        (false, false, None) => Err(Unknown::undetermined(format!(
            "there is a release of what some deploy and none of what others do: say in [delivery] which \
             one deploys {}",
            releases.project
        ))),
        (false, true, None) => verdict(Has::Yes(joined(yes)), releases, None, j),
        _ => {
            let sha = no
                .first()
                .and_then(|(_, deployed)| deployed.last.ok()?.as_ref()?.sha.ok()?.clone());
            let evidence = joined(no.into_iter().map(|(evidence, _)| evidence).collect());
            verdict(Has::No(evidence), releases, sha.as_deref(), j)
        }
    }
}

/// What is to be said of a deployment; none of what never deployed.
fn of(releases: &Releases, deployed: &Deployed) -> Option<Has> {
    match &deployed.last {
        Known::Yes(commit) => Some(has(releases, commit.as_ref()?, &deployed.by)),
        Known::No(reason) => Some(Has::Unknown(reason.clone())),
    }
}

/// Whether there is a release of a commit. A release that is named by it settles that; a deployment
/// after the latest release settles the contrary.
fn has(releases: &Releases, commit: &Commit, by: &str) -> Has {
    let newest = match releases.newest.get() {
        Ok(newest) => newest,
        Err(reason) => return Has::Unknown(reason),
    };
    let sha = match commit.sha.get() {
        Ok(sha) => sha.as_deref(),
        Err(reason) => return Has::Unknown(reason),
    };
    let deployed = |evidence: Evidence| {
        let shown = sha.unwrap_or("no commit named");
        evidence.and(format!("deployed by {by}"), shown, commit.source)
    };
    if let Some(release) = newest
        .iter()
        .find(|r| sha.is_some_and(|sha| names(&r.version, sha)))
    {
        return Has::Yes(deployed(Evidence::of("version", &release.version, SOURCE)));
    }
    let wanted = sha.map_or_else(
        || "a release of what is deployed".to_owned(),
        |sha| format!("a release of {sha}"),
    );
    let Some(latest) = newest.first() else {
        return Has::No(deployed(
            Evidence::of("version", "no release", SOURCE).expected(wanted),
        ));
    };
    let evidence = Evidence::of("version", &latest.version, SOURCE).expected(wanted);
    let released = released_at(latest);
    if let (Known::Yes(Some(at)), Known::Yes(released)) = (&commit.at, &released)
        && at > released
    {
        let note = format!("deployed at {at}, after the latest release of {released}");
        return Has::No(deployed(evidence).note(note));
    }
    match all_named_by_commits(releases, newest) {
        Known::Yes(true) if sha.is_some() => Has::No(deployed(evidence)),
        Known::No(reason) => Has::Unknown(reason),
        _ => {
            // a time that would settle it comes first
            let time = commit.at.get().err().or_else(|| released.get().err());
            Has::Unknown(time.unwrap_or_else(|| {
                let message = match sha {
                    Some(_) => {
                        "no release is named by the deployed commit, and some are not named by \
                                a commit at all, or are older than what was read"
                    }
                    None => "the deployment names no commit",
                };
                Arc::new(Unknown::undetermined(message))
            }))
        }
    }
}

/// Whether all releases were read, and each names a commit, so that none can be of another.
fn all_named_by_commits(releases: &Releases, newest: &[Release]) -> Known<bool> {
    let by_commit = newest
        .iter()
        .all(|release| commits(&release.version).next().is_some());
    let read = releases.more.as_ref().map(|more| !*more);
    Known::all([Known::Yes(by_commit), read])
}

/// What may be a commit in a version: `shop@3e90a5d…`, `3e90a5d`.
fn commits(version: &str) -> impl Iterator<Item = &str> {
    version
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| {
            (7..=64).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_hexdigit())
                // a date is digits too
                && (part.len() >= 40 || !part.bytes().all(|b| b.is_ascii_digit()))
        })
}

/// Whether a version names a commit, in full or by its first digits.
fn names(version: &str, sha: &str) -> bool {
    let sha = sha.to_ascii_lowercase();
    commits(version).any(|named| sha.starts_with(&named.to_ascii_lowercase()))
}

/// When a release was made or finished, whichever is later: a pipeline finishes one that it made
/// before the deployment once that is over.
fn released_at(release: &Release) -> Known<Timestamp> {
    release.created_at.clone().and_then(|created| {
        let finished = release.released_at.clone();
        finished.map(|at| at.map_or(created, |at| at.max(created)))
    })
}

/// Where nothing tells what is deployed, a young release is taken for it.
fn by_age(releases: &Releases, j: &Judging<SentryPolicy>) -> Judgement {
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
                .expected(format!("one of the last {days} days"))
                .note(
                    "nothing that this run reads tells what is deployed: give it GitHub or Vercel, or \
                     --deployed-sha",
                ),
        )),
        _ => Err(Unknown::new(
            Cause::NotRead,
            format!(
                "nothing that this run reads tells what is deployed, and no release is younger than \
                 {days} days: give it GitHub or Vercel, or --deployed-sha"
            ),
        )),
    }
}

fn joined(all: Vec<Evidence>) -> Evidence {
    let mut joined = Evidence::default();
    for evidence in all {
        let new = evidence.items.into_iter();
        for item in new {
            if !joined.items.contains(&item) {
                joined.items.push(item);
            }
        }
        if let Some(note) = evidence.note {
            joined = joined.note(note);
        }
    }
    joined
}

fn verdict(
    has: Has,
    releases: &Releases,
    sha: Option<&str>,
    j: &Judging<SentryPolicy>,
) -> Judgement {
    match has {
        Has::Yes(evidence) => Ok(Verdict::Pass(evidence)),
        Has::No(evidence) => {
            let to = remediation(releases, sha, &j.policy.environment);
            Ok(Verdict::Fail(evidence, to))
        }
        Has::Unknown(reason) => Err(reason.into()),
    }
}

fn remediation(releases: &Releases, sha: Option<&str>, environment: &str) -> Remediation {
    // a text with the SHA in it, which only a person knows where the deployment does not name it
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
    Remediation::new("create the release of the deployed commit, in the workflow that deploys")
        .step(step("Create the release", ["releases", "new"], vec![dashes(), sha()]))
        .step(step(
            "Associate its commits, in a checkout with the whole history",
            ["releases", "set-commits"],
            vec![Arg::word("--auto"), dashes(), sha()],
        ))
        .step(step("Finish it", ["releases", "finalize"], vec![dashes(), sha()]))
        .step(step(
            "Mark it as deployed",
            ["deploys", "new"],
            vec![with_sha("--release=@"), Arg::from(format!("--env={environment}"))],
        ))
        .step(Step::by_hand(
            "Let the workflow that deploys take the same steps after each deployment, with the commit's \
             SHA, and start the application with the same SHA as SENTRY_RELEASE",
        ))
        .link("https://docs.sentry.io/cli/releases/")
}
