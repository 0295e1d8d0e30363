//! The programs that are known in scripts, and which of them a command runs in the end.

use super::folders::{self, Folder};
use super::plain;
use super::versions::is_variable;

/// The programs that are known, each with the words of its own that are kept.
pub(super) const TOOLS: &[(&str, &[&str])] = &[
    ("ansible-playbook", &[]),
    ("ava", &[]),
    (
        "aws",
        &[
            "ecs",
            "update-service",
            "register-task-definition",
            "run-task",
            "wait",
            "services-stable",
            "deploy",
            "create-deployment",
            "push",
            "lambda",
            "update-function-code",
            "s3",
            "sync",
            "cp",
            "cloudformation",
            "elasticbeanstalk",
            "update-environment",
            "apprunner",
            "start-deployment",
            "amplify",
            "start-job",
            "cloudfront",
            "create-invalidation",
        ],
    ),
    (
        "az",
        &[
            "webapp",
            "deploy",
            "containerapp",
            "up",
            "update",
            "functionapp",
        ],
    ),
    ("cargo", &["test", "nextest"]),
    ("cdk", &["deploy", "destroy", "diff", "synth"]),
    ("copilot", &["deploy", "svc", "job"]),
    ("cypress", &["run"]),
    ("dotnet", &["test"]),
    ("eb", &["deploy"]),
    ("ecs-deploy", &[]),
    ("firebase", &["deploy"]),
    ("flyctl", &["deploy"]),
    (
        "gcloud",
        &["run", "deploy", "app", "functions", "services", "update"],
    ),
    ("gh", &["pr", "checkout"]),
    (
        "git",
        &[
            "checkout", "switch", "fetch", "pull", "merge", "reset", "--hard",
        ],
    ),
    ("go", &["test"]),
    ("gradle", &["test", "check"]),
    ("helm", &["upgrade", "install", "--install"]),
    ("heroku", &["container:release", "releases"]),
    (
        "kubectl",
        &["apply", "set", "image", "rollout", "restart", "status"],
    ),
    ("mocha", &[]),
    ("mvn", &["test", "verify"]),
    ("netlify", &["deploy"]),
    ("phpunit", &[]),
    ("playwright", &["test", "install"]),
    ("pulumi", &["up"]),
    ("pytest", &[]),
    ("railway", &["up", "deploy"]),
    ("rspec", &[]),
    ("sam", &["deploy"]),
    ("script", &[]),
    (
        "sentry-cli",
        &[
            "releases",
            "release",
            "new",
            "create",
            "finalize",
            "set-commits",
            "deploys",
            "propose-version",
            "sourcemaps",
            "sourcemap",
            "inject",
            "upload",
        ],
    ),
    ("serverless", &["deploy"]),
    ("task", &[]),
    ("terraform", &["apply", "plan", "init"]),
    ("tox", &[]),
    ("vercel", &["deploy", "build", "pull", "promote"]),
    ("vitest", &[]),
    ("wrangler", &["deploy", "publish", "pages"]),
];

/// Other names of those programs.
const ALIASES: &[(&str, &str)] = &[
    ("@sentry/cli", "sentry-cli"),
    ("@playwright/test", "playwright"),
    ("fly", "flyctl"),
    ("sls", "serverless"),
    ("aws-cdk", "cdk"),
    ("sam-cli", "sam"),
    ("vc", "vercel"),
    ("tofu", "terraform"),
    ("gradlew", "gradle"),
    ("mvnw", "mvn"),
    ("terragrunt", "terraform"),
    ("netlify-cli", "netlify"),
    ("firebase-tools", "firebase"),
];

/// What stands before a command and is none.
const BEFORE: &[&str] = &[
    "if",
    "then",
    "else",
    "elif",
    "do",
    "while",
    "until",
    "!",
    "{",
    "time",
    "sudo",
    "exec",
    "command",
    "env",
    "xvfb-run",
    "nohup",
    "corepack",
    "dotenv",
    "dotenvx",
    "cross-env",
    "cross-env-shell",
    "op",
    "doppler",
    "--",
    "run",
];

