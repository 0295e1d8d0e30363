//! What the fuzz targets do with their input. The crate of the fuzz targets includes this file too.

use futures::executor::block_on;
use harden_core::{Check, Facts, Outcome, Snapshot, is_unseen};
use harden_runner::sarif::Partial;
use harden_runner::terminal::Style;
use harden_runner::{Audit, Catalog, PolicyFile, Tables, json, markdown, sarif, terminal};

/// A snapshot of anybody is read or refused. All checks judge it without a panic, and every format of
/// the report can be written and has no character that a terminal takes for a command.
pub(crate) fn snapshot(text: &str) {
    let Ok(snapshot) = Snapshot::parse(text) else {
        return;
    };
    let now = snapshot.taken_at();
    let _ = snapshot.places("aws");
    let audit = Audit::new(harden_aws::checks(), now);
    let report = block_on(audit.run(&Facts::recorded(snapshot)));
    for one in &report.findings {
        if let Outcome::Unknown(unknown) = &one.finding.outcome {
            assert!(!unknown.is_internal_error(), "{:?}", one.finding);
        }
    }
    json::to_string(&report).unwrap();
    sarif::write(&report, Partial::Always, std::io::sink()).unwrap();
    let mut shown = Vec::new();
    terminal::write(&report, Style::default(), &mut shown).unwrap();
    markdown::write(&report, &mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    let unseen = |c: char| is_unseen(c) && c != '\n';
    if let Some(at) = shown.find(unseen) {
        let around: String = shown[at..].chars().take(40).collect();
        panic!("{around:?}");
    }
}

/// A policy file of anybody is read or refused, with a message that can be shown.
pub(crate) fn policy(text: &str) {
    let checks = harden_aws::checks();
    let catalog = Catalog::new(checks.iter().map(|check| &**check as &dyn Check));
    let tables = Tables::new().with::<harden_aws::AwsPolicy>();
    if let Err(errors) = PolicyFile::parse(text, "harden.toml", &tables, &catalog) {
        assert!(!errors.to_string().is_empty());
    }
}
