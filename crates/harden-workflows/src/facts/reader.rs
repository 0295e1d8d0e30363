//! Which reader made a record, and whether the record is whole.
//!
//! A field that is empty is not written, so that records stay short. A record from which a field was
//! lost would then read as if the file did not have it: a checkout of a stranger's code would be no
//! checkout. Each record therefore has the version of the reader and the number of fields that it
//! wrote, at all depths. A record of an older reader, or one with another number of fields, is
//! unknown: it is never read as empty.

use harden_core::{Cause, Unknown};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The version of the reader. It grows when the reader learns to see something that an older one
/// did not: the records of the older one are then unknown.
pub const VERSION: u32 = 3;

/// The key of [`Reader`] in a record.
const KEY: &str = "reader";

/// Who made a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Reader {
    version: u32,
    /// The fields of the record that have a value, at all depths, this one left out.
    fields: usize,
}

/// A record that has its reader in it.
pub(super) trait Recorded: Sized {
    /// The fields that name the resource; all others are facts.
    const NAMES: &'static [&'static str];

    /// Writes the fields alone.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads the fields alone. A fact that is missing is unknown.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// The same resource, with all facts unknown.
    fn unknown(self, why: &Unknown) -> Self;
}

struct Written<'a, R>(&'a R);

impl<R: Recorded> Serialize for Written<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

struct Read<R>(R);

impl<'de, R: Recorded> Deserialize<'de> for Read<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        R::read(deserializer).map(Self)
    }
}

/// Writes a record with its reader.
pub(super) fn serialize<R: Recorded, S: Serializer>(
    record: &R,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let value = serde_json::to_value(Written(record)).map_err(S::Error::custom)?;
    let Value::Object(mut fields) = value else {
        return value.serialize(serializer);
    };
    let reader = Reader {
        version: VERSION,
        fields: count_of(&fields),
    };
    let reader = serde_json::to_value(reader).map_err(S::Error::custom)?;
    fields.insert(KEY.to_owned(), reader);
    fields.serialize(serializer)
}

/// Reads a record. Without its reader, or without one of its fields, the facts are unknown.
pub(super) fn deserialize<'de, R, D>(deserializer: D) -> Result<R, D::Error>
where
    R: Recorded,
    D: Deserializer<'de>,
{
    let mut fields = Map::deserialize(deserializer)?;
    let reader = fields.remove(KEY);
    let whole = whole(reader, &fields);
    let names = fields
        .iter()
        .filter(|(name, _)| R::NAMES.contains(&&***name));
    let names: Map<String, Value> = names.map(|(n, v)| (n.clone(), v.clone())).collect();
    let read = whole.and_then(|()| {
        let read = serde_json::from_value(Value::Object(fields));
        read.map_err(|_| malformed())
    });
    match read {
        Ok(Read(record)) => Ok(record),
        Err(why) => {
            let Read(record) = serde_json::from_value::<Read<R>>(Value::Object(names))
                .map_err(D::Error::custom)?;
            Ok(record.unknown(&why))
        }
    }
}

fn whole(reader: Option<Value>, fields: &Map<String, Value>) -> Result<(), Unknown> {
    let not_recorded = |message: String| Err(Unknown::new(Cause::NotRecorded, message));
    let reader: Option<Reader> = reader.and_then(|reader| serde_json::from_value(reader).ok());
    let Some(reader) = reader else {
        return not_recorded(
            "an older version of harden recorded this file, whose reader of workflows does not see \
             all that this one judges: record it again"
                .to_owned(),
        );
    };
    if reader.version != VERSION {
        let age = if reader.version < VERSION {
            "an older"
        } else {
            "a newer"
        };
        return not_recorded(format!(
            "{age} version of harden recorded this file (reader {}, this is {VERSION}): record it \
             again",
            reader.version
        ));
    }
    let found = count_of(fields);
    if reader.fields != found {
        return not_recorded(format!(
            "the record of this file has {found} fields, and its reader wrote {}: it was changed \
             after it was recorded",
            reader.fields
        ));
    }
    Ok(())
}

fn malformed() -> Unknown {
    Unknown::new(
        Cause::NotRecorded,
        "the record of this file does not have the form that its reader writes",
    )
}

/// The number of fields of an object that have a value, at all depths: one that became `null` is
/// missed as one that is gone.
fn count_of(fields: &Map<String, Value>) -> usize {
    let set = fields.values().filter(|value| !value.is_null());
    set.map(|value| 1 + count(value)).sum()
}

fn count(value: &Value) -> usize {
    match value {
        Value::Object(fields) => count_of(fields),
        Value::Array(all) => all.iter().map(count).sum(),
        _ => 0,
    }
}

/// Makes a type one that is recorded with its reader.
macro_rules! recorded {
    ($type:ident, [$($name:literal),*], |$record:ident, $why:ident| $unknown:expr) => {
        impl Recorded for $type {
            const NAMES: &'static [&'static str] = &[$($name),*];

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // the function that serde derives for `remote = "Self"`, not the trait's
                Self::serialize(self, serializer)
            }

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }

            fn unknown(self, $why: &Unknown) -> Self {
                let $record = self;
                $unknown
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                reader::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                reader::deserialize(deserializer)
            }
        }
    };
}

pub(super) use recorded;
