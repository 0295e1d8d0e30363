//! Programs that run the command which follows their own options.

use super::programs::{ALIASES, TOOLS};
use super::shell::program_name;

/// A program that runs another.
pub(super) struct Wrapper {
    pub(super) name: &'static str,
    /// Its options whose value is the next word.
    valued: &'static [&'static str],
    /// How many words of its own there are before the command.
    own: usize,
}

const fn wrapper(name: &'static str, valued: &'static [&'static str], own: usize) -> Wrapper {
    Wrapper { name, valued, own }
}

/// The wrappers that are known.
pub(super) const WRAPPERS: &[Wrapper] = &[
    wrapper("aws-vault", &[], 2),
    wrapper("builtin", &[], 0),
    wrapper("busybox", &[], 0),
    wrapper(
        "c8",
        &["-r", "--reporter", "-o", "--reports-dir", "-n", "-x"],
        0,
    ),
    wrapper("call", &[], 0),
    wrapper("catchsegv", &[], 0),
    wrapper("chamber", &[], 2),
    wrapper("chronic", &[], 0),
    wrapper("chroot", &["--userspec", "--groups"], 1),
    wrapper("command", &[], 0),
    wrapper("coproc", &[], 0),
    wrapper("cross-env", &[], 0),
    wrapper("doas", &["-u", "-C"], 0),
    wrapper(
        "doppler",
        &["-p", "--project", "-c", "--config", "-t", "--token"],
        1,
    ),
    wrapper("dotenv", &["-e", "-c", "-p", "-v"], 0),
    wrapper("dotenvx", &["-f", "--env-file", "-fk", "-e", "--env"], 1),
    wrapper("env", &["-u", "--unset", "-C", "--chdir"], 0),
    wrapper(
        "env-cmd",
        &["-f", "--file", "-e", "--environments", "-r"],
        0,
    ),
    wrapper("exec", &["-a"], 0),
    wrapper("firejail", &[], 0),
    wrapper(
        "flock",
        &["-w", "--timeout", "-E", "--conflict-exit-code"],
        1,
    ),
    wrapper(
        "infisical",
        &["--env", "--path", "--projectId", "--token"],
        1,
    ),
    wrapper("ionice", &["-c", "--class", "-n", "--classdata"], 0),
    wrapper("nice", &["-n", "--adjustment"], 0),
    wrapper("nocache", &[], 0),
    wrapper("nohup", &[], 0),
    wrapper("nyc", &["-r", "--reporter", "-x", "--exclude", "-n"], 0),
    wrapper("op", &["--env-file", "--account"], 1),
    wrapper(
        "parallel",
        &[
            "-j",
            "--jobs",
            "-a",
            "-S",
            "-N",
            "-n",
            "-L",
            "--delay",
            "--retries",
            "--timeout",
            "-I",
        ],
        0,
    ),
    wrapper("percy", &["-c", "--config", "-P", "--port"], 1),
    wrapper(
        "retry",
        &["-t", "--times", "-d", "--delay", "-m", "--max", "-n"],
        0,
    ),
    wrapper("setsid", &[], 0),
    wrapper(
        "stdbuf",
        &["-i", "-o", "-e", "--input", "--output", "--error"],
        0,
    ),
    wrapper("strace", &["-o", "-e", "-p", "-s", "-u"], 0),
    wrapper(
        "sudo",
        &[
            "-u", "--user", "-g", "--group", "-h", "--host", "-p", "--prompt", "-C", "-D",
            "--chdir", "-R", "--chroot", "-T", "-U", "-r", "-t",
        ],
        0,
    ),
    wrapper("taskset", &[], 1),
    wrapper("teller", &["-c", "--config"], 1),
    wrapper("time", &["-f", "--format", "-o", "--output"], 0),
    wrapper("timeout", &["-k", "--kill-after", "-s", "--signal"], 1),
    wrapper("unbuffer", &[], 0),
    wrapper("unshare", &[], 0),
    wrapper("volta", &["--node", "--npm", "--pnpm", "--yarn"], 1),
    wrapper("watch", &["-n", "--interval"], 0),
    wrapper(
        "xargs",
        &[
            "-I",
            "-n",
            "--max-args",
            "-P",
            "--max-procs",
            "-L",
            "--max-lines",
            "-d",
            "--delimiter",
            "-a",
            "--arg-file",
            "-s",
            "--max-chars",
            "-E",
        ],
        0,
    ),
    wrapper(
        "xvfb-run",
        &[
            "-s",
            "--server-args",
            "-n",
            "--server-num",
            "-e",
            "--error-file",
            "-f",
            "--auth-file",
            "-w",
            "--wait",
            "-p",
            "--xauth-protocol",
        ],
        0,
    ),
];

/// Where the wrapper is that a package manager starts: `npx dotenv`, `pnpm exec nyc`.
pub(super) fn started(words: &[String]) -> Option<usize> {
    let (first, _) = words.split_first()?;
    let mut at = match &*program_name(first) {
        "npx" | "bunx" | "pnpx" => 1,
        "npm" | "pnpm" | "yarn" | "bun" => {
            let verb = words.get(1).map(String::as_str);
            1 + usize::from(matches!(verb, Some("exec" | "dlx" | "x")))
        }
        _ => return None,
    };
    while words.get(at).is_some_and(|word| word.starts_with('-')) {
        at += 1;
    }
    let name = words.get(at)?;
    let package = name.rsplit('/').next().unwrap_or(name);
    let name = match package.split_once('@') {
        Some((name, _)) if !name.is_empty() => name,
        _ => package,
    };
    let name = name.strip_suffix("-cli").unwrap_or(name);
    let packaged = [
        "c8",
        "cross-env",
        "dotenv",
        "dotenvx",
        "env-cmd",
        "infisical",
        "nyc",
        "percy",
    ];
    packaged.contains(&name).then_some(at)
}

/// Where the command is that a wrapper runs; none where it runs nothing (`command -v git`).
///
/// An option that is not known may take a value: a word after it that is not a program is then skipped
/// where a known program follows.
pub(super) fn after_options(wrapper: &Wrapper, words: &[String]) -> Option<usize> {
    let mut at = 1;
    let mut own = wrapper.own;
    while let Some(word) = words.get(at) {
        if wrapper.name == "command" && matches!(&**word, "-v" | "-V") {
            return None;
        }
        if word == "--" {
            // what is in front of it is the wrapper's own
            return (at + 1 < words.len()).then_some(at + 1);
        }
        let assignment = wrapper.name != "timeout" && is_assignment(word);
        if wrapper.valued.contains(&&**word) {
            at += 2;
        } else if word.starts_with('-') || assignment {
            at += 1;
        } else if own > 0 {
            own -= 1;
            at += 1;
        } else {
            break;
        }
    }
    at += own.min(words.len().saturating_sub(at));
    let is_program = |word: &String| {
        let name = program_name(word);
        let tool = TOOLS.iter().any(|(tool, _)| *tool == name);
        tool || ALIASES.iter().any(|(other, _)| *other == name)
            || WRAPPERS.iter().any(|wrapper| wrapper.name == name)
            || matches!(
                &*name,
                "bash" | "bun" | "bunx" | "sh" | "zsh" | "npm" | "npx" | "pnpm" | "yarn" | "eval"
            )
    };
    if words.get(at).is_some_and(is_program) {
        return Some(at);
    }
    let before = words.get(1..at).unwrap_or_default();
    let unknown_option = before
        .iter()
        .any(|word| word.starts_with('-') && word != "--" && !wrapper.valued.contains(&&**word));
    if unknown_option {
        let later = words.iter().skip(at).position(is_program);
        if let Some(later) = later {
            return Some(at + later);
        }
    }
    (at < words.len()).then_some(at)
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}
