//! What the checks of secrets and of variables share.

use harden_core::{Evidence, Judgement, Known, Location, Remediation, Step, Unknown, Verdict};

use crate::GithubPolicy;
use crate::operation::{CONTENTS, SECRETS, VARIABLES};
use crate::remediations::gh_in;
use crate::resources::workflow::Context;
use crate::views::{Contract, NotPassed, Reads};

/// How many are named in the evidence.
const SHOWN: usize = 10;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Secret,
    Variable,
}

impl What {
    fn context(self) -> Context {
        match self {
            Self::Secret => Context::Secrets,
            Self::Variable => Context::Vars,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Variable => "variable",
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::Secret => SECRETS.name,
            Self::Variable => VARIABLES.name,
        }
    }
}

/// A name that is missing, who wants it, and where.
struct Missing {
    name: String,
    by: String,
    at: Option<Location>,
    /// The environment of the job that reads it, where it has one.
    environment: Option<String>,
    /// The call that does not pass it, where that is what is wrong.
    not_passed: Option<NotPassed>,
}

/// Judges what is read and required against what there is.
pub(crate) fn judge_contract(
    contract: &Contract,
    what: What,
    required: &[String],
    policy: &GithubPolicy,
) -> Judgement {
    let reads = contract.reads(what.context());
    let mut missing: Vec<Missing> = Vec::new();
    let mut unknown: Option<Unknown> = None;
    let production = policy.workflows.production_environment.clone();
    for name in required {
        let upper = name.to_ascii_uppercase();
        match contract
            .levels
            .sees(&upper, &Known::Yes(vec![production.clone()]))
        {
            Known::Yes(true) => {}
            Known::Yes(false) => missing.push(Missing {
                name: upper,
                by: "the policy".to_owned(),
                at: None,
                environment: None,
                not_passed: None,
            }),
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    for read in &reads.all {
        match &read.exists {
            Known::Yes(true) => {}
            Known::Yes(false)
                if missing
                    .iter()
                    .any(|m| m.name == read.name && m.not_passed == read.not_passed) => {}
            Known::Yes(false) => {
                let environments = read.environments.ok();
                missing.push(Missing {
                    name: read.name.clone(),
                    by: format!("{} line {}", read.at.path, read.at.line),
                    at: Some(read.at.clone()),
                    environment: environments.and_then(|names| names.first()).cloned(),
                    not_passed: read.not_passed.clone(),
                });
            }
            Known::No(reason) => {
                unknown.get_or_insert_with(|| (**reason).clone());
            }
        }
    }
    if missing.is_empty() {
        if let Some(unknown) = unknown.or_else(|| reads.unread.clone()) {
            return Err(unknown);
        }
        if reads.names.is_empty() && required.is_empty() && !reads.open {
            return Ok(Verdict::not_applicable(format!(
                "no workflow reads a {}, and the policy requires none",
                what.word()
            )));
        }
        let mut names: Vec<&str> = reads.names.iter().map(String::as_str).collect();
        names.extend(required.iter().map(String::as_str));
        names.sort_unstable();
        names.dedup();
        let setting = format!("{}s that are read or required", what.word());
        let names = if names.is_empty() {
            "only by computed names".to_owned()
        } else {
            names.join(", ")
        };
        let evidence = Evidence::of(setting, names, CONTENTS.name);
        return Ok(Verdict::Pass(told(
            evidence, contract, &reads, what, required,
        )));
    }
    let mut evidence = Evidence::default();
    for one in missing.iter().take(SHOWN) {
        let (found, source) = match &one.not_passed {
            Some(call) => (
                format!(
                    "not passed by the job {} of {}, read by {}",
                    call.job, call.path, one.by
                ),
                CONTENTS.name,
            ),
            None => (format!("absent, read by {}", one.by), what.source()),
        };
        evidence = evidence
            .and(one.name.clone(), found, source)
            .expected(wanted(one));
    }
    if missing.len() > SHOWN {
        evidence = evidence.note(format!("and {} more", missing.len() - SHOWN));
    }
    if let Some(at) = missing.iter().find_map(|one| one.at.clone()) {
        evidence = evidence.at(at);
    }
    let evidence = told(evidence, contract, &reads, what, required);
    Ok(Verdict::Fail(
        evidence,
        remediation(contract, &missing, what, policy),
    ))
}

fn wanted(one: &Missing) -> String {
    if one.not_passed.is_some() {
        return "passed under `secrets`".to_owned();
    }
    match &one.environment {
        Some(environment) => {
            format!("in the repository, its environment {environment}, or the organization")
        }
        None => "in the repository or the organization".to_owned(),
    }
}

/// Adds which names nothing reads, where that can be told.
fn told(
    evidence: Evidence,
    contract: &Contract,
    reads: &Reads,
    what: What,
    required: &[String],
) -> Evidence {
    let Some(own) = contract
        .levels
        .repository
        .ok()
        .filter(|_| !reads.open && reads.unread.is_none())
    else {
        return evidence;
    };
    let unread: Vec<&str> = own
        .iter()
        .filter(|name| !reads.names.contains(*name))
        .filter(|name| !required.iter().any(|r| r.eq_ignore_ascii_case(name)))
        .map(String::as_str)
        .collect();
    if unread.is_empty() {
        return evidence;
    }
    evidence.note(format!(
        "no workflow reads the {}s {}",
        what.word(),
        unread.join(", ")
    ))
}

fn remediation(
    contract: &Contract,
    missing: &[Missing],
    what: What,
    policy: &GithubPolicy,
) -> Remediation {
    let word = what.word();
    let mut to = Remediation::new(match missing {
        [one] if one.not_passed.is_some() => format!("pass the {word} {}", one.name),
        [one] => format!("set the {word} {}", one.name),
        several => format!("set the {} {word}s that are missing", several.len()),
    });
    let mut set: Vec<&str> = Vec::new();
    for one in missing {
        if let Some(call) = &one.not_passed {
            to = to.step(Step::edit(
                format!("Pass {} in the job {} of {}", one.name, call.job, call.path),
                format!(
                    "    secrets:\n      {0}: ${{{{ secrets.{0} }}}}\n",
                    one.name
                ),
            ));
            if let Some(path) = &call.undeclared {
                to = to.step(Step::edit(
                    format!("Declare it under `workflow_call:` in {path}: no other can be passed"),
                    format!(
                        "    secrets:\n      {}:\n        required: true\n",
                        one.name
                    ),
                ));
            }
        }
        let there = one
            .not_passed
            .as_ref()
            .is_some_and(|call| call.seen != Known::Yes(false));
        if there || set.contains(&&*one.name) {
            continue;
        }
        set.push(&one.name);
        let argv = gh_in(&[word, "set"], &one.name, &contract.repository, policy);
        let permissions: &'static [&'static str] = match what {
            What::Secret => &["secrets=write"],
            What::Variable => &["actions_variables=write"],
        };
        let title = format!("Set {}: the command asks for the value", one.name);
        to = to.step(Step::command(title, argv, permissions));
    }
    to.link(match what {
        What::Secret => "https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets",
        What::Variable => "https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-variables",
    })
}
