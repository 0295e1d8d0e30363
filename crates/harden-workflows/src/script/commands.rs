//! The known commands of a script, reduced to the words that are judged.

use super::programs::{TOOLS, may_send, may_test};
use super::reduce::reduce;
use super::tools::{program, script_folder};
use super::versions::{Versions, is_variable, release_version, version_of};
use super::walk::Simple;
use super::{split, within};
use crate::document::{Path, Positions, Scope};
use crate::facts::Why;
use crate::{Command, Unfollowed};

/// What a script comes to.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) commands: Vec<Command>,
    /// Whether it runs programs that are not known.
    pub(crate) others: bool,
    /// Whether it runs programs that may send something to a server, and are not recorded.
    pub(crate) sends: bool,
    /// What it sets for later steps.
    pub(crate) sets: Versions,
    /// What can't be followed.
    pub(crate) unfollowed: Vec<Unfollowed>,
    /// All of its commands, as the shell has them.
    pub(crate) simple: Vec<Simple>,
}

/// Reads a script. `scope` is what it sees, and the folder that it runs in.
pub(crate) fn read(
    text: &str,
    id: Option<&str>,
    scope: &Scope,
    positions: &Positions<'_>,
    path: &Path<'_>,
) -> Script {
    let mut scope = scope.clone();
    let mut script = Script::default();
    let shell = scope.shell.unwrap_or_default();
    let (simple, lost) = split(text, shell, &scope.literals, positions.effort());
    for lost in lost {
        // a command whose output is only used as a value is not a test
        script.others |=
            !lost.nested && matches!(lost.why, Why::Syntax | Why::Shell | Why::Nested | Why::Long);
        let at = positions.script_line(path, lost.line);
        script.unfollowed.push(lost.placed(at));
    }
    for simple in &simple {
        if let [change, to, ..] = simple.words.as_slice()
            && matches!(&**change, "cd" | "pushd")
        {
            scope.folder = within(&scope.folder, to);
        }
        for word in &simple.words {
            scope.take_assigned(word);
            if let Some((name, value)) = word.split_once('=')
                && is_variable(name)
                && let Some(version) = version_of(value, &scope.versions)
            {
                scope.versions.insert(name.to_owned(), version);
                if simple.words.iter().any(|w| w.contains("GITHUB_ENV")) {
                    script.sets.insert(name.to_owned(), version);
                }
                if let Some(id) = id
                    && simple.words.iter().any(|w| w.contains("GITHUB_OUTPUT"))
                {
                    let key = format!("steps.{id}.outputs.{name}").to_lowercase();
                    script.sets.insert(key, version);
                }
            }
        }
        script.sends |= may_send(&simple.words);
        if let Some(command) = recognise(simple, &scope, positions, path) {
            script.commands.push(command);
        } else if !simple.nested && program(&simple.words).is_none() && may_test(&simple.words) {
            script.others = true;
        }
    }
    script.simple = simple;
    script
}

