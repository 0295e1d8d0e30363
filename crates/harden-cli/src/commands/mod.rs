//! The commands, with one file for each.

pub(crate) mod attest;
pub(crate) mod audit;
pub(crate) mod checklist;
pub(crate) mod checks;
pub(crate) mod completions;
pub(crate) mod duties;
pub(crate) mod explain;
pub(crate) mod iam;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod permissions;
pub(crate) mod snapshot;
#[cfg(feature = "live")]
pub(crate) mod upload;

use std::time::Instant;

use harden_core::Check;
use harden_runner::{Audit, Report};
use jiff::Timestamp;

use crate::args::{EstateArgs, SelectArgs};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::output::note;
use crate::providers;
use crate::source::Source;

/// A run of the selected checks: the report, and the source of its facts.
pub(crate) struct Run {
    pub(crate) report: Report,
    pub(crate) source: Source,
}

/// Runs the selected checks over the estate that the options select. Without `judge` it only collects the
/// facts that they need.
pub(crate) async fn run(
    select: &SelectArgs,
    estate: &EstateArgs,
    record: bool,
    judge: bool,
) -> Result<Run, Failure> {
    let (started_at, clock) = (Timestamp::now(), Instant::now());
    let selection = config::selection(select)?;
    let config = Config::read(estate)?;
    let audit = Audit::new(providers::checks(), estate.as_of.unwrap_or(started_at))
        .tool(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
        .policy(config.file.clone(), config.policies.clone())
        .selection(selection)
        .anchors(config.anchors.clone())
        .release_facts()
        .collect_only(!judge);
    let chosen = audit.chosen();
    if chosen.is_empty() {
        return Err(no_check_selected());
    }
    let kinds = providers::kinds_of_checks(chosen.iter().map(|(check, _)| &**check));
    let judges_files = |check: &dyn Check| check.meta().provider() == harden_ops::PROVIDER.name;
    let files_suffice = chosen.iter().all(|(check, _)| judges_files(&**check));
    let source = Source::open(estate, &config, &kinds, record, files_suffice).await?;
    let left_out = source.not_audited.iter().cloned();
    let audit = left_out.fold(audit.as_of(source.now), Audit::not_audited);
    let mut report = audit.run(&source.facts).await;
    if let Some(progress) = &source.progress {
        progress.finish();
    }
    if source.progress.is_some() {
        for (what, amount) in &report.run.billed {
            note(&format!("requested {amount} {what}, which AWS bills"));
        }
    }
    report.run.source = source.name.to_owned();
    report.run.started_at = Some(started_at);
    report.run.duration_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Run { report, source })
}

fn no_check_selected() -> Failure {
    Failure::new("the options select no check")
        .help("`harden-cli checks` takes the same options and lists the selected checks")
}
