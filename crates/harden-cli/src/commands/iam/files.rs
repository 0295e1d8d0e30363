//! Finds the files of folders and patterns.

use std::path::{Path, PathBuf};

use harden_iam::Pattern;

/// How the names of files end that can hold a policy.
const ENDINGS: [&str; 4] = [".json", ".yaml", ".yml", ".template"];

/// Folders of packages and tools, which hold no policies of the checkout.
const SKIPPED: [&str; 4] = ["node_modules", "target", "vendor", "cdk.out"];

/// The maximum depth of folders.
const DEEPEST: usize = 16;

/// The files of a path, and whether a folder or pattern found them. A path that is neither is returned as
/// it is: reading it then reports what is wrong.
pub(super) fn expand(path: &Path) -> Vec<(PathBuf, bool)> {
    let text = path.to_string_lossy();
    let mut found = Vec::new();
    if path.is_dir() {
        walk(path, 0, &mut |file| {
            let name = file.to_string_lossy();
            if ENDINGS.iter().any(|end| name.ends_with(end)) {
                found.push((file.to_path_buf(), true));
            }
        });
    } else if text.contains(['*', '?']) && !path.exists() {
        // The folder before the first wildcard. A `*` also matches slashes.
        let fixed = text.split(['*', '?']).next().unwrap_or_default();
        let folder = fixed.rfind('/').map_or(".", |at| &fixed[..=at]);
        let pattern = Pattern::text(&text);
        walk(Path::new(folder), 0, &mut |file| {
            let name = file.to_string_lossy();
            let name = name.strip_prefix("./").unwrap_or(&name);
            if pattern.matches(name) {
                found.push((PathBuf::from(name), true));
            }
        });
        if found.is_empty() {
            return vec![(path.to_path_buf(), false)];
        }
    } else {
        return vec![(path.to_path_buf(), false)];
    }
    found.sort();
    found
}

fn walk(folder: &Path, depth: usize, visit: &mut dyn FnMut(&Path)) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // A link can lead back to its own folder.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && depth < DEEPEST && !name.starts_with('.') {
            if !SKIPPED.contains(&name.as_ref()) {
                walk(&entry.path(), depth + 1, visit);
            }
        } else if !kind.is_dir() && !name.starts_with('.') {
            visit(&entry.path());
        }
    }
}
