//! Recorded estates: a snapshot, or the example estate.

use std::path::Path;

use harden_core::Snapshot;

use crate::failure::{Context as _, Failure};
use crate::input;

/// The example estate. `harden-cli snapshot` recorded it from an estate that the tests build.
const DEMO: &str = include_str!("../../demo/estate.json");

/// The example estate.
pub(super) fn demo() -> Result<Snapshot, Failure> {
    Snapshot::parse(DEMO).context("could not read the example estate")
}

/// The longest file, in bytes. An estate of 100,000 resources takes a tenth of it.
const MAX_FILE: u64 = 4 << 30;

/// The magic number of a zstd frame.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Reads a snapshot from a file; `-` reads standard input.
pub(super) fn read(path: &Path) -> Result<Snapshot, Failure> {
    let shown = path.display();
    let bytes = input::read(path, MAX_FILE)?;
    let bytes = if bytes.starts_with(&ZSTD) {
        zstd::decode_all(&*bytes).map_err(|error| {
            Failure::new(format!("could not decompress {shown}: {error}"))
                .help("the file is damaged or incomplete: record a new snapshot")
        })?
    } else {
        bytes
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!(
            "could not read {shown}: not a harden snapshot, since it is not UTF-8 text"
        ))
        .help("PowerShell's `>` writes UTF-16: use `harden-cli snapshot FILE` to write the file")
    })?;
    // Some editors write a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err(
            Failure::new(format!("could not read {shown}: the file is empty"))
                .help("`harden-cli snapshot FILE` records one"),
        );
    }
    Snapshot::parse(text).map_err(|error| {
        Failure::because(format!("could not read {shown}"), &error)
            .help("`harden-cli snapshot FILE` records one")
    })
}
