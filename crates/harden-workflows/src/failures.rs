//! Which commands of a script may fail without failing the step.
//!
//! As bash does it, which GitHub runs with `-e`: what fails in front of `&&`, inside a condition, in
//! the background or in front of a pipe is not what the script fails by.

use super::shell::{End, Simple};

/// What runs a script. Source: GitHub's page on the syntax of workflows, `jobs.<id>.steps[*].shell`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shell {
    /// `bash -e` or `sh -e`, which GitHub takes where nothing is said: a pipe fails by its last
    /// command alone.
    #[default]
    Plain,
    /// `shell: bash`, which sets `pipefail`.
    Pipefail,
    /// A script of `package.json`: `sh -c`, which goes on after what fails.
    Unchecked,
    /// PowerShell and others, whose grammar is another.
    Other,
}

impl Shell {
    /// By the text of `shell`.
    pub(super) fn of(text: &str) -> Self {
        let first = text.split_whitespace().next().unwrap_or_default();
        match first.rsplit('/').next().unwrap_or_default() {
            "bash" if text.trim() == "bash" || text.contains("pipefail") => Self::Pipefail,
            "bash" | "sh" => Self::Plain,
            _ => Self::Other,
        }
    }
}

/// What opens a part of a script, before its first command.
const OPENING: &[&str] = &["then", "else", "do", "{", "!"];
/// What closes one.
const CLOSING: &[&str] = &["fi", "done", "}", "esac"];

/// Marks the commands whose failure is swallowed.
pub(super) fn mark(all: &mut [Simple], shell: Shell) {
    let last = |is: &dyn Fn(&Simple) -> bool| all.iter().rposition(is);
    let script = Script {
        shell,
        body: last(&|c| !CLOSING.contains(&first(c))),
        status: last(&is_status),
        wait: last(&|c| first(c) == "wait" && c.words.len() > 1),
        all,
    };
    let mut pipefail = shell == Shell::Pipefail;
    let mut checked = shell != Shell::Unchecked;
    let mut swallowed = Vec::new();
    let mut start = 0;
    while start < script.all.len() {
        let end = script.end_of_list(start);
        if let Some(said) = script.all.get(start).filter(|c| first(c) == "set") {
            set(said, &mut pipefail, &mut checked);
        }
        script.list(start, end, pipefail, checked, &mut swallowed);
        start = end + 1;
    }
    for index in swallowed {
        if let Some(command) = all.get_mut(index) {
            command.tolerated = true;
        }
    }
}

/// `set -e`, `set +e`, `set -o pipefail`, and several in one.
fn set(command: &Simple, pipefail: &mut bool, checked: &mut bool) {
    let mut on = true;
    for word in command.words.iter().skip(1) {
        if word.starts_with(['-', '+']) {
            on = word.starts_with('-');
            if word.contains('e') {
                *checked = on;
            }
        }
        match &**word {
            "pipefail" => *pipefail = on,
            "errexit" => *checked = on,
            _ => {}
        }
    }
}

struct Script<'a> {
    all: &'a [Simple],
    shell: Shell,
    /// The last command that closes nothing.
    body: Option<usize>,
    /// The last that exits by a status that was kept.
    status: Option<usize>,
    /// The last that waits for one of the background.
    wait: Option<usize>,
}

/// How far the end of an `if` and the start of a brace are looked for.
const FARTHEST: usize = 500;

impl Script<'_> {
    /// The last command of a list: of what `|`, `&&` and `||` join.
    fn end_of_list(&self, start: usize) -> usize {
        let rest = self.all.iter().skip(start);
        let joined = rest.take_while(|c| matches!(c.end, End::Or | End::And | End::Pipe));
        (start + joined.count()).min(self.all.len().saturating_sub(1))
    }

    fn list(
        &self,
        start: usize,
        end: usize,
        pipefail: bool,
        checked: bool,
        swallowed: &mut Vec<usize>,
    ) {
        let Some(head) = self.all.get(start) else {
            return;
        };
        let inverted = head.words.get(1).is_some_and(|word| word == "!");
        let decides = match first(head) {
            // a loop that goes on until it succeeds
            "until" => Some(false),
            "while" => Some(!inverted),
            "if" | "elif" => Some(!self.body_fails(end)),
            "!" => Some(true),
            _ => None,
        };
        if let Some(decides) = decides {
            if decides {
                swallowed.extend(start..=end);
            }
            return;
        }
        let last = self.body.is_none_or(|body| body <= end);
        let background = self.all.get(end).is_some_and(|c| c.end == End::Background);
        if (background && self.wait <= Some(end)) || (!checked && !last && self.status <= Some(end))
        {
            swallowed.extend(start..=end);
            return;
        }
        let plain = !pipefail && self.shell != Shell::Other;
        let list = self.all.get(start..end).unwrap_or_default();
        let last_or = list.iter().rposition(|command| command.end == End::Or);
        let mut from = start;
        for index in start..end {
            let followed = self.all.get(index).map(|command| command.end);
            match followed {
                Some(End::Pipe) if plain => swallowed.push(index),
                Some(End::Or) if self.swallows(index + 1) => {
                    swallowed.extend(from..=index);
                    self.closed(index, swallowed);
                    from = index + 1;
                }
                Some(End::And)
                    if !last
                        && self.shell != Shell::Other
                        && last_or.is_none_or(|last| start + last < index) =>
                {
                    swallowed.extend(self.pipeline(start, index)..=index);
                }
                _ => {}
            }
        }
    }

    /// Where the pipe begins that a command ends.
    fn pipeline(&self, start: usize, index: usize) -> usize {
        let before = self.all.get(start..index).unwrap_or_default();
        let joined = before.iter().rev().take_while(|c| c.end == End::Pipe);
        index - joined.count()
    }

    /// Whether what follows a `||` succeeds.
    fn swallows(&self, index: usize) -> bool {
        let Some(command) = self.all.get(index) else {
            return false;
        };
        let next = self.all.get(index + 1);
        if command.end == End::And && next.is_some_and(fails) {
            return false;
        }
        let second = command.words.get(1).map(String::as_str);
        match first(command) {
            "true" | ":" | "echo" | "printf" => true,
            "exit" | "return" => second == Some("0"),
            // `|| status=$?`, and the status is not what the script exits by
            word => {
                let assigned = command.words.len() == 1 && word.contains('=');
                assigned && self.status <= Some(index)
            }
        }
    }

    /// `{ a; b; } || true`: what stands between the braces.
    fn closed(&self, index: usize, swallowed: &mut Vec<usize>) {
        if self.all.get(index).is_some_and(|c| first(c) == "}") {
            let near = index.saturating_sub(FARTHEST);
            let before = self.all.get(near..index).unwrap_or_default();
            let open = before.iter().rposition(|c| first(c) == "{");
            swallowed.extend(open.map_or(index, |open| near + open)..index);
        }
    }

    /// Whether the parts of an `if` exit with a failure.
    fn body_fails(&self, condition: usize) -> bool {
        let mut depth = 0_usize;
        for command in self.all.iter().skip(condition + 1).take(FARTHEST) {
            match first(command) {
                "if" => depth += 1,
                "fi" if depth == 0 => return false,
                "fi" => depth -= 1,
                _ => {}
            }
            if fails(command) {
                return true;
            }
        }
        false
    }
}

