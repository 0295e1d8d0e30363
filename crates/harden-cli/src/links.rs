//! Links in the checkout. Whoever can change the checkout can point a link at any file of the machine, so
//! a link is followed only within the directory that it is in.

use std::path::{Component, Path, PathBuf};

use crate::checkout::checkout_root;

/// Whether a path goes through a link in the working directory that leads out of it, or through a link
/// in the checkout that leads out of the checkout. Links elsewhere on the machine are its user's.
pub(crate) fn leads_out_of_the_working_directory(path: &Path) -> bool {
    let here = Path::new(".").canonicalize();
    here.is_ok_and(|here| leads_out(path, &here)) || leads_out_of_the_checkout(path)
}

/// Whether a path goes through a link in the checkout that leads out of the checkout. Without a checkout,
/// the working directory is used.
pub(crate) fn leads_out_of_the_checkout(path: &Path) -> bool {
    let here = Path::new(".");
    let root = checkout_root(here).or_else(|| here.canonicalize().ok());
    root.is_some_and(|root| leads_out(path, &root))
}

/// Whether a path goes through a link in a directory that leads out of it, or into its `.git`. The path of
/// the directory is canonical.
fn leads_out(path: &Path, root: &Path) -> bool {
    let Ok(mut at) = Path::new(".").canonicalize() else {
        return false;
    };
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                at.pop();
            }
            Component::Prefix(_) | Component::RootDir => at.push(component),
            Component::Normal(name) => {
                let next = at.join(name);
                if next
                    .symlink_metadata()
                    .is_ok_and(|found| found.is_symlink())
                {
                    let target = follow(&next);
                    if at.starts_with(root) && !is_content_of(&target, root) {
                        return true;
                    }
                    at = target;
                } else {
                    at = next;
                }
            }
        }
    }
    false
}

fn is_content_of(path: &Path, root: &Path) -> bool {
    path.strip_prefix(root)
        .is_ok_and(|rest| !rest.components().any(|part| part.as_os_str() == ".git"))
}

/// The file that a link points at. The target of a dangling link is made from its text.
fn follow(link: &Path) -> PathBuf {
    if let Ok(real) = link.canonicalize() {
        return real;
    }
    let mut target = link.parent().map(Path::to_path_buf).unwrap_or_default();
    let text = link.read_link().unwrap_or_default();
    for component in text.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                target.pop();
            }
            other => target.push(other),
        }
    }
    target
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_only_within_their_directory() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("checkout");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::create_dir_all(root.join(".git/hooks")).unwrap();
        std::fs::write(root.join("real"), "").unwrap();
        std::fs::write(folder.path().join("outside"), "").unwrap();
        for (link, target) in [
            ("inside", "real"),
            ("sub/up", "../real"),
            ("out", "../outside"),
            ("lost", "../nothing"),
            ("near", "nothing"),
            ("folder", ".."),
            ("chain", "out"),
            ("absolute", "/proc/self/environ"),
            ("hook", ".git/hooks/post-checkout"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        symlink(root.join("real"), folder.path().join("machine")).unwrap();
        for path in [
            "real",
            "new",
            "inside",
            "sub/up",
            "near",
            "../machine",
            "../outside",
        ] {
            assert!(!leads_out(&root.join(path), &root), "{path}");
        }
        for path in [
            "out",
            "lost",
            "folder/outside",
            "folder/new",
            "chain",
            "absolute",
            "hook",
            "sub/../out",
        ] {
            assert!(leads_out(&root.join(path), &root), "{path}");
        }
    }
}
