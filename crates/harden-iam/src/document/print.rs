//! Prints a policy as canonical JSON: elements in the order of AWS's examples, one value as a string,
//! several values as a list, and statements always as a list.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Condition, Policy, PrincipalSet, Selector, Statement};

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(version) = self.version {
            map.serialize_entry("Version", version.as_str())?;
        }
        if let Some(id) = &self.id {
            map.serialize_entry("Id", id)?;
        }
        map.serialize_entry("Statement", &self.statements)?;
        map.end()
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &self.sid {
            map.serialize_entry("Sid", sid)?;
        }
        map.serialize_entry("Effect", self.effect.as_str())?;
        match &self.principal {
            Some(Selector::Only(set)) => map.serialize_entry("Principal", set)?,
            Some(Selector::Except(set)) => map.serialize_entry("NotPrincipal", set)?,
            None => {}
        }
        match &self.actions {
            Selector::Only(list) => map.serialize_entry("Action", &Values(list))?,
            Selector::Except(list) => map.serialize_entry("NotAction", &Values(list))?,
        }
        match &self.resources {
            Some(Selector::Only(list)) => map.serialize_entry("Resource", &Values(list))?,
            Some(Selector::Except(list)) => map.serialize_entry("NotResource", &Values(list))?,
            None => {}
        }
        if !self.conditions.is_empty() {
            map.serialize_entry("Condition", &Conditions(&self.conditions))?;
        }
        map.end()
    }
}

impl Serialize for PrincipalSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.everyone {
            return serializer.serialize_str("*");
        }
        let kinds = [
            ("AWS", &self.aws),
            ("Service", &self.services),
            ("Federated", &self.federated),
            ("CanonicalUser", &self.canonical_users),
        ];
        let present = kinds.iter().filter(|(_, list)| !list.is_empty());
        serializer.collect_map(present.map(|(kind, list)| (kind, Values(list))))
    }
}

struct Values<'a>(&'a [String]);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => serializer.serialize_str(one),
            list => serializer.collect_seq(list),
        }
    }
}

/// The conditions by operator. Those of one operator are adjacent in a statement.
struct Conditions<'a>(&'a [Condition]);

impl Serialize for Conditions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = self.0.chunk_by(|a, b| a.operator == b.operator);
        serializer.collect_map(groups.map(|group| (&group[0].operator, Keys(group))))
    }
}

struct Keys<'a>(&'a [Condition]);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|one| (&one.key, Values(&one.values))))
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if f.alternate() {
            serde_json::to_string_pretty(self)
        } else {
            serde_json::to_string(self)
        };
        f.write_str(&text.map_err(|_| fmt::Error)?)
    }
}
