//! What was answered before, to ask whether it changed (conditional requests).
//!
//! An entry holds the ETag, the address of the next page, and the answer as the type that it was
//! read into: names, times and settings, never a value of a secret or a variable, since no such
//! type has a field for one. Files of a repository are not kept. An entry is found by a hash of
//! token and address, so that one token never sees what another may read; only its owner can read
//! the files. A damaged entry counts as missing. No HTTP cache of the ecosystem keeps less than
//! the whole body.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Longer answers are read anew each time.
const MAX_ENTRY: usize = 256 * 1024;
/// Entries that were not used in this time are deleted.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A directory of answers.
pub(super) struct Cache {
    directory: PathBuf,
    /// Goes into each entry's name: the token, and the address of the API.
    key: SecretString,
    made: AtomicU64,
}

/// An answer that was kept.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry<T> {
    pub(super) etag: String,
    pub(super) next: Option<String>,
    pub(super) body: T,
}

impl Cache {
    /// Opens a directory, makes it where it does not exist, and deletes what is too old. None
    /// where it cannot be made: an audit works without a cache.
    pub(super) async fn open(directory: PathBuf, key: SecretString) -> Option<Self> {
        make_private(&directory).await.ok()?;
        prune(&directory).await;
        Some(Self {
            directory,
            key,
            made: AtomicU64::new(0),
        })
    }

    /// The entry of an address, as it was read by an operation.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        url: &str,
        as_type: &str,
    ) -> Option<Entry<T>> {
        let text = tokio::fs::read(self.file(url, as_type)).await.ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps an answer. One that cannot be written is read anew the next time.
    pub(super) async fn put<T: Serialize>(&self, url: &str, as_type: &str, entry: &Entry<&T>) {
        if let Ok(text) = serde_json::to_vec(entry)
            && text.len() <= MAX_ENTRY
        {
            let n = self.made.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}.{n}.new", std::process::id());
            let new = self.directory.join(name);
            let _ = replace(&self.file(url, as_type), &new, &text).await;
        }
    }

    fn file(&self, url: &str, as_type: &str) -> PathBuf {
        let mut hash = Sha256::new();
        // the version of what is kept: another program's types may read other fields
        for part in [
            env!("CARGO_PKG_VERSION"),
            as_type,
            self.key.expose_secret(),
            url,
        ] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let name: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        self.directory.join(name + ".json")
    }
}

#[cfg(unix)]
async fn make_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = tokio::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(directory).await
}

#[cfg(not(unix))]
async fn make_private(directory: &Path) -> std::io::Result<()> {
    tokio::fs::create_dir_all(directory).await
}

/// Writes a new file and puts it in the place of the old, so that no reader sees half of one.
async fn replace(file: &Path, new: &Path, text: &[u8]) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt as _;

    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let written = async {
        let mut open = options.open(new).await?;
        open.write_all(text).await?;
        open.flush().await?;
        tokio::fs::rename(new, file).await
    };
    let result = written.await;
    if result.is_err() {
        let _ = tokio::fs::remove_file(new).await;
    }
    result
}

async fn prune(directory: &Path) {
    let Ok(mut entries) = tokio::fs::read_dir(directory).await else {
        return;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let Ok(meta) = entry.metadata().await else {
            continue;
        };
        let age = meta.modified().ok().and_then(|time| time.elapsed().ok());
        let ours = entry
            .path()
            .extension()
            .is_some_and(|e| e == "json" || e == "new");
        if meta.is_file() && ours && age.is_some_and(|age| age > MAX_AGE) {
            let _ = tokio::fs::remove_file(entry.path()).await;
        }
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cache").field(&self.directory).finish()
    }
}
