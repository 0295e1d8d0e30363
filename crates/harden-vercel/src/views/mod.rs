//! What checks across kinds judge, joined by pure functions.

mod required;
mod variable;

pub(crate) use required::RequiredVariables;
pub(crate) use variable::{OfProject, ProjectVariable, Seen};
