//! The kinds of resources that are read from an organization, one file each.
//!
//! A kind's file has its type, its name, and the scopes that its listing needs; how it is listed
//! stands in `live/`, under the same name. Every kind is placed by the organization's slug.
//!
//! Where Sentry takes any of several scopes for a call, the one that gives least is named.

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

/// The id of what there is one of in a project: shown as `organization/project`.
fn of_project(kind: &'static Kind, organization: &str, project: &str) -> ResourceId {
    ResourceId::new(kind.name, Place::global(organization), project)
        .shown_as(&format!("{organization}/{project}"))
}
