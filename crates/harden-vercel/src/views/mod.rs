//! What the checks judge that need several kinds, joined from listings by pure functions.

mod required;
mod variable;

pub(crate) use required::RequiredVariables;
pub(crate) use variable::{EnvVariable, ProjectRef, VariableEntry};
