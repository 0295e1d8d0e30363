use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::resources::LocalAction;
use crate::resources::workflow::{is_absent_on, is_perhaps_untrusted, is_untrusted};
use crate::views::{Node, Placed, RepositoryWorkflow, given_in, runs_on};

pub(crate) static CHECK: Rule<RepositoryWorkflow, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-injection",
        "Scripts do not contain expressions that outsiders control",
        Severity::High,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Pass the value to the script through an environment variable.")
    .page(include_str!("workflow_injection.md"))
    .since("0.1.0"),
    judge,
);

/// How many scripts the evidence lists.
const SHOWN: usize = 5;

/// An expression in a script whose value an outsider controls.
#[derive(Clone)]
struct Insertion {
    context: String,
    /// The input or the variable that passes the value, if the script does not name it directly.
    by: Option<String>,
    at: Location,
}

fn judge(workflow: &RepositoryWorkflow, _: &Judging<GithubPolicy>) -> Judgement {
    let mut found = Vec::new();
    let mut unread: Option<Unknown> = None;
    let mut elsewhere = Vec::new();
    let triggers = workflow.flow.workflow.triggers.get()?;
    let plan = workflow.plan()?;
    for (index, node) in plan.nodes.iter().enumerate() {
        let events: Vec<&str> = triggers
            .iter()
            .map(|trigger| &*trigger.event)
            .filter(|event| plan.reaches(index, event))
            .collect();
        // an expression that a called workflow contains directly is a finding on that workflow
        let own = node.callers.is_empty();
        let given = node.given.values().flatten();
        let given = given.map(|context| context.trim_start_matches('?'));
        let given = given
            .filter(|c| is_untrusted(c))
            .find(|c| exists(c, &events));
        if let (Some(unknown), Some(context)) = (&node.opaque, given) {
            let uses = node.job.call.as_ref().map_or("", |call| &call.uses);
            if uses.starts_with("./") {
                unread.get_or_insert_with(|| unknown.clone());
            } else {
                elsewhere.push(format!("{uses} gets {context}"));
            }
        }
        for step in node.steps() {
            match step {
                Known::Yes(placed) => {
                    let on = |event: &&str| placed.conditions().all(|c| runs_on(c, event));
                    let events: Vec<&str> = events.iter().copied().filter(on).collect();
                    let all = insertions(workflow, node, &placed).into_iter();
                    let all = all.filter(|insertion| own || insertion.by.is_some());
                    for insertion in all.filter(|one| exists(&one.context, &events)) {
                        match is_perhaps_untrusted(&insertion.context) {
                            Some(context) => {
                                unread.get_or_insert_with(|| unclear(&insertion, context));
                            }
                            None => found.push(insertion),
                        }
                    }
                    let passed = passed_to_others(&placed, &events).filter(|_| own);
                    elsewhere.extend(passed);
                }
                Known::No(unknown) if own || given.is_some() => {
                    unread.get_or_insert(unknown.into());
                }
                Known::No(_) => {}
            }
        }
    }
    let note = elsewhere
        .first()
        .map(|what| format!("{what}, and this check does not look into it"));
    let Some(first) = found.first().cloned() else {
        if let Some(unknown) = unread {
            return Err(unknown);
        }
        let found = "no value that an outsider controls";
        let evidence = Evidence::of("expressions in scripts", found, CONTENTS.name);
        return Ok(Verdict::Pass(match note {
            Some(note) => evidence.note(note),
            None => evidence,
        }));
    };
    let mut evidence = Evidence::default();
    for Insertion { context, by, at } in found.iter().take(SHOWN) {
        let setting = format!("expression in the script at {} line {}", at.path, at.line);
        let found = match by {
            Some(name) => format!("{context}, passed as {name}"),
            None => context.clone(),
        };
        evidence = evidence
            .and(setting, found, CONTENTS.name)
            .expected("a value from an environment variable");
    }
    if found.len() > SHOWN {
        evidence = evidence.note(format!("and {} more", found.len() - SHOWN));
    }
    let context = first.by.as_deref().unwrap_or(&first.context);
    let remediation = remediation(context, &first.at.path);
    Ok(Verdict::Fail(evidence.at(first.at), remediation))
}

/// Whether a context has a value on one of the events.
fn exists(context: &str, events: &[&str]) -> bool {
    events.iter().any(|event| !is_absent_on(context, event))
}

/// The expressions in the script of a step whose values an outsider controls, or may control.
fn insertions(
    workflow: &RepositoryWorkflow,
    node: &Node<'_>,
    placed: &Placed<'_>,
) -> Vec<Insertion> {
    let all = placed.step.injected.iter().flat_map(|injected| {
        let held = workflow.held(placed, node, &injected.context).into_iter();
        let untrusted = held.filter(|(context, _)| {
            is_untrusted(context) || is_perhaps_untrusted(context).is_some()
        });
        untrusted.map(|(context, by)| Insertion {
            context,
            by,
            at: placed.at(injected.at),
        })
    });
    all.collect()
}

/// Why a script may contain what an outsider controls.
fn unclear(insertion: &Insertion, context: &str) -> Unknown {
    Unknown::undetermined(format!(
        "it is not known whether the expression in the script at {} line {} is what an outsider \
         controls: an action or a command made its value, which may hold {context}; pass it through \
         an environment variable",
        insertion.at.path, insertion.at.line
    ))
}

/// The values that an outsider controls and that a step passes to an action of another repository.
fn passed_to_others(placed: &Placed<'_>, events: &[&str]) -> impl Iterator<Item = String> {
    let uses = placed.step.uses.as_deref();
    // actions/checkout uses a branch name only to fetch it, and runs nothing of it
    let uses = uses.filter(|uses| {
        LocalAction::folder_of(uses).is_none() && !uses.starts_with("actions/checkout@")
    });
    let passed = placed.step.passed.values().flatten();
    let held = given_in(passed, &placed.given).into_iter();
    let untrusted = held
        .filter(|(context, _)| is_untrusted(context))
        .filter(|(context, _)| exists(context, events));
    let all: Vec<_> = uses.into_iter().zip(untrusted).collect();
    all.into_iter()
        .map(|(uses, (context, _))| format!("{uses} gets {context}"))
}

fn remediation(context: &str, path: &str) -> Remediation {
    let text = format!(
        "        env:\n          VALUE: ${{{{ {context} }}}}\n        run: |\n          echo \"$VALUE\"\n"
    );
    Remediation::new("pass the value to the script through an environment variable, which the shell does not run as code")
        .step(Step::edit(format!("Replace ${{{{ {context} }}}} in the script of the step in {path}"), text))
        .link("https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks")
}
