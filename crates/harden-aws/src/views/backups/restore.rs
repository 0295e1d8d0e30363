//! Restores, and who saw them.

use jiff::Timestamp;

/// The duty that an attestation of a restore drill names.
pub(crate) const DUTY: &str = "restore-drill";

/// A restore.
#[derive(Debug, Clone)]
pub(crate) struct Restore {
    pub(crate) at: Timestamp,
    pub(crate) seen: Seen,
    /// Of what and by whom, for the evidence.
    pub(crate) what: String,
}

/// Who saw a restore; the order is from what stays longest to what is forgotten first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    Attestation,
    BackupJob,
    CloudTrail,
    RdsEvent,
}

impl Seen {
    pub(crate) const ALL: [Self; 4] = [
        Self::Attestation,
        Self::BackupJob,
        Self::CloudTrail,
        Self::RdsEvent,
    ];

    /// Where it was read.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Attestation => "harden.attestations.toml",
            Self::BackupJob => "backup:ListRestoreJobs",
            Self::CloudTrail => "cloudtrail:LookupEvents",
            Self::RdsEvent => "rds:DescribeEvents",
        }
    }

    /// What it is called in the evidence.
    pub(crate) fn setting(self) -> &'static str {
        match self {
            Self::Attestation => "attested restore drill",
            Self::BackupJob => "restore job of AWS Backup",
            Self::CloudTrail => "restore in CloudTrail",
            Self::RdsEvent => "restoration event of RDS",
        }
    }
}
