//! The known paths.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A known way from some permissions to more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EscalationPath {
    /// The actions that together make it.
    pub actions: Vec<String>,
    /// How the catalogues call it, by catalogue.
    pub names: BTreeMap<String, Vec<String>>,
    /// Why it leads to more, for those that no catalogue has.
    pub why: Option<String>,
    /// The services that it passes a role to, if it passes one: values of `iam:PassedToService`.
    pub passed_to: Vec<String>,
}

impl EscalationPath {
    /// The name by which to look it up: that of the first catalogue that has it.
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
    // The file is ours, and a test reads it: no error can come of it, and none would be silent,
    // since the test counts the paths.
    serde_json::from_str(include_str!("../../escalation/paths.json")).unwrap_or_default()
});

/// All known paths, in the order of their actions.
pub fn known_paths() -> &'static [EscalationPath] {
    &PATHS
}
