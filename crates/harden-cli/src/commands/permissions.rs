//! `permissions`: the least that the chosen checks need, and whether the credentials have it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use harden_aws::AwsPolicy;
use harden_core::{Kind, Outcome};
use harden_runner::{Audit, Report};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::{ListFormat, PermissionsArgs};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::output::note;
use crate::{output, providers};

pub(crate) async fn run(args: PermissionsArgs) -> Result<ExitCode, Failure> {
    if args.preflight {
        return preflight(&args).await;
    }
    let config = Config::read(&args.estate)?;
    let selection = config::selection(&args.select)?;
    // as of when does not matter: nothing is judged
    let chosen = Audit::new(providers::checks(), Timestamp::UNIX_EPOCH)
        .policy(config.file.clone(), config.policies.clone())
        .selection(selection)
        .chosen();
    if chosen.is_empty() {
        return Err(super::no_check());
    }
    let mut needed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (check, _) in &chosen {
        let off = config.file.is_off(check.meta().id) || check.off(&config.policies).is_some();
        if !off {
            for kind in check.kinds() {
                need(kind, &mut needed);
            }
        }
    }
    needed.remove("ops");
    let provider = match &args.provider {
        Some(provider) => provider,
        None if needed.contains_key("aws") => "aws",
        None => needed.keys().next().copied().unwrap_or("aws"),
    };
    let mut of_provider = needed.remove(provider).unwrap_or_default();
    if args.provider.is_none() {
        for (other, permissions) in needed.iter().filter(|(_, p)| !p.is_empty()) {
            let permissions: Vec<&str> = permissions.iter().copied().collect();
            note(&format!(
                "the chosen checks also read {other} ({}): harden-cli permissions --provider \
                 {other}",
                permissions.join(", ")
            ));
        }
    }
    let printed = match provider {
        "aws" => iam_policy(&mut of_provider, &args, &config),
        // as the manifest of a GitHub App has them
        "github" => {
            if chosen.iter().any(|(check, _)| check.meta().id == BYPASS) {
                note(&format!(
                    "{BYPASS}: GitHub shows who may bypass a ruleset only to who may edit it \
                     (administration=write); with less it is unknown where a ruleset protects the \
                     branch"
                ));
            }
            of_provider
                .iter()
                .filter_map(|permission| permission.split_once('='))
                .map(|(name, level)| (name.to_owned(), json!(level)))
                .collect()
        }
        "sentry" => {
            note("make a token for the audit: one that uploads releases in CI can't read alerts");
            json!(of_provider)
        }
        "vercel" => {
            note("Vercel's tokens have no scopes of their own: they can what their account can");
            json!([])
        }
        _ => json!(of_provider),
    };
    output::to_stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, &printed)?;
        writeln!(out)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The check that needs more than to read.
const BYPASS: &str = "github/branch-admins-exempt";

/// The permissions that a kind and those that it starts from need, by provider.
fn need(kind: &Kind, needed: &mut BTreeMap<&str, BTreeSet<&str>>) {
    needed
        .entry(providers::of(kind))
        .or_default()
        .extend(kind.permissions);
    kind.starts_from.iter().for_each(|kind| need(kind, needed));
}

/// An IAM policy that can be attached.
fn iam_policy(actions: &mut BTreeSet<&str>, args: &PermissionsArgs, config: &Config) -> Value {
    let aws = config.policies.get::<AwsPolicy>();
    let accounts = aws.accounts.iter().flat_map(|account| &account.regions);
    let mut regions = args
        .estate
        .region
        .iter()
        .chain(&aws.regions)
        .chain(accounts);
    if regions.any(|region| region == "all") {
        actions.insert("account:ListRegions");
    }
    let mut statements = vec![json!({
        "Sid": "HardenRead",
        "Effect": "Allow",
        "Action": actions,
        "Resource": "*",
    })];
    let roles = aws.accounts.iter().filter_map(|a| a.role_arn.as_deref());
    let roles: BTreeSet<&str> = roles.collect();
    if !roles.is_empty() {
        statements.push(json!({
            "Sid": "HardenAccounts",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": roles,
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
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
