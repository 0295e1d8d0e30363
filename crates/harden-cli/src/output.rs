//! Writes reports to standard output and to files. A file is written completely or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

use crate::ci_log::{CiLog, Content};
use crate::failure::{Context as _, Failure};
use crate::links::leads_out_of_the_working_directory;

/// The temporary files of this run, to remove them if a signal ends the process.
static TEMPORARY_FILES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the temporary files of this run.
pub(crate) fn remove_temporary_files() {
    let files = TEMPORARY_FILES.lock();
    for file in files.unwrap_or_else(PoisonError::into_inner).drain(..) {
        let _ = std::fs::remove_file(file);
    }
}

/// An output file that gets its name only when it is complete.
///
/// It is opened before the run, so that a path that cannot be written is an error before anything is
/// read. A path that is not a regular file (`/dev/stdout`, a pipe) is written directly. A link is followed
/// only within the working directory: a link of the checkout could point at any file of the user.
pub(crate) struct PendingFile {
    path: PathBuf,
    target: Target,
}

enum Target {
    /// A temporary file in the same directory, which is renamed at the end.
    Temporary(NamedTempFile),
    Direct(File),
}

impl PendingFile {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("could not write {}: {error}", path.display())).help(
                "the directory must exist and be writable, and the path must not be a directory",
            )
        };
        if leads_out_of_the_working_directory(path) {
            let shown = path.display();
            return Err(Failure::new(format!(
                "could not write {shown}: it is a link out of the working directory"
            ))
            .help("remove the link, or name the file that it points to"));
        }
        if path.is_dir() {
            return Err(failed(&"it is a directory"));
        }
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            let file = File::options().write(true).open(path);
            let target = Target::Direct(file.map_err(|e| failed(&e))?);
            let path = path.to_path_buf();
            return Ok(Self { path, target });
        }
        // A link must stay a link: the file that it points to is replaced.
        let path = match path.symlink_metadata() {
            Ok(found) if found.is_symlink() => path.canonicalize().map_err(|e| failed(&e))?,
            _ => path.to_path_buf(),
        };
        let directory = match path.parent() {
            Some(directory) if directory != Path::new("") => directory,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".harden-");
        // Temporary files are private to the owner; the permissions of a report are those of the umask.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(directory).map_err(|e| failed(&e))?;
        let files = TEMPORARY_FILES.lock();
        files
            .unwrap_or_else(PoisonError::into_inner)
            .push(file.path().to_path_buf());
        Ok(Self {
            path,
            target: Target::Temporary(file),
        })
    }

    /// The path of the file in a canonical form, so that two spellings of a path are equal.
    pub(crate) fn canonical_path(&self) -> PathBuf {
        let directory = self.path.parent().map(|directory| match directory {
            directory if directory == Path::new("") => Path::new("."),
            directory => directory,
        });
        let directory = directory.and_then(|directory| directory.canonicalize().ok());
        match (directory, self.path.file_name()) {
            (Some(directory), Some(name)) => directory.join(name),
            _ => self.path.clone(),
        }
    }

    /// Whether it is a regular file, which a second output of the same path would replace.
    pub(crate) fn is_regular(&self) -> bool {
        matches!(self.target, Target::Temporary(_))
    }

    pub(crate) fn writer(&mut self) -> impl Write + '_ {
        let target: &mut dyn Write = match &mut self.target {
            Target::Temporary(file) => file,
            Target::Direct(file) => file,
        };
        io::BufWriter::new(target)
    }

    /// A writer of a report. `/dev/stdout` is the log of a CI job.
    pub(crate) fn report_writer(&mut self, content: Content) -> Box<dyn Write + '_> {
        match &mut self.target {
            Target::Temporary(file) => Box::new(io::BufWriter::new(file)),
            Target::Direct(file) => Box::new(CiLog::new(io::BufWriter::new(file), content)),
        }
    }

    /// The path, for messages.
    pub(crate) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Gives the file its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Target::Temporary(file) = self.target else {
            return Ok(());
        };
        let shown = self.path.display().to_string();
        // A file that is replaced keeps its permissions.
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

/// Writes text to standard output. A closed pipe (`| head`) is not an error.
pub(crate) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    content_to_stdout(Content::Text, write)
}

/// Writes text or JSON to standard output. A closed pipe (`| head`) is not an error.
pub(crate) fn content_to_stdout(
    content: Content,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let out = io::BufWriter::new(io::stdout().lock());
    let mut out = CiLog::new(out, content);
    let result = write(&mut out).and_then(|()| out.flush());
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("could not write to standard output")
        }
        _ => Ok(()),
    }
}

/// Prints a line on standard error, for information that is not part of the report.
pub(crate) fn note(text: &str) {
    // The run goes on if standard error is closed.
    let _ = writeln!(CiLog::new(anstream::stderr(), Content::Text), "{text}");
}

/// The width of the terminal; 100 columns if there is no terminal.
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

/// Whether standard output has colors: depends on NO_COLOR, CLICOLOR, TERM and on whether it is a
/// terminal.
pub(crate) fn color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}
