//! The kinds of resources that are read from an organization, one file each.
//!
//! The file of a kind has its type, its name and the scopes that its listing needs. `live/` lists
//! each kind, in a file of the same name. The place of every kind is the slug of the organization.
//!
//! Where Sentry accepts any of several scopes for a call, the kind names the weakest one.

mod alert;
mod artifacts;
mod condition;
mod detector;
mod error_events;
mod integration;
mod member;
mod monitor;
mod project;
mod release_deploys;
mod releases;
mod source_map_debug;
mod team;
mod token;

pub use alert::{Action, Alert, Fallthrough, Filter, Model, Target};
pub use artifacts::{Artifacts, Bundle};
pub use condition::{Condition, Group, Logic, Match};
pub use detector::Detector;
pub use error_events::{ErrorEvent, ErrorEvents};
pub use integration::Integration;
pub use member::Member;
pub use monitor::{Measure, Monitor, Threshold, Watches};
pub use project::Project;
pub use release_deploys::{Deploy, ReleaseDeploys};
pub use releases::{Release, Releases};
pub use source_map_debug::{Debugged, SourceMapDebug};
pub use team::Team;
pub use token::Token;

use harden_core::{Kind, Place, ResourceId};

/// All kinds that this crate lists.
pub const KINDS: &[&Kind] = {
    use harden_core::Resource;
    &[
        Alert::KIND,
        Artifacts::KIND,
        Detector::KIND,
        ErrorEvents::KIND,
        Integration::KIND,
        Member::KIND,
        Project::KIND,
        ReleaseDeploys::KIND,
        Releases::KIND,
        SourceMapDebug::KIND,
        Team::KIND,
        Token::KIND,
    ]
};

/// The id of a kind that each project has one of, shown as `organization/project`.
fn of_project(kind: &'static Kind, organization: &str, project: &str) -> ResourceId {
    ResourceId::new(kind.name, Place::global(organization), project)
        .shown_as(&format!("{organization}/{project}"))
}
