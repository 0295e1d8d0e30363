//! The arguments, and the help that teaches them.

mod examples;
pub(crate) mod iam;

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum};
use harden_core::Severity;
use harden_runner::{Section, sarif::Partial};
use jiff::{SignedDuration, Timestamp};

use examples::*;

/// Audits a production estate against a hardening guide: for each requirement and each resource a
/// verdict, with evidence and a remediation that works.
#[derive(Debug, Parser)]
#[command(name = "harden-cli", version, max_term_width = 100, after_help = FIRST_STEPS)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit an estate and report the verdicts.
    #[command(after_help = AUDIT_EXAMPLES)]
    Audit(AuditArgs),
    /// Record what the chosen checks need, to be audited later or elsewhere.
    #[command(after_help = SNAPSHOT_EXAMPLES)]
    Snapshot(SnapshotArgs),
    /// List the checks.
    #[command(after_help = CHECKS_EXAMPLES)]
    Checks(ChecksArgs),
    /// Show the page of a check: what it checks, why, how to mend it.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Print the least IAM policy for the chosen checks, or try what the credentials allow.
    #[command(after_help = PERMISSIONS_EXAMPLES)]
    Permissions(PermissionsArgs),
    /// Write a commented harden.toml from what is found in the estate.
    #[command(after_help = INIT_EXAMPLES)]
    Init(InitArgs),
    /// Send a SARIF file to GitHub code scanning, and wait until GitHub has processed it.
    #[cfg(feature = "live")]
    #[command(after_help = UPLOAD_EXAMPLES)]
    Upload(UploadArgs),
    /// Said to need a build with live audits.
    #[cfg(not(feature = "live"))]
    #[command(hide = true)]
    Upload {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Judge IAM policies in files: no account, no network.
    #[command(after_help = iam::EXAMPLES)]
    Iam(iam::IamArgs),
    /// Print a completion script for a shell.
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each command.
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// The folder to write the pages to.
        #[arg(long, value_name = "FOLDER")]
        directory: Option<PathBuf>,
    },
}

/// Which checks.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Which checks")]
pub(crate) struct SelectArgs {
    /// Only these checks: ids or patterns, `aws/rds-*`.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Not these checks: ids or patterns.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) skip: Vec<String>,
    /// Only this section of the guide: its number or its name, `4` or `backups`.
    #[arg(long, value_name = "SECTION", value_delimiter = ',')]
    pub(crate) section: Vec<Section>,
    /// Only checks at or above this severity.
    #[arg(long, value_name = "LEVEL", value_parser = severity())]
    pub(crate) severity: Option<Severity>,
}

/// The levels are listed in the help, which a `FromStr` alone does not do.
fn severity() -> impl clap::builder::TypedValueParser<Value = Severity> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Severity::ALL.map(Severity::as_str))
        .try_map(|word| Severity::from_str(&word))
}

/// Which estate.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Which estate")]
pub(crate) struct EstateArgs {
    /// The policy file [default: harden.toml in this folder, where there is one].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The attestations [default: harden.attestations.toml beside the policy file].
    #[arg(long, value_name = "FILE")]
    pub(crate) attestations: Option<PathBuf>,
    /// Audit a recorded snapshot instead of a live estate; `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Audit the example estate that is compiled in.
    #[arg(long)]
    pub(crate) demo: bool,
    /// An AWS region to audit, or `all` for all that the account has enabled; may be repeated.
    #[arg(long, value_name = "REGION", value_delimiter = ',', conflicts_with_all = ["demo", "snapshot"])]
    pub(crate) region: Vec<String>,
    /// The profile of the AWS configuration to use.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["demo", "snapshot"])]
    pub(crate) profile: Option<String>,
    /// A repository of GitHub's to audit, `owner/repo`; may be repeated [default: the policy's, or
    /// GITHUB_REPOSITORY, or the origin of this checkout].
    #[arg(long, value_name = "OWNER/REPO", value_delimiter = ',', conflicts_with_all = ["demo", "snapshot"])]
    pub(crate) repository: Vec<String>,
    /// The commit that is deployed, for Sentry's releases, where neither GitHub nor Vercel can tell.
    #[arg(long, value_name = "SHA", value_parser = sha)]
    pub(crate) deployed_sha: Option<String>,
    /// The moment of the judgement, for ages and expiry [default: now; of a snapshot, its time].
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) as_of: Option<Timestamp>,
    /// End after this long with what was judged by then; the rest is unknown: `90s`, `5m`.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) deadline: Option<SignedDuration>,
    /// No progress on standard error.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

fn sha(text: &str) -> Result<String, String> {
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex && matches!(text.len(), 40 | 64) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("write the whole SHA of the commit, as `git rev-parse HEAD` prints it".to_owned())
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let at_noon = || text.parse::<jiff::civil::Date>().ok();
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| {
            let midnight = at_noon()?.at(0, 0, 0, 0);
            jiff::tz::Offset::UTC.to_timestamp(midnight).ok()
        })
        .ok_or_else(|| "write it as 2026-01-15T12:00:00Z, or 2026-01-15".to_owned())
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    match text.parse::<SignedDuration>() {
        Ok(duration) if duration.is_positive() => Ok(duration),
        _ => Err("write it as 90s, 5m or 1h".to_owned()),
    }
}

