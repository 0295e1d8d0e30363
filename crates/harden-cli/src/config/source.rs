//! Where the policy file and the attestations come from: an option, the working directory, or a commit.

use std::path::{Component, Path, PathBuf};

use harden_core::{AttestationsFile, one_line};
use harden_runner::Notice;

use super::Policy;
use crate::checkout::checkout_root;
use crate::failure::Failure;
use crate::git::{self, FileAt};
use crate::input::{MAX_CONFIG, read_text};

/// The default names of the files.
const POLICY: &str = "harden.toml";
const ATTESTATIONS: &str = AttestationsFile::NAME;

/// The options that select the policy file.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PolicySource<'a> {
    /// `--policy`.
    pub(crate) named: Option<&'a Path>,
    /// `--policy-ref`.
    pub(crate) reference: Option<&'a str>,
}

/// Where a policy file came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// There is none.
    Absent,
    /// An option names it.
    Named,
    /// It was found in the working directory, so whoever can change the checkout wrote it.
    Found,
    /// It was read from a commit that an option names.
    Commit {
        /// The name of the commit, as it was given.
        name: String,
        /// The SHA.
        commit: String,
    },
}

/// A policy file before it is parsed.
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) origin: Origin,
    /// `None` if there is no file with the default name.
    pub(super) text: Option<String>,
    pub(super) notice: Option<Notice>,
}

impl PolicySource<'_> {
    pub(super) fn read(self) -> Result<Text, Failure> {
        let path = self.named.unwrap_or(Path::new(POLICY)).to_path_buf();
        if let Some(name) = self.reference {
            return self.read_commit(name, path);
        }
        let (origin, text) = match self.named {
            Some(_) => (Origin::Named, Some(read_text(&path, MAX_CONFIG)?)),
            None if exists(&path) => (Origin::Found, Some(read_text(&path, MAX_CONFIG)?)),
            None => (Origin::Absent, None),
        };
        Ok(Text {
            path,
            origin,
            text,
            notice: None,
        })
    }

    fn read_commit(self, name: &str, path: PathBuf) -> Result<Text, Failure> {
        let shown = one_line(name, 100);
        let root = checkout_root(Path::new(".")).ok_or_else(|| {
            Failure::new("could not read the policy file of a commit: this is not a checkout")
                .help("run in a checkout of git, or leave out --policy-ref")
        })?;
        let commit = git::commit_of(&root, name).ok_or_else(|| {
            Failure::new(format!("`{shown}` is not a commit of this checkout")).help(
                "fetch it first: `git fetch origin main` and `--policy-ref origin/main`, or \
                 `fetch-depth: 0` of actions/checkout",
            )
        })?;
        let origin = Origin::Commit {
            name: shown.clone(),
            commit: commit.clone(),
        };
        let text = read_at(&root, &commit, &shown, &path)?;
        if text.is_none() && self.named.is_some() {
            let path = path.display();
            return Err(Failure::new(format!("{shown} has no file {path}")));
        }
        let notice = text.is_none().then(|| Notice {
            message: format!("{shown} has no {POLICY}: the default values of the guide are used"),
        });
        Ok(Text {
            path,
            origin,
            text,
            notice,
        })
    }
}

/// The attestations: their path, and their text if there is a file. They come from where the policy
/// comes from, unless an option names them.
pub(super) fn attestations(
    policy: &Policy,
    named: Option<&Path>,
) -> Result<(PathBuf, Option<String>), Failure> {
    if let Some(path) = named {
        return Ok((path.to_path_buf(), Some(read_text(path, MAX_CONFIG)?)));
    }
    let directory = policy.path.as_deref().and_then(Path::parent);
    let path = directory.unwrap_or(Path::new("")).join(ATTESTATIONS);
    let text = match &policy.origin {
        Origin::Commit { name, commit } => match checkout_root(Path::new(".")) {
            Some(root) => read_at(&root, commit, name, &path)?,
            None => None,
        },
        _ if exists(&path) => Some(read_text(&path, MAX_CONFIG)?),
        _ => None,
    };
    Ok((path, text))
}

fn read_at(root: &Path, commit: &str, name: &str, path: &Path) -> Result<Option<String>, Failure> {
    let shown = path.display();
    let in_repository = path_in_repository(root, path)
        .ok_or_else(|| Failure::new(format!("{shown} is not in this checkout")))?;
    match git::file_at(root, commit, &in_repository, MAX_CONFIG) {
        FileAt::Text(text) => Ok(Some(text)),
        FileAt::Missing => Ok(None),
        FileAt::Unusable(why) => Err(Failure::new(format!(
            "could not read {shown} of {name}: {why}"
        ))),
    }
}

/// A path relative to the root of the checkout, with slashes. The file need not exist.
pub(super) fn path_in_repository(root: &Path, path: &Path) -> Option<String> {
    let here = Path::new(".").canonicalize().ok()?;
    let mut whole = PathBuf::new();
    for component in here.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            other => whole.push(other),
        }
    }
    let relative = whole.strip_prefix(root).ok()?;
    let parts = relative.components().map(|part| part.as_os_str().to_str());
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

/// Whether the path exists. A dangling link, or a path that cannot be accessed, counts as existing:
/// reading it then fails, instead of being treated as a missing file.
fn exists(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(_) => true,
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}
