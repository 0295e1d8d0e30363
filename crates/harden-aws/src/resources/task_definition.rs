//! The containers of ECS services with the names of their variables, never the values.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{EcsService, ValueClass};
use crate::arn::{Arn, id_of};

/// A revision of a task definition that a service uses. Source: ecs:DescribeTaskDefinition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskDefinition {
    /// The ARN, with the revision.
    pub arn: String,
    /// Its containers.
    #[serde(default)]
    pub containers: Known<Vec<Container>>,
}

/// A container of a task definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Container {
    /// The name.
    pub name: String,
    /// The variables with a plain value (environment).
    pub environment: Vec<EnvironmentVariable>,
    /// The references (valueFrom of its secrets and of the options of its log driver, and the credentials
    /// of the registry of its image): ARNs and names, no values.
    pub value_from: Vec<String>,
}

/// A variable with a plain value. The value itself is never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvironmentVariable {
    /// The name.
    pub name: String,
    /// The class of the value.
    pub value: ValueClass,
}

impl EnvironmentVariable {
    /// A variable with the class of its value. The value is not kept.
    #[must_use]
    pub fn classified(name: String, value: &str) -> Self {
        Self {
            name,
            value: ValueClass::of(value),
        }
    }
}

impl TaskDefinition {
    /// The `family:revision` in the ARN of a task definition.
    #[must_use]
    pub fn revision_of(arn: &str) -> &str {
        Arn::parse(arn).map_or(arn, |parts| parts.name())
    }

    /// The family in the ARN of a task definition. It stays the same over deployments.
    #[must_use]
    pub fn family_of(arn: &str) -> &str {
        let revision = Self::revision_of(arn);
        revision
            .split_once(':')
            .map_or(revision, |(family, _)| family)
    }
}

impl Resource for TaskDefinition {
    const KIND: &'static Kind = &Kind::new("aws/task-definition")
        .permissions(&["ecs:DescribeTaskDefinition"])
        .starts_from(&[EcsService::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
