//! Log groups of CloudWatch Logs.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A log group. Source: logs:DescribeLogGroups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LogGroup {
    /// The ARN, without the `:*` of its streams.
    pub arn: String,
    /// The retention in days (retentionInDays), or `None` where events never expire.
    #[serde(default)]
    pub retention_days: Known<Option<i64>>,
    /// `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`, or `None` in regions without classes.
    #[serde(default)]
    pub class: Known<Option<String>>,
}

impl Resource for LogGroup {
    const KIND: &'static Kind =
        &Kind::new("aws/log-group").permissions(&["logs:DescribeLogGroups"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
