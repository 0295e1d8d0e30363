//! What a program that writes checks imports: `use harden_core::prelude::*;`.

pub use async_trait::async_trait;
pub use jiff::{self, Timestamp};

pub use crate::{
    Arg, Check, Cx, Evidence, FactError, Facts, Finding, Judgement, Judging, Kind, Known, Listing,
    Meta, Place, Policies, Policy, Provider, Remediation, Resource, ResourceId, Rule, Severity,
    Snapshot, Step, Subject, Unknown, Verdict,
};
