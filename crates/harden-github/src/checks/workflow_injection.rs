use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::resources::LocalAction;
use crate::resources::workflow::is_untrusted;
use crate::views::{Among, Placed, given_in};

pub(crate) static CHECK: Rule<Among, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-injection",
        "Scripts do not paste what outsiders wrote",
        Severity::High,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Give the value to the script through an environment variable.")
    .page(include_str!("workflow_injection.md"))
    .since("0.1.0"),
    judge,
);

/// How many are named in the evidence.
const SHOWN: usize = 5;

/// What a script pastes.
#[derive(Clone)]
struct Pasted {
    context: String,
    /// The input or the variable by which it comes.
    by: Option<String>,
    at: Location,
}

fn judge(among: &Among, _: &Judging<GithubPolicy>) -> Judgement {
    let mut found = Vec::new();
    let mut unread: Option<Unknown> = None;
    let mut elsewhere = Vec::new();
    for node in &among.plan()?.nodes {
        // what a called workflow pastes by itself is its own finding
        let own = node.callers.is_empty();
        let given = node.given.values().flatten().find(|c| is_untrusted(c));
        if let (Some(unknown), Some(context)) = (&node.opaque, given) {
            let uses = node.job.call.as_ref().map_or("", |call| &call.uses);
            if uses.starts_with("./") {
                unread.get_or_insert_with(|| unknown.clone());
            } else {
                elsewhere.push(format!("{uses} is given {context}"));
            }
        }
        for step in node.steps() {
            match step {
                Known::Yes(placed) => {
                    found.extend(pasted(&placed).filter(|p| own || p.by.is_some()));
                    elsewhere.extend(given_away(&placed).filter(|_| own));
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
        .map(|what| format!("{what}, and what it does with that is not looked into"));
    let Some(first) = found.first().cloned() else {
        if let Some(unknown) = unread {
            return Err(unknown);
        }
        let none = "no value that an outsider controls";
        let evidence = Evidence::of("scripts paste", none, CONTENTS.name);
        return Ok(Verdict::Pass(match note {
            Some(note) => evidence.note(note),
            None => evidence,
        }));
    };
    let mut evidence = Evidence::default();
    for Pasted { context, by, at } in found.iter().take(SHOWN) {
        let setting = format!("script in {} line {}", at.path, at.line);
        let pastes = match by {
            Some(name) => format!("pastes {context}, given as {name}"),
            None => format!("pastes {context}"),
        };
        evidence = evidence
            .and(setting, pastes, CONTENTS.name)
            .expected("an environment variable");
    }
    if found.len() > SHOWN {
        evidence = evidence.note(format!("and {} more", found.len() - SHOWN));
    }
    let context = first.by.as_deref().unwrap_or(&first.context);
    let remediation = remediation(context, &first.at.path);
    Ok(Verdict::Fail(evidence.at(first.at), remediation))
}

/// What the script of a step pastes of an outsider's.
fn pasted(placed: &Placed<'_>) -> impl Iterator<Item = Pasted> {
    placed.step.injected.iter().flat_map(|injected| {
        let held = given_in([&injected.context], &placed.given).into_iter();
        let untrusted = held.filter(|(context, _)| is_untrusted(context));
        untrusted.map(|(context, by)| Pasted {
            context,
            by,
            at: placed.at(injected.at),
        })
    })
}

/// What of an outsider's a step gives to an action of another repository.
fn given_away(placed: &Placed<'_>) -> impl Iterator<Item = String> {
    let uses = placed.step.uses.as_deref();
    // a checkout takes a branch by its name, and runs nothing of it
    let uses = uses.filter(|uses| {
        LocalAction::folder_of(uses).is_none() && !uses.starts_with("actions/checkout@")
    });
    let passed = placed.step.passed.values().flatten();
    let held = given_in(passed, &placed.given).into_iter();
    let untrusted = held.filter(|(context, _)| is_untrusted(context));
    uses.into_iter()
        .zip(untrusted)
        .map(|(uses, (context, _))| format!("{uses} is given {context}"))
}

fn remediation(context: &str, path: &str) -> Remediation {
    let text = format!(
        "        env:\n          VALUE: ${{{{ {context} }}}}\n        run: |\n          echo \"$VALUE\"\n"
    );
    Remediation::new("give the value to the script through an environment variable, which a shell does not read as code")
        .step(Step::edit(format!("In the step of {path}, instead of ${{{{ {context} }}}} in the script"), text))
        .link("https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks")
}
