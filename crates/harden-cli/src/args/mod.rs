//! The arguments of the command line and their help texts.

pub(crate) mod checklist;
mod examples;
pub(crate) mod iam;
pub(crate) mod ops;
mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use harden_core::Severity;
use harden_runner::{Section, sarif::Partial};
use jiff::{SignedDuration, Timestamp};

use examples::*;
pub(crate) use values::Output;
use values::{duration, partial, repository, severity, sha, timestamp};

/// Is your production estate hardened? Audits it against a hardening guide: each requirement and
/// resource gets a verdict, with evidence and a remediation.
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
    /// Record the facts that the selected checks need, to audit them later or elsewhere.
    #[command(after_help = SNAPSHOT_EXAMPLES)]
    Snapshot(SnapshotArgs),
    /// List the checks.
    #[command(after_help = CHECKS_EXAMPLES)]
    Checks(ChecksArgs),
    /// Show the page of a check: what it checks, why, and how to fix a failure.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Print the permissions that the selected checks need, or test whether your credentials have them.
    #[command(after_help = PERMISSIONS_EXAMPLES)]
    Permissions(PermissionsArgs),
    /// Write a commented harden.toml for the resources of your estate.
    #[command(after_help = INIT_EXAMPLES)]
    Init(InitArgs),
    /// Upload a SARIF file to GitHub code scanning, and wait until GitHub has processed it.
    #[cfg(feature = "live")]
    #[command(after_help = UPLOAD_EXAMPLES)]
    Upload(UploadArgs),
    /// Exists so that the error can explain that this build has no live audits.
    #[cfg(not(feature = "live"))]
    #[command(hide = true)]
    Upload {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Judge IAM policies in files, without an account or network.
    #[command(after_help = iam::EXAMPLES)]
    Iam(iam::IamArgs),
    /// Record what a person did and saw in harden.attestations.toml.
    #[command(after_help = ops::ATTEST_EXAMPLES)]
    Attest(ops::AttestArgs),
    /// List the recurring duties, and when each is due.
    #[command(after_help = ops::DUTIES_EXAMPLES)]
    Duties(ops::DutiesArgs),
    /// Show the guide's implementation checklist with the state of each item.
    #[command(after_help = checklist::EXAMPLES)]
    Checklist(checklist::ChecklistArgs),
    /// Print a completion script for a shell.
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write a manual page for each command.
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// The directory to write the pages to.
        #[arg(long, value_name = "DIRECTORY")]
        directory: Option<PathBuf>,
    },
}

/// The options that select checks.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Selecting checks")]
pub(crate) struct SelectArgs {
    /// Select only these checks: ids, or patterns such as `aws/rds-*`.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Leave out these checks: ids or patterns.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) skip: Vec<String>,
    /// Select only the checks of this section of the guide: a number or a name, `4` or `backups`.
    #[arg(long, value_name = "SECTION", value_delimiter = ',')]
    pub(crate) section: Vec<Section>,
    /// Select only checks at or above this severity.
    #[arg(long, value_name = "LEVEL", value_parser = severity())]
    pub(crate) severity: Option<Severity>,
}

