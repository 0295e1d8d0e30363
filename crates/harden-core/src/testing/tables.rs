//! The policy blocks of pages.

use crate::{Policies, Policy};

type Read = fn(toml::Value, &mut Policies) -> Result<(), toml::de::Error>;

/// The policy tables that the policy blocks of a crate's pages may have.
#[derive(Debug, Clone, Default)]
pub struct Tables(Vec<(&'static str, Read)>);

impl Tables {
    /// These, and one more.
    #[must_use]
    pub fn with<P: Policy + serde::de::DeserializeOwned>(mut self) -> Self {
        let read: Read = |value, policies| {
            policies.insert::<P>(value.try_into()?);
            Ok(())
        };
        self.0.push((P::TABLE, read));
        self
    }

    /// The policies of a block; all by default where there is none. A table that the crate does not
    /// have is a mistake of the page.
    #[must_use]
    pub fn policies(&self, block: Option<&str>) -> Policies {
        let mut policies = Policies::default();
        let block = block.unwrap_or_default();
        let tables: toml::Table = block.parse().unwrap_or_else(|e| panic!("{e}\n{block}"));
        for (name, value) in tables {
            let known = self.0.iter().find(|(table, _)| *table == name);
            let (_, read) = known.unwrap_or_else(|| panic!("no table [{name}]\n{block}"));
            read(value, &mut policies).unwrap_or_else(|e| panic!("{e}\n{block}"));
        }
        policies
    }
}
