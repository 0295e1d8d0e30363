//! Where reports go: standard output, and files that are whole or not there.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::{Context as _, Failure};

/// A file in the making. It is opened before the run, so that a path that can't be written is told
/// before anything is read, and appears under its name only once it is whole. What is no regular
/// file (`/dev/stdout`, a pipe) is written to as it is.
pub(crate) struct PendingFile {
    path: PathBuf,
    to: To,
}

enum To {
    Whole(NamedTempFile),
    Direct(File),
}

impl PendingFile {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("could not write {}: {error}", path.display()))
                .help("the folder must exist and be writable, and the path must be no folder")
        };
        if path.is_dir() {
            return Err(failed(&"it is a folder"));
        }
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            let file = File::options().write(true).open(path);
            let to = To::Direct(file.map_err(|e| failed(&e))?);
            let path = path.to_path_buf();
            return Ok(Self { path, to });
        }
        // behind a link lies what is meant
        let path = match path.symlink_metadata() {
            Ok(found) if found.is_symlink() => path.canonicalize().map_err(|e| failed(&e))?,
            _ => path.to_path_buf(),
        };
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".harden-");
        // a temporary file is for its owner alone; a report is for whom the umask lets have it
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(|e| failed(&e))?;
        Ok(Self {
            path,
            to: To::Whole(file),
        })
    }

    /// Where it will be, by a path that tells whether two are one.
    pub(crate) fn place(&self) -> PathBuf {
        let folder = self.path.parent().map(|folder| match folder {
            folder if folder == Path::new("") => Path::new("."),
            folder => folder,
        });
        let folder = folder.and_then(|folder| folder.canonicalize().ok());
        match (folder, self.path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => self.path.clone(),
        }
    }

    /// Whether it is a file, which a second one of its name would replace.
    pub(crate) fn is_regular(&self) -> bool {
        matches!(self.to, To::Whole(_))
    }

    pub(crate) fn writer(&mut self) -> impl Write + '_ {
        let to: &mut dyn Write = match &mut self.to {
            To::Whole(file) => file,
            To::Direct(file) => file,
        };
        io::BufWriter::new(to)
    }

    /// The file takes its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let To::Whole(file) = self.to else {
            return Ok(());
        };
        let shown = self.path.display().to_string();
        // one that is there already stays as open as it was
        #[cfg(unix)]
        if let Ok(before) = std::fs::metadata(&self.path) {
            let set = file.as_file().set_permissions(before.permissions());
            set.context(format!("could not write {shown}"))?;
        }
        file.persist(&self.path)
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
