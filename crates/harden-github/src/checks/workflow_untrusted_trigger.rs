use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::resources::workflow::Command;
use crate::views::{
    Artifact, CheckedOut, Flow, Gate, Guard, Head, Origin, Placed, RepositoryWorkflow, checked_out,
};

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

/// The events that are about a stranger's code and run with rights; `workflow_run` is another.
const EVENTS: [&str; 4] = [
    "pull_request_target",
    "issue_comment",
    "pull_request_review",
    "pull_request_review_comment",
];

fn judge(workflow: &RepositoryWorkflow, _: &Judging<GithubPolicy>) -> Judgement {
    let mut unread: Option<Unknown> = None;
    let mut origins: Vec<Origin> = Vec::new();
    let mut started = false;
    for trigger in workflow.flow.workflow.triggers.get()? {
        if trigger.event == "workflow_run" {
            started = true;
            match workflow.followed(trigger) {
                Ok(followed) => origins.extend(followed),
                Err(unknown) => {
                    unread.get_or_insert(unknown);
                }
            }
        } else if EVENTS.contains(&&*trigger.event) {
            started = true;
            origins.push(Origin::of(&trigger.event));
        }
    }
    if !started {
        return Ok(Verdict::not_applicable(
            "it does not start on pull_request_target, workflow_run or comments on pull requests",
        ));
    }
    if origins.is_empty() && unread.is_none() {
        let found = "only workflows that start on events of users with write access";
        let evidence = Evidence::of("workflows before workflow_run", found, CONTENTS.name);
        return Ok(Verdict::Pass(evidence));
    }
    let plan = workflow.plan()?;
    for (index, node) in plan.nodes.iter().enumerate() {
        let open: Vec<(&Origin, Gate)> = origins
            .iter()
            .map(|origin| (origin, plan.gate(index, origin)))
            .filter(|(_, gate)| !gate.closed)
            .collect();
        if open.is_empty() {
            continue;
        }
        if let Some(unknown) = &node.opaque {
            unread.get_or_insert_with(|| unknown.clone());
        }
        let mut job = JobState::default();
        for step in node.steps() {
            let placed = match step {
                Known::Yes(placed) => placed,
                Known::No(unknown) => {
                    unread.get_or_insert(unknown.into());
                    continue;
                }
            };
            let open = through(&placed, &open);
            if open.is_empty() || placed.never_runs() {
                continue;
            }
            if let Some(unknown) = unfollowed(&placed, &open) {
                unread.get_or_insert(unknown);
            }
            if let Some(what) = job.runs_artifact(&placed, &open, 0) {
                unread.get_or_insert(what);
            }
            let had_artifact = job.artifact.is_some();
            for checked_out in checked_out(&placed) {
                let (head, at) = match job.take(checked_out, &placed) {
                    Taken::Head(head, at) => (head, at),
                    Taken::Unclear(unknown) => {
                        unread.get_or_insert(unknown);
                        continue;
                    }
                    Taken::Nothing => continue,
                };
                for (origin, gate) in &open {
                    match danger(&head, origin, *gate, &at) {
                        Danger::None => {}
                        Danger::Unclear(unknown) => {
                            unread.get_or_insert(unknown);
                        }
                        Danger::Certain => {
                            let evidence = Evidence::of("on", &origin.event, CONTENTS.name)
                                .and("checkout", &head.what, CONTENTS.name)
                                .expected("the base branch, or nothing")
                                .at(at);
                            return Ok(Verdict::Fail(evidence, remediation(&workflow.flow)));
                        }
                    }
                }
            }
            if !had_artifact {
                // of the step that downloads it, what comes after
                let downloads = |c: &Command| c.tool == "gh" && c.says(&["run", "download"]);
                let at = placed.step.commands.iter().position(downloads);
                let at = at.unwrap_or(placed.step.commands.len());
                if let Some(what) = job.runs_artifact(&placed, &open, at) {
                    unread.get_or_insert(what);
                }
            }
        }
        // fetched, and never checked out by a command that is known
        if let Some((head, at)) = job.fetched {
            unread.get_or_insert_with(|| {
                Unknown::undetermined(format!(
                    "{} at {} line {} fetches the head of a pull request, and it is not known \
                     whether anything runs it",
                    head.what, at.path, at.line
                ))
            });
        }
    }
    if let Some(unknown) = unread {
        return Err(unknown);
    }
    let mut events: Vec<&str> = origins.iter().map(|origin| &*origin.event).collect();
    events.dedup();
    let evidence = Evidence::of("on", events.join(", "), CONTENTS.name).and(
        "checkout",
        "no head of a pull request",
        CONTENTS.name,
    );
    Ok(Verdict::Pass(evidence))
}