fn first(command: &Simple) -> &str {
    command.words.first().map_or("", String::as_str)
}

/// A command without the words that open what it stands in.
fn opened(command: &Simple) -> impl Iterator<Item = &str> {
    let words = command.words.iter().map(String::as_str);
    words.skip_while(|word| OPENING.contains(word))
}

/// Whether a command is a failure: `exit 1`, `false`.
fn fails(command: &Simple) -> bool {
    let mut words = opened(command);
    match words.next() {
        Some("exit" | "return") => words.next().is_none_or(|status| status != "0"),
        Some("false") => true,
        _ => false,
    }
}

/// Whether a command exits by a status that was kept: `exit $status`.
fn is_status(command: &Simple) -> bool {
    let mut words = opened(command);
    words.next() == Some("exit") && words.next().is_some_and(|status| status.contains('$'))
}

#[cfg(test)]
mod tests {
    use super::super::shell::commands;
    use super::*;

    fn swallowed(script: &str, shell: Shell) -> Vec<String> {
        let mut all = commands(script);
        mark(&mut all, shell);
        let found = all.into_iter().filter(|c| c.tolerated);
        found.map(|c| c.words.join(" ")).collect()
    }

    #[test]
    fn what_a_script_does_not_fail_by() {
        for script in [
            "t || true",
            "t || :",
            "t || echo x",
            "t || exit 0",
            "t || { \n true\n}\nt || true",
            "t || s=$?\necho $s",
            "{ t; } || true",
            "(t) || true",
            "t | tee x",
            "set -e\nt 2>&1 | tee x",
            "if t; then echo y; fi",
            "while t; do x; done",
            "! t",
            "t &",
            "t & wait",
            "t && u\nv",
            "set +e\nt\nu",
        ] {
            let found = swallowed(script, Shell::Plain);
            assert!(
                found.iter().any(|c| c.split(' ').any(|word| word == "t")),
                "{script}: {found:?}"
            );
        }
        for script in [
            "t",
            "t || exit 1",
            "t || { echo x; exit 1; }",
            "t || echo x && exit 1",
            "t || s=$?\nexit $s",
            "echo y | t",
            "set -o pipefail\nt | tee x",
            "set -euo pipefail\nt | tee x",
            "if t; then echo y; else exit 1; fi",
            "if ! t; then exit 1; fi",
            "until t; do x; done",
            "u & t",
            "t & p=$!\nwait $p",
            "t && u",
            "if x; then t && u; fi",
            "u && t\nv",
            "set +e\nt\ns=$?\nexit $s",
            "set +e\nu\nset -e\nt\nv",
            "t 2>&1",
            "t &> x",
        ] {
            let found = swallowed(script, Shell::Plain);
            assert!(
                !found.iter().any(|c| c.split(' ').any(|word| word == "t")),
                "{script}: {found:?}"
            );
        }
        assert!(swallowed("t | tee x", Shell::Pipefail).is_empty());
        assert!(swallowed("t | Tee-Object x\nu", Shell::Other).is_empty());
        assert_eq!(swallowed("t; u", Shell::Unchecked), ["t"]);
    }

    /// No script takes time by the square of its length.
    #[test]
    fn long_scripts() {
        for part in [
            "a||b=c\n",
            "a||true||",
            "a&&",
            "a|",
            "if a\n",
            "}||",
            "{ a\n",
            "}\n",
            "a&",
        ] {
            let script = part.repeat(100_000 / part.len());
            assert!(swallowed(&script, Shell::Plain).len() <= script.len());
        }
    }

    #[test]
    fn shells() {
        for (text, shell) in [
            ("bash", Shell::Pipefail),
            ("bash -e {0}", Shell::Plain),
            ("bash --noprofile --norc -eo pipefail {0}", Shell::Pipefail),
            ("sh", Shell::Plain),
            ("pwsh", Shell::Other),
        ] {
            assert_eq!(Shell::of(text), shell, "{text}");
        }
    }
}
