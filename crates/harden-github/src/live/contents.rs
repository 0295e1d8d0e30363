//! GET /repos/{owner}/{repo}/contents/{path}: folders and files of the default branch.
//!
//! Files are text that can contain anything, so none is kept after the run. Of a folder the cache
//! keeps the names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answers::ContentAnswer;
use super::failure::{Failure, Said, failed};
use super::repository_api::{RepositoryApi, missing};
use crate::operation::CONTENTS;
use crate::path;

impl RepositoryApi {
    /// The paths of the files in a folder, sorted; none where there is no such folder. GitHub returns
    /// at most a thousand entries of a folder.
    pub(super) async fn list_folder(&self, folder: &str) -> Result<Vec<String>, Failure> {
        let path = format!("/contents/{}", path::file(folder));
        let entries = match self.get::<Vec<ContentAnswer>>(CONTENTS, &path).await {
            Ok(entries) => entries,
            // with the permission to read contents, 404 means that there is no such folder
            Err(failure) if matches!(failure.said, Said::NotFound | Said::Empty) => {
                return self.confirm_missing(failure).await;
            }
            Err(failure) => return Err(failure),
        };
        let mut files = Vec::new();
        for entry in entries {
            let kind = entry.kind.ok_or_else(|| missing(CONTENTS, "type"))?;
            if kind == "file" || kind == "symlink" {
                files.push(entry.path.ok_or_else(|| missing(CONTENTS, "path"))?);
            }
        }
        files.sort();
        Ok(files)
    }

    /// No files, if the folder is known to be missing: the token can read the root of the repository,
    /// or the repository is empty. Without the permission to read contents GitHub answers 404 too.
    async fn confirm_missing(&self, failure: Failure) -> Result<Vec<String>, Failure> {
        if failure.said == Said::Empty {
            return Ok(Vec::new());
        }
        match self.get::<Vec<ContentAnswer>>(CONTENTS, "/contents/").await {
            Ok(_) => Ok(Vec::new()),
            Err(root) if root.said == Said::Empty => Ok(Vec::new()),
            Err(_) => Err(failure),
        }
    }

    /// The text of a file.
    pub(super) async fn read_file(&self, file: &str) -> Result<String, Failure> {
        let path = format!("/contents/{}", path::file(file));
        let answer: ContentAnswer = self.get_text(CONTENTS, &path).await?;
        // a file over a megabyte comes without its text
        if answer.encoding.as_deref() != Some("base64") {
            return Err(failed(CONTENTS, "GitHub gave a file without its text"));
        }
        let content = answer.content.ok_or_else(|| missing(CONTENTS, "content"))?;
        let packed: String = content.split_whitespace().collect();
        let bytes = STANDARD.decode(packed);
        let bytes = bytes.map_err(|_| failed(CONTENTS, "GitHub gave a file that is not base64"))?;
        String::from_utf8(bytes).map_err(|_| failed(CONTENTS, "the file is not UTF-8 text"))
    }
}
