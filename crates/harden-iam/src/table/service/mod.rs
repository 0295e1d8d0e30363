//! A service of the table.

mod action;

pub use action::{AccessLevel, Action, ActionResource};

use super::Table;
use super::decode::{Lists, Names, Reader};
use super::keys::{KeyType, names};

/// A service, with its actions, resource types and condition keys.
#[derive(Clone, Debug)]
pub struct Service {
    prefix: &'static str,
    resource_control: bool,
    shared_keys: &'static Names,
    shared_types: &'static [KeyType],
    dependents: &'static Names,
    keys: Names,
    key_types: Vec<KeyType>,
    key_sets: Lists,
    kinds: Names,
    kind_rows: Vec<KindRow>,
    resource_lists: Lists,
    dependent_sets: Lists,
    actions: Names,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct KindRow {
    form: u8,
    rest: &'static str,
    keys: usize,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    level: AccessLevel,
    keys: usize,
    resources: usize,
    dependents: usize,
}

impl Service {
    pub(super) fn read(prefix: &'static str, block: &'static [u8], table: &'static Table) -> Self {
        let mut reader = Reader::new(block);
        let resource_control = reader.byte() == 1;
        let keys = reader.names();
        let key_types = (0..keys.len())
            .map(|_| KeyType::of(reader.byte()))
            .collect();
        let key_sets = reader.lists(1);
        let kinds = reader.names();
        let kind_rows = (0..kinds.len())
            .map(|_| KindRow {
                form: reader.byte(),
                rest: reader.text(),
                keys: reader.number(),
            })
            .collect();
        let resource_lists = reader.lists(2);
        let dependent_sets = reader.lists(1);
        let actions = reader.names();
        let rows = (0..actions.len())
            .map(|_| Row {
                level: AccessLevel::of(reader.byte()),
                keys: reader.number(),
                resources: reader.number(),
                dependents: reader.number(),
            })
            .collect();
        Self {
            prefix,
            resource_control,
            shared_keys: &table.keys,
            shared_types: &table.key_types,
            dependents: &table.dependents,
            keys,
            key_types,
            key_sets,
            kinds,
            kind_rows,
            resource_lists,
            dependent_sets,
            actions,
            rows,
        }
    }

    /// The prefix of the service's actions: `ecs`.
    pub const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// Whether the service supports resource control policies (AWS Organizations User Guide, "Resource
    /// control policies").
    pub const fn supports_resource_control_policies(&self) -> bool {
        self.resource_control
    }

    /// The actions, in alphabetical order.
    pub fn actions(&self) -> impl Iterator<Item = Action<'_>> {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(at, row)| self.row(at, *row))
    }

    /// The action with a name without prefix (`UpdateService`), in any case.
    pub fn action(&self, name: &str) -> Option<Action<'_>> {
        let at = self.actions.find(name)?;
        self.row(at, *self.rows.get(at)?)
    }

    fn row(&self, at: usize, row: Row) -> Option<Action<'_>> {
        Some(Action {
            service: self,
            name: self.actions.get(at)?,
            row,
        })
    }

    /// The type of a condition key, as it is written in a policy; `None` if the key is neither a key of
    /// this service nor a key that several services share.
    pub fn key_type(&self, key: &str) -> Option<KeyType> {
        let own = self.keys.iter().zip(&self.key_types);
        let shared = self.shared_keys.iter().zip(self.shared_types);
        let mut all = own.chain(shared);
        all.find(|(template, _)| names(template, key))
            .map(|(_, kind)| *kind)
    }

    /// Looks up which of the service's sets of keys contain a condition key.
    pub(crate) fn key_use(&self, key: &str) -> KeyUse {
        let shared = self.shared_keys.iter().enumerate();
        let own = self.keys.iter().enumerate();
        let first = self.shared_keys.len();
        let own = own.map(|(at, template)| (first + at, template));
        let numbers: Vec<usize> = shared
            .chain(own)
            .filter(|(_, template)| names(template, key))
            .map(|(number, _)| number)
            .collect();
        let holds = |at| {
            let mut set = self.key_sets.get(at).iter();
            set.any(|number| numbers.contains(&usize::from(*number)))
        };
        let sets: Vec<bool> = (0..self.key_sets.len()).map(holds).collect();
        let own = numbers.iter().any(|number| *number >= first);
        KeyUse { sets, own }
    }

    /// The keys that only this service has. They can contain placeholders such as `${TagKey}`.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter()
    }

    /// The ARN formats of all resource types: `arn:${Partition}:ecs:...`.
    pub fn arns(&self) -> impl Iterator<Item = String> {
        self.kind_rows.iter().map(|row| self.template(row))
    }

    fn key_name(&self, number: u16) -> Option<&str> {
        let number = usize::from(number);
        match number.checked_sub(self.shared_keys.len()) {
            Some(own) => self.keys.get(own),
            None => self.shared_keys.get(number),
        }
    }

    fn key_set(&self, at: usize) -> impl Iterator<Item = &str> {
        let numbers = self.key_sets.get(at).iter();
        numbers.filter_map(|number| self.key_name(*number))
    }

    fn template(&self, row: &KindRow) -> String {
        let (region, account) = match row.form {
            1 => ("${Region}", "${Account}"),
            2 => ("", "${Account}"),
            3 => ("", ""),
            4 => ("${Region}", ""),
            _ => return row.rest.to_owned(),
        };
        let service = self.prefix;
        format!(
            "arn:${{Partition}}:{service}:{region}:{account}:{}",
            row.rest
        )
    }
}

/// The sets of keys of a service that contain a certain key.
#[derive(Clone, Debug)]
pub(crate) struct KeyUse {
    sets: Vec<bool>,
    own: bool,
}

impl KeyUse {
    /// Whether the reference names the key for this service, but for none of its actions.
    pub(crate) fn is_named_only(&self) -> bool {
        self.own && !self.sets.contains(&true)
    }
}
