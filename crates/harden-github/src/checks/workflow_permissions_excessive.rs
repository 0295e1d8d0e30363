use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::remediations::permissions_block;
use crate::resources::Workflow;
use crate::resources::workflow::{At, Permissions};

pub(crate) static CHECK: Rule<Workflow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-permissions-excessive",
        "Workflows set least-privilege permissions for GITHUB_TOKEN",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation(
        "Set the top-level permissions to contents: read, and set the permissions of each \
                      job that writes.",
    )
    .page(include_str!("workflow_permissions_excessive.md"))
    .since("0.1.0"),
    judge,
);

fn judge(workflow: &Workflow, _: &Judging<GithubPolicy>) -> Judgement {
    let jobs = workflow.jobs.get()?;
    // the top-level permissions apply only to jobs that do not set their own
    let without: Vec<&str> = jobs
        .iter()
        .filter(|job| job.permissions.is_none())
        .map(|job| &*job.id)
        .collect();
    let expected = "contents: read";
    let all = |p: &Permissions| p.all.as_deref() == Some("write-all");
    let own = jobs
        .iter()
        .filter_map(|job| Some((job, job.permissions.as_ref()?)));
    let mut all_of_jobs = own.filter(|(_, permissions)| all(permissions)).peekable();
    if let Some(first) = all_of_jobs.peek().map(|(_, permissions)| permissions.at) {
        let ids: Vec<&str> = all_of_jobs.map(|(job, _)| &*job.id).collect();
        let evidence = Evidence::of("permissions", "write-all", CONTENTS.name)
            .expected(expected)
            .and("jobs with write-all", ids.join(", "), CONTENTS.name)
            .at(workflow.at(first));
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    let (found, at) = match workflow.permissions.get()? {
        None if without.is_empty() => ("set by each job".to_owned(), At::START),
        None if is_only_called(workflow)? => {
            return Ok(Verdict::not_applicable(
                "only other workflows call it, and it does not set permissions: it gets those of the \
                 calling job, which are judged there",
            ));
        }
        None => {
            let evidence = Evidence::of("permissions", "not set", CONTENTS.name)
                .expected(expected)
                .and(
                    "jobs without their own permissions",
                    without.join(", "),
                    CONTENTS.name,
                )
                .note("without it, the token has the default permissions of the repository")
                .at(workflow.at(At::START));
            return Ok(Verdict::Fail(evidence, remediation(workflow)));
        }
        Some(permissions) => (shown(permissions), permissions.at),
    };
    let evidence = Evidence::of("permissions", found, CONTENTS.name).expected(expected);
    let evidence = evidence.at(workflow.at(at));
    let writes = workflow.permissions.get()?.as_ref().is_some_and(writes);
    // with one job only, top-level permissions are the same as permissions of that job
    if writes && without.len() > 1 {
        let evidence = evidence.and("jobs that use it", without.join(", "), CONTENTS.name);
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    // for a single job, named scopes may write, but `write-all` is never least privilege
    if workflow.permissions.get()?.as_ref().is_some_and(all) {
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    Ok(Verdict::Pass(evidence))
}

/// Whether only other workflows start it.
fn is_only_called(workflow: &Workflow) -> Result<bool, Unknown> {
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
        None if permissions.scopes.is_empty() => "empty".to_owned(),
        None => {
            let scopes = permissions.scopes.iter();
            let scopes: Vec<String> = scopes.map(|(s, level)| format!("{s}: {level}")).collect();
            scopes.join(", ")
        }
    }
}

fn remediation(workflow: &Workflow) -> Remediation {
    Remediation::new("set the least permissions for the workflow, and more for the jobs that need them")
        .step(Step::edit(
            format!("Add this above `jobs:` in {}", workflow.path),
            permissions_block(),
        ))
        .step(Step::by_hand(
            "Set `permissions` in each job that writes: `id-token: write` for a job that assumes an \
             AWS role, `pull-requests: write` for a job that comments",
        ))
        .link("https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions")
}
