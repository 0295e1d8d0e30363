//! `iam lint`: what is wrong with policies.

mod document;

use document::{Document, Judged};

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use harden_iam::deployment::{self, Kind as Deployment, RoleReview, Trust};
use harden_iam::lint::{Finding, Kind};
use harden_iam::{Attached, Identity};
use harden_runner::Report;
use serde::Serialize;

use super::input::{self, Input};
use super::report::{self, Found};
use super::{Outputs, Style, Told, text, write_json};
use crate::args::iam::LintArgs;
use crate::failure::Failure;

pub(super) fn run(args: &LintArgs) -> Result<ExitCode, Failure> {
    let outputs = Outputs::open(&args.judge)?;
    let inputs = input::read(args.judge.files.iter().map(PathBuf::as_path))?;
    let lint = Lint::of(inputs, args.role, kinds(args).as_deref())?;
    outputs.write(&lint)?;
    let code = lint.report.exit_code(args.judge.fail_on.severity(), false);
    Ok(ExitCode::from(code as u8))
}

/// The deployments that the options name; none of them is `none`.
fn kinds(args: &LintArgs) -> Option<Vec<Deployment>> {
    let named = args.deployment.iter();
    let kinds = named.filter_map(|name| Deployment::parse(name)).collect();
    (!args.deployment.is_empty()).then_some(kinds)
}

/// What was found in all files.
struct Lint {
    inputs: Vec<Input>,
    documents: Vec<Judged>,
    found: Vec<Found>,
    report: Report,
}

impl Lint {
    fn of(inputs: Vec<Input>, role: bool, kinds: Option<&[Deployment]>) -> Result<Self, Failure> {
        let mut all = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            let documents = input.documents()?;
            all.extend(
                documents
                    .into_iter()
                    .map(|one| Document::read(at, input, one)),
            );
        }
        let of_kind = |kind| {
            let all = all.iter().enumerate();
            all.filter(move |(_, one)| one.kind == Some(kind))
                .map(|(at, _)| at)
                .collect::<Vec<usize>>()
        };
        // it is judged as a document of its own
        let trust = if of_kind(Kind::Trust).is_empty() {
            Trust::Missing
        } else {
            Trust::Unasked
        };
        let identities = of_kind(Kind::Identity);
        let groups: Vec<Vec<usize>> = if role {
            vec![identities]
        } else {
            identities.into_iter().map(|at| vec![at]).collect()
        };
        let mut documents: Vec<Judged> = all.iter().map(Document::judged).collect();
        let mut findings: Vec<Vec<Finding>> = all.iter().map(Document::findings).collect();
        for group in groups.iter().filter(|group| !group.is_empty()) {
            // of an answer that holds several nobody says which are of one role
            let alone = |at: &usize| {
                let input = all.get(*at).map(|one| one.input);
                all.iter().filter(|one| Some(one.input) == input).count() == 1
            };
            let kinds = match kinds {
                None if !role && !group.iter().all(alone) => Some(&[][..]),
                kinds => kinds,
            };
            let policies: Vec<Attached> = group
                .iter()
                .filter_map(|at| all.get(*at)?.attached())
                .collect();
            let review = judge(&policies, trust, kinds);
            let names: Vec<&str> = review.kinds.iter().map(|kind| kind.as_str()).collect();
            for at in group {
                if let Some(judged) = documents.get_mut(*at) {
                    judged.deployments.clone_from(&names);
                }
            }
            // what is wrong with all of them together is told of the last
            for (place, finding) in review.findings {
                let at = place.map_or(group.last(), |place| group.get(place));
                let of_document = at.and_then(|at| findings.get_mut(*at));
                of_document
                    .into_iter()
                    .for_each(|all| all.push(finding.clone()));
            }
            let last = group.last().and_then(|at| documents.get_mut(*at));
            if let (Some(judged), Some(least)) = (last, review.least) {
                judged.least = Some(least.policy);
                judged.inputs = least.inputs;
                judged.role.clone_from(group);
            }
        }
        let mut found = Vec::new();
        for ((document, judged), findings) in all.iter().zip(&mut documents).zip(findings) {
            for finding in findings {
                judged.count(finding.grade());
                found.push(Found::new(
                    &inputs,
                    document.input,
                    &document.document,
                    finding,
                ));
            }
        }
        drop(all);
        Ok(Self {
            report: report::of("lint", &inputs, &found),
            inputs,
            documents,
            found,
        })
    }
}

/// A role's policies, with what is missing beside them.
fn judge(policies: &[Attached], trust: Trust<'_>, kinds: Option<&[Deployment]>) -> RoleReview {
    let identity = Identity::new(policies.iter().cloned());
    let kinds = kinds.map_or_else(|| deployment::infer(&identity), <[_]>::to_vec);
    // that there is no trust policy matters where the role is known to be a deployment's
    let trust = if kinds.is_empty() {
        Trust::Unasked
    } else {
        trust
    };
    deployment::review_role(policies, trust, Some(&kinds), None)
}

impl Lint {
    /// The policy to have instead, where there is something wrong with those that are there.
    fn least(&self, judged: &Judged, out: &mut dyn Write) -> io::Result<()> {
        let Some(least) = &judged.least else {
            return Ok(());
        };
        let of_role = judged.role.iter().filter_map(|at| self.documents.get(*at));
        if of_role.clone().all(Judged::is_fine) {
            return Ok(());
        }
        let names: Vec<&str> = of_role.map(|one| one.shown.as_str()).collect();
        writeln!(
            out,
            "Instead of {}, the least policy for this deployment:\n\n{least:#}\n",
            names.join(", ")
        )?;
        if !judged.inputs.is_empty() {
            writeln!(out, "Fill in {}.\n", judged.inputs.join(", "))?;
        }
        Ok(())
    }
}

impl Told for Lint {
    fn text(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        for found in &self.found {
            if let Some(input) = self.inputs.get(found.input) {
                text::finding(input, found, style, out)?;
            }
        }
        for judged in &self.documents {
            self.least(judged, out)?;
        }
        for judged in &self.documents {
            writeln!(out, "{}", judged.summary())?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Findings<'a> {
            harden_iam_lint: u32,
            findings: &'a [Found],
            documents: &'a [Judged],
        }
        let document = Findings {
            harden_iam_lint: 1,
            findings: &self.found,
            documents: &self.documents,
        };
        write_json(&document, out)
    }

    fn report(&self) -> &Report {
        &self.report
    }
}
