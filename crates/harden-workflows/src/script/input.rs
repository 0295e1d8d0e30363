//! What a command reads.

/// What a command reads on its standard input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Input {
    /// The standard input of the step.
    #[default]
    None,
    /// This text: a here-document, or what a plain `echo` prints.
    Text(String),
    /// Something that is computed when it runs.
    Computed,
}
