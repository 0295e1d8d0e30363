//! `iam trust`: who can assume a role with a GitHub Actions token.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use harden_core::one_line;
use harden_iam::lint::PolicyType;
use harden_iam::trust::{self, Assessment, Claims, Grade};
use harden_iam::{Pattern, Policy, Position, Selector};
use harden_runner::{ExitCode as Code, Report};
use serde::Serialize;

use super::input::{self, Input};
use super::intake::Document;
use super::report::{self, Found};
use super::{CommandResult, Outputs, Style, policy, text, write_json};
use crate::args::iam::TrustArgs;
use crate::failure::Failure;

pub(super) fn run(args: &TrustArgs) -> Result<ExitCode, Failure> {
    let outputs = Outputs::open(&args.judge)?;
    let files = args.judge.files.iter().chain(&args.claims);
    let mut inputs = input::read(files.map(PathBuf::as_path))?;
    let claims = match &args.claims {
        Some(_) => inputs.pop().map(|input| claims(&input)).transpose()?,
        None => None,
    };
    let trust = Trusts::of(inputs, claims.as_ref())?;
    outputs.write(&trust)?;
    let findings = trust.report.exit_code(args.judge.fail_on.severity(), false);
    let code = match (findings, trust.admits()) {
        (Code::Failed, _) | (_, Some(Some(false))) => Code::Failed,
        (_, Some(None)) => Code::Unknown,
        // An unknown grade of one statement can be hidden by a wider one of another.
        (code, _) => code,
    };
    Ok(code.into())
}

fn claims(input: &Input) -> Result<Claims, Failure> {
    let text = input.text.trim();
    // A token is a credential: do not parse it, and do not show it.
    if text.starts_with("eyJ") && text.split('.').count() == 3 {
        return Err(
            Failure::new(format!("{} is a token, not its claims", input.shown)).help(
                "the claims are its middle part: `cut -d. -f2 FILE | tr -- -_ +/ | base64 -d`",
            ),
        );
    }
    Claims::parse(text).map_err(|error| {
        let source = std::error::Error::source(&error);
        let source = source.map_or_else(String::new, |source| format!(": {source}"));
        Failure::new(format!("{}: {error}{source}", input.shown)).help(
            "write the claims as an object: {\"sub\": \"repo:acme/shop:ref:refs/heads/main\"}",
        )
    })
}

/// The results of all files.
struct Trusts {
    inputs: Vec<Input>,
    roles: Vec<Role>,
    found: Vec<Found>,
    report: Report,
}

/// A trust policy and its assessment.
#[derive(Serialize)]
struct Role {
    /// The file as it was given.
    file: String,
    /// The name of the role, if the file states it.
    document: Option<String>,
    #[serde(flatten)]
    assessment: Assessment,
    #[serde(skip)]
    shown: String,
}

impl Trusts {
    fn of(inputs: Vec<Input>, claims: Option<&Claims>) -> Result<Self, Failure> {
        let (mut roles, mut found) = (Vec::new(), Vec::new());
        for (at, input) in inputs.iter().enumerate() {
            let before = roles.len();
            for document in input.documents()? {
                if document.policy_type == Some(PolicyType::Identity) {
                    continue;
                }
                let policy = policy::parse(input, &document)?;
                if document.policy_type.is_none() && !is_trust_policy(&policy) {
                    continue;
                }
                let assessment = with_file_positions(&document, trust::assess(&policy, claims));
                let findings = assessment.report.findings.iter().cloned();
                // Their positions are already mapped to the file.
                found.extend(findings.map(|finding| Found {
                    file: input.shown.clone(),
                    document: document.name.clone(),
                    finding,
                    input: at,
                }));
                roles.push(Role {
                    file: input.shown.clone(),
                    document: document.name.clone(),
                    assessment,
                    shown: input.name(&document),
                });
            }
            if roles.len() == before {
                return Err(Failure::new(format!(
                    "{} contains no trust policy: no statement has a Principal and an action of AWS STS",
                    input.shown
                ))
                .help("`aws iam get-role --role-name NAME` prints a role with its trust policy"));
            }
        }
        Ok(Self {
            report: report::of("trust", &inputs, &found),
            inputs,
            roles,
            found,
        })
    }

    /// The role with the widest grade.
    fn widest(&self) -> Option<&Role> {
        let grade = |role: &&Role| role.assessment.report.grade;
        let mut roles = self.roles.iter();
        let first = roles.next()?;
        Some(roles.fold(first, |widest, role| {
            let (a, b) = (grade(&widest), grade(&role));
            if a != b && a.or(b) == b { role } else { widest }
        }))
    }

    /// Whether a role accepts the token: the inner `None` means unknown, the outer one that no token
    /// was given.
    fn admits(&self) -> Option<Option<bool>> {
        let asked = self.roles.iter().map(|role| &role.assessment.admission);
        let answers: Vec<Option<bool>> = asked.flatten().map(|one| one.admits).collect();
        let all = [Some(true), None, Some(false)];
        all.into_iter().find(|answer| answers.contains(answer))
    }
}

