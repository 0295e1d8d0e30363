//! `iam can`: whether policies allow a call, and by which statement.

mod answer;
mod federated;
mod keys;

use std::path::PathBuf;
use std::process::ExitCode;

use harden_core::one_line;
use harden_iam::{Attached, Position, table};
use serde::Serialize;

use super::{input, policy, write_json};
use crate::args::ListFormat;
use crate::args::iam::CanArgs;
use crate::failure::Failure;
use crate::output::{self, note};
use answer::{Answer, Decision, can};
use keys::Keys;

#[derive(Serialize)]
struct Document<'a> {
    harden_iam_can: u32,
    action: &'a str,
    resource: &'a str,
    #[serde(flatten)]
    answer: Answer,
}

pub(super) fn run(args: &CanArgs) -> Result<ExitCode, Failure> {
    let files = args.files.iter().chain(&args.context);
    let mut inputs = input::read(files.map(PathBuf::as_path))?;
    let keys = match args.context.as_ref().and_then(|_| inputs.pop()) {
        Some(input) => read_keys(&input)?,
        None => Keys::default(),
    };
    let (mut policies, mut documents, mut of_resource) = (Vec::new(), Vec::new(), Vec::new());
    for input in &inputs {
        for document in input.documents()? {
            let policy = policy::parse(input, &document)?;
            let name = input.name(&document);
            if policy
                .statements()
                .iter()
                .any(|one| one.principal().is_some())
            {
                of_resource.push(name.clone());
            }
            policies.push(Attached::new(name, policy));
            documents.push(document);
        }
    }
    if of_resource.len() > 1 {
        return Err(Failure::new(format!(
            "more than one policy has a Principal: {}",
            of_resource.join(", ")
        ))
        .help("a call is about one resource: give the policy of that resource only"));
    }
    let mut answer = can(
        &policies,
        &args.action,
        &args.resource,
        &keys,
        args.principal.as_deref(),
    );
    let decides = policies
        .iter()
        .zip(&documents)
        .find(|(policy, _)| Some(&policy.name) == answer.policy.as_ref());
    if let (Some((_, document)), Some(line), Some(column)) = (decides, answer.line, answer.column) {
        let at = document.position_in_text(Position { line, column });
        (answer.line, answer.column) = (Some(at.line), Some(at.column));
    }
    if answer.decision != Decision::Undetermined {
        note_unknown_action(&args.action);
    }
    let code = match answer.decision {
        Decision::Allowed => 0,
        Decision::ImplicitlyDenied | Decision::ExplicitlyDenied => 1,
        Decision::Undetermined => 3,
    };
    let document = Document {
        harden_iam_can: 1,
        action: &args.action,
        resource: &args.resource,
        answer,
    };
    output::content_to_stdout(args.format.into(), |out| match args.format {
        ListFormat::Json => write_json(&document, out),
        ListFormat::Text => out.write_all(document.text().as_bytes()),
    })?;
    Ok(ExitCode::from(code))
}

fn read_keys(input: &input::Input) -> Result<Keys, Failure> {
    Keys::parse(&input.text).map_err(|error| {
        let source = std::error::Error::source(&error);
        let source = source.map_or_else(String::new, |source| format!(": {source}"));
        Failure::new(format!("{}: {error}{source}", input.shown))
            .help("write the keys as an object: {\"aws:SourceIp\": \"203.0.113.7\"}")
    })
}

/// A denial of an action that does not exist is correct, but is probably a typing error.
fn note_unknown_action(action: &str) {
    let (prefix, name) = action.split_once(':').unwrap_or_default();
    let known = table::service(&prefix.to_ascii_lowercase())
        .is_some_and(|service| service.action(name).is_some());
    if !known {
        note(&format!("note: AWS's reference has no action {action}"));
    }
}

impl Document<'_> {
    fn text(&self) -> String {
        let answer = &self.answer;
        let decision = match answer.decision {
            Decision::Allowed => "allowed",
            Decision::ImplicitlyDenied => "implicitly denied",
            Decision::ExplicitlyDenied => "explicitly denied",
            Decision::Undetermined => "undetermined",
        };
        let mut text = format!("{decision}: {}\n", one_line(&answer.why, 2000));
        if let (Some(policy), Some(line), Some(column)) =
            (&answer.policy, answer.line, answer.column)
        {
            text.push_str(&format!("  at {policy}, line {line}, column {column}\n"));
        }
        if !answer.missing.is_empty() {
            let missing = one_line(&answer.missing.join(", "), 1000);
            text.push_str(&format!(
                "  not given, and therefore not in the request: {missing}\n"
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests;
