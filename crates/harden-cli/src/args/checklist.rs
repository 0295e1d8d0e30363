//! The arguments of `checklist`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::EstateArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  harden-cli checklist --demo
  harden-cli checklist --report harden.json         of an audit that wrote `--output json=harden.json`
  harden-cli checklist --format markdown > CHECKLIST.md

Exit codes: 0 every item is done or does not apply; 1 an item is open; 2 the checklist could not be
made; 3 no item is open, but the state of one cannot be told.";

/// `checklist`.
#[derive(Debug, clap::Args)]
pub(crate) struct ChecklistArgs {
    /// The format.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ChecklistFormat::Text)]
    pub(crate) format: ChecklistFormat,
    /// Make the checklist from this JSON report instead of a new audit; `-` reads standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["demo", "snapshot", "region", "profile", "repository", "policy", "attestations"])]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
}

/// A format of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChecklistFormat {
    /// Text for people.
    Text,
    /// Markdown with task boxes.
    Markdown,
    /// JSON for programs; docs/schema/checklist-1.schema.json describes it.
    Json,
}
