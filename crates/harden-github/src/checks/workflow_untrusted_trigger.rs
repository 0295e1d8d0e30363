use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::resources::workflow::{Command, Condition};
use crate::views::{Among, Flow, Placed, action, given_in, runs_on};

pub(crate) static CHECK: Rule<Among, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-untrusted-trigger",
        "Workflows with secrets do not run the code of pull requests",
        Severity::High,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation(
        "Build pull requests under pull_request, and leave to pull_request_target and \
                      workflow_run what needs secrets, without a checkout of the head.",
    )
    .page(include_str!("workflow_untrusted_trigger.md"))
    .since("0.1.0"),
    judge,
);

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
            if !conditions.into_iter().flatten().all(comes_here) {
                continue;
            }
            // whatever can't be followed may check the head out, whether it mentions git or not
            if let Some(part) = placed.step.unfollowed.first() {
                unread.get_or_insert_with(|| placed.why_unfollowed(part));
            }
            for gets in gets(&placed) {
                let what = match gets {
                    Gets::Head(what) => Some((what, placed.location())),
                    Gets::Moves(of_fetched) => {
                        if let Some((what, _)) = perhaps.take().filter(|(_, named)| {
                            // without a name for it, only FETCH_HEAD is what was fetched
                            of_fetched || *named
                        }) {
                            unread.get_or_insert_with(|| unclear(&what, &placed.location()));
                        }
                        fetched.take()
                    }
                    Gets::FetchedUnclear(what, named) => {
                        perhaps.get_or_insert((what, named));
                        None
                    }
                    Gets::Fetched(what) => {
                        fetched.get_or_insert((what, placed.location()));
                        None
                    }
                    Gets::Unclear(what) => {
                        unread.get_or_insert_with(|| unclear(&what, &placed.location()));
                        None
                    }
                };
                if let Some((what, at)) = what.filter(|_| !privileged.is_empty()) {
                    let evidence = Evidence::of("on", privileged.join(", "), CONTENTS.name)
                        .and("checks out", what, CONTENTS.name)
                        .expected("the base branch, or nothing")
                        .at(at);
                    return Ok(Verdict::Fail(evidence, remediation(&among.flow)));
                }
            }
        }
        if let Some((what, at)) = fetched {
            unread.get_or_insert_with(|| {
                Unknown::undetermined(format!(
                    "{what} at {} line {} fetches the head of a pull request, and whether \
                     anything runs it can't be told",
                    at.path, at.line
                ))
            });
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

fn unclear(what: &str, at: &Location) -> Unknown {
    Unknown::undetermined(format!(
        "whether {what} at {} line {} is the head of a pull request can't be told: name the base \
         branch, or the commit by an expression of the event",
        at.path, at.line
    ))
}

/// What a step checks out.
enum Gets {
    /// The head of a pull request.
    Head(String),
    /// The head is fetched; a later command may check it out.
    Fetched(String),
    /// What can't be told.
    Unclear(String),
    /// Something is fetched that can't be told; whether it gets a branch of its own.
    FetchedUnclear(String, bool),
    /// What was fetched, or another commit; whether it names what was fetched last.
    Moves(bool),
}

/// The options of git whose value is no revision.
const NAMES: &[&str] = &["-b", "-B", "-c", "-C", "-m", "--message", "--orphan"];

/// Whether a text names the head of a pull request.
fn is_head(text: &str) -> bool {
    let pull = text.split_once("pull/").map(|(_, after)| after);
    let pull = pull.is_some_and(|after| after.contains("/head") || after.contains("/merge"));
    pull || HEADS.iter().any(|head| text.contains(head))
}

/// Whether a context is an output, or a variable, that can't be followed.
fn is_lost(context: &str) -> bool {
    context == "…" || context.starts_with("steps.") || context.starts_with("needs.")
}

/// The contexts that a reduced text holds.
fn contexts(text: &str) -> impl Iterator<Item = String> {
    let inner = text.split_once("${{").and_then(|(_, t)| t.split_once("}}"));
    let inner = inner.map_or("", |(inner, _)| inner);
    inner.split_whitespace().map(str::to_owned)
}

/// What a step checks out, in order.
fn gets(placed: &Placed<'_>) -> Vec<Gets> {
    let step = placed.step;
    if step.uses.as_deref().map(action).as_deref() == Some("actions/checkout") {
        return of_checkout(placed).into_iter().collect();
    }
    let commands = step.commands.iter();
    commands
        .filter_map(|command| of_command(command, placed))
        .collect()
}

fn of_checkout(placed: &Placed<'_>) -> Option<Gets> {
    let step = placed.step;
    let mut lost = None;
    for key in ["ref", "repository"] {
        let Some(text) = step.with.get(key) else {
            continue;
        };
        if is_head(text) {
            return Some(Gets::Head(text.clone()));
        }
        // an input, a variable or an output, and what it holds
        let held: Vec<String> = match step.passed.get(&format!("inputs.{key}")) {
            Some(passed) => given_in(passed, &placed.given)
                .into_iter()
                .map(|(context, _)| context)
                .collect(),
            None => contexts(text).collect(),
        };
        if let Some(head) = held.iter().find(|context| is_head(context)) {
            return Some(Gets::Head(head.clone()));
        }
        if held.iter().any(|context| is_lost(context)) {
            lost.get_or_insert_with(|| Gets::Unclear(text.clone()));
        }
    }
    lost
}

fn of_command(command: &Command, placed: &Placed<'_>) -> Option<Gets> {
    let verb = match &*command.tool {
        "gh" if command.says(&["pr", "checkout"]) => return Some(Gets::Head(command.line())),
        "git" => command.words.first()?,
        _ => return None,
    };
    let (mut lost, mut files) = (false, false);
    for (i, word) in command.words.iter().enumerate() {
        let held: Vec<String> = contexts(word).collect();
        let held = given_in(&held, &placed.given);
        if is_head(word) || held.iter().any(|(context, _)| is_head(context)) {
            return Some(match &**verb {
                "fetch" => Gets::Fetched(command.line()),
                _ => Gets::Head(command.line()),
            });
        }
        // a branch that is made has any name, and so has a message; after -- there are files
        let before = i.checked_sub(1).and_then(|i| command.words.get(i));
        let made = before.is_some_and(|b| verb != "clone" && NAMES.contains(&&**b));
        files |= word == "--";
        lost |= !made && !files && held.iter().any(|(context, _)| is_lost(context));
    }
    match &**verb {
        "fetch" if lost => {
            let named = command.words.iter().any(|word| word.ends_with(":…"));
            Some(Gets::FetchedUnclear(command.line(), named))
        }
        "fetch" => None,
        _ if lost => Some(Gets::Unclear(command.line())),
        "clone" => None,
        _ => {
            let of_fetched = command.words.iter().any(|word| word.contains("FETCH_HEAD"));
            Some(Gets::Moves(of_fetched))
        }
    }
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
