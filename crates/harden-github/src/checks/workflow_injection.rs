use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::resources::LocalAction;
use crate::resources::workflow::is_untrusted;
use crate::views::{Placed, RepositoryWorkflow, given_in};

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
    for node in &workflow.plan()?.nodes {
        // an expression that a called workflow contains directly is a finding on that workflow
        let own = node.callers.is_empty();
        let given = node.given.values().flatten().find(|c| is_untrusted(c));
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
                    found.extend(insertions(&placed).filter(|p| own || p.by.is_some()));
                    elsewhere.extend(passed_to_others(&placed).filter(|_| own));
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

/// The expressions in the script of a step whose values an outsider controls.
fn insertions(placed: &Placed<'_>) -> impl Iterator<Item = Insertion> {
    placed.step.injected.iter().flat_map(|injected| {
        let held = given_in([&injected.context], &placed.given).into_iter();
        let untrusted = held.filter(|(context, _)| is_untrusted(context));
        untrusted.map(|(context, by)| Insertion {
            context,
            by,
            at: placed.at(injected.at),
        })
    })
}

/// The values that an outsider controls and that a step passes to an action of another repository.
fn passed_to_others(placed: &Placed<'_>) -> impl Iterator<Item = String> {
    let uses = placed.step.uses.as_deref();
    // actions/checkout uses a branch name only to fetch it, and runs nothing of it
    let uses = uses.filter(|uses| {
        LocalAction::folder_of(uses).is_none() && !uses.starts_with("actions/checkout@")
    });
    let passed = placed.step.passed.values().flatten();
    let held = given_in(passed, &placed.given).into_iter();
    let untrusted = held.filter(|(context, _)| is_untrusted(context));
    uses.into_iter()
        .zip(untrusted)
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
