//! Parses JSON with the order of keys and the position of every value.
//!
//! `serde_json` does the parsing. Its raw values are slices of the text, so their position follows from
//! their address. A separate parser would be one more grammar to get right, and published parsers with
//! positions accept more than JSON.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{ParseError, Position};

/// The deepest element of the policy language, the list of values of a condition, is at depth seven.
const DEEPEST: usize = 16;

/// A value and its position.
pub(super) struct Json {
    pub(super) at: Position,
    pub(super) value: Value,
}

pub(super) enum Value {
    Null,
    /// A string, a number or a boolean: condition values can be any of them.
    Scalar(String, Scalar),
    List(Vec<Json>),
    Object(Vec<(Key, Json)>),
}

pub(super) struct Key {
    pub(super) at: Position,
    pub(super) name: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Text,
    Other,
}

/// Parses a text whose first character is at `start`.
pub(super) fn read(text: &str, start: Position) -> Result<Json, ParseError> {
    // Parse the whole text first: then a syntax error has its position in the document, and parsing
    // the slices below cannot fail.
    serde_json::from_str::<serde_json::Value>(text).map_err(ParseError::Json)?;
    let raw: &RawValue = serde_json::from_str(text).map_err(ParseError::Json)?;
    let mut reader = Reader {
        places: Places::new(text, start),
    };
    reader.value(raw.get(), 0)
}

/// Computes the positions of slices of a text.
struct Places<'a> {
    text: &'a str,
    /// The offset and position of the last slice. Slices are visited in the order of the document, so
    /// that each character is counted once.
    offset: usize,
    at: Position,
}

impl<'a> Places<'a> {
    const fn new(text: &'a str, start: Position) -> Self {
        Self {
            text,
            offset: 0,
            at: start,
        }
    }

    /// The position of a slice of the text.
    fn of(&mut self, slice: &str) -> Position {
        let offset = (slice.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        for c in self.text.get(self.offset..offset).unwrap_or("").chars() {
            if c == '\n' {
                self.at.line = self.at.line.saturating_add(1);
                self.at.column = 1;
            } else {
                self.at.column = self.at.column.saturating_add(1);
            }
        }
        self.offset = offset;
        self.at
    }
}

struct Reader<'a> {
    places: Places<'a>,
}

impl<'a> Reader<'a> {
    fn value(&mut self, raw: &'a str, depth: usize) -> Result<Json, ParseError> {
        let at = self.places.of(raw);
        if depth > DEEPEST {
            return Err(ParseError::TooDeep { position: at });
        }
        let value = match raw.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = parse(raw)?;
                Value::Object(self.object(entries, depth)?)
            }
            Some(b'[') => {
                let items: Vec<&'a RawValue> = parse(raw)?;
                let items = items
                    .into_iter()
                    .map(|item| self.value(item.get(), depth + 1));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Value::Scalar(parse(raw)?, Scalar::Text),
            Some(b'n') | None => Value::Null,
            Some(_) => Value::Scalar(raw.to_owned(), Scalar::Other),
        };
        Ok(Json { at, value })
    }

    fn object(
        &mut self,
        entries: Vec<(&'a RawValue, &'a RawValue)>,
        depth: usize,
    ) -> Result<Vec<(Key, Json)>, ParseError> {
        let mut seen = HashSet::new();
        let mut object = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let at = self.places.of(key.get());
            let name: String = parse(key.get())?;
            if !seen.insert(name.clone()) {
                return Err(ParseError::Twice {
                    key: name,
                    position: at,
                });
            }
            object.push((Key { at, name }, self.value(value.get(), depth + 1)?));
        }
        Ok(object)
    }
}

fn parse<'a, T: Deserialize<'a>>(raw: &'a str) -> Result<T, ParseError> {
    serde_json::from_str(raw).map_err(ParseError::Json)
}

/// The entries of an object, in order, including repeated keys.
struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor).map(Entries)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}
