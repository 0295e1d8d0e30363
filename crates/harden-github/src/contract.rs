//! The judge of the checks of missing secrets and missing variables.

use harden_core::{Evidence, Judgement, Known, Location, Remediation, Step, Unknown, Verdict};

use crate::operation::{CONTENTS, SECRETS, VARIABLES};
use crate::policy::GithubPolicy;
use crate::remediations::gh_in;
use crate::resources::workflow::Context;
use crate::views::{Contract, NotPassed, ReadNames};

/// How many names the evidence lists.
const SHOWN: usize = 10;

/// Secrets or variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Secrets,
    Variables,
}

impl Store {
    fn context(self) -> Context {
        match self {
            Self::Secrets => Context::Secrets,
            Self::Variables => Context::Vars,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Secrets => "secret",
            Self::Variables => "variable",
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::Secrets => SECRETS.name,
            Self::Variables => VARIABLES.name,
        }
    }
}

/// A name that is missing, and what reads or requires it.
struct Missing {
    name: String,
    by: String,
    at: Option<Location>,
    /// The environment of the job that reads it, if it has one.
    environment: Option<String>,
    /// The call that does not pass it, if that is the reason.
    not_passed: Option<NotPassed>,
}

/// Compares the names that are read or required with the names that exist.
pub(crate) fn judge_contract(
    contract: &Contract,
    store: Store,
    required: &[String],
    policy: &GithubPolicy,
) -> Judgement {
    let reads = contract.reads(store.context());
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
                by: "required by the policy".to_owned(),
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
                    by: format!("read by {} line {}", read.at.path, read.at.line),
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
                "no workflow reads a {}, and the policy does not require one",
                store.word()
            )));
        }
        let mut names: Vec<&str> = reads.names.iter().map(String::as_str).collect();
        names.extend(required.iter().map(String::as_str));
        names.sort_unstable();
        names.dedup();
        let setting = format!("{}s that are read or required", store.word());
        let names = if names.is_empty() {
            "only computed names".to_owned()
        } else {
            names.join(", ")
        };
        let evidence = Evidence::of(setting, names, CONTENTS.name);
        return Ok(Verdict::Pass(note_unused(
            evidence, contract, &reads, store, required,
        )));
    }
    let mut evidence = Evidence::default();
    for one in missing.iter().take(SHOWN) {
        let (found, source) = match &one.not_passed {
            Some(call) => (
                format!(
                    "not passed by the job {} of {}, {}",
                    call.job, call.path, one.by
                ),
                CONTENTS.name,
            ),
            None => (format!("missing, {}", one.by), store.source()),
        };
        evidence = evidence
            .and(one.name.clone(), found, source)
            .expected(expected(one));
    }
    if missing.len() > SHOWN {
        evidence = evidence.note(format!("and {} more", missing.len() - SHOWN));
    }
    if let Some(unknown) = &reads.unread {
        evidence = evidence.note(format!("more can be missing: {}", unknown.message));
    }
    if let Some(at) = missing.iter().find_map(|one| one.at.clone()) {
        evidence = evidence.at(at);
    }
    let evidence = note_unused(evidence, contract, &reads, store, required);
    Ok(Verdict::Fail(
        evidence,
        remediation(contract, &missing, store, policy),
    ))
}

fn expected(one: &Missing) -> String {
    if one.not_passed.is_some() {
        return "passed under `secrets`".to_owned();
    }
    match &one.environment {
        Some(environment) => {
            format!("in the repository, its environment {environment} or the organization")
        }
        None => "in the repository or the organization".to_owned(),
    }
}

/// Adds a note with the names that no workflow reads. Where more may be read than is known, there is
/// no such note: it would invite to delete a name that is in use.
fn note_unused(
    evidence: Evidence,
    contract: &Contract,
    reads: &ReadNames,
    store: Store,
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
        "no workflow reads these {}s: {}",
        store.word(),
        unread.join(", ")
    ))
}

fn remediation(
    contract: &Contract,
    missing: &[Missing],
    store: Store,
    policy: &GithubPolicy,
) -> Remediation {
    let word = store.word();
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
                    format!("Declare it under `workflow_call:` in {path}: only declared secrets can be passed"),
                    format!(
                        "    secrets:\n      {}:\n        required: true\n",
                        one.name
                    ),
                ));
            }
        }
        let exists = one
            .not_passed
            .as_ref()
            .is_some_and(|call| call.seen != Known::Yes(false));
        if exists || set.contains(&&*one.name) {
            continue;
        }
        set.push(&one.name);
        let argv = gh_in(&[word, "set"], &one.name, &contract.repository, policy);
        let permissions: &'static [&'static str] = match store {
            Store::Secrets => &["secrets=write"],
            Store::Variables => &["actions_variables=write"],
        };
        let title = format!("Set {}; the command asks for the value", one.name);
        to = to.step(Step::command(title, argv, permissions));
    }
    to.link(match store {
        Store::Secrets => "https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets",
        Store::Variables => "https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-variables",
    })
}
