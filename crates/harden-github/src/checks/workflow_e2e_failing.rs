use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::GithubPolicy;
use crate::operation::WORKFLOW_RUNS;
use crate::remediations::gh_in;
use crate::resources::WorkflowRun;
use crate::views::SmokeWorkflow;

pub(crate) static CHECK: Rule<SmokeWorkflow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-e2e-failing",
        "The smoke tests passed lately",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation("Read the failed run, mend the cause, and run the workflow again.")
    .page(include_str!("workflow_e2e_failing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(smoke: &SmokeWorkflow, j: &Judging<GithubPolicy>) -> Judgement {
    let Some(path) = smoke.path.get()? else {
        return Ok(Verdict::not_applicable("no workflow runs smoke tests"));
    };
    let Some(runs) = smoke.runs.get()? else {
        let evidence = Evidence::of("workflow", "not known to GitHub", WORKFLOW_RUNS.name)
            .expected("one that runs on the branch")
            .note("a workflow is known once its file is on the default branch");
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
    for run in runs.runs.get()? {
        if run.status.get()? != "completed" {
            continue;
        }
        match run.conclusion.get()?.as_deref() {
            Some(conclusion) if WorkflowRun::tells(conclusion) => {}
            _ => continue,
        }
        if WorkflowRun::is_of_branch(run.event.get()?) {
            last = Some(run);
            break;
        }
    }
    let most = j.policy.workflows.smoke_stale_days;
    let Some(run) = last else {
        let evidence = Evidence::of(
            "runs on the branch",
            "none that came to a result",
            WORKFLOW_RUNS.name,
        )
        .expected(format!("one within {most} days"));
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
        .expected(format!("at most {most} days ago"));
    if days > i64::from(most) {
        return Ok(Verdict::Fail(
            evidence,
            remediation(smoke, path, None, j.policy),
        ));
    }
    // active, or it could not be read
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
    Remediation::new("switch the workflow on")
        .step(Step::command("Switch it on", argv, &["actions=write"]))
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
        Remediation::new("find why the smoke tests do not pass, and run them again").link(LINK);
    match run {
        Some(run) => {
            let id = run.id.to_string();
            let mut log = gh_in(&["run", "view"], &id, &smoke.repository, policy);
            log.push("--log-failed".into());
            let mut again = gh_in(&["run", "rerun"], &id, &smoke.repository, policy);
            again.push("--failed".into());
            to.step(Step::command("What failed", log, &["actions=read"]))
                .step(Step::command(
                    "Once it is mended, run it again",
                    again,
                    &["actions=write"],
                ))
        }
        None => {
            let argv = gh_in(&["workflow", "run"], file(path), &smoke.repository, policy);
            to.step(Step::edit(
                format!("Let it be started by hand and every night: add to `on:` in {path}"),
                "  workflow_dispatch:\n  schedule:\n    - cron: '17 4 * * *'\n",
            ))
            .step(Step::command("Start it", argv, &["actions=write"]))
        }
    }
}
