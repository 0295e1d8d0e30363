//! Reads the policy file and the attestations, and finds the checkout that contains them.

use std::path::{Path, PathBuf};

use harden_core::{AttestationsFile, Location, Policies};
use harden_ops::Duty;
use harden_runner::{Anchors, Attestations, PolicyFile, Selection};
use harden_sentry::SentryPolicy;
use jiff::Timestamp;

use crate::args::{EstateArgs, SelectArgs};
use crate::checkout::{checkout_root, in_checkout};
use crate::failure::{Context as _, Failure};
use crate::providers;

/// The policy and the attestations, and where findings are shown.
pub(crate) struct Config {
    pub(crate) file: PolicyFile,
    pub(crate) policies: Policies,
    pub(crate) attestations: Attestations,
    pub(crate) anchors: Anchors,
}

/// The default names of the files.
const POLICY: &str = "harden.toml";
const ATTESTATIONS: &str = AttestationsFile::NAME;

impl Config {
    /// Reads the files that the options name, otherwise those with the default names.
    pub(crate) fn read(args: &EstateArgs) -> Result<Self, Failure> {
        let (policy_path, file, mut policies) = policy(args.policy.as_deref())?;
        if let Some(commit) = &args.deployed_sha {
            let mut sentry = SentryPolicy::clone(&policies.get());
            sentry.deployed_sha = Some(commit.clone());
            policies.insert(sentry);
        }
        let next_to_policy = policy_path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""))
            .join(ATTESTATIONS);
        let attestations = args
            .attestations
            .clone()
            .or_else(|| Some(next_to_policy).filter(|path| exists(path)))
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

/// The selection of checks by the options.
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

/// Reads the policy file: the named one, otherwise the one with the default name, if it exists.
pub(crate) fn policy(
    named: Option<&Path>,
) -> Result<(Option<PathBuf>, PolicyFile, Policies), Failure> {
    let path = named
        .map(Path::to_path_buf)
        .or_else(|| Some(PathBuf::from(POLICY)).filter(|path| exists(path)));
    let (file, policies) = match &path {
        Some(path) => read_policy(path)?,
        None => Default::default(),
    };
    Ok((path, file, policies))
}

/// Whether the path exists. A dangling link, or a path that cannot be accessed, counts as existing:
/// reading it then fails, instead of being treated as a missing file.
fn exists(path: &Path) -> bool {
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
            let errors = if count == 1 { "an error" } else { "errors" };
            Failure::new(format!(
                "the policy file has {errors}\n{}",
                shown.join("\n")
            ))
        },
    )
}

fn read_attestations(path: &Path) -> Result<Attestations, Failure> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).context(format!("could not read {shown}"))?;
    let duties: Vec<_> = Duty::names().collect();
    Attestations::parse(&text, &duties, Timestamp::now()).map_err(|error| {
        let error = error.render(&text, &shown);
        Failure::new(format!("the attestations file has an error\n{error}"))
            .help("an [[attestation]] needs duty, on, by and note")
    })
}

/// Where findings that are not about a file are shown. It is a file of the checkout, since code
/// scanning can only show such files.
pub(crate) fn anchors(file: &PolicyFile, policy: Option<&Path>) -> Anchors {
    let root = checkout_root(Path::new(".")).unwrap_or_else(|| PathBuf::from("."));
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
    let directory = root.join(".github/workflows");
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".yml") || name.ends_with(".yaml"))
        .collect();
    names.sort();
    names
        .first()
        .map(|name| format!(".github/workflows/{name}"))
}
