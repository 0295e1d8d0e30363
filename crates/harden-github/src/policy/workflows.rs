//! `[github.workflows]`: what workflows must do.

use schemars::JsonSchema;
use serde::Deserialize;

/// What workflows must do (guide §1, §7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkflowsPolicy {
    /// The file of the workflow that deploys, `.github/workflows/backend-deploy.yml`. Default: found
    /// by its jobs.
    pub deploy: Option<String>,
    /// The environment of production.
    pub production_environment: String,
    /// The tag of the smoke tests.
    pub smoke_tag: String,
    /// Other commands that run the smoke tests, with `*` for anything: the name of a script of
    /// `package.json`, `test:smoke`.
    pub smoke_commands: Vec<String>,
    /// Whether a repository whose workflows show nothing of Playwright must run smoke tests too.
    pub smoke_required: bool,
    /// How many days may lie between two runs of the smoke tests on the branch.
    pub smoke_stale_days: u32,
    /// Owners whose actions need not be pinned to a commit. Those of the repository's own owner and
    /// of its own folders never need it.
    pub trusted_owners: Vec<String>,
}

impl Default for WorkflowsPolicy {
    fn default() -> Self {
        Self {
            deploy: None,
            production_environment: "production".to_owned(),
            smoke_tag: "@smoke".to_owned(),
            smoke_commands: Vec::new(),
            smoke_required: false,
            smoke_stale_days: 14,
            trusted_owners: vec!["actions".to_owned(), "github".to_owned()],
        }
    }
}
