//! `permissions`: the least IAM policy for the chosen checks, and whether the credentials have it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use harden_aws::AwsPolicy;
use harden_core::Outcome;
use harden_runner::{Audit, Report};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::args::{ListFormat, PermissionsArgs};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::{output, providers};

pub(crate) async fn run(args: PermissionsArgs) -> Result<ExitCode, Failure> {
    if args.preflight {
        return preflight(&args).await;
    }
    let config = Config::read(&args.estate)?;
    let aws = config.policies.get::<AwsPolicy>();
    let all_regions = args
        .estate
        .region
        .iter()
        .chain(&aws.regions)
        .any(|r| r == "all")
        || aws
            .accounts
            .iter()
            .any(|a| a.regions.iter().any(|r| r == "all"));
    let roles: BTreeSet<&str> = aws
        .accounts
        .iter()
        .filter_map(|a| a.role_arn.as_deref())
        .collect();

    let selection = config::selection(&args.select)?;
    // as of when does not matter: nothing is judged
    let chosen = Audit::new(providers::checks(), Timestamp::UNIX_EPOCH)
        .policy(config.file, config.policies.clone())
        .selection(selection)
        .chosen();
    let mut actions: BTreeSet<&str> = chosen
        .iter()
        .filter(|(check, _)| check.off(&config.policies).is_none())
        .flat_map(|(check, _)| check.permissions())
        .collect();
    if all_regions {
        actions.insert("account:ListRegions");
    }
    let mut statements = vec![json!({
        "Sid": "HardenRead",
        "Effect": "Allow",
        "Action": actions,
        "Resource": "*",
    })];
    if !roles.is_empty() {
        statements.push(json!({
            "Sid": "HardenAccounts",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": roles,
        }));
    }
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    output::to_stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, &policy)?;
        writeln!(out)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What a check would not know.
#[derive(Serialize)]
struct Obstacle {
    check: &'static str,
    cause: &'static str,
    action: Option<String>,
    message: String,
    findings: usize,
}

async fn preflight(args: &PermissionsArgs) -> Result<ExitCode, Failure> {
    let run = super::run(&args.select, &args.estate, false).await?;
    let obstacles = obstacles(&run.report);
    output::to_stdout(|out| match args.format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &obstacles)?;
            writeln!(out)
        }
        ListFormat::Text => {
            if obstacles.is_empty() {
                return writeln!(
                    out,
                    "every chosen check can be judged with these credentials"
                );
            }
            for obstacle in &obstacles {
                writeln!(out, "{}: {}", obstacle.check, obstacle.message)?;
            }
            let missing: BTreeSet<&str> = obstacles
                .iter()
                .filter(|o| o.cause == "denied")
                .filter_map(|o| o.action.as_deref())
                .collect();
            if !missing.is_empty() {
                writeln!(out, "\ndenied actions:")?;
                for action in missing {
                    writeln!(out, "  {action}")?;
                }
            }
            Ok(())
        }
    })?;
    Ok(ExitCode::from(if obstacles.is_empty() { 0 } else { 3 }))
}

/// What would be unknown: each check and reason once.
fn obstacles(report: &Report) -> Vec<Obstacle> {
    let mut all: BTreeMap<(&str, String), Obstacle> = BTreeMap::new();
    for reported in &report.findings {
        let Outcome::Unknown(unknown) = &reported.finding.outcome else {
            continue;
        };
        let message = harden_core::one_line(&unknown.to_string(), 400);
        all.entry((reported.finding.check, message.clone()))
            .or_insert_with(|| Obstacle {
                check: reported.finding.check,
                cause: unknown.cause.as_str(),
                action: unknown.action.as_deref().map(str::to_owned),
                message,
                findings: 0,
            })
            .findings += 1;
    }
    all.into_values().collect()
}
