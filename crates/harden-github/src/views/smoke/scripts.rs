//! The commands that the scripts of `package.json` run.

use std::collections::BTreeMap;
use std::sync::Arc;

use harden_core::{Known, Listing, Place, Unknown};

use super::names::{is_other_work, suggests_smoke_tests};
use crate::resources::PackageScripts;
use crate::resources::workflow::Command;

/// How deeply scripts may run one another.
const DEEPEST: usize = 8;

/// The scripts of a repository's packages, by the folder of their `package.json`.
#[derive(Debug, Clone)]
pub(crate) struct Packages {
    by_folder: BTreeMap<String, Arc<PackageScripts>>,
    readable: Known<()>,
}

/// Why the commands of a script are not known.
#[derive(Debug)]
pub(crate) enum ScriptError {
    /// Its `package.json` could not be read.
    Unread(Unknown),
    /// The workflow does not show which `package.json` it is, or that file does not have the script.
    Unresolved(Unknown),
}

impl Packages {
    pub(crate) fn of(listing: &Listing<PackageScripts>, place: &Place) -> Self {
        let own = listing
            .iter_shared()
            .filter(|(id, _)| id.place == *place)
            .map(|(_, package)| (package.folder.clone(), Arc::clone(package)));
        Self {
            by_folder: own.collect(),
            readable: listing.readable(place),
        }
    }

    /// The commands that a command runs: only itself, unless it runs a script.
    ///
    /// # Errors
    /// If the commands of the script are not known.
    pub(crate) fn followed(&self, command: &Command) -> Result<Vec<Command>, ScriptError> {
        let mut found = Vec::new();
        self.follow(command, 0, &mut found)?;
        Ok(found)
    }

    fn follow(
        &self,
        command: &Command,
        depth: usize,
        into: &mut Vec<Command>,
    ) -> Result<(), ScriptError> {
        let (Some((name, more)), "script") = (command.words.split_first(), &*command.tool) else {
            into.push(command.clone());
            return Ok(());
        };
        // of a script that is no test it does not matter what it runs
        let matters = !is_other_work(name);
        let unresolved = |why: &str| {
            if !matters {
                return Ok(());
            }
            let message = format!("the commands of the script {name} are not known: {why}");
            Err(ScriptError::Unresolved(Unknown::undetermined(message)))
        };
        if command.folder.contains('…') || name.contains('…') {
            return unresolved(
                "its folder or its whole name cannot be determined from the workflow",
            );
        }
        let Some(package) = self.by_folder.get(&command.folder) else {
            return match &self.readable {
                Known::No(unknown) => Err(ScriptError::Unread((**unknown).clone())),
                Known::Yes(()) => unresolved("its folder does not have a package.json"),
            };
        };
        let scripts = match &package.scripts {
            Known::Yes(scripts) => scripts,
            Known::No(unknown) => return Err(ScriptError::Unread((**unknown).clone())),
        };
        let own = match scripts.get(name) {
            Some(Known::Yes(own)) => own,
            Some(Known::No(_)) if !matters => return Ok(()),
            Some(Known::No(unknown)) => return Err(ScriptError::Unresolved((**unknown).clone())),
            // without a script of this name nothing runs: a program of this name would be Playwright
            // only by its own name, and the reader knows that
            None if !suggests_smoke_tests(name) => return Ok(()),
            None => return unresolved(&format!("{} does not define it", package.path())),
        };
        if depth >= DEEPEST {
            return unresolved("the scripts run one another in a cycle");
        }
        // npm appends the arguments after `--` to the script, so its last command gets them:
        // https://docs.npmjs.com/cli/commands/npm-run-script
        let more = match more.split_first() {
            Some((first, rest)) if first == "--" => rest,
            _ => more,
        };
        let last = own.len().saturating_sub(1);
        // npm also runs the scripts with the prefixes `pre` and `post`
        let around = [format!("pre{name}"), format!("post{name}")];
        for name in &around {
            if let Some(Known::No(unknown)) = scripts.get(name) {
                return Err(ScriptError::Unresolved((**unknown).clone()));
            }
        }
        let [before, after] = around.map(|name| {
            let known = scripts.get(&name).and_then(Known::ok);
            known.map_or(&[][..], Vec::as_slice)
        });
        let given = own.iter().enumerate().map(|(i, inner)| {
            let mut inner = inner.clone();
            if i == last {
                inner.words.extend(more.iter().cloned());
            }
            inner
        });
        let all = before
            .iter()
            .cloned()
            .chain(given)
            .chain(after.iter().cloned());
        for mut inner in all {
            inner.tolerated |= command.tolerated;
            inner.at = command.at;
            self.follow(&inner, depth + 1, into)?;
        }
        Ok(())
    }
}
