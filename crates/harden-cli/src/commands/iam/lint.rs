//! `iam lint`: what is wrong with policies.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use harden_iam::deployment::{self, Kind as Deployment, Trust};
use harden_iam::lint::{self, Finding, Grade, Kind};
use harden_iam::trust;
use harden_iam::{Attached, Identity, Policy};
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
    let lint = Lint::of(inputs, kinds(args).as_deref())?;
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

/// A document, and what else is known of it.
#[derive(Serialize)]
struct Judged {
    /// The file as it was given.
    file: String,
    /// Whose the document is, where the file says so.
    document: Option<String>,
    /// `identity`, `resource` or `trust`; nothing for what is no policy.
    kind: Option<&'static str>,
    /// The deployments that it was judged for.
    deployments: Vec<&'static str>,
    /// The least policy for these.
    least: Option<Policy>,
    /// Names in it that only a person knows, as they stand there (`EXECUTION_ROLE`).
    inputs: Vec<String>,
    /// How many errors, warnings and notes there are.
    #[serde(skip)]
    counts: [usize; 3],
    #[serde(skip)]
    shown: String,
}

impl Lint {
    fn of(inputs: Vec<Input>, kinds: Option<&[Deployment]>) -> Result<Self, Failure> {
        let mut all = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            let documents = input.documents()?;
            all.extend(documents.into_iter().map(|one| (at, one.policy(), one)));
        }
        let has_trust = all.iter().any(|(_, policy, document)| {
            let kind = policy.as_ref().map(|policy| document.kind_of(policy));
            matches!(kind, Ok(Kind::Trust))
        });
        // it is judged as a document of its own
        let trust = if has_trust {
            Trust::Unasked
        } else {
            Trust::Missing
        };
        let (mut documents, mut found) = (Vec::new(), Vec::new());
        for (at, policy, document) in &all {
            let Some(input) = inputs.get(*at) else {
                continue;
            };
            let mut judged = Judged {
                file: input.shown.clone(),
                document: document.name.clone(),
                kind: None,
                deployments: Vec::new(),
                least: None,
                inputs: Vec::new(),
                counts: [0; 3],
                shown: input.name(document),
            };
            let findings = match policy {
                Ok(policy) => judged.judge(policy, document.kind_of(policy), trust, kinds),
                Err(error) => vec![lint::malformed(error)],
            };
            for finding in findings {
                let [errors, warnings, notes] = &mut judged.counts;
                *match finding.grade() {
                    Grade::Error => errors,
                    Grade::Warning => warnings,
                    Grade::Note => notes,
                } += 1;
                found.push(Found::new(&inputs, *at, document, finding));
            }
            documents.push(judged);
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

impl Judged {
    fn judge(
        &mut self,
        policy: &Policy,
        kind: Kind,
        trust: Trust<'_>,
        kinds: Option<&[Deployment]>,
    ) -> Vec<Finding> {
        self.kind = Some(match kind {
            Kind::Trust => "trust",
            Kind::Resource => "resource",
            _ => "identity",
        });
        match kind {
            Kind::Trust => {
                let mut findings = lint::lint(policy, kind);
                findings.extend(trust::Report::of(policy).findings);
                findings
            }
            Kind::Resource => lint::lint(policy, kind),
            _ => {
                let identity = Identity::new([Attached::new("policy", policy.clone())]);
                let kinds = kinds.map_or_else(|| deployment::infer(&identity), <[_]>::to_vec);
                // that there is no trust policy matters where the role is known to be a deployment's
                let trust = if kinds.is_empty() {
                    Trust::Unasked
                } else {
                    trust
                };
                let review = deployment::review(policy, trust, Some(&kinds), None);
                self.deployments = review.kinds.iter().map(|kind| kind.as_str()).collect();
                if let Some(least) = review.least {
                    self.least = Some(least.policy);
                    self.inputs = least.inputs;
                }
                review.findings
            }
        }
    }

    fn summary(&self) -> String {
        let number = |count: usize, word: &str| match count {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        };
        let [errors, warnings, notes] = self.counts;
        let counts: Vec<String> = [
            number(errors, "error"),
            number(warnings, "warning"),
            number(notes, "note"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let counts = if counts.is_empty() {
            "nothing found".to_owned()
        } else {
            counts.join(", ")
        };
        let of = match (self.kind, self.deployments.as_slice()) {
            (Some("identity"), []) => "an identity policy".to_owned(),
            (Some("identity"), kinds) => {
                format!(
                    "an identity policy, judged as all that a deployment ({}) may do",
                    kinds.join(", ")
                )
            }
            (Some("trust"), _) => "a trust policy".to_owned(),
            (Some(_), _) => "a resource policy".to_owned(),
            (None, _) => "no policy".to_owned(),
        };
        format!("{}: {counts}; {of}", self.shown)
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
            let [errors, warnings, _] = judged.counts;
            if let Some(least) = &judged.least
                && errors + warnings > 0
            {
                writeln!(
                    out,
                    "Instead of {}, the least policy for this deployment:\n",
                    judged.shown
                )?;
                writeln!(out, "{least:#}\n")?;
                if !judged.inputs.is_empty() {
                    writeln!(out, "Fill in {}.\n", judged.inputs.join(", "))?;
                }
            }
        }
        for judged in &self.documents {
            writeln!(out, "{}", judged.summary())?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Document<'a> {
            harden_iam_lint: u32,
            findings: &'a [Found],
            documents: &'a [Judged],
        }
        let document = Document {
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
