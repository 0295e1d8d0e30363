//! The kinds of resources that are read of projects, one file each.
//!
//! How a kind is listed stands in `live/`, under the same name. Fields are named after the API's. No
//! kind has a field for a variable's value.

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

/// The id of what there is one of in each project. The project's id stays when it is renamed; it is
/// shown as `team/project`.
fn of_project(kind: &'static Kind, account: &str, project: &str, name: &str) -> ResourceId {
    ResourceId::new(kind.name, Place::global(account), project)
        .shown_as(&format!("{account}/{name}"))
}