fn recognise(
    simple: &Simple,
    scope: &Scope,
    positions: &Positions<'_>,
    path: &Path<'_>,
) -> Option<Command> {
    let (tool, rest) = program(&simple.words)?;
    let (_, own) = TOOLS.iter().find(|(name, _)| *name == tool)?;
    // of programs that do a great deal, only what is known is kept
    let first = rest.first().map_or("", String::as_str);
    let known_only = matches!(
        tool,
        "bazel"
            | "cargo"
            | "dart"
            | "deno"
            | "dotnet"
            | "flutter"
            | "gh"
            | "git"
            | "go"
            | "mix"
            | "swift"
    );
    let named = matches!(tool, "file" | "script" | "task");
    // it only prints a version: what it prints is followed by what names it
    if tool == "sentry-cli" && simple.nested && rest.iter().any(|w| w == "propose-version") {
        return None;
    }
    if (known_only && !own.contains(&first)) || (named && first.starts_with('-')) {
        return None;
    }
    let version = (tool == "sentry-cli")
        .then(|| release_version(rest, &scope.versions))
        .flatten();
    let mut words = reduce(tool, rest, own, scope);
    // of what is downloaded, only the change of a pull request is kept
    if matches!(tool, "curl" | "wget") && !words.iter().any(|word| word.contains("_url")) {
        return None;
    }
    if let Some(name) = words.first_mut().filter(|_| tool == "script")
        && matches!(&**name, "t" | "tst" | "it" | "install-test" | "cit")
        && !simple.words.iter().any(|word| word.starts_with("run"))
    {
        // what npm and pnpm call `npm test` too
        "test".clone_into(name);
    }
    Some(Command {
        tool: tool.to_owned(),
        words,
        at: positions.script_line(path, simple.line),
        version,
        tolerated: simple.tolerated,
        folder: match tool {
            "script" => script_folder(&simple.words, &scope.folder),
            "file" => {
                let path = rest.first().map_or("", String::as_str);
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                within(&scope.folder, folder)
            }
            _ => String::new(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(script: &str) -> Vec<String> {
        let positions = Positions::new("");
        let scope = Scope::default();
        let read = read(script, Some("v"), &scope, &positions, &Vec::new());
        let line = |c: &Command| match c.version {
            Some(version) => format!("{} [{version:?}]", c.line()),
            None => c.line(),
        };
        read.commands.iter().map(line).collect()
    }

    #[test]
    fn known_commands_by_any_way_of_running_them() {
        for way in [
            "npx playwright test --grep @smoke",
            "npx --yes playwright@1.50.0 test --grep '@smoke'",
            "pnpm --filter web exec playwright test --grep @smoke",
            "yarn playwright test --grep @smoke",
            "CI=1 ./node_modules/.bin/playwright test --grep @smoke",
            "if xvfb-run npx playwright test --grep \"@smoke\"; then",
        ] {
            assert_eq!(lines(way), ["playwright test --grep @smoke"], "{way}");
        }
        assert_eq!(
            lines("npm run test:smoke -- --grep @smoke"),
            ["script test:smoke -- --grep @smoke"]
        );
        assert_eq!(lines("npm ci && npm install --global x"), [""; 0]);
        assert_eq!(lines("make e2e"), ["task e2e"]);
        assert_eq!(
            lines("npx start-server-and-test dev http://localhost:3000 test:e2e"),
            ["script test:e2e"]
        );
        assert_eq!(
            lines("start-server-and-test 'npm start' :3000 'playwright test'"),
            ["playwright test"]
        );
        assert_eq!(lines("run-s lint e2e"), ["script lint", "script e2e"]);
        assert_eq!(lines("cross-env CI=1 playwright test"), ["playwright test"]);
    }

    #[test]
    fn scripts_have_their_folder() {
        let folders = |script: &str| {
            let positions = Positions::new("");
            let scope = Scope {
                folder: "apps".to_owned(),
                ..Scope::default()
            };
            let read = read(script, None, &scope, &positions, &Vec::new());
            let all = read.commands.into_iter();
            all.map(|c| format!("{} in {}", c.line(), c.folder))
                .collect::<Vec<_>>()
        };
        for (script, wanted) in [
            ("npm run smoke", "script smoke in apps"),
            ("cd web && npm run smoke", "script smoke in apps/web"),
            ("npm --prefix web run smoke", "script smoke in apps/web"),
            ("npm run --prefix=../web smoke", "script smoke in web"),
            ("pnpm -C web smoke", "script smoke in apps/web"),
            ("yarn --cwd web smoke", "script smoke in apps/web"),
            ("pnpm --filter web run smoke", "script smoke in …"),
            ("npm run smoke -w web", "script smoke -w … in …"),
            ("yarn workspace web run smoke", "script smoke in …"),
            ("cd \"$DIR\"; npm run smoke", "script smoke in …"),
        ] {
            assert_eq!(folders(script), [wanted], "{script}");
        }
    }

    #[test]
    fn versions_are_followed() {
        assert_eq!(
            lines(
                "VERSION=$(sentry-cli releases propose-version)\nsentry-cli releases new -p web \"$VERSION\""
            ),
            ["sentry-cli releases new -p … … [Head]"]
        );
        assert_eq!(
            lines("sentry-cli releases set-commits --auto ${GITHUB_SHA::7}"),
            ["sentry-cli releases set-commits --auto … [ShortSha]"]
        );
        assert_eq!(
            lines("sentry-cli releases deploys $GITHUB_SHA new -e production"),
            ["sentry-cli releases deploys … new -e production [Sha]"]
        );
        assert_eq!(
            lines("sentry-cli deploys new --release=backend@$GITHUB_SHA --env production"),
            ["sentry-cli deploys new --release=… --env production [Other]"]
        );
    }

    #[test]
    fn nothing_else_of_a_script_is_kept() {
        assert_eq!(
            lines("echo hunter2 | docker login -u me -p hunter2"),
            [""; 0]
        );
        assert_eq!(
            lines("sentry-cli --auth-token hunter2 releases new hunter2"),
            ["sentry-cli --auth-token … releases new … [Other]"]
        );
        assert_eq!(
            lines("vercel deploy --prod --token=hunter2"),
            ["vercel deploy --prod --token=…"]
        );
        assert_eq!(lines("npm run ghp_0123456789abcdef"), ["script …"]);
    }
}
