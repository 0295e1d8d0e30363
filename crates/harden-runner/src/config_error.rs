//! What is wrong with a file that a person wrote, and where.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::catalog::nearest;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong, in one line.
    pub message: String,
    /// Where, in bytes.
    pub span: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    pub(crate) fn of(error: &toml::de::Error) -> Self {
        let message = error.message().trim().to_owned();
        let help = suggestion(&message);
        Self {
            message,
            span: error.span().unwrap_or(0..0),
            help,
        }
    }

    /// The error with the line that it is about, as compilers show it.
    #[must_use]
    pub fn render(&self, text: &str, path: &str) -> String {
        let end = text.len();
        let span = self.span.start.min(end)..self.span.end.min(end);
        let snippet = Snippet::source(text)
            .path(path)
            .annotation(AnnotationKind::Primary.span(span));
        let mut group = Level::ERROR
            .primary_title(self.message.as_str())
            .element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        Renderer::plain().render(&[group])
    }
}

/// All that is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// From serde's "unknown field `x`, expected one of `a`, `b`": the nearest of them.
fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if !(message.starts_with("unknown field") || message.starts_with("unknown variant")) {
        return None;
    }
    let word = quoted.next()?;
    nearest(word, quoted).map(|found| format!("did you mean `{found}`?"))
}
