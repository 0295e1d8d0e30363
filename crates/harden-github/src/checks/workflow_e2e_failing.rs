use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::operation::WORKFLOW_RUNS;
use crate::policy::GithubPolicy;
use crate::remediations::gh_in;
use crate::resources::WorkflowRun;
use crate::views::SmokeWorkflow;

pub(crate) static CHECK: Rule<SmokeWorkflow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-e2e-failing",
        "The last run of the smoke tests succeeded and is at most 14 days old",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation("Find out why the run failed, fix it, and run the workflow again.")
    .page(include_str!("workflow_e2e_failing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(smoke: &SmokeWorkflow, j: &Judging<GithubPolicy>) -> Judgement {
    let Some(path) = smoke.path.get()? else {
        return Ok(Verdict::not_applicable("no workflow runs smoke tests"));
    };
    let Some(runs) = smoke.runs.get()? else {
        let evidence = Evidence::of("workflow", "not listed by GitHub", WORKFLOW_RUNS.name)
            .expected("listed, with runs on the branch")
            .note("GitHub lists a workflow when its file is on the default branch");
        return Ok(Verdict::Fail(
            evidence,
            remediation(smoke, path, None, j.policy),
        ));
    };
    if let Some(state) = runs.state.ok().filter(|state| *state != "active") {
        let evidence = Evidence::of("state", state, WORKFLOW_RUNS.name).expected("active");
        return Ok(Verdict::Fail(evidence, enable(smoke, path, j.policy)));
    }
    let mut last: Option<&WorkflowRun> = None;
    // newest first: the first completed run of the branch itself is the result that counts. A field
    // that could not be read ends the search, because that run may be the one.
    for run in runs.runs.get()? {
        if run.status.get()? != "completed" {
            continue;
        }
        match run.conclusion.get()?.as_deref() {
            Some(conclusion) if WorkflowRun::is_result(conclusion) => {}
            _ => continue,
        }
        if WorkflowRun::is_of_branch(run.event.get()?) {
            last = Some(run);
            break;
        }
    }
    let most = j.policy.workflows.smoke_stale_days;
    let Some(run) = last else {
        let evidence = Evidence::of("runs on the branch", "no completed run", WORKFLOW_RUNS.name)
            .expected(format!("a completed run within the last {most} days"));
        return Ok(Verdict::Fail(
            evidence,
            remediation(smoke, path, None, j.policy),
        ));
    };
    let conclusion = run.conclusion.get()?.as_deref().unwrap_or_default();
    let mut evidence =
        Evidence::of("conclusion", conclusion, WORKFLOW_RUNS.name).expected("success");
    if conclusion != "success" {
        return Ok(Verdict::Fail(
            evidence,
            remediation(smoke, path, Some(run), j.policy),
        ));
    }
    let created = *run.created_at.get()?;
    let days = j.now.duration_since(created).as_hours() / 24;
    evidence = evidence
        .and(
            "created_at",
            format_args!("{created}, {days} days ago"),
            WORKFLOW_RUNS.name,
        )
        .expected(format!("within the last {most} days"));
    if days > i64::from(most) {
        return Ok(Verdict::Fail(
            evidence,
            remediation(smoke, path, None, j.policy),
        ));
    }
    // a state that could not be read must not pass
    runs.state.get()?;
    Ok(Verdict::Pass(evidence))
}

fn file(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn enable(smoke: &SmokeWorkflow, path: &str, policy: &GithubPolicy) -> Remediation {
    let argv = gh_in(
        &["workflow", "enable"],
        file(path),
        &smoke.repository,
        policy,
    );
    Remediation::new("enable the workflow")
        .step(Step::command(
            "Enable the workflow",
            argv,
            &["actions=write"],
        ))
        .link(LINK)
}

const LINK: &str =
    "https://docs.github.com/en/actions/how-tos/monitor-workflows/view-workflow-run-history";

fn remediation(
    smoke: &SmokeWorkflow,
    path: &str,
    run: Option<&WorkflowRun>,
    policy: &GithubPolicy,
) -> Remediation {
    let to =
        Remediation::new("find out why the smoke tests do not pass, fix it, and run them again")
            .link(LINK);
    match run {
        Some(run) => {
            let id = run.id.to_string();
            let mut log = gh_in(&["run", "view"], &id, &smoke.repository, policy);
            log.push("--log-failed".into());
            let mut again = gh_in(&["run", "rerun"], &id, &smoke.repository, policy);
            again.push("--failed".into());
            to.step(Step::command(
                "Show the log of the failed jobs",
                log,
                &["actions=read"],
            ))
            .step(Step::command(
                "Run the failed jobs again when the cause is fixed",
                again,
                &["actions=write"],
            ))
        }
        None => {
            let argv = gh_in(&["workflow", "run"], file(path), &smoke.repository, policy);
            to.step(Step::edit(
                format!("Start the workflow manually and every night: add to `on:` in {path}"),
                "  workflow_dispatch:\n  schedule:\n    - cron: '17 4 * * *'\n",
            ))
            .step(Step::command(
                "Start the workflow",
                argv,
                &["actions=write"],
            ))
        }
    }
}