/// Whether a policy is a trust policy: a statement has a principal and an action of AWS STS.
fn is_trust_policy(policy: &Policy) -> bool {
    let assumes = |action: &String| {
        action.to_ascii_lowercase().starts_with("sts:")
            || Pattern::action(action).matches("sts:AssumeRoleWithWebIdentity")
    };
    policy.statements().iter().any(|statement| {
        let about_roles = match statement.actions() {
            Selector::Only(actions) => actions.iter().any(assumes),
            Selector::Except(actions) => !actions.iter().any(assumes),
        };
        statement.principal().is_some() && about_roles
    }) || PolicyType::of(policy) == PolicyType::Trust
}

/// The assessment with its positions mapped to the file.
fn with_file_positions(document: &Document<'_>, mut assessment: Assessment) -> Assessment {
    let report = &mut assessment.report;
    if let (Some(line), Some(column)) = (report.line, report.column) {
        let at = document.position_in_text(Position { line, column });
        (report.line, report.column) = (Some(at.line), Some(at.column));
    }
    for finding in &mut report.findings {
        finding.position = finding.position.map(|at| document.position_in_text(at));
    }
    assessment
}

/// Describes a grade.
const fn description(grade: Grade) -> &'static str {
    match grade {
        Grade::Nobody => "no GitHub Actions token can assume the role",
        Grade::Exact => "jobs of one repository in one environment, or on one branch or tag",
        Grade::Workflow => "jobs that call one workflow, from any repository",
        Grade::PullRequests => "pull requests of one repository",
        Grade::Repository => "one repository, on more than one ref",
        Grade::Organization => "repositories of one owner",
        Grade::OtherOrganizations => "repositories of more than one owner",
        Grade::Anybody => "every repository on GitHub",
        Grade::Unknown => "who can assume the role could not be determined",
    }
}

impl Role {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = &self.assessment.report;
        writeln!(
            out,
            "{}: {}: {}",
            self.shown,
            report.grade.as_str(),
            description(report.grade)
        )?;
        if let Some(statement) = report.statement {
            let place = match (report.line, report.column) {
                (Some(line), Some(column)) => format!(", line {line}, column {column}"),
                _ => String::new(),
            };
            let value = match &report.value {
                Some(value) => format!("`{}`", one_line(value, 200)),
                None => "no condition limits it".to_owned(),
            };
            writeln!(out, "  by statement {statement}{place}: {value}")?;
        }
        if let Some(admission) = &self.assessment.admission {
            let answer = match admission.admits {
                Some(true) => "the token is accepted",
                Some(false) => "the token is not accepted",
                None => "whether the token is accepted could not be determined",
            };
            writeln!(out, "  {answer}: {}", one_line(&admission.why, 2000))?;
        }
        Ok(())
    }
}

impl CommandResult for Trusts {
    fn text(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        for found in &self.found {
            if let Some(input) = self.inputs.get(found.input) {
                text::finding(input, found, style, out)?;
            }
        }
        self.roles.iter().try_for_each(|role| role.text(out))
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Document<'a> {
            harden_iam_trust: u32,
            file: &'a str,
            document: Option<&'a str>,
            grade: Grade,
            statement: Option<usize>,
            value: Option<&'a str>,
            line: Option<u32>,
            column: Option<u32>,
            findings: &'a [Found],
            #[serde(skip_serializing_if = "Option::is_none")]
            admits: Option<Option<bool>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            why: Option<&'a str>,
            documents: &'a [Role],
        }
        let Some(widest) = self.widest() else {
            return Ok(());
        };
        let report = &widest.assessment.report;
        let admits = self.admits();
        let asked = self
            .roles
            .iter()
            .filter_map(|role| role.assessment.admission.as_ref());
        let decides = asked.clone().find(|one| Some(one.admits) == admits);
        let document = Document {
            harden_iam_trust: 1,
            file: &widest.file,
            document: widest.document.as_deref(),
            grade: report.grade,
            statement: report.statement,
            value: report.value.as_deref(),
            line: report.line,
            column: report.column,
            findings: &self.found,
            admits,
            why: decides.map(|one| one.why.as_str()),
            documents: &self.roles,
        };
        write_json(&document, out)
    }

    fn report(&self) -> &Report {
        &self.report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(text: &str) -> Input {
        Input::new("claims.json".to_owned(), None, text.to_owned())
    }

    #[test]
    fn a_token_is_refused_and_not_shown() {
        let failure = claims(&input("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln\n")).unwrap_err();
        assert!(failure.to_string().contains("is a token"), "{failure}");
        assert!(!failure.to_string().contains("eyJ"), "{failure}");
        let failure = claims(&input("{\n \"sub\" 1}")).unwrap_err();
        assert!(failure.to_string().contains("line 2"), "{failure}");
    }
}
