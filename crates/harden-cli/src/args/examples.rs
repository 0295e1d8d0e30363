//! The examples at the end of each command's help text.

pub(super) const FIRST_STEPS: &str = "\
First steps:
  harden-cli audit --demo                 audit the example estate: no account, no network
  harden-cli permissions                  print the IAM policy that an audit needs
  harden-cli audit                        audit the account of your AWS credentials
  harden-cli explain aws/alarm-reaches-nobody

Exit codes: 0 nothing failed and nothing is unknown; 1 something failed; 2 the audit could not run;
3 nothing failed, but something is unknown, or nothing was judged. An incomplete audit never exits
with 0.";

pub(super) const AUDIT_EXAMPLES: &str = "\
Examples:
  harden-cli audit --demo
  harden-cli audit --region us-east-2 --region eu-west-1
  harden-cli audit --only 'aws/rds-*' --severity high
  harden-cli audit --format markdown >> \"$GITHUB_STEP_SUMMARY\"
  harden-cli audit --output sarif=harden.sarif --output json=harden.json
  harden-cli audit --policy-ref origin/main
  harden-cli audit --snapshot estate.json.zst --as-of 2026-01-15T12:00:00Z";

pub(super) const SNAPSHOT_EXAMPLES: &str = "\
Examples:
  harden-cli snapshot estate.json.zst
  harden-cli snapshot --only 'aws/rds-*' databases.json
  harden-cli audit --snapshot estate.json.zst";

pub(super) const PERMISSIONS_EXAMPLES: &str = "\
Examples:
  harden-cli permissions > policy.json
  aws iam put-role-policy --role-name harden-audit --policy-name harden \\
    --policy-document file://policy.json
  harden-cli permissions --preflight      which checks would be unknown, and why";

pub(super) const CHECKS_EXAMPLES: &str = "\
Examples:
  harden-cli checks --section backups
  harden-cli checks --severity high --skip 'aws/alarm-*'
  harden-cli checks --format json";

pub(super) const EXPLAIN_EXAMPLES: &str = "\
Examples:
  harden-cli explain aws/rds-backup-retention-short";

pub(super) const INIT_EXAMPLES: &str = "\
Examples:
  harden-cli init                         from the account of your AWS credentials
  harden-cli init --demo --output -       from the example estate, to standard output";

#[cfg(feature = "live")]
pub(super) const UPLOAD_EXAMPLES: &str = "\
Examples:
  harden-cli audit --output sarif=harden.sarif
  harden-cli upload harden.sarif
  harden-cli upload harden.sarif --repository acme/shop --ref refs/heads/main

In GitHub Actions, the repository, the commit and the ref are those of the workflow run. The job
needs the permission `security-events: write`, and GITHUB_TOKEN in its environment.

Exit codes: 0 GitHub processed the file; 1 GitHub found errors in the file; 2 the upload failed; 3
GitHub was still processing the file at the end of the wait, or when a signal ended the wait.";

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  harden-cli completions bash > ~/.local/share/bash-completion/completions/harden-cli
  harden-cli completions fish > ~/.config/fish/completions/harden-cli.fish";

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  harden-cli man --directory ~/.local/share/man/man1
  harden-cli man > harden-cli.1";
