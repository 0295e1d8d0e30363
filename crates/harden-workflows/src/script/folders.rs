//! In which folder of the repository a command runs.

use crate::names::{LEFT_OUT, word};

/// A folder below the root, with `/` between its parts: empty for the root itself, and the mark where
/// it is unknown.
pub(crate) type Folder = String;

/// The folder that a path names, seen from another: `web`, `./web/`, `../api`.
pub(crate) fn within(folder: &str, path: &str) -> Folder {
    let unknown = || LEFT_OUT.to_owned();
    let path = path.trim();
    if path.is_empty() || path == "." {
        return folder.to_owned();
    }
    if folder == LEFT_OUT || word(path).is_none() || path.starts_with(['/', '-']) {
        return unknown();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return unknown(),
            ".." => {}
            _ if part.contains(['*', '?', '[', '@', ':']) => return unknown(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stay_in_the_repository() {
        for (from, path, to) in [
            ("", "web", "web"),
            ("", "./web/", "web"),
            ("", ".", ""),
            ("web", "../api", "api"),
            ("apps/web", "e2e", "apps/web/e2e"),
            ("", "..", "…"),
            ("", "/tmp", "…"),
            ("", "$DIR", "…"),
            ("", "${{ matrix.app }}", "…"),
            ("…", "web", "…"),
            ("web", "-", "…"),
        ] {
            assert_eq!(within(from, path), to, "{from} {path}");
        }
    }
}
