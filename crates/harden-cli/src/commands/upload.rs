//! `upload`: a SARIF file to GitHub code scanning.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use harden_github::GithubPolicy;
use harden_github::live::{Connect, Processed, Upload, UploadError, origin_of};
use jiff::Timestamp;

use crate::args::UploadArgs;
use crate::config;
use crate::failure::{Context as _, Failure};
use crate::git;
use crate::opening::env;
use crate::output::note;
use crate::source;

/// How often GitHub is asked whether it is done.
const EVERY: Duration = Duration::from_secs(5);

pub(crate) async fn run(args: UploadArgs) -> Result<ExitCode, Failure> {
    let shown = args.file.display().to_string();
    let sarif = read(&args.file)?;
    if is_empty(&sarif) {
        note(&format!("{shown} holds no run: there is nothing to upload"));
        return Ok(ExitCode::SUCCESS);
    }
    let (_, _, policies) = config::policy(args.policy.as_deref())?;
    let policy = policies.get::<GithubPolicy>();
    let named = policy.repositories.first().cloned();
    let connect = Connect::from_env(&env, policy, Timestamp::now(), source::cancellation(None));
    let root = config::checkout(Path::new("."));
    let asked = |ask: fn(&Path) -> Option<String>| root.as_deref().and_then(ask);
    let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
    let missing = |what: &str, option: &str, variable: &str| {
        Failure::new(format!(
            "it is not known to which {what} the findings belong"
        ))
        .help(format!(
            "give {option}, set {variable}, or run in a checkout"
        ))
    };
    let repository = args
        .repository
        .or(named)
        .or_else(|| set("GITHUB_REPOSITORY"))
        .or_else(|| Some(origin_of(&asked(git::origin)?)?.repository))
        .ok_or_else(|| missing("repository", "--repository", "GITHUB_REPOSITORY"))?;
    let commit = args
        .commit
        .or_else(|| set("GITHUB_SHA"))
        .or_else(|| asked(git::head))
        .ok_or_else(|| missing("commit", "--commit", "GITHUB_SHA"))?;
    let git_ref = args
        .git_ref
        .or_else(|| set("GITHUB_REF"))
        .or_else(|| asked(git::head_ref))
        .ok_or_else(|| missing("branch", "--ref", "GITHUB_REF"))?;
    let upload = Upload {
        repository,
        commit,
        git_ref,
        sarif,
        checkout_uri: root.as_deref().and_then(file_uri),
        started_at: None,
        wait: args.wait.unsigned_abs(),
        every: EVERY,
    };
    let to = format!("{} at {}", upload.repository, upload.git_ref);
    match harden_github::live::upload(connect, &upload).await {
        Ok(Processed::Complete { id }) => {
            note(&format!(
                "code scanning has the findings of {shown}: {to} (upload {id})"
            ));
            Ok(ExitCode::SUCCESS)
        }
        Ok(Processed::Pending { id }) => {
            note(&format!(
                "GitHub took {shown} for {to}, and is still processing it (upload {id}): not \
                 waited for any longer"
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
    let shown = path.display();
    if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        return read
            .map(|_| text)
            .context("could not read the SARIF file from standard input");
    }
    std::fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("could not read {shown}: {error}"))
            .help("`harden-cli audit --output sarif=harden.sarif` writes one")
    })
}

/// Whether a SARIF log has no run: an audit that was cut short leaves out what it can't vouch for.
fn is_empty(sarif: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Log {
        runs: Vec<serde::de::IgnoredAny>,
    }
    serde_json::from_str::<Log>(sarif).is_ok_and(|log| log.runs.is_empty())
}

/// The `file:` URI of a folder, where its path needs no escaping.
fn file_uri(root: &Path) -> Option<String> {
    let path = PathBuf::from(root).into_os_string().into_string().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    (path.starts_with('/') && path.chars().all(plain)).then(|| format!("file://{path}"))
}
