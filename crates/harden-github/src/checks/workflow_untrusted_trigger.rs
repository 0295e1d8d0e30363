use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step, Unknown,
    Verdict,
};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::resources::workflow::Condition;
use crate::views::{Among, Flow, Placed, action, given_in, runs_on};

pub(crate) static CHECK: Rule<Among, GithubPolicy> = Rule {
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

fn judge(among: &Among, _: &Judging<GithubPolicy>) -> Judgement {
    let mut unread: Option<Unknown> = None;
    let mut privileged: Vec<&str> = Vec::new();
    let mut started = false;
    for trigger in among.flow.workflow.triggers.get()? {
        let ours = match &*trigger.event {
            "pull_request_target" => Known::Yes(false),
            "workflow_run" => among.follows_our_own(trigger),
            _ => continue,
        };
        started = true;
        match ours {
            Known::Yes(true) => {}
            Known::Yes(false) => privileged.push(&trigger.event),
            Known::No(unknown) => {
                unread.get_or_insert(unknown.into());
            }
        }
    }
    if !started {
        return Ok(Verdict::not_applicable(
            "neither pull_request_target nor workflow_run starts it",
        ));
    }
    if privileged.is_empty() && unread.is_none() {
        let by = "only what people with rights in the repository started";
        return Ok(Verdict::Pass(Evidence::of("on", by, CONTENTS.name)));
    }
    for node in &among.plan()?.nodes {
        let comes_here = |condition: &Condition| {
            !is_of_ours(condition) && privileged.iter().any(|event| runs_on(condition, event))
        };
        if !node.conditions().all(comes_here) {
            continue;
        }
        if let Some(unknown) = &node.opaque {
            unread.get_or_insert_with(|| unknown.clone());
        }
        for step in node.steps() {
            let placed = match step {
                Known::Yes(placed) => placed,
                Known::No(unknown) => {
                    unread.get_or_insert(unknown.into());
                    continue;
                }
            };
            let conditions = [&placed.step.condition, &placed.outer.condition];
            if !conditions.into_iter().flatten().all(comes_here) {
                continue;
            }
            if let Some(what) = checks_out(&placed).filter(|_| !privileged.is_empty()) {
                let evidence = Evidence::of("on", privileged.join(", "), CONTENTS.name)
                    .and("checks out", what, CONTENTS.name)
                    .wanted("the base branch, or nothing")
                    .at(placed.location());
                return Ok(Verdict::Fail(evidence, remediation(&among.flow)));
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
        let mut named = inputs.filter_map(|key| {
            let text = step.with.get(*key)?;
            if head(text) {
                return Some(text.clone());
            }
            // an input of the called workflow or the action, and what it is given
            let passed = step.passed.get(&format!("inputs.{key}"))?;
            let held = given_in(passed, &placed.given).into_iter();
            let mut held = held.map(|(context, _)| context);
            held.find(|context| head(context))
        });
        if let Some(named) = named.next() {
            return Some(named);
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
