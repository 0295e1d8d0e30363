//! Restores and their sources.

use jiff::Timestamp;

/// The duty that an attestation of a restore drill names.
pub(crate) const DUTY: &str = "restore-drill";

/// A restore.
#[derive(Debug, Clone)]
pub(crate) struct Restore {
    pub(crate) at: Timestamp,
    pub(crate) source: RestoreSource,
    /// The origin and the actor, for the evidence.
    pub(crate) what: String,
}

/// The source of a restore. The order is by how long the source keeps it, longest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RestoreSource {
    Attestation,
    BackupJob,
    CloudTrail,
    RdsEvent,
}

impl RestoreSource {
    pub(crate) const ALL: [Self; 4] = [
        Self::Attestation,
        Self::BackupJob,
        Self::CloudTrail,
        Self::RdsEvent,
    ];

    /// The file or operation that it was read from.
    pub(crate) fn read_from(self) -> &'static str {
        match self {
            Self::Attestation => "harden.attestations.toml",
            Self::BackupJob => "backup:ListRestoreJobs",
            Self::CloudTrail => "cloudtrail:LookupEvents",
            Self::RdsEvent => "rds:DescribeEvents",
        }
    }

    /// The label in the evidence.
    pub(crate) fn setting(self) -> &'static str {
        match self {
            Self::Attestation => "attested restore drill",
            Self::BackupJob => "AWS Backup restore job",
            Self::CloudTrail => "restore in CloudTrail",
            Self::RdsEvent => "RDS restoration event",
        }
    }
}
