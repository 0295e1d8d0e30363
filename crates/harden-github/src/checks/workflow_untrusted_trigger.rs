use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step, Unknown,
    Verdict,
};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::resources::workflow::Condition;
use crate::views::{Flow, Placed, action};

pub(crate) static CHECK: Rule<Flow, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/workflow-untrusted-trigger",
        title: "Workflows with secrets do not run the code of pull requests",
        severity: Severity::High,
        section: Section::Security,
        beyond_guide: true,
        security: true,
        remediation: "Build pull requests under pull_request, and leave to pull_request_target and \
                      workflow_run what needs secrets, without a checkout of the head.",
        page: include_str!("workflow_untrusted_trigger.md"),
    },
    judge,
    off: None,
};

/// What a checkout of a pull request's head names, in lower case.
const HEADS: &[&str] = &[
    "github.event.pull_request.head.",
    "github.event.pull_request.merge_commit_sha",
    "github.event.workflow_run.head_",
    "github.event.workflow_run.pull_requests",
    "github.head_ref",
    "refs/pull/",
];

fn judge(flow: &Flow, _: &Judging<GithubPolicy>) -> Judgement {
    let triggers = flow.workflow.triggers.get()?.iter();
    let privileged: Vec<&str> = triggers
        .map(|trigger| &*trigger.event)
        .filter(|event| matches!(*event, "pull_request_target" | "workflow_run"))
        .collect();
    if privileged.is_empty() {
        return Ok(Verdict::not_applicable(
            "neither pull_request_target nor workflow_run starts it",
        ));
    }
    let mut unread: Option<Unknown> = None;
    for job in flow.workflow.jobs.get()? {
        if job.condition.as_ref().is_some_and(is_of_ours) {
            continue;
        }
        for step in flow.steps(job) {
            let placed = match step {
                Known::Yes(placed) => placed,
                Known::No(unknown) => {
                    unread.get_or_insert(*unknown);
                    continue;
                }
            };
            let conditions = [&placed.step.condition, &placed.outer.condition];
            if conditions.into_iter().flatten().any(is_of_ours) {
                continue;
            }
            if let Some(what) = checks_out(&placed) {
                let evidence = Evidence::of("on", privileged.join(", "), CONTENTS.name)
                    .and("checks out", what, CONTENTS.name)
                    .wanted("the base branch, or nothing")
                    .at(placed.location());
                return Ok(Verdict::Fail(evidence, remediation(flow)));
            }
        }
    }
    if let Some(unknown) = unread {
        return Err(unknown);
    }
    let evidence = Evidence::of("on", privileged.join(", "), CONTENTS.name).and(
        "checks out",
        "no head of a pull request",
        CONTENTS.name,
    );
    Ok(Verdict::Pass(evidence))
}

/// Whether a condition lets only pushes, or branches of the repository itself, come here.
fn is_of_ours(condition: &Condition) -> bool {
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

/// What of an outsider a step checks out.
fn checks_out(placed: &Placed<'_>) -> Option<String> {
    let step = placed.step;
    let head = |text: &str| HEADS.iter().any(|head| text.contains(head));
    if step.uses.as_deref().map(action).as_deref() == Some("actions/checkout") {
        let inputs = ["ref", "repository"].iter();
        let named = inputs
            .filter_map(|key| step.with.get(*key))
            .find(|text| head(text));
        if let Some(named) = named {
            return Some(named.clone());
        }
    }
    let pulls = |command: &&crate::resources::workflow::Command| match &*command.tool {
        "gh" => command.says(&["pr", "checkout"]),
        "git" => command.words.iter().any(|word| head(word)),
        _ => false,
    };
    step.commands
        .iter()
        .find(pulls)
        .map(crate::resources::workflow::Command::line)
}

fn remediation(flow: &Flow) -> Remediation {
    Remediation::new("run the code of pull requests without secrets and without a token that writes")
        .step(Step::edit(
            format!("Build under pull_request: the start of {}", flow.workflow.path),
            "on:\n  pull_request:\npermissions:\n  contents: read\n",
        ))
        .step(Step::edit(
            "Where it follows a workflow of pushes, let nothing else through: in each job",
            "    if: github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.event == 'push'\n",
        ))
        .step(Step::by_hand(
            "Where a comment or a label needs rights, let a second workflow write it from an \
             artifact, without a checkout of the head",
        ))
        .link("https://docs.github.com/en/actions/reference/security/secure-use#mitigating-the-risks-of-untrusted-code-checkout")
}
