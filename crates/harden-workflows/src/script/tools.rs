//! The programs that are known in scripts, and which of them a command runs in the end.

use super::folders::{self, Folder};
use super::programs::{ALIASES, BEFORE, IMAGES, RUN_TASKS, TOOLS};
use super::versions::is_variable;
use crate::names::LEFT_OUT;

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
        match first.rsplit('/').next().unwrap_or(first) {
            "npx" | "bunx" | "pnpx" | "uvx" => rest = after_options(after),
            // programs that run others
            "poetry" | "uv" | "pipenv" | "pdm" | "hatch" | "rye" | "bundle" | "mise" => {
                let run = after
                    .iter()
                    .position(|word| matches!(&**word, "run" | "exec" | "x"))?;
                rest = after_options(after.get(run + 1..)?);
            }
            "python" | "python3" | "coverage" => {
                if let Some(module) = after.iter().position(|word| word == "-m") {
                    rest = after.get(module + 1..)?;
                } else {
                    let file = after.iter().position(|word| is_file(word))?;
                    let file = after.get(file..)?;
                    // Django's commands
                    return match file {
                        [manage, others @ ..] if manage.ends_with("manage.py") => {
                            script(others).map(|(_, words)| ("task", words))
                        }
                        file => Some(("file", file)),
                    };
                }
            }
            "node" if after.iter().any(|word| word == "--test") => return Some(("node", after)),
            "node" | "bash" | "sh" | "zsh" | "pwsh" | "ruby" | "tsx" | "ts-node" => {
                let file = after.iter().position(|word| is_file(word))?;
                return Some(("file", after.get(file..)?));
            }
            "deno" if after.first().is_some_and(|word| word == "task") => {
                return script(after.get(1..)?).map(|(_, words)| ("task", words));
            }
            "deno" if after.first().is_some_and(|word| word == "run") => {
                // `deno run -A npm:playwright test`
                let package = after.iter().position(|word| word.starts_with("npm:"))?;
                let name = after.get(package)?.strip_prefix("npm:")?;
                return named(name).map(|tool| (tool, after.get(package + 1..).unwrap_or(&[])));
            }
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
                    // npm runs a script without a word for it only by these names
                    name if first == "npm" && !NPM_SCRIPTS.contains(&name) => return None,
                    "workspaces" => {
                        let run = others.iter().position(|word| word == "run")?;
                        return script(after_options(others.get(run + 1..)?));
                    }
                    name if is_own_command(first, name) => return None,
                    // yarn and pnpm run a program or a script without a word for it
                    _ if (named(second).is_some() || RUN_TASKS.contains(&&**second))
                        && first != "npm" =>
                    {
                        rest = after;
                    }
                    _ => return script(after),
                }
            }
            "docker" | "podman" | "docker-compose" => {
                let of_image = |word: &String| {
                    let mut all = IMAGES.iter();
                    all.find(|(image, _)| word.contains(image))
                        .map(|(_, tool)| *tool)
                };
                if let Some(image) = after.iter().position(|word| of_image(word).is_some()) {
                    let tool = after.get(image).and_then(of_image)?;
                    return Some((tool, after.get(image + 1..)?));
                }
                // what runs in a container, after its image or service
                let run = after
                    .iter()
                    .position(|word| matches!(&**word, "run" | "exec"))?;
                let inner = after.get(run + 1..)?;
                let command = inner.iter().position(|word| {
                    named(word).is_some()
                        || STARTS.contains(&&**word)
                        || RUN_TASKS.contains(&&**word)
                })?;
                rest = inner.get(command..)?;
            }
            _ if RUN_TASKS.contains(&&**first) || first == "bin/rails" => {
                let after = after_options(after);
                let run = after.first().is_some_and(|word| word == "run");
                let named = after.get(usize::from(run)..)?;
                return script(named).map(|(_, words)| ("task", words));
            }
            _ => {
                let own = named(first).map(|tool| (tool, after));
                return own.or_else(|| is_file(first).then_some(("file", rest)));
            }
        }
    }
    None
}

/// The scripts that npm runs by a command of their own name.
const NPM_SCRIPTS: &[&str] = &[
    "cit",
    "clean-install-test",
    "install-ci-test",
    "install-test",
    "it",
    "restart",
    "start",
    "stop",
    "t",
    "test",
    "tst",
];

/// The commands that all of yarn, pnpm and bun have themselves, or one of them and no package.
const OWN_COMMANDS: &[&str] = &[
    "add",
    "approve-builds",
    "audit",
    "autoclean",
    "bin",
    "cache",
    "cat-file",
    "ci",
    "completion",
    "config",
    "constraints",
    "create",
    "dedupe",
    "doctor",
    "env",
    "explain",
    "fetch",
    "get",
    "global",
    "help",
    "i",
    "import",
    "info",
    "init",
    "install",
    "licenses",
    "link",
    "list",
    "login",
    "logout",
    "ls",
    "npm",
    "outdated",
    "owner",
    "pack",
    "patch",
    "patch-commit",
    "plugin",
    "pm",
    "policies",
    "prune",
    "publish",
    "rebuild",
    "remove",
    "rm",
    "root",
    "search",
    "self-update",
    "set",
    "setup",
    "stage",
    "store",
    "tag",
    "team",
    "uninstall",
    "unlink",
    "unplug",
    "up",
    "update",
    "upgrade",
    "upgrade-interactive",
    "version",
    "versions",
    "view",
    "why",
];

/// Whether a word is a command of the package manager itself, and no script.
fn is_own_command(manager: &str, name: &str) -> bool {
    let bun = manager == "bun" && name == "build";
    bun || OWN_COMMANDS.contains(&name)
}

/// Programs that start others, inside a container.
const STARTS: &[&str] = &[
    "npm", "npx", "pnpm", "yarn", "bun", "poetry", "uv", "pipenv", "bundle", "python", "python3",
];

/// Whether a word is the path of a script.
fn is_file(word: &str) -> bool {
    let (_, extension) = word.rsplit_once('.').unwrap_or_default();
    let known = [
        "sh", "bash", "py", "js", "mjs", "cjs", "ts", "ps1", "rb", "bats",
    ];
    known.contains(&extension) || word.starts_with("./")
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
            | "--recursive" | "workspace" | "workspaces" => return LEFT_OUT.to_owned(),
            _ => {}
        }
    }
    folder.to_owned()
}

/// Leaves out options, and `--`. Some, as `--filter web`, take a value.
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
            // no programs, but what others run
            .filter(|tool| !matches!(*tool, "file" | "script"))
            .find(|tool| *tool == word)
    };
    alias(package)
        .or_else(|| alias(last))
        .or_else(|| known(last))
}
