//! The files that a command reads.

use std::path::{Path, PathBuf};

use harden_core::one_line;
use harden_iam::Position;

use super::files;
use super::intake::{self, Document};
use super::templates;
use crate::checkout;
use crate::failure::Failure;
use crate::input;

/// The authorization details of a large account have a few megabytes. A longer file does not hold
/// policies.
const MAX_LENGTH: u64 = 64 << 20;

/// A file that was read.
pub(super) struct Input {
    /// Why it could not be read. Its text is then empty.
    pub(super) fault: Option<Failure>,
    /// Whether it was found in a folder, where other files than policies are expected.
    pub(super) from_folder: bool,
    /// Its path as given, or `<stdin>`.
    pub(super) shown: String,
    /// Its path within the checkout, if it is in one.
    pub(super) path: Option<String>,
    pub(super) text: String,
    /// The offset of each line: a large file has many findings, and each looks up a line.
    lines: Vec<usize>,
}

/// Reads the files; one of them can be `-`, standard input. The first one that cannot be read is an error.
pub(super) fn read<'a>(files: impl IntoIterator<Item = &'a Path>) -> Result<Vec<Input>, Failure> {
    read_each(files).into_iter().collect()
}

/// Reads the files, those in folders, and those that a pattern with `*` matches. A file that cannot be
/// read does not end the command if another one can: it has a [`fault`](Input::fault).
pub(super) fn read_all<'a>(
    paths: impl IntoIterator<Item = &'a Path>,
) -> Result<Vec<Input>, Failure> {
    let found: Vec<(PathBuf, bool)> = paths.into_iter().flat_map(files::expand).collect();
    let stdin = found.iter().filter(|(path, _)| path == Path::new("-"));
    if stdin.count() > 1 {
        return Err(Failure::new(
            "`-` is given twice, but there is only one standard input",
        ));
    }
    let read = read_each(found.iter().map(|(path, _)| path.as_path()));
    let mut inputs = Vec::with_capacity(read.len());
    let (mut first, mut some) = (None, false);
    for (result, (path, from_folder)) in read.into_iter().zip(&found) {
        let mut input = match result {
            Ok(input) => input,
            Err(failure) => {
                let mut input = Input::new(shown(path), None, String::new());
                input.fault = Some(failure);
                input
            }
        };
        input.from_folder = *from_folder;
        some |= input.fault.is_none();
        inputs.push(input);
    }
    if !some {
        first = inputs.iter_mut().find_map(|input| input.fault.take());
    }
    match first {
        Some(failure) => Err(failure),
        None if inputs.is_empty() => Err(Failure::new(
            "the folders contain no file that can hold a policy",
        )
        .help("policies are in files that end in .json, .yaml, .yml or .template")),
        None => Ok(inputs),
    }
}

/// A path for messages.
fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        "<stdin>".to_owned()
    } else {
        one_line(&path.display().to_string(), 300)
    }
}

fn read_each<'a>(files: impl IntoIterator<Item = &'a Path>) -> Vec<Result<Input, Failure>> {
    // Code scanning needs paths from the root of the checkout; without a checkout, from the current
    // folder.
    let root =
        checkout::checkout_root(Path::new(".")).or_else(|| Path::new(".").canonicalize().ok());
    let mut stdin_taken = false;
    let mut read_one = |path: &Path| {
        let is_stdin = path == Path::new("-");
        if is_stdin && std::mem::replace(&mut stdin_taken, true) {
            return Err(Failure::new(
                "`-` is given twice, but there is only one standard input",
            ));
        }
        let shown = shown(path);
        let in_checkout = |root| checkout::in_checkout(path, root);
        let text = read_text(path, &shown)?;
        let path = root.as_deref().filter(|_| !is_stdin).and_then(in_checkout);
        Ok(Input::new(shown, path, text))
    };
    files.into_iter().map(&mut read_one).collect()
}

fn read_text(path: &Path, shown: &str) -> Result<String, Failure> {
    let failed = format!("could not read {shown}");
    if path.is_dir() {
        return Err(Failure::new(format!("{failed}: it is a folder"))
            .help("name the files: `policies/*.json`"));
    }
    let bytes = input::read(path, MAX_LENGTH)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(format!("{failed}: it is not valid UTF-8 at byte {at}"))
            .help("`>` in PowerShell can write UTF-16; use `| Out-File -Encoding utf8` instead")
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
            fault: None,
            from_folder: false,
            shown,
            path,
            text,
            lines,
        }
    }

    /// The policy documents in the file.
    pub(super) fn documents(&self) -> Result<Vec<Document<'_>>, Failure> {
        let read = intake::documents(&self.text);
        let is_json = self.text.trim_start().starts_with(['{', '[', '"', '%']);
        if read.is_err() || !is_json {
            let rendered = templates::documents(&self.text).unwrap_or_default();
            if !rendered.is_empty() {
                return Ok(rendered);
            }
        }
        read.map_err(|error| Failure::new(format!("{} {error}", self.shown)).help(error.help()))
    }

    /// The name of a document for messages: the file, and its role or policy.
    pub(super) fn name(&self, document: &Document<'_>) -> String {
        match &document.name {
            Some(name) if !name.is_empty() => format!("{} ({})", self.shown, one_line(name, 200)),
            _ => self.shown.clone(),
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
