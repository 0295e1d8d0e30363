//! The tables of the policy file that belong to providers.

use std::collections::BTreeMap;

use harden_core::{Policies, Policy};
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml::Spanned;
use toml::de::DeValue;

use super::{Accept, Checks, Estate};

type Parse = Box<dyn Fn(Spanned<DeValue<'_>>, &mut Policies) -> Result<(), toml::de::Error>>;

/// The tables of the policy file that belong to the providers of a program.
#[derive(Default)]
pub struct Tables(pub(super) BTreeMap<&'static str, Table>);

pub(super) struct Table {
    pub(super) parse: Parse,
    schema: fn(&mut SchemaGenerator) -> schemars::Schema,
}

impl Tables {
    /// No tables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the table of a provider.
    #[must_use]
    pub fn with<P: Policy + DeserializeOwned + JsonSchema>(mut self) -> Self {
        let parse: Parse = Box::new(|value, policies| {
            let policy = P::deserialize(value.into_deserializer())?;
            policies.insert(policy);
            Ok(())
        });
        let schema = SchemaGenerator::subschema_for::<P>;
        self.0.insert(P::TABLE, Table { parse, schema });
        self
    }

    /// The JSON schema of a policy file with these tables.
    #[must_use]
    pub fn schema(&self) -> serde_json::Value {
        let mut generator = SchemaGenerator::default();
        let mut properties = serde_json::Map::new();
        let mut property = |name: &str, schema: schemars::Schema| {
            properties.insert(name.to_owned(), schema.to_value());
        };
        property("estate", generator.subschema_for::<Estate>());
        property("checks", generator.subschema_for::<Checks>());
        property("accept", generator.subschema_for::<Vec<Accept>>());
        for (name, table) in &self.0 {
            property(name, (table.schema)(&mut generator));
        }
        serde_json::json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "harden.toml",
            "description": "The policy of an audit: the name of the estate, what is required, which checks are off, and which risks are accepted.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
            "$defs": generator.take_definitions(true),
        })
    }
}
