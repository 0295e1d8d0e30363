//! The catalogue of known paths.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A known privilege escalation path.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EscalationPath {
    /// The actions that together are the path.
    pub actions: Vec<String>,
    /// Its names, by catalogue.
    pub names: BTreeMap<String, Vec<String>>,
    /// Why it gives more permissions, for paths that are in no public catalogue.
    pub why: Option<String>,
    /// The services that it passes a role to (values of `iam:PassedToService`); empty if it passes no
    /// role.
    pub passed_to: Vec<String>,
}

impl EscalationPath {
    /// The name in the first catalogue that has it, with the name of the catalogue.
    pub fn name(&self) -> String {
        let catalogues = ["pathfinding.cloud", "prowler", "cloudsplaining", "harden"];
        let named = catalogues.iter().find_map(|catalogue| {
            let name = self.names.get(*catalogue)?.first()?;
            Some(format!("{catalogue} {name}"))
        });
        named.unwrap_or_else(|| self.actions.join(" + "))
    }

    /// Whether it passes a role.
    pub fn passes_role(&self) -> bool {
        self.actions.iter().any(|action| action == PASS_ROLE)
    }
}

pub(super) const PASS_ROLE: &str = "iam:PassRole";

static PATHS: LazyLock<Vec<EscalationPath>> = LazyLock::new(|| {
    // The file is part of the crate, so parsing cannot fail; a test counts the paths.
    serde_json::from_str(include_str!("../../escalation/paths.json")).unwrap_or_default()
});

/// All known paths, in the order of their actions.
pub fn known_paths() -> &'static [EscalationPath] {
    &PATHS
}
