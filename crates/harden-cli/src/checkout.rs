//! The checkout that contains a file.

use std::path::{Path, PathBuf};

/// The root of the checkout that contains a path: the nearest parent directory with a `.git`.
pub(crate) fn checkout_root(from: &Path) -> Option<PathBuf> {
    let from = from.canonicalize().ok()?;
    from.ancestors()
        .find(|directory| directory.join(".git").exists())
        .map(Path::to_path_buf)
}

/// A path relative to the root of the checkout, with slashes. `None` if it is outside.
pub(crate) fn in_checkout(path: &Path, root: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let relative = path.strip_prefix(root).ok()?;
    let parts = relative.components().map(|c| c.as_os_str().to_str());
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}
