//! The kinds of resources that are read from Vercel, one file each.
//!
//! `live/` lists each kind, in a file of the same name. Fields have the names of the API's fields.
//! No kind has a field for the value of a variable.

mod production_deployment;
mod project;
mod project_variables;
mod shared_variables;

pub use production_deployment::{Deployment, ProductionDeployment};
pub use project::{CustomEnvironment, Project};
pub use project_variables::{ProjectVariables, Variable};
pub use shared_variables::{SharedVariable, SharedVariables};

use harden_core::{Kind, Place, ResourceId};

/// All kinds that this crate lists.
pub const KINDS: &[&Kind] = {
    use harden_core::Resource;
    &[
        ProductionDeployment::KIND,
        Project::KIND,
        ProjectVariables::KIND,
        SharedVariables::KIND,
    ]
};

/// The id of a kind that each project has one of. It is built from the project's id, which stays
/// the same when the project is renamed, and is shown as `team/project`.
fn of_project(kind: &'static Kind, account: &str, project: &str, name: &str) -> ResourceId {
    ResourceId::new(kind.name, Place::global(account), project)
        .shown_as(&format!("{account}/{name}"))
}
