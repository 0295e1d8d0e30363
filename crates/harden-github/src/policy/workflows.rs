//! `[github.workflows]`: the requirements for workflows.

use schemars::JsonSchema;
use serde::Deserialize;

/// The requirements for workflows (guide §1, §7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkflowsPolicy {
    /// The file of the workflow that deploys: `.github/workflows/backend-deploy.yml`. Default: the
    /// workflows with a job that deploys to production.
    pub deploy: Option<String>,
    /// The name of the production environment.
    pub production_environment: String,
    /// The tag of the smoke tests.
    pub smoke_tag: String,
    /// Other commands that run the smoke tests, such as the name of a script of `package.json`:
    /// `test:smoke`. `*` matches any text.
    pub smoke_commands: Vec<String>,
    /// Whether a repository whose workflows do not use Playwright must run smoke tests too.
    pub smoke_required: bool,
    /// The largest age of the last run of the smoke tests on the branch, in days.
    pub smoke_stale_days: u32,
    /// Owners whose actions need not be pinned to a commit. Actions of the repository and of its owner
    /// never need it.
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
