//! One action of a service.

use super::{KeyUse, Row, Service};
use crate::table::keys::names;

/// How far an action goes (Service Authorization Reference, "Access levels").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// It lists resources.
    List,
    /// It reads, and changes nothing.
    Read,
    /// It changes resources.
    Write,
    /// It changes tags only.
    Tagging,
    /// It changes who may do what.
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

/// A kind of resource that an action is authorized on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionResource {
    /// The name of the kind in the reference: `task-definition`.
    pub kind: String,
    /// Its ARN as a template, with `${Partition}` and the like where anything may stand.
    pub arn: String,
    /// Whether every call is authorized on one (the reference marks it with a star).
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

    /// The whole name: `ecs:UpdateService`.
    pub fn full_name(&self) -> String {
        format!("{}:{}", self.service.prefix, self.name)
    }

    /// How far it goes.
    pub const fn level(&self) -> AccessLevel {
        self.row.level
    }

    /// The kinds of resources that it is authorized on; with none of them a statement must be
    /// about `*`.
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

    /// Whether it is authorized on resources at all.
    pub fn takes_resources(&self) -> bool {
        let pairs = self.service.resource_lists.get(self.row.resources);
        !pairs.is_empty()
    }

    /// The condition keys that it may be called with, some of them twice; without the global ones.
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

    /// Whether it may be called with a key that was looked up.
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

    /// Whether it may be called with a condition key as a policy writes it; the global keys aside.
    pub fn takes_key(&self, key: &str) -> bool {
        self.keys().any(|template| names(template, key))
    }

    /// Actions that a call of it may need as well, as `service:Name`.
    pub fn dependents(&self) -> impl Iterator<Item = &'a str> {
        let service = self.service;
        let numbers = service.dependent_sets.get(self.row.dependents).iter();
        numbers.filter_map(move |number| service.dependents.get(usize::from(*number)))
    }
}
