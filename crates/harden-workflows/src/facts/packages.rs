//! The scripts of `package.json` that workflows run.

use std::collections::BTreeMap;

use harden_core::{Kind, Known, Location, Place, Resource, ResourceId, Unknown};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::reader::{self, Recorded, recorded};
use super::{At, Command, LocalAction, Unfollowed, Why, Workflow};
use crate::document::{Path, Positions, Scope};
use crate::names::{LEFT_OUT, word};
use crate::script::{self, Shell};

/// The largest file that is read.
const LARGEST: usize = 1024 * 1024;

/// The scripts of a `package.json` by which a workflow or an action of the repository runs something,
/// reduced as a workflow's own scripts are: of each only what it runs of Playwright, and which other
/// scripts and files. Source: `GET /repos/{owner}/{repo}/contents/{path}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct PackageScripts {
    /// The repository, `owner/repo`.
    pub repository: String,
    /// The folder of the file; empty for the root.
    pub folder: String,
    /// The scripts by their name; one that can't be followed to all that it runs of these is unknown.
    #[serde(default)]
    pub scripts: Known<BTreeMap<String, Known<Vec<Command>>>>,
}

impl PackageScripts {
    /// Reads a `package.json`. What is wrong with it makes the scripts unknown.
    #[must_use]
    pub fn parse(repository: &str, folder: &str, text: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            folder: folder.to_owned(),
            scripts: scripts(folder, text).into(),
        }
    }

    /// One that is there, and that can't be read.
    #[must_use]
    pub fn unreadable(repository: &str, folder: &str, unknown: &Unknown) -> Self {
        Self {
            repository: repository.to_owned(),
            folder: folder.to_owned(),
            scripts: unknown.clone().into(),
        }
    }

    /// The folders of the scripts that commands run, as far as they are known.
    pub fn folders(commands: &[Command]) -> impl Iterator<Item = String> {
        let scripts = commands.iter().filter(|command| command.tool == "script");
        let known = scripts.filter(|command| command.folder != LEFT_OUT);
        known.map(|command| command.folder.clone())
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> String {
        match &*self.folder {
            "" => "package.json".to_owned(),
            folder => format!("{folder}/package.json"),
        }
    }
}

/// The programs whose commands are recorded.
const KEPT: &[&str] = &["file", "playwright", "script", "task"];

/// Whether a part of a script that can't be followed may run one of these programs.
fn matters(lost: &Unfollowed) -> bool {
    matches!(lost.why, Why::Syntax | Why::Long) || lost.mentions(KEPT)
}

fn scripts(folder: &str, text: &str) -> Result<BTreeMap<String, Known<Vec<Command>>>, Unknown> {
    if text.len() > LARGEST {
        return Err(Unknown::undetermined("package.json is larger than 1 MiB"));
    }
    // an error's text may quote the file: only its place is reported
    let document: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        Unknown::undetermined(format!(
            "package.json could not be read as JSON, near line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    let Some(scripts) = document.get("scripts") else {
        return Ok(BTreeMap::new());
    };
    let named = scripts
        .as_object()
        .ok_or_else(|| Unknown::undetermined("the scripts of package.json are not an object"))?;
    // a call is shown where it is in the workflow
    let (positions, path): (_, Path<'_>) = (Positions::new(""), Vec::new());
    let scope = Scope {
        folder: folder.to_owned(),
        shell: Some(Shell::Unchecked),
        ..Scope::default()
    };
    let kept = named.iter().filter_map(|(name, script)| {
        let read = script::read(script.as_str()?, None, &scope, &positions, &path);
        let mut kept = read.commands;
        kept.retain(|command| KEPT.contains(&&*command.tool));
        let lost = read.unfollowed.iter().find(|lost| matters(lost));
        let name = word(name)?.to_owned();
        let kept = match lost {
            None => Known::Yes(kept),
            Some(lost) => Unknown::undetermined(format!(
                "the script {name} of package.json can't be followed: {}",
                lost.why.reason()
            ))
            .into(),
        };
        Some((name, kept))
    });
    Ok(kept.collect())
}

impl Resource for PackageScripts {
    const KIND: &'static Kind = &Kind::new("github/package-scripts")
        .permissions(&["contents=read"])
        .starts_from(&[Workflow::KIND, LocalAction::KIND]);

    fn id(&self) -> ResourceId {
        let path = self.path();
        ResourceId::new(Self::KIND.name, Place::global(&*self.repository), &path)
            .shown_as(&format!("{}/{path}", self.repository))
    }

    fn location(&self) -> Option<Location> {
        Some(Location {
            path: self.path(),
            line: At::START.line,
            column: At::START.column,
        })
    }
}

recorded!(PackageScripts, ["repository", "folder"], |record, why| {
    Self::unreadable(&record.repository, &record.folder, why)
});
