//! `iam lint`: finds errors in policies.

mod document;

use document::{Document, DocumentResult};

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use harden_iam::deployment::{self, Deployment, RoleReview, TrustPolicy};
use harden_iam::lint::{Finding, PolicyType};
use harden_iam::{Attached, Identity};
use harden_runner::Report;
use serde::Serialize;

use super::input::{self, Input};
use super::report::{self, Found};
use super::{CommandResult, Outputs, Style, text, write_json};
use crate::args::iam::LintArgs;
use crate::failure::Failure;

pub(super) fn run(args: &LintArgs) -> Result<ExitCode, Failure> {
    let outputs = Outputs::open(&args.judge)?;
    let inputs = input::read(args.judge.files.iter().map(PathBuf::as_path))?;
    let lint = Lint::of(inputs, args.role, named_deployments(args).as_deref())?;
    outputs.write(&lint)?;
    let code = lint.report.exit_code(args.judge.fail_on.severity(), false);
    Ok(code.into())
}

/// The deployments that the options name; the empty list for `none`, and `None` without the option.
fn named_deployments(args: &LintArgs) -> Option<Vec<Deployment>> {
    let named = args.deployment.iter();
    let deployments = named.filter_map(|name| Deployment::parse(name)).collect();
    (!args.deployment.is_empty()).then_some(deployments)
}

/// The results of all files.
struct Lint {
    inputs: Vec<Input>,
    documents: Vec<DocumentResult>,
    found: Vec<Found>,
    report: Report,
}

impl Lint {
    fn of(
        inputs: Vec<Input>,
        role: bool,
        deployments: Option<&[Deployment]>,
    ) -> Result<Self, Failure> {
        let mut all = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            let documents = input.documents()?;
            all.extend(
                documents
                    .into_iter()
                    .map(|one| Document::read(at, input, one)),
            );
        }
        let of_type = |wanted| {
            let all = all.iter().enumerate();
            all.filter(move |(_, one)| one.policy_type == Some(wanted))
                .map(|(at, _)| at)
                .collect::<Vec<usize>>()
        };
        // A trust policy among the files has its own findings: the role does not lack one.
        let trust = if of_type(PolicyType::Trust).is_empty() {
            TrustPolicy::Missing
        } else {
            TrustPolicy::NotChecked
        };
        let identities = of_type(PolicyType::Identity);
        let groups: Vec<Vec<usize>> = if role {
            vec![identities]
        } else {
            identities.into_iter().map(|at| vec![at]).collect()
        };
        let mut documents: Vec<DocumentResult> = all.iter().map(Document::empty_result).collect();
        let mut findings: Vec<Vec<Finding>> = all.iter().map(Document::findings).collect();
        for group in groups.iter().filter(|group| !group.is_empty()) {
            // An answer with several policies does not state which of them belong to one role, so
            // no deployment is inferred from one policy alone.
            let alone = |at: &usize| {
                let input = all.get(*at).map(|one| one.input);
                all.iter().filter(|one| Some(one.input) == input).count() == 1
            };
            let deployments = match deployments {
                None if !role && !group.iter().all(alone) => Some(&[][..]),
                deployments => deployments,
            };
            let policies: Vec<Attached> = group
                .iter()
                .filter_map(|at| all.get(*at)?.attached())
                .collect();
            let review = review(&policies, trust, deployments);
            let names: Vec<&str> = review.deployments.iter().map(|one| one.as_str()).collect();
            for at in group {
                if let Some(result) = documents.get_mut(*at) {
                    result.deployments.clone_from(&names);
                }
            }
            // A finding about the role as a whole is reported at its last policy.
            for (place, finding) in review.findings {
                let at = place.map_or(group.last(), |place| group.get(place));
                let of_document = at.and_then(|at| findings.get_mut(*at));
                of_document
                    .into_iter()
                    .for_each(|all| all.push(finding.clone()));
            }
            let last = group.last().and_then(|at| documents.get_mut(*at));
            if let (Some(result), Some(least)) = (last, review.least) {
                result.least = Some(least.policy);
                result.placeholders = least.placeholders;
                result.role.clone_from(group);
            }
        }
        let mut found = Vec::new();
        for ((document, result), findings) in all.iter().zip(&mut documents).zip(findings) {
            for finding in findings {
                result.count(finding.level());
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

/// Reviews all policies of one role.
fn review(
    policies: &[Attached],
    trust: TrustPolicy<'_>,
    deployments: Option<&[Deployment]>,
) -> RoleReview {
    let identity = Identity::new(policies.iter().cloned());
    let deployments =
        deployments.map_or_else(|| deployment::infer_deployments(&identity), <[_]>::to_vec);
    // A missing trust policy matters only if the role is known to belong to a deployment.
    let trust = if deployments.is_empty() {
        TrustPolicy::NotChecked
    } else {
        trust
    };
    deployment::review_role(policies, trust, Some(&deployments), None)
}

impl Lint {
    /// Writes the least-privilege policy, if the policies of the role have errors or warnings.
    fn write_least_policy(&self, result: &DocumentResult, out: &mut dyn Write) -> io::Result<()> {
        let Some(least) = &result.least else {
            return Ok(());
        };
        let of_role = result.role.iter().filter_map(|at| self.documents.get(*at));
        if of_role.clone().all(DocumentResult::is_clean) {
            return Ok(());
        }
        let names: Vec<&str> = of_role.map(|one| one.shown.as_str()).collect();
        writeln!(
            out,
            "The least-privilege policy for this deployment, instead of {}:\n\n{least:#}\n",
            names.join(", ")
        )?;
        if !result.placeholders.is_empty() {
            writeln!(out, "Fill in {}.\n", result.placeholders.join(", "))?;
        }
        Ok(())
    }
}

impl CommandResult for Lint {
    fn text(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        for found in &self.found {
            if let Some(input) = self.inputs.get(found.input) {
                text::finding(input, found, style, out)?;
            }
        }
        for result in &self.documents {
            self.write_least_policy(result, out)?;
        }
        for result in &self.documents {
            writeln!(out, "{}", result.summary())?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Findings<'a> {
            harden_iam_lint: u32,
            findings: &'a [Found],
            documents: &'a [DocumentResult],
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
