//! Where reports go: standard output, and files that are whole or not there.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::{Context as _, Failure};

/// A file in the making. It is opened before the run, so that a path that can't be written is told
/// before anything is read, and appears under its name only once it is whole.
pub(crate) struct PendingFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl PendingFile {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("could not write {}: {error}", path.display()))
                .help("the folder must exist and be writable, and the path must be no folder")
        };
        if path.is_dir() {
            return Err(failed(&"it is a folder"));
        }
        let file = tempfile::Builder::new()
            .prefix(".harden-")
            .tempfile_in(folder)
            .map_err(|error| failed(&error))?;
        Ok(Self {
            path: path.to_path_buf(),
            file,
        })
    }

    pub(crate) fn writer(&mut self) -> impl Write + '_ {
        io::BufWriter::new(&mut self.file)
    }

    /// The file takes its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let shown = self.path.display().to_string();
        // a temporary file is for its owner alone; a report is for whom the folder is for
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&self.path).map_or(0o644, |m| m.permissions().mode());
            let permissions = std::fs::Permissions::from_mode(mode);
            let set = self.file.as_file().set_permissions(permissions);
            set.context(format!("could not write {shown}"))?;
        }
        self.file
            .persist(&self.path)
            .map(drop)
            .context(format!("could not write {shown}"))
    }
}

/// Writes to standard output; a reader that left early (`| head`) is no error.
pub(crate) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = write(&mut out).and_then(|()| out.flush());
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("could not write to standard output")
        }
        _ => Ok(()),
    }
}

/// A line on standard error, for what goes with a report but is not of it.
pub(crate) fn note(text: &str) {
    // a terminal that went away takes nothing from the run
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// The width of the terminal, or of a page where there is none.
pub(crate) fn width() -> usize {
    use std::io::IsTerminal as _;
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let terminal = io::stdout().is_terminal();
    columns
        .or_else(|| terminal.then(terminal_width).flatten())
        .unwrap_or(100)
        .clamp(40, 160)
}

fn terminal_width() -> Option<usize> {
    console::Term::stdout()
        .size_checked()
        .map(|(_, columns)| usize::from(columns))
}

/// Whether standard output takes colors: by NO_COLOR, CLICOLOR, TERM and whether it is a terminal.
pub(crate) fn color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}
