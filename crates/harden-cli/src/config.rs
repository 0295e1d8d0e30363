//! The policy file, the attestations, and the checkout that they lie in.

use std::path::{Path, PathBuf};

use harden_core::{Location, Policies};
use harden_runner::{Anchors, Attestations, PolicyFile, Selection};
use harden_sentry::SentryPolicy;

use crate::args::{EstateArgs, SelectArgs};
use crate::failure::{Context as _, Failure};
use crate::providers;

/// What the files say, and where findings are anchored.
pub(crate) struct Config {
    pub(crate) file: PolicyFile,
    pub(crate) policies: Policies,
    pub(crate) attestations: Attestations,
    pub(crate) anchors: Anchors,
}

/// The names of the files, where no option gives them.
const POLICY: &str = "harden.toml";
const ATTESTATIONS: &str = "harden.attestations.toml";

impl Config {
    /// Reads the files that the options name, or those with the usual names in this folder.
    pub(crate) fn read(args: &EstateArgs) -> Result<Self, Failure> {
        let (policy_path, file, mut policies) = policy(args.policy.as_deref())?;
        if let Some(commit) = &args.deployed_sha {
            let mut sentry = SentryPolicy::clone(&policies.get());
            sentry.deployed_sha = Some(commit.clone());
            policies.insert(sentry);
        }
        let beside = policy_path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""))
            .join(ATTESTATIONS);
        let attestations = args
            .attestations
            .clone()
            .or_else(|| Some(beside).filter(|path| is_there(path)))
            .map_or_else(
                || Ok(Attestations::default()),
                |path| read_attestations(&path),
            )?;
        let anchors = anchors(&file, policy_path.as_deref());
        Ok(Self {
            file,
            policies,
            attestations,
            anchors,
        })
    }
}

/// Which checks the options choose.
pub(crate) fn selection(args: &SelectArgs) -> Result<Selection, Failure> {
    let mut selection = Selection {
        only: args.only.clone(),
        skip: args.skip.clone(),
        sections: args.section.clone(),
        severity: args.severity,
    };
    selection
        .resolve(&providers::catalog())
        .map_err(|error| Failure::new(error.to_string()).help(error.advice))?;
    Ok(selection)
}

/// The policy file: the one that is named, or the one with the usual name in this folder.
pub(crate) fn policy(
    named: Option<&Path>,
) -> Result<(Option<PathBuf>, PolicyFile, Policies), Failure> {
    let path = named
        .map(Path::to_path_buf)
        .or_else(|| Some(PathBuf::from(POLICY)).filter(|path| is_there(path)));
    let (file, policies) = match &path {
        Some(path) => read_policy(path)?,
        None => Default::default(),
    };
    Ok((path, file, policies))
}

/// Whether anything is called so, if only a link that leads nowhere: what is there and can't be read
/// is an error, and no lack of a file.
fn is_there(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(_) => true,
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

fn read_policy(path: &Path) -> Result<(PolicyFile, Policies), Failure> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).context(format!("could not read {shown}"))?;
    PolicyFile::parse(&text, &shown, &providers::tables(), &providers::catalog()).map_err(
        |errors| {
            let count = errors.0.len();
            let shown: Vec<String> = errors.0.iter().map(|e| e.render(&text, &shown)).collect();
            let is = if count == 1 { "an error" } else { "errors" };
            Failure::new(format!("the policy file has {is}\n{}", shown.join("\n")))
        },
    )
}

fn read_attestations(path: &Path) -> Result<Attestations, Failure> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).context(format!("could not read {shown}"))?;
    Attestations::parse(&text).map_err(|error| {
        let error = error.render(&text, &shown);
        Failure::new(format!("the attestations have an error\n{error}"))
            .help("an [[attestation]] has duty, resource, on, by and seen")
    })
}

/// The root of the checkout that a path lies in: the nearest folder above with a `.git`.
pub(crate) fn checkout(from: &Path) -> Option<PathBuf> {
    let from = from.canonicalize().ok()?;
    from.ancestors()
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_path_buf)
}

/// A path relative to the root of its checkout, with slashes.
pub(crate) fn in_checkout(path: &Path, root: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let relative = path.strip_prefix(root).ok()?;
    let parts = relative.components().map(|c| c.as_os_str().to_str());
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

/// Where findings that are about no file are shown: a file that the checkout has, so that code
/// scanning can show it.
pub(crate) fn anchors(file: &PolicyFile, policy: Option<&Path>) -> Anchors {
    let root = checkout(Path::new(".")).unwrap_or_else(|| PathBuf::from("."));
    let root = root.canonicalize().unwrap_or(root);
    let policy_in_checkout = policy.and_then(|path| in_checkout(path, &root));
    let fallback = file
        .anchor()
        .map(str::to_owned)
        .or_else(|| policy_in_checkout.clone())
        .or_else(|| first_workflow(&root))
        .or_else(|| {
            let readme = ["README.md", "README", "README.rst", "README.txt"];
            let found = readme.into_iter().find(|name| root.join(name).is_file());
            found.map(str::to_owned)
        });
    let mut anchors = Anchors::default();
    if let Some(path) = fallback {
        anchors.fallback = Location {
            path,
            line: 1,
            column: 1,
        };
    }
    if let Some(path) = policy_in_checkout {
        anchors.tables = file.table_anchors(&path);
    }
    anchors
}

fn first_workflow(root: &Path) -> Option<String> {
    let folder = root.join(".github/workflows");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".yml") || name.ends_with(".yaml"))
        .collect();
    names.sort();
    names
        .first()
        .map(|name| format!(".github/workflows/{name}"))
}
