use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::remediations::permissions_block;
use crate::resources::Workflow;
use crate::resources::workflow::{At, Permissions};

pub(crate) static CHECK: Rule<Workflow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-permissions-excessive",
        "Workflows take no more permissions than they need",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation(
        "Give the workflow top-level permissions of contents: read, and each job that \
                      writes what it needs.",
    )
    .page(include_str!("workflow_permissions_excessive.md"))
    .since("0.1.0"),
    judge,
);

fn judge(workflow: &Workflow, _: &Judging<GithubPolicy>) -> Judgement {
    let jobs = workflow.jobs.get()?;
    // the jobs that the top of the file speaks for
    let without: Vec<&str> = jobs
        .iter()
        .filter(|job| job.permissions.is_none())
        .map(|job| &*job.id)
        .collect();
    let wanted = "contents: read, and what it needs in each job that writes";
    let all = |p: &Permissions| p.all.as_deref() == Some("write-all");
    let own = jobs
        .iter()
        .filter_map(|job| Some((job, job.permissions.as_ref()?)));
    let mut all_of_jobs = own.filter(|(_, permissions)| all(permissions)).peekable();
    if let Some(first) = all_of_jobs.peek().map(|(_, permissions)| permissions.at) {
        let ids: Vec<&str> = all_of_jobs.map(|(job, _)| &*job.id).collect();
        let evidence = Evidence::of("permissions", "write-all", CONTENTS.name)
            .expected(wanted)
            .and("jobs that say so", ids.join(", "), CONTENTS.name)
            .at(workflow.at(first));
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    let (found, at) = match workflow.permissions.get()? {
        None if without.is_empty() => ("said by each job".to_owned(), At::START),
        None if only_called(workflow)? => {
            return Ok(Verdict::not_applicable(
                "it is only called, and says nothing of permissions: it gets those of the job that \
                 calls it, which is judged there",
            ));
        }
        None => {
            let evidence = Evidence::of("permissions", "not said", CONTENTS.name)
                .expected(wanted)
                .and("jobs without their own", without.join(", "), CONTENTS.name)
                .note("without it the token may do whatever the repository's setting says")
                .at(workflow.at(At::START));
            return Ok(Verdict::Fail(evidence, remediation(workflow)));
        }
        Some(permissions) => (shown(permissions), permissions.at),
    };
    let evidence = Evidence::of("permissions", found, CONTENTS.name).expected(wanted);
    let evidence = evidence.at(workflow.at(at));
    let writes = workflow.permissions.get()?.as_ref().is_some_and(writes);
    // of one job alone, what stands at the top is what stands in the job
    if writes && without.len() > 1 {
        let evidence = evidence.and("jobs that get it", without.join(", "), CONTENTS.name);
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    if workflow.permissions.get()?.as_ref().is_some_and(all) {
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    Ok(Verdict::Pass(evidence))
}

/// Whether nothing but other workflows starts it.
fn only_called(workflow: &Workflow) -> Result<bool, Unknown> {
    let triggers = workflow.triggers.get()?;
    Ok(!triggers.is_empty() && triggers.iter().all(|t| t.event == "workflow_call"))
}

fn writes(permissions: &Permissions) -> bool {
    permissions.all.as_deref() == Some("write-all")
        || permissions.scopes.values().any(|level| level == "write")
}

fn shown(permissions: &Permissions) -> String {
    match &permissions.all {
        Some(all) => all.clone(),
        None if permissions.scopes.is_empty() => "none".to_owned(),
        None => {
            let scopes = permissions.scopes.iter();
            let scopes: Vec<String> = scopes.map(|(s, level)| format!("{s}: {level}")).collect();
            scopes.join(", ")
        }
    }
}

fn remediation(workflow: &Workflow) -> Remediation {
    Remediation::new("give the workflow the least permissions, and more to the jobs that need it")
        .step(Step::edit(
            format!("Put this above `jobs:` in {}", workflow.path),
            permissions_block(),
        ))
        .step(Step::by_hand(
            "Give each job that writes its own `permissions`: `id-token: write` to one that takes \
             an AWS role, `pull-requests: write` to one that comments",
        ))
        .link("https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions")
}
