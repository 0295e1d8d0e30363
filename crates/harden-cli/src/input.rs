//! Reads files. A file has a limit, is a regular file, and is not read through a link out of the checkout:
//! otherwise a link to `/proc/self/environ` could print the environment into a log, a named pipe could
//! block the run, and a device could fill the memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use harden_core::one_line;

use crate::failure::{Context as _, Failure};
use crate::links::leads_out_of_the_checkout;

/// The longest policy file and the longest attestations file, in bytes.
pub(crate) const MAX_CONFIG: u64 = 1 << 20;

/// Reads a file. `-` reads standard input.
pub(crate) fn read(path: &Path, max: u64) -> Result<Vec<u8>, Failure> {
    let shown = one_line(&path.display().to_string(), 300);
    if path == Path::new("-") {
        let stdin = std::io::stdin().lock();
        return read_at_most(stdin, max, "standard input");
    }
    let refused = |why: &str| Failure::new(format!("could not read {shown}: {why}"));
    if leads_out_of_the_checkout(path) {
        return Err(refused("it is a link to a file outside the checkout")
            .help("replace the link by the file, or name the file that it points to"));
    }
    let what = format!("could not read {shown}");
    // Before it is opened: opening a named pipe waits for its other end.
    let found = path.metadata().context(&what)?;
    if found.is_dir() {
        return Err(refused("it is a directory"));
    }
    if !found.is_file() && !is_descriptor(path) {
        return Err(refused("it is not a regular file")
            .help("`-` reads standard input, for commands that read a file"));
    }
    let file = File::open(path).context(&what)?;
    read_at_most(file, max, &shown)
}

/// Reads a text file in UTF-8. `-` reads standard input.
pub(crate) fn read_text(path: &Path, max: u64) -> Result<String, Failure> {
    let bytes = read(path, max)?;
    String::from_utf8(bytes).map_err(|_| {
        let shown = one_line(&path.display().to_string(), 300);
        Failure::new(format!("could not read {shown}: it is not UTF-8 text"))
    })
}

fn read_at_most(from: impl Read, max: u64, shown: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = from.take(max + 1).read_to_end(&mut bytes);
    read.context(format!("could not read {shown}"))?;
    if bytes.len() as u64 > max {
        let limit = match max >> 20 {
            0 => format!("{max} bytes"),
            mib => format!("{mib} MiB"),
        };
        return Err(Failure::new(format!(
            "could not read {shown}: it is larger than {limit}"
        )));
    }
    Ok(bytes)
}

/// Whether a path is an open file of this process, as the shell passes for `<(command)`.
fn is_descriptor(path: &Path) -> bool {
    ["/dev/fd", "/proc/self/fd", "/dev/stdin"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}
