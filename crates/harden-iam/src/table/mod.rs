//! The actions of AWS services, with the resources and condition keys that they support.
//!
//! The data is from AWS's Service Authorization Reference, taken from the packages that
//! `table/SOURCE.md` names; `table/build.py` builds the table. It is decompressed on first use and then
//! needs less than 700 kB. Facts from other AWS pages are in [`known`].

mod decode;
mod keys;
pub mod known;
mod service;

use std::sync::{LazyLock, OnceLock};

use decode::{Names, Reader};
pub use keys::KeyType;
pub(crate) use service::KeyUse;
pub use service::{AccessLevel, Action, ActionResource, Service};

static DEFLATED: &[u8] = include_bytes!("../../table/authorization.bin");

static TABLE: LazyLock<Table> = LazyLock::new(Table::inflate);

/// The decompressed table. A service is decoded when it is requested.
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

/// The byte ranges of a service's prefix and block.
struct Entry {
    name: (u32, u32),
    block: (u32, u32),
}

impl Table {
    fn inflate() -> Self {
        // The bytes are part of the crate, so decompression cannot fail; `tests/source.rs` compares the
        // table with its source. With an empty table every action would be reported as unknown.
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

/// The prefixes of all services, in alphabetical order.
pub fn services() -> impl Iterator<Item = &'static str> {
    TABLE.services.iter().map(|entry| TABLE.name(entry))
}

/// The service with a prefix (`ecs`), in any case; `None` if it does not exist.
///
/// Each call decodes the service again: keep the value if you need it more than once.
///
/// Service Authorization Reference, "Actions, resources, and condition keys for AWS services".
pub fn service(prefix: &str) -> Option<Service> {
    let prefix = prefix.to_ascii_lowercase();
    let at = TABLE
        .services
        .binary_search_by(|entry| TABLE.name(entry).cmp(&prefix));
    Some(read(TABLE.services.get(at.ok()?)?))
}

fn read(entry: &Entry) -> Service {
    Service::read(TABLE.name(entry), TABLE.bytes(entry.block), &TABLE)
}

/// The decoded services, each from its first use on.
static DECODED: LazyLock<Vec<OnceLock<Service>>> =
    LazyLock::new(|| TABLE.services.iter().map(|_| OnceLock::new()).collect());

/// As [`service`], but the service is decoded once and kept: evaluation looks up an action for each
/// request.
pub(crate) fn kept_service(prefix: &str) -> Option<&'static Service> {
    let find = |prefix: &str| {
        TABLE
            .services
            .binary_search_by(|entry| TABLE.name(entry).cmp(prefix))
    };
    let at = match find(prefix) {
        Ok(at) => at,
        Err(_) => find(&prefix.to_ascii_lowercase()).ok()?,
    };
    let entry = TABLE.services.get(at)?;
    Some(DECODED.get(at)?.get_or_init(|| read(entry)))
}

#[cfg(test)]
mod tests;