/// The program that a command runs in the end, and its words.
pub(super) fn program(words: &[String]) -> Option<(&'static str, &[String])> {
    let skipped = words.iter().position(|word| {
        let assignment = word
            .split_once('=')
            .is_some_and(|(name, _)| is_variable(name));
        !BEFORE.contains(&&**word) && !assignment
    })?;
    let mut rest = words.get(skipped..)?;
    // npx --yes playwright test, pnpm exec playwright test, yarn playwright test
    for _ in 0..3 {
        let (first, after) = rest.split_first()?;
        match &**first {
            "npx" | "bunx" | "pnpx" => rest = after_options(after),
            "npm" | "pnpm" | "yarn" | "bun" => {
                let after = after_options(after);
                let (second, others) = after.split_first()?;
                match &**second {
                    "exec" | "dlx" | "x" => rest = after_options(others),
                    "run" | "run-script" => return script(after_options(others)),
                    "workspace" => {
                        let after = others.get(1..)?;
                        let run = after.first().is_some_and(|word| word == "run");
                        return script(after.get(usize::from(run)..)?);
                    }
                    "install" | "i" | "ci" | "add" | "publish" | "config" | "cache" | "version" => {
                        return None;
                    }
                    // yarn and pnpm run a program or a script without a word for it
                    _ if named(second).is_some() && &**first != "npm" => {
                        rest = after;
                    }
                    _ => return script(after),
                }
            }
            "docker" | "podman" => {
                let image = after
                    .iter()
                    .position(|w| w.contains("getsentry/sentry-cli"))?;
                return Some(("sentry-cli", after.get(image + 1..)?));
            }
            "make" | "just" | "task" | "nx" | "turbo" => {
                let after = after_options(after);
                let run = after.first().is_some_and(|word| word == "run");
                let named = after.get(usize::from(run)..)?;
                return script(named).map(|(_, words)| ("task", words));
            }
            _ => return named(first).map(|tool| (tool, after)),
        }
    }
    None
}

fn script(words: &[String]) -> Option<(&'static str, &[String])> {
    (!words.is_empty()).then_some(("script", words))
}

/// The folder whose `package.json` a command of a package manager reads, where it runs in another.
pub(super) fn script_folder(words: &[String], folder: &str) -> Folder {
    let own = words.iter().take_while(|word| *word != "--");
    let own: Vec<&str> = own.map(String::as_str).collect();
    for (i, word) in own.iter().enumerate() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (*word, own.get(i + 1).copied()),
        };
        match option {
            "--prefix" | "-C" | "--cwd" | "--dir" => {
                return folders::within(folder, value.unwrap_or("$"));
            }
            // a package by its name, or all of them
            "--filter" | "-F" | "--workspace" | "-w" | "--workspaces" | "-ws" | "-r"
            | "--recursive" | "workspace" | "workspaces" => return plain::LEFT_OUT.to_owned(),
            _ => {}
        }
    }
    folder.to_owned()
}

/// Leaves out options, and `--`. `--filter web` and the like take a value.
fn after_options(words: &[String]) -> &[String] {
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        if !first.starts_with('-') {
            break;
        }
        let valued = matches!(
            &**first,
            "--filter"
                | "-F"
                | "--prefix"
                | "--workspace"
                | "-w"
                | "--cwd"
                | "-C"
                | "--dir"
                | "--package"
                | "-p"
        );
        rest = if valued {
            after.get(1..).unwrap_or_default()
        } else {
            after
        };
    }
    rest
}

/// The known program of a word: by its path, its package or its alias.
fn named(word: &str) -> Option<&'static str> {
    let package = match word.rfind('@') {
        Some(at) if at > 0 => word.get(..at)?,
        _ => word,
    };
    let alias = |word: &str| {
        ALIASES
            .iter()
            .find(|(other, _)| *other == word)
            .map(|(_, tool)| *tool)
    };
    let last = package.rsplit('/').next()?;
    let known = |word: &str| {
        TOOLS
            .iter()
            .map(|(tool, _)| *tool)
            .find(|tool| *tool == word)
    };
    alias(package)
        .or_else(|| alias(last))
        .or_else(|| known(last))
}
