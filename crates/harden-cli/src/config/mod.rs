//! Reads the policy file and the attestations, and finds the checkout that contains them.

mod base;
mod source;
mod trust;

use std::path::{Path, PathBuf};

use harden_core::{Location, Policies};
use harden_ops::Duty;
use harden_runner::{Anchors, Attestations, PolicyFile, Selection};
use harden_sentry::SentryPolicy;
use jiff::Timestamp;

use crate::args::{EstateArgs, SelectArgs};
use crate::checkout::{checkout_root, in_checkout};
use crate::environment::env;
use crate::failure::Failure;
use crate::providers::{self, KindsByProvider};

pub(crate) use source::{Origin, PolicySource};

/// The policy and the attestations, and where findings are shown.
pub(crate) struct Config {
    pub(crate) file: PolicyFile,
    pub(crate) policies: Policies,
    pub(crate) attestations: Attestations,
    pub(crate) anchors: Anchors,
    origin: Origin,
    trusts_policy_hosts: bool,
}

/// A policy file that was read.
pub(crate) struct Policy {
    /// Its path; `None` without a policy file.
    pub(crate) path: Option<PathBuf>,
    pub(crate) origin: Origin,
    pub(crate) file: PolicyFile,
    pub(crate) policies: Policies,
    text: String,
}

#[cfg(feature = "live")]
impl Policy {
    /// Fails if the file was found, not named, and would send credentials to a host or assume a role that
    /// the user does not trust. `kinds` are the kinds that will be read.
    pub(crate) fn refuse_untrusted(
        &self,
        kinds: &KindsByProvider,
        trusts_policy_hosts: bool,
    ) -> Result<(), Failure> {
        if trusts_policy_hosts {
            return Ok(());
        }
        trust::refuse_untrusted(&self.policies, &self.origin, kinds, &env)
    }
}

impl Config {
    /// Reads the files that the options name, otherwise those with the default names.
    pub(crate) fn read(args: &EstateArgs) -> Result<Self, Failure> {
        let source = PolicySource {
            named: args.policy.as_deref(),
            reference: args.policy_ref.as_deref(),
        };
        let mut policy = policy(source)?;
        if let Some(commit) = &args.deployed_sha {
            let mut sentry = SentryPolicy::clone(&policy.policies.get());
            sentry.deployed_sha = Some(commit.clone());
            policy.policies.insert(sentry);
        }
        let (attestations_path, attestations_text) =
            source::attestations(&policy, args.attestations.as_deref())?;
        let attestations = match &attestations_text {
            Some(text) => parse_attestations(text, &attestations_path)?,
            None => Attestations::default(),
        };
        let changes = base::changes(&policy, &attestations_path, attestations_text.as_deref());
        policy.file.notices.extend(changes);
        let anchors = anchors(&policy.file, policy.path.as_deref());
        Ok(Self {
            file: policy.file,
            policies: policy.policies,
            attestations,
            anchors,
            origin: policy.origin,
            trusts_policy_hosts: args.trust_policy_hosts,
        })
    }

    /// Fails if the policy file was found, not named, and would send credentials to a host or assume a
    /// role that the user does not trust. `kinds` are the kinds that will be read.
    pub(crate) fn refuse_untrusted(&self, kinds: &KindsByProvider) -> Result<(), Failure> {
        if self.trusts_policy_hosts {
            return Ok(());
        }
        trust::refuse_untrusted(&self.policies, &self.origin, kinds, &env)
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
pub(crate) fn policy(source: PolicySource<'_>) -> Result<Policy, Failure> {
    let found = source.read()?;
    let Some(text) = found.text else {
        let mut file = PolicyFile::default();
        file.notices.extend(found.notice);
        return Ok(Policy {
            path: None,
            origin: found.origin,
            file,
            policies: Policies::default(),
            text: String::new(),
        });
    };
    let shown = found.path.display().to_string();
    let parsed = PolicyFile::parse(&text, &shown, &providers::tables(), &providers::catalog());
    let (mut file, policies) = parsed.map_err(|errors| {
        let count = errors.0.len();
        let shown: Vec<String> = errors.0.iter().map(|e| e.render(&text, &shown)).collect();
        let errors = if count == 1 { "an error" } else { "errors" };
        Failure::new(format!(
            "the policy file has {errors}\n{}",
            shown.join("\n")
        ))
    })?;
    if let (Some(info), Origin::Commit { commit, .. }) = (&mut file.info, &found.origin) {
        info.commit = Some(commit.clone());
    }
    Ok(Policy {
        path: Some(found.path),
        origin: found.origin,
        file,
        policies,
        text,
    })
}

fn parse_attestations(text: &str, path: &Path) -> Result<Attestations, Failure> {
    let duties: Vec<_> = Duty::names().collect();
    Attestations::parse(text, &duties, Timestamp::now()).map_err(|error| {
        let error = error.render(text, &path.display().to_string());
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
