use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::GithubPolicy;
use crate::operation::CHECK_RUNS;
use crate::views::{Part, ReportingBranch};

pub(crate) static CHECK: Rule<ReportingBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-required-check-never-runs",
        "Every required status check really runs",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation("Make the check report, or stop requiring it.")
    .page(include_str!("branch_required_check_never_runs.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &ReportingBranch, _: &Judging<GithubPolicy>) -> Judgement {
    let branch = &subject.branch;
    if let Some(verdict) = branch.not_there()? {
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
            "there is no pull request into the branch and no commit to look at",
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
    let looked = match (pulls, commits.len() - pulls) {
        (pulls, 0) => format!("{pulls} pull requests"),
        (0, commits) => format!("{commits} commits"),
        (pulls, commits) => format!("{pulls} pull requests and {commits} commits"),
    };
    if never.is_empty() {
        if let Some(unknown) = unknown {
            return Err(unknown);
        }
        let names: Vec<&str> = required.iter().map(|(context, _)| *context).collect();
        let found = format!("{} reported on the last {looked}", names.join(", "));
        let evidence = Evidence::of("required checks", found, CHECK_RUNS.name);
        return Ok(Verdict::Pass(
            evidence.expected("each reported at least once"),
        ));
    }
    let evidence = never
        .iter()
        .fold(Evidence::default(), |evidence, (context, part)| {
            let setting = format!("required check {context} ({})", part.whose());
            evidence
                .and(
                    setting,
                    format!("on none of the last {looked}"),
                    CHECK_RUNS.name,
                )
                .expected("reported at least once")
        });
    Ok(Verdict::Fail(evidence, remediation(&never)))
}

/// By hand: whether the check or the demand is at fault, only a person knows.
fn remediation(never: &[(&str, Part<'_>)]) -> Remediation {
    let to = Remediation::new("make the check report under the name that is required").link(
        "https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks",
    );
    never.iter().fold(to, |to, (context, part)| {
        to.step(Step::by_hand(format!(
            "Find the job that should report {context}: it is named after the job's `name`, and \
             must not be left out by path filters; where it is gone for good, take {context} out of \
             {}",
            part.whose()
        )))
    })
}
