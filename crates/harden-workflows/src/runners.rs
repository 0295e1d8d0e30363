//! Programs that run other commands by their text or by the name of their script.

use super::failures::{Shell, mark};
use super::shell::{Simple, commands};

/// How deep they may stand in one another.
const DEEPEST: usize = 3;

/// The commands of a script, those that such a program runs in the place of its own.
pub(super) fn unfold(text: &str, shell: Shell) -> Vec<Simple> {
    let mut all = Vec::new();
    for simple in marked(text, shell) {
        expand(simple, 0, &mut all);
    }
    all
}

fn marked(text: &str, shell: Shell) -> Vec<Simple> {
    let mut all = commands(text);
    mark(&mut all, shell);
    all
}

fn expand(simple: Simple, depth: usize, into: &mut Vec<Simple>) {
    let Some(texts) = run_by(&simple.words).filter(|_| depth < DEEPEST) else {
        into.push(simple);
        return;
    };
    for text in texts {
        for inner in marked(&text, Shell::Unchecked) {
            let inner = Simple {
                words: inner.words,
                line: simple.line,
                tolerated: inner.tolerated || simple.tolerated,
                end: simple.end,
            };
            expand(inner, depth + 1, into);
        }
    }
}

/// What such a program runs, each as a command; none of any other program.
fn run_by(words: &[String]) -> Option<Vec<String>> {
    let (first, rest) = match words {
        [npx, first, rest @ ..] if matches!(&**npx, "npx" | "bunx" | "yarn" | "pnpm") => {
            (first, rest)
        }
        [first, rest @ ..] => (first, rest),
        [] => return None,
    };
    let named = || rest.iter().filter(|word| !word.starts_with('-'));
    let script = |name: &str| match name.strip_prefix("npm:").unwrap_or(name) {
        command if command.contains(' ') => command.to_owned(),
        name => format!("npm run {name}"),
    };
    match &**first {
        "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" => {
            Some(named().map(|name| script(name)).collect())
        }
        // the command that starts the server, its address, and the tests
        "start-server-and-test" | "start-test" | "server-test" => {
            named().next_back().map(|last| vec![script(last)])
        }
        "bash" | "sh" => {
            let at = rest.iter().position(|word| {
                word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
            })?;
            Some(vec![rest.get(at + 1)?.clone()])
        }
        "concurrently" => {
            let own = named().filter(|word| word.contains(' ') || word.starts_with("npm:"));
            Some(own.map(|name| script(name)).collect())
        }
        _ => None,
    }
}
