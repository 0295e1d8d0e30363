//! `checks`: lists the checks.

use std::process::ExitCode;

use harden_core::{Check, one_line};
use harden_runner::{Audit, Section};
use jiff::Timestamp;
use serde_json::json;

use crate::args::{ChecksArgs, ListFormat};
use crate::config::{self, PolicySource};
use crate::failure::Failure;
use crate::output;
use crate::providers;

pub(crate) fn run(args: &ChecksArgs) -> Result<ExitCode, Failure> {
    let selection = config::selection(&args.select)?;
    let policy = config::policy(PolicySource {
        named: args.policy.as_deref(),
        reference: None,
    })?;
    let (file, policies) = (policy.file, policy.policies);
    // The audit only selects the checks: its time is not used.
    let chosen = Audit::new(providers::checks(), Timestamp::UNIX_EPOCH)
        .policy(file.clone(), policies)
        .selection(selection)
        .chosen();
    output::content_to_stdout(args.format.into(), |out| match args.format {
        ListFormat::Json => {
            let list: Vec<_> = chosen.iter().map(|(check, _)| describe(&**check)).collect();
            serde_json::to_writer_pretty(&mut *out, &list)?;
            writeln!(out)
        }
        ListFormat::Text => {
            let widest = chosen.iter().map(|(c, _)| c.meta().id.len()).max();
            let widest = widest.unwrap_or_default();
            for (check, severity) in &chosen {
                let meta = check.meta();
                let optional = match is_optional(&**check) {
                    _ if file.is_off(meta.id) => " (off)",
                    true => " (optional)",
                    false => "",
                };
                writeln!(
                    out,
                    "{:widest$}  {severity:8}  §{}  {}{optional}",
                    meta.id,
                    Section::from_meta(meta).number(),
                    one_line(meta.title, 200)
                )?;
            }
            writeln!(
                out,
                "\n{} checks; `harden-cli explain ID` shows the page of a check",
                chosen.len()
            )
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a check runs only if the policy file turns it on.
fn is_optional(check: &dyn Check) -> bool {
    check.off(&harden_core::Policies::default()).is_some()
}

fn describe(check: &dyn Check) -> serde_json::Value {
    let meta = check.meta();
    let kinds: Vec<_> = check.kinds().iter().map(|kind| kind.name).collect();
    json!({
        "id": meta.id,
        "title": meta.title,
        "severity": meta.severity,
        "section": Section::from_meta(meta),
        "guide_section": Section::from_meta(meta).number(),
        "beyond_guide": meta.has_tag("beyond-guide"),
        "security": meta.security,
        "optional": is_optional(check),
        "summary": meta.summary(),
        "remediation": meta.remediation,
        "kinds": kinds,
        "permissions": check.permissions(),
    })
}
