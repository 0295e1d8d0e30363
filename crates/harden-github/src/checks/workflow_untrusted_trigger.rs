use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::resources::workflow::Condition;
use crate::views::{CheckedOut, Flow, RepositoryWorkflow, checked_out, runs_on};

pub(crate) static CHECK: Rule<RepositoryWorkflow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-untrusted-trigger",
        "Workflows with pull_request_target or workflow_run do not check out pull requests",
        Severity::High,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation(
        "Build pull requests on pull_request. Use pull_request_target and workflow_run only \
                      for work that needs secrets, without a checkout of the head.",
    )
    .page(include_str!("workflow_untrusted_trigger.md"))
    .since("0.1.0"),
    judge,
);

fn judge(workflow: &RepositoryWorkflow, _: &Judging<GithubPolicy>) -> Judgement {
    let mut unread: Option<Unknown> = None;
    let mut privileged: Vec<&str> = Vec::new();
    let mut started = false;
    for trigger in workflow.flow.workflow.triggers.get()? {
        let trusted = match &*trigger.event {
            "pull_request_target" => Known::Yes(false),
            "workflow_run" => workflow.follows_trusted(trigger),
            _ => continue,
        };
        started = true;
        match trusted {
            Known::Yes(true) => {}
            Known::Yes(false) => privileged.push(&trigger.event),
            Known::No(unknown) => {
                unread.get_or_insert(unknown.into());
            }
        }
    }
    if !started {
        return Ok(Verdict::not_applicable(
            "it does not start on pull_request_target or workflow_run",
        ));
    }
    if privileged.is_empty() && unread.is_none() {
        let found = "only workflows that start on events of users with write access";
        let evidence = Evidence::of("workflows before workflow_run", found, CONTENTS.name);
        return Ok(Verdict::Pass(evidence));
    }
    for node in &workflow.plan()?.nodes {
        let lets_outsiders_in = |condition: &Condition| {
            !excludes_outsiders(condition)
                && privileged.iter().any(|event| runs_on(condition, event))
        };
        if !node.conditions().all(lets_outsiders_in) {
            continue;
        }
        if let Some(unknown) = &node.opaque {
            unread.get_or_insert_with(|| unknown.clone());
        }
        let mut fetched = None;
        let mut perhaps: Option<(String, bool)> = None;
        for step in node.steps() {
            let placed = match step {
                Known::Yes(placed) => placed,
                Known::No(unknown) => {
                    unread.get_or_insert(unknown.into());
                    continue;
                }
            };
            let conditions = [&placed.step.condition, &placed.outer.condition];
            if !conditions.into_iter().flatten().all(lets_outsiders_in) {
                continue;
            }
            // a part of a script that could not be followed may check out the head in any way, even if
            // it does not mention git
            if let Some(part) = placed.step.unfollowed.first() {
                unread.get_or_insert_with(|| placed.why_unfollowed(part));
            }
            for checked_out in checked_out(&placed) {
                let what = match checked_out {
                    CheckedOut::Head(what) => Some((what, placed.location())),
                    // the next checkout command may check out what was fetched before
                    CheckedOut::Other { fetch_head } => {
                        if let Some((what, _)) = perhaps.take().filter(|(_, has_branch)| {
                            // a fetch without a branch for it is reachable only as FETCH_HEAD
                            fetch_head || *has_branch
                        }) {
                            unread.get_or_insert_with(|| unclear(&what, &placed.location()));
                        }
                        fetched.take()
                    }
                    CheckedOut::FetchedUnclear { what, has_branch } => {
                        perhaps.get_or_insert((what, has_branch));
                        None
                    }
                    CheckedOut::Fetched(what) => {
                        fetched.get_or_insert((what, placed.location()));
                        None
                    }
                    CheckedOut::Unclear(what) => {
                        unread.get_or_insert_with(|| unclear(&what, &placed.location()));
                        None
                    }
                };
                if let Some((what, at)) = what.filter(|_| !privileged.is_empty()) {
                    let evidence = Evidence::of("on", privileged.join(", "), CONTENTS.name)
                        .and("checkout", what, CONTENTS.name)
                        .expected("the base branch, or nothing")
                        .at(at);
                    return Ok(Verdict::Fail(evidence, remediation(&workflow.flow)));
                }
            }
        }
        // fetched, and never checked out by a command that is known
        if let Some((what, at)) = fetched {
            unread.get_or_insert_with(|| {
                Unknown::undetermined(format!(
                    "{what} at {} line {} fetches the head of a pull request, and it is not known \
                     whether anything runs it",
                    at.path, at.line
                ))
            });
        }
    }
    if let Some(unknown) = unread {
        return Err(unknown);
    }
    let evidence = Evidence::of("on", privileged.join(", "), CONTENTS.name).and(
        "checkout",
        "no head of a pull request",
        CONTENTS.name,
    );
    Ok(Verdict::Pass(evidence))
}

/// Whether a condition is true only for pushes, or for branches of the repository itself. A fork
/// has another `full_name`, whatever its branch is called.
fn excludes_outsiders(condition: &Condition) -> bool {
    condition.never
        || condition.demands.iter().any(|demand| {
            matches!(
                &**demand,
                "github.event.workflow_run.event == push"
                    | "github.event.workflow_run.event != pull_request"
                    | "github.event.workflow_run.head_repository.full_name == github.repository"
                    | "github.event.pull_request.head.repo.full_name == github.repository"
                    | "github.event.pull_request.head.repo.fork == false"
                    | "github.event.pull_request.merged == true"
            )
        })
}

fn unclear(what: &str, at: &Location) -> Unknown {
    Unknown::undetermined(format!(
        "it is not known whether {what} at {} line {} is the head of a pull request: name the base \
         branch, or the commit by an expression of the event",
        at.path, at.line
    ))
}

fn remediation(flow: &Flow) -> Remediation {
    Remediation::new("run the code of pull requests without secrets and with a read-only token")
        .step(Step::edit(
            format!("Build on pull_request: change the start of {}", flow.workflow.path),
            "on:\n  pull_request:\npermissions:\n  contents: read\n",
        ))
        .step(Step::edit(
            "If it follows a workflow of pushes, allow only pushes: add to each job",
            "    if: github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.event == 'push'\n",
        ))
        .step(Step::by_hand(
            "If a comment or a label needs write access, write it in a second workflow from an \
             artifact, without a checkout of the head",
        ))
        .link("https://docs.github.com/en/actions/reference/security/secure-use#mitigating-the-risks-of-untrusted-code-checkout")
}
