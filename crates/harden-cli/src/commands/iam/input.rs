//! The files that are judged, and what else is asked about them.

use std::io::Read as _;
use std::path::Path;

use harden_core::one_line;
use harden_iam::intake::{self, Document};
use harden_iam::{ParseError, Policy, Position};

use super::text;
use crate::config;
use crate::failure::{Context as _, Failure};

/// The details of a large account are some megabytes; what is longer is no file of policies.
const LONGEST: u64 = 64 << 20;

/// A file that was read.
pub(super) struct Input {
    /// Its path as given, or `<stdin>`.
    pub(super) shown: String,
    /// Its path in the checkout, if it lies in one.
    pub(super) path: Option<String>,
    pub(super) text: String,
    /// Where its lines begin: a large file has many findings.
    lines: Vec<usize>,
}

/// Reads the files; `-` is standard input, for one of all of them.
pub(super) fn read<'a>(files: impl IntoIterator<Item = &'a Path>) -> Result<Vec<Input>, Failure> {
    // as code scanning has paths: from the root of the checkout, or else from here
    let root = config::checkout(Path::new(".")).or_else(|| Path::new(".").canonicalize().ok());
    let mut stdin_taken = false;
    let mut read_one = |path: &Path| {
        let is_stdin = path == Path::new("-");
        if is_stdin && std::mem::replace(&mut stdin_taken, true) {
            return Err(Failure::new(
                "`-` stands twice, and there is one standard input",
            ));
        }
        let shown = if is_stdin {
            "<stdin>".to_owned()
        } else {
            one_line(&path.display().to_string(), 300)
        };
        let in_checkout = |root| config::in_checkout(path, root);
        let text = read_text(path, &shown)?;
        let path = root.as_deref().filter(|_| !is_stdin).and_then(in_checkout);
        Ok(Input::new(shown, path, text))
    };
    files.into_iter().map(&mut read_one).collect()
}

fn read_text(path: &Path, shown: &str) -> Result<String, Failure> {
    let failed = format!("could not read {shown}");
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let stdin = std::io::stdin().lock().take(LONGEST + 1);
        { stdin }.read_to_end(&mut bytes).context(&failed)?;
    } else {
        if path.is_dir() {
            return Err(Failure::new(format!("{failed}: it is a folder"))
                .help("name the files: `harden-cli iam lint policies/*.json`"));
        }
        let file = std::fs::File::open(path).context(&failed)?;
        file.take(LONGEST + 1)
            .read_to_end(&mut bytes)
            .context(&failed)?;
    }
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::new(format!(
            "{failed}: it has over {} MiB",
            LONGEST >> 20
        )));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(format!("{failed}: it is no UTF-8, from byte {at} on"))
            .help("what PowerShell's `>` writes may be UTF-16: `| Out-File -Encoding utf8`")
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

impl Input {
    pub(super) fn new(shown: String, path: Option<String>, text: String) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Self {
            shown,
            path,
            text,
            lines,
        }
    }

    /// The policies in the file.
    pub(super) fn documents(&self) -> Result<Vec<Document<'_>>, Failure> {
        intake::documents(&self.text)
            .map_err(|error| Failure::new(format!("{} {error}", self.shown)).help(error.help()))
    }

    /// A policy that has to be one: what is wrong with it ends the command.
    pub(super) fn policy(&self, document: &Document<'_>) -> Result<Policy, Failure> {
        document
            .policy()
            .map_err(|error| self.refuse(document, &error))
    }

    fn refuse(&self, document: &Document<'_>, error: &ParseError) -> Failure {
        let mut message = error.to_string();
        if let Some(source) = std::error::Error::source(error) {
            message = format!("{message}: {source}");
        }
        let place = error.position().map(|at| document.place(at));
        let shown = text::plain(self, place, &message);
        Failure::new(format!("{} is no policy\n{shown}", self.shown))
            .help("`harden-cli iam lint` says what is wrong with policies")
    }

    /// Where a document is, in a few words: the file, and whose it is.
    pub(super) fn name(&self, document: &Document<'_>) -> String {
        match &document.name {
            Some(name) => format!("{} ({})", self.shown, one_line(name, 200)),
            None => self.shown.clone(),
        }
    }

    /// A line of the file.
    pub(super) fn line(&self, at: Position) -> Option<&str> {
        let number = usize::try_from(at.line).ok()?;
        let start = *self.lines.get(number.checked_sub(1)?)?;
        let end = self.lines.get(number).copied();
        self.text.get(start..end.unwrap_or(self.text.len()))
    }
}
