//! What the containers of ECS services are given: the names of their variables, never the values.

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
    /// The variables that it is given by value (environment).
    pub environment: Vec<EnvironmentVariable>,
    /// What it is given by reference (valueFrom of its secrets and of its log driver's options,
    /// and the credentials of its image's registry): ARNs and names, no values.
    pub value_from: Vec<String>,
}

/// A variable that a container is given by value. The value itself never gets here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvironmentVariable {
    /// The name.
    pub name: String,
    /// What the value looks like.
    pub value: ValueClass,
}

impl EnvironmentVariable {
    /// A variable, of whose value only the class is kept.
    #[must_use]
    pub fn classified(name: String, value: &str) -> Self {
        Self {
            name,
            value: ValueClass::of(value),
        }
    }
}

impl TaskDefinition {
    /// `family:revision` of an ARN of a task definition.
    #[must_use]
    pub fn revision_of(arn: &str) -> &str {
        Arn::parse(arn).map_or(arn, |parts| parts.name())
    }

    /// The family of an ARN of a task definition: what stays the same over deployments.
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
