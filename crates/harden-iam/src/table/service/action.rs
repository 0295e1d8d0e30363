//! An action of a service.

use super::{KeyUse, Row, Service};
use crate::table::keys::names;

/// The access level of an action (Service Authorization Reference, "Access levels").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AccessLevel {
    /// Lists resources.
    List,
    /// Reads, but does not change anything.
    Read,
    /// Changes resources.
    Write,
    /// Changes only tags.
    Tagging,
    /// Changes permissions.
    PermissionsManagement,
}

impl AccessLevel {
    pub(super) const fn of(number: u8) -> Self {
        match number {
            0 => Self::List,
            1 => Self::Read,
            3 => Self::Tagging,
            4 => Self::PermissionsManagement,
            _ => Self::Write,
        }
    }
}

/// An action of a service.
#[derive(Clone, Copy, Debug)]
pub struct Action<'a> {
    pub(super) service: &'a Service,
    pub(super) name: &'a str,
    pub(super) row: Row,
}

/// A resource type that an action is authorized on (Service Authorization Reference, "Resource types").
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionResource {
    /// The name of the type in the reference: `task-definition`.
    pub kind: String,
    /// The ARN format, with placeholders such as `${Partition}`.
    pub arn: String,
    /// Whether every call needs a resource of this type (marked with `*` in the reference).
    pub required: bool,
}

impl<'a> Action<'a> {
    /// The service.
    pub const fn service(&self) -> &'a Service {
        self.service
    }

    /// The service's prefix: `ecs`.
    pub const fn prefix(&self) -> &'static str {
        self.service.prefix
    }

    /// The name without the prefix, as AWS spells it: `UpdateService`.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The name with the prefix: `ecs:UpdateService`.
    pub fn full_name(&self) -> String {
        format!("{}:{}", self.service.prefix, self.name)
    }

    /// The access level.
    pub const fn level(&self) -> AccessLevel {
        self.row.level
    }

    /// The resource types that the action is authorized on. If there are none, a statement must name
    /// `*`.
    pub fn resources(&self) -> Vec<ActionResource> {
        let pairs = self.service.resource_lists.get(self.row.resources);
        let resource = |pair: &[u16]| {
            let kind = usize::from(*pair.first()? / 2);
            Some(ActionResource {
                kind: self.service.kinds.get(kind)?.to_owned(),
                arn: self.service.template(self.service.kind_rows.get(kind)?),
                required: pair.first()? % 2 == 1,
            })
        };
        pairs.chunks(2).filter_map(resource).collect()
    }

    /// Whether the action has resource types.
    pub fn takes_resources(&self) -> bool {
        let pairs = self.service.resource_lists.get(self.row.resources);
        !pairs.is_empty()
    }

    /// The condition keys that the action supports, without the global ones. A key can occur twice.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        let service = self.service;
        let pairs = service.resource_lists.get(self.row.resources).chunks(2);
        let by_resource = pairs.flat_map(move |pair| {
            let kind = pair.first().map(|kind| usize::from(*kind / 2));
            let of_kind = kind.and_then(|kind| service.kind_rows.get(kind));
            let sets = [
                of_kind.map(|row| row.keys),
                pair.get(1).map(|set| usize::from(*set)),
            ];
            sets.into_iter()
                .flatten()
                .flat_map(move |set| service.key_set(set))
        });
        service.key_set(self.row.keys).chain(by_resource)
    }

    /// Whether the action supports a key that was looked up.
    pub(crate) fn takes(&self, uses: &KeyUse) -> bool {
        let has = |set: usize| uses.sets.get(set).copied().unwrap_or(false);
        let service = self.service;
        let mut pairs = service.resource_lists.get(self.row.resources).chunks(2);
        has(self.row.keys)
            || pairs.any(|pair| {
                let kind = pair.first().map(|kind| usize::from(*kind / 2));
                let of_kind = kind.and_then(|kind| service.kind_rows.get(kind));
                let of_action = pair.get(1).map(|set| usize::from(*set));
                of_kind.is_some_and(|row| has(row.keys)) || of_action.is_some_and(has)
            })
    }

    /// Whether the action supports a condition key, as it is written in a policy; global keys are not
    /// included.
    pub fn takes_key(&self, key: &str) -> bool {
        self.keys().any(|template| names(template, key))
    }

    /// Actions that a call may need in addition, as `service:Name`.
    pub fn dependents(&self) -> impl Iterator<Item = &'a str> {
        let service = self.service;
        let numbers = service.dependent_sets.get(self.row.dependents).iter();
        numbers.filter_map(move |number| service.dependents.get(usize::from(*number)))
    }
}
