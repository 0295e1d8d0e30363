use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::remediations::permissions_block;
use crate::resources::Workflow;
use crate::resources::workflow::{At, Job, Permissions};
use crate::views::CallingWorkflow;

pub(crate) static CHECK: Rule<CallingWorkflow, GithubPolicy> = Rule::new(
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

fn judge(calling: &CallingWorkflow, _: &Judging<GithubPolicy>) -> Judgement {
    let workflow = &*calling.workflow;
    let jobs = workflow.jobs.get()?;
    // the top-level permissions apply only to jobs that do not set their own
    let without: Vec<&Job> = jobs
        .iter()
        .filter(|job| job.permissions.is_none())
        .collect();
    let names = |jobs: &[&Job]| {
        let ids: Vec<&str> = jobs.iter().map(|job| &*job.id).collect();
        ids.join(", ")
    };
    let expected = "contents: read";
    let all = |p: &Permissions| p.all.as_deref() == Some("write-all");
    let own = || {
        let jobs = jobs.iter();
        jobs.filter_map(|job| Some((job, job.permissions.as_ref()?)))
    };
    let everything: Vec<(&Job, &Permissions)> = own().filter(|(_, p)| all(p)).collect();
    if let Some((_, first)) = everything.first() {
        let ids: Vec<&str> = everything.iter().map(|(job, _)| &*job.id).collect();
        let evidence = Evidence::of("permissions", "write-all", CONTENTS.name)
            .expected(expected)
            .and("jobs with write-all", ids.join(", "), CONTENTS.name)
            .at(workflow.at(first.at));
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    let mut unread: Option<Unknown> = None;
    // a job that calls a workflow gives its permissions to all jobs that do not set their own there
    for (job, permissions) in own().filter(|(job, p)| job.call.is_some() && writes(p)) {
        match calling.users(job) {
            Ok(users) if users.len() > 1 => {
                let evidence = Evidence::of("permissions", shown(permissions), CONTENTS.name)
                    .expected(expected)
                    .and("jobs that use it", users.join(", "), CONTENTS.name)
                    .at(workflow.at(permissions.at));
                return Ok(Verdict::Fail(evidence, remediation(workflow)));
            }
            Ok(_) => {}
            Err(unknown) => {
                unread.get_or_insert(unknown);
            }
        }
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
                    names(&without),
                    CONTENTS.name,
                )
                .note("without it, the token has the default permissions of the repository")
                .at(workflow.at(At::START));
            return Ok(Verdict::Fail(evidence, remediation(workflow)));
        }
        // no job has them
        Some(permissions) if without.is_empty() => ("set by each job".to_owned(), permissions.at),
        Some(permissions) => (shown(permissions), permissions.at),
    };
    let evidence = Evidence::of("permissions", found, CONTENTS.name).expected(expected);
    let evidence = evidence.at(workflow.at(at));
    let writes = workflow.permissions.get()?.as_ref().is_some_and(writes);
    if writes {
        // with one job only, top-level permissions are the same as permissions of that job
        let mut users = Vec::new();
        for job in &without {
            match calling.users(job) {
                Ok(of_job) => users.extend(of_job),
                Err(unknown) => {
                    users.push(job.id.clone());
                    unread.get_or_insert(unknown);
                }
            }
        }
        if users.len() > 1 {
            let evidence = evidence.and("jobs that use it", users.join(", "), CONTENTS.name);
            return Ok(Verdict::Fail(evidence, remediation(workflow)));
        }
    }
    // for a single job, named scopes may write, but `write-all` is never least privilege
    if !without.is_empty() && workflow.permissions.get()?.as_ref().is_some_and(all) {
        return Ok(Verdict::Fail(evidence, remediation(workflow)));
    }
    match unread {
        Some(unknown) => Err(unknown),
        None => Ok(Verdict::Pass(evidence)),
    }
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
