//! Errors in the files that a person writes, with their positions.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use harden_core::one_line;

use crate::catalog::nearest;
use crate::policy_file::PROVIDERS;

/// An error in a policy file or in an attestations file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong, in one line and in lower case.
    pub message: String,
    /// Where, as a range of bytes of the text.
    pub span: Range<usize>,
    /// What to write instead, if that is known.
    pub help: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    pub(crate) fn from_toml(error: &toml::de::Error) -> Self {
        let message = error.message().trim().to_owned();
        let help = suggestion(&message);
        Self {
            message,
            span: error.span().unwrap_or(0..0),
            help,
        }
    }

    /// The error with the line at fault, in the style of compiler messages. The line is left out unless
    /// the text is a configuration of harden and the line looks like TOML: the path can be a link to
    /// another file, whose content must not appear in a log.
    #[must_use]
    pub fn render(&self, text: &str, path: &str) -> String {
        let end = text.len();
        let span = self.span.start.min(end)..self.span.end.min(end);
        let (title, help) = (
            one_line(&self.message, MAX_MESSAGE),
            self.help.as_deref().map(|help| one_line(help, MAX_MESSAGE)),
        );
        let path = one_line(path, MAX_MESSAGE);
        let group = Level::ERROR.primary_title(title.as_str());
        let mut group = if is_quotable(text, &span) {
            group.element(
                Snippet::source(text)
                    .path(path.as_str())
                    .annotation(AnnotationKind::Primary.span(span)),
            )
        } else {
            let before = text.get(..span.start).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let column = before.get(line_start..).unwrap_or_default();
            group.element(
                Origin::path(path.as_str())
                    .line(before.matches('\n').count() + 1)
                    .char_column(column.chars().count() + 1),
            )
        };
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        // Without a line of the file, the renderer leaves out the space before the arrow.
        let text = Renderer::plain().render(&[group]);
        text.replacen("\n--> ", "\n --> ", 1)
    }
}

/// The longest message, in characters: it can quote a key of the file.
const MAX_MESSAGE: usize = 500;
/// A longer line was not written by a person and is not shown.
const MAX_LINE: usize = 400;

/// Whether the lines of a span can be shown.
fn is_quotable(text: &str, span: &Range<usize>) -> bool {
    let start = text
        .get(..span.start)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1);
    let rest = text.get(span.end..).unwrap_or_default();
    let end = span.end + rest.find('\n').unwrap_or(rest.len());
    let lines = text.get(start..end).unwrap_or_default();
    text.lines().any(is_own_table) && lines.lines().all(looks_like_toml)
}

/// Whether a line is the header of a table that only harden's files have.
fn is_own_table(line: &str) -> bool {
    let Some(header) = line.trim_start().strip_prefix('[') else {
        return false;
    };
    let header = header.strip_prefix('[').unwrap_or(header).trim_start();
    let end = header.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let name = header
        .get(..end.unwrap_or(header.len()))
        .unwrap_or_default();
    ["estate", "checks", "accept", "attestation"].contains(&name) || PROVIDERS.contains(&name)
}

/// Whether a line looks like TOML: a comment, a header, the end of a value, or a key with a value.
fn looks_like_toml(line: &str) -> bool {
    let line = line.trim();
    if line.len() > MAX_LINE || line.chars().any(harden_core::is_unseen) {
        return false;
    }
    let is_part_of_array = line.starts_with(['"', '\'']) && !line.contains("\":");
    if is_part_of_array || line.is_empty() || line.starts_with(['#', '[', ']', '}']) {
        return true;
    }
    let Some((key, value)) = line.split_once('=') else {
        return false;
    };
    let is_key = |c: char| c.is_ascii_alphanumeric() || "-_.\"' /*".contains(c);
    let value = value.trim();
    let is_bare = ["true", "false", "inf", "nan"].contains(&value);
    let is_number = value.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
        && value
            .chars()
            .all(|c| c.is_ascii_digit() || "+-_.:TZe ".contains(c));
    key.chars().all(is_key)
        && (value.is_empty() || value.starts_with(['"', '\'', '[', '{']) || is_bare || is_number)
}

/// All errors of a policy file.
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

/// The most similar known word, from serde's "unknown field `x`, expected one of `a`, `b`".
fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if !(message.starts_with("unknown field") || message.starts_with("unknown variant")) {
        return None;
    }
    let word = quoted.next()?;
    nearest(word, quoted).map(|found| format!("did you mean `{found}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str, fault: &str) -> String {
        let at = text.find(fault).unwrap();
        let error = ConfigError {
            message: "not\nvalid".to_owned(),
            span: at..at + fault.len(),
            help: Some("::add-mask::x\nsecond".to_owned()),
        };
        error.render(text, "harden.toml")
    }

    #[test]
    fn lines_of_other_files_are_not_shown() {
        for text in [
            "machine example.com login me password hunter2\n",
            "AWS_SECRET_ACCESS_KEY=hunter2\n",
            "TOKEN=\"hunter2\"\n",
            "[default]\naws_secret_access_key = hunter2\n",
            "[aws]\nkey = hunter2\n",
            "[aws]\n{\"token\": \"hunter2\"}\n",
            "[aws]\n\"token\": \"hunter2\"\n",
            "[aws]\nhunter2\n",
            "[aws]\nx = 1\0hunter2\n",
        ] {
            let shown = render(text, "hunter2");
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(shown.contains("\n --> harden.toml:"), "{shown}");
        }
    }

    #[test]
    fn lines_of_a_policy_are_shown_and_messages_have_one_line() {
        let shown = render("[aws]\nregions = [\"us-east-2\"]\n", "regions");
        assert!(shown.contains("regions = [\"us-east-2\"]"), "{shown}");
        assert!(shown.contains("harden.toml:2:1"), "{shown}");
        assert!(shown.contains("not\\nvalid"), "{shown}");
        assert!(shown.lines().all(|line| !line.starts_with("::")), "{shown}");
        assert!(shown.contains("::add-mask::x\\nsecond"), "{shown}");
        let shown = render("[[accept]]\ncheck = 'aws/x'\n", "'aws/x'");
        assert!(shown.contains("check = 'aws/x'"), "{shown}");
    }
}