/// `audit`.
#[derive(Debug, clap::Args)]
pub(crate) struct AuditArgs {
    /// The format on standard output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Another format into a file, `sarif=harden.sarif`; may be repeated.
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) output: Vec<Output>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
    /// The least severity that counts for the exit code.
    #[arg(long, value_name = "LEVEL", default_value = "low", value_parser = severity(), help_heading = "Verdict")]
    pub(crate) fail_on: Severity,
    /// Exit with 0 where nothing failed, though something could not be read.
    #[arg(long, help_heading = "Verdict")]
    pub(crate) allow_unknown: bool,
    /// What SARIF says of an incomplete audit: `denied` leaves a provider out where a call failed
    /// for a passing reason, so that its open alerts stay; `always` and `never` write it then, or
    /// not even where a call was denied.
    #[arg(long, value_name = "MODE", default_value = "denied", value_parser = partial(), help_heading = "Verdict")]
    pub(crate) sarif_partial: Partial,
    /// Keep what was read as a snapshot too.
    #[arg(long, value_name = "FILE", help_heading = "Which estate")]
    pub(crate) record: Option<PathBuf>,
}

fn partial() -> impl clap::builder::TypedValueParser<Value = Partial> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(["never", "denied", "always"])
        .try_map(|word| Partial::from_str(&word))
}

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    Text,
    /// For programs; described by docs/schema/report-1.schema.json.
    Json,
    /// For GitHub code scanning.
    Sarif,
    /// For the summary of a CI job.
    Markdown,
}

/// A format and where to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output<F = Format> {
    pub(crate) format: F,
    pub(crate) path: PathBuf,
}

impl<F: ValueEnum> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, path) = text
            .split_once('=')
            .ok_or("write it as FORMAT=PATH: sarif=harden.sarif")?;
        let format = F::from_str(format, false).map_err(|_| {
            let all = F::value_variants().iter().filter_map(F::to_possible_value);
            let all: Vec<String> = all.map(|one| one.get_name().to_owned()).collect();
            format!("`{format}` is no format: one of {}", all.join(", "))
        })?;
        if path.is_empty() {
            return Err("the path is empty".to_owned());
        }
        Ok(Self {
            format,
            path: path.into(),
        })
    }
}

/// `snapshot`.
#[derive(Debug, clap::Args)]
pub(crate) struct SnapshotArgs {
    /// Where to write it; compressed with zstd where the name ends in `.zst`.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
    /// Exit with 0 though something could not be read.
    #[arg(long)]
    pub(crate) allow_unknown: bool,
}

/// `checks`.
#[derive(Debug, clap::Args)]
pub(crate) struct ChecksArgs {
    /// The format.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The policy file, for its severities [default: harden.toml in this folder].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
}

/// A format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The id of the check.
    pub(crate) id: String,
}

/// `permissions`.
#[derive(Debug, clap::Args)]
pub(crate) struct PermissionsArgs {
    /// Whose permissions to print [default: AWS's, or those of the chosen checks' provider].
    #[arg(long, value_name = "PROVIDER", value_parser = ["aws", "github", "sentry", "vercel"], conflicts_with = "preflight")]
    pub(crate) provider: Option<String>,
    /// Read everything that the chosen checks need, and tell which would be unknown and why.
    #[arg(long)]
    pub(crate) preflight: bool,
    /// The format of the preflight.
    #[arg(long, value_enum, default_value_t = ListFormat::Text, requires = "preflight")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
}

/// `init`.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// Where to write it; `-` for standard output.
    #[arg(long, value_name = "FILE", default_value = "harden.toml")]
    pub(crate) output: PathBuf,
    /// Replace a file that is there.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
}

/// `upload`.
#[cfg(feature = "live")]
#[derive(Debug, clap::Args)]
pub(crate) struct UploadArgs {
    /// The SARIF file; `-` for standard input.
    pub(crate) file: PathBuf,
    /// The repository [default: the policy's first, GITHUB_REPOSITORY, or this checkout's origin].
    #[arg(long, value_name = "OWNER/REPO")]
    pub(crate) repository: Option<String>,
    /// The commit that was audited [default: GITHUB_SHA, or the one that is checked out].
    #[arg(long, value_name = "SHA")]
    pub(crate) commit: Option<String>,
    /// The branch or the pull request, in full: `refs/heads/main` [default: GITHUB_REF, or the
    /// branch that is checked out].
    #[arg(long = "ref", value_name = "REF")]
    pub(crate) git_ref: Option<String>,
    /// How long to wait until GitHub has processed it.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(crate) wait: SignedDuration,
    /// The policy file, for GitHub's address [default: harden.toml in this folder].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_sound() {
        use clap::CommandFactory as _;
        Args::command().debug_assert();
    }

    #[test]
    fn moments_and_durations() {
        assert!(moment("2026-01-15T12:00:00Z").is_ok());
        assert_eq!(
            moment("2026-01-15").unwrap(),
            moment("2026-01-15T00:00:00Z").unwrap()
        );
        assert!(moment("yesterday").is_err());
        assert_eq!(duration("90s").unwrap().as_secs(), 90);
        assert_eq!(duration("5m").unwrap().as_secs(), 300);
        assert!(duration("-5m").is_err() && duration("5").is_err() && duration("0s").is_err());
    }
}
