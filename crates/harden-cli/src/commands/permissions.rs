//! `permissions`: prints the permissions that the selected checks need, or tests whether the
//! credentials have them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use harden_core::{Outcome, with_bases};
use harden_runner::{Audit, Report};
use jiff::Timestamp;
use serde::Serialize;

use crate::args::{ListFormat, PermissionsArgs};
use crate::ci_log::Content;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::output;
use crate::output::note;
use crate::providers::{self, Needed};

pub(crate) async fn run(args: PermissionsArgs) -> Result<ExitCode, Failure> {
    if args.preflight {
        return preflight(&args).await;
    }
    let config = Config::read(&args.estate)?;
    let selection = config::selection(&args.select)?;
    // The audit only selects the checks: its time is not used.
    let chosen = Audit::new(providers::checks(), Timestamp::UNIX_EPOCH)
        .policy(config.file.clone(), config.policies.clone())
        .selection(selection)
        .chosen();
    if chosen.is_empty() {
        return Err(super::no_check_selected());
    }
    let running = chosen.iter().map(|(check, _)| check).filter(|check| {
        !config.file.is_off(check.meta().id) && check.off(&config.policies).is_none()
    });
    let kinds = running.flat_map(|check| check.kinds()).copied();
    let mut needed: BTreeMap<&str, BTreeSet<&'static str>> = BTreeMap::new();
    for kind in with_bases(kinds) {
        if providers::find(kind.provider()).is_some() {
            needed
                .entry(kind.provider())
                .or_default()
                .extend(kind.permissions);
        }
    }
    let name = match &args.provider {
        Some(provider) => provider,
        None if needed.contains_key("aws") => "aws",
        None => needed.keys().next().copied().unwrap_or("aws"),
    };
    let permissions = needed.remove(name).unwrap_or_default();
    if args.provider.is_none() {
        for (other, permissions) in needed.iter().filter(|(_, p)| !p.is_empty()) {
            let permissions: Vec<&str> = permissions.iter().copied().collect();
            note(&format!(
                "the selected checks also read {other} ({}): run `harden-cli permissions \
                 --provider {other}`",
                permissions.join(", ")
            ));
        }
    }
    let Some(provider) = providers::find(name) else {
        return Err(Failure::new(format!("`{name}` is not a provider")));
    };
    let grant = (provider.permissions)(&Needed {
        permissions,
        checks: chosen.iter().map(|(check, _)| check.meta().id).collect(),
        policies: &config.policies,
        regions: &args.estate.region,
    });
    if let Some(text) = &grant.note {
        note(text);
    }
    output::content_to_stdout(Content::Json, |out| {
        serde_json::to_writer_pretty(&mut *out, &grant.document)?;
        writeln!(out)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Why findings of a check would be unknown.
#[derive(Serialize)]
struct Obstacle {
    check: &'static str,
    cause: &'static str,
    action: Option<String>,
    message: String,
    findings: usize,
}

async fn preflight(args: &PermissionsArgs) -> Result<ExitCode, Failure> {
    let run = super::run(&args.select, &args.estate, false, true).await?;
    let obstacles = obstacles(&run.report);
    output::content_to_stdout(args.format.into(), |out| match args.format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &obstacles)?;
            writeln!(out)
        }
        ListFormat::Text => {
            if obstacles.is_empty() {
                return writeln!(
                    out,
                    "all selected checks can be judged with these credentials"
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

/// The reasons for unknown findings, once for each check and reason.
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
