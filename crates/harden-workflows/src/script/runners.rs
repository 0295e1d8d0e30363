//! Programs that run other commands by their text or by the name of their script.

/// What such a program runs, each as a command; `None` for any other program.
pub(super) fn run_by(words: &[String]) -> Option<Vec<String>> {
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
        "concurrently" => {
            let own = named().filter(|word| word.contains(' ') || word.starts_with("npm:"));
            Some(own.map(|name| script(name)).collect())
        }
        _ => None,
    }
}
