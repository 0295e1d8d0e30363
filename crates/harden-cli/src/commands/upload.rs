//! `upload`: uploads a SARIF file to GitHub code scanning.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use harden_core::one_line;
use harden_github::GithubPolicy;
use harden_github::live::{Connect, Processed, Upload, UploadError, origin_of};
use jiff::Timestamp;

use crate::args::UploadArgs;
use crate::checkout;
use crate::config::{self, Origin, PolicySource};
use crate::failure::Failure;
use crate::git;
use crate::input;
use crate::opening::env;
use crate::output::note;
use crate::providers::KindsByProvider;
use crate::{signals, source};

/// The longest SARIF file, in bytes. GitHub accepts 10 MB in compressed form.
const MAX_SARIF: u64 = 512 << 20;

/// How often GitHub is asked whether it has processed the file.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

pub(crate) async fn run(args: UploadArgs) -> Result<ExitCode, Failure> {
    let shown = one_line(&args.file.display().to_string(), 300);
    let sarif = read(&args.file)?;
    if is_empty(&sarif) {
        note(&format!("{shown} has no runs: there is nothing to upload"));
        return Ok(ExitCode::SUCCESS);
    }
    let file = config::policy(PolicySource {
        named: args.policy.as_deref(),
        reference: args.policy_ref.as_deref(),
    })?;
    let github = KindsByProvider::from([("github", BTreeSet::new())]);
    file.refuse_untrusted(&github, args.trust_policy_hosts)?;
    let policy = file.policies.get::<GithubPolicy>();
    signals::handle();
    // Whoever can change the checkout could name another repository in a file that was found.
    let is_found = file.origin == Origin::Found;
    let named = policy.repositories.first().cloned();
    let of_job = env("GITHUB_REPOSITORY").filter(|name| is_found && !name.trim().is_empty());
    let connect = Connect::from_env(&env, policy, Timestamp::now(), source::cancellation(None));
    let root = checkout::checkout_root(Path::new("."));
    let from_git = |ask: fn(&Path) -> Option<String>| root.as_deref().and_then(ask);
    let non_empty_env = |name: &str| env(name).filter(|value| !value.trim().is_empty());
    let missing = |what: &str, option: &str, variable: &str| {
        Failure::new(format!("the {what} of the findings is unknown")).help(format!(
            "use {option}, set {variable}, or run in a checkout"
        ))
    };
    let repository = args
        .repository
        .or(of_job)
        .or(named)
        .or_else(|| non_empty_env("GITHUB_REPOSITORY"))
        .or_else(|| Some(origin_of(&from_git(git::origin)?)?.repository))
        .ok_or_else(|| missing("repository", "--repository", "GITHUB_REPOSITORY"))?;
    let commit = args
        .commit
        .or_else(|| non_empty_env("GITHUB_SHA"))
        .or_else(|| from_git(git::head))
        .ok_or_else(|| missing("commit", "--commit", "GITHUB_SHA"))?;
    let git_ref = args
        .git_ref
        .or_else(|| non_empty_env("GITHUB_REF"))
        .or_else(|| from_git(git::head_ref))
        .ok_or_else(|| missing("branch", "--ref", "GITHUB_REF"))?;
    let upload = Upload {
        repository,
        commit,
        git_ref,
        sarif,
        checkout_uri: root.as_deref().and_then(file_uri),
        started_at: None,
        wait: args.wait.unsigned_abs(),
        every: POLL_INTERVAL,
    };
    let to = format!("{} at {}", upload.repository, upload.git_ref);
    let to = one_line(&to, 300);
    match harden_github::live::upload(connect, &upload).await {
        Ok(Processed::Complete { id }) => {
            note(&format!(
                "code scanning has the findings of {shown}: {to} (upload {})",
                one_line(&id, 80)
            ));
            Ok(ExitCode::SUCCESS)
        }
        Ok(Processed::Pending { id }) => {
            note(&format!(
                "GitHub accepted {shown} for {to}, but was still processing it at the end of the \
                 wait (upload {})",
                one_line(&id, 80)
            ));
            Ok(ExitCode::from(3))
        }
        Err(error @ UploadError::Rejected { .. }) => {
            note(&format!("error: {error}"));
            Ok(ExitCode::from(1))
        }
        Err(error) => Err(
            Failure::because(format!("could not upload {shown}"), &error)
                .help("the token needs security_events=write on the repository"),
        ),
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let help = "`harden-cli audit --output sarif=harden.sarif` writes one";
    input::read_text(path, MAX_SARIF).map_err(|failure| failure.or_help(help))
}

/// Whether a SARIF log has no runs. An incomplete audit leaves out the runs that could close alerts by
/// mistake.
fn is_empty(sarif: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Log {
        runs: Vec<serde::de::IgnoredAny>,
    }
    serde_json::from_str::<Log>(sarif).is_ok_and(|log| log.runs.is_empty())
}

/// The `file:` URI of a directory; `None` if its path needs escaping.
fn file_uri(root: &Path) -> Option<String> {
    let path = PathBuf::from(root).into_os_string().into_string().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    (path.starts_with('/') && path.chars().all(plain)).then(|| format!("file://{path}"))
}
