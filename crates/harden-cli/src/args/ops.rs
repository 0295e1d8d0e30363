//! The arguments of the commands about recurring duties.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::Date;

use super::values::timestamp;

pub(super) const ATTEST_EXAMPLES: &str = "\
Examples:
  harden-cli attest cost-review --by alice --note 'EC2 rose by 4 %, as planned'
  harden-cli attest restore-drill --by alice --on 2026-01-10 --resource orders-db \\
    --note 'restored the snapshot of the day before; row counts agree' \\
    --link https://example.com/minutes/42

Exit codes: 0 the attestation is in the file; 2 something is wrong, and the file is unchanged.";

pub(super) const DUTIES_EXAMPLES: &str = "\
Examples:
  harden-cli duties
  harden-cli duties --format ical > duties.ics   for a team's calendar

`harden-cli audit --only 'ops/*'` judges the same duties.";

/// `attest`.
#[derive(Debug, clap::Args)]
pub(crate) struct AttestArgs {
    /// What was done: the name of a duty, as `harden-cli duties` lists them.
    #[arg(value_parser = duty_names())]
    pub(crate) duty: String,
    /// Who did it.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// What was seen.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
    /// The address of the minutes or the ticket.
    #[arg(long, value_name = "URL")]
    pub(crate) link: Option<String>,
    /// The resource that it is about: its name or its ARN.
    #[arg(long, value_name = "NAME")]
    pub(crate) resource: Option<String>,
    /// The day on which it was done [default: today, in UTC].
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) on: Option<Date>,
    /// The attestations file [default: harden.attestations.toml in the current directory].
    #[arg(long, value_name = "FILE")]
    pub(crate) attestations: Option<PathBuf>,
}

/// `duties`.
#[derive(Debug, clap::Args)]
pub(crate) struct DutiesArgs {
    /// The format of the list.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DutiesFormat::Text)]
    pub(crate) format: DutiesFormat,
    /// The policy file [default: harden.toml in the current directory, if it exists].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The attestations file [default: harden.attestations.toml next to the policy file].
    #[arg(long, value_name = "FILE")]
    pub(crate) attestations: Option<PathBuf>,
    /// The time as of which the duties are judged [default: now].
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    pub(crate) as_of: Option<Timestamp>,
}

/// A format of the list of duties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DutiesFormat {
    /// Text for people.
    Text,
    /// JSON for programs.
    Json,
    /// iCalendar (RFC 5545) for calendars.
    Ical,
}

fn duty_names() -> clap::builder::PossibleValuesParser {
    harden_ops::Duty::names().collect::<Vec<_>>().into()
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "write it as 2026-01-15".to_owned())
}
