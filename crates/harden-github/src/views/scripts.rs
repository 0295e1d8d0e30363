//! What the scripts of `package.json` run.

use std::collections::BTreeMap;
use std::sync::Arc;

use harden_core::{Known, Listing, Place, Unknown};

use crate::resources::PackageScripts;
use crate::resources::workflow::Command;

/// How deep scripts may run one another.
const DEEPEST: usize = 8;

/// The scripts of a repository's packages, by the folder of their `package.json`.
#[derive(Debug, Clone)]
pub(crate) struct Packages {
    by_folder: BTreeMap<String, Arc<PackageScripts>>,
    readable: Known<()>,
}

/// Why it can't be told what a script runs.
#[derive(Debug)]
pub(crate) enum Unfollowed {
    /// Its `package.json` could not be read.
    Unread(Unknown),
    /// The workflow does not tell which one it is, or it does not have the script.
    Untold(Unknown),
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

    /// The commands that a command comes to: itself, unless it runs a script.
    ///
    /// # Errors
    /// When it can't be told what the script runs.
    pub(crate) fn followed(&self, command: &Command) -> Result<Vec<Command>, Unfollowed> {
        let mut found = Vec::new();
        self.follow(command, 0, &mut found)?;
        Ok(found)
    }

    fn follow(
        &self,
        command: &Command,
        depth: usize,
        into: &mut Vec<Command>,
    ) -> Result<(), Unfollowed> {
        let (Some((name, more)), "script") = (command.words.split_first(), &*command.tool) else {
            into.push(command.clone());
            return Ok(());
        };
        let untold = |why: &str| {
            let message = format!("what the script {name} runs can't be told: {why}");
            Err(Unfollowed::Untold(Unknown::undetermined(message)))
        };
        if command.folder.contains('…') || name.contains('…') {
            return untold("the workflow does not say in which folder it is, or its whole name");
        }
        let Some(package) = self.by_folder.get(&command.folder) else {
            return match &self.readable {
                Known::No(unknown) => Err(Unfollowed::Unread((**unknown).clone())),
                Known::Yes(()) => untold("there is no package.json in the folder where it is run"),
            };
        };
        let scripts = match &package.scripts {
            Known::Yes(scripts) => scripts,
            Known::No(unknown) => return Err(Unfollowed::Unread((**unknown).clone())),
        };
        let own = match scripts.get(name) {
            Some(Known::Yes(own)) => own,
            Some(Known::No(unknown)) => return Err(Unfollowed::Untold((**unknown).clone())),
            None => return untold(&format!("{} does not have it", package.path())),
        };
        if depth >= DEEPEST {
            return untold("scripts run one another in a circle");
        }
        // what is given to the script is given to the last of its commands
        let more = match more.split_first() {
            Some((first, rest)) if first == "--" => rest,
            _ => more,
        };
        let last = own.len().saturating_sub(1);
        let around = [format!("pre{name}"), format!("post{name}")];
        for name in &around {
            if let Some(Known::No(unknown)) = scripts.get(name) {
                return Err(Unfollowed::Untold((**unknown).clone()));
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
