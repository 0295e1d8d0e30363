use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::operation::CHECK_RUNS;
use crate::policy::GithubPolicy;
use crate::views::{Part, ReportingBranch};

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

fn judge(subject: &ReportingBranch, _: &Judging<GithubPolicy>) -> Judgement {
    let branch = &subject.branch;
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let (parts, mut unknown) = branch.parts();
    let mut required: Vec<(&str, Part<'_>)> = Vec::new();
    for part in parts {
        match part.contexts() {
            Known::Yes(all) => required.extend(all.iter().map(|c| (c.context.as_str(), part))),
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
    required.sort_by_key(|(context, _)| *context);
    required.dedup_by_key(|(context, _)| *context);
    let commits = subject.commits.get()?;
    if commits.is_empty() {
        return Ok(Verdict::not_applicable(
            "the branch has no pull requests and no commits",
        ));
    }
    let ran = |context: &str| {
        Known::any(commits.iter().map(|commit| {
            let all = commit.contexts.as_ref();
            all.map(|all| all.iter().any(|name| name == context))
        }))
    };
    let mut never = Vec::new();
    for (context, part) in &required {
        match ran(context) {
            Known::Yes(true) => {}
            Known::Yes(false) => never.push((*context, *part)),
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    let pulls = commits.iter().filter(|c| c.pull_request.is_some()).count();
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let looked = match (pulls, commits.len() - pulls) {
        (pulls, 0) => count(pulls, "pull request"),
        (0, commits) => count(commits, "commit"),
        (pulls, commits) => format!(
            "{} and {}",
            count(pulls, "pull request"),
            count(commits, "commit")
        ),
    };
    if never.is_empty() {
        if let Some(unknown) = unknown {
            return Err(unknown);
        }
        let names: Vec<&str> = required.iter().map(|(context, _)| *context).collect();
        let found = format!("{}; each reported on the last {looked}", names.join(", "));
        let evidence = Evidence::of("required checks", found, CHECK_RUNS.name);
        return Ok(Verdict::Pass(
            evidence.expected("each reported at least once"),
        ));
    }
    let evidence = never
        .iter()
        .fold(Evidence::default(), |evidence, (context, part)| {
            let setting = format!("required check {context} ({})", part.origin());
            evidence
                .and(
                    setting,
                    format!("not reported on the last {looked}"),
                    CHECK_RUNS.name,
                )
                .expected("reported at least once")
        });
    Ok(Verdict::Fail(evidence, remediation(&never)))
}

/// Only manual steps: either the job must report again, or the requirement must go, and only a person
/// knows which.
fn remediation(never: &[(&str, Part<'_>)]) -> Remediation {
    let to = Remediation::new("report the check under the required name").link(
        "https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks",
    );
    never.iter().fold(to, |to, (context, part)| {
        to.step(Step::by_hand(format!(
            "Find the job that should report {context}: the name of the check is the job's `name`, \
             and path filters must not skip the workflow. If the check no longer exists, remove \
             {context} from {}",
            part.origin()
        )))
    })
}
