use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::operation::{CHECK_RUNS, COMMIT_STATUS, CONTENTS};
use crate::policy::GithubPolicy;
use crate::resources::CommitContexts;
use crate::views::{Part, Producer, ReportingBranch};

pub(crate) static CHECK: Rule<ReportingBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-required-check-never-runs",
        "Every required status check reports on pull requests",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation("Fix the job that reports the check, or stop requiring the check.")
    .page(include_str!("branch_required_check_never_runs.md"))
    .since("0.1.0"),
    judge,
);

/// The number of the App GitHub Actions on github.com.
const ACTIONS: i64 = 15368;

/// A required check, and the part of the protection that requires it.
#[derive(Clone, Copy)]
struct Required<'a> {
    context: &'a str,
    /// The App that must report it; `None` for any.
    app: Option<i64>,
    part: Part<'a>,
}

/// Why a required check does not report.
struct Silent<'a> {
    required: Required<'a>,
    found: String,
    source: &'static str,
}

fn judge(subject: &ReportingBranch, _: &Judging<GithubPolicy>) -> Judgement {
    let branch = &subject.branch;
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let (parts, mut unknown) = branch.parts();
    let mut required: Vec<Required<'_>> = Vec::new();
    for part in parts {
        match part.contexts() {
            Known::Yes(all) => required.extend(all.iter().map(|c| Required {
                context: &c.context,
                app: c.app_id,
                part,
            })),
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    if required.is_empty() {
        return match unknown {
            Some(unknown) => Err(unknown),
            None => Ok(Verdict::not_applicable("no status check is required")),
        };
    }
    required.sort_by_key(|required| (required.context, required.app));
    required.dedup_by_key(|required| (required.context, required.app));
    let commits = subject.commits.get()?;
    if commits.is_empty() {
        return Ok(Verdict::not_applicable(
            "the branch has no pull requests and no commits",
        ));
    }
    let looked = looked_at(commits);
    let queue = branch.any(|part| part.is_rule("merge_queue"));
    let mut silent: Vec<Silent<'_>> = Vec::new();
    for one in &required {
        let mut note = |found: String, source| {
            silent.push(Silent {
                required: *one,
                found,
                source,
            });
        };
        match ran(one, commits) {
            Known::Yes(Ran::Yes) => {}
            Known::Yes(Ran::Not(found)) => {
                note(format!("{found} on the last {looked}"), CHECK_RUNS.name);
                continue;
            }
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
                continue;
            }
        }
        let more = [
            queue.clone().and_then(|queue| match queue {
                Some(_) => queued(one, subject, commits),
                None => Known::Yes(None),
            }),
            filtered(one, subject, commits),
        ];
        for found in more {
            match found {
                Known::Yes(Some(found)) => note(found, CONTENTS.name),
                Known::Yes(None) => {}
                Known::No(reason) => {
                    unknown.get_or_insert(reason.into());
                }
            }
        }
    }
    if silent.is_empty() {
        if let Some(unknown) = unknown {
            return Err(unknown);
        }
        let names: Vec<&str> = required.iter().map(|required| required.context).collect();
        let found = format!("{}; each reported on the last {looked}", names.join(", "));
        let evidence = Evidence::of("required checks", found, CHECK_RUNS.name);
        return Ok(Verdict::Pass(
            evidence.expected("each reported at least once"),
        ));
    }
    let evidence = silent.iter().fold(Evidence::default(), |evidence, silent| {
        let Required { context, part, .. } = silent.required;
        let setting = format!("required check {context} ({})", part.origin());
        let evidence = evidence.and(setting, silent.found.clone(), silent.source);
        evidence.expected("reported on every pull request")
    });
    Ok(Verdict::Fail(evidence, remediation(&silent)))
}

/// The pull requests and commits, for the evidence.
fn looked_at(commits: &[CommitContexts]) -> String {
    let pulls = commits.iter().filter(|c| c.pull_request.is_some()).count();
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (pulls, commits.len() - pulls) {
        (pulls, 0) => count(pulls, "pull request"),
        (0, commits) => count(commits, "commit"),
        (pulls, commits) => format!(
            "{} and {}",
            count(pulls, "pull request"),
            count(commits, "commit")
        ),
    }
}

/// Whether a required check ran on any of the commits.
enum Ran {
    Yes,
    /// What was found instead.
    Not(String),
}

fn ran(required: &Required<'_>, commits: &[CommitContexts]) -> Known<Ran> {
    let mut skipped = false;
    let mut others: Vec<i64> = Vec::new();
    let mut unknown = None;
    for commit in commits {
        let reports = match &commit.contexts {
            Known::Yes(reports) => reports,
            Known::No(reason) => {
                unknown.get_or_insert(Known::No(reason.clone()));
                continue;
            }
        };
        for report in reports.iter().filter(|r| r.name == required.context) {
            let app = match required.app {
                None => Known::Yes(true),
                Some(app) => report.app.as_ref().and_then(|found| match found {
                    Some(found) => Known::Yes(*found == app),
                    None => Unknown::undetermined(format!(
                        "the App {app} must report {}, and GitHub does not return which App \
                         reported its status",
                        required.context
                    ))
                    .during(COMMIT_STATUS.name)
                    .into(),
                }),
            };
            match (app, report.skipped.clone()) {
                (Known::Yes(true), Known::Yes(false)) => return Known::Yes(Ran::Yes),
                (Known::Yes(true), Known::Yes(true)) => skipped = true,
                (Known::Yes(false), _) => others.extend(report.app.ok().copied().flatten()),
                (Known::No(reason), _) | (_, Known::No(reason)) => {
                    unknown.get_or_insert(Known::No(reason.clone()));
                }
            }
        }
    }
    if let Some(unknown) = unknown {
        return unknown;
    }
    others.sort_unstable();
    others.dedup();
    Known::Yes(Ran::Not(match (skipped, others.as_slice()) {
        (true, _) => "skipped".to_owned(),
        (false, []) => "not reported".to_owned(),
        (false, others) => format!(
            "reported by the App {} and not by the required App {}",
            others
                .iter()
                .map(i64::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            required.app.unwrap_or_default()
        ),
    }))
}

/// Why a check does not report on the merge groups of a merge queue. GitHub Actions reports there only
/// by workflows with the trigger `merge_group`; other services have other ways, which are not known.
/// <https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue#triggering-merge-group-checks-with-github-actions>
fn queued(
    required: &Required<'_>,
    subject: &ReportingBranch,
    commits: &[CommitContexts],
) -> Known<Option<String>> {
    subject.producers.as_ref().and_then(|all| {
        let own: Vec<&Producer> = all.iter().filter(|p| p.reports(required.context)).collect();
        let silent = "the merge queue waits for it, and no workflow that reports it has the \
                      trigger merge_group";
        if own.iter().any(|producer| producer.on_merge_groups) {
            return Known::Yes(None);
        }
        if !own.is_empty() {
            return Known::Yes(Some(silent.to_owned()));
        }
        let mut reports = commits
            .iter()
            .flat_map(|c| c.contexts.ok().into_iter().flatten());
        let by_actions = required.app == Some(ACTIONS)
            || reports.any(|report| {
                report.name == required.context && report.app == Known::Yes(Some(ACTIONS))
            });
        match (
            by_actions,
            all.iter().any(|producer| producer.on_merge_groups),
        ) {
            (false, _) => Known::Yes(None),
            (true, false) => Known::Yes(Some(silent.to_owned())),
            (true, true) => Unknown::undetermined(format!(
                "the merge queue waits for {}, and it is not known which workflow reports it",
                required.context
            ))
            .into(),
        }
    })
}

/// Why a check does not report on some pull requests: its only workflow runs for changes of some files.
fn filtered(
    required: &Required<'_>,
    subject: &ReportingBranch,
    commits: &[CommitContexts],
) -> Known<Option<String>> {
    // whether a commit has the check, and whether it is the head of a pull request
    let mut lacking = 0;
    let mut perhaps = false;
    for commit in commits {
        let has = commit.contexts.as_ref().map(|all| {
            let mut names = all.iter().map(|report| &report.name);
            names.any(|name| name == required.context)
        });
        match has {
            Known::Yes(true) => {}
            Known::Yes(false) if commit.pull_request.is_some() => lacking += 1,
            // a commit of the branch may lack the checks of pull requests
            Known::Yes(false) | Known::No(_) => perhaps = true,
        }
    }
    if lacking == 0 && !perhaps {
        return Known::Yes(None);
    }
    subject.producers.as_ref().and_then(|all| {
        let own: Vec<&Producer> = all.iter().filter(|p| p.reports(required.context)).collect();
        match own.as_slice() {
            [only] if only.on_some_paths && lacking > 0 => Known::Yes(Some(format!(
                "not reported on {lacking} of the last {}: {} runs only for changes of some paths",
                looked_at(commits),
                only.path
            ))),
            [only] if only.on_some_paths => Unknown::undetermined(format!(
                "{} reports {} and runs only for changes of some paths, and it is not known whether a \
                 pull request waits for it in vain",
                only.path, required.context
            ))
            .into(),
            _ => Known::Yes(None),
        }
    })
}

/// Only manual steps: either the job must report again, or the requirement must go, and only a person
/// knows which.
fn remediation(silent: &[Silent<'_>]) -> Remediation {
    let to = Remediation::new("report the check under the required name").link(
        "https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks",
    );
    silent.iter().fold(to, |to, silent| {
        let Required { context, part, .. } = silent.required;
        to.step(Step::by_hand(format!(
            "Find the job that should report {context}: the name of the check is the job's `name`, \
             neither path filters nor a condition may skip it, with a merge queue its workflow needs \
             the trigger `merge_group`, and the required App must be the one that reports it. If the \
             check no longer exists, remove {context} from {}",
            part.origin()
        )))
    })
}
