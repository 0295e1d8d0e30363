//! Actions of the same repository, which workflows use by their path.

use std::collections::BTreeMap;

use harden_core::{Kind, Known, Location, Place, Resource, ResourceId, Unknown};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::reader::{self, Recorded, recorded};
use super::{At, Image, Step, Workflow};
use crate::document::{self, Positions};

/// An action that a workflow of the repository uses by its path (`./.github/actions/deploy`).
/// Source: `GET /repos/{owner}/{repo}/contents/{path}` of its `action.yml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct LocalAction {
    /// The repository, `owner/repo`.
    pub repository: String,
    /// The folder of the action, without `./`.
    pub folder: String,
    /// The file in it: `action.yml` or `action.yaml`.
    #[serde(default)]
    pub file: Known<String>,
    /// The steps of a composite action; empty for an action that is a program or an image.
    #[serde(default)]
    pub steps: Known<Vec<Step>>,
    /// The contexts that its outputs hold, by the name of the output.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Vec<String>>,
    /// The image that an action of containers pulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
}

impl LocalAction {
    /// Reads the file of an action. What is wrong with it makes the steps unknown.
    #[must_use]
    pub fn parse(repository: &str, folder: &str, file: &str, text: &str) -> Self {
        let read = read(repository, text);
        let (outputs, image) = match &read {
            Ok(read) => (read.outputs.clone(), read.image.clone()),
            Err(_) => Default::default(),
        };
        Self {
            repository: repository.to_owned(),
            folder: folder.to_owned(),
            file: Known::Yes(file.to_owned()),
            steps: read.map(|read| read.steps).into(),
            outputs,
            image,
        }
    }

    /// An action that is used, and that can't be read.
    #[must_use]
    pub fn unreadable(repository: &str, folder: &str, unknown: &Unknown) -> Self {
        Self {
            repository: repository.to_owned(),
            folder: folder.to_owned(),
            file: unknown.clone().into(),
            steps: unknown.clone().into(),
            outputs: BTreeMap::new(),
            image: None,
        }
    }

    /// The folder that a `uses` names, where it is a path in the same repository.
    #[must_use]
    pub fn folder_of(uses: &str) -> Option<&str> {
        let path = uses
            .strip_prefix("./")
            .or_else(|| uses.strip_prefix("$/"))?;
        let path = path.trim_end_matches('/');
        let up = path.split('/').any(|part| matches!(part, ".." | "."));
        (!up && !path.contains('…')).then_some(path)
    }

    /// The path of its file.
    #[must_use]
    pub fn path(&self) -> String {
        let file = self.file.ok().map_or("action.yml", String::as_str);
        if self.folder.is_empty() {
            file.to_owned()
        } else {
            format!("{}/{file}", self.folder)
        }
    }

    /// A place in its file.
    #[must_use]
    pub fn at(&self, at: At) -> Location {
        Location {
            path: self.path(),
            line: at.line,
            column: at.column,
        }
    }
}

/// The facts of an action.
#[derive(Default)]
struct Read {
    steps: Vec<Step>,
    outputs: BTreeMap<String, Vec<String>>,
    image: Option<Image>,
}

fn read(repository: &str, text: &str) -> Result<Read, Unknown> {
    let text = document::without_mark(text);
    let document = document::parse(text, "an action")?;
    let runs = document.get("runs");
    let using = runs.and_then(|runs| runs.get("using")?.as_str());
    match using {
        Some("composite") => {
            let (steps, outputs) =
                document::of_composite(&document, &Positions::new(text), repository)?;
            Ok(Read {
                steps,
                outputs,
                image: None,
            })
        }
        Some("docker") => {
            let positions = Positions::new(text);
            let path = vec!["runs".into(), "image".into()];
            let name = runs.and_then(|runs| runs.get("image")?.as_str());
            // a Dockerfile of the repository is built, not pulled
            let pulled = name.and_then(|name| name.strip_prefix("docker://"));
            Ok(Read {
                image: pulled.map(|name| Image {
                    at: positions.of(&path),
                    name: document::image_name(name),
                }),
                ..Read::default()
            })
        }
        Some(_) => Ok(Read::default()),
        None => Err(Unknown::undetermined(
            "the file could not be read as an action: `runs.using` is not set",
        )),
    }
}

impl Resource for LocalAction {
    const KIND: &'static Kind = &Kind::new("github/local-action")
        .permissions(&["contents=read"])
        .starts_from(&[Workflow::KIND]);

    fn id(&self) -> ResourceId {
        ResourceId::new(
            Self::KIND.name,
            Place::global(&*self.repository),
            &self.folder,
        )
        .shown_as(&format!("{}/{}", self.repository, self.folder))
    }

    fn location(&self) -> Option<Location> {
        Some(self.at(At::START))
    }
}

recorded!(LocalAction, ["repository", "folder"], |record, why| {
    Self::unreadable(&record.repository, &record.folder, why)
});
