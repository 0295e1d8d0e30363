//! Recorded estates: a snapshot, or the example estate.

use std::io::Read as _;
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
const MAX_FILE: u64 = 1 << 30;

/// The magic number of a zstd frame.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// How long the contents of a compressed snapshot can be. Those of an estate of 100,000 resources have
/// some 100 MiB. A small file could otherwise fill the memory.
const MAX_UNPACKED: u64 = 1024 * 1024 * 1024;

/// The contents of a zstd file; none if they are longer than `limit` bytes.
fn unpack(bytes: &[u8], limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut unpacked = Vec::new();
    let reader = zstd::Decoder::with_buffer(bytes)?;
    let read = reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut unpacked)?;
    let fits = u64::try_from(read).is_ok_and(|read| read <= limit);
    Ok(fits.then_some(unpacked))
}

/// Reads a snapshot from a file; `-` reads standard input.
pub(super) fn read(path: &Path) -> Result<Snapshot, Failure> {
    let shown = path.display();
    let bytes = input::read(path, MAX_FILE)?;
    let bytes = if bytes.starts_with(&ZSTD) {
        let unpacked = unpack(&bytes, MAX_UNPACKED).map_err(|error| {
            Failure::new(format!("could not decompress {shown}: {error}"))
                .help("the file is damaged or incomplete: record a new snapshot")
        })?;
        unpacked.ok_or_else(|| {
            Failure::new(format!(
                "could not read {shown}: its contents are longer than {} MiB",
                MAX_UNPACKED / 1024 / 1024
            ))
            .help("no snapshot of an estate is as long: record a new snapshot")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_does_not_unpack_without_limit() {
        let packed = zstd::encode_all(&*vec![b' '; 100_000], 3).unwrap();
        assert!(packed.len() < 1000);
        assert_eq!(unpack(&packed, 99_999).unwrap(), None);
        let whole = unpack(&packed, 100_000).unwrap().unwrap();
        assert_eq!(whole.len(), 100_000);
        assert!(unpack(&packed[..10], 100_000).is_err());
    }
}
