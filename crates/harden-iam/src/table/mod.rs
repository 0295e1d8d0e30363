//! What AWS's services authorize: their actions, on which resources, with which condition keys.
//!
//! The facts are those of AWS's Service Authorization Reference, by way of the packages that
//! `table/SOURCE.md` names; `table/build.py` makes the table from them. It is inflated at the first
//! question, and takes less than 700 kB then. What the packages lack, because AWS's pages say it
//! elsewhere or nowhere, is in `known.rs`.

mod decode;
mod keys;
pub mod known;
mod service;

use std::sync::LazyLock;

use decode::{Names, Reader};
pub use keys::KeyType;
pub(crate) use service::KeyUse;
pub use service::{AccessLevel, Action, ActionResource, Service};

static DEFLATED: &[u8] = include_bytes!("../../table/authorization.bin");

static TABLE: LazyLock<Table> = LazyLock::new(Table::inflate);

/// The table, inflated; services are taken apart when they are asked for.
struct Table {
    /// The services' blocks, one after the other.
    blocks: Box<[u8]>,
    services: Vec<Entry>,
    /// Condition keys of two or more services.
    keys: Names,
    key_types: Vec<KeyType>,
    /// Actions that others depend on.
    dependents: Names,
}

/// Where a service's prefix and block lie.
struct Entry {
    name: (u32, u32),
    block: (u32, u32),
}

impl Table {
    fn inflate() -> Self {
        // The bytes are ours, and a test compares them with their source: no error can come of
        // them, and an empty table would show at once.
        let bytes = miniz_oxide::inflate::decompress_to_vec(DEFLATED).unwrap_or_default();
        let mut reader = Reader::new(&bytes);
        let keys = reader.names();
        let key_types = (0..keys.len())
            .map(|_| KeyType::of(reader.byte()))
            .collect();
        let dependents = reader.names();
        let count = reader.number();
        let rest = reader.rest();
        let mut reader = Reader::new(rest);
        let services = (0..count)
            .map(|_| Entry {
                name: reader.span(),
                block: reader.span(),
            })
            .collect();
        Self {
            blocks: rest.into(),
            services,
            keys,
            key_types,
            dependents,
        }
    }

    fn bytes(&self, (start, end): (u32, u32)) -> &[u8] {
        self.blocks
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    fn name(&self, entry: &Entry) -> &str {
        std::str::from_utf8(self.bytes(entry.name)).unwrap_or_default()
    }
}

/// The prefixes of all services, in order.
pub fn services() -> impl Iterator<Item = &'static str> {
    TABLE.services.iter().map(|entry| TABLE.name(entry))
}

/// A service by the prefix of its actions (`ecs`), in any case; nothing if there is none.
///
/// The service is taken apart anew each time: ask once for all that is needed of it.
pub fn service(prefix: &str) -> Option<Service> {
    let prefix = prefix.to_ascii_lowercase();
    let at = TABLE
        .services
        .binary_search_by(|entry| TABLE.name(entry).cmp(&prefix));
    let entry = TABLE.services.get(at.ok()?)?;
    Some(Service::read(
        TABLE.name(entry),
        TABLE.bytes(entry.block),
        &TABLE,
    ))
}

#[cfg(test)]
mod tests;
