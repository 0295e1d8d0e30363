//! What runs a script.

/// What runs a script. Source: GitHub's page on the syntax of workflows,
/// `jobs.<job_id>.steps[*].shell`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shell {
    /// `bash -e` or `sh -e`, which GitHub takes where nothing is set: a pipe fails by its last
    /// command alone.
    #[default]
    Plain,
    /// `shell: bash`, which sets `pipefail`.
    Pipefail,
    /// A script of `package.json`, the text of `sh -c`, or a template without `-e`: it goes on after
    /// what fails.
    Unchecked,
    /// PowerShell: a command of plain words is the same as in bash, everything else is not.
    Pwsh,
    /// `cmd` of Windows: the same.
    Cmd,
    /// Another language, or a program that is not known.
    Other,
}

/// The programs whose grammar bash's parser reads.
const POSIX: &[&str] = &["ash", "bash", "dash", "ksh", "sh", "zsh"];

impl Shell {
    /// By the text of `shell`.
    pub(crate) fn of(text: &str) -> Self {
        let text = text.trim();
        let first = text.split_whitespace().next().unwrap_or_default();
        let program = program_name(first);
        if POSIX.contains(&&*program) {
            return match text {
                "bash" => Self::Pipefail,
                "sh" => Self::Plain,
                // a template of one's own has the options that it names, and no others
                _ if !stops(text) => Self::Unchecked,
                _ if text.contains("pipefail") => Self::Pipefail,
                _ => Self::Plain,
            };
        }
        match &*program {
            "pwsh" | "powershell" => Self::Pwsh,
            "cmd" => Self::Cmd,
            _ => Self::Other,
        }
    }

    /// The shell that a runner has where nothing names one: `runs-on` names Windows.
    pub(crate) fn of_runner(labels: &str) -> Option<Self> {
        let windows = labels.to_ascii_lowercase().contains("windows");
        windows.then_some(Self::Pwsh)
    }
}

/// Whether the options of a template let the script stop at what fails: `-e`, `-eo pipefail`.
fn stops(template: &str) -> bool {
    template.split_whitespace().any(|word| {
        let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        word == "errexit" || short.is_some_and(|letters| letters.contains('e'))
    })
}

/// The name of a program without its folder and `.exe`, in lower case.
pub(super) fn program_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.to_ascii_lowercase();
    let plain = name.strip_suffix(".exe").map(str::to_owned);
    plain.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_are_told_apart() {
        for (text, shell) in [
            ("bash", Shell::Pipefail),
            ("bash -e {0}", Shell::Plain),
            ("bash --noprofile --norc -eo pipefail {0}", Shell::Pipefail),
            ("sh", Shell::Plain),
            ("bash {0}", Shell::Unchecked),
            ("bash -l {0}", Shell::Unchecked),
            ("bash --noprofile {0}", Shell::Unchecked),
            ("bash -o pipefail {0}", Shell::Unchecked),
            ("bash -o errexit {0}", Shell::Plain),
            ("sh -el {0}", Shell::Plain),
            ("/usr/bin/bash -l -e {0}", Shell::Plain),
            ("pwsh", Shell::Pwsh),
            ("powershell", Shell::Pwsh),
            ("cmd", Shell::Cmd),
            ("pwsh -command \". '{0}'\"", Shell::Pwsh),
            ("python", Shell::Other),
            ("node {0}", Shell::Other),
            ("perl {0}", Shell::Other),
            ("alpine.sh {0}", Shell::Other),
        ] {
            assert_eq!(Shell::of(text), shell, "{text}");
        }
        assert_eq!(Shell::of_runner("windows-2025"), Some(Shell::Pwsh));
        assert_eq!(Shell::of_runner("ubuntu-latest"), None);
    }
}