/// The events that get to a step, of those that get to its job.
fn through<'a>(placed: &Placed<'_>, open: &[(&'a Origin, Gate)]) -> Vec<(&'a Origin, Gate)> {
    let gates = open.iter().map(|(origin, gate)| {
        let mut gate = *gate;
        for condition in placed.conditions() {
            gate.add(condition, origin);
        }
        (*origin, gate)
    });
    gates.filter(|(_, gate)| !gate.closed).collect()
}

/// Why a part of a script may check out a head: on the two events that are for nothing else, it may
/// do so in any way, even if it does not mention git.
fn unfollowed(placed: &Placed<'_>, open: &[(&Origin, Gate)]) -> Option<Unknown> {
    let always = ["pull_request_target", "workflow_run"];
    let any = open
        .iter()
        .any(|(origin, _)| always.contains(&&*origin.event));
    let mut parts = placed.step.unfollowed.iter();
    let part = parts.find(|part| any || part.mentions(&["gh", "git"]))?;
    Some(placed.why_unfollowed(part))
}

enum Danger {
    None,
    Unclear(Unknown),
    Certain,
}

/// Whether the checkout of a head lets a stranger's code into a privileged run.
fn danger(head: &Head, origin: &Origin, gate: Gate, at: &Location) -> Danger {
    if head.is_absent_on(&origin.event) || (gate.merged && !head.moves()) {
        return Danger::None;
    }
    let unclear = |why: &str| {
        Danger::Unclear(Unknown::undetermined(format!(
            "{} at {} line {} checks out the head of a pull request: {why}",
            head.what, at.path, at.line
        )))
    };
    match &head.guard {
        Guard::Refuses if origin.is_guarded() => return Danger::None,
        Guard::Unclear(why) if origin.is_guarded() => return unclear(why),
        _ => {}
    }
    if !origin.is_privileged() {
        return unclear(&format!(
            "on {} of a fork, the settings of the repository decide whether the run has secrets and a \
             token that writes",
            origin.event
        ));
    }
    if gate.vetted {
        return unclear(
            "only people with rights can start it, and it is not known whether they read the code \
             before, and whether it is still the same",
        );
    }
    Danger::Certain
}

/// What the steps of a job did so far.
#[derive(Default)]
struct JobState {
    fetched: Option<(Head, Location)>,
    patch: Option<(Head, Location)>,
    perhaps: Option<(String, bool)>,
    artifact: Option<Artifact>,
}

/// What comes of a step.
enum Taken {
    Head(Head, Location),
    Unclear(Unknown),
    Nothing,
}

impl JobState {
    fn take(&mut self, checked_out: CheckedOut, placed: &Placed<'_>) -> Taken {
        let head = |found: Option<(Head, Location)>| match found {
            Some((head, at)) => Taken::Head(head, at),
            None => Taken::Nothing,
        };
        match checked_out {
            CheckedOut::Head(found) => return Taken::Head(found, placed.location()),
            CheckedOut::Fetched(found) => {
                self.fetched.get_or_insert((found, placed.location()));
            }
            CheckedOut::Patch(found) => {
                self.patch.get_or_insert((found, placed.location()));
            }
            CheckedOut::Applied => return head(self.patch.take()),
            CheckedOut::Artifact(found) => {
                self.artifact.get_or_insert(found);
            }
            // the next checkout command may check out what was fetched before
            CheckedOut::Other { fetch_head } => {
                if let Some(found) = self.fetched.take() {
                    return Taken::Head(found.0, found.1);
                }
                // a fetch without a branch for it is reachable only as FETCH_HEAD
                let perhaps = self.perhaps.take();
                if let Some((what, _)) = perhaps.filter(|(_, branch)| fetch_head || *branch) {
                    return Taken::Unclear(unclear(&what, &placed.location()));
                }
            }
            CheckedOut::FetchedUnclear { what, has_branch } => {
                self.perhaps.get_or_insert((what, has_branch));
            }
            CheckedOut::Unclear(what) => {
                return Taken::Unclear(unclear(&what, &placed.location()));
            }
        }
        Taken::Nothing
    }

    /// Why a step may run a file that the run of a stranger made.
    fn runs_artifact(
        &self,
        placed: &Placed<'_>,
        open: &[(&Origin, Gate)],
        after: usize,
    ) -> Option<Unknown> {
        let Artifact { what, folder } = self.artifact.as_ref()?;
        open.iter()
            .find(|(origin, _)| origin.event == "workflow_run")?;
        let runs = |command: &&Command| match (&*command.tool, folder) {
            // the files of the checkout may have been replaced
            ("file" | "script" | "task", None) => true,
            ("file", Some(folder)) => {
                let own = &*command.folder;
                let inside = own.strip_prefix(&**folder);
                let inside = inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                inside || own.contains('…') || folder.contains('…') || folder.contains("${{")
            }
            _ => false,
        };
        let command = placed.step.commands.iter().skip(after).find(runs)?;
        let at = placed.at(command.at);
        Some(Unknown::undetermined(format!(
            "{} at {} line {} may run a file of the artifact that {what} downloads: the run before it \
             may be of a pull request",
            command.line(),
            at.path,
            at.line
        )))
    }
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