/// The options that select the estate.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Selecting the estate")]
pub(crate) struct EstateArgs {
    /// The policy file [default: harden.toml in the current directory, if it exists].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Read the policy file and the attestations of this commit instead of those of the working tree, for
    /// example `origin/main` in a job on a pull request.
    #[arg(long, value_name = "REF")]
    pub(crate) policy_ref: Option<String>,
    /// Send credentials to the hosts, and assume the roles, that a policy file names even if the file was
    /// found and not named by --policy.
    #[arg(long)]
    pub(crate) trust_policy_hosts: bool,
    /// The attestations file [default: harden.attestations.toml next to the policy file].
    #[arg(long, value_name = "FILE")]
    pub(crate) attestations: Option<PathBuf>,
    /// Audit a recorded snapshot instead of a live estate; `-` reads standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Audit the built-in example estate.
    #[arg(long)]
    pub(crate) demo: bool,
    /// An AWS region to audit, or `all` for all regions that the account has enabled; can be repeated.
    #[arg(long, value_name = "REGION", value_delimiter = ',', conflicts_with_all = ["demo", "snapshot"])]
    pub(crate) region: Vec<String>,
    /// The AWS profile to use.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["demo", "snapshot"])]
    pub(crate) profile: Option<String>,
    /// A GitHub repository to audit; can be repeated [default: those of the policy file, otherwise
    /// GITHUB_REPOSITORY, otherwise the origin of this checkout].
    #[arg(long, value_name = "OWNER/REPO", value_parser = repository, value_delimiter = ',', conflicts_with_all = ["demo", "snapshot"])]
    pub(crate) repository: Vec<String>,
    /// The deployed commit, for the checks of Sentry releases, if neither GitHub nor Vercel reports it.
    #[arg(long, value_name = "SHA", value_parser = sha)]
    pub(crate) deployed_sha: Option<String>,
    /// The time as of which ages and expiry dates are judged [default: now, or the time of the snapshot].
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    pub(crate) as_of: Option<Timestamp>,
    /// Stop after this time, for example `90s` or `5m`; what was not read by then is unknown.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) deadline: Option<SignedDuration>,
    /// Do not show progress on the terminal.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `audit`.
#[derive(Debug, clap::Args)]
pub(crate) struct AuditArgs {
    /// The format on standard output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write a format to a file, for example `sarif=harden.sarif`; can be repeated.
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) output: Vec<Output>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
    /// The lowest severity that counts for the exit code.
    #[arg(long, value_name = "LEVEL", default_value = "low", value_parser = severity(), help_heading = "Result")]
    pub(crate) fail_on: Severity,
    /// Exit with 0 if nothing failed, even if something could not be read.
    #[arg(long, help_heading = "Result")]
    pub(crate) allow_unknown: bool,
    /// Whether SARIF contains a provider that could not be read completely. `denied` includes it if
    /// calls were denied, and leaves it out after temporary errors, so that its open alerts stay;
    /// `always` includes it; `never` leaves it out.
    #[arg(long, value_name = "MODE", default_value = "denied", value_parser = partial(), help_heading = "Result")]
    pub(crate) sarif_partial: Partial,
    /// Also write the facts to this snapshot file.
    #[arg(long, value_name = "FILE", help_heading = "Selecting the estate")]
    pub(crate) record: Option<PathBuf>,
}

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for a terminal.
    Text,
    /// JSON for programs; docs/schema/report-1.schema.json describes it.
    Json,
    /// SARIF for GitHub code scanning.
    Sarif,
    /// Markdown for the summary of a CI job.
    Markdown,
}

/// `snapshot`.
#[derive(Debug, clap::Args)]
pub(crate) struct SnapshotArgs {
    /// The file to write; it is compressed with zstd if its name ends in `.zst`.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
    /// Exit with 0 even if something could not be read.
    #[arg(long)]
    pub(crate) allow_unknown: bool,
}

/// `checks`.
#[derive(Debug, clap::Args)]
pub(crate) struct ChecksArgs {
    /// The format of the list.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The policy file, for its severities [default: harden.toml in the current directory].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
}

/// A format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Text for people.
    Text,
    /// JSON for programs.
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
    /// The provider whose permissions are printed [default: aws, or the provider of the selected
    /// checks].
    #[arg(long, value_name = "PROVIDER", value_parser = ["aws", "github", "sentry", "vercel"], conflicts_with = "preflight")]
    pub(crate) provider: Option<String>,
    /// Read everything that the selected checks need, and report which would be unknown and why.
    #[arg(long)]
    pub(crate) preflight: bool,
    /// The format of the preflight report.
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
    /// The file to write; `-` writes to standard output.
    #[arg(long, value_name = "FILE", default_value = "harden.toml")]
    pub(crate) output: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) estate: EstateArgs,
}

/// `upload`.
#[cfg(feature = "live")]
#[derive(Debug, clap::Args)]
pub(crate) struct UploadArgs {
    /// The SARIF file; `-` reads standard input.
    pub(crate) file: PathBuf,
    /// The repository [default: the first one of a policy file that an option names, otherwise
    /// GITHUB_REPOSITORY, otherwise the first one of harden.toml, otherwise the origin of this checkout].
    #[arg(long, value_name = "OWNER/REPO", value_parser = repository)]
    pub(crate) repository: Option<String>,
    /// The commit that was audited [default: GITHUB_SHA, otherwise the checked-out commit].
    #[arg(long, value_name = "SHA")]
    pub(crate) commit: Option<String>,
    /// The full ref of the branch or pull request, for example `refs/heads/main` [default: GITHUB_REF,
    /// otherwise the checked-out branch].
    #[arg(long = "ref", value_name = "REF")]
    pub(crate) git_ref: Option<String>,
    /// How long to wait until GitHub has processed the file.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(crate) wait: SignedDuration,
    /// The policy file, for the address of GitHub [default: harden.toml in the current directory].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Read the policy file of this commit instead of that of the working tree.
    #[arg(long, value_name = "REF")]
    pub(crate) policy_ref: Option<String>,
    /// Send the token to the host that the policy file names even if the file was found and not named by
    /// --policy.
    #[arg(long)]
    pub(crate) trust_policy_hosts: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_arguments_is_valid() {
        use clap::CommandFactory as _;
        Args::command().debug_assert();
    }
}
