//! `iam lint`: finds errors in policies.

mod document;
mod filter;
mod role;

use document::{Document, DocumentResult};
use filter::Filter;
use role::Group;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use harden_iam::deployment::{self, Deployment, RoleReview, TrustPolicy};
use harden_iam::lint::{Finding, PolicyType, Rule};
use harden_iam::{Attached, Identity, OrganizationLevel};
use harden_runner::Report;
use serde::Serialize;

use super::input::{self, Input};
use super::report::{self, Found};
use super::{CommandResult, Outputs, Style, text, write_json};
use crate::args::iam::LintArgs;
use crate::failure::Failure;

pub(super) fn run(args: &LintArgs) -> Result<ExitCode, Failure> {
    let outputs = Outputs::open(&args.judge)?;
    let mut inputs = input::read_all(args.judge.files.iter().map(PathBuf::as_path))?;
    let mut kinds = vec![args.kind.as_deref().and_then(PolicyType::parse); inputs.len()];
    for (files, kind) in [
        (&args.boundary, PolicyType::Boundary),
        (&args.scp, PolicyType::ServiceControl),
    ] {
        let limits = input::read(files.iter().map(PathBuf::as_path))?;
        kinds.extend(vec![Some(kind); limits.len()]);
        inputs.extend(limits);
    }
    let options = Options {
        kinds,
        role: args.role || !args.boundary.is_empty() || !args.scp.is_empty(),
        deployments: named_deployments(args),
        filter: Filter::read(args)?,
    };
    let lint = Lint::of(inputs, &options)?;
    outputs.write(&lint)?;
    let code = lint.report.exit_code(args.judge.fail_on.severity(), false);
    Ok(code.into())
}

/// What the arguments state about the files.
struct Options {
    /// The stated type of each file's policies.
    kinds: Vec<Option<PolicyType>>,
    /// Whether the policies belong to one role.
    role: bool,
    deployments: Option<Vec<Deployment>>,
    filter: Filter,
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
    fn of(inputs: Vec<Input>, options: &Options) -> Result<Self, Failure> {
        let (all, mut found) = read_documents(&inputs, options)?;
        let groups = role::groups(&inputs, &all, options.role);
        let mut documents: Vec<DocumentResult> = all.iter().map(Document::empty_result).collect();
        let mut findings: Vec<Vec<Finding>> = all.iter().map(Document::findings).collect();
        for group in &groups {
            review_group(group, &all, options, &mut documents, &mut findings);
        }
        for (document, findings) in all.iter().zip(findings) {
            found.extend(
                findings.into_iter().map(|finding| {
                    Found::new(&inputs, document.input, &document.document, finding)
                }),
            );
        }
        found.sort_by_key(|one| one.input);
        let found = filter::combine(found);
        let found: Vec<Found> = found
            .into_iter()
            .filter(|one| options.filter.keeps(one))
            .collect();
        for one in &found {
            let mut of_file = all.iter().zip(&mut documents);
            let own = of_file.find(|(document, _)| {
                document.input == one.input && document.document.name == one.document
            });
            own.into_iter()
                .for_each(|(_, result)| result.count(one.finding.level()));
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

/// The documents of all files. A file without a policy is a finding, unless all files are like that.
fn read_documents<'a>(
    inputs: &'a [Input],
    options: &Options,
) -> Result<(Vec<Document<'a>>, Vec<Found>), Failure> {
    let (mut all, mut found, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    for (at, input) in inputs.iter().enumerate() {
        let failure = match (&input.fault, input.documents()) {
            (Some(fault), _) => fault.to_string(),
            (None, Ok(documents)) => {
                let kind = options.kinds.get(at).copied().flatten();
                let documents = documents
                    .into_iter()
                    .map(|one| Document::read(at, input, one, kind));
                // A folder has other files as well, such as package.json.
                all.extend(documents.filter(|one| {
                    !input.from_folder || one.policy.is_ok() || input.text.contains("\"Statement\"")
                }));
                continue;
            }
            (None, Err(_)) if input.from_folder => continue,
            (None, Err(failure)) => {
                let message = failure.to_string();
                failures.push(failure);
                message
            }
        };
        let finding = Finding::new(Rule::Malformed, format!("{failure}."));
        found.push(Found {
            file: input.shown.clone(),
            document: None,
            finding,
            input: at,
        });
    }
    match failures.into_iter().next() {
        Some(failure) if all.is_empty() => Err(failure),
        _ => Ok((all, found)),
    }
}

/// Reviews the policies of one role together.
fn review_group(
    group: &Group,
    all: &[Document<'_>],
    options: &Options,
    documents: &mut [DocumentResult],
    findings: &mut [Vec<Finding>],
) {
    let attached = |places: &[usize]| -> Vec<Attached> {
        let policies = places.iter().filter_map(|at| all.get(*at)?.attached());
        policies.collect()
    };
    let of_type = |kind| -> Vec<usize> {
        let all = all.iter().enumerate();
        let own = all.filter(|(_, one)| one.policy_type == Some(kind));
        own.map(|(at, _)| at).collect()
    };
    let mut identity = Identity::new(attached(&group.policies));
    let mut boundary = group.boundary.clone();
    if options.role {
        boundary.extend(of_type(PolicyType::Boundary));
        for at in of_type(PolicyType::ServiceControl) {
            identity.service_control.push(OrganizationLevel {
                name: "account".to_owned(),
                policies: attached(&[at]),
            });
        }
    }
    if !boundary.is_empty() {
        identity.boundary = Some(attached(&boundary));
    }
    let deployments = match &options.deployments {
        None if !group.whole => Some(&[][..]),
        deployments => deployments.as_deref(),
    };
    // A trust policy among the files has its own findings: the role does not lack one.
    let trust = if of_type(PolicyType::Trust).is_empty() {
        TrustPolicy::Missing
    } else {
        TrustPolicy::NotChecked
    };
    let review = review(&identity, group.arn.as_deref(), trust, deployments);
    let names: Vec<&str> = review.deployments.iter().map(|one| one.as_str()).collect();
    for at in &group.policies {
        if let Some(result) = documents.get_mut(*at) {
            result.deployments.clone_from(&names);
        }
    }
    // A finding about the role as a whole is reported at its last policy. A managed policy can belong to
    // several roles: what is the same for them is reported once.
    for (place, finding) in review.findings {
        let at = place.map_or(group.policies.last(), |place| group.policies.get(place));
        if let Some(own) = at.and_then(|at| findings.get_mut(*at))
            && !own.contains(&finding)
        {
            own.push(finding);
        }
    }
    let last = group.policies.last().and_then(|at| documents.get_mut(*at));
    if let (Some(result), Some(least)) = (last, review.least) {
        result.least = Some(least.policy);
        result.placeholders = least.placeholders;
        result.role.clone_from(&group.policies);
    }
}

/// Reviews all policies of one role.
fn review(
    identity: &Identity,
    arn: Option<&str>,
    trust: TrustPolicy<'_>,
    deployments: Option<&[Deployment]>,
) -> RoleReview {
    let deployments =
        deployments.map_or_else(|| deployment::infer_deployments(identity), <[_]>::to_vec);
    // A missing trust policy matters only if the role is known to belong to a deployment.
    let trust = if deployments.is_empty() {
        TrustPolicy::NotChecked
    } else {
        trust
    };
    deployment::review_identity(identity, arn, trust, Some(&deployments), None)
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
